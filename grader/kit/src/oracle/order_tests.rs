use proptest::prelude::*;

use super::*;
use crate::{
    examples::{Recorder, container_run, stretched, stretches},
    linearizable::{is_linearizable, specs},
};

fn fifo() -> Oracle {
    Oracle::new().fifo("", "", "put", "get")
}

fn lifo() -> Oracle {
    Oracle::new().lifo("", "", "put", "get")
}

/// The hundreds are the rank.
fn priority() -> Oracle {
    let rank = |item: &Value| item.as_i64().map(|item| item / 100);
    Oracle::new().priority("", "", "put", "get", rank)
}

fn stable() -> Oracle {
    let rank = |item: &Value| item.as_i64().map(|item| item / 100);
    Oracle::new().stable_priority("", "", "put", "get", rank)
}

fn bypass(limit: usize) -> Oracle {
    Oracle::new().bypass_at_most("", "", "put", "get", limit)
}

#[track_caller]
fn judge(oracle: &Oracle, recorder: &Recorder) -> Result<(), Text> {
    oracle.properties[0].judge_history(&recorder.history())
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
        let mut recorder = puts(&[201, 102, 101]);
        gets(&mut recorder, out);
        let accepts = |oracle: &Oracle| judge(oracle, &recorder).is_ok();
        orders.each_ref().map(accepts)
    };
    assert_eq!(accepted(&[201, 102, 101]), [true, false, false, false]);
    assert_eq!(accepted(&[101, 102, 201]), [false, true, true, false]);
    assert_eq!(accepted(&[102, 101, 201]), [false, false, true, true]);
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
    let mut recorder = puts(&[200]);
    gets(&mut recorder, &[200]);
    recorder.whole(1, "put", 100, true);
    gets(&mut recorder, &[100]);
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

proptest! {
    #[test]
    fn no_order_rejects_what_a_legal_sequence_explains(
        puts in prop::collection::vec(any::<bool>(), 1..20),
        stretches in stretches(),
    ) {
        let accepts = |oracles: &[Oracle], choose: &dyn Fn(&[i64]) -> usize| {
            // Ranks 0 to 2; numbers of later items are higher.
            let run = container_run(&puts, choose, |number| number % 3 * 100 + number);
            let history = stretched(&run, &stretches);
            oracles.iter().all(|oracle| oracle.properties[0].judge_history(&history).is_ok())
        };
        let lowest = |items: &[i64]| (0..items.len()).min_by_key(|&at| items[at]).unwrap_or(0);
        prop_assert!(accepts(&[fifo(), bypass(0)], &|_| 0));
        prop_assert!(accepts(&[lifo()], &|items| items.len() - 1));
        prop_assert!(accepts(&[priority(), stable()], &lowest));
        let most = |puts: &[bool]| puts.iter().filter(|put| **put).count();
        let holds = Oracle::new().holds_at_most("", "", "put", "get", most(&puts));
        prop_assert!(accepts(&[holds], &|_| 0));
    }

    #[test]
    fn what_an_order_rejects_its_object_cannot_do(
        puts in prop::collection::vec(any::<bool>(), 1..9),
        picks in prop::collection::vec(0usize..8, 9),
        stretches in stretches(),
    ) {
        // Whatever comes out: what a rule rejects, no order of the calls explains.
        let choose = |items: &[i64]| picks[items.len() % picks.len()] % items.len();
        let run = container_run(&puts, choose, |number| number % 3 * 100 + number);
        let history = stretched(&run, &stretches);
        let calls = history.calls();
        let kept = |oracle: &Oracle| oracle.properties[0].judge_history(&history).is_ok();
        let (capacity, rank) = (None, |item: &Value| item.as_i64().map_or(0, |item| item / 100));
        // Every item comes out once at most, and no get finds nothing, so that the
        // rules of a queue are the only ones there are.
        let all_out = calls.iter().filter(|call| call.name == "put").count() * 2 == calls.len();
        let queue = is_linearizable(&specs::Queue { capacity }, &calls);
        prop_assert!(!queue || kept(&fifo()));
        prop_assert!(!all_out || queue == kept(&fifo()));
        let stack = is_linearizable(&specs::Stack { capacity }, &calls);
        prop_assert!(!stack || kept(&lifo()));
        let spec = specs::PriorityQueue { capacity, rank };
        prop_assert!(!is_linearizable(&spec, &calls) || kept(&stable()) && kept(&priority()));
    }
}
