//! Sleeps and clocks of processes. What two processes do without a word between them is in either
//! order, as on a real machine, where any of them may be slow: time only says when it was.

use std::{
    fs::File,
    io::{self, ErrorKind, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::{
        fd::{AsRawFd as _, OwnedFd},
        unix::net::UnixStream,
    },
    ptr,
};

use std_system::{
    sync::{
        Condvar, Mutex,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use crate::{
    harness::Test,
    lives::{error, fork, status, wait},
    search::{Said, only, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_child_sleeps_by_the_time_of_the_kernel", child_sleeps),
    (
        "a_child_that_is_polled_sleeps_or_an_hour_has_passed",
        polled,
    ),
    (
        "a_child_that_sleeps_less_ends_before_its_parent_looks_or_is_slow",
        less,
    ),
    (
        "a_sleep_of_c_is_a_call_that_a_handler_interrupts",
        interrupted,
    ),
    ("sleeps_that_cannot_be_are_errors", errors),
    ("a_sleep_until_a_moment_ends_then_or_at_once", until),
    ("poll_and_epoll_give_up_after_their_time", waits),
    ("what_comes_within_the_time_is_found_or_not_yet", comes),
    ("a_connection_is_there_in_time_or_not_at_all", connects),
    ("a_read_of_a_socket_gives_up_after_its_time", reads),
    ("a_write_that_finds_no_room_gives_up_after_its_time", writes),
    ("an_answer_comes_in_time_or_late", answers),
    (
        "a_listener_waits_as_long_as_it_says_and_so_do_its_streams",
        accepts,
    ),
    ("time_limits_of_c_are_those_of_linux", limits),
    ("what_a_child_says_of_a_socket_is_so_for_its_parent", shared),
    ("a_parent_knows_how_long_its_child_has_slept", parent_knows),
    (
        "who_waits_in_a_child_for_what_nobody_does_gives_up_in_time",
        gives_up,
    ),
    ("a_child_starts_no_threads_and_is_told_so", starts_none),
    (
        "who_takes_what_a_process_passes_on_after_a_sleep_is_no_earlier",
        passed_on,
    ),
];

const HOUR: Duration = Duration::from_hours(1);

fn child_sleeps() {
    let said = only(|said: &Said| {
        let before = (Instant::now(), SystemTime::now());
        let child = fork(|| {
            thread::sleep(HOUR);
            let slept = before.0.elapsed();
            let by_system = before.1.elapsed().expect("it does not go back");
            i32::from(slept >= HOUR && by_system >= HOUR && by_system < 2 * HOUR)
        });
        say(said, &status(child).to_string());
    });
    assert_eq!(said, "1");
}

/// Children that wait for what nobody does: whether each gives up in time, and whether its parent
/// knows of that time.
fn give_up(said: &Said) {
    const LIMIT: Duration = Duration::from_secs(7);
    let ways: [fn() -> bool; 5] = [
        || {
            let (_kept, given) = mpsc::channel::<()>();
            given.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout)
        },
        || {
            let (mutex, condvar) = (Mutex::new(()), Condvar::new());
            let guard = mutex.lock().expect("nobody has panicked");
            let (guard, result) = condvar
                .wait_timeout(guard, LIMIT)
                .expect("nobody has panicked");
            drop(guard);
            result.timed_out() && mutex.try_lock().is_ok()
        },
        || {
            let (mutex, condvar) = (Mutex::new(1), Condvar::new());
            let guard = mutex.lock().expect("nobody has panicked");
            let waited = condvar.wait_timeout_while(guard, LIMIT, |left| *left > 0);
            waited.is_ok_and(|(_, result)| result.timed_out())
        },
        || {
            thread::park_timeout(LIMIT);
            true
        },
        || {
            thread::current().unpark();
            let before = Instant::now();
            thread::park_timeout(LIMIT);
            let was_there = before.elapsed() < LIMIT;
            thread::park_timeout(LIMIT);
            was_there
        },
    ];
    let mut told = String::new();
    for way in ways {
        let before = Instant::now();
        let child = fork(|| {
            let given_up = way();
            let waited = before.elapsed();
            i32::from(given_up && waited >= LIMIT && waited < 2 * LIMIT)
        });
        told.push_str(&status(child).to_string());
        told.push_str(if before.elapsed() >= LIMIT {
            " late, "
        } else {
            " early, "
        });
    }
    say(said, &told);
}

fn gives_up() {
    assert_eq!(only(give_up), "1 late, ".repeat(5));
}

fn starts_none() {
    let said = only(|said| {
        let child = fork(|| {
            let refused = std::panic::catch_unwind(|| thread::spawn(|| ()).join());
            let scoped =
                std::panic::catch_unwind(|| thread::scope(|scope| scope.spawn(|| ()).join()));
            i32::from(refused.is_err() && scoped.is_err())
        });
        say(said, &status(child).to_string());
    });
    assert_eq!(said, "1");
}

fn parent_knows() {
    let said = only(|said| {
        let before = Instant::now();
        let child = fork(|| {
            thread::sleep(HOUR);
            0
        });
        let at_once = before.elapsed() < Duration::from_millis(1);
        status(child);
        say(said, &format!("{at_once} {}", before.elapsed() >= HOUR));
    });
    assert_eq!(said, "true true");
}

/// Asks so many times, a millisecond apart, whether a child that sleeps an hour has ended, and says
/// whether it had by the time that the parent knew it.
fn poll_sleeper(said: &Said, times: u32) {
    let before = Instant::now();
    let child = fork(|| {
        thread::sleep(HOUR);
        0
    });
    for _ in 0..times {
        thread::sleep(Duration::from_millis(1));
        if wait(child, libc::WNOHANG) == Ok(Some(0)) {
            return say(said, &format!("ended {}", before.elapsed() >= HOUR));
        }
    }
    say(said, &format!("sleeps {}", before.elapsed() < HOUR));
}

fn polled() {
    let (outcomes, _) = search(|said| poll_sleeper(said, 1_000));
    assert_eq!(
        outcomes.keys().collect::<Vec<_>>(),
        ["ended true", "sleeps true"]
    );
}

fn less() {
    let (outcomes, _) = search(|said| {
        let before = Instant::now();
        let child = fork(|| {
            thread::sleep(Duration::from_millis(10));
            0
        });
        thread::sleep(Duration::from_millis(20));
        let has_ended = wait(child, libc::WNOHANG) == Ok(Some(0));
        // A child that ends in time costs the parent no time.
        let is_early = before.elapsed() < Duration::from_millis(21);
        say(said, &format!("{has_ended} {is_early}"));
    });
    // A child may be slow to begin.
    assert_eq!(
        outcomes.keys().collect::<Vec<_>>(),
        ["false true", "true true"]
    );
}

/// How long a child of these sleeps before it passes something on.
const MOMENT: Duration = Duration::from_millis(20);

/// What a clock of C says.
fn clock() -> Duration {
    let mut now = timespec(0, 0);
    // SAFETY: there is room for the moment.
    let read = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    assert_eq!(read, 0);
    let part = |count: i64| count.unsigned_abs();
    Duration::from_secs(part(now.tv_sec)) + Duration::from_nanos(part(now.tv_nsec))
}

/// Forks a child that sleeps and then passes something on: whether that time has passed when the parent
/// has taken it.
fn takes_time(passes: impl FnOnce(), takes: impl FnOnce()) -> bool {
    let before = clock();
    let child = fork(|| {
        let moment = timespec(0, MOMENT.subsec_nanos().into());
        // SAFETY: a duration is there.
        let slept = unsafe { libc::nanosleep(&raw const moment, ptr::null_mut()) };
        passes();
        slept
    });
    takes();
    let is_late = clock() >= before + MOMENT;
    assert_eq!(status(child), 0);
    is_late
}

/// Whether all of these take the time that the child has slept, by their names.
fn all_take_time() -> Vec<(&'static str, bool)> {
    let read = |mut file: &File| assert_eq!(file.read(&mut [0]).ok(), Some(1));
    let write = |mut file: &File| assert_eq!(file.write(b"x").ok(), Some(1));
    let file = |fd: OwnedFd| File::from(fd);
    let pipe = || {
        let (reads, writes) = io::pipe().expect("there is room");
        [file(reads.into()), file(writes.into())]
    };
    let pair = || {
        let (one, other) = UnixStream::pair().expect("there is room");
        [file(one.into()), file(other.into())]
    };
    let [reads, writes] = pipe();
    let of_pipe = takes_time(|| write(&writes), || read(&reads));
    let of_poll = takes_time(
        || write(&writes),
        || assert_eq!(poll(reads.as_raw_fd(), -1), 1),
    );
    let [reads, writes] = pipe();
    let of_instance = takes_time(
        || write(&writes),
        || assert_eq!(epoll(reads.as_raw_fd(), -1), 1),
    );
    let [one, other] = pair();
    let of_socket = takes_time(|| write(&one), || read(&other));
    let [reads, writes] = pipe();
    let of_end = takes_time(
        || (),
        || {
            drop(writes);
            assert_eq!((&reads).read(&mut [0]).ok(), Some(0));
        },
    );
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a port");
    let address = listener.local_addr().expect("it is bound");
    let of_accept = takes_time(
        || drop(TcpStream::connect(address)),
        || drop(listener.accept()),
    );
    vec![
        ("pipe", of_pipe),
        ("poll", of_poll),
        ("epoll", of_instance),
        ("socket", of_socket),
        ("end of the file", of_end),
        ("accept", of_accept),
    ]
}

fn passed_on() {
    let all = all_take_time();
    assert!(all.iter().all(|(_, is_late)| *is_late), "{all:?}");
    // The driver is on the real system.
    assert_eq!(
        only(|said| say(said, &format!("{:?}", all_take_time()))),
        format!("{all:?}")
    );
}

extern "C" fn ignore(_: i32) {}

fn timespec(seconds: i64, nanoseconds: i64) -> libc::timespec {
    libc::timespec {
        tv_sec: seconds,
        tv_nsec: nanoseconds,
    }
}

/// Sleeps for two seconds with a handler: what is given, the seconds that are left, and whether all
/// have passed.
fn sleep_with_handler() -> (i32, i64, bool) {
    let before = Instant::now();
    let mut left = timespec(9, 0);
    // SAFETY: the function does nothing, and both durations are there.
    let slept = unsafe {
        libc::signal(libc::SIGUSR1, ignore as *const () as usize);
        libc::nanosleep(&timespec(2, 0), &raw mut left)
    };
    let is_over = before.elapsed() >= Duration::from_secs(2);
    (slept, left.tv_sec, is_over)
}

fn interrupted() {
    let (outcomes, _) = search(|said| {
        let child = fork(|| match sleep_with_handler() {
            (0, 9, true) => 1,
            // That it has looked at the clock took a moment.
            (-1, 1, false) if error() == libc::EINTR => 2,
            _ => 3,
        });
        // SAFETY: nothing is touched.
        unsafe { libc::kill(child, libc::SIGUSR1) };
        let ended = wait(child, 0).expect("it is a child").expect("it waits");
        say(said, &format!("{ended:#x}"));
    });
    // If it comes before there is a handler, it ends the child.
    let ends = [0x100, 0x200, libc::SIGUSR1].map(|ended| format!("{ended:#x}"));
    assert_eq!(
        outcomes.into_keys().collect::<Vec<_>>(),
        [&*ends[0], &*ends[1], &*ends[2]]
    );
}

fn errors() {
    fn all() -> Vec<i32> {
        let bad = [timespec(-1, 0), timespec(0, -1), timespec(0, 1_000_000_000)];
        let sleeps = bad.iter().map(|duration| {
            // SAFETY: a duration is there.
            match unsafe { libc::nanosleep(duration, ptr::null_mut()) } {
                -1 => error(),
                other => other,
            }
        });
        // SAFETY: likewise.
        let strange = unsafe { libc::clock_nanosleep(99, 0, &timespec(0, 0), ptr::null_mut()) };
        sleeps.chain([strange]).collect()
    }
    let said = only(|said| {
        let child = fork(|| i32::from(all() == [libc::EINVAL; 4]));
        say(said, &format!("{:?} {}", all(), status(child)));
    });
    assert_eq!(said, format!("{:?} 1", [libc::EINVAL; 4]));
}

/// Sleeps until a moment of the real-time clock that is so many seconds from now: how many pass.
fn sleep_until(seconds: i64) -> u64 {
    let before = Instant::now();
    let mut moment = timespec(0, 0);
    // SAFETY: the moment is there.
    let slept = unsafe {
        libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut moment);
        moment.tv_sec += seconds;
        let flags = libc::TIMER_ABSTIME;
        libc::clock_nanosleep(
            libc::CLOCK_REALTIME,
            flags,
            &raw const moment,
            ptr::null_mut(),
        )
    };
    assert_eq!(slept, 0);
    before.elapsed().as_secs()
}

fn until() {
    let said = only(|said| {
        let child = fork(|| i32::from([sleep_until(5), sleep_until(-5)] == [5, 0]));
        say(said, &format!("{} {}", sleep_until(7), status(child)));
    });
    assert_eq!(said, "7 1");
}

/// Polls the end of a pipe: what is found there.
fn poll(fd: i32, milliseconds: i32) -> i32 {
    let events = libc::POLLIN;
    let mut watched = libc::pollfd {
        fd,
        events,
        revents: 0,
    };
    // SAFETY: it is one.
    unsafe { libc::poll(&raw mut watched, 1, milliseconds) }
}

/// The same with an epoll instance.
fn epoll(fd: i32, milliseconds: i32) -> i32 {
    let mut event = libc::epoll_event {
        events: libc::EPOLLIN.cast_unsigned(),
        u64: 0,
    };
    // SAFETY: there is room for one event.
    unsafe {
        let epoll = libc::epoll_create1(0);
        assert_eq!(
            libc::epoll_ctl(epoll, libc::EPOLL_CTL_ADD, fd, &raw mut event),
            0
        );
        let found = libc::epoll_wait(epoll, &raw mut event, 1, milliseconds);
        libc::close(epoll);
        found
    }
}

fn waits() {
    type Wait = fn(i32, i32) -> i32;
    fn takes(wait: Wait, fd: i32, milliseconds: i32) -> bool {
        let before = Instant::now();
        let found = wait(fd, milliseconds);
        let time = Duration::from_millis(milliseconds.unsigned_abs().into());
        let passed = before.elapsed();
        found == 0 && passed >= time && passed < time + Duration::from_millis(1)
    }
    fn all(fd: i32) -> bool {
        let waits: [Wait; 2] = [poll, epoll];
        let times = [0, 1, 10, i32::MAX];
        waits
            .iter()
            .all(|wait| times.iter().all(|time| takes(*wait, fd, *time)))
    }
    let said = only(|said| {
        let [reads, _] = crate::pipes::pipe();
        // Two that wait side by side could learn of each other's time.
        let first = all(reads);
        let child = fork(|| i32::from(all(reads)));
        say(said, &format!("{first} {}", status(child)));
    });
    assert_eq!(said, "true 1");
}

fn comes() {
    let (outcomes, _) = search(|said| {
        let [reads, writes] = crate::pipes::pipe();
        let child = fork(|| {
            thread::sleep(Duration::from_millis(1));
            // SAFETY: it is a byte.
            unsafe { libc::write(writes, [5_u8].as_ptr().cast(), 1) as i32 }
        });
        let found = poll(reads, 10);
        say(said, &format!("{found} {}", status(child)));
    });
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), ["0 1", "1 1"]);
}

