//! `doctor`: checks that this computer has what the grader needs.

use std::path::Path;

use fs_err as fs;
use grader_schema::Text;

use super::of_copy;
use crate::{
    ExitCode,
    course::{self, Course},
    language::Pick as _,
    pipeline::{self, CheckingLibrary, Toolchain},
    render::text::{fold, pad},
    ui::Ui,
    user_error::UserError as _,
};

/// The result of one probe: all is well, or what is wrong and what to do.
type Probe = Result<Text, (Text, Text)>;

pub(super) fn run(course: &Result<Course, course::Error>, ui: &Ui) -> anyhow::Result<ExitCode> {
    let mut probes: Vec<(Text, Probe)> = Vec::new();
    match course {
        Ok(course) => {
            let root = course.root.display().to_string();
            probes.push((Text::new("course", "课程"), Ok(Text::new(&root, &root))));
            probes.push((Text::new("manifests", "清单"), manifests(course)));
            probes.push((Text::new("copies", "重复"), copies(course)));
            probes.push((Text::new("sealed", "加密"), sealed(course)));
            probes.push((Text::new("writable", "可写"), writable(course)));
            let cache = pipeline::cache(course);
            let toolchain = Toolchain::find(&course.root, &cache);
            match toolchain {
                Ok(toolchain) => {
                    let version = version(course, &toolchain);
                    probes.push((Text::new("rustc", "rustc"), version));
                    probes.push((Text::new("cargo", "cargo"), cargo(&toolchain)));
                    probes.push((Text::new("linker", "链接器"), linker(course, &toolchain)));
                    probes.push((Text::new("library", "检查库"), library(course, &toolchain)));
                }
                Err(error) => {
                    let message = error.to_string();
                    let probe = Err((Text::new(&message, &message), error.next()));
                    probes.push((Text::new("rustc", "rustc"), probe));
                }
            }
        }
        Err(error) => {
            let english = error.to_string();
            let chinese = error.chinese().unwrap_or_else(|| english.clone());
            let probe = Err((Text::new(english, chinese), error.next()));
            probes.push((Text::new("course", "课程"), probe));
        }
    }
    let mut text = String::new();
    for (name, probe) in &probes {
        let name = pad(name.get(ui.language), 9);
        let column = 9 + 2 + 9;
        text.push_str(&match probe {
            Ok(found) => format!(
                "{}  {name}  {}\n",
                ui.paint.good(&pad(ui.language.pick("ok", "正常"), 7)),
                fold(found.get(ui.language), ui.width, column),
            ),
            Err((what, next)) => format!(
                "{}  {name}  {}\n{}{}\n",
                ui.paint.bad(&pad(ui.language.pick("problem", "问题"), 7)),
                fold(what.get(ui.language), ui.width, column),
                " ".repeat(column),
                fold(
                    &format!("-> {}", next.get(ui.language)),
                    ui.width,
                    column + 3
                ),
            ),
        });
    }
    ui.out(&text)?;
    Ok(if probes.iter().all(|(_, probe)| probe.is_ok()) {
        ExitCode::Passed
    } else {
        ExitCode::Internal
    })
}

fn manifests(course: &Course) -> Probe {
    for entry in &course.entries {
        if let Err(error) = course.load(entry) {
            let message = error.to_string();
            return Err((Text::new(&message, &message), error.next()));
        }
    }
    let count = course.entries.len();
    Ok(Text::new(
        format!("{count} exercises"),
        format!("{count} 个练习"),
    ))
}

/// Whether two directories are the same exercise.
fn copies(course: &Course) -> Probe {
    let Some(copy) = course.copies.first() else {
        return Ok(Text::new("no exercise exists twice", "每个练习只有一份"));
    };
    let (directory, counts) = (copy.entry.directory(), copy.counts.directory());
    Err((
        of_copy(copy),
        Text::new(
            format!(
                "copy your work from `exercises/{directory}/src` to `exercises/{counts}/src`, then move `{directory}` out of `exercises/`"
            ),
            format!(
                "请把你写在 `exercises/{directory}/src` 中的代码移到 `exercises/{counts}/src`，再把 `{directory}` 移出 `exercises/`"
            ),
        ),
    ))
}

