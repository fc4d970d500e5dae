//! Questions and answers.

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
};

use children::{Answer, DATA, Event, Mailbox, Request};
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};

use crate::harness::{call, fork, hear, next, result, says};

/// Bytes that are different at each place.
static PATTERN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let word = |at: u64| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
    (0..2 * DATA as u64).map(|at| word(at) as u8).collect()
});

fn bytes(length: usize, seed: u64) -> &'static [u8] {
    &PATTERN[seed as usize..][..length]
}

pub(crate) fn data_comes_and_goes_as_it_is() {
    let mut mailbox = Mailbox::new(3).expect("a mailbox");
    let lengths = [0, 1, 2, 4095, 65535, DATA, 0, 3];
    fork(&mut mailbox, 2, |asker| {
        for (seed, length) in (0..).zip(lengths) {
            let request = Request {
                call: u16::MAX - seed as u16,
                args: [1, u64::MAX, 3, seed, 1 << 63],
                place: u64::MAX - 1,
                data: Cow::Borrowed(bytes(length, seed)),
            };
            let expected = Answer {
                result: i64::MIN + length as i64,
                flags: u32::MAX,
                data: Cow::Borrowed(bytes(DATA - length, seed)),
            };
            if asker.ask(request) != expected {
                return 1;
            }
        }
        0
    });
    for (seed, length) in (0..).zip(lengths) {
        let Event::Asked(request) = next(&mut mailbox, 2) else {
            panic!("it asks")
        };
        assert_eq!(
            (request.call, request.place),
            (u16::MAX - seed as u16, u64::MAX - 1)
        );
        assert_eq!(request.args, [1, u64::MAX, 3, seed, 1 << 63]);
        assert!(*request.data == *bytes(length, seed), "{length} bytes");
        let answer = Answer {
            result: i64::MIN + length as i64,
            flags: u32::MAX,
            data: Cow::Borrowed(bytes(DATA - length, seed)),
        };
        mailbox.answer(2, &answer);
    }
    assert_eq!(next(&mut mailbox, 2), Event::Exited(0));
}

pub(crate) fn too_much_data_is_refused_and_nothing_is_said() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    let long = vec![1; DATA + 1];
    fork(&mut mailbox, 0, |asker| {
        std::panic::set_hook(Box::new(|_| ()));
        let request = Request {
            data: Cow::Borrowed(&long),
            ..call(1)
        };
        if catch_unwind(AssertUnwindSafe(|| asker.ask(request))).is_ok() {
            return 1;
        }
        asker.ask(says(2)).result as i32
    });
    assert_eq!(next(&mut mailbox, 0), Event::Asked(says(2)));
    let answer = Answer {
        data: Cow::Borrowed(&long),
        ..result(3)
    };
    std::panic::set_hook(Box::new(|_| ()));
    assert!(catch_unwind(AssertUnwindSafe(|| mailbox.answer(0, &answer))).is_err());
    mailbox.answer(0, &result(4));
    assert_eq!(next(&mut mailbox, 0), Event::Exited(4));
}

pub(crate) fn the_address_of_a_static_value_is_the_same() {
    static PLACE: &str = "here";
    let address = &raw const PLACE as u64;
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        let place = &raw const PLACE as u64;
        asker.ask(Request { place, ..call(1) }).result as i32
    });
    assert_eq!(
        next(&mut mailbox, 0),
        Event::Asked(Request {
            place: address,
            ..call(1)
        })
    );
    mailbox.answer(0, &result(0));
    assert_eq!(next(&mut mailbox, 0), Event::Exited(0));
}

/// What a process asks and is answered, until it exits.
#[derive(Debug, Clone)]
struct Script {
    lengths: Vec<(usize, usize)>,
    status: u8,
}

fn script() -> impl Strategy<Value = Script> {
    let length = || prop_oneof![0..300_usize, select(&[0, 1, 4096, 65535, DATA][..])];
    let lengths = prop::collection::vec((length(), length()), 0..8);
    (lengths, any::<u8>()).prop_map(|(lengths, status)| Script { lengths, status })
}

/// Runs the processes in the order that is given, and as they are when that is at its end.
fn converse(scripts: &[Script], order: &[Index]) {
    LazyLock::force(&PATTERN);
    let mut mailbox = Mailbox::new(scripts.len()).expect("a mailbox");
    for (slot, script) in scripts.iter().enumerate() {
        fork(&mut mailbox, slot, |asker| {
            for (at, (asked, answered)) in script.lengths.iter().enumerate() {
                let data = Cow::Borrowed(bytes(*asked, slot as u64));
                let answer = asker.ask(Request {
                    data,
                    ..call(at as u16)
                });
                let expected = bytes(*answered, at as u64);
                if *answer.data != *expected || answer.result != *asked as i64 {
                    asker.ask(says(99));
                }
            }
            script.status.into()
        });
    }
    let mut done = vec![0; scripts.len()];
    let mut running: Vec<usize> = (0..scripts.len()).collect();
    let mut order = order.iter();
    while !running.is_empty() {
        let at = order.next().map_or(0, |index| index.index(running.len()));
        let slot = running[at];
        let script = &scripts[slot];
        let event = next(&mut mailbox, slot);
        if let Some((asked, answered)) = script.lengths.get(done[slot]) {
            let data = Cow::Borrowed(bytes(*asked, slot as u64));
            assert_eq!(
                event,
                Event::Asked(Request {
                    data,
                    ..call(done[slot] as u16)
                })
            );
            let data = Cow::Borrowed(bytes(*answered, done[slot] as u64));
            mailbox.answer(
                slot,
                &Answer {
                    data,
                    ..result(*asked as i64)
                },
            );
            done[slot] += 1;
        } else {
            assert_eq!(event, Event::Exited(script.status));
            running.remove(at);
        }
    }
}

pub(crate) fn random_conversations_of_several_processes() {
    let scripts = prop::collection::vec(script(), 1..6);
    let order = prop::collection::vec(any::<Index>(), 0..40);
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&(scripts, order), |(scripts, order)| {
        converse(&scripts, &order);
        Ok(())
    });
    result.expect("each hears what it was told");
}

pub(crate) fn two_hundred_processes_at_once() {
    const MANY: usize = 200;
    let mut mailbox = Mailbox::new(MANY).expect("a mailbox");
    for slot in 0..MANY {
        fork(&mut mailbox, slot, |asker| {
            asker.ask(says(slot as u64)).result as i32
        });
    }
    // All have asked before the first one is answered.
    for slot in (0..MANY).rev() {
        assert_eq!(next(&mut mailbox, slot), Event::Asked(says(slot as u64)));
    }
    for slot in 0..MANY {
        mailbox.answer(slot, &result(slot as i64 + 1));
    }
    for slot in 0..MANY {
        assert_eq!(next(&mut mailbox, slot), Event::Exited(slot as u8 + 1));
    }
    fork(&mut mailbox, 0, |asker| asker.ask(says(5)).result as i32);
    hear(&mut mailbox, 0, 5, 6);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(6));
}
