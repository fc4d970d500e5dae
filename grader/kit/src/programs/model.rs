//! What a type promises, as a sequential specification with waiting and time.

use std::{fmt::Debug, hash::Hash, time::Duration};

use grader_schema::Text;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::plainly;

/// A result that a call may have, and the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed<S> {
    /// The result, as the scenario records it.
    pub result: Value,
    /// The state after the call.
    pub state: S,
}

impl<S> Allowed<S> {
    /// This result, and this state after it.
    ///
    /// ```
    /// # use kit::programs::Allowed;
    /// let empty: Vec<u32> = Vec::new();
    /// let got = Allowed::new(7, empty);
    /// assert_eq!(got.result, kit::serde_json::json!(7));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the result has no JSON form.
    pub fn new(result: impl Serialize, state: S) -> Self {
        Self {
            result: serde_json::to_value(result).expect("a result has a JSON form"),
            state,
        }
    }
}

/// How programs are written in Rust.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// What stands before `main`: `use thread_queue::Queue;`.
    pub imports: &'static str,
    /// What the object is called: `queue`.
    pub name: &'static str,
}

/// A variable of each thread, for calls that leave something for later calls of the same thread.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// What it is called: `guard`.
    pub name: &'static str,
    /// How it is made: `None`.
    pub made: &'static str,
}

