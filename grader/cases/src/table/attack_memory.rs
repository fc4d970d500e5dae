//! Attempts to break a model of weakly ordered memory, and of what orders plain memory.

use std::{
    sync::{
        Arc, Mutex, OnceLock, RwLock,
        atomic::{
            AtomicU32,
            Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
            fence,
        },
        mpsc::{TryRecvError, channel},
    },
    thread,
};

use super::{
    Case, Mode,
    shapes::{Plain, three, two, two_final},
};

cases! { "attack";
    sb_failed_exchanges Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                (m[1].compare_exchange(9, 9, AcqRel, Acquire).unwrap_err(), 0)
            },
            |m| {
                m[1].store(1, Relaxed);
                (m[0].compare_exchange(9, 9, AcqRel, Acquire).unwrap_err(), 0)
            },
        );
        r == ((0, 0), (0, 0))
    }
    sb_failed_exchanges_sc Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, SeqCst);
                (m[1].compare_exchange(9, 9, SeqCst, SeqCst).unwrap_err(), 0)
            },
            |m| {
                m[1].store(1, SeqCst);
                (m[0].compare_exchange(9, 9, SeqCst, SeqCst).unwrap_err(), 0)
            },
        );
        r == ((0, 0), (0, 0))
    }
    failed_fetch_update_reads_old Weak ["true", "false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| {
                let f = m[1].load(Relaxed);
                (
                    f,
                    m[0].fetch_update(Relaxed, Relaxed, |_| None).unwrap_err(),
                )
            },
        );
        r.1 == (1, 0)
    }
    two_plus_two_w_fences Weak ["false"] {
        let r = two_final(
            |m| {
                m[0].store(1, Relaxed);
                fence(SeqCst);
                m[1].store(2, Relaxed);
                0
            },
            |m| {
                m[1].store(1, Relaxed);
                fence(SeqCst);
                m[0].store(2, Relaxed);
                0
            },
        );
        (r.2, r.3) == (1, 1)
    }
    two_plus_two_w_one_fence Weak ["true", "false"] {
        let r = two_final(
            |m| {
                m[0].store(1, Relaxed);
                fence(SeqCst);
                m[1].store(2, Relaxed);
                0
            },
            |m| {
                m[1].store(1, Relaxed);
                m[0].store(2, Relaxed);
                0
            },
        );
        (r.2, r.3) == (1, 1)
    }
    s_fences Weak ["false"] {
        let r = two_final(
            |m| {
                m[0].store(2, Relaxed);
                fence(Release);
                m[1].store(1, Relaxed);
                0
            },
            |m| {
                let f = m[1].load(Relaxed);
                fence(Acquire);
                m[0].store(1, Relaxed);
                f
            },
        );
        r.1 == 1 && r.2 == 2
    }
    s_release_without_acquire Weak ["true", "false"] {
        let r = two_final(
            |m| {
                m[0].store(2, Relaxed);
                m[1].store(1, Release);
                0
            },
            |m| {
                let f = m[1].load(Relaxed);
                m[0].store(1, Relaxed);
                f
            },
        );
        r.1 == 1 && r.2 == 2
    }
    r_one_fence Weak ["true", "false"] {
        let r = two_final(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Relaxed);
                0
            },
            |m| {
                m[1].store(2, Relaxed);
                fence(SeqCst);
                m[0].load(Relaxed)
            },
        );
        r.1 == 0 && r.3 == 2
    }
    corr_of_exchanges Weak ["false"] {
        let r = two(
            |m| {
                m[0].fetch_add(1, Relaxed);
                m[0].fetch_add(1, Relaxed);
                (0, 0)
            },
            |m| (m[0].load(Relaxed), m[0].load(Relaxed)),
        );
        r.1.0 > r.1.1
    }
    corr_of_a_failed_exchange Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                (0, 0)
            },
            |m| {
                (
                    m[0].load(Relaxed),
                    m[0].compare_exchange(9, 9, Relaxed, Relaxed).unwrap_err(),
                )
            },
        );
        r.1 == (1, 0)
    }
    cowr_and_the_last_value Weak ["(1, 1)", "(1, 2)", "(2, 2)"] {
        let r = two_final(
            |m| {
                m[0].store(1, Relaxed);
                m[0].load(Relaxed)
            },
            |m| {
                m[0].store(2, Relaxed);
                0
            },
        );
        (r.0, r.2)
    }
    coww_after_an_acquired_flag Weak ["false"] {
        let r = two_final(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                0
            },
            |m| {
                let f = m[1].load(Acquire);
                if f == 1 {
                    m[0].store(2, Relaxed);
                }
                f
            },
        );
        r.1 == 1 && r.2 != 2
    }
    every_pair_of_old_values Weak [
        "(0, 0)",
        "(0, 1)",
        "(0, 2)",
        "(0, 3)",
        "(1, 1)",
        "(1, 2)",
        "(1, 3)",
        "(2, 2)",
        "(2, 3)",
        "(3, 3)",
        "none",
    ] {
        // A flag without an order says nothing about which of the values are still seen.
        struct Seen(Option<(u32, u32)>);
        impl std::fmt::Debug for Seen {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.0 {
                    Some(pair) => write!(f, "{pair:?}"),
                    None => f.write_str("none"),
                }
            }
        }
        let r = two(
            |m| {
                (1..=3).for_each(|v| m[0].store(v, Relaxed));
                m[1].store(1, Relaxed);
                (0, 0)
            },
            |m| {
                let f = m[1].load(Relaxed);
                let (a, b) = (m[0].load(Relaxed), m[0].load(Relaxed));
                (f, a * 10 + b)
            },
        );
        Seen((r.1.0 == 1).then_some((r.1.1 / 10, r.1.1 % 10)))
    }
    release_sequence_of_ones_own_exchange Weak ["false"] {
        let r = two(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                m[1].fetch_add(1, Relaxed);
                (0, 0)
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.1 == (2, 0)
    }
    release_sequence_of_two_adders Weak ["false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                m[1].fetch_add(1, Release)
            },
            |m| (m[1].fetch_add(1, Relaxed), 0),
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.2 == (2, 0)
    }
    relaxed_adder_releases_nothing Weak ["true", "false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                m[1].fetch_add(1, Relaxed)
            },
            |m| (m[1].fetch_add(1, Release), 0),
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.2 == (2, 0)
    }
    failed_exchange_releases_nothing Weak ["true", "false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                m[1].compare_exchange(9, 9, AcqRel, Acquire).unwrap_err()
            },
            |m| (m[1].fetch_add(1, Release), 0),
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.2 == (1, 0) && r.0 == 0
    }
    try_lock_that_succeeds_publishes Weak ["false"] {
        let p = Arc::new((Mutex::new(0), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            let mut g = q.0.lock().unwrap();
            *g = 1;
            q.1.store(1, Relaxed);
        });
        let locked = p.0.try_lock().is_ok_and(|g| *g == 1);
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        locked && v == 0
    }
    try_read_that_fails_publishes_nothing Weak ["true", "false"] {
        let p = Arc::new((RwLock::new(()), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            let _g = q.0.write().unwrap();
        });
        let failed = p.0.try_read().is_err();
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        failed && v == 0
    }
    try_write_that_fails_publishes_nothing Weak ["true", "false"] {
        let p = Arc::new((RwLock::new(()), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            let _g = q.0.read().unwrap();
        });
        let failed = p.0.try_write().is_err();
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        failed && v == 0
    }
    is_poisoned_publishes_nothing Weak ["true", "false"] {
        // The flag is neither released nor acquired; only the lock is.
        let p = Arc::new((Mutex::new(()), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            let _g = q.0.lock().unwrap();
            panic!("on purpose")
        });
        let poisoned = p.0.is_poisoned();
        let v = p.1.load(Relaxed);
        let _ = t.join();
        poisoned && v == 0
    }
    is_finished_publishes_nothing Weak ["true", "false"] {
        // Only joining is documented to order anything.
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        let t = thread::spawn(move || y.store(1, Relaxed));
        let finished = t.is_finished();
        let v = x.load(Relaxed);
        t.join().unwrap();
        finished && v == 0
    }
    once_lock_that_is_set_publishes Weak ["false"] {
        let p = Arc::new((OnceLock::new(), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            q.0.set(()).unwrap();
        });
        let set = p.0.get().is_some();
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        set && v == 0
    }
    try_recv_sees_what_came_before_the_end Weak ["false"] {
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        let (s, r) = channel::<()>();
        let t = thread::spawn(move || {
            y.store(1, Relaxed);
            drop(s);
        });
        let ended = r.try_recv() == Err(TryRecvError::Disconnected);
        let v = x.load(Relaxed);
        t.join().unwrap();
        ended && v == 0
    }
    race_after_a_failed_try_lock Sc ["data race", "()"] {
        let p = Arc::new((Mutex::new(()), Plain::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            let _g = q.0.lock().unwrap();
            q.1.set(1);
        });
        if p.0.try_lock().is_err() {
            p.1.set(2);
        }
        t.join().unwrap();
    }
    no_race_between_a_writer_and_a_reader Sc ["0", "1"] {
        let p = Arc::new((RwLock::new(()), Plain::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            let _g = q.0.write().unwrap();
            q.1.set(1);
        });
        let g = p.0.read().unwrap();
        let v = p.1.get();
        drop(g);
        t.join().unwrap();
        v
    }
    race_of_two_readers_that_write Sc ["data race"] {
        // Readers of a lock may be there at once, whether they are or not.
        let p = Arc::new((RwLock::new(()), Plain::new(0)));
        let q = p.clone();
        let write = |p: &(RwLock<()>, Plain), v| {
            let _g = p.0.read().unwrap();
            p.1.set(v);
        };
        let t = thread::spawn(move || write(&q, 1));
        write(&p, 2);
        t.join().unwrap();
    }
}
