//! Locks, condition variables and barriers, after the topics of the tests of the standard library.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Barrier, Condvar, Mutex, RwLock, RwLockWriteGuard, TryLockError, mpsc::channel},
    thread,
    time::{Duration, Instant},
};

use super::{Case, Mode};

cases! { "std";
    rw_smoke Sc ["()"] {
        let l = RwLock::new(());
        drop(l.read());
        drop(l.write());
        drop((l.read(), l.read()));
        drop(l.write());
    }
    rw_arc_writer_never_seen Sc ["(0, 2)", "(2, 2)"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let t = thread::spawn(move || {
            let mut g = k.write().unwrap();
            for _ in 0..2 {
                let v = *g;
                *g = -1;
                thread::yield_now();
                *g = v + 1;
            }
        });
        let a = *l.read().unwrap();
        t.join().unwrap();
        (a, *l.read().unwrap())
    }
    rw_access_in_unwind Sc ["2"] {
        struct U(Arc<RwLock<i32>>);
        impl Drop for U {
            fn drop(&mut self) {
                *self.0.write().unwrap() += 1;
            }
        }
        let l = Arc::new(RwLock::new(1));
        let k = l.clone();
        let _ = thread::spawn(move || {
            let _u = U(k);
            panic!("on purpose")
        })
        .join();
        let v = *l.read().unwrap();
        v
    }
    rw_unwind_waits_for_the_lock Sc ["2"] {
        struct U(Arc<RwLock<i32>>);
        impl Drop for U {
            fn drop(&mut self) {
                *self.0.write().unwrap() += 1;
            }
        }
        let l = Arc::new(RwLock::new(1));
        let k = l.clone();
        let t = thread::spawn(move || {
            let _u = U(k);
            panic!("on purpose")
        });
        {
            let _g = l.read().unwrap();
            thread::yield_now();
        }
        let _ = t.join();
        let v = *l.read().unwrap();
        v
    }
    rw_poison_by_writer_only Sc ["(false, true)"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let _ = thread::spawn(move || {
            let _g = k.read().unwrap();
            panic!("x")
        })
        .join();
        let a = l.is_poisoned();
        let k = l.clone();
        let _ = thread::spawn(move || {
            let _g = k.write().unwrap();
            panic!("x")
        })
        .join();
        (a, l.is_poisoned())
    }
    rw_downgrade_keeps_value Sc ["true"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let t = thread::spawn(move || {
            let mut g = k.write().unwrap();
            *g += 1;
            let v = *g;
            let r = RwLockWriteGuard::downgrade(g);
            v == *r
        });
        let a = {
            let mut g = l.write().unwrap();
            *g += 1;
            let v = *g;
            let r = RwLockWriteGuard::downgrade(g);
            v == *r
        };
        a && t.join().unwrap()
    }
    rw_downgrade_lets_reader_in Sc ["()", "deadlock"] {
        let l = Arc::new((RwLock::new(0), Barrier::new(2)));
        let k = l.clone();
        let t = thread::spawn(move || {
            let _g = k.0.read().unwrap();
            k.1.wait();
        });
        {
            let g = l.0.write().unwrap();
            let _r = RwLockWriteGuard::downgrade(g);
            l.1.wait();
        }
        t.join().unwrap();
    }
    rw_downgraded_panic_poisons_not Sc ["false"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let _ = thread::spawn(move || {
            let g = k.write().unwrap();
            let _r = RwLockWriteGuard::downgrade(g);
            panic!("x")
        })
        .join();
        l.is_poisoned()
    }
    rw_unsized Sc ["[4, 2, 5]"] {
        let l: &RwLock<[i32]> = &RwLock::new([1, 2, 3]);
        {
            let mut b = l.write().unwrap();
            b[0] = 4;
            b[2] = 5;
        }
        l.read().unwrap().to_vec()
    }
    rw_debug_locked Sc [
        "(\"RwLock { data: 0, poisoned: false, .. }\", \"RwLock { data: <locked>, poisoned: false, .. }\")",
    ] {
        let l = RwLock::new(0);
        let a = format!("{l:?}");
        let _g = l.write();
        (a, format!("{l:?}"))
    }
    mutex_debug_locked Sc [
        "(\"Mutex { data: 0, poisoned: false, .. }\", \"Mutex { data: \\\"<locked>\\\", poisoned: false, .. }\")",
    ] {
        let l = Mutex::new(0);
        let a = format!("{l:?}");
        let _g = l.lock();
        (a, format!("{l:?}"))
    }
    mutex_access_in_unwind Sc ["2"] {
        struct U(Arc<Mutex<i32>>);
        impl Drop for U {
            fn drop(&mut self) {
                *self.0.lock().unwrap() += 1;
            }
        }
        let l = Arc::new(Mutex::new(1));
        let k = l.clone();
        let t = thread::spawn(move || {
            let _u = U(k);
            panic!("on purpose")
        });
        {
            let _g = l.lock().unwrap();
        }
        let _ = t.join();
        let v = *l.lock().unwrap();
        v
    }
    mutex_poison_into_inner_get_mut Sc ["(true, true)"] {
        let mut m = Mutex::new(0);
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _g = m.lock();
            panic!("x")
        }));
        (m.get_mut().is_err(), m.into_inner().is_err())
    }
    mutex_try_lock_poisoned Sc ["true"] {
        let m = Mutex::new(0);
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _g = m.lock();
            panic!("x")
        }));
        matches!(m.try_lock(), Err(TryLockError::Poisoned(_)))
    }
    mutex_guard_taken_while_unwinding_poisons_not Sc ["false"] {
        struct U(Arc<Mutex<i32>>);
        impl Drop for U {
            fn drop(&mut self) {
                drop(self.0.lock());
            }
        }
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let _ = catch_unwind(move || {
            let _u = U(n);
            panic!("x")
        });
        m.is_poisoned()
    }
    mutex_arc_nested Sc ["()"] {
        let a = Arc::new(Mutex::new(1));
        let b = Arc::new(Mutex::new(a));
        thread::spawn(move || {
            let l = b.lock().unwrap();
            let m = l.lock().unwrap();
            assert_eq!(*m, 1);
        })
        .join()
        .unwrap();
    }
    mutex_condvar_arc Sc ["()"] {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let q = p.clone();
        let (s, r) = channel();
        let t = thread::spawn(move || {
            r.recv().unwrap();
            let mut g = q.0.lock().unwrap();
            *g = true;
            q.1.notify_one();
        });
        s.send(()).unwrap();
        let mut g = p.0.lock().unwrap();
        while !*g {
            g = p.1.wait(g).unwrap();
        }
        drop(g);
        t.join().unwrap();
    }
    mutex_condvar_arc_poison Sc ["\"poisoned\""] {
        let p = Arc::new((Mutex::new(1), Condvar::new()));
        let q = p.clone();
        let (s, r) = channel();
        let t = thread::spawn(move || {
            r.recv().unwrap();
            let mut g = q.0.lock().unwrap();
            *g = 2;
            q.1.notify_one();
            panic!("x")
        });
        let mut g = p.0.lock().unwrap();
        s.send(()).unwrap();
        let out;
        loop {
            match p.1.wait(g) {
                Ok(h) => {
                    g = h;
                }
                Err(_) => {
                    out = "poisoned";
                    break;
                }
            }
        }
        let _ = t.join();
        out
    }
    cv_wait_timeout_wait Sc ["true"] {
        let (m, c) = (Mutex::new(()), Condvar::new());
        loop {
            let g = m.lock().unwrap();
            let (_g, r) = c.wait_timeout(g, Duration::from_millis(1)).unwrap();
            if r.timed_out() {
                break true;
            }
        }
    }
    cv_wait_timeout_while_instant_satisfy Sc ["false"] {
        let (m, c) = (Mutex::new(()), Condvar::new());
        let g = m.lock().unwrap();
        let r = c
            .wait_timeout_while(g, Duration::from_millis(0), |_| false)
            .unwrap()
            .1
            .timed_out();
        r
    }
    cv_wait_timeout_elapsed Sc ["true"] {
        let (m, c) = (Mutex::new(()), Condvar::new());
        let t = Instant::now();
        loop {
            let g = m.lock().unwrap();
            if c.wait_timeout(g, Duration::from_millis(1))
                .unwrap()
                .1
                .timed_out()
            {
                break;
            }
        }
        t.elapsed() >= Duration::from_millis(1)
    }
    cv_two_mutexes Sc ["true", "false"] {
        // A panic is allowed here, and Linux gives none.
        let (a, b, c) = (Mutex::new(()), Mutex::new(()), Condvar::new());
        let x = {
            let g = a.lock().unwrap();
            c.wait_timeout(g, Duration::from_millis(1))
                .unwrap()
                .1
                .timed_out()
        };
        let y = {
            let g = b.lock().unwrap();
            c.wait_timeout(g, Duration::from_millis(1))
                .unwrap()
                .1
                .timed_out()
        };
        x && y
    }
    barrier_ten Sc ["(1, 4)"] {
        let b = Arc::new(Barrier::new(4));
        let (s, r) = channel();
        for _ in 0..3 {
            let (b, s) = (b.clone(), s.clone());
            thread::spawn(move || s.send(b.wait().is_leader()).unwrap());
        }
        let mut v = vec![b.wait().is_leader()];
        for _ in 0..3 {
            v.push(r.recv().unwrap());
        }
        (v.iter().filter(|x| **x).count(), v.len())
    }
}
