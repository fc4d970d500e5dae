// canary: 69d4cab6c050a0d7c1e1f7de1e2d81ab
//! The hidden checks of exercise 31.

use kit::prelude::*;

mod crossing;
mod model;

kit::checks![gives_up_later, small_programs, small_crossings,];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use event::{Crossing, Event, Road};
    use kit::programs;
    use std::{thread, time::Duration};

    /// The event is set after a longer time, or never.
    pub fn gives_up_later(case: &Case) {
        crate::public::scenarios::gives_up_when_its_time_is_over(case);
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<(), Call>(case);
        let event = Event::new();
        let act = |call: &Call| match call {
            Call::Set => json!(event.set()),
            Call::Clear => json!(event.clear()),
            Call::IsSet => json!(event.is_set()),
            Call::Wait => json!(event.wait()),
            Call::WaitTimeout(limit) => json!(event.wait_timeout(limit.duration())),
            Call::Waiting => json!(event.waiting()),
            Call::Signals(count) => json!((0..*count).for_each(|_| {
                event.set();
                event.clear();
            })),
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| programs::perform(calls, &act));
            }
        });
        programs::perform(&program.last, &act);
    }

    /// A generated program about a crossing.
    pub fn small_crossings(case: &Case) {
        let program = programs::of::<(), crossing::Call>(case);
        let lights = Crossing::new();
        let act = |call: &crossing::Call| match call {
            crossing::Call::Switch => json!(lights.switch()),
            crossing::Call::Pass(true) => json!(lights.pass(Road::Main)),
            crossing::Call::Pass(false) => json!(lights.pass(Road::Side)),
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| programs::perform(calls, &act));
            }
        });
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use std::time::Duration;

    pub fn gives_up_later() -> Oracle {
        crate::public::oracles::gives_up_when_its_time_is_over().cases(|_| {
            [true, false]
                .map(|is_set| (is_set, Duration::from_hours(24)))
                .to_vec()
        })
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, each gives what the rules allow, waits only until it is let go, and gives up in time.",
            "无论怎样调用，每次调用的结果都符合规则，只等到被放行为止，并按时放弃。",
            super::model::Event,
        )
    }

    pub fn small_crossings() -> Oracle {
        Oracle::new().programs(
            "A car waits for the green light of its road, and no longer; `switch` waits for no car.",
            "汽车只等到自己那条路变绿为止；`switch` 不等待任何汽车。",
            super::crossing::Crossing,
        )
    }
}
