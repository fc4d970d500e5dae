//! Condition variables that are used under a mutex, where fewer steps tell as much.

use std::{
    collections::BTreeSet,
    panic::Location,
    sync::{Condvar, Mutex},
    thread,
};

use interleave::{
    Config, Effect, Executed, Granularity, Outcome,
    objects::event::{Recorded, event, note},
    strategy::{Dpor, RandomWalk},
};

fn coarse() -> Config {
    Config {
        granularity: Granularity::Coarse,
        ..Config::default()
    }
}

fn execute(program: impl FnOnce() + 'static) -> Executed {
    interleave::run(coarse(), &mut RandomWalk::new(1), program)
}

#[test]
fn a_notification_under_the_mutex_is_no_step_of_its_own() {
    let steps = |notifications| {
        let executed = execute(move || {
            let (count, changed) = (Mutex::new(0), Condvar::new());
            for _ in 0..3 {
                let mut count = count.lock().unwrap();
                *count += 1;
                for _ in 0..notifications {
                    changed.notify_all();
                }
            }
        });
        assert_eq!(executed.finer, None);
        executed.steps
    };
    assert_eq!(steps(0), steps(1));
    assert_eq!(steps(0), steps(5));
}

#[test]
fn a_notification_without_the_mutex_asks_for_finer_steps() {
    let executed = execute(|| {
        let (count, changed) = (Mutex::new(0), Condvar::new());
        let held = count.lock().unwrap();
        changed.notify_one();
        drop(held);
        changed.notify_one();
    });
    assert_eq!(executed.finer, Some(Granularity::CondvarOps));
}

#[test]
fn one_under_another_mutex_does_so_too() {
    let executed = execute(|| {
        let (one, other, changed) = (Mutex::new(0), Mutex::new(0), Condvar::new());
        for mutex in [one, other] {
            let held = mutex.lock().unwrap();
            changed.notify_one();
            drop(held);
        }
    });
    assert_eq!(executed.finer, Some(Granularity::CondvarOps));
}

#[test]
fn an_outer_mutex_that_all_hold_will_do() {
    let executed = execute(|| {
        let (outer, one, other) = (Mutex::new(0), Mutex::new(0), Mutex::new(0));
        let changed = Condvar::new();
        for inner in [one, other] {
            let held = (outer.lock().unwrap(), inner.lock().unwrap());
            changed.notify_one();
            drop(held);
        }
    });
    assert_eq!(executed.finer, None);
}

#[test]
fn notifying_for_ever_under_a_mutex_makes_no_progress() {
    let executed = execute(|| {
        let (count, changed) = (Mutex::new(0), Condvar::new());
        let _held = count.lock().unwrap();
        loop {
            changed.notify_one();
        }
    });
    assert!(matches!(executed.outcome, Outcome::NoProgress(_)));
}

/// The events of an execution, in order: those of the main thread are `a` and `b`, and that of
/// the other one is `x`.
fn events(executed: &Executed) -> String {
    let mut own = ["a", "b"].into_iter();
    let events = executed.trace.iter().filter_map(|step| match step.effect {
        Effect::Recorded(_) if step.task == 0 => own.next(),
        Effect::Recorded(_) => Some("x"),
        _ => None,
    });
    events.collect()
}

#[test]
fn what_comes_between_two_events_is_seen_though_only_a_notification_is_there() {
    let record = || {
        note(Recorded::Point, Location::caller());
    };
    let program = move || {
        let other = thread::spawn(|| {
            event(Recorded::Point, Location::caller());
        });
        let (mutex, changed) = (Mutex::new(()), Condvar::new());
        let held = mutex.lock().unwrap();
        record();
        changed.notify_one();
        record();
        drop(held);
        other.join().unwrap();
    };
    let config = Config {
        traced: true,
        ..coarse()
    };
    let mut orders = BTreeSet::new();
    let mut search = Dpor::new();
    loop {
        let executed = interleave::run(config.clone(), &mut search, program);
        assert_eq!(executed.finer, None);
        orders.insert(events(&executed));
        if !search.advance() {
            break;
        }
    }
    let expected = ["abx", "axb", "xab"].map(str::to_owned);
    assert_eq!(orders, BTreeSet::from(expected));
}

#[test]
fn a_schedule_has_the_usual_grain_unless_something_became_a_part_of_a_step() {
    let locks = |notifies: bool| {
        let executed = execute(move || {
            let (count, changed) = (Mutex::new(0), Condvar::new());
            let held = count.lock().unwrap();
            if notifies {
                changed.notify_all();
            }
            drop(held);
        });
        executed.granularity
    };
    assert_eq!(locks(false), Granularity::CondvarOps);
    assert_eq!(locks(true), Granularity::Coarse);
}
