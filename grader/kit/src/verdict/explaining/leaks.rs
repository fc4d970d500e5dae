//! Threads that were not joined.

use grader_schema::{Text, protocol::Leaked};

use super::names::Names;

/// Says which threads were left when the scenario ended, if any were.
pub(crate) fn left(leaked: &[Leaked], names: &Names<'_>) -> Option<Text> {
    let first = leaked.first()?;
    let who = names.thread(first.thread);
    let started = names.at(&first.spawned);
    let at = names.at(&first.location);
    let (others, others_zh) = match leaked.len() - 1 {
        0 => (String::new(), String::new()),
        more => (
            format!(
                "; so {} {more} more",
                if more == 1 { "was" } else { "were" }
            ),
            format!("，另有 {more} 个线程也一样"),
        ),
    };
    Some(Text::new(
        format!(
            "{who}, started at {started}, was still running at {at} when everything else had \
             ended{others}."
        ),
        format!(
            "其他一切都已结束时，{who}（在 {started} 处启动）还没有结束，停在 {at}{others_zh}。"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use grader_schema::protocol::Location;

    use super::*;

    fn leaked(thread: usize) -> Leaked {
        let location = |line| Location {
            file: "/answer/src/lib.rs".to_owned(),
            line,
            column: 1,
        };
        Leaked {
            thread,
            spawned: location(4),
            location: location(9),
        }
    }

    #[test]
    fn nobody_left_is_nothing_to_say() {
        assert_eq!(left(&[], &Names::new("/answer/")), None);
    }

    #[test]
    fn the_first_thread_left_is_named_and_the_others_are_counted() {
        let said = left(&[leaked(1), leaked(3)], &Names::new("/answer/"));
        assert_eq!(
            said.map(|text| text.en).as_deref(),
            Some(
                "T1, started at src/lib.rs:4, was still running at src/lib.rs:9 when everything \
                 else had ended; so was 1 more."
            )
        );
    }
}
