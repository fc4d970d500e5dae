//! Depth-first search of all schedules with few preemptions.
//!
//! Source: M. Musuvathi, S. Qadeer, "Iterative Context Bounding for Systematic
//! Testing of Multithreaded Programs", PLDI 2007. A spurious wake-up, an old value, and
//! a time-out that fires while another thread could go on, count like a preemption.

use std::iter;

use smallvec::{SmallVec, smallvec};

use super::{Candidate, Decided, Pick, Strategy, View};
use crate::op::Wake;

/// The search: the strategy for one execution after the other, with
/// [`advance`](Self::advance) in between until it says that nothing is left.
#[derive(Debug)]
pub struct Bounded {
    bound: u32,
    nodes: Vec<Node>,
    /// How deep the current execution is.
    depth: usize,
    /// Preemptions of the current execution.
    spent: u32,
}

#[derive(Debug)]
struct Node {
    /// The options in the order in which they are tried, with their costs.
    options: Options,
    at: usize,
}

/// Few steps have more, and there is a node for each step.
type Options = SmallVec<[(Taken, u32); 4]>;

/// What is chosen at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Step(Candidate),
    Pick(usize),
    /// No step, although a spurious wake-up is possible: the execution ends in a deadlock.
    Deadlock,
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

    /// Takes the option at the present depth, if an earlier execution was there.
    fn again(&mut self) -> Option<Taken> {
        let node = self.nodes.get(self.depth)?;
        let (taken, cost) = node.options[node.at];
        self.depth += 1;
        self.spent += cost;
        Some(taken)
    }

    /// Takes the first option at a depth that no earlier execution reached.
    fn first(&mut self, options: impl FnOnce(u32) -> Options) -> Option<Taken> {
        let options = options(self.bound - self.spent);
        self.nodes.push(Node { options, at: 0 });
        self.again()
    }
}

/// The possible steps that `left` more preemptions allow, the one without first.
fn options(view: &View<'_>, left: u32) -> Options {
    let default = view.default_choice();
    let stays = view.current == Some(default.task) && default.wake == Wake::Normal;
    let somebody = !view.normal.is_empty();
    let mut options: Options = smallvec![(Taken::Step(default), 0)];
    for candidate in view.candidates().filter(|&candidate| candidate != default) {
        let cost = match candidate.wake {
            Wake::Normal => u32::from(stays),
            Wake::Timeout => u32::from(somebody),
            Wake::Spurious => 1,
        };
        if cost <= left {
            options.push((Taken::Step(candidate), cost));
        }
    }
    options
}

impl Strategy for Bounded {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        if self.depth < self.nodes.len() {
            // The execution is not the one that came here before.
            return None;
        }
        match self.first(|left| options(view, left)) {
            Some(Taken::Step(step)) => Some(step),
            Some(Taken::Pick(_) | Taken::Deadlock) | None => None,
        }
    }

    fn when_all_wait(&mut self, view: &View<'_>) -> Option<Candidate> {
        if self.depth < self.nodes.len() {
            return None;
        }
        let wake_ups = view.rare.iter().map(|step| (Taken::Step(step), 1));
        self.first(|left| {
            let affordable = wake_ups.filter(|&(_, cost)| cost <= left);
            iter::once((Taken::Deadlock, 0)).chain(affordable).collect()
        });
        None
    }

    fn decides(&self) -> bool {
        true
    }

    fn decided(&mut self) -> Option<Decided> {
        let node = self.nodes.get(self.depth)?;
        let (Taken::Step(step), _) = node.options[node.at] else {
            return None;
        };
        self.again();
        Some(Decided {
            step,
            explored: true,
        })
    }

    fn pick(&mut self, count: usize, what: Pick) -> usize {
        let cost = |index: usize| u32::from(what != Pick::Waiter && index > 0);
        let taken = self.again().or_else(|| {
            self.first(|left| {
                let all = (0..count).map(|index| (Taken::Pick(index), cost(index)));
                all.filter(|&(_, cost)| cost <= left).collect()
            })
        });
        match taken {
            Some(Taken::Pick(index)) => index,
            Some(Taken::Step(_) | Taken::Deadlock) | None => 0,
        }
    }
}
