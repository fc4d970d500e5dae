//! Lints of the checks that need judged answers: whether each property asks for something that
//! an answer records, and whether memory and sleep are judged by default.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use fs_err as fs;
use grader_schema::{
    Text,
    audit::{Finding, FindingKind},
    plan::{About, Asked, Record, RecordKind},
    report::Visibility,
};
use proc_macro2::{TokenStream, TokenTree};

use super::finding;
use crate::course::{Exercise, distance};

/// What makes a thread sleep until another one wakes it. A mutex alone is held for a moment.
const SLEEPS: [&str; 6] = [
    "Barrier",
    "Condvar",
    "park",
    "park_timeout",
    "recv",
    "recv_timeout",
];

/// What is wrong with the checks of an exercise, by what all of its answers show.
pub(super) fn look(exercise: &Exercise, about: &BTreeMap<String, About>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // A scenario may record for a property of another check that has the same scenario.
    let recorded: BTreeSet<&Record> = about.values().flat_map(|about| &about.recorded).collect();
    let asked = about.values().flat_map(|about| &about.asked);
    let names: BTreeSet<&str> = asked.map(|asked| asked.record.name.as_str()).collect();
    let is_read = |about: &About, record: &Record| {
        let of_any_name = about.asked.iter().filter(|it| it.record.name.is_empty());
        let mut kinds = of_any_name.map(|asked| asked.record.kind);
        names.contains(record.name.as_str())
            || kinds.any(|kind| kind == RecordKind::MarkOrCall || kind == record.kind)
    };
    for (visibility, check) in exercise.checks() {
        let Some(about) = about.get(&check.id) else {
            continue;
        };
        let source = Source::of(exercise, visibility);
        // That something never happens is a promise too, if it happens elsewhere.
        let happens = |asked: &&Asked| {
            asked.found
                || match asked.record.kind {
                    RecordKind::MarkOrCall => {
                        recorded.iter().any(|it| it.name == asked.record.name)
                    }
                    _ => recorded.contains(&asked.record),
                }
        };
        for asked in about.asked.iter().filter(|asked| !happens(asked)) {
            findings.push(source.unfed(&check.id, asked, about));
        }
        for said in about.unrefuted.iter().flatten() {
            findings.push(source.unrefuted(&check.id, said));
        }
        for record in about.recorded.iter().filter(|it| !is_read(about, it)) {
            // A call shows in the interleaving what the scenario does.
            if record.kind == RecordKind::Call {
                continue;
            }
            // A name that the source does not spell out is there for who reads the interleaving.
            let line = source.line_of(&format!("\"{}\"", record.name));
            findings.extend(line.map(|line| source.unread(&check.id, record, line)));
        }
        if let Some(why) = &about.sequential
            && (why.en.trim().is_empty() || why.zh.trim().is_empty())
        {
            let id = &check.id;
            findings.push(Finding {
                line: source.line_of("sequential_memory"),
                ..finding(
                    FindingKind::MemoryUnexplained,
                    &source.file,
                    Text::new(
                        format!("the check `{id}` asks for sequentially consistent memory but does not say why in both languages"),
                        format!("检查 `{id}` 要求顺序一致的内存，却没有用两种语言说明原因"),
                    ),
                )
            });
        }
    }
    let rests = about.values().any(|about| about.rests);
    if exercise.manifest.mode.explores_schedules()
        && !rests
        && exercise.manifest.polling.is_none()
        && let Some((file, word)) = sleeps(exercise)
    {
        findings.push(finding(
            FindingKind::SleepUnchecked,
            &file,
            Text::new(
                format!("the reference sleeps (`{word}`), but an answer that polls instead would pass every check"),
                format!("参考答案会睡眠（`{word}`），但没有检查能发现反复轮询的答案"),
            ),
        ));
    }
    findings
}

/// A source of checks.
struct Source {
    file: String,
    text: String,
}

impl Source {
    fn of(exercise: &Exercise, visibility: Visibility) -> Self {
        let (path, file) = match (visibility, &exercise.hidden) {
            (Visibility::Hidden, Some(hidden)) => (
                hidden.source.clone(),
                format!("{}/checks/hidden.rs", exercise.solution()),
            ),
            _ => (
                exercise.public_source(),
                format!("{}/checks/public.rs", exercise.directory()),
            ),
        };
        let text = fs::read_to_string(path).unwrap_or_default();
        Self { file, text }
    }

    /// The first line with these words, from 1.
    fn line_of(&self, words: &str) -> Option<usize> {
        let line = self.text.lines().position(|line| line.contains(words));
        line.map(|line| line + 1)
    }

