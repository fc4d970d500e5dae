//! The parts of the documents that are made from the program. A test compares them
//! with the documents, and writes them there if `UPDATE_DOCS` is set.

use std::path::Path;

use grader_schema::{
    Text,
    audit::FindingKind,
    mutation::{ExerciseMutation, Fate, MutationReport, Operator},
    report::FailureKind,
    text::Language,
};

use crate::{
    audit::{self, Describe as _},
    course::{Course, Exercise},
    exit::ExitCode,
    render::{list::chapter_name, mutation::Tally},
};

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

/// The exit codes by gravity, the gravest first.
pub fn gravity() -> String {
    let codes = ExitCode::BY_GRAVITY.map(|code| code.code().to_string());
    format!("{}\n", codes.join(", "))
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
        table.push_str(&syllabus_row(&exercise));
    }
    Ok(table)
}

/// The row of one exercise in that table.
pub(crate) fn syllabus_row(exercise: &Exercise) -> String {
    let manifest = &exercise.manifest;
    format!(
        "| {} | [{}]({directory}/README.md) | [{}]({directory}/README.zh.md) | {} | {} | {} |\n",
        exercise.short(),
        manifest.title.en,
        manifest.title.zh,
        "\\*".repeat(manifest.stars as usize),
        exercise.max_points(),
        manifest.mode.name(),
        directory = exercise.directory(),
    )
}

/// A text that does not end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The table of what `dev check` can find, in this language.
pub fn findings(language: Language) -> String {
    let mut table = match language {
        Language::English => "| kind | what is wrong | what to do |\n|---|---|---|\n",
        Language::Chinese => "| 种类 | 问题 | 怎么办 |\n|---|---|---|\n",
    }
    .to_owned();
    for kind in FindingKind::ALL {
        table.push_str(&format!(
            "| {} | {} | {} |\n",
            kind.name(),
            cell(kind.meaning().get(language)),
            cell(kind.next().get(language))
        ));
    }
    table
}

/// The table of the kinds of failure that a wrong answer can declare, in this language.
pub fn failures(language: Language) -> String {
    let mut table = match language {
        Language::English => "| kind | meaning |\n|---|---|\n",
        Language::Chinese => "| 种类 | 含义 |\n|---|---|\n",
    }
    .to_owned();
    for kind in FailureKind::ALL {
        let meaning = audit::failure(kind);
        table.push_str(&format!(
            "| {} | {} |\n",
            kind.name(),
            cell(meaning.get(language))
        ));
    }
    table
}

/// The table of what `dev mutate` does to a reference, in this language.
pub fn operators(language: Language) -> String {
    let mut table = match language {
        Language::English => "| operator | the mistake |\n|---|---|\n",
        Language::Chinese => "| 算子 | 错误 |\n|---|---|\n",
    }
    .to_owned();
    for operator in Operator::ALL {
        let meaning = operator.meaning();
        let meaning = meaning.get(language);
        table.push_str(&format!("| {} | {meaning} |\n", operator.name()));
    }
    table
}

/// The scores of the exercises and what is said of the mutants that survive, from the
/// report of `dev mutate --format json`.
pub fn scores(report: &MutationReport) -> String {
    let mut text = "| exercise | mutants | killed | justified | survive | score |\n\
        |---|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for exercise in &report.exercises {
        let tally = Tally::of(exercise);
        text.push_str(&format!(
            "| {:02} {} | {} | {} | {} | {} | {} |\n",
            exercise.number,
            exercise.id,
            tally.mutants,
            tally.killed,
            tally.justified,
            tally.survived,
            tally.score()
        ));
    }
    for exercise in &report.exercises {
        for (operator, reason, count) in justified(exercise) {
            let times = match count {
                1 => String::new(),
                _ => format!(" ({count} mutants)"),
            };
            text.push_str(&format!(
                "\n{:02} {}, {}{times}: {} {}\n",
                exercise.number,
                exercise.id,
                operator.name(),
                reason.en,
                reason.zh
            ));
        }
    }
    text
}

/// The reasons why mutants of an exercise are equivalent, in the order of the report, each with the
/// number of mutants of that operator that it justifies.
fn justified(exercise: &ExerciseMutation) -> Vec<(Operator, &Text, usize)> {
    let mut reasons: Vec<(Operator, &Text, usize)> = Vec::new();
    for mutant in &exercise.mutants {
        let Fate::Equivalent(reason) = &mutant.fate else {
            continue;
        };
        let same = reasons
            .iter_mut()
            .find(|(operator, other, _)| *operator == mutant.operator && *other == reason);
        match same {
            Some((.., count)) => *count += 1,
            None => reasons.push((mutant.operator, reason, 1)),
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use grader_schema::{
        Text,
        mutation::{ExerciseMutation, Fate, Mutant, Operator},
    };

    use super::justified;

    #[test]
    fn one_reason_is_printed_once_with_its_count() {
        let equivalent = |operator: Operator, reason: &str| Mutant {
            operator,
            file: "src/lib.rs".to_owned(),
            line: 1,
            diff: String::new(),
            fate: Fate::Equivalent(Text::new(reason, reason)),
        };
        let exercise = ExerciseMutation {
            found_by: None,
            number: 31,
            id: "event".to_owned(),
            mutants: vec![
                equivalent(Operator::SplitSection, "a"),
                equivalent(Operator::OffByOne, "a"),
                equivalent(Operator::SplitSection, "a"),
                equivalent(Operator::SplitSection, "b"),
            ],
            stale: Vec::new(),
        };
        let all = justified(&exercise);
        let all: Vec<_> = all
            .iter()
            .map(|(operator, reason, count)| (*operator, reason.en.as_str(), *count))
            .collect();
        assert_eq!(
            all,
            [
                (Operator::SplitSection, "a", 2),
                (Operator::OffByOne, "a", 1),
                (Operator::SplitSection, "b", 1),
            ]
        );
    }
}
