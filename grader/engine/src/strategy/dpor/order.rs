//! The happens-before order of the current execution, and who raced with whom.
//!
//! It is kept as one vector clock per event, and shrinks again when the search goes
//! back, so that a beginning that two executions share is looked at once.
//!
//! # Why a reversal is complete, also for events that wait their turn
//!
//! Source-DPOR is complete if the set of threads that it explores from each state is a *source
//! set* for what can follow. Its proof (P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Source
//! Sets", JACM 2017, correctness of Source-DPOR) needs one lemma for that: for each race of an
//! event `e` with a later event of a thread `p`, at least one *initial* of `v.p` is explored from
//! the state before `e`, where `v` is what follows `e` and does not happen after it. An initial is
//! a thread whose first event in `v.p` need not come after any other event of it.
//!
//! [`Order::initials`] computes just these. For the threads of `v` the clocks of their events
//! tell: what such an event happened after is not after `e` either, and so is in `v` or before
//! `e`. The event of `p` is another matter if it waited, as an acquisition of a lock does. Its
//! clock holds what it waited for, all that is after `e` included, and in `v.p` it does not wait
//! for that. But it still comes after whatever in `v` it conflicts with: a writer that is to go
//! before one reader goes behind the others that read independently of that one. So its clock
//! in `v.p` is the clock before the access, joined with those sources of the access that do
//! not happen after `e` (`second_is_initial`). Had fewer been joined, `p` would be taken for an
//! initial that it is not; found asleep, it would end the reversal, and the orders in which the
//! other reader comes first would be lost. Had more been joined, no initial might be left, and
//! then every enabled thread is explored, which loses nothing.
//!
//! It is complete then if the relation between accesses is: two steps that are
//! [`Independent`](Relation::Independent) must commute in every state in which both are
//! possible. The differential tests (`grader/std/tests/it/differential`) hold both, on random
//! programs, against plain enumeration.

use smallvec::{SmallVec, smallvec};

use crate::{
    access::{Access, Footprint, Relation, Resource},
    op::TaskId,
    task_set::TaskSet,
};

/// Index of an event: a step of the execution, counted from its start.
pub(super) type Event = usize;

/// For each thread, one more than its latest known event; zero for none.
type Clock = [u32];

/// A pair of events whose order could have been the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Race {
    /// The event that came first.
    pub(super) first: Event,
    /// Which access of the second event it is about, if that one waits its turn.
    waiting: Option<usize>,
}

/// An access to a resource in the current execution.
#[derive(Debug, Clone, Copy)]
struct Entry {
    event: Event,
    access: Access,
}

/// What was done to a resource.
#[derive(Debug, Default)]
struct Entries {
    /// The accesses, in order.
    list: Vec<Entry>,
    /// The threads of these, and maybe more.
    tasks: TaskSet,
}

/// The order.
#[derive(Debug)]
pub(super) struct Order {
    /// The thread of each event.
    tasks: Vec<TaskId>,
    /// The clocks of all events, `width` entries each.
    clocks: Vec<u32>,
    width: usize,
    /// What was done to each resource.
    entries: Vec<Entries>,
    /// The resource of each entry, in order, so that entries can be taken back.
    log: Vec<(Event, Resource)>,
    /// Scratch: the clock of the event at hand without what only its turn made it wait for.
    before: Vec<u32>,
    /// Scratch: its clock.
    now: Vec<u32>,
    /// Scratch: events that its accesses depend on and it did not know of, and by which access.
    sources: Vec<(Event, usize)>,
    races: Vec<Race>,
}

impl Order {
    pub(super) fn new() -> Self {
        Self {
            tasks: Vec::new(),
            clocks: Vec::new(),
            width: 8,
            entries: Vec::new(),
            log: Vec::new(),
            before: Vec::new(),
            now: Vec::new(),
            sources: Vec::new(),
            races: Vec::new(),
        }
    }

    /// How many events there are.
    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Forgets the events from `event` on.
    pub(super) fn truncate(&mut self, event: Event) {
        self.tasks.truncate(event);
        self.clocks.truncate(event * self.width);
        while self.log.last().is_some_and(|&(at, _)| at >= event) {
            if let Some((_, resource)) = self.log.pop() {
                self.entries[resource.index()].list.pop();
            }
        }
    }

