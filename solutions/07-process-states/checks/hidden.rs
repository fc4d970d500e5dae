// canary: cab47c5bada28279d5bf7b43160b9997
//! The hidden checks of exercise 07.

use kit::prelude::*;

mod model;

kit::checks![refuses_what_is_illegal, small_programs];

#[cfg(driver)]
mod scenarios {
    use std::cell::RefCell;

    use super::model::{Beginning, CROWD, Call, TURNS, crowd_priority, numbers, told};
    use super::*;
    use kit::programs;
    use process_states::Scheduler;

    pub use crate::public::scenarios::drive as refuses_what_is_illegal;

    /// A generated program: requests one after the other, and how things stand after each.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<Beginning, Call>(case);
        let cpus = program.object.cpus;
        let mut scheduler = Scheduler::new(cpus);
        for call in &program.object.calls {
            ask(&mut scheduler, call);
        }
        let scheduler = RefCell::new(scheduler);
        let act = |call: &Call| {
            let mut scheduler = scheduler.borrow_mut();
            let answer = ask(&mut scheduler, call);
            let running = |cpu| Some((cpu, scheduler.running(cpu)?));
            let running: Vec<(usize, u32)> = (0..=cpus).filter_map(running).collect();
            let pcbs: Vec<_> = numbers().filter_map(|pid| scheduler.pcb(pid)).collect();
            let states: Vec<_> = pcbs.iter().map(|pcb| format!("{:?}", pcb.state)).collect();
            let mut all: Vec<_> = pcbs
                .iter()
                .zip(&states)
                .map(|(pcb, state)| (pcb.pid, pcb.priority, &**state))
                .collect();
            all.sort_unstable();
            json!(told(&answer, &scheduler.ready(), &running, &all))
        };
        programs::perform(&program.last, &act);
    }

    fn ask(scheduler: &mut Scheduler, call: &Call) -> String {
        match call {
            Call::Admit(pid, priority) => format!("{:?}", scheduler.admit(*pid, *priority)),
            Call::Dispatch(cpu) => format!("{:?}", scheduler.dispatch(*cpu)),
            Call::Preempt(cpu) => format!("{:?}", scheduler.preempt(*cpu)),
            Call::Block(cpu) => format!("{:?}", scheduler.block(*cpu)),
            Call::Wake(pid) => format!("{:?}", scheduler.wake(*pid)),
            Call::Exit(cpu) => format!("{:?}", scheduler.exit(*cpu)),
            Call::AdmitCrowd => {
                let all = CROWD.map(|pid| scheduler.admit(pid, crowd_priority(pid)));
                format!("{} done", all.filter(Result::is_ok).count())
            }
            Call::TakeTurns => {
                let turn = |_| {
                    let _ = scheduler.preempt(0);
                    scheduler.dispatch(0)
                };
                format!("{:?}", (0..TURNS).map(turn).collect::<Vec<_>>())
            }
            // Longer than any line is, so that a scheduler that repeats itself comes to an end.
            Call::RunAll => {
                let next = |_| {
                    let pid = scheduler.dispatch(0)?;
                    let _ = scheduler.exit(0);
                    Some(pid)
                };
                format!("{:?}", (0..400).map_while(next).collect::<Vec<_>>())
            }
        }
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::{Day, Request, Step, oracles::agrees};
    use Request::{Admit, Block, Dispatch, Exit, Preempt, Wake};

    /// Compares every part of every step with the rules.
    fn agrees_in_all(history: &History) -> Result<(), Text> {
        let all = |step: &Step| {
            (
                step.answer.clone(),
                step.states.clone(),
                step.running.clone(),
                step.ready.clone(),
            )
        };
        let what = (
            "(the answer, the states, who runs, the line)",
            "（返回值，状态，谁在运行，就绪队列）",
        );
        agrees(history, all, what)
    }

    pub fn refuses_what_is_illegal() -> Oracle {
        let requests = vec![
            Preempt(0),
            Block(1),
            Exit(7),
            Dispatch(0),
            Wake(4),
            Admit(4, 3),
            Admit(4, 9),
            Wake(4),
            Dispatch(5),
            Dispatch(1),
            Wake(4),
            Admit(4, 0),
            Block(1),
            Block(1),
            Wake(4),
            Wake(4),
            Dispatch(0),
            Exit(0),
            Wake(4),
            Exit(0),
        ];
        Oracle::new()
            .cases(move |_| {
                vec![Day {
                    cpus: 2,
                    requests: requests.clone(),
                }]
            })
            .always(
                "A request that the rules do not allow gives its `Refusal` and changes nothing.",
                "规则不允许的请求会得到相应的 `Refusal`，并且什么都不改变。",
                agrees_in_all,
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever is asked in whatever order, answers, states, CPUs and the line are those of the rules.",
            "无论以什么次序提出什么请求，返回值、状态、CPU 和就绪队列都符合规则。",
            super::model::Processes,
        )
    }
}
