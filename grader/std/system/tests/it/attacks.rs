//! What could break the names. Written before the code was read again.

use std::{
    io::{self, Read as _, Write as _},
    process, ptr,
};

use std_system::thread;

use crate::{
    harness::Test,
    lives::{error, fork, status},
    pipes::pipe,
    search::{Said, only, say},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_driver_that_exits_in_the_middle_has_its_status", exits),
    ("no_real_descriptor_can_be_closed", closes_all),
    ("lengths_that_overflow_are_an_error", overflows),
    ("what_is_empty_may_be_nowhere", nowhere),
    ("a_thread_waits_in_a_read_for_another", threads),
    ("names_without_a_number_are_the_same", short_names),
    ("a_child_of_a_thread_has_that_thread_alone", thread_forks),
    (
        "a_directory_that_changes_while_it_is_read_is_the_old_one",
        changing,
    ),
    (
        "a_child_that_panics_while_it_reads_a_directory_is_a_status",
        panics,
    ),
];

#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "that is what is tested"
)]
fn exits() {
    // This fork is a real one.
    let child = fork(|| {
        only(|_| process::exit(3));
        4
    });
    assert_eq!(status(child), 3);
}

fn closes_all() {
    let said = only(|said: &Said| {
        // SAFETY: nothing of this program is behind them.
        let closed = (0..300).filter(|fd| unsafe { libc::close(*fd) } == 0);
        let closed: Vec<_> = closed.collect();
        let child = fork(|| 5);
        say(said, &format!("{closed:?} {}", status(child)));
    });
    assert_eq!(said, "[0, 1, 2] 5");
    assert!(io::stdout().flush().is_ok());
}

fn overflows() {
    let said = only(|said| {
        let [reads, writes] = pipe();
        let mut byte = 7_u8;
        let part = libc::iovec {
            iov_base: (&raw mut byte).cast(),
            iov_len: usize::MAX,
        };
        let parts = [part, part];
        // SAFETY: nothing is read that far.
        let results = unsafe {
            [
                (libc::readv(reads, parts.as_ptr(), 2), error()),
                (libc::readv(reads, parts.as_ptr(), -1), error()),
                (libc::preadv(reads, parts.as_ptr(), 2, -5), error()),
                (libc::lseek(writes, i64::MIN, 9) as isize, error()),
            ]
        };
        // What is there is less than what is asked for.
        // SAFETY: one byte is written and read.
        let read = unsafe {
            libc::write(writes, (&raw const byte).cast(), 1);
            libc::read(reads, (&raw mut byte).cast(), usize::MAX)
        };
        say(said, &format!("{results:?} {read}"));
    });
    let invalid = (-1_isize, libc::EINVAL);
    assert_eq!(said, format!("{:?} 1", [invalid; 4]));
}

fn nowhere() {
    let said = only(|said| {
        let [reads, writes] = pipe();
        // SAFETY: nothing is read or written.
        let results = unsafe {
            [
                libc::write(writes, ptr::null(), 0),
                libc::read(reads, ptr::null_mut(), 0),
                libc::writev(writes, ptr::null(), 0),
                libc::poll(ptr::null_mut(), 0, 0) as isize,
            ]
        };
        say(said, &format!("{results:?}"));
    });
    assert_eq!(said, "[0, 0, 0, 0]");
}

fn threads() {
    let said = only(|said| {
        let (mut reads, mut writes) = io::pipe().expect("there is room");
        let reader = thread::spawn(move || {
            let mut text = String::new();
            reads.read_to_string(&mut text).expect("it is text");
            text
        });
        writes.write_all(b"hello").expect("it is read");
        drop(writes);
        say(said, &reader.join().expect("it ends"));
    });
    assert_eq!(said, "hello");
}

fn thread_forks() {
    let said = only(|said| {
        let forks = thread::spawn(|| {
            let child = fork(|| 6);
            status(child)
        });
        say(said, &forks.join().expect("it ends").to_string());
    });
    assert_eq!(said, "6");
}

fn short_names() {
    let said = only(|said| {
        let flags = libc::O_RDWR | libc::O_CREAT;
        let mut bytes = [0_u8; 3];
        // SAFETY: paths end in a zero byte, and bytes are there.
        let (results, size) = unsafe {
            let fd = libc::open(c"a".as_ptr(), flags, 0o644);
            let mut found: libc::stat = std::mem::zeroed();
            let results = [
                libc::pwrite(fd, c"abc".as_ptr().cast(), 3, 2),
                libc::pread(fd, bytes.as_mut_ptr().cast(), 3, 1),
                libc::lseek(fd, -1, libc::SEEK_END) as isize,
                libc::ftruncate(fd, 9) as isize,
                libc::stat(c"a".as_ptr(), &raw mut found) as isize,
            ];
            (results, found.st_size)
        };
        say(said, &format!("{results:?} {bytes:?} {size}"));
    });
    assert_eq!(said, "[3, 3, 4, 0, 0] [0, 97, 98] 9");
}

fn names_of(stream: *mut libc::DIR) -> Vec<String> {
    let mut names = Vec::new();
    loop {
        // SAFETY: the stream is open, and a name ends in a zero byte.
        unsafe {
            let entry = libc::readdir64(stream);
            if entry.is_null() {
                return names;
            }
            let name = std::ffi::CStr::from_ptr((*entry).d_name.as_ptr());
            names.push(name.to_string_lossy().into_owned());
        }
    }
}

fn changing() {
    let said = only(|said| {
        // SAFETY: the paths end in a zero byte.
        let (stream, made) = unsafe {
            libc::mkdir(c"d".as_ptr(), 0o755);
            let stream = libc::opendir(c"d".as_ptr());
            (stream, libc::mkdir(c"d/e".as_ptr(), 0o755))
        };
        let names = names_of(stream);
        // SAFETY: it is closed once.
        let closed = unsafe { libc::closedir(stream) };
        say(said, &format!("{made} {names:?} {closed}"));
    });
    assert_eq!(said, r#"0 [".", ".."] 0"#);
}

fn panics() {
    let said = only(|said| {
        // SAFETY: the path ends in a zero byte.
        let child = match unsafe { libc::fork() } {
            0 => {
                // SAFETY: likewise.
                let stream = unsafe { libc::opendir(c"/".as_ptr()) };
                panic!("on purpose: {:?}", names_of(stream));
            }
            child => child,
        };
        say(said, &status(child).to_string());
    });
    assert_eq!(said, "101");
}
