//! The actions of each kind of program.

use std::sync::atomic::{
    Ordering,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};

use fastrand::Rng;

use super::program::{Action, Change, Kind, Lock, Section, Until};

/// A random action of a program of this kind.
pub(super) fn action(rng: &mut Rng, kind: Kind) -> Action {
    match kind {
        Kind::Atomics => atomic(rng),
        Kind::Mutexes => mutex(rng),
        Kind::Monitors => monitor(rng),
        Kind::Condvars => condvar(rng),
        Kind::Readers => reader(rng),
        Kind::Tries => tries(rng),
        Kind::Channels => channel(rng),
        Kind::Rendezvous => rendezvous(rng),
        Kind::Shared => shared(rng),
        Kind::Parking => parking(rng),
        Kind::Barriers => barrier(rng),
        Kind::Onces => once(rng),
        Kind::Cells => cell(rng),
        Kind::Locals => local(rng),
        Kind::Poison => poison(rng),
        Kind::Trees => tree(rng),
        Kind::Time => time(rng),
        Kind::Counts => count(rng),
        Kind::Mixed => {
            let kind = Kind::MIXED[rng.usize(..Kind::MIXED.len())];
            action(rng, kind)
        }
    }
}

/// What the first thread of such a program begins with, so that the others have something to
/// tell: most often, a lock is poisoned, or shared by somebody who asks for more.
pub(super) fn opening(rng: &mut Rng, kind: Kind) -> Option<Action> {
    match (kind, rng.u32(..3)) {
        (Kind::Poison, 0 | 1) => {
            let panicking = panicking(rng);
            Some(Action::Catch(vec![panicking]))
        }
        (Kind::Tries, 0) => {
            let again = if rng.bool() {
                Action::TryRead(0, look(rng, Vec::new()))
            } else {
                Action::Read(0, look(rng, Vec::new()))
            };
            Some(Action::Read(0, look(rng, vec![again])))
        }
        _ => None,
    }
}

fn value(rng: &mut Rng) -> i64 {
    rng.i64(1..5)
}

fn any<T: Copy>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(..all.len())]
}

/// One of two things, the first more often.
fn at(rng: &mut Rng) -> usize {
    usize::from(rng.u32(..3) == 0)
}

fn section(rng: &mut Rng, inside: Vec<Action>) -> Section {
    let first = if rng.u32(..4) > 0 {
        Change::Get
    } else {
        Change::Nothing
    };
    let last = match rng.u32(..4) {
        0..2 => Change::Add(value(rng)),
        2 => Change::Set(value(rng)),
        _ => Change::Nothing,
    };
    Section {
        first,
        inside,
        last,
    }
}

/// A section that only looks.
fn look(rng: &mut Rng, inside: Vec<Action>) -> Section {
    Section {
        first: Change::Get,
        last: if rng.u32(..4) == 0 {
            Change::Get
        } else {
            Change::Nothing
        },
        ..section(rng, inside)
    }
}

fn atomic(rng: &mut Rng) -> Action {
    let at = at(rng);
    let value = value(rng);
    let both = any(rng, &[Relaxed, Acquire, Release, AcqRel, SeqCst]);
    match rng.u32(..11) {
        0..3 => Action::Load(at, any(rng, &[Relaxed, Acquire, SeqCst])),
        3..6 => Action::Store(at, value, any(rng, &[Relaxed, Release, SeqCst])),
        6..8 => Action::Add(at, value, both),
        8 | 9 => Action::Exchange(at, rng.i64(..3), value, both),
        _ => {
            let strong: [Ordering; 5] = [Acquire, Release, AcqRel, SeqCst, SeqCst];
            Action::Fence(any(rng, &strong))
        }
    }
}

/// Nothing, or something that others can see.
fn maybe(rng: &mut Rng) -> Vec<Action> {
    if rng.u32(..4) == 0 {
        vec![atomic(rng)]
    } else {
        Vec::new()
    }
}

fn lock(rng: &mut Rng) -> Action {
    let inside = maybe(rng);
    Action::Lock(at(rng), section(rng, inside))
}

fn mutex(rng: &mut Rng) -> Action {
    match rng.u32(..6) {
        // A lock inside of a lock: deadlocks.
        0 | 1 => {
            let outer = at(rng);
            let inner = if rng.u32(..12) == 0 { outer } else { 1 - outer };
            let inside = Action::Lock(inner, section(rng, Vec::new()));
            Action::Lock(outer, section(rng, vec![inside]))
        }
        2 => {
            let inside = maybe(rng);
            Action::TryLock(at(rng), section(rng, inside))
        }
        3 => atomic(rng),
        _ => lock(rng),
    }
}

fn until(rng: &mut Rng) -> Until {
    any(rng, &[Until::Woken, Until::Time, Until::Changed])
}

fn notify(rng: &mut Rng) -> Action {
    if rng.u32(..3) > 0 {
        Action::NotifyOne
    } else {
        Action::NotifyAll
    }
}

