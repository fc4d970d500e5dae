//! What processes do in random programs.

use std::net::{Ipv4Addr, Shutdown, SocketAddrV4};

use kernel::{
    Action, ActionFlags, Atomic, Children, Direction, EpollControl, EpollEvent, EventCall, Events,
    Fd, GroupCall, IntervalTimer, LockKind, Locking, MemoryCall, MessageFlags, MutexCall,
    OpenFlags, Operation, PollFd, Protection, RingCall, SemaphoreCall, Signal, SignalCall,
    SignalSet, SocketCall, Submission, SystemCall, Target, TimeCall, WaitOptions, Whence,
};
use proptest::prelude::*;

use crate::scene::Objects;

/// A step of a process.
#[derive(Debug, Clone)]
pub(crate) enum Move {
    Call(SystemCall),
    Fork,
    Exit,
    FinishExit,
    TakeSignal,
}

pub(crate) fn a_move(objects: &Objects) -> BoxedStrategy<Move> {
    prop_oneof![
        20 => call(objects).prop_map(Move::Call),
        1 => Just(Move::Fork),
        1 => Just(Move::Exit),
        2 => Just(Move::FinishExit),
        4 => Just(Move::TakeSignal),
    ]
    .boxed()
}

fn call(objects: &Objects) -> BoxedStrategy<SystemCall> {
    let semaphore = semaphore(objects.clone());
    let mutex = mutex(objects.clone());
    let memory = memory(objects);
    prop_oneof![
        8 => files(),
        6 => bytes(),
        2 => locks(),
        3 => processes(),
        4 => signals().prop_map(SystemCall::Signal),
        1 => groups().prop_map(SystemCall::Group),
        1 => time().prop_map(SystemCall::Time),
        2 => semaphore.prop_map(SystemCall::Semaphore),
        2 => mutex.prop_map(SystemCall::Mutex),
        4 => memory.prop_map(SystemCall::Memory),
        9 => sockets().prop_map(SystemCall::Socket),
        6 => events().prop_map(SystemCall::Event),
        4 => rings().prop_map(SystemCall::Ring),
    ]
    .boxed()
}

/// Mostly one of those that are open at the beginning.
fn fd() -> impl Strategy<Value = Fd> {
    prop_oneof![8 => 3..17, 1 => 17..22]
}

fn count() -> impl Strategy<Value = usize> {
    prop::sample::select(&[0, 1, 3, 8, 30, 4096, 5000][..])
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    (count(), any::<u8>()).prop_map(|(count, byte)| vec![byte; count])
}

fn open_flags() -> impl Strategy<Value = OpenFlags> {
    let flags = [
        OpenFlags::READ,
        OpenFlags::WRITE,
        OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE,
        OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNCATE,
        OpenFlags::WRITE | OpenFlags::APPEND,
        OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::NEW,
    ];
    prop::sample::select(flags.to_vec())
}

fn blocking() -> impl Strategy<Value = OpenFlags> {
    prop::sample::select(&[OpenFlags::EMPTY, OpenFlags::NONBLOCK][..])
}

fn path() -> impl Strategy<Value = String> {
    prop::sample::select(&["a", "b", "d", "d/a"][..]).prop_map(Into::into)
}

fn files() -> BoxedStrategy<SystemCall> {
    let whence = prop::sample::select(&[Whence::Start, Whence::Current, Whence::End][..]);
    prop_oneof![
        1 => (path(), open_flags()).prop_map(|(path, flags)| SystemCall::Open { path, flags }),
        1 => blocking().prop_map(|flags| SystemCall::Pipe { flags }),
        1 => fd().prop_map(|fd| SystemCall::Dup { fd }),
        1 => (fd(), fd()).prop_map(|(fd, to)| SystemCall::Dup2 { fd, to }),
        2 => fd().prop_map(|fd| SystemCall::Close { fd }),
        1 => (fd(), -1..9i64, whence)
            .prop_map(|(fd, offset, whence)| SystemCall::Seek { fd, offset, whence }),
        1 => (fd(), 0..9u64).prop_map(|(fd, size)| SystemCall::Truncate { fd, size }),
        1 => fd().prop_map(|fd| SystemCall::IsNonblocking { fd }),
        1 => (fd(), any::<bool>()).prop_map(|(fd, is)| SystemCall::SetNonblocking { fd, is }),
        1 => path().prop_map(|path| SystemCall::Mkdir { path }),
        1 => path().prop_map(|path| SystemCall::Rmdir { path }),
        1 => path().prop_map(|path| SystemCall::Unlink { path }),
        1 => (path(), path()).prop_map(|(from, to)| SystemCall::Rename { from, to }),
        1 => path().prop_map(|path| SystemCall::Stat { path }),
        1 => fd().prop_map(|fd| SystemCall::Fstat { fd }),
        1 => fd().prop_map(|fd| SystemCall::Entries { fd }),
    ]
    .boxed()
}

