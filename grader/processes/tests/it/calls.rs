//! The calls that programs here make, with what cannot fail.

use kernel::{
    Answer, Children, Errno, Fd, OpenFlags, Pid, SystemCall, WaitOptions, WaitStatus, Waited,
};

pub(crate) fn open(path: &str, flags: OpenFlags) -> Fd {
    let path = path.to_owned();
    match processes::call(SystemCall::Open { path, flags }) {
        Ok(Answer::Descriptor(fd)) => fd,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn read(fd: Fd) -> String {
    match processes::call(SystemCall::Read { fd, count: 99 }) {
        Ok(Answer::Bytes(bytes)) => String::from_utf8(bytes).expect("it is text"),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn write(fd: Fd, text: &str) {
    let bytes = text.as_bytes().to_vec();
    let written = processes::call(SystemCall::Write { fd, bytes });
    assert_eq!(written, Ok(Answer::Number(text.len() as u64)));
}

pub(crate) fn close(fd: Fd) {
    assert_eq!(
        processes::call(SystemCall::Close { fd }),
        Ok(Answer::Nothing)
    );
}

pub(crate) fn pipe() -> [Fd; 2] {
    let flags = OpenFlags::EMPTY;
    match processes::call(SystemCall::Pipe { flags }) {
        Ok(Answer::Ends(ends)) => ends,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn fork(body: impl FnOnce() -> i32) -> Pid {
    processes::fork(body).expect("there is room")
}

/// Waits for a child, and says how it ended.
pub(crate) fn wait(pid: Pid) -> u8 {
    match end_of(pid) {
        WaitStatus::Exited(status) => status,
        other => panic!("{other:?}"),
    }
}

/// Waits for a child, and says what became of it.
pub(crate) fn end_of(pid: Pid) -> WaitStatus {
    let children = Children::One(pid);
    let options = WaitOptions::ENDS;
    match processes::call(SystemCall::Wait { children, options }) {
        Ok(Answer::Waited(Some(Waited { status, .. }))) => status,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn has_children() -> bool {
    let children = Children::Any;
    let options = WaitOptions::ENDS;
    processes::call(SystemCall::TryWait { children, options }) != Err(Errno::ECHILD)
}
