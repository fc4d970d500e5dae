//! Measures everything and writes the tables of `docs/benchmarks.md` anew.
//!
//!     cargo run --release -p interleave-benches --bin report
//!
//! With `--quick` it takes under a minute and only prints its tables.

use std::{
    io::{self, Write},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use interleave_benches::{
    Limits, Method, Variant,
    backend::{loom, ours, programs, shuttle, silence_panics},
    measure::{Effort, UntilFound, throughput, until_found},
    tables::{Table, found, rate, ratio, searched},
};

const FULL: Effort = Effort {
    rounds: 11,
    round: Duration::from_millis(100),
    seeds: 1000,
    executions: 10_000,
    seeding: Duration::from_secs(3),
    search: Duration::from_secs(8),
};

const QUICK: Effort = Effort {
    rounds: 3,
    round: Duration::from_millis(20),
    seeds: 20,
    executions: 2_000,
    seeding: Duration::from_millis(100),
    search: Duration::from_millis(200),
};

/// The programs of the throughput table.
const FOR_THROUGHPUT: [&str; 8] = [
    "racy-inc",
    "queue 1",
    "queue 3",
    "phil 3",
    "phil 8",
    "reorder 10",
    "two-stage",
    "readers-writers",
];
/// Programs whose whole search nobody finishes; the smaller ones say as much.
const NEVER_ENDING: [&str; 3] = ["queue 3", "phil 8", "reorder 10"];

const BEGIN: &str = "<!-- engine:begin -->";
const END: &str = "<!-- engine:end -->";

fn main() -> io::Result<()> {
    if loom::serve() {
        return Ok(());
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if quick { QUICK } else { FULL };
    silence_panics();
    // Shuttle writes about each failure to standard error and cannot be told not to.
    rustix::stdio::dup2_stderr(fs_err::File::create("/dev/null")?)?;
    let start = Instant::now();
    let mut text = environment(effort);
    text += "\n### Executions per second\n\n";
    text += &throughputs(effort).markdown();
    text += "\n### Executions and time until a sampler finds the bug\n\n";
    text += &samplers(effort).markdown();
    text += "\n### Executions and time until a search finds the bug\n\n";
    text += &searches(effort, Variant::Wrong).markdown();
    text += "\n### Executions and time of a whole search\n\n";
    text += &searches(effort, Variant::Right).markdown();
    writeln!(io::stdout(), "{text}")?;
    writeln!(io::stdout(), "Measured in {:.0?}.", start.elapsed())?;
    if quick { Ok(()) } else { update(&text) }
}

/// Where and with what this was measured.
fn environment(effort: Effort) -> String {
    let lock = include_str!("../../../../Cargo.lock");
    let version = |name: &str| {
        let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        rest.split('"').next()
    };
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map_or_else(
        |_| "an unknown rustc".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    );
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "Measured by `cargo run --release -p interleave-benches --bin report` with interleave \
         {}, shuttle {}, loom {}, {rustc}, on one of {cores} cores; times are processor time. \
         Throughput: medians of {} \
         rounds, in which every method takes its turn. Samplers: at most {} seeds of at most {} \
         executions, and no new seed after {:?}. Searches: at most {:?} on the wall.\n",
        env!("CARGO_PKG_VERSION"),
        version("shuttle").unwrap_or("of unknown version"),
        version("loom").unwrap_or("of unknown version"),
        effort.rounds,
        effort.seeds,
        effort.executions,
        effort.seeding,
        effort.search,
    )
}

fn throughputs(effort: Effort) -> Table {
    let searches = [ours::DFS, ours::DPOR, shuttle::DFS, loom::REPEATED];
    let methods = [ours::SAMPLERS, shuttle::SAMPLERS, &searches].concat();
    let at = |engine: &str, name: &str| {
        let wanted = |method: &Method| method.engine == engine && method.name == name;
        methods.iter().position(wanted)
    };
    let more = [
        "random: ours / shuttle",
        "our DFS / loom",
        "our DPOR / loom",
    ];
    let mut table = Table::of(&methods, &more);
    for (index, program) in programs().iter().enumerate() {
        if !FOR_THROUGHPUT.contains(&program.name) {
            continue;
        }
        let rates = throughput(&methods, index, effort);
        let of = |engine, name| at(engine, name).and_then(|at| rates[at]);
        let ratios = [
            ratio(of("ours", "random"), of("shuttle", "random")),
            ratio(of("ours", "DFS"), of("loom", "DPOR")),
            ratio(of("ours", "DPOR"), of("loom", "DPOR")),
        ];
        table.row(program, rates.iter().map(|&cell| rate(cell)).chain(ratios));
    }
    table
}

fn samplers(effort: Effort) -> Table {
    let methods = [ours::SAMPLERS, shuttle::SAMPLERS].concat();
    let more = ["portfolio / best of shuttle", "the same in time"];
    let mut table = Table::of(&methods, &more);
    for (index, program) in programs().iter().enumerate() {
        let measured = |method| until_found(method, index, effort);
        let results: Vec<_> = methods.iter().map(measured).collect();
        let portfolio = methods.iter().position(|method| method.name == "portfolio");
        let portfolio = portfolio.map(|at| &results[at]);
        let peers = methods.iter().zip(&results);
        let peers = peers.filter(|(method, _)| method.engine == "shuttle");
        // Who missed it with some seed is not the best; if all did, there is none.
        let best = |of: fn(&UntilFound) -> f64| {
            let all = peers.clone().map(|(_, result)| result);
            let all = all.filter(|result| result.found == result.tried);
            all.map(of).min_by(f64::total_cmp)
        };
        let compared = |of: fn(&UntilFound) -> f64| {
            let here = portfolio.filter(|result| result.found == result.tried);
            ratio(here.map(of), best(of))
        };
        let ratios = [compared(|r| r.executions), compared(|r| r.seconds)];
        table.row(program, results.iter().map(found).chain(ratios));
    }
    table
}

fn searches(effort: Effort, variant: Variant) -> Table {
    let methods = [ours::SEARCHES, shuttle::SEARCHES, loom::SEARCHES].concat();
    // The end of a search with few preemptions is not the end of all schedules.
    let methods: Vec<_> = methods
        .into_iter()
        .filter(|method| variant == Variant::Wrong || method.is_whole())
        .collect();
    let limits = Limits {
        executions: u64::MAX,
        time: effort.search,
    };
    let mut table = Table::of(&methods, &[]);
    for (index, program) in programs().iter().enumerate() {
        if variant == Variant::Right && NEVER_ENDING.contains(&program.name) {
            continue;
        }
        let search = |method: &Method| {
            let trial = (method.run)(index, variant, 0, limits);
            searched(&trial, variant, method.is_whole())
        };
        table.row(program, methods.iter().map(search));
    }
    table
}

/// Puts the tables between their marks in the document.
fn update(text: &str) -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/benchmarks.md");
    let document = fs_err::read_to_string(&path)?;
    let parts = document.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let (before, after) =
        parts.ok_or_else(|| io::Error::other("the document has no marks for the tables"))?;
    fs_err::write(&path, format!("{before}{BEGIN}\n{text}{END}{after}"))
}
