//! Says what a step did to the counts of an `Arc`, or was told of them.

use grader_schema::Text;

/// What a step of this kind on the `Arc` of this number did; `value` is what came of it.
pub(super) fn counted(kind: &str, number: u32, value: &str) -> Option<Text> {
    let alone = value == "alone";
    let gone = value == "gone";
    let text = |en: String, zh: String| Some(Text { en, zh });
    match kind {
        "arc-clone" => text(
            format!("clones Arc {number} ({value})"),
            format!("克隆 Arc {number}（{value}）"),
        ),
        "arc-drop" => text(
            format!("drops Arc {number} ({value})"),
            format!("丢弃 Arc {number}（{value}）"),
        ),
        "arc-complete" => text(
            format!("completes Arc {number} ({value})"),
            format!("完成 Arc {number} 的构造（{value}）"),
        ),
        "arc-downgrade" => text(
            format!("makes a Weak of Arc {number} (weak {value})"),
            format!("由 Arc {number} 创建 Weak（弱引用 {value}）"),
        ),
        "weak-clone" if gone => text(
            format!("clones a Weak of Arc {number}, which is gone"),
            format!("克隆 Arc {number} 的 Weak（值已不在）"),
        ),
        "weak-clone" => text(
            format!("clones a Weak of Arc {number} (weak {value})"),
            format!("克隆 Arc {number} 的 Weak（弱引用 {value}）"),
        ),
        "weak-drop" if gone => text(
            format!("drops a Weak of Arc {number}, which is gone"),
            format!("丢弃 Arc {number} 的 Weak（值已不在）"),
        ),
        "weak-drop" => text(
            format!("drops a Weak of Arc {number} (weak {value})"),
            format!("丢弃 Arc {number} 的 Weak（弱引用 {value}）"),
        ),
        "strong-count" => text(
            format!("asks for the strong count of Arc {number}: {value}"),
            format!("查询 Arc {number} 的强引用计数：{value}"),
        ),
        "weak-count" => text(
            format!("asks for the weak count of Arc {number}: {value}"),
            format!("查询 Arc {number} 的弱引用计数：{value}"),
        ),
        "upgrade" if gone => text(
            format!("upgrades a Weak of Arc {number}: it is gone"),
            format!("升级 Arc {number} 的 Weak：值已不在"),
        ),
        "upgrade" => text(
            format!("upgrades a Weak of Arc {number} ({value})"),
            format!("升级 Arc {number} 的 Weak（{value}）"),
        ),
        "try-unwrap" | "into-inner" | "get-mut" => {
            let (en, zh) = match kind {
                "try-unwrap" => ("tries to unwrap", "尝试取出"),
                "into-inner" => ("drops, to take its value,", "放弃并尝试取出"),
                _ => ("tries to change", "尝试修改"),
            };
            let (what, what_zh) = match value {
                _ if alone => ("it is the only one".to_owned(), "它是唯一的一个".to_owned()),
                "watched" => (
                    "a Weak watches it".to_owned(),
                    "还有 Weak 指向它".to_owned(),
                ),
                count => (
                    format!("it is one of {count}"),
                    format!("它是 {count} 个中的一个"),
                ),
            };
            text(
                format!("{en} Arc {number}: {what}"),
                format!("{zh} Arc {number} 的值：{what_zh}"),
            )
        }
        "make-mut" if alone => text(
            format!("makes Arc {number} mutable in place: it is the only one"),
            format!("就地修改 Arc {number}：它是唯一的一个"),
        ),
        "make-mut" => text(
            format!("makes a copy of Arc {number} to change it: it is one of {value}"),
            format!("复制 Arc {number} 以便修改：它是 {value} 个中的一个"),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn numbers_are_told_as_they_were_and_as_they_are() {
        let said = |kind, value| counted(kind, 1, value).map(|text| text.en);
        assert_eq!(
            said("arc-drop", "2 → 1").as_deref(),
            Some("drops Arc 1 (2 → 1)")
        );
        assert_eq!(
            said("get-mut", "2").as_deref(),
            Some("tries to change Arc 1: it is one of 2")
        );
        assert_eq!(
            said("upgrade", "gone").as_deref(),
            Some("upgrades a Weak of Arc 1: it is gone")
        );
        assert_eq!(said("lock", ""), None);
    }
}
