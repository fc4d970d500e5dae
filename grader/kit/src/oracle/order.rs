//! Order of delivery.
//!
//! Items are put and delivered, by calls or marks. Of two calls the first is the one
//! that had returned when the other began; if they overlap, either may have been first,
//! and nothing is promised. Of marks only those of the same thread are compared: a
//! thread may be held up between what it did and the mark that tells of it.
//!
//! The item of a put is the argument of the call, or the value of the mark; that of a
//! delivery is the *result* of the call, or the value of the mark. A put that returns
//! `false` and a delivery of `null` are none. Items must differ: one that is put or
//! delivered more than once tells nothing, nor does one that is never delivered. That
//! no item is lost or doubled is another promise.
//!
//! Each rule judges pairs of items, and each pair that it names contradicts every order
//! of the calls that keeps real-time order. For queues no others exist (Henzinger,
//! Sezgin, Vafeiadis, "Aspect-Oriented Linearizability Proofs", CONCUR 2013); a stack
//! or priority queue can also be wrong in ways that only [`Oracle::linearizable`] finds.

use std::collections::HashMap;

use grader_schema::Text;
use serde_json::Value;

use super::{Oracle, Rule};
use grader_schema::{plan::RecordKind, protocol::Observes};

use crate::{History, history::EventKind};

/// When, between its first and last position, an item was put or delivered.
#[derive(Debug, Clone, Copy)]
struct Moment {
    thread: usize,
    first: usize,
    last: usize,
    mark: bool,
}

impl Moment {
    /// Whether it was surely earlier than `other`.
    fn precedes(&self, other: &Self) -> bool {
        let comparable = !(self.mark || other.mark) || self.thread == other.thread;
        comparable && self.last < other.first
    }
}

#[derive(Debug)]
struct Delivery<'a> {
    item: &'a Value,
    put: Moment,
    got: Moment,
}

/// What was put and delivered once.
fn deliveries<'a>(history: &'a History, put: &str, got: &str) -> Vec<Delivery<'a>> {
    let puts = once(moments(history, put, |argument, result| {
        (result != Some(&Value::Bool(false))).then_some(argument)
    }));
    let gots = once(moments(history, got, |_, result| {
        result.filter(|result| !result.is_null())
    }));
    let mut deliveries: Vec<_> = gots
        .into_iter()
        .filter_map(|(item, got)| {
            let put = *puts.get(item)?;
            Some(Delivery { item, put, got })
        })
        .collect();
    deliveries.sort_by_key(|delivery| delivery.got.first);
    deliveries
}

fn moments<'a>(
    history: &'a History,
    name: &str,
    item: impl Fn(&'a Value, Option<&'a Value>) -> Option<&'a Value>,
) -> Vec<(&'a Value, Moment)> {
    history.ask(RecordKind::MarkOrCall, name, || {
        history.has(EventKind::Mark, name) || history.has(EventKind::Call, name)
    });
    let events = history.all_events().iter().enumerate();
    let marks = events
        .filter(|(_, event)| event.kind == EventKind::Mark && event.name == name)
        .filter(|(_, event)| !event.value.is_null())
        .map(|(at, event)| {
            let moment = Moment {
                thread: event.thread,
                first: at,
                last: at,
                mark: true,
            };
            (&event.value, moment)
        });
    let calls = history.calls_named(name);
    let calls = calls.iter().filter_map(|call| {
        let moment = Moment {
            thread: call.thread,
            first: call.called,
            last: call.returned,
            mark: false,
        };
        Some((item(call.argument, call.result)?, moment))
    });
    marks.chain(calls).collect()
}

/// The items that occur once.
fn once<'a>(moments: Vec<(&'a Value, Moment)>) -> HashMap<&'a Value, Moment> {
    let mut counts: HashMap<&Value, usize> = HashMap::new();
    for (item, _) in &moments {
        *counts.entry(item).or_default() += 1;
    }
    let single = |(item, _): &(&'a Value, Moment)| counts[item] == 1;
    moments.into_iter().filter(single).collect()
}

