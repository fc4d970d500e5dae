//! What a system may choose to do in a call: what comes of it, by enumeration and by reduction.
//!
//! Longer: `INTERLEAVE_PROGRAMS=20000 cargo test --release -p interleave --test system choices`.

use std::collections::BTreeSet;

use interleave::{
    Choice, Config, Effect, Granularity, Surprise, SystemChoices,
    strategy::{Bounded, Follow},
};
use kernel::{
    Children, EventCall, Events, LockKind, Locking, MessageFlags, MutexCall, OpenFlags, PollFd,
    Robustness, SemaphoreCall, SocketCall, SystemCall, WaitOptions,
};
use proptest::prelude::*;

use crate::{
    clocks::{
        accept, closing, connect, flock, listening, mutex, new_pipe, opening, pair, poll, read,
        recv, semaphore, send, socket, write,
    },
    differential::{calls, compare_with},
    programs::{
        Action, LIMITS, Program, call, close, enumerated_with, execute, pipe, reduced_with, wait,
    },
    signals,
};

const NONE: SystemChoices = SystemChoices {
    short_transfers: false,
    interrupted_calls: false,
    connection_resets: false,
    reaping_order: false,
};
const SHORT: SystemChoices = SystemChoices {
    short_transfers: true,
    ..NONE
};
const INTERRUPTED: SystemChoices = SystemChoices {
    interrupted_calls: true,
    ..NONE
};
const RESET: SystemChoices = SystemChoices {
    connection_resets: true,
    ..NONE
};
const REAPED: SystemChoices = SystemChoices {
    reaping_order: true,
    ..NONE
};
const ALL: SystemChoices = SystemChoices {
    short_transfers: true,
    interrupted_calls: true,
    connection_resets: true,
    reaping_order: true,
};

/// All that the process of this name says in any execution.
fn said(program: &Program, system: SystemChoices, name: &str) -> BTreeSet<String> {
    let (all, _) = enumerated_with(program, system, 50_000).expect("there are not so many");
    let (found, _) = reduced_with(program, system, 50_000).expect("there are not so many");
    assert!(all.keys().eq(found.keys()), "{all:#?} {found:#?}");
    let begin = format!("\"{name}\": [");
    let results = all.keys().filter_map(|told| {
        let (_, results) = told.split_once(&begin)?;
        let (results, _) = results.split_once("\"]")?;
        Some(results.replace("\\\"", "'").replace('"', ""))
    });
    results.collect()
}

fn first(calls: Vec<SystemCall>) -> Program {
    calls.into_iter().map(call).collect()
}

fn last(said: &BTreeSet<String>) -> BTreeSet<&str> {
    let last = said.iter().map(|said| said.rsplit(", ").next());
    last.map(|last| last.expect("it has said something"))
        .collect()
}

#[test]
fn a_read_gives_all_or_half_or_one_byte() {
    for pair in [new_pipe(), pair()] {
        let ends = [pair, write(4, 1), write(4, 1), read(3, 9)];
        let said = said(&first(ends.to_vec()), SHORT, "0");
        assert_eq!(last(&said), BTreeSet::from(["'x'", "'xx'"]));
    }
    let calls = vec![new_pipe(), write(4, 9), read(3, 8)];
    let said = said(&first(calls), SHORT, "0");
    let expected = ["'x'", "'xxxx'", "'xxxxxxxx'"];
    assert_eq!(last(&said), BTreeSet::from(expected));
}

#[test]
fn a_send_takes_all_or_one_byte_and_a_write_to_a_pipe_is_never_torn_apart() {
    let calls = vec![pair(), write(4, LIMITS.socket_bytes)];
    let of_socket = said(&first(calls), SHORT, "0");
    assert_eq!(
        last(&of_socket),
        BTreeSet::from(["Ok(Number(1))", "Ok(Number(2))"])
    );
    let calls = vec![new_pipe(), write(4, 4096)];
    let of_pipe = said(&first(calls), SHORT, "0");
    assert_eq!(last(&of_pipe), BTreeSet::from(["Ok(Number(4096))"]));
}

