//! What waiting for children touches.

use super::{Access, Accesses, Part};
use crate::{
    kernel::Kernel,
    process::Pid,
    wait::{Children, WaitOptions},
};

impl Kernel {
    pub(super) fn wait_accesses(
        &self,
        pid: Pid,
        children: Children,
        options: WaitOptions,
        to: &mut Accesses,
    ) {
        // It comes after the end of the child, unless there is other news, or another child.
        let access = match children {
            Children::One(_) if options == WaitOptions::ENDS => Access::Acquire,
            Children::Any if options == WaitOptions::ENDS && self.children(pid).count() == 1 => {
                Access::Acquire
            }
            _ => Access::Write,
        };
        self.children_accesses(pid, children, access, to);
    }

    pub(super) fn try_wait_accesses(&self, pid: Pid, children: Children, to: &mut Accesses) {
        self.children_accesses(pid, children, Access::Write, to);
    }

    fn children_accesses(&self, pid: Pid, children: Children, access: Access, to: &mut Accesses) {
        to.push((Part::Children(pid), Access::Read));
        let mut child_accesses = |child| {
            to.push((Part::Process(child), access));
            to.push((Part::Existence(child), Access::Write));
        };
        match children {
            Children::One(child) => child_accesses(child),
            Children::Any | Children::Group(_) | Children::OwnGroup => {
                self.children(pid).for_each(child_accesses);
            }
        }
        if matches!(children, Children::Group(_) | Children::OwnGroup) {
            to.push((Part::Groups, Access::Read));
        }
        removal_accesses(to);
    }
}

/// A process is there no more.
pub(super) fn removal_accesses(to: &mut Accesses) {
    to.push((Part::Processes, Access::Add));
    to.push((Part::Groups, Access::Add));
}
