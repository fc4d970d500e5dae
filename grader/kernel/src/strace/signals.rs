//! Arguments of calls with signals.

use crate::{
    disposition::Disposition,
    kill::Target,
    signal::{Signal, SignalSet},
    system_call::{Answer, SignalCall},
};

pub(super) fn arguments(call: &SignalCall, answer: Option<&Answer>) -> String {
    let told = match answer {
        Some(Answer::Signals(signals)) => names(*signals),
        _ => "…".to_owned(),
    };
    match call {
        SignalCall::Mask => format!("SIG_BLOCK, NULL, {told}"),
        SignalCall::SetMask { mask } => format!("SIG_SETMASK, {}, NULL", names(*mask)),
        SignalCall::Pending => told,
        SignalCall::Action { signal } => format!("{signal}, NULL"),
        SignalCall::SetAction { signal, action } => {
            format!("{signal}, {}", disposition(action.disposition))
        }
        SignalCall::Wait { set } => names(*set),
        SignalCall::Kill { target, number } => {
            let target = match target {
                Target::One(pid) => format!("{pid}"),
                Target::Group(group) => format!("-{group}"),
                Target::OwnGroup => "0".to_owned(),
                Target::All => "-1".to_owned(),
            };
            let signal = Signal::from_number(*number);
            let signal = signal.map_or_else(|| number.to_string(), |signal| signal.to_string());
            format!("{target}, {signal}")
        }
    }
}

fn disposition(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Default => "SIG_DFL",
        Disposition::Ignore => "SIG_IGN",
        Disposition::Handle => "handler",
    }
}

fn names(signals: SignalSet) -> String {
    let all: Vec<_> = signals.iter().map(|signal| signal.to_string()).collect();
    format!("[{}]", all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{disposition::Action, strace::Strace, system_call::SystemCall};

    fn shown(call: SignalCall, answer: Answer) -> String {
        let (call, gave) = (&SystemCall::Signal(call), &Ok(answer));
        Strace { call, gave }.to_string()
    }

    #[test]
    fn sets_have_the_names_of_their_signals() {
        let mask = SignalSet::from_iter([Signal::TERM, Signal::HUP]);
        assert_eq!(
            shown(SignalCall::SetMask { mask }, Answer::Nothing),
            "sigprocmask(SIG_SETMASK, [SIGHUP SIGTERM], NULL) = 0"
        );
        let pending = Answer::Signals(SignalSet::EMPTY);
        assert_eq!(shown(SignalCall::Pending, pending), "sigpending([]) = 0");
        let wait = SignalCall::Wait { set: mask };
        assert_eq!(
            shown(wait, Answer::Signal(Signal::HUP)),
            "sigwaitinfo([SIGHUP SIGTERM]) = SIGHUP"
        );
    }

    #[test]
    fn an_action_is_shown_by_what_becomes_of_the_signal() {
        let signal = Signal::CHLD;
        let action = Action::HANDLE;
        assert_eq!(
            shown(
                SignalCall::SetAction { signal, action },
                Answer::Action(Action::DEFAULT)
            ),
            "sigaction(SIGCHLD, handler) = 0"
        );
    }
}
