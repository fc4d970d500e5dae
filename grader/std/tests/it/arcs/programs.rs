//! Random programs that share an `Arc` with a destructor that can be told: plain enumeration
//! and reduction must see the same results.

use std::{
    cell::Cell,
    collections::BTreeSet,
    env, mem,
    rc::Rc,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU32, Ordering::SeqCst},
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread,
};

use fastrand::Rng;
use interleave::{
    Config, Granularity, Outcome, Strategy,
    strategy::{Bounded, Dpor},
};

/// What a thread does, to its last `Arc` or `Weak` if it has one.
#[derive(Debug, Clone, Copy)]
enum Action {
    Clone,
    Drop,
    Downgrade,
    CloneWeak,
    DropWeak,
    Upgrade,
    StrongCount,
    WeakCount,
    TryUnwrap,
    IntoInner,
    GetMut,
    MakeMut,
    /// Something that is no doing of the `Arc`'s.
    Add,
}

const ACTIONS: [Action; 17] = [
    Action::Clone,
    Action::Drop,
    Action::Drop,
    Action::Downgrade,
    Action::CloneWeak,
    Action::DropWeak,
    Action::Upgrade,
    Action::Upgrade,
    Action::StrongCount,
    Action::StrongCount,
    Action::WeakCount,
    Action::TryUnwrap,
    Action::TryUnwrap,
    Action::IntoInner,
    Action::GetMut,
    Action::MakeMut,
    Action::Add,
];

/// What programs do that never ask.
const QUIET: [Action; 5] = [
    Action::Clone,
    Action::Drop,
    Action::Drop,
    Action::Add,
    Action::Add,
];

/// What is told when a value is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Witness {
    /// Nothing.
    Silent,
    /// Which thread did it.
    Thread,
    /// That it was done, by a step and not under a lock.
    Step,
    /// Another `Arc` goes with it, which all threads count.
    Inner,
    /// A sender goes with it, for whose end the main thread waits.
    Sender,
    /// The same, and the main thread looks whether it is gone as well.
    SenderSeen,
    /// A receiver goes with it, to which the main thread sends.
    Receiver,
}

#[derive(Debug, Clone)]
struct Program {
    threads: Vec<Vec<Action>>,
    witness: Witness,
    /// Whether each thread begins with a `Weak` too.
    watched: bool,
}

impl Program {
    fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let count = rng.usize(2..4);
        let longest = if count == 2 { 4 } else { 3 };
        let actions = if rng.u32(..3) == 0 {
            &QUIET[..]
        } else {
            &ACTIONS
        };
        let mut thread = || {
            let length = rng.usize(1..=longest);
            (0..length)
                .map(|_| actions[rng.usize(..actions.len())])
                .collect()
        };
        let threads = (0..count).map(|_| thread()).collect();
        Self {
            threads,
            witness: match rng.u32(..8) {
                0 => Witness::Silent,
                1 => Witness::Step,
                2 => Witness::Inner,
                3 => Witness::Sender,
                4 => Witness::SenderSeen,
                5 => Witness::Receiver,
                _ => Witness::Thread,
            },
            watched: rng.bool(),
        }
    }
}

/// What all threads can see beside the `Arc`.
#[derive(Debug, Default)]
struct World {
    dropped: Mutex<Vec<i64>>,
    steps: AtomicU32,
}

#[derive(Debug)]
struct Value<'w> {
    world: &'w World,
    witness: Witness,
    inner: Option<Arc<u8>>,
    sender: Option<Sender<i64>>,
    /// In a lock, as a receiver cannot be shared.
    _receiver: Mutex<Option<Receiver<i64>>>,
    number: i64,
}

impl Clone for Value<'_> {
    fn clone(&self) -> Self {
        Self {
            world: self.world,
            witness: self.witness,
            inner: self.inner.clone(),
            sender: self.sender.clone(),
            _receiver: Mutex::default(),
            number: self.number + 10,
        }
    }
}

