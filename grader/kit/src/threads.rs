//! What people call the threads of an execution: the same in lanes and in sentences.

/// The names of the threads of one execution.
#[derive(Debug, Clone, Default)]
pub(crate) struct ThreadNames {
    names: Vec<String>,
}

impl ThreadNames {
    /// Names for threads, some of which the program gave a name. One that does not tell its
    /// thread from all others is followed by the usual name of the thread.
    pub(crate) fn new(given: &[Option<String>]) -> Self {
        let plain: Vec<_> = given
            .iter()
            .enumerate()
            .map(|(thread, name)| match name {
                Some(name) if !name.trim().is_empty() => on_one_line(name),
                _ => usual(thread),
            })
            .collect();
        let is_clear = |thread: usize, name: &String| {
            let alike = plain.iter().filter(|other| *other == name).count();
            *name == usual(thread) || alike == 1
        };
        let names = plain.iter().enumerate().map(|(thread, name)| {
            if is_clear(thread, name) {
                name.clone()
            } else {
                format!("{name} ({})", usual(thread))
            }
        });
        Self {
            names: names.collect(),
        }
    }

    /// The name of a thread.
    pub(crate) fn of(&self, thread: usize) -> String {
        let named = self.names.get(thread);
        named.map_or_else(|| usual(thread), String::clone)
    }

    /// The names of all threads.
    pub(crate) fn all(&self) -> Vec<String> {
        self.names.clone()
    }
}

/// How a thread without a name of its own is called: the scenario's is `main`.
fn usual(thread: usize) -> String {
    match thread {
        0 => "main".to_owned(),
        thread => format!("T{thread}"),
    }
}

/// A name may have any characters, but a sentence is one line.
fn on_one_line(name: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    name.trim().chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[&str]) -> Vec<String> {
        let given: Vec<_> = given
            .iter()
            .map(|name| (!name.is_empty()).then(|| (*name).to_owned()))
            .collect();
        ThreadNames::new(&given).all()
    }

    #[test]
    fn a_name_that_is_given_once_stands_alone() {
        assert_eq!(names(&["", "", "reader"]), ["main", "T1", "reader"]);
    }

    #[test]
    fn threads_of_one_name_stay_apart() {
        assert_eq!(
            names(&["", "worker", "worker"]),
            ["main", "worker (T1)", "worker (T2)"]
        );
    }

    #[test]
    fn nobody_takes_the_usual_name_of_another_thread() {
        assert_eq!(
            names(&["", "T2", "", "main"]),
            ["main", "T2 (T1)", "T2", "main (T3)"]
        );
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(names(&["", "a\nb"]), ["main", "a\u{fffd}b"]);
    }
}