#[test]
fn a_longer_write_to_a_pipe_ends_early_instead_of_waiting() {
    let mut program = first(vec![new_pipe()]);
    program.push(Action::Fork(first(vec![read(3, 4096), read(3, 4096)])));
    program.push(call(write(4, 5000)));
    let said = said(&program, SHORT, "0");
    let counts = last(&said);
    for count in ["Ok(Number(1))", "Ok(Number(2048))", "Ok(Number(5000))"] {
        assert!(counts.contains(count), "{counts:?}");
    }
}

#[test]
fn files_and_what_is_not_asked_for_transfer_all() {
    let file = first(vec![opening(), write(3, 5), opening(), read(4, 9)]);
    assert_eq!(last(&said(&file, ALL, "0")), BTreeSet::from(["'xxxxx'"]));
    let pipe = first(vec![new_pipe(), write(4, 5), read(3, 9)]);
    for others in [NONE, INTERRUPTED, RESET, REAPED] {
        assert_eq!(last(&said(&pipe, others, "0")), BTreeSet::from(["'xxxxx'"]));
    }
}

#[test]
fn a_peek_and_a_read_of_nothing_or_of_one_byte_are_not_shorter() {
    let peek = SystemCall::Socket(SocketCall::Recv {
        fd: 3,
        count: 9,
        flags: MessageFlags::PEEK,
    });
    let peeks = first(vec![pair(), write(4, 2), peek]);
    let said_of = |program| said(&program, SHORT, "0");
    let all = said_of(peeks);
    assert!(last(&all).contains("'xx'"), "{all:?}");
    let one = said_of(first(vec![new_pipe(), write(4, 1), read(3, 9)]));
    assert_eq!(last(&one), BTreeSet::from(["'x'"]));
    let none = said_of(first(vec![new_pipe(), write(4, 2), read(3, 0)]));
    assert_eq!(last(&none), BTreeSet::from(["''"]));
}

#[test]
fn each_process_is_surprised_once() {
    let calls = vec![new_pipe(), write(4, 3), read(3, 3), read(3, 9)];
    let said = said(&first(calls), SHORT, "0");
    let reads: BTreeSet<_> = said
        .iter()
        .map(|said| said.split(", ").skip(3).collect::<Vec<_>>().join(" "))
        .collect();
    // The second read gets all that is left; without anything left it would wait for ever.
    assert!(reads.contains("'x' 'xx'"), "{reads:?}");
    assert!(!reads.contains("'x' 'x'"), "{reads:?}");
}

/// Calls that wait for what a child does, each after what comes before.
fn waits() -> Vec<(&'static str, Vec<SystemCall>, Vec<SystemCall>, SystemCall)> {
    let init = || SystemCall::Semaphore(SemaphoreCall::Init { value: 0 });
    let any = SystemCall::Wait {
        children: Children::Any,
        options: WaitOptions::ENDS,
    };
    vec![
        ("read", vec![new_pipe()], vec![write(4, 1)], read(3, 1)),
        (
            "write",
            vec![new_pipe(), write(4, 4096)],
            vec![read(3, 4096)],
            write(4, 1),
        ),
        ("recv", vec![pair()], vec![send(4, 1)], recv(3)),
        (
            "send",
            vec![pair(), send(4, LIMITS.socket_bytes)],
            vec![recv(3), recv(3)],
            send(4, 1),
        ),
        ("wait", vec![], vec![], any),
        (
            "accept",
            listening(3),
            vec![socket(), connect(4)],
            accept(3),
        ),
        (
            "poll",
            vec![new_pipe()],
            vec![write(4, 1)],
            poll(3, Events::IN),
        ),
        (
            "sem_wait",
            vec![init()],
            vec![semaphore(|id| SemaphoreCall::Post { id })],
            semaphore(|id| SemaphoreCall::Wait { id, until: None }),
        ),
        (
            "flock",
            vec![
                opening(),
                opening(),
                flock(3, Locking::Lock(LockKind::Exclusive)),
            ],
            vec![flock(3, Locking::Unlock)],
            flock(4, Locking::Lock(LockKind::Exclusive)),
        ),
    ]
}

#[test]
fn a_call_that_waits_is_interrupted_or_not() {
    for (name, before, passes, waits) in waits() {
        let mut program = first(before);
        program.push(Action::Fork(first(passes)));
        program.push(call(waits));
        let usual = said(&program, NONE, "0");
        assert!(!last(&usual).contains("Err(EINTR)"), "{name}: {usual:#?}");
        let told = said(&program, INTERRUPTED, "0");
        assert!(last(&told).contains("Err(EINTR)"), "{name}: {told:#?}");
        assert!(usual.is_subset(&told), "{name}: {told:#?}");
    }
}

