//! Fixed sentences of the verdict process: default promises and advice.

use grader_schema::{Text, report::FailureKind};

/// The promise of a kind of failure, for checks that do not word their own.
pub(crate) fn promise(kind: FailureKind) -> Text {
    match kind {
        FailureKind::Deadlock => Text::new(
            "Every thread gets what it waits for, under every schedule.",
            "在任何调度下，每个线程都能等到它所等待的东西。",
        ),
        FailureKind::Panic => Text::new(
            "No thread panics, under any schedule.",
            "在任何调度下，都没有线程 panic。",
        ),
        FailureKind::NoProgress => Text::new(
            "The program terminates, under every fair schedule.",
            "在任何公平的调度下，程序都会结束。",
        ),
        FailureKind::DataRace => Text::new(
            "Two threads never access the same plain memory at once if one of them writes.",
            "只要有一方在写，就绝不会有两个线程同时使用同一块普通内存。",
        ),
        FailureKind::NotStarted => Text::new(
            "The functions that the task asks for are written.",
            "题目要求的函数都已经写好。",
        ),
        FailureKind::OutputLimit => Text::new(
            "One run prints at most a mebibyte.",
            "一次运行最多输出 1 MiB。",
        ),
        FailureKind::Property
        | FailureKind::Crashed
        | FailureKind::ExitedEarly
        | FailureKind::TimedOut
        | FailureKind::Protocol => Text::new(
            "The program runs to the end of the check.",
            "程序会一直运行到检查结束。",
        ),
    }
}

/// Who is in the interleaving that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lanes {
    /// None is shown.
    Nothing,
    /// One thread alone, so that it cannot be another one's doing.
    OneThread,
    /// Several threads.
    Threads,
    /// Several processes.
    Processes,
}

/// What to do next, with or without an interleaving to look at.
pub(crate) fn next(kind: FailureKind, lanes: Lanes) -> Text {
    match kind {
        FailureKind::Property if lanes == Lanes::Nothing => Text::new(
            "Find the matching rule in the README, and trace your code by hand on the named case.",
            "在 README 中找到与之对应的规则，再用上面指出的情形手工走一遍你的代码。",
        ),
        FailureKind::Property => Text::new(
            "Follow the rows from the top: find the first one after which the promise can no longer be kept.",
            "从上往下读：找到第一行，在它之后承诺就不可能再成立。",
        ),
        FailureKind::Deadlock => after_deadlock(lanes),
        FailureKind::Panic => after_panic(lanes),
        FailureKind::NoProgress => after_no_progress(lanes),
        FailureKind::DataRace => Text::new(
            "Between the two accesses, one thread must release and the other acquire: look for the store and the load that should do it, and at their orderings.",
            "在这两次访问之间，必须有一方 release、另一方 acquire：找到应当完成这件事的写与读，再看它们的内存序。",
        ),
        FailureKind::NotStarted => Text::new(
            "Read the task, then replace the `todo!()`.",
            "先读题目，再把 `todo!()` 换成你的代码。",
        ),
        // Where there is an interleaving, it is a signal of the program that has ended the process.
        FailureKind::Crashed if lanes != Lanes::Nothing => Text::new(
            "Find the row in which the signal is sent: should it go to another process, or should this one handle it?",
            "找到发出这个信号的那一行：它是不是本该发给别的进程，或者本该由这个进程来处理？",
        ),
        FailureKind::Crashed => Text::new(
            "Look for unbounded recursion, `abort`, or unsafe code.",
            "检查是否有无限递归、`abort`，或者 unsafe 代码。",
        ),
        FailureKind::ExitedEarly => Text::new(
            "Return from your functions; do not end the process in them.",
            "让函数正常返回，不要在里面结束进程。",
        ),
        FailureKind::OutputLimit => Text::new(
            "Print less; a loop that prints may be endless.",
            "减少输出；也许有一个不停打印的循环。",
        ),
        FailureKind::TimedOut => Text::new(
            "Look for an endless loop, or for a wait that nothing ends.",
            "检查是否有死循环，或者永远等不到结果的等待。",
        ),
        FailureKind::Protocol => Text::new(
            "Leave the file descriptors of the process alone: the grader reads the result from one of them.",
            "不要动进程的文件描述符：结果要经过其中一个传回。",
        ),
    }
}

