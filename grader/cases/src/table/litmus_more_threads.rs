//! Litmus tests of three and four threads. What is expected is what C++20 allows, without values
//! out of thin air.

use std::{
    sync::{
        Arc,
        atomic::{
            Ordering::{Acquire, Relaxed, Release, SeqCst},
            fence,
        },
    },
    thread,
};

use super::{
    Case, Mode,
    shapes::{Memory, three},
};

cases! { "litmus";
    corw_two_readers_agree Weak ["false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                0
            },
            |m| {
                m[0].store(2, Relaxed);
                (m[0].load(Relaxed), m[0].load(Relaxed))
            },
            |m| (m[0].load(Relaxed), m[0].load(Relaxed)),
        );
        (r.1 == (2, 1)) && r.2 == (1, 2)
    }
    iriw_ra Weak ["true", "false"] {
        let m: Arc<Memory> = Arc::default();
        let h: Vec<_> = (0..4)
            .map(|i| {
                let m = m.clone();
                thread::spawn(move || match i {
                    0 => {
                        m[0].store(1, Release);
                        (0, 0)
                    }
                    1 => {
                        m[1].store(1, Release);
                        (0, 0)
                    }
                    2 => (m[0].load(Acquire), m[1].load(Acquire)),
                    _ => (m[1].load(Acquire), m[0].load(Acquire)),
                })
            })
            .collect();
        let v: Vec<_> = h.into_iter().map(|h| h.join().unwrap()).collect();
        v[2] == (1, 0) && v[3] == (1, 0)
    }
    iriw_sc Weak ["false"] {
        let m: Arc<Memory> = Arc::default();
        let h: Vec<_> = (0..4)
            .map(|i| {
                let m = m.clone();
                thread::spawn(move || match i {
                    0 => {
                        m[0].store(1, SeqCst);
                        (0, 0)
                    }
                    1 => {
                        m[1].store(1, SeqCst);
                        (0, 0)
                    }
                    2 => (m[0].load(SeqCst), m[1].load(SeqCst)),
                    _ => (m[1].load(SeqCst), m[0].load(SeqCst)),
                })
            })
            .collect();
        let v: Vec<_> = h.into_iter().map(|h| h.join().unwrap()).collect();
        v[2] == (1, 0) && v[3] == (1, 0)
    }
    iriw_fences Weak ["false"] {
        let m: Arc<Memory> = Arc::default();
        let h: Vec<_> = (0..4)
            .map(|i| {
                let m = m.clone();
                thread::spawn(move || match i {
                    0 => {
                        m[0].store(1, Relaxed);
                        (0, 0)
                    }
                    1 => {
                        m[1].store(1, Relaxed);
                        (0, 0)
                    }
                    2 => {
                        let a = m[0].load(Relaxed);
                        fence(SeqCst);
                        (a, m[1].load(Relaxed))
                    }
                    _ => {
                        let a = m[1].load(Relaxed);
                        fence(SeqCst);
                        (a, m[0].load(Relaxed))
                    }
                })
            })
            .collect();
        let v: Vec<_> = h.into_iter().map(|h| h.join().unwrap()).collect();
        v[2] == (1, 0) && v[3] == (1, 0)
    }
    iriw_sc_stores_acquire_loads Weak ["true", "false"] {
        let m: Arc<Memory> = Arc::default();
        let h: Vec<_> = (0..4)
            .map(|i| {
                let m = m.clone();
                thread::spawn(move || match i {
                    0 => {
                        m[0].store(1, SeqCst);
                        (0, 0)
                    }
                    1 => {
                        m[1].store(1, SeqCst);
                        (0, 0)
                    }
                    2 => (m[0].load(Acquire), m[1].load(SeqCst)),
                    _ => (m[1].load(Acquire), m[0].load(SeqCst)),
                })
            })
            .collect();
        let v: Vec<_> = h.into_iter().map(|h| h.join().unwrap()).collect();
        v[2] == (1, 0) && v[3] == (1, 0)
    }
    wrc_ra Weak ["false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                0
            },
            |m| {
                let a = m[0].load(Acquire);
                m[1].store(1, Release);
                (a, 0)
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.1.0 == 1 && r.2 == (1, 0)
    }
    rwc_fences Weak ["false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                0
            },
            |m| {
                let a = m[0].load(Relaxed);
                fence(SeqCst);
                (a, m[1].load(Relaxed))
            },
            |m| {
                m[1].store(1, Relaxed);
                fence(SeqCst);
                (m[0].load(Relaxed), 0)
            },
        );
        r.1 == (1, 0) && r.2.0 == 0
    }
    w_rwc_fences Weak ["false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                m[2].store(1, Release);
                0
            },
            |m| {
                let a = m[2].load(Acquire);
                fence(SeqCst);
                (a, m[1].load(Relaxed))
            },
            |m| {
                m[1].store(1, Relaxed);
                fence(SeqCst);
                (m[0].load(Relaxed), 0)
            },
        );
        r.1 == (1, 0) && r.2.0 == 0
    }
    z6_sc_c20 Weak ["true", "false"] {
        let r = three(
            |m| {
                m[0].store(1, SeqCst);
                m[1].store(1, Release);
                0
            },
            |m| {
                let a = m[1].fetch_add(1, SeqCst);
                (a, m[1].load(Relaxed))
            },
            |m| {
                m[1].store(3, SeqCst);
                (m[0].load(SeqCst), 0)
            },
        );
        r.1 == (1, 3) && r.2.0 == 0
    }
    isa2_ra Weak ["false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                0
            },
            |m| {
                let a = m[1].load(Acquire);
                m[2].store(1, Release);
                (a, 0)
            },
            |m| (m[2].load(Acquire), m[0].load(Relaxed)),
        );
        r.1.0 == 1 && r.2 == (1, 0)
    }
    release_sequence_rmw_chain Weak ["false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                0
            },
            |m| {
                (
                    m[1].compare_exchange(1, 2, Relaxed, Relaxed).is_ok() as u32,
                    0,
                )
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.2 == (2, 0)
    }
    release_sequence_broken_by_store Weak ["true", "false"] {
        let r = three(
            |m| {
                m[0].store(1, Relaxed);
                m[1].store(1, Release);
                0
            },
            |m| {
                let a = m[1].load(Relaxed);
                m[1].store(2, Relaxed);
                (a, 0)
            },
            |m| (m[1].load(Acquire), m[0].load(Relaxed)),
        );
        r.1.0 == 1 && r.2 == (2, 0)
    }
}