fn connects() {
    let said = only(|said| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a port");
        let address = listener.local_addr().expect("it is bound");
        // SAFETY: nothing is touched.
        unsafe { libc::listen(listener.as_raw_fd(), 0) };
        let connect = |address| TcpStream::connect_timeout(&address, Duration::from_secs(2));
        let before = Instant::now();
        let first = connect(address).is_ok();
        let second = connect(address).expect_err("there is room for one").kind();
        let is_late = before.elapsed() >= Duration::from_secs(2);
        drop(listener);
        let third = connect(address).expect_err("none listens").kind();
        say(said, &format!("{first} {second:?} {is_late} {third:?}"));
    });
    let (late, refused) = (ErrorKind::TimedOut, ErrorKind::ConnectionRefused);
    assert_eq!(said, format!("true {late:?} true {refused:?}"));
}

/// How long it takes, in seconds, and what it comes to.
fn timed<T>(what: impl FnOnce() -> T) -> (u64, T) {
    let before = Instant::now();
    let result = what();
    (before.elapsed().as_secs(), result)
}

fn kind<T>(result: io::Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

const LIMIT: Option<Duration> = Some(Duration::from_secs(3));

fn reads() {
    fn read(stream: &mut UnixStream) -> (u64, Option<ErrorKind>) {
        timed(|| kind(stream.read(&mut [0; 9])))
    }
    let said = only(|said| {
        let (mut here, mut there) = UnixStream::pair().expect("there is room");
        here.set_read_timeout(LIMIT).expect("it is open");
        let limits = [
            here.read_timeout(),
            here.write_timeout(),
            there.read_timeout(),
        ]
        .map(|limit| limit.expect("it is open"));
        let nothing = read(&mut here);
        there.write_all(b"x").expect("it is open");
        let something = read(&mut here);
        let child = fork(|| i32::from(read(&mut here) == (3, Some(ErrorKind::WouldBlock))));
        say(
            said,
            &format!("{limits:?} {nothing:?} {something:?} {}", status(child)),
        );
    });
    let limits: [Option<Duration>; 3] = [LIMIT, None, None];
    let (nothing, something) = ((3, Some(ErrorKind::WouldBlock)), (0, None::<ErrorKind>));
    assert_eq!(said, format!("{limits:?} {nothing:?} {something:?} 1"));
}

fn writes() {
    let said = only(|said| {
        let (mut here, _there) = UnixStream::pair().expect("there is room");
        here.set_write_timeout(LIMIT).expect("it is open");
        let much = [0; 1 << 12];
        let mut written = 0;
        let (seconds, full) = timed(|| {
            loop {
                match here.write(&much) {
                    Ok(count) => written += count,
                    Err(error) => break error.kind(),
                }
            }
        });
        say(said, &format!("{} {seconds} {full:?}", written > 0));
    });
    // The last one that wrote a part of it waited for the rest, and the next one for anything.
    let expected = [3, 6].map(|seconds| format!("true {seconds} {:?}", ErrorKind::WouldBlock));
    assert!(expected.contains(&said), "{said}");
}

fn answers() {
    let (outcomes, _) = search(|said| {
        let (mut here, mut there) = UnixStream::pair().expect("there is room");
        here.set_read_timeout(LIMIT).expect("it is open");
        let child = fork(|| {
            thread::sleep(Duration::from_secs(1));
            i32::from(there.write_all(b"x").is_ok())
        });
        let found = kind(here.read(&mut [0; 9]));
        say(said, &format!("{found:?} {}", status(child)));
    });
    let expected = [None, Some(ErrorKind::WouldBlock)].map(|found| format!("{found:?} 1"));
    assert_eq!(outcomes.into_keys().collect::<Vec<_>>(), expected);
}

/// Sets the time limit of receiving to so many seconds: the error, or 0.
fn set_limit(fd: i32, seconds: i64, microseconds: i64, length: usize) -> i32 {
    let time = libc::timeval {
        tv_sec: seconds,
        tv_usec: microseconds,
    };
    let option = libc::SO_RCVTIMEO;
    let length = length as libc::socklen_t;
    // SAFETY: there are not fewer bytes.
    match unsafe {
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            option,
            (&raw const time).cast(),
            length,
        )
    } {
        0 => 0,
        _ => error(),
    }
}

