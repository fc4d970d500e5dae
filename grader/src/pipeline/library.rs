//! The checking library: the crates that every judged program is linked with, compiled once.
//!
//! They are named by a digest of everything that they are made of, so a warm run
//! reads some small files and starts nothing.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use fs_err as fs;
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::{
    Error, Event, Listener,
    compile::Read,
    fingerprint,
    in_use::{InUse, remove_unused},
    launches,
    toolchain::Toolchain,
};

/// The packages and the libraries that are wanted of them.
const PACKAGES: [(&str, &str); 6] = [
    ("interleave-std", "std"),
    ("interleave-std-system", "std_system"),
    ("interleave-core", "core"),
    ("interleave-kit", "kit"),
    ("interleave-os", "os"),
    ("interleave-greenlet", "greenlet"),
];

/// Changes whenever what is known of a set of an older grader is not enough.
const GENERATION: &str = "3";

/// A set that was used so recently is kept: a user may switch between courses.
const RECENTLY: Duration = Duration::from_hours(6);

/// The compiled crates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CheckingLibrary {
    /// Names what they were made of.
    pub(crate) fingerprint: String,
    /// What the compiler read for them that is not below their own `src/`.
    #[serde(default)]
    others: Read,
    /// The modelled standard library.
    pub(crate) std: PathBuf,
    /// The same with files, sockets, pipes and processes.
    pub(crate) std_system: PathBuf,
    /// The same by the name of `core`.
    pub(crate) core: PathBuf,
    /// What checks are written with.
    pub(crate) kit: PathBuf,
    /// Processes for students.
    pub(crate) os: PathBuf,
    /// Greenlets for students.
    pub(crate) greenlet: PathBuf,
    /// What these depend on.
    pub(crate) deps: PathBuf,
}

impl CheckingLibrary {
    /// The crates for this compiler; nothing if they are not compiled yet.
    pub(crate) fn ready(
        root: &Path,
        cache: &Path,
        toolchain: &Toolchain,
    ) -> Result<Option<Self>, Error> {
        let key = key(root, toolchain)?;
        Ok(read(&cache.join(&key), &key))
    }

    /// A library that answers can be offered, by its name.
    pub(super) fn offered(&self, name: &str) -> &Path {
        match name {
            "os" => &self.os,
            "greenlet" => &self.greenlet,
            _ => unreachable!("the table of modes names no library `{name}`"),
        }
    }

    /// Where they are, and what is made with them.
    pub(crate) fn directory(&self) -> &Path {
        self.deps.ancestors().nth(2).unwrap_or(&self.deps)
    }

    /// The crates for this compiler, compiled now if need be, and held as long as the second value.
    pub(super) fn hold(
        root: &Path,
        cache: &Path,
        toolchain: &Toolchain,
        listener: &mut Listener<'_>,
    ) -> Result<(Self, InUse), Error> {
        let library = Self::get(root, cache, toolchain, listener)?;
        if let Some(in_use) = InUse::of(library.directory()) {
            return Ok((library, in_use));
        }
        // Another grader has thrown it away since.
        let library = Self::get(root, cache, toolchain, listener)?;
        let in_use = InUse::of(library.directory()).unwrap_or_default();
        Ok((library, in_use))
    }

    /// The crates for this compiler, compiled now if need be.
    fn get(
        root: &Path,
        cache: &Path,
        toolchain: &Toolchain,
        listener: &mut Listener<'_>,
    ) -> Result<Self, Error> {
        let key = key(root, toolchain)?;
        let target = cache.join(&key);
        if let Some(compiled) = read(&target, &key) {
            // A grader that prunes other sets must see that this one is in use.
            let used = fs::File::open(target.join("support.json"))?;
            let _ = used.file().set_modified(SystemTime::now());
            return Ok(compiled);
        }
        fs::create_dir_all(cache)?;
        let lock = fs::File::create(cache.join("lock"))?;
        flock(lock.file(), FlockOperation::LockExclusive).map_err(std::io::Error::from)?;
        // Another grader may have done it while this one waited.
        if let Some(compiled) = read(&target, &key) {
            return Ok(compiled);
        }
        let libraries = build(root, &target, toolchain, listener)?;
        let library = |name: &str| {
            libraries
                .get(name)
                .cloned()
                .ok_or_else(|| Error::SupportBuild(format!("cargo made no library `{name}`")))
        };
        let deps = target.join("release/deps");
        let others = others(root, &deps)?;
        let compiled = Self {
            std: library("std")?,
            std_system: library("std_system")?,
            core: library("core")?,
            kit: library("kit")?,
            os: library("os")?,
            greenlet: library("greenlet")?,
            deps,
            fingerprint: named(&key, &others),
            others,
        };
        super::write_whole(
            &target.join("support.json"),
            &serde_json::to_vec_pretty(&compiled)?,
        )?;
        prune(cache)?;
        Ok(compiled)
    }
}

/// What is compiled at `target`, if it is made of what is there now.
fn read(target: &Path, key: &str) -> Option<CheckingLibrary> {
    let bytes = fs::read(target.join("support.json")).ok()?;
    let compiled: CheckingLibrary = serde_json::from_slice(&bytes).ok()?;
    if compiled.fingerprint != named(key, &compiled.others) {
        return None;
    }
    // A course that was moved has its cache elsewhere than it says.
    let there = compiled.deps.starts_with(target)
        && [
            &compiled.std,
            &compiled.std_system,
            &compiled.core,
            &compiled.kit,
            &compiled.os,
            &compiled.greenlet,
        ]
        .iter()
        .all(|path| path.is_file());
    there.then_some(compiled)
}

