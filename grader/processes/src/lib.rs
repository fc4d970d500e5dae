//! Processes of a scenario: really forked, so that memory is really separate, and explored like
//! threads.
//!
//! The first process is the driver itself. Its threads are coroutines of the engine, and make their
//! calls of the simulated kernel directly. A child is a fork of it, taken inside of a coroutine, and
//! asks the driver for each call. There a thread of the engine stands for the child: it announces
//! what the child asks for, waits for its turn, and hands the answer back. Strategies, reduction
//! and minimiser know no difference.
//!
//! What a process does is a function of where it was forked and of what it was told. So it is
//! remembered, and a process that does what is known does not run: see [`Memory`].
//!
//! ```text
//! the student's code:   call()                    call()
//!                         │ first process           │ child: asks over shared memory
//!                         ▼                         ▼
//!                  interleave::system  ◀────  stand_in(): a thread of the engine
//! ```

mod call_site;
mod handlers;
mod history;
mod installed;
mod life;
mod memory;
mod message;
mod output;
mod program;
mod scene;
mod stand_in;
mod tell;
mod time;

pub use handlers::{Handler, set_handler};
pub use installed::{Program, Started, exec_at, install, spawn_at};
pub use memory::{Capacity, Extent, Memory, extent, forget, set_capacity};
pub use message::Possessions;
pub use output::flush;
pub use program::{Side, call, call_at, exit, fork, fork_at, pid};
pub use scene::{execution, is_child, is_program, stage};
pub use tell::{Listener, listen, look, tell};
