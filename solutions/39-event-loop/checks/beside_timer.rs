// canary: c05041081e15087999f40fb0f57b90ac
//! What the loop promises to other threads: a call of a waker ends its sleep at any moment, also
//! where a timer would end it later.

use kit::serde::{Deserialize, Serialize};

/// A call of a thread.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// Waits until the signal was given so often.
    Wait(usize),
    Give,
}

#[cfg(verdict)]
pub use verdict::BesideTimer;

#[cfg(verdict)]
mod verdict {
    use kit::programs::{Allowed, Model, Words};

    use super::Call;

    /// A signal, and one loop at most that waits for it.
    #[derive(Clone, Copy)]
    pub struct BesideTimer;

    impl Model for BesideTimer {
        type Object = ();
        type Call = Call;
        /// How often the signal was given.
        type State = usize;

        const LENGTH: usize = 1;
        const WIDELY: usize = 2;
        const LARGER: usize = 12;
        const LONGEST: usize = 4;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![Call::Wait(1), Call::Give, Call::Wait(2)]
        }

        /// The signal has room for one waker.
        fn allows(&self, (): &(), threads: &[Vec<Call>]) -> bool {
            let waits = |calls: &&Vec<Call>| calls.iter().any(|call| *call != Call::Give);
            threads.iter().filter(waits).count() <= 1
        }

        fn initial(&self, (): &()) -> usize {
            0
        }

        fn outcomes(&self, given: &usize, _: usize, call: &Call) -> Vec<Allowed<usize>> {
            match call {
                Call::Give => vec![Allowed::new((), given + 1)],
                Call::Wait(count) if given >= count => vec![Allowed::new((), *given)],
                // A timer is no reason to go on.
                Call::Wait(_) => vec![],
            }
        }

        fn words(&self) -> Words {
            let helper = include_str!("signal.rs").split_once("\n\n");
            Words {
                imports: helper.map_or("", |(_, helper)| helper),
                name: "signal",
            }
        }

        fn made(&self, (): &()) -> String {
            "Signal::default()".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Wait(count) => format!("signal.wait({count})"),
                Call::Give => "signal.give()".to_owned(),
            }
        }
    }
}
