//! Changes to a source text, and the mutants that they make. No IO.

use std::{collections::BTreeSet, ops::Range};

use grader_schema::mutation::Operator;

use super::{atomics, sections, values, waiting};

/// A source with one mistake put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mutation {
    /// What sort of mistake.
    pub(crate) operator: Operator,
    /// The first line that differs, from 1.
    pub(crate) line: usize,
    /// The whole source with it.
    pub(crate) source: String,
}

/// All mutants of a source, in the order of their places.
///
/// # Errors
///
/// If the source is no Rust.
pub(crate) fn mutations(source: &str) -> syn::Result<Vec<Mutation>> {
    let file = syn::parse_file(source)?;
    let mut changes = Changes::new(source);
    sections::find(&file, &mut changes);
    waiting::find(&file, &mut changes);
    atomics::find(&file, &mut changes);
    values::find(&file, &mut changes);
    Ok(changes.finish())
}

/// What to put in the place of a range of bytes.
type Edit = (Range<usize>, String);

/// The changes found so far.
#[derive(Debug)]
pub(super) struct Changes<'a> {
    source: &'a str,
    found: Vec<(Operator, Vec<Edit>)>,
}

impl<'a> Changes<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            found: Vec::new(),
        }
    }

    /// The text of a part.
    pub(super) fn text(&self, range: Range<usize>) -> &'a str {
        &self.source[range]
    }

    /// Puts something in the place of a part.
    pub(super) fn replace(
        &mut self,
        operator: Operator,
        range: Range<usize>,
        with: impl Into<String>,
    ) {
        self.found.push((operator, vec![(range, with.into())]));
    }

    /// Puts lines behind a statement, indented like it.
    pub(super) fn append(&mut self, operator: Operator, statement: Range<usize>, lines: &[&str]) {
        let indent = self.indent(statement.start);
        let separator = format!("\n{indent}");
        let text = format!("{separator}{}", lines.join(&separator));
        self.replace(operator, statement.end..statement.end, text);
    }

    /// Takes a statement away, with its line if it has it for itself.
    pub(super) fn remove(&mut self, operator: Operator, statement: Range<usize>) {
        let range = self.with_its_line(statement);
        self.replace(operator, range, "");
    }

    /// Exchanges two parts, the first of which comes first.
    pub(super) fn swap(&mut self, operator: Operator, first: Range<usize>, second: Range<usize>) {
        let (one, other) = (self.text(first.clone()), self.text(second.clone()));
        let edits = vec![(first, other.to_owned()), (second, one.to_owned())];
        self.found.push((operator, edits));
    }

    /// Moves a part to the front of another, which begins before it.
    pub(super) fn hoist(&mut self, operator: Operator, part: Range<usize>, before: usize) {
        let indent = self.indent(before);
        let text = format!("{}\n{indent}", self.text(part.clone()));
        let edits = vec![
            (before..before, text),
            (self.with_its_line(part), String::new()),
        ];
        self.found.push((operator, edits));
    }

    fn indent(&self, at: usize) -> &'a str {
        let start = self.source[..at]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let line = &self.source[start..at];
        &line[..line.len() - line.trim_start().len()]
    }

    fn with_its_line(&self, range: Range<usize>) -> Range<usize> {
        let start = self.source[..range.start]
            .trim_end_matches([' ', '\t'])
            .len();
        let rest = &self.source[range.end..];
        let alone = self.source[..start].ends_with('\n') || start == 0;
        if alone && rest.starts_with('\n') {
            start..range.end + 1
        } else {
            range
        }
    }

    /// Makes the mutants: each text once, and not the source itself.
    fn finish(mut self) -> Vec<Mutation> {
        self.found
            .sort_by_key(|(operator, edits)| (edits[0].0.start, *operator));
        let mut seen = BTreeSet::from([self.source.to_owned()]);
        let source = self.source;
        let made = self.found.into_iter().map(|(operator, edits)| Mutation {
            operator,
            source: apply(source, &edits),
            line: 0,
        });
        made.filter(|mutation| seen.insert(mutation.source.clone()))
            .map(|mutation| Mutation {
                line: first_difference(source, &mutation.source),
                ..mutation
            })
            .collect()
    }
}

/// The source with all of these edits, which do not overlap and are in order.
fn apply(source: &str, edits: &[Edit]) -> String {
    let (mut text, mut done) = (String::new(), 0);
    for (range, with) in edits {
        text.push_str(&source[done..range.start]);
        text.push_str(with);
        done = range.end;
    }
    text.push_str(&source[done..]);
    text
}

