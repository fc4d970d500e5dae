//! `std::sync::mpsc`.

use ::std::{
    cell::UnsafeCell,
    collections::VecDeque,
    fmt,
    marker::PhantomData,
    panic::{Location, RefUnwindSafe, UnwindSafe},
    ptr,
    sync::Arc,
    time::Duration,
};
use interleave::{
    Handle, Id,
    objects::channel::{self, Received, Sent},
};

pub use ::std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

use crate::time::nanos;

/// The messages of a channel. Who may touch them is the engine's business.
struct Channel<T> {
    handle: Handle<channel::Channel>,
    created: &'static Location<'static>,
    queue: UnsafeCell<VecDeque<T>>,
}

// SAFETY: all threads of an execution run on one operating-system thread, and no
// borrow of the queue spans a scheduling point.
unsafe impl<T: Send> Send for Channel<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> UnwindSafe for Channel<T> {}
impl<T> RefUnwindSafe for Channel<T> {}

impl<T> Channel<T> {
    fn open(capacity: Option<usize>, created: &'static Location<'static>) -> Arc<Self> {
        let channel = Arc::new(Self {
            handle: Handle::new(),
            created,
            queue: UnsafeCell::new(VecDeque::new()),
        });
        channel::open(channel.id(), capacity);
        channel
    }

    fn id(&self) -> Id<channel::Channel> {
        self.handle.resolve(ptr::null_mut(), 0)
    }

    fn put(&self, message: &mut Option<T>) {
        // SAFETY: no other thread runs, and the borrow ends here.
        unsafe { &mut *self.queue.get() }.extend(message.take());
    }

    fn take(&self, message: &mut Option<T>) {
        // SAFETY: no other thread runs, and the borrow ends here.
        *message = unsafe { &mut *self.queue.get() }.pop_front();
    }

    fn drop_sender(&self) {
        if interleave::is_running() {
            channel::drop_sender(self.id(), self.created);
        }
    }
}

/// Creates a new asynchronous channel, returning the sender/receiver halves.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Channel::open(None, Location::caller());
    (Sender(Arc::clone(&channel)), Receiver::new(channel))
}

/// Creates a new synchronous, bounded channel.
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let channel = Channel::open(Some(bound), Location::caller());
    (SyncSender(Arc::clone(&channel)), Receiver::new(channel))
}

/// The sending-half of Rust's asynchronous [`channel`](channel()) type.
pub struct Sender<T>(Arc<Channel<T>>);

/// The sending-half of Rust's synchronous [`sync_channel`] type.
pub struct SyncSender<T>(Arc<Channel<T>>);

/// The receiving half of Rust's [`channel`](channel()) (or [`sync_channel`]) type.
pub struct Receiver<T> {
    channel: Arc<Channel<T>>,
    // A receiver is `Send` and not `Sync`.
    not_sync: PhantomData<::std::cell::Cell<()>>,
}

impl<T> Sender<T> {
    /// Attempts to send a value on this channel, returning it back if it could not be sent.
    ///
    /// # Errors
    ///
    /// With the value, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        send(&self.0, t, Location::caller())
    }
}

impl<T> SyncSender<T> {
    /// Sends a value on this synchronous channel.
    ///
    /// # Errors
    ///
    /// With the value, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        send(&self.0, t, Location::caller())
    }

    /// Attempts to send a value on this channel without blocking.
    ///
    /// # Errors
    ///
    /// With the value, if the channel is full or the receiver is gone.
    #[track_caller]
    pub fn try_send(&self, t: T) -> Result<(), TrySendError<T>> {
        let mut message = Some(t);
        let channel = &self.0;
        let put = &mut || channel.put(&mut message);
        let sent = channel::try_send(channel.id(), Location::caller(), put);
        match (sent, message) {
            (Sent::Full, Some(t)) => Err(TrySendError::Full(t)),
            (Sent::Disconnected, Some(t)) => Err(TrySendError::Disconnected(t)),
            _ => Ok(()),
        }
    }
}

