//! What must hold of the histories of a scenario.

mod bounds;
mod drawn;
mod linear;
mod order;
mod outcomes;
mod overlap;
mod programs;
mod property;
mod remains;
mod spans;
mod system_choices;
mod trace;
mod values;

use std::fmt;

use grader_schema::{
    Text,
    protocol::{Causality, Needs, Observes},
    step::Class,
    system_choices::SystemChoices,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{History, results::Results};
pub use property::Property;
pub(crate) use property::{Pending, Rule, Violation, is_expected};

/// The judging half of a check.
pub struct Oracle {
    pub(crate) cases: Box<dyn Fn(u64) -> Vec<Value>>,
    pub(crate) properties: Vec<Property>,
    /// Whether orderings were asked to be taken by their word, whatever the properties.
    weak_memory: bool,
    /// Why atomics are sequentially consistent, if that was asked for.
    pub(crate) sequential: Option<Text>,
    /// What the simulated kernel may do.
    pub(crate) system: SystemChoices,
    /// Draws a case that fails.
    pub(crate) draw: Option<drawn::Draw>,
}

impl fmt::Debug for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oracle")
            .field("properties", &self.properties)
            .field("needs", &self.needs())
            .finish_non_exhaustive()
    }
}

impl Default for Oracle {
    fn default() -> Self {
        Self::new()
    }
}

impl Oracle {
    /// An oracle without properties: the scenario must come to its end, without a
    /// panic, under every schedule.
    ///
    /// ```
    /// # use kit::Oracle;
    /// let oracle = Oracle::new();
    /// ```
    pub fn new() -> Self {
        Self {
            cases: Box::new(|_| vec![Value::Null]),
            properties: Vec::new(),
            weak_memory: false,
            sequential: None,
            system: SystemChoices::default(),
            draw: None,
        }
    }

    /// Runs the scenario on each of these inputs, made from the seed of the run.
    ///
    /// ```
    /// # use kit::Oracle;
    /// // The scenario reads it by `let items: Vec<u32> = case.get();`, a property by `history.case()`.
    /// Oracle::new().cases(|seed| vec![vec![seed as u32, 1, 2], vec![]]);
    /// ```
    ///
    /// # Panics
    ///
    /// When the check is judged, if a case cannot be written as JSON.
    #[must_use]
    pub fn cases<T: Serialize>(mut self, cases: impl Fn(u64) -> Vec<T> + 'static) -> Self {
        self.cases = Box::new(move |seed| {
            let value = |case| serde_json::to_value(case).expect("a case has a JSON form");
            cases(seed).into_iter().map(value).collect()
        });
        self
    }

    /// What to say is promised when the scenario deadlocks, panics or makes no progress.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().completes("Both threads come to their end.", "两个线程都能结束。");
    /// ```
    #[must_use]
    pub fn completes(self, en: &str, zh: &str) -> Self {
        self.with_needs(en, zh, Rule::Completes, Needs::default())
    }

    /// Takes the orderings of atomics by their word, also where a property compares calls by
    /// real time. A load then sees any store that the language lets it see, but none that is
    /// executed later.
    ///
    /// That is the default for results, spans that overlap or exclude each other, and what
    /// comes to rest. The order of calls of different threads is another matter: a `Relaxed`
    /// load may see an old value although the store was executed before, and the program is
    /// right. So this is for checks whose calls are ordered by what the README promises, as
    /// those of a lock are.
    ///
    /// ```
    /// # use kit::{linearizable::specs, Oracle};
    /// Oracle::new()
    ///     .weak_memory()
    ///     .linearizable("It is a lock.", "它是一把锁。", specs::Lock);
    /// ```
    #[must_use]
    pub fn weak_memory(mut self) -> Self {
        self.weak_memory = true;
        self
    }

    /// Lets each atomic load see the newest store, whatever ordering the answer asks for.
    ///
    /// Say why: an exercise may be about something else, and weakly ordered memory has more
    /// executions. What atomics order of plain memory is by the word of the answer in
    /// any case: a `Relaxed` flag orders none, and a data race behind it is found.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().sequential_memory(
    ///     "The README says that every atomic is sequentially consistent.",
    ///     "README 说明所有原子操作都是顺序一致的。",
    /// );
    /// ```
    #[must_use]
    pub fn sequential_memory(mut self, why_en: &str, why_zh: &str) -> Self {
        self.sequential = Some(Text::new(why_en, why_zh));
        self
    }

