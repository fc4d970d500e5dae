//! Calls that processes make.

use std::{borrow::Cow, panic::Location};

use kernel::{Answer, Errno, Locking, Pid, Reply, Strace, SystemCall};

use super::{
    Operation, System, Waits,
    caller::{Caller, Ended, Handle},
    signals::{Activity, Handlers},
};
use crate::{
    execution::Execution,
    objects::{Id, op},
    op::Op,
    runtime::{point, with},
    trace::Effect,
};

type Place = &'static Location<'static>;

/// What came of a turn in which a process was to make a call.
enum Turn {
    /// It made the call.
    Made(kernel::Call<Answer>),
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
    if let Some(unlock) = with(|execution| execution.first_unlocks(system, process, call)) {
        while !began {
            began = matches!(caller.turn(&unlock, began)?, Turn::Made(_));
        }
    }
    let mut call = Cow::Borrowed(call);
    let mut written = 0;
    loop {
        let reply = match caller.turn(&call, began)? {
            Turn::Made(reply) => reply,
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

impl Caller<'_, '_> {
    /// One step of a call, and what signals do to it. `began` says that another step of the call
    /// was made already.
    fn turn(&mut self, call: &SystemCall, began: bool) -> Result<Turn, Ended> {
        let (system, process) = (self.system, self.process);
        let op = with(|execution| execution.announced(system, process, call, self.location));
        point(op, None);
        let (reply, activity, mut handlers) =
            with(|execution| execution.take_turn(system, process, call, began, op));
        self.after_signals(activity, &mut handlers)?;
        Ok(match reply {
            Some(reply) => Turn::Made(reply),
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
        began: bool,
        op: Op,
    ) -> (Option<kernel::Call<Answer>>, Activity, Handlers) {
        let state = self.state(system);
        let mut request = None;
        if let crate::OpKind::System(_, operation) = op.kind
            && operation.waits == Waits::Maybe
        {
            request = Some(state.announced.remove(usize::from(operation.place)).1);
        }
        let next = state.kernel.next_signal(process);
        if let Some(next) = next.filter(|_| !self.over) {
            let mut handlers = Handlers::default();
            let mut is_first = true;
            if let Some(request) = request {
                let was_waiting = began || self.was_waiting(system, process, next, &request);
                let first = self.entry(system).resource;
                let state = self.state(system);
                let waits = state.kernel.waits_for(process, &request).is_some();
                if waits {
                    let awaited = state.awaited_by(process, &request, first);
                    self.instead_of(awaited);
                }
                // A call that need not wait any more is made first.
                is_first = waits || !was_waiting;
                if waits && was_waiting {
                    self.touch_awaited(system, process, &request);
                    handlers = Handlers::during(request);
                }
            }
            if is_first {
                let activity = self.take_signals(system, process, &mut handlers);
                self.record(op, Effect::Signals);
                return (None, activity, handlers);
            }
        }
        let reply = self.make(system, process, call, op);
        let mut handlers = Handlers::default();
        let activity = self.take_signals(system, process, &mut handlers);
        (Some(reply), activity, handlers)
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
        let reply = state.kernel.call(process, call);
        self.follow_bytes(system, call, &reply, &mut accesses, waits);
        self.follow_ends(system, &mut accesses, reply == Err(Errno::EPIPE));
        self.touch_parts(system, &accesses);
        if is_progress(&reply) {
            self.progress();
        }
        self.record_call(op, || shown(call, &reply));
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

/// A call and what came of it, for people.
fn shown(call: &SystemCall, reply: &kernel::Call<Answer>) -> String {
    let gave = match reply.clone() {
        Ok(Reply::Done(answer) | Reply::Partly { done: answer, .. }) => Ok(answer),
        Ok(Reply::Waits(_)) => Err(Errno::EAGAIN),
        Err(errno) => Err(errno),
    };
    let gave = &gave;
    Strace { call, gave }.to_string()
}

/// Whether a call that came to this changed something. A process that polls makes no progress.
fn is_progress(reply: &kernel::Call<Answer>) -> bool {
    !matches!(
        reply,
        Err(Errno::EAGAIN) | Ok(Reply::Done(Answer::Waited(None)) | Reply::Waits(_))
    )
}
