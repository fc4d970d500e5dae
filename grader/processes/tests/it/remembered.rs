//! What could make the memory of behaviour say something that is not so. Written before the code was read
//! again.

use std::{cell::Cell, collections::BTreeSet, ptr, rc::Rc, thread};

use interleave::{
    Outcome, Stream, capture_output,
    objects::{
        Handle,
        condvar::{self, Condvar, Woken},
        mutex::{self, Mutex},
        thread::{join, spawn, yield_now},
    },
    strategy::{Dpor, RandomWalk},
    time,
};
use kernel::{
    Action, ActionFlags, Answer, FIRST, LockKind, Locking, OpenFlags, Signal, SignalCall,
    SystemCall, Target,
};
use processes::{Capacity, Memory};

use crate::{
    attacks::{children, real_children},
    calls::{close, end_of, fork, open, pipe, read, wait, write},
    compared::{SUBJECT, execute, here, office, same, same_in_turn, shown},
    harness::Test,
    search::{Said, say},
};

pub(crate) const TESTS: &[Test] = &[
    (
        "a_changed_scenario_is_not_answered_by_the_memory_of_another",
        changed_scenario,
    ),
    ("two_scenarios_can_take_turns", turns),
    (
        "more_children_than_templates_are_all_themselves",
        many_templates,
    ),
    ("a_child_knows_what_a_thread_told_its_parent", threads),
    ("a_child_knows_what_its_parent_saw_of_itself", adopted),
    ("a_child_knows_the_bytes_that_its_parent_read", bytes),
    (
        "a_child_goes_on_with_the_call_of_its_parent",
        goes_on_with_call,
    ),
    ("a_child_knows_what_luck_told_its_parent", luck),
    ("a_child_knows_what_a_clock_told_its_parent", clock),
    ("a_child_prints_the_same_each_time", prints),
    ("a_process_deep_in_the_tree_is_found_again", deep),
    (
        "a_child_forked_in_a_handler_returns_from_it",
        returns_from_handler,
    ),
    (
        "a_grandchild_forked_in_a_handler_returns_from_it",
        grandchild_returns,
    ),
    (
        "each_thread_of_the_system_has_a_memory_that_ends_with_it",
        system_threads,
    ),
    (
        "nothing_is_forgotten_inside_of_an_execution",
        forgets_inside,
    ),
    ("a_whole_search_forks_few_processes", few_forks),
    (
        "a_scenario_that_ends_early_leaves_no_half_memory",
        ends_early,
    ),
];

/// What comes of all schedules.
fn searched(program: fn(&Said), memory: Memory) -> BTreeSet<String> {
    let (mut search, mut all) = (Dpor::new(), BTreeSet::new());
    loop {
        let (said, _) = execute(program, memory, &mut search);
        if !search.was_pruned() {
            all.insert(said);
        }
        if !search.advance() {
            return all;
        }
    }
}

fn offices(subject: u64, memory: Memory) -> BTreeSet<String> {
    SUBJECT.set(subject);
    searched(office, memory)
}

fn changed_scenario() {
    processes::forget();
    let right = BTreeSet::from(["1".to_owned()]);
    let both = BTreeSet::from(["1".to_owned(), "2".to_owned()]);
    SUBJECT.set(1);
    for seed in 0..3 {
        execute(office, Memory::Of(1), &mut RandomWalk::new(seed));
    }
    // It is so from the first execution of the other one on.
    for seed in 0..3 {
        let shown = |memory| {
            let (said, executed) = execute(office, memory, &mut RandomWalk::new(seed));
            format!("{said} {}", shown(executed))
        };
        SUBJECT.set(2);
        let other = shown(Memory::Of(2));
        assert_eq!(other, shown(Memory::Unused));
        SUBJECT.set(1);
        assert_ne!(other, shown(Memory::Of(1)));
    }
    assert_eq!(offices(1, Memory::Of(1)), right);
    assert_eq!(offices(2, Memory::Of(2)), both);
    assert_eq!(offices(1, Memory::Of(1)), right);
    // Forgetting alone does it as well.
    processes::forget();
    assert_eq!(offices(2, Memory::Of(1)), both);
    processes::forget();
}

fn turns() {
    processes::forget();
    let mut said = [BTreeSet::new(), BTreeSet::new()];
    for seed in 0..60 {
        for subject in [1, 2] {
            SUBJECT.set(subject);
            let memory = Memory::Of(subject);
            let (sold, _) = execute(office, memory, &mut RandomWalk::new(seed));
            said[subject as usize - 1].insert(sold);
        }
    }
    assert_eq!(said.map(|said| said.len()), [1, 2]);
    assert_eq!(real_children(), 0);
}

fn many_templates() {
    // Children one after the other, each with a place of its own in the first process.
    let program = |said: &Said| {
        let statuses: Vec<_> = (0..100).map(|number| wait(fork(move || number))).collect();
        say(said, &format!("{statuses:?}"));
    };
    let said = same(program, 4);
    assert_eq!(said.iter().collect::<BTreeSet<_>>().len(), 1);
    processes::set_capacity(Capacity {
        templates: 3,
        ..Capacity::default()
    });
    same(program, 4);
    processes::set_capacity(Capacity::default());
    processes::forget();
    for seed in 0..3 {
        execute(program, Memory::Of(1), &mut RandomWalk::new(seed));
        assert!(children().len() <= 64, "{}", children().len());
    }
    assert_eq!(real_children(), 0);
}

