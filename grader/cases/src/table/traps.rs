//! What a model of the library may easily get wrong.

use std::{
    panic::catch_unwind,
    sync::{
        Arc, Condvar, LazyLock, Mutex, RwLock, TryLockError,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
        mpsc::{self, channel, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{Case, Mode};

cases! { "traps";
    rw_reader_waits_behind_waiting_writer Sc ["()", "deadlock"] {
        // Linux gives waiting writers precedence: a second reader then waits, and the first waits
        // for it.
        let l = Arc::new(RwLock::new(0));
        let (s, r) = channel();
        let k = l.clone();
        let g = l.read().unwrap();
        let w = thread::spawn(move || {
            *k.write().unwrap() += 1;
        });
        let k = l.clone();
        let t = thread::spawn(move || {
            let _g = k.read().unwrap();
            s.send(()).unwrap();
        });
        thread::sleep(Duration::from_millis(0));
        r.recv().unwrap();
        drop(g);
        w.join().unwrap();
        t.join().unwrap();
    }
    rw_try_read_fails_behind_waiting_writer Sc ["true", "false"] {
        let l = Arc::new(RwLock::new(0));
        let k = l.clone();
        let g = l.read().unwrap();
        let w = thread::spawn(move || {
            *k.write().unwrap() += 1;
        });
        for _ in 0..3 {
            thread::yield_now();
        }
        let ok = l.try_read().is_ok();
        drop(g);
        w.join().unwrap();
        ok
    }
    rw_recursive_read_may_succeed_before_the_writer_waits Sc ["true", "deadlock"] {
        // The writer says that it comes, and has not asked for the lock yet.
        let l = Arc::new((RwLock::new(0), AtomicBool::new(false)));
        let k = l.clone();
        let g = l.0.read().unwrap();
        let w = thread::spawn(move || {
            k.1.store(true, SeqCst);
            *k.0.write().unwrap() += 1;
        });
        while !l.1.load(SeqCst) {
            thread::yield_now();
        }
        let ok = l.0.read().is_ok();
        drop(g);
        if ok {
            w.join().unwrap();
        }
        ok
    }
    rendezvous_try_send_before_the_receiver_waits Sc ["Ok(())", "Err(TrySendError::Full(..))"] {
        // The receiver says that it comes, and does not wait yet.
        let (s, r) = sync_channel(0);
        let f = Arc::new(AtomicBool::new(false));
        let g = f.clone();
        let t = thread::spawn(move || {
            g.store(true, SeqCst);
            let _ = r.recv();
        });
        while !f.load(SeqCst) {
            thread::yield_now();
        }
        let x = s.try_send(1);
        drop(s);
        t.join().unwrap();
        x
    }
    rendezvous_try_send_timed_receiver Sc [
        "Ok(())",
        "Err(TrySendError::Full(..))",
        "Err(TrySendError::Disconnected(..))",
    ] {
        let (s, r) = sync_channel(0);
        let t = thread::spawn(move || {
            let _ = r.recv_timeout(Duration::from_millis(1));
        });
        let x = s.try_send(1);
        drop(s);
        t.join().unwrap();
        x
    }
    is_poisoned_race Sc ["true", "false"] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let t = thread::spawn(move || {
            let _g = n.lock();
            panic!("x");
        });
        let p = m.is_poisoned();
        let _ = t.join();
        p
    }
    is_poisoned_race_rw Sc ["true", "false"] {
        let m = Arc::new(RwLock::new(0));
        let n = m.clone();
        let t = thread::spawn(move || {
            let _g = n.write();
            panic!("x");
        });
        let p = m.is_poisoned();
        let _ = t.join();
        p
    }
    clear_poison_race Sc ["true", "false"] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let t = thread::spawn(move || {
            let _g = n.lock();
            panic!("x");
        });
        m.clear_poison();
        let _ = t.join();
        m.is_poisoned()
    }
    try_unwrap_race Sc ["(true, false)", "(false, true)", "(false, false)"] {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || Arc::try_unwrap(b).is_ok());
        let m = Arc::try_unwrap(a).is_ok();
        (m, t.join().unwrap())
    }
    into_inner_race Sc ["(true, false)", "(false, true)"] {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || Arc::into_inner(b).is_some());
        let m = Arc::into_inner(a).is_some();
        (m, t.join().unwrap())
    }
    weak_upgrade_race Sc ["true", "false"] {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let u = w.upgrade().is_some();
        t.join().unwrap();
        u
    }
    get_mut_race Sc ["true", "false"] {
        let mut a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let u = Arc::get_mut(&mut a).is_some();
        t.join().unwrap();
        u
    }
    make_mut_race Sc ["true", "false"] {
        let mut a = Arc::new(AtomicU32::new(1).into_inner());
        let p = Arc::as_ptr(&a) as usize;
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        *Arc::make_mut(&mut a) += 1;
        let same = Arc::as_ptr(&a) as usize == p;
        t.join().unwrap();
        same
    }
    strong_count_race Sc ["1", "2"] {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let u = Arc::strong_count(&a);
        t.join().unwrap();
        u
    }
    unwinding_lets_go_of_two_locks_one_by_one Sc [
        "(true, false)",
        "(true, true)",
        "(false, false)",
        "(false, true)",
    ] {
        // Unwinding drops the guard of `b` first: somebody may find `b` poisoned while `a` is
        // still held.
        let p = Arc::new((Mutex::new(()), Mutex::new(())));
        let q = p.clone();
        let t = thread::spawn(move || {
            let _a = q.0.lock();
            let _b = q.1.lock();
            panic!("x");
        });
        let b_poisoned = p.1.lock().is_err();
        let a_held = matches!(p.0.try_lock(), Err(TryLockError::WouldBlock));
        let _ = t.join();
        (b_poisoned, a_held)
    }
    unwinding_drops_steps Sc ["(0, 0)", "(1, 0)", "(1, 1)"] {
        struct D(Arc<[AtomicU32; 2]>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0[0].store(1, SeqCst);
                self.0[1].store(1, SeqCst);
            }
        }
        let a: Arc<[AtomicU32; 2]> = Arc::default();
        let b = a.clone();
        let t = thread::spawn(move || {
            let _d = D(b);
            panic!("x")
        });
        let y = a[1].load(SeqCst);
        let x = a[0].load(SeqCst);
        let _ = t.join();
        if y == 1 { (1, 1) } else { (x, 0) }
    }
    unwinding_disconnects_before_it_unlocks Sc ["(true, true)", "(true, false)"] {
        // The sender goes by unwinding before the guard: the receiver can see the end while the
        // lock is held.
        let (s, r) = channel::<()>();
        let m = Arc::new(Mutex::new(()));
        let n = m.clone();
        let t = thread::spawn(move || {
            let _g = n.lock();
            let _s = s;
            panic!("x");
        });
        let end = r.recv().is_err();
        let held = matches!(m.try_lock(), Err(TryLockError::WouldBlock));
        let _ = t.join();
        (end, held)
    }
    disconnect_before_unlock_without_panic Sc ["(true, true)", "(true, false)"] {
        let (s, r) = channel::<()>();
        let m = Arc::new(Mutex::new(()));
        let n = m.clone();
        let t = thread::spawn(move || {
            let _g = n.lock();
            drop(s);
        });
        let end = r.recv().is_err();
        let held = m.try_lock().is_err();
        let _ = t.join();
        (end, held)
    }
    many_steps Sc ["30000"] {
        let n = AtomicU32::new(0);
        for _ in 0..30_000 {
            n.fetch_add(1, SeqCst);
        }
        n.load(SeqCst)
    }
    seventy_threads Sc ["70"] {
        let n = Arc::new(AtomicU32::new(0));
        let t: Vec<_> = (0..70)
            .map(|_| {
                let n = n.clone();
                thread::spawn(move || n.fetch_add(1, SeqCst))
            })
            .collect();
        for t in t {
            t.join().unwrap();
        }
        n.load(SeqCst)
    }
    three_spurious_wakes_one_is_documented Sc ["0", "1"] {
        let m = Mutex::new(());
        let c = Condvar::new();
        let mut n = 0;
        for _ in 0..3 {
            let g = m.lock().unwrap();
            let r = c.wait_timeout(g, Duration::from_millis(1)).unwrap().1;
            if !r.timed_out() {
                n += 1;
            }
        }
        n
    }
    weak_exchange_fails_three_times_one_is_documented Sc ["0", "1"] {
        let a = AtomicU32::new(0);
        let mut n = 0;
        for _ in 0..3 {
            if a.compare_exchange_weak(0, 0, SeqCst, SeqCst).is_err() {
                n += 1;
            }
        }
        n
    }
    sleepers_by_time_even_if_short_and_long Sc ["[1, 2]", "[2, 1]"] {
        let v = Arc::new(Mutex::new(vec![]));
        let w = v.clone();
        let t = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            w.lock().unwrap().push(1);
        });
        thread::sleep(Duration::from_millis(1));
        v.lock().unwrap().push(2);
        t.join().unwrap();
        let x = v.lock().unwrap().clone();
        x
    }
    fetch_update_retries Sc ["2"] {
        let a = Arc::new(AtomicU32::new(0));
        let b = a.clone();
        let t = thread::spawn(move || {
            b.fetch_update(SeqCst, SeqCst, |v| Some(v + 1)).unwrap();
        });
        a.fetch_update(SeqCst, SeqCst, |v| Some(v + 1)).unwrap();
        t.join().unwrap();
        a.load(SeqCst)
    }
    notify_after_timeout_is_lost Sc ["()", "deadlock"] {
        // Two wait, one of them not for long; a notification may go to the one whose time is up
        // as well.
        let p = Arc::new((Mutex::new(0), Condvar::new()));
        let q = p.clone();
        let t = thread::spawn(move || {
            let g = q.0.lock().unwrap();
            drop(q.1.wait_timeout(g, Duration::from_millis(1)));
        });
        let q = p.clone();
        let u = thread::spawn(move || {
            let mut g = q.0.lock().unwrap();
            while *g == 0 {
                g = q.1.wait(g).unwrap();
            }
        });
        *p.0.lock().unwrap() = 1;
        p.1.notify_one();
        t.join().unwrap();
        u.join().unwrap();
    }
    thread_id_of_dead_not_reused Sc ["true"] {
        let a = thread::spawn(|| thread::current().id()).join().unwrap();
        let b = thread::spawn(|| thread::current().id()).join().unwrap();
        a != b
    }
    mutex_in_static_across Sc static ["2"] {
        static M: Mutex<u32> = Mutex::new(0);
        let t = thread::spawn(|| *M.lock().unwrap() += 1);
        *M.lock().unwrap() += 1;
        t.join().unwrap();
        let v = *M.lock().unwrap();
        v
    }
    lazy_static_waits Sc static ["1"] {
        static N: AtomicU32 = AtomicU32::new(0);
        static L: LazyLock<u32> = LazyLock::new(|| {
            thread::yield_now();
            N.fetch_add(1, SeqCst) + 1
        });
        let t = thread::spawn(|| *L);
        let a = *L;
        assert_eq!(a, t.join().unwrap());
        a
    }
    catch_a_scopes_panic Sc ["true"] {
        catch_unwind(|| {
            thread::scope(|s| {
                s.spawn(|| panic!("x"));
            })
        })
        .is_err()
    }
    send_in_drop_of_receiver_message Sc ["(Ok(7), Err(RecvError))"] {
        struct D(mpsc::Sender<i32>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.send(7).unwrap();
            }
        }
        let (s, r) = channel();
        let (s2, r2) = channel();
        s2.send(D(s)).unwrap();
        let t = thread::spawn(move || drop(r2));
        let a = r.recv();
        let b = r.recv();
        t.join().unwrap();
        drop(s2);
        (a, b)
    }
}
