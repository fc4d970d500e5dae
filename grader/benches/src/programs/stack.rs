//! A lock-free stack (R. K. Treiber, 1986) whose nodes are indices, so that a node taken
//! twice is a failed assertion and not undefined behaviour.

use std::sync::Arc;

use super::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};

/// The index that ends the list.
const NONE: usize = 3;
/// What the version of the head is counted in; smaller numbers are the index.
const VERSION: usize = 16;

struct Stack {
    head: AtomicUsize,
    next: Vec<AtomicUsize>,
    tagged: bool,
}

impl Stack {
    fn new(tagged: bool) -> Self {
        Self {
            head: AtomicUsize::new(0),
            next: (1..=NONE).map(AtomicUsize::new).collect(),
            tagged,
        }
    }

    fn swing(&self, from: usize, to: usize) -> bool {
        let version = if self.tagged { from / VERSION + 1 } else { 0 };
        let to = version * VERSION + to;
        self.head.compare_exchange(from, to, SeqCst, SeqCst).is_ok()
    }

    fn pop(&self) -> Option<usize> {
        loop {
            let head = self.head.load(SeqCst);
            let node = head % VERSION;
            if node == NONE {
                return None;
            }
            let next = self.next[node].load(SeqCst);
            if self.swing(head, next) {
                return Some(node);
            }
        }
    }

    fn push(&self, node: usize) {
        loop {
            let head = self.head.load(SeqCst);
            self.next[node].store(head % VERSION, SeqCst);
            if self.swing(head, node) {
                return;
            }
        }
    }
}

/// One thread pops; the other pops two and pushes the first of them back.
fn run(tagged: bool) {
    let stack = Arc::new(Stack::new(tagged));
    let (one, two) = (Arc::clone(&stack), Arc::clone(&stack));
    let one = thread::spawn(move || one.pop());
    let two = thread::spawn(move || {
        let first = two.pop();
        let second = two.pop();
        if let Some(first) = first {
            two.push(first);
        }
        second
    });
    let mut taken = [false; NONE];
    let held = [one.join().unwrap(), two.join().unwrap()];
    let rest = std::iter::from_fn(|| stack.pop()).take(2 * NONE);
    for node in held.into_iter().flatten().chain(rest) {
        assert!(!taken[node], "a node was taken twice");
        taken[node] = true;
    }
}

/// The head carries a version that grows with each change.
pub(super) fn tagged() {
    run(true);
}

/// The head comes back to the same index, and the comparison does not notice.
pub(super) fn untagged() {
    run(false);
}
