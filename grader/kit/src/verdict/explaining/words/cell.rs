//! The wording of plain memory behind an `UnsafeCell`.

use grader_schema::{Text, step::CellOperation};

use super::Noun;

pub(super) const NOUN: Noun = Noun {
    en: "cell",
    zh: "UnsafeCell",
    one: ("An `UnsafeCell`", " `UnsafeCell`"),
};

pub(super) fn action(number: u32, operation: CellOperation) -> Text {
    match operation {
        CellOperation::Read => Text::new(
            format!("reads cell {number}"),
            format!("读取 UnsafeCell {number}"),
        ),
        CellOperation::Write => Text::new(
            format!("writes cell {number}"),
            format!("写入 UnsafeCell {number}"),
        ),
    }
}
