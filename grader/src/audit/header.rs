//! What a wrong answer declares: the mistake, the checks that fail, and how. No IO.

use grader_schema::{Text, report::FailureKind};

/// A check that should fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    /// The check's id.
    pub(crate) check: String,
    /// The kinds of failure that are as they should be, one of them at least.
    pub(crate) kinds: Vec<FailureKind>,
    /// The line that declares it, from 1.
    pub(crate) line: usize,
}

/// A line that is wrong, from 1, and what is wrong with it.
pub(super) type Wrong = (usize, Text);

/// Reads the header: the `//!` lines at the beginning.
pub(super) fn read(
    source: &str,
    is_check: impl Fn(&str) -> bool,
) -> Result<Vec<Declared>, Vec<Wrong>> {
    let header: Vec<(usize, &str)> = source
        .lines()
        .enumerate()
        .map_while(|(index, line)| Some((index + 1, line.strip_prefix("//!")?.trim())))
        .collect();
    let mut wrong = Vec::new();
    let mistake = header
        .iter()
        .find_map(|(_, line)| line.strip_prefix("wrong:"));
    if mistake.is_none_or(|mistake| mistake.trim().is_empty()) {
        wrong.push((1, missing("//! wrong: …")));
    }
    let mut declared: Vec<Declared> = Vec::new();
    for (line, text) in &header {
        let Some(rest) = text.strip_prefix("fails:") else {
            continue;
        };
        match one(rest, *line, &is_check) {
            Ok(one) if declared.iter().any(|other| other.check == one.check) => {
                let check = one.check;
                wrong.push((
                    *line,
                    Text::new(
                        format!("`{check}` is declared twice; join the kinds with `|`"),
                        format!("`{check}` 声明了两次；请用 `|` 连接各种类"),
                    ),
                ));
            }
            Ok(one) => declared.push(one),
            Err(text) => wrong.push((*line, text)),
        }
    }
    if declared.is_empty() && wrong.is_empty() {
        wrong.push((1, missing("//! fails: …")));
    }
    if wrong.is_empty() {
        Ok(declared)
    } else {
        Err(wrong)
    }
}

fn missing(what: &str) -> Text {
    Text::new(
        format!("the header has no line `{what}`"),
        format!("头部没有 `{what}` 行"),
    )
}

fn one(rest: &str, line: usize, is_check: impl Fn(&str) -> bool) -> Result<Declared, Text> {
    let [check, kinds] = rest.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err(Text::new(
            format!("`fails:{rest}` is not of the form `fails: check kind[|kind]`"),
            format!("`fails:{rest}` 不符合 `fails: 检查 种类[|种类]` 的形式"),
        ));
    };
    if !is_check(check) {
        return Err(Text::new(
            format!("no check is called `{check}`"),
            format!("没有名为 `{check}` 的检查"),
        ));
    }
    let kind = |name: &str| {
        let kind = FailureKind::ALL
            .into_iter()
            .find(|kind| kind.name() == name);
        kind.ok_or_else(|| {
            let known = FailureKind::ALL.map(FailureKind::name).join(", ");
            Text::new(
                format!("no kind of failure is called `{name}`; there are {known}"),
                format!("没有名为 `{name}` 的失败种类；可用的有 {known}"),
            )
        })
    };
    Ok(Declared {
        check: check.to_owned(),
        kinds: kinds.split('|').map(kind).collect::<Result<_, _>>()?,
        line,
    })
}

#[cfg(test)]
mod tests {
    use grader_schema::report::FailureKind::{Deadlock, Panic, Property};

    use super::{Declared, read};

    #[track_caller]
    fn check(source: &str, line: usize, message: &str) {
        let wrong = read(source, |check| check == "closes").expect_err("it is wrong");
        assert_eq!(wrong[0].0, line);
        assert!(wrong[0].1.en.contains(message), "{}", wrong[0].1.en);
    }

    #[test]
    fn checks_and_kinds_are_read() {
        let source = "//! wrong: it is\n//!\n//! fails: a property|panic\n//! fails: b deadlock\n\nuse c;\n//! fails: d\n";
        let declared = |check: &str, kinds: &[_], line| Declared {
            check: check.to_owned(),
            kinds: kinds.to_vec(),
            line,
        };
        assert_eq!(
            read(source, |_| true),
            Ok(vec![
                declared("a", &[Property, Panic], 3),
                declared("b", &[Deadlock], 4)
            ])
        );
    }

    #[test]
    fn every_mistake_has_its_line() {
        check("//! fails: closes panic\n", 1, "no line `//! wrong");
        check("//! wrong: a\n", 1, "no line `//! fails");
        check("//! wrong: a\n//! fails: closes\n", 2, "not of the form");
        check(
            "//! wrong: a\n//! fails: opens panic\n",
            2,
            "no check is called `opens`",
        );
        check(
            "//! wrong: a\n//! fails: closes sleep\n",
            2,
            "no kind of failure is called `sleep`",
        );
        check(
            "//! wrong: a\n//! fails: closes panic\n//! fails: closes deadlock\n",
            3,
            "declared twice",
        );
    }
}
