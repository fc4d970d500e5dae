//! What processes have left.

use grader_schema::{
    Text,
    left::{Left, LeftKind},
};

use super::names::Names;

/// Says what of this kind processes had left when the first one ended, if anything.
pub(crate) fn remains(left: &[Left], kind: LeftKind, names: &Names<'_>) -> Option<Text> {
    let mut of_kind = left.iter().filter(|left| left.kind() == kind);
    let first = told(of_kind.next()?, names);
    let (others, others_zh) = match of_kind.count() {
        0 => (String::new(), String::new()),
        more => (format!("; {more} more"), format!("；另有 {more} 个")),
    };
    Some(Text::new(
        format!("When the first process ended, {}{others}.", first.en),
        format!("第一个进程结束时，{}{others_zh}。", first.zh),
    ))
}

fn told(left: &Left, names: &Names<'_>) -> Text {
    match left {
        Left::Running(thread) => {
            let who = names.thread(*thread);
            Text::new(
                format!("{who} had not ended: nobody had waited for it"),
                format!("{who} 还没有结束：没有谁等待过它"),
            )
        }
        Left::Zombie(thread) => {
            let who = names.thread(*thread);
            Text::new(
                format!("{who} was a zombie: it had ended, and nobody had waited for it"),
                format!("{who} 是僵尸：它已经结束，而没有谁等待过它"),
            )
        }
        Left::Descriptor { fd, call } => Text::new(
            format!("its descriptor {fd}, which `{call}` had given it, was still open"),
            format!("`{call}` 给它的描述符 {fd} 还开着"),
        ),
        Left::SharedMemory(name) => Text::new(
            format!("the shared memory `{name}` still had its name"),
            format!("共享内存 `{name}` 的名称还在"),
        ),
        Left::Semaphore(name) => Text::new(
            format!("the semaphore `{name}` still had its name"),
            format!("信号量 `{name}` 的名称还在"),
        ),
        Left::File(path) => Text::new(
            format!("the file `{path}` was still there"),
            format!("文件 `{path}` 还在"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(left: &[Left], kind: LeftKind) -> Option<String> {
        remains(left, kind, &Names::new("/answer/")).map(|text| text.en)
    }

    #[test]
    fn nothing_of_the_kind_is_nothing_to_say() {
        assert_eq!(said(&[], LeftKind::Processes), None);
        assert_eq!(said(&[Left::Zombie(1)], LeftKind::Descriptors), None);
    }

    #[test]
    fn the_first_of_the_kind_is_named_and_the_others_are_counted() {
        let left = [
            Left::File("/lock".to_owned()),
            Left::Zombie(1),
            Left::Running(2),
        ];
        assert_eq!(
            said(&left, LeftKind::Processes).as_deref(),
            Some(
                "When the first process ended, T1 was a zombie: it had ended, and nobody had \
                 waited for it; 1 more."
            )
        );
        assert_eq!(
            said(&left, LeftKind::Names).as_deref(),
            Some("When the first process ended, the file `/lock` was still there.")
        );
    }
}
