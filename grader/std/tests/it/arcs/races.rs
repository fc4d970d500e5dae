//! What orders the accesses to plain memory that an `Arc` shares, and what does not.

use std::{
    cell::UnsafeCell,
    collections::BTreeSet,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
};

use interleave::{
    Config,
    strategy::{Dpor, Portfolio},
};

use crate::outcomes::once;

/// Plain memory that threads share.
struct Shared(UnsafeCell<u32>);

// SAFETY: the tests say what orders the accesses; where nothing does, the engine still
// runs all threads on one operating-system thread.
unsafe impl Sync for Shared {}

impl Shared {
    fn new() -> Arc<Self> {
        Arc::new(Self(UnsafeCell::new(0)))
    }

    #[track_caller]
    fn add(&self) {
        // SAFETY: no reference to the value is kept.
        unsafe { *self.0.get() += 1 }
    }
}

/// How a program ends under sampled schedules and under every one.
fn endings(program: fn()) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for weak_memory in [false, true] {
        let mut config = Config {
            weak_memory,
            ..Config::default()
        };
        let mut portfolio = Portfolio::new(7);
        for number in 0..200 {
            let (word, executed) = once(&config, portfolio.strategy(number), program);
            let is_new = portfolio.learn(number, &executed);
            match executed.finer {
                Some(finer) => config.granularity = finer,
                None if is_new => _ = words.insert(word),
                None => {}
            }
        }
        let mut search = Dpor::new();
        for _ in 0..2000 {
            let (word, executed) = once(&config, &mut search, program);
            if word == "no progress" {
                break;
            }
            if let Some(finer) = executed.finer {
                config.granularity = finer;
                search = Dpor::new();
                continue;
            }
            if !search.was_pruned() {
                words.insert(word);
            }
            if !search.advance() {
                break;
            }
        }
    }
    words
}

#[track_caller]
fn is_free_of_races(program: fn()) {
    assert_eq!(endings(program), BTreeSet::from(["()".to_owned()]));
}

#[track_caller]
fn races(program: fn()) {
    let words = endings(program);
    assert!(words.contains("data race"), "{words:?}");
}

/// Uses its memory when it is dropped.
struct UsedAtEnd(Arc<Shared>);

impl Drop for UsedAtEnd {
    fn drop(&mut self) {
        self.0.add();
    }
}

#[test]
fn whoever_drops_the_last_knows_what_the_others_did() {
    is_free_of_races(|| {
        let shared = Shared::new();
        let a = Arc::new(UsedAtEnd(shared));
        for _ in 0..2 {
            let b = a.clone();
            // Only one of the two uses it while it is shared.
            thread::spawn(move || drop(b));
        }
        let b = a.clone();
        thread::spawn(move || {
            b.0.add();
            drop(b);
        });
        drop(a);
    });
}

#[test]
fn whoever_drops_the_last_knows_it_also_where_counts_are_asked_for() {
    is_free_of_races(|| {
        let a = Arc::new(UsedAtEnd(Shared::new()));
        let b = a.clone();
        let t = thread::spawn(move || {
            b.0.add();
            drop(b);
        });
        let _ = Arc::strong_count(&a);
        drop(a);
        t.join().unwrap();
    });
}

#[test]
fn a_destructor_that_shows_itself_and_uses_memory_races_with_nobody() {
    struct Both(Shared, Arc<Mutex<u32>>);
    impl Drop for Both {
        fn drop(&mut self) {
            self.0.add();
            *self.1.lock().unwrap() += 1;
            self.0.add();
        }
    }
    is_free_of_races(|| {
        let log = Arc::new(Mutex::new(0));
        let a = Arc::new(Both(Shared(UnsafeCell::new(0)), log.clone()));
        let b = a.clone();
        let t = thread::spawn(move || {
            b.0.add();
            drop(b);
        });
        drop(a);
        t.join().unwrap();
        assert_eq!(*log.lock().unwrap(), 1);
    });
}

#[test]
fn whoever_gets_the_value_knows_what_the_others_did() {
    is_free_of_races(|| {
        let mut a = Shared::new();
        let b = a.clone();
        let t = thread::spawn(move || {
            b.add();
            drop(b);
        });
        if Arc::get_mut(&mut a).is_some() {
            a.add();
        }
        match Arc::try_unwrap(a) {
            Ok(shared) => shared.add(),
            Err(a) => {
                if let Some(shared) = Arc::into_inner(a) {
                    shared.add();
                }
            }
        }
        t.join().unwrap();
    });
}

