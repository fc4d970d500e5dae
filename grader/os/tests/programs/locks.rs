//! Semaphores and locks of several processes.

use std::{
    io::{Read as _, pipe},
    time::Duration,
};

use os::{Child, Lock, Semaphore, SharedMemory, Signal, fork};

use super::{
    shared::{name, two},
    waits::named,
};

pub(crate) fn posted() -> String {
    let semaphore = Semaphore::new(0).expect("there is room");
    let memory = SharedMemory::new(1).expect("there is room");
    let mut child = fork(|| {
        memory.store(0, 5);
        semaphore.post().map_or(1, |()| 0)
    })
    .expect("a child");
    semaphore.wait().expect("it is posted");
    let seen = memory.load(0);
    format!("{seen} {:?} {:?}", child.wait(), semaphore.value())
}

pub(crate) fn at_most_two() -> String {
    let places = Semaphore::new(2).expect("there is room");
    let first = places.try_wait().expect("it is there");
    let second = places.try_wait().expect("it is there");
    let third = places.try_wait().expect("it is there");
    let in_time = places
        .wait_timeout(Duration::from_millis(1))
        .expect("it is there");
    places.post().expect("there is room");
    let later = places
        .wait_timeout(Duration::from_mins(10))
        .expect("it is there");
    format!(
        "{first} {second} {third} {in_time} {later} {:?}",
        places.value()
    )
}

pub(crate) fn inside() -> String {
    let places = Semaphore::new(1).expect("there is room");
    let memory = SharedMemory::new(2).expect("there is room");
    two(|| {
        places.wait().expect("it is there");
        let others = memory.fetch_add(0, 1);
        memory.fetch_add(1, others);
        memory.fetch_add(0, u64::MAX);
        places.post().expect("it is there");
    });
    format!("{} {}", memory.load(0), memory.load(1))
}

pub(crate) fn place_lost() -> String {
    let places = Semaphore::new(1).expect("there is room");
    let mut child = holding(|| places.wait().is_ok());
    child.kill().expect("it is there");
    child.wait().expect("it ends");
    format!("{}", places.try_wait().expect("it is there"))
}

/// A child that takes something and keeps it, after it has said so.
fn holding(take: impl FnOnce() -> bool) -> Child {
    let (mut reads, writes) = pipe().expect("a pipe");
    let (mut never, held) = pipe().expect("a pipe");
    let child = fork(move || {
        if !take() {
            return 1;
        }
        drop(writes);
        let _held = held;
        never.read(&mut [0]).map_or(2, |_| 3)
    })
    .expect("a child");
    // The file ends when the child has closed it, too.
    assert_eq!(reads.read(&mut [0]).expect("it is open"), 0);
    child
}

pub(crate) fn limits() -> String {
    let largest = i32::MAX.unsigned_abs();
    let full = Semaphore::new(largest).expect("there is room");
    let errors = [named(full.post()), named(Semaphore::new(largest + 1))];
    format!(
        "{errors:?} {}",
        full.value().is_ok_and(|value| value == largest)
    )
}

pub(crate) fn by_name() -> String {
    let name = name("semaphore");
    let made = Semaphore::create(&name, 1).expect("it is new");
    let again = named(Semaphore::create(&name, 1));
    let mut child = fork(|| {
        let opened = Semaphore::open(&name).expect("it is there");
        i32::from(opened.try_wait().is_ok_and(|taken| taken))
    })
    .expect("a child");
    let exit = child.wait();
    let left = made.value().expect("it is there");
    // To open it again and to close that does not close this one.
    drop(Semaphore::open(&name).expect("it is there"));
    made.post().expect("it is open");
    Semaphore::unlink(&name).expect("it is there");
    let gone = [
        named(Semaphore::open(&name)),
        named(Semaphore::unlink(&name)),
    ];
    made.post().expect("it is there still");
    format!("{again} {exit:?} {left} {gone:?} {:?}", made.value())
}

pub(crate) fn busy() -> String {
    let lock = Lock::new().expect("there is room");
    let guard = lock.lock().expect("it is free");
    let mut child =
        fork(|| i32::from(lock.try_lock().is_ok_and(|guard| guard.is_none()))).expect("a child");
    let exit = child.wait();
    drop(guard);
    let free = lock.try_lock().is_ok_and(|guard| guard.is_some());
    format!("{exit:?} {free}")
}

pub(crate) fn guard_of_parent() -> String {
    let lock = Lock::robust().expect("there is room");
    let guard = lock.lock().expect("it is free");
    // Both processes drop what the child was given, and only this one gives the lock back.
    let mut child = fork(move || {
        drop(guard);
        0
    })
    .expect("a child");
    let guard = lock.lock().expect("it is free");
    let exit = child.wait();
    let mut other =
        fork(|| i32::from(lock.try_lock().is_ok_and(|guard| guard.is_none()))).expect("a child");
    let other_exit = other.wait();
    drop(guard);
    format!("{exit:?} {other_exit:?}")
}

pub(crate) fn robust() -> String {
    let lock = Lock::robust().expect("there is room");
    let mut child = holding(|| lock.lock().map(std::mem::forget).is_ok());
    let busy = lock.try_lock().expect("it is there").is_none();
    child.kill().expect("it is there");
    let mut guard = lock.lock().expect("the next one gets it");
    let told = guard.is_inconsistent();
    guard.make_consistent().expect("it is inconsistent");
    let again = named(guard.make_consistent());
    drop(guard);
    let later = lock.lock().expect("it is free").is_inconsistent();
    format!("{busy} {told} {again} {later} {:?}", child.wait())
}

pub(crate) fn not_recoverable() -> String {
    let lock = Lock::robust().expect("there is room");
    let mut child = fork(|| {
        // It ends with the lock.
        lock.lock().map_or(1, |guard| {
            std::mem::forget(guard);
            0
        })
    })
    .expect("a child");
    let exit = child.wait();
    let told = lock.lock().is_ok_and(|guard| guard.is_inconsistent());
    let errors = [named(lock.lock()), named(lock.try_lock())];
    format!("{exit:?} {told} {errors:?}")
}

pub(crate) fn stalled() -> String {
    let lock = Lock::new().expect("there is room");
    let mut child = holding(|| lock.lock().map(std::mem::forget).is_ok());
    child.signal(Signal::TERM).expect("it is there");
    let exit = child.wait();
    let is_taken = lock.try_lock().is_ok_and(|guard| guard.is_none());
    format!("{exit:?} {is_taken}")
}

pub(crate) fn panics() -> String {
    let lock = Lock::robust().expect("there is room");
    let mut child = fork(|| {
        let _guard = lock.lock().expect("it is free");
        panic!("on purpose")
    })
    .expect("a child");
    let exit = child.wait();
    // The guard was dropped on the way.
    let is_inconsistent = lock.lock().expect("it is free").is_inconsistent();
    format!("{exit:?} {is_inconsistent}")
}
