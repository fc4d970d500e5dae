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

/// What a manifest claims to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    id: String,
    number: Option<u32>,
}

/// Tells the exercises from their copies. `entries` are in order; the order stays.
///
/// Of several directories with one id the one counts that the pack names, or else the first
/// one that is called what its manifest says.
pub(super) fn tell_apart(
    entries: &[Entry],
    pack: Option<&Pack>,
    claim: impl Fn(&Entry) -> Option<Claim>,
) -> (Vec<Entry>, Vec<Copy>) {
    let claims: Vec<Option<Claim>> = entries.iter().map(claim).collect();
    let is_packed = |entry: &Entry| {
        let mut packed = pack.iter().flat_map(|pack| &pack.exercises);
        packed.any(|packed| packed.id == entry.slug && packed.number == entry.number)
    };
    let counts = |id: &str| {
        let claims = entries.iter().zip(&claims);
        let same = claims.filter_map(|(entry, claim)| {
            let claim = claim.as_ref().filter(|claim| claim.id == id)?;
            Some((entry, claim.number == Some(entry.number)))
        });
        let same: Vec<(&Entry, bool)> = same.filter(|(entry, _)| entry.slug == id).collect();
        let found = same.iter().find(|(entry, _)| is_packed(entry));
        let found = found.or_else(|| same.iter().find(|(_, agrees)| *agrees));
        found.or(same.first()).map(|(entry, _)| (*entry).clone())
    };
    let mut copies = Vec::new();
    for (entry, claim) in entries.iter().zip(&claims) {
        let Some(claim) = claim else { continue };
        if let Some(counts) = counts(&claim.id).filter(|counts| counts != entry) {
            copies.push(Copy {
                id: claim.id.clone(),
                entry: entry.clone(),
                counts,
            });
        }
    }
    let is_copy = |entry: &Entry| copies.iter().any(|copy| copy.entry == *entry);
    let kept = entries.iter().filter(|entry| !is_copy(entry)).cloned();
    (kept.collect(), copies)
}

/// What a directory's manifest claims, without reading the rest of it: a mistake in one manifest
/// does not affect the others.
pub(super) fn claimed(directory: &Path) -> Option<Claim> {
    let text = fs_err::read_to_string(directory.join("exercise.toml")).ok()?;
    let value = |key: &str| {
        // The checks, which have ids too, come after the first table.
        let own = text
            .lines()
            .take_while(|line| !line.trim_start().starts_with('['));
        let mut values = own.filter_map(|line| {
            let value = line.trim().strip_prefix(key)?.trim_start();
            Some(value.strip_prefix('=')?.trim())
        });
        values.next()
    };
    let id = value("id")?;
    let quote = id.chars().next().filter(|it| "\"'".contains(*it))?;
    let digits = value("number").unwrap_or_default();
    let digits = digits.split(|it: char| !it.is_ascii_digit()).next();
    Some(Claim {
        id: id[1..].split(quote).next()?.to_owned(),
        number: digits.and_then(|digits| digits.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use grader_schema::assignment::{Pack, Packed};

    use super::{Claim, Entry, tell_apart};

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
                sealed: None,
            }],
        });
        let entries: Vec<Entry> = directories.iter().map(|(name, _)| entry(name)).collect();
        let claim = |entry: &Entry| {
            let mut all = directories.iter();
            let (_, claim) = all.find(|(name, _)| *name == entry.directory())?;
            let (id, number) = claim.split_once(' ')?;
            Some(Claim {
                id: id.to_owned(),
                number: number.parse().ok(),
            })
        };
        let (kept, _) = tell_apart(&entries, pack.as_ref(), claim);
        kept.iter().map(Entry::directory).collect()
    }

    #[test]
    fn the_directory_that_the_pack_names_counts() {
        let both = [("48-rw-lock", "rw-lock 48"), ("49-rw-lock", "rw-lock 49")];
        assert_eq!(counting(&both, Some((49, "rw-lock"))), ["49-rw-lock"]);
        assert_eq!(counting(&both, Some((48, "rw-lock"))), ["48-rw-lock"]);
        assert_eq!(counting(&both, None), ["48-rw-lock"]);
    }

    #[test]
    fn a_copy_under_another_name_does_not_count() {
        let both = [("23-mutex", "mutex 23"), ("23-mutex copy", "mutex 23")];
        assert_eq!(counting(&both, None), ["23-mutex"]);
        let both = [("07-mutex-old", "mutex 23"), ("23-mutex", "mutex 23")];
        assert_eq!(counting(&both, Some((23, "mutex"))), ["23-mutex"]);
        let both = [("07-mutex", "mutex 23"), ("23-mutex", "mutex 23")];
        assert_eq!(counting(&both, None), ["23-mutex"]);
    }

    #[test]
    fn whoever_is_alone_counts_whatever_its_manifest_claims() {
        let alone = [("23-mutex", "lock 7"), ("24-queue", "")];
        assert_eq!(counting(&alone, None), ["23-mutex", "24-queue"]);
    }
}
