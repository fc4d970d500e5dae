//! Attempts to break a model of `Arc` and `Weak`.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicU32, Ordering::Relaxed},
        mpsc::{Sender, channel},
    },
    thread,
};

use super::{Case, Mode, shapes::Plain};

cases! { "attack";
    last_arc_is_dropped_by_either Sc ["true", "false"] {
        struct D(Sender<bool>, thread::ThreadId);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.send(thread::current().id() == self.1).unwrap();
            }
        }
        let (s, r) = channel();
        let a = Arc::new(D(s, thread::current().id()));
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        drop(a);
        t.join().unwrap();
        r.recv().unwrap()
    }
    upgraded_arc_is_the_last_or_not Sc ["(false, false)", "(true, true)", "(true, false)"] {
        struct D(Sender<bool>, thread::ThreadId);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.send(thread::current().id() == self.1).unwrap();
            }
        }
        let (s, r) = channel();
        let a = Arc::new(D(s, thread::current().id()));
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let upgraded = w.upgrade().is_some();
        t.join().unwrap();
        (upgraded, r.recv().unwrap())
    }
    weak_stands_in_the_way_of_get_mut Sc ["(false, true)"] {
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let before = Arc::get_mut(&mut a).is_some();
        drop(w);
        (before, Arc::get_mut(&mut a).is_some())
    }
    weak_is_dropped_meanwhile Sc ["true", "false"] {
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(w));
        let alone = Arc::get_mut(&mut a).is_some();
        t.join().unwrap();
        alone
    }
    weak_count_while_one_is_dropped Sc ["0", "1"] {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(w));
        let n = Arc::weak_count(&a);
        t.join().unwrap();
        n
    }
    made_from_itself Sc ["(true, 1, 1, true)"] {
        struct Node(Weak<Node>, bool);
        let a = Arc::new_cyclic(|me: &Weak<Node>| Node(me.clone(), me.upgrade().is_none()));
        let same = a.0.upgrade().is_some_and(|b| Arc::ptr_eq(&a, &b));
        (a.1, Arc::strong_count(&a), Arc::weak_count(&a), same)
    }
    make_mut_against_upgrade Sc ["(None, 2)", "(Some(1), 2)"] {
        // Whoever has upgraded keeps the old value; later it is gone for those who are weak.
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || w.upgrade().map(|b| *b));
        *Arc::make_mut(&mut a) += 1;
        (t.join().unwrap(), *a)
    }
    count_while_one_clones_and_drops Sc ["1", "2", "3"] {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || {
            let c = b.clone();
            drop(b);
            drop(c);
        });
        let n = Arc::strong_count(&a);
        t.join().unwrap();
        n
    }
    into_inner_gives_it_to_one_of_three Sc ["[1, 0, 0]", "[0, 1, 0]", "[0, 0, 1]"] {
        let a = Arc::new(1);
        let ts =
            [a.clone(), a.clone()].map(|b| thread::spawn(move || Arc::into_inner(b).unwrap_or(0)));
        let mine = Arc::into_inner(a).unwrap_or(0);
        let [b, c] = ts.map(|t| t.join().unwrap());
        [mine, b, c]
    }
    unwrap_or_clone_by_both Sc ["(1, 1)"] {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || Arc::unwrap_or_clone(b));
        (Arc::unwrap_or_clone(a), t.join().unwrap())
    }
    get_mut_sees_what_those_did_who_dropped Weak ["Some(1)", "None"] {
        let mut a = Arc::new(AtomicU32::new(0));
        let b = a.clone();
        let t = thread::spawn(move || {
            b.store(1, Relaxed);
            drop(b);
        });
        let v = Arc::get_mut(&mut a).map(|x| *x.get_mut());
        t.join().unwrap();
        v
    }
    count_of_one_says_nothing_of_the_others Weak ["true", "false"] {
        // The count is read without any ordering.
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        let a = Arc::new(());
        let b = a.clone();
        let t = thread::spawn(move || {
            y.store(1, Relaxed);
            drop(b);
        });
        let (n, v) = (Arc::strong_count(&a), x.load(Relaxed));
        t.join().unwrap();
        n == 1 && v == 0
    }
    no_race_after_get_mut Weak ["()"] {
        let mut a = Arc::new(Plain::new(0));
        let b = a.clone();
        let t = thread::spawn(move || {
            b.set(1);
            drop(b);
        });
        if Arc::get_mut(&mut a).is_some() {
            a.set(2);
        }
        t.join().unwrap();
    }
    race_after_a_count_of_one Weak ["data race", "()"] {
        let a = Arc::new(Plain::new(0));
        let b = a.clone();
        let t = thread::spawn(move || {
            b.set(1);
            drop(b);
        });
        if Arc::strong_count(&a) == 1 {
            a.set(2);
        }
        t.join().unwrap();
    }
}
