//! Chinese texts are set as Chinese: full-width punctuation, one line for each paragraph, one word for one thing.

use std::{ffi::OsStr, path::Path};

use crate::tidy::{files, none};

/// What stands for something that is no prose: code, an address, a placeholder.
const CODE: char = '\u{e000}';
/// What is full-width and no character.
const MARKS: &str = "，。；：？！、（）《》“”‘’…—";
/// Words that a text does not use, each with the word of the glossary that it uses instead.
const REJECTED: [(&str, &str); 12] = [
    ("记号", "令牌"),
    ("没有尽头的递归", "无限递归"),
    ("空转", "死循环"),
    ("时钟时间", "实际时间"),
    ("安全网", "时间上限"),
    ("交错执行", "交错次序"),
    ("所有交错都", "所有交错次序都"),
    ("评测库", "检查库"),
    ("检查用的库", "检查库"),
    ("判定程序", "评判程序"),
    ("标准答案", "参考答案"),
    ("突变", "变异"),
];

fn is_han(it: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&it)
}

fn is_wide(it: Option<char>) -> bool {
    it.is_some_and(|it| is_han(it) || MARKS.contains(it))
}

fn has_han(text: &[char]) -> bool {
    text.iter().any(|it| is_han(*it))
}

/// The text with code, addresses and placeholders of formats replaced by [`CODE`].
fn prose(text: &str) -> Vec<char> {
    let mut prose = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end_of = |close: &str, from: usize| rest[from..].find(close).map(|at| from + at);
        let left_out = match first {
            '`' => {
                let ticks = rest.len() - rest.trim_start_matches('`').len();
                end_of(&"`".repeat(ticks), ticks).map(|at| at + ticks)
            }
            '{' => end_of("}", 1).map(|at| at + 1),
            '<' if rest.starts_with("<!--") => end_of("-->", 4).map(|at| at + 3),
            ']' if rest.starts_with("](") => end_of(")", 2).map(|at| at + 1),
            _ if rest.starts_with("http") && rest.contains("://") => {
                rest.find([' ', ')', '）']).or(Some(rest.len()))
            }
            _ => None,
        };
        if let Some(end) = left_out {
            prose.push(CODE);
            rest = &rest[end..];
        } else {
            prose.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    prose
}

/// Where brackets, quotes and emphasis begin and end.
fn pairs(prose: &[char]) -> Vec<(usize, usize)> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for (at, it) in prose.iter().enumerate() {
        match it {
            '(' | '[' | '“' | '《' => open.push(at),
            ')' | ']' | '”' | '》' => pairs.extend(open.pop().map(|start| (start, at))),
            '"' | '*' => match open.iter().rposition(|start| prose[*start] == *it) {
                Some(place) => pairs.push((open.remove(place), at)),
                None => open.push(at),
            },
            _ => {}
        }
    }
    pairs
}

/// The marks of a line that should be full-width, each with what is around it.
fn faults(line: &str) -> Vec<String> {
    let prose = prose(line);
    if !has_han(&prose) {
        return Vec::new();
    }
    let pairs = pairs(&prose);
    let foreign: Vec<_> = pairs
        .iter()
        .filter(|(start, end)| !has_han(&prose[*start..*end]))
        .collect();
    let before = |at: usize| at.checked_sub(1).map(|at| prose[at]);
    let mut wrong = Vec::new();
    for (start, end) in &pairs {
        let inside = &prose[start + 1..*end];
        let wide = inside
            .iter()
            .any(|it| is_han(*it) || "，。；：、".contains(*it));
        let after_han = prose[..*start].iter().rfind(|it| **it != '*');
        let after_han = after_han.is_some_and(|it| is_han(*it) || "》”".contains(*it));
        match prose[*start] {
            '(' if wide || after_han => wrong.push(*start),
            // A value in TOML is quoted like this.
            '"' if has_han(inside) && !prose[..*start].ends_with(&['=', ' ']) => wrong.push(*start),
            _ => {}
        }
    }
    for (at, it) in prose.iter().enumerate() {
        let (previous, next) = (before(at), prose.get(at + 1).copied());
        let is_fault = match it {
            '.' => previous.is_some_and(is_han) && next.is_none_or(|next| next == ' '),
            ',' | ';' | ':' | '?' | '!' => {
                let is_number = next.is_some_and(|it| it.is_ascii_digit())
                    && !is_wide(previous)
                    && previous != Some(CODE);
                let is_code = match it {
                    ':' => {
                        is_number || next == Some('/') || next == Some(':') || previous == Some(':')
                    }
                    ',' => is_number,
                    '!' => next.is_some_and(|it| "(=[".contains(it)),
                    '?' => next.is_some_and(|it| it != ' ' && !is_wide(Some(it))),
                    _ => false,
                };
                let is_foreign = foreign.iter().any(|(start, end)| *start < at && at < *end);
                is_wide(previous) || is_wide(next) || !(is_code || is_foreign)
            }
            _ => false,
        };
        if is_fault {
            wrong.push(at);
        }
    }
    wrong.sort_unstable();
    let around = |at: usize| &prose[at.saturating_sub(8)..(at + 9).min(prose.len())];
    wrong
        .into_iter()
        .map(|at| around(at).iter().collect())
        .collect()
}

