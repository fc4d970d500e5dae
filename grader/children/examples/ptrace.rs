//! How many executions a second an explorer has that stops real processes at each system call by
//! `ptrace(2)`, and a plain loop of the same processes that stops none, on one processor. The programs are
//! those of `grader/processes/examples/throughput.rs`.
//!
//! It is as fast as it can be: it forks, schedules, and waits, and keeps no schedule, replays nothing, and
//! decodes calls only where a pipe could block one.
//!
//! `cargo run --release -p interleave-children --example ptrace`

use std::{
    io, mem,
    os::fd::RawFd,
    ptr,
    time::{Duration, Instant},
};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Each row is measured so often, in turns with the others; the fastest counts.
const ROUNDS: usize = 5;

/// How long a row takes in a round.
const ROUND: Duration = Duration::from_millis(400);

/// The file that processes write to, in memory.
const FILE: &std::ffi::CStr = c"/dev/shm/interleave-ptrace-example";

/// What `waitpid(2)` tells of a stop at a system call, with `PTRACE_O_TRACESYSGOOD`.
const AT_CALL: i32 = libc::SIGTRAP | 0x80;

/// A program: its name, and what each child does, which gets both ends of a pipe.
type Program = (&'static str, &'static [fn([RawFd; 2])]);

fn call(number: libc::c_long, arguments: [usize; 3]) -> usize {
    let [first, second, third] = arguments;
    // SAFETY: the callers below pass what the calls ask for.
    let result = unsafe { libc::syscall(number, first, second, third) };
    usize::try_from(result).expect("the call succeeds")
}

fn open() -> usize {
    let flags = libc::O_RDWR | libc::O_CREAT;
    call(
        libc::SYS_open,
        [FILE.as_ptr().addr(), flags.cast_unsigned() as usize, 0o600],
    )
}

fn read(fd: usize) {
    let mut byte = 0_u8;
    call(libc::SYS_read, [fd, (&raw mut byte).addr(), 1]);
}

fn write(fd: usize) {
    let byte = b'x';
    call(libc::SYS_write, [fd, (&raw const byte).addr(), 1]);
}

/// An open file, and five writes.
fn writer(_: [RawFd; 2]) {
    let file = open();
    (0..5).for_each(|_| write(file));
}

/// An open file, a byte that is read, and one that is written.
fn seller(_: [RawFd; 2]) {
    let file = open();
    read(file);
    write(file);
}

fn writes_to_pipe([_, writes]: [RawFd; 2]) {
    (0..2).for_each(|_| write(writes.unsigned_abs() as usize));
}

fn reads_from_pipe([reads, _]: [RawFd; 2]) {
    (0..2).for_each(|_| read(reads.unsigned_abs() as usize));
}

const PROGRAMS: [Program; 3] = [
    ("2 children, 6 calls each", &[writer, writer]),
    ("office of 3 children", &[seller, seller, seller]),
    (
        "2 writers and 2 readers of a pipe",
        &[
            writes_to_pipe,
            reads_from_pipe,
            writes_to_pipe,
            reads_from_pipe,
        ],
    ),
];

/// A child does this, traced or not, and exits.
fn fork(body: fn([RawFd; 2]), pipe: [RawFd; 2], is_traced: bool) -> libc::pid_t {
    // SAFETY: this process has one thread, and the child ends below.
    match unsafe { libc::fork() } {
        0 => {
            if is_traced {
                // SAFETY: no pointer is used.
                unsafe {
                    libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0);
                    libc::raise(libc::SIGSTOP);
                }
            }
            body(pipe);
            // SAFETY: ends this process.
            unsafe { libc::_exit(0) }
        }
        pid => {
            assert!(pid > 0, "there is room for a process");
            pid
        }
    }
}

/// Waits for a change of a child; whether it has stopped, and by what.
fn wait(child: libc::pid_t) -> Option<i32> {
    let mut status = 0;
    // SAFETY: the status can be written to.
    let waited = unsafe { libc::waitpid(child, &raw mut status, libc::__WALL) };
    assert_eq!(waited, child);
    assert!(!libc::WIFSIGNALED(status), "it dies by no signal");
    libc::WIFSTOPPED(status).then(|| libc::WSTOPSIG(status))
}

fn ptrace(request: libc::c_uint, child: libc::pid_t, data: usize) {
    // SAFETY: of the requests that are made here, none writes to memory.
    let result = unsafe { libc::ptrace(request, child, ptr::null_mut::<u8>(), data) };
    assert!(result >= 0, "{:?}", io::Error::last_os_error());
}

