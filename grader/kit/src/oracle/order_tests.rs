use proptest::prelude::*;

use super::*;
use crate::{
    examples::Recorder,
    linearizable::{Spec, is_linearizable, specs},
};

fn fifo() -> Oracle {
    Oracle::new().fifo("", "", "put", "get")
}

fn lifo() -> Oracle {
    Oracle::new().lifo("", "", "put", "get")
}

/// The tens are the rank.
fn priority() -> Oracle {
    let rank = |item: &Value| item.as_i64().map(|item| item / 10);
    Oracle::new().priority("", "", "put", "get", rank)
}

fn stable() -> Oracle {
    let rank = |item: &Value| item.as_i64().map(|item| item / 10);
    Oracle::new().stable_priority("", "", "put", "get", rank)
}

fn bypass(limit: usize) -> Oracle {
    Oracle::new().bypass_at_most("", "", "put", "get", limit)
}

#[track_caller]
fn judge(oracle: &Oracle, recorder: &Recorder) -> Result<(), Text> {
    oracle.properties[0].judge(&recorder.history())
}

fn puts(items: &[i64]) -> Recorder {
    let mut recorder = Recorder::default();
    for item in items {
        recorder.whole(1, "put", item, true);
    }
    recorder
}

fn gets(recorder: &mut Recorder, items: &[i64]) {
    for item in items {
        recorder.whole(2, "get", (), item);
    }
}

#[test]
fn each_order_accepts_its_own_deliveries_and_no_others() {
    let orders = [fifo(), lifo(), priority(), stable()];
    let accepted = |out: &[i64]| {
        let mut recorder = puts(&[21, 12, 11]);
        gets(&mut recorder, out);
        let accepts = |oracle: &Oracle| judge(oracle, &recorder).is_ok();
        orders.each_ref().map(accepts)
    };
    assert_eq!(accepted(&[21, 12, 11]), [true, false, false, false]);
    assert_eq!(accepted(&[11, 12, 21]), [false, true, true, false]);
    assert_eq!(accepted(&[12, 11, 21]), [false, false, true, true]);
}

#[test]
fn what_overlaps_may_come_in_either_order() {
    let mut recorder = Recorder::default();
    recorder.call(1, "put", 1).call(2, "put", 2);
    recorder.ret(1, "put", true).ret(2, "put", true);
    gets(&mut recorder, &[2, 1]);
    assert_eq!(judge(&fifo(), &recorder), Ok(()));
    let mut recorder = puts(&[1, 2]);
    recorder.call(2, "get", ()).call(3, "get", ());
    recorder.ret(3, "get", 2).ret(2, "get", 1);
    assert_eq!(judge(&fifo(), &recorder), Ok(()));
}

#[test]
fn an_item_that_came_later_need_not_be_waited_for() {
    let mut recorder = puts(&[20]);
    gets(&mut recorder, &[20]);
    recorder.whole(1, "put", 10, true);
    gets(&mut recorder, &[10]);
    for oracle in [fifo(), lifo(), priority(), stable()] {
        assert_eq!(judge(&oracle, &recorder), Ok(()));
    }
}

#[test]
fn refused_lost_and_doubled_items_tell_nothing_of_order() {
    let mut recorder = Recorder::default();
    recorder.whole(1, "put", 1, false).whole(1, "put", 2, true);
    // A second try.
    recorder.whole(1, "put", 1, true).whole(2, "get", (), ());
    gets(&mut recorder, &[2, 1]);
    assert_eq!(judge(&fifo(), &recorder), Ok(()));
    let mut recorder = puts(&[1, 2, 1]);
    gets(&mut recorder, &[2, 1, 1]);
    assert_eq!(judge(&fifo(), &recorder), Ok(()));
    let mut recorder = puts(&[1, 2]);
    gets(&mut recorder, &[2]);
    assert_eq!(judge(&fifo(), &recorder), Ok(()));
}

