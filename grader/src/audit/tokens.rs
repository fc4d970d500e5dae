//! Rust source as tokens, written in one canonical spacing. No IO.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Writes tokens as rustfmt would, on one line.
pub(super) fn written(tokens: TokenStream) -> String {
    let mut words = Vec::new();
    flatten(tokens, &mut words);
    let mut text = String::new();
    let mut before = "";
    for word in &words {
        if !before.is_empty() && spaced(before, word) {
            text.push(' ');
        }
        text.push_str(word);
        before = word;
    }
    text
}

fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    let mut joint = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                words.push(open.to_owned());
                flatten(group.stream(), words);
                words.push(close.to_owned());
                joint = false;
            }
            TokenTree::Punct(punct) => {
                push(words, punct.as_char().to_string(), joint);
                joint = punct.spacing() == Spacing::Joint;
            }
            other => {
                push(words, other.to_string(), joint);
                joint = false;
            }
        }
    }
}

/// Adds a word, or makes one operator or lifetime of it and the word that it touches. What
/// else touches, `>>` at the end of two types for example, are words of their own.
fn push(words: &mut Vec<String>, word: String, joint: bool) {
    if let Some(last) = words.last_mut().filter(|_| joint) {
        let both = format!("{last}{word}");
        if last == "'" || matches!(&*both, "->" | "=>" | "::" | ".." | "..." | "..=") {
            *last = both;
            return;
        }
    }
    words.push(word);
}

/// Whether a space belongs between these two.
fn spaced(before: &str, after: &str) -> bool {
    let ends_a_name =
        before == ">" || before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    let closes = matches!(after, "," | ";" | ")" | "]" | ">" | ":" | "::" | "?" | ".");
    let opens = matches!(before, "(" | "[" | "<" | "&" | "::" | "!" | "." | "");
    let belongs_to_a_name = ends_a_name && matches!(after, "(" | "<" | "!");
    !closes && !opens && !belongs_to_a_name
}

#[cfg(test)]
mod tests {
    use super::written;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(written(source.parse().unwrap()), expected);
        assert_eq!(written(expected.parse().unwrap()), expected);
    }

    #[test]
    fn signatures_are_written_as_rustfmt_would() {
        check(
            "pub fn put ( & self , item:T )->Result< ( ),PutError<T> >",
            "pub fn put(&self, item: T) -> Result<(), PutError<T>>",
        );
        check(
            "pub fn new<A:'static>(target : impl FnOnce (A)->i32+'static)->Self",
            "pub fn new<A: 'static>(target: impl FnOnce(A) -> i32 + 'static) -> Self",
        );
        check(
            "pub fn of ( map : Map<Vec<u8> ,& &'static str> ) ->Vec<Vec<u8> >",
            "pub fn of(map: Map<Vec<u8>, &&'static str>) -> Vec<Vec<u8>>",
        );
        check(
            "impl < T > Drop for Guard < '_ , T >",
            "impl<T> Drop for Guard<'_, T>",
        );
        check(
            "pub fn all(of:&mut [u8])->std::io::Result<[u8;4]>",
            "pub fn all(of: &mut [u8]) -> std::io::Result<[u8; 4]>",
        );
    }
}
