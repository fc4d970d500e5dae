//! Whether an answer is built from what it may be built from.

use grader_schema::{Text, protocol::Use};
use interleave::Class;

use super::explain::Reader;

/// Says where the answer uses what is not `allowed` first, if it does. What the checks
/// use themselves does not count.
pub(super) fn foreign(uses: &[Use], allowed: &[Class], reader: &Reader<'_>) -> Option<Text> {
    let is_allowed = |used: &Use| allowed.iter().any(|class| class.name() == used.class);
    let first = uses
        .iter()
        .find(|used| reader.is_of_answer(&used.location) && !is_allowed(used))?;
    let at = reader.named(&first.location);
    let (en, zh) = words(&first.class);
    Some(Text::new(
        format!("{en} of the standard library is used at {at}."),
        format!("{at} 处使用了标准库的{zh}。"),
    ))
}

fn words(class: &str) -> (&str, &str) {
    match class {
        "mutex" => ("A mutex", "互斥锁"),
        "condvar" => ("A condition variable", "条件变量"),
        "atomic" => ("An atomic variable", "原子变量"),
        "channel" => ("A channel", "通道"),
        "rwlock" => ("A reader-writer lock", "读写锁"),
        "barrier" => ("A barrier", "屏障"),
        "once" => ("Something that is done once", "一次性初始化"),
        "arc" => ("An `Arc`", " `Arc`"),
        "cell" => ("An `UnsafeCell`", " `UnsafeCell`"),
        other => (other, other),
    }
}

#[cfg(test)]
mod tests {
    use grader_schema::protocol::Location;

    use super::*;

    fn used(class: Class, file: &str) -> Use {
        Use {
            class: class.name().to_owned(),
            location: Location {
                file: file.to_owned(),
                line: 7,
                column: 1,
            },
        }
    }

    #[test]
    fn what_is_not_allowed_is_named_with_its_place() {
        let reader = Reader::new("/answer/");
        let uses = [
            used(Class::Atomic, "/answer/src/lib.rs"),
            used(Class::Condvar, "/answer/src/lib.rs"),
        ];
        let said = |allowed: &[Class]| foreign(&uses, allowed, &reader).map(|text| text.en);
        assert_eq!(said(&[Class::Atomic, Class::Condvar]), None);
        assert_eq!(
            said(&[Class::Atomic]).as_deref(),
            Some("A condition variable of the standard library is used at src/lib.rs:7.")
        );
    }

    #[test]
    fn checks_may_use_what_they_like() {
        let reader = Reader::new("/answer/");
        let uses = [
            used(Class::Channel, "/kit/checks/public.rs"),
            used(Class::Mutex, "/rustlib/std/sync/mutex.rs"),
        ];
        assert_eq!(foreign(&uses, &[], &reader), None);
    }
}
