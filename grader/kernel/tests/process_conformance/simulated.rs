//! A program on the simulated kernel, with its processes as the real system runs them: at once.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Children, Disposition, Effect, Errno, FIRST, Interruption, Kernel, Limits, MutexId, OpenFlags,
    Pid, Reply, Request, Robustness, SemaphoreId, Signal, SignalSet, Target,
};

use crate::{
    program::{Call, Hang, Mutex, Semaphore, Step, Whom},
    words::Word,
};

const OWNER_DEAD: i32 = Errno::EOWNERDEAD.number();
const NOT_RECOVERABLE: i32 = Errno::ENOTRECOVERABLE.number();

/// A call that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) pid: Pid,
    pub(crate) words: Vec<Word>,
    /// The new process, for a fork.
    pub(crate) child: Option<Pid>,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gave {
    Nothing,
    Number(i32),
    Count(usize),
    Signals(SignalSet),
    Pid(Pid),
    /// A child and its raw status; nothing without a child.
    Waited(Option<(Pid, i32)>),
    Error(i32),
}

/// What a process is to say of its call.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) pid: Pid,
    /// What it had handled before.
    pub(crate) handled: BTreeSet<i32>,
    pub(crate) gave: Gave,
}

/// What is to be seen of a process from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// `S`, `T` or `Z`.
    pub(crate) letter: char,
    /// Not of the first one.
    pub(crate) parent: Option<Pid>,
    pub(crate) group: Pid,
    pub(crate) session: Pid,
    /// Not of zombies.
    pub(crate) signals: Option<Signals>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signals {
    /// Pending and blocked.
    pub(crate) pending: SignalSet,
    pub(crate) blocked: SignalSet,
    pub(crate) ignored: SignalSet,
    pub(crate) handled: SignalSet,
}

#[derive(Debug, Clone, Default)]
struct Actor {
    /// What it has handled since its last call.
    handled: BTreeSet<i32>,
    /// The same, before the call that it makes.
    handled_before: BTreeSet<i32>,
    /// The masks that are to be again when its handlers have ended.
    handlers: Vec<SignalSet>,
    /// Those that it has open, in the order in which it opened them.
    semaphores: Vec<SemaphoreId>,
    call: Option<Making>,
}

/// The call that a process makes.
#[derive(Debug, Clone)]
enum Making {
    Waits(Request),
    Made(Gave),
}

#[derive(Debug, Clone)]
pub(crate) struct Simulated {
    pub(crate) kernel: Kernel,
    actors: BTreeMap<Pid, Actor>,
    /// A robust one, and one that is not.
    mutexes: [MutexId; 2],
    /// Who locked them last.
    owners: [Option<Pid>; 2],
    /// Whether a process was told that the robust one can never be locked again. glibc 2.36 leaves
    /// it locked by the process that has tried, and ends with a fault when that one unlocks it.
    is_lost: bool,
}

impl Simulated {
    pub(crate) fn new() -> Self {
        let limits = Limits {
            processes: 8,
            ..Limits::default()
        };
        let mut kernel = Kernel::new(limits);
        Self {
            mutexes: [Robustness::Robust, Robustness::Stalled].map(|kind| kernel.mutex_init(kind)),
            owners: [None; 2],
            is_lost: false,
            kernel,
            actors: BTreeMap::from([(FIRST, Actor::default())]),
        }
    }

    /// Whether the first process has not ended.
    pub(crate) fn goes_on(&self) -> bool {
        self.actors.contains_key(&FIRST)
    }

    /// Makes a call, and lets all processes go on as far as they can; nothing if no process can
    /// make it, or two of them would race after it.
    pub(crate) fn make(&mut self, step: &Step) -> Option<Made> {
        let mut next = self.clone();
        let free: Vec<Pid> = next
            .actors
            .iter()
            .filter(|(pid, actor)| actor.call.is_none() && !next.kernel.is_stopped(**pid))
            .map(|(pid, _)| *pid)
            .collect();
        let pid = *free.get(step.who % free.len().max(1))?;
        let words = next.words(pid, &step.call)?;
        let making = next.begin(pid, &step.call)?;
        let child = match (&step.call, &making) {
            (Call::Fork, Making::Made(Gave::Pid(child))) => Some(*child),
            // The real system has another limit.
            (Call::Fork, _) => return None,
            _ => None,
        };
        if let Some(child) = child {
            let semaphores = next.actors[&pid].semaphores.clone();
            let actor = Actor {
                semaphores,
                ..Actor::default()
            };
            next.actors.insert(child, actor);
        }
        if let Some(actor) = next.actors.get_mut(&pid) {
            actor.handled_before = std::mem::take(&mut actor.handled);
            actor.call = Some(making);
        }
        // Linux does not wake who waits for a group when a process leaves it.
        let changes_group = matches!(step.call, Call::Setpgid(..) | Call::Setsid);
        if changes_group && next.actors.keys().any(|pid| next.can_go_on(*pid)) {
            return None;
        }
        next.settle().then(|| {
            *self = next;
            Made { pid, words, child }
        })
    }

