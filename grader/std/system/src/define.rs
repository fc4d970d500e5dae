//! The definitions that a driver has.

/// Defines the functions of [`names`](crate::names) under their names of the C library, in whose place a
/// linker puts them. It has to stand in the program that is linked: in a library the linker may leave
/// them out.
#[doc(hidden)]
#[macro_export]
macro_rules! libc_names {
    () => {
        $crate::libc_names! {
            @define
            // Descriptors.
            close(fd: c_int) -> c_int;
            dup(fd: c_int) -> c_int;
            fcntl(fd: c_int, command: c_int, argument: c_ulong) -> c_int;
            ioctl(fd: c_int, request: c_ulong, argument: *mut c_void) -> c_int;
            pipe(ends: *mut c_int) -> c_int;
            pipe2(ends: *mut c_int, flags: c_int) -> c_int;
            // Bytes.
            read(fd: c_int, buffer: *mut c_void, count: size_t) -> ssize_t;
            readv(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t;
            write(fd: c_int, bytes: *const c_void, count: size_t) -> ssize_t;
            writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t;
            // Processes.
            _exit(status: c_int) -> !;
            fork() -> pid_t;
            getpid() -> pid_t;
            getppid() -> pid_t;
            kill(pid: pid_t, signal: c_int) -> c_int;
            wait4(pid: pid_t, status: *mut c_int, options: c_int, usage: *mut rusage) -> pid_t;
            waitpid(pid: pid_t, status: *mut c_int, options: c_int) -> pid_t;
            // Sockets.
            recv(fd: c_int, buffer: *mut c_void, count: size_t, flags: c_int) -> ssize_t;
            send(fd: c_int, bytes: *const c_void, count: size_t, flags: c_int) -> ssize_t;
            shutdown(fd: c_int, how: c_int) -> c_int;
            socketpair(domain: c_int, kind: c_int, protocol: c_int, pair: *mut c_int) -> c_int;
            // Several descriptors.
            poll(descriptors: *mut pollfd, count: nfds_t, milliseconds: c_int) -> c_int;
            // Threads.
            pthread_create(
                thread: *mut pthread_t,
                attributes: *const pthread_attr_t,
                body: extern "C" fn(*mut c_void) -> *mut c_void,
                argument: *mut c_void
            ) -> c_int;
        }
    };
    (@define $($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        const _: () = {
            #[allow(
                unused_imports,
                clippy::allow_attributes,
                reason = "the names of the types of C"
            )]
            use $crate::names::types::*;

            $(
                #[unsafe(no_mangle)]
                extern "C" fn $name($($argument: $type),*) -> $result {
                    // SAFETY: whoever calls it promises what it asks for.
                    unsafe { $crate::names::$name($($argument),*) }
                }
            )*
        };
    };
}
