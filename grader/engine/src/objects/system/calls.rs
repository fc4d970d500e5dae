//! Calls that processes make.

use std::borrow::Cow;

use kernel::{
    Access, Accesses, Answer, Errno, FIRST, Fd, Locking, MemoryCall, Part, Pid, Reply, Request,
    RingCall, SocketCall, Strace, SystemCall, TimeCall,
};

use super::{
    Operation, System, Waits,
    caller::{Caller, Ended, Handle},
    turn::Turn,
};
use crate::{
    call_stack::CallSite,
    execution::Execution,
    objects::{Id, OpKind, op},
    op::Op,
    runtime::with,
};

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
    site: CallSite,
    handle: &mut Handle<'_>,
) -> Result<Result<Answer, Errno>, Ended> {
    let mut caller = Caller::new(system, process, site, handle)?;
    let mut began = false;
    let (sleep, until) = with(|execution| execution.with_deadline(system, process, call));
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
    let mut rest = call.clone();
    if let SystemCall::Write { bytes, .. } | SystemCall::Socket(SocketCall::Send { bytes, .. }) =
        unlimited(&mut rest)
    {
        bytes.drain(..written.min(bytes.len()));
    }
    rest
}

/// The call itself, be it one with a time limit.
fn unlimited(call: &mut SystemCall) -> &mut SystemCall {
    match call {
        SystemCall::Within { call, .. } => call,
        call => call,
    }
}

impl Execution {
    /// What a process announces that is about to make a call.
    pub(super) fn announced(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        site: &CallSite,
    ) -> Op {
        let request = call.request();
        let is_interruptible = request.as_ref().is_some_and(Request::is_interruptible)
            && self.config.system.interrupted_calls
            && self.tasks[self.current].spurious < self.config.max_spurious;
        if call.tells_ends() || is_interruptible {
            self.tell_releases();
        }
        self.note_call_stack(&site.stack);
        let state = self.state(system);
        let mut operation = Operation::new(process, call.name(), call.fd());
        if let Some(request) = request {
            let place = state.announced.insert((process, request));
            operation.place = u16::try_from(place).expect("there are not so many processes");
            operation.waits = if is_interruptible {
                Waits::Interruptibly
            } else {
                Waits::Maybe
            };
        }
        op(operation, system, site.location)
    }

    /// Makes the call.
    pub(super) fn make(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        op: Op,
    ) -> kernel::Call<Answer> {
        let mut looked_at = Accesses::new();
        let asked = call;
        let (chosen, surprise) = self.choose_outcome(system, process, call, &mut looked_at);
        let call = &*chosen;
        let is_interruptible = op.kind.is_interruptible();
        let kernel = &mut self.state(system).kernel;
        let mut accesses = if is_interruptible {
            kernel.limited_accesses(process, asked)
        } else {
            kernel.accesses(process, asked)
        };
        accesses.extend(looked_at);
        let state = self.state(system);
        let waits = !is_interruptible
            && call.fd().is_some_and(|fd| {
                let is_nonblocking = state.kernel.is_nonblocking(process, fd);
                is_nonblocking == Ok(false)
            });
        let changes = accesses.contains(&(Part::Table(process), Access::Write));
        let makes = process == FIRST && changes;
        // What these give does not say which descriptors are new.
        let hides_new = matches!(call, SystemCall::Dup2 { .. } | SystemCall::Ring(_));
        let before_it = (makes && hides_new).then(|| state.kernel.descriptors(process));
        let completes = matches!(call, SystemCall::Ring(RingCall::Complete { .. }));
        let before = completes.then(|| state.pipe_of(&accesses)).flatten();
        self.tell_waiters(system, &accesses);
        let was_full = changes && self.state(system).kernel.is_table_full(process);
        let reply = match call {
            SystemCall::Time(TimeCall::Now) => Ok(Reply::Done(Answer::Number(self.read_clock()))),
            call => self.at_own_time(system, |kernel| kernel.call(process, call)),
        };
        if let Some(before) = before_it {
            let now = self.state(system).kernel.descriptors(process);
            let new = now.into_iter().filter(|fd| !before.contains(fd));
            self.state(system).note_origins(call.name(), new);
        } else if makes && let Ok(Reply::Done(answer)) = &reply {
            let new = new_descriptors(answer);
            self.state(system).note_origins(call.name(), new);
        }
        self.tell_asking(system);
        if changes {
            self.tell_of_table(system, process, call, &reply, was_full);
        }
        let printed = self.state(system).kernel.take_printed();
        self.take_output(&printed);
        self.follow_bytes(system, asked, &reply, &mut accesses, waits);
        if let Some((pipe, bytes)) = before {
            self.follow_completion(system, pipe, bytes);
        }
        self.follow_ends(system, &mut accesses, reply == Err(Errno::EPIPE));
        self.touch_parts(system, &accesses);
        self.note_writer(system, &accesses);
        if is_progress(call, &reply) {
            self.progress();
        }
        self.record_surprise(op, surprise, || shown(asked, &reply));
        reply
    }

    /// A call has changed the descriptors of its process, which had as many as it may have, if it
    /// `was_full`.
    fn tell_of_table(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        reply: &kernel::Call<Answer>,
        was_full: bool,
    ) {
        let is_full = self.state(system).kernel.is_table_full(process);
        if is_full != was_full || matches!(call, SystemCall::Ring(_)) {
            // A call that is to open a descriptor fails instead of waiting where there is no room.
            self.tell_all(system);
            return;
        }
        let closed = match *call {
            SystemCall::Close { fd } | SystemCall::Dup2 { to: fd, .. } => Some(fd),
            _ => None,
        };
        self.tell_users(system, process, closed.into_iter());
        if let Ok(Reply::Done(answer)) = reply {
            self.tell_users(system, process, new_descriptors(answer));
        }
    }

    /// The giving back of a lock that must come before this call.
    pub(super) fn first_unlocks(
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

/// The descriptors that a call has opened which gave this.
fn new_descriptors(answer: &Answer) -> impl Iterator<Item = Fd> {
    let [first, second] = match answer {
        Answer::Descriptor(fd) => [Some(*fd), None],
        Answer::Accepted(accepted) => [Some(accepted.fd), None],
        Answer::Ends(ends) => ends.map(Some),
        _ => [None, None],
    };
    first.into_iter().chain(second)
}

impl OpKind {
    /// Whether it is a call that may be interrupted where it waits.
    fn is_interruptible(self) -> bool {
        matches!(self, Self::System(_, operation) if operation.waits == Waits::Interruptibly)
    }
}

/// A call and what came of it, for people.
pub(super) fn shown(call: &SystemCall, reply: &kernel::Call<Answer>) -> String {
    let gave = match reply.clone() {
        Ok(Reply::Done(answer) | Reply::Partly { done: answer, .. }) => Ok(answer),
        Ok(Reply::Waits(_)) => Err(Errno::EAGAIN),
        Err(errno) => Err(errno),
    };
    let gave = &gave;
    Strace { call, gave }.to_string()
}

/// Whether a call that came to this changed something. A process that polls makes no progress.
fn is_progress(call: &SystemCall, reply: &kernel::Call<Answer>) -> bool {
    if let SystemCall::Memory(MemoryCall::Atomic { operation, .. }) = call
        && let Ok(Reply::Done(Answer::Number(before))) = reply
    {
        return !operation.only_reads(*before);
    }
    !matches!(
        reply,
        Err(Errno::EAGAIN) | Ok(Reply::Done(Answer::Waited(None)) | Reply::Waits(_))
    )
}
