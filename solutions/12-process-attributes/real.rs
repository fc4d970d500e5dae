use super::answer::{Process, ProcessError, current};
use os::Exit;
use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

/// What `README.md` says, on the real system.
pub fn run() {
    lives();
    terminated();
}

fn lives() {
    let (mut until, mut ends) = io::pipe().expect("a pipe");
    let (mut tells, told) = io::pipe().expect("a pipe");
    let caller = std::process::id();
    let mut process = Process::new("egon", move || {
        let own = current();
        let is_right = own.name == "egon" && own.pid == std::process::id() && own.parent == caller;
        (&told)
            .write_all(&[u8::from(is_right)])
            .expect("it is read");
        until.read_exact(&mut [0]).expect("it is told to end");
        3
    });
    assert_eq!((process.name(), process.pid()), ("egon", None));
    assert!(!process.is_alive());
    assert_eq!(process.join(None), Err(ProcessError::NotStarted));
    assert_eq!(process.start(), Ok(()));
    assert_eq!(process.start(), Err(ProcessError::AlreadyStarted));
    let begin = Instant::now();
    assert_eq!(process.join(Some(Duration::from_millis(20))), Ok(None));
    assert!(begin.elapsed() >= Duration::from_millis(20));
    assert_eq!((process.is_alive(), process.exit()), (true, None));
    let mut is_right = [0];
    tells.read_exact(&mut is_right).expect("the child tells it");
    assert_eq!(is_right, [1]);
    ends.write_all(&[0]).expect("the child reads it");
    let end = Some(Exit::Code(3));
    assert_eq!(process.join(Some(Duration::MAX)), Ok(end));
    assert_eq!(
        (process.is_alive(), process.exit(), process.terminate()),
        (false, end, Ok(()))
    );
    assert!(process.pid().is_some_and(|pid| pid != caller));
    assert_eq!(current().name, "MainProcess");
}

fn terminated() {
    let mut process = Process::new("sleeper", || {
        std::thread::sleep(Duration::from_secs(60));
        0
    });
    process.start().expect("a process");
    assert_eq!(process.terminate(), Ok(()));
    assert_eq!(process.exit(), Some(Exit::Signal(15)));
    let pid = process.pid().expect("it was started");
    assert!(!os::process_exists(pid).expect("it is asked about"));
}
