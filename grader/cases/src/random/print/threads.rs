//! How threads are spawned, and what they get and give up.

use super::Printer;
use crate::random::program::Action;

impl Printer<'_> {
    /// What a thread that is about to be spawned gets.
    fn gifts(&mut self, receives: bool) {
        self.line("let s = Arc::clone(&s);");
        if self.uses.channel {
            let rx = if receives {
                "rx.take()"
            } else {
                "None::<Receiver<i64>>"
            };
            self.line(&format!("let (mut tx, mut rx) = (tx.clone(), {rx});"));
        }
        if self.uses.counted {
            self.line("let (mut arc, weak) = (arc.clone(), weak.clone());");
        }
        if self.knows {
            self.line("let mut known = known.clone();");
        }
    }

    /// What a thread does.
    fn body(&mut self, actions: &[Action]) {
        if self.uses.counted {
            self.line("NUMBER.set(known.len() as i64);");
        }
        if self.knows {
            self.line("known.push(thread::current());");
        }
        self.line("let mut log: Vec<i64> = Vec::new();");
        if self.spawns {
            self.line("let mut children: VecDeque<JoinHandle<Vec<i64>>> = VecDeque::new();");
        }
        self.actions(actions);
        self.let_go(false);
        if self.spawns {
            self.line("children.into_iter().for_each(|child| join(child, &mut log));");
        }
    }

    pub(super) fn spawn(&mut self, actions: &[Action], receives: bool) {
        self.block(
            "children.push_back({",
            |printer| {
                printer.gifts(receives);
                let inside = |printer: &mut Self| {
                    printer.body(actions);
                    printer.line("log");
                };
                printer.block("thread::spawn(move || {", inside, "})");
            },
            "});",
        );
        if self.knows {
            self.line("known.push(children.back().unwrap().thread().clone());");
        }
    }

    pub(super) fn scope(
        &mut self,
        threads: &[Vec<Action>],
        receives: bool,
        then: impl FnOnce(&mut Self),
    ) {
        self.line(&format!(
            "let mut logs = vec![Vec::new(); {}];",
            threads.len()
        ));
        let inside = |printer: &mut Self| {
            printer.line("let mut slots = logs.iter_mut();");
            for (index, actions) in threads.iter().enumerate() {
                let spawn = |printer: &mut Self| {
                    printer.gifts(receives && index == 0);
                    printer.line("let slot = slots.next().unwrap();");
                    let inside = |printer: &mut Self| {
                        printer.body(actions);
                        printer.line("*slot = log;");
                    };
                    printer.block("scope.spawn(move || {", inside, "})");
                };
                printer.block("let handle = {", spawn, "};");
                if printer.knows {
                    printer.line("known.push(handle.thread().clone());");
                }
            }
            then(printer);
        };
        if self.uses.panics && self.depth == 1 {
            let scope = |printer: &mut Self| {
                printer.block("thread::scope(|scope| {", inside, "});");
            };
            self.block(
                "let scope = catch_unwind(AssertUnwindSafe(|| {",
                scope,
                "}));",
            );
            self.block(
                "if scope.is_err() {",
                |printer| printer.line("log.push(-9);"),
                "}",
            );
        } else {
            self.block("thread::scope(|scope| {", inside, "});");
        }
        let inside = |printer: &mut Self| {
            printer.line("log.push(900);");
            printer.line("log.extend(joined);");
        };
        self.block("for joined in logs {", inside, "}");
    }

    /// A thread gives up what others may wait for.
    pub(super) fn let_go(&mut self, is_main: bool) {
        if self.uses.counted {
            self.line("arc = None;");
        }
        if self.uses.channel {
            self.line("tx = None;");
            if !is_main {
                self.line("rx = None;");
            }
        }
    }
}