fn bytes() -> BoxedStrategy<SystemCall> {
    prop_oneof![
        3 => (fd(), count()).prop_map(|(fd, count)| SystemCall::Read { fd, count }),
        3 => (fd(), data()).prop_map(|(fd, bytes)| SystemCall::Write { fd, bytes }),
        1 => (fd(), count(), 0..9u64)
            .prop_map(|(fd, count, at)| SystemCall::Pread { fd, count, at }),
        1 => (fd(), data(), 0..9u64).prop_map(|(fd, bytes, at)| SystemCall::Pwrite { fd, bytes, at }),
    ]
    .boxed()
}

fn locks() -> impl Strategy<Value = SystemCall> {
    let locking = [
        Locking::Lock(LockKind::Shared),
        Locking::Lock(LockKind::Exclusive),
        Locking::TryLock(LockKind::Shared),
        Locking::TryLock(LockKind::Exclusive),
        Locking::Unlock,
    ];
    let locking = prop::sample::select(locking.to_vec());
    // The files.
    (prop_oneof![3 => 3..7, 1 => fd()], locking)
        .prop_map(|(fd, locking)| SystemCall::Flock { fd, locking })
}

fn processes() -> BoxedStrategy<SystemCall> {
    let children = || {
        prop_oneof![
            2 => Just(Children::Any),
            3 => (1..8u32).prop_map(Children::One),
            1 => (1..8u32).prop_map(Children::Group),
            1 => Just(Children::OwnGroup),
        ]
    };
    let options = || {
        any::<(bool, bool)>().prop_map(|(stopped, continued)| WaitOptions {
            stopped: stopped && continued,
            continued,
        })
    };
    prop_oneof![
        2 => (children(), options())
            .prop_map(|(children, options)| SystemCall::Wait { children, options }),
        2 => (children(), options())
            .prop_map(|(children, options)| SystemCall::TryWait { children, options }),
        1 => Just(SystemCall::Parent),
        1 => any::<bool>().prop_map(|is| SystemCall::SetSubreaper { is }),
        1 => Just(exec()),
    ]
    .boxed()
}

fn signal() -> impl Strategy<Value = Signal> {
    let signals = [
        Signal::USR1,
        Signal::CHLD,
        Signal::STOP,
        Signal::TSTP,
        Signal::CONT,
        Signal::TERM,
        Signal::KILL,
        Signal::PIPE,
    ];
    prop::sample::select(signals.to_vec())
}

fn signals() -> BoxedStrategy<SignalCall> {
    let set = || prop::collection::vec(signal(), 0..5).prop_map(SignalSet::from_iter);
    let flagged = Action {
        flags: ActionFlags {
            nocldstop: true,
            nocldwait: true,
            ..ActionFlags::default()
        },
        ..Action::HANDLE
    };
    let action = [Action::DEFAULT, Action::IGNORE, Action::HANDLE, flagged];
    let action = prop::sample::select(action.to_vec());
    let target = prop_oneof![
        6 => (1..8u32).prop_map(Target::One),
        1 => (1..5u32).prop_map(Target::Group),
        1 => Just(Target::OwnGroup),
        1 => Just(Target::All),
    ];
    let number = prop_oneof![8 => signal().prop_map(Signal::number), 1 => 0..2i32];
    prop_oneof![
        1 => Just(SignalCall::Mask),
        2 => set().prop_map(|mask| SignalCall::SetMask { mask }),
        1 => Just(SignalCall::Pending),
        1 => signal().prop_map(|signal| SignalCall::Action { signal }),
        2 => (signal(), action)
            .prop_map(|(signal, action)| SignalCall::SetAction { signal, action }),
        1 => set().prop_map(|set| SignalCall::Wait { set }),
        5 => (target, number).prop_map(|(target, number)| SignalCall::Kill { target, number }),
    ]
    .boxed()
}

fn groups() -> BoxedStrategy<GroupCall> {
    prop_oneof![
        3 => (0..7u32, 0..5u32).prop_map(|(pid, group)| GroupCall::SetGroup { pid, group }),
        1 => (0..7u32).prop_map(|pid| GroupCall::Group { pid }),
        1 => Just(GroupCall::SetSession),
        1 => (0..7u32).prop_map(|pid| GroupCall::Session { pid }),
    ]
    .boxed()
}