    /// What the processes that go on say of their calls.
    pub(crate) fn replies(&mut self) -> Vec<Answer> {
        let mut replies = Vec::new();
        for (pid, actor) in &mut self.actors {
            if let Some(Making::Made(gave)) = &actor.call
                && !self.kernel.is_stopped(*pid)
            {
                replies.push(Answer {
                    pid: *pid,
                    handled: std::mem::take(&mut actor.handled_before),
                    gave: gave.clone(),
                });
                actor.call = None;
            }
        }
        replies
    }

    /// What is to be seen of all processes.
    pub(crate) fn states(&self) -> BTreeMap<Pid, State> {
        let existing = self.existing().into_iter();
        existing.map(|pid| (pid, self.state(pid))).collect()
    }

    fn state(&self, pid: Pid) -> State {
        let kernel = &self.kernel;
        let is_zombie = !self.actors.contains_key(&pid);
        let with = |disposition| {
            let all = Signal::ALL.into_iter();
            all.filter(|signal| kernel.action(pid, *signal).disposition == disposition)
                .collect()
        };
        // Linux takes what a call waits for out of the mask meanwhile.
        let awaited = match self.actors.get(&pid).map(|actor| &actor.call) {
            Some(Some(Making::Waits(Request::Signal(set)))) => *set,
            _ => SignalSet::EMPTY,
        };
        State {
            letter: match (is_zombie, kernel.is_stopped(pid)) {
                (true, _) => 'Z',
                (false, true) => 'T',
                (false, false) => 'S',
            },
            parent: (pid != FIRST).then(|| kernel.parent(pid)),
            group: kernel.getpgid(FIRST, pid).unwrap(),
            session: kernel.getsid(FIRST, pid).unwrap(),
            signals: (!is_zombie).then(|| Signals {
                pending: kernel.pending(pid),
                blocked: kernel.mask(pid).without(awaited),
                ignored: with(Disposition::Ignore),
                handled: with(Disposition::Handle),
            }),
        }
    }

    pub(crate) fn existing(&self) -> Vec<Pid> {
        let mut all = self.kernel.living();
        all.extend(self.kernel.zombies());
        all
    }

    /// Lets all processes go on until each waits, is stopped, or can make a call; no if two of them
    /// could do what the other sees.
    fn settle(&mut self) -> bool {
        loop {
            let living = self.kernel.living();
            self.actors.retain(|pid, _| living.contains(pid));
            let seen = |pid: &&Pid| self.can_go_on(**pid) || self.is_seen(**pid);
            if living.iter().filter(seen).count() > 1 {
                return false;
            }
            let next = living
                .into_iter()
                .find(|pid| self.can_go_on(*pid) || self.kernel.next_signal(*pid).is_some());
            match next {
                None => return true,
                // A call that can go on does so, and signals come after it.
                Some(pid) if self.can_go_on(pid) => self.go_on(pid),
                Some(pid) => self.take_signals(pid),
            }
        }
    }

    /// Whether a call that has waited need not wait any more.
    fn can_go_on(&self, pid: Pid) -> bool {
        let Some(Making::Waits(request)) = &self.actors[&pid].call else {
            return false;
        };
        !self.kernel.is_stopped(pid) && self.kernel.waits_for(pid, request).is_none()
    }

    /// Whether the next signal of a process does what others see.
    fn is_seen(&self, pid: Pid) -> bool {
        let next = self.kernel.next_signal(pid);
        next.is_some_and(|taken| matches!(taken.effect, Effect::Ends | Effect::Stops))
    }

    fn go_on(&mut self, pid: Pid) {
        if let Some(Making::Waits(request)) = self.actors[&pid].call.clone() {
            let made = self.request(pid, request);
            self.actors.get_mut(&pid).unwrap().call = Some(made);
        }
    }

