//! What a program can tell of who shares an `Arc`.

use std::{
    cell::Cell,
    mem,
    sync::{
        Arc, LazyLock, Mutex, OnceLock, Weak,
        atomic::{AtomicU32, Ordering::SeqCst},
        mpsc::{Receiver, Sender, channel},
    },
    task::{Wake, Waker},
    thread,
    time::{Duration, Instant},
};

use interleave::{Config, Grain, Outcome, strategy::RandomWalk};

use crate::outcomes::{always_one_of, once, reduced, sampled};

#[test]
fn one_of_two_takes_the_value_or_none() {
    always_one_of(
        &["(true, false)", "(false, true)", "(false, false)"],
        || {
            let a = Arc::new(1);
            let b = a.clone();
            let t = thread::spawn(move || Arc::try_unwrap(b).is_ok());
            let mine = Arc::try_unwrap(a).is_ok();
            (mine, t.join().unwrap())
        },
    );
}

#[test]
fn exactly_one_of_two_is_the_last() {
    always_one_of(&["(true, false)", "(false, true)"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || Arc::into_inner(b).is_some());
        let mine = Arc::into_inner(a).is_some();
        (mine, t.join().unwrap())
    });
}

#[test]
fn exactly_one_of_three_is_the_last() {
    let expected = [
        "[true, false, false]",
        "[false, true, false]",
        "[false, false, true]",
    ];
    always_one_of(&expected, || {
        let a = Arc::new(1);
        let threads =
            [a.clone(), a.clone()].map(|arc| thread::spawn(move || Arc::into_inner(arc).is_some()));
        let mine = Arc::into_inner(a).is_some();
        let [first, second] = threads.map(|t| t.join().unwrap());
        [mine, first, second]
    });
}

#[test]
fn a_drop_may_come_between_two_who_want_the_value() {
    always_one_of(&["Some(1)", "None"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let mine = Arc::into_inner(a);
        t.join().unwrap();
        mine
    });
}

#[test]
fn an_upgrade_comes_before_the_last_drop_or_after_it() {
    always_one_of(&["true", "false"], || {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let upgraded = w.upgrade().is_some();
        t.join().unwrap();
        upgraded
    });
}

#[test]
fn what_was_upgraded_lives_on() {
    always_one_of(&["(Some(7), 1)", "(None, 0)"], || {
        let a = Arc::new(7);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let mine = w.upgrade();
        t.join().unwrap();
        (mine.as_deref().copied(), w.strong_count())
    });
}

#[test]
fn nobody_upgrades_after_the_last_drop() {
    always_one_of(&["(false, true)"], || {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        thread::spawn(move || drop(a)).join().unwrap();
        (w.upgrade().is_some(), w.clone().upgrade().is_none())
    });
}

#[test]
fn get_mut_fails_while_another_has_the_value() {
    always_one_of(&["true", "false"], || {
        let mut a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let alone = Arc::get_mut(&mut a).is_some();
        t.join().unwrap();
        alone
    });
}

#[test]
fn get_mut_fails_while_another_watches_the_value() {
    always_one_of(&["true", "false"], || {
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(w));
        let alone = Arc::get_mut(&mut a).is_some();
        t.join().unwrap();
        alone
    });
}

#[test]
fn get_mut_is_kept_off_by_a_clone_of_a_weak() {
    always_one_of(&["(false, 2)", "(false, 1)", "(true, 0)"], || {
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || {
            let more = w.clone();
            drop(w);
            drop(more);
        });
        let before = Arc::weak_count(&a);
        let alone = Arc::get_mut(&mut a).is_some();
        t.join().unwrap();
        if alone {
            (alone, 0)
        } else {
            (alone, before.max(1))
        }
    });
}

#[test]
fn make_mut_copies_while_another_has_the_value() {
    always_one_of(&["(true, 2)", "(false, 2)"], || {
        let mut a = Arc::new(1);
        let place = Arc::as_ptr(&a);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        *Arc::make_mut(&mut a) += 1;
        let same = Arc::as_ptr(&a) == place;
        t.join().unwrap();
        (same, *a)
    });
}

#[test]
fn make_mut_leaves_those_who_watch_with_nothing() {
    always_one_of(&["Some(1)", "None"], || {
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || w.upgrade().as_deref().copied());
        *Arc::make_mut(&mut a) += 1;
        assert_eq!(*a, 2);
        t.join().unwrap()
    });
}

