//! Renders the report of `dev mutate`: the surviving mutants as diffs, and a table of the exercises.

use grader_schema::{
    mutation::{DeletionReport, ExerciseMutation, Fate, Mutant, MutationReport},
    text::Language,
};

use super::{
    Style, found_by,
    text::{cut, fold, indent, pad, right},
};
use crate::language::Pick as _;

/// Columns of a property.
const PROPERTY: usize = 150;
/// Columns of an exercise's name.
const NAME: usize = 26;
/// Columns of the numbers beside it.
const COLUMNS: [usize; 5] = [9, 9, 11, 10, 8];

/// Draws the whole report.
pub(crate) fn report(report: &MutationReport, style: Style) -> String {
    let mut text = String::new();
    for exercise in &report.exercises {
        for mutant in &exercise.mutants {
            if mutant.fate == Fate::Survived {
                text.push_str(&survivor(exercise, mutant, style));
            }
        }
        for stale in &exercise.stale {
            let place = format!("{}:{}", stale.file, stale.line);
            let what = style.language.pick(
                "this entry matches no surviving mutant; delete it",
                "没有幸存的变异体与此条目相符；请删除",
            );
            text.push_str(&format!("{}\n  {what}\n\n", style.paint.strong(&place)));
        }
    }
    text.push_str(&table(&report.exercises, style));
    let rows = report
        .exercises
        .iter()
        .filter_map(|it| Some((it.number, it.id.as_str(), it.found_by?, [].as_slice())));
    text.push_str(&found_by::table(&rows.collect::<Vec<_>>(), style));
    text
}

/// Draws the properties on which no outcome depends, and the number of all properties.
pub(crate) fn deletions(report: &DeletionReport, style: Style) -> String {
    let mut text = String::new();
    let missed = report
        .deletions
        .iter()
        .filter(|one| one.detected_by.is_none());
    for one in missed.clone() {
        let place = style.paint.strong(&format!("{}:{}", one.file, one.line));
        let name = style.paint.bad(&format!("✗ {}", one.oracle));
        let property = fold(&cut(&one.property, PROPERTY), style.width, 4);
        let next = style.language.pick(
            "no outcome depends on this property: add a wrong answer that only it finds, or delete it",
            "没有任何结果取决于这条性质：请补一个只有它能发现的错误答案，或删去它",
        );
        text.push_str(&format!(
            "{name}  {place}\n    {property}\n  → {}\n\n",
            fold(next, style.width, 4)
        ));
    }
    let (all, missed) = (report.deletions.len(), missed.count());
    text.push_str(&match style.language {
        Language::English => {
            format!("{all} properties, {missed} of them without an effect on any outcome\n")
        }
        Language::Chinese => format!("共 {all} 条性质，其中 {missed} 条不影响任何结果\n"),
    });
    text
}

fn survivor(exercise: &ExerciseMutation, mutant: &Mutant, style: Style) -> String {
    let name = style.paint.bad(&format!("✗ {}", mutant.operator.name()));
    let place = format!("{}:{}", mutant.file, mutant.line);
    let meaning = mutant.operator.meaning();
    let meaning = fold(meaning.get(style.language), style.width, 2);
    // The first two lines name the files, which have been named.
    let diff: Vec<&str> = mutant.diff.lines().skip(2).collect();
    let file = format!("solutions/{:02}-{}", exercise.number, exercise.id);
    let next = match style.language {
        Language::English => {
            format!(
                "detect it with a check, or say in `{file}/equivalent.toml` why it is not a mistake"
            )
        }
        Language::Chinese => {
            format!("用检查找出它，或在 `{file}/equivalent.toml` 中说明它为何不是错误")
        }
    };
    format!(
        "{name}  {}\n  {meaning}\n{}  → {}\n\n",
        style.paint.strong(&place),
        indent(&diff.join("\n"), 4),
        fold(&next, style.width, 4)
    )
}

fn table(exercises: &[ExerciseMutation], style: Style) -> String {
    let words = match style.language {
        Language::English => ["mutants", "killed", "justified", "survive", "score"],
        Language::Chinese => ["变异体", "被发现", "已说明", "幸存", "得分"],
    };
    let name = pad(style.language.pick("exercise", "练习"), NAME);
    let head = format!("    {name}{}", right(&words, &COLUMNS));
    let mut text = format!("{}\n", style.paint.strong(&head));
    for exercise in exercises {
        let tally = Tally::of(exercise);
        let score = tally.score();
        let numbers = [tally.mutants, tally.killed, tally.justified, tally.survived];
        let cells = numbers.map(|number| number.to_string());
        let [mutants, killed, justified, survived] = cells.each_ref().map(String::as_str);
        let cells = right(&[mutants, killed, justified, survived, &score], &COLUMNS);
        let name = pad(&cut(&exercise.id, NAME), NAME);
        let line = format!("{:02}  {name}{cells}", exercise.number);
        text.push_str(&if tally.survived > 0 || !exercise.stale.is_empty() {
            style.paint.bad(&line)
        } else {
            line
        });
        text.push('\n');
    }
    text
}

/// The number of mutants of an exercise by outcome; mutants that do not compile do not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) mutants: usize,
    pub(crate) killed: usize,
    pub(crate) justified: usize,
    pub(crate) survived: usize,
}

impl Tally {
    /// Counts the mutants of an exercise.
    pub(crate) fn of(exercise: &ExerciseMutation) -> Self {
        let mut tally = Self::default();
        for mutant in &exercise.mutants {
            match mutant.fate {
                Fate::Stillborn => continue,
                Fate::Killed(_) => tally.killed += 1,
                Fate::Equivalent(_) => tally.justified += 1,
                Fate::Survived => tally.survived += 1,
            }
            tally.mutants += 1;
        }
        tally
    }

    /// The part of the mutants that are mistakes which the checks find.
    pub(crate) fn score(self) -> String {
        match self.killed + self.survived {
            0 => "–".to_owned(),
            mistakes => format!("{} %", self.killed * 100 / mistakes),
        }
    }
}
