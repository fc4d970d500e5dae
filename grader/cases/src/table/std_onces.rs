//! `Once`, `OnceLock` and `LazyLock`, after the topics of the tests of the standard library.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Once, OnceLock,
        atomic::{
            AtomicBool, AtomicUsize,
            Ordering::{Relaxed, SeqCst},
        },
        mpsc::channel,
    },
    thread,
    time::Duration,
};

use super::{Case, Mode, shapes::message};

cases! { "std";
    once_stampede Sc ["1"] {
        let o = Arc::new((Once::new(), AtomicUsize::new(0)));
        let ts: Vec<_> = (0..2)
            .map(|_| {
                let o = o.clone();
                thread::spawn(move || {
                    o.0.call_once(|| {
                        o.1.fetch_add(1, SeqCst);
                    });
                    assert_eq!(o.1.load(SeqCst), 1);
                })
            })
            .collect();
        o.0.call_once(|| {
            o.1.fetch_add(1, SeqCst);
        });
        for t in ts {
            t.join().unwrap();
        }
        o.1.load(SeqCst)
    }
    once_wait_for_force Sc ["(true, false)"] {
        let o = Arc::new(Once::new());
        let _ = catch_unwind(AssertUnwindSafe(|| o.call_once(|| panic!("x"))));
        let (s1, r1) = channel();
        let (s2, r2) = channel::<()>();
        let p = o.clone();
        let t1 = thread::spawn(move || {
            let mut seen = false;
            p.call_once_force(|s| {
                seen = s.is_poisoned();
                s1.send(()).unwrap();
                r2.recv().unwrap();
            });
            seen
        });
        r1.recv().unwrap();
        let p = o.clone();
        let t2 = thread::spawn(move || {
            let mut called = false;
            p.call_once(|| called = true);
            called
        });
        s2.send(()).unwrap();
        (t1.join().unwrap(), t2.join().unwrap())
    }
    once_wait Sc ["true"] {
        let v = AtomicBool::new(false);
        let o = Once::new();
        thread::scope(|s| {
            let h = s.spawn(|| {
                o.wait();
                v.load(Relaxed)
            });
            o.call_once(|| v.store(true, Relaxed));
            h.join().unwrap()
        })
    }
    once_wait_on_poisoned Sc ["\"Once instance has previously been poisoned\""] {
        let o = Once::new();
        let _ = catch_unwind(AssertUnwindSafe(|| o.call_once(|| panic!("x"))));
        message(catch_unwind(AssertUnwindSafe(|| o.wait())).unwrap_err())
    }
    once_wait_poisoned_meanwhile Sc ["\"Once instance has previously been poisoned\""] {
        let o = Arc::new(Once::new());
        let p = o.clone();
        let t = thread::spawn(move || p.wait());
        let _ = catch_unwind(AssertUnwindSafe(|| o.call_once(|| panic!("x"))));
        message(t.join().unwrap_err())
    }
    once_wait_force_on_poisoned Sc ["true"] {
        let o = Once::new();
        thread::scope(|s| {
            let _ = catch_unwind(AssertUnwindSafe(|| o.call_once(|| panic!("x"))));
            s.spawn(|| {
                thread::sleep(Duration::from_millis(1));
                o.call_once_force(|_| {});
            });
            o.wait_force();
            o.is_completed()
        })
    }
    once_reentrant Sc ["deadlock"] {
        let o = Once::new();
        o.call_once(|| o.call_once(|| ()));
    }
    oncelock_basic Sc ["(None, 92, Err(93), Some(92))"] {
        let c = OnceLock::new();
        let a = c.get().copied();
        let b = *c.get_or_init(|| 92);
        let d = c.set(93);
        (a, b, d, c.get().copied())
    }
    oncelock_init_panics Sc ["(true, false, 3)"] {
        let c: OnceLock<i32> = OnceLock::new();
        let a = catch_unwind(AssertUnwindSafe(|| {
            c.get_or_init(|| panic!("x"));
        }))
        .is_err();
        (a, c.get().is_some(), *c.get_or_init(|| 3))
    }
    oncelock_set_race Sc ["(true, false, 1)", "(false, true, 2)"] {
        let c = Arc::new(OnceLock::new());
        let d = c.clone();
        let t = thread::spawn(move || d.set(1).is_ok());
        let b = c.set(2).is_ok();
        (t.join().unwrap(), b, *c.get().unwrap())
    }
    oncelock_reentrant Sc ["deadlock"] {
        let c: OnceLock<i32> = OnceLock::new();
        *c.get_or_init(|| *c.get_or_init(|| 1))
    }
    oncelock_wait Sc ["7"] {
        let c = Arc::new(OnceLock::new());
        let d = c.clone();
        let t = thread::spawn(move || *d.wait());
        c.set(7).unwrap();
        t.join().unwrap()
    }
    oncelock_wait_through_panic Sc ["8"] {
        let c = Arc::new(OnceLock::new());
        let d = c.clone();
        let t = thread::spawn(move || *d.wait());
        let _ = catch_unwind(AssertUnwindSafe(|| {
            c.get_or_init(|| panic!("x"));
        }));
        c.set(8).unwrap();
        t.join().unwrap()
    }
    oncelock_get_during_init Sc ["None", "Some(1)"] {
        let c = Arc::new(OnceLock::new());
        let d = c.clone();
        let t = thread::spawn(move || {
            d.get_or_init(|| {
                thread::yield_now();
                1
            });
        });
        let v = c.get().copied();
        t.join().unwrap();
        v
    }
    oncelock_take_into_inner Sc ["(Some(1), None, Some(2))"] {
        let mut c = OnceLock::from(1);
        let a = c.take();
        let b = c.get().copied();
        c.set(2).unwrap();
        (a, b, c.into_inner())
    }
    oncelock_get_or_init_race_who Sc ["(1, 1)", "(2, 2)"] {
        let c = Arc::new(OnceLock::new());
        let d = c.clone();
        let t = thread::spawn(move || *d.get_or_init(|| 1));
        let b = *c.get_or_init(|| 2);
        (t.join().unwrap(), b)
    }
    lazylock_poison Sc ["[\"first\", \"LazyLock instance has previously been poisoned\"]"] {
        let l: LazyLock<i32> = LazyLock::new(|| panic!("first"));
        [
            message(
                catch_unwind(AssertUnwindSafe(|| {
                    let _ = *l;
                }))
                .unwrap_err(),
            ),
            message(
                catch_unwind(AssertUnwindSafe(|| {
                    let _ = *l;
                }))
                .unwrap_err(),
            ),
        ]
    }
    lazylock_race Sc ["(5, 5, 1)"] {
        let l = Arc::new((AtomicUsize::new(0), OnceLock::new()));
        let k = l.clone();
        let t = thread::spawn(move || {
            *k.1.get_or_init(|| {
                k.0.fetch_add(1, SeqCst);
                5
            })
        });
        let a = *l.1.get_or_init(|| {
            l.0.fetch_add(1, SeqCst);
            5
        });
        (a, t.join().unwrap(), l.0.load(SeqCst))
    }
    lazylock_reentrant Sc static ["deadlock"] {
        static L: LazyLock<i32> = LazyLock::new(|| *L + 1);
        *L
    }
    lazylock_waiter_sees_panic Sc static [
        "\"LazyLock instance has previously been poisoned\"",
        "\"first\"",
    ] {
        static L: LazyLock<i32> = LazyLock::new(|| {
            thread::yield_now();
            panic!("first")
        });
        let t = thread::spawn(|| {
            let _ = *L;
        });
        let m = message(
            catch_unwind(|| {
                let _ = *L;
            })
            .unwrap_err(),
        );
        let _ = t.join();
        m
    }
}