    fn clock(&self, event: Event) -> &Clock {
        &self.clocks[event * self.width..][..self.width]
    }

    /// Whether `earlier` happened before, or is, the event with `clock`.
    fn knows(&self, clock: &Clock, earlier: Event) -> bool {
        clock[self.tasks[earlier]] > earlier as u32
    }

    /// The races of the event that was last looked at.
    pub(super) fn races(&self) -> &[Race] {
        &self.races
    }

    /// Adds an event of `task` that left `footprint`, and finds its races.
    pub(super) fn push(&mut self, task: TaskId, footprint: &Footprint) {
        self.widen(task);
        let event = self.len();
        self.start(task);
        for &step in &footprint.enabled_by {
            join(&mut self.before, &self.clocks, self.width, step as usize);
        }
        self.sources.clear();
        self.races.clear();
        for (index, &(resource, access)) in footprint.accesses.iter().enumerate() {
            self.find_dependencies(resource, access, index, access.waits());
        }
        self.keep_adjacent();
        self.now.clear();
        self.now.extend_from_slice(&self.before);
        for &(source, _) in &self.sources {
            join(&mut self.now, &self.clocks, self.width, source);
        }
        for &step in &footprint.room_from {
            join(&mut self.now, &self.clocks, self.width, step as usize);
        }
        self.now[task] = event as u32 + 1;
        self.tasks.push(task);
        self.clocks.extend_from_slice(&self.now);
        for &(resource, access) in &footprint.accesses {
            let entries = &mut self.entries[resource.index()];
            entries.list.push(Entry { event, access });
            entries.tasks.insert(task);
            self.log.push((event, resource));
        }
    }

    /// Finds the races of an event of `task` that could not take place: it would have made
    /// this access, but had to wait forever. It races with all that made it wait, and not with the
    /// last of these alone: when that one is turned round, the event may have to wait as before.
    pub(super) fn never(&mut self, task: TaskId, resource: Resource, access: Access) {
        self.widen(task);
        self.start(task);
        self.sources.clear();
        self.races.clear();
        self.find_dependencies(resource, access, 0, true);
        self.keep_adjacent();
    }

    /// Finds the races of the end of the program, which is that of the thread `main`, with the
    /// last events of other threads.
    pub(super) fn program_end(&mut self, main: TaskId) {
        self.start(main);
        self.sources.clear();
        self.races.clear();
        let mut seen = TaskSet::default();
        for event in (0..self.len()).rev() {
            let task = self.tasks[event];
            if !seen.contains(task) {
                seen.insert(task);
                if !self.knows(&self.before, event) {
                    self.races.push(Race {
                        first: event,
                        waiting: None,
                    });
                }
            }
        }
        self.now.clear();
        self.now.extend_from_slice(&self.before);
        self.keep_adjacent();
    }

    /// Sets `before` to the clock of the last event of `task`.
    fn start(&mut self, task: TaskId) {
        self.before.clear();
        match self.tasks.iter().rposition(|&other| other == task) {
            Some(last) => self
                .before
                .extend_from_slice(&self.clocks[last * self.width..][..self.width]),
            None => self.before.resize(self.width, 0),
        }
    }

    /// Finds what an access depends on, and with what it races. `waits` says that it waits for its
    /// turn, or waited in vain.
    fn find_dependencies(&mut self, resource: Resource, access: Access, index: usize, waits: bool) {
        if self.entries.len() <= resource.index() {
            self.entries
                .resize_with(resource.index() + 1, Entries::default);
        }
        let entries = &self.entries[resource.index()];
        let mut known = TaskSet::default();
        for &Entry {
            event,
            access: earlier,
        } in entries.list.iter().rev()
        {
            let relation = earlier.relation(access);
            let task = self.tasks[event];
            if self.knows(&self.before, event) {
                // And so is all that its thread has done before.
                known.insert(task);
                if entries.tasks.without(known).is_empty() {
                    break;
                }
            } else if relation != Relation::Independent {
                self.sources.push((event, index));
                if relation == Relation::Race {
                    self.races.push(Race {
                        first: event,
                        waiting: waits.then_some(index),
                    });
                }
            }
            if relation == Relation::Independent {
                continue;
            }
            // Whatever came before such an access happened before it. One that waits
            // may have been let in by a write, though, and races with whoever took
            // its turn before that.
            match earlier {
                Access::Acquire => break,
                Access::Write if !waits => break,
                _ => {}
            }
        }
    }

