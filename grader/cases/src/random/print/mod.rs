//! A program as Rust source that needs nothing but the standard library.

mod actions;
mod helpers;
mod threads;

use std::fmt::Write;

use helpers::{AT_END, COUNTED, HELD, IMPORTS, JOIN, LEFT, TRIED};

use super::program::{Action, Owner, Program, Shape, Uses};

/// The source of a program with a function `run` that returns what its interpreter does.
pub fn source(program: &Program) -> String {
    let mut printer = Printer::new(program);
    printer.run();
    let body = printer.text;
    let mut text = IMPORTS.to_owned();
    for (name, helper) in [
        ("held(", HELD),
        ("tried(", TRIED),
        ("left(", LEFT),
        ("join(", JOIN),
        ("AtEnd(", AT_END),
        ("Counted(", COUNTED),
    ] {
        if body.contains(name) {
            text += helper;
        }
    }
    text += "\nstruct Shared {\n";
    let (fields, values) = fields(program, &body);
    text += &fields;
    text += "}\n\nfn run() -> String {\n    let s = Arc::new(Shared {\n";
    text += &values;
    text += "    });\n";
    text += &body;
    text += "}\n\nfn main() {\n    println!(\"{}\", run());\n}\n";
    text
}

/// What the threads share: the fields of a structure, and their values.
fn fields(program: &Program, body: &str) -> (String, String) {
    let all = [
        ("a0", "AtomicI64", "AtomicI64::new(0)"),
        ("a1", "AtomicI64", "AtomicI64::new(0)"),
        ("m0", "Mutex<i64>", "Mutex::new(0)"),
        ("m1", "Mutex<i64>", "Mutex::new(0)"),
        ("l0", "RwLock<i64>", "RwLock::new(0)"),
        ("l1", "RwLock<i64>", "RwLock::new(0)"),
        ("cv", "Condvar", "Condvar::new()"),
        ("barrier", "Barrier", "Barrier::new(2)"),
        ("once", "Once", "Once::new()"),
        ("cell", "OnceLock<i64>", "OnceLock::new()"),
        ("dropped", "Arc<AtomicI64>", "Arc::new(AtomicI64::new(-1))"),
    ];
    let (mut fields, mut values) = (String::new(), String::new());
    for (name, sort, value) in all {
        if body.contains(&format!("s.{name}")) {
            let _ = writeln!(fields, "    {name}: {sort},");
            let _ = writeln!(values, "        {name}: {value},");
        }
    }
    if program.uses().channel && program.receiver == Owner::Everybody {
        fields += "    rx: Mutex<Option<Receiver<i64>>>,\n";
        values += "        rx: Mutex::new(None),\n";
    }
    (fields, values)
}

/// Writes lines.
struct Printer<'a> {
    program: &'a Program,
    uses: Uses,
    /// Whether threads of threads are joined.
    spawns: bool,
    /// Whether threads know one another.
    knows: bool,
    text: String,
    depth: usize,
}

impl<'a> Printer<'a> {
    fn new(program: &'a Program) -> Self {
        let (mut spawns, mut knows) = (false, false);
        program.visit(&mut |action| {
            spawns |= matches!(action, Action::Spawn(_) | Action::Join | Action::IsFinished);
            knows |= matches!(action, Action::Unpark(_));
        });
        let uses = program.uses();
        Self {
            program,
            uses,
            spawns,
            knows: knows || uses.counted,
            text: String::new(),
            depth: 1,
        }
    }

    fn line(&mut self, line: &str) {
        self.text += &"    ".repeat(self.depth);
        self.text += line;
        self.text.push('\n');
    }

    /// A line that begins a block, its lines, and one that ends it.
    fn block(&mut self, first: &str, inside: impl FnOnce(&mut Self), last: &str) {
        self.line(first);
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line(last);
    }

    /// The body of `run`.
    fn run(&mut self) {
        let program = self.program;
        self.line("let mut log: Vec<i64> = Vec::new();");
        if self.uses.channel {
            self.line(&match program.capacity {
                Some(capacity) => format!("let (tx, rx) = sync_channel::<i64>({capacity});"),
                None => "let (tx, rx) = channel::<i64>();".to_owned(),
            });
            self.line("let (mut tx, mut rx) = (Some(tx), Some(rx));");
            if program.receiver == Owner::Everybody {
                self.line("*s.rx.lock().unwrap() = rx.take();");
            }
        }
        if self.uses.counted {
            self.line("let mut arc = Some(Arc::new(Counted(1, s.dropped.clone())));");
            self.line("let weak = arc.as_ref().map(Arc::downgrade);");
        }
        if self.knows {
            self.line("let mut known = vec![thread::current()];");
        }
        let spawns = self.spawns || program.shape != Shape::Scoped;
        if spawns {
            self.line("let mut children: VecDeque<JoinHandle<Vec<i64>>> = VecDeque::new();");
        }
        if program.shape == Shape::Scoped {
            self.scope(
                &program.threads,
                program.receiver == Owner::First,
                |printer| {
                    printer.actions(&program.main);
                    printer.let_go(true);
                },
            );
        } else {
            for (index, actions) in program.threads.iter().enumerate() {
                self.spawn(actions, index == 0 && program.receiver == Owner::First);
            }
            if self.uses.panics {
                let first = "let main = catch_unwind(AssertUnwindSafe(|| {";
                self.block(first, |printer| printer.actions(&program.main), "}));");
                self.line("if main.is_err() { log.push(-9); }");
            } else {
                self.actions(&program.main);
            }
            self.let_go(true);
        }
        if spawns && program.shape != Shape::Detached {
            self.line("children.into_iter().for_each(|child| join(child, &mut log));");
        }
        self.state();
    }

    /// What is left.
    fn state(&mut self) {
        let (mut text, mut values) = (String::new(), Vec::new());
        let mut add = |is_used: bool, name: &str, value: String| {
            if is_used {
                text.extend([" ", name, "={}"]);
                values.push(value);
            }
        };
        let uses = self.uses;
        for at in 0..2 {
            let value = format!("s.a{at}.load(SeqCst)");
            add(uses.atomics[at], &format!("a{at}"), value);
        }
        for at in 0..2 {
            let value = format!("left(s.m{at}.lock())");
            add(uses.mutexes[at], &format!("m{at}"), value);
        }
        for at in 0..2 {
            let value = format!("left(s.l{at}.read())");
            add(uses.rwlocks[at], &format!("l{at}"), value);
        }
        add(uses.once, "once", "s.once.is_completed()".to_owned());
        add(
            uses.cell,
            "cell",
            "format!(\"{:?}\", s.cell.get())".to_owned(),
        );
        add(uses.counted, "dropped", "s.dropped.load(SeqCst)".to_owned());
        if uses.channel && self.program.shape != Shape::Detached {
            let receiver = if self.program.receiver == Owner::Everybody {
                "held(s.rx.lock(), &mut log)"
            } else {
                "rx"
            };
            let collect = "rx.try_iter().collect::<Vec<i64>>()";
            let left = format!("format!(\"{{:?}}\", {receiver}.as_ref().map(|rx| {collect}))");
            add(true, "left", left);
        }
        let values: Vec<String> = values
            .into_iter()
            .enumerate()
            .map(|(at, value)| {
                self.line(&format!("let left_{at} = {value};"));
                format!(", left_{at}")
            })
            .collect();
        self.line(&format!(
            "format!(\"{{:?}}{text}\", log{})",
            values.concat()
        ));
    }
}
