//! The pages of a pack: what it is, when it is due, how to begin.

use grader_schema::{Text, assignment::Pack, text::Language};

use super::{Tree, elsewhere};
use crate::{course::Exercise, docs, language::Pick as _, lateness::Deadline, render};

/// Puts them into the pack.
pub(super) fn add(pack: &Pack, exercises: &[Exercise], tree: &mut Tree) {
    for (name, language) in [
        ("README.md", Language::English),
        ("README.zh.md", Language::Chinese),
    ] {
        tree.insert(
            name.to_owned(),
            readme(pack, exercises, language).into_bytes(),
        );
    }
    tree.insert("syllabus.md".to_owned(), syllabus(exercises).into_bytes());
}

fn readme(pack: &Pack, exercises: &[Exercise], language: Language) -> String {
    let other = language.pick("[中文](README.zh.md)", "[English](README.md)");
    let course = Text::new("Interleave", "Interleave");
    let title = pack.assignment.as_ref().map_or(&course, |it| &it.title);
    let mut text = format!("# {}\n\n{other}\n", title.get(language));
    let deadline = pack.assignment.as_ref().map(Deadline::of);
    if let Some(Ok(deadline)) = deadline {
        text += &format!("\n{}\n", render::dates::policy(&deadline, language));
    }
    text += language.pick(
        "\n| no | exercise | points |\n|---|---|--:|\n",
        "\n| 编号 | 练习 | 分值 |\n|---|---|--:|\n",
    );
    for (exercise, packed) in exercises.iter().zip(&pack.exercises) {
        let page = language.pick("README.md", "README.zh.md");
        text += &format!(
            "| {} | [{}]({}/{page}) | {} |\n",
            exercise.short(),
            exercise.manifest.title.get(language),
            exercise.directory(),
            packed.points,
        );
    }
    let first = exercises.first().map(Exercise::short).unwrap_or_default();
    text += &begin(&first, language);
    text += elsewhere::windows_and_mac(language);
    if pack.exercises.iter().any(|it| it.hidden_points > 0) && !pack.sealed_for.is_empty() {
        text += language.pick(
            "\nSome of the points are for checks that you do not see. They are here, but sealed\n\
             (`checks/hidden.age`): only your teacher can open them. Leave these files as they are.\n\
             They judge what the task says, and nothing else.\n",
            "\n有一部分分值属于你看不到的检查。它们就在这里，但已加密（`checks/hidden.age`），只有老师能打开，\n\
             请不要改动这些文件。它们只评判任务说明里写明的内容。\n",
        );
    }
    text
}

fn begin(first: &str, language: Language) -> String {
    match language {
        Language::English => format!(
            "\n## How to begin\n\n\
             You need [rustup](https://rustup.rs) and Linux. Read the page of an exercise, edit its `src/lib.rs`, and let it\n\
             be judged:\n\n\
             ```sh\n\
             cargo grader list\n\
             cargo grader check {first}    # the first time takes a minute: it builds the grader\n\
             cargo grader hint {first}\n\
             cargo grader report\n\
             ```\n\n\
             The first command makes the file that you edit, `src/lib.rs`, from the stub in `stub/`. `cargo grader` works\n\
             here and in the directory of an exercise.\n\n\
             The grader tries the orders in which threads can take turns, and shows the shortest one that breaks a\n\
             promise of the task. If something does not work, run `cargo grader doctor`.\n\n\
             If you are given a new version of this pack, unpack it over this one. What you have written stays: `src/`\n\
             is empty in a pack. Progress stays too.\n"
        ),
        Language::Chinese => format!(
            "\n## 如何开始\n\n\
             需要 [rustup](https://rustup.rs) 和 Linux。先读练习的说明，编辑它的 `src/lib.rs`，然后让它接受评判：\n\n\
             ```sh\n\
             cargo grader list\n\
             cargo grader check {first}    # 第一次要一分钟左右：需要编译评测工具\n\
             cargo grader hint {first}\n\
             cargo grader report\n\
             ```\n\n\
             第一条命令会由 `stub/` 中的骨架生成你要编辑的 `src/lib.rs`。可以在这里或某个练习的目录中运行 `cargo grader`。\n\n\
             评测工具会尝试线程的各种交错次序，并给出违反题目承诺的最短的一种。遇到问题请运行 `cargo grader doctor`。\n\n\
             如果拿到这个包的新版本，直接解压覆盖即可：包里的 `src/` 是空的，你写的代码不会丢失，进度也会保留。\n"
        ),
    }
}

fn syllabus(exercises: &[Exercise]) -> String {
    let rows: String = exercises.iter().map(docs::syllabus_row).collect();
    format!(
        "# Syllabus · 教学大纲\n\n\
         | no | exercise | 练习 | stars | points | engine |\n|---|---|---|---|---|---|\n{rows}"
    )
}
