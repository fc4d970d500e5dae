//! Writes a program in Rust, so that a student can paste it into a `main.rs` of their own, or keep
//! it as a test.

use std::fmt::Write as _;

use super::{
    Model, Own, Program, Words,
    machine::Machine,
    results::{Results, results},
};

/// How long a test repeats a program with threads, in seconds: a rare order needs many runs.
const REPEATS: u64 = 3;

/// How long a test waits for one run of its program, in seconds.
const ENDS: u64 = 10;

/// The same if a thread may have to wait forever: it then only goes on if there is a mistake.
const GOES_ON: u64 = 1;

/// The program as a `main.rs`.
pub(super) fn source<M: Model>(model: &M, program: &Program<M::Object, M::Call>) -> String {
    let made = made(model, program);
    let mut text = format!("{}\n\nfn main() {{\n{made}", model.words().imports);
    let said = |call: &M::Call| format!("let _ = {};", model.written(call));
    if !program.threads.is_empty() {
        text.push_str("    std::thread::scope(|scope| {\n");
        for calls in &program.threads {
            text.push_str("        scope.spawn(|| {\n");
            text.push_str(&own(model, calls, "            "));
            for call in calls {
                let _ = writeln!(text, "            {}", said(call));
            }
            text.push_str("        });\n");
        }
        text.push_str("    });\n");
    }
    text.push_str(&own(model, &program.last, "    "));
    for call in &program.last {
        let _ = writeln!(text, "    {}", said(call));
    }
    text.push_str("}\n");
    text
}

/// The program as a test: real threads run it again and again, with pauses that differ, and each
/// time the results must be some that the model allows.
pub(super) fn test<M: Model>(
    model: &M,
    program: &Program<M::Object, M::Call>,
    machine: &Machine,
) -> String {
    let all: Vec<&M::Call> = program.calls().collect();
    let results = results(machine, &|call, value| match model.printed(all[call]) {
        Some(printed) => printed(value),
        None => NOT_PRINTED.to_owned(),
    });
    let may_be_stuck = results.as_ref().is_some_and(|results| results.may_be_stuck);
    let (timeout, seconds) = if may_be_stuck {
        ("return", GOES_ON)
    } else {
        ("panic!(\"the program does not end\")", ENDS)
    };
    let mut text = format!("{}\n\n{SUPPORT}", model.words().imports);
    let _ = write!(
        text,
        "fn program(run: u32) -> Vec<Observed> {{\n{}}}\n",
        body(model, program)
    );
    let repeats = if program.threads.is_empty() {
        0
    } else {
        REPEATS
    };
    let judged = results.as_ref().map_or("drop(calls)", |_| JUDGED);
    let _ = write!(
        text,
        "
#[test]
fn the_results_are_allowed() {{
{}    let end = std::time::Instant::now() + std::time::Duration::from_secs({repeats});
    for run in (0..).take_while(|run| *run == 0 || std::time::Instant::now() < end) {{
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || sender.send(program(run)));
        match receiver.recv_timeout(std::time::Duration::from_secs({seconds})) {{
            Ok(calls) => {judged},
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {timeout},
            Err(_) => panic!(\"a thread panicked\"),
        }}
    }}
}}
",
        allowed(results.as_ref())
    );
    text
}

/// What stands for a result that is not compared.
const NOT_PRINTED: &str = "…";

/// What every test needs.
///
/// Paths are whole, because what the model imports may have the same names.
const SUPPORT: &str = "\
/// A call that was made: what it gave, and when it began and ended.
#[derive(Debug)]
struct Observed {
    result: String,
    began: usize,
    ended: usize,
}

/// Counts beginnings and ends of calls.
fn now() -> usize {
    static CLOCK: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    CLOCK.fetch_add(1, std::sync::atomic::Ordering::SeqCst)
}

