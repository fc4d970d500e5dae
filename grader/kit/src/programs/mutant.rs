//! Small changes of a model. A right answer does what the model says and not what a mutant says, so
//! its histories refute each mutant; one that they do not refute is a part of the model without
//! force, or a call that no program gets to make where it matters.
//!
//! Source: R. A. `DeMillo`, R. J. Lipton, F. G. Sayward, "Hints on Test Data Selection", Computer
//! 11(4), 1978, with the specification in the place of the program.

use std::{
    cell::Cell,
    collections::BTreeSet,
    panic::{self, AssertUnwindSafe},
    rc::Rc,
};

use grader_schema::Text;
use serde_json::Value;

use super::{Ended, Model, Of, Programs, act::named};
use crate::History;

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The state after the call is the one before it.
    NoEffect,
    /// The call must wait wherever it need not.
    AlwaysWaits,
    /// The call does not give up when its time is over.
    NeverGivesUp,
    /// The call gives up after half of its time.
    GivesUpSooner,
}

/// A change of one call, whatever its arguments.
#[derive(Debug)]
pub(super) struct Mutation {
    change: Change,
    /// The name of the call.
    call: String,
    /// Whether the mutant has said anything else than the model yet.
    differs: Cell<bool>,
}

/// A model with a change, as histories are judged by it.
pub(crate) struct Mutant {
    /// What it says that is wrong.
    pub(crate) said: Text,
    /// The programs of its check.
    pub(crate) programs: Box<dyn Programs>,
    mutation: Rc<Mutation>,
}

impl Mutant {
    /// Whether it has said anything else than the model yet. It cannot be refuted otherwise.
    pub(crate) fn differs(&self) -> bool {
        self.mutation.differs.get()
    }

    /// Whether a right history shows that it is wrong. A model that cannot go on in a state to which
    /// the model itself never comes is as wrong as one that does not allow the history.
    pub(crate) fn is_refuted(&self, case: &Value, history: &History, ended: Ended) -> bool {
        let judge = || self.programs.judge(case, history, ended);
        panic::catch_unwind(AssertUnwindSafe(judge)).map_or(true, |judged| judged.is_err())
    }
}

impl Mutation {
    /// What `call` gives by the mutant, if that is something else.
    fn change<T: PartialEq>(
        &self,
        change: Change,
        call: &str,
        was: T,
        is: impl FnOnce(&T) -> T,
    ) -> T {
        if self.change != change || self.call != call {
            return was;
        }
        let is = is(&was);
        if is != was {
            self.differs.set(true);
        }
        is
    }

    /// Results, each with the state after it.
    pub(super) fn outcomes<V, S>(&self, call: &str, before: &S, all: Vec<(V, S)>) -> Vec<(V, S)>
    where
        V: PartialEq + Clone,
        S: PartialEq + Clone,
    {
        let all = self.change(Change::AlwaysWaits, call, all, |_| Vec::new());
        self.change(Change::NoEffect, call, all, |all| {
            let results = all.iter().map(|(result, _)| result.clone());
            results.map(|result| (result, before.clone())).collect()
        })
    }

    /// What a call gives that gives up.
    pub(super) fn timed_out<T: PartialEq>(&self, call: &str, given: Option<T>) -> Option<T> {
        self.change(Change::NeverGivesUp, call, given, |_| None)
    }

    /// How long a call waits at most, in nanoseconds.
    pub(super) fn limit(&self, call: &str, limit: Option<u64>) -> Option<u64> {
        self.change(Change::GivesUpSooner, call, limit, |limit| {
            limit.map(|limit| limit / 2)
        })
    }

    fn said(&self) -> Text {
        let call = &self.call;
        let (en, zh) = match self.change {
            Change::NoEffect => ("changes nothing", "什么也不改变"),
            Change::AlwaysWaits => ("must always wait", "总是必须等待"),
            Change::NeverGivesUp => ("never gives up", "从不因超时放弃"),
            Change::GivesUpSooner => ("gives up after half of its time", "只等一半时限就放弃"),
        };
        Text::new(format!("`{call}` {en}"), format!("`{call}` {zh}"))
    }
}

/// All mutants of a model.
pub(super) fn mutants<M: Model>(model: &M) -> Vec<Mutant> {
    let calls = [model.calls(), model.more_calls()].concat();
    let limited = calls.iter().filter(|call| model.limit(call).is_some());
    let limited: BTreeSet<String> = limited.map(|call| named(call).0).collect();
    let all: BTreeSet<String> = calls.iter().map(|call| named(call).0).collect();
    let mut changes = Vec::new();
    for call in all {
        changes.push((Change::AlwaysWaits, call.clone()));
        if !M::SETTLING.contains(&call.as_str()) {
            changes.push((Change::NoEffect, call));
        }
    }
    for call in limited {
        changes.push((Change::NeverGivesUp, call.clone()));
        changes.push((Change::GivesUpSooner, call));
    }
    let mutants = changes.into_iter().map(|(change, call)| {
        let mutation = Rc::new(Mutation {
            change,
            call,
            differs: Cell::new(false),
        });
        let programs = Of::new(model.clone()).with(Rc::clone(&mutation));
        Mutant {
            said: mutation.said(),
            programs: Box::new(programs),
            mutation,
        }
    });
    mutants.collect()
}
