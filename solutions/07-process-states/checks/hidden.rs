// canary: cab47c5bada28279d5bf7b43160b9997
//! The hidden checks of exercise 07.

#[cfg(verdict)]
use kit::prelude::*;

kit::checks![refuses_what_is_illegal, long_days];

#[cfg(driver)]
mod scenarios {
    pub use crate::public::scenarios::{drive as long_days, drive as refuses_what_is_illegal};
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

    pub fn long_days() -> Oracle {
        Oracle::new()
            .cases(|seed| (0..20).map(|day| generate(seed * 100 + day)).collect())
            .always(
                "All rules hold, whatever is asked, for as long as it is asked.",
                "无论提出什么请求、持续多久，所有规则都成立。",
                agrees_in_all,
            )
    }

    /// A day of random requests.
    fn generate(seed: u64) -> Day {
        let mut random = Random::new(seed);
        let cpus = 1 + random.index(3);
        let request = |_| {
            let cpu = random.index(cpus + 1);
            let pid = random.below(10) as u32;
            match random.below(12) {
                0..3 => Admit(pid, random.below(3) as u8),
                3..6 => Dispatch(cpu),
                6..8 => Preempt(cpu),
                8..10 => Block(cpu),
                10 => Wake(pid),
                _ if pid < 3 => Exit(cpu),
                _ => Wake(pid),
            }
        };
        Day {
            cpus,
            requests: (0..60).map(request).collect(),
        }
    }
}
