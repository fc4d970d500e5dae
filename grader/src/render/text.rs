//! Text in columns: widths, cuts, folds. Chinese characters are two columns wide.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Pads on the right.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// Cells, each at the right of its column of so many columns.
pub(crate) fn right(cells: &[&str], columns: &[usize]) -> String {
    let mut text = String::new();
    for (cell, columns) in cells.iter().zip(columns) {
        text.push_str(&" ".repeat(columns.saturating_sub(width(cell))));
        text.push_str(cell);
    }
    text
}

/// Cuts at the right, with a sign that something is missing.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for character in text.chars() {
        let more = character.width().unwrap_or(0);
        if used + more + 1 > columns {
            break;
        }
        used += more;
        kept.push(character);
    }
    let mut kept = kept.trim_end().to_owned();
    kept.push('…');
    kept
}

/// Folds a paragraph at `columns`; every line after the first begins with `indent` spaces.
///
/// Chinese has no spaces between words, so where a word does not fit it is broken.
pub(crate) fn fold(text: &str, columns: usize, indent: usize) -> String {
    let columns = columns.saturating_sub(indent).max(20);
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        lines.extend(fold_one(paragraph, columns));
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

fn fold_one(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if !line.is_empty() && line.trim_end().width() + piece_width(&line, piece) > columns {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        line.push_str(if line.is_empty() {
            piece.trim_start()
        } else {
            piece
        });
    }
    lines.push(line.trim_end().to_owned());
    lines
}

fn piece_width(line: &str, piece: &str) -> usize {
    let spaces = line.width() - line.trim_end().width();
    spaces + piece.trim_end().width()
}

/// Where a line may be broken: after a space, and on either side of a wide character,
/// but not before a closing mark.
fn pieces(text: &str) -> Vec<&str> {
    const CLOSING: &str = "，。；：！？、）》」』”’";
    const OPENING: &str = "（《「『“‘";
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, character) in text.char_indices() {
        let wide = |character: char| character.width() == Some(2);
        if let Some(previous) = previous {
            let after_space = previous == ' ' && character != ' ';
            let at_wide = (wide(previous) || wide(character))
                && character != ' '
                && !CLOSING.contains(character)
                && !OPENING.contains(previous);
            if after_space || at_wide {
                pieces.push(&text[start..at]);
                start = at;
            }
        }
        previous = Some(character);
    }
    pieces.push(&text[start..]);
    pieces
}

/// Puts separators between the thousands.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Puts every line in by this many spaces; empty lines stay empty.
pub(crate) fn indent(text: &str, columns: usize) -> String {
    let space = " ".repeat(columns);
    text.lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("{space}{line}\n")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{cut, fold, thousands, width};

    #[test]
    fn cuts_respect_wide_characters() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("线程安全队列", 7), "线程安…");
        assert!(width(&cut("线程安全队列", 6)) <= 6);
    }

    #[test]
    fn folds_break_between_words_and_between_wide_characters() {
        assert_eq!(
            fold("the quick brown fox jumps over", 20, 0),
            "the quick brown fox\njumps over"
        );
        assert_eq!(
            fold("生产者生产的每一项都恰好被消费一次。", 24, 4),
            "生产者生产的每一项都\n    恰好被消费一次。"
        );
    }

    #[test]
    fn a_closing_mark_does_not_begin_a_line() {
        assert_eq!(
            fold("一二三四五六七八九十。", 20, 0),
            "一二三四五六七八九\n十。"
        );
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(2000), "2,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