    /// The scenario is to come to rest: every execution ends with threads that sleep and
    /// that nobody can wake, and this is what tells sleeping from busy-waiting.
    ///
    /// The scenario makes a thread of the answer wait for what never comes, and then
    /// sleeps for ever itself. A thread that spins for a while, or waits for a spin lock
    /// that somebody gives back, still comes to rest under every fair schedule; one that
    /// asks again and again does not.
    ///
    /// ```
    /// # use kit::Oracle;
    /// // Scenario: thread::spawn(|| event.wait()); then park_forever()
    /// Oracle::new().comes_to_rest(
    ///     "A thread that waits for the event sleeps.",
    ///     "等待事件的线程处于睡眠状态。",
    /// );
    /// ```
    #[must_use]
    pub fn comes_to_rest(self, en: &str, zh: &str) -> Self {
        let needs = Needs {
            rest: true,
            ..Needs::default()
        };
        self.with_needs(en, zh, Rule::ComesToRest, needs)
    }

    /// The answer uses no other sorts of object of the standard library than these,
    /// whatever it calls them. Threads, parking and the clock are not objects.
    ///
    /// ```
    /// # use kit::{Class, Oracle};
    /// Oracle::new().built_from(
    ///     "The lock is built from atomics and plain memory alone.",
    ///     "这把锁只由原子变量和普通内存构成。",
    ///     &[Class::Atomic, Class::Cell, Class::Arc],
    /// );
    /// ```
    #[must_use]
    pub fn built_from(self, en: &str, zh: &str, allowed: &[Class]) -> Self {
        let needs = Needs {
            uses: true,
            ..Needs::default()
        };
        self.with_needs(en, zh, Rule::BuiltFrom(allowed.to_vec()), needs)
    }

    /// When the scenario ends, every other thread has ended before, under every schedule:
    /// whoever started it has waited for it.
    ///
    /// A thread that merely happens to be done is found out by a schedule in which it is
    /// not. The threads of the scenario itself count too, so it joins them.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().no_leaked_threads(
    ///     "`shut_down` waits for all workers.",
    ///     "`shut_down` 会等待所有工作线程。",
    /// );
    /// ```
    #[must_use]
    pub fn no_leaked_threads(self, en: &str, zh: &str) -> Self {
        let needs = Needs {
            leaked: true,
            ..Needs::default()
        };
        self.with_needs(en, zh, Rule::LeavesNone, needs)
    }

