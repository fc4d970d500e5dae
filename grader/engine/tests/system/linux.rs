//! Programs on the real system: each process is a real one, and its calls are those of Linux.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "numbers of processes and places in files are small"
)]

use std::{
    ffi::{CStr, CString},
    fmt::Write as _,
    io,
    os::raw::c_int,
    time::Duration,
};

use kernel::{
    Answer, Children, Errno, Fd, LockKind, Locking, OpenFlags, Signal, SignalCall, SystemCall,
    Target, WaitStatus, Waited,
};

use crate::programs::{Action, Program};

/// Where each process writes what its calls give. No program comes to this number.
const LOG: Fd = 200;
/// No process has this number.
const NOBODY: libc::pid_t = 0x3fff_ffff;
const ERRORS: [Errno; 13] = [
    Errno::EPERM,
    Errno::ENOENT,
    Errno::ESRCH,
    Errno::EINTR,
    Errno::EBADF,
    Errno::ECHILD,
    Errno::EAGAIN,
    Errno::EEXIST,
    Errno::EINVAL,
    Errno::EMFILE,
    Errno::ESPIPE,
    Errno::EPIPE,
    Errno::EACCES,
];

/// What came of a program on the real system.
#[derive(Debug)]
pub(crate) enum Ran {
    /// The results of each process, by its place.
    Ended(Vec<(String, String)>),
    /// The first process did not end.
    Waits,
}

fn last_error() -> Errno {
    let error = io::Error::last_os_error();
    let known = ERRORS
        .into_iter()
        .find(|errno| Some(errno.number()) == error.raw_os_error());
    known.unwrap_or_else(|| panic!("no call gives this error: {error}"))
}

/// What a call gave that returned this number.
fn number(returned: isize) -> Result<u64, Errno> {
    u64::try_from(returned).map_err(|_| last_error())
}

/// Likewise of one that returns 0.
fn nothing(returned: c_int) -> Result<Answer, Errno> {
    number(returned as isize).map(|_| Answer::Nothing)
}

/// Likewise of one that returns a descriptor.
fn descriptor(returned: c_int) -> Result<Answer, Errno> {
    number(returned as isize).map(|_| Answer::Descriptor(returned))
}

fn opening(flags: OpenFlags) -> c_int {
    let both = flags.has(OpenFlags::READ | OpenFlags::WRITE);
    let access = match flags.has(OpenFlags::WRITE) {
        _ if both => libc::O_RDWR,
        true => libc::O_WRONLY,
        false => libc::O_RDONLY,
    };
    let rest = [
        (OpenFlags::APPEND, libc::O_APPEND),
        (OpenFlags::CREATE, libc::O_CREAT),
        (OpenFlags::NEW, libc::O_EXCL),
        (OpenFlags::TRUNCATE, libc::O_TRUNC),
        (OpenFlags::NONBLOCK, libc::O_NONBLOCK),
    ];
    let rest = rest.into_iter().filter(|(flag, _)| flags.has(*flag));
    rest.fold(access, |all, (_, one)| all | one)
}

fn locking(locking: Locking) -> c_int {
    let kind = |kind| match kind {
        LockKind::Shared => libc::LOCK_SH,
        LockKind::Exclusive => libc::LOCK_EX,
    };
    match locking {
        Locking::Lock(wanted) => kind(wanted),
        Locking::TryLock(wanted) => kind(wanted) | libc::LOCK_NB,
        Locking::Unlock => libc::LOCK_UN,
    }
}

/// Writes a line of the log of a process, which no other one is torn by.
fn log(name: &str, told: &str) {
    let line = format!("{name}\t{told}\n");
    // SAFETY: it writes what is in memory.
    let written = unsafe { libc::write(LOG, line.as_ptr().cast(), line.len()) };
    // Nobody reads it any more when it took too long.
    assert!(written < 0 || written.cast_unsigned() == line.len());
}

/// A real process of a program.
struct Process {
    name: String,
    children: Vec<libc::pid_t>,
    jitter: fastrand::Rng,
}