fn first_difference(old: &str, new: &str) -> usize {
    let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b);
    same.count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mutants that an operator makes of a source.
    #[track_caller]
    fn made(operator: Operator, source: &str) -> Vec<String> {
        let all = mutations(source).expect("it is Rust");
        for one in &all {
            syn::parse_file(&one.source).unwrap_or_else(|error| panic!("{error}:\n{}", one.source));
        }
        let mine = all.into_iter().filter(|one| one.operator == operator);
        mine.map(|one| one.source).collect()
    }

    /// A function with this body.
    fn function(body: &str) -> String {
        format!("fn f(&self) {{\n    {}\n}}\n", body.replace('\n', "\n    "))
    }

    #[track_caller]
    fn makes(operator: Operator, body: &str, expected: &[&str]) {
        let expected: Vec<_> = expected.iter().map(|body| function(body)).collect();
        assert_eq!(made(operator, &function(body)), expected);
    }

    #[test]
    fn sections_are_split_shrunk_widened_and_removed() {
        let guarded =
            "let mut s = self.s.lock().unwrap();\ns.push(1);\nlet n = s.len();\nprint(n);";
        makes(
            Operator::SplitSection,
            guarded,
            &[
                "let mut s = self.s.lock().unwrap();\ns.push(1);\ndrop(s);\nlet mut s = self.s.lock().unwrap();\nlet n = s.len();\nprint(n);",
            ],
        );
        makes(
            Operator::ShrinkSection,
            "let mut s = self.s.lock().unwrap();\ns.push(1);\nprint();",
            &["let mut s = self.s.lock().unwrap();\ns.push(1);\ndrop(s);\nprint();"],
        );
        let notified =
            "let mut s = self.s.lock().unwrap();\ns.push(1);\nself.c.notify_one();\nOk(())";
        makes(Operator::ShrinkSection, notified, &[]);
        makes(Operator::MoveNotify, notified, &[]);
        makes(
            Operator::WidenSection,
            "let s = self.s.lock().unwrap();\nlet n = s.len();\ndrop(s);\nprint(n);",
            &["let s = self.s.lock().unwrap();\nlet n = s.len();\nprint(n);"],
        );
        makes(
            Operator::WidenSection,
            "let n = {\n    let s = self.s.lock().unwrap();\n    s.len()\n};\nprint(n);",
            &["let s = self.s.lock().unwrap();\nlet n = {\n    s.len()\n};\nprint(n);"],
        );
        makes(
            Operator::RemoveSection,
            "let _s = self.s.lock().unwrap();\nprint();",
            &["print();"],
        );
        makes(
            Operator::SplitSection,
            "*self.n.lock().unwrap() += 2;",
            &["{ let seen = *self.n.lock().unwrap(); *self.n.lock().unwrap() = seen + (2); };"],
        );
        makes(
            Operator::SwapLocks,
            "let a = x.lock().unwrap();\nlet b = y.lock().unwrap();",
            &["let b = y.lock().unwrap();\nlet a = x.lock().unwrap();"],
        );
    }

    #[test]
    fn waits_and_notifications_are_broken() {
        makes(
            Operator::WhileToIf,
            "while s.full { s = self.c.wait(s).unwrap(); }\nwhile a { b(); }",
            &["if s.full { s = self.c.wait(s).unwrap(); }\nwhile a { b(); }"],
        );
        makes(
            Operator::WhileToIf,
            "let s = self.c.wait_while(s, |s| s.full).unwrap();",
            &["let s = self.c.wait(s).unwrap();"],
        );
        makes(
            Operator::NotifyOne,
            "self.c.notify_all();",
            &["self.c.notify_one();"],
        );
        makes(
            Operator::RemoveNotify,
            "a();\nself.c.notify_all();",
            &["a();"],
        );
        makes(
            Operator::MoveNotify,
            "a();\nself.c.notify_all();",
            &["self.c.notify_all();\na();"],
        );
        makes(
            Operator::FirstOnly,
            "for t in ts { t.unpark(); }",
            &["for t in ts { t.unpark(); break; }"],
        );
        makes(Operator::RemoveJoin, "h.join().unwrap();\na();", &["a();"]);
        makes(
            Operator::RemoveWait,
            "while !r {\n    thread::park();\n}",
            &["while !r {\n}"],
        );
    }

    #[test]
    fn atomics_order_less_and_are_updated_in_two_steps() {
        makes(
            Operator::WeakerOrdering,
            "x.load(Ordering::Acquire);",
            &["x.load(Ordering::Relaxed);"],
        );
        makes(
            Operator::WeakerOrdering,
            "x.store(1, SeqCst);",
            &["x.store(1, Release);", "x.store(1, Relaxed);"],
        );
        makes(
            Operator::SplitUpdate,
            "x.swap(true, Ordering::AcqRel);",
            &["{ let seen = x.load(Ordering::Acquire); x.store(true, Ordering::Release); seen };"],
        );
        makes(
            Operator::SplitUpdate,
            "x.compare_exchange(a, b, SeqCst, Relaxed).is_ok();",
            &[
                "{ let seen = x.load(SeqCst); if seen == a { x.store(b, SeqCst); Ok(seen) } else { Err(seen) } }.is_ok();",
            ],
        );
        makes(
            Operator::RemoveUpdate,
            "a();\nx.store(false, Release);",
            &["a();"],
        );
    }

    #[test]
    fn values_are_off_by_one_and_ends_are_exchanged() {
        makes(
            Operator::OffByOne,
            "while s.len() >= n { a(); }",
            &["while s.len() > n { a(); }"],
        );
        makes(Operator::OtherEnd, "s.pop_front();", &["s.pop_back();"]);
        makes(
            Operator::Capacity,
            "mpsc::sync_channel(n);",
            &["mpsc::sync_channel((n) + 1);"],
        );
    }

    #[test]
    fn tests_are_left_alone_and_texts_beyond_ascii_are_no_trouble() {
        let source = "#[cfg(test)]\nmod tests {\n    fn f() { x.store(1, SeqCst); }\n}\n";
        assert_eq!(mutations(source).unwrap(), []);
        let source = "/// 计数器。\nfn f() {\n    // 通知所有等待者\n    c.notify_all();\n}\n";
        let made = made(Operator::NotifyOne, source);
        assert_eq!(made, [source.replace("notify_all", "notify_one")]);
    }
}
