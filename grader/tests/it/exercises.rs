//! The gate: the checks of every exercise are themselves checked.
//!
//! A check is worth something only if the stub earns nothing, right answers of any
//! style earn everything, and each known mistake loses exactly what it should. All
//! problems of all exercises are shown together, so that one run tells everything.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::tree;

/// Every judgement is made with each of these.
const SEEDS: [u64; 3] = [1, 2, 3];

/// What is expected of an answer.
enum Expected {
    /// No check passes, and the program says so calmly.
    NotStarted,
    /// Every check passes.
    Everything,
    /// Just these checks fail, each in one of these ways.
    Failures(Vec<(String, Vec<String>)>),
}

struct Answer {
    exercise: String,
    /// From the root of the repository.
    source: String,
    expected: Expected,
}

#[test]
fn stubs_earn_nothing_right_answers_everything_and_wrong_ones_lose_what_they_declare() {
    let mut problems = Vec::new();
    let mut answers = Vec::new();
    for exercise in tree::exercises() {
        match answers_of(&exercise) {
            Ok(found) => answers.extend(found),
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(tree::on_all_cores(&answers, judge).into_iter().flatten());
    assert!(
        problems.is_empty(),
        "{} problems in {} answers:\n{}\n",
        problems.len(),
        answers.len(),
        problems.join("\n")
    );
}

/// The answers of an exercise; or what is wrong with them before anything is run.
fn answers_of(exercise: &str) -> Result<Vec<Answer>, Vec<String>> {
    let root = tree::root();
    let mut problems = Vec::new();
    let answer = |source: String, expected| Answer {
        exercise: exercise.to_owned(),
        source,
        expected,
    };
    let mut answers = vec![answer(
        format!("exercises/{exercise}/stub"),
        Expected::NotStarted,
    )];
    let solution = format!("solutions/{exercise}");
    answers.push(answer(solution.clone(), Expected::Everything));
    for (kind, least) in [("accepted", 1), ("wrong", 3)] {
        let names = tree::names(&root.join(&solution).join(kind));
        if names.len() < least {
            let found = names.len();
            problems.push(format!(
                "{solution}/{kind}: {found} answers, and there should be {least} at least"
            ));
        }
        for name in names {
            let source = format!("{solution}/{kind}/{name}");
            if kind == "accepted" {
                answers.push(answer(source, Expected::Everything));
                continue;
            }
            match declared(&fs_err::read_to_string(root.join(&source)).unwrap()) {
                Ok(failures) => answers.push(answer(source, Expected::Failures(failures))),
                Err(problem) => problems.push(format!("{source}: {problem}")),
            }
        }
    }
    if problems.is_empty() {
        Ok(answers)
    } else {
        Err(problems)
    }
}

/// What a wrong answer says of itself: the checks that fail, and how.
fn declared(source: &str) -> Result<Vec<(String, Vec<String>)>, String> {
    let header: Vec<&str> = source
        .lines()
        .map_while(|line| line.strip_prefix("//! "))
        .collect();
    if !header.iter().any(|line| line.starts_with("wrong: ")) {
        return Err("has no header line `//! wrong: …`".to_owned());
    }
    let failures: Vec<_> = header
        .iter()
        .filter_map(|line| line.strip_prefix("fails: "))
        .map(
            |line| match line.split_whitespace().collect::<Vec<_>>()[..] {
                [check, kinds] => Ok((
                    check.to_owned(),
                    kinds.split('|').map(str::to_owned).collect(),
                )),
                _ => Err(format!(
                    "`fails: {line}` is not of the form `<check> <kind>[|<kind>]`"
                )),
            },
        )
        .collect::<Result<_, _>>()?;
    if failures.is_empty() {
        return Err("has no header line `//! fails: …`".to_owned());
    }
    Ok(failures)
}

/// Judges an answer with every seed and says what is not as expected.
fn judge(answer: &Answer) -> Vec<String> {
    let mut problems = BTreeSet::new();
    let mut replayed = BTreeSet::new();
    for seed in SEEDS {
        let found = match tree::check(&answer.exercise, &answer.source, seed) {
            Ok((code, report)) => {
                let mut found = compare(&answer.expected, code, &report);
                for check in tree::checks(&report) {
                    let token = tree::text(&check["verdict"]["token"]);
                    if !token.is_empty() && replayed.insert(token.to_owned()) {
                        found.extend(replay(answer, token, check));
                    }
                }
                found
            }
            Err(trouble) => vec![trouble],
        };
        problems.extend(found.into_iter().map(|problem| {
            let source = &answer.source;
            format!("{source}, seed {seed}: {problem}")
        }));
    }
    problems.into_iter().collect()
}

fn compare(expected: &Expected, code: i32, report: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let status = tree::text(&report["status"]);
    let mut claim = |is: bool, problem: String| {
        if !is {
            problems.push(problem);
        }
    };
    let compiler = tree::text(&report["compiler"]);
    let (expected_code, expected_status) = match expected {
        Expected::NotStarted => (4, "not-started"),
        Expected::Everything => (0, "passed"),
        Expected::Failures(_) => (1, "failed"),
    };
    claim(
        status == expected_status && code == expected_code,
        format!(
            "is {status} with exit code {code}, not {expected_status} with {expected_code}\n{compiler}"
        ),
    );
    match expected {
        Expected::NotStarted => {
            claim(report["points"] == 0, "earns points".to_owned());
            claim(compiler.is_empty(), format!("has warnings\n{compiler}"));
        }
        Expected::Everything => {
            claim(
                report["points"] == report["max_points"],
                format!("loses {:?}", tree::failures(report)),
            );
            claim(compiler.is_empty(), format!("has warnings\n{compiler}"));
        }
        Expected::Failures(declared) => {
            for (check, kinds) in declared {
                let found = tree::checks(report).iter().find(|it| it["id"] == **check);
                let kind = found.map(|it| tree::text(&it["verdict"]["kind"]));
                let result = found.map(|it| tree::text(&it["verdict"]["result"]));
                let as_declared = result == Some("failed")
                    && kind.is_some_and(|kind| kinds.iter().any(|it| it == kind));
                let found = match result {
                    None => "is not there",
                    Some("failed") => kind.unwrap_or_default(),
                    Some(result) => result,
                };
                claim(
                    as_declared,
                    format!("`{check}` should be {}, and is {found}", kinds.join(" or ")),
                );
            }
            for failure in tree::failures(report) {
                let check = failure.split(' ').next().unwrap_or_default();
                claim(
                    declared.iter().any(|(declared, _)| declared == check),
                    format!("`{failure}` is not declared"),
                );
            }
        }
    }
    problems
}

/// A token must show the failure that it was shown with, down to the last character.
fn replay(answer: &Answer, token: &str, check: &Value) -> Option<String> {
    let arguments = [
        "replay",
        &answer.exercise,
        token,
        "--source",
        &answer.source,
    ];
    let (_, report) = match tree::json(&arguments) {
        Ok(replayed) => replayed,
        Err(trouble) => return Some(format!("replay {token}: {trouble}")),
    };
    let replayed = &report["exercises"][0]["checks"][0];
    let said = |check: &Value| {
        let verdict = &check["verdict"];
        let kind = tree::text(&verdict["kind"]);
        format!("{kind}: {}", tree::text(&verdict["happened"]["en"]))
    };
    (replayed != check).then(|| {
        format!(
            "replay {token} differs from what was shown\n  shown    {}\n  replayed {}",
            said(check),
            said(replayed)
        )
    })
}
