//! The pages of a pack: what it is, when it is due, how to begin.

use grader_schema::{
    Text,
    assignment::{Dated, Pack},
    text::Language,
};

use super::{Tree, assignment::shown, elsewhere};
use crate::{docs, kit::Exercise, language::Pick as _};

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
    if let Some(assignment) = &pack.assignment {
        text += &dates(assignment, language);
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

fn dates(assignment: &Dated, language: Language) -> String {
    let (opens, due) = (shown(&assignment.opens), shown(&assignment.due));
    let late = match (&assignment.late, language) {
        (None, Language::English) => "Nothing is taken after that.".to_owned(),
        (None, Language::Chinese) => "逾期不收。".to_owned(),
        (Some(late), Language::English) => format!(
            "For each day that has begun after that, {} % of the points are lost; after {} days nothing is taken.",
            late.percent_per_day, late.days
        ),
        (Some(late), Language::Chinese) => format!(
            "此后每迟交一天（不足一天按一天计）扣 {}% 的分数；迟交超过 {} 天不再接收。",
            late.percent_per_day, late.days
        ),
    };
    match language {
        Language::English => format!("\nOpens {opens}. Due {due}. {late}\n"),
        Language::Chinese => format!("\n开放：{opens}。截止：{due}。{late}\n"),
    }
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
             The grader tries the orders in which threads can take turns, and shows the shortest one that breaks a\n\
             promise of the task. If something does not work, run `cargo grader doctor`.\n"
        ),
        Language::Chinese => format!(
            "\n## 如何开始\n\n\
             需要 [rustup](https://rustup.rs) 和 Linux。先读练习的说明，编辑它的 `src/lib.rs`，然后让它接受评判：\n\n\
             ```sh\n\
             cargo grader list\n\
             cargo grader check {first}    # 第一次要一分钟左右：需要编译评判程序\n\
             cargo grader hint {first}\n\
             cargo grader report\n\
             ```\n\n\
             评判程序会尝试线程交错执行的各种次序，并给出违反任务要求的最短的一种。遇到问题请运行 `cargo grader doctor`。\n"
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
