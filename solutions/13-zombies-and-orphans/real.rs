use super::answer::{Adopted, Reaper, adopt_orphans, reap_all, spawn_zombie};
use os::{Exit, Signal, fork};
use std::{thread, time::Duration};

/// What `README.md` says, on the real system.
pub fn run() {
    zombies();
    orphans();
    reaper();
    assert_eq!(reap_all().expect("none is no error"), []);
}

fn zombies() {
    let first = spawn_zombie(3).expect("a process");
    assert_eq!(
        os::try_wait_any().expect("a child"),
        Some((first, Exit::Code(3)))
    );
    let second = spawn_zombie(4).expect("a process");
    let third = fork(|| 5).expect("a process").pid();
    let mut reaped = reap_all().expect("two children");
    reaped.sort_by_key(|(pid, _)| *pid == third);
    assert_eq!(reaped, [(second, Exit::Code(4)), (third, Exit::Code(5))]);
}

fn orphans() {
    let adopted = adopt_orphans(|| {
        for code in [5, 6] {
            let orphan = || {
                thread::sleep(Duration::from_millis(10));
                code
            };
            fork(orphan).expect("a process");
        }
        3
    });
    let Adopted { child, mut orphans } = adopted.expect("processes");
    orphans.sort_by_key(|(_, end)| format!("{end:?}"));
    let ends: Vec<_> = orphans.iter().map(|(_, end)| *end).collect();
    assert_eq!(
        (child, ends),
        (Exit::Code(3), vec![Exit::Code(5), Exit::Code(6)])
    );
}

fn reaper() {
    let mut reaper = Reaper::new().expect("a pipe");
    assert_eq!(reaper.reap().expect("no children"), []);
    let sleeps = || {
        thread::sleep(Duration::from_secs(10));
        0
    };
    let mut runs = fork(sleeps).expect("a process");
    let expected = [0, 1].map(|code| (fork(|| code).expect("a process").pid(), Exit::Code(code)));
    let mut reaped = Vec::new();
    while reaped.len() < 2 {
        os::wait_readable(&[&reaper]).expect("it is open");
        reaped.extend(reaper.reap().expect("children"));
    }
    reaped.sort_by_key(|child| *child != expected[0]);
    assert_eq!(reaped, expected);
    runs.signal(Signal::KILL).expect("it runs");
    while reaped.len() < 3 {
        os::wait_readable(&[&reaper]).expect("it is open");
        reaped.extend(reaper.reap().expect("a child"));
    }
    assert_eq!(reaped[2], (runs.pid(), Exit::Signal(9)));
}
