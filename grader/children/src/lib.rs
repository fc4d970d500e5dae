//! Really forked processes that ask a controller for each of their system calls.
//!
//! The controller is one process with one thread that forks. Each process has a slot of shared
//! memory, in which it [asks](Asker::ask) and waits for the [answer](Mailbox::answer); the controller
//! waits for the [next](Mailbox::next) that a process does. So the controller decides who goes on,
//! while memory, stacks and statics of the processes are as separate as `fork(2)` makes them. That a
//! process ends, in whatever way, is a value. What requests mean is not known here.
//!
//! ```standalone_crate
//! use std::time::Duration;
//!
//! use children::{Answer, Event, Forked, Mailbox, Request};
//!
//! let mut mailbox = Mailbox::new(1)?;
//! if let Forked::Child(mut asker) = mailbox.fork(0)? {
//!     let answer = asker.ask(Request { call: 7, ..Request::default() });
//!     asker.exit(answer.result as i32);
//! }
//! let limit = Duration::from_secs(1);
//! assert!(matches!(mailbox.next(0, limit)?, Event::Asked(request) if request.call == 7));
//! mailbox.answer(0, &Answer { result: 3, ..Answer::default() });
//! assert_eq!(mailbox.next(0, limit)?, Event::Exited(3));
//! # Ok::<(), std::io::Error>(())
//! ```

mod asker;
mod bell;
mod birth;
mod fork;
mod grant;
mod mailbox;
mod message;
mod process;
mod seat;
mod shared;
mod slot;

pub use asker::{Asker, Side};
pub use mailbox::{Forked, Mailbox};
pub use message::{Answer, DATA, Death, Event, Panic, Place, Request};
