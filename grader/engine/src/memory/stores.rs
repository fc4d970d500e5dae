//! The stores to one atomic variable, and which of them a load may see.

use smallvec::SmallVec;

use crate::{clock::VectorClock, op::TaskId};

/// How many loads in a row of one thread may see something else than the newest store.
/// Every store is seen by everybody in the end, so a thread that spins must not be
/// shown the old value forever. One that yields after an old value is shown the newest.
const STALE: u8 = 5;

/// A moment of one thread: its own count of steps. Count 0 is before everything.
#[derive(Debug, Clone, Copy)]
struct Epoch {
    task: TaskId,
    count: u32,
}

impl Epoch {
    fn is_known_to(self, clock: &VectorClock) -> bool {
        self.count <= clock.count(self.task)
    }
}

/// One store.
#[derive(Debug)]
struct Store {
    value: u64,
    at: Epoch,
    /// What a thread learns that sees it and acquires.
    message: VectorClock,
    /// Virtual time of the store: no thread sees it earlier.
    time: u64,
    /// The first time that each thread saw it.
    seen: SmallVec<[Epoch; 4]>,
    /// Whether a sequentially consistent operation wrote or saw it.
    consistent: bool,
    /// Whether it is one half of a read-modify-write, which read the store before it:
    /// nothing comes between the two.
    continues: bool,
}

/// Old values that a thread was shown.
#[derive(Debug)]
struct Stale {
    task: TaskId,
    /// How many in a row.
    count: u8,
    /// How often the thread had yielded when it was shown the last one.
    yields: u32,
}

/// The stores to one variable, in modification order.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    list: Vec<Store>,
    stale: SmallVec<[Stale; 4]>,
}

/// What a load finds.
pub(super) struct Seen<'a> {
    pub(super) value: u64,
    pub(super) message: &'a VectorClock,
    pub(super) time: u64,
}

impl Stores {
    /// The value that is in memory. If it is not the newest store's, a thread that had
    /// the variable for itself changed it, and nothing older can be seen by anybody.
    pub(super) fn settle(&mut self, value: u64) {
        if self.list.last().is_some_and(|store| store.value == value) {
            return;
        }
        self.list.clear();
        self.stale.clear();
        self.list.push(Store {
            value,
            at: Epoch { task: 0, count: 0 },
            message: VectorClock::default(),
            time: 0,
            seen: SmallVec::new(),
            consistent: false,
            continues: false,
        });
    }

    /// Whether no thread has touched the variable yet.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn newest(&self) -> usize {
        self.list.len() - 1
    }

    /// Index of the oldest store that a thread which knows `clock` may still see:
    /// write-read and read-read coherence, C++20 [intro.races] 16 to 18.
    pub(super) fn oldest(&self, clock: &VectorClock) -> usize {
        self.oldest_from(0, clock)
    }

    /// The same, if it is known to be none before the one at `from`.
    pub(super) fn oldest_from(&self, from: usize, clock: &VectorClock) -> usize {
        let known = |store: &Store| {
            store.at.is_known_to(clock) || store.seen.iter().any(|seen| seen.is_known_to(clock))
        };
        let later = self.list[from..].iter().rposition(known);
        from + later.unwrap_or(0)
    }

    /// Index of the newest store that a sequentially consistent operation wrote or saw.
    pub(super) fn last_consistent(&self) -> usize {
        let consistent = |store: &Store| store.consistent;
        self.list.iter().rposition(consistent).unwrap_or(0)
    }

    /// Where a store may be put that stands behind the one at `oldest`: the last place
    /// first.
    pub(super) fn places_after(&self, oldest: usize) -> SmallVec<[usize; 4]> {
        let places = (oldest + 1..=self.list.len()).rev();
        let free = |&place: &usize| self.list.get(place).is_none_or(|next| !next.continues);
        places.filter(free).collect()
    }

    /// Whether a thread that has yielded so often has been shown old values for long enough.
    pub(super) fn is_due(&self, task: TaskId, yields: u32) -> bool {
        let due = |stale: &Stale| stale.count >= STALE || stale.count > 0 && stale.yields < yields;
        self.stale
            .iter()
            .any(|stale| stale.task == task && due(stale))
    }

    /// A thread, whose clock this is, sees the store at `index`.
    pub(super) fn see(
        &mut self,
        index: usize,
        task: TaskId,
        yields: u32,
        clock: &VectorClock,
        consistent: bool,
    ) -> Seen<'_> {
        let is_old = index < self.newest();
        match self.stale.iter_mut().find(|stale| stale.task == task) {
            Some(stale) => {
                stale.count = if is_old { stale.count + 1 } else { 0 };
                stale.yields = yields;
            }
            None => self.stale.push(Stale {
                task,
                count: u8::from(is_old),
                yields,
            }),
        }
        self.mark(index, task, clock);
        let store = &mut self.list[index];
        store.consistent |= consistent;
        Seen {
            value: store.value,
            message: &store.message,
            time: store.time,
        }
    }

    /// From now on, the thread and all that learn from it see nothing older than the
    /// store at `index`.
    pub(super) fn mark(&mut self, index: usize, task: TaskId, clock: &VectorClock) {
        let seen = &mut self.list[index].seen;
        if seen.iter().all(|seen| seen.task != task) {
            let count = clock.count(task);
            seen.push(Epoch { task, count });
        }
    }

    /// A thread stores `value` at `place`. `continues` says that it is one half of a
    /// read-modify-write, which carries on the release sequence it read from.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are what a store consists of"
    )]
    pub(super) fn insert(
        &mut self,
        place: usize,
        value: u64,
        task: TaskId,
        clock: &VectorClock,
        mut message: VectorClock,
        consistent: bool,
        continues: bool,
    ) {
        if continues {
            message.join(&self.list[place - 1].message);
        }
        let store = Store {
            value,
            at: Epoch {
                task,
                count: clock.count(task),
            },
            message,
            time: clock.time(),
            seen: SmallVec::new(),
            consistent,
            continues,
        };
        self.list.insert(place, store);
    }

    pub(super) fn value(&self, index: usize) -> u64 {
        self.list[index].value
    }
}
