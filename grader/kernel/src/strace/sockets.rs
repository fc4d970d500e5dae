//! Arguments of calls with sockets.

use std::time::Duration;

use super::{Text, debug, ends};
use crate::{
    system_call::{Answer, SocketCall},
    time_limit::Direction,
};

pub(super) fn arguments(call: &SocketCall, read: Option<&[u8]>, answer: Option<&Answer>) -> String {
    match call {
        SocketCall::Pair { .. } => ends(answer),
        SocketCall::Bind { fd, address } => format!("{fd}, {address}"),
        SocketCall::Connect { fd, to } => format!("{fd}, {to}"),
        SocketCall::Listen { fd, backlog } => format!("{fd}, {backlog}"),
        SocketCall::Recv { fd, count, .. } => format!("{fd}, {}, {count}", Text(read)),
        SocketCall::Send { fd, bytes, .. } => {
            format!("{fd}, {}, {}", Text(Some(bytes)), bytes.len())
        }
        SocketCall::Accept { fd, .. }
        | SocketCall::Name { fd }
        | SocketCall::PeerName { fd }
        | SocketCall::TakeError { fd } => format!("{fd}"),
        SocketCall::Shutdown { fd, how } => format!("{fd}, {how:?}"),
        SocketCall::SetTimeLimit {
            fd,
            direction,
            limit,
        } => {
            let milliseconds = Duration::from_nanos(limit.unwrap_or(0)).as_millis();
            format!("{fd}, {}, {milliseconds} ms", time_option(*direction))
        }
        SocketCall::TimeLimit { fd, direction } => format!("{fd}, {}", time_option(*direction)),
        SocketCall::Socket { .. } | SocketCall::SetReuseAddress { .. } => debug(call),
    }
}

fn time_option(direction: Direction) -> &'static str {
    match direction {
        Direction::Receiving => "SO_RCVTIMEO",
        Direction::Sending => "SO_SNDTIMEO",
    }
}
