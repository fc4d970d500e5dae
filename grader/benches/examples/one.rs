//! Throughput by processor time.
use interleave_benches::{Limits, Variant, backend};
use std::time::Duration;
fn main() {
    let time: u64 = std::env::args()
        .nth(1)
        .and_then(|a| a.parse().ok())
        .unwrap_or(150);
    for program in [0usize, 1, 3, 4, 7, 10, 11, 12] {
        for method in [
            &backend::ours::SAMPLERS[0],
            &backend::ours::DFS,
            &backend::ours::DPOR,
        ] {
            let mut executions = 0u64;
            let mut elapsed = Duration::ZERO;
            let mut seed = 1;
            while elapsed < Duration::from_millis(time) {
                let limits = Limits {
                    executions: 2_000_000,
                    time: Duration::from_millis(time),
                };
                let trial = (method.run)(program, Variant::Right, seed, limits);
                executions += trial.executions;
                elapsed += trial.elapsed;
                seed += 1;
            }
            println!(
                "{program} {} {:.1}",
                method.name,
                executions as f64 / elapsed.as_secs_f64()
            );
        }
    }
}
