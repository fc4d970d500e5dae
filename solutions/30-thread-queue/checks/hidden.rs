// canary: 6d17d10b6ba6c5586f7b4acbc51d327d
//! The hidden checks of exercise 30.

use kit::prelude::*;

mod model;

kit::checks![is_linearizable, small_programs,];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use kit::programs;
    use std::{thread, time::Duration};
    use thread_queue::{GetError, PutError, Queue};

    /// Three producers and consumers with two items each, and a close in the middle.
    pub fn is_linearizable(_: &Case) {
        let queue = Queue::new(2);
        thread::scope(|scope| {
            let queue = &queue;
            scope.spawn(move || {
                for item in [10, 11, 12] {
                    call("put", item, || queue.put(item).is_ok());
                }
            });
            scope.spawn(move || {
                for item in [20, 21] {
                    call("put", item, || queue.put(item).is_ok());
                }
                call("close", (), || queue.close());
            });
            scope.spawn(move || {
                for _ in 0..3 {
                    call("get", (), || queue.get().ok());
                }
            });
            scope.spawn(move || {
                for _ in 0..2 {
                    call("get", (), || queue.get().ok());
                }
            });
        });
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let put = |result| match result {
            Ok(()) => json!("Ok"),
            Err(PutError::Closed(item)) => json!(format!("Err(Closed({item}))")),
            Err(PutError::TimedOut(item)) => json!(format!("Err(TimedOut({item}))")),
        };
        let got = |result| match result {
            Ok(item) => json!(format!("Ok({item})")),
            Err(GetError::Closed) => json!("Err(Closed)"),
            Err(GetError::TimedOut) => json!("Err(TimedOut)"),
        };
        let program = programs::of::<usize, Call>(case);
        let queue = Queue::<i32>::new(program.object);
        let act = |call: &Call| match call {
            Call::Put(item) => put(queue.put(*item)),
            Call::PutTimeout(item, limit) => put(queue.put_timeout(*item, limit.duration())),
            Call::Get => got(queue.get()),
            Call::GetTimeout(limit) => got(queue.get_timeout(limit.duration())),
            Call::Close => {
                queue.close();
                json!("done")
            }
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| programs::perform(calls, &act));
            }
        });
        programs::perform(&program.last, &act);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn is_linearizable() -> Oracle {
        Oracle::new()
            .completes(
                "Every `put` and every `get` comes to its end once the queue is closed.",
                "队列关闭之后，每个 `put` 和 `get` 都会结束。",
            )
            .linearizable(
                "The results are those of a queue whose calls come one after the other.",
                "所有结果都等同于把各次调用一个接一个执行的队列。",
                specs::Queue { capacity: Some(2) },
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, each gives what the rules allow, waits only while it must, and gives up in time.",
            "无论怎样调用，每次调用的结果都符合规则，只在必须等待时等待，并按时放弃。",
            super::model::Queue,
        )
    }
}