    /// `judge` accepts the history of every schedule; else it says what happened.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// Oracle::new().always("Main is last.", "main 在最后。", |history| {
    ///     let last = history.marks("done").last();
    ///     if last.is_some_and(|mark| mark.thread == 0) {
    ///         return Ok(());
    ///     }
    ///     Err(Text::new("A thread was later.", "有线程更晚。"))
    /// });
    /// ```
    #[must_use]
    pub fn always(
        self,
        en: &str,
        zh: &str,
        judge: impl Fn(&History) -> Result<(), Text> + 'static,
    ) -> Self {
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Order)
    }

    /// Like [`always`](Self::always), for what the order of threads has no part in:
    /// `judge` sees values only. Fewer schedules then tell everything, so prefer it.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// Oracle::new().always_results("The total is 2.", "总数是 2。", |results| {
    ///     match results.value::<u32>("total") {
    ///         Some(2) => Ok(()),
    ///         other => Err(Text::new(format!("It is {other:?}."), format!("得到 {other:?}。"))),
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn always_results(
        self,
        en: &str,
        zh: &str,
        judge: impl Fn(&Results<'_>) -> Result<(), Text> + 'static,
    ) -> Self {
        let judge = move |history: &History| judge(&Results::new(history));
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Results)
    }

    /// `wish` is true of the history of at least one schedule: this is how too much
    /// locking and fake parallelism are caught. `never` says what is missing else.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// Oracle::new().sometimes(
    ///     "Either worker may be first.",
    ///     "两个工作线程都可能先开始。",
    ///     Text::new("T2 was never first.", "T2 从未先开始。"),
    ///     |history| history.marks("begins").next().is_some_and(|mark| mark.thread == 2),
    /// );
    /// ```
    #[must_use]
    pub fn sometimes(
        self,
        en: &str,
        zh: &str,
        never: Text,
        wish: impl Fn(&History) -> bool + 'static,
    ) -> Self {
        let rule = Rule::Sometimes(Box::new(wish), never);
        self.with(en, zh, rule, Observes::Order)
    }

    /// Like [`sometimes`](Self::sometimes), for what the order of threads has no part in.
    ///
    /// ```
    /// # use kit::{Oracle, Text};
    /// Oracle::new().sometimes_results(
    ///     "`try_lock` may find the lock taken.",
    ///     "`try_lock` 可能遇到锁已被占用。",
    ///     Text::new("It never did.", "从未遇到。"),
    ///     |results| results.results_of::<bool>("try_lock").contains(&false),
    /// );
    /// ```
    #[must_use]
    pub fn sometimes_results(
        self,
        en: &str,
        zh: &str,
        never: Text,
        wish: impl Fn(&Results<'_>) -> bool + 'static,
    ) -> Self {
        let wish = move |history: &History| wish(&Results::new(history));
        let rule = Rule::Sometimes(Box::new(wish), never);
        self.with(en, zh, rule, Observes::Results)
    }

    /// Every mark `earlier` happens before every mark `later`, by synchronisation and
    /// not by luck.
    ///
    /// ```
    /// # use kit::Oracle;
    /// // Scenario: pool.submit(|| mark("ran", ())); pool.join(); mark("joined", ());
    /// Oracle::new().before("`join` waits for the job.", "`join` 会等待任务。", "ran", "joined");
    /// ```
    #[must_use]
    pub fn before(self, en: &str, zh: &str, earlier: &'static str, later: &'static str) -> Self {
        let judge = move |history: &History| {
            for b in history.marks(later) {
                if history
                    .marks(earlier)
                    .any(|a| !history.happens_before(a, b))
                {
                    return Err(Text::new(
                        format!(
                            "Nothing made `{later}` in T{} wait for `{earlier}`.",
                            b.thread
                        ),
                        format!(
                            "没有任何同步让 T{} 的 `{later}` 等待 `{earlier}`。",
                            b.thread
                        ),
                    ));
                }
            }
            Ok(())
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Results)
    }

    /// What must still happen on some history of this case, each with its promise.
    pub(crate) fn all_pending(&self, case: &Value) -> Vec<(&Text, Pending<'_>)> {
        self.properties
            .iter()
            .filter_map(|property| Some((&property.promise, property.pending(case)?)))
            .collect()
    }

    /// Whether orderings are taken by their word.
    pub(crate) fn is_weak(&self) -> bool {
        let mut properties = self.properties.iter();
        let in_real_time = properties.any(|property| property.in_real_time);
        self.sequential.is_none() && (self.weak_memory || !in_real_time)
    }

    /// The least that covers what every property needs. How an execution ends, for
    /// `completes`, is the same for all schedules with the same results.
    pub(crate) fn needs(&self) -> Needs {
        let all = self.properties.iter().map(|property| property.needs);
        all.fold(Needs::default(), Needs::and)
    }

    /// The properties, each with its index, in the order in which they are judged.
    pub(crate) fn in_order(&self) -> Vec<(usize, &Property)> {
        let mut all: Vec<_> = self.properties.iter().enumerate().collect();
        all.sort_by_key(|(_, property)| property.rank());
        all
    }

    /// What is promised of a scenario that comes to rest.
    pub(crate) fn promise_of_rest(&self) -> Option<&Text> {
        self.promise(|rule| matches!(rule, Rule::ComesToRest))
    }

    /// What is promised of a scenario that does not wait forever, does not panic and makes
    /// progress.
    pub(crate) fn promise_of_end(&self) -> Option<&Text> {
        let completes = self.promise(|rule| matches!(rule, Rule::Completes));
        completes.or_else(|| self.promise_of_rest())
    }

    fn promise(&self, is_wanted: impl Fn(&Rule) -> bool) -> Option<&Text> {
        let mut all = self.properties.iter().rev();
        let found = all.find(|property| is_wanted(&property.rule))?;
        Some(&found.promise)
    }

    fn with(self, en: &str, zh: &str, rule: Rule, observes: Observes) -> Self {
        let needs = Needs {
            observes,
            ..Needs::default()
        };
        self.push(en, zh, rule, needs, observes != Observes::Results)
    }

    fn with_needs(self, en: &str, zh: &str, rule: Rule, needs: Needs) -> Self {
        self.push(en, zh, rule, needs, false)
    }

    fn push(mut self, en: &str, zh: &str, rule: Rule, needs: Needs, in_real_time: bool) -> Self {
        let needs = Needs {
            // A model judges by real time alone; any other rule may ask what happened before what.
            causality: match rule {
                Rule::Programs(_) => Causality::Ignored,
                _ => Causality::Recorded,
            },
            ..needs
        };
        self.properties.push(Property {
            promise: Text::new(en, zh),
            rule,
            needs,
            in_real_time,
        });
        self
    }

    /// The same for a property of spans that overlap or exclude each other: what a lock orders
    /// by synchronisation it orders in real time too.
    fn with_overlaps(self, en: &str, zh: &str, rule: Rule) -> Self {
        let needs = Needs {
            observes: Observes::Intervals,
            ..Needs::default()
        };
        self.with_needs(en, zh, rule, needs)
    }
}

/// A case in the type that an author asks for.
fn typed<C: DeserializeOwned>(case: &Value) -> C {
    C::deserialize(case).expect("the oracle asks for the case it made")
}

#[cfg(test)]
mod asked_tests;
#[cfg(test)]
mod tests;
