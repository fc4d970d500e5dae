//! What the pages of the exercises promise about grading, held to the manifests and answers.

use std::path::Path;

use toml::Value;

use crate::tree;

/// An exercise of this repository.
struct Exercise {
    name: String,
    public: Vec<(String, i64)>,
    hidden: Vec<(String, i64)>,
    /// Of each wrong answer: its name and its header.
    wrong: Vec<(String, Vec<String>)>,
}

impl Exercise {
    fn all() -> Vec<Self> {
        let root = tree::root();
        tree::names(&root.join("solutions"))
            .into_iter()
            .map(|name| Self {
                public: checks(&root.join("exercises").join(&name).join("exercise.toml")),
                hidden: checks(&root.join("solutions").join(&name).join("hidden.toml")),
                wrong: headers(&root.join("solutions").join(&name).join("wrong")),
                name,
            })
            .collect()
    }

    fn is_public(&self, id: &str) -> bool {
        self.public.iter().any(|(check, _)| check == id)
    }
}

fn checks(manifest: &Path) -> Vec<(String, i64)> {
    let manifest: Value = toml::from_str(&fs_err::read_to_string(manifest).unwrap()).unwrap();
    let checks = manifest["check"].as_array().unwrap();
    let check = |check: &Value| {
        let id = check["id"].as_str().unwrap().to_owned();
        (id, check["points"].as_integer().unwrap())
    };
    checks.iter().map(check).collect()
}

fn headers(wrong: &Path) -> Vec<(String, Vec<String>)> {
    let header = |name: String| {
        let place = wrong.join(&name);
        let file = if place.is_dir() {
            place.join("src/lib.rs")
        } else {
            place
        };
        let source = fs_err::read_to_string(file).unwrap();
        let lines = source.lines().map_while(|line| line.strip_prefix("//! "));
        (name, lines.map(str::to_owned).collect())
    };
    tree::names(wrong).into_iter().map(header).collect()
}

/// What lines of a header with this word say.
fn said<'a>(header: &'a [String], word: &str) -> Vec<&'a str> {
    let rest = |line: &'a String| line.strip_prefix(word)?.strip_prefix(": ");
    header.iter().filter_map(rest).collect()
}

fn sum(checks: &[(String, i64)]) -> i64 {
    checks.iter().map(|(_, points)| points).sum()
}

/// That the checks in a header fail is held by `dev check`, which judges the answer.
#[test]
fn a_public_check_finds_the_mistake_that_a_page_is_about() {
    for exercise in Exercise::all() {
        let name = &exercise.name;
        let mut mistakes = 0;
        for (wrong, header) in &exercise.wrong {
            for check in said(header, "page") {
                mistakes += 1;
                assert!(
                    exercise.is_public(check),
                    "{name}: {wrong}: `{check}` is not public"
                );
                let fails = said(header, "fails");
                let mut fails = fails.iter().filter_map(|line| line.split(' ').next());
                assert!(
                    fails.any(|id| id == check),
                    "{name}: {wrong}: `{check}` need not fail"
                );
            }
        }
        assert!(
            mistakes > 0,
            "{name}: no wrong answer has a line `//! page: check`"
        );
    }
}

#[test]
fn each_page_says_which_points_public_checks_give() {
    for exercise in Exercise::all() {
        let (public, hidden) = (sum(&exercise.public), sum(&exercise.hidden));
        let all = public + hidden;
        for (file, heading, expected) in [
            (
                "README.md",
                "## What is graded\n",
                format!(
                    "The public checks, which you see, are worth {public} of the {all} points. The other {hidden} are \
                     judged by hidden checks when your answer is graded: they keep to the same rules, with other inputs."
                ),
            ),
            (
                "README.zh.md",
                "## 评分",
                format!(
                    "你看得到的公开检查占 {all} 分中的 {public} 分。其余 {hidden} 分在评分时由隐藏检查判定：规则相同，输入不同。"
                ),
            ),
        ] {
            let path = tree::root()
                .join("exercises")
                .join(&exercise.name)
                .join(file);
            let page = fs_err::read_to_string(&path).unwrap();
            let (_, section) = page.split_once(heading).unwrap();
            let section = section.split("\n## ").next().unwrap().replace('\n', " ");
            let times = section.matches(&expected).count();
            assert_eq!(times, 1, "{} does not say once: {expected}", path.display());
        }
    }
}

/// A check is the harder to pass the more of the mistakes in `wrong/` it finds.
#[test]
fn points_follow_difficulty() {
    let mut wrong = Vec::new();
    for exercise in Exercise::all() {
        let found = |id: &str| {
            let fails = exercise.wrong.iter().filter(|(_, header)| {
                let fails = said(header, "fails");
                let mut fails = fails.iter().filter_map(|line| line.split(' ').next());
                fails.any(|failed| failed == id)
            });
            fails.count()
        };
        for (easy, more) in &exercise.public {
            for (hard, fewer) in &exercise.public {
                if found(hard) >= 2 * found(easy) && fewer < more {
                    wrong.push(format!(
                        "{}: `{hard}` finds {} mistakes for {fewer} points, `{easy}` finds {} for {more}",
                        exercise.name,
                        found(hard),
                        found(easy)
                    ));
                }
            }
        }
    }
    crate::tidy::none(&wrong);
}

#[test]
fn answers_with_processes_run_on_the_real_system_too() {
    let root = tree::root();
    for exercise in tree::names(&root.join("solutions")) {
        let manifest = root.join("exercises").join(&exercise).join("exercise.toml");
        let manifest: Value = toml::from_str(&fs_err::read_to_string(manifest).unwrap()).unwrap();
        let real = root.join("solutions").join(&exercise).join("real.rs");
        let has_processes = manifest["engine"].as_str() == Some("process");
        assert_eq!(real.exists(), has_processes, "{}", real.display());
    }
}
