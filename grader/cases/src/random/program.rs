//! Programs as data.

use std::sync::atomic::Ordering;

use super::Plain;

/// What a program is mainly about: which actions it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Atomics,
    Mutexes,
    /// Condition variables that are used under their mutex.
    Monitors,
    /// Condition variables that are notified without the mutex.
    Condvars,
    Readers,
    /// Reader-writer locks that are tried, taken again, and held while something is waited for.
    Tries,
    Channels,
    /// Channels of capacity zero.
    Rendezvous,
    /// Channels whose receiver is in a mutex.
    Shared,
    Parking,
    Barriers,
    Onces,
    Cells,
    Locals,
    Poison,
    /// Threads of threads, and scopes in scopes.
    Trees,
    Time,
    /// The counts of `Arc`.
    Counts,
    Mixed,
}

impl Kind {
    /// All kinds whose actions [`Mixed`](Self::Mixed) may have.
    pub const MIXED: [Self; 17] = [
        Self::Atomics,
        Self::Mutexes,
        Self::Monitors,
        Self::Condvars,
        Self::Readers,
        Self::Tries,
        Self::Channels,
        Self::Rendezvous,
        Self::Shared,
        Self::Parking,
        Self::Barriers,
        Self::Onces,
        Self::Cells,
        Self::Locals,
        Self::Poison,
        Self::Trees,
        Self::Time,
    ];

    /// All kinds.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::MIXED.into_iter().chain([Self::Counts, Self::Mixed])
    }
}

/// What is done to the value in a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Nothing,
    /// It is logged.
    Get,
    Add(i64),
    Set(i64),
}

/// What is done while a lock is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub first: Change,
    pub inside: Vec<Action>,
    pub last: Change,
}

/// How a condition variable is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Whatever wakes the thread.
    Woken,
    /// That, or the end of a time.
    Time,
    /// The value in the mutex is not zero.
    Changed,
}

/// A lock that can be poisoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    Mutex(usize),
    RwLock(usize),
}

/// What a thread does. What it learns it writes into its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Load(usize, Ordering),
    Store(usize, i64, Ordering),
    Add(usize, i64, Ordering),
    /// Compares with the first value, and exchanges it for the second.
    Exchange(usize, i64, i64, Ordering),
    Fence(Ordering),
    Lock(usize, Section),
    TryLock(usize, Section),
    /// Waits for the condition variable under the first mutex. What is inside comes after.
    Wait(Until, Section),
    NotifyOne,
    NotifyAll,
    Read(usize, Section),
    Write(usize, Section),
    TryRead(usize, Section),
    TryWrite(usize, Section),
    /// Takes the lock for writing, makes the first change, and goes on as a reader.
    Downgrade(usize, Section),
    IsPoisoned(Lock),
    ClearPoison(Lock),
    Send(i64),
    TrySend(i64),
    Receive,
    TryReceive,
    ReceiveForTime,
    /// Receives until there is no sender.
    ReceiveAll,
    DropSender,
    DropReceiver,
    Arrive,
    CallOnce(Vec<Action>),
    CallOnceForce(Vec<Action>),
    IsCompleted,
    /// Waits until the first of [`CallOnce`](Self::CallOnce) and its like is done.
    AwaitOnce,
    Get,
    Set(i64),
    GetOrInit(i64, Vec<Action>),
    /// Waits until the cell has a value.
    AwaitCell,
    Park,
    ParkForTime,
    /// Unparks the thread of this number, if it is known: 0 is the main thread.
    Unpark(usize),
    Sleep,
    Yield,
    /// Asks how long [`ParkForTime`](Self::ParkForTime) took.
    Clock,
    Spawn(Vec<Action>),
    /// Joins the first thread that it has spawned and not joined.
    Join,
    /// Asks whether that thread has ended.
    IsFinished,
    Scope(Vec<Vec<Action>>),
    /// Leaves a thread-local value whose destructor does this.
    Local(Vec<Action>),
    Panic,
    Catch(Vec<Action>),
    StrongCount,
    TryUnwrap,
    IntoInner,
    GetMut(i64),
    Upgrade,
    DropArc,
}

