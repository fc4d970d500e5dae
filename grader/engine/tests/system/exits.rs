//! What other processes can see between the two steps of the end of a process.
//!
//! Longer: `INTERLEAVE_PROGRAMS=20000 cargo test --release -p interleave --test system exits`.

use kernel::{
    Action as SignalAction, Children, Signal, SignalCall, SignalSet, SystemCall, Target,
    WaitOptions,
};
use proptest::prelude::*;

use crate::{
    differential::compare,
    programs::{Action, PARENT, Program, call, close, enumerated, pipe, reduced, wait},
};

const READS: i32 = 3;
const WRITES: i32 = 4;

fn read() -> Action {
    call(SystemCall::Read {
        fd: READS,
        count: 1,
    })
}

fn wait_for(children: Children) -> SystemCall {
    let options = WaitOptions::ENDS;
    SystemCall::Wait { children, options }
}

fn try_wait(children: Children) -> SystemCall {
    let options = WaitOptions::ENDS;
    SystemCall::TryWait { children, options }
}

fn kill(whom: u32, number: i32) -> SystemCall {
    let target = Target::One(whom);
    SystemCall::Signal(SignalCall::Kill { target, number })
}

/// What comes of a program, by both searches, and how many executions the reduced one has.
fn outcomes(program: &Program) -> (Vec<String>, u64) {
    let (all, _) = enumerated(program, 200_000).expect("there are not so many");
    let (found, executions) = reduced(program, 200_000).expect("there are not so many");
    assert!(all.keys().eq(found.keys()), "{all:#?} {found:#?}");
    (found.into_keys().collect(), executions)
}

/// A child that does this, and the end of whose pipe the parent waits for.
fn at_the_end(child: Program, then: Vec<Action>) -> Program {
    let mut program = vec![pipe(), Action::Fork(child), close(WRITES), read()];
    program.extend(then);
    program
}

#[test]
fn a_parent_that_has_seen_the_end_of_the_pipe_may_be_told_that_the_child_runs() {
    let asks = vec![call(try_wait(Children::One(1))), wait(1)];
    let (outcomes, executions) = outcomes(&at_the_end(vec![], asks));
    assert_eq!(outcomes.len(), 2, "{outcomes:#?}");
    assert_eq!(executions, 2);
}

#[test]
fn nobody_else_sees_more_than_one_step() {
    let (all, executions) = outcomes(&at_the_end(vec![], vec![wait(1)]));
    assert_eq!((all.len(), executions), (1, 1), "{all:#?}");
    // The order of the ends of three children makes no difference to who waits for each.
    let children = vec![Action::Fork(vec![]); 3];
    let program = [children, vec![wait(3), wait(1), wait(2)]].concat();
    assert_eq!(reduced(&program, 1000).expect("there are few").1, 1);
    // The program may end before each of the three steps of each child.
    let program = vec![Action::Fork(vec![]); 3];
    let (_, executions) = reduced(&program, 1000).expect("there are few");
    assert_eq!(executions, 4 * 4 * 4);
}

#[test]
fn a_parent_that_waits_for_any_child_may_get_another_than_the_one_whose_pipe_has_ended() {
    let mut program = vec![pipe(), Action::Fork(vec![]), close(WRITES)];
    program.extend([Action::Fork(vec![]), read(), call(wait_for(Children::Any))]);
    let (outcomes, _) = outcomes(&program);
    let got = |name: &str| outcomes.iter().any(|outcome| outcome.contains(name));
    assert!(got("waited 0.1 ") && got("waited 0.2 "), "{outcomes:#?}");
}

#[test]
fn a_signal_between_the_steps_is_sent_and_does_nothing() {
    // At the end of the pipe it is too late.
    let kills = vec![call(kill(1, 9)), wait(1)];
    let (outcomes_at_end, executions) = outcomes(&at_the_end(vec![], kills));
    assert_eq!(outcomes_at_end.len(), 1, "{outcomes_at_end:#?}");
    assert!(outcomes_at_end[0].contains("Exited(0)"));
    assert_eq!(executions, 1);
    // Before, it is not: the child dies where it takes its signals, or where it exits.
    let program = vec![Action::Fork(vec![]), call(kill(1, 9)), wait(1)];
    let (outcomes, executions) = outcomes(&program);
    assert_eq!((outcomes.len(), executions), (2, 3), "{outcomes:#?}");
}

