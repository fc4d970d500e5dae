//! Plain memory, and whether its uses are ordered. What is expected is what C++20 allows, without
//! values out of thin air.

use std::{
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicU32,
            Ordering::{Acquire, Relaxed, Release},
            fence,
        },
    },
    thread,
};

use super::{Case, Mode, shapes::Plain};

cases! { "litmus";
    race_plain_mut_mut Weak ["data race"] {
        let p = Arc::new(Plain::new(0));
        let q = p.clone();
        let t = thread::spawn(move || q.set(1));
        p.set(2);
        t.join().unwrap();
    }
    race_plain_read_write Weak ["data race", "()"] {
        let p = Arc::new(Plain::new(0));
        let q = p.clone();
        let t = thread::spawn(move || q.set(1));
        let _ = p.get();
        t.join().unwrap();
    }
    race_plain_write_of_the_same_value Weak ["data race"] {
        let p = Arc::new(Plain::new(0));
        let q = p.clone();
        let t = thread::spawn(move || q.set(0));
        p.set(0);
        t.join().unwrap();
    }
    race_relaxed_flag Weak ["data race", "()"] {
        let p = Arc::new((Plain::new(0), AtomicBool::new(false)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.0.set(1);
            q.1.store(true, Relaxed);
        });
        if p.1.load(Relaxed) {
            p.0.set(2);
        }
        t.join().unwrap();
    }
    no_race_release_flag Weak ["()"] {
        let p = Arc::new((Plain::new(0), AtomicBool::new(false)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.0.set(1);
            q.1.store(true, Release);
        });
        if p.1.load(Acquire) {
            p.0.set(2);
        }
        t.join().unwrap();
    }
    spin_lock_relaxed_unlock_race Weak ["data race", "()"] {
        let p = Arc::new((Plain::new(0), AtomicBool::new(false)));
        let f = |p: &(Plain, AtomicBool)| {
            if p.1.compare_exchange(false, true, Acquire, Relaxed).is_ok() {
                p.0.set(p.0.get() + 1);
                p.1.store(false, Relaxed);
            }
        };
        let q = p.clone();
        let t = thread::spawn(move || f(&q));
        f(&p);
        t.join().unwrap();
    }
    arc_like_relaxed_dec_race Weak ["data race", "()"] {
        let p = Arc::new((Plain::new(0), AtomicU32::new(2)));
        let f = |p: &(Plain, AtomicU32), v| {
            if v == 1 {
                let _ = p.0.get();
            }
            if p.1.fetch_sub(1, Relaxed) == 1 {
                p.0.set(9);
            }
        };
        let q = p.clone();
        let t = thread::spawn(move || f(&q, 1));
        f(&p, 0);
        t.join().unwrap();
    }
    arc_like_release_acquire_fence Weak ["()"] {
        let p = Arc::new((Plain::new(0), AtomicU32::new(2)));
        let f = |p: &(Plain, AtomicU32), v| {
            if v == 1 {
                let _ = p.0.get();
            }
            if p.1.fetch_sub(1, Release) == 1 {
                fence(Acquire);
                p.0.set(9);
            }
        };
        let q = p.clone();
        let t = thread::spawn(move || f(&q, 1));
        f(&p, 0);
        t.join().unwrap();
    }
}
