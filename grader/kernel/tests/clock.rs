//! Time, which passes when it is said so, and the timers of processes.

use kernel::{
    Action, Effect, Errno, FIRST, IntervalTimer, Kernel, Limits, Reply, Signal, SignalSet, Target,
    WaitFor,
};
use proptest::prelude::*;

const SECOND: u64 = 1_000_000_000;

/// A kernel whose first process blocks `SIGALRM`, so that it can look at what is pending.
fn kernel() -> Kernel {
    let mut kernel = Kernel::new(Limits::default());
    kernel.set_mask(FIRST, Signal::ALRM.into());
    kernel
}

/// Whether an alarm came; it is taken.
fn rings(kernel: &mut Kernel) -> bool {
    kernel.sigwait(FIRST, Signal::ALRM.into()) == Reply::Done(Signal::ALRM)
}

fn timer(value: u64, interval: u64) -> IntervalTimer {
    IntervalTimer { value, interval }
}

#[test]
fn a_sleep_ends_at_its_time_and_not_before() {
    let mut kernel = kernel();
    let waits = Reply::Waits(WaitFor::Time(10));
    assert_eq!(kernel.sleep_until(10), waits);
    assert_eq!(WaitFor::Time(10).until(), Some(10));
    kernel.advance_to(9);
    assert_eq!(kernel.sleep_until(10), waits);
    kernel.advance_to(10);
    assert_eq!(kernel.sleep_until(10), Reply::Done(()));
    assert_eq!(kernel.sleep_until(3), Reply::Done(()));
}

#[test]
fn an_alarm_comes_once_and_a_new_one_takes_its_place() {
    let mut kernel = kernel();
    assert_eq!(kernel.next_timer(), None);
    assert_eq!(kernel.alarm(FIRST, 2), 0);
    kernel.advance_to(SECOND / 2);
    assert_eq!(kernel.next_timer(), Some(2 * SECOND));
    assert_eq!(kernel.alarm(FIRST, 1), 2);
    kernel.advance_to(SECOND);
    assert!(!rings(&mut kernel));
    kernel.advance_to(3 * SECOND / 2);
    assert!(rings(&mut kernel));
    assert_eq!(kernel.next_timer(), None);
    kernel.alarm(FIRST, 1);
    assert_eq!(kernel.alarm(FIRST, 0), 1);
    kernel.advance_to(9 * SECOND);
    assert!(!rings(&mut kernel));
}

#[test]
fn what_an_alarm_has_left_is_rounded_but_never_to_nothing() {
    let mut kernel = kernel();
    for (left, said) in [
        (1, 1),
        (SECOND / 2, 1),
        (14 * SECOND / 10, 1),
        (16 * SECOND / 10, 2),
    ] {
        kernel.setitimer(FIRST, timer(left, 0));
        assert_eq!(kernel.alarm(FIRST, 0), said, "{left}");
    }
}

#[test]
fn an_interval_timer_goes_on_in_its_rhythm_when_its_signal_is_taken() {
    let mut kernel = kernel();
    kernel.setitimer(FIRST, timer(10, 4));
    kernel.advance_to(21);
    assert_eq!(kernel.next_timer(), None, "the first one was not taken");
    assert_eq!(kernel.getitimer(FIRST), timer(0, 4));
    assert!(rings(&mut kernel));
    assert!(!rings(&mut kernel));
    assert_eq!(kernel.next_timer(), Some(22));
    assert_eq!(kernel.getitimer(FIRST), timer(1, 4));
    kernel.advance_to(22);
    assert!(rings(&mut kernel));
    assert_eq!(kernel.next_timer(), Some(26));
}

#[test]
fn a_signal_that_a_process_has_sent_does_not_change_the_rhythm() {
    let mut kernel = kernel();
    kernel.setitimer(FIRST, timer(10, 4));
    let number = Signal::ALRM.number();
    kernel.kill(FIRST, Target::One(FIRST), number).unwrap();
    assert!(rings(&mut kernel));
    assert_eq!(kernel.next_timer(), Some(10));
}

