//! Signals: random programs in which processes send and handle them, and some that are known.
//!
//! Longer: `INTERLEAVE_PROGRAMS=20000 cargo test --release -p interleave --test system signals`.

use kernel::{
    Action as SignalAction, ActionFlags, Children, Disposition, OpenFlags, Signal, SignalCall,
    SignalSet, SystemCall, Target, WaitOptions,
};
use proptest::prelude::*;

use crate::{
    differential::{calls, compare},
    programs::{Action, ITSELF, PARENT, Program, wait},
};

const SIGNALS: [Signal; 7] = [
    Signal::USR1,
    Signal::TERM,
    Signal::CHLD,
    Signal::CONT,
    Signal::STOP,
    Signal::KILL,
    Signal::TSTP,
];

fn signal() -> impl Strategy<Value = Signal> {
    prop_oneof![
        6 => Just(Signal::USR1),
        3 => Just(Signal::TERM),
        1 => prop::sample::select(&SIGNALS[..]),
    ]
}

fn set() -> impl Strategy<Value = SignalSet> {
    prop::collection::vec(signal(), 0..3).prop_map(|signals| signals.into_iter().collect())
}

fn handled() -> impl Strategy<Value = SignalCall> {
    const DISPOSITIONS: [Disposition; 5] = [
        Disposition::Handle,
        Disposition::Handle,
        Disposition::Handle,
        Disposition::Ignore,
        Disposition::Default,
    ];
    let disposition = prop::sample::select(&DISPOSITIONS[..]);
    let signal = prop_oneof![3 => signal(), 2 => Just(Signal::CHLD)];
    (
        signal,
        disposition,
        set(),
        any::<bool>(),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(signal, disposition, mask, restart, rare)| {
            let flags = ActionFlags {
                restart,
                nodefer: rare,
                resethand: rare,
                nocldstop: rare,
                nocldwait: false,
            };
            let action = SignalAction {
                disposition,
                mask,
                flags,
            };
            SignalCall::SetAction { signal, action }
        })
}

fn kill() -> impl Strategy<Value = SignalCall> {
    let whom = prop_oneof![
        4 => Just(1),
        2 => Just(2),
        2 => Just(PARENT),
        1 => Just(ITSELF),
    ];
    (whom, signal()).prop_map(|(whom, signal)| SignalCall::Kill {
        target: Target::One(whom),
        number: signal.number(),
    })
}

fn signal_calls() -> impl Strategy<Value = SystemCall> {
    let signal_call = prop_oneof![
        8 => kill(),
        3 => handled(),
        2 => set().prop_map(|mask| SignalCall::SetMask { mask }),
        1 => Just(SignalCall::Pending),
        1 => set().prop_map(|set| SignalCall::Wait { set }),
    ];
    let children = prop_oneof![Just(Children::Any), (1..3u32).prop_map(Children::One)];
    let news = (children, any::<bool>()).prop_map(|(children, both)| SystemCall::Wait {
        children,
        options: WaitOptions {
            stopped: true,
            continued: both,
        },
    });
    prop_oneof![
        4 => signal_call.prop_map(SystemCall::Signal),
        1 => news,
    ]
}

pub(crate) fn action() -> impl Strategy<Value = Action> {
    prop_oneof![2 => signal_calls(), 2 => calls()].prop_map(Action::Call)
}

fn child() -> impl Strategy<Value = Program> {
    let alone = prop::collection::vec(action(), 1..3);
    let grandchild = prop::collection::vec(action(), 1..2).prop_map(Action::Fork);
    let with_child = (grandchild, prop::collection::vec(action(), 0..2));
    prop_oneof![
        4 => alone,
        1 => with_child.prop_map(|(grandchild, after)| [vec![grandchild], after].concat()),
    ]
}

fn program() -> impl Strategy<Value = Program> {
    let pipe = Action::Call(SystemCall::Pipe {
        flags: OpenFlags::EMPTY,
    });
    let handled = prop::collection::vec(handled(), 0..3);
    (
        prop::option::weighted(0.8, Just(pipe)),
        handled,
        child(),
        prop::option::weighted(0.2, child()),
        prop::collection::vec(action(), 1..4),
        0..2u32,
    )
        .prop_map(|(pipe, handled, first, second, after, waits)| {
            let mut program: Program = pipe.into_iter().collect();
            let handled = handled.into_iter().map(SystemCall::Signal);
            program.extend(handled.map(Action::Call));
            program.push(Action::Fork(first));
            program.extend(second.map(Action::Fork));
            program.extend(after);
            program.extend((1..=waits).map(wait));
            program
        })
}

#[test]
fn reduction_loses_no_outcome_of_programs_with_signals() {
    compare(program());
}
