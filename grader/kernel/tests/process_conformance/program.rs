//! The steps of a program.

use kernel::{Action, ActionFlags, OpenFlags, Pid, Signal, SignalSet, WaitOptions};
use proptest::prelude::*;

/// A call, and which of the processes that can make one makes it.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) who: usize,
    pub(crate) call: Call,
}

/// Which children, or whom a signal is sent to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whom {
    One(Pid),
    Group(Pid),
    OwnGroup,
    /// All children; not for signals.
    Any,
}

#[derive(Debug, Clone)]
pub(crate) enum Call {
    Fork,
    Exit(u8),
    Kill(Whom, i32),
    Sigaction(Signal, Action),
    SetMask(SignalSet),
    Pending,
    /// Of those of the set that are blocked.
    Sigwait(SignalSet),
    Wait(Whom, WaitOptions, Hang),
    Setpgid(Pid, Pid),
    Getpgid(Pid),
    Setsid,
    Getsid(Pid),
    Subreaper(bool),
    Pipe,
    /// Of one byte, with one of the descriptors.
    Read(usize),
    Write(usize),
    Close(usize),
    SemOpen(&'static str, OpenFlags, u32),
    /// Of one of the semaphores that the process has open.
    Sem(Semaphore, usize),
    SemUnlink(&'static str),
    /// Of one of the two mutexes.
    Mutex(Mutex, usize),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Semaphore {
    Post,
    Wait,
    Trywait,
    Getvalue,
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutex {
    Lock,
    Trylock,
    Unlock,
    Consistent,
}

/// Whether a call may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hang {
    May,
    No,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    (0..6usize, call()).prop_map(|(who, call)| Step { who, call })
}

const SIGNALS: [Signal; 16] = [
    Signal::HUP,
    Signal::ABRT,
    Signal::KILL,
    Signal::USR1,
    Signal::SEGV,
    Signal::USR2,
    Signal::PIPE,
    Signal::ALRM,
    Signal::TERM,
    Signal::CHLD,
    Signal::CONT,
    Signal::STOP,
    Signal::TSTP,
    Signal::TTIN,
    Signal::URG,
    Signal::WINCH,
];

fn signal() -> impl Strategy<Value = Signal> + Clone {
    prop_oneof![
        3 => prop::sample::select(SIGNALS.to_vec()),
        // What meets most often.
        2 => prop::sample::select(vec![
            Signal::CHLD, Signal::CONT, Signal::STOP, Signal::TSTP, Signal::USR1, Signal::PIPE,
        ]),
    ]
}

fn set() -> impl Strategy<Value = SignalSet> {
    prop_oneof![
        3 => prop::collection::vec(signal(), 0..6).prop_map(SignalSet::from_iter),
        1 => Just(SignalSet::FULL),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let action = prop::sample::select(vec![
        Action::DEFAULT,
        Action::IGNORE,
        Action::HANDLE,
        Action::HANDLE,
    ]);
    let rarely = || prop::bool::weighted(0.2);
    let flags = (any::<bool>(), rarely(), rarely(), rarely());
    (action, flags).prop_map(
        |(action, (restart, resethand, nocldstop, nocldwait))| Action {
            flags: ActionFlags {
                restart,
                resethand,
                nocldstop,
                nocldwait,
                ..ActionFlags::default()
            },
            ..action
        },
    )
}

fn call() -> impl Strategy<Value = Call> {
    let pid = || 1..9u32;
    // There is seldom a process of a group but the group of its own number.
    let zero_or_pid = || prop_oneof![1 => Just(0), 2 => pid()];
    let whom = || {
        prop_oneof![
            5 => pid().prop_map(Whom::One),
            2 => pid().prop_map(Whom::Group),
            1 => Just(Whom::OwnGroup),
        ]
    };
    let children = prop_oneof![2 => whom(), 3 => Just(Whom::Any)];
    let options =
        any::<(bool, bool)>().prop_map(|(stopped, continued)| WaitOptions { stopped, continued });
    let number = prop_oneof![
        8 => signal().prop_map(Signal::number),
        1 => prop::sample::select(vec![0, -1, 65, 1000]),
    ];
    let hang = prop::sample::select(vec![Hang::May, Hang::No]);
    let end = || 0..8usize;
    let mutex = prop::sample::select(vec![
        Mutex::Lock,
        Mutex::Trylock,
        Mutex::Unlock,
        Mutex::Consistent,
    ]);
    prop_oneof![
        6 => Just(Call::Fork),
        2 => any::<u8>().prop_map(Call::Exit),
        12 => (whom(), number).prop_map(|(whom, number)| Call::Kill(whom, number)),
        6 => (signal(), action()).prop_map(|(signal, action)| Call::Sigaction(signal, action)),
        5 => set().prop_map(Call::SetMask),
        1 => Just(Call::Pending),
        3 => set().prop_map(Call::Sigwait),
        8 => (children, options, hang).prop_map(|(whom, options, hang)| Call::Wait(whom, options, hang)),
        4 => (zero_or_pid(), zero_or_pid()).prop_map(|(pid, group)| Call::Setpgid(pid, group)),
        1 => zero_or_pid().prop_map(Call::Getpgid),
        1 => Just(Call::Setsid),
        1 => zero_or_pid().prop_map(Call::Getsid),
        1 => any::<bool>().prop_map(Call::Subreaper),
        1 => Just(Call::Pipe),
        2 => end().prop_map(Call::Read),
        2 => end().prop_map(Call::Write),
        1 => end().prop_map(Call::Close),
        4 => semaphores(),
        3 => (mutex, 0..2usize).prop_map(|(call, place)| Call::Mutex(call, place)),
    ]
}

fn semaphores() -> impl Strategy<Value = Call> {
    let name = || prop::sample::select(vec!["a", "b"]);
    let flags = prop::sample::select(vec![
        OpenFlags::EMPTY,
        OpenFlags::CREATE,
        OpenFlags::CREATE,
        OpenFlags::CREATE | OpenFlags::NEW,
    ]);
    let value = prop::sample::select(vec![0, 0, 1, 1, 2, (1 << 31) - 1, 1 << 31]);
    let call = prop::sample::select(vec![
        Semaphore::Post,
        Semaphore::Wait,
        Semaphore::Trywait,
        Semaphore::Getvalue,
        Semaphore::Close,
    ]);
    prop_oneof![
        2 => (name(), flags, value).prop_map(|(name, flags, value)| Call::SemOpen(name, flags, value)),
        1 => name().prop_map(Call::SemUnlink),
        5 => (call, 0..4usize).prop_map(|(call, place)| Call::Sem(call, place)),
    ]
}
