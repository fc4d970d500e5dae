//! What shuttle 0.9.9 and loom 0.7.3 lack or get wrong, by their own documents and by
//! trial; each test names the gap. Weak memory is tested in `litmus`.

use std::{
    cell::Cell,
    collections::BTreeSet,
    hint,
    sync::{
        Arc, Barrier, Condvar, LazyLock, Mutex, Once, OnceLock, PoisonError, RwLock,
        RwLockWriteGuard, TryLockError, Weak,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc::{self, RecvTimeoutError, TryRecvError},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use interleave::Outcome;

use crate::explorer::{always_completes, endings, sometimes};

/// Shuttle and loom: `wait_timeout` never times out, a false deadlock.
#[test]
fn a_program_may_rely_on_a_timed_wait() {
    always_completes(|| {
        let shared = (Mutex::new(()), Condvar::new());
        let guard = shared.0.lock().unwrap();
        let second = Duration::from_secs(1);
        let (guard, result) = shared
            .1
            .wait_timeout_while(guard, second, |()| true)
            .unwrap();
        assert!(result.timed_out());
        #[expect(deprecated, reason = "it is tested")]
        let _ = shared.1.wait_timeout_ms(guard, 5).unwrap();
    });
}

/// Shuttle: false deadlocks; loom: `recv_timeout` is unimplemented, `park_timeout` missing.
#[test]
fn a_program_may_rely_on_a_timed_receive_and_a_timed_park() {
    always_completes(|| {
        let (sender, receiver) = mpsc::channel::<()>();
        let timeout = receiver.recv_timeout(Duration::from_secs(1));
        assert_eq!(timeout, Err(RecvTimeoutError::Timeout));
        thread::park_timeout(Duration::from_secs(1));
        drop(sender);
    });
}

/// Shuttle and loom: a thread that panics fails the test, so `join` never returns `Err`.
#[test]
fn a_worker_may_panic_and_join_returns_its_payload() {
    always_completes(|| {
        let lock = Arc::new(Mutex::new(0));
        let theirs = Arc::clone(&lock);
        let worker = thread::spawn(move || {
            let _guard = theirs.lock().unwrap();
            std::panic::panic_any(7_u32);
        });
        assert_eq!(worker.join().unwrap_err().downcast_ref(), Some(&7_u32));
        let guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(*guard, 0);
        assert!(lock.is_poisoned());
    });
}

/// Shuttle: statics keep their value from one execution to the next.
#[test]
fn a_static_begins_anew_with_each_execution() {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    static LIST: RwLock<Vec<u32>> = RwLock::new(Vec::new());
    always_completes(|| {
        assert_eq!(COUNT.fetch_add(1, Ordering::SeqCst), 0);
        LIST.write().unwrap().push(1);
        assert_eq!(LIST.read().unwrap().len(), 1);
    });
}

/// Shuttle: a poisoned static stays poisoned.
#[test]
fn a_static_is_not_poisoned_by_the_execution_before() {
    static LOCK: Mutex<()> = Mutex::new(());
    always_completes(|| {
        assert!(!LOCK.is_poisoned());
        let poisons = thread::spawn(|| {
            let _guard = LOCK.lock().unwrap();
            panic!("on purpose");
        });
        poisons.join().unwrap_err();
        assert!(LOCK.is_poisoned());
    });
}

/// Shuttle and loom: no `OnceLock` and no `LazyLock`, so real ones hang the process.
#[test]
fn a_contended_cell_does_not_hang() {
    static CELL: OnceLock<String> = OnceLock::new();
    static LAZY: LazyLock<Mutex<u32>> = LazyLock::new(|| Mutex::new(1));
    always_completes(|| {
        let other = thread::spawn(|| {
            *LAZY.lock().unwrap() += 1;
            CELL.get_or_init(|| {
                thread::yield_now();
                "made".to_owned()
            })
            .len()
        });
        *LAZY.lock().unwrap() += 1;
        assert_eq!(CELL.get_or_init(|| "made".to_owned()), "made");
        assert_eq!(other.join().unwrap(), 4);
        assert_eq!(*LAZY.lock().unwrap(), 3);
    });
}

/// Shuttle and loom: condition variables never wake up for no reason.
#[test]
fn a_wait_that_trusts_every_wake_up_is_caught() {
    sometimes("panicked", || {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let guard = shared.0.lock().unwrap();
        let theirs = Arc::clone(&shared);
        thread::spawn(move || {
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_all();
        });
        assert!(*shared.1.wait(guard).unwrap());
    });
}

/// Loom: `notify_one` wakes in the order of waiting only.
#[test]
fn a_notification_may_wake_the_one_who_waits_shortest() {
    sometimes("panicked", || {
        let shared = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
        for id in 0..2 {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let mut woken = shared.0.lock().unwrap();
                woken = shared.1.wait(woken).unwrap();
                woken.push(id);
            });
            thread::sleep(Duration::from_millis(1));
        }
        shared.1.notify_one();
        thread::sleep(Duration::from_millis(1));
        assert_ne!(shared.0.lock().unwrap().first(), Some(&1));
    });
}

/// Shuttle: a detached thread that waits when the program ends is called a deadlock.
#[test]
fn a_detached_thread_may_wait_when_the_program_ends() {
    always_completes(|| {
        let (sender, receiver) = mpsc::channel::<u32>();
        thread::spawn(move || receiver.recv());
        thread::yield_now();
        std::mem::forget(sender);
    });
}

/// Shuttle: four hundred frames overflow a stack of sixty kilobytes.
#[test]
fn a_thread_may_recurse_ten_thousand_frames_deep() {
    fn deep(depth: u64) -> u64 {
        let pad = hint::black_box([depth; 4]);
        if depth == 0 {
            return 0;
        }
        deep(depth - 1) + pad[1] - pad[2] + 1
    }
    always_completes(|| {
        assert_eq!(thread::spawn(|| deep(10_000)).join().unwrap(), 10_000);
    });
}

