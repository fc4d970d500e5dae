//! A call as a real process is told of it.

use kernel::{Disposition, FIRST, OpenFlags, Pid, SignalSet};

use crate::{
    program::{Call, Hang, Mutex, Semaphore, Whom},
    simulated::Simulated,
};

/// A part of a call as the real process is told of it.
#[derive(Debug, Clone)]
pub(crate) enum Word {
    Text(String),
    /// The number of a process or a group, if there is one.
    Pid(Option<Pid>),
    /// The same with a minus.
    Group(Option<Pid>),
}

impl Simulated {
    /// The call as a real process is told of it, before it is made.
    pub(crate) fn words(&self, pid: Pid, call: &Call) -> Option<Vec<Word>> {
        let existing = self.existing();
        let kernel = &self.kernel;
        let text = |text: &dyn ToString| Word::Text(text.to_string());
        let process = |pid: Pid| match pid {
            0 => text(&0),
            pid => Word::Pid(Some(pid).filter(|pid| existing.contains(pid))),
        };
        let is_group = |group: &Pid| {
            let mut all = existing.iter();
            all.any(|pid| kernel.getpgid(FIRST, *pid) == Ok(*group))
        };
        // A group whose first process is gone is known by its old number.
        let group = |pid: Pid| match pid {
            0 => text(&0),
            pid => Word::Pid(Some(pid).filter(|pid| is_group(pid) || existing.contains(pid))),
        };
        let whom = |whom| match whom {
            Whom::One(pid) => process(pid),
            Whom::Group(group) => Word::Group(Some(group).filter(is_group)),
            Whom::OwnGroup => text(&0),
            Whom::Any => text(&-1),
        };
        let set = |set: SignalSet| set.iter().map(|signal| text(&signal.number())).collect();
        let (name, arguments): (&str, Vec<Word>) = match *call {
            Call::Fork => ("fork", vec![]),
            Call::Exit(status) => ("exit", vec![text(&status)]),
            Call::Kill(Whom::Any, _) => return None,
            Call::Kill(target, number) => ("kill", vec![whom(target), text(&number)]),
            Call::Sigaction(signal, action) => {
                let disposition = match action.disposition {
                    Disposition::Default => "default",
                    Disposition::Ignore => "ignore",
                    Disposition::Handle => "handle",
                };
                let flags = [
                    (action.flags.restart, "restart"),
                    (action.flags.resethand, "resethand"),
                    (action.flags.nocldstop, "nocldstop"),
                    (action.flags.nocldwait, "nocldwait"),
                ];
                let on = flags
                    .iter()
                    .filter(|(is, _)| *is)
                    .map(|(_, name)| text(name));
                let mut words = vec![text(&signal.number()), text(&disposition)];
                words.extend(on);
                ("sigaction", words)
            }
            Call::SetMask(signals) => ("set_mask", set(signals)),
            Call::Pending => ("pending", vec![]),
            Call::Sigwait(signals) => ("sigwait", set(signals.and(kernel.mask(pid)))),
            Call::Wait(children, options, hang) => {
                let number = i32::from(hang == Hang::No)
                    + 2 * i32::from(options.stopped)
                    + 8 * i32::from(options.continued);
                ("wait", vec![whom(children), text(&number)])
            }
            Call::Setpgid(one, to) => ("setpgid", vec![process(one), group(to)]),
            Call::Getpgid(one) => ("getpgid", vec![process(one)]),
            Call::Setsid => ("setsid", vec![]),
            Call::Getsid(one) => ("getsid", vec![process(one)]),
            Call::Subreaper(is) => ("subreaper", vec![text(&u8::from(is || pid == FIRST))]),
            Call::Pipe => {
                // They are the lowest two that are free.
                let taken = kernel.descriptors(pid);
                let free = (0..).filter(|fd| !taken.contains(fd)).take(2);
                ("pipe", free.map(|fd| text(&fd)).collect())
            }
            Call::Read(place) => ("read", vec![text(&self.descriptor(pid, place)?)]),
            Call::Write(place) => ("write", vec![text(&self.descriptor(pid, place)?)]),
            Call::Close(place) => ("close", vec![text(&self.descriptor(pid, place)?)]),
            Call::SemOpen(name, flags, value) => {
                let create = i32::from(flags.has(OpenFlags::CREATE)) * 0o100;
                let new = i32::from(flags.has(OpenFlags::NEW)) * 0o200;
                let words = vec![text(&name), text(&(create + new)), text(&value)];
                ("sem_open", words)
            }
            Call::SemUnlink(name) => ("sem_unlink", vec![text(&name)]),
            Call::Sem(call, place) => {
                let name = match call {
                    Semaphore::Post => "sem_post",
                    Semaphore::Wait => "sem_wait",
                    Semaphore::Trywait => "sem_trywait",
                    Semaphore::Getvalue => "sem_getvalue",
                    Semaphore::Close => "sem_close",
                };
                (name, vec![text(&self.semaphore(pid, place)?.0)])
            }
            Call::Mutex(call, place) => {
                let name = match call {
                    Mutex::Lock => "lock",
                    Mutex::Trylock => "trylock",
                    Mutex::Unlock => "unlock",
                    Mutex::Consistent => "consistent",
                };
                (name, vec![text(&place)])
            }
        };
        let mut words = vec![text(&name)];
        words.extend(arguments);
        Some(words)
    }
}
