//! Attempts to break a model of `Once`, `OnceLock` and `LazyLock`.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Once, OnceLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use super::{Case, Mode, shapes::message};

cases! { "attack";
    once_lock_is_set_after_a_maker_failed Sc ["(true, Some(1))"] {
        let c: Arc<OnceLock<i32>> = Arc::default();
        let d = c.clone();
        let t = thread::spawn(move || {
            let _ = catch_unwind(AssertUnwindSafe(|| *d.get_or_init(|| panic!("on purpose"))));
        });
        let ok = c.set(1).is_ok();
        let v = c.get().copied();
        t.join().unwrap();
        (ok, v)
    }
    once_lock_one_maker_fails Sc ["(2, true)", "(2, false)"] {
        let c: Arc<OnceLock<i32>> = Arc::default();
        let d = c.clone();
        let t = thread::spawn(move || *d.get_or_init(|| panic!("on purpose")));
        let v = *c.get_or_init(|| 2);
        (v, t.join().is_err())
    }
    once_locks_that_need_each_other Sc ["(1, 1)", "(2, 2)", "deadlock"] {
        let p: Arc<(OnceLock<i32>, OnceLock<i32>)> = Arc::default();
        let q = p.clone();
        let t = thread::spawn(move || *q.0.get_or_init(|| *q.1.get_or_init(|| 1)));
        let b = *p.1.get_or_init(|| *p.0.get_or_init(|| 2));
        (t.join().unwrap(), b)
    }
    lazy_lock_panics_differently_for_those_who_wait Sc [
        "[\"first\", \"LazyLock instance has previously been poisoned\"]",
        "[\"LazyLock instance has previously been poisoned\", \"first\"]",
    ] {
        let l: Arc<LazyLock<i32>> = Arc::new(LazyLock::new(|| panic!("first")));
        let k = l.clone();
        let t = thread::spawn(move || **k);
        let m = message(catch_unwind(AssertUnwindSafe(|| **l)).unwrap_err());
        [message(t.join().unwrap_err()), m]
    }
    once_is_poisoned_for_those_who_wait Sc ["(true, true)", "(false, false)"] {
        let o = Arc::new(Once::new());
        let p = o.clone();
        let t = thread::spawn(move || p.call_once(|| panic!("on purpose")));
        let poisoned = catch_unwind(AssertUnwindSafe(|| o.call_once(|| ()))).is_err();
        (t.join().is_err(), poisoned)
    }
    once_is_completed_only_after Sc ["(false, 0)", "(false, 1)", "(true, 1)"] {
        let p = Arc::new((Once::new(), AtomicUsize::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || q.0.call_once(|| q.1.store(1, SeqCst)));
        let v = (p.0.is_completed(), p.1.load(SeqCst));
        t.join().unwrap();
        v
    }
    once_forced_by_two_after_a_panic Sc ["[true, false]", "[false, true]"] {
        let o = Arc::new(Once::new());
        let _ = catch_unwind(AssertUnwindSafe(|| o.call_once(|| panic!("on purpose"))));
        let force = |o: &Once| {
            let mut ran = false;
            o.call_once_force(|s| ran = s.is_poisoned());
            ran
        };
        let p = o.clone();
        let t = thread::spawn(move || force(&p));
        let m = force(&o);
        [t.join().unwrap(), m]
    }
}
