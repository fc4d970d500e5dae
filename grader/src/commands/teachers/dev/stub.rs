//! `dev stub`: generates the stubs from the reference solutions, and the syllabus from the manifests.

use std::path::Path;

use fs_err as fs;
use grader_schema::{Text, text::Language};
use thiserror::Error;

use crate::{
    ExitCode, answer, backup,
    cli::Stub,
    commands::chosen,
    course::{Course, Exercise},
    language::Pick as _,
    pipeline,
    render::diff,
    stub, syllabus,
    ui::Ui,
    user_error::UserError,
};

/// Why a stub cannot be made.
#[derive(Debug, Error)]
#[error("{file}:{line}: {what}", line = what.line())]
pub(crate) struct Error {
    file: String,
    what: stub::Error,
}

impl UserError for Error {
    fn chinese(&self) -> Option<String> {
        Some(format!(
            "{}:{}：{}",
            self.file,
            self.what.line(),
            stub::chinese(self.what)
        ))
    }

    fn next(&self) -> Text {
        Text::new(
            "put `// BEGIN SOLUTION`, `// |` with the stub's text, and `// END SOLUTION` around what students write; `docs/teacher.md` shows it",
            "请用 `// BEGIN SOLUTION`、带骨架文本的 `// |` 和 `// END SOLUTION` 标出由学生编写的部分；示例见 `docs/teacher.zh.md`",
        )
    }
}

pub(super) fn run(course: &Course, arguments: &Stub, ui: &Ui) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::Passed;
    let mut quiet = true;
    for entry in chosen(course, &arguments.exercises)? {
        let exercise = course.load(&entry)?;
        for path in &exercise.manifest.editable {
            let made = made(&exercise, path)?;
            if arguments.check {
                if check(&exercise, path, &made, ui)? {
                    code = ExitCode::Failed;
                }
            } else {
                quiet &= !write(course, &exercise, path, &made, arguments.force, ui)?;
            }
        }
    }
    if !arguments.check
        && let Some(file) = syllabus::write(course)?
    {
        ui.out(&wrote(&file, ui))?;
        quiet = false;
    }
    if code == ExitCode::Failed {
        ui.error(
            ui.language.pick(
                "some stubs differ from the ones generated from the references",
                "有骨架与参考答案生成的不同",
            ),
            ui.language.pick(
                "run `cargo grader dev stub`, or change the reference",
                "运行 `cargo grader dev stub`，或修改参考答案",
            ),
        );
    } else if quiet {
        ui.say(ui.language.pick(
            "every stub equals the one generated from its reference",
            "所有骨架都与参考答案生成的一致",
        ));
    }
    Ok(code)
}

/// The stub of a file, made from the reference.
fn made(exercise: &Exercise, path: &str) -> anyhow::Result<String> {
    let file = format!("{}/{path}", exercise.solution());
    let source = exercise.root.join(&file);
    if !source.is_file() {
        let exercise = exercise.entry.directory();
        return Err(answer::Error::NoSolution { exercise }.into());
    }
    let reference = fs::read_to_string(source)?;
    Ok(stub::extract(&reference).map_err(|what| Error { file, what })?)
}

/// The two places of a stub, relative to the course: as it is given out, and as it is worked on.
fn places(exercise: &Exercise, path: &str) -> [String; 2] {
    let directory = exercise.directory();
    [
        format!("{directory}/stub/{path}"),
        format!("{directory}/{path}"),
    ]
}

/// Shows what differs; says whether anything does.
fn check(exercise: &Exercise, path: &str, made: &str, ui: &Ui) -> anyhow::Result<bool> {
    let mut differs = false;
    for file in places(exercise, path) {
        let found = read(&exercise.root.join(&file))?.unwrap_or_default();
        if found != made {
            differs = true;
            let name = format!("{}/{path}, as a stub", exercise.solution());
            ui.out(&diff::unified(&file, &found, &name, made))?;
        }
    }
    Ok(differs)
}

/// The text of a file; nothing if there is none.
fn read(path: &Path) -> std::io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts a stub where it belongs, and says whether there was anything to say. Work in
/// `src/` is left as it is, or kept in a backup.
fn write(
    course: &Course,
    exercise: &Exercise,
    path: &str,
    made: &str,
    force: bool,
    ui: &Ui,
) -> anyhow::Result<bool> {
    let [given, worked_on] = places(exercise, path);
    let old = read(&course.root.join(&given))?;
    let found = read(&course.root.join(&worked_on))?;
    let is_new = old.as_deref() != Some(made);
    if is_new {
        put(course, &given, made)?;
        ui.out(&wrote(&given, ui))?;
    }
    if found.as_deref() == Some(made) {
        return Ok(is_new);
    }
    let is_work = found.is_some() && found != old;
    if is_work && !force {
        ui.say(&match ui.language {
            Language::English => format!(
                "note: {worked_on} was left unchanged: it differs from the old stub, so it may hold work; `--force` replaces it and keeps a backup"
            ),
            Language::Chinese => format!(
                "注意：{worked_on} 保持原样：它与旧骨架不同，说明有人改过；`--force` 会替换它并保留备份"
            ),
        });
        return Ok(true);
    }
    if is_work {
        let kept = backup::fresh(course, &exercise.entry)?.join(path);
        backup::keep(&course.root.join(&worked_on), &kept)?;
        let kept = kept.strip_prefix(&course.root).unwrap_or(&kept).display();
        ui.out(&match ui.language {
            Language::English => format!("kept   {kept}\n"),
            Language::Chinese => format!("备份   {kept}\n"),
        })?;
    }
    put(course, &worked_on, made)?;
    ui.out(&wrote(&worked_on, ui))?;
    Ok(true)
}

fn put(course: &Course, file: &str, text: &str) -> std::io::Result<()> {
    let path = course.root.join(file);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    pipeline::write_whole(&path, text.as_bytes())
}

fn wrote(file: &str, ui: &Ui) -> String {
    match ui.language {
        Language::English => format!("wrote  {file}\n"),
        Language::Chinese => format!("写入   {file}\n"),
    }
}
