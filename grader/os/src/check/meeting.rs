//! A meeting: whether several children run at the same time, decided without a clock.

#![expect(
    clippy::disallowed_methods,
    reason = "what is not there any more in /proc is no error, and needs no better message"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    os::fd::OwnedFd,
    process,
    sync::Arc,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    pipe::pipe,
};

/// How often a child that waits looks at what the others do.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};
/// All other processes slept, and none was woken, between so many looks in a row.
const QUIET: u32 = 8;
/// Stands for a process that will not come. No process has this number.
const NO_PARTICIPANT: u32 = 0;

/// A place where children of one process wait for each other.
///
/// A parent whose children run at the same time lets them meet. If it does not, each
/// would wait forever; so a child that waits looks at its parent and at the parent's
/// other children. If all of them sleep, and none has run at all for a while, no other child is
/// left who could bring the missing ones: then it goes on alone, and says so, and the
/// meeting has failed for those who come later as well. A slow machine makes that later, and
/// never makes it wrong, as a process that could run and has to wait for a processor does
/// not sleep.
#[derive(Debug, Clone)]
pub struct Meeting(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Read and write ends, one pipe for each participant.
    doors: Vec<(OwnedFd, OwnedFd)>,
    /// The threads that the parent had before, and that have no part in this.
    bystanders: BTreeSet<i32>,
    parent: u32,
}

impl Meeting {
    /// A meeting of `count` children of this thread, which are yet to be started.
    ///
    /// # Errors
    ///
    /// If the system has no room for as many pipes.
    pub fn of(count: usize) -> io::Result<Self> {
        let doors = (0..count).map(|_| pipe()).collect::<Result<_, _>>()?;
        let parent = process::id();
        let mut bystanders = threads(parent);
        bystanders.remove(&this_thread()?);
        Ok(Self(Arc::new(Inner {
            doors,
            bystanders,
            parent,
        })))
    }

    /// Waits in a child until all others have come too, as participant number `who`. Says
    /// whether they have.
    ///
    /// In the process that made the meeting it returns `false` at once.
    pub fn attend(&self, who: usize) -> bool {
        if process::id() == self.0.parent {
            return false;
        }
        self.tell_all(process::id());
        let mut here = BTreeSet::new();
        let (mut before, mut quiet) = (BTreeMap::new(), 0);
        while here.len() < self.0.doors.len() {
            let mut own = [PollFd::new(&self.0.doors[who].0, PollFlags::IN)];
            match poll(&mut own, Some(&LOOK)) {
                Ok(0) => {
                    // Children that wait here poll as well, and bring no other child.
                    let mut now = self.others();
                    now.retain(|id, _| !here.contains(&id.cast_unsigned()));
                    let asleep = now.values().all(|other| other.starts_with('S'));
                    quiet = if asleep && now == before {
                        quiet + 1
                    } else {
                        0
                    };
                    before = now;
                    if quiet >= QUIET {
                        // A child that comes later need not find out as well.
                        self.tell_all(NO_PARTICIPANT);
                        return false;
                    }
                }
                Ok(_) => {
                    let mut id = [0; 4];
                    if rustix::io::read(&self.0.doors[who].0, &mut id) == Ok(id.len()) {
                        let id = u32::from_le_bytes(id);
                        if id == NO_PARTICIPANT {
                            return false;
                        }
                        here.insert(id);
                    }
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Says to each participant that a process is here, or that one will not come.
    fn tell_all(&self, id: u32) {
        for (_, door) in &self.0.doors {
            let _ = rustix::io::write(door, &id.to_le_bytes());
        }
    }

    /// What the parent's threads and its other children are doing: the state, and how
    /// often each was switched away from.
    fn others(&self) -> BTreeMap<i32, String> {
        let parent = self.0.parent;
        let mut all = threads(parent);
        all.extend(children_of(parent));
        let own = process::id().cast_signed();
        all.into_iter()
            .filter(|id| *id != own && !self.0.bystanders.contains(id))
            // A child that has ended meanwhile, or waits to be reaped, brings no other child.
            .filter_map(|id| Some((id, activity(id)?)))
            .filter(|(_, activity)| !activity.starts_with('Z'))
            .collect()
    }
}

/// The number that the system has given to this thread.
fn this_thread() -> io::Result<i32> {
    let link = fs::read_link("/proc/thread-self")?;
    let name = link
        .file_name()
        .and_then(|name| name.to_str()?.parse().ok());
    name.ok_or_else(|| io::ErrorKind::Other.into())
}

/// The threads of a process.
fn threads(pid: u32) -> BTreeSet<i32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return BTreeSet::new();
    };
    tasks
        .filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok())
        .collect()
}

/// The state of a thread, and how often it was switched away from.
fn activity(id: i32) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim())
    };
    let state = field("State")?;
    let [voluntary, other] = ["voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"].map(field);
    Some(format!("{state} {voluntary:?} {other:?}"))
}

/// The children of a process, running or ended and not waited for. The kernel has a list
/// of them only if it was built for that, so all processes are looked at.
pub(super) fn children_of(parent: u32) -> Vec<i32> {
    let all = fs::read_dir("/proc").into_iter().flatten();
    let ids = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let is_child = |id: &i32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // The name of the program comes before, and may hold anything but this.
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
        fields.split(' ').nth(1) == Some(&parent.to_string())
    };
    ids.filter(is_child).collect()
}