    /// Leaves out races whose first event happened before the first event of another:
    /// they show when that other one has been turned round.
    fn keep_adjacent(&mut self) {
        if self.races.len() < 2 {
            return;
        }
        let mut races = std::mem::take(&mut self.races);
        let all: SmallVec<[Race; 8]> = SmallVec::from_slice(&races);
        races.retain(|race| {
            race.waiting.is_some()
                || all.iter().all(|other| {
                    other.first == race.first || !self.knows(self.clock(other.first), race.first)
                })
        });
        races.sort_unstable_by_key(|race| race.first);
        races.dedup_by_key(|race| race.first);
        self.races = races;
    }

    /// The threads one of which must go first, where `race.first` took place, so that
    /// the second event comes before it: the initials of what does not depend on the
    /// first event, followed by the second.
    ///
    /// `second` is the thread of the second event, which is the one last looked at.
    pub(super) fn initials(&mut self, race: Race, second: TaskId, took_place: bool) -> TaskSet {
        let end = if took_place {
            self.len() - 1
        } else {
            self.len()
        };
        let mut firsts: SmallVec<[Option<Event>; 16]> = smallvec![None; self.width];
        let mut initials = TaskSet::default();
        for event in race.first + 1..end {
            let task = self.tasks[event];
            if self.knows(self.clock(event), race.first) {
                continue;
            }
            if firsts[task].is_none() {
                if is_initial(self.clock(event), &firsts) {
                    initials.insert(task);
                }
                firsts[task] = Some(event);
            }
        }
        if firsts[second].is_none() && self.second_is_initial(race, &firsts) {
            initials.insert(second);
        }
        initials
    }

    /// Whether nothing of what does not depend on `race.first` has to come before the second
    /// event. `firsts` has the first event of each thread in that.
    fn second_is_initial(&mut self, race: Race, firsts: &[Option<Event>]) -> bool {
        let Self {
            tasks,
            clocks,
            width,
            before,
            now,
            sources,
            ..
        } = self;
        let task = tasks[race.first];
        let follows_first = |event: Event| clocks[event * *width..][task] > race.first as u32;
        now.clear();
        now.extend_from_slice(before);
        for &(source, index) in &*sources {
            // An access that waited its turn behind the first event and what depends on it does
            // not if it goes before them. Those that took their turn independently of the
            // first event, other readers for example, still do.
            let is_left_out = race.waiting == Some(index) && follows_first(source);
            if !is_left_out {
                join(now, clocks, *width, source);
            }
        }
        is_initial(now, firsts)
    }

    /// Makes room in the clocks for `task`.
    fn widen(&mut self, task: TaskId) {
        if task < self.width {
            return;
        }
        let width = self.width * 2;
        let mut clocks = Vec::with_capacity(self.len() * width);
        for event in 0..self.len() {
            clocks.extend_from_slice(self.clock(event));
            clocks.resize((event + 1) * width, 0);
        }
        self.clocks = clocks;
        self.width = width;
        self.widen(task);
    }
}

/// Whether no first event of a thread happened before the event with `clock`.
fn is_initial(clock: &Clock, firsts: &[Option<Event>]) -> bool {
    firsts
        .iter()
        .zip(clock)
        .all(|(first, &known)| first.is_none_or(|first| known <= first as u32))
}

