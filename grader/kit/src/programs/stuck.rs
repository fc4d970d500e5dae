//! Says of which programs a thread may have to wait forever.

use std::collections::HashSet;

use super::machine::Machine;

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
                let ends = machine.ends(state, call).into_iter();
                ((made + 1, false), ends.map(|(_, state)| state).collect())
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
