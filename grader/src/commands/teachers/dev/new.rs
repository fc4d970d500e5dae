//! `dev new`: creates an exercise.

use grader_schema::text::Language;

use crate::{
    ExitCode,
    cli::New,
    course::Course,
    new::{self, NewExercise},
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &New, ui: &Ui) -> anyhow::Result<ExitCode> {
    let request = NewExercise {
        slug: arguments.slug.clone(),
        chapter: arguments.chapter.into(),
        number: arguments.number,
        mode: arguments.mode,
    };
    let (entry, written) = new::create(course, &request)?;
    let wrote = match ui.language {
        Language::English => "wrote",
        Language::Chinese => "写入",
    };
    for path in written {
        ui.out(&format!("{wrote}  {path}\n"))?;
    }
    let number = entry.number;
    ui.say(&match ui.language {
        Language::English => format!(
            "\nIt is complete and passes `cargo grader dev check {number}`. Now adapt it, file by file; `docs/teacher.md` shows how."
        ),
        Language::Chinese => format!(
            "\n它已经是完整的：`cargo grader dev check {number}`。现在逐个文件改成你自己的练习；步骤见 `docs/teacher.zh.md`。"
        ),
    });
    Ok(ExitCode::Passed)
}
