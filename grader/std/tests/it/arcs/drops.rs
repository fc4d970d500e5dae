//! Which thread drops the last `Arc`, as destructors show it.

use std::{
    cell::Cell,
    mem,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use crate::outcomes::always_one_of;

/// Says in its destructor whether the main thread runs it.
struct Witness(Arc<Mutex<Vec<bool>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        let is_main = thread::current().name() == Some("main");
        self.0.lock().unwrap().push(is_main);
    }
}

#[test]
fn either_thread_may_run_the_destructor() {
    always_one_of(&["[true]", "[false]"], || {
        let log = Arc::default();
        let a = Arc::new(Witness(Arc::clone(&log)));
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        drop(a);
        t.join().unwrap();
        mem::take(&mut *log.lock().unwrap())
    });
}

#[test]
fn each_of_three_may_run_the_destructor() {
    always_one_of(
        &["[Some(\"a\")]", "[Some(\"b\")]", "[Some(\"main\")]"],
        || {
            struct Named(Arc<Mutex<Vec<Option<String>>>>);
            impl Drop for Named {
                fn drop(&mut self) {
                    let name = thread::current().name().map(str::to_owned);
                    self.0.lock().unwrap().push(name);
                }
            }
            let log = Arc::default();
            let a = Arc::new(Named(Arc::clone(&log)));
            let threads = ["a", "b"].map(|name| {
                let arc = a.clone();
                let builder = thread::Builder::new().name(name.to_owned());
                builder.spawn(move || drop(arc)).unwrap()
            });
            drop(a);
            for t in threads {
                t.join().unwrap();
            }
            mem::take(&mut *log.lock().unwrap())
        },
    );
}

#[test]
fn a_destructor_that_locks_may_deadlock_in_one_thread_only() {
    always_one_of(&["()", "deadlock"], || {
        struct Locks(Arc<Mutex<()>>);
        impl Drop for Locks {
            fn drop(&mut self) {
                drop(self.0.lock());
            }
        }
        let lock = Arc::new(Mutex::new(()));
        let a = Arc::new(Locks(lock.clone()));
        let b = a.clone();
        let t = thread::spawn(move || {
            let _guard = lock.lock();
            drop(b);
        });
        drop(a);
        t.join().unwrap();
    });
}

#[test]
fn a_destructor_that_sends_sends_from_either_thread() {
    always_one_of(&["[1, 9, 2]", "[1, 2, 9]"], || {
        struct Sends(Sender<u32>);
        impl Drop for Sends {
            fn drop(&mut self) {
                self.0.send(9).unwrap();
            }
        }
        let (sender, r) = channel();
        let a = Arc::new(Sends(sender.clone()));
        let b = a.clone();
        let other = thread::spawn(move || {
            sender.send(1).unwrap();
            drop(b);
            sender.send(2).unwrap();
        });
        drop(a);
        other.join().unwrap();
        r.iter().collect::<Vec<_>>()
    });
}

#[test]
fn the_last_of_those_who_share_a_receiver_hangs_up() {
    always_one_of(&["(true, false)", "(false, false)", "(true, true)"], || {
        let (s, r) = channel();
        let r = Arc::new(Mutex::new(r));
        let threads = [r.clone(), r.clone()]
            .map(|r: Arc<Mutex<Receiver<u32>>>| thread::spawn(move || drop(r)));
        drop(r);
        let sent = (s.send(1).is_ok(), s.send(2).is_ok());
        for t in threads {
            t.join().unwrap();
        }
        sent
    });
}

#[test]
fn all_who_share_a_sender_must_drop_it() {
    always_one_of(&["[1]"], || {
        let (s, r) = channel();
        let s = Arc::new(s);
        let theirs = s.clone();
        let t = thread::spawn(move || theirs.send(1).unwrap());
        drop(s);
        let all: Vec<u32> = r.iter().collect();
        t.join().unwrap();
        all
    });
}

#[test]
fn a_destructor_may_use_its_threads_own_values() {
    always_one_of(&["1", "0"], || {
        thread_local! { static RUN: Cell<u32> = const { Cell::new(0) } }
        struct Counts;
        impl Drop for Counts {
            fn drop(&mut self) {
                RUN.set(RUN.get() + 1);
            }
        }
        let a = Arc::new(Counts);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        drop(a);
        t.join().unwrap();
        RUN.get()
    });
}

#[test]
fn what_the_last_drops_is_counted_too() {
    // The inner one goes with the outer, whoever drops that.
    always_one_of(&["1", "2"], || {
        let inner = Arc::new(1);
        let outer = Arc::new(inner.clone());
        let theirs = outer.clone();
        let t = thread::spawn(move || drop(theirs));
        drop(outer);
        let count = Arc::strong_count(&inner);
        t.join().unwrap();
        count
    });
}

#[test]
fn who_drops_the_inner_one_matters_to_those_who_count() {
    always_one_of(&["1", "2"], || {
        let inner = Arc::new(1);
        let outer = Arc::new(inner.clone());
        let theirs = outer.clone();
        let (s, r) = channel();
        let t = thread::spawn(move || {
            drop(theirs);
            s.send(()).unwrap();
        });
        let u = thread::spawn(move || drop(outer));
        // If it is dropped before this, the other thread may still be about to drop the inner.
        r.recv().unwrap();
        let count = Arc::strong_count(&inner);
        t.join().unwrap();
        u.join().unwrap();
        count
    });
}

#[test]
fn who_drops_last_is_found_out_also_where_counts_are_asked_for() {
    let expected = ["(false, [true])", "(true, [false])", "(false, [false])"];
    always_one_of(&expected, || {
        let log = Mutex::default();
        let a = Arc::new(Borrows(&log));
        let taken = thread::scope(|s| {
            let (b, c) = (a.clone(), a.clone());
            s.spawn(move || drop(b));
            let t = s.spawn(move || Arc::try_unwrap(c).is_ok());
            drop(a);
            t.join().unwrap()
        });
        let log = mem::take(&mut *log.lock().unwrap());
        (taken, log)
    });
}

/// As a [`Witness`], but of a lock that is not counted.
struct Borrows<'a>(&'a Mutex<Vec<bool>>);

impl Drop for Borrows<'_> {
    fn drop(&mut self) {
        let is_main = thread::current().name() == Some("main");
        self.0.lock().unwrap().push(is_main);
    }
}

#[test]
fn who_drops_last_is_found_out_though_something_else_seems_to_order_the_drops() {
    // Two who read, or who hang up, come in this order by chance.
    always_one_of(&["[true]", "[false]"], || {
        let log = Mutex::default();
        let (s, r) = channel::<()>();
        let a = Arc::new(Borrows(&log));
        thread::scope(|scope| {
            let (b, theirs) = (a.clone(), s.clone());
            scope.spawn(move || {
                drop(b);
                drop(theirs);
            });
            drop(s);
            drop(a);
        });
        drop(r);
        mem::take(&mut *log.lock().unwrap())
    });
}
