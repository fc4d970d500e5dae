//! Depth-first search of all schedules with few preemptions.
//!
//! Source: M. Musuvathi, S. Qadeer, "Iterative Context Bounding for Systematic
//! Testing of Multithreaded Programs", PLDI 2007. A spurious wake-up, and a time-out
//! that fires while somebody could go on, count like a preemption.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Strategy, View};
use crate::op::{OpKind, Wake};

/// The search. Hand out a [`strategy`](Self::strategy) per execution and call
/// [`advance`](Self::advance) in between, until it says that nothing is left.
#[derive(Debug, Clone)]
pub struct Bounded {
    path: Arc<Mutex<Path>>,
}

#[derive(Debug)]
struct Path {
    bound: u32,
    nodes: Vec<Node>,
    /// How deep the execution at hand is.
    depth: usize,
    /// Preemptions of the execution at hand.
    spent: u32,
}

#[derive(Debug)]
struct Node {
    /// The options in the order in which they are tried, with their costs.
    options: Vec<(usize, u32)>,
    at: usize,
}

impl Bounded {
    /// Searches the schedules with at most `bound` preemptions.
    pub fn new(bound: u32) -> Self {
        Self {
            path: Arc::new(Mutex::new(Path {
                bound,
                nodes: Vec::new(),
                depth: 0,
                spent: 0,
            })),
        }
    }

    /// The strategy for the next execution.
    pub fn strategy(&self) -> Box<dyn Strategy> {
        let mut path = self.path();
        path.depth = 0;
        path.spent = 0;
        Box::new(self.clone())
    }

    fn path(&self) -> MutexGuard<'_, Path> {
        self.path.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on to the next schedule; false if there is none.
    pub fn advance(&self) -> bool {
        let mut path = self.path();
        while let Some(node) = path.nodes.last_mut() {
            node.at += 1;
            if node.at < node.options.len() {
                return true;
            }
            path.nodes.pop();
        }
        false
    }
}

impl Path {
    /// Takes the option at the present depth; `options` lists them if it is new.
    fn step(&mut self, options: impl FnOnce(u32) -> Vec<(usize, u32)>) -> usize {
        if self.depth == self.nodes.len() {
            let options = options(self.bound - self.spent);
            self.nodes.push(Node { options, at: 0 });
        }
        let node = &self.nodes[self.depth];
        let (index, cost) = node.options[node.at];
        self.depth += 1;
        self.spent += cost;
        index
    }
}

/// The possible steps that `left` more preemptions allow, the one without first.
fn options(view: &View<'_>, left: u32) -> Vec<(usize, u32)> {
    let default = view.default_choice();
    let stays = view.current == Some(view.candidates[default].task)
        && view.candidates[default].wake == Wake::Normal;
    let somebody = view.candidates.iter().any(|c| c.wake == Wake::Normal);
    let mut options = vec![(default, 0)];
    for (index, candidate) in view.candidates.iter().enumerate() {
        let cost = match candidate.wake {
            Wake::Normal => u32::from(stays),
            Wake::Timeout if candidate.op.kind == OpKind::Sleep => u32::from(stays),
            Wake::Timeout => u32::from(somebody),
            Wake::Spurious => 1,
        };
        if index != default && cost <= left {
            options.push((index, cost));
        }
    }
    options
}

impl Strategy for Bounded {
    fn choose(&mut self, view: &View<'_>) -> Option<usize> {
        let mut path = self.path();
        Some(path.step(|left| options(view, left)))
    }

    fn pick(&mut self, count: usize) -> usize {
        let mut path = self.path();
        path.step(|_| (0..count).map(|index| (index, 0)).collect())
    }
}
