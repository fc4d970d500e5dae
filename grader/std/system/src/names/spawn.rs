//! The start of programs: `posix_spawn(3)`, `execvp(3)`.
//!
//! What is asked for is kept behind a pointer in the first word of the values that the C library has for
//! that: how these are made up is no business of others.

use std::{ffi::CStr, panic::Location, ptr};

use kernel::{Fd, Pid, Signal, SignalSet, Spawn};
use libc::{
    c_char, c_int, c_short, pid_t, posix_spawn_file_actions_t as actions_t,
    posix_spawnattr_t as attributes_t, sigset_t,
};
use processes::Started;

use super::{
    path::text,
    result::{Called, Failure},
};

/// Copies of descriptors, in the order in which they are made.
type Duplicates = Vec<(Fd, Fd)>;

/// The attributes of a program that is to be started.
#[derive(Debug, Default)]
struct Attributes {
    flags: c_short,
    group: Pid,
    defaults: SignalSet,
    mask: SignalSet,
}

/// What a program may ask for.
const KNOWN: c_int =
    libc::POSIX_SPAWN_SETPGROUP | libc::POSIX_SPAWN_SETSIGDEF | libc::POSIX_SPAWN_SETSIGMASK;

unsafe extern "C" {
    /// The environment of the process.
    static environ: *const *mut c_char;
}

/// Leaves a call to the C library, unless the program under test makes it.
macro_rules! real_unless_program {
    ($name:literal($($argument:ident: $type:ty),*)) => {
        if !processes::is_program() {
            type Function = unsafe extern "C" fn($($type),*) -> c_int;
            // SAFETY: that is its type, and the caller promises what it asks for.
            return unsafe {
                super::real::<Function>($name).map_or(libc::ENOSYS, |real| real($($argument),*))
            };
        }
    };
}

pub unsafe fn posix_spawn_file_actions_init(actions: *mut actions_t) -> c_int {
    real_unless_program!(c"posix_spawn_file_actions_init"(actions: *mut actions_t));
    // SAFETY: the caller promises that there is room for them.
    unsafe { keep(actions, Duplicates::new()) }
}

pub unsafe fn posix_spawn_file_actions_destroy(actions: *mut actions_t) -> c_int {
    real_unless_program!(c"posix_spawn_file_actions_destroy"(actions: *mut actions_t));
    // SAFETY: the caller promises that they were initialised.
    unsafe { drop_kept::<_, Duplicates>(actions) }
}

pub unsafe fn posix_spawn_file_actions_adddup2(
    actions: *mut actions_t,
    fd: c_int,
    to: c_int,
) -> c_int {
    real_unless_program!(
        c"posix_spawn_file_actions_adddup2"(actions: *mut actions_t, fd: c_int, to: c_int)
    );
    if fd < 0 || to < 0 {
        return libc::EBADF;
    }
    // SAFETY: as above.
    unsafe { kept::<_, Duplicates>(actions) }.push((fd, to));
    0
}

/// The same by its name of today, which not every C library has.
pub unsafe fn posix_spawn_file_actions_addchdir(
    actions: *mut actions_t,
    path: *const c_char,
) -> c_int {
    // SAFETY: the caller promises the same.
    unsafe { posix_spawn_file_actions_addchdir_np(actions, path) }
}

/// All programs have the same working directory.
pub unsafe fn posix_spawn_file_actions_addchdir_np(
    actions: *mut actions_t,
    path: *const c_char,
) -> c_int {
    real_unless_program!(
        c"posix_spawn_file_actions_addchdir_np"(actions: *mut actions_t, path: *const c_char)
    );
    libc::ENOSYS
}

pub unsafe fn posix_spawnattr_init(attributes: *mut attributes_t) -> c_int {
    real_unless_program!(c"posix_spawnattr_init"(attributes: *mut attributes_t));
    // SAFETY: the caller promises that there is room for them.
    unsafe { keep(attributes, Attributes::default()) }
}