/// The lines of a Chinese page in which people read prose: of fenced code, the comments.
fn lines_of_page(text: &str) -> Vec<(usize, &str)> {
    let mut fence: Option<(&str, bool)> = None;
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let ticks = line.trim_start();
        let ticks = &ticks[..ticks.len() - ticks.trim_start_matches('`').len()];
        match fence {
            Some((open, _)) if ticks == open => fence = None,
            Some((_, is_text)) => {
                let comment = line.find("//").map(|at| &line[at..]);
                let shown = match comment {
                    Some(comment) => Some(comment),
                    None => is_text.then_some(line),
                };
                lines.extend(shown.map(|shown| (number + 1, shown)));
            }
            None if ticks.len() >= 3 => {
                let language = line.trim().trim_start_matches('`');
                fence = Some((ticks, ["", "text"].contains(&language)));
            }
            None => lines.push((number + 1, line)),
        }
    }
    lines
}

/// Lines of a page that go on with a sentence of the line before: a reader sees a blank there.
fn broken_paragraphs(text: &str) -> Vec<usize> {
    let begins = |line: &str| {
        let indented = line.starts_with("    ");
        let line = line.trim_start();
        let number = line.trim_start_matches(|it: char| it.is_ascii_digit());
        let marks = ["#", "|", "```", "- ", "* ", "<!--", ">"];
        line.is_empty()
            || indented
            || marks.iter().any(|mark| line.starts_with(mark))
            || (number.len() < line.len() && number.starts_with(". "))
    };
    let mut broken = Vec::new();
    let mut fence: Option<usize> = None;
    let mut goes_on = false;
    for (number, line) in text.lines().enumerate() {
        let ticks = line.trim_start();
        let ticks = ticks.len() - ticks.trim_start_matches('`').len();
        if fence.is_some_and(|open| ticks == open) {
            fence = None;
            goes_on = false;
        } else if fence.is_none() && ticks >= 3 {
            fence = Some(ticks);
        } else if fence.is_none() {
            if goes_on && !begins(line) {
                broken.push(number + 1);
            }
            let is_block = ["#", "|", "<!--", ">", "    "]
                .iter()
                .any(|mark| line.starts_with(mark));
            goes_on = !line.trim().is_empty() && !is_block;
        }
    }
    broken
}

/// The strings of a Rust source, each by the line where it begins, without what escapes stand for.
fn strings(source: &str) -> Vec<(usize, String)> {
    let mut strings = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let here = &rest[at..];
        let skipped = if here.starts_with("//") {
            here.find('\n').unwrap_or(here.len())
        } else if here.starts_with("'\"'") {
            3
        } else if let Some(string) = here.strip_prefix('"') {
            let mut escaped = false;
            let end = string.find(|it| {
                let ends = it == '"' && !escaped;
                escaped = it == '\\' && !escaped;
                ends
            });
            let string = &string[..end.unwrap_or(string.len())];
            let line = source[..source.len() - here.len()].matches('\n').count() + 1;
            strings.push((line, string.to_owned()));
            (string.len() + 2).min(here.len())
        } else {
            1
        };
        rest = &here[skipped..];
    }
    strings
}

/// A string as it is shown, line by line.
fn shown(string: &str) -> Vec<String> {
    let mut whole = String::new();
    let mut lines = string.split("\\\n");
    whole.push_str(lines.next().unwrap_or_default());
    lines.for_each(|line| whole.push_str(line.trim_start()));
    let whole = whole.replace("\\\"", "\"");
    whole
        .split('\n')
        .flat_map(|line| line.split("\\n"))
        .map(str::to_owned)
        .collect()
}

/// What is wrong with the Chinese of a file.
fn problems(path: &str, text: &str) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let extension = |name: &OsStr| Path::new(name).extension().map(OsStr::to_owned);
    let stem = Path::new(path).file_stem();
    let is_chinese = stem.and_then(extension).is_some_and(|it| it == "zh");
    let extension = Path::new(path).extension().and_then(OsStr::to_str);
    if extension == Some("md") && is_chinese {
        for (number, line) in lines_of_page(text) {
            found.extend(faults(line).into_iter().map(|fault| (number, fault)));
        }
        let broken = broken_paragraphs(text).into_iter();
        found.extend(broken.map(|number| (number, "a sentence goes on in this line".to_owned())));
    } else if extension == Some("rs") {
        for (number, string) in strings(text) {
            let lines = shown(&string);
            let all = lines.iter().flat_map(|line| faults(line));
            found.extend(all.map(|fault| (number, fault)));
        }
    } else if extension == Some("toml") {
        for (number, line) in text.lines().enumerate() {
            let zh = line
                .split_once("zh = \"")
                .map(|(_, zh)| zh.replace("\\\"", "\""));
            let zh = zh.as_deref().and_then(|zh| Some(zh.rsplit_once('"')?.0));
            found.extend(
                zh.map(faults)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|it| (number + 1, it)),
            );
        }
    }
    found
        .into_iter()
        .map(|(number, fault)| format!("{path}:{number}: {fault}"))
        .collect()
}

