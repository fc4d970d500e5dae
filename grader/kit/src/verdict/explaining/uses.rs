//! Whether an answer is built from what it may be built from.

use grader_schema::{Text, protocol::Use, step::Class};

use super::{names::Names, words};

/// Says where the answer uses what is not `allowed` first, if it does. What the checks
/// use themselves does not count.
pub(crate) fn foreign(uses: &[Use], allowed: &[Class], names: &Names<'_>) -> Option<Text> {
    let is_allowed = |used: &Use| allowed.contains(&used.class);
    let first = uses
        .iter()
        .find(|used| names.is_of_answer(&used.location) && !is_allowed(used))?;
    let at = names.at(&first.location);
    let (en, zh) = words::noun(first.class).one;
    Some(Text::new(
        format!("{en} of the standard library is used at {at}."),
        format!("{at} 处使用了标准库的{zh}。"),
    ))
}

#[cfg(test)]
mod tests {
    use grader_schema::protocol::Location;

    use super::*;

    fn used(class: Class, file: &str) -> Use {
        Use {
            class,
            location: Location {
                file: file.to_owned(),
                line: 7,
                column: 1,
            },
        }
    }

    #[test]
    fn what_is_not_allowed_is_named_with_its_place() {
        let names = Names::new("/answer/");
        let uses = [
            used(Class::Atomic, "/answer/src/lib.rs"),
            used(Class::Condvar, "/answer/src/lib.rs"),
        ];
        let said = |allowed: &[Class]| foreign(&uses, allowed, &names).map(|text| text.en);
        assert_eq!(said(&[Class::Atomic, Class::Condvar]), None);
        assert_eq!(
            said(&[Class::Atomic]).as_deref(),
            Some("A condition variable of the standard library is used at src/lib.rs:7.")
        );
    }

    #[test]
    fn checks_may_use_what_they_like() {
        let names = Names::new("/answer/");
        let uses = [
            used(Class::Channel, "/kit/checks/public.rs"),
            used(Class::Mutex, "/rustlib/std/sync/mutex.rs"),
        ];
        assert_eq!(foreign(&uses, &[], &names), None);
    }
}
