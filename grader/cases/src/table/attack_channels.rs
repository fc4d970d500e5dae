//! Attempts to break a model of channels.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc::{channel, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{Case, Mode};

cases! { "attack";
    rendezvous_two_senders_two_receives Sc ["([1, 2], true, true)", "([2, 1], true, true)"] {
        let (s, r) = sync_channel(0);
        let q = s.clone();
        let t = thread::spawn(move || s.send(1).is_ok());
        let u = thread::spawn(move || q.send(2).is_ok());
        let v = [r.recv().unwrap(), r.recv().unwrap()];
        (v, t.join().unwrap(), u.join().unwrap())
    }
    rendezvous_two_tries_one_receive Sc [
        "(Ok(()), Err(TrySendError::Full(..)), Ok(1))",
        "(Ok(()), Err(TrySendError::Disconnected(..)), Ok(1))",
        "(Err(TrySendError::Full(..)), Ok(()), Ok(2))",
        "(Err(TrySendError::Full(..)), Err(TrySendError::Full(..)), Err(RecvError))",
    ] {
        let (s, r) = sync_channel(0);
        let t = thread::spawn(move || r.recv());
        let (a, b) = (s.try_send(1), s.try_send(2));
        drop(s);
        (a, b, t.join().unwrap())
    }
    rendezvous_try_and_send_one_receive Sc ["(true, false, 1)", "(false, true, 2)"] {
        // Who tries succeeds only if the receiver waits and the other is not served.
        let (s, r) = sync_channel(0);
        let q = s.clone();
        let t = thread::spawn(move || q.send(2).is_ok());
        let u = thread::spawn(move || r.recv().unwrap());
        let tried = s.try_send(1).is_ok();
        let got = u.join().unwrap();
        (tried, t.join().unwrap(), got)
    }
    rendezvous_receiver_gives_up_and_tries_again Sc [
        "(true, false, true)",
        "(false, true, true)",
        "(false, false, false)",
    ] {
        let (s, r) = sync_channel(0);
        let t = thread::spawn(move || s.send(1).is_ok());
        let a = r.recv_timeout(Duration::from_millis(1)).is_ok();
        let b = r.try_recv().is_ok();
        drop(r);
        (a, b, t.join().unwrap())
    }
    rendezvous_does_not_order_what_follows Sc ["1", "2"] {
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let (s, r) = sync_channel(0);
        let t = thread::spawn(move || {
            m.store(1, SeqCst);
            r.recv().unwrap();
            m.store(2, SeqCst);
        });
        s.send(()).unwrap();
        let v = n.load(SeqCst);
        t.join().unwrap();
        v
    }
    rendezvous_one_sends_and_one_leaves Sc ["(Ok(1), Err(RecvError), true)"] {
        let (s, r) = sync_channel(0);
        let q = s.clone();
        let t = thread::spawn(move || s.send(1).is_ok());
        let u = thread::spawn(move || drop(q));
        let (a, b) = (r.recv(), r.recv());
        u.join().unwrap();
        (a, b, t.join().unwrap())
    }
    rendezvous_receiver_leaves_two_senders Sc ["(true, false)", "(false, true)"] {
        let (s, r) = sync_channel(0);
        let q = s.clone();
        let t = thread::spawn(move || s.send(1).is_ok());
        let u = thread::spawn(move || q.send(2).is_ok());
        r.recv().unwrap();
        drop(r);
        (t.join().unwrap(), u.join().unwrap())
    }
    rendezvous_passed_on_along_a_chain Sc ["3"] {
        let (s, r) = sync_channel(0);
        let (q, p) = sync_channel(0);
        let t = thread::spawn(move || q.send(r.recv().unwrap() + 1).unwrap());
        let u = thread::spawn(move || p.recv().unwrap() + 1);
        s.send(1).unwrap();
        t.join().unwrap();
        u.join().unwrap()
    }
    bounded_three_senders_and_one_place Sc [
        "[1, 2, 3]",
        "[1, 3, 2]",
        "[2, 1, 3]",
        "[2, 3, 1]",
        "[3, 1, 2]",
        "[3, 2, 1]",
    ] {
        let (s, r) = sync_channel(1);
        let ts = [1, 2, 3].map(|i| {
            let s = s.clone();
            thread::spawn(move || s.send(i).unwrap())
        });
        drop(s);
        let v: Vec<i32> = r.iter().collect();
        ts.map(|t| t.join().unwrap());
        v
    }
    bounded_try_send_while_room_is_made Sc ["Ok(())", "Err(TrySendError::Full(..))"] {
        let (s, r) = sync_channel(1);
        s.send(0).unwrap();
        let t = thread::spawn(move || {
            r.recv().unwrap();
            r
        });
        let x = s.try_send(1);
        drop(t.join().unwrap());
        x
    }
    bounded_receiver_leaves_two_waiting_senders Sc ["(false, false)"] {
        let (s, r) = sync_channel(1);
        s.send(0).unwrap();
        let q = s.clone();
        let t = thread::spawn(move || s.send(1).is_ok());
        let u = thread::spawn(move || q.send(2).is_ok());
        drop(r);
        (t.join().unwrap(), u.join().unwrap())
    }
    bounded_room_for_one_of_two_then_the_receiver_leaves Sc [
        "(true, false)",
        "(false, true)",
        "(false, false)",
    ] {
        let (s, r) = sync_channel(1);
        s.send(0).unwrap();
        let q = s.clone();
        let t = thread::spawn(move || s.send(1).is_ok());
        let u = thread::spawn(move || q.send(2).is_ok());
        r.recv().unwrap();
        drop(r);
        (t.join().unwrap(), u.join().unwrap())
    }
    bounded_no_time_at_all_to_receive Sc ["(Ok(0), Ok(1))", "(Ok(0), Err(Timeout))"] {
        let (s, r) = sync_channel(1);
        let q = s.clone();
        s.send(0).unwrap();
        let t = thread::spawn(move || q.send(1).is_ok());
        let v = (
            r.recv_timeout(Duration::ZERO),
            r.recv_timeout(Duration::ZERO),
        );
        drop(r);
        t.join().unwrap();
        v
    }
    what_came_too_late_is_still_there Sc ["(Ok(1), Err(Disconnected))", "(Err(Timeout), Ok(1))"] {
        let (s, r) = channel();
        let t = thread::spawn(move || s.send(1).unwrap());
        let a = r.recv_timeout(Duration::from_millis(1));
        t.join().unwrap();
        (a, r.try_recv())
    }
    longest_time_to_receive_is_long_enough Sc ["Ok(1)"] {
        let (s, r) = channel();
        let t = thread::spawn(move || s.send(1).unwrap());
        let a = r.recv_timeout(Duration::MAX);
        t.join().unwrap();
        a
    }
    last_of_two_senders_ends_it Sc ["Err(RecvError)"] {
        let (s, r) = channel::<()>();
        let q = s.clone();
        let t = thread::spawn(move || drop(s));
        let u = thread::spawn(move || drop(q));
        let x = r.recv();
        t.join().unwrap();
        u.join().unwrap();
        x
    }
    try_iter_sees_what_is_there_already Sc ["[]", "[1]", "[1, 2]", "[1, 2, 3]"] {
        let (s, r) = channel();
        let t = thread::spawn(move || {
            for i in 1..=3 {
                s.send(i).unwrap();
            }
        });
        let v: Vec<i32> = r.try_iter().collect();
        t.join().unwrap();
        v
    }
    receiver_leaves_after_the_first_of_two Sc ["(true, true)", "(true, false)"] {
        let (s, r) = channel();
        let t = thread::spawn(move || {
            let _ = r.recv();
        });
        let v = (s.send(1).is_ok(), s.send(2).is_ok());
        t.join().unwrap();
        v
    }
    message_is_dropped_once_whoever_leaves_first Sc ["(true, 1)", "(false, 1)"] {
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.fetch_add(1, SeqCst);
            }
        }
        let n = Arc::new(AtomicUsize::new(0));
        let (s, r) = channel();
        let t = thread::spawn(move || drop(r));
        let ok = s.send(D(n.clone())).is_ok();
        t.join().unwrap();
        drop(s);
        (ok, n.load(SeqCst))
    }
}
