//! Depth-first search of all schedules with few preemptions.
//!
//! Source: M. Musuvathi, S. Qadeer, "Iterative Context Bounding for Systematic
//! Testing of Multithreaded Programs", PLDI 2007. A spurious wake-up, an old value, and
//! a time-out that fires while somebody could go on, count like a preemption.

use super::{Candidate, Pick, Strategy, View};
use crate::op::Wake;

/// The search: the strategy for one execution after the other, with
/// [`advance`](Self::advance) in between until it says that nothing is left.
#[derive(Debug)]
pub struct Bounded {
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
            bound,
            nodes: Vec::new(),
            depth: 0,
            spent: 0,
        }
    }

    /// Searches all schedules.
    pub fn exhaustive() -> Self {
        Self::new(u32::MAX)
    }

    /// Goes on to the next schedule; false if there is none.
    pub fn advance(&mut self) -> bool {
        self.depth = 0;
        self.spent = 0;
        while let Some(node) = self.nodes.last_mut() {
            node.at += 1;
            if node.at < node.options.len() {
                return true;
            }
            self.nodes.pop();
        }
        false
    }

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
    let stays = view.current == Some(default.task) && default.wake == Wake::Normal;
    let somebody = !view.normal.is_empty();
    let mut options = Vec::new();
    for (index, candidate) in view.candidates().enumerate() {
        let cost = match candidate.wake {
            Wake::Normal => u32::from(stays),
            Wake::Timeout => u32::from(somebody),
            Wake::Spurious => 1,
        };
        if candidate == default {
            options.insert(0, (index, 0));
        } else if cost <= left {
            options.push((index, cost));
        }
    }
    options
}

impl Strategy for Bounded {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        let index = self.step(|left| options(view, left));
        view.candidates().nth(index)
    }

    fn pick(&mut self, count: usize, what: Pick) -> usize {
        let cost = |index: usize| u32::from(what != Pick::Waiter && index > 0);
        self.step(|left| {
            let all = (0..count).map(|index| (index, cost(index)));
            all.filter(|&(_, cost)| cost <= left).collect()
        })
    }
}