#[test]
fn make_mut_of_one_that_is_alone_is_no_race_with_anything() {
    always_one_of(&["3"], || {
        let mut a = Arc::new(1);
        let t = thread::spawn(|| 1);
        *Arc::make_mut(&mut a) += t.join().unwrap();
        *Arc::make_mut(&mut a) += 1;
        *a
    });
}

static COPIES: AtomicU32 = AtomicU32::new(0);

struct Copied;

impl Clone for Copied {
    fn clone(&self) -> Self {
        COPIES.fetch_add(1, SeqCst);
        Self
    }
}

#[test]
fn one_of_two_must_copy_what_both_want_and_both_may() {
    always_one_of(&["1", "2"], || {
        let a = Arc::new(Copied);
        let b = a.clone();
        let t = thread::spawn(move || drop(Arc::unwrap_or_clone(b)));
        drop(Arc::unwrap_or_clone(a));
        t.join().unwrap();
        COPIES.load(SeqCst)
    });
}

#[test]
fn the_strong_count_tells_when_another_drops() {
    always_one_of(&["1", "2"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let count = Arc::strong_count(&a);
        t.join().unwrap();
        count
    });
}

#[test]
fn the_strong_count_tells_when_another_clones() {
    always_one_of(&["1", "2", "3"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop((b.clone(), b)));
        let count = Arc::strong_count(&a);
        t.join().unwrap();
        count
    });
}

#[test]
fn counts_that_are_asked_for_twice_go_down() {
    always_one_of(
        &["(3, 3)", "(3, 2)", "(3, 1)", "(2, 2)", "(2, 1)", "(1, 1)"],
        || {
            let a = Arc::new(1);
            let threads = [a.clone(), a.clone()].map(|arc| thread::spawn(move || drop(arc)));
            let counts = (Arc::strong_count(&a), Arc::strong_count(&a));
            for t in threads {
                t.join().unwrap();
            }
            counts
        },
    );
}

#[test]
fn the_weak_count_tells_who_watches() {
    always_one_of(&["0", "1"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(Arc::downgrade(&b)));
        let count = Arc::weak_count(&a);
        t.join().unwrap();
        count
    });
}

#[test]
fn a_weak_tells_how_many_share_the_value() {
    always_one_of(&["(1, 1)", "(1, 0)", "(0, 0)"], || {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let counts = (w.strong_count(), w.weak_count());
        t.join().unwrap();
        counts
    });
}

#[test]
fn a_weak_of_nothing_takes_no_step() {
    let (said, executed) = once(&Config::default(), &mut RandomWalk::new(1), || {
        let w = Weak::<u8>::new();
        let more = w.clone();
        (
            more.upgrade(),
            w.strong_count(),
            w.weak_count(),
            w.ptr_eq(&more),
        )
    });
    assert_eq!(said, "(None, 0, 0, true)");
    assert_eq!((executed.steps, executed.finer), (1, None));
}

#[test]
fn a_value_that_knows_itself_is_there_only_when_it_is_made() {
    always_one_of(&["(0, true, 7, 1, 1)"], || {
        struct Own {
            before: usize,
            nobody: bool,
            own: Weak<Own>,
            value: u32,
        }
        let a = Arc::new_cyclic(|own: &Weak<Own>| Own {
            before: own.strong_count(),
            nobody: own.upgrade().is_none(),
            own: own.clone(),
            value: 7,
        });
        let again = a.own.upgrade().expect("it is made").value;
        (
            a.before,
            a.nobody,
            again,
            Arc::strong_count(&a),
            Arc::weak_count(&a),
        )
    });
}

#[test]
fn another_thread_finds_the_value_when_it_is_made_and_not_before() {
    always_one_of(&["None", "Some(7)"], || {
        let mut thread = None;
        let a = Arc::new_cyclic(|own: &Weak<u32>| {
            let own = own.clone();
            thread = Some(thread::spawn(move || own.upgrade().as_deref().copied()));
            7
        });
        let found = thread.take().map(|t| t.join().unwrap());
        drop(a);
        found.flatten()
    });
}

/// Says in its destructor whether the main thread runs it.
struct Witness(Arc<Mutex<Vec<bool>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        let is_main = thread::current().name() == Some("main");
        self.0.lock().unwrap().push(is_main);
    }
}

#[test]
fn either_thread_may_run_the_destructor() {
    always_one_of(&["[true]", "[false]"], || {
        let log = Arc::default();
        let a = Arc::new(Witness(Arc::clone(&log)));
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        drop(a);
        t.join().unwrap();
        mem::take(&mut *log.lock().unwrap())
    });
}

