//! What processes do, as a tree: what one asks, what it is answered, what it asks next.
//!
//! A process is a function of where it was forked and of the answers to its calls. Everything it learns
//! is an answer: data, errors, the signals whose handlers it runs, the numbers of its children. So the
//! node of a process says what it does next, whoever forked it in whichever execution.

use std::{collections::BTreeMap, rc::Rc};

use children::{Death, Event};
use kernel::Signal;

use super::Capacity;
use crate::message::{Ask, Told};

/// A place in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(usize);

/// What a process does next.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) event: Event,
    /// What it asks, if it asks something that makes sense.
    pub(crate) ask: Option<Ask>,
    /// The return addresses where it asks, if the execution is traced.
    pub(crate) addresses: Vec<usize>,
}

impl Heard {
    pub(crate) fn of(event: Event) -> Rc<Self> {
        let asked = match &event {
            Event::Asked(request) => Ask::of(request),
            _ => None,
        };
        let (ask, addresses) = asked.unzip();
        Rc::new(Self {
            event,
            ask,
            addresses: addresses.unwrap_or_default(),
        })
    }

    /// Whether the process did it by itself: what the machine does to a process is no function of
    /// what it was told.
    pub(crate) fn is_own(&self) -> bool {
        let killed = Event::Died(Death::Signal(Signal::KILL.number()));
        match &self.event {
            Event::OutOfTime | Event::NotForked(_) => false,
            event => *event != killed,
        }
    }
}

/// How a process came to a node.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Before {
    /// The first process has forked it.
    Birth,
    /// It was forked by the process that had come to this node: the one behind the answer that it may
    /// fork.
    Fork(NodeId),
    /// It was at this node, and was told the answer of this number.
    Told(NodeId, usize),
}

#[derive(Debug)]
struct Node {
    before: Before,
    heard: Option<Rc<Heard>>,
    next: Vec<(Told, NodeId)>,
    /// The first node of the process that was forked just before this one.
    child: Option<NodeId>,
    /// How many processes began here.
    begun: u32,
}

/// What a process did before it came to a node.
#[derive(Debug)]
pub(crate) struct Path {
    /// Its first node.
    pub(crate) first: NodeId,
    /// By whom it was forked.
    pub(crate) origin: Before,
    /// What it did, and what it was told.
    pub(crate) steps: Vec<(Rc<Heard>, Told)>,
}

/// All that is remembered.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    roots: BTreeMap<u64, NodeId>,
    bytes: usize,
}

impl Tree {
    /// The first node of a process that the first process forks and that has this key; nothing if
    /// there is no room.
    pub(super) fn root(&mut self, key: u64, capacity: Capacity) -> Option<NodeId> {
        if let Some(known) = self.roots.get(&key) {
            return Some(*known);
        }
        let root = (!self.is_full(capacity)).then(|| self.add(Before::Birth))?;
        self.roots.insert(key, root);
        Some(root)
    }

    /// The first node of the process that is forked by the one which has just come to `node`.
    pub(super) fn child(&mut self, node: NodeId) -> NodeId {
        if let Some(known) = self.nodes[node.0].child {
            return known;
        }
        let child = self.add(Before::Fork(node));
        self.nodes[node.0].child = Some(child);
        child
    }

    /// Where a process comes that is told this at `node`; nothing if there is no room.
    pub(super) fn follow(
        &mut self,
        node: NodeId,
        told: &Told,
        capacity: Capacity,
    ) -> Option<NodeId> {
        let known = &self.nodes[node.0].next;
        if let Some((_, next)) = known.iter().find(|(known, _)| known == told) {
            return Some(*next);
        }
        let number = known.len();
        let next = (!self.is_full(capacity)).then(|| self.add(Before::Told(node, number)))?;
        self.bytes += told.size();
        self.nodes[node.0].next.push((told.clone(), next));
        Some(next)
    }

    /// What a process does at `node`, if that is known.
    pub(super) fn heard(&self, node: NodeId) -> Option<Rc<Heard>> {
        self.nodes[node.0].heard.clone()
    }

    /// Takes in what a process does at `node`.
    pub(super) fn note(&mut self, node: NodeId, heard: Rc<Heard>) {
        if let Event::Asked(request) = &heard.event {
            self.bytes += request.data.len();
        }
        self.nodes[node.0].heard = Some(heard);
    }

    /// A process begins at `node`; how many did before.
    pub(super) fn begin(&mut self, node: NodeId) -> u32 {
        let begun = &mut self.nodes[node.0].begun;
        *begun += 1;
        *begun - 1
    }

    /// What a process did before it came to `node`.
    pub(super) fn path(&self, node: NodeId) -> Path {
        let (mut first, mut steps) = (node, Vec::new());
        while let Some((before, heard, told)) = self.step_before(first) {
            steps.push((heard, told));
            first = before;
        }
        steps.reverse();
        let origin = self.nodes[first.0].before;
        Path {
            first,
            origin,
            steps,
        }
    }

    /// The node before this one, what the process did there, and what it was told; nothing if the
    /// process began here.
    pub(super) fn step_before(&self, node: NodeId) -> Option<(NodeId, Rc<Heard>, Told)> {
        let Before::Told(before, number) = self.nodes[node.0].before else {
            return None;
        };
        let at = &self.nodes[before.0];
        Some((before, at.heard.clone()?, at.next[number].0.clone()))
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    fn is_full(&self, capacity: Capacity) -> bool {
        self.nodes.len() >= capacity.nodes || self.bytes >= capacity.bytes
    }

    fn add(&mut self, before: Before) -> NodeId {
        self.nodes.push(Node {
            before,
            heard: None,
            next: Vec::new(),
            child: None,
            begun: 0,
        });
        NodeId(self.nodes.len() - 1)
    }
}
