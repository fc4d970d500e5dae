//! Is there a legal sequential order that explains what the calls returned?
//!
//! Source: J. Wing, C. Gong, "Testing and Verifying Concurrent Objects", JPDC 1993,
//! with the memory of visited states of G. Lowe, "Testing for Linearizability", 2017.

use std::collections::HashSet;

use grader_schema::Text;
use serde_json::Value;

use crate::{
    History,
    history::{Call, thread_name},
};

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
}

/// Judges the calls of `history`.
pub(crate) fn judge<S: Spec>(spec: &S, history: &History) -> Result<(), Text> {
    let calls = history.calls();
    if is_linearizable(spec, &calls) {
        return Ok(());
    }
    let say = |call: &Call<'_>| {
        let argument = match call.argument {
            Value::Null => String::new(),
            value => value.to_string(),
        };
        let result = call.result.map_or("…".to_owned(), Value::to_string);
        format!(
            "{}: {}({argument}) = {result}",
            thread_name(call.thread),
            call.name
        )
    };
    let said = calls.iter().map(say).collect::<Vec<_>>().join("; ");
    Err(Text::new(
        format!("No order of these calls, one after the other, gives these results: {said}."),
        format!("把这些调用一个接一个地排列，没有任何顺序能得到这些结果：{said}。"),
    ))
}

/// Whether some order of `calls` that keeps real-time order is legal.
pub fn is_linearizable<S: Spec>(spec: &S, calls: &[Call<'_>]) -> bool {
    assert!(calls.len() <= 64, "a history of at most 64 calls");
    let all = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| call.result.is_some())
        .fold(0u64, |set, (index, _)| set | 1 << index);
    let mut visited = HashSet::new();
    search(spec, calls, all, 0, &spec.initial(), &mut visited)
}

/// `done` is the set of calls that have taken effect; `must` those that have returned.
fn search<S: Spec>(
    spec: &S,
    calls: &[Call<'_>],
    must: u64,
    done: u64,
    state: &S::State,
    visited: &mut HashSet<(u64, S::State)>,
) -> bool {
    if must & !done == 0 {
        return true;
    }
    if !visited.insert((done, state.clone())) {
        return false;
    }
    let pending = |index: usize| done & (1 << index) == 0;
    // A call can be next unless another pending one had returned before it began.
    let horizon = (0..calls.len())
        .filter(|&index| pending(index))
        .map(|index| calls[index].returned)
        .min()
        .unwrap_or(usize::MAX);
    (0..calls.len())
        .filter(|&index| pending(index) && calls[index].called < horizon)
        .any(|index| {
            let call = &calls[index];
            spec.apply(state, call.name, call.argument, call.result)
                .is_some_and(|next| search(spec, calls, must, done | 1 << index, &next, visited))
        })
}

#[cfg(test)]
mod tests;