/// Whether the hidden checks are there that the pack speaks of.
fn sealed(course: &Course) -> Probe {
    let packed = course.pack.iter().flat_map(|pack| &pack.exercises);
    let sealed = packed.filter(|packed| packed.hidden_points > 0);
    let mut count = 0;
    for packed in sealed {
        let directory = format!("exercises/{:02}-{}", packed.number, packed.id);
        let path = format!("{directory}/checks/hidden.age");
        if course.root.join(&directory).is_dir() && !course.root.join(&path).is_file() {
            return Err((
                Text::new(format!("`{path}` is missing"), format!("缺少 `{path}`")),
                Text::new(
                    "copy it from the pack that you were given",
                    "请从发给你的包中取回",
                ),
            ));
        }
        count += 1;
    }
    Ok(Text::new(
        format!("exercises with sealed checks: {count}"),
        format!("带加密检查的练习：{count} 个"),
    ))
}

fn writable(course: &Course) -> Probe {
    let state = course.state();
    let attempt = fs::create_dir_all(&state).and_then(|()| tempfile::tempfile_in(&state));
    match attempt {
        Ok(_) => Ok(Text::new(".grader/", ".grader/")),
        Err(error) => {
            let message = error.to_string();
            Err((
                Text::new(&message, &message),
                Text::new(
                    "make the course directory writable, or copy the course to a directory that is",
                    "请使课程目录可写，或把课程复制到可写的位置",
                ),
            ))
        }
    }
}

fn version(course: &Course, toolchain: &Toolchain) -> Probe {
    let found = toolchain.version();
    let wanted = fs::read_to_string(course.root.join("rust-toolchain.toml"))
        .ok()
        .and_then(|text| text.parse::<toml::Table>().ok())
        .and_then(|table| {
            let channel = table.get("toolchain")?.get("channel")?.as_str()?;
            Some(channel.to_owned())
        });
    match wanted {
        Some(wanted) if wanted != toolchain.release() => Err((
            Text::new(
                format!("{found}, but the course is made for {wanted}"),
                format!("{found}，但课程要求 {wanted}"),
            ),
            Text::new(
                format!("`rustup toolchain install {wanted}`"),
                format!("运行 `rustup toolchain install {wanted}`"),
            ),
        )),
        _ => Ok(Text::new(found, found)),
    }
}

fn cargo(toolchain: &Toolchain) -> Probe {
    match pipeline::cargo_version(toolchain) {
        Ok(version) => Ok(Text::new(&version, &version)),
        Err(error) => {
            let message = error.to_string();
            Err((Text::new(&message, &message), error.next()))
        }
    }
}

fn linker(course: &Course, toolchain: &Toolchain) -> Probe {
    match pipeline::try_linking(toolchain, Path::new(&course.state())) {
        Ok(()) => Ok(Text::new(
            "a program was linked and run",
            "已成功链接并运行程序",
        )),
        Err(error) => {
            let message = error.to_string();
            Err((
                Text::new(&message, &message),
                Text::new(
                    "install a C toolchain, `apt install build-essential` for example",
                    "请安装 C 工具链，例如 `apt install build-essential`",
                ),
            ))
        }
    }
}

fn library(course: &Course, toolchain: &Toolchain) -> Probe {
    match CheckingLibrary::ready(&course.root, &pipeline::cache(course), toolchain) {
        Ok(Some(_)) => Ok(Text::new("built", "已编译")),
        Ok(None) => Ok(Text::new(
            "not built yet; the first check builds it",
            "尚未编译；首次检查时会编译",
        )),
        Err(error) => {
            let message = error.to_string();
            Err((Text::new(&message, &message), error.next()))
        }
    }
}
