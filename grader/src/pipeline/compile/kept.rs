//! What was compiled is kept, by a digest of everything that the compiler says it read.

use std::{
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use fs_err as fs;

use super::{
    super::{
        Error, Pipeline,
        in_use::{InUse, remove_unused},
    },
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
    /// Keeps it there.
    pub(super) in_use: InUse,
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
    pipeline: &Pipeline,
    from: From<'_>,
    parent: &Path,
    find: impl Fn(&str) -> Option<T>,
    make: impl Fn(&Path) -> Result<(T, Option<Read>), Error>,
    files: impl Fn(&T) -> Vec<&'static str>,
) -> Result<Kept<T>, Error> {
    let From { base, shown } = from;
    let lists = Lists::below(&pipeline.cache);
    let place = |name: &str| Digest::default().field(name).field(shown).short();
    for _ in 0..ATTEMPTS {
        let before = lists.name(base);
        if let Some(name) = &before
            && let Some(in_use) = InUse::of(&parent.join(place(name)))
            && let Some(what) = find(&place(name))
        {
            let (name, place) = (name.clone(), parent.join(place(name)));
            touch(&place);
            return Ok(Kept {
                name,
                place,
                what,
                in_use,
            });
        }
        let started = SystemTime::now();
        let scratch = pipeline.directory()?;
        let (what, read) = make(scratch.path())?;
        let Some(mut read) = read else {
            return Ok(Kept {
                name: String::new(),
                place: PathBuf::new(),
                what,
                in_use: InUse::default(),
            });
        };
        read.files.retain(|file| !file.starts_with(scratch.path()));
        let name = read.digest(base);
        let unchanged = before.as_ref() == Some(&name) || read.is_older_than(started);
        lists.put(base, &read)?;
        if unchanged {
            let place = parent.join(place(&name));
            let Some(in_use) = install(scratch.path(), &files(&what), &place)? else {
                continue;
            };
            prune(parent, KEPT)?;
            return Ok(Kept {
                name,
                place,
                what,
                in_use,
            });
        }
    }
    Err(Error::Changed {
        file: "checks/".to_owned(),
    })
}

/// Moves files to where they are kept, so that another grader sees none or all of them; nothing
/// if another grader throws them away at this moment.
fn install(scratch: &Path, files: &[&str], kept: &Path) -> Result<Option<InUse>, Error> {
    let parent = kept.parent().unwrap_or(scratch);
    fs::create_dir_all(parent)?;
    let bundle = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)?;
    for file in files {
        fs::rename(scratch.join(file), bundle.path().join(file))?;
    }
    let in_use = InUse::of(bundle.path());
    match fs::rename(bundle.path(), kept) {
        Ok(()) => Ok(in_use),
        // Another grader was faster, or what lies there is not whole; ours is as good as any.
        Err(_) if kept.is_dir() => {
            let Some(in_use) = InUse::of(kept) else {
                return Ok(None);
            };
            for file in files {
                fs::rename(bundle.path().join(file), kept.join(file))?;
            }
            Ok(Some(in_use))
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes a compiled answer the last that is thrown away.
fn touch(kept: &Path) {
    // A cache that cannot be written is good for reading still.
    let _ = fs::File::open(kept)
        .and_then(|directory| directory.file().set_modified(std::time::SystemTime::now()));
}

/// Throws away what was not used for the longest time, beyond `kept` things. Directories that are in
/// use stay.
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
            remove_unused(&path)
        } else {
            fs::remove_file(path)
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run_stays_however_much_is_compiled_meanwhile() {
        let cache = tempfile::tempdir().unwrap();
        let place = |name: &str| cache.path().join(name);
        for (age, name) in ["unused", "run", "new", "newest"].into_iter().enumerate() {
            fs::create_dir(place(name)).unwrap();
            fs::write(place(name).join("driver"), "").unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(age as u64);
            fs::File::open(place(name))
                .unwrap()
                .file()
                .set_modified(time)
                .unwrap();
        }
        let run = InUse::of(&place("run")).unwrap();
        prune(cache.path(), 1).unwrap();
        let left = |name: &str| place(name).join("driver").is_file();
        assert_eq!(
            ["unused", "run", "new", "newest"].map(left),
            [false, true, false, true]
        );
        drop(run);
        prune(cache.path(), 1).unwrap();
        assert_eq!(["run", "newest"].map(left), [false, true]);
    }
}
