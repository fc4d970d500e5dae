//! Lists programs: all up to a size, and larger ones by chance.

use std::{collections::BTreeSet, slice};

use super::Shape;

/// The most threads of a program, and the most calls of one with more threads than a small one.
const MOST_THREADS: usize = 4;

/// How often a program is drawn anew that is not allowed or not new.
const ATTEMPTS: usize = 40;

/// What programs are made of.
pub(super) struct Enumeration<'a> {
    /// How many objects there are.
    pub(super) objects: usize,
    /// How many of them small programs make.
    pub(super) few_objects: usize,
    /// How many calls small programs have to choose from.
    pub(super) few: usize,
    /// Of these, how many programs of more threads have to choose from.
    pub(super) widely: usize,
    /// How many calls there are.
    pub(super) all: usize,
    /// The most threads of a small program.
    pub(super) threads: usize,
    /// The most calls of a thread of a small program.
    pub(super) length: usize,
    /// The most calls of a program that is drawn.
    pub(super) longest: usize,
    /// Whether the model allows a program.
    pub(super) allowed: &'a dyn Fn(&Shape) -> bool,
}

impl Enumeration<'_> {
    /// All small programs, those with the fewest calls first. Of programs that differ in the order
    /// of their threads alone there is one.
    pub(super) fn small(&self) -> Vec<Shape> {
        let threads = self.sequences();
        let mut programs: Vec<Vec<Vec<usize>>> = vec![Vec::new()];
        let mut all = Vec::new();
        for _ in 0..self.threads {
            programs = programs
                .iter()
                .flat_map(|program| {
                    let later = threads
                        .iter()
                        .filter(|&calls| program.last() <= Some(calls));
                    later.map(|calls| [program.as_slice(), slice::from_ref(calls)].concat())
                })
                .collect();
            all.extend(programs.iter().cloned());
        }
        let mut shapes: Vec<Shape> = (0..self.few_objects)
            .flat_map(|object| {
                let of = all.iter().cloned();
                of.map(move |threads| Shape { object, threads })
            })
            .filter(|shape| (self.allowed)(shape))
            .collect();
        shapes.sort_by_cached_key(|shape| (shape.size(), shape.clone()));
        shapes
    }

    /// Programs of more threads, over the first calls and the first two objects of the model: one or
    /// two of the threads may make a second call, as long as there are no more than four in all.
    pub(super) fn wide(&self) -> Vec<Shape> {
        if self.threads == 1 {
            return Vec::new();
        }
        let few = Enumeration {
            few_objects: self.objects.min(2),
            few: self.widely,
            threads: MOST_THREADS,
            length: self.length.min(2),
            ..*self
        };
        let mut shapes = few.small();
        shapes.retain(|shape| shape.threads.len() > self.threads && shape.size() <= MOST_THREADS);
        shapes
    }

    /// The sequences of calls of a thread.
    fn sequences(&self) -> Vec<Vec<usize>> {
        let mut longest: Vec<Vec<usize>> = vec![Vec::new()];
        let mut all = Vec::new();
        for _ in 0..self.length {
            longest = longest
                .iter()
                .flat_map(|calls| (0..self.few).map(|call| [calls.as_slice(), &[call]].concat()))
                .collect();
            all.extend(longest.iter().cloned());
        }
        all
    }

    /// `count` programs that are larger than the small ones, or have other calls.
    pub(super) fn larger(&self, seed: u64, count: usize) -> Vec<Shape> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut drawn = BTreeSet::new();
        let mut shapes = Vec::new();
        for _ in 0..count * ATTEMPTS {
            if shapes.len() == count {
                break;
            }
            let shape = self.draw(&mut random);
            if !self.is_small(&shape) && (self.allowed)(&shape) && drawn.insert(shape.clone()) {
                shapes.push(shape);
            }
        }
        shapes
    }

    /// One program. Two calls in three are those of another thread again: threads that do the
    /// same are those that get in each other's way.
    fn draw(&self, random: &mut fastrand::Rng) -> Shape {
        let count = if self.threads == 1 {
            1
        } else {
            random.usize(2..=self.threads + 1)
        };
        let mut threads: Vec<Vec<usize>> = vec![Vec::new(); count];
        let size = random.usize(count + 1..=self.longest.max(count + 1));
        let mut calls = Vec::new();
        for number in 0..size {
            let call = match random.choice(&calls) {
                Some(&call) if random.u8(..3) == 0 => call,
                _ => random.usize(..self.all),
            };
            calls.push(call);
            let thread = if number < threads.len() {
                number
            } else {
                random.usize(..threads.len())
            };
            threads[thread].push(call);
        }
        threads.sort();
        Shape {
            object: random.usize(..self.objects),
            threads,
        }
    }

    fn is_small(&self, shape: &Shape) -> bool {
        let mut calls = shape.threads.iter().flatten();
        let is_short = |calls: &Vec<usize>| calls.len() <= self.length;
        shape.object < self.few_objects
            && shape.threads.len() <= self.threads
            && shape.threads.iter().all(is_short)
            && calls.all(|&call| call < self.few)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(few: usize, threads: usize, length: usize) -> Enumeration<'static> {
        Enumeration {
            objects: 3,
            few_objects: 2,
            few,
            widely: few - 1,
            all: few + 2,
            threads,
            length,
            longest: 6,
            allowed: &|_| true,
        }
    }

    #[test]
    fn small_programs_are_all_there_once_up_to_the_order_of_threads() {
        // 3 + 9 sequences of at most two calls: 12 alone, and 12 · 13 / 2 pairs, of two objects.
        let small = of(3, 2, 2).small();
        assert_eq!(small.len(), 2 * (12 + 78));
        let distinct: BTreeSet<_> = small
            .iter()
            .map(|shape| {
                let mut threads = shape.threads.clone();
                threads.sort();
                (shape.object, threads)
            })
            .collect();
        assert_eq!(distinct.len(), small.len());
        assert!(small.is_sorted_by_key(Shape::size));
        assert_eq!(small.last().map(Shape::size), Some(4));
    }

    #[test]
    fn wide_programs_have_more_threads_and_few_calls() {
        // Of two calls: three threads with one call each, or a second one, and four with one.
        let wide = of(3, 2, 2).wide();
        assert_eq!(wide.len(), 2 * (4 + 4 * 3 + 5));
        assert!(
            wide.iter()
                .all(|shape| shape.threads.len() > 2 && shape.size() <= 4)
        );
        assert!(
            wide.iter()
                .all(|shape| shape.threads.iter().flatten().all(|&call| call < 2))
        );
    }

    #[test]
    fn larger_programs_are_no_small_ones_and_follow_from_the_seed() {
        let programs = of(3, 2, 2);
        let larger = programs.larger(7, 50);
        assert_eq!(larger.len(), 50);
        assert_eq!(larger, programs.larger(7, 50));
        assert_ne!(larger, programs.larger(8, 50));
        let small: BTreeSet<_> = programs.small().into_iter().collect();
        assert!(larger.iter().all(|shape| !small.contains(shape)));
        assert!(larger.iter().any(|shape| shape.threads.len() == 3));
        assert!(larger.iter().all(|shape| shape.size() <= programs.longest));
    }

    #[test]
    fn larger_programs_of_a_type_for_one_thread_have_one() {
        let mut programs = of(3, 1, 2);
        programs.longest = 20;
        let larger = programs.larger(7, 50);
        assert!(larger.iter().all(|shape| shape.threads.len() == 1));
        assert!(larger.iter().any(|shape| shape.size() > 15));
        assert_eq!(programs.wide(), []);
    }

    #[test]
    fn programs_that_are_forbidden_are_left_out() {
        let mut programs = of(2, 2, 1);
        programs.allowed = &|shape| shape.threads[0] != [1];
        assert_eq!(programs.small().len(), 2 * (2 + 3 - 2));
        let larger = programs.larger(1, 20);
        assert!(larger.iter().all(|shape| shape.threads[0] != [1]));
    }
}