impl Process {
    /// Does what it has to do, and ends.
    fn live(mut self, actions: &[Action]) -> ! {
        // SAFETY: it asks for a number.
        let pid = unsafe { libc::getpid() };
        log(&self.name, &format!("#{pid}"));
        for action in actions {
            self.wait_a_little();
            let result = match action {
                Action::Call(call) => self.made(call),
                Action::Fork(actions) => self.fork(actions),
                other => panic!("programs of threads do not run here: {other:?}"),
            };
            let told = match result {
                Ok(Answer::Bytes(bytes)) => format!("{:?}", String::from_utf8_lossy(&bytes)),
                Ok(Answer::Waited(Some(Waited { pid, status }))) => {
                    format!("waited <{pid}> {status:?}")
                }
                other => format!("{other:?}"),
            };
            log(&self.name, &told);
        }
        // SAFETY: it ends the process, of which nothing is left to do.
        unsafe { libc::_exit(0) }
    }

    /// Some processes are slow at some places.
    fn wait_a_little(&mut self) {
        match self.jitter.u32(0..8) {
            0 => std::thread::sleep(Duration::from_micros(self.jitter.u64(1..100))),
            1..3 => std::thread::yield_now(),
            3..5 => (0..self.jitter.u32(0..2000)).for_each(|_| std::hint::spin_loop()),
            _ => {}
        }
    }

    fn fork(&mut self, actions: &[Action]) -> Result<Answer, Errno> {
        let name = format!("{}.{}", self.name, self.children.len() + 1);
        let seed = self.jitter.u64(..);
        // SAFETY: the child makes calls of the C library alone, and takes memory, which glibc has ready.
        let pid = unsafe { libc::fork() };
        if pid == 0 {
            let child = Self {
                name,
                children: Vec::new(),
                jitter: fastrand::Rng::with_seed(seed),
            };
            child.live(actions);
        }
        number(pid as isize)?;
        // It may be killed before it says that itself.
        log(&name, &format!("#{pid}"));
        self.children.push(pid);
        Ok(Answer::Nothing)
    }

    fn child(&self, place: u32) -> libc::pid_t {
        let index = place as usize - 1;
        self.children.get(index).copied().unwrap_or(NOBODY)
    }

    fn wait(&self, children: Children, options: c_int) -> Result<Answer, Errno> {
        let whom = match children {
            Children::Any => -1,
            Children::One(place) => self.child(place),
            other => panic!("programs do not wait for groups here: {other:?}"),
        };
        let mut status = 0;
        // SAFETY: the status is written to a variable of this function.
        let waited = unsafe { libc::waitpid(whom, &raw mut status, options) };
        let pid = number(waited as isize)?;
        let ended = || {
            if libc::WIFEXITED(status) {
                return WaitStatus::Exited(libc::WEXITSTATUS(status) as u8);
            }
            let signal = Signal::from_number(libc::WTERMSIG(status));
            WaitStatus::Signaled(signal.expect("it is no real-time signal"))
        };
        Ok(Answer::Waited((pid > 0).then(|| Waited {
            pid: pid as u32,
            status: ended(),
        })))
    }

    fn made(&self, call: &SystemCall) -> Result<Answer, Errno> {
        let path = |path: &str| CString::new(path).expect("it has no zero byte");
        // SAFETY: each call is given numbers, and memory that is there as long as it takes.
        unsafe {
            match *call {
                SystemCall::Open {
                    path: ref at,
                    flags,
                } => descriptor(libc::open(path(at).as_ptr(), opening(flags), 0o600)),
                SystemCall::Pipe { flags } => {
                    let mut ends = [0; 2];
                    nothing(libc::pipe2(
                        ends.as_mut_ptr(),
                        opening(flags) & libc::O_NONBLOCK,
                    ))?;
                    nothing(libc::fcntl(ends[1], libc::F_SETPIPE_SZ, 4096).min(0))?;
                    Ok(Answer::Ends(ends))
                }
                SystemCall::Dup { fd } => descriptor(libc::dup(fd)),
                SystemCall::Dup2 { fd, to } => descriptor(libc::dup2(fd, to)),
                SystemCall::Close { fd } => nothing(libc::close(fd)),
                SystemCall::Read { fd, count } => {
                    let mut bytes = vec![0; count];
                    let read = number(libc::read(fd, bytes.as_mut_ptr().cast(), count))?;
                    bytes.truncate(read as usize);
                    Ok(Answer::Bytes(bytes))
                }
                SystemCall::Pread { fd, count, at } => {
                    let mut bytes = vec![0; count];
                    let to = bytes.as_mut_ptr().cast();
                    let read = number(libc::pread(fd, to, count, at as libc::off_t))?;
                    bytes.truncate(read as usize);
                    Ok(Answer::Bytes(bytes))
                }
                SystemCall::Write { fd, ref bytes } => {
                    number(libc::write(fd, bytes.as_ptr().cast(), bytes.len())).map(Answer::Number)
                }
                SystemCall::Pwrite { fd, ref bytes, at } => {
                    let from = bytes.as_ptr().cast();
                    let written = libc::pwrite(fd, from, bytes.len(), at as libc::off_t);
                    number(written).map(Answer::Number)
                }
                SystemCall::Truncate { fd, size } => {
                    nothing(libc::ftruncate(fd, size as libc::off_t))
                }
                SystemCall::Flock { fd, locking: how } => nothing(libc::flock(fd, locking(how))),
                SystemCall::SetNonblocking { fd, is } => {
                    let mut is = c_int::from(is);
                    nothing(libc::ioctl(fd, libc::FIONBIO, &raw mut is))
                }
                SystemCall::Unlink { path: ref at } => nothing(libc::unlink(path(at).as_ptr())),
                SystemCall::Wait { children, .. } => self.wait(children, 0),
                SystemCall::TryWait { children, .. } => self.wait(children, libc::WNOHANG),
                SystemCall::SetSubreaper { is } => {
                    let is = libc::c_ulong::from(is);
                    nothing(libc::prctl(libc::PR_SET_CHILD_SUBREAPER, is, 0, 0, 0))
                }
                SystemCall::Signal(SignalCall::Kill {
                    target: Target::One(place),
                    number,
                }) => nothing(libc::kill(self.child(place), number)),
                _ => panic!("programs do not make this call here: {call:?}"),
            }
        }
    }
}

