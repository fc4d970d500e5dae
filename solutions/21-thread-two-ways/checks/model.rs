// canary: 975441962d7821e081a5768a7f8b80f3
//! What a `Thread` promises to whoever starts, asks, joins and drops it.

use kit::serde::{Deserialize, Serialize};

/// A call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Start,
    Join,
    IsAlive,
    /// Drops it, and makes another one like it.
    Replace,
    /// The same, while the main thread unwinds.
    ReplaceInPanic,
}

/// What the function of the thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Body {
    Returns,
    /// As an own type with `run`.
    Runs,
    Panics,
    PanicsWithoutText,
    PanicsWithBlanks,
    PanicsWithLines,
    PanicsWithValues(u32),
}

/// What it returns, if it does.
pub const OUTPUT: u32 = 7;

/// A result, how many functions have begun by then, and how many of their threads have ended.
pub fn told(result: &str, begun: usize, ended: usize) -> String {
    format!("{result}; functions begun: {begun}, threads ended: {ended}")
}

#[cfg(verdict)]
pub use verdict::OneThread;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, before},
        serde_json::Value,
    };

    use super::{Body, Call, OUTPUT, told};

    /// A thread with such a body.
    #[derive(Clone, Copy)]
    pub struct OneThread;

    /// Whether the thread that there is now has been started and joined.
    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    enum Stage {
        New,
        Started,
        Joined,
    }

    /// That thread, how far it was when that was seen last, and how many before it have run.
    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    pub struct State {
        body: Body,
        stage: Stage,
        begun: bool,
        ended: bool,
        before: usize,
    }

    impl State {
        /// How far the thread may be when the next call returns.
        fn later(self) -> Vec<Self> {
            if self.stage != Stage::Started {
                return vec![self];
            }
            let all = [(false, false), (true, false), (true, true)];
            let is_later =
                |(begun, ended): &(bool, bool)| *begun >= self.begun && *ended >= self.ended;
            all.into_iter()
                .filter(is_later)
                .map(|(begun, ended)| Self {
                    begun,
                    ended,
                    ..self
                })
                .collect()
        }

        /// It has been waited for.
        fn over(self, stage: Stage) -> Self {
            let ran = self.stage == Stage::Started;
            Self {
                stage,
                begun: self.begun || ran,
                ended: self.ended || ran,
                ..self
            }
        }

        /// Another thread is made, and this one has been dropped.
        fn replaced(self) -> Self {
            let over = self.over(Stage::New);
            Self {
                begun: false,
                ended: false,
                before: over.before + usize::from(over.begun),
                ..over
            }
        }

        fn giving(self, result: &str) -> Allowed<Self> {
            let [begun, ended] = [self.begun, self.ended].map(usize::from);
            Allowed::new(told(result, self.before + begun, self.before + ended), self)
        }
    }

    fn output(body: Body) -> String {
        let text = match body {
            Body::Returns | Body::Runs => return format!("Ok({OUTPUT})"),
            Body::Panics => "a plain text",
            Body::PanicsWithoutText => "",
            Body::PanicsWithBlanks => "  blanks on both sides ",
            Body::PanicsWithLines => "two\nlines",
            Body::PanicsWithValues(number) => {
                return format!("Err(Panicked({:?}))", format!("{number} and\n{number} "));
            }
        };
        format!("Err(Panicked({text:?}))")
    }

    impl Model for OneThread {
        type Object = Body;
        type Call = Call;
        type State = State;

        const THREADS: usize = 1;
        const LENGTH: usize = 3;
        const LARGER: usize = 30;
        const LONGEST: usize = 7;

        fn objects(&self) -> Vec<Body> {
            vec![
                Body::Returns,
                Body::Panics,
                Body::Runs,
                Body::PanicsWithoutText,
                Body::PanicsWithBlanks,
                Body::PanicsWithLines,
                Body::PanicsWithValues(3),
            ]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Start,
                Call::Join,
                Call::IsAlive,
                Call::Replace,
                Call::ReplaceInPanic,
            ]
        }

        /// Threads that have been replaced make programs long. What is said of the other bodies, and
        /// not of the first two, shows when they are joined.
        fn allows(&self, body: &Body, threads: &[Vec<Call>]) -> bool {
            let is_replaced = |call: &&Call| matches!(call, Call::Replace | Call::ReplaceInPanic);
            let calls = threads.concat();
            let is_first = matches!(body, Body::Returns | Body::Panics);
            calls.iter().filter(is_replaced).count() <= 2
                && (is_first || calls.len() > Self::LENGTH || calls == [Call::Start, Call::Join])
        }

        fn initial(&self, body: &Body) -> State {
            State {
                body: *body,
                stage: Stage::New,
                begun: false,
                ended: false,
                before: 0,
            }
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let give = |result: &str| {
                let all = state.later().into_iter();
                all.map(|state| state.giving(result)).collect::<Vec<_>>()
            };
            match (call, state.stage) {
                (Call::Start, Stage::New) => {
                    let stage = Stage::Started;
                    let started = State { stage, ..*state }.later().into_iter();
                    started.map(|state| state.giving("Ok(())")).collect()
                }
                (Call::Start, _) => give("Err(AlreadyStarted)"),
                (Call::Join, Stage::New) => give("Err(NotStarted)"),
                (Call::Join, Stage::Started) => {
                    vec![state.over(Stage::Joined).giving(&output(state.body))]
                }
                (Call::Join, Stage::Joined) => give("Err(AlreadyJoined)"),
                (Call::IsAlive, Stage::Started) => {
                    // A function that has begun may have ended.
                    let mut all = give("true");
                    let ended = state.later().into_iter().filter(|state| state.begun);
                    all.extend(ended.map(|state| state.giving("false")));
                    all
                }
                (Call::IsAlive, _) => give("false"),
                (Call::Replace | Call::ReplaceInPanic, _) => vec![state.replaced().giving("()")],
            }
        }

        fn words(&self) -> Words {
            Words {
                imports: "use thread_two_ways::Thread;",
                name: "(make, mut thread)",
            }
        }

        fn made(&self, body: &Body) -> String {
            let does = match body {
                Body::Returns => format!("{OUTPUT}"),
                Body::Runs => {
                    return format!(
                        "{{
        struct Own;
        impl thread_two_ways::Run for Own {{
            type Output = u32;
            fn run(self) -> u32 {{
                {OUTPUT}
            }}
        }}
        let make = || Thread::from_run(Own);
        (make, make())
    }}"
                    );
                }
                Body::Panics => "panic!(\"a plain text\")".to_owned(),
                Body::PanicsWithoutText => "panic!(\"\")".to_owned(),
                Body::PanicsWithBlanks => "panic!(\"  blanks on both sides \")".to_owned(),
                Body::PanicsWithLines => "panic!(\"two\\nlines\")".to_owned(),
                Body::PanicsWithValues(number) => {
                    format!("{{ let n = {number}; panic!(\"{{n}} and\\n{{n}} \") }}")
                }
            };
            format!("{{ let make = || Thread::new(|()| -> u32 {{ {does} }}, ()); (make, make()) }}")
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Start => "thread.start()",
                Call::Join => "thread.join()",
                Call::IsAlive => "thread.is_alive()",
                Call::Replace => "std::mem::replace(&mut thread, make())",
                Call::ReplaceInPanic => {
                    "{ let old = std::mem::replace(&mut thread, make()); std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || { let _old = old; panic!(\"unwinds\") })).is_err() }"
                }
            }
            .to_owned()
        }

        fn printed(&self, _: &Call) -> Option<fn(&Value) -> String> {
            // The counts are those of the scenario.
            Some(|told| before(told, "; functions"))
        }
    }
}
