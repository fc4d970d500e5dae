//! Uses of the standard library that a check forbids.

use grader_schema::{Text, protocol::Use};

use super::{names::Names, words};

/// Says where the answer uses what it may not.
pub(crate) fn foreign(used: &Use, names: &Names<'_>) -> Text {
    let at = names.at(&used.location);
    let (en, zh) = words::noun(used.class).one;
    Text::new(
        format!("{en} of the standard library is used at {at}."),
        format!("{at} 处使用了标准库的{zh}。"),
    )
}

#[cfg(test)]
mod tests {
    use grader_schema::{
        protocol::{Ending, Location, Observation},
        step::Class,
    };
    use serde_json::Value;

    use super::*;
    use crate::{History, Oracle, oracle::Violation};

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

    fn observation(uses: Vec<Use>) -> Observation {
        Observation {
            number: 0,
            ending: Ending::Completed,
            history: Vec::new(),
            choices: String::new(),
            uses,
            punctual: true,
            time: 0,
            leaked: Vec::new(),
            left: Box::default(),
        }
    }

    /// The sentence about these uses where only these sorts are allowed.
    fn said(uses: Vec<Use>, allowed: &[Class]) -> Option<String> {
        let names = Names::new("/answer/");
        let oracle = Oracle::new().built_from("", "", allowed);
        let (observation, history) = (observation(uses), History::new(Value::Null, Vec::new()));
        let is_of_answer = |used: &Use| names.is_of_answer(&used.location);
        let judged = oracle.properties[0].judge(&history, &observation, is_of_answer);
        match judged.err()? {
            Violation::Uses(found) => Some(foreign(found, &names).en),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_allowed_is_named_with_its_place() {
        let uses = || {
            vec![
                used(Class::Atomic, "/answer/src/lib.rs"),
                used(Class::Condvar, "/answer/src/lib.rs"),
            ]
        };
        assert_eq!(said(uses(), &[Class::Atomic, Class::Condvar]), None);
        assert_eq!(
            said(uses(), &[Class::Atomic]).as_deref(),
            Some("A condition variable of the standard library is used at src/lib.rs:7.")
        );
    }

    #[test]
    fn checks_may_use_what_they_like() {
        let uses = vec![
            used(Class::Channel, "/kit/checks/public.rs"),
            used(Class::Mutex, "/rustlib/std/sync/mutex.rs"),
        ];
        assert_eq!(said(uses, &[]), None);
    }
}
