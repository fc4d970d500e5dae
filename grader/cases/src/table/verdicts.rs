//! Programs about which a checker was wrong once; of those that are right, the answer is 2.

use std::{
    cell::{RefCell, UnsafeCell},
    panic::{self},
    sync::{
        Arc, Mutex, RwLock, TryLockError,
        atomic::{AtomicU32, Ordering::SeqCst},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

use super::{Case, Mode};

cases! { "verdicts";
    false_deadlock_rendezvous Sc ["2"] {
        // Right on the real library: two clients ask a server over a rendezvous channel and get
        // their answers.

        let (ask, asked) = sync_channel::<SyncSender<u32>>(0);
        let server = thread::spawn(move || {
            for _ in 0..2 {
                asked.recv().unwrap().send(1).unwrap();
            }
        });
        let client = |ask: SyncSender<SyncSender<u32>>| {
            thread::spawn(move || {
                let (s, r) = sync_channel(0);
                ask.send(s).unwrap();
                r.recv().unwrap()
            })
        };
        let clients = [client(ask.clone()), client(ask)];
        let sum: u32 = clients.into_iter().map(|c| c.join().unwrap()).sum();
        server.join().unwrap();
        sum
    }
    false_data_race_rendezvous Sc ["2"] {
        // Right on the real library: send over a rendezvous channel returns after the message was
        // taken.
        struct Slot(UnsafeCell<u32>);
        // SAFETY: the two threads take turns, by the rendezvous.
        unsafe impl Sync for Slot {}
        let slot = Arc::new(Slot(UnsafeCell::new(0)));
        let (sender, receiver) = sync_channel(0);
        let theirs = Arc::clone(&slot);
        let t = thread::spawn(move || {
            // SAFETY: it is the turn of this thread.
            unsafe { *theirs.0.get() = 1 };
            receiver.recv().unwrap();
        });
        sender.send(()).unwrap();
        // SAFETY: it is the turn of this thread.
        unsafe { *slot.0.get() += 1 };
        // SAFETY: it is the turn of this thread.
        let sum = unsafe { *slot.0.get() };
        t.join().unwrap();
        sum
    }
    reduction_misses Sc ["2", "3"] {
        // Wrong: the second reader may see the old value though the first saw the new one.

        let l = Arc::new(RwLock::new(0));
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let l = Arc::clone(&l);
                thread::spawn(move || *l.read().unwrap())
            })
            .collect();
        *l.write().unwrap() += 1;
        let seen: Vec<i32> = readers.into_iter().map(|r| r.join().unwrap()).collect();
        if seen == [1, 0] { 3 } else { 2 }
    }
    all_n_is_wrong Sc ["2", "3"] {
        // Wrong: under one order of reads and writes it counts 3. The reduction never tries that
        // order.

        let lock = Arc::new(RwLock::new(0));
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let lock = Arc::clone(&lock);
                thread::spawn(move || [(); 3].map(|()| *lock.read().unwrap()))
            })
            .collect();
        for _ in 0..5 {
            *lock.write().unwrap() += 1;
        }
        let seen: Vec<[i32; 3]> = readers.into_iter().map(|r| r.join().unwrap()).collect();
        if seen == [[1, 1, 1], [0, 4, 4]] { 3 } else { 2 }
    }
    poison_order Sc ["2", "3"] {
        // Wrong: the other thread may have poisoned the lock already.

        let m = Arc::new(Mutex::new(0));
        let n = Arc::clone(&m);
        let t = thread::spawn(move || {
            let _g = n.lock().unwrap();
            panic!("on purpose");
        });
        let poisoned = m.is_poisoned();
        let _ = t.join();
        if poisoned { 3 } else { 2 }
    }
    unwinding_is_not_atomic Sc ["2", "3"] {
        // Wrong: unwinding lets go of the two locks one after the other.

        let p = Arc::new((Mutex::new(()), Mutex::new(())));
        let q = Arc::clone(&p);
        let t = thread::spawn(move || {
            let _a = q.0.lock();
            let _b = q.1.lock();
            panic!("on purpose");
        });
        let poisoned = p.1.lock().is_err();
        let held = matches!(p.0.try_lock(), Err(TryLockError::WouldBlock));
        let _ = t.join();
        if poisoned && held { 3 } else { 2 }
    }
    caught_scope_panic Sc ["2"] {
        // Right on the real library: the panic of a scoped thread is caught around the scope.

        let caught = panic::catch_unwind(|| {
            thread::scope(|s| {
                s.spawn(|| panic!("on purpose"));
            })
        });
        1 + u32::from(caught.is_err())
    }
    many_steps Sc ["2"] {
        // Right on the real library, and ends in no time.

        let n = AtomicU32::new(0);
        for _ in 0..30_000 {
            n.fetch_add(1, SeqCst);
        }
        n.load(SeqCst) / 15_000
    }
    scope_ends_before_locals Sc ["0", "2"] {
        // Wrong: a scope does not wait for the destructors of thread-locals.
        struct AtEnd(Arc<AtomicU32>);
        impl Drop for AtEnd {
            fn drop(&mut self) {
                self.0.store(2, SeqCst);
            }
        }
        thread_local!(static LAST: RefCell<Option<AtEnd>> = const { RefCell::new(None) });
        let n = Arc::new(AtomicU32::new(0));
        thread::scope(|s| {
            let n = Arc::clone(&n);
            s.spawn(move || LAST.set(Some(AtEnd(n))));
        });
        n.load(SeqCst)
    }
}
