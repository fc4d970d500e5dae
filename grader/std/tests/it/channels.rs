use std::{
    collections::BTreeSet,
    sync::mpsc::{self, RecvTimeoutError, TryRecvError, TrySendError},
    thread,
    time::Duration,
};

use crate::explorer::{always_completes, endings, sometimes};

#[test]
fn messages_of_one_sender_arrive_in_order_and_then_the_channel_ends() {
    always_completes(|| {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            for message in 0..3 {
                sender.send(message).unwrap();
            }
        });
        assert_eq!(receiver.iter().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        thread.join().unwrap();
    });
}

#[test]
fn a_bounded_channel_makes_its_sender_wait() {
    sometimes("deadlock", || {
        let (sender, _receiver) = mpsc::sync_channel(1);
        sender.send(1).unwrap();
        sender.send(2).unwrap();
    });
}

#[test]
fn a_rendezvous_hands_over_and_waits_for_it() {
    always_completes(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        assert_eq!(sender.try_send(0), Err(TrySendError::Full(0)));
        let thread = thread::spawn(move || receiver.recv().unwrap());
        sender.send(7).unwrap();
        assert_eq!(thread.join().unwrap(), 7);
    });
}

#[test]
fn a_rendezvous_without_a_receiver_gives_the_message_back() {
    always_completes(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        let thread = thread::spawn(move || drop(receiver));
        assert_eq!(sender.send("back").unwrap_err().0, "back");
        thread.join().unwrap();
    });
}

#[test]
fn sending_to_nobody_is_an_error() {
    always_completes(|| {
        let (sender, receiver) = mpsc::channel();
        drop(receiver);
        assert_eq!(sender.send(1).unwrap_err().0, 1);
    });
}

#[test]
fn a_timed_receive_times_out_under_some_schedules_only() {
    let program = || {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            let _ = sender.send(1);
        });
        let first = receiver.recv_timeout(Duration::from_millis(5));
        thread.join().unwrap();
        assert_ne!(first, Err(RecvTimeoutError::Timeout));
    };
    assert_eq!(
        endings(400, program),
        BTreeSet::from(["completed", "panicked"])
    );
}

#[test]
fn all_ways_to_iterate_end_with_the_channel_and_errors_have_their_words() {
    always_completes(|| {
        let (sender, receiver) = mpsc::channel();
        for number in 1..=4 {
            sender.send(number).unwrap();
        }
        assert_eq!(receiver.try_iter().take(2).sum::<u32>(), 3);
        assert_eq!((&receiver).into_iter().next(), Some(3));
        drop(sender);
        let refused = receiver.recv_timeout(Duration::from_secs(1));
        assert_eq!(refused, Ok(4));
        let refused = receiver.recv().unwrap_err().to_string();
        assert_eq!(refused, "receiving on a closed channel");
        assert_eq!(receiver.into_iter().count(), 0);
    });
}
