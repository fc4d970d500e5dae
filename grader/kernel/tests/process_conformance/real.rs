//! A program on the real kernel, by `real.py`.

use std::{
    cell::{RefCell, RefMut},
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use kernel::{FIRST, Pid, Signal, SignalSet};
use tempfile::TempDir;

use crate::{
    simulated::{Answer, Gave, Made, Signals, Simulated, State},
    words::Word,
};

/// After so long, what was not seen is not seen any more.
const PATIENCE: Duration = Duration::from_secs(10);
/// A number that no process and no group has.
const NONE: u32 = 0x7fff_fff0;

/// The program that forks the first process of each program.
pub(crate) struct Server {
    child: Child,
    /// Until it is to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    listener: UnixListener,
    _directory: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        listener.set_nonblocking(true).unwrap();
        let mut child = Command::new("python3")
            // Nothing of the user's own is looked for, which takes most of the time.
            .args(["-I", "-S", "-c"])
            .arg(include_str!("real.py"))
            .arg(&path)
            // No other server has the same.
            .arg(directory.path().file_name().unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed, which makes the real calls");
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            listener,
            _directory: directory,
        }
    }

    fn say(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{line}").unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.input = None;
        self.child.wait().unwrap();
    }
}

/// The processes of a program.
pub(crate) struct Real<'s> {
    server: RefMut<'s, Server>,
    connections: BTreeMap<Pid, BufReader<UnixStream>>,
    /// Their real numbers, also of those that are gone.
    numbers: BTreeMap<Pid, u32>,
    /// Those that were there.
    there: Vec<Pid>,
}

impl<'s> Real<'s> {
    pub(crate) fn start(server: &'s RefCell<Server>) -> Self {
        let mut server = server.borrow_mut();
        server.say("program");
        let mut real = Self {
            server,
            connections: BTreeMap::new(),
            numbers: BTreeMap::new(),
            there: Vec::new(),
        };
        real.accept(FIRST);
        real
    }

    /// Takes up the connection of a new process.
    fn accept(&mut self, pid: Pid) {
        let connection = until(|| self.server.listener.accept().ok());
        let (connection, _) = connection.expect("the new process connects");
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut connection = BufReader::new(connection);
        let number = line(&mut connection).parse().unwrap();
        self.numbers.insert(pid, number);
        self.connections.insert(pid, connection);
    }

    /// Has a process make a call.
    pub(crate) fn make(&mut self, made: &Made, context: &impl Fn() -> String) {
        let number = |pid: &Option<Pid>| pid.map_or(NONE, |pid| self.numbers[&pid]);
        let words = made.words.iter().map(|word| match word {
            Word::Text(text) => text.clone(),
            Word::Pid(pid) => number(pid).to_string(),
            Word::Group(group) => format!("-{}", number(group)),
        });
        // One write, so that the process reads all of it at once.
        let line = words.collect::<Vec<_>>().join(" ") + "\n";
        let connection = self.connections.get_mut(&made.pid).unwrap();
        let sent = connection.get_mut().write_all(line.as_bytes());
        sent.unwrap_or_else(|error| panic!("{error}: {}", context()));
        if let Some(child) = made.child {
            self.accept(child);
        }
    }

    /// Reads what a process says of its call, and compares.
    pub(crate) fn expect(&mut self, answer: &Answer, context: &impl Fn() -> String) {
        let number = |pid: Pid| self.numbers[&pid];
        let gave = match &answer.gave {
            Gave::Nothing => String::new(),
            Gave::Number(number) => number.to_string(),
            Gave::Count(count) => count.to_string(),
            Gave::Signals(signals) => {
                let numbers = signals.iter().map(|signal| signal.number().to_string());
                numbers.collect::<Vec<_>>().join(" ")
            }
            Gave::Pid(pid) => number(*pid).to_string(),
            Gave::Waited(None) => "0 0".to_owned(),
            Gave::Waited(Some((pid, status))) => format!("{} {status}", number(*pid)),
            Gave::Error(errno) => format!("error {errno}"),
        };
        let handled: Vec<_> = answer.handled.iter().map(i32::to_string).collect();
        let expected = format!("{}|{gave}", handled.join(" "));
        let connection = self.connections.get_mut(&answer.pid).unwrap();
        let said = line(connection);
        assert_eq!(
            said,
            expected,
            "{answer:?}, {:?}, {}",
            self.numbers,
            context()
        );
    }

