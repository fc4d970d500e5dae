//! A model judges histories that are written by hand.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

use super::{Allowed, Ended, Model, Of, Programs, Refuted, Shape, Words};
use crate::{
    History,
    history::{Event, EventKind},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Call {
    Set,
    Wait,
    WaitTimeout(u64),
    Meet,
}

/// An event that is set once; `meet` waits for a second thread that meets.
#[derive(Debug, Clone)]
pub(super) struct Toy;

impl Model for Toy {
    type Object = ();
    type Call = Call;
    /// Whether it is set, and how many have come to meet.
    type State = (bool, usize);

    fn objects(&self) -> Vec<()> {
        vec![()]
    }

    fn calls(&self) -> Vec<Call> {
        vec![Call::Set, Call::Wait, Call::WaitTimeout(10), Call::Meet]
    }

    fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
        vec![vec![vec![Call::Meet, Call::Set], vec![Call::Wait]]]
    }

    fn initial(&self, (): &()) -> (bool, usize) {
        (false, 0)
    }

    fn begun(&self, &(set, met): &Self::State, _: usize, call: &Call) -> Self::State {
        (set, met + usize::from(*call == Call::Meet))
    }

    fn outcomes(&self, state: &Self::State, _: usize, call: &Call) -> Vec<Allowed<Self::State>> {
        let (set, met) = *state;
        match call {
            Call::Set => vec![Allowed::new("set", (true, met))],
            Call::Wait | Call::WaitTimeout(_) if set => vec![Allowed::new("seen", *state)],
            Call::Meet if met > 1 => vec![Allowed::new("met", *state)],
            Call::Wait | Call::WaitTimeout(_) | Call::Meet => vec![],
        }
    }

    fn limit(&self, call: &Call) -> Option<Duration> {
        match call {
            Call::WaitTimeout(limit) => Some(Duration::from_millis(*limit)),
            _ => None,
        }
    }

    fn timed_out(
        &self,
        state: &Self::State,
        _: usize,
        call: &Call,
    ) -> Option<Allowed<Self::State>> {
        matches!(call, Call::WaitTimeout(_)).then(|| Allowed::new("late", *state))
    }

    fn words(&self) -> Words {
        Words {
            imports: "use toy::Toy;",
            name: "toy",
        }
    }

    fn made(&self, (): &()) -> String {
        "Toy::new()".to_owned()
    }

    fn written(&self, call: &Call) -> String {
        match call {
            Call::Set => "toy.set()".to_owned(),
            Call::Wait => "toy.wait()".to_owned(),
            Call::WaitTimeout(limit) => format!("toy.wait_timeout({limit})"),
            Call::Meet => "toy.meet()".to_owned(),
        }
    }
}

const SET: usize = 0;
const WAIT: usize = 1;
const LIMITED: usize = 2;
const MEET: usize = 3;

/// A call or a return of a thread, with its time in milliseconds.
fn event(thread: usize, name: &str, result: Option<&str>, time: u64) -> Event {
    Event {
        thread,
        kind: result.map_or(EventKind::Call, |_| EventKind::Return),
        name: name.to_owned(),
        value: result.map_or(Value::Null, |result| json!(result)),
        clock: Vec::new(),
        time: time * 1_000_000,
    }
}

const STUCK: Ended = Ended {
    stuck: true,
    punctual: true,
};

const PUNCTUAL: Ended = Ended {
    stuck: false,
    punctual: true,
};

fn judged(threads: &[&[usize]], events: Vec<Event>, ended: Ended) -> Result<(), Refuted> {
    let toy = Of::new(Toy);
    let shape = Shape {
        object: 0,
        threads: threads.iter().map(|calls| calls.to_vec()).collect(),
    };
    let case = toy.case(&shape);
    toy.judge(&case, &History::new(case.clone(), events), ended)
}

#[test]
fn a_result_that_an_order_of_the_calls_explains_is_allowed() {
    let events = vec![
        event(1, "wait", None, 0),
        event(2, "set", None, 0),
        event(1, "wait", Some("seen"), 0),
        event(2, "set", Some("set"), 0),
    ];
    assert_eq!(judged(&[&[WAIT], &[SET]], events, PUNCTUAL), Ok(()));
}