#[test]
fn waiting_until_one_is_alone_orders() {
    is_free_of_races(|| {
        let mut a = Shared::new();
        let b = a.clone();
        let t = thread::spawn(move || {
            b.add();
            drop(b);
        });
        while Arc::get_mut(&mut a).is_none() {
            thread::yield_now();
        }
        a.add();
        t.join().unwrap();
    });
}

#[test]
fn whoever_is_watched_by_nobody_any_more_knows_what_they_did() {
    is_free_of_races(|| {
        let mut a = Arc::new(0);
        let shared = Shared::new();
        let (w, theirs) = (Arc::downgrade(&a), shared.clone());
        let t = thread::spawn(move || {
            theirs.add();
            drop(w);
            mem_forget(theirs);
        });
        if Arc::get_mut(&mut a).is_some() {
            shared.add();
        }
        t.join().unwrap();
    });
}

/// Leaks a share, so that its drop orders nothing.
fn mem_forget(shared: Arc<Shared>) {
    std::mem::forget(shared);
}

#[test]
fn a_number_orders_nothing() {
    races(|| {
        let a = Shared::new();
        let b = a.clone();
        let t = thread::spawn(move || {
            b.add();
            drop(b);
        });
        if Arc::strong_count(&a) == 1 {
            a.add();
        }
        t.join().unwrap();
    });
}

#[test]
fn to_be_told_of_others_orders_nothing() {
    races(|| {
        let mut a = Shared::new();
        let (b, c) = (a.clone(), a.clone());
        let t = thread::spawn(move || {
            b.add();
            drop(b);
        });
        if Arc::get_mut(&mut a).is_none() {
            a.add();
        }
        drop(c);
        t.join().unwrap();
    });
}

#[test]
fn a_clone_orders_nothing() {
    races(|| {
        let a = Shared::new();
        let b = a.clone();
        let t = thread::spawn(move || {
            b.add();
            drop(b.clone());
            drop(b);
        });
        let c = a.clone();
        let _ = Arc::weak_count(&c);
        c.add();
        t.join().unwrap();
    });
}

#[test]
fn an_upgrade_knows_what_those_did_who_have_dropped() {
    is_free_of_races(|| {
        let a = Shared::new();
        let (b, w) = (a.clone(), Arc::downgrade(&a));
        let t = thread::spawn(move || {
            b.add();
            drop(b);
        });
        if w.strong_count() == 1
            && let Some(again) = w.upgrade()
        {
            again.add();
        }
        t.join().unwrap();
    });
}

#[test]
fn an_upgrade_knows_what_was_done_before_the_value_was_there() {
    is_free_of_races(|| {
        let memory = Shared::new();
        let theirs = memory.clone();
        let mut thread = None;
        let a = Arc::new_cyclic(|own: &Weak<u32>| {
            let own = own.clone();
            let found = AtomicBool::new(false);
            thread = Some(thread::spawn(move || {
                if own.upgrade().is_some() {
                    found.store(true, Relaxed);
                    theirs.add();
                }
            }));
            memory.add();
            7
        });
        let _ = thread.take().map(|t| t.join().unwrap());
        drop(a);
    });
}

#[test]
fn one_that_is_made_where_another_was_knows_nothing_of_it() {
    races(|| {
        let memory = Shared::new();
        let theirs = memory.clone();
        let gone = Arc::new(1_u64);
        let last = gone.clone();
        let t = thread::spawn(move || {
            theirs.add();
            drop(last);
            mem_forget(theirs);
        });
        let _ = Arc::strong_count(&gone);
        drop(gone);
        // It may be at the same place.
        let new = Arc::new(2_u64);
        if Arc::into_inner(new).is_some() {
            memory.add();
        }
        t.join().unwrap();
    });
}

#[test]
fn what_a_detached_thread_returns_is_dropped_by_whoever_is_last() {
    is_free_of_races(|| {
        let shared = Shared::new();
        let t = thread::spawn(move || {
            shared.add();
            UsedAtEnd(shared)
        });
        drop(t);
        thread::yield_now();
    });
}
