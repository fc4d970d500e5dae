use std::{
    panic,
    sync::{Arc, Mutex},
    thread,
};

use interleave::Outcome;

use crate::explorer::{always_completes, sometimes};

#[test]
fn a_scope_waits_for_its_threads_and_they_borrow() {
    always_completes(|| {
        let mut parts = [0, 0];
        let (left, right) = parts.split_at_mut(1);
        thread::scope(|scope| {
            scope.spawn(|| left[0] = 1);
            scope.spawn(|| right[0] = 2);
        });
        assert_eq!(parts, [1, 2]);
    });
}

#[test]
fn a_builder_names_its_thread() {
    always_completes(|| {
        let builder = thread::Builder::new().name("worker".to_owned());
        let name = || thread::current().name().map(str::to_owned);
        let named = builder.spawn(name).unwrap().join().unwrap();
        assert_eq!(named.as_deref(), Some("worker"));
        assert_eq!(name().as_deref(), Some("main"));
    });
}

#[test]
fn a_panic_that_nobody_joins_ends_its_thread_alone_and_is_told() {
    let executed = sometimes("completed", || {
        let thread = thread::spawn(|| panic!("unseen"));
        while !thread.is_finished() {}
    });
    let panic = executed.unhandled.expect("nobody took it");
    assert_eq!((panic.task, panic.message.as_str()), (1, "unseen"));
}

#[test]
fn a_panic_passed_on_by_join_is_told_as_the_first_one() {
    let executed = sometimes("panicked", || {
        thread::spawn(|| panic!("the cause")).join().unwrap();
    });
    let Outcome::Panicked(panic) = &executed.outcome else {
        panic!("it panicked");
    };
    assert_eq!(panic.message, "the cause");
}

#[test]
fn a_caught_panic_is_no_failure_and_leaves_nothing_behind() {
    always_completes(|| {
        let caught = panic::catch_unwind(|| panic!("caught"));
        assert!(caught.is_err());
        assert!(!thread::panicking());
        let lock = Mutex::new(());
        drop(lock.lock().unwrap());
        assert!(!lock.is_poisoned());
    });
}

#[test]
fn a_token_given_before_park_is_not_lost() {
    always_completes(|| {
        let main = thread::current();
        let thread = thread::spawn(move || main.unpark());
        thread.join().unwrap();
        thread::park();
    });
}

#[test]
fn deep_recursion_has_room() {
    fn deep(depth: u32) -> u32 {
        let pad = [depth; 16];
        if depth == 0 {
            0
        } else {
            deep(depth - 1) + pad[(depth % 16) as usize] - depth + 1
        }
    }
    always_completes(|| {
        assert_eq!(thread::spawn(|| deep(2000)).join().unwrap(), 2000);
    });
}

/// Joins its thread when it is dropped, as a pool does.
struct Worker(Option<thread::JoinHandle<()>>);

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}

#[test]
fn destructors_that_wait_do_not_abort_when_an_execution_is_given_up() {
    sometimes("deadlock", || {
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.lock().unwrap();
        let workers: Vec<_> = (0..2)
            .map(|_| {
                let lock = Arc::clone(&lock);
                Worker(Some(thread::spawn(move || drop(lock.lock().unwrap()))))
            })
            .collect();
        // The workers wait for the guard, which is dropped after them.
        drop(workers);
        drop(guard);
    });
}

#[test]
fn threads_and_their_ids_show_themselves_as_the_real_ones() {
    always_completes(|| {
        let main = thread::current();
        let shown = "Thread { id: ThreadId(1), name: Some(\"main\"), .. }";
        assert_eq!(format!("{main:?}"), shown);
        let other = thread::spawn(thread::current).join().unwrap();
        assert_ne!(main.id(), other.id());
        assert_eq!(main.id(), thread::current().id());
        assert_eq!(other.name(), None);
    });
}

#[test]
fn a_thread_may_borrow_if_somebody_promises_to_join_it() {
    always_completes(|| {
        let mut number = 1;
        let builder = thread::Builder::new().stack_size(1 << 16);
        // SAFETY: it is joined before `number` is used or dropped.
        let thread = unsafe { builder.spawn_unchecked(|| number += 1) };
        thread.unwrap().join().unwrap();
        assert_eq!(number, 2);
    });
}
