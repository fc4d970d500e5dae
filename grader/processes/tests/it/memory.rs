//! Each process has memory of its own.

use std::{
    cell::Cell,
    panic::Location,
    rc::Rc,
    sync::atomic::{AtomicU32, Ordering},
};

use interleave::{
    Handle,
    objects::mutex::{self, Mutex},
};

use crate::{
    calls::{fork, wait},
    harness::Test,
    search::{Said, only, say},
};

pub(crate) const TESTS: &[Test] = &[
    ("statics_heap_and_stack_are_copies", copies),
    ("a_mutex_held_at_the_fork_is_never_free", held_mutex),
];

static COUNT: AtomicU32 = AtomicU32::new(0);

thread_local! {
    static LOCAL: Cell<u32> = const { Cell::new(0) };
}

fn copies() {
    let said = only(|said: &Said| {
        COUNT.store(1, Ordering::Relaxed);
        LOCAL.set(2);
        let heap = Rc::new(Cell::new(3));
        let mut stack = 4;
        let child = fork(|| {
            let before = COUNT.load(Ordering::Relaxed) + LOCAL.get() + heap.get() + stack;
            COUNT.store(100, Ordering::Relaxed);
            LOCAL.set(100);
            heap.set(100);
            stack = 100;
            (before + stack).cast_signed()
        });
        let status = wait(child);
        let after = (
            COUNT.load(Ordering::Relaxed),
            LOCAL.get(),
            heap.get(),
            stack,
        );
        *said.borrow_mut() = format!("{status} {after:?}");
    });
    assert_eq!(said, "110 (1, 2, 3, 4)");
}

fn held_mutex() {
    let said = only(|said| {
        let here = Location::caller();
        let handle = Handle::<Mutex>::new();
        let mutex = handle.resolve(std::ptr::null_mut(), 0);
        mutex::lock(mutex, here);
        let child = fork(|| {
            mutex::lock(mutex, here);
            0
        });
        mutex::unlock(mutex, None, here);
        say(said, "unlocked");
        wait(child);
    });
    assert_eq!(said, "unlocked 2 wait");
}
