//! Programs do the same whether their threads are among the first or come after many others: who can
//! go on is noted in another way then.
//!
//! Longer: `INTERLEAVE_PROGRAMS=20000 cargo test -p interleave --test system many_threads`.

use std::{cell::Cell, panic::Location, rc::Rc};

use interleave::{
    Choice, Config, Granularity, Strategy as Scheduler, View,
    objects::thread::{join, spawn},
    strategy::{Candidate, Pick},
};
use kernel::{
    EpollControl, EpollEvent, EventCall, Events, MessageFlags, OpenFlags, PollFd, SocketCall,
    SystemCall,
};
use proptest::prelude::*;

use crate::{
    differential::calls,
    programs::{Action, Program, call, close, execute_after, open, pipe, wait},
    signals,
};

/// Whether the threads have ended that come before those of the program.
type Begun = Rc<Cell<bool>>;

/// Takes one step after the other until the program begins, and then chooses among all by chance.
#[derive(Debug)]
struct Chance {
    begun: Begun,
    random: u64,
}

impl Chance {
    /// A multiplicative congruential generator (Knuth, "The Art of Computer Programming", 3.2.1).
    fn below(&mut self, count: usize) -> usize {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) as usize % count.max(1)
    }
}

impl Scheduler for Chance {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        if !self.begun.get() {
            return Some(view.default_choice());
        }
        let count = view.candidates().count();
        let chosen = self.below(count);
        view.candidates().nth(chosen)
    }

    fn pick(&mut self, count: usize, _: Pick) -> usize {
        if self.begun.get() {
            self.below(count)
        } else {
            0
        }
    }
}

/// What comes of a program after so many other threads, and the choices, in which its threads have
/// the numbers that they have without the others.
fn executed(program: &Program, seed: u64, others: usize) -> (String, Vec<Choice>) {
    let begun = Begun::default();
    let mut chance = Chance {
        begun: Rc::clone(&begun),
        random: seed,
    };
    let config = Config {
        granularity: Granularity::Releases,
        max_steps: 4000,
        ..Config::default()
    };
    let before = move || {
        let here = Location::caller();
        let spawned: Vec<_> = (0..others)
            .map(|_| spawn(None, here, Box::new(|| ())))
            .collect();
        for thread in spawned {
            join(thread, here);
        }
        begun.set(true);
    };
    let (said, executed) = execute_after(before, program, &config, &mut chance);
    let is_other =
        |choice: &Choice| matches!(choice, Choice::Run(task, _) if (1..=others).contains(task));
    let choices = executed.schedule.0;
    let begins = choices
        .iter()
        .rposition(is_other)
        .map_or(0, |last| last + 1);
    // The main thread has joined them since.
    let own = choices[begins..].iter().map(|choice| match *choice {
        Choice::Run(task, wake) if task > others => Choice::Run(task - others, wake),
        choice => choice,
    });
    let mut own: Vec<_> = own.collect();
    own.reverse();
    (said, own)
}

/// Runs programs after no other threads, some, and more than fit into a set.
fn compare(programs: impl Strategy<Value = Program>) {
    let wanted = std::env::var("INTERLEAVE_PROGRAMS").ok();
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(wanted.and_then(|text| text.parse().ok()).unwrap_or(200))
    };
    proptest!(config, |(program in programs, seed: u64)| {
        let (said, choices) = executed(&program, seed, 0);
        for others in [20, 62, 70] {
            let (after, later) = executed(&program, seed, others);
            prop_assert_eq!(&after, &said, "after {} others", others);
            // The joins of the others stand before the rest.
            let count = choices.len().min(later.len()) - 1;
            prop_assert_eq!(&later[..count], &choices[..count], "after {} others", others);
        }
    });
}

/// What a thread does: some more of them begin another one.
fn actions(
    action: impl Strategy<Value = Action> + Clone + 'static,
) -> impl Strategy<Value = Program> {
    let alone = prop::collection::vec(action.clone(), 1..4);
    let of_thread = prop::collection::vec(action, 1..3).prop_map(Action::Thread);
    (alone, prop::option::weighted(0.4, of_thread), 0..4_usize).prop_map(|(mut all, thread, at)| {
        if let Some(thread) = thread {
            all.insert(at.min(all.len()), thread);
        }
        all
    })
}

/// A program that begins in this way, with children and threads.
fn program(
    begin: Vec<Action>,
    action: impl Strategy<Value = Action> + Clone + 'static,
) -> impl Strategy<Value = Program> {
    let thread = actions(action.clone());
    (
        // The model has no threads in a child.
        prop::collection::vec(prop::collection::vec(action.clone(), 1..4), 1..3),
        prop::collection::vec(thread, 1..4),
        actions(action),
        0..2_u32,
    )
        .prop_map(move |(children, threads, own, waits)| {
            let mut program = begin.clone();
            program.extend(children.into_iter().map(Action::Fork));
            program.extend(threads.into_iter().map(Action::Thread));
            program.extend(own);
            program.extend((1..=waits).map(wait));
            program
        })
}