#[test]
fn a_result_before_its_cause_is_refuted_and_says_what_is_allowed() {
    let events = vec![
        event(1, "wait", None, 0),
        event(1, "wait", Some("seen"), 0),
        event(2, "set", None, 0),
        event(2, "set", Some("set"), 0),
    ];
    let Err(Refuted::Result(text)) = judged(&[&[WAIT], &[SET]], events, PUNCTUAL) else {
        panic!("it is refuted");
    };
    assert_eq!(
        text.en,
        "T1: wait() = \"seen\", which no order of the calls allows (it must wait)."
    );
}

#[test]
fn who_must_wait_forever_may() {
    let events = vec![event(1, "wait", None, 0)];
    assert_eq!(judged(&[&[WAIT]], events, STUCK), Ok(()));
}

#[test]
fn who_waits_though_it_could_go_on_is_refuted() {
    let events = vec![
        event(1, "wait", None, 0),
        event(2, "set", None, 0),
        event(2, "set", Some("set"), 0),
    ];
    let judged = judged(&[&[WAIT], &[SET]], events, STUCK);
    assert!(matches!(judged, Err(Refuted::Waits(_))), "{judged:?}");
}

#[test]
fn what_a_call_does_before_it_waits_lets_others_go_on() {
    let events = vec![
        event(1, "meet", None, 0),
        event(2, "meet", None, 0),
        event(1, "meet", Some("met"), 0),
        event(2, "meet", Some("met"), 0),
    ];
    assert_eq!(
        judged(&[&[MEET], &[MEET]], events.clone(), PUNCTUAL),
        Ok(())
    );
    let alone = vec![event(1, "meet", None, 0)];
    assert_eq!(judged(&[&[MEET]], alone, STUCK), Ok(()));
    let both = events.into_iter().take(2).collect();
    assert!(judged(&[&[MEET], &[MEET]], both, STUCK).is_err());
}

#[test]
fn giving_up_is_allowed_at_its_time_and_neither_before_nor_long_after() {
    for (time, right) in [(9, false), (10, true), (11, true), (15, false)] {
        let events = vec![
            event(1, "wait_timeout", None, 0),
            event(1, "wait_timeout", Some("late"), time),
        ];
        let slow = judged(&[&[LIMITED]], events.clone(), Ended::default());
        assert_eq!(slow.is_ok(), time >= 10, "{time} ms: {slow:?}");
        let judged = judged(&[&[LIMITED]], events, PUNCTUAL);
        assert_eq!(judged.is_ok(), right, "{time} ms: {judged:?}");
    }
}

#[test]
fn who_gives_up_too_early_is_told_how_long_to_wait() {
    let events = vec![
        event(1, "wait_timeout", None, 0),
        event(1, "wait_timeout", Some("late"), 9),
    ];
    let Err(Refuted::Result(text)) = judged(&[&[LIMITED]], events, PUNCTUAL) else {
        panic!("it is refuted");
    };
    assert_eq!(
        text.en,
        "T1: wait_timeout(10) = \"late\", which no order of the calls allows \
         (it must wait until its limit of 10ms is over)."
    );
}

#[test]
fn a_call_may_be_as_late_as_the_limits_of_others() {
    let events = |ended| {
        vec![
            event(1, "wait_timeout", None, 0),
            event(2, "wait_timeout", None, 8),
            event(2, "wait_timeout", Some("late"), 18),
            event(1, "wait_timeout", Some("late"), ended),
        ]
    };
    let judged = |ended| judged(&[&[LIMITED], &[LIMITED]], events(ended), PUNCTUAL);
    assert_eq!(judged(18), Ok(()));
    assert!(judged(25).is_err());
}

#[test]
fn what_was_done_before_the_time_was_up_is_seen_where_time_is_the_same_for_all() {
    let events = |set: u64| {
        vec![
            event(1, "wait_timeout", None, 0),
            event(2, "set", None, set),
            event(2, "set", Some("set"), set),
            event(1, "wait_timeout", Some("late"), 10),
        ]
    };
    let judged = |set, ended| judged(&[&[LIMITED], &[SET]], events(set), ended);
    assert!(judged(1, PUNCTUAL).is_err());
    assert_eq!(judged(10, PUNCTUAL), Ok(()));
    // The other thread may have been slow, and its clock behind.
    assert_eq!(judged(1, Ended::default()), Ok(()));
}

