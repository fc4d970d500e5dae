//! How long it takes to judge histories of 20 calls by 4 threads.
//!
//! In a *round* the calls of all threads overlap, and rounds follow each other; in a
//! *chain* each call also overlaps calls of the next round. An illegal history is a
//! legal one with its last result changed, so that everything before it must be tried.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use kit::{
    history::Call,
    linearizable::{Spec, is_linearizable, specs},
    serde_json::{Value, json},
};

const THREADS: usize = 4;

/// Name, argument and result of a call.
type Step = (&'static str, Value, Value);

/// The calls of a sequential run, stretched; thread after thread takes the next.
fn stretched(steps: &[Step], chained: bool) -> Vec<Call<'_>> {
    let calls = steps.iter().enumerate().map(|(index, step)| {
        let (round, thread) = (index / THREADS, index % THREADS);
        // In a chain a thread's call begins as soon as its last one has returned.
        let (called, returned) = if chained {
            (100 * index, 100 * (index + THREADS) - 1)
        } else {
            (100 * round + thread, 100 * round + 99 - thread)
        };
        Call {
            thread: thread + 1,
            name: step.0,
            argument: &step.1,
            result: Some(&step.2),
            called,
            returned,
            took: 0,
        }
    });
    calls.collect()
}

/// Ten items through a queue, or a stack, which begins and ends empty.
fn container(last_out: bool) -> Vec<Step> {
    let mut held = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    for item in 0..10 {
        held.push(item);
        steps.push(("put", json!(item), json!(true)));
        // Up to three items are in.
        while held.len() > 2 || item == 9 && !held.is_empty() {
            let out = if last_out { held.len() - 1 } else { 0 };
            steps.push(("get", Value::Null, json!(held.remove(out))));
        }
    }
    steps
}

fn register() -> Vec<Step> {
    let step = |n: usize| match n % 2 {
        0 => ("write", json!(n), Value::Null),
        _ => ("read", Value::Null, json!(n - 1)),
    };
    (0..20).map(step).collect()
}

fn map() -> Vec<Step> {
    let step = |n: usize| match n % 4 {
        0 | 1 => (
            "insert",
            json!([n % 2, n]),
            if n < 4 { Value::Null } else { json!(n - 4) },
        ),
        _ => ("get", json!(n % 2), json!(n - 2)),
    };
    (0..20).map(step).collect()
}

fn judge<S: Spec>(criterion: &mut Criterion, name: &str, spec: &S, steps: &[Step]) {
    let mut group = criterion.benchmark_group(name);
    assert_eq!(steps.len(), 20, "{name}");
    for legal in [true, false] {
        let mut steps = steps.to_vec();
        if !legal {
            steps[19].2 = json!("never put");
        }
        for chained in [false, true] {
            let calls = stretched(&steps, chained);
            assert_eq!(is_linearizable(spec, &calls), legal, "{name}");
            let kind = if legal { "legal" } else { "illegal" };
            let shape = if chained { "chain" } else { "rounds" };
            group.bench_function(BenchmarkId::new(kind, shape), |bencher| {
                bencher.iter(|| is_linearizable(spec, black_box(&calls)));
            });
        }
    }
    group.finish();
}

fn all(criterion: &mut Criterion) {
    let capacity = None;
    judge(
        criterion,
        "queue",
        &specs::Queue { capacity },
        &container(false),
    );
    judge(
        criterion,
        "stack",
        &specs::Stack { capacity },
        &container(true),
    );
    let initial = Value::Null;
    judge(
        criterion,
        "register",
        &specs::Register { initial },
        &register(),
    );
    judge(criterion, "map", &specs::Map, &map());
}

criterion_group!(benches, all);
criterion_main!(benches);
