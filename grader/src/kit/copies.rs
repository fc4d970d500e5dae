//! Two directories that claim to be the same exercise: a copy that a student has made, or what
//! an older pack had under another number. One of them counts.

use std::path::Path;

use grader_schema::assignment::Pack;

use super::Entry;

/// A directory that claims to be an exercise which another directory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copy {
    /// The id that both claim.
    pub(crate) id: String,
    /// The directory that does not count.
    pub(crate) entry: Entry,
    /// The directory that counts.
    pub(crate) counts: Entry,
}

/// Tells the exercises from their copies. `entries` are in order; the order stays.
///
/// Of several directories with one id the one counts that the pack names, or else the first
/// one whose name has the id.
pub(super) fn tell_apart(
    entries: Vec<Entry>,
    pack: Option<&Pack>,
    id: impl Fn(&Entry) -> Option<String>,
) -> (Vec<Entry>, Vec<Copy>) {
    let ids: Vec<Option<String>> = entries.iter().map(id).collect();
    let named = |entry: &Entry| {
        let mut packed = pack.iter().flat_map(|pack| &pack.exercises);
        packed.any(|packed| packed.id == entry.slug && packed.number == entry.number)
    };
    let counts = |id: &str| {
        let mut claims = entries.iter().zip(&ids);
        let same = |(_, other): &(&Entry, &Option<String>)| other.as_deref() == Some(id);
        let claims: Vec<&Entry> = claims
            .by_ref()
            .filter(same)
            .map(|(entry, _)| entry)
            .collect();
        let found = claims.iter().find(|entry| named(entry));
        let found = found.or_else(|| claims.iter().find(|entry| entry.slug == id));
        found.map(|entry| (**entry).clone())
    };
    let mut copies = Vec::new();
    for (entry, id) in entries.iter().zip(&ids) {
        let Some(id) = id else { continue };
        if let Some(counts) = counts(id).filter(|counts| counts != entry) {
            copies.push(Copy {
                id: id.clone(),
                entry: entry.clone(),
                counts,
            });
        }
    }
    let is_copy = |entry: &Entry| copies.iter().any(|copy| copy.entry == *entry);
    let kept = entries.iter().filter(|entry| !is_copy(entry)).cloned();
    (kept.collect(), copies)
}

/// The id that a directory's manifest claims, without reading the rest of it: a mistake in one
/// manifest does not stand in the way of the others.
pub(super) fn claimed(directory: &Path) -> Option<String> {
    let text = fs_err::read_to_string(directory.join("exercise.toml")).ok()?;
    text.lines().find_map(|line| {
        let value = line.trim().strip_prefix("id")?.trim_start();
        let value = value.strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|it| "\"'".contains(*it))?;
        value[1..].split(quote).next().map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use grader_schema::assignment::{Pack, Packed};

    use super::{Entry, tell_apart};

    fn entry(name: &str) -> Entry {
        Entry::parse(name).unwrap()
    }

    /// The directories that count, of these: each with the id that its manifest claims.
    fn counting(directories: &[(&str, &str)], packed: Option<(u32, &str)>) -> Vec<String> {
        let pack = packed.map(|(number, id)| Pack {
            format: 1,
            grader: String::new(),
            sealed_for: Vec::new(),
            assignment: None,
            exercises: vec![Packed {
                number,
                id: id.to_owned(),
                points: 1,
                public_points: 1,
                hidden_points: 0,
            }],
        });
        let entries = directories.iter().map(|(name, _)| entry(name)).collect();
        let id = |entry: &Entry| {
            let found = directories
                .iter()
                .find(|(name, _)| *name == entry.directory());
            found
                .map(|(_, id)| (*id).to_owned())
                .filter(|id| !id.is_empty())
        };
        let (kept, _) = tell_apart(entries, pack.as_ref(), id);
        kept.iter().map(Entry::directory).collect()
    }

    #[test]
    fn the_directory_that_the_pack_names_counts() {
        let both = [("48-rw-lock", "rw-lock"), ("49-rw-lock", "rw-lock")];
        assert_eq!(counting(&both, Some((49, "rw-lock"))), ["49-rw-lock"]);
        assert_eq!(counting(&both, Some((48, "rw-lock"))), ["48-rw-lock"]);
        assert_eq!(counting(&both, None), ["48-rw-lock"]);
    }

    #[test]
    fn a_copy_under_another_name_does_not_count() {
        let both = [("23-mutex", "mutex"), ("23-mutex copy", "mutex")];
        assert_eq!(counting(&both, None), ["23-mutex"]);
        let both = [("07-mutex-old", "mutex"), ("23-mutex", "mutex")];
        assert_eq!(counting(&both, Some((23, "mutex"))), ["23-mutex"]);
    }

    #[test]
    fn whoever_is_alone_counts_whatever_its_manifest_claims() {
        let alone = [("23-mutex", "lock"), ("24-queue", "")];
        assert_eq!(counting(&alone, None), ["23-mutex", "24-queue"]);
    }
}
