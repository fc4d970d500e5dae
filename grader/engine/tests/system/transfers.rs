//! How bytes get from one process to another.

use kernel::{MessageFlags, OpenFlags, Operation, RingCall, SocketCall, Submission, SystemCall};

use crate::programs::{Action, Program, enumerated, reduced, wait};

fn first(calls: Vec<SystemCall>) -> Program {
    calls.into_iter().map(Action::Call).collect()
}

/// What comes of a program, by enumeration and by reduction alike.
fn outcomes(program: &Program) -> Vec<String> {
    let (all, _) = enumerated(program, 20_000).expect("there are not so many");
    let (found, _) = reduced(program, 20_000).expect("there are not so many");
    assert!(all.keys().eq(found.keys()), "{all:#?} {found:#?}");
    all.into_keys().collect()
}

#[test]
fn a_send_that_waits_in_the_middle_sends_each_byte_once() {
    let pair = SystemCall::Socket(SocketCall::Pair {
        flags: OpenFlags::EMPTY,
    });
    let send = SystemCall::Socket(SocketCall::Send {
        fd: 4,
        bytes: b"abcde".to_vec(),
        flags: MessageFlags::EMPTY,
    });
    let receive = || SystemCall::Read { fd: 3, count: 1 };
    let child = first((0..5).map(|_| receive()).collect());
    let mut program = first(vec![pair]);
    program.push(Action::Fork(child));
    program.push(Action::Call(send));
    program.push(wait(1));
    let told = outcomes(&program);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("Ok(Number(5))"), "{told:#?}");
    for byte in ["a", "b", "c", "d", "e"] {
        assert!(told[0].contains(&format!("\\\"{byte}\\\"")), "{told:#?}");
    }
}

/// Each of the bytes is told by the step that wrote it, also if that is the completion of an operation.
#[test]
fn what_a_ring_has_written_is_read_in_its_order() {
    let pipe = SystemCall::Pipe {
        flags: OpenFlags::EMPTY,
    };
    let setup = SystemCall::Ring(RingCall::Setup { most: 2 });
    let submit = SystemCall::Ring(RingCall::Submit {
        ring: 5,
        submissions: vec![Submission {
            operation: Operation::Write(4, b"r".to_vec()),
            user: 0,
        }],
    });
    let complete = SystemCall::Ring(RingCall::Complete { ring: 5, number: 0 });
    let write = SystemCall::Write {
        fd: 4,
        bytes: b"w".to_vec(),
    };
    let reads = SystemCall::Read { fd: 3, count: 1 };
    let mut program = first(vec![pipe, setup, submit]);
    program.push(Action::Fork(first(vec![write])));
    program.extend(first(vec![complete, reads.clone(), reads]));
    let told = outcomes(&program);
    assert!(told.len() >= 2, "{told:#?}");
}
