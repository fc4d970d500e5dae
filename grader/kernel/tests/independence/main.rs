//! Calls that are said to be independent come to the same in either order: random programs bring a
//! kernel into some state, and then two processes make a step each.

mod fixed;
mod moves;
mod scene;

use std::sync::atomic::{AtomicUsize, Ordering};

use kernel::{Accesses, FIRST, Kernel, Pid, SystemCall};
use proptest::{
    prelude::*,
    test_runner::{TestError, TestRunner},
};

use moves::{Move, a_move};
use scene::scene;

/// Whether a process can make a step.
fn is_possible(kernel: &Kernel, pid: Pid, step: &Move) -> bool {
    if kernel.is_over(pid) {
        return matches!(step, Move::FinishExit) && kernel.is_exiting(pid);
    }
    let has_signal = kernel.next_signal(pid).is_some();
    match step {
        Move::TakeSignal => has_signal,
        _ if has_signal || kernel.is_stopped(pid) => false,
        Move::Fork | Move::Exit => true,
        Move::FinishExit => false,
        Move::Call(call) => {
            let request = call.request();
            request.is_none_or(|request| kernel.waits_for(pid, &request).is_none())
        }
    }
}

/// What a step touches.
fn accesses(kernel: &Kernel, pid: Pid, step: &Move) -> Accesses {
    match step {
        Move::Call(call) => kernel.accesses(pid, call),
        Move::Fork => kernel.fork_accesses(pid),
        Move::Exit => kernel.begin_exit_accesses(pid),
        Move::FinishExit => kernel.finish_exit_accesses(pid),
        Move::TakeSignal => kernel.take_signal_accesses(pid),
    }
}

/// Makes a step, and says what it gives.
fn make(kernel: &mut Kernel, pid: Pid, step: &Move) -> String {
    match step {
        Move::Call(call) => format!("{:?}", kernel.call(pid, call)),
        Move::Fork => format!("{:?}", kernel.fork(pid)),
        Move::Exit => {
            kernel.begin_exit(pid, 0);
            String::new()
        }
        Move::FinishExit => format!("{:?}", kernel.finish_exit(pid)),
        Move::TakeSignal => format!("{:?}", kernel.take_signal(pid)),
    }
}

fn depend(one: &Accesses, other: &Accesses) -> bool {
    one.iter().any(|(part, access)| {
        let mut same = other.iter().filter(|(other, _)| other == part);
        same.any(|(_, other)| access.depends_on(*other))
    })
}

/// Two steps of different processes, or of threads of one process, that are independent of each other, if
/// they are.
///
/// The second one counts as independent if it is so before the first one, or after it.
fn check(kernel: &Kernel, first: (Pid, &Move), second: (Pid, &Move)) -> Result<bool, String> {
    let [(p, one), (q, other)] = [first, second];
    if !is_possible(kernel, p, one) {
        return Ok(false);
    }
    let by_one = accesses(kernel, p, one);
    let before = is_possible(kernel, q, other);
    let mut after_one = kernel.clone();
    let gives_one = make(&mut after_one, p, one);
    let after = is_possible(&after_one, q, other);
    let is_independent = (before && !depend(&by_one, &accesses(kernel, q, other)))
        || (after && !depend(&by_one, &accesses(&after_one, q, other)));
    if !before
        && after
        && let Move::Call(call) = other
        && let Some(request) = call.request()
        && kernel.waits_for(q, &request).is_some()
        && !kernel.is_stopped(q)
        && kernel.next_signal(q).is_none()
        && !depend(&by_one, &kernel.awaited(q, &request))
    {
        return Err("it lets a call go on that does not await it".into());
    }
    if !is_independent {
        return Ok(false);
    }
    if !before || !after {
        return Err(format!(
            "the second is possible before: {before}, and after: {after}"
        ));
    }
    let mut after_other = kernel.clone();
    let gives_other = make(&mut after_other, q, other);
    if !is_possible(&after_other, p, one) {
        return Err("the second makes the first impossible".into());
    }
    let then_other = make(&mut after_one, q, other);
    let then_one = make(&mut after_other, p, one);
    if (&gives_one, &gives_other) != (&then_one, &then_other) {
        return Err(format!(
            "{gives_one} and then {then_other}, but {gives_other} and then {then_one}"
        ));
    }
    let [one, other] = [after_one, after_other].map(|kernel| kernel.snapshot());
    if one != other {
        let lines = one.lines().zip(other.lines());
        let different: Vec<_> = lines.filter(|(one, other)| one != other).collect();
        return Err(format!("different states: {different:#?}"));
    }
    Ok(true)
}

/// A program, and pairs of steps that are made after it.
type Program = (Vec<(usize, Move)>, Vec<(usize, Move, usize, Move)>);

fn program() -> impl Strategy<Value = Program> {
    let (_, objects) = scene();
    let step = move || a_move(&objects);
    let steps = prop::collection::vec((0..8usize, step()), 0..50);
    let pairs = prop::collection::vec((0..8usize, step(), 0..8usize, step()), 80);
    (steps, pairs)
}

static COMPARED: AtomicUsize = AtomicUsize::new(0);

fn compare((steps, pairs): Program) -> Result<(), TestCaseError> {
    let (mut kernel, _) = scene();
    let children = steps.len() % 3 + 1;
    for _ in 0..children {
        kernel.fork(FIRST)?;
    }
    for (who, step) in &steps {
        let living = kernel.living();
        // A signal is taken as soon as it comes, so that programs come further.
        let Some(pid) = living.get(who % living.len().max(1)).copied() else {
            break;
        };
        if kernel.next_signal(pid).is_some() && who % 2 == 0 {
            kernel.take_signal(pid);
        } else if is_possible(&kernel, pid, step) && !matches!(step, Move::Exit)
            || who % 5 == 0 && is_possible(&kernel, pid, step)
        {
            make(&mut kernel, pid, step);
        }
    }
    for (p, one, q, other) in &pairs {
        let living = kernel.living();
        if living.len() < 2 {
            break;
        }
        let first = living[p % living.len()];
        let second = living[q % living.len()];
        // Two threads of a process make calls, and no thread begins or ends a process for the other.
        let is_call = |step: &Move| matches!(step, Move::Call(call) if !matches!(call, SystemCall::Exec { .. }));
        let are_calls = is_call(one) && is_call(other);
        if first == second && !are_calls {
            continue;
        }
        match check(&kernel, (first, one), (second, other)) {
            Ok(compared) => {
                COMPARED.fetch_add(compared.into(), Ordering::Relaxed);
            }
            Err(problem) => {
                return Err(TestCaseError::fail(format!(
                    "{first}: {one:?}, {:?}\n{second}: {other:?}, {:?}\n{problem}",
                    accesses(&kernel, first, one),
                    accesses(&kernel, second, other),
                )));
            }
        }
    }
    Ok(())
}

#[test]
fn independent_steps_come_to_the_same_in_either_order() {
    let config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 3000,
        // Each makes many pairs.
        cases: ProptestConfig::default().cases / 4,
        ..ProptestConfig::default()
    };
    let cases = config.cases as usize;
    let mut runner = TestRunner::new(config);
    match runner.run(&program(), compare) {
        Ok(()) => {}
        Err(TestError::Fail(problem, (steps, _))) => panic!("{problem}\nafter {steps:?}"),
        Err(problem) => panic!("{problem}"),
    }
    let compared = COMPARED.load(Ordering::Relaxed);
    assert!(compared > cases * 3, "only {compared} pairs were compared");
}
