//! The checks of exercise 36 that you see.

use kit::prelude::*;

kit::checks![
    hands_out_in_order,
    get_waits_for_put,
    knows_when_it_is_empty,
];

/// Which of the three containers a case is about.
#[derive(Clone, Copy, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub enum Kind {
    Queue,
    Stack,
    Priority,
}

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use queue_stack_priority::{LifoQueue, PriorityQueue, Queue};
    use std::thread;

    /// An item: its priority and its name.
    pub type Item = (i64, char);

    /// One of the three. The queue and the stack keep the whole item.
    pub enum Container {
        Queue(Queue<Item>),
        Stack(LifoQueue<Item>),
        Priority(PriorityQueue<i64, char>),
    }

    impl Container {
        pub fn new(kind: Kind) -> Self {
            match kind {
                Kind::Queue => Self::Queue(Queue::new()),
                Kind::Stack => Self::Stack(LifoQueue::new()),
                Kind::Priority => Self::Priority(PriorityQueue::new()),
            }
        }

        pub fn put(&self, item: Item) {
            call("put", item, || {
                match self {
                    Self::Queue(queue) => queue.put(item),
                    Self::Stack(stack) => stack.put(item),
                    Self::Priority(queue) => queue.put(item.0, item.1),
                }
                true
            });
        }

        pub fn get(&self) {
            call("get", (), || match self {
                Self::Queue(queue) => queue.get(),
                Self::Stack(stack) => stack.get(),
                Self::Priority(queue) => queue.get(),
            });
        }

        pub fn try_get(&self) {
            call("try_get", (), || match self {
                Self::Queue(queue) => queue.try_get(),
                Self::Stack(stack) => stack.try_get(),
                Self::Priority(queue) => queue.try_get(),
            });
        }
    }

    /// One thread puts six items, takes two, puts two more and takes what is left.
    pub fn hands_out_in_order(case: &Case) {
        let container = Container::new(case.get());
        for item in [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (2, 'e'), (2, 'f')] {
            container.put(item);
        }
        container.get();
        container.try_get();
        container.put((2, 'g'));
        container.put((1, 'h'));
        for _ in 0..6 {
            container.get();
        }
        container.try_get();
    }

    /// Two threads wait, then two items are put.
    pub fn get_waits_for_put(case: &Case) {
        let container = Container::new(case.get());
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| container.get());
            }
            container.put((2, 'a'));
            container.put((1, 'b'));
        });
    }

    /// Whoever has put an item and taken one knows what is left.
    pub fn knows_when_it_is_empty(case: &Case) {
        let container = Container::new(case.get());
        thread::scope(|scope| {
            scope.spawn(|| {
                container.put((3, 'a'));
                container.try_get();
            });
            scope.spawn(|| {
                container.put((3, 'b'));
                container.try_get();
                container.try_get();
            });
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;
    use kit::serde::de::DeserializeOwned;

    /// The container of a case, one call after the other.
    pub struct Sequential(Kind);

    impl Spec for Sequential {
        type State = <specs::Queue as Spec>::State;

        fn initial(&self) -> Self::State {
            specs::Queue { capacity: None }.initial()
        }

        fn apply(
            &self,
            state: &Self::State,
            name: &str,
            argument: &Value,
            result: Option<&Value>,
        ) -> Option<Self::State> {
            let capacity = None;
            match self.0 {
                Kind::Queue => specs::Queue { capacity }.apply(state, name, argument, result),
                Kind::Stack => specs::Stack { capacity }.apply(state, name, argument, result),
                Kind::Priority => specs::PriorityQueue {
                    capacity,
                    rank: |item| item[0].as_i64().unwrap_or(0),
                }
                .apply(state, name, argument, result),
            }
        }
    }

    /// All three containers, which keep their order when calls come one after the other.
    pub fn in_order() -> Oracle {
        in_order_of(|kind| kind).cases(|_| vec![Kind::Queue, Kind::Stack, Kind::Priority])
    }

    /// The same for cases of another form, which tell the container.
    pub fn in_order_of<C: DeserializeOwned + 'static>(kind: fn(C) -> Kind) -> Oracle {
        Oracle::new()
            .completes(
                "Every call comes to its end when there is an item for it.",
                "只要有元素可取，每次调用都能结束。",
            )
            .linearizable_in(
                "The results are those of a queue, a stack, a stable priority queue whose \
                 calls come one after the other.",
                "所有结果都等同于各次调用一个接一个执行的队列、堆栈、稳定的优先级队列。",
                move |case| Sequential(kind(case)),
            )
    }

    pub fn hands_out_in_order() -> Oracle {
        in_order()
    }

    pub fn get_waits_for_put() -> Oracle {
        Oracle::new()
            .cases(|_| vec![Kind::Queue, Kind::Stack, Kind::Priority])
            .completes(
                "Two threads wait and two items come, so both threads go on.",
                "两个线程在等，来了两个元素，所以两个线程都能继续。",
            )
            .equals(
                "Each item comes out once.",
                "每个元素恰好取出一次。",
                |results| results.results_of("get"),
                |_| vec![(1i64, 'b'), (2, 'a')],
                message!(
                    |got| "(2, 'a') and (1, 'b') were put; {got:?} came out.",
                    "放入的是 (2, 'a') 和 (1, 'b')，取出的是 {got:?}。"
                ),
            )
    }

    pub fn knows_when_it_is_empty() -> Oracle {
        in_order_of(|kind| kind).cases(|_| vec![Kind::Queue])
    }
}
