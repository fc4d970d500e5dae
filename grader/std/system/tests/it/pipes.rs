//! Pipes and pairs of sockets of the real library.

use std::{
    io::{self, IoSlice, IoSliceMut, Read as _, Write as _, pipe as real_pipe},
    net::Shutdown,
    os::{fd::AsRawFd as _, unix::net::UnixStream},
};

use interleave::{Granularity, Outcome, strategy::RandomWalk};

use crate::{
    harness::Test,
    lives::{error, fork, status},
    search::{execute, only, sampled, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_child_reads_what_its_parent_writes", to_child),
    ("a_file_ends_when_all_write_ends_are_closed", end_of_file),
    (
        "a_reader_with_a_write_end_of_its_own_waits_forever",
        own_end,
    ),
    ("a_long_write_arrives_in_order", long),
    ("several_buffers_are_one_message", vectored),
    ("two_writers_are_read_in_both_orders", both_orders),
    ("samples_are_the_same_each_time", samples),
    ("a_pair_of_sockets_talks_both_ways", pair),
    ("a_socket_that_is_not_to_wait_does_not", nonblocking),
    ("a_clone_is_the_same_description", clones),
    ("errors_are_those_of_the_man_pages", errors),
    ("poll_waits_for_one_of_several", polls),
    ("a_thread_that_waits_when_all_is_over_is_unwound", unwound),
    ("nothing_is_left_open_after_a_thousand_executions", many),
];

/// A pipe by its descriptors.
pub(crate) fn pipe() -> [i32; 2] {
    let mut ends = [0; 2];
    // SAFETY: there is room for both.
    let made = unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) };
    assert_eq!(made, 0);
    ends
}

fn to_child() {
    let said = only(|said| {
        let (mut reads, mut writes) = real_pipe().expect("there is room");
        let child = fork(|| {
            let mut byte = [0];
            reads.read_exact(&mut byte).expect("it is written");
            byte[0].into()
        });
        writes.write_all(&[42]).expect("it is read");
        say(said, &format!("{} {}", writes.as_raw_fd(), status(child)));
    });
    assert_eq!(said, "4 42");
}

fn end_of_file() {
    let (outcomes, executions) = search(|said| {
        let (mut reads, writes) = real_pipe().expect("there is room");
        let child = fork(|| {
            let grandchild = fork(|| {
                (&writes).write_all(b"grandchild ").expect("it is read");
                1
            });
            let status = status(grandchild);
            (&writes).write_all(b"child").expect("it is read");
            status + 1
        });
        drop(writes);
        let mut text = String::new();
        reads.read_to_string(&mut text).expect("it is text");
        say(said, &format!("{text} {}", status(child)));
    });
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), ["grandchild child 2"]);
    assert!(executions < 100, "{executions}");
}

fn own_end() {
    let said = only(|said| {
        let (mut reads, writes) = real_pipe().expect("there is room");
        let child = fork(|| {
            // The write end was inherited, and is open here.
            let mut text = String::new();
            reads.read_to_string(&mut text).expect("it is text");
            0
        });
        drop(writes);
        say(said, "forked");
        status(child);
    });
    assert_eq!(said, "forked 2 wait");
}

fn long() {
    // So many steps have too many interleavings for all of them.
    let outcomes = sampled(
        |said| {
            let (mut reads, writes) = real_pipe().expect("there is room");
            let child = fork(|| {
                let bytes: Vec<u8> = (0..200_000_u32).map(|number| number as u8).collect();
                (&writes).write_all(&bytes).expect("it is read");
                0
            });
            drop(writes);
            let mut bytes = Vec::new();
            reads.read_to_end(&mut bytes).expect("it is written");
            let in_order = bytes.iter().enumerate().all(|(at, byte)| at as u8 == *byte);
            let length = bytes.len();
            say(said, &format!("{length} {in_order} {}", status(child)));
        },
        1,
        30,
    );
    assert_eq!(outcomes, vec!["200000 true 0"; 30]);
}

