//! Data races on `UnsafeCell`: found where nothing orders two accesses, and nowhere else.

use std::{
    cell::UnsafeCell,
    collections::BTreeSet,
    hint,
    ops::{Deref, DerefMut},
    sync::{
        Arc, Barrier, Condvar, Mutex, RwLock,
        atomic::{
            AtomicBool, AtomicU32,
            Ordering::{Acquire, Relaxed, Release},
            fence,
        },
        mpsc,
    },
    thread,
};

use interleave::{
    Config, Outcome,
    strategy::{Dpor, Portfolio},
};

use crate::explorer::word;

/// Plain memory that threads share.
struct Shared<T>(UnsafeCell<T>);

// SAFETY: the tests say what orders the accesses; where nothing does, the engine still
// runs all threads on one operating-system thread.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> Shared<T> {
    const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    #[track_caller]
    fn set(&self, value: T) {
        // SAFETY: no reference to the value is kept.
        unsafe { *self.0.get() = value }
    }
}

impl<T: Copy> Shared<T> {
    #[track_caller]
    fn get(&self) -> T {
        // SAFETY: as above.
        unsafe { *self.0.get() }
    }
}

/// How a program ends under sampled schedules and under every one.
fn endings(weak_memory: bool, program: fn()) -> BTreeSet<&'static str> {
    let mut config = Config {
        weak_memory,
        ..Config::default()
    };
    let mut words = BTreeSet::new();
    let mut portfolio = Portfolio::new(7);
    for number in 0..300 {
        if let Some(executed) = portfolio.run(number, config.clone(), program) {
            config.granularity = executed.finer.unwrap_or(config.granularity);
            words.insert(word(&executed.outcome));
        }
    }
    let mut search = Dpor::new();
    for _ in 0..5000 {
        let executed = interleave::run(config.clone(), &mut search, program);
        if matches!(executed.outcome, Outcome::NoProgress(_)) {
            break;
        }
        if !search.was_pruned() {
            words.insert(word(&executed.outcome));
        }
        if !search.advance() {
            break;
        }
    }
    words
}

#[track_caller]
fn is_free_of_races(program: fn()) {
    for weak in [false, true] {
        assert_eq!(endings(weak, program), BTreeSet::from(["completed"]));
    }
}

#[track_caller]
fn races(program: fn()) {
    for weak in [false, true] {
        assert!(endings(weak, program).contains("data race"));
    }
}

#[test]
fn two_writes_that_nothing_orders_race() {
    races(|| {
        let shared = Arc::new(Shared::new(0));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || theirs.set(theirs.get() + 1));
        shared.set(shared.get() + 1);
        other.join().unwrap();
    });
}

#[test]
fn a_write_and_a_read_that_nothing_orders_race() {
    races(|| {
        let shared = Arc::new(Shared::new(0));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || theirs.get());
        shared.set(1);
        other.join().unwrap();
    });
}

#[test]
fn two_reads_do_not_race() {
    is_free_of_races(|| {
        let shared = Arc::new(Shared::new(5));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || theirs.get());
        assert_eq!(shared.get(), 5);
        assert_eq!(other.join().unwrap(), 5);
    });
}

#[test]
fn spawn_and_join_order_accesses() {
    is_free_of_races(|| {
        let shared = Arc::new(Shared::new(0));
        shared.set(1);
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || theirs.set(theirs.get() + 1));
        other.join().unwrap();
        shared.set(shared.get() + 1);
        assert_eq!(shared.get(), 3);
    });
}

