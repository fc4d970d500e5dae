//! Threads, thread-locals and parking, after the topics of shuttle's tests.

use std::{
    cell::{Cell, RefCell},
    sync::{
        Arc, LazyLock, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use super::{Case, Mode};

cases! { "shuttle";
    thread_scope_borrow Sc ["3"] {
        let n = AtomicUsize::new(0);
        thread::scope(|s| {
            for _ in 0..3 {
                s.spawn(|| n.fetch_add(1, SeqCst));
            }
        });
        n.load(SeqCst)
    }
    thread_scope_join_order Sc ["(1, 2)"] {
        thread::scope(|s| {
            let a = s.spawn(|| 1);
            let b = s.spawn(|| 2);
            (a.join().unwrap(), b.join().unwrap())
        })
    }
    thread_scope_nested_spawn Sc ["2"] {
        let n = AtomicUsize::new(0);
        thread::scope(|s| {
            s.spawn(|| {
                s.spawn(|| n.fetch_add(1, SeqCst));
                n.fetch_add(1, SeqCst);
            });
        });
        n.load(SeqCst)
    }
    thread_scope_panic Sc ["\"a scoped thread panicked\""] {
        let r = std::panic::catch_unwind(|| {
            thread::scope(|s| {
                s.spawn(|| panic!("inner"));
            })
        });
        r.unwrap_err().downcast_ref::<&str>().unwrap().to_string()
    }
    thread_scope_panic_joined Sc ["\"inner\""] {
        thread::scope(|s| {
            let e = s
                .spawn(|| {
                    if true {
                        panic!("inner");
                    }
                })
                .join()
                .unwrap_err();
            e.downcast_ref::<&str>().unwrap().to_string()
        })
    }
    thread_name Sc ["(Some(\"w\"), true)"] {
        let t = thread::Builder::new()
            .name("w".into())
            .spawn(|| thread::current().name().map(str::to_owned))
            .unwrap();
        let id = t.thread().id();
        let n = t.join().unwrap();
        (n, id != thread::current().id())
    }
    thread_drop_handle Sc ["0", "1"] {
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        drop(thread::spawn(move || m.store(1, SeqCst)));
        n.load(SeqCst)
    }
    tls_per_thread Sc ["(1, 3)"] {
        thread_local!(static K: Cell<u32> = const { Cell::new(1) });
        K.set(3);
        let a = thread::spawn(|| K.get()).join().unwrap();
        (a, K.get())
    }
    tls_nested_with Sc ["6"] {
        thread_local! {
            static A: RefCell<u32> = RefCell::new(1);
            static B: RefCell<u32> = RefCell::new(5);
        }
        A.with(|a| B.with(|b| *a.borrow() + *b.borrow()))
    }
    tls_drop_before_join Sc ["(2, 2)"] {
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.fetch_add(1, SeqCst);
            }
        }
        thread_local!(static K: RefCell<Vec<D>> = const { RefCell::new(Vec::new()) });
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        thread::spawn(move || {
            K.with_borrow_mut(|v| {
                v.push(D(m.clone()));
                v.push(D(m));
            })
        })
        .join()
        .unwrap();
        (n.load(SeqCst), Arc::strong_count(&n) + 1)
    }
    tls_dtor_uses_other_key Sc ["1"] {
        struct D(Arc<AtomicUsize>);
        impl Drop for D {
            fn drop(&mut self) {
                self.0.fetch_add(L.with(|l| *l), SeqCst);
            }
        }
        thread_local! {
            static K: RefCell<Option<D>> = const { RefCell::new(None) };
            static L: usize = 1;
        }
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        thread::spawn(move || K.set(Some(D(m)))).join().unwrap();
        n.load(SeqCst)
    }
    tls_dtor_locks Sc ["1"] {
        struct D(Arc<Mutex<usize>>);
        impl Drop for D {
            fn drop(&mut self) {
                *self.0.lock().unwrap() += 1;
            }
        }
        thread_local!(static K: RefCell<Option<D>> = const { RefCell::new(None) });
        let n = Arc::new(Mutex::new(0));
        let m = n.clone();
        let t = thread::spawn(move || K.set(Some(D(m))));
        {
            let _g = n.lock().unwrap();
        }
        t.join().unwrap();
        let v = *n.lock().unwrap();
        v
    }
    park_token_first Sc ["()"] {
        thread::current().unpark();
        thread::park();
    }
    park_unpark Sc ["true"] {
        let f = Arc::new(AtomicBool::new(false));
        let g = f.clone();
        let m = thread::current();
        let t = thread::spawn(move || {
            g.store(true, SeqCst);
            m.unpark();
        });
        while !f.load(SeqCst) {
            thread::park();
        }
        t.join().unwrap();
        f.load(SeqCst)
    }
    park_nobody NoSpurious ["deadlock"] {
        thread::park();
    }
    park_tokens_do_not_add_up NoSpurious ["deadlock"] {
        let m = thread::current();
        m.unpark();
        m.unpark();
        thread::park();
        thread::park();
    }
    park_spurious Sc ["false", "true"] {
        let f = Arc::new(AtomicBool::new(false));
        let g = f.clone();
        let m = thread::current();
        let t = thread::spawn(move || {
            g.store(true, SeqCst);
            m.unpark();
        });
        thread::park();
        let r = f.load(SeqCst);
        t.join().unwrap();
        r
    }
    park_timeout_alone Sc ["()"] {
        thread::park_timeout(Duration::from_millis(1));
    }
    lazy_static_race Sc ["(1, 1)"] {
        let l = Arc::new((LazyLock::new(|| 5), AtomicUsize::new(0)));
        let c = Arc::new(OnceLock::new());
        let d = c.clone();
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let t = thread::spawn(move || *d.get_or_init(|| m.fetch_add(1, SeqCst) + 1));
        let a = *c.get_or_init(|| n.fetch_add(1, SeqCst) + 1);
        let _ = *l.0;
        (a, t.join().unwrap())
    }
    is_finished Sc ["true", "false"] {
        let t = thread::spawn(|| ());
        let f = t.is_finished();
        t.join().unwrap();
        f
    }
    sleep_does_not_order Sc ["0", "1"] {
        let n = Arc::new(AtomicUsize::new(0));
        let m = n.clone();
        let t = thread::spawn(move || m.store(1, SeqCst));
        thread::sleep(Duration::from_millis(1));
        let v = n.load(SeqCst);
        t.join().unwrap();
        v
    }
    yield_loop Sc ["()"] {
        let f = Arc::new(AtomicBool::new(false));
        let g = f.clone();
        thread::spawn(move || g.store(true, SeqCst));
        while !f.load(SeqCst) {
            thread::yield_now();
        }
    }
}