fn vectored() {
    let said = only(|said| {
        let (mut reads, mut writes) = real_pipe().expect("there is room");
        let parts = ["one ", "", "two ", "three"].map(|part| IoSlice::new(part.as_bytes()));
        let written = writes.write_vectored(&parts).expect("there is room");
        let (mut first, mut none, mut second) = ([0; 6], [], [0; 99]);
        let mut parts = [
            IoSliceMut::new(&mut first),
            IoSliceMut::new(&mut none),
            IoSliceMut::new(&mut second),
        ];
        let read = reads.read_vectored(&mut parts).expect("it is written");
        let second = String::from_utf8_lossy(&second[..read - 6]);
        let first = String::from_utf8_lossy(&first);
        say(said, &format!("{written} {first}|{second}"));
    });
    assert_eq!(said, "13 one tw|o three");
}

/// What two children write that do not wait for each other.
fn race(said: &crate::search::Said) {
    let (mut reads, writes) = real_pipe().expect("there is room");
    let children = ["a", "b"].map(|name| {
        fork(|| {
            (&writes).write_all(name.as_bytes()).expect("it is read");
            0
        })
    });
    drop(writes);
    let mut text = String::new();
    reads.read_to_string(&mut text).expect("it is text");
    let statuses = children.map(status);
    say(said, &format!("{text} {statuses:?}"));
}

fn both_orders() {
    let (outcomes, _) = search(race);
    let outcomes: Vec<_> = outcomes.keys().collect();
    assert_eq!(outcomes, ["ab [0, 0]", "ba [0, 0]"]);
}

fn samples() {
    let first = sampled(race, 7, 50);
    assert_eq!(sampled(race, 7, 50), first);
}

fn pair() {
    let said = only(|said| {
        let (mut own, mut other) = UnixStream::pair().expect("there is room");
        let child = fork(|| {
            let mut text = String::new();
            other.read_to_string(&mut text).expect("it is text");
            other
                .write_all(text.to_uppercase().as_bytes())
                .expect("it is read");
            0
        });
        drop(other);
        own.write_all(b"hello").expect("it is read");
        own.shutdown(Shutdown::Write).expect("it is open");
        let mut text = String::new();
        own.read_to_string(&mut text).expect("it is text");
        say(said, &format!("{text} {}", status(child)));
    });
    assert_eq!(said, "HELLO 0");
}

fn nonblocking() {
    let said = only(|said| {
        let (mut own, other) = UnixStream::pair().expect("there is room");
        own.set_nonblocking(true).expect("it is open");
        let nothing = own.read(&mut [0; 9]).expect_err("nothing is there").kind();
        drop(other);
        let end = own.read(&mut [0; 9]).expect("it is the end");
        let broken = own.write(b"a").expect_err("the other end is closed").kind();
        say(said, &format!("{nothing:?} {end} {broken:?}"));
    });
    let (nothing, broken) = (io::ErrorKind::WouldBlock, io::ErrorKind::BrokenPipe);
    assert_eq!(said, format!("{nothing:?} 0 {broken:?}"));
}

fn clones() {
    let said = only(|said| {
        let (mut reads, writes) = real_pipe().expect("there is room");
        let mut clone = writes.try_clone().expect("there is room");
        let numbers = [reads.as_raw_fd(), writes.as_raw_fd(), clone.as_raw_fd()];
        drop(writes);
        clone.write_all(b"a").expect("it is open");
        drop(clone);
        let mut text = String::new();
        reads.read_to_string(&mut text).expect("it is text");
        // The lowest from 9 on, whatever is free below.
        // SAFETY: nothing is touched.
        let (high, next) = unsafe {
            let fd = reads.as_raw_fd();
            (
                libc::fcntl(fd, libc::F_DUPFD, 9),
                libc::fcntl(fd, libc::F_DUPFD, 9),
            )
        };
        let free = real_pipe().expect("there is room");
        let free = [free.0.as_raw_fd(), free.1.as_raw_fd()];
        say(said, &format!("{numbers:?} {text} {high} {next} {free:?}"));
    });
    assert_eq!(said, "[3, 4, 5] a 9 10 [4, 5]");
}

