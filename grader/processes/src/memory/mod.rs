//! The memory of behaviour: what processes did in earlier executions.
//!
//! Where it is known what a process does, none runs. Only where it is not, a process is forked from a
//! template, or by an instance of the process that forks it, told again what it was told, and goes on
//! from there. It belongs to one scenario and one case.

mod templates;
mod tree;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use kernel::Limits;

use crate::{message::Told, scene::Seat};

use templates::Templates;
use tree::Tree;
pub(crate) use tree::{Before, Heard, NodeId, Path};

/// Whether an execution uses what is remembered of earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// It does not: each process is forked.
    Unused,
    /// It does, if what is remembered is of the program and input with this digest. What is remembered
    /// of another one is forgotten.
    Of(u64),
}

/// An execution with more processes has no memory: there have to be slots for templates.
const MOST_PROCESSES: usize = 128;

/// More templates than that have no slots.
const MOST_TEMPLATES: usize = 128;

/// How much is remembered at most. Whatever does not fit is forked in each execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Nodes of the tree.
    pub nodes: usize,
    /// Processes that stay for others to be forked from. The one that was not used for longest gives
    /// its place to a new one.
    pub templates: usize,
    /// Bytes of requests and answers.
    pub bytes: usize,
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            nodes: 200_000,
            templates: 64,
            bytes: 64 << 20,
        }
    }
}

/// How much is remembered, and what that took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Nodes of the tree.
    pub nodes: usize,
    /// Processes that were forked, templates and those that were forked by others among them.
    pub forks: u64,
    /// Whether a process did something else than before, so that nothing is remembered any more.
    pub is_wrong: bool,
}

#[derive(Debug, Default)]
struct Remembered {
    /// Of what program and input it is, and whether of traced executions.
    of: Option<(u64, bool)>,
    /// Whether the current execution uses it.
    used: bool,
    /// Whether processes were seen to do something else than before.
    is_wrong: bool,
    /// The number of the current execution.
    execution: u64,
    capacity: Capacity,
    tree: Tree,
    templates: Templates,
    forks: u64,
}

thread_local! {
    static REMEMBERED: RefCell<Remembered> = RefCell::default();
    static CAPACITY: Cell<Option<Capacity>> = const { Cell::new(None) };
}

fn with<R>(f: impl FnOnce(&mut Remembered) -> R) -> R {
    REMEMBERED.with_borrow_mut(f)
}

/// Sets how much is remembered from the next time on that all is [forgotten](forget).
///
/// # Panics
///
/// Panics if there are more templates than slots for them.
pub fn set_capacity(capacity: Capacity) {
    assert!(capacity.templates <= MOST_TEMPLATES);
    CAPACITY.set(Some(capacity));
}

/// Forgets what processes did in earlier executions on this thread, and ends the processes that were
/// kept for later ones.
///
/// # Panics
///
/// Panics inside of an execution.
pub fn forget() {
    assert!(!interleave::is_running(), "an execution remembers");
    clear();
}

fn clear() {
    let capacity = CAPACITY.get().unwrap_or_default();
    let new = Remembered {
        capacity,
        ..Remembered::default()
    };
    // Seats are dropped when nothing is borrowed.
    drop(REMEMBERED.replace(new));
}

/// How much is remembered on this thread.
pub fn extent() -> Extent {
    with(|remembered| Extent {
        nodes: remembered.tree.len(),
        forks: remembered.forks,
        is_wrong: remembered.is_wrong,
    })
}

/// An execution begins; whether it remembers.
pub(crate) fn begin_execution(memory: Memory, limits: Limits) -> bool {
    // Where an execution is traced, what processes ask says too where they are.
    let of = match memory {
        Memory::Unused => None,
        Memory::Of(of) => Some((of, interleave::is_traced())),
    };
    if of.is_some() && with(|remembered| remembered.of != of) {
        clear();
    }
    with(|remembered| {
        remembered.execution += 1;
        let is_possible = limits.processes <= MOST_PROCESSES && !remembered.is_wrong;
        remembered.used = of.is_some() && is_possible;
        remembered.of = of.or(remembered.of);
        remembered.used
    })
}