#[test]
fn processes_with_pipes_files_and_locks() {
    let file = open(OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE);
    let action = calls().prop_map(Action::Call).boxed();
    compare(program(vec![pipe(), file], action));
}

#[test]
fn processes_with_signals() {
    compare(program(vec![pipe()], signals::action().boxed()));
}

fn socket_calls() -> impl Strategy<Value = SystemCall> {
    let fd = || 3..9;
    let item = |fd: i32| EpollEvent {
        events: Events::IN | if fd % 2 == 0 { Events::OUT } else { Events::ET },
        data: 0,
    };
    let poll = |fd: i32| PollFd {
        fd,
        events: Events::IN,
    };
    let flags = MessageFlags::EMPTY;
    prop_oneof![
        6 => (fd(), 1..3_usize).prop_map(move |(fd, count)| {
            SystemCall::Socket(SocketCall::Recv { fd, count, flags })
        }),
        6 => (fd(), 1..4_usize).prop_map(move |(fd, count)| {
            SystemCall::Socket(SocketCall::Send { fd, bytes: vec![b's'; count], flags })
        }),
        2 => fd().prop_map(|fd| SystemCall::Socket(SocketCall::Accept { fd, flags: OpenFlags::EMPTY })),
        2 => fd().prop_map(|fd| SystemCall::Close { fd }),
        1 => (fd(), fd()).prop_map(|(fd, to)| SystemCall::Dup2 { fd, to }),
        1 => fd().prop_map(|fd| SystemCall::Socket(SocketCall::Shutdown {
            fd, how: std::net::Shutdown::Write,
        })),
        1 => Just(SystemCall::Socket(SocketCall::Pair { flags: OpenFlags::EMPTY })),
        3 => (fd(), fd()).prop_map(move |(epoll, fd)| SystemCall::Event(EventCall::Control {
            epoll, fd, control: EpollControl::Add(item(fd)),
        })),
        4 => fd().prop_map(|epoll| SystemCall::Event(EventCall::Wait { epoll, most: 2 })),
        3 => prop::collection::vec(fd(), 1..3).prop_map(move |fds| SystemCall::Event(EventCall::Poll {
            descriptors: fds.into_iter().map(poll).collect(),
        })),
        2 => (fd(), 1..9_u64).prop_map(move |(fd, limit)| SystemCall::Within {
            call: Box::new(SystemCall::Socket(SocketCall::Recv { fd, count: 1, flags })),
            limit,
        }),
        1 => (fd(), any::<bool>()).prop_map(|(fd, is)| SystemCall::SetNonblocking { fd, is }),
    ]
}

#[test]
fn servers_with_sockets_and_epoll() {
    let pair = || {
        call(SystemCall::Socket(SocketCall::Pair {
            flags: OpenFlags::EMPTY,
        }))
    };
    let epoll = call(SystemCall::Event(EventCall::Create));
    let action = socket_calls().prop_map(Action::Call).boxed();
    compare(program(vec![pair(), epoll, pair()], action));
}

#[test]
fn connections_that_wait_for_room_in_a_backlog() {
    let address = "127.0.0.1:80".parse().expect("it is an address");
    let flags = OpenFlags::EMPTY;
    let socket = || call(SystemCall::Socket(SocketCall::Socket { flags }));
    let bind = call(SystemCall::Socket(SocketCall::Bind { fd: 3, address }));
    let listen = |backlog| call(SystemCall::Socket(SocketCall::Listen { fd: 3, backlog }));
    let connect = move |fd| call(SystemCall::Socket(SocketCall::Connect { fd, to: address }));
    let accept = || call(SystemCall::Socket(SocketCall::Accept { fd: 3, flags }));
    let begin = vec![socket(), bind, listen(0)];
    let act = prop_oneof![
        4 => Just(socket()),
        6 => (4..9).prop_map(connect),
        6 => Just(accept()),
        2 => (3..9).prop_map(close),
        1 => Just(listen(1)),
        2 => socket_calls().prop_map(Action::Call),
    ];
    compare(program(begin, act.boxed()));
}

#[test]
fn a_table_that_is_full_lets_an_acceptor_fail() {
    let flags = OpenFlags::EMPTY;
    let address = "127.0.0.1:80".parse().expect("it is an address");
    let socket = || call(SystemCall::Socket(SocketCall::Socket { flags }));
    let begin = vec![
        socket(),
        call(SystemCall::Socket(SocketCall::Bind { fd: 3, address })),
        call(SystemCall::Socket(SocketCall::Listen { fd: 3, backlog: 9 })),
    ];
    let accept = call(SystemCall::Socket(SocketCall::Accept { fd: 3, flags }));
    let act = prop_oneof![
        3 => Just(Action::Thread(vec![accept])),
        6 => Just(pipe()),
        2 => (4..16).prop_map(close),
    ];
    compare(program(begin, act.boxed()));
}
