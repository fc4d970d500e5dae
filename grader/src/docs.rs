//! The parts of the documents that are made from the program. A test compares them
//! with the documents, and writes them there if `UPDATE_DOCS` is set.

use std::path::Path;

use grader_schema::text::Language;

use crate::{exit::ExitCode, kit::Course, render::list::chapter_name};

/// The table of exit codes.
pub fn exit_codes() -> String {
    let mut table = "| code | name | meaning |\n|---|---|---|\n".to_owned();
    for code in ExitCode::ALL {
        let meaning = code.meaning();
        table.push_str(&format!(
            "| {} | {} | {} {} |\n",
            code.code(),
            code.name(),
            meaning.en,
            meaning.zh
        ));
    }
    table
}

/// The table of the syllabus: the exercises of the course at `root`, by chapter.
///
/// # Errors
///
/// If there is no course, or a manifest of it is wrong.
pub fn syllabus(root: &Path) -> anyhow::Result<String> {
    let course = Course::open(Some(root), root)?;
    let mut table = String::new();
    let mut chapter = None;
    for entry in &course.entries {
        let exercise = course.load(entry)?;
        let manifest = &exercise.manifest;
        if chapter != Some(manifest.chapter) {
            chapter = Some(manifest.chapter);
            let [en, zh] = [Language::English, Language::Chinese]
                .map(|language| chapter_name(manifest.chapter, language));
            table.push_str(&format!(
                "\n### {}. {en} · {zh}\n\n\
                 | no | exercise | 练习 | stars | points | engine |\n|---|---|---|---|---|---|\n",
                manifest.chapter
            ));
        }
        table.push_str(&format!(
            "| {} | [{}]({directory}/README.md) | [{}]({directory}/README.zh.md) | {} | {} | {} |\n",
            exercise.short(),
            manifest.title.en,
            manifest.title.zh,
            "\\*".repeat(manifest.stars as usize),
            exercise.max_points(),
            format!("{:?}", manifest.engine).to_lowercase(),
            directory = exercise.directory(),
        ));
    }
    Ok(table)
}
