//! How processes end.

use std::{
    hint::{black_box, spin_loop},
    panic::{AssertUnwindSafe, catch_unwind, panic_any, set_hook},
    ptr,
    sync::Mutex,
    time::Duration,
};

use children::{DATA, Death, Event, Mailbox, Panic, Place};
use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{LIMIT, end, fork, hear, next, raise, says, sleep};

/// What a process that does this and nothing else is heard of.
fn heard_of(body: impl FnOnce() -> i32) -> Event {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |_| body());
    next(&mut mailbox, 0)
}

pub(crate) fn an_exit_has_its_status() {
    for (status, expected) in [(0, 0), (7, 7), (255, 255), (256, 0), (259, 3), (-1, 255)] {
        assert_eq!(heard_of(|| status), Event::Exited(expected));
    }
}

pub(crate) fn an_exit_behind_the_askers_back_is_a_death() {
    assert_eq!(heard_of(|| end(5)), Event::Died(Death::Exit(5)));
    assert_eq!(heard_of(|| end(0)), Event::Died(Death::Exit(0)));
    // SAFETY: nothing of this process is needed after it.
    let exit = || unsafe { libc::exit(6) };
    assert_eq!(heard_of(exit), Event::Died(Death::Exit(6)));
}

pub(crate) fn a_signal_ends_a_process_whatever_the_controller_does_on_it() {
    extern "C" fn handler(_: i32) {}
    // Those that do not end a process: `SIGCHLD`, `SIGCONT`, `SIGURG`, `SIGWINCH`; and those that stop it.
    let harmless = [17, 18, 23, 28, 19, 20, 21, 22];
    for signal in (1..=31).filter(|signal| !harmless.contains(signal)) {
        for handled in [libc::SIG_IGN, handler as *const () as usize, libc::SIG_DFL] {
            // SAFETY: the handler does nothing.
            unsafe { libc::signal(signal, handled) };
            let event = heard_of(|| {
                raise(signal);
                0
            });
            assert_eq!(event, Event::Died(Death::Signal(signal)));
        }
    }
}

pub(crate) fn a_memory_fault_is_a_death() {
    let event = heard_of(|| {
        let nothing = black_box(64) as *mut u8;
        // SAFETY: nothing is there, and that is what is tried.
        unsafe { nothing.write_volatile(1) };
        0
    });
    assert_eq!(event, Event::Died(Death::Signal(libc::SIGSEGV)));
}

/// Uses as much of the stack, in bytes.
pub(crate) fn recurse(bytes: usize) -> usize {
    let page = black_box([1_u8; 1000]);
    if bytes <= page.len() {
        return 0;
    }
    recurse(bytes - page.len()) + usize::from(page[bytes % page.len()])
}

pub(crate) fn a_stack_overflow_is_a_death() {
    let event = heard_of(|| recurse(black_box(usize::MAX)) as i32);
    assert_eq!(event, Event::Died(Death::Signal(libc::SIGSEGV)));
}

pub(crate) fn an_abort_is_a_death() {
    let event = heard_of(|| std::process::abort());
    assert_eq!(event, Event::Died(Death::Signal(libc::SIGABRT)));
}

pub(crate) fn what_was_asked_before_a_death_is_heard_before() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| asker.ask(says(1)).result as i32);
    let pid = mailbox.pid(0).expect("it is there");
    sleep(20);
    kill(pid, Signal::KILL);
    sleep(20);
    hear(&mut mailbox, 0, 1, 2);
    assert_eq!(next(&mut mailbox, 0), Event::Died(Death::Signal(9)));
    assert_eq!(mailbox.pid(0), None);
}

pub(crate) fn a_death_long_after_the_controller_fell_asleep_is_heard() {
    let event = heard_of(|| {
        sleep(100);
        std::process::abort()
    });
    assert_eq!(event, Event::Died(Death::Signal(libc::SIGABRT)));
}

fn kill(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("a number");
    kill_process(pid, signal).expect("it is there");
}

pub(crate) fn a_process_killed_from_outside_is_heard_of() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    fork(&mut mailbox, 0, |_| {
        loop {
            sleep(1000);
        }
    });
    let victim = mailbox.pid(0).expect("it is there");
    fork(&mut mailbox, 1, |_| {
        sleep(30);
        kill(victim, Signal::KILL);
        0
    });
    assert_eq!(next(&mut mailbox, 0), Event::Died(Death::Signal(9)));
    assert_eq!(next(&mut mailbox, 1), Event::Exited(0));
}

static LAST: Mutex<Option<Panic>> = Mutex::new(None);

/// Does something, notes each panic in the hook, and tells of the one that it was ended by.
fn heard_of_panicking(body: fn() -> i32) -> Event {
    set_hook(Box::new(|info| {
        *LAST.lock().expect("it is free") = Some(Panic::of(info));
    }));
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        catch_unwind(body).unwrap_or_else(|_| {
            let last = LAST.lock().expect("it is free").take();
            asker.panicked(&last.unwrap_or_default())
        })
    });
    next(&mut mailbox, 0)
}

