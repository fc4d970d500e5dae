// canary: 69d4cab6c050a0d7c1e1f7de1e2d81ab
//! The hidden checks of exercise 31.

use kit::prelude::*;

mod model;

kit::checks![gives_up_later, small_programs,];

#[cfg(driver)]
mod scenarios {
    use super::model::{Call, duration};
    use super::*;
    use event::Event;
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
            Call::WaitTimeout(limit) => json!(event.wait_timeout(duration(*limit))),
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
}
