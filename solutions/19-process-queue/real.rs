use super::answer::{LONGEST, Queue};
use std::{
    io,
    time::{Duration, Instant},
};

/// Whether a process sleeps: `proc_pid_stat(5)`.
fn sleeps(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it is a child");
    let (_, state) = stat
        .rsplit_once(") ")
        .expect("its name stands in parentheses");
    state.starts_with('S')
}

/// A queue on the real system: producers and consumers, limits, and a process that is killed while it waits.
pub fn run() {
    const EACH: u32 = 200;
    let queue = Queue::new(3).expect("there is room for a queue");
    let produces = |first: u32| {
        let numbers = first..first + EACH;
        let mut all = numbers.map(|number| queue.put(&number.to_le_bytes()));
        i32::from(all.any(|put| put.is_err()))
    };
    let mut producers = [0, 1000].map(|first| os::fork(|| produces(first)).expect("a process"));
    let mut got = [Vec::new(), Vec::new()];
    for _ in 0..2 * EACH {
        let message = queue.get().expect("no process dies");
        let number = u32::from_le_bytes(message.try_into().expect("four bytes"));
        got[usize::from(number >= 1000)].push(number);
    }
    assert_eq!(
        got,
        [0, 1000].map(|first| (first..first + EACH).collect::<Vec<_>>())
    );
    for producer in &mut producers {
        assert_eq!(producer.wait().expect("it is a child"), os::Exit::Code(0));
    }

    let limit = Duration::from_millis(20);
    let began = Instant::now();
    assert_eq!(queue.get_timeout(limit).expect("no process dies"), None);
    assert!(began.elapsed() >= limit);
    let long = vec![7; LONGEST];
    for _ in 0..3 {
        assert!(
            queue
                .put_timeout(&long, Duration::ZERO)
                .expect("no process dies")
        );
    }
    assert!(
        !queue
            .put_timeout(b"", Duration::ZERO)
            .expect("no process dies")
    );
    let too_long = queue
        .put(&vec![7; LONGEST + 1])
        .map_err(|error| error.kind());
    assert_eq!(too_long, Err(io::ErrorKind::InvalidInput));

    let mut waits = os::fork(|| i32::from(queue.put(b"never").is_err())).expect("a process");
    while !sleeps(waits.pid()) {
        std::thread::yield_now();
    }
    waits.kill().expect("it is a child");
    assert_eq!(waits.wait().expect("it is a child"), os::Exit::Signal(9));
    for _ in 0..3 {
        assert_eq!(queue.get().expect("nobody died in the middle"), long);
    }
    assert!(
        queue
            .put_timeout(b"", Duration::MAX)
            .expect("nobody died in the middle")
    );
    let empty = queue
        .get_timeout(Duration::MAX)
        .expect("nobody died in the middle");
    assert_eq!(empty.as_deref(), Some(&b""[..]));
    assert!(Queue::new(0).is_err() && Queue::new(17).is_err());
}
