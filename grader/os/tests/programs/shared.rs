//! Shared memory and its words.

use std::{mem, process};

use os::{Child, Exit, Lock, SharedMemory, fork};

use super::waits::named;

/// Two children that do the same, and then this process goes on.
pub(crate) fn two(body: impl Fn()) {
    let start = || {
        fork(|| {
            body();
            0
        })
        .expect("a child")
    };
    let mut children: [Child; 2] = [start(), start()];
    for child in &mut children {
        assert_eq!(child.wait().expect("it is there"), Exit::Code(0));
    }
}

pub(crate) fn seen() -> String {
    let memory = SharedMemory::new(3).expect("there is room");
    let mut child = fork(|| {
        let first = memory.fetch_add(2, u64::MAX);
        memory.store(1, 5);
        i32::from(first == 0 && memory.len() == 3)
    })
    .expect("a child");
    let exit = child.wait();
    let words = [0, 1, 2].map(|word| memory.load(word));
    format!("{exit:?} {words:?} {}", memory.swap(2, 1) == u64::MAX)
}

pub(crate) fn lost() -> String {
    let memory = SharedMemory::new(1).expect("there is room");
    two(|| memory.store(0, memory.load(0) + 1));
    memory.load(0).to_string()
}

pub(crate) fn added() -> String {
    let memory = SharedMemory::new(1).expect("there is room");
    two(|| {
        memory.fetch_add(0, 1);
    });
    memory.load(0).to_string()
}

pub(crate) fn exchanged() -> String {
    let memory = SharedMemory::new(1).expect("there is room");
    two(|| {
        let mut current = memory.load(0);
        while let Err(found) = memory.compare_exchange(0, current, current + 1) {
            current = found;
        }
    });
    memory.load(0).to_string()
}

pub(crate) fn locked() -> String {
    let memory = SharedMemory::new(1).expect("there is room");
    let lock = Lock::new().expect("there is room");
    two(|| {
        let _guard = lock.lock().expect("it can be had");
        memory.store(0, memory.load(0) + 1);
    });
    memory.load(0).to_string()
}

pub(crate) fn private() -> String {
    let mut plain = 1;
    let shared = SharedMemory::new(1).expect("there is room");
    let mut child = fork(|| {
        plain += 1;
        shared.store(0, 9);
        plain
    })
    .expect("a child");
    let exit = child.wait();
    format!("{exit:?} {plain} {}", shared.load(0))
}

pub(crate) fn grandchild() -> String {
    let memory = SharedMemory::new(2).expect("there is room");
    let mut child = fork(|| {
        let own = SharedMemory::new(1).expect("there is room");
        let mut child = fork(|| {
            own.store(0, 3);
            memory.store(0, 4);
            0
        })
        .expect("a child");
        child.wait().expect("it is there");
        memory.store(1, own.load(0));
        drop(own);
        i32::from(memory.load(0) == 4)
    })
    .expect("a child");
    let exit = child.wait();
    format!("{exit:?} {} {}", memory.load(0), memory.load(1))
}

pub(crate) fn given_back() -> String {
    let memory = SharedMemory::new(1).expect("there is room");
    let other = SharedMemory::new(1).expect("there is room");
    memory.store(0, 1);
    let mut child = fork(move || {
        drop(memory);
        other.store(0, 2);
        let again = SharedMemory::new(1).expect("there is room");
        i32::from(again.load(0) == 0 && other.load(0) == 2)
    })
    .expect("a child");
    format!("{:?}", child.wait())
}

pub(crate) fn kept() -> String {
    let memory = SharedMemory::new(1).expect("there is room");
    let memory = &memory;
    let copy = || {
        // What a child gives back is its own.
        let own = SharedMemory::new(4_096).expect("there is room");
        own.store(4_095, 8);
        drop(own);
        memory.fetch_add(0, 1);
        0
    };
    let mut child = fork(copy).expect("a child");
    child.wait().expect("it is there");
    memory.fetch_add(0, 1);
    memory.load(0).to_string()
}

pub(crate) fn bounds() -> String {
    let memory = SharedMemory::new(2).expect("there is room");
    let mut beyond = fork(|| memory.load(2) as i32).expect("a child");
    let mut far = fork(|| {
        memory.store(usize::MAX, 1);
        0
    })
    .expect("a child");
    let exits = [beyond.wait(), far.wait()];
    let errors = [
        named(SharedMemory::new(0)),
        named(SharedMemory::new(usize::MAX)),
        named(SharedMemory::new(usize::MAX / 8)),
    ];
    format!("{exits:?} {errors:?}")
}

/// A name that no other test has.
pub(crate) fn name(of: &str) -> String {
    format!("/os-tests-{}-{of}", process::id())
}

pub(crate) fn by_name() -> String {
    let name = name("by-name");
    let made = SharedMemory::create(&name, 2).expect("it is new");
    let again = named(SharedMemory::create(&name, 2));
    let mut child = fork(|| {
        let opened = SharedMemory::open(&name).expect("it is there");
        opened.store(1, 6);
        i32::try_from(opened.len()).unwrap_or(99)
    })
    .expect("a child");
    let exit = child.wait();
    SharedMemory::unlink(&name).expect("it is there");
    let gone = [
        named(SharedMemory::open(&name)),
        named(SharedMemory::unlink(&name)),
    ];
    // The memory is there still, and another one can have the name.
    let other = SharedMemory::create(&name, 2).expect("it is new");
    let words = [made.load(1), other.load(1)];
    SharedMemory::unlink(&name).expect("it is there");
    format!("{again} {exit:?} {gone:?} {words:?}")
}

pub(crate) fn twice() -> String {
    let name = name("twice");
    let one = SharedMemory::create(&name, 1).expect("it is new");
    let other = SharedMemory::open(&name).expect("it is there");
    SharedMemory::unlink(&name).expect("it is there");
    one.store(0, 2);
    let seen = other.load(0);
    drop(one);
    format!("{seen} {}", other.fetch_add(0, 1))
}

pub(crate) fn no_name() -> String {
    let errors = [
        named(SharedMemory::create("", 1)),
        named(SharedMemory::create("/a/b", 1)),
        named(SharedMemory::open("/os-tests-nobody-made-this")),
        named(SharedMemory::create(&name("no-words"), 0)),
        named(SharedMemory::open(&name("no-words"))),
    ];
    format!("{errors:?}")
}

pub(crate) fn zero_byte() -> String {
    let made = SharedMemory::create("a\0b", 1);
    format!("{:?}", made.map(mem::drop).map_err(|error| error.kind()))
}
