//! Executions with memory beside those without.

use std::{cell::Cell, collections::BTreeSet, panic::Location, rc::Rc};

use interleave::{
    CallStack, Config, Executed, Granularity, Outcome, Strategy, run, strategy::RandomWalk,
};
use kernel::{Limits, OpenFlags, SystemCall};
use processes::Memory;

use crate::{
    calls::{close, fork, open, read, wait, write},
    search::{Said, say},
};

thread_local! {
    /// What a program is about, set outside of it.
    pub(crate) static SUBJECT: Cell<u64> = const { Cell::new(0) };
}

pub(crate) fn here() -> &'static Location<'static> {
    Location::caller()
}

/// All that an execution showed, but its call stacks: these say too by which of its calls a test came to
/// the execution. `stacks` compares them.
pub(crate) fn shown(mut executed: Executed) -> String {
    for step in &mut executed.trace {
        step.stack = CallStack::default();
    }
    if let Outcome::Deadlock(blocked) = &mut executed.outcome {
        for thread in blocked {
            thread.stack = CallStack::default();
        }
    }
    format!("{executed:#?}")
}

/// One execution of a program, and what it said.
pub(crate) fn execute(
    program: fn(&Said),
    memory: Memory,
    strategy: &mut dyn Strategy,
) -> (String, Executed) {
    let said = Said::default();
    let saying = Rc::clone(&said);
    let config = Config {
        granularity: Granularity::Releases,
        traced: true,
        ..Config::default()
    };
    let executed = run(config, strategy, move || {
        processes::stage(Limits::default(), memory).expect("shared memory");
        program(&saying);
    });
    let said = said.borrow().clone();
    (said, executed)
}

/// What a program said in so many executions of different schedules, and all that they showed.
pub(crate) fn sampled(program: fn(&Said), memory: Memory, count: u64) -> Vec<(String, String)> {
    processes::forget();
    let all = (0..count).map(|seed| {
        let (said, executed) = execute(program, memory, &mut RandomWalk::new(seed));
        (said, shown(executed))
    });
    let all = all.collect();
    processes::forget();
    all
}

/// The program does the same with memory as without, in so many executions; what it said.
pub(crate) fn same(program: fn(&Said), count: u64) -> Vec<String> {
    let forked = sampled(program, Memory::Unused, count);
    let remembered = sampled(program, Memory::Of(1), count);
    for (forked, remembered) in forked.iter().zip(&remembered) {
        assert_eq!(forked, remembered);
    }
    forked.into_iter().map(|(said, _)| said).collect()
}

/// Two children that each sell the only ticket, if `SUBJECT` is 1 under a lock.
pub(crate) fn office(said: &Said) {
    let file = open("tickets", OpenFlags::WRITE | OpenFlags::CREATE);
    write(file, "1");
    close(file);
    let locks = SUBJECT.get() == 1;
    let sell = || {
        let file = open("tickets", OpenFlags::READ | OpenFlags::WRITE);
        let flock = |locking| {
            if locks {
                processes::call(SystemCall::Flock { fd: file, locking }).expect("it is open");
            }
        };
        flock(kernel::Locking::Lock(kernel::LockKind::Exclusive));
        let left = read(file);
        if left == "1" {
            let bytes = b"0".to_vec();
            let call = SystemCall::Pwrite {
                fd: file,
                bytes,
                at: 0,
            };
            processes::call(call).expect("it is open");
        }
        flock(kernel::Locking::Unlock);
        i32::from(left == "1")
    };
    let children = [fork(sell), fork(sell)];
    let sold: u8 = children.map(wait).iter().sum();
    say(said, &sold.to_string());
}

/// The program does the same with memory as without; what it said. Executions that say the same come one
/// after the other, so that nothing is seen to be different before all of them were remembered.
pub(crate) fn same_in_turn(program: fn(&Said)) -> BTreeSet<String> {
    let once = |memory, seed| {
        let (said, executed) = execute(program, memory, &mut RandomWalk::new(seed));
        (said, shown(executed))
    };
    let mut forked: Vec<_> = (0..60)
        .map(|seed| (once(Memory::Unused, seed), seed))
        .collect();
    forked.sort();
    processes::forget();
    for (forked, seed) in &forked {
        assert_eq!(once(Memory::Of(1), *seed), *forked);
    }
    assert!(!processes::extent().is_wrong);
    processes::forget();
    forked.into_iter().map(|((said, _), _)| said).collect()
}
