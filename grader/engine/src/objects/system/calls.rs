//! Calls that processes make.

use std::{borrow::Cow, panic::Location};

use kernel::{Answer, Errno, Locking, Nanos, Pid, Reply, Request, SystemCall, TimeCall};

use super::{
    Operation, System, Waits,
    caller::{Caller, Ended, Handle},
    signals::{Activity, Handlers},
    time,
};
use crate::{
    execution::Execution,
    objects::{Id, op},
    op::{Op, Wake},
    runtime::{point, with},
    trace::{Cause, Effect},
};

type Place = &'static Location<'static>;

/// What came of a turn in which a process was to make a call.
enum Turn {
    /// It made the call.
    Made(kernel::Call<Answer>),
    /// It did what comes before the call, and makes it then.
    Began,
    /// It took signals instead, and makes the call again.
    Again,
    /// Signals interrupted the call.
    Interrupted,
}

/// Makes a call in the name of a process, and waits until it can be done.
///
/// A write that waits in the middle is several steps, and so is the exchange of a lock for one of
/// the other kind: `flock(2)` gives the old one back first. A process that has signals to take
/// does that before the call, instead of waiting in it, and when it returns: `handle` runs the
/// handlers.
///
/// A signal that ends the first process ends the program, and this does not return.
///
/// # Errors
///
/// If the process has ended before it made the call.
/// The call has errors of its own: `EINTR` if a signal was handled while it waited, unless it is
/// one that is made again then.
pub fn call(
    system: Id<System>,
    process: Pid,
    call: &SystemCall,
    location: Place,
    handle: &mut Handle<'_>,
) -> Result<Result<Answer, Errno>, Ended> {
    let mut caller = Caller::new(system, process, location, handle)?;
    let mut began = false;
    let (sleep, until) = with(|execution| execution.with_deadline(call));
    let mut call = sleep.map_or(Cow::Borrowed(call), Cow::Owned);
    let mut written = 0;
    loop {
        let reply = match caller.turn(&call, began, until)? {
            Turn::Made(reply) => reply,
            Turn::Began => {
                began = true;
                continue;
            }
            // What is written is written, whatever comes then.
            Turn::Again | Turn::Interrupted if written > 0 => {
                return Ok(Ok(Answer::Number(written)));
            }
            Turn::Again => {
                began = false;
                continue;
            }
            Turn::Interrupted => return Ok(Err(Errno::EINTR)),
        };
        return Ok(match reply {
            Ok(Reply::Done(Answer::Number(count))) => Ok(Answer::Number(written + count)),
            Ok(Reply::Done(answer)) => Ok(answer),
            Ok(Reply::Partly { done, .. }) => {
                let Answer::Number(count) = done else {
                    return Ok(Ok(done));
                };
                written += count;
                call = Cow::Owned(rest(&call, count as usize));
                began = true;
                continue;
            }
            Err(_) if written > 0 => Ok(Answer::Number(written)),
            Err(errno) => Err(errno),
            // It was not chosen before it could be done, unless the execution is over.
            Ok(Reply::Waits(_)) => Err(Errno::EAGAIN),
        });
    }
}

/// What is left to be written.
fn rest(call: &SystemCall, written: usize) -> SystemCall {
    match call {
        SystemCall::Write { fd, bytes } => SystemCall::Write {
            fd: *fd,
            bytes: bytes[written.min(bytes.len())..].to_vec(),
        },
        call => call.clone(),
    }
}

/// How a process was chosen to make a call.
struct Chosen {
    op: Op,
    wake: Wake,
    /// Whether another step of the call was made already.
    began: bool,
    /// Whether the timer has sent its signal since the call began.
    again: bool,
    /// When the call ends.
    until: Option<Nanos>,
}

/// What a process did in its turn.
struct Took {
    /// What the call gave, if it was made.
    reply: Option<kernel::Call<Answer>>,
    activity: Activity,
    handlers: Handlers,
    /// Whether its timer has sent its signal.
    expired: bool,
    /// Whether it did what comes before the call.
    began: bool,
}

impl Caller<'_, '_> {
    /// One step of a call that ends at `until`, and what signals do to it. `began` says that another
    /// step of the call was made already.
    fn turn(
        &mut self,
        call: &SystemCall,
        began: bool,
        until: Option<Nanos>,
    ) -> Result<Turn, Ended> {
        let (system, process) = (self.system, self.process);
        let (op, deadline) = with(|execution| {
            let op = execution.announced(system, process, call, self.location);
            (op, execution.deadline(system, process, until))
        });
        let wake = point(op, deadline);
        let made = with(|execution| {
            let chosen = Chosen {
                op,
                wake,
                began,
                again: self.has_expired,
                until,
            };
            execution.take_turn(system, process, call, chosen)
        });
        let Took {
            reply,
            activity,
            mut handlers,
            expired,
            began,
        } = made;
        self.has_expired |= expired;
        self.after_signals(activity, &mut handlers)?;
        Ok(match reply {
            Some(reply) => Turn::Made(reply),
            None if began => Turn::Began,
            None if handlers.is_failure() => Turn::Interrupted,
            None => Turn::Again,
        })
    }
}