    /// Compares what is seen of all processes, as soon as it is so.
    pub(crate) fn expect_state(&mut self, simulated: &Simulated, context: &impl Fn() -> String) {
        let expected = simulated.states();
        let gone = self.there.iter().filter(|pid| !expected.contains_key(pid));
        let expected: BTreeMap<Pid, Option<State>> = gone
            .map(|pid| (*pid, None))
            .chain(
                expected
                    .iter()
                    .map(|(pid, state)| (*pid, Some(state.clone()))),
            )
            .collect();
        let seen = || -> BTreeMap<Pid, Option<State>> {
            let all = expected.keys();
            all.map(|pid| (*pid, self.state(*pid))).collect()
        };
        if until(|| (seen() == expected).then_some(())).is_none() {
            assert_eq!(seen(), expected, "{:?}, {}", self.numbers, context());
        }
        let there = expected.iter().filter(|(_, state)| state.is_some());
        self.there = there.map(|(pid, _)| *pid).collect();
        let there = &self.there;
        self.connections.retain(|pid, _| there.contains(pid));
    }

    fn state(&self, pid: Pid) -> Option<State> {
        let number = self.numbers[&pid];
        let status = read(&format!("/proc/{number}/status"))?;
        let stat = read(&format!("/proc/{number}/stat"))?;
        // What comes before is the name of the program, which may have spaces.
        let mut fields = stat.rsplit(')').next()?.split_whitespace();
        let letter = fields.next()?.chars().next()?;
        let mut simulated = || {
            let number: u32 = fields.next()?.parse().ok()?;
            let mut known = self.numbers.iter();
            let found = known.find(|(_, known)| **known == number);
            Some(found.map_or(number, |(pid, _)| *pid))
        };
        let (parent, group, session) = (simulated()?, simulated()?, simulated()?);
        let set = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name))?;
            let bits = u64::from_str_radix(value.trim(), 16).ok()?;
            let all = Signal::ALL.into_iter();
            Some(
                all.filter(|signal| bits >> (signal.number() - 1) & 1 == 1)
                    .collect::<SignalSet>(),
            )
        };
        let blocked = set("SigBlk:")?;
        let signals = Signals {
            pending: (set("SigPnd:")? | set("ShdPnd:")?).and(blocked),
            blocked,
            ignored: set("SigIgn:")?,
            handled: set("SigCgt:")?,
        };
        Some(State {
            letter,
            parent: (pid != FIRST).then_some(parent),
            group,
            session,
            signals: (letter != 'Z').then_some(signals),
        })
    }
}

impl Drop for Real<'_> {
    fn drop(&mut self) {
        // Zombies have no connection any more, and new processes were not compared.
        let left = self.there.iter().chain(self.connections.keys());
        let left = left.map(|pid| self.numbers[pid].to_string());
        let line = format!("end {}", left.collect::<Vec<_>>().join(" "));
        self.connections.clear();
        self.server.say(&line);
        let mut ended = String::new();
        self.server.output.read_line(&mut ended).unwrap();
    }
}

/// A file of `/proc`, if the process is there.
fn read(path: &str) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

fn line(connection: &mut impl BufRead) -> String {
    let mut line = String::new();
    if let Err(error) = connection.read_line(&mut line) {
        return format!("no answer: {error}");
    }
    line.trim_end_matches('\n').to_owned()
}

/// Asks again and again, until there is an answer or no patience.
fn until<T>(ask: impl Fn() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        match ask() {
            Some(answer) => return Some(answer),
            None if began.elapsed() > PATIENCE => return None,
            None => thread::sleep(Duration::from_micros(100)),
        }
    }
}