#[test]
fn what_is_no_call_of_the_program_is_refuted() {
    let other = vec![event(1, "set", None, 0), event(1, "set", Some("set"), 0)];
    assert!(judged(&[&[WAIT]], other, PUNCTUAL).is_err());
    let foreign = vec![event(7, "wait", None, 0)];
    assert!(judged(&[&[WAIT]], foreign, PUNCTUAL).is_err());
}

#[test]
fn whether_a_program_may_be_stuck_follows_from_the_model() {
    let toy = Of::new(Toy);
    for (threads, stuck) in [
        (vec![vec![WAIT]], true),
        (vec![vec![LIMITED]], false),
        (vec![vec![WAIT], vec![SET]], false),
        (vec![vec![MEET], vec![SET]], true),
        (vec![vec![MEET], vec![MEET]], false),
        (vec![vec![MEET], vec![MEET], vec![MEET]], false),
        (vec![vec![WAIT, SET], vec![WAIT]], true),
    ] {
        let shape = Shape { object: 0, threads };
        assert_eq!(toy.may_be_stuck(&toy.case(&shape)), stuck, "{shape}");
    }
}

#[test]
fn what_the_author_has_chosen_is_a_program_of_the_model() {
    let toy = Of::new(Toy);
    let chosen = toy.chosen();
    assert_eq!(chosen[0].threads, [vec![MEET, SET], vec![WAIT]]);
    assert!(chosen.iter().all(|shape| toy.has(shape)));
}

#[test]
fn a_program_is_written_so_that_it_can_be_pasted() {
    let toy = Of::new(Toy);
    let shape = Shape {
        object: 0,
        threads: vec![vec![WAIT], vec![LIMITED, SET]],
    };
    let expected = "\
use toy::Toy;

fn main() {
    let toy = Toy::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = toy.wait();
        });
        scope.spawn(|| {
            let _ = toy.wait_timeout(10);
            let _ = toy.set();
        });
    });
}
";
    assert_eq!(toy.written(&toy.case(&shape)).main, expected);
}

#[test]
fn time_passes_only_while_each_open_call_must_wait() {
    let toy = Of::new(Toy);
    let case = toy.case(&"p0-0-2".parse().unwrap());
    let history = |set_at: u64, seen_at: u64| {
        let events = vec![
            event(2, "wait_timeout", None, 0),
            event(1, "set", None, set_at),
            event(1, "set", Some("set"), set_at),
            event(2, "wait_timeout", Some("seen"), seen_at),
        ];
        History::new(case.clone(), events)
    };
    let punctual = Ended {
        stuck: false,
        punctual: true,
    };
    // It slept on until its time was up, although the event was set at the beginning.
    let Err(Refuted::Result(text)) = toy.judge(&case, &history(0, 10), punctual) else {
        panic!("it slept for nothing");
    };
    assert!(
        text.en
            .starts_with("All threads slept until a time was up: T2: wait_timeout(10)"),
        "{text:?}"
    );
    // It is all right if the event was set only then, or if its thread may have been slow.
    assert_eq!(toy.judge(&case, &history(10, 10), punctual), Ok(()));
    assert_eq!(toy.judge(&case, &history(0, 10), Ended::default()), Ok(()));
}

#[test]
fn a_right_history_refutes_a_mutant_that_says_otherwise() {
    let toy = Of::new(Toy);
    let case = toy.case(&"p0-0-1".parse().unwrap());
    let history = History::new(
        case.clone(),
        vec![
            event(1, "set", None, 0),
            event(1, "set", Some("set"), 0),
            event(2, "wait", None, 0),
            event(2, "wait", Some("seen"), 0),
        ],
    );
    let ended = Ended::default();
    assert_eq!(toy.judge(&case, &history, ended), Ok(()));
    let mutants = toy.mutants();
    let said = |refuted: bool| -> Vec<&str> {
        let mutants = mutants
            .iter()
            .filter(|mutant| mutant.programs.judge(&case, &history, ended).is_err() == refuted);
        let differing = mutants.filter(|mutant| mutant.differs());
        differing.map(|mutant| mutant.said.en.as_str()).collect()
    };
    // `set` before `wait` shows what `set` does, and that `wait` goes on after it.
    assert_eq!(
        said(true),
        [
            "`set` must always wait",
            "`set` changes nothing",
            "`wait` must always wait"
        ]
    );
    // No call of the others is made, so they have said nothing that differs.
    assert_eq!(said(false), Vec::<&str>::new());
    assert_eq!(mutants.len(), 4 * 2 + 2);
}

