//! Lists what the calls of a program may give together, for tests that real threads run.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::machine::{Machine, State};

/// The most orders, with their results, that a test names.
const MOST: usize = 200;

/// The most places that are looked at in order to find them.
const MOST_PLACES: usize = 20_000;

/// What the calls of a program may give together. The calls are counted thread by thread, those of
/// the main thread last.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Results {
    /// The numbers of the calls of all threads but the main thread, in an order in which they take
    /// effect, and the results of all calls as they are printed.
    pub(super) allowed: BTreeSet<(Vec<usize>, Vec<String>)>,
    /// Whether a thread may have to wait forever.
    pub(super) may_be_stuck: bool,
}

/// How far a program has come: of each thread, the main thread first, what its calls have given
/// so far, and whether it is in the next call.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    threads: Vec<(Vec<Value>, bool)>,
    /// The calls that have taken effect, as the machine counts them.
    order: Vec<usize>,
    state: State,
}

/// Everything that the calls of a program may give, whatever the order of its threads and however
/// slow they are; nothing if that is too much to be listed. `printed` prints the result of a call.
pub(super) fn results(
    machine: &Machine,
    printed: &dyn Fn(usize, &Value) -> String,
) -> Option<Results> {
    let mut found = Results {
        allowed: BTreeSet::new(),
        may_be_stuck: false,
    };
    let mut visited = HashSet::new();
    let mut open = vec![Place {
        threads: vec![(Vec::new(), false); machine.threads.len()],
        order: Vec::new(),
        state: machine.initial,
    }];
    while let Some(place) = open.pop() {
        if !visited.insert(place.clone()) {
            continue;
        }
        if visited.len() > MOST_PLACES || found.allowed.len() > MOST {
            return None;
        }
        let next = next(machine, &place);
        if !next.is_empty() {
            open.extend(next);
        } else if is_over(machine, &place) {
            found.allowed.insert(print(machine, &place, printed));
        } else {
            found.may_be_stuck = true;
        }
    }
    Some(found)
}

fn is_over(machine: &Machine, place: &Place) -> bool {
    let mut threads = place.threads.iter().zip(&machine.threads);
    threads.all(|((given, _), calls)| given.len() == calls.len())
}

/// The places after the next moment of a thread. The main thread waits for all others.
fn next(machine: &Machine, place: &Place) -> Vec<Place> {
    let mut others = place.threads.iter().zip(&machine.threads).skip(1);
    let is_alone = others.all(|((given, _), calls)| given.len() == calls.len());
    let mut places = Vec::new();
    for (thread, calls) in machine.threads.iter().enumerate() {
        let (given, begun) = &place.threads[thread];
        let Some(&call) = calls.get(given.len()) else {
            continue;
        };
        if thread == 0 && !is_alone {
            continue;
        }
        if !begun {
            let mut next = place.clone();
            next.threads[thread].1 = true;
            next.state = machine.begun(place.state, call);
            places.push(next);
            continue;
        }
        for (result, state) in machine.ends(place.state, call) {
            let mut next = place.clone();
            next.threads[thread].0.push(result);
            next.order.push(call);
            next.threads[thread].1 = false;
            next.state = state;
            places.push(next);
        }
    }
    places
}

fn print(
    machine: &Machine,
    place: &Place,
    printed: &dyn Fn(usize, &Value) -> String,
) -> (Vec<usize>, Vec<String>) {
    let main = machine.threads[0].len();
    let others = place.order.iter().filter_map(|call| call.checked_sub(main));
    let all = place.threads.iter().zip(&machine.threads);
    let mut results: Vec<String> = all
        .flat_map(|((given, _), calls)| calls.iter().zip(given))
        .map(|(&call, value)| printed(call, value))
        .collect();
    results.rotate_left(main);
    (others.collect(), results)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::{Of, Programs as _, plainly, tests::Toy};

    /// What the calls of a program over the toy's calls may give.
    fn of(shape: &str) -> Results {
        let toy = Of::new(Toy);
        let machine = toy.machine(&toy.case(&shape.parse().unwrap()));
        results(&machine, &|_, value| plainly(value)).unwrap()
    }

    fn allowed(results: &Results) -> Vec<(&[usize], Vec<&str>)> {
        let lists = results.allowed.iter();
        lists
            .map(|(order, list)| (&order[..], list.iter().map(String::as_str).collect()))
            .collect()
    }

    #[test]
    fn a_call_with_a_limit_may_give_up_while_it_must_wait() {
        let set_and_wait = of("p0-0-2");
        let both: [(&[usize], _); 2] = [
            (&[0, 1], vec!["set", "seen"]),
            (&[1, 0], vec!["set", "late"]),
        ];
        assert_eq!(allowed(&set_and_wait), both);
        assert!(!set_and_wait.may_be_stuck);
        let one: [(&[usize], _); 1] = [(&[0, 1], vec!["set", "seen"])];
        assert_eq!(allowed(&of("p0-0_2")), one);
    }

    #[test]
    fn a_thread_that_waits_in_vain_gives_nothing() {
        let waits = of("p0-1-2");
        assert!(waits.allowed.is_empty() && waits.may_be_stuck);
    }

    #[test]
    fn what_a_call_does_before_it_waits_counts() {
        let orders: [(&[usize], _); 2] =
            [(&[0, 1], vec!["met", "met"]), (&[1, 0], vec!["met", "met"])];
        assert_eq!(allowed(&of("p0-3-3")), orders);
        assert!(of("p0-3_0").may_be_stuck);
    }
}
