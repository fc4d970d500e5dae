//! What only teachers need, as the rest of the program sees it.
//!
//! `without_teacher.rs` offers the same names to the small build, with nothing behind them.

use crate::{
    commands,
    error_report::{UserError, of},
    mutate, new, patch, publish,
};

pub(crate) use crate::{
    commands::teachers::run,
    patch::{Error as DiffError, materialise},
    publish::{key, seal::Identity, unseal},
};

/// The advice of an error that only teachers meet.
pub(crate) fn advice<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a dyn UserError> {
    of::<commands::teachers::StubError>(error)
        .or_else(|| of::<commands::teachers::WrongError>(error))
        .or_else(|| of::<mutate::EquivalentsError>(error))
        .or_else(|| of::<mutate::Error>(error))
        .or_else(|| of::<new::Error>(error))
        .or_else(|| of::<patch::Error>(error))
        .or_else(|| of::<publish::Error>(error))
}
