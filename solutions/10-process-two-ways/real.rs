// What an answer does on the real system, which is the module `super::answer`.

use super::answer::{Process, ProcessError, Run};

struct Work(u8);

impl Run for Work {
    fn run(&mut self) -> i32 {
        self.0 += 1;
        i32::from(self.0)
    }
}

pub fn run() {
    let parent = std::process::id();
    let target = move |name: &str| {
        let is_another = std::process::id() != parent;
        i32::from(is_another && name == "egon")
    };
    let mut process = Process::new(target, "egon");
    assert_eq!(process.pid(), None);
    assert_eq!(process.join(), Err(ProcessError::NotStarted));
    assert_eq!(process.start(), Ok(()));
    assert!(process.pid().is_some_and(|pid| pid != parent));
    assert_eq!(process.start(), Err(ProcessError::AlreadyStarted));

    let mut other = Process::from_run(Work(254));
    assert_eq!(other.start(), Ok(()));
    for _ in 0..2 {
        assert_eq!(other.join(), Ok(255));
        assert_eq!(process.join(), Ok(1));
    }
    assert_eq!(process.start(), Err(ProcessError::AlreadyStarted));

    let mut killed = Process::new(|()| std::process::abort(), ());
    assert_eq!(killed.start(), Ok(()));
    assert_eq!(killed.join(), Err(ProcessError::System));
    let left = os::wait_any();
    assert!(left.is_err(), "a child is left: {left:?}");
}
