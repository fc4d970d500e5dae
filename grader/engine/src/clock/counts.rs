//! Counts of steps of many threads, of which copies share what they have in common.
//!
//! A copy takes no time, and a join looks only at what differs: threads that meet often differ in few
//! counts, however many threads there are. Source: J. Driscoll et al., "Making Data Structures
//! Persistent" (1989).

use std::rc::Rc;

/// Counts that are copied together: as few as make a join faster than looking for what differs.
const WIDTH: usize = 64;

/// So many counts, of which one at least is not 0.
type Chunk = Rc<[u32; WIDTH]>;

/// Counts by index; those that were never counted are 0. The last chunk is one that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Counts(Option<Rc<Vec<Option<Chunk>>>>);

impl Counts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn clear(&mut self) {
        self.0 = None;
    }

    pub(super) fn increment(&mut self, index: usize) {
        let (chunk, place) = (index / WIDTH, index % WIDTH);
        let chunks = Rc::make_mut(self.0.get_or_insert_default());
        if chunks.len() <= chunk {
            chunks.resize(chunk + 1, None);
        }
        let chunk = chunks[chunk].get_or_insert_with(|| Rc::new([0; WIDTH]));
        Rc::make_mut(chunk)[place] += 1;
    }

    /// Takes over the larger ones of the counts of another one.
    pub(super) fn join(&mut self, other: &Self) {
        let Some(theirs) = &other.0 else {
            return;
        };
        let Some(mine) = &mut self.0 else {
            self.0.clone_from(&other.0);
            return;
        };
        if Rc::ptr_eq(mine, theirs) {
            return;
        }
        let differing = mine.iter().zip(theirs.iter());
        let Some(first) = differing
            .clone()
            .position(|(mine, theirs)| gains(mine.as_ref(), theirs.as_ref()))
        else {
            if mine.len() < theirs.len() {
                let length = mine.len();
                Rc::make_mut(mine).extend_from_slice(&theirs[length..]);
            }
            return;
        };
        let mine = Rc::make_mut(mine);
        if mine.len() < theirs.len() {
            mine.resize(theirs.len(), None);
        }
        for (mine, theirs) in mine.iter_mut().zip(theirs.iter()).skip(first) {
            join_chunk(mine, theirs.as_ref());
        }
    }

    pub(super) fn get(&self, index: usize) -> u32 {
        let chunk = self
            .0
            .as_ref()
            .and_then(|chunks| chunks.get(index / WIDTH)?.as_ref());
        chunk.map_or(0, |chunk| chunk[index % WIDTH])
    }

    /// All counts, without the zeros at the end.
    pub(super) fn to_vec(&self) -> Vec<u32> {
        let chunks = self.0.iter().flat_map(|chunks| chunks.iter());
        let mut all = Vec::new();
        for chunk in chunks {
            match chunk {
                Some(chunk) => all.extend_from_slice(&chunk[..]),
                None => all.resize(all.len() + WIDTH, 0),
            }
        }
        let last = all.iter().rposition(|&count| count > 0);
        all.truncate(last.map_or(0, |last| last + 1));
        all
    }
}

/// Whether one of the counts of one chunk is smaller than that of another.
fn gains(mine: Option<&Chunk>, theirs: Option<&Chunk>) -> bool {
    match (mine, theirs) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(mine), Some(theirs)) => !Rc::ptr_eq(mine, theirs) && !is_covered(theirs, mine),
    }
}

/// Whether no count is larger than that of another chunk.
fn is_covered(counts: &[u32; WIDTH], by: &[u32; WIDTH]) -> bool {
    // All are compared, as processors do that for several at a time; as signed numbers, for they are far
    // below 2^31.
    let mut larger = false;
    for (count, other) in counts.iter().zip(by) {
        larger |= count.cast_signed() > other.cast_signed();
    }
    !larger
}

fn join_chunk(mine: &mut Option<Chunk>, theirs: Option<&Chunk>) {
    let Some(theirs) = theirs else {
        return;
    };
    match mine {
        Some(chunk) if Rc::ptr_eq(chunk, theirs) || is_covered(theirs, chunk) => {}
        Some(chunk) if !is_covered(chunk, theirs) => {
            for (count, other) in Rc::make_mut(chunk).iter_mut().zip(theirs.iter()) {
                *count = (*count).max(*other);
            }
        }
        // It is shared from now on.
        _ => *mine = Some(Rc::clone(theirs)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// What is done to one of several counts.
    #[derive(Debug, Clone)]
    enum Change {
        Increment(usize, usize),
        Join(usize, usize),
        Copy(usize, usize),
        Clear(usize),
    }

    const ALL: usize = 4;

    fn change() -> impl Strategy<Value = Change> {
        let index = prop_oneof![0..20_usize, 0..300_usize, 0..70_000_usize];
        prop_oneof![
            4 => (0..ALL, index).prop_map(|(of, index)| Change::Increment(of, index)),
            3 => (0..ALL, 0..ALL).prop_map(|(to, from)| Change::Join(to, from)),
            1 => (0..ALL, 0..ALL).prop_map(|(to, from)| Change::Copy(to, from)),
            1 => (0..ALL).prop_map(Change::Clear),
        ]
    }

    proptest! {
        #[test]
        fn they_are_those_of_a_map_and_equal_ones_are_equal(
            changes in prop::collection::vec(change(), 0..80),
        ) {
            let mut counts: Vec<Counts> = vec![Counts::default(); ALL];
            let mut maps: Vec<BTreeMap<usize, u32>> = vec![BTreeMap::new(); ALL];
            for change in changes {
                match change {
                    Change::Increment(of, index) => {
                        counts[of].increment(index);
                        *maps[of].entry(index).or_default() += 1;
                    }
                    Change::Join(to, from) => {
                        let (other, map) = (counts[from].clone(), maps[from].clone());
                        counts[to].join(&other);
                        for (index, count) in map {
                            let mine = maps[to].entry(index).or_default();
                            *mine = count.max(*mine);
                        }
                    }
                    Change::Copy(to, from) => {
                        counts[to] = counts[from].clone();
                        maps[to] = maps[from].clone();
                    }
                    Change::Clear(of) => {
                        counts[of].clear();
                        maps[of].clear();
                    }
                }
                for (counts, map) in counts.iter().zip(&maps) {
                    for (index, count) in map {
                        prop_assert_eq!(counts.get(*index), *count);
                    }
                    let length = map.last_key_value().map_or(0, |(last, _)| last + 1);
                    prop_assert_eq!(counts.to_vec().len(), length);
                    prop_assert_eq!(counts.is_empty(), map.is_empty());
                }
                for (one, other) in (0..ALL).flat_map(|one| (0..ALL).map(move |other| (one, other))) {
                    prop_assert_eq!(counts[one] == counts[other], maps[one] == maps[other]);
                }
            }
        }
    }
}
