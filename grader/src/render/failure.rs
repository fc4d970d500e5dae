//! A broken promise: what was promised, what happened, how, and what to do next.

use grader_schema::{
    report::{CheckReport, Failure, Visibility},
    text::Language,
};

use super::{Style, text, trace};
use crate::language::Pick as _;

/// Lines of printed output that are shown.
const OUTPUT_LINES: usize = 20;

/// What the commands that repeat a failure are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// `07`.
    pub(crate) exercise: &'a str,
    /// The options that name the answer; empty for the student's own.
    pub(crate) options: &'a str,
}

/// The block below a list of checks, for one that failed.
pub(crate) fn render(
    check: &CheckReport,
    failure: &Failure,
    subject: Subject<'_>,
    style: Style,
) -> String {
    let language = style.language;
    let labels = ["promised", "happened", "because", "replay", "next"]
        .map(|label| super::failure::label(label, language));
    let column = labels
        .iter()
        .map(|label| text::width(label))
        .max()
        .unwrap_or(0)
        + 4;
    let line = |name: &str, body: &str| {
        let label = style
            .paint
            .strong(&text::pad(label(name, language), column - 2));
        format!("  {label}{}\n", text::fold(body, style.width, column))
    };
    let secret = match check.visibility {
        Visibility::Public => "",
        Visibility::Hidden => language.pick(" (hidden check)", "（隐藏检查）"),
    };
    let mut block = format!(
        "{}{}{secret}\n",
        style
            .paint
            .bad(&format!("✗ {}{}", check.id, language.pick(": ", "："))),
        style.paint.strong(check.title.get(language)),
    );
    block.push_str(&line("promised", failure.promise.get(language)));
    block.push_str(&line("happened", failure.happened.get(language)));
    block.push_str(&drawing(failure, style));
    if let Some(program) = &failure.program {
        block.push_str(&self::program(program, style));
        if failure.cause.is_some() {
            block.push('\n');
        }
    }
    if let Some(cause) = &failure.cause {
        block.push_str(&line("because", cause.get(language)));
    }
    if let Some(trace) = failure
        .trace
        .as_ref()
        .filter(|trace| !trace.rows.is_empty())
    {
        let table = trace::render(trace, style.width - 2, language, style.paint);
        block.push_str(&format!(
            "\n  {}\n{}\n",
            style.paint.strong(&heading(trace.preemptions, language)),
            text::indent(&table, 2)
        ));
    }
    if !failure.output.is_empty() {
        let label = language.pick("Printed in this execution", "本次执行的输出");
        let lines: Vec<&str> = failure.output.lines().collect();
        block.push_str(&format!("  {}\n", style.paint.strong(label)));
        for line in lines.iter().take(OUTPUT_LINES) {
            // Control characters of an answer must not reach the terminal.
            let clean: String = line.chars().filter(|one| !one.is_control()).collect();
            block.push_str(&format!("    | {}\n", text::cut(&clean, style.width - 6)));
        }
        if lines.len() > OUTPUT_LINES {
            let more = lines.len() - OUTPUT_LINES;
            block.push_str(&match language {
                Language::English => format!("    | … {more} more lines\n"),
                Language::Chinese => format!("    | …… 另有 {more} 行\n"),
            });
        }
        block.push('\n');
    }
    if let Some(token) = &failure.token {
        // A command is copied, so it is never folded.
        let command = format!("cargo grader replay {} {token}", subject.exercise);
        let command = with_options(command, subject.options);
        let label = style
            .paint
            .strong(&text::pad(label("replay", language), column - 2));
        block.push_str(&format!("  {label}{command}\n"));
    }
    block.push_str(&line("next", failure.next.get(language)));
    block
}

/// The picture of the case. A line may have strings of an answer, so it is cut and cleaned.
fn drawing(failure: &Failure, style: Style) -> String {
    if failure.drawing.is_empty() {
        return String::new();
    }
    let label = style.language.pick("The case, drawn", "图示");
    let mut block = format!("\n  {}\n\n", style.paint.strong(label));
    for line in &failure.drawing {
        let line = line.get(style.language);
        let clean: String = line.chars().filter(|one| !one.is_control()).collect();
        let line = format!("    {}", text::cut(&clean, style.width - 4));
        block.push_str(&format!("{}\n", line.trim_end()));
    }
    if failure.program.is_none() {
        block.push('\n');
    }
    block
}

/// The generated program that fails, to be pasted.
fn program(program: &str, style: Style) -> String {
    let label = style
        .language
        .pick("A program that shows it", "能重现问题的程序");
    let kept = style.language.pick(
        "`--as-test` after the command below keeps it as a test of your crate.",
        "在下面的命令后加 `--as-test`，即可把它保存为你的测试。",
    );
    format!(
        "\n  {}\n\n{}\n\n{}",
        style.paint.strong(label),
        text::indent(program.trim_end(), 4).trim_end(),
        text::indent(&text::fold(kept, style.width - 2, 0), 2)
    )
}

/// A command with the options that name an answer.
pub(super) fn with_options(command: String, options: &str) -> String {
    if options.is_empty() {
        command
    } else {
        format!("{command} {options}")
    }
}

fn label(name: &str, language: Language) -> &'static str {
    match name {
        "promised" => language.pick("Promised", "承诺"),
        "happened" => language.pick("Happened", "实际"),
        "because" => language.pick("Because", "原因"),
        "replay" => language.pick("Replay", "重放"),
        _ => language.pick("Next", "下一步"),
    }
}

fn heading(preemptions: u32, language: Language) -> String {
    match (language, preemptions) {
        (Language::English, 0) => "How: the shortest interleaving found, no preemption".to_owned(),
        (Language::English, 1) => "How: the shortest interleaving found, 1 preemption".to_owned(),
        (Language::English, n) => {
            format!("How: the shortest interleaving found, {n} preemptions")
        }
        (Language::Chinese, n) => format!("经过：找到的最短交错次序，抢占 {n} 次"),
    }
}