fn join(clock: &mut Clock, clocks: &[u32], width: usize, event: Event) {
    for (mine, &theirs) in clock.iter_mut().zip(&clocks[event * width..][..width]) {
        *mine = (*mine).max(theirs);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::access::{Part, Resources};

    const ACCESSES: [Access; 9] = [
        Access::Read,
        Access::Write,
        Access::Acquire,
        Access::AcquireShared,
        Access::Release,
        Access::ReleaseShared,
        Access::Add,
        Access::Open,
        Access::Close,
    ];

    /// An event: its thread, and what it does to which object.
    type Done = (TaskId, Vec<(u32, Access)>);

    fn events() -> impl Strategy<Value = Vec<Done>> {
        let access = (0_u32..3, prop::sample::select(&ACCESSES[..]));
        prop::collection::vec((0_usize..10, prop::collection::vec(access, 0..3)), 1..24)
    }

    /// The resource of the object with this number, of which there are few.
    fn resource(object: u32) -> Resource {
        Resources::default().allocate(1).part(Part(object))
    }

    fn footprint(accesses: &[(u32, Access)]) -> Footprint {
        let on_object = |&(object, access)| (resource(object), access);
        Footprint {
            accesses: accesses.iter().map(on_object).collect(),
            ..Footprint::default()
        }
    }

    fn push(order: &mut Order, (task, accesses): &Done) {
        order.push(*task, &footprint(accesses));
    }

    fn order_of(events: &[Done]) -> Order {
        let mut order = Order::new();
        for event in events {
            push(&mut order, event);
        }
        order
    }

    /// Whether two events, in this order, cannot be swapped.
    fn depend(earlier: &Done, later: &Done) -> bool {
        let related = |&(object, access): &(u32, Access)| {
            let same = later.1.iter().filter(|(other, _)| *other == object);
            same.clone()
                .any(|&(_, later)| access.relation(later) != Relation::Independent)
        };
        earlier.0 == later.0 || earlier.1.iter().any(related)
    }

    /// Which events happened before which, by the definition: the transitive closure.
    fn happens_before(events: &[Done]) -> Vec<Vec<bool>> {
        let count = events.len();
        let mut before = vec![vec![false; count]; count];
        for later in 0..count {
            for earlier in (0..later).rev() {
                let through = |middle: usize| before[earlier][middle] && before[middle][later];
                before[earlier][later] =
                    depend(&events[earlier], &events[later]) || (earlier..later).any(through);
            }
        }
        before
    }

    proptest! {
        #[test]
        fn clocks_tell_what_happened_before_what(events in events()) {
            let order = order_of(&events);
            let before = happens_before(&events);
            for (earlier, before) in before.iter().enumerate() {
                for (later, &expected) in before.iter().enumerate().skip(earlier + 1) {
                    let known = order.knows(order.clock(later), earlier);
                    prop_assert_eq!(known, expected, "{} and {}", earlier, later);
                }
            }
        }

        #[test]
        fn what_is_taken_back_leaves_no_trace(events in events(), kept in any::<prop::sample::Index>()) {
            let whole = order_of(&events);
            let mut again = order_of(&events);
            let kept = kept.index(events.len());
            again.truncate(kept);
            for event in &events[kept..] {
                push(&mut again, event);
            }
            prop_assert_eq!(&again.clocks, &whole.clocks);
            prop_assert_eq!(again.races(), whole.races());
        }

        #[test]
        fn a_race_is_between_dependent_events_that_nothing_else_orders(events in events()) {
            let order = order_of(&events);
            let (second, earlier) = events.split_last().expect("there is one");
            let before = happens_before(&events);
            let last = earlier.len();
            for race in order.races() {
                prop_assert!(depend(&events[race.first], second));
                prop_assert_ne!(events[race.first].0, second.0);
                // The thread of the second event knew nothing of the first one.
                let own = earlier.iter().rposition(|event| event.0 == second.0);
                prop_assert!(own.is_none_or(|own| !before[race.first][own]));
                prop_assert!(before[race.first][last]);
            }
        }

        #[test]
        fn of_what_comes_before_a_reversed_race_somebody_can_go_first(events in events()) {
            let mut order = order_of(&events);
            let second = events.last().expect("there is one").0;
            for race in order.races().to_vec() {
                prop_assert!(!order.initials(race, second, true).is_empty());
            }
        }
    }

    #[test]
    fn a_writer_that_is_to_go_before_one_reader_goes_behind_the_other() {
        let reads = |task| {
            [
                (task, vec![(0, Access::AcquireShared)]),
                (task, vec![(0, Access::ReleaseShared)]),
            ]
        };
        let writes = (3, vec![(0, Access::Acquire)]);
        let events = [&reads(1)[..], &reads(2)[..], &[writes]].concat();
        let mut order = order_of(&events);
        let firsts: Vec<_> = order.races().iter().map(|race| race.first).collect();
        assert_eq!(firsts, [0, 2]);
        let before_the_first_reader = order.races()[0];
        assert_eq!(
            order.initials(before_the_first_reader, 3, true),
            TaskSet::of(2)
        );
        let before_the_second_reader = order.races()[1];
        assert_eq!(
            order.initials(before_the_second_reader, 3, true),
            TaskSet::of(3)
        );
    }
}