pub(crate) fn a_panic_that_nothing_catches_is_told() {
    let line = line!() + 1;
    let event = heard_of_panicking(|| panic!("the {} cause", "first"));
    let Event::Panicked(panic) = event else {
        panic!("it panicked: {event:?}")
    };
    assert_eq!(panic.message, "the first cause");
    let Some(Place {
        file,
        line: told,
        column,
    }) = panic.place
    else {
        panic!("the place is known")
    };
    assert_eq!((file.as_str(), told), (file!(), line));
    assert!(column > 1);
}

pub(crate) fn a_panic_can_be_told_by_the_hook() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        let asker = AssertUnwindSafe(Mutex::new(ptr::from_mut(asker) as usize));
        set_hook(Box::new(move |info| {
            let asker = *asker.lock().expect("it is free") as *mut children::Asker;
            // SAFETY: it lies in a frame below that is never returned to.
            unsafe { &mut *asker }.panicked(&Panic::of(info))
        }));
        panic!("at once")
    });
    let event = next(&mut mailbox, 0);
    let Event::Panicked(panic) = event else {
        panic!("it panicked: {event:?}")
    };
    assert_eq!(panic.message, "at once");
}

pub(crate) fn a_panic_that_is_caught_is_none() {
    let event = heard_of_panicking(|| {
        let caught = catch_unwind(|| panic!("caught"));
        i32::from(caught.is_err()) + 10
    });
    assert_eq!(event, Event::Exited(11));
}

pub(crate) fn a_long_panic_is_cut() {
    let event = heard_of_panicking(|| panic!("{}", "\u{4e2d}".repeat(DATA)));
    let Event::Panicked(panic) = event else {
        panic!("it panicked: {event:?}")
    };
    let file = panic
        .place
        .map(|place| place.file.len())
        .unwrap_or_default();
    assert_eq!(panic.message, "\u{4e2d}".repeat((DATA - file) / 3));
}

pub(crate) fn a_panic_without_text_is_told() {
    let event = heard_of_panicking(|| panic_any(17));
    let Event::Panicked(panic) = event else {
        panic!("it panicked: {event:?}")
    };
    assert_eq!(panic.message, "a panic with a payload that is no text");
}

struct PanicsToo;

impl Drop for PanicsToo {
    fn drop(&mut self) {
        panic!("second");
    }
}

pub(crate) fn a_panic_while_panicking_is_a_death() {
    let event = heard_of_panicking(|| {
        let _too = PanicsToo;
        panic!("first")
    });
    assert_eq!(event, Event::Died(Death::Signal(libc::SIGABRT)));
}

pub(crate) fn an_endless_loop_runs_out_of_time() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    for _ in 0..3 {
        fork(&mut mailbox, 0, |_| {
            loop {
                spin_loop();
            }
        });
        let event = mailbox
            .next(0, Duration::from_millis(30))
            .expect("it can be waited for");
        assert_eq!(event, Event::OutOfTime);
        assert_eq!(mailbox.pid(0), None);
    }
}

pub(crate) fn a_process_that_sleeps_does_not_run_out_of_time() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |_| {
        sleep(200);
        4
    });
    let event = mailbox
        .next(0, Duration::from_millis(50))
        .expect("it can be waited for");
    assert_eq!(event, Event::Exited(4));
}

/// Uses so much processor time.
fn burn(milliseconds: i64) {
    let now = || {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    };
    let began = now();
    while now() - began < milliseconds {
        spin_loop();
    }
}

pub(crate) fn the_limit_is_for_each_step() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        for step in 0..5 {
            burn(100);
            asker.ask(says(step));
        }
        0
    });
    for step in 0..5 {
        let event = mailbox
            .next(0, Duration::from_millis(400))
            .expect("it can be waited for");
        assert_eq!(event, Event::Asked(says(step)));
        mailbox.answer(0, &children::Answer::default());
    }
    assert_eq!(mailbox.next(0, LIMIT).expect("it ends"), Event::Exited(0));
}

pub(crate) fn a_stopped_process_can_be_killed() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |_| {
        raise(libc::SIGSTOP);
        0
    });
    sleep(20);
    mailbox.kill(0).expect("it ends");
    assert_eq!(mailbox.pid(0), None);
}

pub(crate) fn closed_descriptors_do_not_silence_a_process() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        // SAFETY: nothing of this process needs a descriptor.
        unsafe { libc::close_range(0, libc::c_uint::MAX, 0) };
        sleep(50);
        let answer = asker.ask(says(1)).result;
        sleep(50);
        answer as i32
    });
    hear(&mut mailbox, 0, 1, 2);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(2));
}
