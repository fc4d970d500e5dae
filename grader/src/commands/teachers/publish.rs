//! `publish`: makes a pack for students, or reports what would change for those who have one.

use std::path::Path;

use grader_schema::{assignment::Pack, text::Language};

use super::super::chosen;
use crate::{
    ExitCode,
    cli::Publish,
    course::{Course, PACK, parse_pack},
    grade,
    language::Pick as _,
    publish::{self, Change, Kind, Leak, PackContents, PackRequest, Secrets, Tree, assignment},
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &Publish, ui: &Ui) -> anyhow::Result<ExitCode> {
    if let Some(place) = &arguments.check {
        let changes = publish::compare(course, &publish::open(place)?)?;
        ui.out(&told(&changes, ui))?;
        return Ok(if changes.is_empty() {
            ExitCode::Passed
        } else {
            ExitCode::Failed
        });
    }
    let request = request(course, arguments)?;
    let earlier = arguments.out.as_deref().and_then(earlier);
    let earlier = earlier
        .as_ref()
        .map(|(pack, tree)| publish::Earlier { pack, tree });
    let contents = publish::make(course, &request, earlier)?;
    let leaks = Secrets::of(course)?.in_pack(&contents.tree);
    if !leaks.is_empty() {
        tell(&leaks, ui)?;
        return Ok(ExitCode::Failed);
    }
    if let Some(place) = &arguments.out {
        let top = contents
            .pack
            .assignment
            .as_ref()
            .map_or("interleave", |it| &it.id);
        publish::write(&contents.tree, place, top)?;
        ui.out(&summary(&contents, &place.display().to_string(), ui))?;
    }
    Ok(ExitCode::Passed)
}

/// The pack that is to be written over, if one can be read there.
fn earlier(place: &Path) -> Option<(Pack, Tree)> {
    let tree = place.is_file().then(|| publish::open(place).ok())??;
    let text = String::from_utf8(tree.get(PACK)?.clone()).ok()?;
    Some((parse_pack(&text).ok()?, tree))
}

fn request(course: &Course, arguments: &Publish) -> anyhow::Result<PackRequest> {
    let mut request = if let Some(file) = &arguments.assignment {
        let text = publish::text_of(file)?;
        let name = file.display().to_string();
        assignment::check(course, &name, &text)
            .map_err(publish::Error::Assignment)?
            .into()
    } else {
        let exercises = chosen(course, &arguments.exercises)?;
        PackRequest {
            exercises: exercises.into_iter().map(|entry| (entry, None)).collect(),
            assignment: None,
            recipients: Vec::new(),
        }
    };
    request.recipients = publish::recipients(&arguments.seal)?;
    if request.recipients.is_empty() && !arguments.public_only {
        for (entry, _) in &request.exercises {
            if course.load(entry)?.hidden.is_some() {
                return Err(publish::Error::NoKey.into());
            }
        }
    }
    Ok(request)
}

/// Says what must not be published, and that nothing was.
fn tell(leaks: &[Leak], ui: &Ui) -> anyhow::Result<()> {
    for leak in leaks {
        let line = leak
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        ui.out(&format!(
            "{}{line}: {}\n",
            leak.file,
            leak.what.get(ui.language)
        ))?;
    }
    ui.error(
        ui.language.pick(
            "the pack contains secrets; nothing was written",
            "发布包中有保密内容；没有写入任何文件",
        ),
        ui.language.pick(
            "remove them from the named files; if a line only resembles one of the solutions, rephrase it",
            "请从所列文件中删除它们；如果某一行只是恰好与答案相同，请换一种写法",
        ),
    );
    Ok(())
}

fn summary(contents: &PackContents, place: &str, ui: &Ui) -> String {
    let mut text = String::new();
    for packed in &contents.pack.exercises {
        let hidden = match (grade::hidden(packed), ui.language) {
            (0, _) => String::new(),
            (points, Language::English) => format!(", {points} of them sealed"),
            (points, Language::Chinese) => format!("，其中 {points} 分的检查已加密"),
        };
        let (number, id, points) = (packed.number, &packed.id, packed.points);
        text += &match ui.language {
            Language::English => format!("  {number:02}-{id}: {points} points{hidden}\n"),
            Language::Chinese => format!("  {number:02}-{id}：{points} 分{hidden}\n"),
        };
    }
    for path in &contents.left_out {
        ui.say(&match ui.language {
            Language::English => {
                format!("note: {path} is not part of an exercise and was left out")
            }
            Language::Chinese => format!("注意：{path} 不是练习的组成部分，没有放入"),
        });
    }
    let files = contents.tree.len();
    match ui.language {
        Language::English => format!("{text}{place}: {files} files\n"),
        Language::Chinese => format!("{text}{place}：{files} 个文件\n"),
    }
}

fn told(changes: &[Change], ui: &Ui) -> String {
    if changes.is_empty() {
        let nothing = ui.language.pick(
            "Nothing changes for students who have this pack.\n",
            "对已经拿到这个包的学生没有任何变化。\n",
        );
        return nothing.to_owned();
    }
    let mut text = String::new();
    for kind in [Kind::Lost, Kind::Judged, Kind::Shown] {
        let of_kind: Vec<&Change> = changes.iter().filter(|it| it.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let heading = match kind {
            Kind::Lost => ui.language.pick("Progress is lost", "进度会丢失"),
            Kind::Judged => ui
                .language
                .pick("Answers are judged differently", "评判有变化"),
            Kind::Shown => ui
                .language
                .pick("Students see a change", "学生看到的内容有变化"),
        };
        text += &format!("{}\n", ui.paint.strong(heading));
        for change in of_kind {
            text += &format!("  {}: {}\n", change.place, change.what.get(ui.language));
        }
    }
    if changes.iter().all(|it| it.kind != Kind::Lost) {
        text += ui.language.pick(
            "All progress survives: every exercise of the pack still has its name.\n",
            "所有进度都会保留：包中每个练习的名称都没有变。\n",
        );
    }
    text
}
