// canary: {{canary}}
//! The hidden checks of exercise {{number}}.

use kit::prelude::*;

kit::checks![tells_every_code];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use {{crate}}::code_of;

    /// A job that ends with this code.
    pub fn tells_every_code(case: &Case) {
        let code: i32 = case.get();
        mark("code", code_of(move || code).ok().flatten());
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn tells_every_code() -> Oracle {
        Oracle::new().cases(|_| vec![0, 1, 3, 42]).equals(
            "The exit code of the child arrives, whichever it is.",
            "无论退出码是多少，都能传回来。",
            |results| results.value::<Option<i32>>("code").flatten(),
            |results| Some(results.case()),
            message!(
                |code, expected| "The job returned {expected:?}, and the result is {code:?}.",
                "任务返回 {expected:?}，结果却是 {code:?}。"
            ),
        )
    }
}