fn threads() {
    let program = |said: &Said| {
        let value = Rc::new(Cell::new(0));
        let theirs = Rc::clone(&value);
        // What they share is no modelled object: a switch alone decides what is seen.
        let other = spawn(None, here(), Box::new(move || theirs.set(5)));
        yield_now(here());
        let seen = Rc::clone(&value);
        let status = wait(fork(move || seen.get()));
        join(other, here());
        let after = wait(fork(move || value.get() + 10));
        say(said, &format!("{status} {after}"));
    };
    let said = same_in_turn(program);
    assert_eq!(said, BTreeSet::from(["0 15".to_owned(), "5 15".to_owned()]));
}

fn bytes() {
    let program = |said: &Said| {
        let [reads, writes] = pipe();
        let children = ["a", "b"].map(|text| {
            fork(move || {
                write(writes, text);
                0
            })
        });
        let call = SystemCall::Read {
            fd: reads,
            count: 1,
        };
        let Ok(Answer::Bytes(first)) = processes::call(call) else {
            panic!("there is one");
        };
        let status = wait(fork(move || first[0].into()));
        assert_eq!(children.map(wait), [0, 0]);
        say(said, &status.to_string());
    };
    let said = same_in_turn(program);
    assert_eq!(said, BTreeSet::from(["97".to_owned(), "98".to_owned()]));
}

fn goes_on_with_call() {
    // A child that is forked in a handler goes on with its copy of the call that this interrupted.
    let program = |said: &Said| {
        handle(Signal::USR1, fork_and_return);
        let [reads, writes] = pipe();
        let child = fork(|| {
            write(writes, "x");
            kill(FIRST, Signal::USR1);
            write(writes, "y");
            0
        });
        let text = processes::call(SystemCall::Read {
            fd: reads,
            count: 9,
        });
        if processes::is_child() {
            let is_both = matches!(&text, Ok(Answer::Bytes(bytes)) if bytes.len() == 2);
            processes::exit(if text.is_ok() { i32::from(is_both) } else { 9 });
        }
        wait(child);
        let children = processes::look().children;
        let status: Vec<_> = children.into_iter().map(end_of).collect();
        say(said, &format!("{text:?} {status:?}"));
    };
    assert!(same_in_turn(program).len() > 1);
}

fn adopted() {
    let program = |said: &Said| {
        fork(|| {
            fork(|| {
                processes::call(SystemCall::Parent).expect("it has one");
                0
            });
            0
        });
        // The grandchild comes to the first process when its parent ends.
        processes::call(SystemCall::Parent).expect("it has one");
        let seen = processes::look().children.len();
        let status = wait(fork(move || i32::try_from(seen).expect("there are few")));
        say(said, &status.to_string());
    };
    let said: BTreeSet<_> = same(program, 100).into_iter().collect();
    assert_eq!(said, BTreeSet::from(["1".to_owned(), "2".to_owned()]));
}

/// A search finds that the program says 0 and that it says 1, with memory and without.
fn finds_both(program: fn(&Said)) {
    let both = BTreeSet::from(["0".to_owned(), "1".to_owned()]);
    processes::forget();
    assert_eq!(searched(program, Memory::Unused), both);
    assert_eq!(searched(program, Memory::Of(1)), both);
    processes::forget();
}

fn luck() {
    let program = |said: &Said| {
        let mutex = Handle::<Mutex>::new();
        let mutex = mutex.resolve(ptr::null_mut(), 0);
        let condvar = Handle::<Condvar>::new();
        let condvar = condvar.resolve(ptr::null_mut(), 0);
        mutex::lock(mutex, here());
        let woken = condvar::wait(condvar, mutex, None, Some(5), here());
        mutex::unlock(mutex, None, here());
        let status = wait(fork(|| i32::from(woken == Woken::TimedOut)));
        say(said, &status.to_string());
    };
    finds_both(program);
}

fn clock() {
    let program = |said: &Said| {
        let lock = || {
            let fd = open("a", OpenFlags::WRITE | OpenFlags::CREATE);
            for locking in [Locking::Lock(LockKind::Exclusive), Locking::Unlock] {
                processes::call(SystemCall::Flock { fd, locking }).expect("it is open");
            }
        };
        fork(|| {
            time::sleep(Some(1_000_000_000), here());
            lock();
            0
        });
        // Nothing tells whether that one was first but the time.
        lock();
        let seconds = time::read_clock() / 1_000_000_000;
        let status = wait(fork(move || i32::try_from(seconds).expect("it was short")));
        say(said, &status.to_string());
    };
    finds_both(program);
}

