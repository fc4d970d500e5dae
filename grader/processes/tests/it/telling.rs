//! What the first process learns of the others beside their calls.

use std::{cell::RefCell, panic::Location};

use interleave::objects::event::{self, Recorded};

use crate::{
    calls::{close, fork, pipe, wait},
    harness::Test,
    search::{Said, only, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("what_is_told_is_heard_with_its_place", heard),
    ("what_two_processes_tell_comes_in_both_orders", orders),
    ("each_process_sees_what_it_has_itself", possessions),
];

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Listens, as an event of the thread that stands for the process.
fn listen() {
    HEARD.take();
    processes::listen(|bytes, location| {
        event::event(Recorded::Point, location);
        let text = String::from_utf8_lossy(bytes);
        HEARD.with_borrow_mut(|heard| heard.push(format!("{text} of line {}", location.line())));
    });
}

fn heard() {
    let said = only(|said: &Said| {
        listen();
        // The first process has nothing to tell itself.
        processes::tell(b"nothing", Location::caller());
        let line = wait(fork(|| {
            assert!(processes::is_child());
            let line = line!() + 1;
            processes::tell(b"hello", Location::caller());
            line.cast_signed()
        }));
        assert_eq!(HEARD.take(), [format!("hello of line {line}")]);
        say(said, "heard");
    });
    assert_eq!(said, "heard");
}

fn orders() {
    let (outcomes, _) = search(|said| {
        listen();
        let children = ["a", "b"].map(|name| {
            fork(move || {
                processes::tell(name.as_bytes(), Location::caller());
                0
            })
        });
        assert_eq!(children.map(wait), [0, 0]);
        let order: Vec<_> = HEARD
            .take()
            .iter()
            .map(|heard| heard[..1].to_owned())
            .collect();
        say(said, &order.concat());
    });
    assert_eq!(outcomes.into_keys().collect::<Vec<_>>(), ["ab", "ba"]);
}

fn possessions() {
    let said = only(|said| {
        let before = processes::look().descriptors.len();
        let [reads, writes] = pipe();
        let child = fork(move || {
            close(writes);
            let own = processes::look();
            assert!(own.children.is_empty() && own.descriptors.contains(&reads));
            i32::try_from(own.descriptors.len()).expect("there are few")
        });
        assert_eq!(processes::look().children, [child]);
        let in_child = usize::from(wait(child)) - before;
        let left = processes::look().children.len();
        say(
            said,
            &format!(
                "{in_child} {} {left}",
                processes::look().descriptors.len() - before
            ),
        );
    });
    assert_eq!(said, "1 2 0");
}
