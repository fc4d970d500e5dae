//! Bounds: of anything that can be measured, of what an object holds, of virtual time.

use std::time::Duration;

use grader_schema::Text;
use serde_json::{Value, json};

use super::{Oracle, Rule};
use grader_schema::{plan::RecordKind, protocol::Observes};

use crate::{History, history::Call};

impl Oracle {
    /// What `measure` finds in the history of a schedule is at most `limit`.
    ///
    /// `measure` must never find more than there was in any order of the calls that
    /// overlap: count what had surely happened.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().bounded(
    ///     "Four tasks need at most two workers.",
    ///     "四个任务最多用两个工作线程。",
    ///     |history| {
    ///         let threads: std::collections::BTreeSet<_> =
    ///             history.marks("task").map(|mark| mark.thread).collect();
    ///         threads.len() as u64
    ///     },
    ///     2,
    /// );
    /// ```
    #[must_use]
    pub fn bounded(
        self,
        en: &str,
        zh: &str,
        measure: impl Fn(&History) -> u64 + 'static,
        limit: u64,
    ) -> Self {
        self.always(en, zh, move |history| {
            let found = measure(history);
            if found <= limit {
                return Ok(());
            }
            Err(Text::new(
                format!("It came to {found}, and at most {limit} is promised."),
                format!("实际达到了 {found}，而承诺的上限是 {limit}。"),
            ))
        })
    }

    /// Never more than `limit` items are held: put by a call named `put`, and taken by
    /// a call named `got`.
    ///
    /// Violated when, at some moment, more than `limit` calls of `put` had returned
    /// (other than with `false`) than calls of `got` had begun (other than those that
    /// came back with `null`, and so with nothing). While calls are under way they are
    /// given the benefit of the doubt.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().holds_at_most(
    ///     "The queue never holds more items than its capacity.",
    ///     "队列中的元素个数从不超过容量。",
    ///     "put",
    ///     "get",
    ///     2,
    /// );
    /// ```
    #[must_use]
    pub fn holds_at_most(
        self,
        en: &str,
        zh: &str,
        put: &'static str,
        got: &'static str,
        limit: usize,
    ) -> Self {
        let judge = move |history: &History| {
            let held = held(history, put, got);
            if held <= limit {
                return Ok(());
            }
            Err(Text::new(
                format!(
                    "At one moment {held} more calls of `{put}` had returned than calls of \
                     `{got}` had begun."
                ),
                format!("有一刻，已返回的 `{put}` 比已开始的 `{got}` 多 {held} 次。"),
            ))
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Intervals)
    }

    /// Each call named `call` whose result is one that `which` is true of takes at least
    /// this long, in virtual time.
    ///
    /// ```
    /// # use kit::Oracle;
    /// # use std::time::Duration;
    /// Oracle::new().took_at_least(
    ///     "`wait_timeout` does not give up early.",
    ///     "`wait_timeout` 不会提前放弃。",
    ///     "wait_timeout",
    ///     |result| result == false,
    ///     Duration::from_millis(10),
    /// );
    /// ```
    #[must_use]
    pub fn took_at_least(
        self,
        en: &str,
        zh: &str,
        call: &'static str,
        which: impl Fn(&Value) -> bool + 'static,
        least: Duration,
    ) -> Self {
        let judge = move |history: &History| {
            let mut calls = history.calls_of(call);
            calls.retain(|call| call.result.is_some_and(&which));
            history.ask(RecordKind::ChosenCall, call, || !calls.is_empty());
            let mut early = calls.iter().filter(|call| took(call) < least);
            let Some(early) = early.next() else {
                return Ok(());
            };
            let (thread, took) = (history.thread_name(early.thread), took(early));
            Err(Text::new(
                format!("`{call}` in {thread} came back after {took:?}, before {least:?}."),
                format!("{thread} 的 `{call}` 过了 {took:?} 就返回了，不到 {least:?}。"),
            ))
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Results)
    }