#[test]
fn marks_are_compared_within_a_thread_only() {
    let history = |consumers: [usize; 2]| {
        let mut recorder = Recorder::default();
        recorder.mark(1, "put", 1).mark(1, "put", 2);
        recorder.mark(consumers[0], "get", 2);
        recorder.mark(consumers[1], "get", 1);
        recorder
    };
    assert!(judge(&fifo(), &history([2, 2])).is_err());
    assert_eq!(judge(&fifo(), &history([2, 3])), Ok(()));
}

#[test]
fn a_broken_order_names_the_items_and_threads() {
    let mut recorder = puts(&[1, 2]);
    gets(&mut recorder, &[2, 1]);
    let happened = judge(&fifo(), &recorder).expect_err("2 came first");
    assert_eq!(
        happened.en,
        "T1 put 1 before 2 was put, but 2 came out before 1, in T2."
    );
}

#[test]
fn so_many_later_arrivals_may_overtake_and_no_more() {
    let mut recorder = puts(&[1, 2, 3]);
    gets(&mut recorder, &[2, 3, 1]);
    assert!(judge(&bypass(1), &recorder).is_err());
    assert_eq!(judge(&bypass(2), &recorder), Ok(()));
    // Nobody can tell when a call that also waits was in line.
    let mut recorder = Recorder::default();
    recorder.call(1, "put", 1).whole(2, "put", 2, true);
    gets(&mut recorder, &[2]);
    recorder.ret(1, "put", true);
    gets(&mut recorder, &[1]);
    assert_eq!(judge(&bypass(0), &recorder), Ok(()));
}

/// Calls of four threads: gaps before the call and before the return, and the item;
/// whichever items come out are given by `order`.
fn any_history() -> impl Strategy<Value = History> {
    let events = prop::collection::vec((0usize..4, 0usize..6), 1..40);
    (
        events,
        Just(()).prop_perturb(|(), mut rng| rng.random::<u64>()),
    )
        .prop_map(|(events, seed)| {
            let mut items: Vec<i64> = (0..6).map(|n| n % 3 * 10 + n).collect();
            let mut recorder = Recorder::default();
            // Threads 0 and 1 put, 2 and 3 get; each alternates between call and return.
            let mut open = [None; 4];
            let (mut to_put, mut to_get) = (items.clone(), Vec::new());
            items.clear();
            for (step, (thread, choice)) in events.into_iter().enumerate() {
                let is_put = thread < 2;
                let name = if is_put { "put" } else { "get" };
                match open[thread].take() {
                    Some(item) => {
                        let item: Option<i64> = item;
                        if is_put {
                            recorder.ret(thread, name, true);
                        } else {
                            recorder.ret(thread, name, item);
                        }
                    }
                    None if is_put => {
                        if let Some(item) = to_put.pop() {
                            recorder.call(thread, name, item);
                            to_get.push(item);
                            open[thread] = Some(Some(item));
                        }
                    }
                    None if !to_get.is_empty() => {
                        let spread = (seed >> (step % 48)) as usize + choice;
                        let item = to_get.remove(spread % to_get.len());
                        recorder.call(thread, name, ());
                        open[thread] = Some(Some(item));
                    }
                    None => {}
                }
            }
            recorder.history()
        })
}

fn legal(spec: &impl Spec, history: &History) -> bool {
    is_linearizable(spec, &history.calls())
}

proptest! {
    #[test]
    fn no_order_rejects_what_a_legal_sequence_explains(history in any_history()) {
        let capacity = None;
        let rank = |item: &Value| item.as_i64().map_or(0, |item| item / 10);
        let kept = |oracle: Oracle| oracle.properties[0].judge(&history).is_ok();
        if legal(&specs::Queue { capacity }, &history) {
            prop_assert!(kept(fifo()));
            prop_assert!(kept(bypass(0)));
        }
        if legal(&specs::Stack { capacity }, &history) {
            prop_assert!(kept(lifo()));
        }
        if legal(&specs::PriorityQueue { capacity, rank }, &history) {
            prop_assert!(kept(priority()));
            prop_assert!(kept(stable()));
        }
        let bounded = Oracle::new().holds_at_most("", "", "put", "get", 1);
        if legal(&specs::Queue { capacity: Some(1) }, &history) {
            prop_assert!(kept(bounded));
        }
    }
}
