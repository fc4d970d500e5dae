//! Files that the compiler read for an answer and that are no part of it.

use crate::dot_files::is_dot_file;
use std::path::{Component, Path};

use fs_err as fs;
use grader_schema::Text;

use super::inputs;
use crate::answer::{self, Answer};

/// A file that the compiler read and that is not part of the answer.
pub(super) fn file(answer: &Answer, list: &Path) -> Option<String> {
    let list = fs::read_to_string(list).ok()?;
    inputs::files(&list).into_iter().find(|file| {
        fs::canonicalize(answer.working_directory.join(file))
            .map_or(true, |path| !answer.paths.contains_key(&path))
    })
}

/// The directory that would have to be named instead of the one file that was, if `file` lies in it.
fn of_modules(answer: &Answer, file: &str) -> Option<String> {
    let root = Path::new(&answer.crate_root);
    if !answer.is_one_file() || root.file_name()? != "lib.rs" {
        return None;
    }
    let source = root.parent()?;
    let inside = Path::new(file).strip_prefix(source).ok()?;
    if inside.components().any(|it| it == Component::ParentDir) {
        return None;
    }
    let place = match source.file_name() {
        Some(name) if name == "src" => source.parent()?,
        _ => source,
    };
    let place = Some(place).filter(|place| !place.as_os_str().is_empty());
    Some(answer::quoted(
        &place.unwrap_or(Path::new(".")).display().to_string(),
    ))
}

/// That the compiler read such a file, and what to do.
pub(super) fn refusal(answer: &Answer, file: &str) -> Text {
    let source = Path::new(&answer.crate_root)
        .parent()
        .unwrap_or(Path::new(""));
    let inside = Path::new(file)
        .strip_prefix(source)
        .unwrap_or(Path::new(""));
    let leads_out = inside.components().any(|it| it == Component::ParentDir);
    let mut parts = inside.components();
    if !leads_out && parts.any(|part| is_dot_file(part.as_os_str())) {
        return Text::new(
            format!(
                "The answer reads `{file}`; names that begin with a dot are not part of an answer: give the file another name.\n"
            ),
            format!("答案读取了 `{file}`；以点开头的文件不属于答案：请改名。\n"),
        );
    }
    if let Some(directory) = of_modules(answer, file) {
        return Text::new(
            format!(
                "The answer has a module in `{file}`, but `--source` names one file alone; name the directory:\n  \
                 --source {directory}\n"
            ),
            format!(
                "答案还有模块在 `{file}` 中，但 `--source` 只指定了一个文件；请指定目录：\n  \
                 --source {directory}\n"
            ),
        );
    }
    Text::new(
        format!(
            "The answer reads `{file}`, which is not part of it; keep to the files below `src/`.\n"
        ),
        format!("答案读取了不属于它的文件 `{file}`；请只使用 `src/` 下的文件。\n"),
    )
}
