//! Counts of steps of many threads, as a tree of which copies share what they have in common.
//!
//! A copy takes no time, and a join looks only at what differs: threads that meet often differ in few
//! counts, however many threads there are. Source: J. Driscoll et al., "Making Data Structures
//! Persistent" (1989), by copying of paths; joins that leave out what both have are those of
//! U. Mathur et al., "A Tree Clock Data Structure for Causal Orderings in Concurrent Executions" (2022).

use std::sync::Arc;

/// Counts of a leaf, and branches of a node.
const WIDTH: usize = 16;

/// The bits of an index that choose among these.
const BITS: u32 = WIDTH.trailing_zeros();

/// Counts by index; those that were never counted are 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Counts {
    /// How many levels of nodes are above the leaves: as few as the largest index needs.
    height: u32,
    root: Option<Tree>,
}

/// A part of the counts that is not all 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Tree {
    Leaf(Arc<[u32; WIDTH]>),
    Node(Arc<[Option<Tree>; WIDTH]>),
}

impl Tree {
    /// The counts of 0 of this height.
    fn zero(height: u32) -> Self {
        match height {
            0 => Self::Leaf(Arc::default()),
            _ => Self::Node(Arc::default()),
        }
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Leaf(a), Self::Leaf(b)) => Arc::ptr_eq(a, b),
            (Self::Node(a), Self::Node(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    fn increment(&mut self, index: usize, height: u32) {
        let place = index >> (height * BITS) & (WIDTH - 1);
        match self {
            Self::Leaf(counts) => Arc::make_mut(counts)[place] += 1,
            Self::Node(branches) => {
                let branch = &mut Arc::make_mut(branches)[place];
                let branch = branch.get_or_insert_with(|| Self::zero(height - 1));
                branch.increment(index, height - 1);
            }
        }
    }

    /// The larger ones of the counts of two trees of one height. It is one of the two if that has
    /// them all.
    fn join(&mut self, other: &Self) {
        if self.is(other) {
            return;
        }
        match (&mut *self, other) {
            (Self::Leaf(mine), Self::Leaf(theirs)) => {
                let most: [u32; WIDTH] = std::array::from_fn(|i| mine[i].max(theirs[i]));
                if most == **theirs {
                    *self = other.clone();
                } else if most != **mine {
                    *Arc::make_mut(mine) = most;
                }
            }
            (Self::Node(mine), Self::Node(theirs)) => {
                let (mut is_mine, mut is_theirs) = (true, true);
                let joined: [Option<Self>; WIDTH] = std::array::from_fn(|i| {
                    let most = joined(mine[i].as_ref(), theirs[i].as_ref());
                    is_mine &= is_same(most.as_ref(), mine[i].as_ref());
                    is_theirs &= is_same(most.as_ref(), theirs[i].as_ref());
                    most
                });
                if is_theirs {
                    *self = other.clone();
                } else if !is_mine {
                    *mine = Arc::new(joined);
                }
            }
            _ => unreachable!("both have the same height"),
        }
    }

    fn get(&self, index: usize, height: u32) -> u32 {
        let place = index >> (height * BITS) & (WIDTH - 1);
        match self {
            Self::Leaf(counts) => counts[place],
            Self::Node(branches) => branches[place]
                .as_ref()
                .map_or(0, |branch| branch.get(index, height - 1)),
        }
    }

    fn write(&self, from: usize, height: u32, to: &mut Vec<u32>) {
        match self {
            Self::Leaf(counts) => {
                to.resize(from, 0);
                to.extend_from_slice(&counts[..]);
            }
            Self::Node(branches) => {
                for (place, branch) in branches.iter().enumerate() {
                    if let Some(branch) = branch {
                        branch.write(from + (place << (height * BITS)), height - 1, to);
                    }
                }
            }
        }
    }
}

fn is_same(one: Option<&Tree>, other: Option<&Tree>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.is(other),
        _ => false,
    }
}

fn joined(one: Option<&Tree>, other: Option<&Tree>) -> Option<Tree> {
    let (Some(one), Some(other)) = (one, other) else {
        return one.or(other).cloned();
    };
    let mut joined = one.clone();
    joined.join(other);
    Some(joined)
}

impl Counts {
    pub(super) fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn increment(&mut self, index: usize) {
        while index >> (self.height * BITS) >= WIDTH {
            self.grow();
        }
        let root = self.root.get_or_insert_with(|| Tree::zero(self.height));
        root.increment(index, self.height);
    }

    /// One level more.
    fn grow(&mut self) {
        self.height += 1;
        if let Some(root) = self.root.take() {
            let mut branches: [Option<Tree>; WIDTH] = Default::default();
            branches[0] = Some(root);
            self.root = Some(Tree::Node(Arc::new(branches)));
        }
    }

    /// Takes over the larger ones of the counts of another one.
    pub(super) fn join(&mut self, other: &Self) {
        let Some(theirs) = &other.root else {
            return;
        };
        if self.height > other.height {
            let mut other = other.clone();
            while other.height < self.height {
                other.grow();
            }
            self.join(&other);
            return;
        }
        while self.height < other.height {
            self.grow();
        }
        match &mut self.root {
            Some(mine) => mine.join(theirs),
            mine @ None => *mine = Some(theirs.clone()),
        }
    }

    pub(super) fn get(&self, index: usize) -> u32 {
        match &self.root {
            Some(root) if index >> (self.height * BITS) < WIDTH => root.get(index, self.height),
            _ => 0,
        }
    }

    /// All counts, without the zeros at the end.
    pub(super) fn to_vec(&self) -> Vec<u32> {
        let mut all = Vec::new();
        if let Some(root) = &self.root {
            root.write(0, self.height, &mut all);
        }
        let length = all.iter().rposition(|&count| count > 0);
        all.truncate(length.map_or(0, |last| last + 1));
        all
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
