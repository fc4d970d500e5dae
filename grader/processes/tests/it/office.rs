//! The ticket office: children that sell tickets of which a file says how many are left.

use interleave::{
    Config, Effect, Executed, Granularity, run,
    strategy::{Bounded, Follow},
};
use kernel::{Limits, LockKind, Locking, OpenFlags, SystemCall};
use processes::Memory;

use crate::{
    calls::{close, fork, open, read, wait, write},
    harness::Test,
    search::{Said, execute, sampled, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_locked_office_has_an_interleaving_for_each_order", locked),
    ("an_office_without_a_lock_sells_a_ticket_twice", unlocked),
    ("each_seed_finds_it_soon", each_seed_finds_it_soon),
    ("one_preemption_shows_it_in_few_steps", one_preemption),
];

/// A child: sells a ticket if one is left, and says so by its status.
fn sell(locks: bool) -> i32 {
    let file = open("tickets", OpenFlags::READ | OpenFlags::WRITE);
    let flock = |locking| {
        if locks {
            let call = SystemCall::Flock { fd: file, locking };
            processes::call(call).expect("it is open");
        }
    };
    flock(Locking::Lock(LockKind::Exclusive));
    let left: u32 = read(file).parse().expect("a number");
    if left > 0 {
        let bytes = (left - 1).to_string().into_bytes();
        let call = SystemCall::Pwrite {
            fd: file,
            bytes,
            at: 0,
        };
        processes::call(call).expect("it is open");
    }
    flock(Locking::Unlock);
    i32::from(left > 0)
}

/// How many were sold by `children`, of so many.
fn office(said: &Said, children: usize, tickets: u32, locks: bool) {
    let file = open("tickets", OpenFlags::WRITE | OpenFlags::CREATE);
    write(file, &tickets.to_string());
    close(file);
    let children: Vec<_> = (0..children).map(|_| fork(|| sell(locks))).collect();
    let sold: u32 = children
        .into_iter()
        .map(|child| u32::from(wait(child)))
        .sum();
    *said.borrow_mut() = format!("sold {sold} of {tickets}");
}

fn locked() {
    let (outcomes, executions) = search(|said| office(said, 3, 1, true));
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), ["sold 1 of 1"]);
    assert_eq!(executions, 6);
}

fn unlocked() {
    let (outcomes, executions) = search(|said| office(said, 2, 1, false));
    assert_eq!(
        outcomes.keys().collect::<Vec<_>>(),
        ["sold 1 of 1", "sold 2 of 1"]
    );
    assert!(executions <= 4, "{executions}");
}

fn each_seed_finds_it_soon() {
    for seed in 0..100 {
        let outcomes = sampled(|said| office(said, 3, 1, false), seed, 5);
        let wrong = outcomes.iter().any(|outcome| outcome != "sold 1 of 1");
        assert!(wrong, "seed {seed}: {outcomes:?}");
    }
}

/// The first wrong execution of a search with so many preemptions, if there is one.
fn with_preemptions(most: u32) -> Option<Executed> {
    let mut search = Bounded::new(most);
    let granularity = Granularity::default();
    loop {
        let (outcome, executed) =
            execute(|said| office(said, 3, 1, false), granularity, &mut search);
        if outcome != "sold 1 of 1" {
            return Some(executed);
        }
        if !search.advance() {
            return None;
        }
    }
}

fn one_preemption() {
    assert!(with_preemptions(0).is_none());
    let wrong = with_preemptions(1).expect("it is found");
    assert_eq!(wrong.preemptions, 1);
    let config = Config {
        traced: true,
        ..Config::default()
    };
    let mut follow = Follow::exactly(wrong.schedule);
    let traced = run(config, &mut follow, || {
        processes::stage(Limits::default(), Memory::Unused).expect("shared memory");
        office(&Said::default(), 3, 1, false);
    });
    let calls = traced.trace.iter();
    let calls = calls.filter(|step| matches!(step.effect, Effect::Called(..)));
    assert!(calls.count() <= 20, "{:#?}", traced.trace);
}
