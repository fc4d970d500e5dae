//! By which calls of functions processes come to their system calls.

use interleave::{CallStack, Config, Executed, OpKind, Schedule, run, strategy::Follow};
use kernel::Limits;

use crate::{
    calls::{close, fork, pipe, read, wait, write},
    harness::{Test, memory},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_stack_has_the_caller_in_each_process", callers),
    ("an_execution_that_is_not_traced_has_no_stacks", untraced),
    ("a_deep_stack_is_cut_and_its_innermost_part_is_kept", deep),
    ("a_stack_ends_where_it_begins", ends),
];

#[inline(never)]
fn ask_for(fd: i32) -> String {
    let text = read(fd);
    std::hint::black_box(text)
}

/// Executes a program again and again: processes that are remembered have the stacks that they had.
fn execute(traced: bool, program: fn()) -> Executed {
    let stacks = |executed: &Executed| -> Vec<CallStack> {
        let steps = executed.trace.iter();
        steps.map(|step| step.stack.clone()).collect()
    };
    // All begin in this line, which is on the stacks as well.
    let mut executions: Vec<Executed> = Vec::new();
    for _ in 0..4 {
        executions.push(execute_once(traced, program));
    }
    let first = executions.swap_remove(0);
    assert!(executions.iter().all(|next| stacks(next) == stacks(&first)));
    first
}

fn execute_once(traced: bool, program: fn()) -> Executed {
    let config = Config {
        traced,
        ..Config::default()
    };
    run(
        config,
        &mut Follow::loosely(Schedule::default()),
        move || {
            let of = memory((program as *const ()).addr() as u64);
            processes::stage(Limits::default(), of).expect("shared memory");
            program();
        },
    )
}

/// The names of the functions on the stacks of the steps with this call.
fn stacks(executed: &Executed, call: &str) -> Vec<Vec<String>> {
    let steps = executed.trace.iter().filter(
        |step| matches!(step.op.kind, OpKind::System(_, operation) if operation.name() == call),
    );
    let names = |&address: &usize| {
        let mut names = Vec::new();
        backtrace::resolve(std::ptr::without_provenance_mut(address), |symbol| {
            names.extend(symbol.name().map(|name| name.to_string()));
        });
        names
    };
    let stacks = steps.map(|step| step.stack.addresses().iter().flat_map(names).collect());
    stacks.collect()
}

fn has(stack: &[String], name: &str) -> bool {
    stack.iter().any(|function| function.contains(name))
}

fn program() {
    let [from, to] = pipe();
    let child = fork(move || {
        wait(fork(move || {
            write(to, "x");
            0
        }));
        ask_for(from);
        0
    });
    wait(child);
    close(from);
}

fn callers() {
    let executed = execute(true, program);
    let reads = stacks(&executed, "read");
    assert!(!reads.is_empty());
    assert!(reads.iter().all(|stack| has(stack, "ask_for")), "{reads:?}");
    let writes = stacks(&executed, "write");
    assert!(!writes.is_empty());
    assert!(
        writes.iter().all(|stack| has(stack, "stacks::program")),
        "{writes:?}"
    );
}

fn untraced() {
    assert!(execute(false, program).trace.is_empty());
}

#[inline(never)]
fn down(depth: u32, fd: i32) {
    if depth == 0 {
        write(fd, "x");
    } else {
        down(depth - 1, fd);
    }
    std::hint::black_box(fd);
}

fn deep() {
    let executed = execute(true, || {
        let [from, to] = pipe();
        wait(fork(move || {
            down(2000, to);
            0
        }));
        close(from);
    });
    let writes = stacks(&executed, "write");
    assert!(!writes.is_empty());
    for stack in writes {
        assert!(
            has(&stack[..stack.len().min(40)], "stacks::down"),
            "{stack:?}"
        );
        assert!(!has(&stack, "stacks::execute"));
    }
}

fn ends() {
    // A thread of the engine runs on a stack of its own. Below that is whoever resumed it.
    let executed = execute(true, || {
        let thread = interleave::objects::thread::spawn(
            None,
            std::panic::Location::caller(),
            Box::new(|| {
                let [from, to] = pipe();
                close(from);
                close(to);
            }),
        );
        interleave::objects::thread::join(thread, std::panic::Location::caller());
    });
    let closes = stacks(&executed, "close");
    assert_eq!(closes.len(), 2);
    for stack in closes {
        assert!(has(&stack, "stacks::ends"), "{stack:?}");
    }
}
