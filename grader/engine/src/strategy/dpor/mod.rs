//! Dynamic partial-order reduction: one execution for each way in which the steps that
//! depend on one another can be ordered.
//!
//! Source: P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Source Sets: A Foundation
//! for Optimal Dynamic Partial Order Reduction", JACM 2017: source sets with sleep
//! sets. Locks are treated as there: an acquisition races with the last acquisition,
//! and a thread that waits forever races with whoever got there first.
//!
//! A spurious wake-up is a step that a thread need not take. So an execution in which every
//! thread waits ends in a deadlock and also goes on: with each of the possible wake-ups.
//!
//! Beside threads there are choices that belong to nobody: which waiting thread a
//! notification wakes, which value a weakly ordered load sees, whether a thread that
//! waits times out. The first two are tried out in full wherever they come up. The
//! last is a step of the thread like any other, and a step that makes it impossible,
//! a notification for example, races with it.

mod order;

use super::{Candidate, Decided, End, Pick, Strategy, View, chance::Luck};
use crate::{
    access::{Access, Footprint, Relation, Resource},
    op::{TaskId, Wake},
    task_set::TaskSet,
};
use order::Order;
use smallvec::SmallVec;

/// The search: the strategy for one execution after the other, with
/// [`advance`](Self::advance) in between until it says that nothing is left.
#[derive(Debug)]
pub struct Dpor {
    nodes: Vec<Node>,
    /// How deep the current execution is.
    depth: usize,
    /// The node of the last step.
    last: Option<usize>,
    order: Order,
    /// The steps of the nodes, in order.
    path: Vec<Candidate>,
    /// Steps taken in the current execution.
    steps: usize,
    /// Nodes that were left, for their memory.
    #[expect(clippy::vec_box, reason = "a node is large, and stays where it is")]
    spare: Vec<Box<StepNode>>,
    pruned: bool,
    has_too_many_threads: bool,
    /// What decides how an execution goes on where nothing asks for a certain order;
    /// none if it goes on without preemptions.
    rng: Option<fastrand::Rng>,
}

#[derive(Debug)]
enum Node {
    Step(Box<StepNode>),
    Pick {
        count: usize,
        at: usize,
        /// The one that is taken first.
        first: usize,
    },
}

/// A state in which somebody is to take a step.
#[derive(Debug, Default)]
struct StepNode {
    /// The possible steps.
    options: Vec<Candidate>,
    /// The one that is being explored.
    at: usize,
    /// Which of them have been explored, by index.
    explored: Vec<bool>,
    /// The threads that are to be explored from here.
    backtrack: TaskSet,
    /// Steps that need not be explored from here: what would follow was seen elsewhere.
    sleep: Vec<Asleep>,
    /// Index of the step.
    step: usize,
    /// What it touched.
    touched: Touched,
}

#[derive(Debug, Clone, Default)]
struct Touched {
    accesses: SmallVec<[(Resource, Access); 4]>,
    ends_program: bool,
}

#[derive(Debug, Clone)]
struct Asleep {
    step: Candidate,
    touched: Touched,
}

impl Touched {
    fn depends_on(&self, other: &Self) -> bool {
        self.ends_program
            || other.ends_program
            || self.accesses.iter().any(|&(resource, access)| {
                other.accesses.iter().any(|&(same, earlier)| {
                    same == resource
                        && (earlier.relation(access) != Relation::Independent
                            || access.relation(earlier) != Relation::Independent)
                })
            })
    }

    fn add(&mut self, footprint: &Footprint) {
        for access in &footprint.accesses {
            if !self.accesses.contains(access) {
                self.accesses.push(*access);
            }
        }
        self.ends_program |= footprint.ends_program;
    }
}

impl StepNode {
    /// Begins anew, in the state that `view` shows, where nothing has been explored.
    fn begin(&mut self, view: &View<'_>, step: usize, rng: Option<&mut fastrand::Rng>) {
        self.options.clear();
        self.options.extend_from_slice(view.normal);
        self.options.extend(view.rare.iter());
        // A walk takes no spurious wake-up, so it has no step where there is no other.
        let walks = !view.normal.is_empty() || view.rare.has(Wake::Timeout);
        let rng = rng.filter(|_| walks);
        let first = rng.and_then(|rng| Luck::GOOD.walk(view, rng));
        let first = first.unwrap_or_else(|| view.default_choice());
        let at = self.options.iter().position(|&option| option == first);
        self.at = at.unwrap_or(0);
        self.explored.clear();
        self.explored.resize(self.options.len(), false);
        self.backtrack = TaskSet::default();
        self.sleep.clear();
        self.step = step;
        self.touched = Touched::default();
    }

