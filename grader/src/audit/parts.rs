//! The parts of an exercise: files, texts, points, and its row in the syllabus.

use std::io;

use fs_err as fs;
use grader_schema::{
    Text,
    audit::{Finding, FindingKind},
};

use super::finding;
use crate::{
    course::{Course, Entry, Exercise},
    docs,
};

/// What belongs into `exercises/NN-slug`.
const PUBLIC: [&str; 7] = [
    "exercise.toml",
    "Cargo.toml",
    "README.md",
    "README.zh.md",
    "checks/public.rs",
    "src/lib.rs",
    "stub/src/lib.rs",
];
/// What belongs into `solutions/NN-slug`.
const SECRET: [&str; 3] = ["src/lib.rs", "hidden.toml", "checks/hidden.rs"];
/// How many hints there are at least.
const HINTS: usize = 3;
/// Points for each star.
const POINTS: u32 = 10;

/// Every file that should be there.
pub(super) fn files(course: &Course, entry: &Entry) -> Vec<Finding> {
    let name = entry.directory();
    let public = PUBLIC.map(|file| format!("exercises/{name}/{file}"));
    let secret = SECRET.map(|file| format!("solutions/{name}/{file}"));
    public
        .into_iter()
        .chain(secret)
        .filter(|file| !course.root.join(file).is_file())
        .map(|file| {
            let message = Text::new("this file is missing", "缺少此文件");
            finding(FindingKind::FileMissing, file, message)
        })
        .collect()
}

/// Titles and hints, in both languages.
pub(super) fn texts(exercise: &Exercise) -> io::Result<Vec<Finding>> {
    let public = format!("{}/exercise.toml", exercise.directory());
    let hidden = format!("{}/hidden.toml", exercise.solution());
    let mut findings = Vec::new();
    let mut claim = |is: bool, file: &str, line: Option<usize>, en: String, zh: String| {
        if !is {
            findings.push(Finding {
                line,
                ..finding(FindingKind::TextMissing, file, Text::new(en, zh))
            });
        }
    };
    let manifest = &exercise.manifest;
    let is_there = |text: &Text| !text.en.trim().is_empty() && !text.zh.trim().is_empty();
    claim(
        is_there(&manifest.title),
        &public,
        None,
        "the title is empty in one language".to_owned(),
        "标题有一种语言为空".to_owned(),
    );
    let text = fs::read_to_string(exercise.root.join(&public))?;
    let hidden_text = fs::read_to_string(exercise.root.join(&hidden)).unwrap_or_default();
    for (visibility, check) in exercise.checks() {
        let (file, text) = match visibility {
            grader_schema::report::Visibility::Public => (&public, &text),
            grader_schema::report::Visibility::Hidden => (&hidden, &hidden_text),
        };
        let id = &check.id;
        let quoted = format!("\"{id}\"");
        let line = text.lines().position(|line| line.contains(&quoted));
        claim(
            is_there(&check.title),
            file,
            line.map(|line| line + 1),
            format!("the title of `{id}` is empty in one language"),
            format!("`{id}` 的标题有一种语言为空"),
        );
    }
    let hint_lines = || {
        let lines = text.lines().enumerate();
        let mut lines = lines.filter(|(_, line)| line.trim_start().starts_with("[[hint]]"));
        move |number: usize| lines.nth(number).map(|(line, _)| line + 1)
    };
    for (index, hint) in manifest.hints.iter().enumerate() {
        // A whole sentence in Chinese has at least one Chinese character.
        let is_chinese = hint
            .zh
            .chars()
            .any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it));
        let number = index + 1;
        claim(
            is_there(hint) && is_chinese,
            &public,
            hint_lines()(index),
            format!("hint {number} is missing in one language"),
            format!("第 {number} 条提示没有写全两种语言"),
        );
    }
    let hints = manifest.hints.len();
    if hints < HINTS {
        findings.push(finding(
            FindingKind::HintsMissing,
            public,
            Text::new(
                format!("there are {hints} hints; at least {HINTS} are required"),
                format!("有 {hints} 条提示，至少应有 {HINTS} 条"),
            ),
        ));
    }
    Ok(findings)
}

/// Ten points for each star.
pub(super) fn points(exercise: &Exercise) -> Option<Finding> {
    let points = exercise.max_points();
    let stars = exercise.manifest.stars;
    let expected = stars * POINTS;
    (points != expected).then(|| {
        finding(
            FindingKind::PointsWrong,
            format!("{}/exercise.toml", exercise.directory()),
            Text::new(
                format!(
                    "the checks have {points} points together, but {stars} stars make {expected}"
                ),
                format!("全部检查共 {points} 分，而 {stars} 颗星应为 {expected} 分"),
            ),
        )
    })
}

/// The row that the syllabus should have.
pub(super) fn syllabus(course: &Course, exercise: &Exercise) -> io::Result<Option<Finding>> {
    const FILE: &str = "syllabus.md";
    let text = match fs::read_to_string(course.root.join(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    let expected = docs::syllabus_row(exercise);
    let expected = expected.trim_end();
    if text.lines().any(|line| line == expected) {
        return Ok(None);
    }
    let start = format!("| {} |", exercise.short());
    let line = text.lines().position(|line| line.starts_with(&start));
    let found = line.and_then(|line| text.lines().nth(line));
    let message = if line.is_some() {
        Text::new("the row differs from the manifest", "此行与清单不符")
    } else {
        Text::new("the exercise has no row", "没有该练习的行")
    };
    let mut details = String::new();
    if let Some(found) = found {
        details.push_str(&format!("-{found}\n"));
    }
    details.push_str(&format!("+{expected}\n"));
    Ok(Some(Finding {
        line: line.map(|line| line + 1),
        details,
        ..finding(FindingKind::SyllabusDiffers, FILE, message)
    }))
}
