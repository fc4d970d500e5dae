//! `std::sync::Once`, and what the cells that are set once have of it.

use ::std::{
    cell::Cell,
    fmt,
    panic::{Location, RefUnwindSafe, UnwindSafe},
    ptr,
};
use interleave::{
    Handle, Id,
    objects::once::{self, Begun},
};

type Place = &'static Location<'static>;

/// A low-level synchronization primitive for one-time global execution.
pub struct Once {
    handle: Handle<once::Once>,
}

/// State yielded to [`Once::call_once_force`]'s closure parameter.
pub struct OnceState {
    poisoned: bool,
}

/// Initialization value for static [`Once`] values.
#[deprecated(since = "1.38.0", note = "the `Once::new()` function is now preferred")]
#[expect(
    clippy::declare_interior_mutable_const,
    reason = "the real library has it"
)]
pub const ONCE_INIT: Once = Once::new();

impl UnwindSafe for Once {}
impl RefUnwindSafe for Once {}

impl Once {
    /// Creates a new `Once` value.
    #[expect(clippy::new_without_default, reason = "the real one has none")]
    pub const fn new() -> Once {
        Once {
            handle: Handle::new(),
        }
    }

    /// Performs an initialization routine once and only once.
    #[track_caller]
    pub fn call_once<F>(&self, f: F)
    where
        F: FnOnce(),
    {
        let mut f = Some(f);
        let id = self.id();
        call(id, false, Location::caller(), &mut |_| {
            if let Some(f) = f.take() {
                f();
            }
        });
    }

    /// Performs the same function as [`call_once`](Once::call_once) except ignores poisoning.
    #[track_caller]
    pub fn call_once_force<F>(&self, f: F)
    where
        F: FnOnce(&OnceState),
    {
        let mut f = Some(f);
        let id = self.id();
        call(id, true, Location::caller(), &mut |state| {
            if let Some(f) = f.take() {
                f(state);
            }
        });
    }

    /// Returns `true` if some [`call_once`](Once::call_once) call has completed successfully.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        once::is_done(self.id(), Location::caller())
    }

    /// Blocks the current thread until initialization has completed.
    #[track_caller]
    pub fn wait(&self) {
        if !once::wait(self.id(), false, Location::caller()) {
            poisoned();
        }
    }

    /// Blocks the current thread until initialization has completed, ignoring poisoning.
    #[track_caller]
    pub fn wait_force(&self) {
        once::wait(self.id(), true, Location::caller());
    }

    fn id(&self) -> Id<once::Once> {
        self.handle.resolve(ptr::null_mut(), 0)
    }
}

#[track_caller]
fn poisoned() -> ! {
    panic!("Once instance has previously been poisoned");
}

/// Does `f` if it is for this thread to do, and says how it ended.
#[track_caller]
pub(super) fn call(
    id: Id<once::Once>,
    force: bool,
    location: Place,
    f: &mut dyn FnMut(&OnceState),
) {
    /// Says at its end that it has ended.
    struct Ends<'a> {
        id: Id<once::Once>,
        location: Place,
        poisons: &'a Cell<bool>,
    }

    impl Drop for Ends<'_> {
        fn drop(&mut self) {
            if interleave::is_running() {
                once::end(self.id, self.poisons.get(), self.location);
            }
        }
    }

    match once::begin(id, force, location) {
        Begun::Done => {}
        Begun::Poisoned => poisoned(),
        Begun::Mine { poisoned } => {
            let poisons = Cell::new(true);
            let ends = Ends {
                id,
                location,
                poisons: &poisons,
            };
            f(&OnceState { poisoned });
            poisons.set(false);
            drop(ends);
        }
    }
}

impl OnceState {
    /// Returns `true` if the associated [`Once`] was poisoned prior to the invocation of the closure.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

impl fmt::Debug for OnceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceState")
            .field("poisoned", &self.is_poisoned())
            .finish()
    }
}
