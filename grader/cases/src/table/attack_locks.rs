//! Attempts to break a model of `Mutex`, `RwLock` and `Condvar`.

use std::{
    panic::{self, AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, RwLock, RwLockWriteGuard, TryLockError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use super::{Case, Mode};

cases! { "attack";
    rw_woken_writer_is_overtaken Sc ["(true, false)", "(true, true)", "(false, true)", "(false, false)"] {
        // A writer that made the attempt fail is woken when the lock is free, and may be slower.
        let l = Arc::new(RwLock::new(false));
        let k = l.clone();
        let t = thread::spawn(move || *k.write().unwrap() = true);
        let g = l.read().unwrap();
        let gets_in = l.try_read().is_ok();
        drop(g);
        let seen = *l.read().unwrap();
        t.join().unwrap();
        (gets_in, seen)
    }
    rw_downgraded_with_a_writer_waiting Sc ["true", "false"] {
        // Whether a waiting writer keeps new readers out is left open.
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let g = l.write().unwrap();
        let w = thread::spawn(move || *k.write().unwrap() += 1);
        let r = RwLockWriteGuard::downgrade(g);
        let ok = l.try_read().is_ok();
        drop(r);
        w.join().unwrap();
        ok
    }
    rw_nobody_writes_while_a_guard_is_downgraded Sc ["(1, 1)", "(1, 2)"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let w = thread::spawn(move || *k.write().unwrap() = 2);
        let mut g = l.write().unwrap();
        *g = 1;
        let r = RwLockWriteGuard::downgrade(g);
        let seen = *r;
        drop(r);
        w.join().unwrap();
        (seen, *l.read().unwrap())
    }
    rw_downgraded_wakes_two_readers Sc ["(1, 1)", "(0, 1)", "(1, 0)", "(0, 0)"] {
        let l = Arc::new(RwLock::new(0));
        let rs = [(); 2].map(|()| {
            let l = l.clone();
            thread::spawn(move || *l.read().unwrap())
        });
        let mut g = l.write().unwrap();
        *g = 1;
        let r = RwLockWriteGuard::downgrade(g);
        let [a, b] = rs.map(|r| r.join().unwrap());
        drop(r);
        (a, b)
    }
    rw_try_write_while_readers_leave Sc ["true", "false"] {
        let l = Arc::new(RwLock::new(0));
        let rs = [(); 2].map(|()| {
            let l = l.clone();
            thread::spawn(move || *l.read().unwrap())
        });
        let ok = l.try_write().is_ok();
        rs.map(|r| r.join().unwrap());
        ok
    }
    rw_two_writers_and_a_reader Sc [
        "(0, 11)",
        "(1, 11)",
        "(11, 11)",
        "(0, 1)",
        "(10, 1)",
        "(1, 1)",
    ] {
        let l = Arc::new(RwLock::new(0));
        let (a, b, c) = (l.clone(), l.clone(), l.clone());
        let ws = [
            thread::spawn(move || *a.write().unwrap() = 1),
            thread::spawn(move || *b.write().unwrap() += 10),
        ];
        let r = thread::spawn(move || *c.read().unwrap());
        ws.map(|w| w.join().unwrap());
        (r.join().unwrap(), *l.read().unwrap())
    }
    rw_failed_try_write_leaves_no_trace Sc ["(false, true)"] {
        // Who only tries does not wait, and so keeps nobody out.
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let _g = l.read().unwrap();
        thread::spawn(move || (k.try_write().is_ok(), k.try_read().is_ok()))
            .join()
            .unwrap()
    }
    rw_waiting_writer_gets_in_after_all_readers Sc ["(0, 1)", "(1, 1)"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let g = l.read().unwrap();
        let w = thread::spawn(move || *k.write().unwrap() += 1);
        drop(g);
        let seen = *l.read().unwrap();
        w.join().unwrap();
        (seen, *l.read().unwrap())
    }
    rw_reader_meets_a_panicking_writer Sc ["true", "false"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let t = thread::spawn(move || {
            let _g = k.write().unwrap();
            panic!("on purpose")
        });
        let poisoned = l.read().is_err();
        let _ = t.join();
        poisoned
    }
    rw_try_write_meets_a_panicking_reader Sc ["\"free\"", "\"held\""] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let t = thread::spawn(move || {
            let _g = k.read().unwrap();
            panic!("on purpose")
        });
        let found = match l.try_write() {
            Ok(_) => "free",
            Err(TryLockError::WouldBlock) => "held",
            Err(TryLockError::Poisoned(_)) => "poisoned",
        };
        let _ = t.join();
        found
    }
    rw_poison_is_seen_by_tries_and_cleared Sc ["(true, true, true, true, false)"] {
        let l = RwLock::new(0);
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _g = l.write().unwrap();
            panic!("on purpose")
        }));
        let read = matches!(l.try_read(), Err(TryLockError::Poisoned(_)));
        let write = matches!(l.try_write(), Err(TryLockError::Poisoned(_)));
        l.clear_poison();
        let now = l.try_read().is_ok();
        let then = l.try_write().is_ok();
        (read, write, now, then, l.is_poisoned())
    }
    try_lock_meets_a_panicking_thread Sc ["\"free\"", "\"held\"", "\"poisoned\""] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let t = thread::spawn(move || {
            let _g = n.lock().unwrap();
            panic!("on purpose")
        });
        let found = match m.try_lock() {
            Ok(_) => "free",
            Err(TryLockError::WouldBlock) => "held",
            Err(TryLockError::Poisoned(_)) => "poisoned",
        };
        let _ = t.join();
        found
    }
    poison_cleared_under_the_lock_comes_back Sc ["true"] {
        let m = Mutex::new(0);
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _g = m.lock().unwrap();
            panic!("on purpose")
        }));
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _g = m.lock();
            m.clear_poison();
            panic!("again")
        }));
        m.is_poisoned()
    }
    guard_outside_of_a_caught_panic_does_not_poison Sc ["false"] {
        let m = Mutex::new(0);
        let g = m.lock().unwrap();
        let _ = catch_unwind(|| panic!("on purpose"));
        drop(g);
        m.is_poisoned()
    }
    guard_taken_in_the_second_of_two_panics_does_not_poison Sc ["false"] {
        // Its thread was panicking already when it took the lock.
        struct D(Arc<Mutex<i32>>);
        impl Drop for D {
            fn drop(&mut self) {
                let _ = catch_unwind(AssertUnwindSafe(|| {
                    let _g = self.0.lock().unwrap();
                    panic!("inner")
                }));
            }
        }
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let _ = catch_unwind(AssertUnwindSafe(move || {
            let _d = D(n);
            panic!("outer")
        }));
        m.is_poisoned()
    }
    resumed_panic_poisons Sc ["true"] {
        let m = Mutex::new(0);
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _g = m.lock().unwrap();
            panic::resume_unwind(Box::new(1))
        }));
        m.is_poisoned()
    }
    clear_poison_between_panic_and_lock Sc [
        "(true, true)",
        "(false, true)",
        "(false, false)",
        "(true, false)",
    ] {
        // Somebody clears the poison at some time: before, between or after.
        let m = Arc::new(Mutex::new(0));
        let (a, b) = (m.clone(), m.clone());
        let t = thread::spawn(move || {
            let _g = a.lock().unwrap();
            panic!("on purpose")
        });
        let u = thread::spawn(move || b.clear_poison());
        let first = m.lock().is_err();
        let _ = t.join();
        u.join().unwrap();
        (first, m.is_poisoned())
    }
    cv_flag_set_outside_of_the_lock Sc ["()", "deadlock"] {
        // The flag may be set and the notification given between the look and the wait.
        let p = Arc::new((Mutex::new(()), Condvar::new(), AtomicBool::new(false)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.2.store(true, SeqCst);
            q.1.notify_one();
        });
        let mut g = p.0.lock().unwrap();
        while !p.2.load(SeqCst) {
            g = p.1.wait(g).unwrap();
        }
        drop(g);
        t.join().unwrap();
    }
    cv_notified_before_anybody_waits NoSpurious ["deadlock"] {
        let (m, c) = (Mutex::new(()), Condvar::new());
        c.notify_one();
        c.notify_all();
        drop(c.wait(m.lock().unwrap()));
    }
    cv_two_notifications_wake_two_waiters NoSpurious ["()"] {
        // The second does not go to the one that the first has woken.
        let p = Arc::new((Mutex::new(0), Condvar::new(), Condvar::new()));
        let ts = [(); 2].map(|()| {
            let p = p.clone();
            thread::spawn(move || {
                let mut g = p.0.lock().unwrap();
                *g += 1;
                p.2.notify_one();
                drop(p.1.wait(g));
            })
        });
        drop(p.2.wait_while(p.0.lock().unwrap(), |waiting| *waiting < 2));
        p.1.notify_one();
        p.1.notify_one();
        ts.map(|t| t.join().unwrap());
    }
    cv_late_waiter_does_not_take_what_was_not_for_it NoSpurious ["1", "2"] {
        // One waits before the notification. The other takes it only if it waits by then as well.
        let p = Arc::new((Mutex::new(0), Condvar::new(), Condvar::new()));
        let wait = |p: &(Mutex<i32>, Condvar, Condvar)| {
            let mut g = p.0.lock().unwrap();
            *g += 1;
            p.2.notify_one();
            drop(p.1.wait(g));
        };
        let q = p.clone();
        let t = thread::spawn(move || wait(&q));
        drop(p.2.wait_while(p.0.lock().unwrap(), |waiting| *waiting < 1));
        let q = p.clone();
        let u = thread::spawn(move || wait(&q));
        p.1.notify_one();
        let waiting = *p.0.lock().unwrap();
        p.1.notify_all();
        drop(p.2.wait_while(p.0.lock().unwrap(), |waiting| *waiting < 2));
        p.1.notify_all();
        t.join().unwrap();
        u.join().unwrap();
        waiting
    }
    cv_time_out_and_notification NoSpurious ["(false, 1)", "(true, 0)", "(true, 1)"] {
        // When the time is up, the lock may have to be waited for, and the value has changed.
        let p = Arc::new((Mutex::new(0), Condvar::new()));
        let q = p.clone();
        let g = p.0.lock().unwrap();
        let t = thread::spawn(move || {
            *q.0.lock().unwrap() = 1;
            q.1.notify_one();
        });
        let (g, r) = p.1.wait_timeout(g, Duration::from_millis(1)).unwrap();
        let v = (r.timed_out(), *g);
        drop(g);
        t.join().unwrap();
        v
    }
    cv_woken_spuriously_when_all_wait Sc ["()", "deadlock", "panic: the other was awake"] {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let q = p.clone();
        let _t = thread::spawn(move || {
            let mut g = q.1.wait(q.0.lock().unwrap()).unwrap();
            *g = true;
        });
        let g = p.1.wait(p.0.lock().unwrap()).unwrap();
        assert!(!*g, "the other was awake");
    }
    cv_woken_spuriously_after_the_last_step Sc ["()", "deadlock"] {
        let p = Arc::new((Mutex::new(()), Condvar::new()));
        let t = thread::spawn(|| ());
        drop(p.1.wait(p.0.lock().unwrap()).unwrap());
        t.join().unwrap();
    }
    cv_longest_time_out_never_comes NoSpurious ["deadlock"] {
        let (m, c) = (Mutex::new(()), Condvar::new());
        drop(c.wait_timeout(m.lock().unwrap(), Duration::MAX));
    }
    cv_wait_lets_go_of_a_poisoned_lock_as_well Sc ["true"] {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _g = p.0.lock().unwrap();
            panic!("on purpose")
        }));
        let q = p.clone();
        let t = thread::spawn(move || {
            *q.0.lock().unwrap_err().into_inner() = true;
            q.1.notify_one();
        });
        let mut g = p.0.lock().unwrap_err().into_inner();
        while !*g {
            g = p.1.wait(g).unwrap_err().into_inner();
        }
        let v = *g;
        drop(g);
        t.join().unwrap();
        v
    }
}
