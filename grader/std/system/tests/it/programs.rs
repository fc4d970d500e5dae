//! Programs that a scenario installs, started by the real `std::process::Command`.

use std::{
    io::{self, Read as _, Write as _, pipe},
    os::fd::AsRawFd as _,
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    panic::catch_unwind,
    process::{Command, Stdio},
};

use processes::Started;
use std_system::{
    cell::Cell,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::{
    harness::Test,
    lives::{fork, status},
    search::{only, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_program_gets_its_arguments_and_gives_its_output", output),
    ("a_program_reads_what_it_is_given", reads),
    (
        "a_program_has_the_environment_that_it_is_given",
        environment,
    ),
    ("a_program_that_is_not_installed_is_not_found", missing),
    (
        "a_program_holds_no_ends_of_pipes_that_it_is_not_given",
        holds_nothing,
    ),
    ("a_program_begins_with_fresh_statics", fresh_statics),
    ("a_program_handles_no_signals", handles_nothing),
    ("a_program_can_lead_a_group", leads),
    ("a_program_is_killed", killed),
    ("a_program_that_panics_ends_with_101", panics),
    ("a_program_starts_a_program", nested),
    ("a_forked_process_starts_a_program", forked),
    ("programs_run_side_by_side", side_by_side),
    ("a_working_directory_is_refused", directory),
    ("a_program_is_forgotten_with_its_execution", forgotten),
    ("output_on_two_pipes_is_read_at_once", two_pipes),
    ("a_forked_process_becomes_a_program", becomes),
    (
        "a_program_that_is_not_found_in_the_child_is_told_to_the_parent",
        told,
    ),
    ("the_first_process_becomes_no_other_program", first_stays),
    ("a_program_prints_whole_lines", prints_lines),
    (
        "a_line_that_nobody_reads_panics_and_the_rest_is_lost",
        no_reader,
    ),
    ("a_program_dies_of_a_broken_pipe", broken_pipe),
    (
        "an_exit_of_the_library_writes_what_the_parent_has_printed",
        doubles,
    ),
    (
        "what_is_to_be_done_before_the_program_is_done_in_the_child",
        before,
    ),
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes to standard output as a C program does.
fn print(text: &str) {
    io::stdout().write_all(text.as_bytes()).expect("it is open");
    io::stdout().flush().expect("it is open");
}

/// A small number as a status.
fn status_of(number: usize) -> i32 {
    i32::try_from(number).expect("it is small")
}

fn tells(started: &Started) -> i32 {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input).expect("it is open");
    print(&format!("{:?} {input:?}", started.arguments));
    7
}

fn output() {
    let said = only(|said| {
        processes::install("tells", tells);
        let output = Command::new("tells").args(["a b", ""]).output();
        let output = output.expect("it is installed");
        let text = text(&output.stdout);
        say(said, &format!("{text} {:?}", output.status.code()));
    });
    assert_eq!(said, r#"["tells", "a b", ""] "" Some(7)"#);
}

fn reads() {
    let said = only(|said| {
        processes::install("tells", tells);
        let mut command = Command::new("tells");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it is installed");
        let mut input = child.stdin.take().expect("it is piped");
        input.write_all(b"hello").expect("it is read");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        say(said, &text(&output.stdout));
    });
    assert_eq!(said, r#"["tells"] "hello""#);
}

fn environment() {
    let said = only(|said| {
        processes::install("env", |started| {
            let of = |name: &str| started.environment.iter().find(|(key, _)| key == name);
            print(&format!("{:?} {:?}", of("A"), of("PATH").is_some()));
            0
        });
        let mut command = Command::new("env");
        let given = command.env("A", "x=y").output().expect("it is installed");
        let cleared = command.env_clear().output().expect("it is installed");
        say(
            said,
            &format!("{} {}", text(&given.stdout), text(&cleared.stdout)),
        );
    });
    assert_eq!(said, r#"Some(("A", "x=y")) true None false"#);
}

fn missing() {
    let said = only(|said| {
        let error = Command::new("nothing")
            .spawn()
            .expect_err("it is not there");
        say(said, &format!("{:?} {:?}", error.kind(), open()));
    });
    assert_eq!(said, "NotFound [0, 1, 2]");
}

fn open() -> Vec<i32> {
    processes::look().descriptors
}

fn holds_nothing() {
    let said = only(|said| {
        processes::install("waits", |_| {
            let read = io::stdin().read(&mut [0; 1]);
            read.map_or(1, status_of)
        });
        let (mut reads, writes) = pipe().expect("a pipe");
        let mut command = Command::new("waits");
        let mut child = command.stdin(Stdio::piped()).spawn().expect("it is there");
        drop(writes);
        // The program runs, and does not hold the end.
        let count = reads.read(&mut [0; 1]).expect("the end");
        drop(child.stdin.take());
        let status = child.wait().expect("it ends");
        say(said, &format!("{count} {:?}", status.code()));
    });
    assert_eq!(said, "0 Some(0)");
}

static COUNT: AtomicU32 = AtomicU32::new(3);
static LIST: Mutex<Vec<u32>> = Mutex::new(Vec::new());

std_system::thread_local! {
    static OWN: Cell<u32> = const { Cell::new(1) };
}

fn values() -> i32 {
    let length = LIST.lock().expect("no panic").len() as u32;
    (COUNT.load(Ordering::SeqCst) * 10 + length + 100 * OWN.get()).cast_signed()
}

fn fresh_statics() {
    let said = only(|said| {
        processes::install("values", |_| values());
        COUNT.store(5, Ordering::SeqCst);
        LIST.lock().expect("no panic").push(1);
        OWN.set(2);
        let copied = status(fork(values));
        // A mutex that is held is free again as well.
        let held = LIST.lock();
        let fresh = Command::new("values").status().expect("it is installed");
        drop(held);
        let own = values();
        say(said, &format!("{copied} {:?} {own}", fresh.code()));
    });
    assert_eq!(said, "251 Some(130) 251");
}

/// Waits for a byte, or for the end of its input.
fn waits(_: &Started) -> i32 {
    let _ = io::stdin().read(&mut [0; 1]);
    0
}

extern "C" fn ignore(_: i32) {}

fn handles_nothing() {
    let said = only(|said| {
        processes::install("waits", waits);
        let handler = ignore as extern "C" fn(i32) as libc::sighandler_t;
        // SAFETY: the function does nothing.
        unsafe { libc::signal(libc::SIGUSR1, handler) };
        let mut command = Command::new("waits");
        let mut child = command.stdin(Stdio::piped()).spawn().expect("it is there");
        // SAFETY: it is a child.
        unsafe { libc::kill(child.id().cast_signed(), libc::SIGUSR1) };
        let status = child.wait().expect("it ends");
        say(said, &format!("{:?}", status.signal()));
    });
    assert_eq!(said, "Some(10)");
}

fn leads() {
    let said = only(|said| {
        processes::install("waits", waits);
        let mut command = Command::new("waits");
        command.process_group(0).stdin(Stdio::piped());
        let mut child = command.spawn().expect("it is there");
        // Its group is there as soon as it is.
        // SAFETY: a group of a child.
        let sent = unsafe { libc::kill(-child.id().cast_signed(), libc::SIGTERM) };
        let status = child.wait().expect("it ends");
        say(said, &format!("{sent} {:?}", status.signal()));
    });
    assert_eq!(said, "0 Some(15)");
}

fn killed() {
    let said = only(|said| {
        processes::install("forever", |_| {
            loop {
                std_system::thread::park();
            }
        });
        let mut child = Command::new("forever").spawn().expect("it is there");
        assert!(child.try_wait().expect("a child").is_none());
        child.kill().expect("it is there");
        let status = child.wait().expect("it ends");
        say(said, &format!("{:?} {:?}", status.signal(), status.code()));
    });
    assert_eq!(said, "Some(9) None");
}

fn panics() {
    let said = only(|said| {
        processes::install("panics", |_| panic!("on purpose"));
        let status = Command::new("panics").status().expect("it is there");
        say(said, &format!("{:?}", status.code()));
    });
    assert_eq!(said, "Some(101)");
}

fn nested() {
    let said = only(|said| {
        processes::install("inner", |started| status_of(started.arguments.len()));
        processes::install("outer", |_| {
            let inner = Command::new("inner").arg("x").status();
            10 + inner.expect("it is installed").code().expect("it exits")
        });
        let status = Command::new("outer").status().expect("it is there");
        say(said, &format!("{:?}", status.code()));
    });
    assert_eq!(said, "Some(12)");
}

fn forked() {
    let said = only(|said| {
        processes::install("inner", |started| status_of(started.arguments.len()));
        let child = fork(|| {
            let inner = Command::new("inner").status();
            inner.expect("it is installed").code().expect("it exits")
        });
        say(said, &status(child).to_string());
    });
    assert_eq!(said, "1");
}

fn side_by_side() {
    let (outcomes, executions) = search(|said| {
        processes::install("echo", |started| {
            print(&started.arguments[1]);
            0
        });
        let (mut reads, writes) = pipe().expect("a pipe");
        let mut children = ["a", "b"].map(|letter| {
            let mut command = Command::new("echo");
            command
                .arg(letter)
                .stdout(writes.try_clone().expect("there is room"));
            command.spawn().expect("it is installed")
        });
        drop(writes);
        let mut text = String::new();
        reads.read_to_string(&mut text).expect("text");
        for child in &mut children {
            child.wait().expect("it ends");
        }
        say(said, &text);
    });
    assert!(executions >= 2);
    assert_eq!(outcomes.into_keys().collect::<Vec<_>>(), ["ab", "ba"]);
}

fn becomes() {
    let said = only(|said| {
        processes::install("values", |started| {
            values() + status_of(started.arguments.len())
        });
        COUNT.store(5, Ordering::SeqCst);
        let child = fork(|| {
            let error = Command::new("values").arg("x").exec();
            panic!("{error}");
        });
        say(said, &status(child).to_string());
    });
    assert_eq!(said, "132");
}

fn told() {
    let said = only(|said| {
        let mut command = Command::new("nothing");
        // What has another list of directories is looked for in the child.
        let error = command.env_clear().spawn().expect_err("it is not there");
        say(
            said,
            &format!(
                "{:?} {:?} {}",
                error.kind(),
                open(),
                processes::look().children.len()
            ),
        );
    });
    assert_eq!(said, "NotFound [0, 1, 2] 0");
}

fn first_stays() {
    let said = only(|said| {
        processes::install("values", |_| 0);
        let error = Command::new("values").exec();
        say(said, &format!("{:?}", error.raw_os_error()));
    });
    assert_eq!(said, format!("{:?}", Some(libc::ENOSYS)));
}

fn prints_lines() {
    let (outcomes, _) = search(|said| {
        processes::install("prints", |started| {
            std_system::println!("{} {}", started.arguments[1], 1);
            std_system::eprint!("{}", started.arguments[1]);
            // The end of a program writes what is left, also one that panics.
            std_system::print!("{}", 2);
            assert_eq!(started.arguments[1], "a");
            0
        });
        let (mut reads, writes) = pipe().expect("a pipe");
        let mut children = ["a", "b"].map(|letter| {
            let mut command = Command::new("prints");
            command.arg(letter).stderr(Stdio::null());
            command.stdout(writes.try_clone().expect("there is room"));
            command.spawn().expect("it is installed")
        });
        drop(writes);
        let mut text = String::new();
        reads.read_to_string(&mut text).expect("text");
        for child in &mut children {
            child.wait().expect("it ends");
        }
        say(said, &text);
    });
    let expected = [
        "a 1\n2b 1\n2",
        "a 1\nb 1\n22",
        "b 1\n2a 1\n2",
        "b 1\na 1\n22",
    ];
    let outcomes: Vec<_> = outcomes.into_keys().collect();
    assert_eq!(outcomes, expected);
}

fn no_reader() {
    let said = only(|said| {
        let ends = ["part", "line\n"].map(|text| {
            let (reads, writes) = pipe().expect("a pipe");
            drop(reads);
            status(fork(|| {
                // SAFETY: both are open.
                unsafe { libc::dup2(writes.as_raw_fd(), 1) };
                let printed = catch_unwind(|| std_system::print!("{text}"));
                std_system::process::exit(if printed.is_ok() { 5 } else { 6 })
            }))
        });
        say(said, &format!("{ends:?}"));
    });
    assert_eq!(said, "[5, 6]");
}

/// As `std` starts it; one that is written in Rust ignores the signal by itself.
fn broken_pipe() {
    let said = only(|said| {
        processes::install("prints", |_| {
            std_system::println!("line");
            7
        });
        let (reads, writes) = pipe().expect("a pipe");
        drop(reads);
        let mut command = Command::new("prints");
        let status = command.stdout(writes).status().expect("it is installed");
        say(said, &format!("{:?} {:?}", status.code(), status.signal()));
    });
    assert_eq!(said, "None Some(13)");
}

fn doubles() {
    let said = only(|said| {
        let (mut reads, writes) = pipe().expect("a pipe");
        let child = fork(|| {
            // SAFETY: both are open.
            unsafe { libc::dup2(writes.as_raw_fd(), 1) };
            std_system::print!("twice ");
            for ends in [true, false] {
                // SAFETY: the child has one thread.
                match unsafe { libc::fork() } {
                    0 if ends => std_system::process::exit(0),
                    0 => return 0,
                    child => assert_eq!(status(child), 0),
                }
            }
            std_system::process::exit(1)
        });
        drop(writes);
        let mut text = String::new();
        reads.read_to_string(&mut text).expect("text");
        say(said, &format!("{text}{}", status(child)));
    });
    // One that ends by `_exit` writes nothing.
    assert_eq!(said, "twice twice 1");
}

fn before() {
    let said = only(|said| {
        processes::install("reads", |_| {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).expect("text");
            status_of(text.len())
        });
        let (reads, mut writes) = pipe().expect("a pipe");
        let mut command = Command::new("reads");
        command.stdin(reads);
        // SAFETY: it makes a call alone.
        unsafe {
            command.pre_exec(move || writes.write_all(b"before"));
        }
        let mut child = command.spawn().expect("it is installed");
        drop(command);
        let status = child.wait().expect("it ends");
        say(said, &format!("{:?} {:?}", status.code(), open()));
    });
    assert_eq!(said, "Some(6) [0, 1, 2]");
}

fn directory() {
    let said = only(|said| {
        processes::install("echo", |_| 0);
        let error = Command::new("echo").current_dir("/tmp").spawn();
        let error = error.expect_err("there is one directory");
        say(said, &format!("{:?}", error.raw_os_error()));
    });
    assert_eq!(said, format!("{:?}", Some(libc::ENOSYS)));
}

fn forgotten() {
    only(|said| {
        processes::install("gone", |_| 0);
        say(said, "");
    });
    let said = only(|said| {
        let status = Command::new("gone").status();
        say(said, &format!("{:?}", status.map_err(|error| error.kind())));
    });
    assert_eq!(said, "Err(NotFound)");
}

fn two_pipes() {
    let said = only(|said| {
        processes::install("both", |_| {
            io::stderr().write_all(b"error").expect("it is open");
            print("output");
            0
        });
        let output = Command::new("both").output().expect("it is installed");
        say(
            said,
            &format!("{} {}", text(&output.stdout), text(&output.stderr)),
        );
    });
    assert_eq!(said, "output error");
}
