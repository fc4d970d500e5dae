//! The names of the C library that a driver defines.

/// Defines the functions of [`names`](crate::names) under their names of the C library, in whose place a
/// linker puts them. It has to stand in the program that is linked: in a library the linker may leave
/// them out.
#[doc(hidden)]
#[macro_export]
macro_rules! libc_names {
    () => {
        $crate::with_libc_names! { $crate::define_libc_names }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! define_libc_names {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
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

/// Gives another macro all names with their signatures. Those that take more arguments or fewer by what they
/// are asked for have all of them here, which is the same on this system.
#[doc(hidden)]
#[macro_export]
macro_rules! with_libc_names {
    ($($with:tt)*) => {
        $($with)*! {
            // Descriptors.
            close(fd: c_int) -> c_int;
            dup(fd: c_int) -> c_int;
            dup2(fd: c_int, to: c_int) -> c_int;
            dup3(fd: c_int, to: c_int, flags: c_int) -> c_int;
            fcntl(fd: c_int, command: c_int, argument: c_ulong) -> c_int;
            ioctl(fd: c_int, request: c_ulong, argument: *mut c_void) -> c_int;
            pipe(ends: *mut c_int) -> c_int;
            pipe2(ends: *mut c_int, flags: c_int) -> c_int;
            // Bytes.
            read(fd: c_int, buffer: *mut c_void, count: size_t) -> ssize_t;
            readv(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t;
            write(fd: c_int, bytes: *const c_void, count: size_t) -> ssize_t;
            writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t;
            // Files.
            fdatasync(fd: c_int) -> c_int;
            flock(fd: c_int, operation: c_int) -> c_int;
            fsync(fd: c_int) -> c_int;
            ftruncate64(fd: c_int, size: off64_t) -> c_int;
            lseek64(fd: c_int, offset: off64_t, whence: c_int) -> off64_t;
            open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int;
            openat64(directory: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int;
            pread64(fd: c_int, buffer: *mut c_void, count: size_t, at: off64_t) -> ssize_t;
            preadv(fd: c_int, parts: *const iovec, count: c_int, at: off64_t) -> ssize_t;
            pwrite64(fd: c_int, bytes: *const c_void, count: size_t, at: off64_t) -> ssize_t;
            pwritev(fd: c_int, parts: *const iovec, count: c_int, at: off64_t) -> ssize_t;
            // What files are.
            fchmod(fd: c_int, mode: mode_t) -> c_int;
            fstat64(fd: c_int, to: *mut stat64) -> c_int;
            fstatat64(
                directory: c_int, path: *const c_char, to: *mut stat64, flags: c_int
            ) -> c_int;
            lstat64(path: *const c_char, to: *mut stat64) -> c_int;
            stat64(path: *const c_char, to: *mut stat64) -> c_int;
            statx(
                directory: c_int, path: *const c_char, flags: c_int, mask: c_uint, to: *mut statx
            ) -> c_int;
            // Names of files.
            chdir(path: *const c_char) -> c_int;
            getcwd(buffer: *mut c_char, size: size_t) -> *mut c_char;
            mkdir(path: *const c_char, mode: mode_t) -> c_int;
            readlink(path: *const c_char, buffer: *mut c_char, size: size_t) -> ssize_t;
            realpath(path: *const c_char, resolved: *mut c_char) -> *mut c_char;
            rename(from: *const c_char, to: *const c_char) -> c_int;
            rmdir(path: *const c_char) -> c_int;
            unlink(path: *const c_char) -> c_int;
            unlinkat(directory: c_int, path: *const c_char, flags: c_int) -> c_int;
            // Directories.
            closedir(stream: *mut DIR) -> c_int;
            dirfd(stream: *mut DIR) -> c_int;
            fdopendir(fd: c_int) -> *mut DIR;
            opendir(path: *const c_char) -> *mut DIR;
            readdir64(stream: *mut DIR) -> *mut dirent64;
            // Processes.
            _exit(status: c_int) -> !;
            fork() -> pid_t;
            getpgid(pid: pid_t) -> pid_t;
            getpid() -> pid_t;
            getppid() -> pid_t;
            getsid(pid: pid_t) -> pid_t;
            kill(pid: pid_t, signal: c_int) -> c_int;
            prctl(
                option: c_int, second: c_ulong, third: c_ulong, fourth: c_ulong, fifth: c_ulong
            ) -> c_int;
            setpgid(pid: pid_t, group: pid_t) -> c_int;
            setsid() -> pid_t;
            wait4(pid: pid_t, status: *mut c_int, options: c_int, usage: *mut rusage) -> pid_t;
            waitid(kind: idtype_t, id: id_t, to: *mut siginfo_t, options: c_int) -> c_int;
            waitpid(pid: pid_t, status: *mut c_int, options: c_int) -> pid_t;
            // Signals.
            alarm(seconds: c_uint) -> c_uint;
            pause() -> c_int;
            pthread_sigmask(how: c_int, new: *const sigset_t, old: *mut sigset_t) -> c_int;
            sigaction(signal: c_int, new: *const sigaction, old: *mut sigaction) -> c_int;
            signal(number: c_int, handler: sighandler_t) -> sighandler_t;
            sigpending(to: *mut sigset_t) -> c_int;
            sigprocmask(how: c_int, new: *const sigset_t, old: *mut sigset_t) -> c_int;
            sigwait(set: *const sigset_t, signal: *mut c_int) -> c_int;
            // Shared memory.
            __atomic_compare_exchange_8(
                at: *mut u64, expected: *mut u64, new: u64, success: c_int, failure: c_int
            ) -> bool;
            __atomic_exchange_8(at: *mut u64, new: u64, order: c_int) -> u64;
            __atomic_fetch_add_8(at: *mut u64, more: u64, order: c_int) -> u64;
            __atomic_load_8(at: *const u64, order: c_int) -> u64;
            __atomic_store_8(at: *mut u64, new: u64, order: c_int) -> ();
            mmap(
                near: *mut c_void, length: size_t, protection: c_int, flags: c_int, fd: c_int,
                offset: off_t
            ) -> *mut c_void;
            mmap64(
                near: *mut c_void, length: size_t, protection: c_int, flags: c_int, fd: c_int,
                offset: off64_t
            ) -> *mut c_void;
            munmap(address: *mut c_void, length: size_t) -> c_int;
            shm_open(name: *const c_char, flags: c_int, mode: mode_t) -> c_int;
            shm_unlink(name: *const c_char) -> c_int;
            // Semaphores.
            sem_close(semaphore: *mut sem_t) -> c_int;
            sem_destroy(semaphore: *mut sem_t) -> c_int;
            sem_getvalue(semaphore: *mut sem_t, to: *mut c_int) -> c_int;
            sem_init(semaphore: *mut sem_t, shared: c_int, value: c_uint) -> c_int;
            sem_open(
                name: *const c_char, flags: c_int, mode: mode_t, value: c_uint
            ) -> *mut sem_t;
            sem_post(semaphore: *mut sem_t) -> c_int;
            sem_timedwait(semaphore: *mut sem_t, until: *const timespec) -> c_int;
            sem_trywait(semaphore: *mut sem_t) -> c_int;
            sem_unlink(name: *const c_char) -> c_int;
            sem_wait(semaphore: *mut sem_t) -> c_int;
            // Mutexes.
            pthread_mutex_consistent(mutex: *mut pthread_mutex_t) -> c_int;
            pthread_mutex_destroy(mutex: *mut pthread_mutex_t) -> c_int;
            pthread_mutex_init(
                mutex: *mut pthread_mutex_t, attributes: *const pthread_mutexattr_t
            ) -> c_int;
            pthread_mutex_lock(mutex: *mut pthread_mutex_t) -> c_int;
            pthread_mutex_trylock(mutex: *mut pthread_mutex_t) -> c_int;
            pthread_mutex_unlock(mutex: *mut pthread_mutex_t) -> c_int;
            // Sockets.
            accept4(
                fd: c_int, address: *mut sockaddr, length: *mut socklen_t, flags: c_int
            ) -> c_int;
            bind(fd: c_int, address: *const sockaddr, length: socklen_t) -> c_int;
            connect(fd: c_int, address: *const sockaddr, length: socklen_t) -> c_int;
            freeaddrinfo(info: *mut addrinfo) -> ();
            getaddrinfo(
                node: *const c_char, service: *const c_char, hints: *const addrinfo,
                results: *mut *mut addrinfo
            ) -> c_int;
            getpeername(fd: c_int, address: *mut sockaddr, length: *mut socklen_t) -> c_int;
            getsockname(fd: c_int, address: *mut sockaddr, length: *mut socklen_t) -> c_int;
            getsockopt(
                fd: c_int, level: c_int, option: c_int, value: *mut c_void, length: *mut socklen_t
            ) -> c_int;
            listen(fd: c_int, backlog: c_int) -> c_int;
            recv(fd: c_int, buffer: *mut c_void, count: size_t, flags: c_int) -> ssize_t;
            recvfrom(
                fd: c_int, buffer: *mut c_void, count: size_t, flags: c_int,
                address: *mut sockaddr, length: *mut socklen_t
            ) -> ssize_t;
            recvmsg(fd: c_int, message: *mut msghdr, flags: c_int) -> ssize_t;
            send(fd: c_int, bytes: *const c_void, count: size_t, flags: c_int) -> ssize_t;
            sendmsg(fd: c_int, message: *const msghdr, flags: c_int) -> ssize_t;
            sendto(
                fd: c_int, bytes: *const c_void, count: size_t, flags: c_int,
                address: *const sockaddr, length: socklen_t
            ) -> ssize_t;
            setsockopt(
                fd: c_int, level: c_int, option: c_int, value: *const c_void, length: socklen_t
            ) -> c_int;
            shutdown(fd: c_int, how: c_int) -> c_int;
            socket(domain: c_int, kind: c_int, protocol: c_int) -> c_int;
            socketpair(domain: c_int, kind: c_int, protocol: c_int, pair: *mut c_int) -> c_int;
            // Several descriptors.
            epoll_create1(flags: c_int) -> c_int;
            epoll_ctl(epoll: c_int, operation: c_int, fd: c_int, event: *mut epoll_event) -> c_int;
            epoll_wait(
                epoll: c_int, events: *mut epoll_event, most: c_int, milliseconds: c_int
            ) -> c_int;
            poll(descriptors: *mut pollfd, count: nfds_t, milliseconds: c_int) -> c_int;
            // Programs.
            execvp(file: *const c_char, arguments: *const *const c_char) -> c_int;
            posix_spawn_file_actions_addchdir(
                actions: *mut posix_spawn_file_actions_t, path: *const c_char
            ) -> c_int;
            posix_spawn_file_actions_addchdir_np(
                actions: *mut posix_spawn_file_actions_t, path: *const c_char
            ) -> c_int;
            posix_spawn_file_actions_adddup2(
                actions: *mut posix_spawn_file_actions_t, fd: c_int, to: c_int
            ) -> c_int;
            posix_spawn_file_actions_destroy(actions: *mut posix_spawn_file_actions_t) -> c_int;
            posix_spawn_file_actions_init(actions: *mut posix_spawn_file_actions_t) -> c_int;
            posix_spawnattr_destroy(attributes: *mut posix_spawnattr_t) -> c_int;
            posix_spawnattr_init(attributes: *mut posix_spawnattr_t) -> c_int;
            posix_spawnattr_setflags(attributes: *mut posix_spawnattr_t, flags: c_short) -> c_int;
            posix_spawnattr_setpgroup(attributes: *mut posix_spawnattr_t, group: pid_t) -> c_int;
            posix_spawnattr_setsigdefault(
                attributes: *mut posix_spawnattr_t, signals: *const sigset_t
            ) -> c_int;
            posix_spawnattr_setsigmask(
                attributes: *mut posix_spawnattr_t, signals: *const sigset_t
            ) -> c_int;
            posix_spawnp(
                pid: *mut pid_t, file: *const c_char, actions: *const posix_spawn_file_actions_t,
                attributes: *const posix_spawnattr_t, arguments: *const *mut c_char,
                environment: *const *mut c_char
            ) -> c_int;
            // Time.
            clock_gettime(clock: clockid_t, to: *mut timespec) -> c_int;
            clock_nanosleep(
                clock: clockid_t, flags: c_int, duration: *const timespec, left: *mut timespec
            ) -> c_int;
            nanosleep(duration: *const timespec, left: *mut timespec) -> c_int;
            // The same without a number of bits.
            accept(fd: c_int, address: *mut sockaddr, length: *mut socklen_t) -> c_int;
            fstat(fd: c_int, to: *mut stat) -> c_int;
            ftruncate(fd: c_int, size: off_t) -> c_int;
            lseek(fd: c_int, offset: off_t, whence: c_int) -> off_t;
            lstat(path: *const c_char, to: *mut stat) -> c_int;
            open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int;
            openat(directory: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int;
            pread(fd: c_int, buffer: *mut c_void, count: size_t, at: off_t) -> ssize_t;
            pwrite(fd: c_int, bytes: *const c_void, count: size_t, at: off_t) -> ssize_t;
            readdir(stream: *mut DIR) -> *mut dirent;
            stat(path: *const c_char, to: *mut stat) -> c_int;
            // What is refused.
            chmod(path: *const c_char, mode: mode_t) -> c_int;
            chown(path: *const c_char, owner: uid_t, group: gid_t) -> c_int;
            chroot(path: *const c_char) -> c_int;
            copy_file_range(
                from: c_int, at: *mut off64_t, to: c_int, there: *mut off64_t, count: size_t,
                flags: c_uint
            ) -> ssize_t;
            eventfd(count: c_uint, flags: c_int) -> c_int;
            fchown(fd: c_int, owner: uid_t, group: gid_t) -> c_int;
            futimens(fd: c_int, times: *const timespec) -> c_int;
            lchown(path: *const c_char, owner: uid_t, group: gid_t) -> c_int;
            linkat(
                from: c_int, path: *const c_char, to: c_int, name: *const c_char, flags: c_int
            ) -> c_int;
            mkfifo(path: *const c_char, mode: mode_t) -> c_int;
            pthread_create(
                thread: *mut pthread_t, attributes: *const pthread_attr_t,
                body: extern "C" fn(*mut c_void) -> *mut c_void, argument: *mut c_void
            ) -> c_int;
            sendfile64(to: c_int, from: c_int, at: *mut off64_t, count: size_t) -> ssize_t;
            setgid(group: gid_t) -> c_int;
            setgroups(count: size_t, groups: *const gid_t) -> c_int;
            setuid(user: uid_t) -> c_int;
            splice(
                from: c_int, at: *mut off64_t, to: c_int, there: *mut off64_t, count: size_t,
                flags: c_uint
            ) -> ssize_t;
            symlink(path: *const c_char, name: *const c_char) -> c_int;
            utimensat(
                directory: c_int, path: *const c_char, times: *const timespec, flags: c_int
            ) -> c_int;
        }
    };
}
