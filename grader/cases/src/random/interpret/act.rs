//! One action after the other.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::atomic::{Ordering, Ordering::SeqCst, fence},
    thread,
    time::Instant,
};

use super::{Context, NOTHING, PANICKED, Plain, Shared, TIME, locks, threads};
use crate::random::program::Action;

/// The order of a failed exchange that goes with that of a successful one.
fn on_failure(order: Ordering) -> Ordering {
    match order {
        Ordering::Release | Ordering::Relaxed => Ordering::Relaxed,
        Ordering::Acquire | Ordering::AcqRel => Ordering::Acquire,
        _ => SeqCst,
    }
}

/// Pauses when a panic comes by: between two guards that it lets go.
struct OnTheWayOut(fn());

impl Drop for OnTheWayOut {
    fn drop(&mut self) {
        if thread::panicking() {
            (self.0)();
        }
    }
}

impl Context {
    pub(super) fn perform(&mut self, shared: &Plain<Shared>, actions: &[Action]) {
        let _pause = OnTheWayOut(shared.pause);
        for action in actions {
            (shared.pause)();
            self.act(shared, action);
        }
    }

    fn act(&mut self, shared: &Plain<Shared>, action: &Action) {
        match action {
            Action::Load(at, order) => self.log.push(shared.atomics[*at].load(*order)),
            Action::Store(at, value, order) => shared.atomics[*at].store(*value, *order),
            Action::Add(at, more, order) => {
                self.log.push(shared.atomics[*at].fetch_add(*more, *order));
            }
            Action::Exchange(at, old, new, order) => {
                let atomic = &shared.atomics[*at];
                let done = atomic.compare_exchange(*old, *new, *order, on_failure(*order));
                self.log.push(done.unwrap_or_else(|found| found + 100));
            }
            Action::Fence(order) => fence(*order),
            Action::Lock(at, section) => self.lock(shared, *at, section),
            Action::TryLock(at, section) => self.try_lock(shared, *at, section),
            Action::Wait(until, section) => self.wait(shared, *until, section),
            Action::NotifyOne => shared.condvar.notify_one(),
            Action::NotifyAll => shared.condvar.notify_all(),
            Action::Read(at, section) => self.read(shared, *at, section),
            Action::Write(at, section) => self.write(shared, *at, section),
            Action::TryRead(at, section) => self.try_read(shared, *at, section),
            Action::TryWrite(at, section) => self.try_write(shared, *at, section),
            Action::Downgrade(at, section) => self.downgrade(shared, *at, section),
            Action::IsPoisoned(lock) => self.is_poisoned(shared, *lock),
            Action::ClearPoison(lock) => locks::clear_poison(shared, *lock),
            Action::Send(value) => self.send(*value),
            Action::TrySend(value) => self.try_send(*value),
            Action::Receive => self.receive(shared),
            Action::TryReceive => self.try_receive(shared),
            Action::ReceiveForTime => self.receive_for_time(shared),
            Action::ReceiveAll => self.receive_all(shared),
            Action::DropSender => self.sender = None,
            Action::DropReceiver => self.drop_receiver(shared),
            Action::Arrive => {
                self.log.push(i64::from(shared.barrier.wait().is_leader()));
            }
            Action::CallOnce(inside) => {
                shared.once.call_once(|| self.perform(shared, inside));
            }
            Action::CallOnceForce(inside) => shared.once.call_once_force(|state| {
                self.log.push(i64::from(state.is_poisoned()));
                self.perform(shared, inside);
            }),
            Action::IsCompleted => self.log.push(i64::from(shared.once.is_completed())),
            Action::AwaitOnce => shared.once.wait(),
            Action::AwaitCell => self.log.push(*shared.cell.wait()),
            Action::Get => {
                self.log.push(shared.cell.get().copied().unwrap_or(NOTHING));
            }
            Action::Set(value) => {
                self.log.push(i64::from(shared.cell.set(*value).is_ok()));
            }
            Action::GetOrInit(value, inside) => {
                let got = *shared.cell.get_or_init(|| {
                    self.perform(shared, inside);
                    *value
                });
                self.log.push(got);
            }
            Action::Park => thread::park(),
            Action::ParkForTime => thread::park_timeout(TIME),
            Action::Unpark(number) => {
                if let Some(thread) = self.known.get(*number) {
                    thread.unpark();
                }
            }
            Action::Sleep => thread::sleep(TIME),
            Action::Yield => thread::yield_now(),
            Action::Clock => {
                let start = Instant::now();
                thread::park_timeout(TIME);
                self.log.push(i64::from(start.elapsed() >= TIME));
            }
            Action::Spawn(inside) => self.spawn(shared, inside),
            Action::Join => self.join(),
            Action::IsFinished => self.is_finished(),
            Action::Scope(lists) => self.scope(shared, lists),
            Action::Local(inside) => threads::leave(shared, inside),
            // Without a message: there may be thousands of them.
            Action::Panic => panic::resume_unwind(Box::new("meant")),
            Action::Catch(inside) => {
                let within = AssertUnwindSafe(|| self.perform(shared, inside));
                if panic::catch_unwind(within).is_err() {
                    self.log.push(PANICKED);
                }
            }
            Action::StrongCount => self.strong_count(),
            Action::TryUnwrap => self.try_unwrap(),
            Action::IntoInner => self.take_inner(),
            Action::GetMut(more) => self.get_mut(*more),
            Action::Upgrade => self.upgrade(),
            Action::DropArc => self.arc = None,
        }
    }
}
