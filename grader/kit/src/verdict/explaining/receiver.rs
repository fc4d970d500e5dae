//! The receiver of a method call, read from the source, so that a sentence can say `count`
//! where the engine only knows "atomic 1".

/// The expression before the method call at this place (line and column from 1, the
/// latter in characters, as `Location::caller` gives them), without a leading `self.`;
/// nothing if there is no plain one.
pub(super) fn receiver(source: &str, line: u32, column: u32) -> Option<&str> {
    let start = line_start(source, line)?;
    let before = source[start..].char_indices().nth(column as usize - 1)?.0 + start;
    let called_on = source[..before].trim_end().strip_suffix('.')?.trim_end();
    let from = beginning(called_on);
    let name = &called_on[from..];
    let name = name.strip_prefix("self.").unwrap_or(name);
    let plain = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    // A chain over several lines is no name any more.
    (plain && !name.contains('\n')).then_some(name)
}

/// Where a line begins, in bytes.
fn line_start(source: &str, line: u32) -> Option<usize> {
    let newlines = source.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(newlines).nth(line as usize - 1)
}

/// Where the path of names, indices and calls begins that ends with the text.
fn beginning(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut from = text.len();
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | ']' => depth += 1,
            '(' | '[' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            _ if c.is_alphanumeric() || matches!(c, '_' | '.' | ':') => {}
            _ => break,
        }
        from = at;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The receiver of the first `.load(`.
    fn of_load(source: &str) -> Option<&str> {
        let at = source.find("load(").expect("there is one");
        let line = source[..at].matches('\n').count() as u32 + 1;
        let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let column = source[start..at].chars().count() as u32 + 1;
        receiver(source, line, column)
    }

    #[test]
    fn it_is_the_path_before_the_method() {
        assert_eq!(of_load("let n = self.total.load(SeqCst);"), Some("total"));
        assert_eq!(of_load("while !flag.load(SeqCst) {}"), Some("flag"));
        assert_eq!(
            of_load("f(self.slots[i + 1].seq.load(SeqCst))"),
            Some("slots[i + 1].seq")
        );
        assert_eq!(of_load("\n  COUNT\n    .load(SeqCst)"), Some("COUNT"));
        assert_eq!(of_load("/* 计数 */ self.数.load(SeqCst)"), Some("数"));
    }

    #[test]
    fn what_is_no_method_call_or_no_name_has_none() {
        assert_eq!(of_load("AtomicU32::load(&self.total, SeqCst)"), None);
        assert_eq!(of_load("unsafe { &*p }.load(SeqCst)"), None);
        assert_eq!(of_load("(*p).load(SeqCst)"), None);
        assert_eq!(receiver("x.load()", 7, 1), None);
        assert_eq!(receiver("x.load()", 1, 70), None);
    }
}
