//! Interprets compiler diagnostics that are not simply shown.

use grader_schema::Text;
use serde::{Deserialize, Serialize};

/// Why an answer is not run: the student has to fix this.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Refusal {
    /// In the grader's own words; empty where the compiler says it all.
    pub(crate) why: Text,
    /// What the compiler said.
    pub(crate) compiler: String,
}

impl From<Text> for Refusal {
    fn from(why: Text) -> Self {
        Self {
            why,
            compiler: String::new(),
        }
    }
}

/// A message of the compiler.
#[derive(Debug, Deserialize)]
pub(crate) struct Diagnostic {
    level: String,
    message: String,
    code: Option<Code>,
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

#[derive(Debug, Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    is_primary: bool,
    label: Option<String>,
    /// Where the macro was used, for a place inside of one.
    expansion: Option<Box<Expansion>>,
}

#[derive(Debug, Deserialize)]
struct Expansion {
    span: Span,
}

impl Span {
    /// The place in the answer itself: a macro is blamed where it is used.
    fn outermost(&self) -> &Self {
        self.expansion
            .as_ref()
            .map_or(self, |expansion| expansion.span.outermost())
    }
}

/// Reads the messages of `--error-format=json`; other lines are not messages.
pub(crate) fn parse(output: &str) -> Vec<Diagnostic> {
    output
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn errors(all: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    // The closing "aborting due to 3 previous errors" has neither a place nor a code.
    all.iter().filter(|one| {
        one.level.starts_with("error") && !(one.spans.is_empty() && one.code.is_none())
    })
}

fn rendered<'a>(all: impl Iterator<Item = &'a Diagnostic>) -> String {
    all.filter_map(|one| one.rendered.as_deref()).collect()
}

/// What to say when the code compiles with the real `std` and not with the modelled one.
pub(crate) fn not_modelled(all: &[Diagnostic]) -> Refusal {
    let mut items = String::new();
    for one in errors(all) {
        let place = one.spans.iter().find(|span| span.is_primary);
        // An import is named whole in the message, anything else best beside its place.
        let path = one.message.strip_prefix("unresolved import ");
        let label = place
            .and_then(|span| span.label.as_deref())
            .filter(|label| label.contains('`'));
        let what = path.or(label).unwrap_or(&one.message);
        let place = place.map(Span::outermost);
        let line = match place {
            Some(span) => format!("  - {}:{}: {what}\n", span.file_name, span.line_start),
            None => format!("  - {what}\n"),
        };
        if !items.contains(&line) {
            items.push_str(&line);
        }
    }
    let intro = Text::new(
        "This is valid Rust, but it uses a part of `std` that is not modelled:",
        "这是正确的 Rust，但它用到的 `std` 的一部分没有建模：",
    );
    let next = Text::new(
        "Use another part of `std` for it (the README names what the exercise needs), and tell your teacher.",
        "请改用 `std` 的其他部分（README 写明了练习所需的内容），并告诉老师。",
    );
    Refusal {
        why: Text::new(
            format!("{}\n{items}\n{}\n", intro.en, next.en),
            format!("{}\n{items}\n{}\n", intro.zh, next.zh),
        ),
        compiler: rendered(errors(all)),
    }
}

/// What to say when the checks cannot call the answer.
///
/// A message about a hidden check would show its source, so of those only the
/// sentence is given, and not the lines.
pub(crate) fn signatures_differ(all: &[Diagnostic], is_hidden: impl Fn(&str) -> bool) -> Refusal {
    let mut why = Text::new(
        "The checks cannot call your code: a signature differs from what the README says.\n",
        "检查无法调用你的代码：某个签名与 README 中的不同。\n",
    );
    let mut compiler = String::new();
    for one in errors(all) {
        if one.spans.iter().any(|span| is_hidden(&span.file_name)) {
            let code = one
                .code
                .as_ref()
                .map_or(String::new(), |code| format!("[{}]", code.code));
            let message = &one.message;
            let en = format!("error{code}: {message} (in a hidden check)\n");
            why.en.push_str(&en);
            why.zh
                .push_str(&format!("错误{code}：{message}（在隐藏检查中）\n"));
        } else {
            compiler.push_str(one.rendered.as_deref().unwrap_or(&one.message));
        }
    }
    Refusal { why, compiler }
}

/// Whether the trouble is with the kit's own crates or with the linker, and not with an answer.
pub(crate) fn is_internal_error(all: &[Diagnostic]) -> bool {
    const CRATES: [&str; 7] = [
        "E0460", "E0461", "E0462", "E0463", "E0464", "E0514", "E0786",
    ];
    let mut any = false;
    for one in errors(all) {
        any = true;
        let crates = one
            .code
            .as_ref()
            .is_some_and(|code| CRATES.contains(&code.code.as_str()));
        if crates {
            return true;
        }
    }
    // An error without place and code is the linker's or the operating system's.
    !any
}

/// All messages as the compiler would show them.
pub(crate) fn all_rendered(all: &[Diagnostic]) -> String {
    rendered(all.iter())
}

#[cfg(test)]
mod tests {
    use super::{Refusal, is_internal_error, not_modelled, parse, signatures_differ};

    const MISSING: &str = r#"{"level":"error","message":"unresolved import `std::sync::Foo`","code":{"code":"E0432"},"spans":[{"file_name":"exercises/30/src/lib.rs","line_start":3,"is_primary":true,"label":"no `Foo` in `sync`"}],"rendered":"error[E0432]: …\n"}"#;
    const LINKER: &str = r#"{"level":"error","message":"linking with `cc` failed","code":null,"spans":[],"rendered":"error: linking\n"}"#;
    const HIDDEN: &str = r#"{"level":"error","message":"mismatched types","code":{"code":"E0308"},"spans":[{"file_name":"/s/checks/hidden.rs","line_start":3,"is_primary":true,"label":"expected"}],"rendered":"SECRET\n"}"#;

    #[test]
    fn a_missing_part_of_std_is_named_with_its_line() {
        let Refusal { why, compiler } = not_modelled(&parse(MISSING));
        for text in [&why.en, &why.zh] {
            assert!(
                text.contains("  - exercises/30/src/lib.rs:3: `std::sync::Foo`\n"),
                "{text}"
            );
        }
        assert_eq!(compiler, "error[E0432]: …\n");
    }

    #[test]
    fn the_source_of_a_hidden_check_is_not_shown() {
        let refusal = signatures_differ(&parse(HIDDEN), |file| file.ends_with("hidden.rs"));
        let Refusal { why, compiler } = &refusal;
        assert!(
            why.en
                .contains("error[E0308]: mismatched types (in a hidden check)")
        );
        assert!(
            why.zh
                .contains("错误[E0308]：mismatched types（在隐藏检查中）")
        );
        for text in [&why.en, &why.zh, compiler] {
            assert!(!text.contains("SECRET"));
        }
    }

    #[test]
    fn a_linker_that_fails_is_not_the_students_fault() {
        assert!(is_internal_error(&parse(LINKER)));
        assert!(!is_internal_error(&parse(HIDDEN)));
    }
}
