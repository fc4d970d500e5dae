use proptest::prelude::*;
use serde_json::json;

use super::{
    specs::{Map, Queue, Register},
    *,
};
use crate::examples::{Recorder, Step, container_run, stretched, stretches};

const QUEUE: Queue = Queue { capacity: None };

#[test]
fn overlapping_calls_may_take_effect_in_either_order() {
    let mut recorder = Recorder::default();
    recorder.call(1, "put", 1).call(2, "put", 2);
    recorder.ret(1, "put", true).ret(2, "put", true);
    recorder.whole(1, "get", (), 2);
    assert!(is_linearizable(&QUEUE, &recorder.history().calls()));
}

#[test]
fn a_call_that_had_returned_cannot_take_effect_after_a_later_one() {
    let mut recorder = Recorder::default();
    recorder.whole(1, "put", 1, true).whole(2, "put", 2, true);
    recorder.whole(1, "get", (), 2);
    assert!(!is_linearizable(&QUEUE, &recorder.history().calls()));
}

#[test]
fn a_call_that_never_returned_may_have_taken_effect_or_not() {
    for got in [json!(1), Value::Null] {
        let mut recorder = Recorder::default();
        recorder.call(1, "put", 1).whole(2, "try_get", (), &got);
        assert!(is_linearizable(&QUEUE, &recorder.history().calls()));
        recorder.whole(2, "try_get", (), 1);
        let legal = got.is_null();
        assert_eq!(is_linearizable(&QUEUE, &recorder.history().calls()), legal);
    }
}

#[test]
fn a_history_may_be_longer_than_a_machine_word() {
    let mut recorder = Recorder::default();
    for item in 0..100 {
        recorder.whole(1, "put", item, true);
        recorder.whole(2, "get", (), item);
    }
    assert!(is_linearizable(&QUEUE, &recorder.history().calls()));
    recorder.whole(2, "get", (), 7);
    assert!(!is_linearizable(&QUEUE, &recorder.history().calls()));
}

#[test]
fn the_message_names_the_first_result_that_no_order_explains() {
    let register = Register { initial: json!(0) };
    let mut recorder = Recorder::default();
    recorder.call(1, "write", 1).whole(2, "read", (), 1);
    recorder.call(3, "write", 5).whole(2, "read", (), 0);
    recorder.ret(1, "write", ()).ret(3, "write", ());
    recorder.whole(1, "read", (), 9);
    let happened = judge(&register, &recorder.history()).expect_err("1 became 0");
    assert_eq!(
        happened.en,
        "T2: read() = 0: no order of the calls that could come before it gives this result. \
         The calls up to then: T1: write(1) = …; T2: read() = 1; T3: write(5) = …; \
         T2: read() = 0."
    );
}

#[test]
fn only_the_calls_about_one_part_are_told() {
    let mut recorder = Recorder::default();
    recorder.whole(1, "insert", ["a", "x"], ());
    recorder.whole(1, "insert", ["b", "y"], ());
    recorder.whole(2, "get", "b", "x");
    let happened = judge(&Map, &recorder.history()).expect_err("b is y");
    assert!(!happened.en.contains("\"a\""));
    assert!(happened.en.starts_with("T2: get(\"b\") = \"x\": no order"));
}

/// The answer of the definition: try every order, and for each call that never
/// returned whether it took effect.
fn by_definition<S: Spec>(
    spec: &S,
    calls: &[Call<'_>],
    done: &mut Vec<usize>,
    state: &S::State,
) -> bool {
    let missing = |index: &usize| !done.contains(index) && calls[*index].result.is_some();
    if !(0..calls.len()).any(|index| missing(&index)) {
        return true;
    }
    (0..calls.len()).any(|next| {
        let too_late = (0..calls.len())
            .filter(|other| !done.contains(other) && *other != next)
            .any(|other| calls[other].returned < calls[next].called);
        if done.contains(&next) || too_late {
            return false;
        }
        let call = &calls[next];
        let Some(state) = spec.apply(state, call.name, call.argument, call.result) else {
            return false;
        };
        done.push(next);
        let found = by_definition(spec, calls, done, &state);
        done.pop();
        found
    })
}

/// Up to seven calls by any number of threads; some never return.
fn small_histories(names: &'static [&'static str]) -> impl Strategy<Value = History> {
    let call = (0..names.len(), 0i64..3, 0i64..3, 0usize..14, 0usize..14);
    let never = prop::bool::weighted(0.1);
    prop::collection::vec((call, never), 0..7).prop_map(|calls| {
        let mut moments = Vec::new();
        for (thread, ((name, argument, result, a, b), never)) in calls.into_iter().enumerate() {
            let (argument, result) = match names[name] {
                "put" => (json!(argument), json!(true)),
                "insert" => (json!([argument % 2, argument + 1]), json!(result)),
                "get" => (json!(argument % 2), json!(result)),
                "compare_exchange" => (json!([argument, result]), json!(argument < result)),
                _ => (json!(argument), json!(result)),
            };
            moments.push((a.min(b), thread, names[name], argument, true));
            if !never {
                moments.push((a.max(b), thread, names[name], result, false));
            }
        }
        moments.sort_by_key(|(moment, thread, _, _, begins)| (*moment, !begins, *thread));
        let mut recorder = Recorder::default();
        for (_, thread, name, value, begins) in moments {
            if begins {
                recorder.call(thread, name, value);
            } else {
                recorder.ret(thread, name, value);
            }
        }
        recorder.history()
    })
}

