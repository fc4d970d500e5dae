// canary: 422ceb16549cbc06dea261df5da1ae7d
//! The hidden checks of exercise 02.

use kit::prelude::*;

mod model;

kit::checks![first_come_first_served, ends_for_everybody, small_programs];

#[cfg(driver)]
mod scenarios {
    use super::model::{Call, Object};
    use super::*;
    use crate::public::scenarios::{job, submit};
    use device_arbiter::Spooler;
    use kit::programs;
    use std::{
        cell::RefCell,
        sync::{Arc, Mutex, mpsc},
        thread,
    };

    /// Three programs come one after the other.
    pub fn first_come_first_served(_: &Case) {
        let spooler = Spooler::new(3, |page: &str| {
            let id = page.split('.').next();
            let id: u32 = id.and_then(|id| id.parse().ok()).unwrap_or(0);
            call("print", (), || id);
        });
        for id in 1..=3 {
            thread::scope(|scope| {
                scope.spawn(|| call("submit", id, || submit(&spooler, id, 1)));
            });
        }
        spooler.shut_down();
    }

    /// Two threads shut down, with jobs in the line, one of them without pages.
    pub fn ends_for_everybody(_: &Case) {
        let spooler = Spooler::new(3, |page: &str| mark("page", page));
        for (id, pages) in [(1, 0), (2, 1)] {
            mark("result", submit(&spooler, id, pages));
        }
        thread::scope(|scope| {
            scope.spawn(|| {
                spooler.shut_down();
                mark("shut down", ());
            });
            spooler.shut_down();
            mark("shut down", ());
        });
        mark("refused", submit(&spooler, 4, 1));
        spooler.shut_down();
        spooler.flush();
    }

    /// A spooler, what its printer has printed, and which jobs it has accepted.
    struct Watched {
        spooler: Spooler,
        tray: Arc<Mutex<Vec<String>>>,
        accepted: Mutex<Vec<(u32, usize)>>,
    }

    impl Watched {
        fn new(capacity: usize) -> Self {
            let tray = Arc::new(Mutex::new(Vec::<String>::new()));
            let printed = Arc::clone(&tray);
            let print = move |page: &str| printed.lock().unwrap().push(page.to_owned());
            Self {
                spooler: Spooler::new(capacity, print),
                tray,
                accepted: Mutex::default(),
            }
        }

        /// Whether each of these jobs is in the tray, once and in one piece.
        fn has(&self, jobs: &[(u32, usize)]) -> bool {
            let places: Vec<_> = jobs.iter().map(|job| self.place(*job)).collect();
            places.iter().all(Option::is_some)
        }

        /// The same, in the order of the list: that of one thread.
        fn has_in_order(&self, jobs: &[(u32, usize)]) -> bool {
            let printed = jobs.iter().filter(|(_, count)| *count > 0);
            let places: Vec<_> = printed.map(|job| self.place(*job)).collect();
            self.has(jobs) && places.is_sorted()
        }

        /// Where the pages of a job begin, if they are there once and in one piece.
        fn place(&self, (id, count): (u32, usize)) -> Option<usize> {
            let tray = self.tray.lock().unwrap();
            let whole = job(id, count).pages;
            let begin = format!("{id}.");
            let found = tray.iter().filter(|page| page.starts_with(&begin)).count();
            let mut places = tray.windows(count.max(1));
            if count == 0 {
                return (found == 0).then_some(0);
            }
            let place = places.position(|pages| *pages == whole[..]);
            place.filter(|_| found == count)
        }

        /// A call by the thread whose accepted jobs are its own.
        fn act(&self, own: &RefCell<Vec<(u32, usize)>>, call: &Call) -> Value {
            match call {
                Call::Submit(id, count) => {
                    let said = submit(&self.spooler, *id, *count);
                    if said == "Ok" {
                        own.borrow_mut().push((*id, *count));
                    }
                    json!(said)
                }
                Call::Flush => {
                    self.spooler.flush();
                    json!(self.has_in_order(&own.borrow()))
                }
                Call::ShutDown => {
                    self.spooler.shut_down();
                    json!(self.has_in_order(&own.borrow()))
                }
                Call::End => {
                    self.spooler.shut_down();
                    let all = self.accepted.lock().unwrap();
                    let count: usize = all.iter().map(|(_, count)| count).sum();
                    json!(self.has(&all) && self.tray.lock().unwrap().len() == count)
                }
            }
        }
    }

    /// A generated program. Its threads are there before that of the spooler, as the model counts them.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<Object, Call>(case);
        let watched = thread::scope(|scope| {
            let mut starts = Vec::new();
            for calls in &program.threads {
                let (start, begin) = mpsc::channel::<Arc<Watched>>();
                starts.push(start);
                scope.spawn(move || {
                    if let Ok(watched) = begin.recv() {
                        let own = RefCell::default();
                        programs::perform(calls, &|call: &Call| watched.act(&own, call));
                        watched
                            .accepted
                            .lock()
                            .unwrap()
                            .append(&mut own.borrow_mut());
                    }
                });
            }
            let watched = Arc::new(Watched::new(program.object));
            for start in starts {
                let _ = start.send(Arc::clone(&watched));
            }
            watched
        });
        let nobody = RefCell::default();
        programs::perform(&program.last, &|call: &Call| watched.act(&nobody, call));
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn first_come_first_served() -> Oracle {
        Oracle::new()
            .completes("All jobs are printed.", "所有作业都会打印。")
            .fifo(
                "Jobs are printed in the order in which they arrive.",
                "作业按到达的次序打印。",
                "submit",
                "print",
            )
    }

    pub fn ends_for_everybody() -> Oracle {
        Oracle::new()
            .completes("Everybody who shuts down comes to the end.", "每个关闭者都能结束。")
            .before(
                "Each call of `shut_down` returns when the last page is printed.",
                "每次 `shut_down` 都在最后一页打印完之后才返回。",
                "page",
                "shut down",
            )
            .equals(
                "Jobs that were accepted are printed after `shut_down` too, in order, and none comes later.",
                "已接受的作业在 `shut_down` 之后也按顺序打印，之后不再有新的。",
                |results| {
                    let mut seen: Vec<String> = results.values_of("result");
                    seen.extend(results.by_thread("page").concat());
                    seen.extend(results.value::<String>("refused"));
                    seen
                },
                |_| ["Ok", "Ok", "2.1", "ShutDown(4)"].map(str::to_owned).to_vec(),
                message!(
                    |found, right| "Results and pages are {found:?}, not {right:?}.",
                    "结果和打印出的页是 {found:?}，而不是 {right:?}。"
                ),
            )
            .no_leaked_threads(
                "After `shut_down` the thread of the spooler has ended.",
                "`shut_down` 之后，spooler 的线程已经结束。",
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever is called, jobs are accepted while there is room, printed whole and once, and waited for.",
            "无论怎样调用，有空位时接受作业，作业完整打印且只打印一次，该等待时等待。",
            super::model::Spooling,
        )
    }
}