/// Makes a call after a pause that differs from run to run, so that calls come in many orders.
fn observe(calls: &mut Vec<Observed>, (run, number): (u32, u32), call: impl FnOnce() -> String) {
    let drawn = (run ^ number.wrapping_mul(0x9E37_79B9)).wrapping_mul(0x85EB_CA6B) >> 16;
    std::thread::sleep(std::time::Duration::from_millis(u64::from(drawn % 4)));
    let began = now();
    let result = call();
    calls.push(Observed { result, began, ended: now() });
}

/// Whether calls may have taken effect in this order: none had ended before an earlier one began.
fn is_possible(order: &[usize], calls: &[Observed]) -> bool {
    let mut places = order.iter().enumerate();
    places.all(|(place, later)| {
        order[..place].iter().all(|earlier| calls[*earlier].began < calls[*later].ended)
    })
}

";

const JUDGED: &str = "assert!(
                allowed.iter().any(|(order, results)| {
                    is_possible(order, &calls) && calls.iter().map(|call| &*call.result).eq(results.iter().copied())
                }),
                \"the rules do not allow these results: {calls:#?}\",
            )";

/// The list of what is allowed.
fn allowed(results: Option<&Results>) -> String {
    let Some(results) = results else {
        return "    // Too many orders are allowed to be listed here.\n".to_owned();
    };
    let list = |(order, results): &(Vec<usize>, Vec<String>)| {
        format!("        (&{order:?}, &{results:?}),\n")
    };
    let lists: String = results.allowed.iter().map(list).collect();
    let comment = match (results.may_be_stuck, results.allowed.is_empty()) {
        (true, true) => "The rules make a thread wait forever, so there are no results.",
        (true, false) => "The orders of the calls that let all threads end, and their results.",
        (false, _) => "All orders of the calls of the threads, and the results that they allow.",
    };
    format!("    // {comment}\n    let allowed: &[(&[usize], &[&str])] = &[\n{lists}    ];\n")
}

/// The program as the body of a function that gives the calls that were made.
fn body<M: Model>(model: &M, program: &Program<M::Object, M::Call>) -> String {
    let mut text = made(model, program);
    text.push_str("    let mut calls = Vec::new();\n");
    let mut number = 0;
    let mut observed = |call: &M::Call| {
        let written = model.written(call);
        let result = match model.printed(call) {
            Some(_) => format!("format!(\"{{:?}}\", {written})"),
            None => format!("{{ let _ = {written}; {NOT_PRINTED:?}.to_owned() }}"),
        };
        number += 1;
        format!("observe(&mut calls, (run, {number}), || {result});")
    };
    if !program.threads.is_empty() {
        text.push_str("    std::thread::scope(|scope| {\n        let threads = [\n");
        for calls in &program.threads {
            text.push_str("            scope.spawn(|| {\n");
            text.push_str(&own(model, calls, "                "));
            text.push_str("                let mut calls = Vec::new();\n");
            for call in calls {
                let _ = writeln!(text, "                {}", observed(call));
            }
            text.push_str("                calls\n            }),\n");
        }
        text.push_str("        ];\n        for thread in threads {\n            ");
        text.push_str("calls.extend(thread.join().expect(\"no thread panics\"));\n        }\n");
        text.push_str("    });\n");
    }
    text.push_str(&own(model, &program.last, "    "));
    for call in &program.last {
        let _ = writeln!(text, "    {}", observed(call));
    }
    text.push_str("    calls\n");
    text
}

fn made<M: Model>(model: &M, program: &Program<M::Object, M::Call>) -> String {
    let Words { name, .. } = model.words();
    format!("    let {name} = {};\n", model.made(&program.object))
}

/// What a thread has for itself, if one of its calls uses it.
fn own<M: Model>(model: &M, calls: &[M::Call], indent: &str) -> String {
    let Some(Own { name, made }) = M::OWN else {
        return String::new();
    };
    let uses = |call| model.written(call).contains(name);
    if calls.iter().any(uses) {
        format!("{indent}let mut {name} = {made};\n")
    } else {
        String::new()
    }
}
