//! The names of places and threads in texts.

use std::collections::BTreeMap;

use grader_schema::{protocol::Location, trace::Place};

use super::{
    place::{named, place},
    receiver::receiver,
};
use crate::{History, threads::ThreadNames};

/// Knows how to name places and threads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    source_root: &'a str,
    sources: Option<&'a BTreeMap<String, String>>,
    threads: Option<&'a ThreadNames>,
}

impl<'a> Names<'a> {
    /// Names for an answer whose files are below `source_root`.
    pub(crate) fn new(source_root: &'a str) -> Self {
        Self {
            source_root,
            sources: None,
            threads: None,
        }
    }

    /// Also knows what the answer's files say.
    pub(crate) fn with_sources(self, sources: &'a BTreeMap<String, String>) -> Self {
        Self {
            sources: Some(sources),
            ..self
        }
    }

    /// Also knows which threads the program gave names.
    pub(crate) fn with_threads(self, threads: &'a ThreadNames) -> Self {
        Self {
            threads: Some(threads),
            ..self
        }
    }

    /// The name of a thread.
    pub(crate) fn thread(&self, thread: usize) -> String {
        match self.threads {
            Some(threads) => threads.of(thread),
            None => ThreadNames::default().of(thread),
        }
    }

    /// The names of all threads, where the program's own are known.
    pub(crate) fn threads(&self) -> Vec<String> {
        self.threads.map(ThreadNames::all).unwrap_or_default()
    }

    /// `history` with threads of these names.
    pub(crate) fn name_threads_of(&self, history: History) -> History {
        match self.threads {
            Some(threads) => history.with_threads(threads),
            None => history,
        }
    }

    /// What the method at this place of the answer is called on, as it is written there.
    pub(crate) fn receiver(&self, location: &Location) -> Option<&'a str> {
        let file = location.file.strip_prefix(self.source_root)?;
        receiver(self.sources?.get(file)?, location.line, location.column)
    }

    /// The place, if it is in the answer or in a check.
    pub(crate) fn place(&self, location: &Location) -> Option<Place> {
        place(location, self.source_root)
    }

    /// Whether a place is in the answer, and not in a check.
    pub(crate) fn is_of_answer(&self, location: &Location) -> bool {
        !self.source_root.is_empty() && location.file.starts_with(self.source_root)
    }

    /// Whether the answer has a `todo!` at this place. Where its sources are not known, it has
    /// one wherever it panics with the words of that macro.
    pub(crate) fn is_todo(&self, location: &Location) -> bool {
        let Some(sources) = self.sources else {
            return true;
        };
        let written = || {
            let file = location.file.strip_prefix(self.source_root)?;
            let line = location.line.checked_sub(1)?;
            let line = sources.get(file)?.lines().nth(line as usize)?;
            let column = location.column.checked_sub(1)?;
            let rest: String = line.chars().skip(column as usize).collect();
            let (name, _) = rest.split_once('!')?;
            Some(matches!(name, "todo" | "std::todo" | "core::todo"))
        };
        written().unwrap_or(false)
    }

    /// The place as text, `src/lib.rs:14`.
    pub(crate) fn at(&self, location: &Location) -> String {
        named(location, self.source_root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_todo_is_one_of_the_answer_and_not_a_panic_with_its_words() {
        let text =
            "fn f() {\n    /* 还 */ todo!()\n}\nfn g() { panic!(\"not yet implemented\") }\n";
        let sources = BTreeMap::from([("src/lib.rs".to_owned(), text.to_owned())]);
        let names = Names::new("/answer/").with_sources(&sources);
        let is_todo = |file: &str, line, column| {
            let file = file.to_owned();
            names.is_todo(&Location { file, line, column })
        };
        assert!(is_todo("/answer/src/lib.rs", 2, 13));
        assert!(!is_todo("/answer/src/lib.rs", 2, 12));
        assert!(!is_todo("/answer/src/lib.rs", 4, 10));
        assert!(!is_todo("/answer/src/lib.rs", 9, 1));
        assert!(!is_todo("/kit/checks/public.rs", 2, 13));
    }
}
