//! Reference counts: who is the last one.

use std::sync::{Arc, Weak, atomic::Ordering::SeqCst};

use super::{Context, NOTHING, Plain, Shared, threads::NUMBER};

/// A value that tells who dropped it.
pub(super) struct Counted {
    value: i64,
    shared: Plain<Shared>,
}

impl Counted {
    pub(super) fn new(shared: Plain<Shared>) -> Self {
        Self { value: 1, shared }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.shared.dropped.store(NUMBER.get(), SeqCst);
    }
}

impl Context {
    pub(super) fn strong_count(&mut self) {
        if let Some(arc) = &self.arc {
            let count = i64::try_from(Arc::strong_count(arc));
            self.log.push(count.expect("there are few"));
        }
    }

    pub(super) fn try_unwrap(&mut self) {
        if let Some(arc) = self.arc.take() {
            match Arc::try_unwrap(arc) {
                Ok(counted) => self.log.push(counted.value),
                Err(arc) => {
                    self.log.push(NOTHING);
                    self.arc = Some(arc);
                }
            }
        }
    }

    pub(super) fn take_inner(&mut self) {
        if let Some(arc) = self.arc.take() {
            let counted = Arc::into_inner(arc);
            self.log
                .push(counted.map_or(NOTHING, |counted| counted.value));
        }
    }

    pub(super) fn get_mut(&mut self, more: i64) {
        if let Some(arc) = &mut self.arc {
            self.log.push(match Arc::get_mut(arc) {
                Some(counted) => {
                    counted.value += more;
                    counted.value
                }
                None => NOTHING,
            });
        }
    }

    pub(super) fn upgrade(&mut self) {
        if let Some(weak) = &self.weak {
            let arc = Weak::upgrade(weak);
            self.log.push(arc.map_or(NOTHING, |counted| counted.value));
        }
    }
}
