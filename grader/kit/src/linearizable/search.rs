//! The search for a linearization.
//!
//! Source: J. Wing, C. Gong, "Testing and Verifying Concurrent Objects", JPDC 1993,
//! with the memory of visited configurations of G. Lowe, "Testing for Linearizability",
//! CCPE 2017, on the doubly linked list of A. Horn, D. Kroening, "Faster Linearizability
//! Checking via P-Compositionality", FORTE 2015.

use std::collections::HashSet;

use super::Spec;
use crate::history::Call;

/// Whether some order of `calls` that keeps real-time order is legal. A call without a
/// result may have taken effect or not.
pub(super) fn exists<S: Spec>(spec: &S, calls: &[&Call<'_>]) -> bool {
    let mut entries = Entries::new(calls);
    let mut state = spec.initial();
    let mut done = Bits::new(calls.len());
    let mut visited = HashSet::new();
    let mut taken: Vec<(usize, S::State)> = Vec::new();
    let mut missing = calls.iter().filter(|call| call.result.is_some()).count();
    let mut entry = entries.first();
    while missing > 0 {
        // In front of the first return, every call that is left may be the next.
        if let Some(Entry::Call(index)) = entries.at(entry) {
            let call = calls[index];
            let next = spec.apply(&state, call.name, call.argument, call.result);
            entry = match next {
                Some(next) if visited.insert((done.with(index), next.clone())) => {
                    done.flip(index);
                    missing -= usize::from(call.result.is_some());
                    taken.push((index, std::mem::replace(&mut state, next)));
                    entries.lift(index);
                    entries.first()
                }
                _ => entries.after(entry),
            };
        } else {
            // The call that returns here has found no place: go back.
            let Some((index, before)) = taken.pop() else {
                return false;
            };
            state = before;
            done.flip(index);
            missing += usize::from(calls[index].result.is_some());
            entries.unlift(index);
            entry = entries.after(entries.call_of(index));
        }
    }
    true
}

/// A set of calls, in as many words as it takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Bits(Box<[u64]>);

impl Bits {
    fn new(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)].into())
    }

    fn flip(&mut self, index: usize) {
        self.0[index / 64] ^= 1 << (index % 64);
    }

    fn with(&self, index: usize) -> Self {
        let mut set = self.clone();
        set.flip(index);
        set
    }
}

/// What stands at a place of the list.
#[derive(Debug, Clone, Copy)]
enum Entry {
    Call(usize),
    Return(usize),
}

/// The calls and returns that are left, in their order, as a doubly linked list. Place
/// 0 is the head, and the last place the end.
#[derive(Debug)]
struct Entries {
    order: Vec<Entry>,
    next: Vec<usize>,
    previous: Vec<usize>,
    /// For each call its place and that of its return; the end if it has none.
    places: Vec<(usize, usize)>,
}

impl Entries {
    fn new(calls: &[&Call<'_>]) -> Self {
        let mut sorted: Vec<(usize, Entry)> = Vec::with_capacity(2 * calls.len());
        for (index, call) in calls.iter().enumerate() {
            sorted.push((call.called, Entry::Call(index)));
            if call.result.is_some() {
                sorted.push((call.returned, Entry::Return(index)));
            }
        }
        sorted.sort_by_key(|(position, _)| *position);
        let order: Vec<Entry> = sorted.into_iter().map(|(_, entry)| entry).collect();
        let end = order.len() + 1;
        let mut places = vec![(end, end); calls.len()];
        for (at, entry) in order.iter().enumerate() {
            match *entry {
                Entry::Call(index) => places[index].0 = at + 1,
                Entry::Return(index) => places[index].1 = at + 1,
            }
        }
        Self {
            order,
            next: (1..=end + 1).collect(),
            previous: (0..=end).map(|place| place.saturating_sub(1)).collect(),
            places,
        }
    }

    fn end(&self) -> usize {
        self.order.len() + 1
    }

    fn first(&self) -> usize {
        self.next[0]
    }

    fn after(&self, place: usize) -> usize {
        self.next[place]
    }

    /// What stands at `place`; nothing at the end.
    fn at(&self, place: usize) -> Option<Entry> {
        self.order.get(place - 1).copied()
    }

    fn call_of(&self, index: usize) -> usize {
        self.places[index].0
    }

    /// Takes a call and its return out.
    fn lift(&mut self, index: usize) {
        let (call, back) = self.places[index];
        self.unlink(call);
        if back != self.end() {
            self.unlink(back);
        }
    }

    /// Puts back what was lifted last.
    fn unlift(&mut self, index: usize) {
        let (call, back) = self.places[index];
        if back != self.end() {
            self.relink(back);
        }
        self.relink(call);
    }

    fn unlink(&mut self, place: usize) {
        let (previous, next) = (self.previous[place], self.next[place]);
        self.next[previous] = next;
        self.previous[next] = previous;
    }

    /// The place still knows its old neighbours (Knuth, "Dancing Links", 2000).
    fn relink(&mut self, place: usize) {
        let (previous, next) = (self.previous[place], self.next[place]);
        self.next[previous] = place;
        self.previous[next] = place;
    }
}