#[test]
fn locks_channels_barriers_and_parking_order_accesses() {
    is_free_of_races(|| {
        let shared = Arc::new((Mutex::new(()), Shared::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            let _guard = theirs.0.lock().unwrap();
            theirs.1.set(theirs.1.get() + 1);
        });
        {
            let _guard = shared.0.lock().unwrap();
            shared.1.set(shared.1.get() + 1);
        }
        other.join().unwrap();
    });
    is_free_of_races(|| {
        let shared = Arc::new((RwLock::new(()), Shared::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            let _guard = theirs.0.write().unwrap();
            theirs.1.set(theirs.1.get() + 1);
        });
        {
            let _guard = shared.0.read().unwrap();
            shared.1.get();
        }
        other.join().unwrap();
    });
    is_free_of_races(|| {
        let shared = Arc::new(Shared::new(0));
        let theirs = Arc::clone(&shared);
        let (sender, receiver) = mpsc::channel();
        let other = thread::spawn(move || {
            theirs.set(1);
            sender.send(()).unwrap();
        });
        receiver.recv().unwrap();
        assert_eq!(shared.get(), 1);
        other.join().unwrap();
    });
    is_free_of_races(|| {
        let shared = Arc::new((Barrier::new(2), Shared::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            theirs.1.set(1);
            theirs.0.wait();
        });
        shared.0.wait();
        assert_eq!(shared.1.get(), 1);
        other.join().unwrap();
    });
    is_free_of_races(|| {
        let shared = Arc::new((AtomicBool::new(false), Shared::new(0)));
        let theirs = Arc::clone(&shared);
        let main = thread::current();
        let other = thread::spawn(move || {
            theirs.1.set(1);
            theirs.0.store(true, Release);
            main.unpark();
        });
        while !shared.0.load(Acquire) {
            thread::park();
        }
        assert_eq!(shared.1.get(), 1);
        other.join().unwrap();
    });
}

#[test]
fn a_wait_on_a_condition_variable_orders_accesses() {
    is_free_of_races(|| {
        let shared = Arc::new((Mutex::new(false), Condvar::new(), Shared::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            theirs.2.set(1);
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_one();
        });
        let ready = shared.0.lock().unwrap();
        let ready = shared.1.wait_while(ready, |ready| !*ready).unwrap();
        assert_eq!(shared.2.get(), 1);
        drop(ready);
        other.join().unwrap();
    });
}

#[test]
fn a_message_by_an_atomic_needs_a_release_and_an_acquire() {
    is_free_of_races(|| {
        let shared = Arc::new((AtomicBool::new(false), Shared::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            theirs.1.set(7);
            theirs.0.store(true, Release);
        });
        if shared.0.load(Acquire) {
            assert_eq!(shared.1.get(), 7);
        }
        other.join().unwrap();
    });
    races(|| {
        let shared = Arc::new((AtomicBool::new(false), Shared::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            if theirs.0.load(Relaxed) {
                theirs.1.get();
            }
        });
        shared.1.set(7);
        shared.0.store(true, Relaxed);
        other.join().unwrap();
    });
    is_free_of_races(|| {
        let shared = Arc::new((AtomicBool::new(false), Shared::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            theirs.1.set(7);
            fence(Release);
            theirs.0.store(true, Relaxed);
        });
        if shared.0.load(Relaxed) {
            fence(Acquire);
            assert_eq!(shared.1.get(), 7);
        }
        other.join().unwrap();
    });
}

/// A spin lock with the orderings that are tried.
struct Spin<T> {
    locked: AtomicBool,
    weak: bool,
    value: UnsafeCell<T>,
}

// SAFETY: one thread at a time has the value, if the orderings are right.
unsafe impl<T: Send> Sync for Spin<T> {}

struct Guard<'a, T>(&'a Spin<T>);

impl<T> Spin<T> {
    fn lock(&self) -> Guard<'_, T> {
        let order = if self.weak { Relaxed } else { Acquire };
        while self
            .locked
            .compare_exchange_weak(false, true, order, Relaxed)
            .is_err()
        {
            hint::spin_loop();
        }
        Guard(self)
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: whoever has the guard has the lock.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.0.locked.store(false, Release);
    }
}

fn spin_lock(weak: bool) {
    let lock = Arc::new(Spin {
        locked: AtomicBool::new(false),
        weak,
        value: UnsafeCell::new(0),
    });
    let add = |lock: Arc<Spin<i32>>| move || *lock.lock() += 1;
    let threads: Vec<_> = (0..2)
        .map(|_| thread::spawn(add(Arc::clone(&lock))))
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(*lock.lock(), 2);
}

