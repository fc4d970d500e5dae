//! Which names of the C library the real `std` uses, and what becomes of each.

/// Names that a driver leaves to the C library, and why that is right.
const HARMLESS: &[(&str, &[&str])] = &[
    (
        "they reach nothing outside of the process",
        &[
            "__cxa_thread_atexit_impl",
            "__errno_location",
            "__tls_get_addr",
            "__xpg_strerror_r",
            "bcmp",
            "calloc",
            "dl_iterate_phdr",
            "dlsym",
            "free",
            "gai_strerror",
            "gnu_get_libc_version",
            "malloc",
            "memcmp",
            "memcpy",
            "memmove",
            "memset",
            "posix_memalign",
            "realloc",
            "sigaddset",
            "sigemptyset",
            "strlen",
            "strnlen",
        ],
    ),
    (
        "they are defined by the linker or the runtime",
        &["__dso_handle", "environ", "_GLOBAL_OFFSET_TABLE_"],
    ),
    (
        "memory that is not shared is really there, in each process for itself",
        &["mprotect", "sigaltstack"],
    ),
    (
        "the process ends really, and its parent is told so",
        &["abort", "exit"],
    ),
    (
        "they tell of the machine or of the user, as the modelled `env` does",
        &[
            "getauxval",
            "getenv",
            "gethostname",
            "getpwuid_r",
            "getuid",
            "sched_getaffinity",
            "setenv",
            "sysconf",
            "unsetenv",
        ],
    ),
    (
        "they are about the only thread of the real system that there is",
        &[
            "gettid",
            "pthread_attr_destroy",
            "pthread_attr_getguardsize",
            "pthread_attr_getstack",
            "pthread_attr_init",
            "pthread_attr_setstacksize",
            "pthread_detach",
            "pthread_getattr_np",
            "pthread_join",
            "pthread_key_create",
            "pthread_key_delete",
            "pthread_self",
            "pthread_setname_np",
            "pthread_setspecific",
            "sched_yield",
        ],
    ),
    (
        "the driver has one of its own, which always gives the same",
        &["getrandom"],
    ),
    ("the name servers are never asked", &["__res_init"]),
    (
        "only functions that are not stable come there",
        &["pidfd_getpid", "pidfd_spawnp"],
    ),
    (
        "what std does by a number are waits for memory of the only thread, which do not wait",
        &["syscall"],
    ),
];

/// Whether a name is one of the C library that a driver leaves as it is, and why.
#[doc(hidden)]
pub fn why_harmless(name: &str) -> Option<&'static str> {
    let found = HARMLESS.iter().find(|(_, names)| names.contains(&name));
    found.map(|(reason, _)| *reason)
}

macro_rules! defined {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        /// The names that a driver defines.
        #[doc(hidden)]
        pub const DEFINED: &[&str] = &[$(stringify!($name)),*];
    };
}
crate::with_libc_names! { defined }

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::names::types::*;

    macro_rules! has_type_of {
        // These take a varying number of arguments.
        (open, $type:ty) => {};
        (open64, $type:ty) => {};
        (openat, $type:ty) => {};
        (openat64, $type:ty) => {};
        (fcntl, $type:ty) => {};
        (ioctl, $type:ty) => {};
        // The crate does not have it.
        (posix_spawn_file_actions_addchdir, $type:ty) => {};
        (prctl, $type:ty) => {};
        (sem_open, $type:ty) => {};
        // These are of the library of atomics.
        (__atomic_compare_exchange_8, $type:ty) => {};
        (__atomic_exchange_8, $type:ty) => {};
        (__atomic_fetch_add_8, $type:ty) => {};
        (__atomic_load_8, $type:ty) => {};
        (__atomic_store_8, $type:ty) => {};
        ($name:ident, $type:ty) => {{
            let function: $type = libc::$name;
            assert!(function as usize != 0);
        }};
    }

    macro_rules! have_types {
        ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
            $(has_type_of!($name, unsafe extern "C" fn($($type),*) -> $result);)*
        };
    }

    #[test]
    fn each_function_has_the_type_of_the_c_library() {
        crate::with_libc_names! { have_types }
    }

    #[test]
    fn each_name_is_treated_in_one_way() {
        let harmless = HARMLESS.iter().flat_map(|(_, names)| *names);
        let all: Vec<_> = harmless.chain(DEFINED).collect();
        let different: BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
