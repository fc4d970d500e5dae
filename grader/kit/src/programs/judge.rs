//! Judges the history of a program by a model.
//!
//! A history is right if its calls can be put into an order that keeps real time and in which the
//! model allows each result (Herlihy and Wing, "Linearizability", TOPLAS 1990). If it ended with
//! threads that could not go on, the model must make each of their calls wait after all others
//! (stuck histories of Burckhardt et al., "Line-Up", PLDI 2010). Each call has two moments in that
//! order: it begins, and it takes effect. Virtual time passes only while all threads sleep, so each
//! call that is open then must wait, as in a stuck history.

use std::{collections::HashSet, time::Duration};

use grader_schema::{Text, plan::RecordKind};
use serde_json::Value;

use super::machine::{Machine, State};
use crate::{History, history::EventKind};

/// The virtual time that the steps of a program may take together, in nanoseconds: limits are in
/// milliseconds, and each step takes a moment.
const STEPS: u64 = 2_000_000;

/// A thread that asks again and again sleeps in between, whether it could go on or not; but it looks
/// within this time, in nanoseconds.
const LOOKS: u64 = 60_000_000_000;

/// How an execution ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    /// With threads none of which could go on.
    pub(crate) stuck: bool,
    /// Each time-out came when no thread could go on otherwise, so that virtual time is the same
    /// for all threads: what had returned before a time was up was done before.
    pub(crate) punctual: bool,
}

/// What the model does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refuted {
    /// A result, a time-out, or a call that was never made.
    Result(Text),
    /// A thread waits though it could go on.
    Waits(Text),
}

/// A call as it was seen.
#[derive(Debug, Clone, Copy)]
struct Seen<'h> {
    /// Its number in the program.
    call: usize,
    /// Its result; nothing if it never returned.
    result: Option<&'h Value>,
    /// Positions in the history; past its end if it never returned.
    called: usize,
    returned: usize,
    /// Virtual time, in nanoseconds.
    began: u64,
    ended: u64,
}

/// How far each call has come in an order that is tried, in two bits each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Progress(u128);

impl Progress {
    /// The most calls that it has room for.
    const MOST: usize = 64;

    const AHEAD: u128 = 0;
    const BEGUN: u128 = 1;
    const DONE: u128 = 2;

    fn of(self, index: usize) -> u128 {
        self.0 >> (2 * index) & 3
    }

    /// The same after a further moment of a call.
    fn after(self, index: usize) -> Self {
        Self(self.0 + (1 << (2 * index)))
    }
}

pub(super) fn judge(machine: &Machine, history: &History, ended: Ended) -> Result<(), Refuted> {
    let seen = seen(machine, history)?;
    let jumps = match ended.punctual {
        true if machine.may_poll => jumps(history, LOOKS),
        true => jumps(history, STEPS),
        false => Vec::new(),
    };
    let search = Search {
        machine,
        seen: &seen,
        jumps: &jumps,
        ended,
    };
    if !search.finds() {
        return Err(search.refuted(history));
    }
    if !ended.punctual {
        // A thread may have been slow, and its limit may have begun to count late.
        return Ok(());
    }
    seen.iter().try_for_each(|call| {
        let late = lateness(machine, call, &seen);
        late.map_or(Ok(()), |late| {
            Err(Refuted::Result(is_late(machine, history, call, late)))
        })
    })
}

/// The positions of the events before which so much virtual time has passed.
fn jumps(history: &History, least: u64) -> Vec<usize> {
    let mut now = 0;
    let mut jumps = Vec::new();
    for (position, event) in history.all_events().iter().enumerate() {
        if event.time > now + least {
            jumps.push(position);
        }
        now = now.max(event.time);
    }
    jumps
}

/// The calls of a history, with what the program says that they are.
fn seen<'h>(machine: &Machine, history: &'h History) -> Result<Vec<Seen<'h>>, Refuted> {
    history.ask(RecordKind::Call, "", || true);
    let mut seen: Vec<Seen<'_>> = Vec::new();
    let mut next = vec![0; machine.threads.len()];
    let odd = || {
        Refuted::Result(Text::new(
            "The calls are not those of the program.",
            "记录到的调用不是该程序的调用。",
        ))
    };
    for (position, event) in history.all_events().iter().enumerate() {
        let place = next.get_mut(event.thread).ok_or_else(odd)?;
        match event.kind {
            EventKind::Call => {
                let call = machine.threads[event.thread].get(*place);
                let call = *call.ok_or_else(odd)?;
                if machine.calls[call].name != event.name {
                    return Err(odd());
                }
                seen.push(Seen {
                    call,
                    result: None,
                    called: position,
                    returned: usize::MAX,
                    began: event.time,
                    ended: u64::MAX,
                });
            }
            EventKind::Return => {
                *place += 1;
                let of = |seen: &&mut Seen<'_>| machine.calls[seen.call].thread == event.thread;
                let call = seen.iter_mut().rev().find(of).ok_or_else(odd)?;
                call.result = Some(&event.value);
                call.returned = position;
                call.ended = event.time;
            }
            EventKind::Mark | EventKind::Enter | EventKind::Leave => return Err(odd()),
        }
    }
    if seen.len() > Progress::MOST {
        Err(odd())
    } else {
        Ok(seen)
    }
}