impl Execution {
    /// What a process announces that is about to make a call.
    fn announced(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        location: Place,
    ) -> Op {
        if call.tells_ends() {
            self.tell_releases();
        }
        let state = self.state(system);
        let mut operation = Operation::new(process, call.name(), call.fd());
        if let Some(request) = call.request() {
            let place = state.announced.insert((process, request));
            operation.place = u16::try_from(place).expect("there are not so many processes");
            operation.waits = Waits::Maybe;
        }
        op(operation, system, location)
    }

    /// Makes the call or takes signals, and then takes those that the call has brought about.
    fn take_turn(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        chosen: Chosen,
    ) -> Took {
        let Chosen { op, again, .. } = chosen;
        let request = self.take_announced(system, op);
        let sleeps_until = request.as_ref().and_then(time::end_of_sleep);
        let ends = match chosen.wake {
            Wake::Timeout => chosen.until,
            Wake::Normal | Wake::Spurious => sleeps_until,
        };
        let expired = self.look_at_timer(system, process, chosen.wake, ends, again);
        let mut handlers = Handlers::default();
        let next = self.state(system).kernel.next_signal(process);
        if let Some(next) = next.filter(|_| !self.over) {
            let mut is_first = true;
            if let Some(request) = request {
                // A timer could send its signal before the call again and again.
                let began = chosen.began || again && expired;
                let was_waiting = began || self.was_waiting(system, process, next, &request);
                let waits = self.found_waiting(system, process, &request);
                // A call that need not wait any more is made first.
                is_first = waits || !was_waiting;
                if waits && was_waiting {
                    self.touch_awaited(system, process, &request);
                    handlers = Handlers::during(request, chosen.until.is_some());
                }
            }
            if is_first {
                let activity = self.take_signals(system, process, &mut handlers);
                self.record(op, Effect::Signals);
                return Took {
                    reply: None,
                    activity,
                    handlers,
                    expired,
                    began: false,
                };
            }
        } else if chosen.wake == Wake::Timeout && !self.over {
            if let Some(request) = &request {
                self.touch_awaited(system, process, request);
            }
            self.record(op, Effect::Woken(Cause::TimedOut));
            self.progress();
            // A signal that it blocks or ignores lets no process go on.
            let reply = (!expired).then(|| call.timed_out().map(Reply::Done));
            let activity = Activity::Runs;
            return Took {
                reply,
                activity,
                handlers,
                expired,
                began: false,
            };
        }
        if let Some(until) = sleeps_until {
            self.sleep_until(until);
        }
        let unlock = self.first_unlocks(system, process, call);
        let began = unlock.is_some();
        let reply = self.make(system, process, unlock.as_ref().unwrap_or(call), op);
        let activity = self.take_signals(system, process, &mut handlers);
        let reply = (!began).then_some(reply);
        Took {
            reply,
            activity,
            handlers,
            expired,
            began,
        }
    }

    /// What the call is that was announced, if it may have to wait.
    fn take_announced(&mut self, system: Id<System>, op: Op) -> Option<Request> {
        let crate::OpKind::System(_, operation) = op.kind else {
            return None;
        };
        let place = usize::from(operation.place);
        let state = self.state(system);
        (operation.waits == Waits::Maybe).then(|| state.announced.remove(place).1)
    }

    /// Whether a process that has signals to take would have to wait in this call. Before they were
    /// sent it might have made it.
    fn found_waiting(&mut self, system: Id<System>, process: Pid, request: &Request) -> bool {
        let first = self.entry(system).resource;
        let state = self.state(system);
        let waits = state.kernel.waits_for(process, request).is_some();
        if waits {
            let awaited = state.awaited_by(process, request, first);
            self.instead_of(awaited);
        }
        waits
    }

    /// Makes the call.
    fn make(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        op: Op,
    ) -> kernel::Call<Answer> {
        let state = self.state(system);
        let mut accesses = state.kernel.accesses(process, call);
        let waits = call.fd().is_some_and(|fd| {
            let is_nonblocking = state.kernel.is_nonblocking(process, fd);
            is_nonblocking == Ok(false)
        });
        let reply = match call {
            SystemCall::Time(TimeCall::Now) => Ok(Reply::Done(Answer::Number(self.read_clock()))),
            call => self.at_own_time(system, |kernel| kernel.call(process, call)),
        };
        self.follow_bytes(system, call, &reply, &mut accesses, waits);
        self.follow_ends(system, &mut accesses, reply == Err(Errno::EPIPE));
        self.touch_parts(system, &accesses);
        if is_progress(&reply) {
            self.progress();
        }
        self.record(op, Effect::Done);
        reply
    }

    /// The giving back of a lock that must come before this call.
    fn first_unlocks(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
    ) -> Option<SystemCall> {
        let SystemCall::Flock {
            fd,
            locking: Locking::Lock(kind) | Locking::TryLock(kind),
        } = *call
        else {
            return None;
        };
        let held = self.state(system).kernel.lock_kind(process, fd)?;
        let locking = Locking::Unlock;
        (held != kind).then_some(SystemCall::Flock { fd, locking })
    }
}

/// Whether a call that came to this changed something. A process that polls makes no progress.
fn is_progress(reply: &kernel::Call<Answer>) -> bool {
    !matches!(
        reply,
        Err(Errno::EAGAIN) | Ok(Reply::Done(Answer::Waited(None)) | Reply::Waits(_))
    )
}
