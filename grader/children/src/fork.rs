//! `fork(2)` in its two forms, and what a new process does first.
//!
//! Every process is a child of the controller, also one that another process forks: that is
//! `CLONE_PARENT` of `clone(2)`. So the controller gets the status of each of them and leaves no
//! zombie, the end of a process does nothing to those that it forked, and all of them die with the
//! controller by the plainest means, `PR_SET_PDEATHSIG` of `prctl(2)`.

use std::{io, mem, ptr, sync::atomic::AtomicU32};

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

/// Forks a child of this process; its number in the parent, nothing in the child.
pub(crate) fn fork() -> io::Result<Option<Pid>> {
    // SAFETY: the child has only the calling thread, and the C library keeps its own locks in order,
    // among them those of `malloc`. Other threads of the controller hold no lock that the child could
    // want; those who fork have to see to that.
    let pid = unsafe { libc::fork() };
    told(pid.into())
}

/// Forks a child of the parent of this process, whose only thread is the calling one; its number in
/// the caller, nothing in the new process. Before that one runs, its number is in `pid`.
pub(crate) fn fork_sibling(pid: &AtomicU32) -> io::Result<Option<Pid>> {
    let mut flags = libc::CLONE_PARENT | libc::CLONE_PARENT_SETTID | libc::SIGCHLD;
    let mut thread = ptr::null_mut();
    if let Some(word) = thread_number() {
        flags |= libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID;
        thread = word;
    }
    // The last two arguments are in another order on most other processors.
    let [fourth, fifth] = if cfg!(target_arch = "x86_64") {
        [thread, ptr::null_mut()]
    } else {
        [ptr::null_mut(), thread]
    };
    // SAFETY: without a stack and without `CLONE_VM` this is `fork(2)`, and the new process goes on
    // with a copy of this stack. The C library's `fork` does two things more. It keeps locks in order
    // that other threads may hold, and there is no other thread. And it has the number of the thread
    // written down, which `thread_number` asks for. The kernel writes to two words that are valid.
    let result = unsafe {
        libc::syscall(
            libc::SYS_clone,
            libc::c_long::from(flags),
            ptr::null_mut::<libc::c_void>(),
            pid.as_ptr(),
            fourth,
            fifth,
        )
    };
    told(result)
}

fn told(result: libc::c_long) -> io::Result<Option<Pid>> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Pid::from_raw(result as i32))
}

/// Where the C library keeps the number of the calling thread, if it can be found out.
///
/// It is the word that the kernel clears when the thread ends. Other libraries have another word
/// there, so that it must have the number in it.
fn thread_number() -> Option<*mut i32> {
    let mut word: *mut i32 = ptr::null_mut();
    // SAFETY: the kernel writes an address to a variable.
    let asked = unsafe { libc::prctl(libc::PR_GET_TID_ADDRESS, &raw mut word) };
    if asked != 0 || word.is_null() {
        return None;
    }
    // SAFETY: the library has given this address to the kernel, which would write to it now if the
    // thread ended.
    let number = unsafe { word.read() };
    (number == rustix::thread::gettid().as_raw_nonzero().get()).then_some(word)
}

/// Makes this process die when the controller does.
pub(crate) fn die_with(controller: Pid) {
    let set = set_parent_process_death_signal(Some(Signal::KILL));
    // The controller may have died before that, and then another process is the parent.
    if set.is_err() || getppid() != Some(controller) {
        // SAFETY: ends this process.
        unsafe { libc::_exit(1) }
    }
}

/// Sees to it that children of this process stay until they were waited for, which a program can be
/// started without.
pub(crate) fn keep_ended_children() {
    // SAFETY: all zero bytes are a disposition. One that ignores the signal is put back to the
    // default, on which no code can rely.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        libc::sigaction(libc::SIGCHLD, ptr::null(), &raw mut action);
        if action.sa_sigaction == libc::SIG_IGN || action.sa_flags & libc::SA_NOCLDWAIT != 0 {
            action.sa_sigaction = libc::SIG_DFL;
            action.sa_flags = 0;
            libc::sigaction(libc::SIGCHLD, &raw const action, ptr::null_mut());
        }
    }
}

/// The last of those with a name. Real-time signals are sent to those alone who handle them, and to
/// reset them takes as long again.
const LAST_SIGNAL: libc::c_int = libc::SIGSYS;

/// Gives all signals with a name their default disposition, and blocks none: what the controller does for
/// itself on a signal is wrong in another process.
pub(crate) fn reset_signals() {
    // SAFETY: all zero bytes are a disposition and a set of signals. No handler of the new process
    // is there that could rely on another one. The kernel refuses where there is nothing to set.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = libc::SIG_DFL;
        for signal in 1..=LAST_SIGNAL {
            libc::sigaction(signal, &raw const action, ptr::null_mut());
        }
        let mut none: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
    }
}
