//! Generated programs: threads that call one object, judged by a model of its type.
//!
//! A hand-written scenario tries one pattern of calls. Here all small programs over the
//! calls of a type are tried, each under all its interleavings, and a sequential [`Model`] says
//! what may come of each call, which call must wait, and when a call with a time limit gives up.
//!
//! Sources: S. Burckhardt, C. Dern, M. Musuvathi, R. Tan, "Line-Up: A Complete and Automatic
//! Linearizability Checker", PLDI 2010, for all programs up to a size and for histories that are
//! stuck; N. Koval et al., "Lincheck: A Practical Framework for Testing Concurrent Data Structures
//! on JVM", CAV 2023, for programs as lists of calls that are made smaller.

mod act;
mod drawn;
mod enumerate;
mod judge;
mod limit;
mod machine;
mod model;
mod mutant;
mod printed;
mod results;
mod shape;
mod shrink;
mod source;
mod stuck;

#[cfg(test)]
mod tests;

use std::{cell::RefCell, rc::Rc};

use grader_schema::Text;
use serde::{Deserialize, Serialize};

pub use act::{Named, Runnable, of, perform};
pub(crate) use judge::{Ended, Refuted};
pub use limit::Limit;
pub use model::{Allowed, Model, Own, Words};
pub(crate) use mutant::Mutant;
pub use printed::{before, optionally, plainly};
pub(crate) use shape::Shape;

use enumerate::Enumeration;
use machine::Machine;
use mutant::Mutation;
use serde_json::Value;

use crate::History;

/// A program: what is made, and what each thread calls on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program<O, C> {
    /// How the object is made.
    pub object: O,
    /// The calls of each thread, one after the other.
    pub threads: Vec<Vec<C>>,
    /// The calls of the main thread after all threads have ended.
    pub last: Vec<C>,
}

impl<O, C> Program<O, C> {
    /// All calls, those of the main thread first.
    fn calls(&self) -> impl Iterator<Item = &C> {
        self.last.iter().chain(self.threads.iter().flatten())
    }
}

/// A program in Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrittenProgram {
    /// As a `main.rs`.
    pub(crate) main: String,
    /// As a test for the crate of the answer.
    pub(crate) test: String,
}

/// The most calls of a program that a token can name.
const MOST_NAMED: usize = 48;

/// The programs of a check, for which the types of its model do not matter.
pub(crate) trait Programs {
    /// All small ones, by size.
    fn small(&self) -> Vec<Shape>;

    /// How large they are: the most threads, and the most calls of a thread.
    fn bound(&self) -> (usize, usize);

    /// Those of more threads, over the first calls of the model.
    fn wide(&self) -> Vec<Shape>;

    /// Those that the author of the model has chosen.
    fn chosen(&self) -> Vec<Shape>;

    /// Larger ones, drawn by a seed.
    fn larger(&self, seed: u64) -> Vec<Shape>;

    /// The input of the scenario.
    fn case(&self, shape: &Shape) -> Value;

    /// What a history of this program shows that the model does not allow.
    fn judge(&self, case: &Value, history: &History, ended: Ended) -> Result<(), Refuted>;

    /// Whether some thread of the program may have to wait forever.
    fn may_be_stuck(&self, case: &Value) -> bool;

    /// Whether a right answer may wait by asking again and again.
    fn may_poll(&self) -> bool;

    /// Programs that are a little smaller.
    fn smaller(&self, shape: &Shape) -> Vec<Shape>;

    /// The program in Rust.
    fn written(&self, case: &Value) -> WrittenProgram;

    /// A picture of the first call of a history with another result than the model allows.
    fn drawn(&self, history: &History) -> Vec<Text>;

    /// Whether the program is one of this check: a token can say anything.
    fn has(&self, shape: &Shape) -> bool;

    /// The same programs, judged by models with a small mistake.
    fn mutants(&self) -> Vec<Mutant>;
}

/// The programs over the calls of a model.
pub(crate) struct Of<M: Model> {
    model: M,
    objects: Vec<M::Object>,
    /// The calls of small programs, then those that only larger ones have, then those of chosen
    /// ones alone.
    calls: Vec<M::Call>,
    /// How many of them larger programs have.
    many: usize,
    /// How many of them small programs have.
    few: usize,
    /// How many objects they make.
    few_objects: usize,
    /// What the model is to say wrongly.
    mutation: Option<Rc<Mutation>>,
    /// The program that was judged last.
    last: RefCell<Option<(Value, Rc<Machine>)>>,
}

impl<M: Model> Of<M> {
    pub(crate) fn new(model: M) -> Self {
        let mut calls = model.calls();
        let few = calls.len();
        calls.extend(model.more_calls());
        let many = calls.len();
        for call in model.chosen().into_iter().flatten().flatten() {
            if !calls.contains(&call) {
                calls.push(call);
            }
        }
        let mut objects = model.objects();
        let few_objects = objects.len();
        objects.extend(model.more_objects());
        Self {
            objects,
            few_objects,
            model,
            calls,
            few,
            many,
            mutation: None,
            last: RefCell::new(None),
        }
    }

