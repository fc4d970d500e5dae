//! Slots that several processes have one after the other.

use std::{borrow::Cow, hint::spin_loop, time::Duration};

use children::{Answer, DATA, Event, Forked, Mailbox, Request};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::harness::{LIMIT, end, fork, hear, next, open_descriptors, result, says};

pub(crate) fn a_slot_is_clean_after_a_kill_in_the_middle_of_a_write() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    for round in 0..300_u32 {
        fork(&mut mailbox, 0, |asker| {
            loop {
                let data = Cow::Owned(vec![0xaa; DATA]);
                asker.ask(Request { data, ..says(1) });
            }
        });
        assert!(matches!(next(&mut mailbox, 0), Event::Asked(_)));
        mailbox.answer(0, &result(0));
        for _ in 0..round * 31 % 977 * 20 {
            spin_loop();
        }
        mailbox.kill(0).expect("it ends");
        let length = (round * 7919) as usize % (DATA + 1);
        let told = vec![0xbb; length];
        fork(&mut mailbox, 0, |asker| {
            let answer = asker.ask(Request {
                data: Cow::Borrowed(&told),
                ..says(2)
            });
            i32::from(answer.data == told)
        });
        let Event::Asked(request) = next(&mut mailbox, 0) else {
            panic!("it asks")
        };
        assert!(
            request
                == Request {
                    data: Cow::Borrowed(&told),
                    ..says(2)
                }
        );
        mailbox.answer(
            0,
            &Answer {
                data: Cow::Borrowed(&told),
                ..result(0)
            },
        );
        assert_eq!(next(&mut mailbox, 0), Event::Exited(1));
    }
}

pub(crate) fn a_thousand_processes_leave_nothing() {
    let mut mailbox = Mailbox::new(7).expect("a mailbox");
    let before = open_descriptors();
    for number in 0..1000_u64 {
        let slot = number as usize % 7;
        fork(&mut mailbox, slot, |asker| match number % 3 {
            0 => asker.ask(says(number)).result as i32,
            1 => end(1),
            _ => std::process::abort(),
        });
        if number % 3 == 0 {
            hear(&mut mailbox, slot, number, 3);
        }
        assert!(!matches!(next(&mut mailbox, slot), Event::Asked(_)));
        assert_eq!(open_descriptors(), before);
    }
    let none = rustix::process::wait(rustix::process::WaitOptions::NOHANG);
    assert_eq!(none.err(), Some(rustix::io::Errno::CHILD));
}

pub(crate) fn a_slot_is_free_after_each_end() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    let ends: [fn() -> i32; 4] = [
        || 0,
        || end(0),
        || std::process::abort(),
        || loop {
            spin_loop();
        },
    ];
    for body in ends {
        fork(&mut mailbox, 0, |_| body());
        let event = mailbox
            .next(0, Duration::from_millis(20))
            .expect("it can be waited for");
        assert!(!matches!(event, Event::Asked(_)));
        assert_eq!(mailbox.pid(0), None);
        mailbox.kill(0).expect("there is nothing to do");
    }
    if let Forked::Child(mut asker) = mailbox.fork(0).expect("there is room for a process") {
        asker.panicked(&children::Panic::default());
    }
    assert_eq!(
        next(&mut mailbox, 0),
        Event::Panicked(children::Panic::default())
    );
    fork(&mut mailbox, 0, |_| 6);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(6));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Fork,
    Next,
    Answer,
    Kill,
}

pub(crate) fn kills_at_random_leave_a_mailbox_that_works() {
    let step = prop::sample::select(&[Step::Fork, Step::Next, Step::Answer, Step::Kill][..]);
    let steps = prop::collection::vec((0..3_usize, step), 1..40);
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&steps, |steps| {
        // Of each slot how often its process was answered, and whether it waits.
        let mut model = [None; 3];
        let mut mailbox = Mailbox::new(3).expect("a mailbox");
        for (slot, step) in steps {
            model[slot] = match (step, model[slot]) {
                (Step::Fork, None) => {
                    fork(&mut mailbox, slot, |asker| {
                        for question in 0..3 {
                            if asker.ask(says(question)).result != question as i64 {
                                return 1;
                            }
                        }
                        slot as i32 + 50
                    });
                    Some((0, false))
                }
                (Step::Next, Some((3, false))) => {
                    let event = mailbox.next(slot, LIMIT).expect("it can be waited for");
                    prop_assert_eq!(event, Event::Exited(slot as u8 + 50));
                    None
                }
                (Step::Next, Some((answered, false))) => {
                    let event = mailbox.next(slot, LIMIT).expect("it can be waited for");
                    prop_assert_eq!(event, Event::Asked(says(answered)));
                    Some((answered, true))
                }
                (Step::Answer, Some((answered, true))) => {
                    mailbox.answer(slot, &self::result(answered as i64));
                    Some((answered + 1, false))
                }
                (Step::Kill, _) => {
                    mailbox.kill(slot).expect("it ends");
                    None
                }
                (_, state) => state,
            };
            prop_assert_eq!(mailbox.pid(slot).is_some(), model[slot].is_some());
        }
        Ok(())
    });
    result.expect("the mailbox does as the model");
}