pub unsafe fn posix_spawnattr_destroy(attributes: *mut attributes_t) -> c_int {
    real_unless_program!(c"posix_spawnattr_destroy"(attributes: *mut attributes_t));
    // SAFETY: the caller promises that they were initialised.
    unsafe { drop_kept::<_, Attributes>(attributes) }
}

pub unsafe fn posix_spawnattr_setflags(attributes: *mut attributes_t, flags: c_short) -> c_int {
    real_unless_program!(
        c"posix_spawnattr_setflags"(attributes: *mut attributes_t, flags: c_short)
    );
    if c_int::from(flags) & !KNOWN != 0 {
        return libc::EINVAL;
    }
    // SAFETY: as above.
    unsafe { kept::<_, Attributes>(attributes) }.flags = flags;
    0
}

pub unsafe fn posix_spawnattr_setpgroup(attributes: *mut attributes_t, group: pid_t) -> c_int {
    real_unless_program!(
        c"posix_spawnattr_setpgroup"(attributes: *mut attributes_t, group: pid_t)
    );
    let Ok(group) = group.try_into() else {
        return libc::EINVAL;
    };
    // SAFETY: as above.
    unsafe { kept::<_, Attributes>(attributes) }.group = group;
    0
}

pub unsafe fn posix_spawnattr_setsigdefault(
    attributes: *mut attributes_t,
    signals: *const sigset_t,
) -> c_int {
    real_unless_program!(
        c"posix_spawnattr_setsigdefault"(attributes: *mut attributes_t, signals: *const sigset_t)
    );
    // SAFETY: as above; and the caller promises that it is a set.
    unsafe { kept::<_, Attributes>(attributes).defaults = set(signals) };
    0
}

pub unsafe fn posix_spawnattr_setsigmask(
    attributes: *mut attributes_t,
    signals: *const sigset_t,
) -> c_int {
    real_unless_program!(
        c"posix_spawnattr_setsigmask"(attributes: *mut attributes_t, signals: *const sigset_t)
    );
    // SAFETY: as above; and the caller promises that it is a set.
    unsafe { kept::<_, Attributes>(attributes).mask = set(signals) };
    0
}

/// A program is found by its name alone: there is no list of directories to look for it. It gives the
/// number of the error.
pub unsafe fn posix_spawnp(
    pid: *mut pid_t,
    file: *const c_char,
    actions: *const actions_t,
    attributes: *const attributes_t,
    arguments: *const *mut c_char,
    environment: *const *mut c_char,
) -> c_int {
    real_unless_program!(c"posix_spawnp"(
        pid: *mut pid_t,
        file: *const c_char,
        actions: *const actions_t,
        attributes: *const attributes_t,
        arguments: *const *mut c_char,
        environment: *const *mut c_char
    ));
    let start = || {
        // SAFETY: the caller promises that all of it is as the page of the manual says.
        let (spawn, environment) = unsafe {
            let spawn = asked_for(file, actions, attributes, arguments)?;
            (spawn, variables(environment)?)
        };
        Ok(processes::spawn_at(
            &spawn,
            environment,
            Location::caller(),
        )?)
    };
    match super::result::caught(start) {
        Ok(child) => {
            if !pid.is_null() {
                // SAFETY: the caller promises that there is room for it.
                unsafe { *pid = child.cast_signed() };
            }
            0
        }
        Err(Failure(number)) => number,
    }
}

/// Likewise. The environment is that of the process.
pub unsafe fn execvp(file: *const c_char, arguments: *const *const c_char) -> c_int {
    real_unless_program!(
        c"execvp"(file: *const c_char, arguments: *const *const c_char)
    );
    let become_it = || {
        if !processes::is_child() {
            // It is the process of the scenario, and the driver.
            return Err(Failure(libc::ENOSYS));
        }
        // SAFETY: the caller promises that these are strings, and the library that those are.
        let (program, arguments, environment) = unsafe {
            let arguments = texts(arguments.cast())?;
            (text(file)?.to_owned(), arguments, variables(environ)?)
        };
        let given = Started {
            arguments,
            environment,
        };
        match processes::exec_at(program, &given, Location::caller()) {
            Ok(never) => match never {},
            Err(errno) => Err(errno.into()),
        }
    };
    super::result::result(become_it)
}

