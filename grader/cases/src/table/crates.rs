//! Mistakes of published crates, rebuilt small.

use std::{
    cell::UnsafeCell,
    hint,
    sync::{
        Arc, Condvar, Mutex, RwLock,
        atomic::{
            AtomicBool, AtomicU8, AtomicUsize,
            Ordering::{Acquire, Relaxed, Release, SeqCst},
        },
        mpsc,
    },
    thread,
    time::Duration,
};

use super::{Case, Mode};

cases! { "crates";
    event_listener_138 Weak ["2", "deadlock"] {
        // After smol-rs/event-listener#138 and others of its class: a notifier skips the list if
        // it sees no listener yet, and release and acquire are too little for that.
        struct Event {
            ready: AtomicBool,
            list: Mutex<Vec<thread::Thread>>,
        }
        impl Event {
            fn listen(&self) {
                self.list.lock().unwrap().push(thread::current());
                self.ready.store(true, Release);
            }
            fn notify(&self) {
                if !self.ready.load(Acquire) {
                    return;
                }
                for t in self.list.lock().unwrap().drain(..) {
                    t.unpark();
                }
            }
        }
        let s = Arc::new((
            Event {
                ready: AtomicBool::new(false),
                list: Mutex::new(Vec::new()),
            },
            AtomicBool::new(false),
        ));
        let t = {
            let s = s.clone();
            thread::spawn(move || {
                s.0.listen();
                while !s.1.load(Acquire) {
                    thread::park();
                }
            })
        };
        s.1.store(true, Release);
        s.0.notify();
        t.join().unwrap();
        2
    }
    std_mpsc_110001 Sc [
        "2",
        "panic: assertion `left != right` failed: null block\n  left: 0\n right: 0",
    ] {
        // After rust-lang/rust#110001, PR 110089: the receiver leaves while the first block is
        // half initialised.
        struct Chan {
            tail_block: AtomicUsize,
            head_block: AtomicUsize,
            tail: AtomicUsize,
            slots: [AtomicUsize; 2],
        }
        impl Chan {
            fn send(&self, v: usize) {
                if self.tail_block.load(SeqCst) == 0
                    && self
                        .tail_block
                        .compare_exchange(0, 7, SeqCst, SeqCst)
                        .is_ok()
                {
                    self.head_block.store(7, SeqCst);
                }
                let i = self.tail.fetch_add(1, SeqCst);
                self.slots[i].store(v, SeqCst);
            }
            fn discard(&self) {
                let n = self.tail.load(SeqCst);
                if n > 0 {
                    let b = self.head_block.load(SeqCst);
                    assert_ne!(b, 0, "null block");
                }
            }
        }
        let c = Arc::new(Chan {
            tail_block: AtomicUsize::new(0),
            head_block: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            slots: Default::default(),
        });
        let a = {
            let c = c.clone();
            thread::spawn(move || c.send(1))
        };
        c.send(2);
        c.discard();
        a.join().unwrap();
        2
    }
    tokio_notify_3652 Sc ["2", "deadlock"] {
        // After tokio PR 3652: a notified waiter that is dropped overwrites a permit that was
        // stored.
        #[derive(PartialEq, Clone, Copy)]
        enum S {
            Empty,
            Waiting,
            Notified,
        }
        struct Notify {
            s: Mutex<(S, u32)>,
            cv: Condvar,
        }
        impl Notify {
            fn register(&self) {
                let mut g = self.s.lock().unwrap();
                g.0 = S::Waiting;
                g.1 += 1;
            }
            fn unregister(&self) {
                let mut g = self.s.lock().unwrap();
                g.1 = g.1.saturating_sub(1);
                if g.1 == 0 {
                    g.0 = S::Empty;
                }
            }
            fn notify_waiters(&self) {
                let mut g = self.s.lock().unwrap();
                if g.0 == S::Waiting {
                    g.0 = S::Empty;
                    g.1 = 0;
                }
                self.cv.notify_all();
            }
            fn notify_one(&self) {
                self.s.lock().unwrap().0 = S::Notified;
                self.cv.notify_one();
            }
            fn wait(&self) {
                let mut g = self.s.lock().unwrap();
                while g.0 != S::Notified {
                    g = self.cv.wait(g).unwrap();
                }
                g.0 = S::Empty;
            }
        }
        let n = Arc::new(Notify {
            s: Mutex::new((S::Empty, 0)),
            cv: Condvar::new(),
        });
        n.register();
        let t = {
            let n = n.clone();
            thread::spawn(move || {
                n.notify_waiters();
                n.notify_one();
            })
        };
        n.unregister();
        n.wait();
        t.join().unwrap();
        2
    }
    oneshot_drop_race Sc [
        "2",
        "panic: assertion `left == right` failed: the message was not freed once\n  left: 0\n right: 1",
    ] {
        // Of the class of oneshot channels: the sender looks at the state and then writes, and
        // the receiver leaves in between. The message is freed twice or never.
        struct Ch {
            state: AtomicU8,
            freed: AtomicUsize,
        } // 0 empty, 1 message, 2 closed
        let c = Arc::new(Ch {
            state: AtomicU8::new(0),
            freed: AtomicUsize::new(0),
        });
        let s = {
            let c = c.clone();
            thread::spawn(move || {
                if c.state.load(SeqCst) == 2 {
                    c.freed.fetch_add(1, SeqCst);
                } else {
                    c.state.store(1, SeqCst);
                }
            })
        };
        let r = {
            let c = c.clone();
            thread::spawn(move || {
                if c.state.swap(2, SeqCst) == 1 {
                    c.freed.fetch_add(1, SeqCst);
                }
            })
        };
        s.join().unwrap();
        r.join().unwrap();
        assert_eq!(c.freed.load(SeqCst), 1, "the message was not freed once");
        2
    }
    flume_async_waker_lost Sc ["2", "deadlock"] {
        // Of the class of flume and async-channel: a notified receiver that gives up swallows the
        // wake-up of another.
        struct Q {
            items: Mutex<(Vec<u32>, usize)>,
            cv: Condvar,
        }
        impl Q {
            fn send(&self, v: u32) {
                self.items.lock().unwrap().0.push(v);
                self.cv.notify_one();
            }
            fn recv(&self) -> u32 {
                let mut g = self.items.lock().unwrap();
                loop {
                    if let Some(v) = g.0.pop() {
                        return v;
                    }
                    g = self.cv.wait(g).unwrap();
                }
            }
            /// A waiter that is woken and does not take the item, and wakes nobody instead.
            fn recv_or_give_up(&self) -> Option<u32> {
                let g = self.items.lock().unwrap();
                let (g, _) = self.cv.wait_timeout(g, Duration::from_millis(1)).unwrap();
                drop(g);
                None
            }
        }
        let q = Arc::new(Q {
            items: Mutex::default(),
            cv: Condvar::new(),
        });
        let a = {
            let q = q.clone();
            thread::spawn(move || q.recv())
        };
        let b = {
            let q = q.clone();
            thread::spawn(move || q.recv_or_give_up())
        };
        q.send(2);
        b.join().unwrap();
        a.join().unwrap()
    }
    arc_swap_relaxed_guard Weak ["2", "0"] {
        // Of the class of arc-swap: what the reader announces is not ordered before its second
        // look, so that 0 stands for a read after free.
        struct H {
            current: AtomicUsize,
            hazard: AtomicUsize,
            freed: [AtomicBool; 3],
        }
        let h = Arc::new(H {
            current: AtomicUsize::new(1),
            hazard: AtomicUsize::new(0),
            freed: Default::default(),
        });
        let r = {
            let h = h.clone();
            thread::spawn(move || {
                let p = h.current.load(Acquire);
                h.hazard.store(p, Release);
                if h.current.load(Acquire) == p {
                    assert!(!h.freed[p].load(Acquire), "read after free");
                }
                h.hazard.store(0, Release);
            })
        };
        let old = h.current.swap(2, SeqCst);
        if h.hazard.load(SeqCst) != old {
            h.freed[old].store(true, Release);
        }
        if r.join().is_ok() { 2 } else { 0 }
    }
    spin_lock_relaxed_unlock Weak ["data race"] {
        // Of the class of spin locks: it is unlocked with a relaxed store.
        struct Spin {
            held: AtomicBool,
            data: UnsafeCell<u32>,
        }
        // SAFETY: there is none, which is the mistake.
        unsafe impl Sync for Spin {}
        impl Spin {
            fn with(&self, f: impl FnOnce(&mut u32)) {
                while self
                    .held
                    .compare_exchange(false, true, Acquire, Relaxed)
                    .is_err()
                {
                    hint::spin_loop();
                }
                // SAFETY: there is none, as above.
                f(unsafe { &mut *self.data.get() });
                self.held.store(false, Relaxed);
            }
        }
        let s = Arc::new(Spin {
            held: AtomicBool::new(false),
            data: UnsafeCell::new(0),
        });
        let t = {
            let s = s.clone();
            thread::spawn(move || s.with(|v| *v += 1))
        };
        s.with(|v| *v += 1);
        t.join().unwrap();
        let mut n = 0;
        s.with(|v| n = *v);
        n
    }
    double_initialisation Sc ["2", "3"] {
        // Of the class of lazy-init: it is made twice, since looking and acting are two steps.
        struct Lazy {
            ready: AtomicBool,
            busy: AtomicBool,
            made: AtomicUsize,
        }
        impl Lazy {
            fn force(&self) {
                if !self.ready.load(SeqCst) {
                    while self.busy.swap(true, SeqCst) {
                        thread::yield_now();
                    }
                    self.made.fetch_add(1, SeqCst);
                    self.ready.store(true, SeqCst);
                    self.busy.store(false, SeqCst);
                }
            }
        }
        let l = Arc::new(Lazy {
            ready: AtomicBool::new(false),
            busy: AtomicBool::new(false),
            made: AtomicUsize::new(0),
        });
        let t = {
            let l = l.clone();
            thread::spawn(move || l.force())
        };
        l.force();
        t.join().unwrap();
        l.made.load(SeqCst) as u32 + 1
    }
    recursive_read_behind_a_writer Sc ["2", "deadlock"] {
        // Of the class of parking_lot: a second reader may have to wait behind a waiting writer.

        let l = Arc::new(RwLock::new(0));
        let (s, r) = mpsc::channel();
        let g = l.read().unwrap();
        let w = {
            let l = l.clone();
            thread::spawn(move || *l.write().unwrap() += 1)
        };
        let t = {
            let l = l.clone();
            thread::spawn(move || {
                let _g = l.read().unwrap();
                s.send(()).unwrap();
            })
        };
        r.recv().unwrap();
        drop(g);
        w.join().unwrap();
        t.join().unwrap();
        2
    }
    try_unwrap_by_both Sc ["1", "2"] {
        // Why `Arc::into_inner` exists, rust-lang/rust#75911: both fail, and the value is dropped
        // unseen.

        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || u32::from(Arc::try_unwrap(b).is_ok()));
        let m = u32::from(Arc::try_unwrap(a).is_ok());
        m + t.join().unwrap() + 1
    }
}
