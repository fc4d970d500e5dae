//! Threads of the real library: `pthread_create(3)`.

use libc::{c_int, c_void, pthread_attr_t, pthread_t};

/// A thread of the real system would run beside the model: the program has the modelled threads alone.
pub unsafe fn pthread_create(
    thread: *mut pthread_t,
    attributes: *const pthread_attr_t,
    body: extern "C" fn(*mut c_void) -> *mut c_void,
    argument: *mut c_void,
) -> c_int {
    type Create = unsafe extern "C" fn(
        *mut pthread_t,
        *const pthread_attr_t,
        extern "C" fn(*mut c_void) -> *mut c_void,
        *mut c_void,
    ) -> c_int;
    if processes::is_program() {
        return libc::EAGAIN;
    }
    // SAFETY: that is its type; and the caller promises what it asks for.
    unsafe {
        super::real::<Create>(c"pthread_create").map_or(libc::EAGAIN, |create| {
            create(thread, attributes, body, argument)
        })
    }
}
