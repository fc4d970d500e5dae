//! Runs cases on the real library, again and again, and says what came of it.
//!
//! Nothing can be placed inside of a case, so that what differs between two runs is when its
//! threads get a processor: others compete with them for it, and it does not begin at once.

use std::{
    any::Any,
    collections::BTreeSet,
    hint,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Duration,
};

use fastrand::Rng;

use crate::{
    quiet::{self, CASE},
    table::Case,
};

/// How long a run may take before it is said to hang, if that is something it may do.
const SOON: Duration = Duration::from_millis(40);
/// How long it may take if it must not hang: a busy computer makes no deadlock.
const LATE: Duration = Duration::from_secs(20);
/// How often a case may hang before it is let be. Its threads are never seen again.
const HANGS: usize = 2;
/// How many threads compete with those of the cases.
const RIVALS: u64 = 2;

/// Whether the real library can show anything of it: it does not notice data races, and
/// what never ends would keep a processor busy for ever.
pub fn can_run(case: &Case) -> bool {
    case.expect != ["data race"] && !case.expect.contains(&"no progress")
}

/// What came of `runs` runs of a case, or of one if it can run only once.
pub fn results(case: &Case, runs: usize) -> BTreeSet<String> {
    let may_hang = case.expect.contains(&"deadlock");
    let limit = if may_hang { SOON } else { LATE };
    let runs = if case.once { 1 } else { runs };
    let mut results = BTreeSet::new();
    let mut hangs = 0;
    let mut random = Rng::with_seed(7);
    for _ in 0..runs {
        let result = run(case.run, random.fork(), limit);
        hangs += usize::from(result.is_none());
        results.insert(result.unwrap_or_else(|| "deadlock".to_owned()));
        if hangs == HANGS || hangs == 1 && !may_hang {
            break;
        }
    }
    results
}

/// Calls `work` while other threads compete for the processors.
pub fn with_rivals<R>(work: impl FnOnce() -> R) -> R {
    struct Stop<'a>(&'a AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Relaxed);
        }
    }
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for number in 0..RIVALS {
            let over = &over;
            scope.spawn(move || {
                let mut random = Rng::with_seed(number);
                while !over.load(Relaxed) {
                    dawdle(&mut random);
                }
            });
        }
        let _stop = Stop(&over);
        work()
    })
}

/// One run, or nothing if it takes longer than `limit`.
fn run(case: fn() -> String, mut random: Rng, limit: Duration) -> Option<String> {
    quiet::silence();
    let (sender, receiver) = mpsc::channel();
    let first = thread::Builder::new().name(CASE.to_owned());
    let spawned = first.spawn(move || {
        dawdle(&mut random);
        let result = catch_unwind(AssertUnwindSafe(case));
        // Nobody listens any more if it took too long.
        let _ = sender.send(result.unwrap_or_else(|panic| format!("panic: {}", words(&*panic))));
    });
    spawned.expect("there is room for a thread");
    receiver.recv_timeout(limit).ok()
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("Box<dyn Any>")
}

/// Lets a little time go by, in one way or another.
fn dawdle(random: &mut Rng) {
    match random.u32(..8) {
        0 => thread::sleep(Duration::from_micros(random.u64(..60))),
        1 | 2 => thread::yield_now(),
        3 => {}
        _ => (0..random.u32(..20_000)).for_each(|_| hint::spin_loop()),
    }
}