    /// A property of which no history has what it asks for.
    fn unfed(&self, check: &str, asked: &Asked, about: &About) -> Finding {
        let Record { kind, name } = &asked.record;
        let (en, zh) = words(*kind, name);
        let promise = &asked.promise;
        let mut message = Text::new(
            format!(
                "the property “{}” of `{check}` asks for {en}, but no right answer records one",
                promise.en
            ),
            format!(
                "`{check}` 的性质“{}”要找{zh}，但没有任何正确答案的历史里有",
                promise.zh
            ),
        );
        let near: Vec<&Record> = near(about, name).collect();
        if !near.is_empty() {
            let list = |language: fn((String, String)) -> String| {
                let near = near.iter().map(|it| language(words(it.kind, &it.name)));
                near.collect::<Vec<_>>()
            };
            let _ = write!(message.en, "; there are {}", list(|it| it.0).join(", "));
            let _ = write!(message.zh, "；有的是{}", list(|it| it.1).join("、"));
        }
        Finding {
            line: self.line_of(&format!("\"{name}\"")),
            ..finding(FindingKind::PropertyUnfed, &self.file, message)
        }
    }

    /// What the model could say as well.
    fn unrefuted(&self, check: &str, said: &Text) -> Finding {
        let Text { en, zh } = said;
        let message = Text::new(
            format!("the model of `{check}` could say that {en}, and all right answers would pass"),
            format!("即使 `{check}` 的模型说 {zh}，所有正确答案仍会通过"),
        );
        Finding {
            line: self.line_of(&format!("fn {check}")),
            ..finding(FindingKind::ModelMutantPasses, &self.file, message)
        }
    }

    /// Something that the scenario records for nothing.
    fn unread(&self, check: &str, record: &Record, line: usize) -> Finding {
        let (en, zh) = words(record.kind, &record.name);
        let message = Text::new(
            format!("`{check}` records {en}, but no property of the exercise asks for them"),
            format!("`{check}` 记录了{zh}，但本题没有任何性质去看它们"),
        );
        Finding {
            line: Some(line),
            ..finding(FindingKind::RecordUnread, &self.file, message)
        }
    }
}

/// What was recorded under this name in another way, or under one much like it.
fn near<'a>(about: &'a About, name: &'a str) -> impl Iterator<Item = &'a Record> {
    let close = |it: &&Record| !name.is_empty() && distance(&it.name, name) <= name.len() / 3;
    about.recorded.iter().filter(close).take(3)
}

fn words(kind: RecordKind, name: &str) -> (String, String) {
    let (en, zh) = match kind {
        RecordKind::Mark => ("marks", "标记"),
        RecordKind::TypedMark => ("marks of another type", "另一种类型的标记"),
        RecordKind::Call => ("calls", "调用"),
        RecordKind::ChosenCall => ("calls with such a result", "有这种结果的调用"),
        RecordKind::MarkOrCall => ("marks or calls", "标记或调用"),
        RecordKind::Span => ("spans", "区间"),
    };
    if name.is_empty() {
        return (en.to_owned(), zh.to_owned());
    }
    (
        format!("{en} named `{name}`"),
        format!("名为 `{name}` 的{zh}"),
    )
}

/// A file of the reference in which a thread sleeps, and the word for it.
fn sleeps(exercise: &Exercise) -> Option<(String, &'static str)> {
    exercise.manifest.editable.iter().find_map(|path| {
        let file = format!("{}/{path}", exercise.solution());
        let text = fs::read_to_string(exercise.root.join(&file)).ok()?;
        let tokens: TokenStream = text.parse().ok()?;
        Some((file, sleeping_word(tokens)?))
    })
}

fn sleeping_word(tokens: TokenStream) -> Option<&'static str> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) => SLEEPS.into_iter().find(|it| word == it),
        TokenTree::Group(group) => sleeping_word(group.stream()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(found: bool) -> About {
        let record = Record {
            kind: RecordKind::Span,
            name: "inside".to_owned(),
        };
        About {
            asked: [Asked {
                promise: Text::new("One at a time.", "一次一个。"),
                record,
                found,
            }]
            .into(),
            ..About::default()
        }
    }

    #[test]
    fn one_history_that_has_it_is_enough() {
        for order in [[true, false], [false, true]] {
            let mut about = About::default();
            for found in order {
                about.add(asked(found));
            }
            assert_eq!(about.asked, asked(true).asked);
        }
    }

    #[test]
    fn comments_and_texts_do_not_sleep() {
        let word = |text: &str| sleeping_word(text.parse().expect("it is Rust"));
        assert_eq!(word("// Condvar\nconst A: &str = \"park\";"), None);
        assert_eq!(word("fn f() { thread::park(); }"), Some("park"));
    }
}
