//! A picture of the call of a program that fails.

use grader_schema::Text;

use super::{Model, Program};
use crate::History;

/// Goes with the model through a program of one thread, and draws the first call whose result it does
/// not allow. Where threads take turns there is no one state to be drawn.
pub(super) fn drawn<M: Model>(model: &M, history: &History) -> Vec<Text> {
    if M::THREADS != 1 {
        return Vec::new();
    }
    let program: Program<M::Object, M::Call> = history.case();
    let mut state = model.initial(&program.object);
    let seen = history.calls();
    for (call, seen) in program.last.iter().zip(&seen) {
        let Some(given) = seen.result else {
            return Vec::new();
        };
        let mut allowed = model.outcomes(&state, 0, call).into_iter();
        match allowed.find(|allowed| allowed.result == *given) {
            Some(allowed) => state = allowed.state,
            None => return model.drawn(&state, call, given),
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        history::{Event, EventKind},
        programs::{Allowed, Words},
    };

    /// A number that each call raises by as much as it says.
    #[derive(Clone)]
    struct Sum;

    impl Model for Sum {
        type Object = u32;
        type Call = u32;
        type State = u32;

        const THREADS: usize = 1;

        fn objects(&self) -> Vec<u32> {
            vec![0]
        }

        fn calls(&self) -> Vec<u32> {
            vec![1]
        }

        fn initial(&self, object: &u32) -> u32 {
            *object
        }

        fn outcomes(&self, state: &u32, _: usize, call: &u32) -> Vec<Allowed<u32>> {
            vec![Allowed::new(state + call, state + call)]
        }

        fn drawn(&self, state: &u32, call: &u32, given: &Value) -> Vec<Text> {
            vec![Text::new(format!("{state} + {call} = {given}"), "和")]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use sum::Sum;",
                name: "sum",
            }
        }

        fn made(&self, object: &u32) -> String {
            format!("Sum({object})")
        }

        fn written(&self, call: &u32) -> String {
            format!("sum.add({call})")
        }
    }

    /// The picture of calls that add 1 and 2 to 4 and give this.
    fn picture(given: &[u32]) -> Vec<String> {
        let event = |kind, value| Event {
            thread: 0,
            kind,
            name: "add".to_owned(),
            value,
            clock: Vec::new(),
            time: 0,
        };
        let calls = given.iter().flat_map(|given| {
            [
                event(EventKind::Call, json!(null)),
                event(EventKind::Return, json!(given)),
            ]
        });
        let case = json!({"object": 4, "threads": [], "last": [1, 2]});
        let lines = drawn(&Sum, &History::new(case, calls.collect()));
        lines.into_iter().map(|line| line.en).collect()
    }

    #[test]
    fn the_first_call_that_is_not_allowed_is_drawn_with_the_state_before_it() {
        assert_eq!(picture(&[5, 9]), ["5 + 2 = 9"]);
        assert_eq!(picture(&[6, 9]), ["4 + 1 = 6"]);
    }

    #[test]
    fn nothing_is_drawn_of_calls_that_are_allowed_or_missing() {
        assert_eq!(picture(&[5, 7]), Vec::<String>::new());
        assert_eq!(picture(&[5]), Vec::<String>::new());
    }
}