impl Action {
    /// The actions in it, list by list.
    pub fn lists(&self) -> Vec<&Vec<Self>> {
        match self {
            Self::Lock(_, section)
            | Self::TryLock(_, section)
            | Self::Wait(_, section)
            | Self::Read(_, section)
            | Self::Write(_, section)
            | Self::TryRead(_, section)
            | Self::TryWrite(_, section)
            | Self::Downgrade(_, section) => vec![&section.inside],
            Self::CallOnce(inside)
            | Self::CallOnceForce(inside)
            | Self::GetOrInit(_, inside)
            | Self::Spawn(inside)
            | Self::Local(inside)
            | Self::Catch(inside) => vec![inside],
            Self::Scope(threads) => threads.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The same for changes.
    pub fn lists_mut(&mut self) -> Vec<&mut Vec<Self>> {
        match self {
            Self::Lock(_, section)
            | Self::TryLock(_, section)
            | Self::Wait(_, section)
            | Self::Read(_, section)
            | Self::Write(_, section)
            | Self::TryRead(_, section)
            | Self::TryWrite(_, section)
            | Self::Downgrade(_, section) => vec![&mut section.inside],
            Self::CallOnce(inside)
            | Self::CallOnceForce(inside)
            | Self::GetOrInit(_, inside)
            | Self::Spawn(inside)
            | Self::Local(inside)
            | Self::Catch(inside) => vec![inside],
            Self::Scope(threads) => threads.iter_mut().collect(),
            _ => Vec::new(),
        }
    }

    /// What it does with a lock.
    pub fn section_mut(&mut self) -> Option<&mut Section> {
        match self {
            Self::Lock(_, section)
            | Self::TryLock(_, section)
            | Self::Wait(_, section)
            | Self::Read(_, section)
            | Self::Write(_, section)
            | Self::TryRead(_, section)
            | Self::TryWrite(_, section)
            | Self::Downgrade(_, section) => Some(section),
            _ => None,
        }
    }

    fn visit(&self, look: &mut dyn FnMut(&Self)) {
        look(self);
        for list in self.lists() {
            for action in list {
                action.visit(look);
            }
        }
    }
}

/// Who has the receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The main thread.
    Main,
    /// The first thread that it spawns.
    First,
    /// Whoever takes it out of a mutex.
    Everybody,
}

/// How the threads are spawned and waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Joined,
    /// They are in a scope that waits for them.
    Scoped,
    Detached,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub kind: Kind,
    /// That of the channel, if it is bounded.
    pub capacity: Option<usize>,
    pub receiver: Owner,
    pub shape: Shape,
    /// Whether its orderings are taken by their word.
    pub weak: bool,
    /// What the spawned threads do.
    pub threads: Vec<Vec<Action>>,
    /// What the main thread does when it has spawned them.
    pub main: Vec<Action>,
}

/// What threads can meet at in a program.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Uses {
    pub atomics: [bool; 2],
    pub mutexes: [bool; 2],
    pub rwlocks: [bool; 2],
    pub channel: bool,
    pub once: bool,
    pub cell: bool,
    pub counted: bool,
    pub panics: bool,
    /// Threads spawn threads.
    pub trees: bool,
    /// Something may take a spurious wake-up.
    pub wakes: bool,
}

/// A program with what it uses, to be shared by its threads.
#[derive(Debug)]
pub struct Ready {
    pub program: Program,
    pub uses: Uses,
}

impl Program {
    /// Looks at every action.
    pub fn visit(&self, look: &mut dyn FnMut(&Action)) {
        for action in self.threads.iter().chain([&self.main]).flatten() {
            action.visit(look);
        }
    }

    /// Makes it ready to run.
    pub fn ready(&self) -> Plain<Ready> {
        Plain::new(Ready {
            program: self.clone(),
            uses: self.uses(),
        })
    }

    /// What it uses.
    pub fn uses(&self) -> Uses {
        let mut uses = Uses::default();
        self.visit(&mut |action| uses.note(action));
        uses
    }
}

impl Uses {
    fn note(&mut self, action: &Action) {
        match action {
            Action::Load(at, _)
            | Action::Store(at, ..)
            | Action::Add(at, ..)
            | Action::Exchange(at, ..) => self.atomics[*at] = true,
            Action::Lock(at, _)
            | Action::TryLock(at, _)
            | Action::IsPoisoned(Lock::Mutex(at))
            | Action::ClearPoison(Lock::Mutex(at)) => self.mutexes[*at] = true,
            Action::Wait(..) => {
                self.mutexes[0] = true;
                self.wakes = true;
            }
            Action::Read(at, _)
            | Action::Write(at, _)
            | Action::TryRead(at, _)
            | Action::TryWrite(at, _)
            | Action::Downgrade(at, _)
            | Action::IsPoisoned(Lock::RwLock(at))
            | Action::ClearPoison(Lock::RwLock(at)) => self.rwlocks[*at] = true,
            Action::Send(_)
            | Action::TrySend(_)
            | Action::Receive
            | Action::TryReceive
            | Action::ReceiveAll
            | Action::ReceiveForTime
            | Action::DropSender
            | Action::DropReceiver => self.channel = true,
            Action::CallOnce(_)
            | Action::CallOnceForce(_)
            | Action::IsCompleted
            | Action::AwaitOnce => {
                self.once = true;
            }
            Action::Get | Action::Set(_) | Action::GetOrInit(..) | Action::AwaitCell => {
                self.cell = true;
            }
            Action::Park | Action::ParkForTime | Action::Clock => self.wakes = true,
            Action::Panic => self.panics = true,
            Action::Spawn(_) | Action::Scope(_) => self.trees = true,
            Action::StrongCount
            | Action::TryUnwrap
            | Action::IntoInner
            | Action::GetMut(_)
            | Action::Upgrade
            | Action::DropArc => self.counted = true,
            Action::NotifyOne
            | Action::NotifyAll
            | Action::Fence(_)
            | Action::Arrive
            | Action::Unpark(_)
            | Action::Sleep
            | Action::Yield
            | Action::Join
            | Action::IsFinished
            | Action::Local(_)
            | Action::Catch(_) => {}
        }
    }
}