#[test]
fn a_call_that_need_not_wait_is_not_interrupted() {
    let calls = vec![
        new_pipe(),
        write(4, 2),
        read(3, 1),
        opening(),
        flock(5, Locking::Lock(LockKind::Exclusive)),
    ];
    let told = said(&first(calls), INTERRUPTED, "0");
    assert_eq!(told.len(), 1, "{told:#?}");
}

#[test]
fn who_waits_for_ever_is_interrupted_or_waits_for_ever() {
    let program = first(vec![new_pipe(), read(3, 1)]);
    let (all, _) = enumerated_with(&program, INTERRUPTED, 100).expect("there are not so many");
    let (found, _) = reduced_with(&program, INTERRUPTED, 100).expect("there are not so many");
    assert!(all.keys().eq(found.keys()), "{all:#?} {found:#?}");
    let waits = all.keys().filter(|told| told.ends_with("1 wait")).count();
    let ends = all.keys().filter(|told| told.contains("EINTR")).count();
    assert_eq!((waits, ends, all.len()), (1, 1, 2), "{all:#?}");
}

#[test]
fn a_mutex_is_waited_for_again_by_itself() {
    let robustness = Robustness::Robust;
    let init = SystemCall::Mutex(MutexCall::Init { robustness });
    let lock = || mutex(|id| MutexCall::Lock { id });
    let program = vec![
        call(init),
        Action::Fork(first(vec![lock(), mutex(|id| MutexCall::Unlock { id })])),
        call(lock()),
    ];
    let told = said(&program, INTERRUPTED, "0");
    assert!(!told.iter().any(|told| told.contains("EINTR")), "{told:#?}");
}

#[test]
fn an_interrupted_write_gives_what_is_written() {
    let mut program = first(vec![new_pipe()]);
    program.push(Action::Fork(first(vec![read(3, 4096)])));
    program.push(call(write(4, 5000)));
    let told = said(&program, INTERRUPTED, "0");
    assert!(last(&told).contains("Ok(Number(4096))"), "{told:#?}");
}

/// Sockets that are connected: 4 in the child, which has connected, and 5 in its parent.
fn connected(of_child: Vec<SystemCall>, of_parent: Vec<SystemCall>) -> Program {
    let mut program = first(listening(3));
    let child = [vec![socket(), connect(4)], of_child].concat();
    program.push(Action::Fork(first(child)));
    program.push(call(accept(3)));
    program.extend(first(of_parent));
    program
}

#[test]
fn a_connection_is_reset_for_both_or_for_none() {
    let program = connected(vec![send(4, 1)], vec![recv(4), recv(4)]);
    let usual = said(&program, NONE, "0");
    assert!(!usual.iter().any(|told| told.contains("ECONNRESET")));
    let told = said(&program, RESET, "0");
    assert!(
        told.iter()
            .any(|told| told.ends_with("Err(ECONNRESET), ''")),
        "{told:#?}"
    );
    let of_child = said(&program, RESET, "0.1");
    assert!(
        of_child.iter().any(|told| told.contains("ECONNRESET")),
        "{of_child:#?}"
    );
}

#[test]
fn a_pair_of_one_host_is_never_reset() {
    let calls = vec![pair(), send(4, 1), recv(3)];
    let told = said(&first(calls), RESET, "0");
    assert_eq!(told.len(), 1, "{told:#?}");
}

#[test]
fn of_several_children_any_is_waited_for_first() {
    let any = || {
        call(SystemCall::Wait {
            children: Children::Any,
            options: WaitOptions::ENDS,
        })
    };
    // Both have ended when the ends of the pipe are closed.
    let program = vec![
        pipe(),
        Action::Fork(vec![]),
        Action::Fork(vec![]),
        close(4),
        call(read(3, 1)),
        call(SystemCall::Time(kernel::TimeCall::Now)),
        any(),
        any(),
    ];
    let told = said(&program, REAPED, "0");
    let first_of = |child: &str| {
        let waited = format!("waited 0.{child} Exited(0), waited");
        told.iter().any(|told| told.contains(&waited))
    };
    assert!(first_of("1") && first_of("2"), "{told:#?}");
}