/// Runs a program once in this directory, of which it uses the file `a`. It is taken to wait for ever if
/// no process has said anything for so many milliseconds.
pub(crate) fn run(program: &Program, directory: &CStr, seed: u64, patience: c_int) -> Ran {
    let mut log = [0; 2];
    // SAFETY: the child closes what it does not need, and goes on as above. The parent reads from a
    // descriptor of its own to memory of its own, and waits for its child.
    unsafe {
        assert_eq!(libc::pipe2(log.as_mut_ptr(), libc::O_CLOEXEC), 0);
        let first = libc::fork();
        assert!(first >= 0, "the system has room for a process");
        if first == 0 {
            libc::setpgid(0, 0);
            libc::chdir(directory.as_ptr());
            libc::unlink(c"a".as_ptr());
            libc::dup2(log[1], LOG);
            libc::close_range(3, LOG as u32 - 1, 0);
            libc::close_range(LOG as u32 + 1, u32::MAX, 0);
            // Orphans are its children, as they are those of the first process of a system.
            libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
            let process = Process {
                name: "0".to_owned(),
                children: Vec::new(),
                jitter: fastrand::Rng::with_seed(seed),
            };
            process.live(program);
        }
        libc::close(log[1]);
        let mut text = String::new();
        let ends = read_all(log[0], &mut text, patience);
        libc::close(log[0]);
        if !ends {
            libc::kill(-first, libc::SIGKILL);
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(first, &raw mut status, 0), first);
        if !ends {
            return Ran::Waits;
        }
        if libc::WIFSIGNALED(status) {
            let signal = Signal::from_number(libc::WTERMSIG(status));
            writeln!(text, "0\tKilled({:?})", signal.expect("it has a name")).expect("it has room");
        }
        Ran::Ended(results(&text))
    }
}

/// Reads until all have ended that can write; whether they do so in time.
fn read_all(fd: Fd, text: &mut String, patience: c_int) -> bool {
    let mut bytes = [0_u8; 4096];
    loop {
        let mut awaited = libc::pollfd {
            fd,
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: it is a variable of this function, and so is the memory below.
        if unsafe { libc::poll(&raw mut awaited, 1, patience) } == 0 {
            return false;
        }
        // SAFETY: see above.
        let read = unsafe { libc::read(fd, bytes.as_mut_ptr().cast(), bytes.len()) };
        let read = usize::try_from(read).expect("it can be read");
        if read == 0 {
            return true;
        }
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
}

/// What each process said, by place, with places instead of the numbers of processes.
fn results(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    let (numbers, said): (Vec<_>, Vec<_>) = lines.partition(|(_, told)| told.starts_with('#'));
    let named = said.into_iter().map(|(name, told)| {
        let told = numbers
            .iter()
            .fold(told.to_owned(), |told, (name, number)| {
                told.replace(&format!("<{}>", &number[1..]), name)
            });
        (name.to_owned(), told)
    });
    named.collect()
}
