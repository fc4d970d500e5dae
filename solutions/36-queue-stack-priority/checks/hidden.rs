// canary: 12c21a192420f835f445c7ce5ecb1e90
//! The hidden checks of exercise 36.

use crate::public::Kind;
use kit::prelude::*;

mod model;

kit::checks![is_stable_for_long, sleeps_while_it_waits, small_programs,];

#[cfg(driver)]
mod scenarios {
    use super::model::{self, Call, Object};
    use super::*;
    use crate::public::scenarios::Container;
    use kit::{programs, serde::Serialize};
    use queue_stack_priority::{LifoQueue, PriorityQueue, Queue};
    use std::thread;

    /// Items of few priorities come and go for a while.
    pub fn is_stable_for_long(case: &Case) {
        let (kind, moves): (Kind, Vec<Option<i64>>) = case.get();
        let container = Container::new(kind);
        for (name, put) in ('a'..='z').chain('A'..='Z').zip(moves) {
            match put {
                Some(priority) => container.put((priority, name)),
                None => container.try_get(),
            }
        }
    }

    /// Two threads wait for what never comes, and others are served meanwhile.
    pub fn sleeps_while_it_waits(case: &Case) {
        let container = Container::new(case.get());
        thread::scope(|scope| {
            scope.spawn(|| container.get());
            scope.spawn(|| container.get());
            container.try_get();
            container.put((1, 'a'));
            mark("put", ());
            park_forever()
        });
    }

    /// One of the three, whose items have one form.
    trait Calls: Sync {
        type Item: Serialize;
        fn put(&self, priority: i64, name: char);
        fn get(&self) -> Self::Item;
        fn try_get(&self) -> Option<Self::Item>;
    }

    impl Calls for Queue<char> {
        type Item = char;
        fn put(&self, _: i64, name: char) {
            self.put(name);
        }
        fn get(&self) -> char {
            self.get()
        }
        fn try_get(&self) -> Option<char> {
            self.try_get()
        }
    }

    impl Calls for LifoQueue<char> {
        type Item = char;
        fn put(&self, _: i64, name: char) {
            self.put(name);
        }
        fn get(&self) -> char {
            self.get()
        }
        fn try_get(&self) -> Option<char> {
            self.try_get()
        }
    }

    impl Calls for PriorityQueue<i64, char> {
        type Item = (i64, char);
        fn put(&self, priority: i64, name: char) {
            self.put(priority, name);
        }
        fn get(&self) -> (i64, char) {
            self.get()
        }
        fn try_get(&self) -> Option<(i64, char)> {
            self.try_get()
        }
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        match programs::of::<Object, Call>(case).object.order {
            model::Order::FirstPut => with(case, [Queue::new(), Queue::new()]),
            model::Order::LastPut => with(case, [LifoQueue::new(), LifoQueue::new()]),
            model::Order::ByPriority => with(case, [PriorityQueue::new(), PriorityQueue::new()]),
        }
    }

    fn with(case: &Case, [container, other]: [impl Calls; 2]) {
        let program = programs::of::<Object, Call>(case);
        let used = program.object.used;
        if used > 0 {
            container.put(1, '-');
        }
        for _ in 0..used {
            container.put(1, '-');
            container.try_get();
        }
        let put = |priority, name| {
            container.put(priority, name);
            json!("done")
        };
        let act = |call: &Call| match call {
            Call::Put(name) => put(0, *name),
            Call::PutPriority(priority, name) => put(*priority, *name),
            Call::Get => json!(container.get()),
            Call::TryGet => json!(container.try_get()),
            Call::GetElsewhere => json!(other.get()),
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
    use crate::public::oracles::in_order_of;

    pub fn is_stable_for_long() -> Oracle {
        in_order_of(|(kind, _): (Kind, Vec<Option<i64>>)| kind).cases(|seed| {
            let mut random = Random::new(seed);
            let few = [Some(4), Some(4), Some(4), None, None, Some(4), None, None];
            let alike = [[Some(4); 12], [None; 12]].concat();
            let mut many = Vec::new();
            for _ in 0..30 {
                let put = random.below(5) < 3;
                many.push(put.then(|| i64::try_from(random.below(3)).unwrap_or(0) - 1));
            }
            many.extend([None; 20]);
            let kinds = [Kind::Priority, Kind::Queue, Kind::Stack];
            let with = |moves: &[Option<i64>]| kinds.map(|kind| (kind, moves.to_vec()));
            [with(&few), with(&alike), with(&many)].concat()
        })
    }

    pub fn sleeps_while_it_waits() -> Oracle {
        Oracle::new()
            .cases(|_| vec![Kind::Queue, Kind::Stack, Kind::Priority])
            .comes_to_rest(
                "Whoever waits in `get` sleeps until something is put.",
                "在 `get` 中等待的线程会一直睡到有元素放入。",
            )
            .always_results(
                "`put` does not wait for those who wait in `get`, and one of them gets the item.",
                "`put` 不会等待在 `get` 中的线程，而其中一个线程会拿到元素。",
                |results| {
                    let got = results.results_of::<(i64, char)>("get").len();
                    let tried: Vec<Option<(i64, char)>> = results.results_of("try_get");
                    if results.count("put") == 1 && got == 1 && tried == [None] {
                        return Ok(());
                    }
                    let put = results.count("put");
                    Err(Text::new(
                        format!(
                            "Calls of `put` that returned: {put}. Calls of `get` that returned: \
                             {got}. `try_get` before it returned {tried:?}."
                        ),
                        format!(
                            "返回了的 `put`：{put} 次；返回了的 `get`：{got} 次；之前的 `try_get` \
                             返回 {tried:?}。"
                        ),
                    ))
                },
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, each gives what the order demands, and only `get` waits, asleep, while nothing is in.",
            "无论怎样调用，每次调用的结果都符合各自的次序；只有 `get` 在没有元素时等待，而且是在睡眠。",
            super::model::Containers,
        )
    }
}
