//! Channels, after the topics of the tests of the standard library.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc::{self, RecvTimeoutError, channel, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{Case, Mode, shapes::message};

cases! { "std";
    mpsc_drop_full Sc ["1"] {
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.fetch_add(1, SeqCst);
            }
        }
        let n = Arc::new(AtomicUsize::new(0));
        let (s, r) = channel();
        s.send(D(n.clone())).unwrap();
        drop(r);
        let v = n.load(SeqCst);
        drop(s);
        v
    }
    mpsc_drop_full_shared Sc ["0"] {
        let (s, r) = channel();
        let q = s.clone();
        s.send(Box::new(1)).unwrap();
        drop(s);
        drop(q);
        drop(r);
        0
    }
    mpsc_oneshot_recv_close Sc ["\"called `Result::unwrap()` on an `Err` value: RecvError\""] {
        let (s, r) = channel::<i32>();
        drop(s);
        message(
            thread::spawn(move || {
                r.recv().unwrap();
            })
            .join()
            .unwrap_err(),
        )
    }
    mpsc_recv_timeout_upgrade Sc ["Ok(1)", "Err(Timeout)"] {
        let (s, r) = channel();
        let t = thread::spawn(move || s.send(1));
        let x = r.recv_timeout(Duration::from_millis(5));
        t.join().unwrap().ok();
        x
    }
    mpsc_recv_timeout_disconnect Sc ["Err(Disconnected)"] {
        let (s, r) = channel::<i32>();
        drop(s);
        r.recv_timeout(Duration::from_millis(5))
    }
    mpsc_recv_timeout_zero_with_message Sc ["Ok(1)"] {
        let (s, r) = channel();
        s.send(1).unwrap();
        r.recv_timeout(Duration::ZERO)
    }
    mpsc_recv_timeout_zero_race Sc ["Ok(1)", "Err(Timeout)"] {
        let (s, r) = channel();
        let t = thread::spawn(move || {
            s.send(1).ok();
            s
        });
        let x = r.recv_timeout(Duration::ZERO);
        t.join().unwrap();
        x
    }
    mpsc_recv_timeout_max_is_no_timeout Sc ["deadlock"] {
        let (_s, r) = channel::<i32>();
        r.recv_timeout(Duration::MAX)
    }
    mpsc_try_recv_states Sc ["[Err(Empty), Ok(1), Err(Disconnected)]"] {
        let (s, r) = channel();
        let a = r.try_recv();
        s.send(1).unwrap();
        let b = r.try_recv();
        drop(s);
        [a, b, r.try_recv()]
    }
    mpsc_destroy_upgraded_shared_port_when_sender_active Sc [
        "[true, true]",
        "[true, false]",
        "[false, false]",
    ] {
        let (s, r) = channel();
        let t = thread::spawn(move || {
            let a = s.clone().send(1).is_ok();
            [a, s.send(2).is_ok()]
        });
        drop(r);
        t.join().unwrap()
    }
    mpsc_issue_32114 Sc ["Err(SendError { .. })"] {
        let (s, _) = channel();
        let _ = s.send(123);
        s.send(123)
    }
    mpsc_issue_39364 Sc ["Err(Timeout)"] {
        let (s, r) = channel::<()>();
        let _x = s.clone();
        let t = thread::spawn(move || {
            thread::sleep(Duration::from_millis(1));
            let _y = s.clone();
        });
        let x = r.recv_timeout(Duration::from_millis(5));
        t.join().unwrap();
        x
    }
    mpsc_sync_try_send3 Sc ["(Ok(()), Err(TrySendError::Disconnected(..)))"] {
        let (s, r) = sync_channel(1);
        let a = s.try_send(1);
        drop(r);
        (a, s.try_send(1))
    }
    mpsc_sync_issue_15761 Sc ["()"] {
        let (s1, r1) = sync_channel::<()>(3);
        let (s2, r2) = sync_channel::<()>(3);
        let t = thread::spawn(move || {
            r1.recv().unwrap();
            s2.try_send(()).unwrap();
        });
        s1.try_send(()).unwrap();
        r2.recv().unwrap();
        t.join().unwrap();
    }
    mpsc_sync_into_iter Sc ["[10, 100]"] {
        let (s, r) = sync_channel(1);
        let t = thread::spawn(move || {
            s.send(10).unwrap();
            s.send(100).unwrap();
        });
        let v: Vec<i32> = r.into_iter().collect();
        t.join().unwrap();
        v
    }
    mpsc_sync_rendezvous_smoke_shared Sc ["(1, true)"] {
        let (s, r) = sync_channel(0);
        let q = s.clone();
        let t = thread::spawn(move || q.send(1).is_ok());
        let v = r.recv().unwrap();
        drop(s);
        (v, t.join().unwrap())
    }
    mpsc_sync_stress_recv_timeout Sc ["2"] {
        let (s, r) = sync_channel(0);
        let ts: Vec<_> = (0..2)
            .map(|_| {
                let s = s.clone();
                thread::spawn(move || s.send(1).unwrap())
            })
            .collect();
        drop(s);
        let mut n = 0;
        loop {
            match r.recv_timeout(Duration::from_millis(2)) {
                Ok(v) => n += v,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        for t in ts {
            t.join().unwrap();
        }
        n
    }
    mpsc_receiver_iter_break Sc ["[1, 2]"] {
        let (s, r) = channel();
        s.send(1).unwrap();
        s.send(2).unwrap();
        s.send(3).unwrap();
        r.iter().take(2).collect::<Vec<i32>>()
    }
    mpsc_message_with_receiver Sc ["3"] {
        let (s, r) = channel();
        let (s2, r2) = channel();
        s.send(r2).unwrap();
        s2.send(3).unwrap();
        r.recv().unwrap().recv().unwrap()
    }
    mpsc_drop_message_sends Sc ["1"] {
        struct D(mpsc::Sender<i32>);
        impl Drop for D {
            fn drop(&mut self) {
                let _ = self.0.send(1);
            }
        }
        let (s, r) = channel();
        let (s2, r2) = channel();
        s2.send(D(s)).unwrap();
        drop(r2);
        r.recv().unwrap()
    }
    mpsc_shared_receiver_in_mutex Sc ["[1, 2]", "[2, 1]"] {
        let (s, r) = channel();
        let r = Arc::new(Mutex::new(r));
        let q = r.clone();
        let t = thread::spawn(move || q.lock().unwrap().recv().unwrap());
        s.send(1).unwrap();
        s.send(2).unwrap();
        let b = r.lock().unwrap().recv().unwrap();
        [t.join().unwrap(), b]
    }
}
