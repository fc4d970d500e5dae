//! What `check` says about an exercise.

use std::fmt::Write as _;

use grader_schema::{
    report::{CheckReport, ExerciseReport, FailureKind, Following, Report, Status, Verdict},
    text::Language,
};

use super::{
    Style, dates, evidence,
    failure::{self, Subject},
    text,
};
use crate::language::Pick as _;

/// The block of one exercise.
///
/// `brief` leaves the passed checks of a passed exercise away.
pub(crate) fn exercise(report: &ExerciseReport, brief: bool, style: Style) -> String {
    let language = style.language;
    let number = format!("{:02}", report.number);
    let mut block = heading(report, style);
    match report.status {
        Status::Passed if brief => return block,
        Status::NotStarted => {
            block.push_str(&not_started(report, language));
            return block;
        }
        Status::DoesNotCompile => {
            block.push('\n');
            block.push_str(&why_not(report, style));
            let command = format!("cargo grader check {number}");
            let command = failure::with_options(command, &report.answer_options);
            let _ = write!(
                block,
                "\n\n  {}  {}\n",
                style.paint.strong(language.pick("Next", "下一步")),
                match language {
                    Language::English => format!("fix it, then run `{command}`"),
                    Language::Chinese => format!("改正后运行 `{command}`"),
                }
            );
            return block;
        }
        Status::Passed | Status::Failed => {}
    }
    block.push('\n');
    let column = report.checks.iter().map(|check| points(check).len()).max();
    let column = column.unwrap_or(0).max(4) + 1;
    for check in &report.checks {
        block.push_str(&line(check, column, style));
    }
    let subject = Subject {
        exercise: &number,
        options: &report.answer_options,
    };
    let mut untouched = 0;
    for check in &report.checks {
        match &check.verdict {
            Verdict::Failed(failure) if failure.kind == FailureKind::NotStarted => untouched += 1,
            Verdict::Failed(failure) => {
                block.push('\n');
                block.push_str(&failure::render(check, failure, subject, style));
            }
            Verdict::Passed { .. } => {}
        }
    }
    if untouched > 0 {
        block.push_str(&waiting(untouched, style.language));
    }
    block
}

/// Why an answer does not compile: the grader's words, then the compiler's.
fn why_not(report: &ExerciseReport, style: Style) -> String {
    let refusal = report.refusal.as_ref().map(|why| why.get(style.language));
    let messages = report.compiler.as_deref();
    let messages = messages.map(|messages| style.paint.keep(messages));
    let parts = refusal.map(str::to_owned).into_iter().chain(messages);
    let parts: Vec<String> = parts.map(|part| part.trim_end().to_owned()).collect();
    parts.join("\n\n")
}

/// Says calmly that some checks have nothing to judge yet.
fn waiting(checks: usize, language: Language) -> String {
    match (language, checks) {
        (Language::English, 1) => {
            "\n  One check waits for you to replace a `todo!()`.\n".to_owned()
        }
        (Language::English, _) => {
            format!("\n  {checks} checks wait for you to replace a `todo!()`.\n")
        }
        (Language::Chinese, _) => {
            format!("\n  还有 {checks} 项检查等你替换 `todo!()`。\n")
        }
    }
}

/// Number, title, verdict in a word, points.
fn heading(report: &ExerciseReport, style: Style) -> String {
    let language = style.language;
    let word = match report.status {
        Status::Passed if report.unjudged_points > 0 => style
            .paint
            .good(language.pick("passed the public checks", "通过公开检查")),
        Status::Passed => style.paint.good(language.pick("passed", "通过")),
        Status::Failed => style.paint.bad(language.pick("failed", "未通过")),
        Status::DoesNotCompile => style
            .paint
            .bad(language.pick("does not compile", "无法编译")),
        Status::NotStarted => style.paint.wait(language.pick("not started", "尚未开始")),
    };
    let points = match language {
        Language::English => format!("{} of {} points", report.points, report.max_points),
        Language::Chinese => format!("{}/{} 分", report.points, report.max_points),
    };
    let (colon, comma) = (language.pick(":", "："), language.pick(", ", "，"));
    let title = report.title.get(language);
    let plain = format!("{:02} {title}{colon} {word}{comma}{points}", report.number);
    // What is one line is kept in one; else what became of it has a line of its own.
    let gap = if text::width(&anstream::adapter::strip_str(&plain).to_string()) >= style.width {
        "\n  "
    } else if language == Language::English {
        " "
    } else {
        ""
    };
    let mut lines = vec![format!(
        "{} {}{colon}{gap}{word}{comma}{points}",
        style.paint.strong(&format!("{:02}", report.number)),
        style.paint.strong(title),
    )];
    if report.unjudged_points > 0 && report.status != Status::NotStarted {
        lines.push(unjudged(report.unjudged_points, 1, language));
    }
    if report.lost_to_lateness > 0 {
        lines.push(match language {
            Language::English => format!(
                "{} more were earned, but are lost because the submission is late",
                report.lost_to_lateness
            ),
            Language::Chinese => format!("另有 {} 分因迟交被扣除", report.lost_to_lateness),
        });
    }
    let separator = language.pick(";\n  ", "；\n  ");
    format!("{}\n", lines.join(separator))
}

