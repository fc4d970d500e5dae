//! Compares a published pack with the present course: what would change for students.

use std::collections::{BTreeMap, BTreeSet};

use grader_schema::{Text, assignment::Pack};

use super::{
    Error, PackContents, PackRequest, Tree,
    collect::{Earlier, SEALED},
    make,
};
use crate::course::{Course, PACK, parse_pack};

/// How much a change is to students.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Points that were earned are lost.
    Lost,
    /// What is asked for, or how it is judged.
    Judged,
    /// Texts, and the grader around them.
    Shown,
}

/// Something that would change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    /// How much it matters.
    pub(crate) kind: Kind,
    /// Where.
    pub(crate) place: String,
    /// What.
    pub(crate) what: Text,
}

/// Compares a pack that was published with what the kit would make of the same choice now.
pub(crate) fn compare(course: &Course, old: &Tree) -> Result<Vec<Change>, Error> {
    let text = old.get(PACK).map(|bytes| String::from_utf8_lossy(bytes));
    let text = text.ok_or_else(|| Error::Missing {
        path: PACK.to_owned(),
    })?;
    let pack = parse_pack(&text)?;
    let mut changes = Vec::new();
    let mut request = PackRequest {
        exercises: Vec::new(),
        assignment: pack.assignment.clone(),
        recipients: super::recipients(&pack.sealed_for)?,
    };
    for packed in &pack.exercises {
        let entry = course.entries.iter().find(|entry| entry.slug == packed.id);
        let place = format!("{:02}-{}", packed.number, packed.id);
        let Some(entry) = entry else {
            changes.push(Change {
                kind: Kind::Lost,
                place,
                what: Text::new(
                    "is no longer in the course: the points that students earned there are lost",
                    "已不在课程中：学生在此取得的分数会丢失",
                ),
            });
            continue;
        };
        if entry.number != packed.number {
            changes.push(Change {
                kind: Kind::Shown,
                place,
                what: Text::new(
                    format!(
                        "has the number {:02} now; progress is kept, because it is stored by name",
                        entry.number
                    ),
                    format!("编号改为 {:02}；进度按名称保存，不受影响", entry.number),
                ),
            });
        }
        // What was said about points when it was published is not known apart from the sum.
        let usual = packed.points == packed.public_points + packed.hidden_points;
        request
            .exercises
            .push((entry.clone(), (!usual).then_some(packed.points)));
    }
    let earlier = Earlier {
        pack: &pack,
        tree: old,
    };
    let contents = make(course, &request, Some(earlier))?;
    points(&pack, &contents, &mut changes);
    files(old, &contents.tree, &mut changes);
    changes.sort();
    changes.dedup();
    Ok(changes)
}

fn points(old: &Pack, contents: &PackContents, changes: &mut Vec<Change>) {
    for now in &contents.pack.exercises {
        let was = old.exercises.iter().find(|was| was.id == now.id);
        if let Some(was) = was.filter(|was| was.points != now.points) {
            changes.push(Change {
                kind: Kind::Judged,
                place: format!("{:02}-{}", now.number, now.id),
                what: Text::new(
                    format!("is worth {} points instead of {}", now.points, was.points),
                    format!("分值由 {} 变为 {}", was.points, now.points),
                ),
            });
        }
    }
}

fn files(old: &Tree, new: &Tree, changes: &mut Vec<Change>) {
    let mut grader = 0;
    let mut seen: BTreeMap<String, BTreeSet<(Kind, &str)>> = BTreeMap::new();
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for path in paths
        .into_iter()
        .filter(|path| old.get(*path) != new.get(*path))
    {
        let mut parts = path.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("exercises"), Some(exercise), Some(file)) if new.contains_key(path) => {
                if let Some(part) = part(file) {
                    seen.entry(exercise.to_owned()).or_default().insert(part);
                }
            }
            (Some("grader"), ..)
            | (Some("Cargo.toml" | "Cargo.lock" | "rust-toolchain.toml"), None, None) => {
                grader += 1;
            }
            _ => {}
        }
    }
    for (place, parts) in seen {
        for (kind, part) in parts {
            let (en, zh) = words(part);
            changes.push(Change {
                kind,
                place: place.clone(),
                what: Text::new(en, zh),
            });
        }
    }
    if grader > 0 {
        changes.push(Change {
            kind: Kind::Judged,
            place: "grader".to_owned(),
            what: Text::new(
                format!(
                    "files of the grader that change: {grader}; it is rebuilt, and verdicts may differ"
                ),
                format!("评测工具有 {grader} 个文件变化：需要重新编译，评判结果可能不同"),
            ),
        });
    }
}

/// The part of an exercise that a file is, if students notice it. `src/` is their own.
fn part(file: &str) -> Option<(Kind, &'static str)> {
    match file {
        "checks/public.rs" => Some((Kind::Judged, "public")),
        SEALED => Some((Kind::Judged, "hidden")),
        "exercise.toml" => Some((Kind::Shown, "manifest")),
        "README.md" | "README.zh.md" => Some((Kind::Shown, "task")),
        "Cargo.toml" => Some((Kind::Shown, "crate")),
        file if file.starts_with("stub/") => Some((Kind::Judged, "stub")),
        _ => None,
    }
}

fn words(part: &str) -> (&'static str, &'static str) {
    match part {
        "public" => ("public checks changed", "公开检查有变化"),
        "hidden" => ("hidden checks changed", "隐藏检查有变化"),
        "manifest" => ("titles, points or hints changed", "标题、分值或提示有变化"),
        "task" => ("text of the task changed", "任务说明有变化"),
        "crate" => ("`Cargo.toml` changed", "`Cargo.toml` 有变化"),
        _ => (
            "stub changed: students who have started keep their file and may lack a new signature",
            "骨架有变化：已经动手的学生会保留原有文件，可能缺少新的函数签名",
        ),
    }
}
