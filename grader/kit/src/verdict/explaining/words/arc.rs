//! The wording of the counts of an `Arc`.

use grader_schema::{
    Text,
    step::{ArcOperation, Counted, Effect},
};

use super::Noun;

pub(super) const NOUN: Noun = Noun {
    en: "Arc",
    zh: "Arc",
    one: ("An `Arc`", " `Arc`"),
};

pub(super) fn action(number: u32, operation: ArcOperation, effect: &Effect) -> Option<Text> {
    let Effect::Counted(counted) = effect else {
        return None;
    };
    Some(counted_by(number, operation, *counted))
}

/// A count as it was and as it is, or as it is.
fn counts(counted: Counted) -> String {
    match counted {
        Counted::Changed { old, new } => format!("{old} → {new}"),
        Counted::Told(count) => count.to_string(),
        Counted::Alone => "1".to_owned(),
        Counted::Watched | Counted::Gone => String::new(),
    }
}

fn counted_by(number: u32, operation: ArcOperation, counted: Counted) -> Text {
    let gone = counted == Counted::Gone;
    let counts = counts(counted);
    match operation {
        ArcOperation::Clone => Text::new(
            format!("clones Arc {number} ({counts})"),
            format!("克隆 Arc {number}（{counts}）"),
        ),
        ArcOperation::Drop => Text::new(
            format!("drops Arc {number} ({counts})"),
            format!("丢弃 Arc {number}（{counts}）"),
        ),
        ArcOperation::Complete => Text::new(
            format!("completes Arc {number} ({counts})"),
            format!("完成 Arc {number} 的构造（{counts}）"),
        ),
        ArcOperation::Downgrade => Text::new(
            format!("makes a Weak of Arc {number} (weak {counts})"),
            format!("由 Arc {number} 创建 Weak（弱引用 {counts}）"),
        ),
        ArcOperation::WeakClone if gone => Text::new(
            format!("clones a Weak of Arc {number}, which is gone"),
            format!("克隆 Arc {number} 的 Weak（值已不在）"),
        ),
        ArcOperation::WeakClone => Text::new(
            format!("clones a Weak of Arc {number} (weak {counts})"),
            format!("克隆 Arc {number} 的 Weak（弱引用 {counts}）"),
        ),
        ArcOperation::WeakDrop if gone => Text::new(
            format!("drops a Weak of Arc {number}, which is gone"),
            format!("丢弃 Arc {number} 的 Weak（值已不在）"),
        ),
        ArcOperation::WeakDrop => Text::new(
            format!("drops a Weak of Arc {number} (weak {counts})"),
            format!("丢弃 Arc {number} 的 Weak（弱引用 {counts}）"),
        ),
        ArcOperation::StrongCount => Text::new(
            format!("asks for the strong count of Arc {number}: {counts}"),
            format!("查询 Arc {number} 的强引用计数：{counts}"),
        ),
        ArcOperation::WeakCount => Text::new(
            format!("asks for the weak count of Arc {number}: {counts}"),
            format!("查询 Arc {number} 的弱引用计数：{counts}"),
        ),
        ArcOperation::Upgrade if gone => Text::new(
            format!("upgrades a Weak of Arc {number}: it is gone"),
            format!("升级 Arc {number} 的 Weak：值已不在"),
        ),
        ArcOperation::Upgrade => Text::new(
            format!("upgrades a Weak of Arc {number} ({counts})"),
            format!("升级 Arc {number} 的 Weak（{counts}）"),
        ),
        ArcOperation::TryUnwrap => wants("tries to unwrap", "尝试取出", number, counted),
        ArcOperation::IntoInner => wants(
            "drops, to take its value,",
            "放弃并尝试取出",
            number,
            counted,
        ),
        ArcOperation::GetMut => wants("tries to change", "尝试修改", number, counted),
        ArcOperation::MakeMut if counted == Counted::Alone => Text::new(
            format!("makes Arc {number} mutable in place: it is the only one"),
            format!("就地修改 Arc {number}：它是唯一的一个"),
        ),
        ArcOperation::MakeMut => Text::new(
            format!("makes a copy of Arc {number} to change it: it is one of {counts}"),
            format!("复制 Arc {number} 以便修改：它是 {counts} 个中的一个"),
        ),
    }
}

/// A thread wants the value for itself.
fn wants(verb: &str, zh: &str, number: u32, counted: Counted) -> Text {
    let what = match counted {
        Counted::Alone => Text::new("it is the only one", "它是唯一的一个"),
        Counted::Watched => Text::new("a Weak watches it", "还有 Weak 指向它"),
        Counted::Gone | Counted::Changed { .. } | Counted::Told(_) => {
            let counts = counts(counted);
            Text::new(
                format!("it is one of {counts}"),
                format!("它是 {counts} 个中的一个"),
            )
        }
    };
    Text::new(
        format!("{verb} Arc {number}: {}", what.en),
        format!("{zh} Arc {number} 的值：{}", what.zh),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_as_they_were_and_as_they_are() {
        let said = |operation, counted| counted_by(1, operation, counted).en;
        assert_eq!(
            said(ArcOperation::Drop, Counted::Changed { old: 2, new: 1 }),
            "drops Arc 1 (2 → 1)"
        );
        assert_eq!(
            said(ArcOperation::GetMut, Counted::Told(2)),
            "tries to change Arc 1: it is one of 2"
        );
        assert_eq!(
            said(ArcOperation::Upgrade, Counted::Gone),
            "upgrades a Weak of Arc 1: it is gone"
        );
    }
}