#[test]
fn a_spin_lock_needs_its_acquire() {
    is_free_of_races(|| spin_lock(false));
    races(|| spin_lock(true));
}

/// The pointer is fetched before the lock is taken, and used after.
#[test]
fn a_pointer_may_be_fetched_early() {
    is_free_of_races(|| {
        let shared = Arc::new((Mutex::new(()), Shared::new(0)));
        let add = |shared: &(Mutex<()>, Shared<i32>)| {
            let pointer = shared.1.0.get();
            let _guard = shared.0.lock().unwrap();
            // SAFETY: the lock is held.
            unsafe { *pointer += 1 };
        };
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || add(&theirs));
        add(&shared);
        other.join().unwrap();
        assert_eq!(shared.1.get(), 2);
    });
}

/// The counter of an `Arc` orders the last drop, and the model cannot see it.
#[test]
fn whoever_drops_the_last_arc_has_the_value_for_itself() {
    struct Counted(AtomicU32, UnsafeCell<u32>);
    // SAFETY: the first of the threads, by the atomic, has the value until all are gone.
    unsafe impl Sync for Counted {}
    impl Drop for Counted {
        fn drop(&mut self) {
            // SAFETY: nobody else has a reference any more.
            unsafe { *self.1.get() += 1 };
        }
    }
    is_free_of_races(|| {
        let shared = Arc::new(Counted(AtomicU32::new(0), UnsafeCell::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            if theirs.0.fetch_add(1, Relaxed) == 0 {
                // SAFETY: it came first.
                unsafe { *theirs.1.get() += 1 };
            }
            drop(theirs);
        });
        if shared.0.fetch_add(1, Relaxed) == 0 {
            // SAFETY: it came first.
            unsafe { *shared.1.get() += 1 };
        }
        drop(shared);
        other.join().unwrap();
    });
}

#[test]
fn a_cell_that_moves_is_another_one() {
    is_free_of_races(|| {
        let (sender, receiver) = mpsc::channel();
        let other = thread::spawn(move || {
            let shared = Shared::new(1);
            shared.set(2);
            sender.send(shared).unwrap();
        });
        let shared = receiver.recv().unwrap();
        assert_eq!(shared.get(), 2);
        shared.set(3);
        assert_eq!(shared.0.into_inner(), 3);
        other.join().unwrap();
    });
}

#[test]
#[expect(
    clippy::large_stack_arrays,
    reason = "a cell this large is unmapped when it is freed"
)]
fn a_freed_cell_is_not_looked_at() {
    is_free_of_races(|| {
        let threads: Vec<_> = (0..2_u8)
            .map(|id| {
                thread::spawn(move || {
                    let large = Box::new(Shared::new([id; 160_000]));
                    large.set([id + 1; 160_000]);
                    drop(large);
                    thread::yield_now();
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

static COUNT: Shared<u32> = Shared::new(0);

#[test]
fn a_static_cell_begins_anew_with_each_execution() {
    is_free_of_races(|| {
        assert_eq!(COUNT.get(), 0);
        COUNT.set(COUNT.get() + 1);
        assert_eq!(COUNT.get(), 1);
    });
}

/// The race is reported with both places.
#[test]
fn a_race_names_both_accesses() {
    fn program() {
        let shared = Arc::new(Shared::new(0));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || theirs.get());
        shared.set(1);
        other.join().unwrap();
    }
    let mut search = Dpor::new();
    let executed = interleave::run(Config::default(), &mut search, program);
    let Outcome::DataRace(first, second) = executed.outcome else {
        panic!("{:?}", executed.outcome);
    };
    assert_eq!([first.task, second.task], [0, 1]);
    assert_eq!([first.wrote, second.wrote], [true, false]);
    assert_eq!(second.location.line() + 1, first.location.line());
}
