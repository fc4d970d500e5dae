//! Refuses what the engine cannot observe. A `static mut` is plain memory that keeps its value from
//! one execution to the next, so two threads that race for it would pass. The crate `alloc` under
//! its own name has an `Arc` whose counts are not steps.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use grader_schema::Text;

/// Something that is refused.
struct Unseen {
    /// The words that it begins with.
    words: &'static [&'static str],
    /// Why it is refused, and what to do instead, in English and in Chinese.
    why: [&'static str; 2],
    next: [&'static str; 2],
}

const UNSEEN: [Unseen; 2] = [
    Unseen {
        words: &["static", "mut"],
        why: [
            "A `static mut` cannot be judged: the grader does not see which thread reads or\n\
             writes it, and would miss a data race.\n",
            "无法评判 `static mut`：对它的读写不可见，也就无法发现争用它的两个线程。\n",
        ],
        next: [
            "Use a `static` with an atomic, a `Mutex` or a `OnceLock` in it, or pass the value to the threads.\n",
            "请改用内含原子变量、`Mutex` 或 `OnceLock` 的 `static`，或者把值传给各个线程。\n",
        ],
    },
    Unseen {
        words: &["extern", "crate", "alloc"],
        why: [
            "The crate `alloc` cannot be judged by that name: the grader does not see the counts of its `Arc`.\n",
            "无法以 `alloc` 这个名字评判：其中 `Arc` 的计数不可见。\n",
        ],
        next: [
            "Use the same items of `std`.\n",
            "请改用 `std` 中的同名项。\n",
        ],
    },
];

/// Why an answer with these files is refused, if one of them has something that is not seen;
/// `root` is what their names begin with where a user looks for them.
pub(super) fn refusal(files: &BTreeMap<String, String>, root: &str) -> Option<Text> {
    let is_source = |name: &str| Path::new(name).extension().is_some_and(|it| it == "rs");
    let mut text = Text::default();
    for unseen in UNSEEN {
        let mut places = String::new();
        for (name, source) in files.iter().filter(|(name, _)| is_source(name)) {
            for line in lines(source, unseen.words) {
                let _ = writeln!(places, "  - {root}{name}:{line}");
            }
        }
        if !places.is_empty() {
            for (text, index) in [(&mut text.en, 0), (&mut text.zh, 1)] {
                text.extend([unseen.why[index], &places, unseen.next[index]]);
            }
        }
    }
    (!text.en.is_empty()).then_some(text)
}

/// The lines, counted from 1, on which these words begin, one right after the other.
fn lines(text: &str, wanted: &[&str]) -> Vec<usize> {
    let mut words = Words { text, at: 0 };
    let mut found = Vec::new();
    let mut begins = Vec::new();
    while let Some((start, word)) = words.next() {
        begins.push((start, word));
        let last = begins.len().saturating_sub(wanted.len());
        let here = &begins[last..];
        if here
            .iter()
            .map(|(_, word)| *word)
            .eq(wanted.iter().copied())
        {
            found.push(text[..here[0].0].matches('\n').count() + 1);
        }
    }
    found
}

/// The words and signs of a Rust source, without comments, texts and spaces. What is between
/// signs need not be exact: only words beside each other matter.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    /// The next one and where it begins.
    fn next(&mut self) -> Option<(usize, &'a str)> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            if let Some(length) = skipped(rest) {
                self.at += length;
                continue;
            }
            let start = self.at;
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let length = if is_part(first) {
                rest.find(|c| !is_part(c)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            self.at += length;
            return Some((start, &rest[..length]));
        }
    }
}

/// How much of `rest` is a space, a comment or a text that it begins with, in bytes.
fn skipped(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    if first.is_whitespace() {
        return Some(first.len_utf8());
    }
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if first == '"' {
        return Some(text_literal(rest));
    }
    let prefixed = rest.strip_prefix('b').or_else(|| rest.strip_prefix('c'));
    let raw = prefixed.unwrap_or(rest);
    if let Some(after) = raw.strip_prefix('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        if after[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = rest.len() - after.len() + hashes + 1;
            let length = rest[start..].find(&end).map(|at| start + at + end.len());
            return Some(length.unwrap_or(rest.len()));
        }
    }
    if first == '\'' {
        return Some(character_or_lifetime(rest));
    }
    None
}

/// The length of a comment that may have others in it.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a text in quotes.
fn text_literal(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal, or of a lifetime.
fn character_or_lifetime(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    let Some((_, first)) = chars.next() else {
        return 1;
    };
    if first == '\\' {
        let end = rest[2..].char_indices().skip(1).find(|&(_, c)| c == '\'');
        return end.map_or(rest.len(), |(at, _)| at + 3);
    }
    if let Some((at, '\'')) = chars.next() {
        return at + 1;
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let end = rest[1..].find(|c| !is_part(c));
    end.map_or(rest.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn static_muts(text: &str) -> Vec<usize> {
        lines(text, UNSEEN[0].words)
    }

    #[test]
    fn alloc_by_its_own_name_is_found() {
        let text = "extern crate core;\nextern crate alloc as a;\nuse alloc::sync::Arc;";
        assert_eq!(lines(text, UNSEEN[1].words), [2]);
    }

    #[test]
    fn each_static_mut_is_found_with_its_line() {
        assert_eq!(
            static_muts("static mut A: u32 = 0;\npub static\n  mut B: u8 = 1;"),
            [1, 2]
        );
        assert_eq!(
            static_muts("macro_rules! m { () => { static /* odd */ mut C: u8 = 0; } }"),
            [1]
        );
        assert_eq!(
            static_muts("fn f<'static_>(x: &'a u8) {}\nstatic mut D: char = '\\'';\n"),
            [2]
        );
    }

    #[test]
    fn what_only_looks_like_one_is_left_alone() {
        let text = r##"
            // static mut A: u32 = 0;
            /* static mut B /* static mut */ static mut */
            static C: &str = "static mut D \" static mut";
            static E: &str = r#"static mut " static mut"#;
            static F: char = '"'; static G: u8 = b'\'';
            fn f(x: &'static mut u8) {}
            fn static_mut() { let mut x = 1; }
            static H: AtomicU32 = AtomicU32::new(0);
        "##;
        assert_eq!(static_muts(text), [0; 0]);
    }

    #[test]
    fn a_refusal_names_file_and_line_and_what_to_do() {
        let files = BTreeMap::from([
            ("lib.rs".to_owned(), "\n\nstatic mut A: u8 = 0;".to_owned()),
            ("notes.md".to_owned(), "static mut".to_owned()),
        ]);
        let text = refusal(&files, "exercises/30/src/").expect("it has one");
        for text in [&text.en, &text.zh] {
            assert!(text.contains("  - exercises/30/src/lib.rs:3\n"), "{text}");
            assert!(text.contains("`OnceLock`"), "{text}");
        }
        assert!(text.en.is_ascii(), "one language at a time");
        assert_eq!(refusal(&BTreeMap::new(), ""), None);
    }
}
