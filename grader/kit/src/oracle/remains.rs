//! Properties of what processes leave.

use grader_schema::{
    left::{LeftKind, LeftKinds},
    protocol::Needs,
};

use super::{Oracle, property::Rule};

impl Oracle {
    /// When the scenario ends, every other process has ended and was waited for, under every
    /// schedule: there are no zombies, and none that runs.
    ///
    /// The processes of the scenario itself count too, so it waits for them.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().no_leaked_processes(
    ///     "`shutdown` waits for all workers.",
    ///     "`shutdown` 会等待所有工作进程。",
    /// );
    /// ```
    #[must_use]
    pub fn no_leaked_processes(self, en: &str, zh: &str) -> Self {
        self.leaves_none(en, zh, LeftKind::Processes)
    }

    /// When the scenario ends, the first process has no descriptor open but those that it began
    /// with, under every schedule. What the scenario itself has open counts too, so it closes it.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().no_leaked_descriptors(
    ///     "No descriptor is left open.",
    ///     "不留下打开的描述符。",
    /// );
    /// ```
    #[must_use]
    pub fn no_leaked_descriptors(self, en: &str, zh: &str) -> Self {
        self.leaves_none(en, zh, LeftKind::Descriptors)
    }

    /// When the scenario ends, there is no name of shared memory or of a semaphore and no file, under
    /// every schedule. What the scenario itself has made counts too, so it removes it.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().no_leaked_names(
    ///     "The lock file is removed.",
    ///     "锁文件会被删除。",
    /// );
    /// ```
    #[must_use]
    pub fn no_leaked_names(self, en: &str, zh: &str) -> Self {
        self.leaves_none(en, zh, LeftKind::Names)
    }

    fn leaves_none(self, en: &str, zh: &str, kind: LeftKind) -> Self {
        let needs = Needs {
            left: LeftKinds::only(kind),
            ..Needs::default()
        };
        self.with_needs(en, zh, Rule::LeavesNothing(kind), needs)
    }
}