fn agrees<S: Spec>(spec: &S, history: &History) -> bool {
    let calls = history.calls();
    let mut expected = true;
    for part in parts(spec, &calls) {
        let part: Vec<Call<'_>> = part.into_iter().cloned().collect();
        expected &= by_definition(spec, &part, &mut Vec::new(), &spec.initial());
    }
    is_linearizable(spec, &calls) == expected
}

/// A map whose keys are not judged one by one.
struct WholeMap;

impl Spec for WholeMap {
    type State = Vec<(Value, Value)>;

    fn initial(&self) -> Self::State {
        Vec::new()
    }

    fn apply(
        &self,
        state: &Self::State,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<Self::State> {
        let key = Map.part(name, argument);
        let before = state.iter().find(|(other, _)| *other == key);
        let before = before.map_or(Value::Null, |(_, value)| value.clone());
        let after = Map.apply(&before, name, argument, result)?;
        let mut state: Vec<_> = state.iter().filter(|(k, _)| *k != key).cloned().collect();
        state.push((key, after));
        state.sort_by_key(|(key, _)| key.as_i64());
        Some(state)
    }
}

/// What a register does by itself.
fn register_run(choices: &[(u8, i64)]) -> Vec<Step> {
    let mut value = 0;
    let step = |&(choice, n): &(u8, i64)| match choice {
        0 => ("read", Value::Null, json!(value)),
        1 => {
            value = n;
            ("write", json!(n), Value::Null)
        }
        _ => {
            let equal = value == 1;
            value = if equal { n } else { value };
            ("compare_exchange", json!([1, n]), json!(equal))
        }
    };
    choices.iter().map(step).collect()
}

proptest! {
    #[test]
    fn the_search_agrees_with_the_definition_on_queues(
        history in small_histories(&["put", "get", "get"])
    ) {
        prop_assert!(agrees(&QUEUE, &history));
    }

    #[test]
    fn the_search_agrees_with_the_definition_on_registers(
        history in small_histories(&["read", "write", "compare_exchange"])
    ) {
        let spec = Register { initial: json!(0) };
        prop_assert!(agrees(&spec, &history));
    }

    #[test]
    fn judging_key_by_key_changes_nothing(
        history in small_histories(&["insert", "get", "remove"])
    ) {
        prop_assert!(agrees(&WholeMap, &history));
        let calls = history.calls();
        prop_assert_eq!(is_linearizable(&Map, &calls), is_linearizable(&WholeMap, &calls));
    }

    #[test]
    fn a_sequential_run_with_its_calls_stretched_is_accepted(
        puts in prop::collection::vec(any::<bool>(), 1..20),
        choices in prop::collection::vec((0u8..3, 0i64..3), 1..20),
        stretches in stretches(),
    ) {
        let queue = stretched(&container_run(&puts, |_| 0, |number| number % 4), &stretches);
        prop_assert!(is_linearizable(&QUEUE, &queue.calls()));
        let register = stretched(&register_run(&choices), &stretches);
        let spec = Register { initial: json!(0) };
        prop_assert!(is_linearizable(&spec, &register.calls()));
    }

    #[test]
    fn what_is_called_illegal_is_illegal_up_to_the_named_call_and_legal_before(
        history in small_histories(&["read", "write", "compare_exchange"])
    ) {
        let spec = Register { initial: json!(0) };
        let calls = history.calls();
        let calls: Vec<_> = calls.iter().collect();
        if !search::exists(&spec, &calls) {
            let (culprit, mut prefix) = shortest_illegal_prefix(&spec, &calls);
            prop_assert!(!is_linearizable(&spec, &prefix));
            for call in &mut prefix {
                if call.returned == culprit.returned {
                    call.result = None;
                    call.returned = usize::MAX;
                }
            }
            prop_assert!(is_linearizable(&spec, &prefix));
        }
    }
}
