//! A property whose names no scenario records is found out, whatever it is.

use std::time::Duration;

use grader_schema::{
    plan::RecordKind::{self, Call, ChosenCall, Mark, MarkOrCall, Span, TypedMark},
    protocol::EventKind,
};
use serde_json::{Value, json};

use super::*;
use crate::{examples::Recorder, linearizable::specs};

/// A history with marks, calls and spans.
fn history() -> History {
    let mut recorder = Recorder::default();
    recorder.mark(1, "total", 7).mark(2, "done", ());
    recorder.whole(1, "put", 1, true).whole(2, "get", (), 1);
    recorder
        .event(EventKind::Enter, 1, "inside", ())
        .event(EventKind::Leave, 1, "inside", ());
    recorder.history().listening()
}

/// What the property of an oracle asks for in vain.
fn in_vain(oracle: &Oracle) -> Vec<(RecordKind, String)> {
    let history = history();
    let property = &oracle.properties[0];
    let _ = property.judge_history(&history);
    if let Some(mut pending) = property.pending(&Value::Null) {
        pending.fulfil(&history);
    }
    let asked = history.take_asked().into_iter();
    let asked = asked.filter(|(_, found)| !found);
    asked.map(|(it, _)| (it.kind, it.name)).collect()
}

/// Claims that a property with this name is fed, and with another name is not.
#[track_caller]
fn misses(kind: RecordKind, name: &'static str, make: impl Fn(&'static str) -> Oracle) {
    assert_eq!(in_vain(&make(name)), [], "{name} is recorded");
    let wrong = in_vain(&make("tyop"));
    assert!(wrong.contains(&(kind, "tyop".to_owned())), "{wrong:?}");
}

#[test]
fn properties_of_spans() {
    misses(Span, "inside", |name| {
        Oracle::new().at_most("", "", name, 1)
    });
    misses(Span, "inside", |name| {
        Oracle::new().reaches("", "", name, 1)
    });
    misses(Span, "inside", |name| {
        Oracle::new().never_overlap("", "", name)
    });
    misses(Span, "inside", |name| {
        Oracle::new().may_overlap("", "", name)
    });
    misses(Span, "inside", |name| {
        Oracle::new().always("", "", move |history| {
            history.spans(name);
            Ok(())
        })
    });
}

#[test]
fn properties_of_order() {
    for (put, got) in [(true, false), (false, true)] {
        let names = move |name| {
            (
                if put { name } else { "put" },
                if got { name } else { "get" },
            )
        };
        let right = if put { "put" } else { "get" };
        misses(MarkOrCall, right, |name| {
            let (put, got) = names(name);
            Oracle::new().fifo("", "", put, got)
        });
        misses(MarkOrCall, right, |name| {
            let (put, got) = names(name);
            Oracle::new().lifo("", "", put, got)
        });
        misses(MarkOrCall, right, |name| {
            let (put, got) = names(name);
            Oracle::new().priority("", "", put, got, Value::to_string)
        });
        misses(MarkOrCall, right, |name| {
            let (put, got) = names(name);
            Oracle::new().stable_priority("", "", put, got, Value::to_string)
        });
        misses(MarkOrCall, right, |name| {
            let (put, got) = names(name);
            Oracle::new().bypass_at_most("", "", put, got, 1)
        });
        misses(Call, right, |name| {
            let (put, got) = names(name);
            Oracle::new().holds_at_most("", "", put, got, 1)
        });
    }
}

#[test]
fn properties_of_time_and_of_calls() {
    let time = Duration::from_secs(1);
    misses(Call, "get", |name| {
        Oracle::new().took_at_most("", "", name, time)
    });
    misses(Call, "get", |name| {
        Oracle::new().may_take_at_most("", "", name, time)
    });
    misses(Call, "get", |name| {
        Oracle::new().took_at_least("", "", name, |_| true, Duration::ZERO)
    });
    let never = Oracle::new().took_at_least("", "", "get", |_| false, time);
    assert_eq!(in_vain(&never), [(ChosenCall, "get".to_owned())]);
    let linearizable = Oracle::new().linearizable("", "", specs::Counter);
    assert_eq!(in_vain(&linearizable), []);
}

#[test]
fn marks_before_others() {
    misses(Mark, "done", |name| {
        Oracle::new().before("", "", "total", name)
    });
    misses(Mark, "total", |name| {
        Oracle::new().before("", "", name, "done")
    });
}

#[test]
fn what_closures_ask_for() {
    misses(Mark, "total", |name| {
        Oracle::new().always_results("", "", move |results| {
            results.value::<u32>(name);
            Ok(())
        })
    });
    misses(Mark, "total", |name| {
        let never = Text::new("", "");
        Oracle::new().sometimes_results("", "", never, move |it| it.count(name) > 0)
    });
    misses(Mark, "total", |name| {
        Oracle::new().outcomes("", "", move |it| it.values_of::<u32>(name), [vec![7]])
    });
    misses(Call, "get", |name| {
        let never = Text::new("", "");
        Oracle::new().sometimes("", "", never, move |it| !it.calls_of(name).is_empty())
    });
    misses(Call, "get", |name| {
        Oracle::new().always_results("", "", move |results| {
            results.results_of::<u32>(name);
            Ok(())
        })
    });
    misses(Mark, "total", |name| {
        let measure = move |history: &History| history.marks(name).count() as u64;
        Oracle::new().bounded("", "", measure, 9)
    });
}

#[test]
fn a_value_of_another_type_is_none() {
    let text = Oracle::new().always("", "", |history| {
        history.values::<String>("total");
        Ok(())
    });
    assert_eq!(in_vain(&text), [(TypedMark, "total".to_owned())]);
}

#[test]
fn names_that_differ_in_a_capital_letter_differ() {
    let oracle = Oracle::new().never_overlap("", "", "Inside");
    assert_eq!(in_vain(&oracle), [(Span, "Inside".to_owned())]);
}

#[test]
fn who_does_not_listen_is_asked_in_vain() {
    let history = Recorder::default().mark(0, "a", json!(1)).history();
    history.values::<u32>("b");
    assert!(history.take_asked().is_empty());
}
