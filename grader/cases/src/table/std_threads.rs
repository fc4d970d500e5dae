//! Threads, thread-locals, parking, time and panics, after the topics of the tests of the
//! standard library.

use std::{
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{
            AtomicBool, AtomicI32, AtomicUsize,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::{Duration, Instant},
};

use super::{Case, Mode, shapes::message};

cases! { "std";
    thread_spawn_unnamed Sc ["None"] {
        thread::spawn(|| thread::current().name().map(str::to_owned))
            .join()
            .unwrap()
    }
    thread_join_panic_payload Sc ["true"] {
        thread::spawn(|| panic::resume_unwind(Box::new(5_u16)))
            .join()
            .unwrap_err()
            .downcast_ref::<u16>()
            == Some(&5)
    }
    thread_detached_panic_is_not_the_programs Sc ["1"] {
        drop(thread::spawn(|| panic!("in a detached thread")));
        1
    }
    scope_threads_done Sc ["(1, true)"] {
        let n = AtomicI32::new(0);
        let r = thread::scope(|s| {
            s.spawn(|| n.fetch_add(1, Relaxed));
        });
        (n.load(Relaxed), r == ())
    }
    scope_result_refs Sc ["[11, 22]"] {
        let v = [1, 2];
        thread::scope(|s| {
            let a = s.spawn(|| v[0] * 11);
            let b = s.spawn(|| v[1] * 11);
            [a.join().unwrap(), b.join().unwrap()]
        })
    }
    scope_main_panics_threads_finish Sc ["(\"main\", 1)"] {
        let n = AtomicI32::new(0);
        let r = catch_unwind(AssertUnwindSafe(|| {
            thread::scope(|s| {
                s.spawn(|| n.fetch_add(1, SeqCst));
                if true {
                    panic!("main");
                }
            })
        }));
        (message(r.unwrap_err()), n.load(SeqCst))
    }
    scope_end_before_tls_dtor Sc ["0", "1"] {
        // A scope does not wait for destructors of thread-locals, rust-lang/rust#116237.
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.store(1, SeqCst);
            }
        }
        thread_local!(static K: RefCell<Option<D>> = const { RefCell::new(None) });
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        thread::scope(|s| {
            s.spawn(move || K.set(Some(D(m))));
        });
        n.load(SeqCst)
    }
    is_finished_before_tls_dtor Sc ["(true, 0)", "(true, 1)", "(false, 0)", "(false, 1)"] {
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.store(1, SeqCst);
            }
        }
        thread_local!(static K: RefCell<Option<D>> = const { RefCell::new(None) });
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let t = thread::spawn(move || K.set(Some(D(m))));
        let f = t.is_finished();
        let v = n.load(SeqCst);
        t.join().unwrap();
        (f, v)
    }
    tls_destroyed_access Sc ["true"] {
        struct D(Arc<AtomicBool>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.store(K.try_with(|_| ()).is_err(), SeqCst);
            }
        }
        thread_local!(static K: RefCell<Option<D>> = const { RefCell::new(None) });
        let n = Arc::new(AtomicBool::new(false));
        let m = n.clone();
        thread::spawn(move || K.set(Some(D(m)))).join().unwrap();
        n.load(SeqCst)
    }
    tls_init_on_set_skips_initializer Sc ["5"] {
        thread_local!(static K: Cell<i32> = panic!("unexpected"));
        K.set(5);
        K.get()
    }
    tls_init_panics_then_again Sc ["(true, 1)"] {
        thread_local! {
            static N: Cell<i32> = const { Cell::new(0) };
            static K: i32 = {
                N.set(N.get() + 1);
                if N.get() == 1 {
                    panic!("first")
                }
                1
            };
        }
        (catch_unwind(|| K.with(|k| *k)).is_err(), K.with(|k| *k))
    }
    park_timeout_token Sc ["true"] {
        thread::current().unpark();
        let t = Instant::now();
        thread::park_timeout(Duration::from_secs(9));
        t.elapsed() < Duration::from_secs(9)
    }
    park_timeout_race Sc ["()"] {
        let m = thread::current();
        let t = thread::spawn(move || m.unpark());
        thread::park_timeout(Duration::from_millis(1));
        t.join().unwrap();
    }
    park_timeout_max_is_no_timeout NoSpurious ["deadlock"] {
        thread::park_timeout(Duration::MAX);
    }
    park_token_taken_by_inner_wait Sc ["()"] {
        let m = thread::current();
        let f = Arc::new(AtomicBool::new(false));
        let g = f.clone();
        let t = thread::spawn(move || {
            g.store(true, SeqCst);
            m.unpark();
        });
        thread::park_timeout(Duration::from_millis(1));
        if !f.load(SeqCst) {
            thread::park();
        }
        t.join().unwrap();
    }
    unpark_before_start Sc ["()"] {
        let t = thread::spawn(|| thread::park());
        t.thread().unpark();
        t.join().unwrap();
    }
    unpark_after_end Sc ["()"] {
        let t = thread::spawn(|| ());
        let h = t.thread().clone();
        t.join().unwrap();
        h.unpark();
    }
    instant_monotone_across Sc ["true"] {
        let f = Arc::new((AtomicBool::new(false), Mutex::new(None)));
        let g = f.clone();
        let t = thread::spawn(move || {
            *g.1.lock().unwrap() = Some(Instant::now());
            g.0.store(true, SeqCst);
        });
        t.join().unwrap();
        Instant::now() >= f.1.lock().unwrap().unwrap()
    }
    double_panic_in_catch Sc ["(true, true)"] {
        let a = catch_unwind(|| panic!("a")).is_err();
        let b = catch_unwind(|| panic!("b")).is_err();
        (a, b)
    }
    catch_inside_drop_while_unwinding Sc ["(true, 1)"] {
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                if catch_unwind(|| panic!("inner")).is_err() {
                    self.0.fetch_add(1, SeqCst);
                }
            }
        }
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let r = catch_unwind(AssertUnwindSafe(move || {
            let _d = D(m);
            panic!("outer")
        }))
        .is_err();
        (r, n.load(SeqCst))
    }
    panicking_after_inner_catch_in_drop Sc ["true"] {
        struct D(Arc<AtomicBool>);
        impl Drop for D {
            fn drop(&mut self) {
                let _ = catch_unwind(|| panic!("inner"));
                self.0.store(thread::panicking(), SeqCst);
            }
        }
        let b = Arc::new(AtomicBool::new(false));
        let c = b.clone();
        let _ = catch_unwind(AssertUnwindSafe(move || {
            let _d = D(c);
            panic!("outer")
        }));
        b.load(SeqCst)
    }
    poison_after_inner_catch_in_drop Sc ["true"] {
        struct D;
        impl Drop for D {
            fn drop(&mut self) {
                let _ = catch_unwind(|| panic!("inner"));
            }
        }
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let _ = catch_unwind(AssertUnwindSafe(move || {
            let _g = n.lock().unwrap();
            let _d = D;
            panic!("outer")
        }));
        m.is_poisoned()
    }
}
