use super::answer::{Process, ProcessError, run_main};
use os::Exit;
use std::{
    io::{self, Read},
    thread,
    time::{Duration, Instant},
};

/// What `README.md` says, on the real system.
pub fn run() {
    let (mut tells, told) = io::pipe().expect("a pipe");
    let begin = Instant::now();
    let code = run_main(|| {
        let mut log = Process::new(|| {
            thread::sleep(Duration::from_secs(60));
            0
        });
        assert_eq!(log.set_daemon(true), Ok(()));
        assert_eq!((log.start(), log.is_daemon()), (Ok(()), true));
        assert_eq!(log.set_daemon(false), Err(ProcessError::AlreadyStarted));
        let worker = move || {
            use std::io::Write as _;
            thread::sleep(Duration::from_millis(20));
            (&told).write_all(b"worked").expect("it is read");
            0
        };
        Process::new(worker).start().expect("a process");
        let mut daemon = Process::new(|| {
            let started = Process::new(|| 0).start();
            i32::from(started == Err(ProcessError::Daemonic))
        });
        daemon.set_daemon(true).expect("it was not started");
        assert_eq!(daemon.join(), Err(ProcessError::NotStarted));
        daemon.start().expect("a process");
        assert_eq!(daemon.join(), Ok(Exit::Code(1)));
        5
    });
    assert_eq!(code, 5);
    assert!(begin.elapsed() < Duration::from_secs(30));
    // The worker was waited for, so all that it has written is there.
    let mut text = [0; 6];
    tells
        .read_exact(&mut text)
        .expect("the worker has written it");
    assert_eq!(&text, b"worked");
    let nobody = os::try_wait_any().map_err(|error| error.raw_os_error());
    assert_eq!(nobody, Err(Some(10)));
}
