//! Collects the files of a pack by an allow-list.

use fs_err as fs;
use grader_schema::{assignment::Pack, report::Visibility};

use super::{
    Error,
    seal::{self, Recipient},
    tree::{self, Tree, take, walk},
};
use crate::{
    audit::canary_of,
    course::{Course, Exercise},
    given::PLACE,
};

/// The files at the top that go in as they are, as far as they are there.
const TOP: [&str; 10] = [
    ".cargo/config.toml",
    ".devcontainer/devcontainer.json",
    ".gitignore",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "docs/exit-codes.md",
    "docs/modelled-std.md",
    "exercises/.cargo/config.toml",
    "exercises/Cargo.toml",
    "rust-toolchain.toml",
];
/// The files of an exercise that go in as they are.
const PARTS: [&str; 5] = [
    "Cargo.toml",
    "README.md",
    "README.zh.md",
    "checks/public.rs",
    "exercise.toml",
];
/// The sealed hidden checks of an exercise.
pub(crate) const SEALED: &str = "checks/hidden.age";
/// The exercise that a sealed file belongs to, so that it is not taken for another exercise's.
pub(super) const ID: &str = "id";

/// The files at the top.
pub(super) fn top(course: &Course, pack: &mut Tree) -> Result<(), Error> {
    for path in TOP {
        if course.root.join(path).exists() {
            take(pack, &course.root, path)?;
        }
    }
    Ok(())
}

/// The sources of the crates that the grader is made of, without their tests.
pub(super) fn sources(course: &Course, members: &[String], pack: &mut Tree) -> Result<(), Error> {
    for member in members {
        for path in walk(&course.root, &format!("{member}/src"))? {
            // The texts are what the program is compiled with.
            if [".rs", ".md", ".toml", ".diff"]
                .iter()
                .any(|it| path.ends_with(it))
            {
                take(pack, &course.root, &path)?;
            }
        }
        let settings = format!("{member}/clippy.toml");
        if course.root.join(&settings).exists() {
            take(pack, &course.root, &settings)?;
        }
    }
    Ok(())
}

/// The files of an exercise that students get. Whatever else lies there is left out, and named.
pub(super) fn exercise(exercise: &Exercise, pack: &mut Tree) -> Result<Vec<String>, Error> {
    let root = &exercise.root;
    let directory = exercise.directory();
    for part in PARTS {
        take(pack, root, &format!("{directory}/{part}"))?;
    }
    // What the public checks read lies beside them.
    for path in walk(root, &format!("{directory}/checks"))? {
        let name = path.rsplit('/').next().unwrap_or(&path);
        if !name.starts_with("hidden") && !name.starts_with('.') {
            take(pack, root, &path)?;
        }
    }
    for path in &exercise.manifest.editable {
        // The file itself is made from the stub by the student's grader, where there is none yet:
        // a pack that is unpacked over an older one must not overwrite a student's work.
        take(pack, root, &format!("{directory}/stub/{path}"))?;
        if let Some((place, _)) = path.rsplit_once('/') {
            // A student who copies an answer into `src/` finds that directory.
            pack.insert(format!("{directory}/{place}/{PLACE}"), Vec::new());
        }
    }
    let mut left_out = Vec::new();
    for path in walk(root, &directory)? {
        let is_work = |file: &String| path == format!("{directory}/{file}");
        if exercise.manifest.editable.iter().any(is_work) {
            continue;
        }
        let bytes = fs::read(root.join(&path))?;
        let is_secret = canary_of(&String::from_utf8_lossy(&bytes)).is_some();
        if pack.contains_key(&path) && !is_secret {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or(&path);
        let is_sealed = path == format!("{directory}/{SEALED}");
        let hidden = name.starts_with("hidden") || is_secret;
        if hidden && !is_sealed {
            return Err(Error::Unsealed { path });
        }
        if !path.starts_with(&format!("{directory}/target/")) {
            left_out.push(path);
        }
    }
    Ok(left_out)
}

/// A pack that was published before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Earlier<'a> {
    /// What it says of itself.
    pub(crate) pack: &'a Pack,
    /// Its files.
    pub(crate) tree: &'a Tree,
}

impl Earlier<'_> {
    /// The sealed checks of an exercise, if they are those that the digest names.
    fn sealed(&self, exercise: &Exercise, digest: &str) -> Option<&Vec<u8>> {
        let id = &exercise.manifest.id;
        let packed = self.pack.exercises.iter().find(|it| it.id == *id)?;
        if packed.sealed.as_deref() != Some(digest) {
            return None;
        }
        let directory = format!("exercises/{:02}-{id}", packed.number);
        self.tree.get(&format!("{directory}/{SEALED}"))
    }
}

/// Adds the hidden checks of an exercise, sealed, if it has any; the digest of what was sealed.
/// A sealed file of an `earlier` pack is kept while its digest is equal.
pub(super) fn hidden(
    exercise: &Exercise,
    recipients: &[Recipient],
    earlier: Option<Earlier<'_>>,
    pack: &mut Tree,
) -> Result<Option<String>, Error> {
    if exercise.hidden.is_none() {
        return Ok(None);
    }
    let mut plain = Tree::new();
    let solution = exercise.solution();
    let checks = walk(&exercise.root, &format!("{solution}/checks"))?;
    let manifest = format!("{solution}/hidden.toml");
    for path in std::iter::once(manifest).chain(checks) {
        let name = path[solution.len() + 1..].to_owned();
        let bytes = tree::read(&exercise.root, &path)?;
        // Without it the text might be guessed, and a guess be confirmed.
        if canary_of(&String::from_utf8_lossy(&bytes)).is_none() {
            return Err(Error::NoCanary { path });
        }
        plain.insert(name, bytes);
    }
    plain.insert(ID.to_owned(), exercise.manifest.id.clone().into_bytes());
    let plain = super::archive::tar(&plain, "")?;
    let path = format!("{}/{SEALED}", exercise.directory());
    let digest = seal::digest(&plain, recipients);
    let kept = earlier.and_then(|earlier| earlier.sealed(exercise, &digest).cloned());
    let sealed = match kept {
        Some(sealed) => sealed,
        None => seal::seal(&plain, recipients).map_err(|why| Error::Sealed {
            path: path.clone(),
            why: why.to_string(),
        })?,
    };
    pack.insert(path, sealed);
    Ok(Some(digest))
}

/// Points of the public and of the hidden checks.
pub(super) fn points(exercise: &Exercise) -> (u32, u32) {
    let sum = |wanted| {
        let checks = exercise.checks();
        let points = checks.filter(|(visibility, _)| *visibility == wanted);
        points.map(|(_, check)| check.points).sum()
    };
    (sum(Visibility::Public), sum(Visibility::Hidden))
}