fn prints() {
    let program = |said: &Said| {
        let child = |name: &'static str| {
            move || {
                capture_output(Stream::Output, format!("{name} prints\n").as_bytes());
                capture_output(Stream::Output, b"and again\n");
                0
            }
        };
        let children = [fork(child("a")), fork(child("b"))];
        capture_output(Stream::Output, b"the first one prints\n");
        say(said, &format!("{:?}", children.map(wait)));
    };
    same(program, 40);
}

fn deep() {
    fn descend(depth: u32, reads: i32, writes: i32) -> i32 {
        write(writes, &depth.to_string());
        if depth == 0 {
            // What it reads, the others have written in any order.
            return i32::try_from(read(reads).len()).expect("it is short");
        }
        let child = fork(|| descend(depth - 1, reads, writes));
        let sibling = fork(|| {
            write(writes, "s");
            0
        });
        i32::from(wait(child)) * 2 + i32::from(wait(sibling))
    }
    let program = |said: &Said| {
        let [reads, writes] = pipe();
        let child = fork(|| descend(4, reads, writes));
        let status = wait(child);
        close(writes);
        say(said, &format!("{status} {}", read(reads)));
    };
    same(program, 60);
}

fn handle(signal: Signal, handler: processes::Handler) {
    processes::set_handler(signal, handler);
    let flags = ActionFlags::default();
    let action = Action {
        flags,
        ..Action::HANDLE
    };
    let call = SignalCall::SetAction { signal, action };
    processes::call(SystemCall::Signal(call)).expect("it can be handled");
}

fn kill(pid: u32, signal: Signal) {
    let number = signal.number();
    let target = Target::One(pid);
    let killed = processes::call(SystemCall::Signal(SignalCall::Kill { target, number }));
    assert_eq!(killed, Ok(Answer::Nothing));
}

fn fork_and_return(_: Signal) {
    let _ = processes::fork_at(here());
}

fn returns_from_handler() {
    let program = |said: &Said| {
        handle(Signal::USR1, fork_and_return);
        kill(FIRST, Signal::USR1);
        if processes::is_child() {
            processes::exit(6);
        }
        let after = wait(fork(|| 4));
        let first = processes::look().children;
        let status: Vec<_> = first.into_iter().map(end_of).collect();
        say(said, &format!("{after} {status:?}"));
    };
    let said: BTreeSet<_> = same(program, 20).into_iter().collect();
    assert_eq!(said, BTreeSet::from(["4 [Exited(6)]".to_owned()]));
}

fn grandchild_returns() {
    let program = |said: &Said| {
        let child = fork(|| {
            let own = processes::pid();
            handle(Signal::USR1, fork_and_return);
            let number = Signal::USR1.number();
            let target = Target::One(own);
            let killed = processes::call(SystemCall::Signal(SignalCall::Kill { target, number }));
            if processes::pid() != own {
                // The call that was interrupted was not made for it.
                return if killed.is_err() { 3 } else { 2 };
            }
            let grandchild = processes::look().children;
            i32::from(wait(grandchild[0])) + 10
        });
        say(said, &wait(child).to_string());
    };
    let said: BTreeSet<_> = same(program, 20).into_iter().collect();
    assert_eq!(said, BTreeSet::from(["13".to_owned()]));
}

fn system_threads() {
    SUBJECT.set(2);
    for _ in 0..3 {
        let sold = thread::spawn(|| {
            SUBJECT.set(2);
            let sold: BTreeSet<_> = (0..30)
                .map(|seed| execute(office, Memory::Of(2), &mut RandomWalk::new(seed)).0)
                .collect();
            sold
        });
        assert_eq!(sold.join().expect("it ends").len(), 2);
        assert_eq!(children(), [0; 0]);
    }
}

fn forgets_inside() {
    let program = |_: &Said| processes::forget();
    let (_, executed) = execute(program, Memory::Of(1), &mut RandomWalk::new(1));
    assert!(
        matches!(executed.outcome, Outcome::Panicked(_)),
        "{executed:?}"
    );
    processes::forget();
}

fn few_forks() {
    let program = |said: &Said| {
        let [reads, writes] = pipe();
        let children: Vec<_> = (0..3)
            .map(|_| {
                fork(|| {
                    (0..2).for_each(|_| write(writes, "x"));
                    0
                })
            })
            .collect();
        for child in children {
            wait(child);
        }
        say(said, &read(reads));
    };
    processes::forget();
    let (mut search, mut executions) = (Dpor::new(), 0);
    loop {
        execute(program, Memory::Of(1), &mut search);
        executions += 1;
        if !search.advance() {
            break;
        }
    }
    let forks = processes::extent().forks;
    assert!(executions > 60, "{executions}");
    // A template, the first process, and those that are compared, of each child.
    assert!(forks <= 3 * 8, "{forks} in {executions}");
    processes::forget();
}

fn ends_early() {
    // The first process ends, by chance, before a child has come to its end.
    let program = |said: &Said| {
        let [reads, writes] = pipe();
        fork(|| {
            (0..4).for_each(|_| write(writes, "x"));
            fork(|| {
                write(writes, "y");
                0
            });
            0
        });
        let text = read(reads);
        say(said, &text);
    };
    let said: BTreeSet<_> = same(program, 60).into_iter().collect();
    assert!(said.len() > 2, "{said:?}");
}
