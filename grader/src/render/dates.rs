//! Renders the dates of an assignment, and what lateness costs.

use grader_schema::{assignment::Dated, report::Report, text::Language};

use super::{
    Style,
    text::{fold, pad, width},
};
use crate::{
    language::Pick as _,
    lateness::{Deadline, Lateness, shown},
    submission_time::SubmissionTime,
};

/// Dates and policy in sentences.
pub(crate) fn policy(deadline: &Deadline, language: Language) -> String {
    let (opens, due) = (
        shown(&deadline.opens, language),
        shown(&deadline.due, language),
    );
    let late = match (&deadline.late, language) {
        (None, Language::English) => "Later submissions are not accepted.".to_owned(),
        (None, Language::Chinese) => "逾期不收。".to_owned(),
        (Some(late), Language::English) => {
            let days = days(late.days, language);
            format!(
                "Each day begun after that costs {} % of the points; after {days} no submission is accepted.",
                late.percent_per_day
            )
        }
        (Some(late), Language::Chinese) => format!(
            "此后每迟交一天（不足一天按一天计）扣 {}% 的分数；迟交超过 {} 天不再接收。",
            late.percent_per_day, late.days
        ),
    };
    match language {
        Language::English => format!("Opens {opens}. Due {due}. {late}"),
        Language::Chinese => format!("开放：{opens}。截止：{due}。{late}"),
    }
}

/// Title, dates and policy of an assignment, and their relation to now, above a table.
pub(crate) fn heading(assignment: &Dated, now: &SubmissionTime, style: Style) -> String {
    let title = style.paint.strong(assignment.title.get(style.language));
    let policy = fold(&policy(&now.deadline, style.language), style.width, 0);
    let standing = match now.lateness {
        Lateness::InTime => String::new(),
        _ => submission_time(now, style),
    };
    format!("{title}\n{policy}\n{standing}\n")
}

/// The relation of a report's submission time to the due date, with a label; empty if
/// there is no such date.
pub(crate) fn handed(report: &Report, style: Style) -> String {
    let handed = report.handed.as_ref().and_then(SubmissionTime::reported);
    handed.map_or_else(String::new, |handed| submission_time(&handed, style))
}

/// The relation of the submission time to the due date, with a label.
fn submission_time(time: &SubmissionTime, style: Style) -> String {
    let language = style.language;
    let label = language.pick("Due", "截止");
    let due = shown(&time.deadline.due, language);
    let moment = time.given.map(|at| {
        let zone = time.deadline.due.time_zone().clone();
        shown(&at.to_zoned_datetime(zone), language)
    });
    let handed = match (&moment, language) {
        (Some(moment), Language::English) => format!("submitted {moment}"),
        (Some(moment), Language::Chinese) => format!("提交于 {moment}"),
        (None, Language::English) => "submitted now".to_owned(),
        (None, Language::Chinese) => "若现在提交".to_owned(),
    };
    let rest = match (time.lateness, language) {
        (Lateness::InTime, _) if moment.is_none() => String::new(),
        (Lateness::InTime, Language::English) => format!("; {handed}, in time"),
        (Lateness::InTime, Language::Chinese) => format!("；{handed}，按时"),
        (Lateness::NotOpen, Language::English) => {
            let opens = shown(&time.deadline.opens, language);
            format!("; {handed}, before it opens ({opens})")
        }
        (Lateness::NotOpen, Language::Chinese) => {
            let opens = shown(&time.deadline.opens, language);
            format!("；{handed}，尚未开放，开放时间为 {opens}")
        }
        (Lateness::Late { days, percent }, Language::English) => {
            let days = self::days(days, language);
            format!("; {handed}, {days} late: {percent} % of the points are lost")
        }
        (Lateness::Late { days, percent }, Language::Chinese) => {
            format!("；{handed}，迟交 {days} 天：扣除 {percent}% 的分数")
        }
        (Lateness::Closed { days }, Language::English) => {
            let days = self::days(days, language);
            format!("; {handed}, {days} late: no longer accepted")
        }
        (Lateness::Closed { days }, Language::Chinese) => {
            format!("；{handed}，迟交 {days} 天：不再接收")
        }
    };
    // As wide as `Next`, which comes below it.
    let label = pad(label, width(language.pick("Next", "下一步")));
    let text = fold(&format!("{due}{rest}"), style.width, width(&label) + 2);
    format!("{}  {text}\n", style.paint.strong(&label))
}

/// `1 day`, `2 days`.
fn days(days: u32, language: Language) -> String {
    match (days, language) {
        (1, Language::English) => "1 day".to_owned(),
        (_, Language::English) => format!("{days} days"),
        (_, Language::Chinese) => format!("{days} 天"),
    }
}
