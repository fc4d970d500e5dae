//! Executions leave nothing behind.

use std::{
    cell::RefCell,
    sync::{LazyLock, Mutex, OnceLock, RwLock, mpsc},
    thread,
};

use interleave::{
    Config, Outcome,
    strategy::{Portfolio, RandomWalk},
};

use crate::explorer::word;

static TEXT: OnceLock<String> = OnceLock::new();
static TABLE: LazyLock<Vec<u64>> = LazyLock::new(|| (0..4096).collect());
static LIST: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
static SHARED: RwLock<Option<Box<[u8; 4096]>>> = RwLock::new(None);

thread_local!(static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });

/// Looks at another static when the execution is over.
struct Nosy;

impl Drop for Nosy {
    fn drop(&mut self) {
        LIST.lock()
            .unwrap()
            .push(TEXT.get_or_init(String::new).clone().into());
    }
}

static NOSY: OnceLock<Nosy> = OnceLock::new();

fn program() {
    assert!(TEXT.get().is_none());
    assert!(LIST.lock().unwrap().is_empty());
    assert!(SHARED.read().unwrap().is_none());
    let (sender, receiver) = mpsc::sync_channel(2);
    let threads: Vec<_> = (0..3)
        .map(|id| {
            let sender = sender.clone();
            thread::spawn(move || {
                SCRATCH.with_borrow_mut(|scratch| scratch.resize(4096, id));
                TEXT.get_or_init(|| "x".repeat(4096));
                LIST.lock().unwrap().push(vec![id; TABLE.len()]);
                *SHARED.write().unwrap() = Some(Box::new([id; 4096]));
                NOSY.get_or_init(|| Nosy);
                sender.send(vec![id; 4096]).unwrap();
            })
        })
        .collect();
    drop(sender);
    assert_eq!(receiver.iter().count(), 3);
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(LIST.lock().unwrap().len(), 3);
    // This one is still there when the program ends.
    thread::spawn(|| {
        SCRATCH.with_borrow_mut(|scratch| scratch.resize(4096, 9));
        thread::park();
    });
}

/// Resident memory in bytes.
fn resident() -> u64 {
    let text = fs_err::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = text.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[test]
fn ten_thousand_executions_leave_memory_as_it_was() {
    let run = |count| {
        let mut portfolio = Portfolio::new(7);
        for number in 0..count {
            let executed = portfolio.run(number, Config::default(), program);
            let outcome = executed.map_or(Outcome::Completed, |executed| executed.outcome);
            assert!(matches!(outcome, Outcome::Completed), "{outcome:?}");
        }
    };
    run(500);
    let before = resident();
    run(10_000);
    let grown = resident().saturating_sub(before);
    // Each execution makes some fifty kilobytes.
    assert!(grown < 8 << 20, "it grew by {grown} bytes");
}

#[test]
fn a_thread_that_spins_for_ever_while_it_is_unwound_is_given_up() {
    use std::sync::atomic::{AtomicBool, Ordering};

    struct TakesLock<'a>(&'a AtomicBool);

    impl Drop for TakesLock<'_> {
        fn drop(&mut self) {
            while self.0.swap(true, Ordering::Acquire) {
                std::hint::spin_loop();
            }
            self.0.store(false, Ordering::Release);
        }
    }

    fn leaves_the_lock_taken() {
        static BUSY: AtomicBool = AtomicBool::new(false);
        BUSY.store(true, Ordering::Relaxed);
        let _at_end = TakesLock(&BUSY);
        thread::park();
    }

    let config = Config {
        max_spurious: 0,
        ..Config::default()
    };
    let outcome = interleave::run(config, &mut RandomWalk::new(7), leaves_the_lock_taken).outcome;
    assert!(matches!(outcome, Outcome::Deadlock(_)), "{outcome:?}");
}

#[test]
fn a_destructor_that_would_panic_at_the_end_does_not_hide_how_it_ended() {
    use std::sync::Arc;

    struct Unwraps<T>(Option<T>, fn(T));

    impl<T> Drop for Unwraps<T> {
        fn drop(&mut self) {
            (self.1)(self.0.take().unwrap());
        }
    }

    fn dead_thread() {
        let dead = thread::spawn(|| panic!("it dies"));
        let _at_end = Unwraps(Some(dead), |dead| dead.join().unwrap());
        thread::park();
    }

    fn poisoned_lock() {
        let lock = Arc::new(Mutex::new(()));
        let other = Arc::clone(&lock);
        let _ = thread::spawn(move || {
            let _guard = other.lock();
            panic!("it dies");
        })
        .join();
        let _at_end = Unwraps(Some(lock), |lock| drop(lock.lock().unwrap()));
        thread::park();
    }

    fn closed_channel() {
        let (sender, receiver) = mpsc::channel::<()>();
        drop(sender);
        let _at_end = Unwraps(Some(receiver), |receiver| receiver.recv().unwrap());
        thread::park();
    }

    let config = Config {
        max_spurious: 0,
        ..Config::default()
    };
    for (program, expected) in [
        (dead_thread as fn(), "panicked"),
        (poisoned_lock, "deadlock"),
        (closed_channel, "deadlock"),
    ] {
        let executed = interleave::run(config.clone(), &mut RandomWalk::new(7), program);
        assert_eq!(word(&executed.outcome), expected);
    }
}
