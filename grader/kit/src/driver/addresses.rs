//! Addresses in a trace: no two runs of a program have them alike, so that a trace names them by
//! the order in which they come up.

use std::collections::HashMap;

use grader_schema::step::{Effect, Loaded, Step, Value};
use interleave::outside::is_mapped;

/// What is aligned at least so far has an address of its own; what is less far away from another
/// address is a part of the same value, or an address in whose low bits a program keeps flags.
const ALIGNMENT: u64 = 8;

/// Gives each address of a trace its number, from 1.
pub(super) fn number(trace: &mut [Step]) {
    let mut numbers = HashMap::new();
    for value in trace.iter_mut().flat_map(|step| values(&mut step.effect)) {
        let bits = match *value {
            Value::Address { offset, .. } => offset,
            Value::Natural(number) if is_address(number) => number,
            Value::Natural(_) | Value::Bool(_) | Value::Negative(_) => continue,
        };
        *value = if is_address(bits) {
            let next = numbers.len() as u64 + 1;
            let address = *numbers.entry(bits / ALIGNMENT).or_insert(next);
            let offset = bits % ALIGNMENT;
            Value::Address { address, offset }
        } else {
            let (address, offset) = (0, bits);
            Value::Address { address, offset }
        };
    }
}

/// Whether a number can be none but an address: there is memory.
fn is_address(number: u64) -> bool {
    /// Nothing is mapped below, and small numbers are asked for often.
    const LOWEST: u64 = 1 << 16;
    number >= LOWEST && usize::try_from(number).is_ok_and(|number| is_mapped(number, 1))
}

/// The values that a step read or wrote.
fn values(effect: &mut Effect) -> Vec<&mut Value> {
    fn loaded(loaded: &mut Loaded) -> impl Iterator<Item = &mut Value> {
        std::iter::once(&mut loaded.value).chain(&mut loaded.missed)
    }
    match effect {
        Effect::Loaded(it) => loaded(it).collect(),
        Effect::Stored {
            old,
            new,
            hidden_by,
        } => [old, new].into_iter().chain(hidden_by).collect(),
        Effect::Refused { found, expected } => loaded(found).chain([expected]).collect(),
        Effect::FailedSpuriously { expected } => vec![expected],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use grader_schema::{protocol::Location, step::Operation};

    use super::*;

    fn stored(old: Value, new: Value) -> Step {
        Step {
            thread: 0,
            operation: Operation::Fence,
            location: Location {
                file: String::new(),
                line: 1,
                column: 1,
            },
            effect: Effect::Stored {
                old,
                new,
                hidden_by: None,
            },
        }
    }

    fn bits(offset: u64) -> Value {
        Value::Address { address: 0, offset }
    }

    #[test]
    fn addresses_are_numbered_as_they_come_up_and_keep_their_low_bits() {
        let (first, second) = (Box::new(1_u64), Box::new(2_u64));
        let of = |value: &u64| std::ptr::from_ref(value) as u64;
        let (first, second) = (of(&first), of(&second));
        let mut trace = [
            stored(bits(0), bits(second)),
            stored(Value::Natural(first), bits(second + 1)),
            stored(Value::Natural(1), bits(3)),
        ];
        number(&mut trace);
        let named = |address, offset| Value::Address { address, offset };
        let expected = [
            stored(bits(0), named(1, 0)),
            stored(named(2, 0), named(1, 1)),
            stored(Value::Natural(1), bits(3)),
        ];
        assert_eq!(trace, expected);
    }
}
