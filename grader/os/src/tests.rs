use std::io::{Read, Write, pipe};

use super::{
    Exit,
    check::{Meeting, children, open_descriptors},
    fork, wait_readable,
};

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
    child.kill().expect("it is there");
    assert_eq!(child.wait().expect("it ends"), Exit::Signal(9));
}

#[test]
fn a_descriptor_more_is_counted() {
    // Other tests open and close some meanwhile; many are seen all the same.
    let pipes: Vec<_> = (0..40).map(|_| pipe().expect("a pipe")).collect();
    assert!(open_descriptors() >= 80);
    drop(pipes);
}

#[test]
fn children_that_work_at_once_meet_and_those_that_take_turns_do_not() {
    // In a process of its own, so that it has no other children.
    let meets = |at_once: bool| {
        let mut parent = fork(move || {
            let meeting = Meeting::of(2).expect("two pipes");
            let start = |who: usize| {
                let meeting = meeting.clone();
                fork(move || i32::from(meeting.attend(who))).expect("a child")
            };
            let ended = if at_once {
                let mut both = [start(0), start(1)];
                assert_eq!(children(), 2);
                both.each_mut().map(|child| child.wait().ok())
            } else {
                [0, 1].map(|who| start(who).wait().ok())
            };
            // The second comes when the first has given up, and hears of that.
            let alike = Some(Exit::Code(i32::from(at_once)));
            i32::from(children() == 0 && ended == [alike; 2])
        })
        .expect("a child");
        parent.wait().expect("it ends")
    };
    // Two wait for a third that never comes.
    let alone = || {
        let meeting = Meeting::of(3).expect("three pipes");
        let start = |who: usize| {
            let meeting = meeting.clone();
            fork(move || i32::from(meeting.attend(who))).expect("a child")
        };
        let ended = [start(0), start(1)]
            .each_mut()
            .map(|child| child.wait().ok());
        i32::from(ended == [Some(Exit::Code(0)); 2])
    };
    let mut parent = fork(alone).expect("a child");
    assert_eq!(parent.wait().expect("it ends"), Exit::Code(1));
    assert_eq!(meets(true), Exit::Code(1));
    assert_eq!(meets(false), Exit::Code(1));
}