/// The rejected words of a text, each with its line: of Rust only the strings are read.
fn rejected(path: &str, text: &str) -> Vec<String> {
    let extension = Path::new(path).extension().and_then(OsStr::to_str);
    let lines: Vec<(usize, String)> = match extension {
        Some("rs") => strings(text),
        Some("md" | "toml") => (1..).zip(text.lines().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let in_line = |(number, line): &(usize, String)| -> Vec<String> {
        let whole = shown(line).concat();
        let words = REJECTED.iter().filter(|(word, _)| whole.contains(word));
        words
            .map(|(word, better)| format!("{path}:{number}: {word}, better {better}"))
            .collect()
    };
    lines.iter().flat_map(in_line).collect()
}

#[test]
fn full_width_marks_are_told_from_code() {
    let wrong = [
        "串行的:一道程序",
        "程序,才能读入",
        "完毕;下一道",
        "好吗?不好",
        "等等!",
        "在 `src/lib.rs` 里，只用 `std`:",
        "**银行**:`transfer` 转走",
        "守卫(guard)是什么",
        "（见 *恢复*(resume)）",
        "用池(drop 相当于关闭)。",
        "决定\"谁先运行\"的部分",
        "练习 27:GIL 不保护什么",
        "一共有两条.",
        "T1:读到空闲",
        "得到 (1, 2),返回",
        "《Recursive mutexes》(2005)：少用",
    ];
    for text in wrong {
        assert!(!faults(text).is_empty(), "{text}");
    }
    let right = [
        "纯英文, with commas: and (brackets)".trim_start_matches("纯英文"),
        "调用 `f(a, b): c`，得到结果。",
        "放入的是 (2, 'a') 和 (1, 'b')，取出的是 [1, 2]。",
        "用 std::sync::Mutex，见 https://a.b/c?d=e,f 的说明",
        "最多等待 (*n* − 1)(*q* + *c*) + *c*。",
        "见[教师指南](docs/a,b.md)。",
        "23:59 之前，1,000 个，src/lib.rs:18 处",
        "M. Herlihy，“Algorithms for Scalable, Shared: Memory”（1991）",
        "线程 {who} 返回 {a:?}，而不是 {b}。",
        "宏 `panic!` 与 panic!(\"…\") 一样",
    ];
    for text in right {
        assert_eq!(faults(text), [""; 0], "{text}");
    }
}

#[test]
fn broken_paragraphs_are_found() {
    let text = "# 标题\n\n一句话\n还没完。\n\n- 一条\n  接着说\n- 又一条\n\n```text\n甲\n乙\n```\n| 表 |\n| 格 |\n";
    assert_eq!(broken_paragraphs(text), [4, 7]);
}

#[test]
fn strings_are_read_as_they_are_shown() {
    let source = "a(\"x\\\"y\"); // \"no\"\nb('\"', \"一\\\n    二\\n三\")";
    let strings = strings(source);
    let shown: Vec<_> = strings
        .iter()
        .map(|(line, it)| (*line, shown(it).join("|")))
        .collect();
    assert_eq!(shown, [(1, "x\"y".to_owned()), (2, "一二|三".to_owned())]);
}

#[test]
fn chinese_texts_have_full_width_punctuation() {
    none(&in_all_files(problems));
}

#[test]
fn rejected_words_are_found() {
    let rust = "// 记号\nlet text = \"请复制\\\n     记号\";";
    assert_eq!(rejected("a.rs", rust), ["a.rs:2: 记号, better 令牌"]);
    assert_eq!(
        rejected("a.zh.md", "令牌\n交错执行"),
        ["a.zh.md:2: 交错执行, better 交错次序"]
    );
    assert_eq!(rejected("a.md", "令牌"), [""; 0]);
}

#[test]
fn chinese_texts_use_the_words_of_the_glossary() {
    none(&in_all_files(rejected));
}

/// What is found in the files that people read.
fn in_all_files(find: fn(&str, &str) -> Vec<String>) -> Vec<String> {
    // Tests plant faults, and only the tests read them.
    let skipped = ["grader/tests/", "grader/fixtures/"];
    files()
        .iter()
        .filter(|(path, _)| !skipped.iter().any(|it| path.starts_with(it)))
        .flat_map(|(path, text)| find(path, text))
        .collect()
}
