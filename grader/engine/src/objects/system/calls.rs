//! Calls that processes make.

use std::{borrow::Cow, panic::Location};

use kernel::{Answer, Errno, Locking, Pid, Reply, Strace, SystemCall};

use super::{Operation, System, Waits};
use crate::{
    execution::Execution,
    objects::{Id, op},
    op::Op,
    runtime::{point, with},
};

type Place = &'static Location<'static>;

/// Makes a call in the name of a process, and waits until it can be done.
///
/// A write that waits in the middle is several steps, and so is the exchange of a lock for one of
/// the other kind: `flock(2)` gives the old one back first.
///
/// # Errors
///
/// Those of the call.
pub fn call(
    system: Id<System>,
    process: Pid,
    call: &SystemCall,
    location: Place,
) -> Result<Answer, Errno> {
    if let Some(unlock) = with(|execution| execution.first_unlocks(system, process, call)) {
        step(system, process, &unlock, location)?;
    }
    let mut call = Cow::Borrowed(call);
    let mut written = 0;
    loop {
        match step(system, process, &call, location) {
            Ok(Reply::Done(Answer::Number(count))) => return Ok(Answer::Number(written + count)),
            Ok(Reply::Done(answer)) => return Ok(answer),
            Ok(Reply::Partly { done, .. }) => {
                let Answer::Number(count) = done else {
                    return Ok(done);
                };
                written += count;
                call = Cow::Owned(rest(&call, count as usize));
            }
            // What is written is written, whatever comes then.
            Err(_) if written > 0 => return Ok(Answer::Number(written)),
            Err(errno) => return Err(errno),
            // It was not chosen before it could be done, unless the execution is over.
            Ok(Reply::Waits(_)) => return Err(Errno::EAGAIN),
        }
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

/// One step of a call.
fn step(
    system: Id<System>,
    process: Pid,
    call: &SystemCall,
    location: Place,
) -> kernel::Call<Answer> {
    let op = with(|execution| execution.announced(system, process, call, location));
    point(op, None);
    with(|execution| execution.make(system, process, call, op))
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

    /// Makes the call.
    fn make(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        op: Op,
    ) -> kernel::Call<Answer> {
        let state = self.state(system);
        if let crate::OpKind::System(_, operation) = op.kind
            && operation.waits == Waits::Maybe
        {
            state.announced.remove(usize::from(operation.place));
        }
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
