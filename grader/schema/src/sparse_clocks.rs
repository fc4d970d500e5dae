//! How the vector clocks of a history are written: each by what it has more and less than another one.
//!
//! With 1,000 threads a clock has as many counts, but most events know nearly what another event knows. So
//! the clocks are brought into the order of how much they know, and of each only the differences from the
//! one before are written.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;

use crate::protocol::{Event, EventKind};

/// So many counts the clocks of a history may have together. They are written in fewer bytes than they
/// take in memory, and whoever sends them is not trusted.
const MOST: usize = 16 << 20;

/// An event without its clock.
#[derive(Serialize, Deserialize)]
struct Bare<'a> {
    thread: usize,
    kind: EventKind,
    name: Cow<'a, str>,
    value: Cow<'a, Value>,
    time: u64,
}

/// A clock: of which event, how many counts it has, and where these differ from those of the clock before
/// it: how many are equal, and then how much more or less the next one is, again and again.
type Difference = (usize, usize, Vec<i64>);

#[derive(Serialize, Deserialize)]
struct Sparse<'a> {
    events: Vec<Bare<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    clocks: Vec<Difference>,
}

fn difference(before: &[u32], clock: &[u32]) -> Vec<i64> {
    let mut all = Vec::new();
    let mut equal = 0;
    for index in 0..before.len().max(clock.len()) {
        let of = |clock: &[u32]| i64::from(clock.get(index).copied().unwrap_or(0));
        let more = of(clock) - of(before);
        if more == 0 {
            equal += 1;
        } else {
            all.extend([equal, more]);
            equal = 0;
        }
    }
    all
}

/// What [`difference`] was made of.
fn differing(before: &[u32], length: usize, difference: &[i64]) -> Option<Vec<u32>> {
    let mut clock = before.to_vec();
    clock.resize(before.len().max(length), 0);
    let mut index = 0;
    for pair in difference.chunks(2) {
        let &[equal, more] = pair else {
            return None;
        };
        index = usize::try_from(equal).ok()?.checked_add(index)?;
        let count = clock.get_mut(index)?;
        *count = u32::try_from(i64::from(*count).checked_add(more)?).ok()?;
        index += 1;
    }
    let rest = clock.get(length..)?;
    let is_rest_zero = rest.iter().all(|&count| count == 0);
    clock.truncate(length);
    is_rest_zero.then_some(clock)
}

/// Writes a history.
pub(crate) fn serialize<S: Serializer>(history: &[Event], to: S) -> Result<S::Ok, S::Error> {
    let events = history.iter().map(|event| Bare {
        thread: event.thread,
        kind: event.kind,
        name: Cow::Borrowed(&event.name),
        value: Cow::Borrowed(&event.value),
        time: event.time,
    });
    let knows = |event: &Event| {
        event
            .clock
            .iter()
            .map(|&count| u64::from(count))
            .sum::<u64>()
    };
    let with_events = history.iter().map(knows).enumerate();
    let mut order: Vec<_> = with_events.map(|(event, knows)| (knows, event)).collect();
    order.sort_unstable();
    let mut before: &[u32] = &[];
    let mut clocks = Vec::new();
    for (_, event) in order {
        let clock = &history[event].clock;
        if !clock.is_empty() {
            clocks.push((event, clock.len(), difference(before, clock)));
            before = clock;
        }
    }
    let events = events.collect();
    Sparse { events, clocks }.serialize(to)
}

/// Reads a history.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Event>, D::Error> {
    let Sparse { events, clocks } = Sparse::deserialize(from)?;
    let mut history: Vec<Event> = events
        .into_iter()
        .map(|event| Event {
            thread: event.thread,
            kind: event.kind,
            name: event.name.into_owned(),
            value: event.value.into_owned(),
            clock: Vec::new(),
            time: event.time,
        })
        .collect();
    let mut room = MOST;
    let mut before = Vec::new();
    for (event, length, difference) in clocks {
        let malformed = || D::Error::custom("a clock does not differ from another one in this way");
        let after = room.checked_sub(length);
        room = after.ok_or_else(|| D::Error::custom("the clocks of a history are too long"))?;
        let clock = differing(&before, length, &difference).ok_or_else(malformed)?;
        let place = history.get_mut(event).ok_or_else(malformed)?;
        place.clock.clone_from(&clock);
        before = clock;
    }
    Ok(history)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct History(#[serde(with = "super")] Vec<Event>);

    fn event(thread: usize, clock: Vec<u32>) -> Event {
        Event {
            thread,
            kind: EventKind::Return,
            name: "talk".to_owned(),
            value: Value::String("hello".to_owned()),
            clock,
            time: 5,
        }
    }

    proptest! {
        #[test]
        fn every_history_survives_being_written(
            clocks in prop::collection::vec(
                prop::collection::vec(prop_oneof![3 => 0..3_u32, 1 => any::<u32>()], 0..40),
                0..20,
            ),
        ) {
            let events = clocks.into_iter().enumerate();
            let history = History(events.map(|(thread, clock)| event(thread, clock)).collect());
            let text = serde_json::to_string(&history).expect("it can be written");
            prop_assert_eq!(serde_json::from_str::<History>(&text).expect("it can be read"), history);
        }

        #[test]
        fn no_clocks_make_the_reader_panic(
            clocks in prop::collection::vec(
                (0..4_usize, any::<usize>(), prop::collection::vec(-3..9_i64, 0..9)),
                0..9,
            ),
        ) {
            let events = ["{\"thread\":0,\"kind\":\"mark\",\"name\":\"\",\"value\":null,\"time\":0}"; 2];
            let clocks = serde_json::to_string(&clocks).expect("they can be written");
            let text = format!("{{\"events\":[{}],\"clocks\":{clocks}}}", events.join(","));
            let _ = serde_json::from_str::<History>(&text);
        }
    }

    #[test]
    fn clocks_that_would_fill_memory_are_refused() {
        let events = "{\"thread\":0,\"kind\":\"mark\",\"name\":\"\",\"value\":null,\"time\":0}";
        let clock = format!("[0,{},[]]", MOST / 2 + 1);
        let text = format!("{{\"events\":[{events}],\"clocks\":[{clock},{clock}]}}");
        let read = serde_json::from_str::<History>(&text);
        assert!(read.is_err_and(|error| error.to_string().contains("too long")));
        let far = format!(
            "{{\"events\":[{events}],\"clocks\":[[0,3,[{},1]]]}}",
            i64::MAX
        );
        assert!(serde_json::from_str::<History>(&far).is_err());
    }

    /// A server hears of its clients one after the other, and each of them learns then what it knows.
    #[test]
    fn a_thousand_clients_take_less_than_a_megabyte() {
        const CLIENTS: usize = 1000;
        let mut server = vec![0_u32; 2 * CLIENTS + 1];
        let mut clients = vec![server.clone(); CLIENTS];
        let mut history = Vec::new();
        for message in 0..2 {
            for turn in 0..CLIENTS {
                // They come in another order each time.
                let client = turn * (7 + 4 * message) % CLIENTS;
                let (thread, handler) = (client + 1, CLIENTS + client + 1);
                let own = &mut clients[client];
                own[thread] += 3;
                history.push(event(thread, own.clone()));
                server[thread] = own[thread];
                server[handler] += 2;
                own.clone_from(&server);
                own[thread] += 1;
                history.push(event(thread, own.clone()));
            }
        }
        let text = serde_json::to_string(&History(history)).expect("it can be written");
        assert!(text.len() < 1_000_000, "{}", text.len());
    }
}
