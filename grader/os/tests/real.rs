//! What the functions do on the real system.

mod programs;

use std::{
    io::{Read as _, Write as _, pipe},
    panic::catch_unwind,
    sync::{Mutex, PoisonError},
};

use os::{Exit, fork};

/// A child has the locks that other threads have at the fork, for ever: one thread at a time forks, or says
/// that a test has failed.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What comes of a program in a process of its own.
fn run(program: fn() -> String) -> String {
    let (mut reads, mut writes) = pipe().expect("a pipe");
    let mut child = fork(|| {
        let said = catch_unwind(program).unwrap_or_else(|_| "panicked".to_owned());
        i32::from(writes.write_all(said.as_bytes()).is_err())
    })
    .expect("a child");
    drop(writes);
    let mut said = String::new();
    reads.read_to_string(&mut said).expect("it is text");
    assert_eq!(child.wait().expect("it is a child"), Exit::Code(0));
    said
}

macro_rules! tests {
    ($($name:ident: $module:ident::$program:ident => [$($outcome:literal),*];)*) => {
        $(
            #[test]
            fn $name() {
                let _guard = ONE_AT_A_TIME
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let said = run(programs::$module::$program);
                assert!([$($outcome),*].contains(&&*said), "{said}");
            }
        )*
    };
}
programs::with_programs! { tests }