    /// Takes all signals of a process, then runs its handlers, from the last one on.
    fn take_signals(&mut self, pid: Pid) {
        let Self { kernel, actors, .. } = self;
        let actor = actors.get_mut(&pid).unwrap();
        loop {
            let mut is_decided = false;
            while let Some(taken) = kernel.next_signal(pid) {
                if let Some(Making::Waits(request)) = &actor.call
                    && !is_decided
                    && kernel.interruption(pid, request) == Some(Interruption::Fails)
                {
                    actor.call = Some(Making::Made(Gave::Error(Errno::EINTR.number())));
                }
                assert_eq!(kernel.take_signal(pid), Some(taken));
                match taken.effect {
                    Effect::Ends => {
                        kernel.finish_exit(pid);
                        return;
                    }
                    Effect::Stops | Effect::Nothing => {}
                    Effect::Handled { before, .. } => {
                        // The first one that is handled decides whether the call is made again.
                        is_decided = true;
                        actor.handlers.push(before);
                        actor.handled.insert(taken.signal.number());
                    }
                }
            }
            if kernel.is_stopped(pid) {
                return;
            }
            match actor.handlers.pop() {
                Some(before) => kernel.set_mask(pid, before),
                None => return,
            }
        }
    }

    fn request(&mut self, pid: Pid, request: Request) -> Making {
        fn made<T>(
            reply: Result<Reply<T>, Errno>,
            request: Request,
            gave: impl Fn(T) -> Gave,
        ) -> Making {
            match reply {
                Ok(Reply::Done(done)) => Making::Made(gave(done)),
                Ok(Reply::Waits(_)) => Making::Waits(request),
                Ok(Reply::Partly { .. }) => panic!("one byte has no parts"),
                Err(errno) => Making::Made(Gave::Error(errno.number())),
            }
        }
        let kernel = &mut self.kernel;
        match request {
            Request::Read { fd, count } => made(kernel.read(pid, fd, count), request, |bytes| {
                Gave::Count(bytes.len())
            }),
            Request::Wait(children, options) => {
                made(kernel.wait(pid, children, options), request, |waited| {
                    Gave::Waited(Some((waited.pid, waited.status.raw())))
                })
            }
            Request::Signal(set) => made(Ok(kernel.sigwait(pid, set)), request, |signal| {
                Gave::Number(signal.number())
            }),
            Request::Semaphore(id, until) => {
                made(kernel.sem_wait(pid, id, until), request, |()| Gave::Nothing)
            }
            Request::Mutex(id) => {
                let place = usize::from(id == self.mutexes[1]);
                let making = made(kernel.mutex_lock(pid, id), request, |()| Gave::Nothing);
                self.note_owner(pid, place, &making);
                making
            }
            _ => panic!("it is not a part of these programs"),
        }
    }

    /// Takes down who has locked a mutex.
    fn note_owner(&mut self, pid: Pid, place: usize, making: &Making) {
        if let Making::Made(Gave::Nothing | Gave::Error(OWNER_DEAD)) = making {
            self.owners[place] = Some(pid);
        }
        self.is_lost |= matches!(making, Making::Made(Gave::Error(NOT_RECOVERABLE)));
    }

    fn mutex(&mut self, pid: Pid, call: Mutex, place: usize) -> Option<Making> {
        if place == 0 && self.is_lost {
            return None;
        }
        let id = self.mutexes[place];
        let is_owner = self.owners[place] == Some(pid);
        let result = match call {
            Mutex::Lock => return Some(self.request(pid, Request::Mutex(id))),
            Mutex::Trylock => self.kernel.mutex_trylock(pid, id),
            // What these do is not defined, but for a robust mutex.
            Mutex::Unlock if !is_owner && place == 1 => return None,
            Mutex::Consistent if !is_owner => return None,
            Mutex::Unlock => self.kernel.mutex_unlock(pid, id),
            Mutex::Consistent => self.kernel.mutex_consistent(pid, id),
        };
        let making = Making::Made(match result {
            Ok(()) => Gave::Nothing,
            Err(errno) => Gave::Error(errno.number()),
        });
        match call {
            Mutex::Trylock => self.note_owner(pid, place, &making),
            Mutex::Unlock if is_owner => self.owners[place] = None,
            _ => {}
        }
        Some(making)
    }

    /// A semaphore that a process has open, and where it is among them.
    pub(crate) fn semaphore(&self, pid: Pid, place: usize) -> Option<(usize, SemaphoreId)> {
        let open = &self.actors[&pid].semaphores;
        let place = place % open.len().max(1);
        open.get(place).map(|id| (place, *id))
    }

