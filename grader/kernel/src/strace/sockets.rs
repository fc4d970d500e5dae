//! Arguments of calls with sockets.

use std::{net::Shutdown, time::Duration};

use super::{Text, ends};
use crate::{
    socket::Address,
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
        SocketCall::Accept { fd, .. } => match answer {
            Some(Answer::Accepted(accepted)) => format!("{fd}, {}", accepted.peer),
            _ => format!("{fd}, …"),
        },
        SocketCall::Name { fd } | SocketCall::PeerName { fd } => match answer {
            Some(Answer::Address(Address::Inet(address))) => format!("{fd}, {address}"),
            Some(Answer::Address(Address::Unnamed)) => format!("{fd}, AF_UNIX"),
            _ => format!("{fd}, …"),
        },
        SocketCall::TakeError { fd } => match answer {
            Some(Answer::Error(Some(errno))) => format!("{fd}, SO_ERROR, [{errno:?}]"),
            Some(_) => format!("{fd}, SO_ERROR, [0]"),
            None => format!("{fd}, SO_ERROR, …"),
        },
        SocketCall::Shutdown { fd, how } => format!("{fd}, {}", direction(*how)),
        SocketCall::SetTimeLimit {
            fd,
            direction,
            limit,
        } => {
            let milliseconds = Duration::from_nanos(limit.unwrap_or(0)).as_millis();
            format!("{fd}, {}, {milliseconds} ms", time_option(*direction))
        }
        SocketCall::TimeLimit { fd, direction } => format!("{fd}, {}", time_option(*direction)),
        SocketCall::Socket { .. } => "AF_INET, SOCK_STREAM".to_owned(),
        SocketCall::SetReuseAddress { fd, is } => format!("{fd}, SO_REUSEADDR, {}", u8::from(*is)),
    }
}

fn direction(how: Shutdown) -> &'static str {
    match how {
        Shutdown::Read => "SHUT_RD",
        Shutdown::Write => "SHUT_WR",
        Shutdown::Both => "SHUT_RDWR",
    }
}

fn time_option(direction: Direction) -> &'static str {
    match direction {
        Direction::Receiving => "SO_RCVTIMEO",
        Direction::Sending => "SO_SNDTIMEO",
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddrV4};

    use super::*;
    use crate::{
        errno::Errno, flags::OpenFlags, listen::Accepted, strace::Strace, system_call::SystemCall,
    };

    fn shown(call: SocketCall, answer: Answer) -> String {
        let (call, gave) = (&SystemCall::Socket(call), &Ok(answer));
        Strace { call, gave }.to_string()
    }

    #[test]
    fn options_and_flags_have_the_names_of_c() {
        let flags = OpenFlags::EMPTY;
        assert_eq!(
            shown(SocketCall::Socket { flags }, Answer::Descriptor(3)),
            "socket(AF_INET, SOCK_STREAM) = 3"
        );
        let (fd, how) = (3, Shutdown::Write);
        assert_eq!(
            shown(SocketCall::Shutdown { fd, how }, Answer::Nothing),
            "shutdown(3, SHUT_WR) = 0"
        );
        assert_eq!(
            shown(
                SocketCall::SetReuseAddress { fd, is: true },
                Answer::Nothing
            ),
            "setsockopt(3, SO_REUSEADDR, 1) = 0"
        );
        assert_eq!(
            shown(
                SocketCall::TakeError { fd },
                Answer::Error(Some(Errno::EINVAL))
            ),
            "getsockopt(3, SO_ERROR, [EINVAL]) = 0"
        );
    }

    #[test]
    fn whom_a_socket_is_connected_to_stands_among_the_arguments() {
        let peer = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 4000);
        let (fd, flags) = (3, OpenFlags::EMPTY);
        let accepted = Accepted { fd: 4, peer };
        assert_eq!(
            shown(SocketCall::Accept { fd, flags }, Answer::Accepted(accepted)),
            "accept4(3, 127.0.0.1:4000) = 4"
        );
        let address = Answer::Address(Address::Inet(peer));
        assert_eq!(
            shown(SocketCall::PeerName { fd }, address),
            "getpeername(3, 127.0.0.1:4000) = 0"
        );
    }
}
