//! Resolves the exercises that the command line names.

use std::collections::BTreeSet;

use super::{Copy, Entry, Error};

/// The exercises that these words name, in syllabus order, each once.
pub(super) fn select<'a>(
    entries: &'a [Entry],
    copies: &[Copy],
    words: &[String],
) -> Result<Vec<&'a Entry>, Error> {
    let mut numbers = BTreeSet::new();
    for word in words {
        if let Some((first, last)) = range(word) {
            if last < first {
                return Err(Error::BackwardRange {
                    asked: word.clone(),
                });
            }
            let inside = entries
                .iter()
                .map(|entry| entry.number)
                .filter(|number| (first..=last).contains(number));
            let mut found = false;
            for number in inside {
                found = true;
                numbers.insert(number);
            }
            if !found {
                return Err(unknown(entries, copies, word));
            }
        } else {
            numbers.insert(one(entries, copies, word)?.number);
        }
    }
    Ok(entries
        .iter()
        .filter(|entry| numbers.contains(&entry.number))
        .collect())
}

/// The one exercise that this word names: `7`, `07`, `process-states`,
/// `07-process-states`, or a path to it as a shell completes it.
pub(super) fn one<'a>(
    entries: &'a [Entry],
    copies: &[Copy],
    word: &str,
) -> Result<&'a Entry, Error> {
    let mut entries_meant = entries.iter().filter(|entry| means(word, entry));
    entries_meant
        .next()
        .ok_or_else(|| unknown(entries, copies, word))
}

/// Whether a word names this exercise.
fn means(word: &str, entry: &Entry) -> bool {
    let name = word.trim_end_matches('/');
    let name = name.rsplit('/').next().unwrap_or(name);
    name.parse() == Ok(entry.number) || name == entry.slug || name == entry.directory()
}

fn range(word: &str) -> Option<(u32, u32)> {
    let (first, last) = word.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn unknown(entries: &[Entry], copies: &[Copy], word: &str) -> Error {
    if let Some(copy) = copies.iter().find(|copy| means(word, &copy.entry)) {
        return Error::NoSuchExercise {
            asked: word.to_owned(),
            nearest: Some(copy.counts.directory()),
        };
    }
    let nearest = entries
        .iter()
        .map(|entry| (distance(word, &entry.slug), entry))
        .filter(|(distance, entry)| {
            *distance <= entry.slug.len() / 3 || (word.len() >= 3 && entry.slug.contains(word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, entry)| entry.directory());
    Error::NoSuchExercise {
        asked: word.to_owned(),
        nearest,
    }
}

/// Levenshtein distance in bytes; names are ASCII.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{Entry, Error, select};

    fn entries() -> Vec<Entry> {
        [
            (4, "multiprogramming"),
            (7, "process-states"),
            (30, "thread-queue"),
        ]
        .into_iter()
        .map(|(number, slug)| Entry {
            number,
            slug: slug.into(),
        })
        .collect()
    }

    #[track_caller]
    fn check(words: &[&str], expected: &[u32]) {
        let entries = entries();
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let numbers: Vec<u32> = select(&entries, &[], &words)
            .unwrap()
            .iter()
            .map(|entry| entry.number)
            .collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn an_exercise_has_many_names() {
        for word in [
            "7",
            "07",
            "process-states",
            "07-process-states",
            "exercises/07-process-states/",
        ] {
            check(&[word], &[7]);
        }
    }

    #[test]
    fn several_words_give_syllabus_order_and_no_repeats() {
        check(&["30", "04-10", "7"], &[4, 7, 30]);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let entries = entries();
        let nearest = |word: &str| match select(&entries, &[], &[word.to_owned()]) {
            Err(Error::NoSuchExercise { nearest, .. }) => nearest,
            other => panic!("{other:?}"),
        };
        assert_eq!(nearest("thread-qeue").as_deref(), Some("30-thread-queue"));
        assert_eq!(nearest("queue").as_deref(), Some("30-thread-queue"));
        assert_eq!(nearest("99"), None);
        assert_eq!(nearest("40-46"), None);
    }

    #[test]
    fn a_range_runs_upwards() {
        let entries = entries();
        let result = select(&entries, &[], &["10-04".to_owned()]);
        assert!(matches!(result, Err(Error::BackwardRange { .. })));
    }
}
