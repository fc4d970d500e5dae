//! The marks of a reference, which say what the stub is made from and are no part of an answer.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::stub::is_mark;

/// The text without the lines that are marks.
pub(super) fn without(text: &str) -> String {
    text.split_inclusive('\n')
        .filter(|line| !is_mark(line))
        .collect()
}

/// The text after the `//!` lines that it begins with.
pub(super) fn body(text: &str) -> &str {
    let header = text.split_inclusive('\n').take_while(|line| is_doc(line));
    &text[header.map(str::len).sum()..]
}

fn is_doc(line: &str) -> bool {
    line.starts_with("//!")
}

/// The text with marks that equals `target` once the marks are removed, and the
/// `//!` lines at its beginning if `has_header`.
pub(super) fn weave(marked: &str, target: &str, has_header: bool) -> String {
    let lines: Vec<&str> = marked.split_inclusive('\n').collect();
    let code = |index: &usize| !is_mark(lines[*index]);
    let docs = lines.iter().enumerate().filter(|(index, _)| code(index));
    let docs = docs.take_while(|(_, line)| has_header && is_doc(line));
    let begin = docs.last().map_or(0, |(index, _)| index + 1);
    // What stands here is compared; everything between goes along.
    let kept: Vec<usize> = (begin..lines.len()).filter(code).collect();
    let old: Vec<&str> = kept.iter().map(|index| lines[*index]).collect();
    let new: Vec<&str> = target.split_inclusive('\n').collect();

    let mut woven: String = lines[..begin].concat();
    let mut next = begin;
    let mut go_to = |woven: &mut String, end: usize, keeps: bool| {
        for line in &lines[next..end] {
            if keeps || is_mark(line) {
                woven.push_str(line);
            }
        }
        next = end;
    };
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (old_range, new_range) = (op.old_range(), op.new_range());
        if let Some(last) = old_range.last() {
            let keeps = matches!(op, DiffOp::Equal { .. });
            go_to(&mut woven, kept[last] + 1, keeps);
        }
        if !matches!(op, DiffOp::Equal { .. }) {
            woven.push_str(&new[new_range].concat());
        }
    }
    go_to(&mut woven, lines.len(), true);
    woven
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    const MARKED: &str = "//! A.\n// BEGIN SOLUTION\n//! B.\n// END SOLUTION\n\nfn a() {\n    // BEGIN SOLUTION\n    // | todo!()\n    b();\n    c();\n    // END SOLUTION\n}\n";

    #[track_caller]
    fn check(target: &str, expected: &str) {
        let woven = weave(MARKED, target, true);
        assert_eq!(woven, expected);
        assert_eq!(body(&without(&woven)), target);
    }

    #[test]
    fn marks_stay_where_they_are() {
        let plain = body(&without(MARKED)).to_owned();
        check(&plain, MARKED);
        check(
            &plain.replace("    b();\n", ""),
            &MARKED.replace("    b();\n", ""),
        );
        check(&plain.replace("c()", "d()"), &MARKED.replace("c()", "d()"));
        check(
            &format!("#![x]\n{plain}"),
            &MARKED.replace("B.\n", "B.\n#![x]\n"),
        );
    }

    proptest! {
        #[test]
        fn every_answer_can_be_woven(
            docs in vec(select(&["//! a\n", "// BEGIN SOLUTION\n", "// END SOLUTION\n"][..]), 0..4),
            base in vec(select(&["a\n", "b\n", "\n", "// BEGIN SOLUTION\n", "    // | c\n"][..]), 0..12),
            target in vec(select(&["a\n", "b\n", "\n", "d\n"][..]), 0..12),
        ) {
            let marked = docs.concat() + &base.concat();
            let woven = weave(&marked, &target.concat(), true);
            let plain = without(&woven);
            prop_assert_eq!(body(&plain), target.concat());
            let marks = |text: &str| {
                let marks = text.lines().filter(|line| is_mark(line));
                marks.map(str::to_owned).collect::<Vec<_>>()
            };
            prop_assert_eq!(marks(&woven), marks(&marked));
        }
    }

    #[test]
    fn a_file_without_a_header_keeps_its_documentation() {
        assert_eq!(weave("//! A.\nb\n", "c\n", false), "c\n");
    }
}
