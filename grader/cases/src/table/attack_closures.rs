//! Attempts to break how threads and scopes run what they are given: once, with what it owns
//! dropped where and when the real ones drop it.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc::{Sender, channel},
    },
    thread,
};

use super::{Case, Mode, shapes::message};

/// Adds a number when it is dropped.
struct Adds(Arc<AtomicUsize>, usize);

impl Drop for Adds {
    fn drop(&mut self) {
        self.0.fetch_add(self.1, SeqCst);
    }
}

/// Writes a number down when it is dropped.
struct Writes(Arc<Mutex<Vec<u8>>>, u8);

impl Drop for Writes {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(self.1);
    }
}

cases! { "attack";
    what_a_thread_owns_is_dropped_before_it_is_joined Sc ["1"] {
        let n = Arc::new(AtomicUsize::new(0));
        let owned = Adds(n.clone(), 1);
        thread::spawn(move || { let _here = &owned; }).join().unwrap();
        n.load(SeqCst)
    }
    what_a_thread_owns_goes_before_its_locals Sc ["[1, 2]"] {
        thread_local!(static K: RefCell<Option<Writes>> = const { RefCell::new(None) });
        let log = Arc::new(Mutex::new(Vec::new()));
        let (owned, local) = (Writes(log.clone(), 1), Writes(log.clone(), 2));
        thread::spawn(move || {
            let _here = &owned;
            K.set(Some(local));
        })
        .join()
        .unwrap();
        let log = log.lock().unwrap();
        log.clone()
    }
    what_a_panicking_thread_owns_is_dropped Sc ["(true, 1)"] {
        let n = Arc::new(AtomicUsize::new(0));
        let owned = Adds(n.clone(), 1);
        let ended = thread::spawn(move || {
            let _here = &owned;
            panic!("on purpose")
        })
        .join();
        (ended.is_err(), n.load(SeqCst))
    }
    result_of_a_scope_is_dropped_if_a_thread_panicked Sc ["(true, 1)"] {
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let ended = catch_unwind(AssertUnwindSafe(|| {
            thread::scope(|s| {
                s.spawn(|| panic!("on purpose"));
                Adds(m, 1)
            })
        }));
        (ended.is_err(), n.load(SeqCst))
    }
    result_of_a_detached_thread_is_dropped_at_its_end Sc ["Ok(7)"] {
        struct Sends(Sender<u8>);
        impl Drop for Sends {
            fn drop(&mut self) {
                let _ = self.0.send(7);
            }
        }
        let (s, r) = channel();
        drop(thread::spawn(move || Sends(s)));
        r.recv()
    }
    result_of_a_finished_thread_is_dropped_with_its_handle Sc ["(0, 1)"] {
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let t = thread::spawn(move || Adds(m, 1));
        while !t.is_finished() {
            thread::yield_now();
        }
        let before = n.load(SeqCst);
        drop(t);
        (before, n.load(SeqCst))
    }
    scope_in_a_scope_keeps_the_panic_to_itself Sc ["(true, 2)"] {
        let n = AtomicUsize::new(0);
        let ended = thread::scope(|s| {
            s.spawn(|| n.fetch_add(1, SeqCst));
            catch_unwind(AssertUnwindSafe(|| {
                thread::scope(|s| {
                    s.spawn(|| n.fetch_add(1, SeqCst));
                    s.spawn(|| panic!("inner"));
                })
            }))
            .is_err()
        });
        (ended, n.load(SeqCst))
    }
    thread_of_a_scope_starts_one_after_the_scopes_function_has_returned Sc ["2"] {
        let n = AtomicUsize::new(0);
        thread::scope(|s| {
            s.spawn(|| {
                n.fetch_add(1, SeqCst);
                s.spawn(|| n.fetch_add(1, SeqCst));
            });
        });
        n.into_inner()
    }
    both_panic_and_both_drop_what_they_own Sc ["(\"own\", 11)"] {
        let n = Arc::new(AtomicUsize::new(0));
        let (a, b) = (Adds(n.clone(), 1), Adds(n.clone(), 10));
        let ended = catch_unwind(AssertUnwindSafe(|| {
            thread::scope(|s| {
                let _a = a;
                s.spawn(move || {
                    let _b = b;
                    panic!("other")
                });
                panic!("own")
            })
        }));
        (message(ended.map(|_: ()| ()).unwrap_err()), n.load(SeqCst))
    }
    handle_that_is_joined_takes_the_panic_from_the_scope Sc ["(\"mine\", 5)"] {
        thread::scope(|s| {
            let t = s.spawn(|| panic!("mine"));
            (message(t.join().map(|_: ()| ()).unwrap_err()), 5)
        })
    }
}
