//! Where in the answer a system call is made.
//!
//! The real library passes no places on to the C library, so that a traced system call has a call stack
//! instead. Which line a return address belongs to is said by the line tables of this program (DWARF 5,
//! section 6.2), of which the answer and the scenarios have some.

use std::{collections::BTreeMap, panic, ptr};

use grader_schema::protocol::Location;
use interleave::CallStack;

/// How locations of checks begin.
const CHECKS: &str = "checks/";

/// Places that were looked up, by return address.
#[derive(Debug)]
pub(super) struct Places<'a> {
    source_root: &'a str,
    known: BTreeMap<usize, Vec<Location>>,
}

impl<'a> Places<'a> {
    /// Those of an answer whose locations begin with `source_root`.
    pub(super) fn new(source_root: &'a str) -> Self {
        let known = BTreeMap::new();
        Self { source_root, known }
    }

    /// The place in the answer that is nearest to the operation; in the scenario, if there is none in the
    /// answer; and the one that the compiler passed on, if there is no call stack.
    pub(super) fn of(&mut self, passed: &panic::Location<'_>, stack: &CallStack) -> Location {
        let mut of_scenario = None;
        for &address in stack.addresses() {
            let places = self
                .known
                .entry(address)
                .or_insert_with(|| look_up(address));
            for place in places {
                if place.file.starts_with(self.source_root) {
                    return place.clone();
                }
                if of_scenario.is_none() && place.file.starts_with(CHECKS) {
                    of_scenario = Some(place.clone());
                }
            }
        }
        of_scenario.unwrap_or_else(|| location(passed))
    }
}

/// A place as the compiler passes it on.
pub(super) fn location(place: &panic::Location<'_>) -> Location {
    Location {
        file: place.file().to_owned(),
        line: place.line(),
        column: place.column(),
    }
}

/// The places of the call before a return address, the innermost first: there are several where
/// functions were inlined.
fn look_up(address: usize) -> Vec<Location> {
    let mut places = Vec::new();
    backtrace::resolve(ptr::without_provenance_mut(address), |symbol| {
        let file = symbol.filename().and_then(|file| file.to_str());
        if let (Some(file), Some(line)) = (file, symbol.lineno()) {
            places.push(Location {
                // Line tables have whole paths. The directory in which an answer is compiled is `/` there.
                file: file.strip_prefix('/').unwrap_or(file).to_owned(),
                line,
                column: symbol.colno().unwrap_or(1),
            });
        }
    });
    places
}
