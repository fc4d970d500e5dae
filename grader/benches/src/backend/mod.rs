//! The engines, each with the programs compiled against it.

pub mod loom;
pub mod ours;
pub mod shuttle;

use std::sync::Once;

use crate::Program;

/// The programs, as our engine runs them.
pub fn programs() -> &'static [Program] {
    ours::programs::PROGRAMS
}

/// Makes failing executions silent, in all engines.
///
/// Shuttle's hook writes to standard error and cannot be told not to, so it is let in
/// first and replaced. The engine's own hook takes notes and stays the outermost.
pub fn silence_panics() {
    static SILENCED: Once = Once::new();
    SILENCED.call_once(|| {
        shuttle::install_hook();
        std::panic::set_hook(Box::new(|_| {}));
        ours::install_hook();
    });
}