    /// Makes a call; nothing if it makes no sense for this process.
    fn begin(&mut self, pid: Pid, call: &Call) -> Option<Making> {
        fn gave<T>(result: Result<T, Errno>, gave: impl Fn(T) -> Gave) -> Gave {
            result.map_or_else(|errno| Gave::Error(errno.number()), gave)
        }
        let nothing = |()| Gave::Nothing;
        let kernel = &mut self.kernel;
        Some(Making::Made(match *call {
            Call::Fork => gave(kernel.fork(pid), Gave::Pid),
            Call::Exit(status) => {
                kernel.exit(pid, status);
                Gave::Nothing
            }
            Call::Kill(whom, number) => {
                let target = match whom {
                    Whom::One(one) => Target::One(one),
                    Whom::Group(group) => Target::Group(group),
                    Whom::OwnGroup | Whom::Any => Target::OwnGroup,
                };
                gave(kernel.kill(pid, target, number), nothing)
            }
            Call::Sigaction(signal, action) => {
                gave(kernel.sigaction(pid, signal, action), |_| Gave::Nothing)
            }
            Call::SetMask(set) => {
                kernel.set_mask(pid, set);
                Gave::Nothing
            }
            Call::Pending => Gave::Signals(kernel.pending(pid)),
            Call::Sigwait(set) => {
                let set = set.and(kernel.mask(pid));
                return Some(self.request(pid, Request::Signal(set)));
            }
            Call::Wait(whom, options, Hang::No) => {
                gave(kernel.try_wait(pid, children(whom), options), |waited| {
                    Gave::Waited(waited.map(|waited| (waited.pid, waited.status.raw())))
                })
            }
            Call::Wait(whom, options, Hang::May) => {
                return Some(self.request(pid, Request::Wait(children(whom), options)));
            }
            Call::Setpgid(process, group) => gave(kernel.setpgid(pid, process, group), nothing),
            Call::Getpgid(process) => gave(kernel.getpgid(pid, process), Gave::Pid),
            Call::Setsid => gave(kernel.setsid(pid), |_| Gave::Nothing),
            Call::Getsid(process) => gave(kernel.getsid(pid, process), Gave::Pid),
            Call::Subreaper(is) => {
                kernel.set_subreaper(pid, is);
                Gave::Nothing
            }
            Call::Pipe => gave(kernel.pipe(pid, OpenFlags::EMPTY), |_| Gave::Nothing),
            Call::Read(place) => {
                let fd = self.descriptor(pid, place)?;
                return Some(self.request(pid, Request::Read { fd, count: 1 }));
            }
            Call::Write(place) => {
                let fd = self.descriptor(pid, place)?;
                gave(self.kernel.write(pid, fd, b"x"), |reply| match reply {
                    Reply::Done(count) => Gave::Count(count),
                    Reply::Waits(_) | Reply::Partly { .. } => panic!("the pipe is full"),
                })
            }
            Call::Close(place) => {
                let fd = self.descriptor(pid, place)?;
                gave(self.kernel.close(pid, fd), nothing)
            }
            Call::SemOpen(name, flags, value) => {
                let opened = kernel.sem_open(pid, name, flags, value);
                let actor = self.actors.get_mut(&pid)?;
                actor.semaphores.extend(opened.ok());
                gave(opened, |_| Gave::Nothing)
            }
            Call::SemUnlink(name) => gave(kernel.sem_unlink(name), nothing),
            Call::Sem(call, place) => {
                let (place, id) = self.semaphore(pid, place)?;
                let kernel = &mut self.kernel;
                match call {
                    Semaphore::Post => gave(kernel.sem_post(pid, id), nothing),
                    Semaphore::Wait => {
                        return Some(self.request(pid, Request::Semaphore(id, None)));
                    }
                    Semaphore::Trywait => gave(kernel.sem_trywait(pid, id), nothing),
                    Semaphore::Getvalue => gave(kernel.sem_getvalue(pid, id), |value| {
                        Gave::Count(value as usize)
                    }),
                    Semaphore::Close => {
                        self.actors.get_mut(&pid)?.semaphores.remove(place);
                        gave(self.kernel.sem_close(pid, id), nothing)
                    }
                }
            }
            Call::Mutex(call, place) => return self.mutex(pid, call, place),
        }))
    }

    /// One of the descriptors of a process that are no standard ones.
    pub(crate) fn descriptor(&self, pid: Pid, place: usize) -> Option<i32> {
        let all = self.kernel.descriptors(pid);
        let own: Vec<i32> = all.into_iter().filter(|fd| *fd > 2).collect();
        own.get(place % own.len().max(1)).copied()
    }
}

fn children(whom: Whom) -> Children {
    match whom {
        Whom::One(pid) => Children::One(pid),
        Whom::Group(group) => Children::Group(group),
        Whom::OwnGroup => Children::OwnGroup,
        Whom::Any => Children::Any,
    }
}
