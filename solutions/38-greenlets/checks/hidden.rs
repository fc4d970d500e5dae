// canary: e5b9ad25bcee7bdfe2f21f07c47def60
//! The hidden checks of exercise 38.

use kit::prelude::*;

mod model;

kit::checks![small_programs, keeps_deep_stacks, goes_on_when_help_comes,];

#[cfg(driver)]
mod scenarios {
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
    };

    use super::*;
    use crate::public::scenarios::follow_rounds;
    use greenlets::{Here, Scheduler, Stuck};
    use kit::programs;
    use model::{Act, Call, value_of};

    /// What the tasks have done since `run` was called.
    #[derive(Clone, Default)]
    struct Log(Rc<RefCell<Vec<String>>>, Rc<Cell<usize>>);

    impl Log {
        fn say(&self, what: String) {
            self.1.set(self.1.get() + 1);
            assert!(self.1.get() < 50_000, "the tasks go on for ever");
            self.0.borrow_mut().push(what);
        }
    }

    /// Does the first thing, and the others one call deeper.
    fn act(here: &Here<'_, i64>, acts: &[Act], log: &Log) {
        let Some((first, others)) = acts.split_first() else {
            return;
        };
        let id = here.id();
        let value = i64::try_from(others.len()).unwrap_or(0);
        let send = |to| match here.send(to, value) {
            Ok(()) => format!("sends to {to}: true"),
            Err(back) if back == value => format!("sends to {to}: false"),
            Err(back) => format!("sends to {to}, and {back} comes back"),
        };
        let said = match first {
            Act::Pause => {
                here.pause();
                "has paused".to_owned()
            }
            Act::Receive => format!("receives {:?}", here.receive()),
            Act::Send(to) => send(*to),
            Act::SendToItself => send(id),
            Act::Spawn(acts) => format!("spawns {}", here.spawn(task(acts, log))),
            Act::SpawnMany(count) => {
                let all = (0..*count).map(|_| here.spawn(task(&[Act::Pause], log)));
                format!("spawns {:?}", all.collect::<Vec<_>>())
            }
        };
        log.say(format!("{id} {said}"));
        act(here, others, log);
    }

    fn task(acts: &[Act], log: &Log) -> impl FnOnce(&Here<'_, i64>) -> i64 + 'static {
        let (acts, log) = (acts.to_vec(), log.clone());
        move |here| {
            act(here, &acts, &log);
            log.say(format!("{} returns", here.id()));
            value_of(here.id())
        }
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<(), Call>(case);
        let scheduler = RefCell::new(Scheduler::new());
        let log = Log::default();
        let act = |call: &Call| match call {
            Call::Spawn(acts) => json!(scheduler.borrow_mut().spawn(task(acts, &log))),
            Call::Run => {
                log.say(match scheduler.borrow_mut().run() {
                    Ok(returned) => format!("Ok({returned:?})"),
                    Err(Stuck(ids)) => format!("Err(Stuck({ids:?}))"),
                });
                json!(log.0.take())
            }
        };
        programs::perform(&program.last, &act);
    }

    /// Many tasks that pause with many calls under way.
    pub fn keeps_deep_stacks(case: &Case) {
        follow_rounds(case);
    }

    /// A later round sends what an earlier one waits for.
    pub fn goes_on_when_help_comes(case: &Case) {
        follow_rounds(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::{
        Step::{Pause, Receive, Send, Spawn},
        oracles::follows_the_rules,
    };

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever tasks there are, they take turns and get values as the rules say, and `run` says what came of them.",
            "无论有哪些任务，它们都按规则轮流执行、收发值，`run` 也如实给出结果。",
            model::Turns,
        )
    }

    pub fn keeps_deep_stacks() -> Oracle {
        follows_the_rules(|_| vec![vec![vec![vec![Pause; 120]; 30]]])
    }

    pub fn goes_on_when_help_comes() -> Oracle {
        follows_the_rules(|_| {
            vec![
                vec![
                    vec![vec![Receive, Pause], vec![Pause], vec![Receive]],
                    vec![vec![Send(2, 1)]],
                    vec![vec![Pause, Send(0, 2)]],
                ],
                vec![
                    vec![vec![Spawn(vec![Receive]), Receive]],
                    vec![vec![Send(1, 3)]],
                    vec![vec![]],
                ],
            ]
        })
    }
}
