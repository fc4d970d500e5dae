//! Waiting for several descriptors: `poll(2)`.

use kernel::{Answer, EventCall, Events, PollFd, SystemCall};
use libc::{c_int, c_short, nfds_t, pollfd};

use super::{
    real_unless_program,
    result::{Called, call, result, unexpected, within_milliseconds},
};

/// The events of `poll(2)` that are modelled.
const KNOWN: [(c_short, Events); 6] = [
    (libc::POLLIN, Events::IN),
    (libc::POLLOUT, Events::OUT),
    (libc::POLLERR, Events::ERR),
    (libc::POLLHUP, Events::HUP),
    (libc::POLLNVAL, Events::NVAL),
    (libc::POLLRDHUP, Events::RDHUP),
];

pub unsafe fn poll(descriptors: *mut pollfd, count: nfds_t, milliseconds: c_int) -> c_int {
    real_unless_program!(SYS_poll, descriptors, count, milliseconds);
    let watched = if count == 0 {
        &mut []
    } else {
        // SAFETY: the caller promises that there are as many.
        unsafe { std::slice::from_raw_parts_mut(descriptors, count as usize) }
    };
    result(|| {
        let found = events_at(watched, milliseconds)?;
        let mut ready = 0;
        for (watched, found) in watched.iter_mut().zip(found) {
            watched.revents = found.bits() as c_short;
            ready += c_int::from(!found.is_empty());
        }
        Ok(ready)
    })
}

/// The events at each descriptor.
#[track_caller]
fn events_at(watched: &[pollfd], milliseconds: c_int) -> Called<Vec<Events>> {
    let descriptors = watched.iter().map(|watched| PollFd {
        fd: watched.fd,
        events: events(watched.events),
    });
    let descriptors = descriptors.collect();
    let made = if milliseconds == 0 {
        SystemCall::Event(EventCall::TryPoll { descriptors })
    } else {
        let poll = SystemCall::Event(EventCall::Poll { descriptors });
        within_milliseconds(poll, milliseconds)
    };
    match call(made)? {
        Answer::Events(events) => Ok(events),
        answer => unexpected(&answer),
    }
}

fn events(bits: c_short) -> Events {
    let asked = KNOWN.iter().filter(|(bit, _)| bits & bit != 0);
    asked.fold(Events::EMPTY, |all, (_, event)| all | *event)
}
