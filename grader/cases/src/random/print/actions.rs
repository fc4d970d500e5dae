//! How each action is written.

use std::sync::atomic::Ordering;

use super::Printer;
use crate::random::program::{Action, Change, Lock, Owner, Section, Until};

/// The order of a failed exchange that goes with that of a successful one.
fn on_failure(order: Ordering) -> Ordering {
    match order {
        Ordering::Release | Ordering::Relaxed => Ordering::Relaxed,
        Ordering::Acquire | Ordering::AcqRel => Ordering::Acquire,
        _ => Ordering::SeqCst,
    }
}

fn name(lock: Lock) -> String {
    match lock {
        Lock::Mutex(at) => format!("m{at}"),
        Lock::RwLock(at) => format!("l{at}"),
    }
}

impl Printer<'_> {
    pub(super) fn actions(&mut self, actions: &[Action]) {
        for action in actions {
            self.action(action);
        }
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Nothing => {}
            Change::Get => self.line("log.push(*guard);"),
            Change::Add(more) => self.line(&format!("*guard += {more};")),
            Change::Set(new) => self.line(&format!("*guard = {new};")),
        }
    }

    /// A section whose guard comes from `lock`.
    fn section(&mut self, lock: &str, section: &Section) {
        let inside = |printer: &mut Self| {
            printer.line(&format!("let mut guard = held({lock}, &mut log);"));
            printer.change(section.first);
            printer.actions(&section.inside);
            printer.change(section.last);
        };
        self.block("{", inside, "}");
    }

    fn tried(&mut self, lock: &str, section: &Section) {
        let inside = |printer: &mut Self| {
            printer.change(section.first);
            printer.actions(&section.inside);
            printer.change(section.last);
        };
        let first = format!("if let Some(mut guard) = tried({lock}, &mut log) {{");
        self.block(&first, inside, "}");
    }

    fn wait(&mut self, until: Until, section: &Section) {
        let inside = |printer: &mut Self| {
            printer.line("let mut guard = held(s.m0.lock(), &mut log);");
            printer.change(section.first);
            match until {
                Until::Woken => printer.line("let mut guard = held(s.cv.wait(guard), &mut log);"),
                Until::Changed => {
                    printer.line("let waited = s.cv.wait_while(guard, |value| *value == 0);");
                    printer.line("let mut guard = held(waited, &mut log);");
                }
                Until::Time => {
                    printer.line("let waited = s.cv.wait_timeout(guard, TIME);");
                    printer.line("let (mut guard, result) = held(waited, &mut log);");
                    printer.line("log.push(i64::from(result.timed_out()));");
                }
            }
            printer.actions(&section.inside);
            printer.change(section.last);
        };
        self.block("{", inside, "}");
    }

    fn downgrade(&mut self, at: usize, section: &Section) {
        let inside = |printer: &mut Self| {
            printer.line(&format!("let mut guard = held(s.l{at}.write(), &mut log);"));
            printer.change(section.first);
            printer.line("let guard = RwLockWriteGuard::downgrade(guard);");
            printer.actions(&section.inside);
            if section.last == Change::Get {
                printer.change(Change::Get);
            }
        };
        self.block("{", inside, "}");
    }

    /// Something with `rx`, which pushes to the log.
    fn receive(&mut self, act: &str) {
        let receiver = if self.program.receiver == Owner::Everybody {
            "&*held(s.rx.lock(), &mut log)"
        } else {
            "&rx"
        };
        self.line(&format!("if let Some(rx) = {receiver} {{ {act} }}"));
    }

    fn if_sends(&mut self, act: &str) {
        self.line(&format!("if let Some(tx) = &tx {{ log.push({act}); }}"));
    }

    /// A call with a closure.
    fn closure(&mut self, first: &str, inside: &[Action], value: &str, last: &str) {
        let inside = |printer: &mut Self| {
            printer.actions(inside);
            if !value.is_empty() {
                printer.line(value);
            }
        };
        self.block(first, inside, last);
    }

    fn action(&mut self, action: &Action) {
        match action {
            Action::Load(at, order) => self.line(&format!("log.push(s.a{at}.load({order:?}));")),
            Action::Store(at, value, order) => {
                self.line(&format!("s.a{at}.store({value}, {order:?});"));
            }
            Action::Add(at, more, order) => {
                self.line(&format!("log.push(s.a{at}.fetch_add({more}, {order:?}));"));
            }
            Action::Exchange(at, old, new, order) => {
                let orders = format!("{order:?}, {:?}", on_failure(*order));
                let exchange = format!("s.a{at}.compare_exchange({old}, {new}, {orders})");
                self.line(&format!(
                    "log.push({exchange}.unwrap_or_else(|f| f + 100));"
                ));
            }
            Action::Fence(order) => self.line(&format!("fence({order:?});")),
            Action::Lock(at, section) => self.section(&format!("s.m{at}.lock()"), section),
            Action::TryLock(at, section) => self.tried(&format!("s.m{at}.try_lock()"), section),
            Action::Wait(until, section) => self.wait(*until, section),
            Action::NotifyOne => self.line("s.cv.notify_one();"),
            Action::NotifyAll => self.line("s.cv.notify_all();"),
            Action::Read(at, section) => self.section(&format!("s.l{at}.read()"), section),
            Action::Write(at, section) => self.section(&format!("s.l{at}.write()"), section),
            Action::TryRead(at, section) => self.tried(&format!("s.l{at}.try_read()"), section),
            Action::TryWrite(at, section) => self.tried(&format!("s.l{at}.try_write()"), section),
            Action::Downgrade(at, section) => self.downgrade(*at, section),
            Action::IsPoisoned(lock) => {
                let name = name(*lock);
                self.line(&format!("log.push(i64::from(s.{name}.is_poisoned()));"));
            }
            Action::ClearPoison(lock) => {
                let name = name(*lock);
                self.line(&format!("s.{name}.clear_poison();"));
            }
            Action::Send(value) => self.if_sends(&format!("i64::from(tx.send({value}).is_ok())")),
            Action::TrySend(value) if self.program.capacity.is_some() => {
                let results = "{ Ok(()) => 1, Err(TrySendError::Full(_)) => -2, Err(_) => -1 }";
                self.if_sends(&format!("match tx.try_send({value}) {results}"));
            }
            Action::TrySend(value) => {
                self.if_sends(&format!("i64::from(tx.send({value}).is_ok())"));
            }
            Action::Receive => self.receive("log.push(rx.recv().unwrap_or(-1));"),
            Action::TryReceive => {
                let results = "{ Ok(v) => v, Err(TryRecvError::Empty) => -2, Err(_) => -1 }";
                self.receive(&format!("log.push(match rx.try_recv() {results});"));
            }
            Action::ReceiveForTime => {
                let results = "{ Ok(v) => v, Err(RecvTimeoutError::Timeout) => -2, Err(_) => -1 }";
                self.receive(&format!("log.push(match rx.recv_timeout(TIME) {results});"));
            }
            Action::ReceiveAll => self.receive("log.extend(rx.iter().collect::<Vec<_>>());"),
            Action::DropSender => self.line("tx = None;"),
            Action::DropReceiver if self.program.receiver == Owner::Everybody => {
                self.line("held(s.rx.lock(), &mut log).take();");
            }
            Action::DropReceiver => self.line("rx = None;"),
            Action::Arrive => self.line("log.push(i64::from(s.barrier.wait().is_leader()));"),
            Action::CallOnce(inside) => self.closure("s.once.call_once(|| {", inside, "", "});"),
            Action::CallOnceForce(inside) => {
                let asks = "log.push(i64::from(state.is_poisoned()));";
                let first = format!("s.once.call_once_force(|state| {{ {asks}");
                self.closure(&first, inside, "", "});");
            }
            Action::IsCompleted => self.line("log.push(i64::from(s.once.is_completed()));"),
            Action::AwaitOnce => self.line("s.once.wait();"),
            Action::AwaitCell => self.line("log.push(*s.cell.wait());"),
            Action::Get => self.line("log.push(s.cell.get().copied().unwrap_or(-2));"),
            Action::Set(value) => {
                self.line(&format!(
                    "log.push(i64::from(s.cell.set({value}).is_ok()));"
                ));
            }
            Action::GetOrInit(value, inside) => {
                let first = "let got = *s.cell.get_or_init(|| {";
                self.closure(first, inside, &value.to_string(), "});");
                self.line("log.push(got);");
            }
            Action::Park => self.line("thread::park();"),
            Action::ParkForTime => self.line("thread::park_timeout(TIME);"),
            Action::Unpark(number) => {
                let known = format!("if let Some(thread) = known.get({number})");
                self.line(&format!("{known} {{ thread.unpark(); }}"));
            }
            Action::Sleep => self.line("thread::sleep(TIME);"),
            Action::Yield => self.line("thread::yield_now();"),
            Action::Clock => {
                self.line("let start = Instant::now();");
                self.line("thread::park_timeout(TIME);");
                self.line("log.push(i64::from(start.elapsed() >= TIME));");
            }
            Action::Spawn(inside) => self.spawn(inside, false),
            Action::Join => {
                let joins = "{ join(child, &mut log); }";
                self.line(&format!(
                    "if let Some(child) = children.pop_front() {joins}"
                ));
            }
            Action::IsFinished => {
                let asks = "{ log.push(i64::from(child.is_finished())); }";
                self.line(&format!("if let Some(child) = children.front() {asks}"));
            }
            Action::Scope(lists) => {
                self.block("{", |printer| printer.scope(lists, false, |_| {}), "}");
            }
            Action::Local(inside) => self.local(inside),
            Action::Panic => self.line("resume_unwind(Box::new(\"meant\"));"),
            Action::Catch(inside) => {
                let first = "let caught = catch_unwind(AssertUnwindSafe(|| {";
                self.closure(first, inside, "", "}));");
                self.line("if caught.is_err() { log.push(-9); }");
            }
            Action::StrongCount => {
                let counts = "log.push(Arc::strong_count(arc) as i64);";
                self.line(&format!("if let Some(arc) = &arc {{ {counts} }}"));
            }
            Action::TryUnwrap => {
                let inside = |printer: &mut Self| {
                    printer.line("Some(Ok(counted)) => log.push(counted.0),");
                    printer.line("Some(Err(shared)) => { log.push(-2); arc = Some(shared); }");
                    printer.line("None => {}");
                };
                self.block("match arc.take().map(Arc::try_unwrap) {", inside, "}");
            }
            Action::IntoInner => {
                let inner = "Arc::into_inner(arc).map_or(-2, |counted| counted.0)";
                self.line(&format!(
                    "if let Some(arc) = arc.take() {{ log.push({inner}); }}"
                ));
            }
            Action::GetMut(more) => {
                let inside = |printer: &mut Self| {
                    let change = format!("{{ c.0 += {more}; log.push(c.0); }}");
                    printer.line(&format!("Some(Some(c)) => {change}"));
                    printer.line("Some(None) => log.push(-2),");
                    printer.line("None => {}");
                };
                self.block("match arc.as_mut().map(Arc::get_mut) {", inside, "}");
            }
            Action::Upgrade => {
                let upgrade = "log.push(weak.upgrade().map_or(-2, |counted| counted.0));";
                self.line(&format!("if let Some(weak) = &weak {{ {upgrade} }}"));
            }
            Action::DropArc => self.line("arc = None;"),
        }
    }

    fn local(&mut self, inside: &[Action]) {
        let block = |printer: &mut Self| {
            printer.line("let s = Arc::clone(&s);");
            let inside = |printer: &mut Self| {
                printer.line("let mut log: Vec<i64> = Vec::new();");
                printer.actions(inside);
            };
            let first = "let at_end = AtEnd(Some(Box::new(move || {";
            printer.block(first, inside, "})));");
            printer.line("drop(AT_END.with(|slot| slot.replace(Some(at_end))));");
        };
        self.block("{", block, "}");
    }
}
