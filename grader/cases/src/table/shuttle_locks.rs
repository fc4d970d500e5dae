//! Locks, condition variables, barriers and `Once`, after the topics of shuttle's tests.

use std::{
    sync::{
        Arc, Barrier, Condvar, Mutex, Once, RwLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use super::{Case, Mode};

cases! { "shuttle";
    mutex_basic Sc ["1", "2"] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let t = thread::spawn(move || *n.lock().unwrap() = 1);
        *m.lock().unwrap() = 2;
        t.join().unwrap();
        *m.lock().unwrap()
    }
    abba Sc ["()", "deadlock"] {
        let a = Arc::new((Mutex::new(()), Mutex::new(())));
        let b = a.clone();
        let t = thread::spawn(move || {
            let _x = b.0.lock();
            let _y = b.1.lock();
        });
        {
            let _y = a.1.lock();
            let _x = a.0.lock();
        }
        t.join().unwrap();
    }
    inc_two_critical_sections Sc ["1", "2"] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let f = |m: &Mutex<i32>| {
            let v = *m.lock().unwrap();
            *m.lock().unwrap() = v + 1;
        };
        let t = thread::spawn(move || f(&n));
        f(&m);
        t.join().unwrap();
        let v = *m.lock().unwrap();
        v
    }
    inc_locked Sc ["3"] {
        let m = Arc::new(Mutex::new(0));
        let ts: Vec<_> = (0..3)
            .map(|_| {
                let m = m.clone();
                thread::spawn(move || *m.lock().unwrap() += 1)
            })
            .collect();
        for t in ts {
            t.join().unwrap();
        }
        let v = *m.lock().unwrap();
        v
    }
    try_lock_inc Sc ["1", "2"] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let f = |m: &Mutex<i32>| {
            if let Ok(mut g) = m.try_lock() {
                *g += 1
            }
        };
        let t = thread::spawn(move || f(&n));
        f(&m);
        t.join().unwrap();
        let v = *m.lock().unwrap();
        v
    }
    lock_try_lock Sc ["true", "false"] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let t = thread::spawn(move || {
            *n.lock().unwrap() += 1;
        });
        let r = m.try_lock().is_ok();
        t.join().unwrap();
        r
    }
    double_lock Sc ["deadlock"] {
        let m = Mutex::new(0);
        let _a = m.lock();
        let _b = m.lock();
    }
    double_try_lock Sc ["(true, false)"] {
        let m = Mutex::new(0);
        let a = m.try_lock();
        let b = m.try_lock();
        (a.is_ok(), b.is_ok())
    }
    mutex_into_inner Sc ["2"] {
        let m = Arc::new(Mutex::new(0));
        let ts: Vec<_> = (0..2)
            .map(|_| {
                let m = m.clone();
                thread::spawn(move || *m.lock().unwrap() += 1)
            })
            .collect();
        for t in ts {
            t.join().unwrap();
        }
        Arc::try_unwrap(m).unwrap().into_inner().unwrap()
    }
    mutex_unfair Sc ["\"112\"", "\"121\"", "\"211\""] {
        let m = Arc::new(Mutex::new(String::new()));
        let n = m.clone();
        let t = thread::spawn(move || {
            for _ in 0..2 {
                n.lock().unwrap().push('1');
            }
        });
        m.lock().unwrap().push('2');
        t.join().unwrap();
        let s = m.lock().unwrap().clone();
        s
    }
    mutex_poison_and_clear Sc ["(true, true, false, 7)"] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let e = thread::spawn(move || {
            let mut g = n.lock().unwrap();
            *g = 7;
            panic!("x");
        })
        .join()
        .is_err();
        let p = m.is_poisoned();
        m.clear_poison();
        let q = m.is_poisoned();
        let v = *m.lock().unwrap();
        (e, p, q, v)
    }
    mutex_rwlock_two_orders Sc ["()", "deadlock"] {
        let a = Arc::new((Mutex::new(()), RwLock::new(())));
        let b = a.clone();
        let t = thread::spawn(move || {
            let _x = b.0.lock();
            let _y = b.1.write();
        });
        {
            let _y = a.1.read();
            let _x = a.0.lock();
        }
        t.join().unwrap();
    }
    cv_notify_one Sc ["1"] {
        let p = Arc::new((Mutex::new(0), Condvar::new()));
        let q = p.clone();
        let t = thread::spawn(move || {
            *q.0.lock().unwrap() = 1;
            q.1.notify_one();
        });
        let g = p.1.wait_while(p.0.lock().unwrap(), |v| *v == 0).unwrap();
        let r = *g;
        drop(g);
        t.join().unwrap();
        r
    }
    cv_notify_all_two Sc ["()"] {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let ts: Vec<_> = (0..2)
            .map(|_| {
                let p = p.clone();
                thread::spawn(move || {
                    let mut g = p.0.lock().unwrap();
                    while !*g {
                        g = p.1.wait(g).unwrap();
                    }
                })
            })
            .collect();
        *p.0.lock().unwrap() = true;
        p.1.notify_all();
        for t in ts {
            t.join().unwrap();
        }
    }
    cv_two_notify_one Sc ["()"] {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let ts: Vec<_> = (0..2)
            .map(|_| {
                let p = p.clone();
                thread::spawn(move || {
                    let mut g = p.0.lock().unwrap();
                    while !*g {
                        g = p.1.wait(g).unwrap();
                    }
                })
            })
            .collect();
        *p.0.lock().unwrap() = true;
        p.1.notify_one();
        p.1.notify_one();
        for t in ts {
            t.join().unwrap();
        }
    }
    cv_one_notify_two_waiters Sc ["()", "deadlock"] {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let ts: Vec<_> = (0..2)
            .map(|_| {
                let p = p.clone();
                thread::spawn(move || {
                    let mut g = p.0.lock().unwrap();
                    while !*g {
                        g = p.1.wait(g).unwrap();
                    }
                })
            })
            .collect();
        *p.0.lock().unwrap() = true;
        p.1.notify_one();
        for t in ts {
            t.join().unwrap();
        }
    }
    cv_if_instead_of_while Sc ["()", "panic: nothing to get"] {
        let p = Arc::new((Mutex::new(0), Condvar::new()));
        let ts: Vec<_> = (0..2)
            .map(|_| {
                let p = p.clone();
                thread::spawn(move || {
                    let mut g = p.0.lock().unwrap();
                    if *g == 0 {
                        g = p.1.wait(g).unwrap();
                    }
                    if *g == 0 {
                        panic!("nothing to get");
                    }
                    *g -= 1;
                    p.1.notify_one();
                })
            })
            .collect();
        *p.0.lock().unwrap() += 2;
        p.1.notify_all();
        for t in ts {
            let _ = t.join().map_err(|e| std::panic::resume_unwind(e));
        }
    }
    cv_if_no_spurious NoSpurious ["()"] {
        let p = Arc::new((Mutex::new(0), Condvar::new()));
        let t = {
            let p = p.clone();
            thread::spawn(move || {
                let mut g = p.0.lock().unwrap();
                if *g == 0 {
                    g = p.1.wait(g).unwrap();
                }
                assert_eq!(*g, 1);
            })
        };
        *p.0.lock().unwrap() = 1;
        p.1.notify_one();
        t.join().unwrap();
    }
    cv_wait_timeout Sc ["true", "false"] {
        let p = Arc::new((Mutex::new(()), Condvar::new()));
        let q = p.clone();
        let g = p.0.lock().unwrap();
        let t = thread::spawn(move || {
            let _g = q.0.lock().unwrap();
            q.1.notify_one();
        });
        let (g, r) = p.1.wait_timeout(g, Duration::from_millis(1)).unwrap();
        drop(g);
        t.join().unwrap();
        r.timed_out()
    }
    cv_wait_timeout_while_zero Sc ["(true, false)", "(false, true)"] {
        let p = Arc::new((Mutex::new(false), Condvar::new()));
        let q = p.clone();
        let t = thread::spawn(move || {
            *q.0.lock().unwrap() = true;
            q.1.notify_one();
        });
        let (g, r) =
            p.1.wait_timeout_while(p.0.lock().unwrap(), Duration::ZERO, |b| !*b)
                .unwrap();
        let v = (r.timed_out(), *g);
        drop(g);
        t.join().unwrap();
        v
    }
    rw_readers_together Sc ["()"] {
        // Both readers must be inside at once.
        let l = Arc::new((RwLock::new(()), Barrier::new(2)));
        let k = l.clone();
        let t = thread::spawn(move || {
            let _g = k.0.read();
            k.1.wait();
        });
        {
            let _g = l.0.read();
            l.1.wait();
        }
        t.join().unwrap();
    }
    rw_abba Sc ["()", "deadlock"] {
        let a = Arc::new((RwLock::new(()), RwLock::new(())));
        let b = a.clone();
        let t = thread::spawn(move || {
            let _x = b.0.read();
            let _y = b.1.write();
        });
        {
            let _y = a.1.read();
            let _x = a.0.write();
        }
        t.join().unwrap();
    }
    rw_two_writers Sc ["2"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let t = thread::spawn(move || *k.write().unwrap() += 1);
        *l.write().unwrap() += 1;
        t.join().unwrap();
        let v = *l.read().unwrap();
        v
    }
    rw_readers_and_writer Sc ["(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"] {
        let l = Arc::new(RwLock::new(0));
        let rs: Vec<_> = (0..2)
            .map(|_| {
                let l = l.clone();
                thread::spawn(move || *l.read().unwrap())
            })
            .collect();
        *l.write().unwrap() += 1;
        let v: Vec<_> = rs.into_iter().map(|r| r.join().unwrap()).collect();
        (v[0], v[1])
    }
    rw_try_both_during_write Sc [
        "(true, true)",
        "(true, false)",
        "(false, true)",
        "(false, false)",
    ] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let t = thread::spawn(move || *k.write().unwrap() += 1);
        let a = l.try_read().is_ok();
        let b = l.try_write().is_ok();
        t.join().unwrap();
        (a, b)
    }
    rw_double_read Sc ["()"] {
        let l = RwLock::new(0);
        let _a = l.read();
        let _b = l.read();
    }
    rw_double_write Sc ["deadlock"] {
        let l = RwLock::new(0);
        let _a = l.write();
        let _b = l.write();
    }
    rw_upgrade Sc ["deadlock"] {
        let l = RwLock::new(0);
        let _a = l.read();
        let _b = l.write();
    }
    rw_read_while_write Sc ["deadlock"] {
        let l = RwLock::new(0);
        let _a = l.write();
        let _b = l.read();
    }
    rw_tries_alone Sc ["(true, true, false, true, false)"] {
        let l = RwLock::new(0);
        let a = l.try_read();
        let b = l.try_read().is_ok();
        let c = l.try_write().is_ok();
        let a1 = a.is_ok();
        drop(a);
        let w = l.try_write();
        let e = l.try_read().is_ok();
        (a1, b, c, w.is_ok(), e)
    }
    rw_into_inner Sc ["5"] {
        let l = RwLock::new(4);
        *l.write().unwrap() += 1;
        l.into_inner().unwrap()
    }
    barrier_one_leader Sc ["1"] {
        let b = Arc::new(Barrier::new(3));
        let ts: Vec<_> = (0..3)
            .map(|_| {
                let b = b.clone();
                thread::spawn(move || b.wait().is_leader() as u32)
            })
            .collect();
        ts.into_iter().map(|t| t.join().unwrap()).sum::<u32>()
    }
    barrier_too_few Sc ["deadlock"] {
        let b = Arc::new(Barrier::new(3));
        let c = b.clone();
        let t = thread::spawn(move || {
            c.wait();
        });
        b.wait();
        t.join().unwrap();
    }
    barrier_reuse Sc ["2"] {
        let b = Arc::new(Barrier::new(2));
        let c = b.clone();
        let t = thread::spawn(move || (0..2).map(|_| c.wait().is_leader() as u32).sum::<u32>());
        let n: u32 = (0..2).map(|_| b.wait().is_leader() as u32).sum();
        n + t.join().unwrap()
    }
    barrier_zero_and_one Sc ["[true, true, true, true]"] {
        let (z, o) = (Barrier::new(0), Barrier::new(1));
        [
            z.wait().is_leader(),
            z.wait().is_leader(),
            o.wait().is_leader(),
            o.wait().is_leader(),
        ]
    }
    barrier_any_leader Sc ["[true, false]", "[false, true]"] {
        let b = Arc::new(Barrier::new(2));
        let c = b.clone();
        let t = thread::spawn(move || c.wait().is_leader());
        let m = b.wait().is_leader();
        [m, t.join().unwrap()]
    }
    barrier_reuse_three_threads Sc ["()", "deadlock"] {
        // Three threads use a barrier for two, and one is left over.
        let b = Arc::new(Barrier::new(2));
        let n = Arc::new(AtomicUsize::new(0));
        let ts: Vec<_> = (0..3)
            .map(|_| {
                let (b, n) = (b.clone(), n.clone());
                thread::spawn(move || {
                    b.wait();
                    n.fetch_add(1, SeqCst);
                    if n.load(SeqCst) == 2 {
                        b.wait();
                    }
                })
            })
            .collect();
        for t in ts {
            t.join().unwrap();
        }
    }
    once_two_threads Sc ["(1, 1)"] {
        let o = Arc::new((Once::new(), AtomicUsize::new(0)));
        let p = o.clone();
        let t = thread::spawn(move || {
            p.0.call_once(|| {
                p.1.fetch_add(1, SeqCst);
            });
            p.1.load(SeqCst)
        });
        o.0.call_once(|| {
            o.1.fetch_add(1, SeqCst);
        });
        let m = o.1.load(SeqCst);
        (m, t.join().unwrap())
    }
    once_poison Sc ["(true, true, false, true, true)"] {
        let o = Once::new();
        let a =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| o.call_once(|| panic!("p"))))
                .is_err();
        let b =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| o.call_once(|| ()))).is_err();
        let c = o.is_completed();
        let mut d = false;
        o.call_once_force(|s| d = s.is_poisoned());
        (a, b, c, d, o.is_completed())
    }
    once_panics_while_another_waits Sc ["(\"forced\", 1)", "(\"first\", 1)"] {
        let o = Arc::new((Once::new(), AtomicUsize::new(0)));
        let p = o.clone();
        let t = thread::spawn(move || p.0.call_once(|| panic!("p")));
        let mut saw = "first";
        let n = &o.1;
        o.0.call_once_force(|s| {
            n.fetch_add(1, SeqCst);
            if s.is_poisoned() {
                saw = "forced";
            }
        });
        let _ = t.join();
        (saw, o.1.load(SeqCst))
    }
}
