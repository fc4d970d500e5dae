//! Channels, after the topics of shuttle's tests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
        mpsc::{channel, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{Case, Mode};

cases! { "shuttle";
    mpsc_sequential Sc ["[1, 2, 3]"] {
        let (s, r) = channel();
        for i in 1..=3 {
            s.send(i).unwrap();
        }
        drop(s);
        r.iter().collect::<Vec<i32>>()
    }
    mpsc_two_senders Sc ["[1, 2]", "[2, 1]"] {
        let (s, r) = channel();
        let q = s.clone();
        let a = thread::spawn(move || s.send(1).unwrap());
        let b = thread::spawn(move || q.send(2).unwrap());
        let v: Vec<i32> = r.iter().collect();
        a.join().unwrap();
        b.join().unwrap();
        v
    }
    mpsc_drop_sender Sc ["(Ok(1), Err(RecvError))"] {
        let (s, r) = channel();
        thread::spawn(move || {
            s.send(1).unwrap();
        })
        .join()
        .unwrap();
        (r.recv(), r.recv())
    }
    mpsc_drop_receiver Sc ["Ok(())", "Err(SendError { .. })"] {
        let (s, r) = channel::<i32>();
        let t = thread::spawn(move || drop(r));
        let x = s.send(1);
        t.join().unwrap();
        x
    }
    mpsc_bounded_blocks Sc ["deadlock"] {
        let (s, r) = sync_channel(1);
        s.send(1).unwrap();
        s.send(2).unwrap();
        drop(r);
    }
    mpsc_bounded_unblocked_by_drop Sc ["Err(SendError { .. })"] {
        let (s, r) = sync_channel(1);
        s.send(1).unwrap();
        let t = thread::spawn(move || drop(r));
        let x = s.send(2);
        t.join().unwrap();
        x
    }
    mpsc_bounded_sum Sc ["6"] {
        let (s, r) = sync_channel(1);
        let t = thread::spawn(move || {
            for i in 1..=3 {
                s.send(i).unwrap();
            }
        });
        let n: i32 = r.iter().sum();
        t.join().unwrap();
        n
    }
    mpsc_rendezvous_alone Sc ["deadlock"] {
        let (s, _r) = sync_channel(0);
        s.send(1).unwrap();
    }
    mpsc_rendezvous_sync Sc ["(1, true)"] {
        // When `send` returns, somebody has taken it.
        let (s, r) = sync_channel(0);
        let f = Arc::new(AtomicBool::new(false));
        let g = f.clone();
        let t = thread::spawn(move || {
            g.store(true, SeqCst);
            r.recv().unwrap()
        });
        s.send(1).unwrap();
        let b = f.load(SeqCst);
        (t.join().unwrap(), b)
    }
    mpsc_rendezvous_try_recv Sc ["(Err(Empty), Err(SendError { .. }))", "(Ok(1), Ok(()))"] {
        let (s, r) = sync_channel(0);
        let t = thread::spawn(move || s.send(1));
        let a = r.try_recv();
        drop(r);
        (a, t.join().unwrap())
    }
    mpsc_rendezvous_recv_timeout Sc ["(Err(Timeout), Err(SendError { .. }))", "(Ok(1), Ok(()))"] {
        let (s, r) = sync_channel(0);
        let t = thread::spawn(move || s.send(1));
        let a = r.recv_timeout(Duration::from_millis(1));
        drop(r);
        (a, t.join().unwrap())
    }
    mpsc_rendezvous_two_senders_one_recv Sc [
        "(1, [Ok(()), Err(SendError { .. })])",
        "(2, [Err(SendError { .. }), Ok(())])",
    ] {
        let (s, r) = sync_channel(0);
        let q = s.clone();
        let a = thread::spawn(move || s.send(1));
        let b = thread::spawn(move || q.send(2));
        let v = r.recv().unwrap();
        drop(r);
        (v, [a.join().unwrap(), b.join().unwrap()])
    }
    mpsc_transfer_receiver Sc ["(1, 2)"] {
        let (s, r) = sync_channel(0);
        let t = thread::spawn(move || {
            let v = r.recv().unwrap();
            (r, v)
        });
        s.send(1).unwrap();
        let (r, v) = t.join().unwrap();
        let t = thread::spawn(move || r.recv().unwrap());
        s.send(2).unwrap();
        (v, t.join().unwrap())
    }
    mpsc_try_recv_drop Sc [
        "[Ok(1), Err(Disconnected)]",
        "[Ok(1), Err(Empty)]",
        "[Err(Empty), Ok(1)]",
        "[Err(Empty), Err(Empty)]",
    ] {
        let (s, r) = channel();
        let t = thread::spawn(move || s.send(1).unwrap());
        let v = [r.try_recv(), r.try_recv()];
        t.join().unwrap();
        v
    }
    mpsc_try_send_full Sc ["[Ok(()), Err(TrySendError::Full(..))]"] {
        let (s, _r) = sync_channel(1);
        [s.try_send(1), s.try_send(2)]
    }
    mpsc_try_send_race Sc [
        "(Ok(()), Ok(1))",
        "(Ok(()), Ok(0))",
        "(Err(TrySendError::Full(..)), Ok(0))",
        "(Err(TrySendError::Disconnected(..)), Ok(0))",
    ] {
        let (s, r) = sync_channel(1);
        s.send(0).unwrap();
        let t = thread::spawn(move || {
            r.recv().unwrap();
            r.recv_timeout(Duration::from_millis(1)).unwrap_or(0)
        });
        let x = s.try_send(1);
        if x.is_ok() {
            (x, Ok::<i32, ()>(t.join().unwrap()))
        } else {
            drop(s);
            (x, Ok(t.join().unwrap()))
        }
    }
    mpsc_try_send_receiver_dropped Sc ["Ok(())", "Err(TrySendError::Disconnected(..))"] {
        let (s, r) = sync_channel(1);
        let t = thread::spawn(move || drop(r));
        let x = s.try_send(1);
        t.join().unwrap();
        x
    }
    mpsc_try_send_rendezvous_alone Sc ["Err(TrySendError::Full(..))"] {
        let (s, _r) = sync_channel(0);
        s.try_send(1)
    }
    mpsc_try_send_rendezvous_race Sc ["Ok(())", "Err(TrySendError::Full(..))"] {
        let (s, r) = sync_channel(0);
        let t = thread::spawn(move || {
            let _ = r.recv();
        });
        let x = s.try_send(1);
        drop(s);
        t.join().unwrap();
        x
    }
    mpsc_many_senders_drop_receiver Sc [
        "[true, true]",
        "[true, false]",
        "[false, true]",
        "[false, false]",
    ] {
        let (s, r) = sync_channel(2);
        let q = s.clone();
        let a = thread::spawn(move || s.send(1).is_ok());
        let b = thread::spawn(move || q.send(2).is_ok());
        drop(r);
        [a.join().unwrap(), b.join().unwrap()]
    }
}
