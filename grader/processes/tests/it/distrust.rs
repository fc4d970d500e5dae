//! Processes that do not do again what they did, and what becomes of processes that are kept. Written
//! before the code was read again.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    env,
    fs::File,
    io::{BufRead as _, BufReader, Write as _, stdout},
    process::{Command, Stdio},
    rc::Rc,
    thread::sleep,
    time::{Duration, Instant},
};

use interleave::{Outcome, strategy::RandomWalk};
use processes::Memory;
use rustix::{
    io::pwrite,
    process::{Pid, kill_process},
};

use crate::{
    attacks::{children, real_children},
    calls::{end_of, fork, pipe, read, wait, write},
    compared::{SUBJECT, execute, office, same, sampled},
    harness::Test,
    search::{Said, say},
};

pub(crate) const TESTS: &[Test] = &[
    ("what_depends_on_real_time_is_not_remembered", real_time),
    ("what_depends_on_a_real_number_is_not_remembered", real_pid),
    ("a_later_difference_is_a_divergence", later_difference),
    (
        "a_template_killed_from_outside_makes_no_difference",
        killed_template,
    ),
    ("no_process_outlives_a_killed_driver", killed_driver),
    ("endless_loops_are_not_remembered", endless),
];

thread_local! {
    static FILE: RefCell<Option<Rc<File>>> = const { RefCell::new(None) };
}

fn distinct(said: &[String]) -> usize {
    said.iter().collect::<BTreeSet<_>>().len()
}

/// Each of twenty executions says something else, though processes are remembered.
fn differs_each_time(program: fn(&Said)) {
    let said = sampled(program, Memory::Of(1), 20);
    let said: Vec<_> = said.into_iter().map(|(said, _)| said).collect();
    assert_eq!(distinct(&said), 20, "{said:?}");
}

fn real_time() {
    let program = |said: &Said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            write(writes, &format!("{:?}", Instant::now()));
            0
        });
        let text = read(reads);
        wait(child);
        say(said, &text);
    };
    differs_each_time(program);
}

fn real_pid() {
    let program = |said: &Said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            let grandchild = fork(|| {
                let pid = rustix::process::getpid().as_raw_nonzero();
                write(writes, &pid.to_string());
                0
            });
            wait(grandchild).into()
        });
        let text = read(reads);
        wait(child);
        say(said, &text);
    };
    differs_each_time(program);
}

/// The first byte of the real file.
fn look_at_file() -> String {
    let file = FILE.with_borrow(Clone::clone).expect("there is one");
    let mut bytes = [0];
    let count = rustix::io::pread(&*file, &mut bytes, 0).expect("it can be read");
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}

fn later_difference() {
    let file = rustix::fs::memfd_create("a", rustix::fs::MemfdFlags::empty());
    let file = File::from(file.expect("there is memory"));
    FILE.set(Some(Rc::new(file)));
    let set = |byte: u8| {
        let file = FILE.with_borrow(Clone::clone).expect("there is one");
        pwrite(&*file, &[byte], 0).expect("it can be written");
    };
    // The child looks at the file, and says so before it is told something new.
    let program = |said: &Said| {
        let subject = SUBJECT.get().to_string();
        let [reads, writes] = pipe();
        let [asks, answers] = pipe();
        let child = fork(|| {
            write(writes, &look_at_file());
            let what = read(asks);
            write(writes, &format!("{what} {}", look_at_file()));
            0
        });
        let mut text = read(reads);
        write(answers, &subject);
        text += &read(reads);
        wait(child);
        say(said, &text);
    };
    processes::forget();
    let once = |subject, byte| {
        SUBJECT.set(subject);
        set(byte);
        let (said, executed) = execute(program, Memory::Of(1), &mut RandomWalk::new(1));
        (said, matches!(executed.outcome, Outcome::Diverged { .. }))
    };
    assert_eq!(once(1, b'x'), ("x1 x".to_owned(), false));
    assert_eq!(once(1, b'x'), ("x1 x".to_owned(), false));
    assert_eq!(once(1, b'x'), ("x1 x".to_owned(), false));
    // What the first write says is known, and wrong; what comes of the number is not known.
    let (_, diverged) = once(2, b'y');
    assert!(diverged);
    // From then on, nothing is remembered.
    assert_eq!(once(1, b'y'), ("y1 y".to_owned(), false));
    assert_eq!(once(1, b'z'), ("z1 z".to_owned(), false));
    processes::forget();
    FILE.set(None);
}

fn kill_children() -> usize {
    let children = children();
    for child in &children {
        let pid = Pid::from_raw(*child).expect("it is a number");
        kill_process(pid, rustix::process::Signal::KILL).expect("it is a child");
    }
    children.len()
}

fn killed_template() {
    processes::forget();
    SUBJECT.set(2);
    let mut both = BTreeSet::new();
    for seed in 0..40 {
        let (sold, executed) = execute(office, Memory::Of(2), &mut RandomWalk::new(seed));
        match executed.outcome {
            Outcome::Completed => assert!(both.insert(sold.clone()) || !sold.is_empty()),
            Outcome::Diverged { .. } => assert!(sold.is_empty(), "{sold}"),
            other => panic!("{other:?}"),
        }
        if seed == 1 {
            assert_eq!(kill_children(), 2);
        }
    }
    assert_eq!(both.len(), 2);
    assert_eq!(real_children(), 0);
}

const DRIVER: &str = "INTERLEAVE_DRIVER_TO_BE_KILLED";

fn killed_driver() {
    if env::var_os(DRIVER).is_some() {
        SUBJECT.set(2);
        // It is killed in the middle of this.
        for seed in 0.. {
            execute(office, Memory::Of(2), &mut RandomWalk::new(seed));
            if seed == 5 {
                writeln!(stdout(), "{:?}", children()).expect("it is read");
            }
        }
    }
    let test = "no_process_outlives_a_killed_driver";
    for wait_ms in [0, 3, 17] {
        let mut driver = Command::new(env::current_exe().expect("it has a name"))
            .arg(test)
            .env(DRIVER, "")
            .stdout(Stdio::piped())
            .spawn()
            .expect("it can start");
        let lines = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
        let line = lines.map_while(Result::ok).find(|line| line.contains('['));
        sleep(Duration::from_millis(wait_ms));
        driver.kill().expect("it runs");
        driver.wait().expect("it has ended");
        let line = line.expect("it has said which children it has");
        let start = line.rfind('[').expect("there is one");
        let numbers = line[start..].split(|c: char| !c.is_ascii_digit());
        let numbers: Vec<i32> = numbers.flat_map(str::parse).collect();
        assert_eq!(numbers.len(), 2, "{line}");
        for number in numbers {
            // Its new parent may not have waited for it yet.
            let mut left = 2000;
            while is_running(number) {
                assert!(left > 0, "process {number} is still there");
                left -= 1;
                sleep(Duration::from_millis(5));
            }
        }
    }
}

/// Whether there is a process with this number that has not ended.
fn is_running(number: i32) -> bool {
    let status = fs_err::read_to_string(format!("/proc/{number}/stat"));
    status.is_ok_and(|status| {
        let state = status.rsplit(')').next().unwrap_or_default();
        !state.trim_start().starts_with(['Z', 'X'])
    })
}

fn endless() {
    let program = |said: &Said| {
        let child = fork(|| {
            loop {
                std::hint::black_box(());
            }
        });
        say(said, &format!("{:?}", end_of(child)));
    };
    let said = same(program, 2);
    assert_eq!(said, ["Signaled(XCPU)", "Signaled(XCPU)"]);
}
