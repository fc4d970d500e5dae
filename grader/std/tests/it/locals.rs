use std::{
    cell::{Cell, RefCell},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread::{self, AccessError},
};

use crate::explorer::{always_completes, sometimes};

thread_local! {
    /// Counts.
    static COUNT: Cell<u32> = const { Cell::new(1) };
    pub(crate) static NAMES: RefCell<Vec<String>> = RefCell::new(vec!["first".to_owned()]);
}

std::thread_local!(static PLAIN: u32 = 7);
thread_local! {}

#[test]
fn every_thread_has_a_value_of_its_own_in_every_execution() {
    always_completes(|| {
        let thread = thread::spawn(|| {
            COUNT.set(COUNT.get() + 1);
            thread::yield_now();
            COUNT.get()
        });
        COUNT.set(COUNT.get() + 10);
        thread::yield_now();
        assert_eq!(COUNT.get(), 11);
        assert_eq!(thread.join().unwrap(), 2);
        assert_eq!((COUNT.replace(5), COUNT.take(), COUNT.get()), (11, 5, 0));
        assert_eq!(PLAIN.with(|plain| *plain), 7);
    });
}

#[test]
fn threads_that_exist_at_once_have_values_at_different_addresses() {
    thread_local! {
        static PLACE: u8 = const { 0 };
        static DROPPED: RefCell<String> = RefCell::new("is dropped".to_owned());
    }
    fn addresses() -> [usize; 2] {
        let dropped = DROPPED.with(|value| std::ptr::from_ref(value).addr());
        [
            PLACE.with(|value| std::ptr::from_ref(value).addr()),
            dropped,
        ]
    }
    always_completes(|| {
        // The first may have ended before the second begins.
        let threads = [(); 3].map(|()| thread::spawn(addresses));
        let mut all = threads.map(|thread| thread.join().unwrap()).concat();
        all.extend(addresses());
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 8);
    });
}

#[test]
fn a_key_with_a_cell_can_be_borrowed() {
    always_completes(|| {
        NAMES.with_borrow_mut(|names| names.push("second".to_owned()));
        assert_eq!(NAMES.with_borrow(Vec::len), 2);
        assert_eq!(NAMES.replace(Vec::new()).len(), 2);
        NAMES.set(vec!["third".to_owned()]);
        assert_eq!(NAMES.take(), ["third"]);
        assert_eq!(NAMES.try_with(|names| names.borrow().len()), Ok(0));
    });
}

#[test]
fn setting_a_key_does_not_make_its_first_value() {
    thread_local!(static LATE: Cell<u32> = panic!("it is not made"));
    always_completes(|| {
        LATE.set(3);
        assert_eq!(LATE.get(), 3);
    });
}

/// Writes down at its end who ended, and by which thread.
struct Ends(&'static str, Arc<Mutex<Vec<String>>>);

impl Drop for Ends {
    fn drop(&mut self) {
        let mut ended = self.1.lock().unwrap();
        let name = thread::current().name().unwrap_or("none").to_owned();
        ended.push(format!("{} by {name}, {}", self.0, thread::panicking()));
    }
}

thread_local! {
    static FIRST: RefCell<Option<Ends>> = const { RefCell::new(None) };
    static SECOND: RefCell<Option<Ends>> = const { RefCell::new(None) };
}

fn start(panics: bool) -> Vec<String> {
    let ended = Arc::new(Mutex::new(Vec::new()));
    let theirs = Arc::clone(&ended);
    let builder = thread::Builder::new().name("worker".to_owned());
    let thread = builder.spawn(move || {
        FIRST.set(Some(Ends("first", Arc::clone(&theirs))));
        SECOND.set(Some(Ends("second", theirs)));
        assert!(!panics, "on purpose");
    });
    assert_eq!(thread.unwrap().join().is_err(), panics);
    let ended = ended.lock().unwrap();
    ended.clone()
}

#[test]
fn values_are_dropped_by_their_thread_before_it_is_joined() {
    always_completes(|| {
        let both = ["second by worker, false", "first by worker, false"];
        assert_eq!(start(false), both);
        assert_eq!(start(true), both);
    });
}

/// Looks at its own key and makes another one when it is dropped.
struct Looks(Arc<AtomicU32>);

impl Drop for Looks {
    fn drop(&mut self) {
        let access: Result<(), AccessError> = LOOKS.try_with(|_| ());
        assert_eq!(access.unwrap_err().to_string(), "already destroyed");
        COUNT.set(COUNT.get() + 1);
        NAMES.with_borrow_mut(|names| names.push("late".to_owned()));
        self.0
            .fetch_add(NAMES.with_borrow(Vec::len) as u32, Ordering::SeqCst);
    }
}

thread_local!(static LOOKS: RefCell<Option<Looks>> = const { RefCell::new(None) });

#[test]
fn a_destructor_may_make_other_values_but_not_its_own() {
    always_completes(|| {
        let count = Arc::new(AtomicU32::new(0));
        let theirs = Arc::clone(&count);
        let thread = thread::spawn(move || LOOKS.set(Some(Looks(theirs))));
        thread.join().unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn values_of_threads_that_never_end_harm_nobody() {
    sometimes("deadlock", || {
        let lock = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&lock);
        let guard = lock.lock().unwrap();
        let thread = thread::spawn(move || {
            FIRST.set(Some(Ends("never", theirs)));
            thread::park();
        });
        let _ = thread.join();
        drop(guard);
    });
}