fn time() -> BoxedStrategy<TimeCall> {
    let timer = IntervalTimer {
        value: 5,
        interval: 2,
    };
    prop_oneof![
        Just(TimeCall::Now),
        (0..2u64).prop_map(|until| TimeCall::Sleep { until }),
        (0..2u32).prop_map(|seconds| TimeCall::Alarm { seconds }),
        Just(TimeCall::SetTimer { timer }),
        Just(TimeCall::Timer),
    ]
    .boxed()
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(&["one", "two"][..]).prop_map(Into::into)
}

fn semaphore(objects: Objects) -> BoxedStrategy<SemaphoreCall> {
    let id = move || prop::sample::select(objects.semaphores.clone());
    prop_oneof![
        1 => (name(), open_flags(), 0..3u32)
            .prop_map(|(name, flags, value)| SemaphoreCall::Open { name, flags, value }),
        1 => id().prop_map(|id| SemaphoreCall::Close { id }),
        1 => name().prop_map(|name| SemaphoreCall::Unlink { name }),
        1 => (0..3u32).prop_map(|value| SemaphoreCall::Init { value }),
        1 => id().prop_map(|id| SemaphoreCall::Destroy { id }),
        4 => id().prop_map(|id| SemaphoreCall::Post { id }),
        4 => (id(), prop::option::of(0..2u64))
            .prop_map(|(id, until)| SemaphoreCall::Wait { id, until }),
        2 => id().prop_map(|id| SemaphoreCall::TryWait { id }),
        2 => id().prop_map(|id| SemaphoreCall::Value { id }),
    ]
    .boxed()
}

fn mutex(objects: Objects) -> BoxedStrategy<MutexCall> {
    let robustness = prop::sample::select(kernel_robustness());
    let id = move || prop::sample::select(objects.mutexes.clone());
    prop_oneof![
        1 => robustness.prop_map(|robustness| MutexCall::Init { robustness }),
        4 => id().prop_map(|id| MutexCall::Lock { id }),
        2 => id().prop_map(|id| MutexCall::TryLock { id }),
        3 => id().prop_map(|id| MutexCall::Unlock { id }),
        1 => id().prop_map(|id| MutexCall::Consistent { id }),
        1 => id().prop_map(|id| MutexCall::Destroy { id }),
    ]
    .boxed()
}

fn kernel_robustness() -> Vec<kernel::Robustness> {
    vec![kernel::Robustness::Robust, kernel::Robustness::Stalled]
}

fn memory(objects: &Objects) -> BoxedStrategy<MemoryCall> {
    let segment = objects.segment;
    let operation = prop_oneof![
        Just(Atomic::Load),
        (0..3u64).prop_map(Atomic::Store),
        (0..3u64).prop_map(Atomic::Exchange),
        (0..3u64).prop_map(Atomic::Add),
        (0..3u64, 0..3u64).prop_map(|(current, new)| Atomic::CompareExchange { current, new }),
    ];
    let atomic = (0..3u64, operation).prop_map(move |(word, operation)| MemoryCall::Atomic {
        id: segment,
        word,
        operation,
    });
    let protection = prop::sample::select(&[Protection::Read, Protection::ReadWrite][..]);
    prop_oneof![
        1 => (name(), open_flags()).prop_map(|(name, flags)| MemoryCall::Open { name, flags }),
        1 => name().prop_map(|name| MemoryCall::Unlink { name }),
        1 => (fd(), protection).prop_map(|(fd, protection)| MemoryCall::Map { fd, protection }),
        1 => (0..9u64).prop_map(|size| MemoryCall::MapAnonymous { size }),
        1 => Just(MemoryCall::Unmap { id: segment }),
        1 => fd().prop_map(|fd| MemoryCall::Size { fd }),
        8 => atomic,
    ]
    .boxed()
}