#[test]
fn each_execution_with_surprises_is_replayed_and_told() {
    let program = connected(vec![send(4, 2), recv(4)], vec![recv(4), send(4, 1)]);
    let config = Config {
        granularity: Granularity::Releases,
        system: ALL,
        traced: true,
        ..Config::default()
    };
    let mut search = Bounded::new(1);
    let mut kinds = BTreeSet::new();
    loop {
        let (outcome, executed) = execute(&program, &config, &mut search);
        let surprises: Vec<_> = executed
            .trace
            .iter()
            .filter_map(|step| match &step.effect {
                Effect::Called(_, Some(surprise)) => Some(*surprise),
                _ => None,
            })
            .collect();
        assert!(
            surprises.len() as u32 <= executed.unforced,
            "{surprises:?} {}",
            executed.unforced
        );
        kinds.extend(surprises.iter().map(|surprise| match surprise {
            Surprise::Short { bytes, of } => {
                assert!(bytes < of);
                "short"
            }
            Surprise::Interrupted => "interrupted",
            Surprise::Reset => "reset",
            Surprise::Reaped(_) => "reaped",
        }));
        let mut follow = Follow::exactly(executed.schedule.clone());
        let (again, replayed) = execute(&program, &config, &mut follow);
        assert_eq!(again, outcome);
        assert_eq!(replayed.schedule, executed.schedule);
        let without = executed.schedule.0.iter().copied();
        let without = without.filter(|choice| !matches!(choice, Choice::Pick(_)));
        let loosely = interleave::Schedule(without.collect());
        let (_, usual) = execute(&program, &config, &mut Follow::loosely(loosely));
        assert!(usual.unforced <= executed.unforced);
        if !search.advance() {
            break;
        }
    }
    assert_eq!(kinds, BTreeSet::from(["interrupted", "reset", "short"]));
}

fn sockets() -> impl Strategy<Value = SystemCall> {
    let fd = || 3..8;
    prop_oneof![
        3 => (fd(), 1..3_usize).prop_map(|(fd, count)| send(fd, count)),
        3 => (fd(), 1..3_usize).prop_map(|(fd, count)| read(fd, count)),
        1 => fd().prop_map(closing),
        1 => fd().prop_map(|fd| poll(fd, Events::IN)),
        1 => fd().prop_map(|fd| SystemCall::Event(EventCall::TryPoll {
            descriptors: vec![PollFd { fd, events: Events::IN | Events::OUT }],
        })),
        1 => fd().prop_map(|fd| SystemCall::SetNonblocking { fd, is: true }),
        1 => Just(accept(3)),
        1 => Just(SystemCall::Wait { children: Children::Any, options: WaitOptions::ENDS }),
    ]
}

/// Programs whose processes share a pipe, or two ends of a connection.
fn programs() -> impl Strategy<Value = Program> {
    let action = || {
        prop_oneof![
            4 => calls().prop_map(call),
            4 => sockets().prop_map(call),
            1 => signals::action(),
        ]
    };
    let some = move |count| prop::collection::vec(action(), count);
    let begins = || {
        let pair = || {
            SystemCall::Socket(SocketCall::Pair {
                flags: OpenFlags::EMPTY,
            })
        };
        let tcp = [listening(3), vec![socket(), connect(4), accept(3)]].concat();
        prop::sample::select(vec![
            vec![new_pipe()],
            vec![pair()],
            tcp,
            vec![new_pipe(), pair()],
        ])
    };
    (
        begins(),
        some(1..3),
        prop::option::of(some(1..2)),
        some(1..3),
        0..2_u32,
    )
        .prop_map(|(begins, child, second, after, waits)| {
            let mut program = first(begins);
            program.push(Action::Fork(child));
            program.extend(second.map(Action::Fork));
            program.extend(after);
            program.extend((1..=waits).map(wait));
            program
        })
}

#[test]
fn reduction_loses_no_outcome_of_a_short_transfer() {
    compare_with(programs(), SHORT);
}

#[test]
fn reduction_loses_no_outcome_of_an_interruption() {
    compare_with(programs(), INTERRUPTED);
}

#[test]
fn reduction_loses_no_outcome_of_a_reset() {
    compare_with(programs(), RESET);
}

#[test]
fn reduction_loses_no_outcome_of_all_choices() {
    compare_with(programs(), ALL);
}
