//! Waiting for many descriptors: `epoll(7)`.

use kernel::{Answer, EpollControl, EpollEvent, EventCall, Events, SystemCall};
use libc::{c_int, epoll_event};

use super::{
    real_unless_program,
    result::{self, Failure, call, done, result, unexpected, within_milliseconds},
};

/// The events of `epoll_ctl(2)` that are modelled.
const KNOWN: [(c_int, Events); 7] = [
    (libc::EPOLLIN, Events::IN),
    (libc::EPOLLOUT, Events::OUT),
    (libc::EPOLLERR, Events::ERR),
    (libc::EPOLLHUP, Events::HUP),
    (libc::EPOLLRDHUP, Events::RDHUP),
    (libc::EPOLLONESHOT, Events::ONESHOT),
    (libc::EPOLLET, Events::ET),
];

pub unsafe fn epoll_create1(flags: c_int) -> c_int {
    real_unless_program!(SYS_epoll_create1, flags);
    result(|| {
        if flags & !libc::EPOLL_CLOEXEC != 0 {
            return Err(Failure(libc::EINVAL));
        }
        result::descriptor(SystemCall::Event(EventCall::Create))
    })
}

pub unsafe fn epoll_ctl(
    epoll: c_int,
    operation: c_int,
    fd: c_int,
    event: *mut epoll_event,
) -> c_int {
    real_unless_program!(SYS_epoll_ctl, epoll, operation, fd, event);
    result(|| {
        // SAFETY: the caller promises that there is one, or null.
        let event = (!event.is_null()).then(|| unsafe { event.read_unaligned() });
        let event = event.map(|event| {
            let asked = KNOWN
                .iter()
                .filter(|(bit, _)| event.events & bit.cast_unsigned() != 0);
            EpollEvent {
                events: asked.fold(Events::EMPTY, |all, (_, event)| all | *event),
                data: event.u64,
            }
        });
        let control = match (operation, event) {
            (libc::EPOLL_CTL_ADD, Some(event)) => EpollControl::Add(event),
            (libc::EPOLL_CTL_MOD, Some(event)) => EpollControl::Modify(event),
            (libc::EPOLL_CTL_DEL, _) => EpollControl::Delete,
            (_, None) => return Err(Failure(libc::EFAULT)),
            _ => return Err(Failure(libc::EINVAL)),
        };
        done(SystemCall::Event(EventCall::Control { epoll, fd, control }))
    })
}

pub unsafe fn epoll_wait(
    epoll: c_int,
    events: *mut epoll_event,
    most: c_int,
    milliseconds: c_int,
) -> c_int {
    // Without a mask of signals it is the same call.
    let no_mask = std::ptr::null::<libc::sigset_t>();
    real_unless_program!(
        SYS_epoll_pwait,
        epoll,
        events,
        most,
        milliseconds,
        no_mask,
        8
    );
    result(|| {
        let most = usize::try_from(most).unwrap_or_default();
        let made = if milliseconds == 0 {
            SystemCall::Event(EventCall::TryWait { epoll, most })
        } else {
            let wait = SystemCall::Event(EventCall::Wait { epoll, most });
            within_milliseconds(wait, milliseconds)
        };
        let found = match call(made)? {
            Answer::EpollEvents(found) => found,
            answer => unexpected(&answer),
        };
        for (place, event) in found.iter().enumerate() {
            let event = epoll_event {
                events: event.events.bits(),
                u64: event.data,
            };
            // SAFETY: the caller promises room for as many as it asks for.
            unsafe { events.add(place).write_unaligned(event) };
        }
        Ok(c_int::try_from(found.len()).unwrap_or(c_int::MAX))
    })
}
