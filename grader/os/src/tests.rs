use std::io::{Read, Write, pipe};

use super::{Exit, fork, wait_readable};

#[test]
fn what_is_ready_is_told_by_its_position() {
    let (one, _held) = pipe().expect("a pipe");
    let (mut two, mut writer) = pipe().expect("a pipe");
    writer.write_all(b"x").expect("there is room");
    let ready = wait_readable(&[&one, &two]).expect("there is something to wait for");
    assert_eq!(ready, [1]);
    let mut byte = [0];
    two.read_exact(&mut byte).expect("it is ready");
    drop(writer);
    // The end counts as ready too.
    assert_eq!(wait_readable(&[&one, &two]).expect("the end"), [1]);
    assert_eq!(two.read(&mut byte).expect("the end"), 0);
    assert!(wait_readable::<std::io::PipeReader>(&[]).is_err());
}

#[test]
fn a_child_that_is_killed_ends_by_the_signal() {
    let (mut never, held) = pipe().expect("a pipe");
    let mut child = fork(move || {
        // This process holds the write end, so there is no end to read.
        let _held = held;
        never.read(&mut [0]).map_or(1, |_| 0)
    })
    .expect("a child");
    assert_eq!(child.try_wait().expect("it is there"), None);
    child.kill().expect("it is there");
    assert_eq!(child.wait().expect("it ends"), Exit::Signal(9));
}

#[test]
fn a_child_is_waited_for_once() {
    let mut child = fork(|| 0x1_07).expect("a child");
    assert_eq!(child.wait().expect("it ends"), Exit::Code(7));
    // Another process may have its number by now, which must come to no harm.
    let gone = Some(libc::ECHILD);
    assert_eq!(child.wait().expect_err("it has gone").raw_os_error(), gone);
    assert_eq!(child.try_wait().expect_err("likewise").raw_os_error(), gone);
    assert_eq!(child.kill().expect_err("likewise").raw_os_error(), gone);
}

#[test]
fn a_child_that_panics_ends_with_the_code_of_each_program_that_does() {
    let mut child = fork(|| panic!("as it was asked to")).expect("a child");
    assert_eq!(child.wait().expect("it ends"), Exit::Code(101));
}