/// Fails on the first pair of items of which `wrong(early, late)` is true: `early` was
/// delivered before `late`, and should not have been.
fn judge(
    deliveries: &[Delivery<'_>],
    wrong: impl Fn(&Delivery<'_>, &Delivery<'_>) -> bool,
    say: impl Fn(&Delivery<'_>, &Delivery<'_>) -> Text,
) -> Result<(), Text> {
    let pairs = deliveries
        .iter()
        .flat_map(|early| deliveries.iter().map(move |late| (early, late)));
    let mut bad = pairs.filter(|(early, late)| early.got.precedes(&late.got) && wrong(early, late));
    bad.next()
        .map_or(Ok(()), |(early, late)| Err(say(early, late)))
}

fn say_fifo(history: &History, early: &Delivery<'_>, late: &Delivery<'_>) -> Text {
    let (a, b) = (late.item, early.item);
    let from = history.thread_name(late.put.thread);
    let to = history.thread_name(early.got.thread);
    Text::new(
        format!("{from} put {a} before {b} was put, but {b} came out before {a}, in {to}."),
        format!("{from} 放入 {a} 之后才放入 {b}，但 {b} 先于 {a} 被 {to} 取出。"),
    )
}

fn say_priority(history: &History, early: &Delivery<'_>, late: &Delivery<'_>) -> Text {
    let (a, b) = (late.item, early.item);
    let to = history.thread_name(early.got.thread);
    Text::new(
        format!("{a} was in, and goes before {b}; {to} got {b} first."),
        format!("{a} 已经放入，而且应当先于 {b}；{to} 却先取出了 {b}。"),
    )
}

impl Oracle {
    /// First in, first out: an item that was put when another was yet to come is
    /// delivered no later than that.
    ///
    /// Violated by items `a` and `b` if `a` was surely put before `b`, and `b` surely
    /// delivered before `a`. If the puts overlap, or the deliveries, either order is
    /// right. With marks, only marks of one thread are compared; record calls where
    /// several threads put or deliver. With several workers record how they take the
    /// items and not how they work on them.
    ///
    /// ```
    /// # use kit::Oracle;
    /// // call("put", job, || spooler.submit(job)); call("print", (), || job)
    /// Oracle::new().fifo(
    ///     "Jobs are printed in the order in which they arrive.",
    ///     "作业按到达的顺序打印。",
    ///     "put",
    ///     "print",
    /// );
    /// ```
    #[must_use]
    pub fn fifo(self, en: &str, zh: &str, put_name: &'static str, got_name: &'static str) -> Self {
        let judge = move |history: &History| {
            let deliveries = deliveries(history, put_name, got_name);
            let wrong = |early: &Delivery<'_>, late: &Delivery<'_>| late.put.precedes(&early.put);
            let say = |early: &Delivery<'_>, late: &Delivery<'_>| say_fifo(history, early, late);
            judge(&deliveries, wrong, say)
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Intervals)
    }

    /// Last in, first out: of the items that are in, the one that was put last is
    /// delivered first.
    ///
    /// Violated by items `a` and `b` if `b` was surely put after `a` and before `a` was
    /// delivered, and `a` surely delivered before `b`.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().lifo("The newest item comes first.", "最新的元素最先取出。", "push", "pop");
    /// ```
    #[must_use]
    pub fn lifo(self, en: &str, zh: &str, put_name: &'static str, got_name: &'static str) -> Self {
        let judge = move |history: &History| {
            let deliveries = deliveries(history, put_name, got_name);
            let wrong = |early: &Delivery<'_>, late: &Delivery<'_>| {
                early.put.precedes(&late.put) && late.put.precedes(&early.got)
            };
            judge(&deliveries, wrong, |early, late| {
                let (a, b) = (early.item, late.item);
                let to = history.thread_name(early.got.thread);
                Text::new(
                    format!("{b} was put on top of {a}, but {to} got {a} first."),
                    format!("{b} 放在 {a} 之上，{to} 却先取出了 {a}。"),
                )
            })
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Intervals)
    }

    /// Of the items that are in, one of the lowest rank is delivered first. Items of
    /// the same rank may come in any order.
    ///
    /// Violated by items `a` and `b` if `a` has the lower rank and was surely put
    /// before `b` was delivered, and `b` surely delivered before `a`.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().priority(
    ///     "The most urgent item that is in comes first.",
    ///     "在队列中的元素里，最紧急的最先取出。",
    ///     "put",
    ///     "get",
    ///     |item| item["urgency"].as_i64(),
    /// );
    /// ```
    #[must_use]
    pub fn priority<R: Ord>(
        self,
        en: &str,
        zh: &str,
        put_name: &'static str,
        got_name: &'static str,
        rank: impl Fn(&Value) -> R + 'static,
    ) -> Self {
        let judge = move |history: &History| {
            let deliveries = deliveries(history, put_name, got_name);
            let wrong = |early: &Delivery<'_>, late: &Delivery<'_>| {
                rank(late.item) < rank(early.item) && late.put.precedes(&early.got)
            };
            let say =
                |early: &Delivery<'_>, late: &Delivery<'_>| say_priority(history, early, late);
            judge(&deliveries, wrong, say)
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Intervals)
    }

    /// Like [`priority`](Self::priority), and items of the same rank come as in
    /// [`fifo`](Self::fifo).
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().stable_priority(
    ///     "The most urgent item comes first, of two equal ones the older.",
    ///     "最紧急的先取出；同样紧急时，先放入的先取出。",
    ///     "put",
    ///     "get",
    ///     |item| item["urgency"].as_i64(),
    /// );
    /// ```
    #[must_use]
    pub fn stable_priority<R: Ord>(
        self,
        en: &str,
        zh: &str,
        put_name: &'static str,
        got_name: &'static str,
        rank: impl Fn(&Value) -> R + 'static,
    ) -> Self {
        let judge = move |history: &History| {
            let deliveries = deliveries(history, put_name, got_name);
            let wrong = |early: &Delivery<'_>, late: &Delivery<'_>| {
                let (first, then) = (rank(late.item), rank(early.item));
                first < then && late.put.precedes(&early.got)
                    || first == then && late.put.precedes(&early.put)
            };
            let say =
                |early: &Delivery<'_>, late: &Delivery<'_>| say_priority(history, early, late);
            judge(&deliveries, wrong, say)
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Intervals)
    }

    /// Bounded bypass: at most `limit` later arrivals get ahead of one that waits.
    ///
    /// The items are those who wait. An arrival is a call named `arrive` with the item as
    /// its argument, and it must be over once the item has its place in the line: a
    /// ticket drawn, a request in the queue. A turn is a call named `turn` that returns
    /// the item. Violated if more than `limit` items that surely arrived after `a` surely
    /// had their turn before `a`; so `fifo` is a limit of 0.
    ///
    /// A `lock` that arrives and waits in one call cannot be judged: nobody can tell when
    /// it was in line, and so nothing is counted.
    ///
    /// ```
    /// # use kit::Oracle;
    /// // let ticket = call("arrive", me, || lock.ticket()); lock.wait(ticket);
    /// // call("turn", (), || me); lock.unlock();
    /// Oracle::new().bypass_at_most(
    ///     "A thread that waits is overtaken twice at most.",
    ///     "等待的线程最多被超过两次。",
    ///     "arrive",
    ///     "turn",
    ///     2,
    /// );
    /// ```
    #[must_use]
    pub fn bypass_at_most(
        self,
        en: &str,
        zh: &str,
        arrive: &'static str,
        turn: &'static str,
        limit: usize,
    ) -> Self {
        let judge = move |history: &History| {
            let deliveries = deliveries(history, arrive, turn);
            for waiting in &deliveries {
                let ahead = |other: &&Delivery<'_>| {
                    waiting.put.precedes(&other.put) && other.got.precedes(&waiting.got)
                };
                let ahead: Vec<_> = deliveries.iter().filter(ahead).collect();
                if ahead.len() > limit {
                    let names: Vec<_> = ahead.iter().map(|d| d.item.to_string()).collect();
                    let (item, count) = (waiting.item, names.len());
                    let (en, zh) = (names.join(", "), names.join("、"));
                    return Err(Text::new(
                        format!("{item} was overtaken {count} times by later arrivals: {en}."),
                        format!("{item} 被后来者超过了 {count} 次：{zh}。"),
                    ));
                }
            }
            Ok(())
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Intervals)
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