    /// Each call named `call` that returns takes at most this long, in virtual time.
    ///
    /// Only sleeps and timeouts take time, and a thread that learns of another's sleep,
    /// by a lock that it takes after the sleep for example, is no earlier than that.
    /// So promise it only where a slow thread cannot come to wait for a sleep that is
    /// none of its business; else use [`may_take_at_most`](Self::may_take_at_most).
    /// Leave room for looks at the clock: each takes a microsecond or more.
    ///
    /// ```
    /// # use kit::Oracle;
    /// # use std::time::Duration;
    /// Oracle::new().took_at_most(
    ///     "`wait_timeout` on an event that nobody sets comes back in time.",
    ///     "没有人 `set` 时，`wait_timeout` 会按时返回。",
    ///     "wait_timeout",
    ///     Duration::from_millis(11),
    /// );
    /// ```
    #[must_use]
    pub fn took_at_most(self, en: &str, zh: &str, call: &'static str, most: Duration) -> Self {
        let judge = move |history: &History| {
            let calls = history.calls_of(call);
            let mut late = calls
                .iter()
                .filter(|call| call.result.is_some() && took(call) > most);
            let Some(late) = late.next() else {
                return Ok(());
            };
            let (thread, took) = (history.thread_name(late.thread), took(late));
            Err(Text::new(
                format!("`{call}` in {thread} took {took:?}, more than {most:?}."),
                format!("{thread} 的 `{call}` 用了 {took:?}，超过 {most:?}。"),
            ))
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Results)
    }

    /// Under some schedule, all calls named `call` return and take at most this long,
    /// in virtual time: waits overlap, and the whole takes as long as the longest.
    ///
    /// ```
    /// # use kit::Oracle;
    /// # use std::time::Duration;
    /// Oracle::new().may_take_at_most(
    ///     "Three workers that sleep 10 ms each take 10 ms together.",
    ///     "三个各睡 10 毫秒的工作线程一共只需 10 毫秒。",
    ///     "run_all",
    ///     Duration::from_millis(11),
    /// );
    /// ```
    #[must_use]
    pub fn may_take_at_most(self, en: &str, zh: &str, call: &'static str, most: Duration) -> Self {
        let never = Text::new(
            format!("`{call}` took longer than {most:?} under every schedule."),
            format!("在任何调度下，`{call}` 都用了超过 {most:?} 的时间。"),
        );
        let wish = move |history: &History| {
            let calls = history.calls_of(call);
            let fast = |call: &Call<'_>| call.result.is_some() && took(call) <= most;
            !calls.is_empty() && calls.iter().all(fast)
        };
        let rule = Rule::Sometimes(Box::new(wish), never);
        self.with(en, zh, rule, Observes::Results)
    }
}

fn took(call: &Call<'_>) -> Duration {
    Duration::from_nanos(call.took)
}

