//! What the system did in a call that programs seldom meet. A failing interleaving was cut down to the
//! surprises that it needs, as far as that was found out.

use grader_schema::{
    Text,
    protocol::Replayed,
    step::{Effect, Operation, Step},
    system_choices::Surprise,
};

use crate::verdict::explaining::names::Names;

/// The last of the surprises: the nearest to the failure.
pub(super) fn reason(replayed: &Replayed, names: &Names<'_>) -> Option<Text> {
    let mut steps = replayed.trace.iter().rev();
    steps.find_map(|step| told(step, names))
}

fn told(step: &Step, names: &Names<'_>) -> Option<Text> {
    let (Operation::System(_, operation), Effect::Surprised(_, surprise)) =
        (&step.operation, &step.effect)
    else {
        return None;
    };
    let (who, at) = (names.thread(step.thread), names.at(&step.location));
    let call = operation.name.as_str();
    Some(match surprise {
        Surprise::Short { bytes, of } => Text::new(
            format!("The `{call}` of {who} at {at} transferred {bytes} of {of} bytes, as it may."),
            format!(
                "{who} 在 {at} 处的 `{call}` 只传输了 {of} 字节中的 {bytes} 字节，这是允许的。"
            ),
        ),
        Surprise::Interrupted => Text::new(
            format!("The `{call}` of {who} at {at} was interrupted while it waited, as it may be."),
            format!("{who} 在 {at} 处的 `{call}` 在等待时被中断，这是允许的。"),
        ),
        Surprise::Reset => Text::new(
            format!("The connection was reset at the `{call}` of {who} at {at}, as it may be."),
            format!("{who} 在 {at} 处执行 `{call}` 时连接被重置，这是允许的。"),
        ),
        Surprise::Reaped(child) => Text::new(
            format!(
                "The `{call}` of {who} at {at} told of P{child} first, although another child had \
                 ended as well, as it may."
            ),
            format!(
                "{who} 在 {at} 处的 `{call}` 先得到 P{child} 的消息，虽然另一个子进程也已结束，这是允许的。"
            ),
        ),
    })
}

#[cfg(test)]
mod tests {
    use arrayvec::ArrayString;
    use grader_schema::{protocol::Location, step::SystemOperation};

    use super::*;

    #[test]
    fn each_surprise_is_a_sentence_in_both_languages() {
        let step = |surprise| Step {
            thread: 1,
            operation: Operation::System(
                1,
                SystemOperation {
                    process: 2,
                    name: ArrayString::from("write").unwrap(),
                    fd: Some(3),
                },
            ),
            location: Location {
                file: "src/lib.rs".to_owned(),
                line: 6,
                column: 1,
            },
            effect: Effect::Surprised("write() = 1".to_owned(), surprise),
        };
        let names = Names::new("");
        let said = |surprise| told(&step(surprise), &names).expect("it is one");
        let short = said(Surprise::Short { bytes: 1, of: 5 });
        assert_eq!(
            short.en,
            "The `write` of T1 at lib.rs:6 transferred 1 of 5 bytes, as it may."
        );
        for surprise in [
            Surprise::Interrupted,
            Surprise::Reset,
            Surprise::Reaped(3),
            Surprise::Short { bytes: 1, of: 2 },
        ] {
            let Text { en, zh } = said(surprise);
            assert!(
                en.contains("lib.rs:6") && zh.contains("lib.rs:6"),
                "{en} {zh}"
            );
            assert!(en.ends_with('.') && zh.ends_with('。'), "{en} {zh}");
        }
    }
}
