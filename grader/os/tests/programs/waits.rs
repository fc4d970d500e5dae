//! Waiting for children.

use std::{
    io::{self, Read as _, Write as _, pipe},
    process,
};

use os::{Change, Exit, Signal, fork, try_wait_any, try_wait_group, wait_any, wait_group};

/// The number of an error.
pub(crate) fn number<T>(result: io::Result<T>) -> Option<i32> {
    result.err().and_then(|error| error.raw_os_error())
}

/// Whether the calls fail that must, by the names of their errors.
pub(crate) fn named<T>(result: io::Result<T>) -> &'static str {
    match number(result) {
        None => "no error",
        Some(libc::EAGAIN) => "EAGAIN",
        Some(libc::EBADF) => "EBADF",
        Some(libc::ECHILD) => "ECHILD",
        Some(libc::EDEADLK) => "EDEADLK",
        Some(libc::EEXIST) => "EEXIST",
        Some(libc::EINTR) => "EINTR",
        Some(libc::EINVAL) => "EINVAL",
        Some(libc::ENOENT) => "ENOENT",
        Some(libc::ENOTRECOVERABLE) => "ENOTRECOVERABLE",
        Some(libc::EOVERFLOW) => "EOVERFLOW",
        Some(libc::EPERM) => "EPERM",
        Some(libc::ESRCH) => "ESRCH",
        Some(_) => "another error",
    }
}

pub(crate) fn any() -> String {
    let children = [fork(|| 1), fork(|| 2)].map(|child| child.expect("a child").pid());
    let mut waited = [wait_any(), wait_any()].map(|waited| waited.expect("there are two"));
    waited.sort_unstable_by_key(|(pid, _)| *pid);
    let ends = children.map(|child| waited.iter().find(|(pid, _)| *pid == child));
    let ends = ends.map(|end| end.expect("it was waited for").1);
    let none = [named(wait_any()), named(try_wait_any())];
    format!("{ends:?} {none:?}")
}

pub(crate) fn first_is_either() -> String {
    let first = fork(|| 1).expect("a child").pid();
    fork(|| 2).expect("a child");
    let (pid, exit) = wait_any().expect("there are two");
    wait_any().expect("there is one");
    format!("{} {exit:?}", pid == first)
}

pub(crate) fn running() -> String {
    let (mut reads, _writes) = pipe().expect("a pipe");
    // It has the write end as well, so that there is no end of the file.
    let mut child = fork(|| reads.read(&mut [0]).map_or(1, |_| 0)).expect("a child");
    let any = try_wait_any().expect("it is there");
    let one = child.try_wait().expect("it is there");
    child.kill().expect("it is there");
    format!("{any:?} {one:?} {:?}", child.wait())
}

pub(crate) fn reaped_elsewhere() -> String {
    let mut child = fork(|| 4).expect("a child");
    let (pid, exit) = wait_any().expect("there is one");
    let calls = [
        named(child.wait()),
        named(child.try_wait()),
        named(child.kill()),
    ];
    format!("{} {exit:?} {calls:?}", pid == child.pid())
}

pub(crate) fn stops() -> String {
    let mut child = fork(|| {
        os::kill(process::id(), Signal::STOP).expect("it is there");
        5
    })
    .expect("a child");
    let stopped = child.wait_change();
    // A wait for ends alone is not told of it.
    let runs = child.try_wait();
    child.signal(Signal::CONT).expect("it is there");
    // If it ends before the parent looks, that is all that is told.
    let next = child.wait_change();
    let last = match child.wait_change() {
        Ok(last) => format!("Ok({last:?})"),
        error => named(error).to_owned(),
    };
    format!("{stopped:?} {runs:?} {next:?} {last}")
}

pub(crate) fn groups() -> String {
    let (mut reads, mut writes) = pipe().expect("a pipe");
    let other = fork(|| reads.read(&mut [0]).map_or(1, |_| 7)).expect("a child");
    let one = fork(|| 6).expect("a child");
    // The parent does it, so that it is done before the parent waits.
    os::setpgid(other.pid(), other.pid()).expect("it is a child");
    let group = other.pid();
    let runs = try_wait_group(group).is_ok_and(|none| none.is_none());
    writes.write_all(b"x").expect("there is room");
    let (pid, exit) = wait_group(group).expect("it is in there");
    let gone = [
        named(wait_group(group)),
        named(wait_group(1)),
        named(try_wait_group(0)),
    ];
    let last = wait_any().expect("there is one");
    let is_last = last == (one.pid(), Exit::Code(6));
    format!("{runs} {} {exit:?} {gone:?} {is_last}", pid == group)
}

pub(crate) fn many_ends() -> String {
    for code in 0..3 {
        fork(|| code).expect("a child");
    }
    let mut sum = 0;
    let mut count = 0;
    while let Ok((_, Exit::Code(code))) = wait_any() {
        sum += code;
        count += 1;
    }
    format!("{count} {sum}")
}

pub(crate) fn ended_is_told_of() -> String {
    let mut child = fork(|| 3).expect("a child");
    let change = child.wait_change();
    format!(
        "{} {}",
        matches!(change, Ok(Change::Ended(Exit::Code(3)))),
        named(child.wait_change())
    )
}
