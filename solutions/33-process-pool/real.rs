// What an answer does on the real system, which is the module `super::answer`.

use super::answer::{ProcessPool, WorkerDied};

/// How many descriptors this process has open, one of which is that of the list itself.
fn descriptors() -> usize {
    let open = std::fs::read_dir("/proc/self/fd").expect("the system lists them");
    open.count()
}

pub fn run() {
    let before = descriptors();
    let work = |task: &[u8]| {
        if task == b"die" {
            std::process::abort();
        }
        task.to_ascii_uppercase()
    };
    let mut pool = ProcessPool::new(2, work).expect("the system has room for two processes");
    let long = vec![b'a'; 200_000];
    let tasks = [&b"a"[..], b"die", b"", &long, b"die", b"c"].map(<[u8]>::to_vec);
    let expected = vec![
        Ok(b"A".to_vec()),
        Err(WorkerDied),
        Ok(Vec::new()),
        Ok(long.to_ascii_uppercase()),
        Err(WorkerDied),
        Ok(b"C".to_vec()),
    ];
    for _ in 0..3 {
        let results = pool.map(&tasks).expect("the system has room for more");
        assert!(results == expected, "the results are others");
    }
    pool.shutdown().expect("nothing is in the way");
    let left = os::wait_any();
    assert!(left.is_err(), "a child is left: {left:?}");
    assert_eq!(descriptors(), before, "descriptors are left open");
}
