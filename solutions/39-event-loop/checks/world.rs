// canary: 552535825fbb33e465207ee420eb48b8
//! Runs the generated programs of exercise 39.

use crate::public::scenarios::yield_now;
use event_loop::{EventLoop, JoinHandle, Sleep};
use kit::{prelude::*, programs};
use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    pin::Pin,
    rc::Rc,
    task::{Poll, Waker},
    time::{Duration, Instant},
};

use super::model::{Act, Call, LONGER, slept};

/// Where tasks wait, and what they have done.
struct World {
    event_loop: EventLoop,
    begin: Instant,
    log: RefCell<Vec<String>>,
    gates: RefCell<Vec<Rc<Gate>>>,
    /// Names of tasks that have ended.
    over: RefCell<Vec<String>>,
}

struct Gate {
    name: String,
    is_open: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    old: RefCell<Vec<Waker>>,
}

impl World {
    fn tenths(&self) -> u64 {
        u64::try_from(self.begin.elapsed().as_millis() / 100).unwrap_or(0)
    }

    fn say(&self, what: String) {
        self.log.borrow_mut().push(what);
    }

    fn sleep(&self, seconds: u64) -> Sleep {
        let longer = Duration::from_millis(100 * LONGER);
        self.event_loop.sleep(Duration::from_secs(seconds) + longer)
    }

    fn task(
        self: &Rc<Self>,
        name: String,
        acts: Vec<Act>,
    ) -> impl Future<Output = String> + 'static {
        let made = acts.iter().filter_map(|act| match act {
            Act::SleepMade(seconds) => Some(self.sleep(*seconds)),
            _ => None,
        });
        let mut made: Vec<Sleep> = made.collect();
        made.reverse();
        let world = Rc::clone(self);
        async move {
            let mut children = 0;
            for act in acts {
                match act {
                    Act::Yield => yield_now().await,
                    Act::Sleep(seconds) => {
                        world.sleep(seconds).await;
                        world.say(slept(&name, world.tenths()));
                    }
                    Act::SleepMade(_) => {
                        if let Some(sleep) = made.pop() {
                            sleep.await;
                        }
                        world.say(slept(&name, world.tenths()));
                    }
                    Act::Gate => world.pass_gate(&name).await,
                    Act::Spawn(acts) => {
                        children += 1;
                        let child = world.boxed(format!("{name}.{children}"), acts);
                        drop(world.event_loop.spawn(child));
                    }
                }
            }
            world.say(format!("{name} ends"));
            world.over.borrow_mut().push(name.clone());
            name
        }
    }

    fn boxed(
        self: &Rc<Self>,
        name: String,
        acts: Vec<Act>,
    ) -> Pin<Box<dyn Future<Output = String>>> {
        Box::pin(self.task(name, acts))
    }

    async fn pass_gate(&self, name: &str) {
        let gate = Rc::new(Gate {
            name: name.to_owned(),
            is_open: Cell::new(false),
            waker: RefCell::default(),
            old: RefCell::default(),
        });
        self.gates.borrow_mut().push(Rc::clone(&gate));
        poll_fn(|cx| {
            self.say(format!("{name} looks"));
            if gate.is_open.get() {
                return Poll::Ready(());
            }
            gate.waker.replace(Some(cx.waker().clone()));
            gate.old.borrow_mut().push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn wake_all(&self, open: bool) {
        for gate in &*self.gates.borrow() {
            if let Some(waker) = gate.waker.take() {
                gate.is_open.set(open);
                waker.wake();
            }
        }
    }

    fn wake_the_dead(&self) {
        let over = self.over.borrow();
        for gate in &*self.gates.borrow() {
            if over.contains(&gate.name) {
                gate.old.borrow().iter().for_each(Waker::wake_by_ref);
            }
        }
    }
}

/// A generated program: the main thread makes all calls.
pub fn small_programs(case: &Case) {
    let program = programs::of::<(), Call>(case);
    let world = Rc::new(World {
        event_loop: EventLoop::new(),
        begin: Instant::now(),
        log: RefCell::default(),
        gates: RefCell::default(),
        over: RefCell::default(),
    });
    let handles: RefCell<Vec<JoinHandle<String>>> = RefCell::default();
    let spawned = Cell::new(0);
    let act = |call: &Call| match call {
        Call::Spawn(count, acts, is_kept) => {
            for _ in 0..*count {
                let name = spawned.get().to_string();
                spawned.set(spawned.get() + 1);
                let handle = world.event_loop.spawn(world.boxed(name, acts.clone()));
                if *is_kept {
                    handles.borrow_mut().push(handle);
                }
            }
            json!(null)
        }
        Call::Block(seconds) => {
            let event_loop = &world.event_loop;
            let outputs = event_loop.block_on(async {
                event_loop.sleep(Duration::from_secs(*seconds)).await;
                let mut outputs = Vec::new();
                poll_fn(|cx| {
                    handles.borrow_mut().retain_mut(|handle| {
                        let Poll::Ready(output) = Pin::new(handle).poll(cx) else {
                            return true;
                        };
                        outputs.push(output);
                        false
                    });
                    Poll::Ready(())
                })
                .await;
                outputs
            });
            let mut log = world.log.take();
            log.sort();
            json!((log, outputs))
        }
        Call::WakeAll(open) => json!(world.wake_all(*open)),
        Call::WakeTheDead => json!(world.wake_the_dead()),
    };
    programs::perform(&program.last, &act);
}
