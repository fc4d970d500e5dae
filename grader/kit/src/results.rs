//! A history without its order: what the threads recorded, and not when.

use grader_schema::{plan::RecordKind, protocol::EventKind};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::History;

/// The values of a history.
///
/// It tells nothing of the order in which different threads recorded them, so that
/// one of many equivalent schedules is enough to judge it. What several threads
/// recorded comes sorted; values of another type than the one asked for are left out.
#[derive(Debug, Clone, Copy)]
pub struct Results<'a> {
    history: &'a History,
}

impl<'a> Results<'a> {
    pub(crate) fn new(history: &'a History) -> Self {
        Self { history }
    }

    /// The input of the scenario.
    ///
    /// # Panics
    ///
    /// Panics if it is no `T`: the oracle made it.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// # Oracle::new().always_results("", "", |results| {
    /// let threads: u32 = results.case();
    /// # let right = threads == 3;
    /// # if right { Ok(()) } else { Err(Text::new("", "")) }
    /// # });
    /// ```
    pub fn case<T: DeserializeOwned>(&self) -> T {
        self.history.case()
    }

    /// How many marks are called `name`.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// # Oracle::new().always_results("", "", |results| {
    /// let right = results.count("ran") == 3;
    /// # if right { Ok(()) } else { Err(Text::new("", "")) }
    /// # });
    /// ```
    pub fn count(&self, name: &str) -> usize {
        self.history.marks(name).count()
    }

    /// The value of the only mark called `name`, if there is just one, of the right type.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// # Oracle::new().always_results("", "", |results| {
    /// let right = results.value::<u32>("total") == Some(2);
    /// # if right { Ok(()) } else { Err(Text::new("", "")) }
    /// # });
    /// ```
    pub fn value<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.history.value(name)
    }

    /// The values of the marks called `name`, sorted.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// # Oracle::new().always_results("", "", |results| {
    /// let right = results.values_of::<u32>("got") == [3, 5, 7];
    /// # if right { Ok(()) } else { Err(Text::new("", "")) }
    /// # });
    /// ```
    pub fn values_of<T: DeserializeOwned + Ord>(&self, name: &str) -> Vec<T> {
        sorted(self.history.values(name))
    }

    /// The values of the marks called `name`: a list for each thread that made any, in
    /// the order in which it made them. The lists themselves are sorted.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// # Oracle::new().always_results("", "", |results| {
    /// let right = results.by_thread::<u32>("got") == [vec![5], vec![7, 3]];
    /// # if right { Ok(()) } else { Err(Text::new("", "")) }
    /// # });
    /// ```
    pub fn by_thread<T: DeserializeOwned + Ord>(&self, name: &str) -> Vec<Vec<T>> {
        self.lists(EventKind::Mark, name)
    }

    /// What the calls called `name` returned, sorted.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// # Oracle::new().always_results("", "", |results| {
    /// let right = results.results_of::<bool>("try_lock") == [false, true];
    /// # if right { Ok(()) } else { Err(Text::new("", "")) }
    /// # });
    /// ```
    pub fn results_of<T: DeserializeOwned + Ord>(&self, name: &str) -> Vec<T> {
        let lists = self.lists(EventKind::Return, name);
        sorted(lists.into_iter().flatten().collect())
    }

    /// What the calls called `name` returned: a list for each thread that made any, in
    /// the order in which they returned. The lists themselves are sorted.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// # Oracle::new().always_results("", "", |results| {
    /// let right = results.results_by_thread::<u32>("get") == [[8], [9]];
    /// # if right { Ok(()) } else { Err(Text::new("", "")) }
    /// # });
    /// ```
    pub fn results_by_thread<T: DeserializeOwned + Ord>(&self, name: &str) -> Vec<Vec<T>> {
        self.lists(EventKind::Return, name)
    }

    /// The calls called `name` that returned, as pairs of argument and result, sorted.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// # Oracle::new().always_results("", "", |results| {
    /// let right = results.calls_of::<u32, bool>("put") == [(1, true), (2, false)];
    /// # if right { Ok(()) } else { Err(Text::new("", "")) }
    /// # });
    /// ```
    pub fn calls_of<A, R>(&self, name: &str) -> Vec<(A, R)>
    where
        A: DeserializeOwned + Ord,
        R: DeserializeOwned + Ord,
    {
        let calls = self.history.calls_of(name);
        let pair =
            |call: &crate::history::Call<'_>| Some((read(call.argument)?, read(call.result?)?));
        sorted(calls.iter().filter_map(pair).collect())
    }

    fn lists<T: DeserializeOwned + Ord>(self, kind: EventKind, name: &str) -> Vec<Vec<T>> {
        let (sort, has) = match kind {
            EventKind::Mark => (RecordKind::Mark, kind),
            _ => (RecordKind::Call, EventKind::Call),
        };
        self.history.ask(sort, name, || self.history.has(has, name));
        let mut lists: Vec<(usize, Vec<T>)> = Vec::new();
        for event in self.history.all_events() {
            if event.kind != kind || event.name != name {
                continue;
            }
            let at = lists.iter().position(|(thread, _)| *thread == event.thread);
            let at = at.unwrap_or_else(|| {
                lists.push((event.thread, Vec::new()));
                lists.len() - 1
            });
            lists[at].1.extend(read::<T>(&event.value));
        }
        // Numbers of threads may depend on the order in which they were started.
        sorted(lists.into_iter().map(|(_, list)| list).collect())
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::examples::Recorder;

    fn two_orders() -> [History; 2] {
        let (mut one, mut other) = (Recorder::default(), Recorder::default());
        one.mark(1, "got", 7).mark(1, "got", 3).mark(2, "got", 5);
        other.mark(2, "got", 5).mark(1, "got", 7).mark(1, "got", 3);
        for recorder in [&mut one, &mut other] {
            recorder
                .call(1, "get", json!(2))
                .call(2, "get", Value::Null);
        }
        one.ret(1, "get", json!(9)).ret(2, "get", json!(8));
        other.ret(2, "get", json!(8)).ret(1, "get", json!(9));
        [one.history(), other.history()]
    }

    #[test]
    fn the_order_of_threads_cannot_be_seen_and_that_of_one_thread_can() {
        for history in two_orders() {
            let results = Results::new(&history);
            assert_eq!(results.values_of::<i64>("got"), [3, 5, 7]);
            assert_eq!(results.by_thread::<i64>("got"), [vec![5], vec![7, 3]]);
            assert_eq!(results.results_of::<i64>("get"), [8, 9]);
            assert_eq!(results.results_by_thread::<i64>("get"), [[8], [9]]);
            let calls = results.calls_of::<Option<i64>, i64>("get");
            assert_eq!(calls, [(None, 8), (Some(2), 9)]);
            assert_eq!(results.count("got"), 3);
            assert_eq!(results.value::<i64>("got"), None);
        }
    }

    #[test]
    fn values_of_another_type_are_left_out() {
        let mut recorder = Recorder::default();
        recorder.mark(1, "got", 7).mark(2, "got", "seven");
        let history = recorder.history();
        assert_eq!(Results::new(&history).values_of::<i64>("got"), [7]);
    }
}
