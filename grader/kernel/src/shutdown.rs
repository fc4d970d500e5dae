//! Ending a connection: `shutdown(2)`, and `close(2)` of a socket.

use std::net::Shutdown;

use crate::{
    descriptor::{Fd, Object},
    errno::Errno,
    kernel::Kernel,
    process::Pid,
    slots::Id,
    socket::{Ended, Family, Progress, Socket, State},
};

impl Kernel {
    /// Ends one direction of a connection or both, for all who share the socket. A listener that
    /// does not read any more listens no longer. `shutdown(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`, `ENOTCONN`. A socket that is not connected is shut down nevertheless,
    /// as in Linux, and stays so when it is connected later.
    pub fn shutdown(&mut self, pid: Pid, fd: Fd, how: Shutdown) -> Result<(), Errno> {
        let id = self.socket_behind(pid, fd)?;
        let ended = Ended {
            receiving: how != Shutdown::Write,
            sending: how != Shutdown::Read,
        };
        match self.sockets.get(id).family {
            Family::Inet => self.shut_down_inet(id, ended),
            Family::Unix => {
                self.shut_down_unix(id, ended);
                Ok(())
            }
        }
    }

    fn shut_down_inet(&mut self, id: Id<Socket>, ended: Ended) -> Result<(), Errno> {
        let socket = self.sockets.get_mut(id);
        if socket.progress == Progress::Connecting {
            socket.progress = match socket.state {
                State::SynSent | State::Close => Progress::Disconnecting,
                _ => Progress::Connected,
            };
        }
        let mut result = Ok(());
        match socket.state {
            State::Listen if !ended.receiving => {}
            State::Listen | State::SynSent => {
                self.disconnect(id);
                self.sockets.get_mut(id).progress = Progress::Unconnected;
            }
            state => {
                socket.ended.add(ended);
                if state == State::Close {
                    result = Err(Errno::ENOTCONN);
                } else if ended.sending && state != State::FinWait {
                    self.send_end(id);
                }
            }
        }
        self.wake_all(Object::Socket(id));
        result
    }

    fn shut_down_unix(&mut self, id: Id<Socket>, ended: Ended) {
        let socket = self.sockets.get_mut(id);
        socket.ended.add(ended);
        let peer = socket.peer;
        self.wake_all(Object::Socket(id));
        if let Some(peer) = peer {
            self.sockets.get_mut(peer).ended.add(Ended {
                receiving: ended.sending,
                sending: ended.receiving,
            });
            self.wake_all(Object::Socket(peer));
        }
    }

    /// What becomes of a connection whose socket is gone.
    pub(crate) fn close_socket(&mut self, id: Id<Socket>, mut socket: Socket) {
        if let Some(peer) = socket.peer {
            self.sockets.get_mut(peer).peer = None;
        }
        self.release_port(&socket);
        self.listeners.retain(|listener| *listener != id);
        let is_unread = !socket.received.is_empty();
        match (socket.family, socket.state) {
            (Family::Unix, _) => {
                if let Some(peer) = socket.peer {
                    let other = self.sockets.get_mut(peer);
                    other.ended = Ended::BOTH;
                    if is_unread {
                        other.error = Some(Errno::ECONNRESET);
                    }
                    self.wake_all(Object::Socket(peer));
                }
            }
            (_, State::Close) => {}
            (_, State::Listen) => self.end_backlog(&mut socket),
            (_, State::SynSent) => self.stop_waiting(id, &socket),
            _ if is_unread => self.abort(&socket),
            (_, state) => {
                let side = socket.side();
                if state != State::CloseWait {
                    self.keep_port(side.time_wait());
                }
                if state != State::FinWait {
                    self.deliver_end(&side);
                }
            }
        }
    }
}
