//! Flags of C as those of the simulated kernel.

use std::ops::BitOr;

use libc::c_int;

use super::result::{Called, Failure};

/// The flags of the kernel that stand for these of C, beside those that are there anyway.
///
/// # Errors
///
/// `EOPNOTSUPP` if one of them is not among the known.
pub(super) fn translate<T: BitOr<Output = T> + Copy>(
    flags: c_int,
    known: &[(c_int, T)],
    anyway: T,
) -> Called<T> {
    let (mut left, mut translated) = (flags, anyway);
    for (bit, flag) in known {
        if flags & bit != 0 {
            translated = translated | *flag;
            left &= !bit;
        }
    }
    if left == 0 {
        Ok(translated)
    } else {
        Err(Failure(libc::EOPNOTSUPP))
    }
}