    fn is_asleep(&self, step: Candidate) -> bool {
        self.sleep.iter().any(|asleep| asleep.step == step)
    }

    /// The threads that can take a step here.
    fn enabled(&self) -> TaskSet {
        self.options.iter().map(|option| option.task).collect()
    }

    /// The threads all of whose steps here are asleep.
    fn sleeping(&self) -> TaskSet {
        let awake = self
            .options
            .iter()
            .filter(|&&option| !self.is_asleep(option));
        let awake = awake.map(|option| option.task).collect();
        self.enabled().without(awake)
    }

    /// A step that took away what somebody else could have done raced with it. `still`
    /// says what is possible after the step.
    fn explore_disabled(&mut self, still: impl Fn(&Candidate) -> bool) {
        let task = self.options[self.at].task;
        let lost = self
            .options
            .iter()
            .filter(|o| o.task != task && o.wake != Wake::Normal && !still(o));
        let lost: SmallVec<[TaskId; 4]> = lost.map(|option| option.task).collect();
        for task in lost {
            self.explore_one_of(TaskSet::of(task), task);
        }
    }

    /// Sees to it that one of `initials` is explored from here, `preferred` if it can be.
    fn explore_one_of(&mut self, initials: TaskSet, preferred: TaskId) {
        if !initials.and(self.backtrack.or(self.sleeping())).is_empty() {
            return;
        }
        let possible = initials.and(self.enabled());
        if possible.contains(preferred) {
            self.backtrack.insert(preferred);
        } else if let Some(first) = possible.iter().next() {
            self.backtrack.insert(first);
        } else {
            // What must go first is not possible yet; somebody will make it so.
            self.backtrack = self.backtrack.or(self.enabled());
        }
    }
}

impl Default for Dpor {
    fn default() -> Self {
        Self::new()
    }
}

impl Dpor {
    /// A search that has seen nothing.
    pub fn new() -> Self {
        Self {
            nodes: Vec::new(),
            depth: 0,
            last: None,
            order: Order::new(),
            path: Vec::new(),
            steps: 0,
            spare: Vec::new(),
            pruned: false,
            has_too_many_threads: false,
            rng: None,
        }
    }

    /// A search that begins with a random walk, and goes on at random after each race that
    /// it turns round. For whoever does not want to see everything, but much soon.
    pub fn random(seed: u64) -> Self {
        Self {
            rng: Some(fastrand::Rng::with_seed(seed)),
            ..Self::new()
        }
    }

    /// Whether the last execution was given up because all that could follow was seen
    /// elsewhere. It is none of the interleavings then.
    pub fn was_pruned(&self) -> bool {
        self.pruned
    }

    /// Whether the program has more threads than the search can tell apart: it is
    /// not complete then.
    pub fn exceeds_thread_limit(&self) -> bool {
        self.has_too_many_threads
    }

    /// A guess at how much of the search is done, between 0 and 1: that each branch
    /// that is left is as large as those that are done. It is too high while branches
    /// are still to be found (D. Knuth, "Estimating the Efficiency of Backtrack
    /// Programs", 1975, turned round).
    pub fn progress(&self) -> f64 {
        let (mut done, mut share) = (0.0, 1.0);
        for node in &self.nodes {
            let (explored, all) = match node {
                Node::Pick { count, at, .. } => (*at as u32, *count as u32),
                Node::Step(node) => {
                    let explored = node.explored.iter().filter(|&&explored| explored);
                    let explored = explored.count() as u32;
                    (explored, explored.max(node.backtrack.len()))
                }
            };
            let all = f64::from(all.max(1));
            done += share * f64::from(explored) / all;
            share /= all;
        }
        done
    }

