//! What `report` says: chapters with bars, the last failure, the next step.

use std::collections::BTreeMap;

use grader_schema::{assignment::Dated, progress::Progress, report::Status, text::Language};
use serde::Serialize;

use super::{
    Style,
    check::unjudged,
    list::{Item, chapter_heading},
    text::{fold, pad, width},
};
use crate::language::Pick as _;

/// Columns of a bar.
const BAR: u64 = 20;

/// The report of progress, as `--format json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct Overview {
    /// Version of this format.
    pub(crate) format: u32,
    /// Points of the last checks.
    pub(crate) points: u32,
    /// Points that can be earned.
    pub(crate) max_points: u32,
    /// Points of those that hidden checks judge which were not here at the last check.
    pub(crate) unjudged_points: u32,
    /// The assignment that the exercises are, with its dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assignment: Option<Dated>,
    /// One entry per chapter, in order.
    pub(crate) chapters: Vec<Chapter>,
    /// One entry per exercise, in order.
    pub(crate) exercises: Vec<Exercise>,
    /// The first exercise that is not passed.
    pub(crate) next: Option<String>,
}

/// One chapter.
#[derive(Debug, Serialize)]
pub(crate) struct Chapter {
    /// Its number.
    pub(crate) number: u32,
    /// Exercises passed.
    pub(crate) passed: usize,
    /// Exercises in it.
    pub(crate) exercises: usize,
    /// Stars of the exercises passed.
    pub(crate) stars: u32,
    /// Stars in it.
    pub(crate) max_stars: u32,
    /// Points of the last checks.
    pub(crate) points: u32,
    /// Points that can be earned.
    pub(crate) max_points: u32,
}

/// One exercise.
#[derive(Debug, Serialize)]
pub(crate) struct Exercise {
    /// The slug.
    pub(crate) id: String,
    /// Position in the syllabus.
    pub(crate) number: u32,
    /// Its chapter.
    pub(crate) chapter: u32,
    /// Its stars.
    pub(crate) stars: u32,
    /// Status of the last check; nothing if it was never checked.
    pub(crate) status: Option<Status>,
    /// Points of the last check.
    pub(crate) points: u32,
    /// The most points ever earned.
    pub(crate) best: u32,
    /// Points that can be earned.
    pub(crate) max_points: u32,
    /// Points of those that hidden checks judge which were not here at the last check.
    pub(crate) unjudged_points: u32,
    /// How many checks were run.
    pub(crate) attempts: u32,
    /// How many hints were shown.
    pub(crate) hints_shown: usize,
    /// The first failure of the last check.
    pub(crate) last_failure: Option<grader_schema::progress::LastFailure>,
}

/// Puts the syllabus and the progress together.
pub(crate) fn overview(items: &[Item], progress: &Progress, assignment: Option<Dated>) -> Overview {
    let mut chapters: BTreeMap<u32, Chapter> = BTreeMap::new();
    for item in items {
        let chapter = chapters.entry(item.chapter).or_insert(Chapter {
            number: item.chapter,
            passed: 0,
            exercises: 0,
            stars: 0,
            max_stars: 0,
            points: 0,
            max_points: 0,
        });
        let passed = item.status == Some(Status::Passed);
        chapter.passed += usize::from(passed);
        chapter.exercises += 1;
        chapter.stars += if passed { item.stars } else { 0 };
        chapter.max_stars += item.stars;
        chapter.points += item.points;
        chapter.max_points += item.max_points;
    }
    Overview {
        format: 1,
        points: items.iter().map(|item| item.points).sum(),
        max_points: items.iter().map(|item| item.max_points).sum(),
        unjudged_points: items.iter().map(|item| item.unjudged_points).sum(),
        assignment,
        chapters: chapters.into_values().collect(),
        exercises: items
            .iter()
            .map(|item| {
                let entry = progress
                    .exercises
                    .get(&item.id)
                    .cloned()
                    .unwrap_or_default();
                Exercise {
                    id: item.id.clone(),
                    number: item.number,
                    chapter: item.chapter,
                    stars: item.stars,
                    status: item.status,
                    points: item.points,
                    best: item.best,
                    max_points: item.max_points,
                    unjudged_points: item.unjudged_points,
                    attempts: entry.attempts,
                    hints_shown: entry.hints_shown,
                    last_failure: entry.last_failure,
                }
            })
            .collect(),
        next: items
            .iter()
            .find(|item| item.status != Some(Status::Passed))
            .map(|item| item.id.clone()),
    }
}

/// Draws it.
pub(crate) fn render(overview: &Overview, style: Style) -> String {
    let language = style.language;
    let headings: Vec<String> = overview
        .chapters
        .iter()
        .map(|chapter| chapter_heading(chapter.number, language))
        .collect();
    let total = language.pick("Together", "合计").to_owned();
    let column = headings
        .iter()
        .chain([&total])
        .map(|heading| width(heading))
        .max()
        .unwrap_or(0);
    let row = |heading: &str, points: u32, max_points: u32, rest: &str| {
        let line = format!(
            "{}  {}  {:>9}  {rest}",
            pad(heading, column),
            bar(points, max_points),
            format!("{points}/{max_points}"),
        );
        format!("{}\n", line.trim_end())
    };
    let mut text = String::new();
    for (chapter, heading) in overview.chapters.iter().zip(&headings) {
        let rest = match language {
            Language::English => format!(
                "{}/{} passed, {}/{} *",
                chapter.passed, chapter.exercises, chapter.stars, chapter.max_stars
            ),
            Language::Chinese => format!(
                "通过 {}/{}，{}/{} *",
                chapter.passed, chapter.exercises, chapter.stars, chapter.max_stars
            ),
        };
        text.push_str(&row(heading, chapter.points, chapter.max_points, &rest));
    }
    text.push_str(&row(&total, overview.points, overview.max_points, ""));
    let left = overview
        .exercises
        .iter()
        .filter(|it| it.unjudged_points > 0);
    if overview.unjudged_points > 0 {
        let left = unjudged(overview.unjudged_points, left.count(), language);
        let left = fold(&left, style.width, 0);
        text.push_str(&format!("\n{left}{}\n", language.pick(".", "。")));
    }
    text.push('\n');
    text.push_str(&next(overview, style));
    text
}

fn bar(points: u32, max_points: u32) -> String {
    let filled = u64::from(points) * BAR;
    let filled = filled.checked_div(max_points.into()).unwrap_or(0).min(BAR);
    format!(
        "{}{}",
        "#".repeat(filled as usize),
        ".".repeat((BAR - filled) as usize)
    )
}

fn next(overview: &Overview, style: Style) -> String {
    let language = style.language;
    let label = |english, chinese| style.paint.strong(language.pick(english, chinese));
    let Some(next) = overview.next.as_ref().and_then(|id| {
        overview
            .exercises
            .iter()
            .find(|exercise| exercise.id == *id)
    }) else {
        return format!(
            "{}\n",
            if overview.unjudged_points > 0 {
                label(
                    "Every exercise passes its public checks.",
                    "公开检查全部通过。",
                )
            } else {
                label("Every exercise is passed.", "全部通过。")
            }
        );
    };
    let mut text = String::new();
    if let Some(failure) = &next.last_failure {
        let what = format!(
            "{:02} {}: {}",
            next.number,
            failure.check,
            failure.happened.get(language)
        );
        text.push_str(&format!(
            "{}  {}\n",
            label("Last failure", "最近的失败"),
            fold(&what, style.width, 14)
        ));
    }
    text.push_str(&format!(
        "{}  cargo grader check {:02}\n",
        label("Next        ", "下一步    "),
        next.number
    ));
    text
}