/// Lets a stopped child run until it comes to the next call, or to the end of this one; whether it did.
fn go_on(child: libc::pid_t) -> bool {
    ptrace(libc::PTRACE_SYSCALL, child, 0);
    match wait(child) {
        Some(signal) => {
            assert_eq!(signal, AT_CALL);
            true
        }
        None => false,
    }
}

/// Whether a child that stands before a call would have to wait in it: nothing is in the pipe from which
/// it reads.
fn must_wait(child: libc::pid_t, pipe: [RawFd; 2]) -> bool {
    // SAFETY: all zeros are valid.
    let mut info: libc::ptrace_syscall_info = unsafe { mem::zeroed() };
    let size = size_of_val(&info);
    let told = &raw mut info;
    // SAFETY: there is room for what is told.
    let length = unsafe { libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, child, size, told) };
    assert!(length > 0, "{:?}", io::Error::last_os_error());
    // SAFETY: the child stands before a call.
    let entry = unsafe { info.u.entry };
    let reads = entry.nr == libc::SYS_read.cast_unsigned()
        && entry.args[0] == u64::from(pipe[0].unsigned_abs());
    let mut asked = libc::pollfd {
        fd: pipe[0],
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: it is one descriptor.
    reads && unsafe { libc::poll(&raw mut asked, 1, 0) } == 0
}

/// What there is before the children: a pipe, and the file with one byte.
fn prepare() -> [RawFd; 2] {
    let mut pipe = [0; 2];
    // SAFETY: there is room for both ends.
    let made = unsafe { libc::pipe(pipe.as_mut_ptr()) };
    assert_eq!(made, 0);
    let file = open();
    write(file);
    call(libc::SYS_close, [file, 0, 0]);
    pipe
}

fn clean_up(pipe: [RawFd; 2]) {
    for fd in pipe {
        call(libc::SYS_close, [fd.unsigned_abs() as usize, 0, 0]);
    }
}

/// One execution, in which one process runs at a time, and any of those that can is next.
fn explored(children: &[fn([RawFd; 2])], random: &mut u64) {
    let pipe = prepare();
    let mut stopped: Vec<libc::pid_t> = Vec::new();
    for body in children {
        let child = fork(*body, pipe, true);
        assert_eq!(wait(child), Some(libc::SIGSTOP));
        let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_EXITKILL;
        ptrace(
            libc::PTRACE_SETOPTIONS,
            child,
            options.cast_unsigned() as usize,
        );
        if go_on(child) {
            stopped.push(child);
        }
    }
    let has_pipe = children.len() > 3;
    while !stopped.is_empty() {
        // A multiplicative congruential generator (Knuth, "The Art of Computer Programming", 3.2.1).
        *random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let place = (*random >> 33) as usize % stopped.len();
        let child = stopped[place];
        if has_pipe && must_wait(child, pipe) {
            continue;
        }
        // The call, and then what comes up to the next one.
        if !go_on(child) || !go_on(child) {
            stopped.swap_remove(place);
        }
    }
    clean_up(pipe);
}

/// One execution, whose order is left to the system.
fn plain(children: &[fn([RawFd; 2])]) {
    let pipe = prepare();
    let forked: Vec<_> = children
        .iter()
        .map(|body| fork(*body, pipe, false))
        .collect();
    for child in forked {
        assert_eq!(wait(child), None);
    }
    clean_up(pipe);
}

/// Executions a second.
fn rate(mut execute: impl FnMut()) -> f64 {
    let began = Instant::now();
    let mut count = 0_u32;
    while began.elapsed() < ROUND {
        execute();
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

fn main() -> io::Result<()> {
    use io::Write as _;

    let allowed = sched_getaffinity(None)?;
    let first = (0..CpuSet::MAX_CPU).find(|cpu| allowed.is_set(*cpu));
    let mut one = CpuSet::new();
    one.set(first.unwrap_or_default());
    sched_setaffinity(None, &one)?;
    let mut best = [[0.0_f64; 2]; PROGRAMS.len()];
    let mut random = 1;
    for _ in 0..ROUNDS {
        for ((_, children), best) in PROGRAMS.iter().zip(&mut best) {
            let rates = [
                rate(|| explored(children, &mut random)),
                rate(|| plain(children)),
            ];
            for (best, rate) in best.iter_mut().zip(rates) {
                *best = best.max(rate);
            }
        }
    }
    // SAFETY: it is the name of a file of this program.
    unsafe { libc::unlink(FILE.as_ptr()) };
    let mut out = io::stdout();
    writeln!(
        out,
        "| program | stopped by ptrace, executions/s | plain loop |"
    )?;
    writeln!(out, "|---|---|---|")?;
    for ((name, _), [explored, plain]) in PROGRAMS.iter().zip(best) {
        writeln!(out, "| {name} | {explored:.0} | {plain:.0} |")?;
    }
    Ok(())
}