    /// Goes on to the next execution; false if there is none.
    pub fn advance(&mut self) -> bool {
        self.depth = 0;
        self.steps = 0;
        self.last = None;
        self.pruned = false;
        let mut step = None;
        self.backtrack_at_random();
        while let Some(node) = self.nodes.last_mut() {
            match node {
                Node::Pick { count, at, .. } => {
                    *at += 1;
                    if at < count {
                        // The step that picks is looked at anew.
                        step = self.nodes.iter().rev().find_map(Node::step);
                        break;
                    }
                }
                Node::Step(node) => {
                    if node.go_on() {
                        step = Some(node.step);
                        break;
                    }
                }
            }
            if let Some(Node::Step(node)) = self.nodes.pop() {
                self.spare.push(node);
            }
        }
        self.order.truncate(step.unwrap_or(0));
        let last = self.nodes.iter().rev().find_map(Node::taken);
        self.path.truncate(step.unwrap_or(0));
        self.path.extend(last);
        step.is_some()
    }

    /// Goes back to any one of the places where something is left to explore, if the search is
    /// a random one; else it goes on from the last.
    fn backtrack_at_random(&mut self) {
        let Some(rng) = &mut self.rng else { return };
        let open = |node: &Node| match node {
            Node::Pick { count, at, .. } => at + 1 < *count,
            Node::Step(node) => node.next().is_some(),
        };
        let open = (0..self.nodes.len()).filter(|&index| open(&self.nodes[index]));
        let open: SmallVec<[usize; 32]> = open.collect();
        // The earlier of two: what is turned round early leaves more to chance after it.
        let Some(&chosen) = rng.choice(&open).min(rng.choice(&open)) else {
            return;
        };
        for node in self.nodes.drain(chosen + 1..) {
            if let Node::Step(node) = node {
                self.spare.push(node);
            }
        }
    }

    /// Takes in what the last step touched.
    fn finish_step(&mut self, footprint: &Footprint) {
        if self.steps <= self.order.len() {
            return;
        }
        let Some(last) = self.last else { return };
        let Node::Step(node) = &mut self.nodes[last] else {
            return;
        };
        node.touched.add(footprint);
        let task = node.options[node.at].task;
        if task >= TaskSet::MOST {
            return;
        }
        // Before something else let it go on, the thread might have done what it was waiting to do.
        for &(resource, access) in &footprint.instead_of {
            self.order.never(task, resource, access);
            self.reverse_races(task, false);
        }
        self.order.push(task, footprint);
        self.reverse_races(task, true);
        if footprint.stops_threads {
            self.explore_all_before_last();
        }
    }

    /// Sees to it that each thread that could have gone on instead of the last step is explored
    /// there: that step stopped threads, which could have gone on before.
    fn explore_all_before_last(&mut self) {
        if let Some(Node::Step(node)) = self.last.map(|last| &mut self.nodes[last]) {
            node.backtrack = node.backtrack.or(node.enabled());
        }
    }

    /// Sees to it that the two events of each race of the event last looked at, which is
    /// of the thread `second`, are explored in the other order.
    fn reverse_races(&mut self, second: TaskId, took_place: bool) {
        for index in 0..self.order.races().len() {
            let race = self.order.races()[index];
            let initials = self.order.initials(race, second, took_place);
            if let Some(node) = self.step_node(race.first) {
                node.explore_one_of(initials, second);
            }
        }
    }

    /// The node of a step. Picks lie between steps, so it is at least as far on as its number.
    fn step_node(&mut self, step: usize) -> Option<&mut StepNode> {
        let index = self.nodes[step..]
            .iter()
            .position(|node| node.step() == Some(step))?;
        match &mut self.nodes[step + index] {
            Node::Step(node) => Some(node),
            Node::Pick { .. } => None,
        }
    }

    /// The node of a state that was not seen before; nothing if all that could follow
    /// was seen elsewhere.
    fn new_node(&mut self, view: &View<'_>) -> Option<Box<StepNode>> {
        let mut node = self.spare.pop().unwrap_or_default();
        node.begin(view, self.steps, self.rng.as_mut());
        if let Some(Node::Step(previous)) = self.last.map(|last| &mut self.nodes[last]) {
            let task = previous.options[previous.at].task;
            previous.explore_disabled(|option| node.options.contains(option));
            let still = previous
                .sleep
                .iter()
                .filter(|s| s.step.task != task && !s.touched.depends_on(&previous.touched));
            node.sleep.extend(still.cloned());
        }
        if node.is_asleep(node.options[node.at]) {
            let awake = |option: &Candidate| !node.is_asleep(*option);
            let normal = |option: &Candidate| option.wake == Wake::Normal && awake(option);
            let mut options = node.options.iter();
            let at = options
                .position(normal)
                .or_else(|| node.options.iter().position(awake));
            let Some(at) = at else {
                self.spare.push(node);
                return None;
            };
            node.at = at;
        }
        node.backtrack = TaskSet::of(node.options[node.at].task);
        Some(node)
    }