fn address() -> impl Strategy<Value = SocketAddrV4> {
    let port = prop_oneof![4 => 7..9u16, 1 => 49152..49156u16, 1 => Just(0)];
    port.prop_map(|port| SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
}

fn message_flags() -> impl Strategy<Value = MessageFlags> {
    let flags = [
        MessageFlags::EMPTY,
        MessageFlags::PEEK,
        MessageFlags::DONTWAIT,
        MessageFlags::NOSIGNAL,
    ];
    prop::sample::select(flags.to_vec())
}

fn direction() -> impl Strategy<Value = Direction> + Clone {
    prop::sample::select(&[Direction::Receiving, Direction::Sending][..])
}

fn sockets() -> BoxedStrategy<SocketCall> {
    let how = prop::sample::select(&[Shutdown::Read, Shutdown::Write, Shutdown::Both][..]);
    prop_oneof![
        1 => blocking().prop_map(|flags| SocketCall::Socket { flags }),
        1 => blocking().prop_map(|flags| SocketCall::Pair { flags }),
        2 => (fd(), address()).prop_map(|(fd, address)| SocketCall::Bind { fd, address }),
        1 => (fd(), any::<bool>()).prop_map(|(fd, is)| SocketCall::SetReuseAddress { fd, is }),
        2 => (fd(), 0..3).prop_map(|(fd, backlog)| SocketCall::Listen { fd, backlog }),
        4 => (fd(), blocking()).prop_map(|(fd, flags)| SocketCall::Accept { fd, flags }),
        6 => (fd(), address()).prop_map(|(fd, to)| SocketCall::Connect { fd, to }),
        2 => (fd(), how).prop_map(|(fd, how)| SocketCall::Shutdown { fd, how }),
        6 => (fd(), count(), message_flags())
            .prop_map(|(fd, count, flags)| SocketCall::Recv { fd, count, flags }),
        6 => (fd(), data(), message_flags())
            .prop_map(|(fd, bytes, flags)| SocketCall::Send { fd, bytes, flags }),
        1 => fd().prop_map(|fd| SocketCall::Name { fd }),
        1 => fd().prop_map(|fd| SocketCall::PeerName { fd }),
        1 => fd().prop_map(|fd| SocketCall::TakeError { fd }),
        1 => (fd(), direction(), prop::option::of(0..3_u64)).prop_map(|(fd, direction, limit)| {
            SocketCall::SetTimeLimit { fd, direction, limit }
        }),
        1 => (fd(), direction())
            .prop_map(|(fd, direction)| SocketCall::TimeLimit { fd, direction }),
    ]
    .boxed()
}

fn asked() -> impl Strategy<Value = Events> {
    let events = [
        Events::IN,
        Events::OUT,
        Events::IN | Events::OUT,
        Events::IN | Events::ET,
        Events::OUT | Events::ET,
        Events::IN | Events::OUT | Events::ONESHOT,
    ];
    prop::sample::select(events.to_vec())
}

fn events() -> BoxedStrategy<EventCall> {
    let one = || (fd(), asked()).prop_map(|(fd, events)| PollFd { fd, events });
    let descriptors = move || prop::collection::vec(one(), 1..4);
    let event = || (asked(), 0..9u64).prop_map(|(events, data)| EpollEvent { events, data });
    let control = prop_oneof![
        4 => event().prop_map(EpollControl::Add),
        2 => event().prop_map(EpollControl::Modify),
        1 => Just(EpollControl::Delete),
    ];
    let epoll = || prop_oneof![4 => 3..14, 1 => fd()];
    prop_oneof![
        2 => descriptors().prop_map(|descriptors| EventCall::Poll { descriptors }),
        2 => descriptors().prop_map(|descriptors| EventCall::TryPoll { descriptors }),
        1 => Just(EventCall::Create),
        5 => (epoll(), fd(), control)
            .prop_map(|(epoll, fd, control)| EventCall::Control { epoll, fd, control }),
        3 => (epoll(), 1..4usize).prop_map(|(epoll, most)| EventCall::Wait { epoll, most }),
        3 => (epoll(), 1..4usize).prop_map(|(epoll, most)| EventCall::TryWait { epoll, most }),
    ]
    .boxed()
}

fn rings() -> BoxedStrategy<RingCall> {
    let operation = prop_oneof![
        (fd(), count()).prop_map(|(fd, count)| Operation::Read(fd, count)),
        (fd(), data()).prop_map(|(fd, bytes)| Operation::Write(fd, bytes)),
        (fd(), blocking()).prop_map(|(fd, flags)| Operation::Accept(fd, flags)),
        (fd(), address()).prop_map(|(fd, to)| Operation::Connect(fd, to)),
        (fd(), count(), message_flags())
            .prop_map(|(fd, count, flags)| Operation::Recv(fd, count, flags)),
        (fd(), data(), message_flags())
            .prop_map(|(fd, bytes, flags)| Operation::Send(fd, bytes, flags)),
        (0..3u64).prop_map(Operation::Cancel),
    ];
    let submission =
        (operation, 0..3u64).prop_map(|(operation, user)| Submission { operation, user });
    let submissions = prop::collection::vec(submission, 1..3);
    prop_oneof![
        1 => (1..4usize).prop_map(|most| RingCall::Setup { most }),
        4 => (fd(), submissions)
            .prop_map(|(ring, submissions)| RingCall::Submit { ring, submissions }),
        2 => (fd(), 0..3usize).prop_map(|(ring, at_least)| RingCall::Wait { ring, at_least }),
        1 => fd().prop_map(|ring| RingCall::Completable { ring }),
        4 => (fd(), 0..6u64).prop_map(|(ring, number)| RingCall::Complete { ring, number }),
    ]
    .boxed()
}

fn exec() -> SystemCall {
    SystemCall::Exec {
        program: "a".to_owned(),
        arguments: Vec::new(),
    }
}
