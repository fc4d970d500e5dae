//! Compiling an answer and the two programs around it.
//!
//! Up to three compilers run at once: one judges the answer as cargo would, with the
//! real standard library; one compiles it against the modelled one and then links the
//! driver; one makes the verdict program if the checks are new. What comes of it is
//! kept by a digest of everything that the compiler says it read.

use std::{
    io,
    path::{Path, PathBuf},
    thread,
    time::SystemTime,
};

use fs_err as fs;

use super::{
    Error, Judge,
    compile::{self, Outcome},
    diagnostics::Refusal,
    inputs::{Lists, Read},
};
use crate::{answer::Answer, digest::Digest, kit::Exercise};

/// Changes whenever compiled things of an older grader must not be used.
const GENERATION: &str = concat!("2 ", env!("CARGO_PKG_VERSION"));
/// How many compiled answers, and how many verdict programs, are kept.
const KEPT: usize = 128;
/// How often something is compiled that is changed meanwhile.
const ATTEMPTS: usize = 4;

/// What came of it.
pub(super) struct Built {
    /// Names everything that it was made from.
    pub(super) made_from: String,
    /// What it is.
    pub(super) what: Made,
}

/// What came of an answer.
pub(super) enum Made {
    /// Programs to run.
    Ready {
        /// Holds the student's code and the scenarios.
        driver: PathBuf,
        /// Judges.
        verdict: PathBuf,
        /// What the compiler said about the answer: warnings.
        messages: String,
    },
    /// The answer cannot be compiled, and why.
    Refused(Refusal),
}

/// Something that was compiled, and where it is kept.
struct Kept<T> {
    /// Names what it was made from.
    name: String,
    place: PathBuf,
    what: T,
}

/// Compiles, or takes what was compiled before.
pub(super) fn build(judge: &Judge, exercise: &Exercise, answer: &Answer) -> Result<Built, Error> {
    let base = base(judge, exercise)?;
    let (outcome, made) = thread::scope(|scope| {
        let verdict = spawn(scope, "verdict", || verdict(judge, exercise, &base))?;
        let outcome = outcome(judge, exercise, answer, &base);
        Ok::<_, Error>((outcome, join(verdict)))
    })?;
    let driver = outcome?;
    if !driver.what.compiles {
        let names = made.map(|verdict| made_from(&verdict.name, &driver.name));
        // What the compiler was stopped at would perhaps be another thing the next time.
        let steady = !driver.name.is_empty();
        return Ok(Built {
            made_from: names.ok().filter(|_| steady).unwrap_or_default(),
            what: Made::Refused(driver.what.said),
        });
    }
    let verdict = made?;
    Ok(Built {
        made_from: made_from(&verdict.name, &driver.name),
        what: Made::Ready {
            driver: driver.place.join("driver"),
            verdict: verdict.place.join("verdict"),
            messages: driver.what.said.compiler,
        },
    })
}

fn made_from(verdict: &str, driver: &str) -> String {
    Digest::default().field(verdict).field(driver).short()
}

/// Names everything that the verdict on an answer is made from, as far as that is known from
/// the last time; nothing if it is not.
pub(super) fn name(
    judge: &Judge,
    exercise: &Exercise,
    answer: &Answer,
) -> std::io::Result<Option<String>> {
    let lists = Lists::below(&judge.cache);
    let base = base(judge, exercise)?;
    let programs = [verdict_base(&base), driver_base(exercise, answer, &base)];
    let names = programs.map(|base| lists.name(&base));
    Ok(match names {
        [Some(verdict), Some(driver)] => Some(made_from(&verdict, &driver)),
        _ => None,
    })
}

/// The verdict program.
fn verdict(judge: &Judge, exercise: &Exercise, base: &str) -> Result<Kept<()>, Error> {
    let verdicts = judge.cache.join("verdicts");
    let find = |name: &str| verdicts.join(name).join("verdict").is_file().then_some(());
    let make = |scratch: &Path| compile::verdict(judge, exercise, scratch);
    let files = |(): &()| vec!["verdict"];
    let from = From {
        base: &verdict_base(base),
        shown: "",
    };
    up_to_date(judge, from, &verdicts, find, make, files)
}

/// What came of the answer.
fn outcome(
    judge: &Judge,
    exercise: &Exercise,
    answer: &Answer,
    base: &str,
) -> Result<Kept<Outcome>, Error> {
    let answers = judge.cache.join("answers");
    let find = |name: &str| {
        let kept = answers.join(name);
        let bytes = fs::read(kept.join("outcome.json")).ok()?;
        let outcome: Outcome = serde_json::from_slice(&bytes).ok()?;
        (!outcome.compiles || kept.join("driver").is_file()).then_some(outcome)
    };
    let make = |scratch: &Path| {
        let (outcome, steady, read) = compile::answer(judge, exercise, answer, scratch)?;
        if let Some(file) = answer.changed() {
            return Err(Error::Changed {
                file: file.to_owned(),
            });
        }
        fs::write(scratch.join("outcome.json"), serde_json::to_vec(&outcome)?)?;
        Ok((outcome, read.filter(|_| steady)))
    };
    let files = |outcome: &Outcome| {
        if outcome.compiles {
            vec!["driver", "outcome.json"]
        } else {
            vec!["outcome.json"]
        }
    };
    let from = From {
        base: &driver_base(exercise, answer, base),
        // Messages show it.
        shown: &answer.crate_root,
    };
    up_to_date(judge, from, &answers, find, make, files)
}

