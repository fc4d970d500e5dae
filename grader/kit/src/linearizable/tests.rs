use proptest::prelude::*;
use serde_json::json;

use super::{specs::Queue, *};

const QUEUE: Queue = Queue { capacity: None };

/// A call at `called` that returns at `returned`.
fn call<'a>(
    name: &'a str,
    argument: &'a Value,
    result: &'a Value,
    called: usize,
    returned: usize,
) -> Call<'a> {
    Call {
        thread: 0,
        name,
        argument,
        result: Some(result),
        called,
        returned,
        took: 0,
    }
}

#[test]
fn overlapping_calls_may_take_effect_in_either_order() {
    let (one, two, yes, no) = (json!(1), json!(2), json!(true), Value::Null);
    let history = |second: usize| {
        [
            call("put", &one, &yes, 0, second),
            call("put", &two, &yes, 1, 3),
            call("get", &no, &two, 4, 5),
        ]
    };
    assert!(is_linearizable(&QUEUE, &history(2)));
}

#[test]
fn a_call_that_had_returned_cannot_take_effect_after_a_later_one() {
    let (one, two, yes, no) = (json!(1), json!(2), json!(true), Value::Null);
    let history = [
        call("put", &one, &yes, 0, 1),
        call("put", &two, &yes, 2, 3),
        call("get", &no, &two, 4, 5),
    ];
    assert!(!is_linearizable(&QUEUE, &history));
}

/// The answer of the definition: try every order.
fn by_definition(
    calls: &[Call<'_>],
    done: &mut Vec<usize>,
    state: &<Queue as Spec>::State,
) -> bool {
    if done.len() == calls.len() {
        return true;
    }
    (0..calls.len()).any(|next| {
        let pending = |index: &usize| !done.contains(index);
        let too_late = (0..calls.len())
            .filter(pending)
            .any(|other| other != next && calls[other].returned < calls[next].called);
        if done.contains(&next) || too_late {
            return false;
        }
        let call = &calls[next];
        let Some(state) = QUEUE.apply(state, call.name, call.argument, call.result) else {
            return false;
        };
        done.push(next);
        let found = by_definition(calls, done, &state);
        done.pop();
        found
    })
}

proptest! {
    #[test]
    fn the_search_agrees_with_the_definition(
        spec in prop::collection::vec((any::<bool>(), 0u8..3, 0usize..12, 0usize..12), 0..6)
    ) {
        let values: Vec<Value> = (0..3).map(|n| json!(n)).collect();
        let (yes, none) = (json!(true), Value::Null);
        let calls: Vec<_> = spec
            .iter()
            .enumerate()
            .map(|(index, &(put, value, a, b))| {
                // Positions in a history are all different.
                let (called, returned) = (a.min(b) * 100 + index, a.max(b) * 100 + 50 + index);
                let value = &values[usize::from(value)];
                if put {
                    call("put", value, &yes, called, returned)
                } else {
                    call("get", &none, value, called, returned)
                }
            })
            .collect();
        let expected = by_definition(&calls, &mut Vec::new(), &QUEUE.initial());
        prop_assert_eq!(is_linearizable(&QUEUE, &calls), expected);
    }
}