#[test]
fn a_process_that_was_killed_may_still_count_as_running() {
    let asks = vec![call(kill(1, 9)), call(try_wait(Children::One(1))), wait(1)];
    let child = vec![call(SystemCall::Read { fd: 0, count: 1 })];
    let mut program = vec![Action::Fork(child)];
    program.extend(asks);
    let (outcomes, _) = outcomes(&program);
    let told = |text: &str| outcomes.iter().any(|outcome| outcome.contains(text));
    assert!(
        told("Ok(Waited(None))") && told("Signaled(KILL)"),
        "{outcomes:#?}"
    );
}

#[test]
fn an_orphan_may_still_have_its_parent_when_the_pipe_has_ended() {
    let program = vec![
        pipe(),
        Action::Fork(vec![Action::Fork(vec![
            close(WRITES),
            read(),
            call(SystemCall::Parent),
        ])]),
        close(WRITES),
        wait(1),
        call(wait_for(Children::Any)),
    ];
    let (outcomes, _) = outcomes(&program);
    let told = |text: &str| outcomes.iter().any(|outcome| outcome.contains(text));
    assert!(
        told(r#""0.1.1": ["Ok(Nothing)", "\"\"", "\"0.1\""]"#),
        "{outcomes:#?}"
    );
    assert!(
        told(r#""0.1.1": ["Ok(Nothing)", "\"\"", "\"0\""]"#),
        "{outcomes:#?}"
    );
}

#[test]
fn a_wait_that_a_signal_interrupts_may_be_one_for_a_child_whose_pipe_has_ended() {
    let handle = SignalCall::SetAction {
        signal: Signal::USR1,
        action: SignalAction::HANDLE,
    };
    let sends = vec![
        close(WRITES),
        read(),
        call(kill(PARENT, Signal::USR1.number())),
    ];
    let program = vec![
        pipe(),
        call(SystemCall::Signal(handle)),
        Action::Fork(vec![]),
        Action::Fork(sends),
        close(WRITES),
        wait(1),
    ];
    let (outcomes, _) = reduced(&program, 20_000).expect("there are not so many");
    let told = |text: &str| outcomes.keys().any(|outcome| outcome.contains(text));
    assert!(told("EINTR"), "{outcomes:#?}");
}

/// Calls that could tell the one step from the other.
fn asks() -> impl Strategy<Value = SystemCall> {
    let child = || prop_oneof![Just(Children::Any), (1..3u32).prop_map(Children::One)];
    let whom = prop_oneof![3 => Just(1), 2 => Just(2), 1 => Just(PARENT)];
    let number = prop::sample::select(&[0, 9, 10, 15, 17, 18, 19][..]);
    let mask = prop::sample::select(vec![SignalSet::EMPTY, Signal::CHLD.into()]);
    let action = prop::sample::select(vec![
        SignalAction::DEFAULT,
        SignalAction::IGNORE,
        SignalAction::HANDLE,
    ]);
    let signal = Signal::CHLD;
    prop_oneof![
        3 => child().prop_map(try_wait),
        3 => child().prop_map(wait_for),
        3 => (whom, number).prop_map(|(whom, number)| kill(whom, number)),
        2 => Just(SystemCall::Parent),
        1 => any::<bool>().prop_map(|is| SystemCall::SetSubreaper { is }),
        2 => mask.prop_map(|mask| SystemCall::Signal(SignalCall::SetMask { mask })),
        1 => Just(SystemCall::Signal(SignalCall::Pending)),
        2 => action.prop_map(move |action| {
            SystemCall::Signal(SignalCall::SetAction { signal, action })
        }),
        3 => Just(SystemCall::Read { fd: READS, count: 1 }),
        2 => prop::sample::select(&[READS, WRITES][..]).prop_map(|fd| SystemCall::Close { fd }),
    ]
}

fn ends() -> impl Strategy<Value = Program> {
    let asks = || prop::collection::vec(asks().prop_map(Action::Call), 0..2);
    let grandchild = (asks(), asks())
        .prop_map(|(grandchild, after)| [vec![Action::Fork(grandchild)], after].concat());
    prop_oneof![3 => asks(), 2 => grandchild]
}

fn program() -> impl Strategy<Value = Program> {
    let asks = |most| prop::collection::vec(asks().prop_map(Action::Call), 1..most);
    (
        asks(3),
        ends(),
        prop::option::weighted(0.4, ends()),
        asks(4),
    )
        .prop_map(|(before, first, second, after)| {
            let mut program = vec![pipe()];
            program.extend(before);
            program.push(Action::Fork(first));
            program.extend(second.map(Action::Fork));
            program.push(close(WRITES));
            program.extend(after);
            program
        })
}

#[test]
fn reduction_loses_no_outcome_of_programs_that_look_at_ends() {
    compare(program());
}