/// That points of some exercises are not judged yet.
pub(crate) fn unjudged(points: u32, exercises: usize, language: Language) -> String {
    let (is, it) = (
        if points == 1 {
            "point is"
        } else {
            "points are"
        },
        if exercises == 1 { "it is" } else { "they are" },
    );
    match language {
        Language::English => {
            format!("{points} {is} judged by hidden checks when {it} graded")
        }
        Language::Chinese => format!("另有 {points} 分在评分时由隐藏检查评判"),
    }
}

fn not_started(report: &ExerciseReport, language: Language) -> String {
    let directory = &report.directory;
    let file = report.editable.first().map_or("src/lib.rs", String::as_str);
    let source = if report.source == *directory {
        format!("{directory}/{file}")
    } else {
        report.source.clone()
    };
    match language {
        Language::English => {
            format!("  Read {directory}/README.md,\n  then replace the `todo!()` in {source}.\n")
        }
        Language::Chinese => {
            format!("  请阅读 {directory}/README.zh.md，\n  然后替换 {source} 中的 `todo!()`。\n")
        }
    }
}

/// The points of a check, of how many.
fn points(check: &CheckReport) -> String {
    format!("{}/{}", check.points, check.max_points)
}

/// One check: a sign and a word, points, title, and what a pass rests on.
fn line(check: &CheckReport, column: usize, style: Style) -> String {
    let language = style.language;
    let (sign, evidence) = match &check.verdict {
        Verdict::Passed { evidence } => (
            style.paint.good(language.pick("✓ ok  ", "✓ 通过")),
            Some(evidence::evidence(*evidence, language)),
        ),
        Verdict::Failed(failure) if failure.kind == FailureKind::NotStarted => {
            (style.paint.wait(language.pick("· todo", "· 待写")), None)
        }
        Verdict::Failed(_) => (style.paint.bad(language.pick("✗ FAIL", "✗ 失败")), None),
    };
    let points = format!("{:>column$}", points(check));
    let title = check.title.get(language);
    let left = 2 + 6 + column + 2 + 2;
    let mut text = format!("  {sign}{points}  {title}");
    if let Some(evidence) = evidence {
        let faint = style.paint.faint(&evidence);
        if left + text::width(title) + text::width(&evidence) <= style.width {
            let _ = write!(text, "  {faint}");
        } else {
            let column = left - 2;
            let folded = text::fold(&evidence, style.width, column);
            let _ = write!(
                text,
                "\n{}{}",
                " ".repeat(column),
                style.paint.faint(&folded)
            );
        }
    }
    text.push('\n');
    text
}

/// The last lines when one exercise was judged: when it is due, and what comes next.
pub(crate) fn what_next(report: &Report, style: Style) -> String {
    let mut text = String::new();
    for exercise in &report.exercises {
        if exercise.is_assigned {
            text.push_str(&dates::handed(report, style));
        }
        text.push_str(&following(exercise, style));
    }
    text
}

/// What comes next, after a pass.
fn following(report: &ExerciseReport, style: Style) -> String {
    let Some(following) = &report.following else {
        return String::new();
    };
    if report.status != Status::Passed {
        return String::new();
    }
    let label = style.paint.strong(style.language.pick("Next", "下一步"));
    match following {
        Following::Exercise(directory) => format!(
            "{label}  {directory}/{}\n",
            style.language.pick("README.md", "README.zh.md")
        ),
        Following::Overview => format!("{label}  cargo grader report\n"),
    }
}

/// The last lines when several exercises were judged.
pub(crate) fn summary(report: &Report, style: Style) -> String {
    let count = |status| {
        report
            .exercises
            .iter()
            .filter(|exercise| exercise.status == status)
            .count()
    };
    let (passed, failed, broken, fresh) = (
        count(Status::Passed),
        count(Status::Failed),
        count(Status::DoesNotCompile),
        count(Status::NotStarted),
    );
    let (points, most) = (report.points, report.max_points);
    let text = match style.language {
        Language::English => format!(
            "{passed} passed, {failed} failed, {broken} not compiling, {fresh} not started; {points} of {most} points"
        ),
        Language::Chinese => format!(
            "{passed} 个通过，{failed} 个未通过，{broken} 个无法编译，{fresh} 个尚未开始；{points}/{most} 分"
        ),
    };
    let mut text = format!("{}\n", style.paint.strong(&text));
    let unjudged_in = |exercise: &&ExerciseReport| exercise.unjudged_points > 0;
    if report.unjudged_points > 0 {
        let exercises = report.exercises.iter().filter(unjudged_in).count();
        let unjudged = unjudged(report.unjudged_points, exercises, style.language);
        text.push_str(&format!("{unjudged}{}\n", style.language.pick("", "。")));
    }
    text
}
