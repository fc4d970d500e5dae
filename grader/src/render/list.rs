//! The table of exercises, and the names of the chapters.

use grader_schema::{Text, report::Status, text::Language};
use serde::Serialize;

use super::{
    Style,
    text::{pad, width},
};
use crate::language::Pick as _;

/// The version of the list that `--format json` prints.
pub(crate) const FORMAT: u32 = 1;

/// The list as `--format json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct Listing {
    /// Version of this format, [`FORMAT`].
    pub(crate) format: u32,
    /// One entry per exercise, in the order of the syllabus.
    pub(crate) exercises: Vec<Item>,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Item {
    /// Position in the syllabus.
    pub(crate) number: u32,
    /// Chapter of the syllabus.
    pub(crate) chapter: u32,
    /// Name of the exercise.
    pub(crate) id: String,
    /// Title of the task.
    pub(crate) title: Text,
    /// The notes' own asterisks.
    pub(crate) stars: u32,
    /// Status of the last check.
    pub(crate) status: Option<Status>,
    /// Points of the last check.
    pub(crate) points: u32,
    /// The most points ever earned.
    pub(crate) best: u32,
    /// Points that can be earned, with those that hidden checks judge which are not here.
    pub(crate) max_points: u32,
    /// Points of those that hidden checks judge which were not here at the last check.
    pub(crate) unjudged_points: u32,
}

impl Item {
    /// Whether it passed the checks that are here, and others are not here.
    fn is_half_passed(&self) -> bool {
        self.status == Some(Status::Passed) && self.unjudged_points > 0
    }
}

/// What of these items hidden checks judge which are not here: points and exercises.
fn unjudged(items: &[Item]) -> (u32, usize) {
    let unjudged = items.iter().filter(|item| item.unjudged_points > 0);
    let points = unjudged.clone().map(|item| item.unjudged_points).sum();
    (points, unjudged.count())
}

/// Draws the table.
pub(crate) fn render(items: &[Item], style: Style) -> String {
    let title_width = items
        .iter()
        .map(|item| width(item.title.get(style.language)))
        .max()
        .unwrap_or(0);
    let status_width = width(word(None, style.language)).max(16);
    // Number, stars, status and points take their columns first.
    let title_width = title_width.min(style.width.saturating_sub(4 + 8 + status_width + 2 + 7));
    let mut text = String::new();
    let mut chapter = None;
    for item in items {
        if chapter != Some(item.chapter) {
            if chapter.is_some() {
                text.push('\n');
            }
            chapter = Some(item.chapter);
            text.push_str(
                &style
                    .paint
                    .strong(&chapter_heading(item.chapter, style.language)),
            );
            text.push('\n');
        }
        let title = super::text::cut(item.title.get(style.language), title_width);
        let word = if item.is_half_passed() {
            style.language.pick("passed (public)", "通过（公开）")
        } else {
            word(item.status, style.language)
        };
        let status = pad(word, status_width);
        let status = match item.status {
            Some(Status::Passed) => style.paint.good(&status),
            Some(Status::Failed | Status::DoesNotCompile) => style.paint.bad(&status),
            Some(Status::NotStarted) | None => style.paint.faint(&status),
        };
        text.push_str(&format!(
            "{:02}  {}  {:<6}  {status}  {:>7}\n",
            item.number,
            pad(&title, title_width),
            "*".repeat(item.stars as usize),
            format!("{}/{}", item.points, item.max_points),
        ));
    }
    let half_passed: Vec<Item> = items
        .iter()
        .filter(|it| it.is_half_passed())
        .cloned()
        .collect();
    if !half_passed.is_empty() {
        let (points, most) = half_passed.iter().fold((0, 0), |(points, most), item| {
            (points + item.points, most + item.max_points)
        });
        let (left, exercises) = unjudged(&half_passed);
        let left = super::check::unjudged(left, exercises, style.language);
        let legend = match style.language {
            Language::English => {
                format!("(public): passed the public checks, {points} of {most} points; {left}")
            }
            Language::Chinese => format!("（公开）：通过公开检查，{points}/{most} 分；{left}。"),
        };
        text.push_str(&format!(
            "\n{}\n",
            super::text::fold(&legend, style.width, 2)
        ));
    }
    text
}

/// A status in a word; nothing means that it was never checked.
pub(crate) fn word(status: Option<Status>, language: Language) -> &'static str {
    match status {
        Some(Status::Passed) => language.pick("passed", "通过"),
        Some(Status::Failed) => language.pick("failed", "未通过"),
        Some(Status::DoesNotCompile) => language.pick("does not compile", "无法编译"),
        Some(Status::NotStarted) => language.pick("not started", "尚未开始"),
        None => language.pick("-", "-"),
    }
}

/// The name of a chapter of the syllabus.
pub(crate) fn chapter_name(chapter: u32, language: Language) -> &'static str {
    match chapter {
        1 => language.pick("Operating systems", "操作系统"),
        2 => language.pick("Processes", "进程"),
        3 => language.pick("Threads", "线程"),
        4 => language.pick("Pools", "池"),
        5 => language.pick("Concurrency in one thread", "单线程下的并发"),
        6 => language.pick("Network IO models", "网络 IO 模型"),
        7 => language.pick("Servers", "服务器"),
        _ => "",
    }
}

/// The heading of a chapter of the syllabus.
pub(crate) fn chapter_heading(chapter: u32, language: Language) -> String {
    let name = chapter_name(chapter, language);
    let heading = match language {
        Language::English => format!("Chapter {chapter}  {name}"),
        Language::Chinese => format!("第 {chapter} 章  {name}"),
    };
    heading.trim_end().to_owned()
}
