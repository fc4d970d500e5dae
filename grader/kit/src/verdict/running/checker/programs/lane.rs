//! Judges the programs that are dealt to one driver.

use std::{array, cell::RefCell, collections::BTreeMap, sync::atomic::Ordering, time::Duration};

use grader_schema::{
    Text,
    plan::{About, Plan},
    protocol::{Ending, Observation},
};
use serde_json::Value;

use super::{Explored, Work, ended};
use crate::{
    History, Oracle,
    programs::Mutant,
    verdict::running::{
        checker::Checker,
        driver::{Driver, DriverFailure},
    },
};

/// Into how many parts the programs are dealt.
const LANES: usize = 2;

/// What came of each program that was judged, by its place.
type Results = Vec<(usize, Result<Explored, DriverFailure>)>;

/// What came of the programs of a lane.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) results: Results,
    /// The mutants of the model that no history refuted, by number, and whether each has said
    /// anything else than the model.
    pub(super) unrefuted: BTreeMap<usize, (Text, bool)>,
    /// What is known of the check, if that was asked for.
    pub(super) about: Option<About>,
}

impl Judged {
    fn without_driver(lane: usize, failure: DriverFailure) -> Self {
        Self {
            results: vec![(lane, Err(failure))],
            ..Self::default()
        }
    }
}

/// Judges the programs of one lane, up to its first failure or that of another lane.
pub(super) fn judge(plan: &Plan, work: &Work<'_>, number: usize) -> Judged {
    let oracle = (work.make)();
    match Lane::start(plan, work, &oracle, number) {
        Ok(mut lane) => {
            while lane.goes_on() {
                lane.judge_next();
            }
            lane.end()
        }
        Err(failure) => Judged::without_driver(number, failure),
    }
}

/// Judges the programs of all lanes in the order of the programs: a lane that was judged to its end
/// first would try programs that come after the first failure of another one.
pub(super) fn judge_in_turn(plan: &Plan, work: &Work<'_>) -> [Judged; LANES] {
    let oracles: [Oracle; LANES] = array::from_fn(|_| (work.make)());
    let mut lanes: [_; LANES] =
        array::from_fn(|number| Lane::start(plan, work, &oracles[number], number));
    let mut goes_on = true;
    while goes_on {
        goes_on = false;
        for lane in lanes.iter_mut().flatten().filter(|lane| lane.goes_on()) {
            lane.judge_next();
            goes_on = true;
        }
    }
    let mut numbers = 0..;
    lanes.map(|lane| {
        let number = numbers.next().unwrap_or_default();
        lane.map_or_else(|failure| Judged::without_driver(number, failure), Lane::end)
    })
}

/// Every second program, and the driver that executes them.
struct Lane<'a> {
    work: &'a Work<'a>,
    oracle: &'a Oracle,
    checker: Checker<'a>,
    driver: Driver,
    /// The mutants of the model that no history has refuted yet, by number.
    mutants: Vec<(usize, Mutant)>,
    results: Results,
    /// The next program.
    index: usize,
}

impl<'a> Lane<'a> {
    /// A lane with a new driver, whose first program is `index`.
    fn start(
        plan: &'a Plan,
        work: &'a Work<'a>,
        oracle: &'a Oracle,
        index: usize,
    ) -> Result<Self, DriverFailure> {
        let (_, _, programs) = oracle.generated().ok_or(DriverFailure::Protocol)?;
        let limit = Duration::from_millis(plan.time_limit_ms);
        let started = Driver::start(&plan.driver, &work.check.id, limit);
        let driver = started.unwrap_or(Err(DriverFailure::Protocol))?;
        let mutants = plan.describes_checks.then(|| programs.mutants());
        Ok(Self {
            work,
            oracle,
            checker: Checker::new(plan),
            driver,
            mutants: mutants.into_iter().flatten().enumerate().collect(),
            results: Vec::new(),
            index,
        })
    }

    /// Whether there is a program left, and none before it has failed.
    fn goes_on(&self) -> bool {
        let last = self.work.first_failure.load(Ordering::Relaxed);
        self.index < self.work.shapes.len() && self.index <= last
    }

    /// Judges the next program.
    fn judge_next(&mut self) {
        let Self { work, oracle, .. } = *self;
        let Some((_, _, programs)) = oracle.generated() else {
            return;
        };
        let index = self.index;
        self.index += LANES;
        let case = programs.case(&work.shapes[index]);
        let run = self.checker.run(work.check, &case, oracle);
        if work.polls && programs.may_be_stuck(&run.case) {
            return;
        }
        let budget = work.budget(index);
        let explored =
            self.checker
                .explore_program(&mut self.driver, oracle, programs, (&run, budget));
        if let Ok(explored) = &explored {
            self.mutants
                .retain(|(_, mutant)| !is_refuted(mutant, &run.case, &explored.examples));
        }
        if !matches!(&explored, Ok(explored) if explored.failed.is_none()) {
            // No program after it is judged, here or in another lane.
            work.first_failure.fetch_min(index, Ordering::Relaxed);
        }
        self.results.push((index, explored));
    }

    fn end(self) -> Judged {
        let unrefuted = self.mutants.into_iter().map(|(number, mutant)| {
            let differs = mutant.differs();
            (number, (mutant.said, differs))
        });
        Judged {
            results: self.results,
            unrefuted: unrefuted.collect(),
            about: self.checker.about.map(RefCell::into_inner),
        }
    }
}

/// Whether an execution of a right answer shows that a mutant of the model is wrong.
fn is_refuted(mutant: &Mutant, case: &Value, examples: &[Observation]) -> bool {
    examples.iter().any(|seen| {
        let is_judged = matches!(seen.ending, Ending::Completed | Ending::Deadlock(_));
        let history = History::new(case.clone(), seen.history.clone());
        is_judged && mutant.is_refuted(case, &history, ended(seen))
    })
}
