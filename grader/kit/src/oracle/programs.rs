//! Generated programs as a property.

use grader_schema::protocol::{Needs, Observes};

use super::{Oracle, Property, Rule};
use crate::programs::{Model, Of, Programs};

impl Oracle {
    /// Every small program over the calls of a type does what the model allows, under all its
    /// interleavings, and so do larger ones that are drawn. The check's scenario runs the
    /// program that it is given with [`programs::perform`](crate::programs::perform), and this is
    /// its only property of histories.
    ///
    /// ```no_run
    /// # fn oracle(event: impl kit::programs::Model) -> kit::Oracle {
    /// kit::Oracle::new().programs(
    ///     "Whatever calls are made, each does what the rules say.",
    ///     "无论怎样调用，每次调用都符合规则。",
    ///     event,
    /// )
    /// # }
    /// ```
    #[must_use]
    pub fn programs(self, en: &str, zh: &str, model: impl Model) -> Self {
        let needs = Needs {
            observes: Observes::Intervals,
            // A program may end with threads that wait: the model says whether they must.
            rest: true,
            ..Needs::default()
        };
        let rule = Rule::Programs(Box::new(Of::new(model)));
        self.push(en, zh, rule, needs, true)
    }

    /// The programs that are to be generated, and the index of their property.
    pub(crate) fn generated(&self) -> Option<(usize, &Property, &dyn Programs)> {
        let mut all = self.properties.iter().enumerate();
        all.find_map(|(index, property)| match &property.rule {
            Rule::Programs(programs) => Some((index, property, &**programs)),
            _ => None,
        })
    }
}