#[test]
fn a_timer_without_a_value_has_no_interval() {
    let mut kernel = kernel();
    kernel.setitimer(FIRST, timer(10, 4));
    assert_eq!(kernel.setitimer(FIRST, timer(0, 4)), timer(10, 4));
    assert_eq!(kernel.getitimer(FIRST), timer(0, 0));
    assert_eq!(kernel.next_timer(), None);
}

#[test]
fn an_interval_timer_whose_signal_is_ignored_goes_on_no_more() {
    let mut kernel = Kernel::new(Limits::default());
    kernel
        .sigaction(FIRST, Signal::ALRM, Action::IGNORE)
        .unwrap();
    kernel.setitimer(FIRST, timer(10, 4));
    kernel.advance_to(100);
    assert_eq!(kernel.next_timer(), None);
    kernel
        .sigaction(FIRST, Signal::ALRM, Action::HANDLE)
        .unwrap();
    kernel.advance_to(200);
    assert_eq!(kernel.next_signal(FIRST), None);
}

#[test]
fn a_blocked_signal_of_an_interval_timer_counts_as_taken_when_it_is_dropped() {
    let mut kernel = kernel();
    kernel
        .sigaction(FIRST, Signal::ALRM, Action::IGNORE)
        .unwrap();
    kernel.setitimer(FIRST, timer(10, 4));
    kernel.advance_to(11);
    assert_eq!(kernel.pending(FIRST), Signal::ALRM.into());
    assert_eq!(kernel.next_timer(), None);
    kernel.set_mask(FIRST, SignalSet::EMPTY);
    assert_eq!(kernel.next_timer(), Some(14));
}

#[test]
fn an_alarm_ends_a_process_that_does_not_say_otherwise_and_not_its_child() {
    let mut kernel = Kernel::new(Limits::default());
    let parent = kernel.fork(FIRST).unwrap();
    kernel.alarm(parent, 1);
    let child = kernel.fork(parent).unwrap();
    kernel.advance_to(SECOND);
    assert_eq!(kernel.next_signal(child), None);
    let taken = kernel.take_signal(parent).unwrap();
    assert_eq!((taken.signal, taken.effect), (Signal::ALRM, Effect::Ends));
}

#[test]
fn the_timer_of_a_process_that_has_ended_is_no_timer() {
    let mut kernel = Kernel::new(Limits::default());
    let child = kernel.fork(FIRST).unwrap();
    kernel.alarm(child, 1);
    kernel.exit(child, 0);
    assert_eq!(kernel.next_timer(), None);
    kernel.advance_to(2 * SECOND);
    assert_eq!(kernel.next_signal(child), None);
}

#[test]
fn a_wait_with_a_time_gives_up_at_that_time_and_takes_what_is_there_even_later() {
    let mut kernel = kernel();
    let semaphore = kernel.sem_init(0).unwrap();
    let until = Some(10);
    let waits = WaitFor::Semaphore(semaphore, until);
    assert_eq!(waits.until(), until);
    assert_eq!(
        kernel.sem_wait(FIRST, semaphore, until),
        Ok(Reply::Waits(waits))
    );
    kernel.advance_to(10);
    let late = kernel.sem_wait(FIRST, semaphore, until);
    assert_eq!(late, Err(Errno::ETIMEDOUT));
    kernel.sem_post(FIRST, semaphore).unwrap();
    assert_eq!(
        kernel.sem_wait(FIRST, semaphore, until),
        Ok(Reply::Done(()))
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn it_does_not_matter_in_how_many_steps_time_passes(
        timers in prop::collection::vec((0..40u64, 0..9u64), 1..5),
        stops in prop::collection::btree_set(0..100u64, 0..9),
    ) {
        let mut kernel = Kernel::new(Limits::default());
        for (value, interval) in timers {
            let pid = kernel.fork(FIRST).unwrap();
            kernel.set_mask(pid, SignalSet::FULL);
            kernel.setitimer(pid, timer(value, interval));
        }
        let mut other = kernel.clone();
        kernel.advance_to(100);
        for stop in stops {
            other.advance_to(stop);
        }
        other.advance_to(100);
        for pid in kernel.living() {
            prop_assert_eq!(kernel.pending(pid), other.pending(pid));
            prop_assert_eq!(kernel.getitimer(pid), other.getitimer(pid));
        }
    }
}
