//! Names of shared memory and semaphores: `shm_overview(7)`, `sem_overview(7)`.

use crate::errno::Errno;

/// The name without the slashes at its beginning.
///
/// # Errors
///
/// `EINVAL` if nothing is left or there is another slash, `ENAMETOOLONG` if it has more than
/// `longest` bytes.
pub(crate) fn posix_name(name: &str, longest: usize) -> Result<&str, Errno> {
    let name = name.trim_start_matches('/');
    if name.is_empty() || name.contains('/') {
        return Err(Errno::EINVAL);
    }
    if name.len() > longest {
        return Err(Errno::ENAMETOOLONG);
    }
    Ok(name)
}

/// The same for a name that is to be removed: one that could not be is none.
///
/// # Errors
///
/// `ENOENT`, `ENAMETOOLONG`.
pub(crate) fn posix_name_to_unlink(name: &str, longest: usize) -> Result<&str, Errno> {
    posix_name(name, longest).map_err(|errno| match errno {
        Errno::EINVAL => Errno::ENOENT,
        errno => errno,
    })
}
