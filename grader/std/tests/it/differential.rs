//! Partial-order reduction against plain enumeration of all schedules: on random
//! programs both must see the same set of results.

use std::{
    cell::Cell,
    collections::BTreeSet,
    env,
    rc::Rc,
    sync::{
        Arc, Barrier, Condvar, Mutex, OnceLock, RwLock,
        atomic::{
            AtomicI64, Ordering,
            Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
            fence,
        },
        mpsc::{self, Receiver, SyncSender},
    },
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;
use interleave::{
    Config, Grain, Outcome, Strategy,
    strategy::{Bounded, Dpor},
};

/// What a thread of a random program does.
#[derive(Debug, Clone)]
enum Action {
    Load(usize, Ordering),
    Store(usize, i64, Ordering),
    Add(usize, i64, Ordering),
    Fence(Ordering),
    Lock(usize, Vec<Action>),
    TryLock(usize, Vec<Action>),
    Wait(usize),
    WaitForTime(usize),
    NotifyOne,
    NotifyAll,
    Send(i64),
    TrySend(i64),
    Receive,
    TryReceive,
    ReceiveForTime,
    Hang,
    Park,
    ParkForTime,
    Unpark,
    Sleep,
    Yield,
    Clock,
    Read(Vec<Action>),
    Write(Vec<Action>),
    TryRead,
    TryWrite,
    Initialise(i64),
    Look,
    Arrive,
    /// Makes the main thread ask whether the thread has ended.
    Ask,
}

/// A random program: what its threads do, and whether they are joined.
#[derive(Debug, Clone)]
struct Program {
    capacity: Option<usize>,
    /// The second thread owns the receiver; all own a sender.
    threads: Vec<Vec<Action>>,
    detached: bool,
    /// Whether its orderings are taken by their word.
    weak: bool,
}

/// Which actions a program may have.
#[derive(Debug, Clone, Copy)]
enum Palette {
    Memory,
    Locks,
    Condvars,
    /// Condition variables that are used under their mutex.
    Monitors,
    Channels,
    Parking,
    Sharing,
    Mixed,
}

const PALETTES: [Palette; 8] = [
    Palette::Memory,
    Palette::Locks,
    Palette::Condvars,
    Palette::Monitors,
    Palette::Channels,
    Palette::Parking,
    Palette::Sharing,
    Palette::Mixed,
];

fn memory(rng: &mut Rng) -> Action {
    let variable = rng.usize(..2);
    let mut order = |orders: &[Ordering]| *rng.choice(orders).expect("there are some");
    let load = order(&[Relaxed, Acquire, SeqCst]);
    let store = order(&[Relaxed, Release, SeqCst]);
    let both = order(&[Relaxed, Acquire, Release, AcqRel, SeqCst]);
    let strong = order(&[Acquire, Release, AcqRel, SeqCst, SeqCst]);
    match rng.u32(..10) {
        0..3 => Action::Load(variable, load),
        3..6 => Action::Store(variable, rng.i64(1..9), store),
        6..9 => Action::Add(variable, rng.i64(1..9), both),
        _ => Action::Fence(strong),
    }
}

fn critical_section(rng: &mut Rng) -> Vec<Action> {
    (0..rng.usize(..3)).map(|_| memory(rng)).collect()
}

/// What is done under the mutex of a condition variable.
fn monitor(rng: &mut Rng) -> Action {
    let inside = (0..rng.usize(1..4)).map(|_| match rng.u32(..6) {
        0..2 => Action::NotifyOne,
        2 => Action::NotifyAll,
        _ => memory(rng),
    });
    Action::Lock(0, inside.collect())
}

fn action(rng: &mut Rng, palette: Palette) -> Action {
    let lock = |rng: &mut Rng| match rng.u32(..4) {
        0 => Action::TryLock(rng.usize(..2), critical_section(rng)),
        // A lock inside of a lock: deadlocks.
        1 => {
            let inner = Action::Lock(rng.usize(..2), critical_section(rng));
            Action::Lock(rng.usize(..2), vec![inner])
        }
        _ => Action::Lock(rng.usize(..2), critical_section(rng)),
    };
    match (palette, rng.u32(..8)) {
        (Palette::Locks, 0..4) | (Palette::Mixed, 0) => lock(rng),
        (Palette::Condvars, 0) | (Palette::Monitors, 0 | 1) | (Palette::Mixed, 1) => {
            Action::Wait(0)
        }
        (Palette::Condvars, 1) | (Palette::Monitors | Palette::Mixed, 2) => Action::WaitForTime(0),
        (Palette::Condvars, 2 | 3) => Action::NotifyOne,
        (Palette::Condvars, 4) | (Palette::Mixed, 3) => Action::NotifyAll,
        (Palette::Condvars, 5) => Action::Lock(0, critical_section(rng)),
        (Palette::Monitors, 3..6) => monitor(rng),
        // Rarely somebody breaks the rule.
        (Palette::Monitors, 6) if rng.u32(..8) == 0 => Action::NotifyOne,
        (Palette::Channels, 0 | 1) | (Palette::Mixed, 4) => Action::Send(rng.i64(1..9)),
        (Palette::Channels, 2) => Action::Receive,
        (Palette::Channels, 3) | (Palette::Mixed, 5) => Action::TryReceive,
        (Palette::Channels, 4) => Action::ReceiveForTime,
        (Palette::Channels, 5) => Action::TrySend(rng.i64(1..9)),
        (Palette::Channels, 6) => Action::Hang,
        (Palette::Parking, 0 | 1) => Action::Park,
        (Palette::Parking, 2) | (Palette::Mixed, 6) => Action::ParkForTime,
        (Palette::Parking, 3 | 4) => Action::Unpark,
        (Palette::Parking, 5) => Action::Ask,
        (Palette::Sharing, 0 | 1) => Action::Read(critical_section(rng)),
        (Palette::Sharing, 2) | (Palette::Mixed, 7) => Action::Write(critical_section(rng)),
        (Palette::Sharing, 3) => Action::TryRead,
        (Palette::Sharing, 4) => Action::TryWrite,
        (Palette::Sharing, 5) => Action::Initialise(rng.i64(1..9)),
        (Palette::Sharing, 6) => Action::Look,
        (Palette::Sharing, _) => Action::Arrive,
        (Palette::Locks, 4) => Action::Sleep,
        (Palette::Locks, 5) => Action::Yield,
        (Palette::Locks, 6) => Action::Clock,
        _ => memory(rng),
    }
}

fn program(seed: u64) -> Program {
    let mut rng = Rng::with_seed(seed);
    let palette = *rng.choice(&PALETTES).expect("there are some");
    let longest = if rng.bool() { 3 } else { 4 };
    let count = if longest == 4 { 2 } else { rng.usize(2..4) };
    let threads = (0..count)
        .map(|_| {
            (0..rng.usize(1..=longest))
                .map(|_| action(&mut rng, palette))
                .collect()
        })
        .collect();
    Program {
        capacity: *rng
            .choice(&[None, Some(0), Some(1), Some(2)])
            .expect("there are some"),
        threads,
        detached: rng.u32(..8) == 0,
        weak: rng.u32(..4) == 0 || matches!(palette, Palette::Memory) && rng.bool(),
    }
}

struct Shared {
    memory: [AtomicI64; 2],
    locks: [Mutex<()>; 2],
    condvar: Condvar,
    table: RwLock<()>,
    once: OnceLock<i64>,
    barrier: Barrier,
}

struct Ends {
    sender: Option<Sender>,
    receiver: Option<Receiver<i64>>,
    other: Option<thread::Thread>,
}

enum Sender {
    Bounded(SyncSender<i64>),
    Unbounded(mpsc::Sender<i64>),
}

const TIME: Duration = Duration::from_millis(3);

fn act(action: &Action, shared: &Shared, ends: &mut Ends, log: &mut Vec<i64>) {
    match action {
        Action::Load(at, order) => log.push(shared.memory[*at].load(*order)),
        Action::Store(at, value, order) => shared.memory[*at].store(*value, *order),
        Action::Add(at, value, order) => {
            log.push(shared.memory[*at].fetch_add(*value, *order));
        }
        Action::Fence(order) => fence(*order),
        Action::Lock(at, inside) => {
            let _guard = shared.locks[*at].lock();
            for action in inside {
                act(action, shared, ends, log);
            }
        }
        Action::TryLock(at, inside) => {
            let guard = shared.locks[*at].try_lock();
            log.push(i64::from(guard.is_ok()));
            if guard.is_ok() {
                for action in inside {
                    act(action, shared, ends, log);
                }
            }
        }
        Action::Wait(at) => {
            let guard = shared.locks[*at].lock().expect("nobody panics");
            drop(shared.condvar.wait(guard));
        }
        Action::WaitForTime(at) => {
            let start = Instant::now();
            let guard = shared.locks[*at].lock().expect("nobody panics");
            let waited = shared.condvar.wait_timeout(guard, TIME);
            log.push(i64::from(waited.expect("nobody panics").1.timed_out()));
            log.push(i64::from(start.elapsed() > TIME));
        }
        Action::NotifyOne => shared.condvar.notify_one(),
        Action::NotifyAll => shared.condvar.notify_all(),
        Action::Send(value) => log.push(match &ends.sender {
            Some(Sender::Bounded(sender)) => i64::from(sender.send(*value).is_ok()),
            Some(Sender::Unbounded(sender)) => i64::from(sender.send(*value).is_ok()),
            None => -1,
        }),
        Action::TrySend(value) => log.push(match &ends.sender {
            Some(Sender::Bounded(sender)) => i64::from(sender.try_send(*value).is_ok()),
            Some(Sender::Unbounded(sender)) => i64::from(sender.send(*value).is_ok()),
            None => -1,
        }),
        Action::Receive => {
            if let Some(receiver) = &ends.receiver {
                log.push(receiver.recv().unwrap_or(-1));
            }
        }
        Action::TryReceive => {
            if let Some(receiver) = &ends.receiver {
                log.push(match receiver.try_recv() {
                    Ok(value) => value,
                    Err(mpsc::TryRecvError::Empty) => -2,
                    Err(mpsc::TryRecvError::Disconnected) => -1,
                });
            }
        }
        Action::ReceiveForTime => {
            if let Some(receiver) = &ends.receiver {
                log.push(match receiver.recv_timeout(TIME) {
                    Ok(value) => value,
                    Err(mpsc::RecvTimeoutError::Timeout) => -2,
                    Err(mpsc::RecvTimeoutError::Disconnected) => -1,
                });
            }
        }
        Action::Hang => {
            ends.sender = None;
            ends.receiver = None;
        }
        Action::Park => thread::park(),
        Action::ParkForTime => {
            let start = Instant::now();
            thread::park_timeout(TIME);
            log.push(i64::from(start.elapsed() > TIME));
        }
        Action::Unpark => {
            if let Some(other) = &ends.other {
                other.unpark();
            }
        }
        Action::Sleep => thread::sleep(TIME),
        Action::Yield => thread::yield_now(),
        Action::Clock => log.push(i64::from(Instant::now().elapsed() > TIME)),
        Action::Read(inside) => {
            let _guard = shared.table.read();
            for action in inside {
                act(action, shared, ends, log);
            }
        }
        Action::Write(inside) => {
            let _guard = shared.table.write();
            for action in inside {
                act(action, shared, ends, log);
            }
        }
        Action::TryRead => log.push(i64::from(shared.table.try_read().is_ok())),
        Action::TryWrite => log.push(i64::from(shared.table.try_write().is_ok())),
        Action::Initialise(value) => log.push(*shared.once.get_or_init(|| {
            shared.memory[0].fetch_add(1, SeqCst);
            *value
        })),
        Action::Look => log.push(shared.once.get().copied().unwrap_or(-1)),
        Action::Arrive => log.push(i64::from(shared.barrier.wait().is_leader())),
        Action::Ask => {}
    }
}

/// Runs a program; its result is what the threads logged and left behind.
fn run_program(program: &Program) -> Vec<Vec<i64>> {
    let shared = Arc::new(Shared {
        memory: Default::default(),
        locks: Default::default(),
        condvar: Condvar::new(),
        table: RwLock::new(()),
        once: OnceLock::new(),
        barrier: Barrier::new(2),
    });
    let (sender, receiver) = if let Some(capacity) = program.capacity {
        let (sender, receiver) = mpsc::sync_channel(capacity);
        (Sender::Bounded(sender), receiver)
    } else {
        let (sender, receiver) = mpsc::channel();
        (Sender::Unbounded(sender), receiver)
    };
    let mut receiver = Some(receiver);
    let mut other = None;
    let mut handles = Vec::new();
    let mut logs = Vec::new();
    for (index, actions) in program.threads.iter().enumerate() {
        let actions = actions.clone();
        let shared = Arc::clone(&shared);
        let mut ends = Ends {
            sender: Some(match &sender {
                Sender::Bounded(sender) => Sender::Bounded(sender.clone()),
                Sender::Unbounded(sender) => Sender::Unbounded(sender.clone()),
            }),
            receiver: if index == 0 { receiver.take() } else { None },
            other: other.clone(),
        };
        let handle = thread::spawn(move || {
            let mut log = Vec::new();
            for action in &actions {
                act(action, &shared, &mut ends, &mut log);
            }
            log
        });
        other = Some(handle.thread().clone());
        if program
            .threads
            .iter()
            .flatten()
            .any(|a| matches!(a, Action::Ask))
        {
            logs.push(vec![i64::from(handle.is_finished())]);
        }
        handles.push(handle);
    }
    drop(sender);
    if !program.detached {
        for handle in handles {
            logs.push(handle.join().expect("nobody panics"));
        }
    }
    logs.push(shared.memory.iter().map(|m| m.load(SeqCst)).collect());
    logs
}

/// How one execution ended: in words, and with which result.
fn execute(
    program: &Program,
    config: &Config,
    strategy: &mut dyn Strategy,
) -> (String, Option<Grain>) {
    let result = Rc::new(Cell::new(None));
    let (mine, slot) = (program.clone(), Rc::clone(&result));
    let executed = interleave::run(config.clone(), strategy, move || {
        slot.set(Some(run_program(&mine)));
    });
    let said = match executed.outcome {
        Outcome::Completed => format!("{:?}", result.take()),
        Outcome::Deadlock(blocked) => {
            let who: Vec<_> = blocked.iter().map(|b| (b.task, b.op.kind.name())).collect();
            format!("deadlock {who:?}")
        }
        other => format!("{other:?}"),
    };
    (said, executed.finer)
}

/// All results by enumeration, or nothing if there are more than `limit` schedules.
fn enumerate(program: &Program, mut config: Config, limit: usize) -> Option<BTreeSet<String>> {
    let mut search = Bounded::exhaustive();
    let mut results = BTreeSet::new();
    for _ in 0..limit {
        let (said, finer) = execute(program, &config, &mut search);
        if let Some(finer) = finer {
            config.grain = finer;
            return enumerate(program, config, limit);
        }
        results.insert(said);
        if !search.advance() {
            return Some(results);
        }
    }
    None
}

/// All results by partial-order reduction, how many executions it took, and how many
/// of them were given up.
fn reduce(program: &Program, config: &Config) -> (BTreeSet<String>, usize, usize) {
    let mut search = Dpor::new();
    let mut results = BTreeSet::new();
    let (mut executions, mut pruned) = (0, 0);
    loop {
        let (said, finer) = execute(program, config, &mut search);
        if let Some(grain) = finer {
            let config = config.clone();
            return reduce(program, &Config { grain, ..config });
        }
        executions += 1;
        if search.was_pruned() {
            pruned += 1;
        } else {
            results.insert(said);
        }
        if !search.advance() {
            return (results, executions, pruned);
        }
    }
}

/// Compares both searches on programs until `count` could be enumerated.
fn compare(first: u64, count: usize, spurious: usize) {
    let (mut compared, mut seed) = (0, first);
    let (mut enumerated, mut reduced, mut given_up) = (0, 0, 0);
    while compared < count {
        seed += 1;
        let program = program(seed);
        let config = Config {
            max_spurious: spurious,
            weak_memory: program.weak,
            ..Config::default()
        };
        let Some(all) = enumerate(&program, config.clone(), 2000) else {
            continue;
        };
        // It has to find out itself how coarse its steps can be.
        let coarse = Config {
            grain: Grain::Coarse,
            ..config
        };
        let (some, executions, pruned) = reduce(&program, &coarse);
        // Where only accidents can help nobody goes on: what would follow an accident
        // is not asked for, so a program that can deadlock only has to be told so.
        let stuck = |results: &BTreeSet<String>| results.iter().any(|r| r.starts_with("deadlock"));
        if spurious > 0 && stuck(&all) {
            assert!(stuck(&some), "program {seed} never deadlocks\n{program:?}");
            continue;
        }
        let missing: Vec<_> = all.difference(&some).collect();
        assert!(
            missing.is_empty(),
            "program {seed}: {executions} executions never end in {missing:#?}\n{program:?}"
        );
        let extra: Vec<_> = some.difference(&all).collect();
        assert!(extra.is_empty(), "program {seed}: {extra:#?}\n{program:?}");
        compared += 1;
        enumerated += all.len();
        reduced += executions;
        given_up += pruned;
    }
    println!("{compared} programs, {enumerated} results, {reduced} executions, {given_up} pruned");
}

/// How many programs are compared: `INTERLEAVE_PROGRAMS`, else 1,500.
fn programs() -> usize {
    let asked = env::var("INTERLEAVE_PROGRAMS").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(1500)
}

#[test]
fn reduction_and_enumeration_see_the_same_results() {
    compare(0, programs(), 0);
}

#[test]
fn they_do_with_spurious_wake_ups_as_well() {
    compare(1 << 32, programs() / 5, 1);
}