#[test]
fn each_of_three_may_run_the_destructor() {
    always_one_of(
        &["[Some(\"a\")]", "[Some(\"b\")]", "[Some(\"main\")]"],
        || {
            struct Named(Arc<Mutex<Vec<Option<String>>>>);
            impl Drop for Named {
                fn drop(&mut self) {
                    let name = thread::current().name().map(str::to_owned);
                    self.0.lock().unwrap().push(name);
                }
            }
            let log = Arc::default();
            let a = Arc::new(Named(Arc::clone(&log)));
            let threads = ["a", "b"].map(|name| {
                let arc = a.clone();
                let builder = thread::Builder::new().name(name.to_owned());
                builder.spawn(move || drop(arc)).unwrap()
            });
            drop(a);
            for t in threads {
                t.join().unwrap();
            }
            mem::take(&mut *log.lock().unwrap())
        },
    );
}

#[test]
fn a_destructor_that_locks_may_deadlock_in_one_thread_only() {
    always_one_of(&["()", "deadlock"], || {
        struct Locks(Arc<Mutex<()>>);
        impl Drop for Locks {
            fn drop(&mut self) {
                drop(self.0.lock());
            }
        }
        let lock = Arc::new(Mutex::new(()));
        let a = Arc::new(Locks(lock.clone()));
        let b = a.clone();
        let t = thread::spawn(move || {
            let _guard = lock.lock();
            drop(b);
        });
        drop(a);
        t.join().unwrap();
    });
}

#[test]
fn a_destructor_that_sends_sends_from_either_thread() {
    always_one_of(&["[1, 9, 2]", "[1, 2, 9]"], || {
        struct Sends(Sender<u32>);
        impl Drop for Sends {
            fn drop(&mut self) {
                self.0.send(9).unwrap();
            }
        }
        let (s, r) = channel();
        let a = Arc::new(Sends(s.clone()));
        let b = a.clone();
        let t = thread::spawn(move || {
            s.send(1).unwrap();
            drop(b);
            s.send(2).unwrap();
        });
        drop(a);
        t.join().unwrap();
        r.iter().collect::<Vec<_>>()
    });
}

#[test]
fn the_last_of_those_who_share_a_receiver_hangs_up() {
    always_one_of(&["(true, false)", "(false, false)", "(true, true)"], || {
        let (s, r) = channel();
        let r = Arc::new(Mutex::new(r));
        let threads = [r.clone(), r.clone()]
            .map(|r: Arc<Mutex<Receiver<u32>>>| thread::spawn(move || drop(r)));
        drop(r);
        let sent = (s.send(1).is_ok(), s.send(2).is_ok());
        for t in threads {
            t.join().unwrap();
        }
        sent
    });
}

#[test]
fn all_who_share_a_sender_must_drop_it() {
    always_one_of(&["[1]"], || {
        let (s, r) = channel();
        let s = Arc::new(s);
        let theirs = s.clone();
        let t = thread::spawn(move || theirs.send(1).unwrap());
        drop(s);
        let all: Vec<u32> = r.iter().collect();
        t.join().unwrap();
        all
    });
}

#[test]
fn a_destructor_may_use_its_threads_own_values() {
    always_one_of(&["1", "0"], || {
        thread_local! { static RUN: Cell<u32> = const { Cell::new(0) } }
        struct Counts;
        impl Drop for Counts {
            fn drop(&mut self) {
                RUN.set(RUN.get() + 1);
            }
        }
        let a = Arc::new(Counts);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        drop(a);
        t.join().unwrap();
        RUN.get()
    });
}

#[test]
fn what_the_last_drops_is_counted_too() {
    // The inner one goes with the outer, whoever drops that.
    always_one_of(&["1", "2"], || {
        let inner = Arc::new(1);
        let outer = Arc::new(inner.clone());
        let theirs = outer.clone();
        let t = thread::spawn(move || drop(theirs));
        drop(outer);
        let count = Arc::strong_count(&inner);
        t.join().unwrap();
        count
    });
}