/// Loom: at most five threads.
#[test]
fn there_may_be_twenty_threads() {
    assert_eq!(
        endings(100, || {
            let count = AtomicU32::new(0);
            thread::scope(|scope| {
                for _ in 0..20 {
                    scope.spawn(|| count.fetch_add(1, Ordering::SeqCst));
                }
            });
            assert_eq!(count.into_inner(), 20);
        }),
        BTreeSet::from(["completed"])
    );
}

/// Loom: a false alarm, for it takes sequentially consistent accesses as weaker ones.
#[test]
fn store_buffering_cannot_be_seen_with_sequential_consistency() {
    always_completes(|| {
        let flags = Arc::new((AtomicBool::new(false), AtomicBool::new(false)));
        let theirs = Arc::clone(&flags);
        let other = thread::spawn(move || {
            theirs.0.store(true, Ordering::SeqCst);
            theirs.1.load(Ordering::SeqCst)
        });
        flags.1.store(true, Ordering::SeqCst);
        let mine = flags.0.load(Ordering::SeqCst);
        assert!(other.join().unwrap() || mine);
    });
}

/// Loom aborts; shuttle names neither lock nor owner nor line.
#[test]
fn a_deadlock_is_an_answer_with_holders_and_places() {
    let executed = sometimes("deadlock", || {
        let locks = Arc::new((RwLock::new(()), Mutex::new(())));
        let theirs = Arc::clone(&locks);
        let other = thread::spawn(move || {
            let _b = theirs.1.lock().unwrap();
            let _a = theirs.0.write().unwrap();
        });
        let a = locks.0.read().unwrap();
        let b = locks.1.lock().unwrap();
        drop((a, b));
        other.join().unwrap();
    });
    let Outcome::Deadlock(threads) = &executed.outcome else {
        panic!("it is a deadlock");
    };
    assert_eq!(threads.len(), 2);
    for thread in threads {
        assert_eq!(thread.holder, Some(1 - thread.task));
        let since = thread.held_since.expect("a holder has a place");
        assert!(since.file().ends_with("gaps.rs"), "{since}");
    }
}

/// Loom: `try_lock` on a lock that is taken is called a deadlock.
#[test]
fn trying_a_lock_that_is_taken_is_no_deadlock() {
    always_completes(|| {
        let lock = Mutex::new(());
        let _guard = lock.lock().unwrap();
        assert!(matches!(lock.try_lock(), Err(TryLockError::WouldBlock)));
    });
}

/// Loom: a loop that spins without its own `yield_now` exceeds the limit and aborts.
#[test]
fn a_loop_may_spin_without_yielding() {
    always_completes(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&flag);
        thread::spawn(move || theirs.store(true, Ordering::Release));
        while !flag.load(Ordering::Acquire) {}
    });
}

/// Loom: `Barrier::new` is unimplemented, `Once`, `Weak` and `sync_channel` are missing.
#[test]
fn barriers_onces_weak_pointers_and_bounded_channels_are_there() {
    always_completes(|| {
        let barrier = Arc::new(Barrier::new(2));
        let weak: Weak<Barrier> = Arc::downgrade(&barrier);
        let (sender, receiver) = mpsc::sync_channel(0);
        let other = thread::spawn(move || {
            barrier.wait();
            sender.send(1).unwrap();
        });
        if let Some(barrier) = weak.upgrade() {
            barrier.wait();
        }
        assert_eq!(receiver.iter().sum::<u32>(), 1);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        other.join().unwrap();
        let once = Once::new();
        once.call_once(|| {});
        once.wait();
    });
}

/// Loom: no `scope`, `sleep` and `available_parallelism`; shuttle: no `spawn_scoped`
/// and `is_finished`.
#[test]
fn threads_have_all_their_functions() {
    always_completes(|| {
        assert!(thread::available_parallelism().unwrap().get() > 1);
        let number = thread::scope(|scope| {
            let builder = thread::Builder::new().name("scoped".to_owned());
            let handle = builder.spawn_scoped(scope, || 3).unwrap();
            assert_ne!(handle.thread().id(), thread::current().id());
            while !handle.is_finished() {
                thread::sleep(Duration::from_millis(1));
            }
            handle.join().unwrap()
        });
        assert_eq!(number, 3);
    });
}

/// Shuttle: these methods are missing.
#[test]
fn locks_and_keys_have_all_their_methods() {
    thread_local!(static KEY: Cell<u32> = const { Cell::new(1) });
    always_completes(|| {
        let lock = RwLock::new(1);
        assert!(!lock.is_poisoned());
        let share = RwLockWriteGuard::downgrade(lock.write().unwrap());
        assert_eq!(*share, *Mutex::from(1).lock().unwrap());
        KEY.set(KEY.get() + KEY.replace(2) + KEY.take());
        assert_eq!(KEY.get(), 4);
    });
}

/// Shuttle and loom: no model of `Instant` and `SystemTime`.
#[test]
fn time_goes_on_by_sleeping_and_begins_at_a_fixed_date() {
    always_completes(|| {
        let (start, date) = (Instant::now(), SystemTime::now());
        thread::sleep(Duration::from_hours(24));
        assert!(start.elapsed() >= Duration::from_hours(24));
        assert!(date.elapsed().unwrap() >= Duration::from_hours(24));
        let since = date.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(since.as_secs(), 1_767_225_600);
        let error = SystemTime::UNIX_EPOCH.duration_since(date).unwrap_err();
        assert_eq!(error.duration(), since);
    });
}