/// A model of a type: what may come of its calls when each takes effect at one moment.
///
/// A model says no more than the README does. Where that leaves something open, there are
/// several [outcomes](Self::outcomes).
///
/// ```
/// use kit::programs::{Allowed, Model, Words};
/// use kit::serde::{Deserialize, Serialize};
///
/// #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
/// #[serde(crate = "kit::serde", rename_all = "snake_case")]
/// enum Call {
///     Set,
///     Wait,
/// }
///
/// /// An event that is set once, and for which threads wait.
/// #[derive(Clone)]
/// struct Event;
///
/// impl Model for Event {
///     type Object = ();
///     type Call = Call;
///     type State = bool;
///
///     fn objects(&self) -> Vec<()> {
///         vec![()]
///     }
///
///     fn calls(&self) -> Vec<Call> {
///         vec![Call::Set, Call::Wait]
///     }
///
///     fn initial(&self, (): &()) -> bool {
///         false
///     }
///
///     fn outcomes(&self, set: &bool, _: usize, call: &Call) -> Vec<Allowed<bool>> {
///         match call {
///             Call::Set => vec![Allowed::new((), true)],
///             Call::Wait if *set => vec![Allowed::new((), true)],
///             Call::Wait => vec![],
///         }
///     }
///
///     fn words(&self) -> Words {
///         Words { imports: "use event::Event;", name: "event" }
///     }
///
///     fn made(&self, (): &()) -> String {
///         "Event::new()".to_owned()
///     }
///
///     fn written(&self, call: &Call) -> String {
///         match call {
///             Call::Set => "event.set()",
///             Call::Wait => "event.wait()",
///         }
///         .to_owned()
///     }
/// }
/// ```
pub trait Model: Clone + 'static {
    /// How an object is made: the arguments of its constructor.
    type Object: Clone + PartialEq + Serialize + DeserializeOwned;
    /// A call with its arguments.
    type Call: Clone + PartialEq + Serialize + DeserializeOwned;
    /// What the object is like between calls.
    type State: Clone + Eq + Hash;

    /// The most threads of a small program, beside the main thread. With 1, a program is a sequence
    /// of calls, and the main thread makes them all.
    const THREADS: usize = 2;
    /// The most calls of each of these threads.
    const LENGTH: usize = 2;
    /// How many of the first calls programs of three and four threads have to choose from.
    const WIDELY: usize = 3;
    /// How many larger programs are drawn. They have a thread more than small ones, but for a type
    /// that one thread alone uses, whose [`THREADS`](Self::THREADS) are 1.
    const LARGER: usize = 60;
    /// The most calls of a program that is drawn. A search of its interleavings comes to its end
    /// with six, for most answers; a single thread may make up to 48.
    const LONGEST: usize = 6;
    /// Whether a right answer may wait by asking again and again, because the README allows that.
    const MAY_POLL: bool = false;
    /// The names of calls that only settle what was open before, so that more is allowed if they
    /// change nothing: no right answer can refute a model in which they do not. `dev check` leaves
    /// these mutants out.
    const SETTLING: &'static [&'static str] = &[];

    /// A variable that each thread has for itself in written programs, if a call needs one.
    const OWN: Option<Own> = None;

    /// The objects that small programs make, the simplest first.
    fn objects(&self) -> Vec<Self::Object>;

    /// Objects that only larger programs make beside those.
    fn more_objects(&self) -> Vec<Self::Object> {
        Vec::new()
    }

    /// The calls of small programs, the simplest first.
    fn calls(&self) -> Vec<Self::Call>;

    /// Calls that only larger programs have beside those: other arguments, rare calls.
    fn more_calls(&self) -> Vec<Self::Call> {
        Vec::new()
    }

    /// Larger programs that are judged too, whatever the seed: the calls of each thread, for what
    /// takes several calls to happen. They make the first of the [objects](Self::objects), and may
    /// have calls that no other program has.
    fn chosen(&self) -> Vec<Vec<Vec<Self::Call>>> {
        Vec::new()
    }

    /// The call with an argument of its own, where each call puts another value in; `number`
    /// counts the calls of a program from 1.
    fn numbered(&self, call: &Self::Call, number: usize) -> Self::Call {
        let _ = number;
        call.clone()
    }

    /// Whether programs may be like this: a type may forbid some, as a lock that is given back
    /// only by its owner does.
    fn allows(&self, object: &Self::Object, threads: &[Vec<Self::Call>]) -> bool {
        let _ = (object, threads);
        true
    }

    /// What the main thread calls in the end, so that what is left behind shows. It is only
    /// called if all threads have ended, and must not wait.
    fn last(&self, object: &Self::Object, threads: &[Vec<Self::Call>]) -> Vec<Self::Call> {
        let _ = (object, threads);
        Vec::new()
    }

    /// The state before the first call.
    fn initial(&self, object: &Self::Object) -> Self::State;

    /// The state after `thread` has begun a call, at a moment between its beginning and its
    /// effect: what a call does to others before it may wait.
    fn begun(&self, state: &Self::State, thread: usize, call: &Self::Call) -> Self::State {
        let _ = (thread, call);
        state.clone()
    }

    /// What may come of a call of `thread` that takes effect in this state; nothing if it must
    /// wait. The main thread is 0.
    fn outcomes(
        &self,
        state: &Self::State,
        thread: usize,
        call: &Self::Call,
    ) -> Vec<Allowed<Self::State>>;

    /// The state after virtual time has passed, which it only does while all threads sleep: a call
    /// that has begun and must wait is known to wait by then.
    fn slept(&self, state: &Self::State) -> Self::State {
        state.clone()
    }

    /// Whether a call may take time although it need not wait, as one that sleeps on purpose.
    fn may_take_time(&self, call: &Self::Call) -> bool {
        let _ = call;
        false
    }

    /// How long a call waits at most; nothing for one that waits as long as it must.
    fn limit(&self, call: &Self::Call) -> Option<Duration> {
        let _ = call;
        None
    }

    /// What a call with a limit gives when its time is up and it still must wait.
    fn timed_out(
        &self,
        state: &Self::State,
        thread: usize,
        call: &Self::Call,
    ) -> Option<Allowed<Self::State>> {
        let _ = (state, thread, call);
        None
    }

    /// Draws a call that gave what no [outcome](Self::outcomes) allows, in lines of text, for types
    /// that one thread alone uses: the state before the call, and what it gave as the scenario
    /// records it. [`Chart`](crate::Chart) draws bars; a picture is cut as one of
    /// [`Oracle::drawn`](crate::Oracle::drawn) is.
    fn drawn(&self, state: &Self::State, call: &Self::Call, given: &Value) -> Vec<Text> {
        let _ = (state, call, given);
        Vec::new()
    }

    /// How programs are written in Rust.
    fn words(&self) -> Words;

    /// How the object is made, in Rust.
    fn made(&self, object: &Self::Object) -> String;

    /// A call, in Rust.
    fn written(&self, call: &Self::Call) -> String;

    /// How `{:?}` prints what a call gives as it is [written](Self::written), from the result as
    /// the scenario records it; nothing if that cannot be printed. A test of the program compares
    /// what is printed.
    fn printed(&self, call: &Self::Call) -> Option<fn(&Value) -> String> {
        let _ = call;
        Some(plainly)
    }
}