fn wait(rng: &mut Rng) -> Action {
    let inside = maybe(rng);
    Action::Wait(until(rng), section(rng, inside))
}

fn monitor(rng: &mut Rng) -> Action {
    match rng.u32(..8) {
        0..3 => wait(rng),
        3 => lock(rng),
        // Rarely somebody breaks the rule.
        4 if rng.u32(..6) == 0 => notify(rng),
        _ => {
            let inside = vec![notify(rng)];
            Action::Lock(0, section(rng, inside))
        }
    }
}

fn condvar(rng: &mut Rng) -> Action {
    match rng.u32(..8) {
        0..3 => wait(rng),
        3..6 => notify(rng),
        6 => Action::Lock(0, section(rng, Vec::new())),
        _ => atomic(rng),
    }
}

fn reader(rng: &mut Rng) -> Action {
    let at = usize::from(rng.u32(..6) == 0);
    let inside = match rng.u32(..10) {
        0 => vec![Action::Read(1 - at, look(rng, Vec::new()))],
        1 => vec![Action::Write(1 - at, section(rng, Vec::new()))],
        _ => maybe(rng),
    };
    match rng.u32(..10) {
        0..5 => Action::Read(at, look(rng, inside)),
        5..8 => Action::Write(at, section(rng, inside)),
        8 => {
            let last = look(rng, Vec::new()).last;
            let first = section(rng, Vec::new()).last;
            Action::Downgrade(
                at,
                Section {
                    first,
                    inside,
                    last,
                },
            )
        }
        _ => lock(rng),
    }
}

fn tries(rng: &mut Rng) -> Action {
    match rng.u32(..10) {
        0 | 1 => {
            let inside = maybe(rng);
            Action::TryRead(at(rng), look(rng, inside))
        }
        2 => {
            let inside = maybe(rng);
            Action::TryWrite(at(rng), section(rng, inside))
        }
        // While the lock is held something else is waited for, or the lock itself.
        3..5 => {
            let inside = match rng.u32(..8) {
                0 | 1 => Action::Arrive,
                2 => Action::Park,
                3 | 4 => Action::Read(0, look(rng, Vec::new())),
                5 | 6 => Action::TryRead(0, look(rng, Vec::new())),
                _ => Action::Unpark(rng.usize(..3)),
            };
            Action::Read(0, look(rng, vec![inside]))
        }
        5 => Action::Write(0, section(rng, Vec::new())),
        6 if rng.u32(..3) == 0 => Action::Arrive,
        6 => Action::Unpark(rng.usize(..3)),
        _ => reader(rng),
    }
}

fn channel(rng: &mut Rng) -> Action {
    match rng.u32(..20) {
        0..7 => Action::Send(value(rng)),
        7 | 8 => Action::TrySend(value(rng)),
        9..13 => Action::Receive,
        13 => Action::TryReceive,
        14 => Action::ReceiveForTime,
        15 | 16 => Action::ReceiveAll,
        17 => Action::DropSender,
        18 => Action::DropReceiver,
        _ => atomic(rng),
    }
}

/// Attempts to send find a receiver only while one waits.
fn rendezvous(rng: &mut Rng) -> Action {
    match rng.u32(..8) {
        0 => Action::TrySend(value(rng)),
        1 => Action::Send(value(rng)),
        2 => Action::Receive,
        _ => channel(rng),
    }
}

fn shared(rng: &mut Rng) -> Action {
    match rng.u32(..8) {
        0 => lock(rng),
        _ => channel(rng),
    }
}

fn parking(rng: &mut Rng) -> Action {
    match rng.u32(..8) {
        0 | 1 => Action::Park,
        2 => Action::ParkForTime,
        3..6 => Action::Unpark(rng.usize(..4)),
        6 => atomic(rng),
        _ => lock(rng),
    }
}

fn barrier(rng: &mut Rng) -> Action {
    match rng.u32(..8) {
        0..4 => Action::Arrive,
        4 | 5 => lock(rng),
        6 => atomic(rng),
        _ => Action::Lock(0, section(rng, vec![Action::Arrive])),
    }
}

/// What is done only once. It may fail.
fn initialiser(rng: &mut Rng) -> Vec<Action> {
    match rng.u32(..12) {
        0..3 => vec![Action::Panic],
        3..5 => vec![atomic(rng)],
        5..7 => vec![lock(rng)],
        // The others wait as long as it does.
        7 => vec![Action::Park],
        _ => Vec::new(),
    }
}

/// Something that may panic, most often with somebody to catch it.
fn caught(rng: &mut Rng, action: Action) -> Action {
    if rng.u32(..4) == 0 {
        action
    } else {
        Action::Catch(vec![action])
    }
}

