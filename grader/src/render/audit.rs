//! What `dev check` found, and the table of the exercises.

use grader_schema::{
    audit::{AuditReport, ExerciseAudit, Finding},
    text::Language,
};

use super::{
    Style, found_by,
    text::{cut, fold, indent, pad, right, thousands},
};
use crate::language::Pick as _;

/// Columns of an exercise's name.
const NAME: usize = 26;
/// Columns of the numbers beside it.
const COLUMNS: [usize; 5] = [8, 7, 7, 9, 9];
/// Lines of details that are shown; JSON has them all.
const DETAILS: usize = 40;

/// Draws the whole report.
pub(crate) fn report(report: &AuditReport, style: Style) -> String {
    let mut text = String::new();
    for finding in report.exercises.iter().flat_map(|it| &it.findings) {
        text.push_str(&one(finding, style));
        text.push('\n');
    }
    text.push_str(&table(&report.exercises, style));
    let rows = report.exercises.iter().filter_map(|it| {
        let needless = it.find_nothing_more.as_slice();
        Some((it.number, it.id.as_str(), it.found_by?, needless))
    });
    text.push_str(&found_by::table(&rows.collect::<Vec<_>>(), style));
    text.push('\n');
    text.push_str(&closing(report, style));
    text
}

fn one(finding: &Finding, style: Style) -> String {
    let place = match finding.line {
        Some(line) => format!("{}:{line}", finding.file),
        None => finding.file.clone(),
    };
    let kind = style.paint.bad(&format!("✗ {}", finding.kind.name()));
    let message = fold(finding.message.get(style.language), style.width, 2);
    let mut text = format!("{kind}  {}\n  {message}\n", style.paint.strong(&place));
    let lines: Vec<&str> = finding.details.trim_end().lines().collect();
    if !finding.details.trim().is_empty() {
        let shown = lines.len().min(DETAILS);
        text.push_str(&indent(&lines[..shown].join("\n"), 4));
        if shown < lines.len() {
            let left = lines.len() - shown;
            text.push_str(&match style.language {
                Language::English => format!("    … {left} more lines, see --format json\n"),
                Language::Chinese => format!("    … 另有 {left} 行，见 --format json\n"),
            });
        }
    }
    let next = finding.next.get(style.language);
    text.push_str(&format!("  → {}\n", fold(next, style.width, 4)));
    text
}

fn table(exercises: &[ExerciseAudit], style: Style) -> String {
    let words = match style.language {
        Language::English => ["answers", "checks", "points", "judging", "findings"],
        Language::Chinese => ["答案", "检查", "分值", "评判用时", "问题"],
    };
    let name = pad(style.language.pick("exercise", "练习"), NAME);
    let head = format!("    {name}{}", right(&words, &COLUMNS));
    let mut text = style.paint.strong(&head);
    text.push('\n');
    for exercise in exercises {
        let found = exercise.findings.len();
        let cells = [
            exercise.answers.to_string(),
            exercise.checks.to_string(),
            exercise.points.to_string(),
            seconds(exercise.timing.judging_ms),
            found.to_string(),
        ];
        let cells = right(&cells.each_ref().map(String::as_str), &COLUMNS);
        let name = pad(&cut(&exercise.id, NAME), NAME);
        let line = format!("{:02}  {name}{cells}", exercise.number);
        text.push_str(&if found > 0 {
            style.paint.bad(&line)
        } else {
            line
        });
        text.push('\n');
    }
    text
}

/// What each check took. It differs from run to run, and what is known from before took its
/// time then.
pub(crate) fn times(report: &AuditReport, style: Style) -> String {
    const WIDTHS: [usize; 2] = [10, 10];
    let words = match style.language {
        Language::English => ["all", "longest"],
        Language::Chinese => ["总计", "最长"],
    };
    let name = pad(style.language.pick("check", "检查"), NAME);
    let answer = style.language.pick("answer", "答案");
    let head = format!("    {name}{}  {answer}", right(&words, &WIDTHS));
    let mut text = format!("{}\n", style.paint.strong(&head));
    for exercise in &report.exercises {
        for (check, time) in &exercise.timing.checks {
            let cells = [seconds(time.all_ms), seconds(time.slowest_ms)];
            let cells = right(&cells.each_ref().map(String::as_str), &WIDTHS);
            let name = pad(&cut(check, NAME), NAME);
            // Below `solutions/NN-slug/`, which is the same for all.
            let place = time
                .slowest
                .split('/')
                .skip(2)
                .collect::<Vec<_>>()
                .join("/");
            let place = if place.is_empty() { "src" } else { &place };
            text.push_str(&format!("{:02}  {name}{cells}  {place}\n", exercise.number));
        }
    }
    text
}

/// Seconds with one decimal place.
fn seconds(milliseconds: u64) -> String {
    let tenths = milliseconds.div_ceil(100);
    format!("{}.{} s", tenths / 10, tenths % 10)
}

fn plural(is_one: bool) -> &'static str {
    if is_one { "" } else { "s" }
}

fn closing(report: &AuditReport, style: Style) -> String {
    let sum = |of: fn(&ExerciseAudit) -> usize| report.exercises.iter().map(of).sum::<usize>();
    let findings = sum(|it| it.findings.len());
    let answers = sum(|it| it.answers);
    let known = sum(|it| it.timing.known);
    let seeds = thousands(report.seeds);
    let exercises = report.exercises.len();
    let counts = match style.language {
        Language::English => format!(
            "{exercises} exercise{}, {answers} answers, each judged with {seeds} seed{} ({known} known from earlier runs).",
            plural(exercises == 1),
            plural(report.seeds == 1),
        ),
        Language::Chinese => format!(
            "{exercises} 个练习，{answers} 个答案，各以 {seeds} 个种子评判（{known} 个此前已知）。"
        ),
    };
    let counts = match (report.declared, style.language) {
        (false, _) => counts,
        (true, Language::English) => format!(
            "{counts} The wrong ones were judged by the checks alone that they declare to fail."
        ),
        (true, Language::Chinese) => format!("{counts}错误答案只以其声明会失败的检查评判。"),
    };
    let verdict = match (findings, style.language) {
        (0, Language::English) => style.paint.good("No findings."),
        (0, Language::Chinese) => style.paint.good("没有发现问题。"),
        (_, Language::English) => style.paint.bad(&format!(
            "{findings} found. `docs/teacher.md` explains each kind."
        )),
        (_, Language::Chinese) => style.paint.bad(&format!(
            "发现 {findings} 个问题。各种类的说明见 `docs/teacher.zh.md`。"
        )),
    };
    format!("{}\n{verdict}\n", fold(&counts, style.width, 0))
}