impl Drop for Value<'_> {
    fn drop(&mut self) {
        match self.witness {
            Witness::Silent
            | Witness::Inner
            | Witness::Sender
            | Witness::SenderSeen
            | Witness::Receiver => {}
            Witness::Thread => {
                let name = thread::current().name().map(str::to_owned);
                let name = name.and_then(|name| name.parse::<i64>().ok()).unwrap_or(0);
                self.world.dropped.lock().unwrap().push(name + self.number);
            }
            Witness::Step => _ = self.world.steps.fetch_add(1, SeqCst),
        }
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).expect("it is small")
}

#[derive(Default)]
struct Hands<'w> {
    arcs: Vec<Arc<Value<'w>>>,
    weaks: Vec<Weak<Value<'w>>>,
    inner: Option<Weak<u8>>,
}

impl Hands<'_> {
    fn act(&mut self, action: Action, world: &World, log: &mut Vec<i64>) {
        match action {
            Action::Clone => self.arcs.extend(self.arcs.last().cloned()),
            Action::Drop => drop(self.arcs.pop()),
            Action::Downgrade => self.weaks.extend(self.arcs.last().map(Arc::downgrade)),
            Action::CloneWeak => self.weaks.extend(self.weaks.last().cloned()),
            Action::DropWeak => drop(self.weaks.pop()),
            Action::Upgrade => {
                let upgraded = self.weaks.last().map(Weak::upgrade);
                if let Some(upgraded) = upgraded {
                    log.push(i64::from(upgraded.is_some()));
                    self.arcs.extend(upgraded);
                }
            }
            Action::StrongCount => {
                let inner = self
                    .inner
                    .as_ref()
                    .map(|inner| number(inner.strong_count()));
                log.extend(inner);
                log.extend(self.arcs.last().map(|arc| number(Arc::strong_count(arc))));
            }
            Action::WeakCount => {
                log.extend(self.arcs.last().map(|arc| number(Arc::weak_count(arc))));
                log.extend(self.weaks.last().map(|weak| number(weak.weak_count())));
            }
            Action::TryUnwrap => match self.arcs.pop().map(Arc::try_unwrap) {
                Some(Ok(value)) => log.push(100 + value.number),
                Some(Err(arc)) => {
                    log.push(-1);
                    self.arcs.push(arc);
                }
                None => {}
            },
            Action::IntoInner => {
                let value = self.arcs.pop().map(Arc::into_inner);
                log.extend(value.map(|value| value.map_or(-2, |value| 200 + value.number)));
            }
            Action::GetMut => {
                let value = self.arcs.last_mut().map(Arc::get_mut);
                log.extend(value.map(|value| {
                    value.map_or(-3, |value| {
                        value.number += 1;
                        300 + value.number
                    })
                }));
            }
            Action::MakeMut => {
                if let Some(arc) = self.arcs.last_mut() {
                    let value = Arc::make_mut(arc);
                    value.number += 1;
                    log.push(400 + value.number);
                }
            }
            Action::Add => log.push(i64::from(world.steps.fetch_add(1, SeqCst))),
        }
    }
}

