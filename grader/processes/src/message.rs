//! What a child asks, and what it is answered.

use children::{Answer as Reply, Request};
use interleave::CallSite;
use kernel::{Answer, Errno, Fd, Pid, Signal, Spawn, SystemCall};
use serde::{Deserialize, Serialize};

/// What a child asks.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// For a call of the kernel.
    Call(SystemCall),
    /// For a child of its own.
    Fork,
    /// For one that runs a program.
    Spawn(Spawn),
    /// That the first process hears of this, and takes it for what its thread has said.
    Tell(Vec<u8>),
    /// What it has open, and its children.
    Look,
    /// For nothing: it waits for what never comes.
    Never,
    /// For the signals that it has to take before it exits.
    Signals,
    /// To go on where a handler has interrupted it, which has returned.
    Handled,
    /// For a slot into which it forks a process that begins where it stopped: it is a template.
    Begin,
}

/// What it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Told {
    /// What the call gave.
    Called(Answer),
    /// The number of its new child, and the slot into which it has to fork it. Without one, another
    /// process does that, or none.
    MayFork(Pid, Option<usize>),
    /// The slot into which a template has to fork.
    Begin(usize),
    /// That it was heard.
    Heard,
    /// What it has.
    Has(Possessions),
    /// That the handler of this signal has to run.
    Handle(Signal),
    /// The error.
    Failed(Errno),
}

/// What a process has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Possessions {
    /// Its descriptors, from the lowest on.
    pub descriptors: Vec<Fd>,
    /// The children that it has not waited for, running or not.
    pub children: Vec<Pid>,
}

/// Most bytes that one call writes or reads: the rest of a message has to fit beside them. A call
/// may always do less than it was asked for.
pub(crate) const MOST: usize = children::DATA / 2;

impl Ask {
    /// The request that carries it, and where in the program it is asked.
    pub(crate) fn request(&self, site: &CallSite) -> Request<'static> {
        Request {
            place: std::ptr::from_ref(site.location).expose_provenance() as u64,
            data: written(&(self, site.stack.addresses())).into(),
            ..Request::default()
        }
    }

    /// What a request carries: what is asked, and the return addresses where it is.
    pub(crate) fn of(request: &Request<'_>) -> Option<(Self, Vec<usize>)> {
        postcard::from_bytes(&request.data).ok()
    }
}

impl Told {
    pub(crate) fn reply(&self) -> Reply<'static> {
        Reply {
            data: written(self).into(),
            ..Reply::default()
        }
    }

    pub(crate) fn of(reply: &Reply<'_>) -> Option<Self> {
        postcard::from_bytes(&reply.data).ok()
    }

    /// About how many bytes it takes beside its own size.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Called(Answer::Bytes(bytes)) => bytes.len(),
            Self::Called(_) => postcard::experimental::serialized_size(self).unwrap_or_default(),
            _ => 0,
        }
    }
}

fn written(message: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(message).unwrap_or_default()
}