/// The most items that were surely held at once.
///
/// The moments that count are those before a call of `got` begins, and the end. Only
/// calls of `got` that had begun when the last of the items was in can have taken one
/// by then, so the number is a matter of the interval order alone.
fn held(history: &History, put: &str, got: &str) -> usize {
    let (nothing, refused) = (json!(null), json!(false));
    let mut puts = history.calls_of(put);
    puts.retain(|call| call.result.is_some_and(|result| *result != refused));
    let mut gots = history.calls_of(got);
    gots.retain(|call| call.result != Some(&nothing));
    let begins = gots.iter().map(|call| call.called);
    let moments = begins.clone().chain([usize::MAX]);
    let held = moments.map(|moment| {
        let inside = puts.iter().filter(|call| call.returned < moment);
        let last = inside.clone().map(|call| call.returned).max();
        let taken = begins.clone().filter(|begin| Some(*begin) < last);
        inside.count().saturating_sub(taken.count())
    });
    held.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{examples::Recorder, oracle::Pending};

    fn judge(oracle: &Oracle, recorder: &Recorder) -> Result<(), Text> {
        oracle.properties[0].judge_history(&recorder.history())
    }

    #[test]
    fn a_measure_above_the_limit_fails_and_says_so() {
        let bounded = |limit| {
            let measure = |history: &History| history.marks("task").count() as u64;
            Oracle::new().bounded("", "", measure, limit)
        };
        let mut recorder = Recorder::default();
        recorder.mark(1, "task", ()).mark(2, "task", ());
        assert_eq!(judge(&bounded(2), &recorder), Ok(()));
        let happened = judge(&bounded(1), &recorder).expect_err("2 is too many");
        assert_eq!(happened.en, "It came to 2, and at most 1 is promised.");
    }

    fn one_item() -> Oracle {
        Oracle::new().holds_at_most("", "", "put", "get", 1)
    }

    #[test]
    fn an_item_that_a_get_has_come_for_may_be_out_already() {
        let mut recorder = Recorder::default();
        recorder.whole(1, "put", 1, true).call(2, "get", ());
        recorder.whole(1, "put", 2, true).ret(2, "get", 1);
        assert_eq!(judge(&one_item(), &recorder), Ok(()));
    }

    #[test]
    fn two_items_are_in_if_both_puts_have_returned_and_nobody_has_come() {
        let mut recorder = Recorder::default();
        recorder.whole(1, "put", 1, true).whole(1, "put", 2, true);
        recorder.whole(2, "get", (), 1).whole(2, "get", (), 2);
        assert!(judge(&one_item(), &recorder).is_err());
    }

    #[test]
    fn a_put_that_failed_and_a_get_that_found_nothing_move_no_item() {
        let mut recorder = Recorder::default();
        recorder.whole(1, "put", 1, true).whole(1, "put", 2, false);
        recorder.whole(2, "get", (), 1);
        assert_eq!(judge(&one_item(), &recorder), Ok(()));
        let mut recorder = Recorder::default();
        recorder.whole(2, "get", (), Value::Null);
        recorder.whole(1, "put", 1, true).whole(1, "put", 2, true);
        assert!(judge(&one_item(), &recorder).is_err());
    }

    #[test]
    fn a_put_under_way_is_not_counted() {
        let mut recorder = Recorder::default();
        recorder.call(1, "put", 1).whole(2, "put", 2, true);
        recorder.whole(3, "get", (), 1).ret(1, "put", true);
        recorder.whole(3, "get", (), 2);
        assert_eq!(judge(&one_item(), &recorder), Ok(()));
    }

    fn waits(nanoseconds: u64) -> Recorder {
        let mut recorder = Recorder::default();
        recorder.call(1, "wait", ()).wait(nanoseconds);
        recorder.ret(1, "wait", false);
        recorder
    }

    #[test]
    fn a_wait_must_not_give_up_early() {
        let least = Duration::from_nanos(10);
        let oracle = Oracle::new().took_at_least("", "", "wait", |result| result == false, least);
        assert!(judge(&oracle, &waits(9)).is_err());
        assert_eq!(judge(&oracle, &waits(10)), Ok(()));
        let oracle = Oracle::new().took_at_least("", "", "wait", |result| result == true, least);
        assert_eq!(judge(&oracle, &waits(9)), Ok(()));
    }

    #[test]
    fn a_call_must_not_take_too_long_and_one_that_never_returned_is_no_matter() {
        let oracle = Oracle::new().took_at_most("", "", "wait", Duration::from_nanos(10));
        assert!(judge(&oracle, &waits(11)).is_err());
        assert_eq!(judge(&oracle, &waits(10)), Ok(()));
        let mut recorder = Recorder::default();
        recorder.wait(20).call(1, "wait", ());
        assert_eq!(judge(&oracle, &recorder), Ok(()));
    }

    #[test]
    fn one_schedule_that_is_fast_enough_fulfils_the_wish_for_one() {
        let oracle = Oracle::new().may_take_at_most("", "", "wait", Duration::from_nanos(10));
        let mut all_pending = oracle.all_pending(&Value::Null);
        let pending: &mut Pending<'_> = &mut all_pending[0].1;
        assert!(!pending.fulfil(&waits(11).history()));
        assert!(!pending.fulfil(&Recorder::default().history()));
        assert!(pending.fulfil(&waits(10).history()));
    }
}
