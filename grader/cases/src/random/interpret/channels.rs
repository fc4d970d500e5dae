//! Sending and receiving.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError};

use super::{Context, DISCONNECTED, NOTHING, Shared, TIME, locks::held};
use crate::random::program::Owner;

/// The sending end of a channel of either sort.
#[derive(Clone)]
pub(super) enum Sender {
    Bounded(SyncSender<i64>),
    Unbounded(mpsc::Sender<i64>),
}

impl Context {
    /// Does something with the receiver, if it is still there.
    pub(super) fn with_receiver<R>(
        &mut self,
        shared: &Shared,
        act: impl FnOnce(&Receiver<i64>) -> R,
    ) -> Option<R> {
        if shared.ready.program.receiver == Owner::Everybody {
            let receiver = held(shared.receiver.lock(), &mut self.log);
            receiver.as_ref().map(act)
        } else {
            self.receiver.as_ref().map(act)
        }
    }

    pub(super) fn send(&mut self, value: i64) {
        if let Some(sender) = &self.sender {
            self.log.push(i64::from(match sender {
                Sender::Bounded(sender) => sender.send(value).is_ok(),
                Sender::Unbounded(sender) => sender.send(value).is_ok(),
            }));
        }
    }

    pub(super) fn try_send(&mut self, value: i64) {
        match &self.sender {
            Some(Sender::Bounded(sender)) => self.log.push(match sender.try_send(value) {
                Ok(()) => 1,
                Err(TrySendError::Full(_)) => NOTHING,
                Err(TrySendError::Disconnected(_)) => DISCONNECTED,
            }),
            Some(Sender::Unbounded(_)) => self.send(value),
            None => {}
        }
    }

    pub(super) fn receive(&mut self, shared: &Shared) {
        let received =
            self.with_receiver(shared, |receiver| receiver.recv().unwrap_or(DISCONNECTED));
        self.log.extend(received);
    }

    pub(super) fn try_receive(&mut self, shared: &Shared) {
        let received = self.with_receiver(shared, |receiver| match receiver.try_recv() {
            Ok(value) => value,
            Err(TryRecvError::Empty) => NOTHING,
            Err(TryRecvError::Disconnected) => DISCONNECTED,
        });
        self.log.extend(received);
    }

    pub(super) fn receive_for_time(&mut self, shared: &Shared) {
        let received = self.with_receiver(shared, |receiver| match receiver.recv_timeout(TIME) {
            Ok(value) => value,
            Err(RecvTimeoutError::Timeout) => NOTHING,
            Err(RecvTimeoutError::Disconnected) => DISCONNECTED,
        });
        self.log.extend(received);
    }

    pub(super) fn receive_all(&mut self, shared: &Shared) {
        let received = self.with_receiver(shared, |receiver| receiver.iter().collect());
        let received: Option<Vec<i64>> = received;
        self.log.extend(received.into_iter().flatten());
    }

    pub(super) fn drop_receiver(&mut self, shared: &Shared) {
        if shared.ready.program.receiver == Owner::Everybody {
            held(shared.receiver.lock(), &mut self.log).take();
        } else {
            self.receiver = None;
        }
    }
}