    /// The step to take in a state that was not seen before.
    fn step_from_new_node(&mut self, view: &View<'_>) -> Option<Candidate> {
        let Some(node) = self.new_node(view) else {
            self.pruned = true;
            self.last = None;
            return None;
        };
        let step = node.options[node.at];
        self.nodes.push(Node::Step(node));
        self.path.push(step);
        self.last = Some(self.depth);
        self.depth += 1;
        self.steps += 1;
        Some(step)
    }
}

impl Node {
    /// The step that is taken, if it is one.
    fn taken(&self) -> Option<Candidate> {
        match self {
            Self::Step(node) => Some(node.options[node.at]),
            Self::Pick { .. } => None,
        }
    }

    /// Index of the step, if it is one.
    fn step(&self) -> Option<usize> {
        match self {
            Self::Step(node) => Some(node.step),
            Self::Pick { .. } => None,
        }
    }
}

impl StepNode {
    /// Goes on to the next option; whether there is one.
    fn go_on(&mut self) -> bool {
        self.explored[self.at] = true;
        let Some(next) = self.next() else {
            return false;
        };
        self.sleep.push(Asleep {
            step: self.options[self.at],
            touched: std::mem::take(&mut self.touched),
        });
        self.at = next;
        true
    }

    /// The option to be explored after the one at hand.
    fn next(&self) -> Option<usize> {
        (0..self.options.len()).find(|&index| {
            let option = self.options[index];
            index != self.at
                && !self.explored[index]
                && self.backtrack.contains(option.task)
                && !self.is_asleep(option)
        })
    }
}

impl Strategy for Dpor {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        self.finish_step(view.footprint);
        if view.tasks.len() > TaskSet::MOST {
            self.has_too_many_threads = true;
            return None;
        }
        if self.depth < self.nodes.len() {
            // The execution is not the one that came here before.
            return None;
        }
        self.step_from_new_node(view)
    }

    fn when_all_wait(&mut self, view: &View<'_>) -> Option<Candidate> {
        self.finish_step(view.footprint);
        if self.pick(2, Pick::Chance) == 0 {
            return None;
        }
        if let Some(decided) = self.decided() {
            return Some(decided.step);
        }
        let step = self.step_from_new_node(view)?;
        // An execution may also end without a wake-up, so none of them follows from another.
        if let Some(Node::Step(node)) = self.nodes.last_mut() {
            node.backtrack = node.enabled();
        }
        Some(step)
    }

    fn decides(&self) -> bool {
        true
    }

    fn decided(&mut self) -> Option<Decided> {
        let step = *self.path.get(self.steps)?;
        let Node::Step(_) = self.nodes[self.depth] else {
            return None;
        };
        let explored = self.steps < self.order.len();
        self.last = Some(self.depth);
        self.depth += 1;
        self.steps += 1;
        Some(Decided { step, explored })
    }

    fn pick(&mut self, count: usize, what: Pick) -> usize {
        if self.depth == self.nodes.len() {
            let rng = self.rng.as_mut();
            let first = rng.map_or(0, |rng| Luck::GOOD.pick(rng, count, what));
            self.nodes.push(Node::Pick {
                count,
                at: 0,
                first,
            });
        }
        let Node::Pick { at, first, .. } = self.nodes[self.depth] else {
            return 0;
        };
        self.depth += 1;
        (first + at) % count
    }

    fn is_exact(&self) -> bool {
        true
    }

    fn wants_footprints(&self) -> bool {
        true
    }

    fn end(&mut self, end: &End<'_>) {
        self.finish_step(end.footprint);
        if self.has_too_many_threads {
            return;
        }
        for &(task, resource, access) in end.blocked {
            if task < TaskSet::MOST {
                self.order.never(task, resource, access);
                self.reverse_races(task, false);
            }
        }
        if let Some(main) = end.ended_with {
            self.order.program_end(main);
            self.reverse_races(main, false);
            if end.footprint.ends_program {
                self.explore_all_before_last();
            }
        }
    }
}
