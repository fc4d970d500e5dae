//! What the parts of the library make visible. What is expected is what C++20 allows, without
//! values out of thin air.

use std::{
    sync::{
        Arc, Barrier, Mutex, Once, RwLock,
        atomic::{AtomicU32, Ordering::Relaxed},
        mpsc,
    },
    thread,
};

use super::{Case, Mode};

cases! { "litmus";
    join_publishes Weak ["1"] {
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        thread::spawn(move || y.store(1, Relaxed)).join().unwrap();
        x.load(Relaxed)
    }
    spawn_publishes Weak ["1"] {
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        x.store(1, Relaxed);
        thread::spawn(move || y.load(Relaxed)).join().unwrap()
    }
    mutex_publishes Weak ["false"] {
        let p = Arc::new((Mutex::new(0), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            *q.0.lock().unwrap() = 1;
        });
        let g = *p.0.lock().unwrap();
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        g == 1 && v == 0
    }
    rwlock_publishes Weak ["false"] {
        let p = Arc::new((RwLock::new(0), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            *q.0.write().unwrap() = 1;
        });
        let g = *p.0.read().unwrap();
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        g == 1 && v == 0
    }
    rwlock_readers_do_not_publish Weak ["true", "false"] {
        let p = Arc::new((RwLock::new(()), AtomicU32::new(0), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            let _g = q.0.read().unwrap();
            q.2.store(1, Relaxed);
        });
        let _g = p.0.read().unwrap();
        let r = (p.2.load(Relaxed), p.1.load(Relaxed));
        drop(_g);
        t.join().unwrap();
        r == (1, 0)
    }
    failed_try_lock_publishes_nothing Weak ["true", "false"] {
        let p = Arc::new((Mutex::new(()), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            let _g = q.0.lock().unwrap();
        });
        let failed = p.0.try_lock().is_err();
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        failed && v == 0
    }
    channel_publishes Weak ["1"] {
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        let (s, r) = mpsc::channel();
        let t = thread::spawn(move || {
            y.store(1, Relaxed);
            s.send(()).unwrap();
        });
        r.recv().unwrap();
        let v = x.load(Relaxed);
        t.join().unwrap();
        v
    }
    channel_disconnect_publishes Weak ["1"] {
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        let (s, r) = mpsc::channel::<()>();
        let t = thread::spawn(move || {
            y.store(1, Relaxed);
            drop(s);
        });
        let _ = r.recv();
        let v = x.load(Relaxed);
        t.join().unwrap();
        v
    }
    bounded_send_room_publishes_to_sender Weak ["1"] {
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        let (s, r) = mpsc::sync_channel(1);
        s.send(0).unwrap();
        let t = thread::spawn(move || {
            y.store(1, Relaxed);
            r.recv().unwrap();
            r
        });
        s.send(1).unwrap();
        let v = x.load(Relaxed);
        t.join().unwrap();
        v
    }
    park_unpark_publishes NoSpurious ["1"] {
        let x = Arc::new(AtomicU32::new(0));
        let y = x.clone();
        let m = thread::current();
        let t = thread::spawn(move || {
            y.store(1, Relaxed);
            m.unpark();
        });
        thread::park();
        let v = x.load(Relaxed);
        t.join().unwrap();
        v
    }
    barrier_publishes Weak ["[1, 1]"] {
        let p = Arc::new((Barrier::new(2), AtomicU32::new(0), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || {
            q.1.store(1, Relaxed);
            q.0.wait();
            q.2.load(Relaxed)
        });
        p.2.store(1, Relaxed);
        p.0.wait();
        let v = p.1.load(Relaxed);
        [v, t.join().unwrap()]
    }
    once_publishes Weak ["1"] {
        let p = Arc::new((Once::new(), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || q.0.call_once(|| q.1.store(1, Relaxed)));
        p.0.call_once(|| p.1.store(1, Relaxed));
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        v
    }
    once_is_completed_publishes Weak ["false"] {
        let p = Arc::new((Once::new(), AtomicU32::new(0)));
        let q = p.clone();
        let t = thread::spawn(move || q.0.call_once(|| q.1.store(1, Relaxed)));
        let d = p.0.is_completed();
        let v = p.1.load(Relaxed);
        t.join().unwrap();
        d && v == 0
    }
}
