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
            .always(
                "The job has a copy of the parent's memory and changes only that.",
                "任务拥有父进程内存的副本，只改变副本。",
                |history| match history.value::<i32>("seen") {
                    Some(1) => Ok(()),
                    _ => Err(Text::new(
                        "What the job did is to be seen in the parent.",
                        "在父进程中看到了任务所做的修改。",
                    )),
                },
            )
            .always(
                "The exit code of the child arrives.",
                "子进程的退出码能传回来。",
                |history| match history.value::<Option<i32>>("code") {
                    Some(Some(0)) => Ok(()),
                    code => Err(Text::new(
                        format!("The job returned 0, and the result is {:?}.", code.flatten()),
                        format!("任务返回 0，结果却是 {:?}。", code.flatten()),
                    )),
                },
            )
    }
}
