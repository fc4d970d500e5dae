//! The kind and the sentence of a failed driver.

use grader_schema::{Text, report::FailureKind};

use super::names::Names;
use crate::verdict::running::DriverFailure;

/// How a check fails whose driver has failed.
pub(crate) fn driver_failure(
    failure: &DriverFailure,
    names: &Names<'_>,
    limit_ms: u64,
) -> (FailureKind, Text) {
    match failure {
        DriverFailure::Killed(signal) => (
            FailureKind::Crashed,
            Text::new(
                format!("The program was killed by {}.", signal_name(*signal)),
                format!("程序被信号 {} 终止。", signal_name(*signal)),
            ),
        ),
        DriverFailure::StackOverflow => (
            FailureKind::Crashed,
            Text::new(
                "A thread's stack overflowed: a recursion goes too deep.",
                "某个线程的栈溢出了：递归太深。",
            ),
        ),
        DriverFailure::Exited(code) => (
            FailureKind::ExitedEarly,
            Text::new(
                format!("The program exited with code {code} before the check was done."),
                format!("检查还没有完成，程序就自行以代码 {code} 退出了。"),
            ),
        ),
        DriverFailure::Protocol => (
            FailureKind::Protocol,
            Text::new(
                "The reply on the result channel did not match the request.",
                "从结果通道传回的内容与所问的不符。",
            ),
        ),
        DriverFailure::TimedOut(Some(location)) if names.place(location).is_none() => (
            FailureKind::TimedOut,
            Text::new(
                "The program computes without end, before any operation that another thread could observe.",
                "程序陷入死循环，此前没有做任何其他线程能看到的操作。",
            ),
        ),
        DriverFailure::TimedOut(Some(location)) => {
            let at = names.at(location);
            (
                FailureKind::TimedOut,
                Text::new(
                    format!(
                        "The program computes without end; the last operation that another thread could observe was at {at}."
                    ),
                    format!("程序陷入死循环；最后一次其他线程能看到的操作在 {at}。"),
                ),
            )
        }
        DriverFailure::TimedOut(None) => (
            FailureKind::TimedOut,
            Text::new(
                format!(
                    "The check did not finish within {} seconds.",
                    limit_ms / 1000
                ),
                format!("检查没有在 {} 秒内完成。", limit_ms / 1000),
            ),
        ),
    }
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        25 => "SIGXFSZ",
        number => return format!("signal {number}"),
    };
    name.to_owned()
}
