//! The verdict process's end of the protocol: starts drivers, sends requests, and rejects every
//! reply that does not fit the request.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    os::unix::{net::UnixStream, process::ExitStatusExt},
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use grader_launch::Launch;
use grader_schema::protocol::{
    Answer, Ask, Fatal, Observation, Outside, Replayed, Reply, Request, RequestId, Run, Search,
    VERSION,
};

use crate::frame::{self, FrameError};

/// Why a driver gave no answer.
#[derive(Debug)]
pub(crate) enum DriverFailure {
    /// A signal ended it.
    Killed(i32),
    /// It exited before its work was done.
    Exited(i32),
    /// It sent something that was not asked for.
    Protocol,
    /// The time limit was reached, or it spins; the last visible operation, if known.
    TimedOut(Option<grader_schema::protocol::Location>),
    /// A stack is full.
    StackOverflow,
}

/// Bytes that are read at once: a driver sends its many small answers together.
const BUFFER: usize = 64 << 10;

/// A running driver.
pub(super) struct Driver {
    child: Child,
    socket: BufReader<UnixStream>,
    deadline: Instant,
    /// The scenarios that it says it has.
    pub(super) scenarios: Vec<String>,
}

/// What an exploration found.
pub(super) struct Explored {
    pub(super) seen: Vec<Observation>,
    pub(super) executions: u64,
    /// Whether the search has seen all there is.
    pub(super) complete: bool,
    /// What an execution touched outside of the model, if one did.
    pub(super) outside: Option<Outside>,
}

impl Driver {
    /// Starts a driver for the check `id`, in a directory of its own, and asks for its scenarios.
    pub(super) fn start(
        launch: &Launch,
        id: &str,
        limit: Duration,
    ) -> Result<Result<Self, DriverFailure>, io::Error> {
        let launch = Launch {
            directory: launch.directory.join(id),
            ..launch.clone()
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the caller names the driver in the error"
        )]
        std::fs::create_dir_all(&launch.directory)?;
        let (socket, theirs) = UnixStream::pair()?;
        // It has its limits when it is asked for the first time, and no student's function is
        // called before that.
        let child = grader_launch::start(&launch, Some(theirs.into()))?;
        let mut driver = Self {
            child,
            socket: BufReader::with_capacity(BUFFER, socket),
            deadline: Instant::now() + limit,
            scenarios: Vec::new(),
        };
        Ok(match driver.ask(Ask::Hello { version: VERSION }) {
            Ok(Answer::Scenarios(names)) => {
                driver.scenarios = names;
                Ok(driver)
            }
            Ok(_) => Err(DriverFailure::Protocol),
            Err(failure) => Err(failure),
        })
    }

    /// Gives the driver `limit` from now on.
    pub(super) fn allow(&mut self, limit: Duration) {
        self.deadline = Instant::now() + limit;
    }

    /// Explores executions of a scenario.
    pub(super) fn explore(
        &mut self,
        run: Run,
        search: Search,
        first: u64,
        count: u64,
    ) -> Result<Explored, DriverFailure> {
        let id = self.send(Ask::Explore {
            run,
            search,
            first,
            count,
        })?;
        let mut seen = Vec::new();
        loop {
            match self.receive(id)? {
                Answer::Seen(observation) => seen.push(observation),
                Answer::Explored {
                    executions,
                    complete,
                    outside,
                    // It may have seen more than these: a search that begins anew counts anew.
                } if executions <= count => {
                    return Ok(Explored {
                        seen,
                        executions,
                        complete,
                        outside,
                    });
                }
                _ => return Err(DriverFailure::Protocol),
            }
            if seen.len() as u64 > count {
                return Err(DriverFailure::Protocol);
            }
        }
    }

    /// Runs one schedule.
    pub(super) fn replay(
        &mut self,
        run: Run,
        choices: &str,
        exact: bool,
        traced: bool,
    ) -> Result<Replayed, DriverFailure> {
        let choices = choices.to_owned();
        match self.ask(Ask::Replay {
            run,
            choices,
            exact,
            traced,
        })? {
            Answer::Replayed(replayed) => Ok(*replayed),
            _ => Err(DriverFailure::Protocol),
        }
    }

    /// Says goodbye. A driver that does not answer in kind has not done what was asked.
    pub(super) fn end(mut self) -> Result<(), DriverFailure> {
        match self.ask(Ask::End)? {
            Answer::Bye => {}
            _ => return Err(DriverFailure::Protocol),
        }
        // After its farewell it must have nothing more to say. `read_exact` tries again where a
        // stop of the process, by Ctrl-Z for example, has interrupted it.
        match self.socket.read_exact(&mut [0]) {
            Ok(()) => Err(DriverFailure::Protocol),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            Err(error) => Err(self.failure(&error.into())),
        }
    }

    fn ask(&mut self, body: Ask) -> Result<Answer, DriverFailure> {
        let id = self.send(body)?;
        self.receive(id)
    }

    fn send(&mut self, body: Ask) -> Result<RequestId, DriverFailure> {
        let id = random_id().map_err(|_| DriverFailure::Protocol)?;
        let sent = frame::write(self.socket.get_mut(), &Request { id, body });
        match sent {
            Ok(()) => Ok(id),
            Err(error) => Err(self.failure(&error)),
        }
    }

    fn receive(&mut self, id: RequestId) -> Result<Answer, DriverFailure> {
        // What is there already need not be waited for.
        let ready = if self.socket.buffer().is_empty() {
            let left = self.deadline.saturating_duration_since(Instant::now());
            // A zero time-out would mean none at all.
            let left = left.max(Duration::from_millis(1));
            self.socket.get_ref().set_read_timeout(Some(left))
        } else {
            Ok(())
        };
        let reply: Result<Reply, FrameError> = ready
            .map_err(FrameError::from)
            .and_then(|()| frame::read(&mut self.socket));
        match reply {
            Ok(Reply {
                body: Answer::Fatal(fatal),
                ..
            }) => Err(match fatal {
                Fatal::StackOverflow => DriverFailure::StackOverflow,
                Fatal::Loop(place) => DriverFailure::TimedOut(place),
            }),
            Ok(reply) if reply.id == id => Ok(reply.body),
            Ok(_) => Err(DriverFailure::Protocol),
            Err(error) => Err(self.failure(&error)),
        }
    }

    /// What it means that the channel failed.
    fn failure(&mut self, error: &FrameError) -> DriverFailure {
        match error {
            FrameError::TimedOut => DriverFailure::TimedOut(None),
            FrameError::Closed => match self.wait_for_exit() {
                Some(status) => status.signal().map_or_else(
                    || DriverFailure::Exited(status.code().unwrap_or(-1)),
                    DriverFailure::Killed,
                ),
                None => DriverFailure::Protocol,
            },
            _ => DriverFailure::Protocol,
        }
    }

    /// The channel is closed, so the driver is ending or has closed it by itself.
    fn wait_for_exit(&mut self) -> Option<ExitStatus> {
        let patience = Instant::now() + Duration::from_secs(2);
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < patience => thread::sleep(Duration::from_millis(1)),
                _ => return None,
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The processes that the answer has started end with it.
        grader_launch::end(&mut self.child);
    }
}

fn random_id() -> io::Result<RequestId> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let [high, low] = [0, 8].map(|at| {
        let half = bytes[at..at + 8].try_into();
        u64::from_le_bytes(half.unwrap_or_default())
    });
    Ok(RequestId(high, low))
}