fn once(rng: &mut Rng) -> Action {
    let inside = initialiser(rng);
    match rng.u32(..8) {
        0..3 => caught(rng, Action::CallOnce(inside)),
        3 | 4 => caught(rng, Action::CallOnceForce(inside)),
        5 if rng.bool() => Action::IsCompleted,
        5 => caught(rng, Action::AwaitOnce),
        6 => atomic(rng),
        _ => lock(rng),
    }
}

fn cell(rng: &mut Rng) -> Action {
    let inside = initialiser(rng);
    match rng.u32(..8) {
        0..3 => {
            let initialise = Action::GetOrInit(value(rng), inside);
            caught(rng, initialise)
        }
        3 | 4 => Action::Set(value(rng)),
        5 if rng.bool() => Action::AwaitCell,
        5 | 6 => Action::Get,
        _ => lock(rng),
    }
}

/// Something that the destructor of a thread-local value does, and others can see.
fn at_the_end(rng: &mut Rng) -> Action {
    let inside = match rng.u32(..4) {
        0 => Action::Store(at(rng), value(rng), SeqCst),
        1 => Action::Add(at(rng), value(rng), SeqCst),
        _ => lock(rng),
    };
    Action::Local(vec![inside])
}

fn local(rng: &mut Rng) -> Action {
    match rng.u32(..8) {
        0..3 => at_the_end(rng),
        3 | 4 => lock(rng),
        5 => atomic(rng),
        // A scope ends before the destructors of its threads.
        _ => Action::Scope(vec![vec![at_the_end(rng)]]),
    }
}

/// Something that panics while it holds locks. The outer one of two is let go after the inner
/// one, which others can tell.
fn panicking(rng: &mut Rng) -> Action {
    let at = rarely_the_other(rng);
    let mut inside = maybe(rng);
    inside.push(Action::Panic);
    let section = section(rng, inside);
    match rng.u32(..8) {
        0..3 => Action::Lock(at, section),
        3 => Action::Write(at, section),
        4 => Action::Read(at, section),
        _ => Action::Lock(
            1 - at,
            Section {
                inside: vec![Action::Lock(at, section)],
                first: Change::Nothing,
                last: Change::Nothing,
            },
        ),
    }
}

/// One of two locks, the first much more often: who panics and who looks must meet.
fn rarely_the_other(rng: &mut Rng) -> usize {
    usize::from(rng.u32(..6) == 0)
}

fn poison(rng: &mut Rng) -> Action {
    let at = rarely_the_other(rng);
    let which = if rng.u32(..4) > 0 {
        Lock::Mutex(at)
    } else {
        Lock::RwLock(at)
    };
    match rng.u32(..12) {
        0 | 1 => {
            let inside = panicking(rng);
            caught(rng, inside)
        }
        2 => Action::IsPoisoned(which),
        3..7 => Action::ClearPoison(which),
        7 => Action::TryLock(1 - at, section(rng, Vec::new())),
        8 => Action::Read(at, look(rng, Vec::new())),
        9 => Action::Write(at, section(rng, Vec::new())),
        // Whether the inner one is free again, or poisoned, and the outer one not yet.
        10 => {
            let inside = Action::TryLock(1 - at, section(rng, Vec::new()));
            Action::TryLock(at, section(rng, vec![inside]))
        }
        _ => Action::Lock(at, section(rng, Vec::new())),
    }
}

/// What a thread of a thread does.
fn leaf(rng: &mut Rng) -> Vec<Action> {
    match rng.u32(..4) {
        0 => vec![atomic(rng)],
        1 => vec![reader(rng)],
        2 => vec![mutex(rng)],
        _ => vec![lock(rng)],
    }
}

fn tree(rng: &mut Rng) -> Action {
    match rng.u32(..10) {
        0 | 1 => Action::Spawn(leaf(rng)),
        2 => Action::Scope(vec![leaf(rng)]),
        3 => Action::Scope(vec![vec![Action::Scope(vec![leaf(rng)])]]),
        4 => Action::Join,
        5 | 6 => Action::IsFinished,
        7 => Action::Yield,
        8 => atomic(rng),
        _ => lock(rng),
    }
}

fn time(rng: &mut Rng) -> Action {
    match rng.u32(..10) {
        0 | 1 => Action::Sleep,
        2 => Action::Clock,
        3 => Action::Wait(Until::Time, section(rng, Vec::new())),
        4 => Action::ParkForTime,
        5 => Action::ReceiveForTime,
        6 => Action::Unpark(rng.usize(..3)),
        7 if rng.bool() => Action::Send(value(rng)),
        7 => Action::NotifyAll,
        8 => Action::TryLock(at(rng), section(rng, Vec::new())),
        _ => lock(rng),
    }
}

fn count(rng: &mut Rng) -> Action {
    match rng.u32(..10) {
        0 | 1 => Action::StrongCount,
        2 | 3 => Action::DropArc,
        4 => Action::TryUnwrap,
        5 => Action::IntoInner,
        6 => Action::GetMut(value(rng)),
        7 | 8 => Action::Upgrade,
        _ => lock(rng),
    }
}
