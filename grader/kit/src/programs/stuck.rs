//! Says of which programs a thread may have to wait forever.

use std::collections::HashSet;

use super::machine::{Machine, State};

/// Whether some order of the calls of the threads ends with threads that wait forever.
pub(super) fn may_be_stuck(machine: &Machine) -> bool {
    let threads = &machine.threads[1..];
    let mut visited = HashSet::new();
    let mut open = vec![(vec![(0, false); threads.len()], machine.initial)];
    while let Some(place) = open.pop() {
        if !visited.insert(place.clone()) {
            continue;
        }
        // Of each thread: how many calls it has made, and whether it is in the next one.
        let (places, state) = place;
        let (mut goes_on, mut is_over) = (false, true);
        for (index, calls) in threads.iter().enumerate() {
            let (made, begun) = places[index];
            let Some(&call) = calls.get(made) else {
                continue;
            };
            is_over = false;
            let (place, next) = if begun {
                ((made + 1, false), after(machine, state, call))
            } else {
                ((made, true), vec![machine.begun(state, call)])
            };
            for state in next {
                goes_on = true;
                let mut places = places.clone();
                places[index] = place;
                open.push((places, state));
            }
        }
        if !goes_on && !is_over {
            return true;
        }
    }
    false
}

/// The states after a call that may give up if it must wait.
fn after(machine: &Machine, state: State, call: usize) -> Vec<State> {
    let outcomes = machine.outcomes(state, call);
    if outcomes.is_empty() && machine.calls[call].limit.is_some() {
        let gives_up = machine.timed_out(state, call);
        return gives_up.into_iter().map(|(_, state)| state).collect();
    }
    outcomes.iter().map(|(_, state)| *state).collect()
}
