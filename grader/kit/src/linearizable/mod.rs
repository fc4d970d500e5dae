//! Is there a legal sequential order that explains what the calls returned?
//!
//! Source: M. Herlihy, J. Wing, "Linearizability: A Correctness Condition for
//! Concurrent Objects", TOPLAS 1990. The search is in the module `search`.

use grader_schema::Text;
use serde_json::Value;

use crate::{History, history::Call};

mod search;
pub mod specs;

/// What an object does when its calls come one after the other.
pub trait Spec {
    /// The object's state.
    type State: Clone + Eq + std::hash::Hash;

    /// The state before the first call.
    fn initial(&self) -> Self::State;

    /// The state after a call that returned `result`, or nothing if that call cannot
    /// return this now. A call that never returned has no result: any is possible.
    fn apply(
        &self,
        state: &Self::State,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<Self::State>;

    /// The part of the object that a call is about, if it consists of parts that are
    /// independent of each other, as the keys of a map are: each begins as
    /// [`initial`](Self::initial) and is judged by itself, which is much quicker
    /// (Horn and Kroening's P-compositionality). All calls are about one part else.
    fn part(&self, _name: &str, _argument: &Value) -> Value {
        Value::Null
    }
}

/// Judges the calls of `history`.
pub(crate) fn judge<S: Spec>(spec: &S, history: &History) -> Result<(), Text> {
    let calls = history.calls();
    let Some(calls) = parts(spec, &calls)
        .into_iter()
        .find(|calls| !search::exists(spec, calls))
    else {
        return Ok(());
    };
    let (culprit, calls) = shortest_illegal_prefix(spec, &calls);
    let said = say(history, &culprit);
    let all: Vec<_> = calls.iter().map(|call| say(history, call)).collect();
    let all = all.join("; ");
    Err(Text::new(
        format!(
            "{said}: no order of the calls that could come before it gives this result. \
             The calls up to then: {all}."
        ),
        format!(
            "{said}：可能在它之前的那些调用，没有任何顺序能得到这个结果。到那时为止的调用：{all}。"
        ),
    ))
}

/// Whether some order of `calls` that keeps real-time order is legal.
pub fn is_linearizable<S: Spec>(spec: &S, calls: &[Call<'_>]) -> bool {
    parts(spec, calls)
        .iter()
        .all(|part| search::exists(spec, part))
}

/// The calls, by the part of the object that they are about.
fn parts<'a, 'h, S: Spec>(spec: &S, calls: &'a [Call<'h>]) -> Vec<Vec<&'a Call<'h>>> {
    let mut parts: Vec<(Value, Vec<&Call<'_>>)> = Vec::new();
    for call in calls {
        let part = spec.part(call.name, call.argument);
        match parts.iter_mut().find(|(name, _)| *name == part) {
            Some((_, calls)) => calls.push(call),
            None => parts.push((part, vec![call])),
        }
    }
    parts.into_iter().map(|(_, calls)| calls).collect()
}

/// The call whose return makes `calls` illegal, and the calls as they were at that
/// moment: those that began later are left out, those that returned later have no
/// result yet. A beginning of a legal history is legal, so this is where it went wrong.
fn shortest_illegal_prefix<'a, S: Spec>(
    spec: &S,
    calls: &[&Call<'a>],
) -> (Call<'a>, Vec<Call<'a>>) {
    let mut returns: Vec<&Call<'_>> = calls
        .iter()
        .copied()
        .filter(|call| call.result.is_some())
        .collect();
    returns.sort_by_key(|call| call.returned);
    let prefix = |end: usize| -> Vec<Call<'a>> {
        let mut prefix: Vec<_> = calls
            .iter()
            .filter(|call| call.called < end)
            .map(|&call| call.clone())
            .collect();
        for call in prefix.iter_mut().filter(|call| call.returned > end) {
            call.result = None;
            call.returned = usize::MAX;
        }
        prefix
    };
    let legal = |call: &&Call<'_>| {
        let prefix = prefix(call.returned);
        search::exists(spec, &prefix.iter().collect::<Vec<_>>())
    };
    let first = returns.partition_point(legal).min(returns.len() - 1);
    let culprit = returns[first].clone();
    let prefix = prefix(culprit.returned);
    (culprit, prefix)
}

/// A call as people write it: `T2: get() = 3`.
fn say(history: &History, call: &Call<'_>) -> String {
    let argument = match call.argument {
        Value::Null => String::new(),
        value => value.to_string(),
    };
    let result = call.result.map_or("…".to_owned(), Value::to_string);
    let thread = history.thread_name(call.thread);
    format!("{thread}: {}({argument}) = {result}", call.name)
}

#[cfg(test)]
mod tests;