/// The key of crates that are made of what `key` names and of what else they read.
fn named(key: &str, others: &Read) -> String {
    if others.files.is_empty() {
        key.to_owned()
    } else {
        others.digest(key)
    }
}

/// What the compiler read of the course for the crates, by its own lists, and no digest of
/// their sources has in it.
fn others(root: &Path, deps: &Path) -> Result<Read, Error> {
    let mut all = Read::default();
    for item in fs::read_dir(deps)? {
        let path = item?.path();
        if path.extension().is_some_and(|it| it == "d") {
            let read = Read::of(&fs::read_to_string(path)?, root);
            // What leads up and down again leads elsewhere.
            let files = read.files.into_iter();
            all.files
                .extend(files.filter_map(|file| fs::canonicalize(file).ok()));
        }
    }
    let root = &fs::canonicalize(root)?;
    let sources = fingerprint::sources(root);
    all.files.retain(|file| {
        file.starts_with(root) && !sources.iter().any(|source| file.starts_with(source))
    });
    Ok(all)
}

fn key(root: &Path, toolchain: &Toolchain) -> Result<String, Error> {
    let digest = fingerprint::digest(root)?;
    Ok(digest.field(GENERATION).field(&toolchain.verbose).short())
}

/// Keeps of the environment what cargo needs to find its crates, and nothing that changes the
/// result. The modelled library, and no other crate, may use what is not stable, as
/// `.cargo/config.toml` has it.
fn environment(toolchain: &Toolchain) -> Vec<(OsString, OsString)> {
    let is_kept = |name: &str| {
        let kept = ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR"];
        let unwanted = name.starts_with("CARGO") || name.starts_with("RUST");
        !unwanted
            || name.starts_with("RUSTUP_")
            || kept.iter().any(|prefix| name.starts_with(prefix))
    };
    std::env::vars_os()
        .filter(|(name, _)| name.to_str().is_none_or(is_kept))
        .chain([
            ("RUSTC".into(), toolchain.rustc.clone().into()),
            ("RUSTC_BOOTSTRAP".into(), "std".into()),
        ])
        .collect()
}

fn build(
    root: &Path,
    target: &Path,
    toolchain: &Toolchain,
    listener: &mut Listener<'_>,
) -> Result<BTreeMap<String, PathBuf>, Error> {
    let mut arguments: Vec<OsString> = ["build", "--release", "--locked"].map(Into::into).into();
    for (package, _) in PACKAGES {
        arguments.extend(["-p".into(), package.into()]);
    }
    arguments.push("--message-format=json-render-diagnostics".into());
    arguments.extend(["--target-dir".into(), target.into()]);
    let launch = launches::cargo(&toolchain.cargo(), arguments, environment(toolchain), root);
    listener(Event::LibraryStarted);
    let mut libraries = BTreeMap::new();
    let ended = grader_launch::run_by_lines(&launch, Vec::new(), |line| {
        let Ok(message) = serde_json::from_str::<Message>(line) else {
            return;
        };
        if let (Some(made), "compiler-artifact") = (message.target, message.reason.as_str()) {
            listener(Event::CrateCompiled(&made.name));
            let wanted = PACKAGES.iter().any(|(_, name)| *name == made.name)
                && message.package_id.contains("interleave-");
            if let Some(path) = library(&message.filenames).filter(|_| wanted) {
                libraries.insert(made.name, path);
            }
        }
    });
    let ended = ended.map_err(|error| Error::SupportBuild(error.to_string()))?;
    if !ended.succeeded() {
        return Err(Error::SupportBuild(ended.messages().trim().to_owned()));
    }
    listener(Event::LibraryReady);
    Ok(libraries)
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    target: Option<Made>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Made {
    name: String,
}

/// The library among the files of an artifact; the copy beside its dependencies
/// if there is one, so that a compiler never meets the same crate at two places.
fn library(files: &[PathBuf]) -> Option<PathBuf> {
    let is = |path: &&PathBuf, wanted: &str| {
        path.extension()
            .is_some_and(|extension| extension == wanted)
    };
    files
        .iter()
        .filter(|path| is(path, "rmeta"))
        .map(|path| path.with_extension("rlib"))
        .find(|path| path.is_file())
        .or_else(|| files.iter().find(|path| is(path, "rlib")).cloned())
}

/// Deletes sets that no process uses or has used for a while, but never the newest two: one for
/// now, one to go back to.
fn prune(cache: &Path) -> std::io::Result<()> {
    let mut sets = Vec::new();
    for item in fs::read_dir(cache)? {
        let path = item?.path();
        if path.is_dir() {
            let changed = fs::metadata(path.join("support.json"))
                .and_then(|metadata| metadata.modified())
                .ok();
            sets.push((changed, path));
        }
    }
    sets.sort();
    for (used, path) in sets.iter().rev().skip(2) {
        let recently = used.and_then(|used| used.elapsed().ok());
        if recently.is_none_or(|ago| ago > RECENTLY) {
            remove_unused(path)?;
        }
    }
    Ok(())
}
