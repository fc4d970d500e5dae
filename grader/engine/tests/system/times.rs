//! Sleeps, time limits and timers: what can come of them, by enumeration and by reduction.
//!
//! Longer: `INTERLEAVE_PROGRAMS=20000 cargo test --release -p interleave --test system times`.

use kernel::{
    Action as SignalAction, ActionFlags, Disposition, EventCall, Events, Fd, IntervalTimer,
    LockKind, Locking, Nanos, OpenFlags, PollFd, SemaphoreCall, Signal, SignalCall, SystemCall,
    Target, TimeCall,
};
use proptest::prelude::*;

use crate::{
    differential::{calls, compare},
    programs::{Action, Program, call, enumerated, reduced, wait},
    signals,
};

const SECOND: Nanos = 1_000_000_000;

fn within(call: SystemCall, limit: Nanos) -> SystemCall {
    let call = Box::new(call);
    SystemCall::Within { call, limit }
}

fn read(fd: Fd) -> SystemCall {
    SystemCall::Read { fd, count: 1 }
}

fn write(text: &str) -> SystemCall {
    let bytes = text.as_bytes().to_vec();
    SystemCall::Write { fd: 4, bytes }
}

fn poll(limit: Nanos) -> SystemCall {
    let events = Events::IN;
    let descriptors = vec![PollFd { fd: 3, events }];
    within(SystemCall::Event(EventCall::Poll { descriptors }), limit)
}

fn pause() -> SystemCall {
    SystemCall::Time(TimeCall::Sleep { until: Nanos::MAX })
}

pub(crate) fn sleep(duration: Nanos) -> SystemCall {
    within(pause(), duration)
}

fn alarm(seconds: u32) -> SystemCall {
    SystemCall::Time(TimeCall::Alarm { seconds })
}

fn handle(restart: bool) -> SystemCall {
    let flags = ActionFlags {
        restart,
        ..ActionFlags::default()
    };
    let action = SignalAction {
        disposition: Disposition::Handle,
        flags,
        ..SignalAction::default()
    };
    let signal = Signal::ALRM;
    SystemCall::Signal(SignalCall::SetAction { signal, action })
}

fn pipe() -> SystemCall {
    SystemCall::Pipe {
        flags: OpenFlags::EMPTY,
    }
}