fn send<T>(
    channel: &Channel<T>,
    t: T,
    location: &'static Location<'static>,
) -> Result<(), SendError<T>> {
    let mut message = Some(t);
    let put = &mut || channel.put(&mut message);
    let sent = channel::send(channel.id(), location, put);
    if sent == Sent::Disconnected && message.is_none() {
        // A rendezvous without a receiver: the message is still in the queue.
        channel.take(&mut message);
    }
    match (sent, message) {
        (Sent::Disconnected, Some(t)) => {
            interleave::stop_if_over();
            Err(SendError(t))
        }
        _ => Ok(()),
    }
}

impl<T> Receiver<T> {
    fn new(channel: Arc<Channel<T>>) -> Self {
        Self {
            channel,
            not_sync: PhantomData,
        }
    }

    /// Attempts to wait for a value on this receiver, returning an error if the corresponding channel has hung up.
    ///
    /// # Errors
    ///
    /// If the channel is empty and all senders are gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        let (_, message) = self.receive(None, Location::caller());
        if message.is_none() {
            interleave::stop_if_over();
        }
        message.ok_or(RecvError)
    }

    /// Attempts to return a pending value on this receiver without blocking.
    ///
    /// # Errors
    ///
    /// If the channel is empty, or all senders are gone as well.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut message = None;
        let take = &mut || self.channel.take(&mut message);
        let id = self.channel.id();
        let received = channel::try_receive(id, Location::caller(), take);
        message.ok_or(match received {
            Received::Disconnected => TryRecvError::Disconnected,
            _ => TryRecvError::Empty,
        })
    }

    /// Attempts to wait for a value on this receiver, returning an error if the
    /// corresponding channel has hung up, or if it waits more than `timeout`.
    ///
    /// # Errors
    ///
    /// If no value comes in time, or the channel is empty and all senders are gone.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        let (received, message) = self.receive(Some(timeout), Location::caller());
        message.ok_or(match received {
            Received::TimedOut => RecvTimeoutError::Timeout,
            _ => RecvTimeoutError::Disconnected,
        })
    }

    /// Returns an iterator that will block waiting for messages, but never panic.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { rx: self }
    }

    /// Returns an iterator that will attempt to yield all pending values.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { rx: self }
    }

    fn receive(
        &self,
        timeout: Option<Duration>,
        location: &'static Location<'static>,
    ) -> (Received, Option<T>) {
        let mut message = None;
        let take = &mut || self.channel.take(&mut message);
        let id = self.channel.id();
        let received = channel::receive(id, timeout.and_then(nanos), location, take);
        (received, message)
    }
}

/// An iterator over messages on a [`Receiver`], created by [`iter`](Receiver::iter).
#[derive(Debug)]
pub struct Iter<'a, T: 'a> {
    rx: &'a Receiver<T>,
}

/// An iterator that attempts to yield all pending values for a [`Receiver`].
#[derive(Debug)]
pub struct TryIter<'a, T: 'a> {
    rx: &'a Receiver<T>,
}

/// An owning iterator over messages on a [`Receiver`].
#[derive(Debug)]
pub struct IntoIter<T> {
    rx: Receiver<T>,
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter { rx: self }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        channel::add_sender(self.0.id());
        Self(Arc::clone(&self.0))
    }
}

impl<T> Clone for SyncSender<T> {
    fn clone(&self) -> Self {
        channel::add_sender(self.0.id());
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.drop_sender();
    }
}

impl<T> Drop for SyncSender<T> {
    fn drop(&mut self) {
        self.0.drop_sender();
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if interleave::is_running() {
            channel::drop_receiver(self.channel.id(), self.channel.created);
        }
        loop {
            // Each message is dropped outside of the borrow: its own drop may send.
            let mut message = None;
            // A rendezvous message belongs to its sender until it is taken.
            if interleave::is_running() && channel::keeps_messages(self.channel.id()) {
                break;
            }
            self.channel.take(&mut message);
            if message.is_none() {
                break;
            }
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for SyncSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncSender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