const TIMEVAL: usize = size_of::<libc::timeval>();

fn accepts() {
    let said = only(|said| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a port");
        let address = listener.local_addr().expect("it is bound");
        assert_eq!(set_limit(listener.as_raw_fd(), 3, 0, TIMEVAL), 0);
        let none = timed(|| kind(listener.accept()));
        let client = TcpStream::connect(address).expect("it listens");
        let (stream, _) = listener.accept().expect("one is there");
        let limits =
            [stream.read_timeout(), client.read_timeout()].map(|limit| limit.expect("it is open"));
        say(said, &format!("{none:?} {limits:?}"));
    });
    let none = (3, Some(ErrorKind::WouldBlock));
    assert_eq!(said, format!("{none:?} {:?}", [LIMIT, None]));
}

fn limits() {
    fn all() -> String {
        let (mut here, _there) = UnixStream::pair().expect("there is room");
        let [reads, _] = crate::pipes::pipe();
        let fd = here.as_raw_fd();
        let bad = [
            set_limit(fd, 0, -1, TIMEVAL),
            set_limit(fd, 0, 1_000_000, TIMEVAL),
            set_limit(fd, -1, -1, TIMEVAL),
            set_limit(fd, 1, 0, TIMEVAL - 1),
            set_limit(fd, 1, 0, 0),
            set_limit(reads, 1, 0, TIMEVAL),
            set_limit(77, 1, 0, TIMEVAL),
        ];
        let good = [
            (set_limit(fd, -5, 0, TIMEVAL), kind(here.read(&mut [0]))),
            (set_limit(fd, 0, 8_000, TIMEVAL), kind(here.read(&mut [0]))),
        ];
        let limit = here.read_timeout().expect("it is open");
        let zero = kind(here.set_read_timeout(Some(Duration::ZERO)));
        here.set_read_timeout(None).expect("it is open");
        format!(
            "{bad:?} {good:?} {limit:?} {zero:?} {:?}",
            here.read_timeout().ok()
        )
    }
    // The driver is on the real system.
    assert_eq!(only(|said| say(said, &all())), all());
}

fn shared() {
    let said = only(|said| {
        let (mut here, _there) = UnixStream::pair().expect("there is room");
        let child = fork(|| set_limit(here.as_raw_fd(), 3, 0, TIMEVAL));
        let set = status(child);
        say(
            said,
            &format!("{set} {:?}", timed(|| kind(here.read(&mut [0])))),
        );
    });
    assert_eq!(said, format!("0 {:?}", (3, Some(ErrorKind::WouldBlock))));
}