/// An event whose `meet` takes away a mark that a `set` must have made.
#[derive(Debug, Clone)]
struct Strict;

impl Model for Strict {
    type Object = ();
    type Call = Call;
    type State = Vec<usize>;

    fn objects(&self) -> Vec<()> {
        vec![()]
    }

    fn calls(&self) -> Vec<Call> {
        vec![Call::Set, Call::Meet]
    }

    fn initial(&self, (): &()) -> Vec<usize> {
        Vec::new()
    }

    fn outcomes(&self, state: &Vec<usize>, _: usize, call: &Call) -> Vec<Allowed<Vec<usize>>> {
        let mut next = state.clone();
        match call {
            Call::Set => next.push(7),
            _ => drop(next.remove(0)),
        }
        vec![Allowed::new("done", next)]
    }

    fn words(&self) -> Words {
        Toy.words()
    }

    fn made(&self, (): &()) -> String {
        Toy.made(&())
    }

    fn written(&self, call: &Call) -> String {
        Toy.written(call)
    }
}

#[test]
fn a_mutant_that_cannot_go_on_is_refuted() {
    let strict = Of::new(Strict);
    let case = strict.case(&"p0-0_1".parse().unwrap());
    let events = vec![
        event(1, "set", None, 0),
        event(1, "set", Some("done"), 0),
        event(1, "meet", None, 0),
        event(1, "meet", Some("done"), 0),
    ];
    let history = History::new(case.clone(), events);
    let ended = Ended::default();
    assert_eq!(strict.judge(&case, &history, ended), Ok(()));
    let refuted: Vec<bool> = strict
        .mutants()
        .iter()
        .map(|mutant| mutant.is_refuted(&case, &history, ended))
        .collect();
    // That `meet` must wait, or changes nothing; the same of `set`.
    assert_eq!(refuted, [true, false, true, true]);
}

/// The toy in the hands of one thread.
#[derive(Debug, Clone)]
struct Alone;

impl Model for Alone {
    type Object = ();
    type Call = Call;
    type State = bool;

    const THREADS: usize = 1;
    const LENGTH: usize = 3;
    const LONGEST: usize = 40;

    fn objects(&self) -> Vec<()> {
        vec![()]
    }

    fn calls(&self) -> Vec<Call> {
        vec![Call::Set, Call::Meet]
    }

    fn last(&self, (): &(), _: &[Vec<Call>]) -> Vec<Call> {
        vec![Call::Meet]
    }

    fn initial(&self, (): &()) -> bool {
        false
    }

    fn outcomes(&self, set: &bool, _: usize, call: &Call) -> Vec<Allowed<bool>> {
        match call {
            Call::Meet => vec![Allowed::new(*set, *set)],
            _ => vec![Allowed::new("set", true)],
        }
    }

    fn words(&self) -> Words {
        Toy.words()
    }

    fn made(&self, (): &()) -> String {
        Toy.made(&())
    }

    fn written(&self, call: &Call) -> String {
        Toy.written(call)
    }
}

#[test]
fn a_type_for_one_thread_is_called_by_the_main_thread() {
    let alone = Of::new(Alone);
    assert_eq!(alone.small().len(), 2 + 4 + 8);
    assert!(alone.larger(1).iter().any(|shape| shape.size() > 30));
    let case = alone.case(&"p0-0_1".parse().unwrap());
    assert_eq!(
        case,
        json!({"object": null, "threads": [], "last": ["set", "meet", "meet"]})
    );
    assert_eq!(
        alone.written(&case).main,
        "use toy::Toy;\n\nfn main() {\n    let toy = Toy::new();\n    let _ = toy.set();\n    let _ = toy.meet();\n    let _ = toy.meet();\n}\n"
    );
    let history = |result: bool| {
        let mut events = vec![
            event(0, "set", None, 0),
            event(0, "set", Some("set"), 0),
            event(0, "meet", None, 0),
            event(0, "meet", Some(""), 0),
        ];
        events[3].value = json!(result);
        History::new(case.clone(), events)
    };
    let judge = |result| alone.judge(&case, &history(result), Ended::default());
    assert_eq!(judge(true), Ok(()));
    let Err(Refuted::Result(text)) = judge(false) else {
        panic!("it is refuted");
    };
    assert!(
        text.en
            .contains("= false, which the rules do not allow (allowed: true)"),
        "{text:?}"
    );
}