    /// The same with a change of the model.
    fn with(self, mutation: Rc<Mutation>) -> Self {
        Self {
            mutation: Some(mutation),
            ..self
        }
    }

    fn machine(&self, case: &Value) -> Rc<Machine> {
        let mut last = self.last.borrow_mut();
        match &*last {
            Some((known, machine)) if known == case => Rc::clone(machine),
            _ => {
                let program = typed::<M>(case);
                let machine = Machine::new(&self.model, &program, self.mutation.as_ref());
                let machine = Rc::new(machine);
                *last = Some((case.clone(), Rc::clone(&machine)));
                machine
            }
        }
    }

    fn enumeration<'a>(&self, allowed: &'a dyn Fn(&Shape) -> bool) -> Enumeration<'a> {
        Enumeration {
            objects: self.objects.len(),
            few_objects: self.few_objects,
            few: self.few,
            widely: M::WIDELY.min(self.few),
            all: self.many,
            threads: M::THREADS,
            length: M::LENGTH,
            longest: M::LONGEST,
            allowed,
        }
    }

    fn is_allowed(&self, shape: &Shape) -> bool {
        let threads = self.threads(shape);
        self.model.allows(&self.objects[shape.object], &threads)
    }

    fn threads(&self, shape: &Shape) -> Vec<Vec<M::Call>> {
        let mut number = 0;
        let calls = |calls: &Vec<usize>| {
            let numbered = calls.iter().map(|&call| {
                number += 1;
                self.model.numbered(&self.calls[call], number)
            });
            numbered.collect()
        };
        shape.threads.iter().map(calls).collect()
    }

    fn program(&self, shape: &Shape) -> Program<M::Object, M::Call> {
        let object = self.objects[shape.object].clone();
        let threads = self.threads(shape);
        let last = self.model.last(&object, &threads);
        if M::THREADS == 1 {
            return Program {
                object,
                threads: Vec::new(),
                last: threads.into_iter().flatten().chain(last).collect(),
            };
        }
        Program {
            object,
            threads,
            last,
        }
    }
}

impl<M: Model> Programs for Of<M> {
    fn small(&self) -> Vec<Shape> {
        self.enumeration(&|shape| self.is_allowed(shape)).small()
    }

    fn wide(&self) -> Vec<Shape> {
        self.enumeration(&|shape| self.is_allowed(shape)).wide()
    }

    fn chosen(&self) -> Vec<Shape> {
        let number = |call| {
            let place = self.calls.iter().position(|known| *known == call);
            place.expect("a chosen program has calls of its model")
        };
        let thread = |calls: Vec<M::Call>| calls.into_iter().map(number).collect();
        let shape = |threads: Vec<Vec<M::Call>>| Shape {
            object: 0,
            threads: threads.into_iter().map(thread).collect(),
        };
        let chosen: Vec<Shape> = self.model.chosen().into_iter().map(shape).collect();
        for shape in &chosen {
            let is_one = shape.size() <= MOST_NAMED && self.is_allowed(shape);
            assert!(
                is_one,
                "the model does not allow the chosen program {shape}"
            );
        }
        chosen
    }

    fn bound(&self) -> (usize, usize) {
        (M::THREADS, M::LENGTH)
    }

    fn larger(&self, seed: u64) -> Vec<Shape> {
        self.enumeration(&|shape| self.is_allowed(shape))
            .larger(seed, M::LARGER)
    }

    fn case(&self, shape: &Shape) -> Value {
        serde_json::to_value(self.program(shape)).expect("a program has a JSON form")
    }

    fn judge(&self, case: &Value, history: &History, ended: Ended) -> Result<(), Refuted> {
        judge::judge(&self.machine(case), history, ended)
    }

    fn may_be_stuck(&self, case: &Value) -> bool {
        stuck::may_be_stuck(&self.machine(case))
    }

    fn may_poll(&self) -> bool {
        M::MAY_POLL
    }

    fn smaller(&self, shape: &Shape) -> Vec<Shape> {
        let mut smaller = shrink::smaller(shape);
        smaller.retain(|shape| self.is_allowed(shape));
        smaller
    }

    fn written(&self, case: &Value) -> WrittenProgram {
        let program = typed::<M>(case);
        WrittenProgram {
            main: source::source(&self.model, &program),
            test: source::test(&self.model, &program, &self.machine(case)),
        }
    }

    fn drawn(&self, history: &History) -> Vec<Text> {
        drawn::drawn(&self.model, history)
    }

    fn has(&self, shape: &Shape) -> bool {
        let mut calls = shape.threads.iter().flatten();
        shape.object < self.objects.len()
            && shape.size() <= MOST_NAMED
            && calls.all(|&call| call < self.calls.len())
            && self.is_allowed(shape)
    }

    fn mutants(&self) -> Vec<Mutant> {
        mutant::mutants(&self.model)
    }
}

/// The program that a case is.
fn typed<M: Model>(case: &Value) -> Program<M::Object, M::Call> {
    Program::deserialize(case).expect("the model made this program")
}