/// All that can come of a program, each as the results of the first process after the first
/// `skipped` ones and how it ended.
pub(crate) fn outcomes(program: &[Action], skipped: usize) -> Vec<String> {
    let program = program.to_vec();
    let (all, _) = enumerated(&program, 10_000).expect("there are not so many");
    let (found, _) = reduced(&program, 10_000).expect("there are not so many");
    assert!(all.keys().eq(found.keys()), "{all:#?} {found:#?}");
    let told = all.keys().map(|outcome| {
        let (_, results) = outcome.split_once("\"0\": [").expect("it has begun");
        let (results, rest) = results.split_once("\"]").expect("it has ended");
        let results: Vec<_> = results.split("\", \"").skip(skipped).collect();
        let ended = rest.rsplit_once('}').expect("it has ended").1;
        format!("{}{ended}", results.join(", ").replace('"', ""))
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told.dedup();
    told
}

fn first(calls: Vec<SystemCall>) -> Vec<Action> {
    calls.into_iter().map(Action::Call).collect()
}

#[test]
fn a_sleep_ends_and_takes_its_time() {
    let now = || SystemCall::Time(TimeCall::Now);
    let program = first(vec![sleep(SECOND), now()]);
    let told = outcomes(&program, 1);
    assert_eq!(told, ["Ok(Number(1000001001)) all ended"]);
}

#[test]
fn a_call_with_a_limit_ends_without_an_event() {
    let program = first(vec![
        pipe(),
        poll(5),
        poll(0),
        within(read(3), 5),
        within(
            SystemCall::Flock {
                fd: 3,
                locking: Locking::Lock(LockKind::Shared),
            },
            5,
        ),
    ]);
    let told = outcomes(&program, 1);
    let expected = "Ok(Events([Events(0)])), Ok(Events([Events(0)])), Err(EAGAIN), Ok(Nothing)";
    assert_eq!(told, [format!("{expected} all ended")]);
}

#[test]
fn an_event_and_a_limit_come_in_either_order() {
    let program = vec![
        call(pipe()),
        Action::Fork(first(vec![write("x")])),
        call(poll(5)),
    ];
    let told = outcomes(&program, 2);
    let expected = [
        "Ok(Events([Events(0)])) all ended",
        "Ok(Events([Events(1)])) all ended",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_semaphore_is_posted_in_time_or_not() {
    // The first one of a kernel.
    let mut kernel = kernel::Kernel::default();
    let id = kernel.sem_init(0).expect("it is a value that can be");
    let semaphore = |call| SystemCall::Semaphore(call);
    let wait_until = Some(5);
    let program = vec![
        call(semaphore(SemaphoreCall::Init { value: 0 })),
        Action::Fork(first(vec![semaphore(SemaphoreCall::Post { id })])),
        call(semaphore(SemaphoreCall::Wait {
            id,
            until: wait_until,
        })),
    ];
    let told = outcomes(&program, 2);
    assert_eq!(told, ["Err(ETIMEDOUT) all ended", "Ok(Nothing) all ended"]);
}

#[test]
fn an_alarm_ends_a_process_that_waits_for_something_else() {
    let program = first(vec![pipe(), alarm(1), read(3)]);
    assert_eq!(outcomes(&program, 1), ["Ok(Number(0)) Killed(ALRM)"]);
}

#[test]
fn an_alarm_that_comes_before_the_wait_is_lost_on_it() {
    let program = first(vec![handle(false), alarm(1), pause()]);
    let told = outcomes(&program, 1);
    let expected = [
        "Ok(Number(0)), ALRM Err(EBADF) 1 wait",
        "Ok(Number(0)), ALRM Err(EBADF), Err(EINTR) all ended",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_alarm_comes_before_a_longer_sleep_ends() {
    let program = first(vec![handle(true), alarm(1), sleep(2 * SECOND)]);
    let told = outcomes(&program, 2);
    let expected = [
        "ALRM Err(EBADF), Err(EINTR) all ended",
        "ALRM Err(EBADF), Ok(Nothing) all ended",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_alarm_comes_in_a_shorter_sleep_or_after_it() {
    let program = first(vec![handle(true), alarm(2), sleep(SECOND)]);
    let told = outcomes(&program, 2);
    let expected = [
        "ALRM Err(EBADF), Err(EINTR) all ended",
        "ALRM Err(EBADF), Ok(Nothing) all ended",
        "Ok(Nothing) all ended",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_alarm_that_is_taken_back_does_not_come_after_that() {
    let program = first(vec![
        alarm(1),
        alarm(0),
        sleep(5 * SECOND),
        sleep(5 * SECOND),
    ]);
    let told = outcomes(&program, 1);
    let expected = [
        "Killed(ALRM)",
        "Ok(Number(1)), Ok(Nothing), Ok(Nothing) all ended",
    ];
    assert_eq!(
        told.iter().map(|said| said.trim()).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn an_interval_timer_sends_its_signal_again() {
    let timer = IntervalTimer {
        value: SECOND,
        interval: SECOND,
    };
    let set = SystemCall::Time(TimeCall::SetTimer { timer });
    let program = first(vec![
        handle(false),
        set,
        sleep(3 * SECOND),
        sleep(3 * SECOND),
    ]);
    let told = outcomes(&program, 2);
    assert!(
        told.iter().all(|said| said.matches("ALRM").count() >= 2),
        "{told:#?}"
    );
}

#[test]
fn an_interval_timer_and_a_child_that_is_killed_lose_no_outcome() {
    let timer = IntervalTimer {
        value: 1,
        interval: 1,
    };
    let set = SystemCall::Time(TimeCall::SetTimer { timer });
    let kill = SystemCall::Signal(SignalCall::Kill {
        target: Target::One(1),
        number: 10,
    });
    let program = vec![
        call(pipe()),
        call(handle(false)),
        call(set),
        Action::Fork(vec![call(handle(false))]),
        call(kill),
        wait(1),
    ];
    let told = outcomes(&program, 2);
    assert!(told.len() > 1, "{told:#?}");
}

#[test]
fn a_write_that_never_finds_room_races_with_all_writes_before_it() {
    let timer = IntervalTimer {
        value: 1,
        interval: 1,
    };
    let fills = SystemCall::Write {
        fd: 4,
        bytes: vec![b'-'; 4096],
    };
    let program = vec![
        call(pipe()),
        call(handle(false)),
        call(SystemCall::Time(TimeCall::SetTimer { timer })),
        Action::Fork(first(vec![fills])),
        call(sleep(0)),
        wait(1),
    ];
    // A handler finds no room, before or after the sleep, or the child finds none.
    let told = outcomes(&program, 3);
    assert!(told.contains(&"Ok(Nothing) 1 wait".to_owned()), "{told:#?}");
}

#[test]
fn a_blocked_alarm_ends_no_sleep() {
    let block = SystemCall::Signal(SignalCall::SetMask {
        mask: Signal::ALRM.into(),
    });
    let pending = SystemCall::Signal(SignalCall::Pending);
    let program = first(vec![block, alarm(1), sleep(2 * SECOND), pending]);
    let told = outcomes(&program, 2);
    assert_eq!(
        told,
        ["Ok(Nothing), Ok(Signals(SignalSet(8192))) all ended"]
    );
}

#[test]
fn a_child_has_no_alarm_of_its_parent() {
    let program = vec![
        call(handle(true)),
        call(alarm(1)),
        Action::Fork(first(vec![sleep(5 * SECOND)])),
        call(alarm(0)),
        wait(1),
    ];
    let (all, _) = enumerated(&program, 10_000).expect("there are not so many");
    let of_child = "\"0.1\": [\"Ok(Nothing)\"]";
    assert!(all.keys().all(|told| told.contains(of_child)), "{all:#?}");
}

#[test]
fn what_the_handler_of_an_alarm_writes_is_read_if_it_comes_before_the_read() {
    let program = first(vec![
        handle(false),
        pipe(),
        alarm(1),
        within(read(3), 2 * SECOND),
    ]);
    let told = outcomes(&program, 3);
    let expected = [
        "ALRM Ok(Number(1)), Err(EINTR) all ended",
        "ALRM Ok(Number(1)), \\h\\ all ended",
    ];
    assert_eq!(told, expected);
}

pub(crate) fn timed() -> impl Strategy<Value = SystemCall> {
    let limits = || prop::sample::select(&[0, 1, SECOND, 3 * SECOND][..]);
    prop_oneof![
        2 => limits().prop_map(sleep),
        3 => (0..3_u32).prop_map(alarm),
        1 => any::<bool>().prop_map(handle),
        2 => limits().prop_map(poll),
        2 => (limits(), calls()).prop_map(|(limit, call)| within(call, limit)),
        1 => (0..2 * SECOND, 0..2 * SECOND).prop_map(|(value, interval)| {
            let timer = IntervalTimer { value, interval };
            SystemCall::Time(TimeCall::SetTimer { timer })
        }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => timed().prop_map(Action::Call),
        1 => signals::action(),
        2 => calls().prop_map(Action::Call),
    ]
}

fn program() -> impl Strategy<Value = Program> {
    let some = |count| prop::collection::vec(action(), count);
    (any::<bool>(), some(0..2), some(1..3), some(1..4), 0..2_u32).prop_map(
        |(restart, before, child, after, waits)| {
            let mut program = vec![call(pipe()), call(handle(restart))];
            program.extend(before);
            program.push(Action::Fork(child));
            program.extend(after);
            program.extend((1..=waits).map(wait));
            program
        },
    )
}

#[test]
fn reduction_loses_no_outcome_of_programs_with_time() {
    compare(program());
}
