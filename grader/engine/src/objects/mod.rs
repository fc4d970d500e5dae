//! What the objects of a concurrent program do, one visible operation a function.
//!
//! Each function announces its operation, returns when the thread is chosen, and
//! then changes the object's state; nobody else runs in between.

pub mod atomic;
pub mod barrier;
pub mod cell;
pub mod channel;
pub mod condvar;
pub mod count;
pub mod event;
pub mod mutex;
pub mod once;
pub mod poison;
pub mod rwlock;
pub mod thread;
