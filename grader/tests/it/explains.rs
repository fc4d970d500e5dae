//! What a failure says of its cause is what happened in its interleaving.

use crate::{
    explained::Explained,
    tree::{failure, failures, text},
};

#[test]
fn a_lost_update_is_told_by_the_name_of_the_variable() {
    let report = Explained::new().judge(
        "sync::atomic::{AtomicU32, Ordering::SeqCst}, thread",
        "    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let old = count.load(SeqCst);
                count.store(old + 1, SeqCst);
            });
        }
    });
    count.into_inner()",
    );
    assert_eq!(
        text(&failure(&report, "counts")["cause"]["en"]),
        "T1 read `count` at src/lib.rs:10 before T2 wrote it at src/lib.rs:11; both wrote 1."
    );
}

#[test]
fn a_critical_section_in_two_pieces_is_told() {
    let report = Explained::new().judge(
        "sync::Mutex, thread",
        "    let count = Mutex::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let old = *count.lock().unwrap();
                *count.lock().unwrap() = old + 1;
            });
        }
    });
    count.into_inner().unwrap()",
    );
    assert_eq!(
        text(&failure(&report, "counts")["cause"]["en"]),
        "T1 released `count` between src/lib.rs:10 and src/lib.rs:11, and T2 acquired it in \
         between, at src/lib.rs:11."
    );
}

#[test]
fn an_old_value_is_told_where_memory_is_weakly_ordered() {
    let report = Explained::new().judge(
        "sync::atomic::{AtomicU32, Ordering::Relaxed}, thread",
        "    let (data, ready) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            data.store(2, Relaxed);
            ready.store(1, Relaxed);
        });
        match ready.load(Relaxed) {
            0 => 2,
            _ => data.load(Relaxed),
        }
    })",
    );
    assert_eq!(failures(&report), ["counts_weakly property"], "{report:#}");
    assert_eq!(
        text(&failure(&report, "counts_weakly")["cause"]["en"]),
        "main read the old value 0 of `data` at src/lib.rs:14: T1 had written 2 at \
         src/lib.rs:9, but no synchronisation orders that write before the read."
    );
}

#[test]
fn a_poisoned_lock_is_told_with_who_poisoned_it_and_who_met_it() {
    let report = Explained::new().judge(
        "sync::{Arc, Mutex}, thread",
        "    let count = Arc::new(Mutex::new(2));
    let other = Arc::clone(&count);
    let worker = thread::spawn(move || {
        let _guard = other.lock().unwrap();
        panic!(\"out of paper\");
    });
    let _ = worker.join();
    *count.lock().unwrap()",
    );
    let failure = failure(&report, "counts");
    assert_eq!(text(&failure["kind"]), "panic");
    assert_eq!(
        text(&failure["happened"]["en"]),
        "T1 panicked at src/lib.rs:10: out of paper"
    );
    assert_eq!(
        text(&failure["cause"]["en"]),
        "T1 panicked while it held mutex 1, taken at src/lib.rs:9, and so poisoned it; main found \
         it poisoned at src/lib.rs:13."
    );
}

#[test]
fn a_thread_that_nobody_waits_for_is_told_though_the_answer_is_right() {
    let explained = Explained::new();
    let report = explained.judge(
        "sync::mpsc, thread",
        "    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        sender.send(2).unwrap();
        thread::yield_now();
    });
    receiver.recv().unwrap()",
    );
    assert_eq!(failures(&report), ["leaves_nobody property"], "{report:#}");
    assert_eq!(
        text(&failure(&report, "leaves_nobody")["happened"]["en"]),
        "T1, started at src/lib.rs:7, was still running at src/lib.rs:9 when everything else had \
         ended."
    );
    let report = explained.judge("thread", "    thread::spawn(|| 2).join().unwrap()");
    assert_eq!(failures(&report), Vec::<String>::new(), "{report:#}");
}

#[test]
fn a_thread_that_the_answer_named_has_one_name_in_lanes_and_in_sentences() {
    let report = Explained::new().judge(
        "sync::atomic::{AtomicU32, Ordering::SeqCst}, thread",
        "    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            let adder = thread::Builder::new().name(\"adder\".to_owned());
            let adds = || {
                let old = count.load(SeqCst);
                count.store(old + 1, SeqCst);
            };
            adder.spawn_scoped(scope, adds).unwrap();
        }
    });
    count.into_inner()",
    );
    let failure = failure(&report, "counts");
    assert_eq!(
        text(&failure["cause"]["en"]),
        "adder (T1) read `count` at src/lib.rs:11 before adder (T2) wrote it at src/lib.rs:12; \
         both wrote 1."
    );
    let lanes = failure["trace"]["threads"].as_array().unwrap();
    let lanes: Vec<_> = lanes.iter().map(text).collect();
    assert_eq!(lanes, ["main", "adder (T1)", "adder (T2)"]);
}