/// The search for an order of the calls.
#[derive(Clone, Copy)]
struct Search<'a> {
    machine: &'a Machine,
    seen: &'a [Seen<'a>],
    /// Where virtual time has passed.
    jumps: &'a [usize],
    /// If it is stuck, the calls that never returned must have to wait in the end.
    ended: Ended,
}

/// How far an order has come that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    progress: Progress,
    /// How many of the jumps of time are over.
    jumped: usize,
    state: State,
}

impl Search<'_> {
    fn start(&self) -> Place {
        Place {
            progress: Progress::default(),
            jumped: 0,
            state: self.machine.initial,
        }
    }

    /// Whether there is one.
    fn finds(&self) -> bool {
        self.goes_on(&mut HashSet::new(), self.start())
    }

    fn goes_on(&self, visited: &mut HashSet<Place>, place: Place) -> bool {
        if self.is_end(place) {
            return true;
        }
        if !visited.insert(place) {
            return false;
        }
        if let Some(later) = self.jump(place)
            && self.goes_on(visited, later)
        {
            return true;
        }
        (0..self.seen.len()).any(|index| {
            let steps = self.steps(place, index);
            steps.into_iter().any(|next| self.goes_on(visited, next))
        })
    }

    /// Whether nothing has to come any more.
    fn is_end(&self, place: Place) -> bool {
        let mut calls = self.seen.iter().enumerate();
        place.jumped == self.jumps.len()
            && calls.all(|(index, seen)| match place.progress.of(index) {
                Progress::DONE => true,
                _ if seen.result.is_some() => false,
                Progress::BEGUN => !self.ended.stuck || self.must_wait(seen, place.state),
                _ => !self.ended.stuck,
            })
    }

    fn must_wait(&self, seen: &Seen<'_>, state: State) -> bool {
        self.machine.calls[seen.call].limit.is_none()
            && self.machine.outcomes(state, seen.call).is_empty()
    }

    /// The place after the next jump of time, if it can come now: what returned before it has taken
    /// effect, and what returned after it waits.
    fn jump(&self, place: Place) -> Option<Place> {
        let at = *self.jumps.get(place.jumped)?;
        let mut calls = self.seen.iter().enumerate();
        let can_come = calls.all(|(index, seen)| {
            let progress = place.progress.of(index);
            if seen.called >= at {
                return true;
            }
            if seen.returned < at {
                return progress == Progress::DONE;
            }
            match progress {
                Progress::BEGUN => {
                    self.may_take_time(seen)
                        || self.machine.outcomes(place.state, seen.call).is_empty()
                }
                Progress::DONE => self.may_take_time(seen),
                _ => false,
            }
        });
        can_come.then(|| Place {
            jumped: place.jumped + 1,
            state: self.machine.slept(place.state),
            ..place
        })
    }

    fn may_take_time(&self, seen: &Seen<'_>) -> bool {
        self.machine.calls[seen.call].may_take_time
    }

    /// The places after the next moment of a call.
    fn steps(&self, place: Place, index: usize) -> Vec<Place> {
        let seen = &self.seen[index];
        let states = match place.progress.of(index) {
            Progress::AHEAD => {
                // What had returned before it was called has taken effect before it.
                let mut others = self.seen.iter().enumerate();
                let jump = self.jumps.get(place.jumped);
                let may_begin = jump.is_none_or(|&at| seen.called < at)
                    && others.all(|(other, earlier)| {
                        earlier.returned > seen.called || place.progress.of(other) == Progress::DONE
                    });
                let begun = may_begin.then(|| self.machine.begun(place.state, seen.call));
                begun.into_iter().collect()
            }
            Progress::BEGUN => self.ends(place.progress, seen, place.state),
            _ => Vec::new(),
        };
        let progress = place.progress.after(index);
        let places = states.into_iter().map(|state| Place {
            progress,
            state,
            ..place
        });
        places.collect()
    }

    /// The states after a call that takes effect now and gives what it gave.
    fn ends(&self, progress: Progress, seen: &Seen<'_>, state: State) -> Vec<State> {
        if self.ended.stuck && seen.result.is_none() {
            return Vec::new();
        }
        // What a call that has not returned will give is not known yet.
        let is_given = |result: &Value| seen.result.is_none_or(|given| given == result);
        let outcomes = self.machine.outcomes(state, seen.call);
        if outcomes.is_empty() {
            let limit = self.machine.calls[seen.call].limit;
            let took = seen.ended.saturating_sub(seen.began);
            let is_time =
                limit.is_some_and(|limit| took >= limit && self.is_time(progress, seen, limit));
            let gives_up = self.machine.timed_out(state, seen.call);
            let gives_up = gives_up.filter(|(result, _)| is_time && is_given(result));
            return gives_up.into_iter().map(|(_, state)| state).collect();
        }
        let given = outcomes.iter().filter(|(result, _)| is_given(result));
        given.map(|(_, state)| *state).collect()
    }

    /// Whether a call may give up after `limit`: what had returned before that is done.
    fn is_time(&self, progress: Progress, seen: &Seen<'_>, limit: u64) -> bool {
        let until = seen.began.saturating_add(limit).saturating_sub(STEPS);
        let mut others = self.seen.iter().enumerate();
        !self.ended.punctual
            || others
                .all(|(index, other)| other.ended >= until || progress.of(index) == Progress::DONE)
    }

    /// Says why there is none.
    fn refuted(&self, history: &History) -> Refuted {
        let returned = Search {
            ended: Ended {
                stuck: false,
                ..self.ended
            },
            ..*self
        };
        if self.ended.stuck && returned.finds() {
            return Refuted::Waits(self.waits(history));
        }
        let mut ends: Vec<usize> = self.seen.iter().map(|seen| seen.returned).collect();
        ends.retain(|&end| end != usize::MAX);
        ends.sort_unstable();
        // A beginning of a right history is right, so the first that is not shows the mistake.
        for end in ends {
            let seen = until(self.seen, end);
            let jumps = self.jumps.iter().take_while(|&&at| at <= end);
            let beginning = Search {
                seen: &seen,
                jumps: &self.jumps[..jumps.count()],
                ..returned
            };
            let culprit = seen.iter().find(|seen| seen.returned == end);
            let Some(culprit) = culprit.filter(|_| !beginning.finds()) else {
                continue;
            };
            let timeless = Search {
                jumps: &[],
                ..beginning
            };
            return Refuted::Result(if timeless.finds() {
                beginning.slept(history)
            } else {
                timeless.is_not_allowed(culprit, history)
            });
        }
        Refuted::Waits(self.waits(history))
    }

    /// Says which result no order of the calls allows, and what would be allowed.
    fn is_not_allowed(&self, culprit: &Seen<'_>, history: &History) -> Text {
        // Its own result may be among them, for a call that gives up too early.
        let mut allowed = self.allowed(culprit);
        let given = culprit.result.map(Value::to_string);
        allowed.retain(|allowed| Some(allowed) != given.as_ref());
        let limit = self.machine.calls[culprit.call].limit;
        let (en, zh) = if !allowed.is_empty() {
            let all = allowed.join(", ");
            (format!("allowed: {all}"), format!("允许的结果：{all}"))
        } else if let Some(limit) = limit.map(Duration::from_nanos) {
            (
                format!("it must wait until its limit of {limit:?} is over"),
                format!("它必须等到时限 {limit:?} 用完"),
            )
        } else {
            ("it must wait".to_owned(), "它必须等待".to_owned())
        };
        let said = self.say(culprit, history);
        let others = self.say_all(history, |seen| seen.called != culprit.called);
        let (others_en, others_zh) = match others {
            None => Default::default(),
            Some(others) => (
                format!(" The other calls up to then: {others}."),
                format!("到那时为止的其他调用：{others}。"),
            ),
        };
        let thread = |seen: &Seen<'_>| self.machine.calls[seen.call].thread;
        let (rules_en, rules_zh) = if self.seen.iter().all(|seen| thread(seen) == 0) {
            ("which the rules do not allow", "规则不允许这个结果")
        } else {
            (
                "which no order of the calls allows",
                "调用的任何次序都不允许这个结果",
            )
        };
        Text::new(
            format!("{said}, {rules_en} ({en}).{others_en}"),
            format!("{said}，{rules_zh}（{zh}）。{others_zh}"),
        )
    }

    /// The results that `culprit` could have had, with the others as they were.
    fn allowed(&self, culprit: &Seen<'_>) -> Vec<String> {
        let mut visited = HashSet::new();
        let mut found = Vec::new();
        let mut open = vec![self.start()];
        while let Some(place) = open.pop() {
            if !visited.insert(place) {
                continue;
            }
            for (index, seen) in self.seen.iter().enumerate() {
                if seen.called == culprit.called && place.progress.of(index) == Progress::BEGUN {
                    let outcomes = self.machine.outcomes(place.state, seen.call);
                    if outcomes.is_empty() {
                        let gives_up = self.machine.timed_out(place.state, seen.call);
                        found.extend(gives_up.map(|(result, _)| result.to_string()));
                    }
                    found.extend(outcomes.iter().map(|(result, _)| result.to_string()));
                    continue;
                }
                open.extend(self.steps(place, index));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Says which calls slept while time passed, although one of them could go on.
    fn slept(&self, history: &History) -> Text {
        let mut count = 1;
        // The first jump that cannot be.
        while count < self.jumps.len() {
            let jumps = &self.jumps[..count];
            if !(Search { jumps, ..*self }).finds() {
                break;
            }
            count += 1;
        }
        let at = self.jumps.get(count - 1).copied().unwrap_or(usize::MAX);
        let open = |seen: &Seen<'_>| seen.called < at && seen.returned >= at;
        let slept = self.say_all(history, open).unwrap_or_default();
        let (done_en, done_zh) = match self.say_all(history, |seen| seen.returned < at) {
            None => Default::default(),
            Some(done) => (
                format!(" The calls that had returned: {done}."),
                format!("此前已返回的调用：{done}。"),
            ),
        };
        Text::new(
            format!(
                "All threads slept until a time was up: {slept}. One of these calls could go on before.{done_en}"
            ),
            format!("所有线程都睡到了某个时限：{slept}。其中有调用在此之前就可以继续。{done_zh}"),
        )
    }

    /// Says which threads wait.
    fn waits(&self, history: &History) -> Text {
        let waiting = self.say_all(history, |seen| seen.result.is_none());
        let waiting = waiting.unwrap_or_default();
        let (done_en, done_zh) = match self.say_all(history, |seen| seen.result.is_some()) {
            None => Default::default(),
            Some(done) => (
                format!(" The calls that returned: {done}."),
                format!("已返回的调用：{done}。"),
            ),
        };
        Text::new(
            format!("Waiting forever: {waiting}. One of these calls could go on.{done_en}"),
            format!("永远等待：{waiting}。其中有调用本可以继续。{done_zh}"),
        )
    }

    /// A call as people write it: `T2: get() = 3`.
    fn say(&self, seen: &Seen<'_>, history: &History) -> String {
        let call = &self.machine.calls[seen.call];
        let thread = history.thread_name(call.thread);
        match seen.result {
            Some(result) => format!("{thread}: {} = {result}", call.text),
            None => format!("{thread}: {}", call.text),
        }
    }

    fn say_all(&self, history: &History, which: impl Fn(&Seen<'_>) -> bool) -> Option<String> {
        let all = self.seen.iter().filter(|seen| which(seen));
        let all: Vec<String> = all.map(|seen| self.say(seen, history)).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

/// The calls as they were at a position: those that began later are left out, those that
/// returned later have no result yet.
fn until<'h>(seen: &[Seen<'h>], end: usize) -> Vec<Seen<'h>> {
    let began = seen.iter().filter(|seen| seen.called < end);
    let so_far = |seen: &Seen<'h>| {
        if seen.returned <= end {
            return *seen;
        }
        Seen {
            result: None,
            returned: usize::MAX,
            ended: u64::MAX,
            ..*seen
        }
    };
    began.map(so_far).collect()
}

/// How much later than its limit a call returned, in nanoseconds, if nothing explains that.
///
/// Virtual time passes only where a thread waits for it. So a call may end as late as the last
/// limit of the calls that began before it ended, since their threads may hold what it needs; and
/// as late as a call without a limit returned, which may have slept.
fn lateness(machine: &Machine, call: &Seen<'_>, all: &[Seen<'_>]) -> Option<u64> {
    let deadline = |seen: &Seen<'_>| {
        let limit = machine.calls[seen.call].limit;
        limit.map(|limit| seen.began.saturating_add(limit))
    };
    call.result?;
    let own = deadline(call)?;
    let others = all
        .iter()
        .filter(|other| other.called < call.returned && other.call != call.call);
    let latest = others.map(|other| deadline(other).unwrap_or(other.ended));
    let latest = latest.max().unwrap_or(own).max(own);
    (call.ended > latest.saturating_add(STEPS)).then(|| call.ended - own)
}

fn is_late(machine: &Machine, history: &History, seen: &Seen<'_>, late: u64) -> Text {
    let search = Search {
        machine,
        seen: &[],
        jumps: &[],
        ended: Ended::default(),
    };
    let said = search.say(seen, history);
    let limit = machine.calls[seen.call].limit.unwrap_or_default();
    let [limit, late] = [limit, late].map(Duration::from_nanos);
    Text::new(
        format!("{said} came back {late:?} after its limit of {limit:?} was over."),
        format!("{said} 在其时限 {limit:?} 已过之后又过了 {late:?} 才返回。"),
    )
}
