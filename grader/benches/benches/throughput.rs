//! Executions per second: `cargo bench -p interleave-benches`.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use interleave_benches::{
    End, Limits, Method, Variant,
    backend::{loom, ours, programs, shuttle},
};

const PROGRAMS: [&str; 5] = [
    "racy-inc",
    "queue 1",
    "queue 3",
    "phil 3",
    "readers-writers",
];

fn executions(criterion: &mut Criterion) {
    let searches = [ours::DFS, ours::DPOR, shuttle::DFS, loom::REPEATED];
    let methods = [ours::SAMPLERS, shuttle::SAMPLERS, &searches].concat();
    for (index, program) in programs().iter().enumerate() {
        if !PROGRAMS.contains(&program.name) {
            continue;
        }
        let mut group = criterion.benchmark_group(program.name);
        group.throughput(Throughput::Elements(1));
        group.sample_size(20);
        group.warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_secs(1));
        for method in &methods {
            let id = BenchmarkId::new(method.engine, method.name);
            group.bench_function(id, |bencher| {
                bencher.iter_custom(|count| repeat(method, index, count));
            });
        }
        group.finish();
    }
}

/// The time of `count` executions. A search that ends before begins anew.
fn repeat(method: &Method, program: usize, count: u64) -> Duration {
    let mut time = Duration::ZERO;
    let mut done = 0;
    while done < count {
        let limits = Limits {
            executions: count - done,
            time: Duration::MAX,
        };
        let trial = (method.run)(program, Variant::Right, count, limits);
        assert_ne!(trial.end, End::Failed, "what is right was failed");
        done += trial.executions;
        time += trial.elapsed;
    }
    // Loom may have done a few more.
    #[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    time.mul_f64(count as f64 / done as f64)
}

criterion_group!(benches, executions);
criterion_main!(benches);