/// The first node of a process that the first process forks and that has this key, if the current
/// execution remembers.
fn root(key: Option<u64>) -> Option<NodeId> {
    with(|remembered| {
        let is_used = remembered.used && !remembered.is_wrong;
        let capacity = remembered.capacity;
        is_used
            .then(|| remembered.tree.root(key?, capacity))
            .flatten()
    })
}

/// A process that begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    /// Its first node.
    pub(crate) first: NodeId,
    /// How many began there before.
    before: u32,
}

impl Beginning {
    /// Whether it runs and is compared with what is known, though that may be all that it does: what
    /// depends on real time, say, is seen to be different. The second is, and then ever fewer.
    pub(crate) fn is_compared(self) -> bool {
        self.before.is_power_of_two() && self.before.trailing_zeros().is_multiple_of(3)
    }

    /// Whether it runs from the beginning.
    pub(crate) fn runs(self) -> bool {
        self.before == 0 || self.is_compared() || heard(self.first).is_none()
    }
}

/// A process begins at `first`.
pub(crate) fn begin(first: NodeId) -> Beginning {
    let before = with(|remembered| remembered.tree.begin(first));
    Beginning { first, before }
}

/// What has to be there for a process of the first one to begin.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// It is forked, and nothing is remembered of it.
    Fork,
    /// It is forked, and goes on from there in the tree.
    RememberedFork(Beginning),
    /// A template is forked, which stays for the rest of the execution.
    NewTemplate(Beginning),
    /// The template of an earlier execution, which stays as well.
    Template(Beginning),
}

/// How a process of the first one begins that has this key.
pub(crate) fn origin(key: Option<u64>) -> Origin {
    let Some(first) = root(key) else {
        return Origin::Fork;
    };
    let beginning = begin(first);
    if beginning.before == 0 {
        // Where most begin once, no other one does: these need no template.
        return Origin::RememberedFork(beginning);
    }
    with(|remembered| {
        let (now, most) = (remembered.execution, remembered.capacity.templates);
        let templates = &mut remembered.templates;
        if templates.hold(first, now).is_some() {
            // The template is of an earlier execution, and this one is to be like it.
            if beginning.is_compared() {
                Origin::RememberedFork(beginning)
            } else {
                Origin::Template(beginning)
            }
        } else if templates.make_room(most, now) {
            Origin::NewTemplate(beginning)
        } else {
            // Of its children, those could not be forked again that are known.
            Origin::Fork
        }
    })
}

/// Takes in the template for processes that begin there, which is in this seat.
pub(crate) fn add_template(beginning: Beginning, seat: Seat) {
    with(|remembered| {
        let now = remembered.execution;
        remembered.templates.add(beginning.first, seat, now);
    });
}

/// The slot of the template for processes that begin at `first`.
pub(crate) fn template(first: NodeId) -> Option<usize> {
    with(|remembered| remembered.templates.hold(first, remembered.execution))
}

/// What a process does at `node`, if that is known.
pub(crate) fn heard(node: NodeId) -> Option<Rc<Heard>> {
    with(|remembered| remembered.tree.heard(node))
}

/// Takes in what a process does at `node`.
pub(crate) fn note(node: NodeId, heard: Rc<Heard>) {
    with(|remembered| remembered.tree.note(node, heard));
}

/// Where a process comes that is told this at `node`, if that is remembered.
pub(crate) fn follow(node: NodeId, told: &Told) -> Option<NodeId> {
    with(|remembered| remembered.tree.follow(node, told, remembered.capacity))
}

/// The first node of the process that is forked by the one which has just come to `node`.
pub(crate) fn child(node: NodeId) -> NodeId {
    with(|remembered| remembered.tree.child(node))
}

/// What a process did before it came to `node`.
pub(crate) fn path(node: NodeId) -> Path {
    with(|remembered| remembered.tree.path(node))
}

/// The node before this one, what the process did there, and what it was told.
pub(crate) fn step_before(node: NodeId) -> Option<(NodeId, Rc<Heard>, Told)> {
    with(|remembered| remembered.tree.step_before(node))
}

/// A process is forked really.
pub(crate) fn count_fork() {
    with(|remembered| remembered.forks += 1);
}

/// A process did something else than before. Nothing is remembered any more until it is forgotten.
pub(crate) fn distrust() {
    with(|remembered| remembered.is_wrong = true);
}
