//! What was compiled is kept, by a digest of everything that the compiler says it read.

use std::{
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use fs_err as fs;

use super::{
    super::{Error, Judge},
    inputs::{Lists, Read},
};
use crate::digest::Digest;

/// How many compiled answers, and how many verdict programs, are kept.
const KEPT: usize = 128;
/// How often something is compiled that is changed meanwhile.
const ATTEMPTS: usize = 4;

/// Something that was compiled, and where it is kept.
pub(super) struct Kept<T> {
    /// Names what it was made from; empty if it is not kept.
    pub(super) name: String,
    /// The directory that it is in.
    pub(super) place: PathBuf,
    /// What is known of it.
    pub(super) what: T,
}

/// What something is made from first.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    /// Names what decides what else is read.
    pub(super) base: &'a str,
    /// What only makes a difference to what is made.
    pub(super) shown: &'a str,
}

/// What is kept below `parent` and made from `from` and all that a compiler read for it the
/// last time, if that is as it was; else it is made.
///
/// `make` leaves it in the directory that it is given, and says what was read, or nothing if it
/// is not to be kept. A file that changes while it is compiled may have been read before or
/// after that, so then it is made once more.
pub(super) fn up_to_date<T>(
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
pub(crate) fn prune(directory: &Path, kept: usize) -> io::Result<()> {
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