#[test]
fn who_drops_the_inner_one_matters_to_those_who_count() {
    always_one_of(&["1", "2"], || {
        let inner = Arc::new(1);
        let outer = Arc::new(inner.clone());
        let theirs = outer.clone();
        let (s, r) = channel();
        let t = thread::spawn(move || {
            drop(theirs);
            s.send(()).unwrap();
        });
        let u = thread::spawn(move || drop(outer));
        // If it is dropped before this, the other thread may still be about to drop the inner.
        r.recv().unwrap();
        let count = Arc::strong_count(&inner);
        t.join().unwrap();
        u.join().unwrap();
        count
    });
}

#[test]
fn what_is_behind_a_trait_is_counted_as_well() {
    trait Shape: Send + Sync {
        fn corners(&self) -> u32;
    }
    impl Shape for u32 {
        fn corners(&self) -> u32 {
            *self
        }
    }
    always_one_of(&["(Some(4), 2)", "(Some(4), 1)", "(None, 0)"], || {
        let a: Arc<dyn Shape> = Arc::new(4);
        let w: Weak<dyn Shape> = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let mine = w.upgrade();
        let count = w.strong_count();
        t.join().unwrap();
        (mine.map(|shape| shape.corners()), count)
    });
}

#[test]
fn a_raw_pointer_stands_for_a_share() {
    always_one_of(
        &[
            "(2, 3, 2, 7)",
            "(1, 2, 1, 7)",
            "(2, 2, 1, 7)",
            "(2, 3, 1, 7)",
        ],
        || {
            let a = Arc::new(7);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            let raw = Arc::into_raw(a);
            // SAFETY: the pointer stands for an `Arc` all the time, and for one more in between.
            let (a, during) = unsafe {
                let before = Arc::from_raw(raw);
                let count = Arc::strong_count(&before);
                Arc::increment_strong_count(raw);
                let more = Arc::strong_count(&before);
                Arc::decrement_strong_count(raw);
                (before, (count, more))
            };
            let after = Arc::strong_count(&a);
            t.join().unwrap();
            (during.0, during.1, after, *a)
        },
    );
}

#[test]
fn what_is_forgotten_stays_counted() {
    always_one_of(&["2"], || {
        let a = Arc::new(1);
        let b = a.clone();
        thread::spawn(move || mem::forget(b)).join().unwrap();
        Arc::strong_count(&a)
    });
}

static ONE: OnceLock<Arc<u32>> = OnceLock::new();
static TWO: LazyLock<Arc<u32>> = LazyLock::new(|| Arc::new(2));

#[test]
fn in_a_static_each_execution_counts_anew() {
    always_one_of(&["(2, 2)", "(3, 2)", "(2, 3)", "(3, 3)"], || {
        let t = thread::spawn(|| {
            let one = Arc::clone(ONE.get_or_init(|| Arc::new(1)));
            let two = Arc::clone(&TWO);
            *one + *two
        });
        let one = Arc::clone(ONE.get_or_init(|| Arc::new(1)));
        let two = Arc::clone(&TWO);
        let counts = (Arc::strong_count(&one), Arc::strong_count(&two));
        t.join().unwrap();
        counts
    });
}

#[test]
fn after_a_scope_all_that_it_shared_is_back() {
    always_one_of(&["Ok(2)"], || {
        let a = Arc::new(AtomicU32::new(0));
        thread::scope(|s| {
            for _ in 0..2 {
                let a = a.clone();
                s.spawn(move || a.fetch_add(1, SeqCst));
            }
        });
        Arc::try_unwrap(a).map(AtomicU32::into_inner)
    });
}

#[test]
fn before_the_end_of_a_scope_it_may_not_be() {
    always_one_of(&["1", "2", "3"], || {
        let a = Arc::new(());
        thread::scope(|s| {
            for _ in 0..2 {
                let a = a.clone();
                s.spawn(move || drop(a));
            }
            Arc::strong_count(&a)
        })
    });
}

#[test]
fn a_thread_that_panics_gives_back_its_share() {
    always_one_of(&["(true, Some(1))"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || {
            let _b = b;
            panic!("on purpose");
        });
        let panicked = t.join().is_err();
        (panicked, Arc::into_inner(a))
    });
}

#[test]
fn a_waker_is_a_share() {
    struct Counter(AtomicU32);
    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    always_one_of(&["(1, 1)", "(2, 1)", "(3, 1)"], || {
        let counter = Arc::new(Counter(AtomicU32::new(0)));
        let waker = Waker::from(counter.clone());
        let t = thread::spawn(move || waker.clone().wake());
        let count = Arc::strong_count(&counter);
        t.join().unwrap();
        (count, counter.0.load(SeqCst))
    });
}

