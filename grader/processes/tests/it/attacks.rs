//! What could break the thread that stands for a process. Written before the code was read again.

use std::hint::black_box;

use fs_err::read_dir;

use interleave::{Config, Granularity, Outcome, run, strategy::RandomWalk};
use kernel::{Answer, Children, Limits, Signal, SystemCall, WaitOptions, WaitStatus};

use crate::{
    calls::{close, end_of, fork, has_children, pipe, read, wait, write},
    harness::{Test, memory},
    search::{Said, execute, only, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_process_killed_in_the_middle_is_a_death", killed),
    ("a_stack_overflow_is_a_death", overflows),
    ("an_endless_loop_is_a_death", loops_forever),
    ("more_bytes_than_a_message_holds_arrive", long_writes),
    ("a_fork_bomb_is_an_error_and_the_same_each_time", bomb),
    ("an_orphan_is_adopted_and_can_be_waited_for", orphan),
    ("sixty_children_at_once", many),
    (
        "nothing_is_left_when_the_first_process_panics",
        panics_with_children,
    ),
    (
        "nothing_is_left_after_a_thousand_executions",
        leaves_nothing,
    ),
    (
        "a_descriptor_of_the_parent_closed_later_stays_open_in_the_child",
        descriptors,
    ),
    (
        "a_process_that_exits_twice_exits_once",
        exits_in_a_destructor,
    ),
    ("a_panic_that_is_caught_ends_nothing", caught),
];

fn killed() {
    let said = only(|said: &Said| {
        let child = fork(|| {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)
                .expect("it is allowed");
            0
        });
        say(said, &format!("{:?}", end_of(child)));
    });
    assert_eq!(said, format!("{:?}", WaitStatus::Signaled(Signal::KILL)));
}

#[expect(unconditional_recursion, reason = "it shall overflow")]
fn deep(number: u64) -> u64 {
    black_box(number) + deep(black_box(number + 1))
}

fn overflows() {
    let said = only(|said| {
        let child = fork(|| deep(0) as i32);
        say(said, &format!("{:?}", end_of(child)));
    });
    assert_eq!(said, format!("{:?}", WaitStatus::Signaled(Signal::SEGV)));
}

fn loops_forever() {
    let (said, _) = execute(
        |said| {
            let child = fork(|| {
                loop {
                    black_box(());
                }
            });
            say(said, &format!("{:?}", end_of(child)));
        },
        Granularity::Coarse,
        &mut RandomWalk::new(1),
    );
    assert_eq!(said, format!("{:?}", WaitStatus::Signaled(Signal::XCPU)));
}

fn long_writes() {
    let said = only(|said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            close(reads);
            let mut left = vec![b'x'; 200_000];
            while !left.is_empty() {
                let bytes = left.clone();
                match processes::call(SystemCall::Write { fd: writes, bytes }) {
                    Ok(Answer::Number(count)) => left.drain(..count as usize),
                    other => panic!("{other:?}"),
                };
            }
            0
        });
        close(writes);
        let mut count = 0;
        loop {
            let call = SystemCall::Read {
                fd: reads,
                count: 150_000,
            };
            match processes::call(call) {
                Ok(Answer::Bytes(bytes)) if bytes.is_empty() => break,
                Ok(Answer::Bytes(bytes)) => count += bytes.len(),
                other => panic!("{other:?}"),
            }
        }
        say(said, &format!("{count} {}", wait(child)));
    });
    assert_eq!(said, "200000 0");
}

fn bomb() {
    for seed in 0..10 {
        let (said, _) = execute(
            |said| {
                let mut count = 0;
                let errno = loop {
                    match processes::fork(|| 0) {
                        Ok(_) => count += 1,
                        Err(errno) => break errno,
                    }
                };
                say(said, &format!("{count} {errno:?}"));
            },
            Granularity::Coarse,
            &mut RandomWalk::new(seed),
        );
        // Also those that have ended count, until they are waited for.
        let most = Limits::default().processes - 1;
        assert_eq!(said, format!("{most} EAGAIN"), "seed {seed}");
    }
}

fn orphan() {
    let (outcomes, _) = search(|said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            fork(|| {
                read(reads);
                9
            });
            7
        });
        let first = wait(child);
        write(writes, "go on");
        let children = Children::Any;
        let options = WaitOptions::ENDS;
        let second = processes::call(SystemCall::Wait { children, options });
        let Ok(Answer::Waited(Some(second))) = second else {
            panic!("{second:?}");
        };
        say(
            said,
            &format!("{first} {:?} {}", second.status, has_children()),
        );
    });
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), ["7 Exited(9) false"]);
}

fn many() {
    let (said, _) = execute(
        |said| {
            let children: Vec<_> = (0..60).map(|number| fork(move || number)).collect();
            let sum: u32 = children
                .into_iter()
                .map(|child| u32::from(wait(child)))
                .sum();
            say(said, &sum.to_string());
        },
        Granularity::Coarse,
        &mut RandomWalk::new(3),
    );
    assert_eq!(said, "1770");
}

fn descriptors_open() -> usize {
    read_dir("/proc/self/fd").expect("there is /proc").count()
}

fn panics_with_children() {
    let (_, executed) = execute(
        |_| {
            let [reads, _writes] = pipe();
            for _ in 0..3 {
                fork(|| {
                    read(reads);
                    0
                });
            }
            panic!("on purpose");
        },
        Granularity::Coarse,
        &mut RandomWalk::new(1),
    );
    assert!(
        matches!(executed.outcome, Outcome::Panicked(_)),
        "{executed:?}"
    );
    assert_eq!(real_children(), 0);
}

fn leaves_nothing() {
    let before = descriptors_open();
    for seed in 0..1000 {
        run(Config::default(), &mut RandomWalk::new(seed), || {
            processes::stage(Limits::default(), memory(1)).expect("shared memory");
            let [reads, _writes] = pipe();
            // One ends, one waits forever, and one is never waited for.
            wait(fork(|| 0));
            fork(|| {
                read(reads);
                0
            });
            fork(|| 1);
        });
    }
    assert_eq!((real_children(), descriptors_open()), (0, before));
}

fn descriptors() {
    let said = only(|said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            write(writes, "still here");
            0
        });
        close(writes);
        let text = read(reads);
        say(said, &format!("{text} {}", wait(child)));
    });
    assert_eq!(said, "still here 0");
}

fn exits_in_a_destructor() {
    struct Exits;
    impl Drop for Exits {
        fn drop(&mut self) {
            processes::exit(3);
        }
    }
    let said = only(|said| {
        let child = fork(|| {
            let _exits = Exits;
            panic!("on purpose");
        });
        say(said, &format!("{:?}", end_of(child)));
    });
    assert_eq!(said, "Exited(3)");
}

fn caught() {
    let said = only(|said| {
        let child = fork(|| {
            let caught = std::panic::catch_unwind(|| panic!("on purpose"));
            i32::from(caught.is_err()) + 4
        });
        say(said, &wait(child).to_string());
    });
    assert_eq!(said, "5");
}

/// How many children this process really has, when it remembers nothing any more.
pub(crate) fn real_children() -> usize {
    processes::forget();
    children().len()
}

/// The children that this process really has.
pub(crate) fn children() -> Vec<i32> {
    let tasks = fs_err::read_dir("/proc/self/task").expect("there is /proc");
    let children = tasks.flat_map(|task| {
        let path = task.expect("it can be read").path().join("children");
        let text = fs_err::read_to_string(path).expect("it can be read");
        let numbers: Vec<i32> = text.split_whitespace().flat_map(str::parse).collect();
        numbers
    });
    children.collect()
}