/// What something is made from first.
#[derive(Clone, Copy)]
struct From<'a> {
    /// Names what decides what else is read.
    base: &'a str,
    /// What only makes a difference to what is made.
    shown: &'a str,
}

/// What is kept below `parent` and made from `from` and all that a compiler read for it the
/// last time, if that is as it was; else it is made.
///
/// `make` leaves it in the directory that it is given, and says what was read, or nothing if it
/// is not to be kept. A file that changes while it is compiled may have been read before or
/// after that, so then it is made once more.
fn up_to_date<T>(
    judge: &Judge,
    from: From<'_>,
    parent: &Path,
    find: impl Fn(&str) -> Option<T>,
    make: impl Fn(&Path) -> Result<(T, Option<Read>), Error>,
    files: impl Fn(&T) -> Vec<&'static str>,
) -> Result<Kept<T>, Error> {
    let From { base, shown } = from;
    let lists = Lists::below(&judge.cache);
    let place = |name: &str| Digest::default().field(name).field(shown).short();
    for _ in 0..ATTEMPTS {
        let before = lists.name(base);
        if let Some(name) = &before
            && let Some(what) = find(&place(name))
        {
            let (name, place) = (name.clone(), parent.join(place(name)));
            touch(&place);
            return Ok(Kept { name, place, what });
        }
        let started = SystemTime::now();
        let scratch = judge.directory()?;
        let (what, read) = make(scratch.path())?;
        let Some(mut read) = read else {
            return Ok(Kept {
                name: String::new(),
                place: PathBuf::new(),
                what,
            });
        };
        read.files.retain(|file| !file.starts_with(scratch.path()));
        let name = read.digest(base);
        let unchanged = before.as_ref() == Some(&name) || read.is_older_than(started);
        lists.put(base, &read)?;
        if unchanged {
            let place = parent.join(place(&name));
            install(scratch.path(), &files(&what), &place)?;
            prune(parent, KEPT)?;
            return Ok(Kept { name, place, what });
        }
    }
    Err(Error::Changed {
        file: "checks/".to_owned(),
    })
}

pub(super) fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<thread::ScopedJoinHandle<'scope, T>> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn_scoped(scope, work)
}

pub(super) fn join<T>(handle: thread::ScopedJoinHandle<'_, T>) -> T {
    handle
        .join()
        .unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}

/// Names what the programs of an exercise are made from first: the library, and the sources of
/// the checks. What these read in turn is in the [lists](Lists).
fn base(judge: &Judge, exercise: &Exercise) -> std::io::Result<String> {
    let mut digest = Digest::default()
        .field(GENERATION)
        .field(&judge.support.key)
        .field(exercise.root.as_os_str().as_encoded_bytes())
        .field(fs::read(exercise.public_source())?);
    if let Some(hidden) = &exercise.hidden {
        digest = digest.field(fs::read(&hidden.source)?);
    }
    Ok(digest.short())
}

fn verdict_base(base: &str) -> String {
    Digest::default().field("verdict").field(base).short()
}

fn driver_base(exercise: &Exercise, answer: &Answer, base: &str) -> String {
    Digest::default()
        .field("driver")
        .field(base)
        .field(exercise.crate_name())
        .field(exercise.manifest.mode.name())
        .field(&answer.digest)
        .short()
}

/// Moves files to where they are kept, so that another grader sees none or all of them.
fn install(scratch: &Path, files: &[&str], kept: &Path) -> Result<(), Error> {
    let parent = kept.parent().unwrap_or(scratch);
    fs::create_dir_all(parent)?;
    let bundle = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)?;
    for file in files {
        fs::rename(scratch.join(file), bundle.path().join(file))?;
    }
    match fs::rename(bundle.path(), kept) {
        Ok(()) => Ok(()),
        // Another grader was faster, or what lies there is not whole; ours is as good as any.
        Err(_) if kept.is_dir() => {
            for file in files {
                fs::rename(bundle.path().join(file), kept.join(file))?;
            }
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes a compiled answer the last that is thrown away: another grader, or another thread of
/// this one, may do so before it is run.
fn touch(kept: &Path) {
    // A cache that cannot be written is good for reading still.
    let _ = fs::File::open(kept)
        .and_then(|directory| directory.file().set_modified(std::time::SystemTime::now()));
}

/// Throws away what was not used for the longest time, beyond `kept` things.
pub(super) fn prune(directory: &Path, kept: usize) -> io::Result<()> {
    let mut all = Vec::new();
    for item in fs::read_dir(directory)? {
        let item = item?;
        if let Ok(changed) = item.metadata().and_then(|metadata| metadata.modified()) {
            all.push((changed, item.path()));
        }
    }
    if all.len() <= kept {
        return Ok(());
    }
    all.sort();
    let surplus = all.len().saturating_sub(kept);
    for (_, path) in all.into_iter().take(surplus) {
        // It may be gone already: another grader prunes too.
        let _ = if path.is_dir() {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        };
    }
    Ok(())
}
