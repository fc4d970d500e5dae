//! Pairs that depend on each other, and that random programs meet seldom.

use kernel::{
    EpollControl, EpollEvent, EventCall, Events, FIRST, GroupCall, Kernel, MessageFlags, Pid,
    SocketCall, SystemCall, Target,
};

use crate::{check, is_possible, moves::Move, scene::scene};

fn shared() -> (Kernel, Pid) {
    let (mut kernel, _) = scene();
    let child = kernel.fork(FIRST).unwrap();
    (kernel, child)
}

fn depend(kernel: &Kernel, one: &(Pid, Move), other: &(Pid, Move)) {
    let [first, second] = [(one.0, &one.1), (other.0, &other.1)];
    assert!(is_possible(kernel, first.0, first.1));
    assert!(is_possible(kernel, second.0, second.1));
    assert_eq!(check(kernel, first, second), Ok(false));
    assert_eq!(check(kernel, second, first), Ok(false));
}

fn send(fd: i32, count: usize) -> Move {
    Move::Call(SystemCall::Socket(SocketCall::Send {
        fd,
        bytes: vec![7; count],
        flags: MessageFlags::DONTWAIT,
    }))
}

fn watch(kernel: &mut Kernel, fds: &[i32]) {
    for fd in fds {
        let events = Events::IN;
        let control = EpollControl::Add(EpollEvent { events, data: 0 });
        kernel.epoll_ctl(FIRST, 10, *fd, control).unwrap();
    }
}

#[test]
fn the_order_in_which_items_become_ready_is_told() {
    let (mut kernel, child) = shared();
    watch(&mut kernel, &[5, 7]);
    let bytes = vec![1];
    let write = Move::Call(SystemCall::Write { fd: 6, bytes });
    depend(&kernel, &(child, write), &(FIRST, send(8, 1)));
}

#[test]
fn an_item_may_go_before_it_is_told() {
    let (mut kernel, child) = shared();
    watch(&mut kernel, &[5]);
    kernel.write(FIRST, 6, b"x").unwrap();
    kernel.close(child, 5).unwrap();
    let other = kernel.fork(child).unwrap();
    // It is the last one: then it is an item no more.
    let close = Move::Call(SystemCall::Close { fd: 5 });
    let wait = EventCall::TryWait { epoll: 10, most: 1 };
    depend(
        &kernel,
        &(FIRST, close),
        &(other, Move::Call(SystemCall::Event(wait))),
    );
}

#[test]
fn a_send_may_lack_the_room_that_a_receipt_makes() {
    let (mut kernel, child) = shared();
    kernel
        .send(FIRST, 12, &[1; 8], MessageFlags::EMPTY)
        .unwrap();
    let recv = Move::Call(SystemCall::Socket(SocketCall::Recv {
        fd: 13,
        count: 4,
        flags: MessageFlags::EMPTY,
    }));
    depend(&kernel, &(child, recv), &(FIRST, send(12, 6)));
}

#[test]
fn a_process_is_there_before_its_group_gets_a_signal() {
    let (mut kernel, child) = shared();
    let group = GroupCall::SetGroup { pid: 0, group: 0 };
    kernel.call(child, &SystemCall::Group(group)).unwrap();
    let target = Target::Group(child);
    let number = 10;
    let kill = SystemCall::Signal(kernel::SignalCall::Kill { target, number });
    depend(&kernel, &(child, Move::Fork), &(FIRST, Move::Call(kill)));
}

#[test]
fn a_peer_is_closed_or_not_when_the_other_sends() {
    let (mut kernel, child) = shared();
    kernel.close(FIRST, 12).unwrap();
    let close = Move::Call(SystemCall::Close { fd: 12 });
    depend(&kernel, &(child, close), &(FIRST, send(13, 1)));
}

#[test]
fn a_signal_finds_a_process_that_has_begun() {
    let (kernel, child) = shared();
    let target = Target::One(child + 1);
    let kill = SystemCall::Signal(kernel::SignalCall::Kill { target, number: 0 });
    depend(&kernel, &(child, Move::Fork), &(FIRST, Move::Call(kill)));
}
