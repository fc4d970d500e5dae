//! Arguments of calls that are about several descriptors.

use crate::{
    epoll::{EpollControl, EpollEvent},
    events::Events,
    poll::PollFd,
    system_call::{Answer, EventCall},
};

/// The events and flags, without what stands before their names.
const NAMES: [(Events, &str); 8] = [
    (Events::IN, "IN"),
    (Events::OUT, "OUT"),
    (Events::RDHUP, "RDHUP"),
    (Events::ERR, "ERR"),
    (Events::HUP, "HUP"),
    (Events::NVAL, "NVAL"),
    (Events::ONESHOT, "ONESHOT"),
    (Events::ET, "ET"),
];

pub(super) fn arguments(call: &EventCall, answer: Option<&Answer>) -> String {
    match call {
        EventCall::Poll { descriptors } | EventCall::TryPoll { descriptors } => {
            polled(descriptors, answer)
        }
        EventCall::Create => String::new(),
        EventCall::Control { epoll, fd, control } => match control {
            EpollControl::Add(event) => format!("{epoll}, EPOLL_CTL_ADD, {fd}, {}", item(event)),
            EpollControl::Modify(event) => format!("{epoll}, EPOLL_CTL_MOD, {fd}, {}", item(event)),
            EpollControl::Delete => format!("{epoll}, EPOLL_CTL_DEL, {fd}"),
        },
        EventCall::Wait { epoll, most } | EventCall::TryWait { epoll, most } => {
            let found = match answer {
                Some(Answer::EpollEvents(found)) => {
                    let all: Vec<_> = found.iter().map(item).collect();
                    format!("[{}]", all.join(", "))
                }
                _ => "…".to_owned(),
            };
            format!("{epoll}, {found}, {most}")
        }
    }
}

/// The descriptors, with what is waited for and what was found.
fn polled(descriptors: &[PollFd], answer: Option<&Answer>) -> String {
    let found = match answer {
        Some(Answer::Events(found)) => found.as_slice(),
        _ => &[],
    };
    let all = descriptors.iter().enumerate().map(|(place, polled)| {
        let asked = names("POLL", polled.events);
        let found = found.get(place).filter(|found| !found.is_empty());
        let found = found.map_or_else(String::new, |found| format!(" = {}", names("POLL", *found)));
        format!("{{{}: {asked}{found}}}", polled.fd)
    });
    let all: Vec<_> = all.collect();
    format!("[{}]", all.join(", "))
}

fn item(event: &EpollEvent) -> String {
    format!("{{{}, {}}}", names("EPOLL", event.events), event.data)
}

/// Events by their names in C.
fn names(prefix: &str, events: Events) -> String {
    let all = NAMES.iter().filter(|(event, _)| events.has(*event));
    let all: Vec<_> = all.map(|(_, name)| format!("{prefix}{name}")).collect();
    if all.is_empty() {
        return "0".to_owned();
    }
    all.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{strace::Strace, system_call::SystemCall};

    fn shown(call: EventCall, answer: Answer) -> String {
        let (call, gave) = (&SystemCall::Event(call), &Ok(answer));
        Strace { call, gave }.to_string()
    }

    #[test]
    fn what_was_found_stands_behind_what_was_asked_for() {
        let (reads, writes) = (Events::IN | Events::RDHUP, Events::EMPTY);
        let descriptors = vec![
            PollFd {
                fd: 3,
                events: reads,
            },
            PollFd {
                fd: 4,
                events: writes,
            },
        ];
        let answer = Answer::Events(vec![Events::EMPTY, Events::ERR]);
        assert_eq!(
            shown(EventCall::Poll { descriptors }, answer),
            "poll([{3: POLLIN|POLLRDHUP}, {4: 0 = POLLERR}]) = 1"
        );
    }

    #[test]
    fn an_item_has_its_events_and_its_number() {
        let (epoll, fd) = (5, 6);
        let events = Events::OUT | Events::ET;
        let control = EpollControl::Modify(EpollEvent { events, data: 7 });
        assert_eq!(
            shown(EventCall::Control { epoll, fd, control }, Answer::Nothing),
            "epoll_ctl(5, EPOLL_CTL_MOD, 6, {EPOLLOUT|EPOLLET, 7}) = 0"
        );
        let found = Answer::EpollEvents(vec![EpollEvent {
            events: Events::HUP,
            data: 7,
        }]);
        assert_eq!(
            shown(EventCall::Wait { epoll, most: 9 }, found),
            "epoll_wait(5, [{EPOLLHUP, 7}], 9) = 1"
        );
    }
}