#[test]
fn loops_over_counts_end() {
    let programs: [(&str, fn() -> u32); 6] = [
        ("1", || {
            let mut a = Arc::new(1);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            let value = loop {
                match Arc::try_unwrap(a) {
                    Ok(value) => break value,
                    Err(again) => a = again,
                }
            };
            t.join().unwrap();
            value
        }),
        ("2", || {
            let mut a = Arc::new(1);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            while Arc::get_mut(&mut a).is_none() {}
            *Arc::get_mut(&mut a).unwrap() += 1;
            t.join().unwrap();
            *a
        }),
        ("1", || {
            let a = Arc::new(1);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            while Arc::strong_count(&a) > 1 {}
            t.join().unwrap();
            *a
        }),
        ("0", || {
            let a = Arc::new(1);
            let w = Arc::downgrade(&a);
            let t = thread::spawn(move || drop(a));
            while w.upgrade().is_some() {}
            t.join().unwrap();
            0
        }),
        ("0", || {
            let a = Arc::new(1);
            let w = Arc::downgrade(&a);
            let t = thread::spawn(move || drop(w));
            while Arc::weak_count(&a) > 0 {
                thread::yield_now();
            }
            t.join().unwrap();
            0
        }),
        ("3", || {
            let mut a = Arc::new(3);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            let place = Arc::as_ptr(&a);
            // A copy is alone at once.
            while Arc::strong_count(&a) > 1 {
                Arc::make_mut(&mut a);
            }
            t.join().unwrap();
            assert!(Arc::as_ptr(&a) != place || *a == 3);
            *a
        }),
    ];
    for (expected, program) in programs {
        assert_eq!(sampled(300, program), [expected.to_owned()].into());
    }
}

#[test]
fn a_count_takes_as_long_to_change_as_those_who_change_it() {
    let seen = sampled(200, || {
        let start = Instant::now();
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || {
            thread::sleep(Duration::from_secs(1));
            drop(b);
        });
        while Arc::strong_count(&a) > 1 {
            thread::yield_now();
        }
        let waited = start.elapsed() >= Duration::from_secs(1);
        t.join().unwrap();
        waited
    });
    assert_eq!(seen, ["true".to_owned()].into());
}

/// Runs a program in which nobody asks for a count, in large steps.
fn coarse(program: fn()) -> (usize, Option<Grain>) {
    let config = Config {
        grain: Grain::Coarse,
        ..Config::default()
    };
    let (_, executed) = once(&config, &mut RandomWalk::new(1), program);
    assert!(matches!(executed.outcome, Outcome::Completed));
    (executed.steps, executed.finer)
}

#[test]
fn nothing_changes_for_those_who_do_not_ask() {
    let without = coarse(|| {
        let t = thread::spawn(|| ());
        t.join().unwrap();
    });
    let with = coarse(|| {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let more = (a.clone(), w.clone());
        let t = thread::spawn(move || drop(more));
        t.join().unwrap();
        drop((a, w));
    });
    assert_eq!((without, with.1), (with, None));
}

#[test]
fn who_asks_needs_counts_and_who_drops_visibly_needs_drops() {
    let asks = coarse(|| {
        let _ = Arc::strong_count(&Arc::new(1));
    });
    assert_eq!(asks.1, Some(Grain::Counts));
    let drops = coarse(|| {
        let lock = Arc::new(Mutex::new(vec![]));
        let a = Arc::new(Witness(lock));
        let b = a.clone();
        let _t = thread::spawn(move || drop(b));
        thread::yield_now();
        drop(a);
        thread::sleep(Duration::from_secs(1));
    });
    assert_eq!(drops.1, Some(Grain::Drops));
}

#[test]
fn who_drops_last_needs_no_finding_out_where_threads_are_joined() {
    let joined = coarse(|| {
        let a = Arc::new(Witness(Arc::default()));
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        t.join().unwrap();
        drop(a);
    });
    assert_eq!(joined.1, None);
}

#[test]
fn those_who_only_change_counts_are_tried_in_one_order() {
    let config = Config::default();
    let (results, executions) = reduced(&config, || {
        let a = Arc::new(1);
        let threads = [a.clone(), a.clone(), a.clone()]
            .map(|arc| thread::spawn(move || drop((arc.clone(), Arc::downgrade(&arc)))));
        for t in threads {
            t.join().unwrap();
        }
        Arc::strong_count(&a)
    });
    assert_eq!((results, executions), (["1".to_owned()].into(), 1));
}
