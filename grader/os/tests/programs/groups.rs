//! Process groups, sessions and orphans.

use std::{
    io::{Read as _, Write as _, pipe},
    os::unix::process::parent_id,
    process,
};

use os::{Signal, fork, getpgid, getsid, killpg, set_subreaper, setpgid, setsid, wait_any};

use super::{signals::waiting, waits::named};

pub(crate) fn killed() -> String {
    let (mut one, mut two) = (waiting(), waiting());
    setpgid(one.pid(), one.pid()).expect("it is a child");
    setpgid(two.pid(), one.pid()).expect("it is a child");
    let mut other = fork(|| 0).expect("a child");
    killpg(one.pid(), Signal::TERM).expect("there are two");
    let (first, second) = (one.wait(), two.wait());
    let errors = [
        named(killpg(one.pid(), Signal::TERM)),
        named(killpg(1, Signal::TERM)),
        named(killpg(0, Signal::TERM)),
    ];
    format!("{first:?} {second:?} {:?} {errors:?}", other.wait())
}

pub(crate) fn inherited() -> String {
    let own = process::id();
    let group = getpgid(own).expect("it is there");
    let session = getsid(own).expect("it is there");
    let mut child = fork(|| {
        let child = process::id();
        let is_same = getpgid(child).is_ok_and(|of_child| of_child == group);
        let is_same_session = getsid(child).is_ok_and(|of_child| of_child == session);
        i32::from(is_same) + 2 * i32::from(is_same_session)
    })
    .expect("a child");
    let pid = child.pid();
    let is_same = getpgid(pid).expect("it is a child") == group;
    let is_same_session = getsid(pid).expect("it is a child") == session;
    format!("{is_same} {is_same_session} {:?}", child.wait())
}

pub(crate) fn session() -> String {
    let mut leads_session = fork(|| {
        let own = process::id();
        let began = setsid().is_ok_and(|session| session == own);
        let is_leader = getsid(own).is_ok_and(|session| session == own);
        let leads = getpgid(own).is_ok_and(|group| group == own);
        i32::from(began) + 2 * i32::from(is_leader) + 4 * i32::from(leads)
    })
    .expect("a child");
    let first = leads_session.wait();
    let mut leads_group = fork(|| {
        let own = process::id();
        setpgid(own, own).expect("it is this one");
        i32::from(named(setsid()) == "EPERM")
    })
    .expect("a child");
    format!("{first:?} {:?}", leads_group.wait())
}

pub(crate) fn errors() -> String {
    let mut child = waiting();
    let errors = [
        // No group has that number: the child is in another one.
        named(setpgid(child.pid(), child.pid() + 1_000)),
        named(setpgid(parent_of_all(), child.pid())),
        named(getpgid(0)),
        named(getsid(u32::MAX)),
    ];
    child.kill().expect("it is there");
    child.wait().expect("it ends");
    format!("{errors:?}")
}

/// A process that is no child of this one, if there is one at all.
fn parent_of_all() -> u32 {
    match parent_id() {
        0 => 1_000_000_000,
        parent => parent,
    }
}

pub(crate) fn adopted() -> String {
    set_subreaper(true).expect("it can be");
    let (mut reads, mut writes) = pipe().expect("a pipe");
    let mut parent = fork(|| {
        let orphan = fork(|| {
            // It ends when its parent has.
            reads.read_exact(&mut [0]).expect("it is written");
            9
        })
        .expect("a child");
        i32::from(orphan.pid() == 0)
    })
    .expect("a child");
    parent.wait().expect("it ends");
    writes.write_all(b"x").expect("it is read");
    let (pid, exit) = wait_any().expect("it was adopted");
    let count = 1 + usize::from(named(wait_any()) == "ECHILD");
    format!("{} {exit:?} {count}", pid != parent.pid())
}

pub(crate) fn not_adopted() -> String {
    let mut middle = fork(|| {
        set_subreaper(true).expect("it can be");
        set_subreaper(false).expect("it can be");
        let mut parent = fork(|| {
            fork(|| 0).expect("a child");
            0
        })
        .expect("a child");
        parent.wait().expect("it ends");
        i32::from(named(wait_any()) == "ECHILD")
    })
    .expect("a child");
    format!("{:?}", middle.wait())
}
