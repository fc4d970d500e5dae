//! Loops around what a model may not count as steps. Each of them ends on the real library.

use std::{
    sync::{Arc, Mutex},
    thread,
};

use super::{Case, Mode};

cases! { "hangs";
    is_poisoned Sc ["()"] {
        let m = Arc::new(Mutex::new(0));
        let n = m.clone();
        let t = thread::spawn(move || {
            let _g = n.lock();
            panic!("x");
        });
        while !m.is_poisoned() {}
        let _ = t.join();
    }
    try_unwrap Sc ["1"] {
        let mut a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let v = loop {
            match Arc::try_unwrap(a) {
                Ok(v) => break v,
                Err(x) => a = x,
            }
        };
        t.join().unwrap();
        v
    }
    get_mut Sc ["2"] {
        let mut a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        while Arc::get_mut(&mut a).is_none() {}
        *Arc::get_mut(&mut a).unwrap() += 1;
        t.join().unwrap();
        *a
    }
    strong_count Sc ["1"] {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        while Arc::strong_count(&a) > 1 {}
        t.join().unwrap();
        *a
    }
    upgrade Sc ["()"] {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        while w.upgrade().is_some() {}
        t.join().unwrap();
    }
}
