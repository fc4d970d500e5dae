//! What the objects of a concurrent program do, one visible operation a function.
//!
//! Each function announces its operation, returns when the thread is chosen, and
//! then changes the object's state; nobody else runs in between.

mod atomic;
mod barrier;
mod cell;
mod channel;
mod condvar;
mod count;
mod event;
mod local;
mod mutex;
mod once;
mod poison;
mod rwlock;
mod thread;
mod time;

pub use atomic::{
    Exchange, Exchanged, atomic_exchange, atomic_load, atomic_store, atomic_update, fence,
};
pub use barrier::barrier_wait;
pub use cell::cell_get;
pub use channel::{
    Received, Sent, channel_add_sender, channel_drop_receiver, channel_drop_sender,
    channel_keeps_messages, channel_open, channel_receive, channel_send, channel_try_receive,
    channel_try_send,
};
pub use condvar::{Woken, condvar_notify_all, condvar_notify_one, condvar_wait};
pub use count::{count, count_new};
pub use event::{Moment, Recorded, event, note};
pub(crate) use local::{Destroyed, Local, destroy_locals};
pub use local::{LocalType, LocalValue, local_get, local_put};
pub use mutex::{mutex_lock, mutex_try_lock, mutex_unlock};
pub use once::{Begun, once_begin, once_end, once_is_done, once_skip, once_wait};
pub use poison::{poison, poison_clear, poison_look};
pub use rwlock::{
    rwlock_downgrade, rwlock_read, rwlock_read_unlock, rwlock_try_read, rwlock_try_write,
    rwlock_write, rwlock_write_unlock,
};
pub use thread::{
    current_task, join, join_scoped, park, spawn, take_panic, task_is_finished, thread_name,
    unpark, yield_now,
};
pub(crate) use time::Reading;
pub use time::{compare_clocks, now, read_clock, read_system_clock, sleep};
