//! A model and a program as a machine whose states and calls are numbers: what the model says is
//! asked once for each state and call, whatever the number of histories.

use std::{cell::RefCell, collections::HashMap, hash::Hash, rc::Rc, time::Duration};

use serde_json::Value;

use super::{Allowed, Model, Program, act::named, mutant::Mutation};

/// A state of the model, numbered in the order of discovery.
pub(super) type State = u32;

/// A call of a program.
#[derive(Debug)]
pub(super) struct Call {
    /// The thread that makes it; the main thread is 0.
    pub(super) thread: usize,
    /// The name by which it is recorded.
    pub(super) name: String,
    /// How people write it: `put(3)`.
    pub(super) text: String,
    /// How long it waits at most, in nanoseconds, if it gives up at some moment.
    pub(super) limit: Option<u64>,
    /// Whether it may take time although it need not wait.
    pub(super) may_take_time: bool,
}

/// The results that a call may have in a state, and the state after each; none if it must wait.
pub(super) type Outcomes = Rc<[(Value, State)]>;

/// A program, and what its calls may do.
pub(super) struct Machine {
    pub(super) calls: Vec<Call>,
    /// The calls of each thread, those of the main thread first.
    pub(super) threads: Vec<Vec<usize>>,
    pub(super) initial: State,
    /// Whether a call may wait by asking again and again.
    pub(super) may_poll: bool,
    steps: Box<dyn Steps>,
    begun: Memory<State>,
    outcomes: Memory<Outcomes>,
    timed_out: Memory<Option<(Value, State)>>,
}

/// What is known of a call in a state.
type Memory<T> = RefCell<HashMap<(State, usize), T>>;

/// What the model says, by number.
trait Steps {
    fn slept(&self, state: State) -> State;
    fn begun(&self, state: State, call: usize) -> State;
    fn outcomes(&self, state: State, call: usize) -> Vec<(Value, State)>;
    fn timed_out(&self, state: State, call: usize) -> Option<(Value, State)>;
}

impl Machine {
    /// The machine of a program, with a change of the model if there is to be one.
    pub(super) fn new<M: Model>(
        model: &M,
        program: &Program<M::Object, M::Call>,
        mutation: Option<&Rc<Mutation>>,
    ) -> Self {
        let mut calls = Vec::new();
        let mut made = Vec::new();
        let all = std::iter::once(&program.last).chain(&program.threads);
        let threads = all.enumerate().map(|(thread, of)| {
            let of = of.iter().map(|call| {
                let mut described = described(model, thread, call);
                if let Some(mutation) = mutation {
                    described.limit = mutation.limit(&described.name, described.limit);
                }
                made.push((thread, described.name.clone(), call.clone()));
                calls.push(described);
                calls.len() - 1
            });
            of.collect()
        });
        let threads = threads.collect();
        let numbers = Numbers {
            model: model.clone(),
            calls: made,
            mutation: mutation.cloned(),
            states: RefCell::default(),
        };
        let initial = numbers.number(model.initial(&program.object));
        Self {
            calls,
            threads,
            initial,
            may_poll: M::MAY_POLL,
            steps: Box::new(numbers),
            begun: Memory::default(),
            outcomes: Memory::default(),
            timed_out: Memory::default(),
        }
    }

    /// The state after a call has begun.
    pub(super) fn begun(&self, state: State, call: usize) -> State {
        remembered(&self.begun, (state, call), || self.steps.begun(state, call))
    }

    /// What may come of a call.
    pub(super) fn outcomes(&self, state: State, call: usize) -> Outcomes {
        remembered(&self.outcomes, (state, call), || {
            self.steps.outcomes(state, call).into()
        })
    }

    /// The state after virtual time has passed.
    pub(super) fn slept(&self, state: State) -> State {
        self.steps.slept(state)
    }

    /// What a call gives that gives up.
    pub(super) fn timed_out(&self, state: State, call: usize) -> Option<(Value, State)> {
        remembered(&self.timed_out, (state, call), || {
            self.steps.timed_out(state, call)
        })
    }

    /// What may come of a call at some moment, whenever its time is up: it gives up if it must wait.
    pub(super) fn ends(&self, state: State, call: usize) -> Vec<(Value, State)> {
        let outcomes = self.outcomes(state, call);
        if outcomes.is_empty() && self.calls[call].limit.is_some() {
            return self.timed_out(state, call).into_iter().collect();
        }
        outcomes.to_vec()
    }
}

fn remembered<T: Clone>(memory: &Memory<T>, key: (State, usize), ask: impl FnOnce() -> T) -> T {
    let mut memory = memory.borrow_mut();
    memory.entry(key).or_insert_with(ask).clone()
}

fn described<M: Model>(model: &M, thread: usize, call: &M::Call) -> Call {
    let (name, argument) = named(call);
    let argument = match argument {
        Value::Null => String::new(),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(Value::to_string).collect();
            all.join(", ")
        }
        value => value.to_string(),
    };
    let nanoseconds = |limit: Duration| u64::try_from(limit.as_nanos()).ok();
    Call {
        thread,
        text: format!("{name}({argument})"),
        name,
        limit: model.limit(call).and_then(nanoseconds),
        may_take_time: model.may_take_time(call),
    }
}

/// The states of a model by number.
struct Numbers<M: Model> {
    model: M,
    /// The calls, each with its thread and its name.
    calls: Vec<(usize, String, M::Call)>,
    mutation: Option<Rc<Mutation>>,
    states: RefCell<States<M::State>>,
}

struct States<S> {
    by_number: Vec<S>,
    numbers: HashMap<S, State>,
}

impl<S> Default for States<S> {
    fn default() -> Self {
        Self {
            by_number: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<M: Model> Numbers<M> {
    fn number(&self, state: M::State) -> State
    where
        M::State: Clone + Eq + Hash,
    {
        let mut states = self.states.borrow_mut();
        if let Some(&number) = states.numbers.get(&state) {
            return number;
        }
        let number = State::try_from(states.by_number.len()).unwrap_or(State::MAX);
        states.by_number.push(state.clone());
        states.numbers.insert(state, number);
        number
    }

    fn state(&self, number: State) -> M::State {
        self.states.borrow().by_number[number as usize].clone()
    }

    fn numbered(&self, allowed: Allowed<M::State>) -> (Value, State) {
        (allowed.result, self.number(allowed.state))
    }
}

impl<M: Model> Steps for Numbers<M> {
    fn slept(&self, state: State) -> State {
        self.number(self.model.slept(&self.state(state)))
    }

    fn begun(&self, state: State, call: usize) -> State {
        let (thread, _, call) = &self.calls[call];
        self.number(self.model.begun(&self.state(state), *thread, call))
    }

    fn outcomes(&self, state: State, call: usize) -> Vec<(Value, State)> {
        let (thread, name, call) = &self.calls[call];
        let outcomes = self.model.outcomes(&self.state(state), *thread, call);
        let numbered = outcomes.into_iter().map(|allowed| self.numbered(allowed));
        let numbered = numbered.collect();
        match &self.mutation {
            Some(mutation) => mutation.outcomes(name, &state, numbered),
            None => numbered,
        }
    }

    fn timed_out(&self, state: State, call: usize) -> Option<(Value, State)> {
        let (thread, name, call) = &self.calls[call];
        let given = self.model.timed_out(&self.state(state), *thread, call);
        let given = given.map(|allowed| self.numbered(allowed));
        match &self.mutation {
            Some(mutation) => mutation.timed_out(name, given),
            None => given,
        }
    }
}
