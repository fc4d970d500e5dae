//! What could break shared memory, semaphores and locks of the simulated kernel, and what only it can show.
//! Written before the code was read again.

use std::ptr;

use interleave::{
    Config, Granularity, Outcome, run,
    strategy::{Dpor, RandomWalk},
};
use kernel::Limits;
use os::{Lock, Semaphore, SharedMemory, Signal, SignalPipe};
use processes::Memory;
use std_system::thread;

use crate::{
    harness::{Test, memory},
    lives::{error, fork, status, wait},
    search::{Said, execute, only, sampled, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("who_locks_a_lock_again_waits_for_ever", again),
    ("two_locks_in_other_orders_are_a_deadlock", crossed),
    ("a_place_that_nobody_gives_back_is_waited_for", no_place),
    ("nothing_is_left_of_an_execution_for_the_next", leaks),
    ("there_is_no_memory_at_the_address_of_shared_words", raw),
    ("a_segment_that_is_too_large_is_an_error", too_large),
    ("threads_and_children_share_a_lock", threads),
    ("a_word_that_never_changes_is_no_progress", spins),
    ("a_handler_may_change_a_word", handler),
    ("moments_that_cannot_be_are_errors", moments),
    ("mappings_that_cannot_be_are_errors", mappings),
    ("accesses_are_steps_of_the_trace", traced),
    ("a_child_with_shared_memory_is_remembered", remembered),
    ("increments_of_two_children_are_reduced", reduced),
    ("words_that_are_different_are_not_ordered", different),
    (
        "shared_objects_of_c_are_real_outside_of_an_execution",
        outside,
    ),
];

fn again() {
    let (outcomes, _) = search(|said: &Said| {
        let lock = Lock::new().expect("there is room");
        let child = fork(|| {
            let _first = lock.lock();
            let _second = lock.lock();
            0
        });
        say(said, &format!("{:?}", wait(child, 0)));
    });
    // A call that would wait when all is over fails.
    let ended = format!("Err({}) 2 wait", libc::ECANCELED);
    assert_eq!(outcomes.into_keys().collect::<Vec<_>>(), [ended]);
}

fn crossed() {
    let (outcomes, _) = search(|said| {
        let (one, other) = (Lock::new(), Lock::new());
        let (one, other) = (one.expect("there is room"), other.expect("there is room"));
        let both = |first: &Lock, second: &Lock| {
            let _first = first.lock().expect("it can be had");
            let _second = second.lock().expect("it can be had");
            5
        };
        let child = fork(|| both(&one, &other));
        both(&other, &one);
        say(said, &status(child).to_string());
    });
    assert_eq!(outcomes.into_keys().collect::<Vec<_>>(), [" 2 wait", "5"]);
}

fn no_place() {
    let (outcomes, _) = search(|said| {
        let places = Semaphore::new(1).expect("there is room");
        for _ in 0..2 {
            fork(|| i32::from(places.wait().is_err()));
        }
        let ends = [wait(-1, 0), wait(-1, 0)];
        say(said, &format!("{ends:?}"));
    });
    let ended = format!("[Ok(Some(0)), Err({})] 2 wait", libc::ECANCELED);
    assert_eq!(outcomes.into_keys().collect::<Vec<_>>(), [ended]);
}

fn leaks() {
    let program = |said: &Said| {
        let memory = SharedMemory::new(1 << 16).expect("there is room");
        let places = Semaphore::create("places", 1).expect("it is new");
        let lock = Lock::new().expect("there is room");
        let before = memory.fetch_add(7, 1);
        let is_new = places.try_wait().is_ok_and(|taken| taken);
        let is_free = lock
            .try_lock()
            .is_ok_and(|guard| guard.map(std::mem::forget).is_some());
        let child = fork(|| i32::from(memory.load(7) == 1));
        say(
            said,
            &format!("{before} {is_new} {is_free} {}", status(child)),
        );
        std::mem::forget((memory, places, lock));
    };
    let found = sampled(program, 1, 1_500);
    assert!(found.len() >= 1_000, "{}", found.len());
    assert!(
        found.iter().all(|found| found == "0 true true 1"),
        "{:?}",
        found.first()
    );
}

fn raw() {
    let said = only(|said| {
        let child = fork(|| {
            let (access, flags) = (
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_ANONYMOUS,
            );
            // SAFETY: that it ends the process is what is tested.
            unsafe {
                let word = libc::mmap(ptr::null_mut(), 8, access, flags, -1, 0);
                word.cast::<u64>().write_volatile(1);
            }
            0
        });
        let word = wait(child, 0).expect("it is a child").expect("it ends");
        say(said, &format!("{}", libc::WTERMSIG(word)));
    });
    assert_eq!(said, libc::SIGSEGV.to_string());
}

fn too_large() {
    let said = only(|said| {
        let large = SharedMemory::new(1 << 40).map(drop);
        let small = SharedMemory::new(1).map(|memory| memory.load(0));
        let number = large.map_err(|error| error.raw_os_error());
        say(said, &format!("{number:?} {small:?}"));
    });
    assert_eq!(said, format!("Err({:?}) Ok(0)", Some(libc::ENOMEM)));
}

fn threads() {
    let said = only(|said| {
        let lock = Lock::new().expect("there is room");
        let memory = SharedMemory::new(1).expect("there is room");
        let increment = || {
            let _guard = lock.lock().expect("it can be had");
            memory.store(0, memory.load(0) + 1);
        };
        let child = fork(|| {
            increment();
            0
        });
        thread::scope(|scope| {
            scope.spawn(increment);
            increment();
        });
        let status = status(child);
        say(said, &format!("{status} {}", memory.load(0)));
    });
    assert_eq!(said, "0 3");
}

fn spins() {
    let program = |said: &Said| {
        let memory = SharedMemory::new(1).expect("there is room");
        let child = fork(|| {
            while memory.load(0) == 0 {}
            0
        });
        say(said, &format!("{:?}", wait(child, 0)));
    };
    let mut strategy = RandomWalk::new(1);
    let (_, executed) = execute(program, Granularity::Releases, &mut strategy);
    assert!(
        matches!(executed.outcome, Outcome::NoProgress(_)),
        "{:?}",
        executed.outcome
    );
}

fn handler() {
    let said = only(|said| {
        let signals = SignalPipe::new(&[Signal::USR1]).expect("there is room");
        let memory = SharedMemory::new(1).expect("there is room");
        let child = fork(|| {
            memory.store(0, 1);
            os::kill(1, Signal::USR1).map_or(1, |()| 0)
        });
        let signal = signals.read().expect("it comes");
        say(
            said,
            &format!("{signal} {} {}", memory.load(0), status(child)),
        );
    });
    assert_eq!(said, "SIGUSR1 1 0");
}

fn moments() {
    let said = only(|said| {
        let name = c"moments".as_ptr();
        // SAFETY: the name ends in a zero byte, and what is passed is valid.
        let errors = unsafe {
            let semaphore = libc::sem_open(name, libc::O_CREAT, 0o600, 0);
            let again = libc::sem_open(name, 0);
            assert_eq!(semaphore, again);
            let times = [(1, -1), (1, 1_000_000_000), (-5, 0), (0, 0)];
            let times = times.map(|(tv_sec, tv_nsec)| libc::timespec { tv_sec, tv_nsec });
            times.map(|time| (libc::sem_timedwait(semaphore, &raw const time), error()))
        };
        say(said, &format!("{errors:?}"));
    });
    let (invalid, late) = ((-1, libc::EINVAL), (-1, libc::ETIMEDOUT));
    assert_eq!(said, format!("{:?}", [invalid, invalid, late, late]));
}

fn mappings() {
    let said = only(|said| {
        let map = |length, protection, flags, fd| {
            // SAFETY: where there is new memory, nobody uses it.
            let made = unsafe { libc::mmap(ptr::null_mut(), length, protection, flags, fd, 0) };
            (made == libc::MAP_FAILED).then(error)
        };
        let both = libc::PROT_READ | libc::PROT_WRITE;
        let anonymous = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
        let [reads, _] = crate::pipes::pipe();
        let found = [
            map(0, both, anonymous, -1),
            map(8, both, libc::MAP_SHARED, 99),
            map(8, both, libc::MAP_SHARED, reads),
            map(8, libc::PROT_READ, anonymous, -1),
            map(8, both, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1),
        ];
        say(said, &format!("{found:?}"));
    });
    let errors = [libc::EINVAL, libc::EBADF, libc::ENODEV].map(Some);
    let [empty, closed, no_memory] = errors;
    assert_eq!(
        said,
        format!("{:?}", [empty, closed, no_memory, None, None])
    );
}

fn traced() {
    let config = Config {
        traced: true,
        ..Config::default()
    };
    let executed = run(config, &mut RandomWalk::new(1), move || {
        processes::stage(Limits::default(), memory(77)).expect("shared memory");
        let memory = SharedMemory::new(2).expect("there is room");
        let child = fork(|| {
            memory.fetch_add(1, 5);
            0
        });
        status(child);
    });
    let trace = format!("{:?}", executed.trace);
    for call in [
        "MAP_SHARED|MAP_ANONYMOUS, -1, 0) = segment ",
        "atomic_fetch_add(segment ",
    ] {
        assert!(trace.contains(call), "{trace}");
    }
}

fn remembered() {
    let program = |said: &Said| {
        let memory = SharedMemory::new(1).expect("there is room");
        let lock = Lock::new().expect("there is room");
        let children: Vec<_> = (0..3)
            .map(|_| {
                fork(|| {
                    let _guard = lock.lock().expect("it can be had");
                    memory.store(0, memory.load(0) + 1);
                    0
                })
            })
            .collect();
        for child in children {
            status(child);
        }
        say(said, &memory.load(0).to_string());
    };
    processes::forget();
    let (mut search, mut executions) = (Dpor::new(), 0);
    loop {
        let config = Config {
            granularity: Granularity::Coarse,
            ..Config::default()
        };
        let said = Said::default();
        let saying = std::rc::Rc::clone(&said);
        let executed = run(config, &mut search, move || {
            processes::stage(Limits::default(), Memory::Of(1)).expect("shared memory");
            program(&saying);
        });
        assert_eq!(&*said.borrow(), "3");
        assert!(matches!(executed.outcome, Outcome::Completed));
        executions += 1;
        if !search.advance() {
            break;
        }
    }
    let forks = processes::extent().forks;
    assert!(executions >= 6, "{executions}");
    // A template, the processes that did something new, and those that are compared, of each child.
    assert!(forks <= 3 * 8, "{forks} in {executions}");
    processes::forget();
}

fn reduced() {
    let (outcomes, executions) = search(|said| {
        let memory = SharedMemory::new(1).expect("there is room");
        let children = [(); 2].map(|()| {
            fork(|| {
                memory.fetch_add(0, 1);
                0
            })
        });
        let statuses = children.map(status);
        say(said, &format!("{statuses:?} {}", memory.load(0)));
    });
    assert_eq!(outcomes.into_keys().collect::<Vec<_>>(), ["[0, 0] 2"]);
    assert_eq!(executions, 2);
}

fn different() {
    let (outcomes, executions) = search(|said| {
        let memory = SharedMemory::new(4).expect("there is room");
        let children = [0, 1, 2].map(|word| {
            fork(|| {
                memory.store(word, 7);
                i32::from(memory.load(3) == 0)
            })
        });
        let statuses = children.map(status);
        let words = [0, 1, 2].map(|word| memory.load(word));
        say(said, &format!("{statuses:?} {words:?}"));
    });
    assert_eq!(
        outcomes.into_keys().collect::<Vec<_>>(),
        ["[1, 1, 1] [7, 7, 7]"]
    );
    assert_eq!(executions, 1);
}

fn outside() {
    let memory = SharedMemory::new(1).expect("there is room");
    let (lock, places) = (Lock::robust(), Semaphore::new(0));
    let (lock, places) = (lock.expect("there is room"), places.expect("there is room"));
    let child = fork(|| {
        let _guard = lock.lock().expect("it is free");
        memory.store(0, 6);
        places.post().map_or(1, |()| 0)
    });
    places.wait().expect("it is posted");
    let _guard = lock.lock().expect("it is given back");
    assert_eq!(
        (
            memory.compare_exchange(0, 6, 8),
            memory.load(0),
            status(child)
        ),
        (Ok(6), 8, 0)
    );
}
