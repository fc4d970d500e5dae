// canary: 14d8514dcc328af52c15d4a351c341e5
//! What a crossing promises: who passes, and who waits for the light.

use kit::serde::{Deserialize, Serialize};

/// A call; `true` is the main road.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Switch,
    Pass(bool),
}

#[cfg(verdict)]
pub use verdict::Crossing;

#[cfg(verdict)]
mod verdict {
    use kit::programs::{Allowed, Model, Words};

    use super::Call;

    /// Two roads, one of which has green.
    #[derive(Clone, Copy)]
    pub struct Crossing;

    impl Model for Crossing {
        type Object = ();
        type Call = Call;
        /// Whether the main road has green.
        type State = bool;

        const LENGTH: usize = 3;
        const LARGER: usize = 20;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![Call::Switch, Call::Pass(true), Call::Pass(false)]
        }

        /// One thread at a time switches, and the cars of a thread come one after the other.
        fn allows(&self, (): &(), threads: &[Vec<Call>]) -> bool {
            let switching = threads.iter().filter(|calls| calls.contains(&Call::Switch));
            let cars = threads
                .iter()
                .filter(|calls| !calls.contains(&Call::Switch));
            switching.count() <= 1 && cars.clone().all(|calls| calls.len() <= 2)
        }

        fn initial(&self, (): &()) -> bool {
            true
        }

        fn outcomes(&self, main: &bool, _: usize, call: &Call) -> Vec<Allowed<bool>> {
            match call {
                Call::Switch => vec![Allowed::new((), !main)],
                Call::Pass(road) if road == main => vec![Allowed::new((), *main)],
                Call::Pass(_) => vec![],
            }
        }

        fn words(&self) -> Words {
            Words {
                imports: "use event::{Crossing, Road};",
                name: "crossing",
            }
        }

        fn made(&self, (): &()) -> String {
            "Crossing::new()".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Switch => "crossing.switch()",
                Call::Pass(true) => "crossing.pass(Road::Main)",
                Call::Pass(false) => "crossing.pass(Road::Side)",
            }
            .to_owned()
        }
    }
}
