//! What an execution of a server with many connections takes, on one processor: the real `std::net` on
//! the simulated kernel, with clients that are threads of the first process. Times are processor time.
//!
//! `cargo run --release -p interleave-std-system --example connections`, and behind that `--`, how many
//! connections, and which server; or `search`.
#![expect(clippy::cast_precision_loss, reason = "the numbers here are small")]

use std::{
    env,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Read as _, Write as _, stdout},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::fd::AsRawFd as _,
    time::Duration,
};

use interleave::{
    Config, Executed, Granularity, Outcome, Strategy, run,
    strategy::{Dpor, Portfolio, RandomWalk},
};
use kernel::Limits;
use processes::Memory;
use std_system::thread;

std_system::libc_names!();

/// How many messages a client sends, each of which it waits to hear again.
const MESSAGES: usize = 2;

/// How long a row takes in a round.
const ROUND: Duration = Duration::from_millis(500);

/// Each row is measured so often, in turns with the others; the fastest counts.
const ROUNDS: usize = 3;

/// A program: how its server waits for its clients.
#[derive(Debug, Clone, Copy)]
enum Server {
    /// A thread waits for each.
    Threads,
    /// One thread waits for all with `epoll(7)`.
    Epoll,
}

fn talk(address: SocketAddr) {
    let mut client = TcpStream::connect(address).expect("it listens");
    for _ in 0..MESSAGES {
        let mut bytes = *b"hello";
        client.write_all(&bytes).expect("it is read");
        client.read_exact(&mut bytes).expect("it is answered");
        assert_eq!(&bytes, b"hello");
    }
}

/// Gives back what comes once; whether the client is still there.
fn answer(mut stream: &TcpStream) -> bool {
    let mut bytes = [0; 16];
    let count = stream.read(&mut bytes).expect("it is connected");
    stream.write_all(&bytes[..count]).expect("it is read");
    count > 0
}

fn serve_by_threads(listener: &TcpListener, clients: usize) {
    let threads: Vec<_> = (0..clients)
        .map(|_| {
            let (stream, _) = listener.accept().expect("it listens");
            thread::spawn(move || while answer(&stream) {})
        })
        .collect();
    for thread in threads {
        thread.join().expect("it does not panic");
    }
}

fn watch(epoll: i32, fd: i32) {
    let mut event = libc::epoll_event {
        events: libc::EPOLLIN.cast_unsigned(),
        u64: u64::from(fd.unsigned_abs()),
    };
    // SAFETY: the event is valid.
    let added = unsafe { libc::epoll_ctl(epoll, libc::EPOLL_CTL_ADD, fd, &raw mut event) };
    assert_eq!(added, 0);
}

fn serve_by_epoll(listener: &TcpListener, clients: usize) {
    // SAFETY: nothing is passed.
    let epoll = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
    let listens = listener.as_raw_fd();
    watch(epoll, listens);
    let mut streams: Vec<Option<TcpStream>> = Vec::new();
    let mut ended = 0;
    while ended < clients {
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; 64];
        // SAFETY: there is room for as many.
        let count = unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), 64, -1) };
        for event in &events[..usize::try_from(count).expect("it waits")] {
            let fd = event.u64 as usize;
            if i32::try_from(fd) == Ok(listens) {
                let (stream, _) = listener.accept().expect("one is there");
                let place = stream.as_raw_fd().unsigned_abs() as usize;
                watch(epoll, stream.as_raw_fd());
                streams.resize_with(streams.len().max(place + 1), || None);
                streams[place] = Some(stream);
            } else if !answer(streams[fd].as_ref().expect("it is watched")) {
                streams[fd] = None;
                ended += 1;
            }
        }
    }
    // SAFETY: it is open.
    unsafe { libc::close(epoll) };
}

fn program(server: Server, clients: usize) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a port");
    let address = listener.local_addr().expect("it is bound");
    let threads: Vec<_> = (0..clients)
        .map(|_| thread::spawn(move || talk(address)))
        .collect();
    match server {
        Server::Threads => serve_by_threads(&listener, clients),
        Server::Epoll => serve_by_epoll(&listener, clients),
    }
    for thread in threads {
        thread.join().expect("it does not panic");
    }
}

fn execute(
    server: Server,
    clients: usize,
    granularity: Granularity,
    strategy: &mut dyn Strategy,
) -> Executed {
    let config = Config {
        max_steps: 1_000_000,
        granularity,
        ..Config::default()
    };
    let limits = Limits {
        descriptors: 3 * clients + 64,
        ..Limits::default()
    };
    run(config, strategy, move || {
        processes::stage(limits, Memory::Unused).expect("shared memory");
        program(server, clients);
    })
}