/// Runs a program; its result is what the threads logged and left behind.
fn run_program(program: &Program) -> Vec<Vec<i64>> {
    let world = World::default();
    let inner = (program.witness == Witness::Inner).then(|| Arc::new(0));
    let watched = inner.as_ref().map(Arc::downgrade);
    let (sender, receiver) = channel();
    let shares_receiver = program.witness == Witness::Receiver;
    let sees_sender = program.witness == Witness::SenderSeen;
    let shares_sender = program.witness == Witness::Sender || sees_sender;
    let (theirs, ours) = if shares_receiver {
        (Some(receiver), None)
    } else {
        (None, Some(receiver))
    };
    let first = Arc::new(Value {
        world: &world,
        witness: program.witness,
        inner,
        sender: shares_sender.then(|| sender.clone()),
        _receiver: Mutex::new(theirs),
        number: 0,
    });
    let mut logs = thread::scope(|scope| {
        let mut handles = Vec::new();
        for (index, actions) in program.threads.iter().enumerate() {
            let mut hands = Hands {
                arcs: vec![first.clone()],
                weaks: Vec::new(),
                inner: watched.clone(),
            };
            if program.watched {
                hands.weaks.push(Arc::downgrade(&first));
            }
            let builder = thread::Builder::new().name(format!("{}", (index + 1) * 1000));
            let world = &world;
            let handle = builder.spawn_scoped(scope, move || {
                let mut log = Vec::new();
                for &action in actions {
                    hands.act(action, world, &mut log);
                }
                log
            });
            handles.push(handle.unwrap());
        }
        drop(first);
        let mut log = Vec::new();
        if shares_receiver {
            log.push(i64::from(sender.send(1).is_ok()));
        }
        drop(sender);
        if let Some(receiver) = ours.filter(|_| shares_sender) {
            if sees_sender {
                log.push(i64::from(receiver.try_recv() == Err(TryRecvError::Empty)));
            }
            log.push(receiver.recv().unwrap_or(-1));
            log.push(i64::from(world.steps.load(SeqCst)));
        }
        let logs = handles.into_iter().map(|t| t.join().unwrap());
        logs.chain([log]).collect::<Vec<_>>()
    });
    logs.push(mem::take(&mut *world.dropped.lock().unwrap()));
    logs.push(vec![
        i64::from(world.steps.load(SeqCst)),
        watched.map_or(-1, |inner| number(inner.strong_count())),
    ]);
    logs
}

/// How one execution ended.
fn execute(
    program: &Program,
    granularity: Granularity,
    strategy: &mut dyn Strategy,
) -> (String, Option<Granularity>) {
    let result = Rc::new(Cell::new(None));
    let (mine, slot) = (program.clone(), Rc::clone(&result));
    let config = Config {
        granularity,
        ..Config::default()
    };
    let executed = interleave::run(config, strategy, move || {
        slot.set(Some(run_program(&mine)));
    });
    let said = match executed.outcome {
        Outcome::Completed => format!("{:?}", result.take()),
        other => format!("{other:?}"),
    };
    (said, executed.finer)
}

/// All results by enumeration, or nothing if there are more than `limit` schedules.
fn enumerate(
    program: &Program,
    granularity: Granularity,
    limit: usize,
) -> Option<(BTreeSet<String>, usize)> {
    let mut search = Bounded::exhaustive();
    let mut results = BTreeSet::new();
    for count in 1..=limit {
        let (said, finer) = execute(program, granularity, &mut search);
        if let Some(finer) = finer {
            return enumerate(program, finer, limit);
        }
        results.insert(said);
        if !search.advance() {
            return Some((results, count));
        }
    }
    None
}

/// All results by partial-order reduction, and how many executions it took.
fn reduce(program: &Program, granularity: Granularity) -> (BTreeSet<String>, usize) {
    let mut search = Dpor::new();
    let mut results = BTreeSet::new();
    for count in 1.. {
        let (said, finer) = execute(program, granularity, &mut search);
        if let Some(finer) = finer {
            return reduce(program, finer);
        }
        if !search.was_pruned() {
            results.insert(said);
        }
        if !search.advance() {
            return (results, count);
        }
    }
    unreachable!("the search comes to its end")
}

#[test]
fn reduction_and_enumeration_see_the_same_results() {
    let asked = env::var("INTERLEAVE_PROGRAMS").ok();
    let wanted: usize = asked.and_then(|count| count.parse().ok()).unwrap_or(200);
    let (mut compared, mut results, mut enumerated, mut reduced) = (0, 0, 0, 0);
    for seed in 1.. {
        let program = Program::of(seed);
        // Each drop is a step here, whether it needs to be one or not.
        let finest = Granularity::CondvarOps.and(Granularity::Drops);
        let Some((all, schedules)) = enumerate(&program, finest, 1000) else {
            continue;
        };
        let (some, executions) = reduce(&program, Granularity::Coarse);
        assert_eq!(some, all, "program {seed}: {program:?}");
        // One that has a single result says little.
        compared += usize::from(all.len() > 1);
        results += all.len();
        enumerated += schedules;
        reduced += executions;
        if compared == wanted {
            break;
        }
    }
    println!("{compared} programs, {results} results, {enumerated} schedules, {reduced} reduced");
}
