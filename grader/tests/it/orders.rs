//! What atomics order of plain memory, where a check does not want weakly ordered memory: just
//! what their orderings say.

use crate::{explained::Explained, tree};

/// Judges a program in which a thread writes 1 to plain memory and `hands_over`, and the main
/// thread adds 1 if it `takes_over`. Nothing else orders the two.
fn judged(hands_over: &str, takes_over: &str) -> String {
    let course = Explained::new();
    let source = format!(
        "//! Work.
use std::{{
    cell::UnsafeCell,
    sync::atomic::{{AtomicBool, AtomicU32, Ordering::*, fence}},
    thread,
}};

/// Plain memory, and atomics.
struct Shared {{
    plain: UnsafeCell<u32>,
    flag: AtomicBool,
    number: AtomicU32,
}}

// SAFETY: that is what is judged.
unsafe impl Sync for Shared {{}}

/// Counts.
pub fn work() -> u32 {{
    let s = &Shared {{
        plain: UnsafeCell::new(0),
        flag: AtomicBool::new(false),
        number: AtomicU32::new(0),
    }};
    thread::scope(|scope| {{
        scope.spawn(move || {{
            unsafe {{ *s.plain.get() = 1 }};
            {hands_over}
        }});
        let seen = {{ {takes_over} }};
        if seen {{
            unsafe {{ *s.plain.get() += 1 }};
        }}
    }});
    2
}}
"
    );
    let report = course.judge_source(&source);
    let of_check = tree::checks(&report)
        .iter()
        .find(|check| check["id"] == "counts")
        .unwrap_or_else(|| panic!("{report:#}"));
    match tree::text(&of_check["verdict"]["kind"]) {
        "" => tree::text(&of_check["verdict"]["result"]).to_owned(),
        kind => kind.to_owned(),
    }
}

#[track_caller]
fn races(hands_over: &str, takes_over: &str) {
    assert_eq!(judged(hands_over, takes_over), "data-race");
}

#[track_caller]
fn is_ordered(hands_over: &str, takes_over: &str) {
    assert_eq!(judged(hands_over, takes_over), "passed");
}

#[test]
fn a_release_store_and_an_acquire_load_order_and_either_alone_does_not() {
    is_ordered("s.flag.store(true, Release);", "s.flag.load(Acquire)");
    is_ordered("s.flag.store(true, SeqCst);", "s.flag.load(SeqCst)");
    races("s.flag.store(true, Relaxed);", "s.flag.load(Acquire)");
    races("s.flag.store(true, Release);", "s.flag.load(Relaxed)");
}

#[test]
fn fences_order_if_there_is_one_on_each_side() {
    let (release, relaxed) = (
        "fence(Release); s.flag.store(true, Relaxed);",
        "s.flag.store(true, Relaxed); fence(Release);",
    );
    let acquire = "let seen = s.flag.load(Relaxed); fence(Acquire); seen";
    is_ordered(release, acquire);
    is_ordered(release, "s.flag.load(Acquire)");
    is_ordered("s.flag.store(true, Release);", acquire);
    races(relaxed, acquire);
    races(release, "fence(Acquire); s.flag.load(Relaxed)");
    races("s.flag.store(true, Relaxed);", acquire);
}

#[test]
fn a_read_modify_write_carries_on_what_was_released_and_a_store_does_not() {
    let release = "s.number.store(1, Release);";
    let carried = format!("{release} s.number.fetch_add(1, Relaxed);");
    is_ordered(&carried, "s.number.load(Acquire) == 2");
    let overwritten = format!("{release} s.number.store(2, Relaxed);");
    races(&overwritten, "s.number.load(Acquire) == 2");
    is_ordered(
        "s.number.fetch_add(1, Release);",
        "s.number.fetch_add(1, Acquire) == 1",
    );
    races(
        "s.number.fetch_add(1, Acquire);",
        "s.number.fetch_add(1, Release) == 1",
    );
    races(
        "s.number.swap(1, Relaxed);",
        "s.number.swap(2, AcqRel) == 1",
    );
}

#[test]
fn an_exchange_that_is_not_done_orders_by_its_second_ordering() {
    let release = "s.number.store(1, Release);";
    is_ordered(
        release,
        "s.number.compare_exchange(1, 2, Acquire, Relaxed).is_ok()",
    );
    races(
        release,
        "s.number.compare_exchange(1, 2, Relaxed, Acquire).is_ok()",
    );
    is_ordered(
        release,
        "s.number.compare_exchange(0, 2, Relaxed, Acquire).is_err()",
    );
    races(
        release,
        "s.number.compare_exchange(0, 2, Acquire, Relaxed).is_err()",
    );
}

#[test]
fn an_acquire_of_another_variable_orders_nothing() {
    races(
        "s.number.store(1, Release); s.flag.store(true, Relaxed);",
        "let seen = s.flag.load(Relaxed); s.number.fetch_add(0, Relaxed); seen",
    );
    is_ordered(
        "s.number.store(1, Release); s.flag.store(true, Relaxed);",
        "s.flag.load(Relaxed) && s.number.load(Acquire) == 1",
    );
}
