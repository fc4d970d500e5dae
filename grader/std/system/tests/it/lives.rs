//! The beginning and the end of processes by the functions of C.

use std::{
    panic::catch_unwind,
    process, ptr,
    sync::atomic::{AtomicI32, Ordering},
};

use crate::{
    harness::Test,
    search::{Said, only, say},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_fork_returns_in_both", returns_in_both),
    ("every_way_to_end_is_a_status_of_c", ends),
    ("a_child_is_waited_for_once", waited_once),
    ("a_child_that_works_is_not_waited_for", no_hang),
    ("kill_tells_whether_there_is_a_process", killed),
    ("a_child_has_its_own_number_and_its_parents", numbers),
    ("a_signal_is_handled_by_a_function_of_c", handled),
    ("a_thread_of_the_real_system_is_refused", no_threads),
];

/// Forks a child that does this and exits.
pub(crate) fn fork(body: impl FnOnce() -> i32) -> i32 {
    // SAFETY: the child runs on with a copy of everything.
    match unsafe { libc::fork() } {
        0 => {
            let status = body();
            // SAFETY: it ends the child.
            unsafe { libc::_exit(status) }
        }
        child => {
            assert!(child > 0, "{}", std::io::Error::last_os_error());
            child
        }
    }
}

/// Waits for a child: its status word, or the error.
pub(crate) fn wait(child: i32, options: i32) -> Result<Option<i32>, i32> {
    let mut status = 0;
    // SAFETY: the status is written to a variable.
    match unsafe { libc::waitpid(child, &raw mut status, options) } {
        -1 => Err(error()),
        0 => Ok(None),
        found => {
            assert!(found == child || child == -1);
            Ok(Some(status))
        }
    }
}

/// The exit status of a child.
pub(crate) fn status(child: i32) -> i32 {
    let status = wait(child, 0)
        .expect("it is a child")
        .expect("it waits for it");
    assert!(libc::WIFEXITED(status), "{status:#x}");
    libc::WEXITSTATUS(status)
}

pub(crate) fn error() -> i32 {
    std::io::Error::last_os_error()
        .raw_os_error()
        .expect("it is the system's")
}

fn returns_in_both() {
    let said = only(|said: &Said| {
        let mut number = 1;
        let child = fork(|| {
            number += 1;
            number
        });
        number += 10;
        say(said, &format!("{number} {}", status(child)));
    });
    assert_eq!(said, "11 2");
}

#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "that is what is tested"
)]
fn exit() -> i32 {
    process::exit(11)
}

fn ends() {
    let said = only(|said| {
        let children = [
            fork(|| 7),
            fork(|| 256 + 9),
            fork(exit),
            fork(|| process::abort()),
            fork(|| {
                // A panic that is caught ends nothing.
                let _ = catch_unwind(|| panic!("on purpose"));
                3
            }),
        ];
        let statuses = children.map(|child| wait(child, 0));
        say(said, &format!("{statuses:?}"));
    });
    let [seven, nine, eleven, three] = [7, 9, 11, 3].map(|status| status << 8);
    let statuses = [seven, nine, eleven, libc::SIGABRT, three].map(|word| Ok::<_, i32>(Some(word)));
    assert_eq!(said, format!("{statuses:?}"));
}

fn waited_once() {
    let said = only(|said| {
        let child = fork(|| 0);
        let (first, second) = (wait(-1, 0), wait(-1, 0));
        say(said, &format!("{first:?} {second:?} {:?}", wait(child, 99)));
    });
    let (none, invalid) = (libc::ECHILD, libc::EINVAL);
    assert_eq!(said, format!("Ok(Some(0)) Err({none}) Err({invalid})"));
}

fn no_hang() {
    let said = only(|said| {
        let [reads, writes] = crate::pipes::pipe();
        let child = fork(|| {
            let mut byte = [0_u8];
            // SAFETY: there is room for a byte.
            unsafe { libc::read(reads, byte.as_mut_ptr().cast(), 1) };
            i32::from(byte[0])
        });
        let early = wait(child, libc::WNOHANG);
        // SAFETY: it is a byte.
        unsafe { libc::write(writes, [5_u8].as_ptr().cast(), 1) };
        say(said, &format!("{early:?} {}", status(child)));
    });
    assert_eq!(said, "Ok(None) 5");
}

fn killed() {
    let said = only(|said| {
        let child = fork(|| 0);
        // SAFETY: nothing is touched.
        let results = unsafe { [libc::kill(child, 0), libc::kill(child, 99)] };
        let strange = error();
        status(child);
        // SAFETY: likewise.
        let gone = unsafe { libc::kill(child, 0) };
        say(said, &format!("{results:?} {strange} {gone} {}", error()));
    });
    let (invalid, gone) = (libc::EINVAL, libc::ESRCH);
    assert_eq!(said, format!("[0, -1] {invalid} -1 {gone}"));
}

fn numbers() {
    let said = only(|said| {
        let own = process::id();
        let child = fork(|| {
            let parent = std::os::unix::process::parent_id();
            i32::from(parent == own && process::id() != own)
        });
        let is_child = fork(|| 0) != child;
        say(said, &format!("{own} {is_child} {}", status(child)));
    });
    assert_eq!(said, "1 true 1");
}

extern "C" fn count(signal: i32) {
    COUNT.fetch_add(signal, Ordering::Relaxed);
}

static COUNT: AtomicI32 = AtomicI32::new(0);

fn handled() {
    let said = only(|said| {
        COUNT.store(0, Ordering::Relaxed);
        let handler = count as *const () as usize;
        // SAFETY: the function touches nothing but a number.
        let before = unsafe { libc::signal(libc::SIGUSR1, handler) };
        // SAFETY: nothing is touched.
        let child = fork(|| unsafe { libc::kill(libc::getppid(), libc::SIGUSR1) });
        let status = status(child);
        // A call at which it is taken, if it was not taken before.
        // SAFETY: likewise.
        let after = unsafe { libc::signal(libc::SIGUSR1, libc::SIG_IGN) };
        let is_told = [before == libc::SIG_DFL, after == handler];
        say(
            said,
            &format!("{status} {is_told:?} {}", COUNT.load(Ordering::Relaxed)),
        );
    });
    assert_eq!(said, format!("0 [true, true] {}", libc::SIGUSR1));
}

extern "C" fn nothing(_: *mut libc::c_void) -> *mut libc::c_void {
    ptr::null_mut()
}

fn create() -> i32 {
    let mut thread = 0;
    // SAFETY: the number is written to a variable; nothing is passed.
    unsafe {
        let refused = libc::pthread_create(&raw mut thread, ptr::null(), nothing, ptr::null_mut());
        if refused == 0 {
            libc::pthread_join(thread, ptr::null_mut());
        }
        refused
    }
}

fn no_threads() {
    let said = only(|said| say(said, &create().to_string()));
    assert_eq!(said, libc::EAGAIN.to_string());
    assert_eq!(create(), 0);
}
