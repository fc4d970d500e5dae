//! Why threads wait forever: a circle of threads that wait for one another, or a
//! notification that came when no thread was waiting. The latter is said as a fact and not as
//! the cause: what was announced may have been there, and gone again.
//!
//! Source: R. Holt, "Some Deadlock Properties of Computer Systems", ACM Computing
//! Surveys 1972: where each thread waits for one other, a deadlock is a cycle of the
//! wait-for graph.

use grader_schema::{
    Text,
    protocol::Blocked,
    step::{MutexOperation, Operation, Step},
};

use super::facts::{begins_to_wait, notified_in_vain};
use crate::verdict::explaining::names::Names;

/// The cause beyond which thread waits for what.
pub(super) fn reason(threads: &[Blocked], trace: &[Step], names: &Names<'_>) -> Option<Text> {
    circle(threads)
        .map(|circle| say_circle(&circle, names))
        .or_else(|| lost_wake_up(threads, trace, names))
}

/// Threads each of which waits for the next, and the last for the first.
fn circle(threads: &[Blocked]) -> Option<Vec<usize>> {
    let holder = |thread: usize| {
        let blocked = threads.iter().find(|blocked| blocked.thread == thread);
        blocked.and_then(|blocked| blocked.holder)
    };
    threads.iter().find_map(|first| {
        let mut circle = vec![first.thread];
        loop {
            let next = holder(*circle.last()?)?;
            if next == first.thread {
                return Some(circle);
            }
            // A circle that does not lead back here is found from one of its own.
            if circle.contains(&next) {
                return None;
            }
            circle.push(next);
        }
    })
}

fn say_circle(circle: &[usize], names: &Names<'_>) -> Text {
    let threads: Vec<_> = circle.iter().map(|&thread| names.thread(thread)).collect();
    match threads.as_slice() {
        [one] => Text::new(
            format!("{one} waits for what it holds itself."),
            format!("{one} 等待的正是它自己持有的锁。"),
        ),
        threads => {
            let round = [threads, &threads[..1]].concat().join(" → ");
            Text::new(
                format!("They wait for each other in a circle: {round}."),
                format!("它们互相等待，形成一个环：{round}。"),
            )
        }
    }
}

/// A notification of the condition variable on which a thread waits forever, made
/// before that thread began to wait, when no thread was waiting.
fn lost_wake_up(threads: &[Blocked], trace: &[Step], names: &Names<'_>) -> Option<Text> {
    threads
        .iter()
        .filter(|blocked| waits_for_notification(blocked))
        .find_map(|blocked| {
            let waits = |step: &Step| step.thread == blocked.thread && begins_to_wait(step);
            let began = trace.iter().rposition(waits)?;
            let condvar = trace[began].operation.object();
            let in_vain =
                |step: &&Step| notified_in_vain(step) && step.operation.object() == condvar;
            let lost = trace[..began].iter().rfind(in_vain)?;
            let (late, early) = (names.thread(blocked.thread), names.thread(lost.thread));
            let there = names.at(&lost.location);
            let here = names.at(&trace[began].location);
            Some(Text::new(
                format!(
                    "{early} notified at {there} when no thread was waiting; {late} began to \
                     wait at {here} only after that."
                ),
                format!(
                    "{early} 在 {there} 处发出通知时还没有线程在等待；{late} 之后才在 {here} \
                     处开始等待。"
                ),
            ))
        })
}

/// Whether a thread waits on a condition variable, and not for the mutex that goes with it.
fn waits_for_notification(blocked: &Blocked) -> bool {
    matches!(
        blocked.operation,
        Operation::Mutex(_, MutexOperation::Reacquire)
    ) && blocked.holder.is_none()
}

#[cfg(test)]
mod tests {
    use grader_schema::{
        protocol::Location,
        step::{CondvarOperation, Effect},
    };

    use super::*;

    fn blocked(thread: usize, holder: Option<usize>) -> Blocked {
        Blocked {
            thread,
            operation: Operation::Mutex(1, MutexOperation::Lock),
            location: location(1),
            holder,
            held_since: None,
            holders: Vec::new(),
        }
    }

    fn location(line: u32) -> Location {
        Location {
            file: "src/lib.rs".to_owned(),
            line,
            column: 1,
        }
    }

    fn step(thread: usize, operation: CondvarOperation, line: u32, effect: Effect) -> Step {
        Step {
            thread,
            operation: Operation::Condvar(1, operation),
            location: location(line),
            effect,
        }
    }

    #[test]
    fn a_circle_is_found_behind_a_thread_that_waits_for_one_in_it() {
        let threads = [
            blocked(0, Some(1)),
            blocked(1, Some(2)),
            blocked(2, Some(1)),
        ];
        assert_eq!(circle(&threads), Some(vec![1, 2]));
    }

    #[test]
    fn a_chain_that_ends_is_no_circle() {
        assert_eq!(circle(&[blocked(0, Some(1)), blocked(1, None)]), None);
    }

    #[test]
    fn a_thread_can_be_a_circle_alone() {
        let names = Names::new("");
        let said = circle(&[blocked(1, Some(1))]).map(|circle| say_circle(&circle, &names).en);
        assert_eq!(said.as_deref(), Some("T1 waits for what it holds itself."));
    }

    #[test]
    fn a_notification_counts_as_lost_only_before_the_wait_and_if_it_woke_nobody() {
        let waiter = Blocked {
            operation: Operation::Mutex(1, MutexOperation::Reacquire),
            ..blocked(1, None)
        };
        let wait = step(1, CondvarOperation::Wait, 20, Effect::Done);
        let notify = |woken: &[usize]| {
            let woke = Effect::Woke(woken.to_vec());
            step(2, CondvarOperation::NotifyOne, 14, woke)
        };
        let names = Names::new("");
        let said = |trace: &[Step]| lost_wake_up(std::slice::from_ref(&waiter), trace, &names);
        assert!(said(&[notify(&[]), wait.clone()]).is_some());
        assert!(said(&[notify(&[3]), wait.clone()]).is_none());
        assert!(said(&[wait, notify(&[])]).is_none());
    }
}
