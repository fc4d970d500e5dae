//! What the objects of a concurrent program do, one visible operation a function.
//!
//! Each function announces its operation, returns when the thread is chosen, and
//! then changes the object's state; nobody else runs in between.

mod atomic;
mod channel;
mod condvar;
mod event;
mod mutex;
mod thread;
mod time;

pub use atomic::{AtomicAccess, atomic, fence};
pub use channel::{
    Received, Sent, channel_add_sender, channel_drop_receiver, channel_drop_sender,
    channel_keeps_messages, channel_open, channel_receive, channel_send, channel_try_receive,
    channel_try_send,
};
pub use condvar::{Woken, condvar_notify_all, condvar_notify_one, condvar_wait};
pub use event::{Moment, Recorded, event, note};
pub use mutex::{mutex_lock, mutex_try_lock, mutex_unlock};
pub use thread::{
    current_task, join, park, spawn, take_panic, task_is_finished, thread_name, unpark, yield_now,
};
pub use time::{now, read_clock, sleep};