/// What the arguments of the call ask for.
unsafe fn asked_for(
    file: *const c_char,
    actions: *const actions_t,
    attributes: *const attributes_t,
    arguments: *const *mut c_char,
) -> Called<Spawn> {
    // SAFETY: the caller promises that these are strings.
    let mut spawn = unsafe {
        Spawn {
            program: text(file)?.to_owned(),
            arguments: texts(arguments)?,
            ..Spawn::default()
        }
    };
    if !actions.is_null() {
        // SAFETY: the caller promises that they were initialised; nobody else looks at them meanwhile.
        let duplicates = unsafe { kept::<_, Duplicates>(actions.cast_mut()) };
        spawn.duplicates.clone_from(duplicates);
    }
    if !attributes.is_null() {
        // SAFETY: likewise.
        let attributes = unsafe { kept::<_, Attributes>(attributes.cast_mut()) };
        let has = |flag| c_int::from(attributes.flags) & flag != 0;
        spawn.group = has(libc::POSIX_SPAWN_SETPGROUP).then_some(attributes.group);
        if has(libc::POSIX_SPAWN_SETSIGDEF) {
            spawn.defaults = attributes.defaults;
        }
        spawn.mask = has(libc::POSIX_SPAWN_SETSIGMASK).then_some(attributes.mask);
    }
    Ok(spawn)
}

/// The strings of a list that ends in a null pointer.
unsafe fn texts(mut list: *const *mut c_char) -> Called<Vec<String>> {
    let mut all = Vec::new();
    if list.is_null() {
        return Ok(all);
    }
    // SAFETY: the caller promises that there is a null pointer at its end.
    while let item = unsafe { *list }
        && !item.is_null()
    {
        // SAFETY: it is a string.
        let bytes = unsafe { CStr::from_ptr(item) };
        // The kernel of the model has no other texts.
        all.push(
            bytes
                .to_str()
                .map_err(|_| Failure(libc::EILSEQ))?
                .to_owned(),
        );
        // SAFETY: there is another item behind it.
        list = unsafe { list.add(1) };
    }
    Ok(all)
}

/// Names and values of variables.
unsafe fn variables(list: *const *mut c_char) -> Called<Vec<(String, String)>> {
    // SAFETY: the caller promises that it is such a list.
    let all = unsafe { texts(list)? };
    let pair = |variable: &String| {
        let (name, value) = variable.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    Ok(all.iter().filter_map(pair).collect())
}

/// The signals of a set of C.
unsafe fn set(signals: *const sigset_t) -> SignalSet {
    // SAFETY: the caller promises that it is one.
    let has = |signal: &Signal| unsafe { libc::sigismember(signals, signal.number()) } == 1;
    Signal::ALL.into_iter().filter(has).collect()
}

/// Keeps a value behind a pointer at the beginning of one of C, which is made so.
unsafe fn keep<C, T>(place: *mut C, value: T) -> c_int {
    const { assert!(size_of::<C>() >= size_of::<*mut T>()) };
    // SAFETY: the caller promises that there is room for it.
    unsafe { place.cast::<*mut T>().write(Box::into_raw(Box::new(value))) };
    0
}

/// The value that is kept there.
unsafe fn kept<'a, C, T>(place: *mut C) -> &'a mut T {
    // SAFETY: the caller promises that one is kept there, and that nobody else uses it.
    unsafe { &mut **place.cast::<*mut T>() }
}

/// Drops the value that is kept there.
unsafe fn drop_kept<C, T>(place: *mut C) -> c_int {
    // SAFETY: the caller promises that one is kept there, and it is never used again.
    let kept = unsafe { Box::from_raw(place.cast::<*mut T>().replace(ptr::null_mut())) };
    drop(kept);
    0
}
