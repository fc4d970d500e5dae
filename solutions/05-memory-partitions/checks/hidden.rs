// canary: 757fb8b7e55c2825d93530ccd61fd55e
//! The hidden checks of exercise 05.

use kit::prelude::*;

mod model;

kit::checks![large_memory, small_programs];

#[cfg(driver)]
mod scenarios {
    use std::cell::RefCell;

    use super::model::{Beginning, PIDS, is_looked_at, pids};
    use super::*;
    use crate::public::{
        Ask, Row,
        scenarios::{answer, ask},
    };
    use kit::programs;
    use memory_partitions::Memory;

    /// A generated program: calls one after the other, and how the memory stands after each.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<Beginning, Ask>(case);
        let size = program.object.size;
        let mut memory = Memory::new(size);
        for call in &program.object.calls {
            ask(&mut memory, size, PIDS, call);
        }
        let memory = RefCell::new(memory);
        let act = |call: &Ask| json!(ask(&mut memory.borrow_mut(), size, PIDS, call));
        programs::perform(&program.last, &act);
    }

    /// Many calls; only some of them are looked at closely.
    pub fn large_memory(case: &Case) {
        let row: Row = case.get();
        let mut memory = Memory::new(row.size);
        for (index, call) in row.calls.iter().enumerate() {
            if is_looked_at(index, row.calls.len()) {
                mark(
                    "all",
                    ask(&mut memory, row.size, pids(row.calls.len()), call),
                );
            } else {
                mark("answer", answer(&mut memory, call));
            }
        }
    }
}

#[cfg(verdict)]
mod oracles {
    use super::model::{Partitions, State, is_looked_at, large_calls, many_calls, pids};
    use super::*;
    use crate::public::{Ask, Row, Step};

    pub fn large_memory() -> Oracle {
        Oracle::new()
            .cases(|seed| {
                let calls = many_calls(&mut Random::new(seed ^ 0x1a26e));
                let row = |size, calls| Row { size, calls };
                vec![row(70_000, large_calls()), row(6_000, calls)]
            })
            .always(
                "However many processes there are, each call does what the rules say.",
                "无论有多少进程，每次调用都符合规则。",
                |history| {
                    let row: Row = history.case();
                    let mut answers = history.values::<String>("answer").into_iter();
                    let mut all = history.values::<Step>("all").into_iter();
                    let mut state = State::of(row.size);
                    for (index, call) in row.calls.iter().enumerate() {
                        let right = state.answer(call);
                        let is_right = if is_looked_at(index, row.calls.len()) {
                            let right = state.step(right.clone(), pids(row.calls.len()));
                            all.next().is_some_and(|step: Step| step == right)
                        } else {
                            answers.next().is_some_and(|answer| answer == right)
                        };
                        if !is_right {
                            return Err(differs(index, call, &right));
                        }
                    }
                    Ok(())
                },
            )
    }

    fn differs(index: usize, call: &Ask, answer: &str) -> Text {
        let call = call.written("m");
        Text::new(
            format!(
                "Call {index} of a long row, {call}, gives another result than {answer}, or leaves the memory in another state."
            ),
            format!(
                "一长串调用中的第 {index} 次 {call}：返回值不是 {answer}，或者之后的内存状态不对。"
            ),
        )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever is called in whatever order, results, processes, holes and bytes are those of the rules.",
            "无论以什么次序调用，返回值、进程、空闲区和字节都符合规则。",
            Partitions,
        )
    }
}
