//! How processes begin and end.

use kernel::{OpenFlags, SystemCall};

use crate::search::{
    Said, Test, close, end_of, fork, has_children, only, open, pipe, read, say, search, wait, write,
};

pub(crate) const TESTS: &[Test] = &[
    ("every_way_to_end_is_a_status", ends),
    ("children_of_children_talk_over_a_pipe", trees),
    (
        "a_reader_with_a_write_end_of_its_own_waits_forever",
        own_end,
    ),
    (
        "a_process_that_waits_when_all_is_over_is_killed",
        left_behind,
    ),
];

fn ends() {
    let said = only(|said: &Said| {
        let statuses = [
            wait(fork(|| 7)),
            wait(fork(|| processes::exit(256 + 9))),
            wait(fork(|| panic!("on purpose"))),
        ];
        let aborted = end_of(fork(|| std::process::abort()));
        *said.borrow_mut() = format!("{statuses:?} {aborted:?} {}", has_children());
    });
    assert_eq!(said, "[7, 9, 101] Signaled(ABRT) false");
}

fn trees() {
    let (outcomes, executions) = search(|said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            let grandchild = fork(|| {
                write(writes, "grandchild ");
                1
            });
            let status = wait(grandchild);
            write(writes, "child");
            i32::from(status) + 1
        });
        close(writes);
        let mut text = String::new();
        loop {
            let more = read(reads);
            if more.is_empty() {
                break;
            }
            text += &more;
        }
        *said.borrow_mut() = format!("{text} {}", wait(child));
    });
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), ["grandchild child 2"]);
    assert!(executions <= 4, "{executions}");
}

fn own_end() {
    let said = only(|said| {
        let [reads, _writes] = pipe();
        let child = fork(|| {
            read(reads);
            0
        });
        say(said, "forked");
        wait(child);
    });
    assert_eq!(said, "forked 2 wait");
}

fn left_behind() {
    let said = only(|said| {
        let [reads, _] = pipe();
        fork(|| {
            read(reads);
            0
        });
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        let path = "a".to_owned();
        processes::call(SystemCall::Open { path, flags }).expect("it is made");
        close(open("a", OpenFlags::READ));
        say(said, "ended");
    });
    assert_eq!(said, "ended");
}
