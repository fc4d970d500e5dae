//! The checks of exercise {{number}} that you see.

use kit::prelude::*;

kit::checks![runs_in_a_child];

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use {{crate}}::code_of;

    /// A job that changes what it sees.
    pub fn runs_in_a_child(_: &Case) {
        let mut seen = 1;
        let code = code_of(|| {
            seen += 1;
            0
        });
        mark("seen", seen);
        mark("code", code.ok().flatten());
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn runs_in_a_child() -> Oracle {
        Oracle::new()
            .equals(
                "The job has a copy of the parent's memory and changes only that.",
                "任务拥有父进程内存的副本，只改变副本。",
                |results| results.value("seen"),
                |_| Some(1),
                message!(
                    |_| "What the job did is to be seen in the parent.",
                    "在父进程中看到了任务所做的修改。"
                ),
            )
            .equals(
                "The exit code of the child arrives.",
                "子进程的退出码能传回来。",
                |results| results.value::<Option<i32>>("code").flatten(),
                |_| Some(0),
                message!(
                    |code| "The job returned 0, and the result is {code:?}.",
                    "任务返回 0，结果却是 {code:?}。"
                ),
            )
    }
}
