//! Attempts to break a model of threads, scopes, thread-locals, parking and time.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc::{Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use super::{Case, Mode, shapes::message};

cases! { "attack";
    finished_threads_have_done_what_they_do Sc ["(false, 0)", "(false, 1)", "(true, 1)"] {
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let t = thread::spawn(move || m.store(1, SeqCst));
        let v = (t.is_finished(), n.load(SeqCst));
        t.join().unwrap();
        v
    }
    finished_is_seen_in_a_scope_as_well Sc ["(false, 0)", "(false, 1)", "(true, 1)"] {
        let n = AtomicUsize::new(0);
        thread::scope(|s| {
            let t = s.spawn(|| n.store(1, SeqCst));
            (t.is_finished(), n.load(SeqCst))
        })
    }
    asking_until_it_is_finished Sc ["1"] {
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let t = thread::spawn(move || m.store(1, SeqCst));
        while !t.is_finished() {
            thread::yield_now();
        }
        n.load(SeqCst)
    }
    scope_waits_for_those_who_do_not_panic Sc ["(true, 1)"] {
        let n = AtomicUsize::new(0);
        let r = catch_unwind(AssertUnwindSafe(|| {
            thread::scope(|s| {
                s.spawn(|| panic!("on purpose"));
                s.spawn(|| n.store(1, SeqCst));
            })
        }));
        (r.is_err(), n.load(SeqCst))
    }
    scope_says_the_panic_of_its_own_thread Sc ["\"own\""] {
        let r = catch_unwind(|| {
            thread::scope(|s| {
                s.spawn(|| panic!("other"));
                if true {
                    panic!("own")
                }
            })
        });
        message(r.unwrap_err())
    }
    scope_ends_though_a_destructor_still_waits Sc ["()"] {
        // Destructors of thread-locals may still run when the scope returns.
        struct D(Arc<Mutex<()>>);
        impl Drop for D {
            fn drop(&mut self) {
                let _g = self.0.lock();
            }
        }
        thread_local!(static K: RefCell<Option<D>> = const { RefCell::new(None) });
        let m = Arc::new(Mutex::new(()));
        let g = m.lock();
        thread::scope(|s| {
            s.spawn(|| K.set(Some(D(m.clone()))));
        });
        drop(g);
    }
    scoped_thread_joined_by_hand_has_dropped_its_locals Sc ["1"] {
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.store(1, SeqCst);
            }
        }
        thread_local!(static K: RefCell<Option<D>> = const { RefCell::new(None) });
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        thread::scope(|s| s.spawn(move || K.set(Some(D(m)))).join().unwrap());
        n.load(SeqCst)
    }
    local_sends_when_it_is_dropped Sc ["(Ok(1), Err(RecvError))"] {
        struct D(Sender<i32>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.send(1).unwrap();
            }
        }
        thread_local!(static K: RefCell<Option<D>> = const { RefCell::new(None) });
        let (s, r) = channel();
        thread::scope(|scope| {
            scope.spawn(move || K.set(Some(D(s))));
        });
        (r.recv(), r.recv())
    }
    locals_are_dropped_after_a_panic Sc ["(true, 1)"] {
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.fetch_add(1, SeqCst);
            }
        }
        thread_local!(static K: RefCell<Option<D>> = const { RefCell::new(None) });
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let t = thread::spawn(move || {
            K.set(Some(D(m)));
            panic!("on purpose")
        });
        (t.join().is_err(), n.load(SeqCst))
    }
    result_of_nobodys_thread_is_dropped_by_either Sc ["true", "false"] {
        // By the thread itself if nobody can ask for it any more, else with the handle.
        struct D(Sender<bool>, thread::ThreadId);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.send(thread::current().id() == self.1).unwrap();
            }
        }
        let (s, r) = channel();
        let main = thread::current().id();
        drop(thread::spawn(move || D(s, main)));
        r.recv().unwrap()
    }
    main_does_not_wait_for_a_thread_that_never_ends NoSpurious ["1"] {
        drop(thread::spawn(thread::park));
        1
    }
    two_tokens_are_one NoSpurious ["()", "deadlock"] {
        let t = thread::spawn(|| {
            thread::park();
            thread::park();
        });
        t.thread().unpark();
        t.thread().unpark();
        t.join().unwrap();
    }
    token_goes_to_the_first_or_the_second_park NoSpurious ["()", "deadlock"] {
        let m = thread::current();
        let t = thread::spawn(move || m.unpark());
        thread::park_timeout(Duration::from_millis(1));
        thread::park();
        t.join().unwrap();
    }
    token_may_be_gone_after_a_scope Sc ["()", "deadlock"] {
        // A scope waits for its threads by parking.
        thread::current().unpark();
        thread::scope(|s| {
            s.spawn(thread::yield_now);
        });
        thread::park();
    }
    token_may_be_gone_after_a_receive Sc ["()", "deadlock"] {
        // So does a receiver wait for a message.
        let (s, r) = channel();
        thread::current().unpark();
        let t = thread::spawn(move || s.send(()).unwrap());
        r.recv().unwrap();
        thread::park();
        t.join().unwrap();
    }
    unparked_by_one_of_two NoSpurious ["()"] {
        let m = thread::current();
        let ts = [m.clone(), m].map(|m| thread::spawn(move || m.unpark()));
        thread::park();
        ts.map(|t| t.join().unwrap());
    }
    park_spuriously_when_nobody_else_runs Sc ["()", "deadlock"] {
        let t = thread::spawn(|| ());
        thread::park();
        t.join().unwrap();
    }
    park_spuriously_after_a_time_out Sc ["()", "deadlock"] {
        let t = thread::spawn(|| {
            thread::park_timeout(Duration::from_millis(1));
            thread::park();
        });
        thread::park_timeout(Duration::from_millis(1));
        t.join().unwrap();
    }
    park_spuriously_either_without_the_other Sc ["1", "2", "deadlock"] {
        let n = Arc::new(AtomicUsize::new(0));
        let k = n.clone();
        let _t = thread::spawn(move || {
            thread::park();
            k.fetch_add(1, SeqCst);
        });
        thread::park();
        n.fetch_add(1, SeqCst) + 1
    }
    longest_sleep_never_ends Sc ["deadlock"] {
        thread::sleep(Duration::MAX);
    }
    longest_park_ends_with_a_token Sc ["()"] {
        let m = thread::current();
        let t = thread::spawn(move || m.unpark());
        thread::park_timeout(Duration::MAX);
        t.join().unwrap();
    }
    instants_of_two_threads Sc ["Less", "Equal", "Greater"] {
        let t = thread::spawn(Instant::now);
        Instant::now().cmp(&t.join().unwrap())
    }
    instants_of_two_threads_that_sleep Sc ["Less", "Equal", "Greater"] {
        // Sleeping longer does not mean to look at the clock later.
        let t = thread::spawn(|| {
            thread::sleep(Duration::from_micros(2));
            Instant::now()
        });
        thread::sleep(Duration::from_micros(1));
        Instant::now().cmp(&t.join().unwrap())
    }
    instants_follow_a_message Sc ["true"] {
        let (s, r) = channel();
        let t = thread::spawn(move || s.send(Instant::now()).unwrap());
        let theirs = r.recv().unwrap();
        let mine = Instant::now();
        t.join().unwrap();
        mine >= theirs
    }
    whoever_sleeps_finds_time_gone Sc ["true"] {
        let t = thread::spawn(|| thread::sleep(Duration::from_millis(1)));
        let before = Instant::now();
        thread::sleep(Duration::from_millis(2));
        let gone = before.elapsed();
        t.join().unwrap();
        gone >= Duration::from_millis(2)
    }
    panicking_in_and_after_a_caught_panic Sc ["(true, true, false)"] {
        struct D(Arc<[AtomicBool; 2]>);
        impl Drop for D {
            fn drop(&mut self) {
                let _ = catch_unwind(AssertUnwindSafe(|| {
                    self.0[0].store(thread::panicking(), SeqCst);
                    panic!("inner")
                }));
                self.0[1].store(thread::panicking(), SeqCst);
            }
        }
        let seen: Arc<[AtomicBool; 2]> = Arc::default();
        let theirs = seen.clone();
        let _ = catch_unwind(AssertUnwindSafe(move || {
            let _d = D(theirs);
            panic!("outer")
        }));
        (
            seen[0].load(SeqCst),
            seen[1].load(SeqCst),
            thread::panicking(),
        )
    }
    thread_joined_while_panicking Sc ["(true, 1)"] {
        // A destructor joins, by unwinding, a thread that panics itself.
        struct D(Option<thread::JoinHandle<()>>, Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                if self.0.take().unwrap().join().is_err() && thread::panicking() {
                    self.1.store(1, SeqCst);
                }
            }
        }
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let r = catch_unwind(AssertUnwindSafe(move || {
            let _d = D(Some(thread::spawn(|| panic!("inner"))), m);
            panic!("outer")
        }));
        (r.is_err(), n.load(SeqCst))
    }
}