fn after_deadlock(lanes: Lanes) -> Text {
    match lanes {
        Lanes::Processes => Text::new(
            "For each process that waits, ask who could write, close the last end, unlock or exit, and why that never happens.",
            "对每个等待的进程，问一问：谁能写入数据、关闭最后一端、解锁或退出？为什么这件事一直没有发生？",
        ),
        Lanes::OneThread => Text::new(
            "No other thread is there that could help: ask what would let this one go on, and why it was not done before the wait.",
            "没有别的线程能帮忙：问一问，什么能让它继续？为什么这件事没有在等待之前做？",
        ),
        Lanes::Threads | Lanes::Nothing => Text::new(
            "For each thread that waits, ask who could wake it or release what it needs, and why that never happens.",
            "对每个等待的线程，问一问：谁能唤醒它或释放它需要的东西？为什么这件事一直没有发生？",
        ),
    }
}

fn after_panic(lanes: Lanes) -> Text {
    match lanes {
        Lanes::Nothing | Lanes::OneThread => Text::new(
            "Look at the line of the panic: which value did it not expect, and where does it come from?",
            "看 panic 的那一行：它没有料到的是哪个值，这个值从哪里来？",
        ),
        Lanes::Threads => Text::new(
            "Look at the row before the panic: what did the thread believe that another thread had changed?",
            "看 panic 之前的几行：这个线程以为成立的事情，是不是已经被别的线程改变了？",
        ),
        Lanes::Processes => Text::new(
            "Look at the calls before the panic: which one gave what the process did not expect, and which process had a hand in it?",
            "看 panic 之前的几次调用：哪一次的结果出乎这个进程的意料？是哪个进程造成的？",
        ),
    }
}

fn after_no_progress(lanes: Lanes) -> Text {
    match lanes {
        Lanes::OneThread => Text::new(
            "Look for a loop whose condition nothing changes any more.",
            "找出条件不会再有任何变化的循环。",
        ),
        Lanes::Threads | Lanes::Nothing => Text::new(
            "Look for a loop that polls; let it wait for something that another thread signals.",
            "找出反复查询的循环，让它改为等待别的线程发出的信号。",
        ),
        Lanes::Processes => Text::new(
            "Look for a loop that polls; let it wait in a call that another process ends: a `wait`, a read of a pipe, a lock.",
            "找出反复查询的循环，让它改为在一次会由别的进程结束的调用里等待：`wait`、读管道，或者加锁。",
        ),
    }
}

/// What to do next about a token that does not fit the code.
pub(crate) fn diverged() -> Text {
    Text::new(
        "The code has changed since this token was made; check it again for a new token.",
        "代码已不是生成这个令牌时的代码；请重新检查以得到新的令牌。",
    )
}

/// What happened in a scenario that finished although a thread of it should have been blocked.
pub(crate) fn no_rest() -> Text {
    Text::new(
        "The scenario finished, but a thread in it should still be blocked: what it waits for never happens.",
        "本应有线程一直等待永远不会到来的东西，场景却运行到了结束。",
    )
}

/// What to do next about something that never happens, in a program of processes or of threads alone.
pub(crate) fn never_happened(has_processes: bool) -> Text {
    if has_processes {
        return Text::new(
            "The processes are kept apart without need: look for a wait for a child that comes before the next one is started, for a file lock that is held too long, or for a read or write that must wait for a process that could go on at the same time.",
            "有些本不必互相等待的进程被隔开了：看看是不是还没启动下一个子进程就先等前一个结束，是不是文件锁持有得太久，或者读写时等待的正是本可以同时运行的进程。",
        );
    }
    Text::new(
        "The threads are kept apart without need: look for a lock that is held too long, or a wait that begins too early.",
        "有些本不必互相等待的线程被隔开了：看看是不是锁持有得太久，或者等待得太早。",
    )
}