fn complete(executed: &Executed) {
    assert!(
        matches!(executed.outcome, Outcome::Completed),
        "{:?}",
        executed.outcome
    );
}

/// What one row has measured.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Of an execution, in milliseconds.
    time: f64,
    steps: usize,
    /// Of the most memory that this program had at a time, in KiB.
    memory: u64,
    /// A digest of the schedules of the first seeds.
    digest: u64,
}

/// The processor time of this process so far, of which other programs take none.
fn processor_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: it can be written to.
    let told = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    assert_eq!(told, 0);
    let (seconds, nanos) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or(0), nanos.unwrap_or(0))
}

/// A figure of this process that the system tells in KiB: `proc_pid_status(5)`.
fn status(name: &str) -> u64 {
    let told = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    number.unwrap_or(0)
}

/// The fastest of the executions of one round, under random schedules.
fn sample(mut execute: impl FnMut(u64) -> Executed) -> Row {
    let mut row = Row {
        time: f64::INFINITY,
        steps: 0,
        memory: 0,
        digest: 0,
    };
    // The first ones map stacks.
    let warm = 2;
    let (mut count, mut began) = (0, processor_time());
    let mut digest = DefaultHasher::new();
    while count <= warm || processor_time().saturating_sub(began) < ROUND {
        if count == warm {
            began = processor_time();
        }
        let executed = execute(count);
        if count < warm {
            complete(&executed);
            executed.schedule.hash(&mut digest);
        }
        row.steps = executed.steps;
        count += 1;
    }
    let took = processor_time().saturating_sub(began);
    row.time = took.as_secs_f64() * 1000.0 / (count - warm) as f64;
    row.memory = status("VmHWM");
    row.digest = digest.finish();
    row
}

/// All executions of a program by reduction.
fn search(server: Server, clients: usize) -> (u64, Duration) {
    let began = processor_time();
    let (mut search, mut executions) = (Dpor::new(), 0);
    let mut granularity = Granularity::Coarse;
    loop {
        let executed = execute(server, clients, granularity, &mut search);
        if let Some(finer) = executed.finer {
            granularity = finer;
            (search, executions) = (Dpor::new(), 0);
            continue;
        }
        executions += u64::from(!search.was_pruned());
        if !search.advance() {
            return (executions, processor_time().saturating_sub(began));
        }
    }
}

fn main() -> io::Result<()> {
    let mut out = stdout();
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "search") {
        for clients in 1..=5 {
            let (executions, took) = search(Server::Threads, clients);
            writeln!(out, "{clients} clients: {executions} executions, {took:?}")?;
        }
        return Ok(());
    }
    let only: Option<usize> = arguments.first().and_then(|first| first.parse().ok());
    writeln!(
        out,
        "| connections | server | random walk, ms | steps | steps/s | portfolio, ms | KiB a connection | digest |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|")?;
    for clients in [3, 5, 10, 50, 200, 1000] {
        if only.is_some_and(|only| only != clients) {
            continue;
        }
        for server in [Server::Threads, Server::Epoll] {
            let name = format!("{server:?}");
            if arguments.get(1).is_some_and(|only| *only != name) {
                continue;
            }
            let before = status("VmRSS");
            let mut best: Option<[Row; 2]> = None;
            for _ in 0..ROUNDS {
                let walk = sample(|seed| {
                    let mut walk = RandomWalk::new(seed);
                    execute(server, clients, Granularity::Releases, &mut walk)
                });
                let mut portfolio = Portfolio::new(1);
                let mixed = sample(|number| {
                    // The searches of the opening are for small programs.
                    let number = match number {
                        learning @ 0..6 => learning + 2,
                        later => later + 20,
                    };
                    let granularity = Granularity::Releases;
                    let strategy = portfolio.strategy(number);
                    let executed = execute(server, clients, granularity, strategy);
                    portfolio.learn(number, &executed);
                    executed
                });
                let [one, other] = best.get_or_insert([walk, mixed]);
                one.time = one.time.min(walk.time);
                other.time = other.time.min(mixed.time);
            }
            let Some([walk, mixed]) = best else { continue };
            writeln!(
                out,
                "| {clients} | {server:?} | {:.3} | {} | {:.0}k | {:.3} | {} | {:016x} |",
                walk.time,
                walk.steps,
                walk.steps as f64 / walk.time,
                mixed.time,
                walk.memory.saturating_sub(before) / clients as u64,
                walk.digest,
            )?;
        }
    }
    Ok(())
}