fn errors() {
    let said = only(|said| {
        let byte = [0_u8];
        let bytes = byte.as_ptr().cast::<libc::c_void>();
        let nowhere = std::ptr::null_mut();
        // SAFETY: what is not valid is not reached.
        let errors = unsafe {
            [
                (libc::read(77, nowhere, 1), error()),
                (libc::write(77, bytes, 1), error()),
                (libc::close(77) as isize, error()),
                (libc::dup(77) as isize, error()),
                (libc::fcntl(77, libc::F_GETFD) as isize, error()),
                (libc::send(1, bytes, 1, 0), error()),
                (libc::shutdown(1, 5) as isize, error()),
                (libc::readv(1, std::ptr::null(), 1025) as isize, error()),
                (
                    libc::pipe2(nowhere.cast(), libc::O_APPEND) as isize,
                    error(),
                ),
                (
                    libc::socketpair(libc::AF_UNIX, libc::SOCK_DGRAM, 0, nowhere.cast()) as isize,
                    error(),
                ),
            ]
        };
        say(said, &format!("{errors:?}"));
    });
    let errors = [
        libc::EBADF,
        libc::EBADF,
        libc::EBADF,
        libc::EBADF,
        libc::EBADF,
        libc::ENOTSOCK,
        libc::EINVAL,
        libc::EINVAL,
        libc::EINVAL,
        libc::ESOCKTNOSUPPORT,
    ];
    assert_eq!(said, format!("{:?}", errors.map(|error| (-1, error))));
}

fn polls() {
    let said = only(|said| {
        let [(first, _first), (second, mut writes)] =
            [(); 2].map(|()| real_pipe().expect("there is room"));
        let child = fork(|| {
            writes.write_all(b"a").expect("it is read");
            0
        });
        let mut watched = [&first, &second].map(|end| libc::pollfd {
            fd: end.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        });
        // SAFETY: there are two.
        let ready = unsafe { libc::poll(watched.as_mut_ptr(), 2, -1) };
        let found = watched.map(|watched| watched.revents);
        say(said, &format!("{ready} {found:?} {}", status(child)));
    });
    assert_eq!(said, format!("1 [0, {}] 0", libc::POLLIN));
}

/// Says what a read came to when it is dropped.
struct Reads(crate::search::Said, io::PipeReader);

impl Drop for Reads {
    fn drop(&mut self) {
        let result = self
            .1
            .read(&mut [0; 9])
            .map_err(|error| error.raw_os_error());
        say(&self.0, &format!("{result:?}"));
    }
}

fn unwound() {
    // A child keeps the write end, so that the only thread waits in the middle of a read, and is
    // cut off there: the function of C gives an error, and then the thread cannot wait any more.
    let program: fn(&crate::search::Said) = |said| {
        let (reads, writes) = real_pipe().expect("there is room");
        let reader = reads.try_clone().expect("there is room");
        let mut read = Reads(said.clone(), reader);
        fork(|| {
            let mut own = &reads;
            i32::from(own.read(&mut [0]).is_ok())
        });
        drop(reads);
        let error = read.1.read(&mut [0; 9]).expect_err("it is cut off");
        drop(writes);
        assert_eq!(error.raw_os_error(), Some(libc::ECANCELED));
    };
    let (said, executed) = execute(program, Granularity::Coarse, &mut RandomWalk::new(1));
    assert!(
        matches!(executed.outcome, Outcome::Deadlock(_)),
        "{executed:?}"
    );
    assert!(said.ends_with("2 wait"), "{said}");
}

fn many() {
    let open = || {
        fs_err::read_dir("/proc/self/fd")
            .expect("it is there")
            .count()
    };
    race_once(0);
    processes::forget();
    let before = open();
    for seed in 0..1000 {
        race_once(seed);
    }
    // A process that is kept for later ones has a descriptor.
    processes::forget();
    assert_eq!(open(), before);
}

fn race_once(seed: u64) {
    let (said, _) = execute(race, Granularity::Coarse, &mut RandomWalk::new(seed));
    assert!(said.ends_with("[0, 0]"), "{said}");
}
