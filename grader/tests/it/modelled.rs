//! What of the standard library an answer finds in the modelled one: compiled, and not
//! only said. The list is `modelled_std.txt`; each of its uses is judged as a line of an
//! answer, so the table says what a student is told.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::tree;

/// A line of the list.
struct Item {
    module: String,
    name: String,
    generics: String,
    methods: Vec<String>,
}

impl Item {
    fn parse(line: &str) -> Self {
        let mut words = line.split(' ').map(|word| word.replace('~', " "));
        let mut next = || words.next().unwrap_or_default();
        Self {
            module: next(),
            name: next(),
            generics: next().replace('-', ""),
            methods: Vec::new(),
        }
        .with(line.split(' ').skip(3))
    }

    fn with<'a>(mut self, methods: impl Iterator<Item = &'a str>) -> Self {
        self.methods = methods.map(|method| method.replace('~', " ")).collect();
        self
    }

    fn is_type(&self) -> bool {
        let mut letters = self.name.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
    }

    /// Statements, the first for the item itself.
    fn uses(&self) -> Vec<String> {
        let Self {
            module,
            name,
            generics,
            methods,
        } = self;
        if name.ends_with('!') {
            return vec![format!("std::{name} {{ static KEY: u8 = 1 }}")];
        }
        if !self.is_type() {
            return vec![format!("let _ = {module}::{name}{generics};")];
        }
        let path = format!("{module}::{name}");
        let mut uses = vec![format!("let _: Option<&{path}{generics}> = None;")];
        let turbofish = if generics.is_empty() { "" } else { "::" };
        for method in methods {
            uses.push(if method.contains('(') && !method.contains("::<") {
                format!("let _ = |it: &{path}{generics}| {{ it.{method}; }};")
            } else {
                format!("let _ = {path}{turbofish}{generics}::{method};")
            });
        }
        uses
    }
}

fn list() -> Vec<Item> {
    let list = include_str!("modelled_std.txt");
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.map(Item::parse).collect()
}

/// Which of the uses the modelled library refuses, by their numbers.
fn refused(uses: &[String]) -> BTreeSet<usize> {
    const NEEDED: &str = "#![allow(warnings)]\nuse std::cell::{Cell, RefCell};\n\
        use std::sync::atomic::Ordering::SeqCst as O;\n";
    let reference = tree::root().join("solutions/23-thread-mutex/src/lib.rs");
    let reference = fs_err::read_to_string(reference).unwrap();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("modelled.rs");
    let mut refused = BTreeSet::new();
    loop {
        let mut text = NEEDED.to_owned();
        for (number, statement) in uses.iter().enumerate() {
            let statement = if refused.contains(&number) {
                ""
            } else {
                statement
            };
            writeln!(text, "fn use_{number}() {{ {statement} }}").unwrap();
        }
        let inner = reference.lines().map(|line| {
            // Documentation of the crate cannot stand in the middle.
            line.strip_prefix("//!").map_or(line, |_| "")
        });
        text.push_str(&inner.collect::<Vec<_>>().join("\n"));
        fs_err::write(&path, text).unwrap();
        let (code, report) = tree::check("23", path.to_str().unwrap(), 1).unwrap();
        if code != 3 {
            assert_eq!(code, 0, "{report:#}");
            return refused;
        }
        let said = tree::said(&report);
        assert!(said.contains("is not modelled"), "{said}");
        let first = NEEDED.lines().count() + 1;
        let before = refused.len();
        for line in said.lines().filter(|line| line.starts_with("  - ")) {
            let place = line.split("modelled.rs:").nth(1).expect("it has a place");
            let number: usize = place.split(':').next().unwrap().parse().unwrap();
            refused.insert(number - first);
        }
        assert!(refused.len() > before, "{said}");
    }
}

/// Whether the modelled library has the item, or all of its module, from the real one.
fn is_passed_through(item: &Item) -> bool {
    let source = tree::root().join("grader/std/src");
    let read = |file: &str| fs_err::read_to_string(source.join(file)).ok();
    let path = item.module.replacen("std::", "", 1).replace("::", "/");
    let own = read(&format!("{path}.rs")).or_else(|| read(&format!("{path}/mod.rs")));
    let (text, wanted) = match own {
        Some(text) => (text, item.name.as_str()),
        None if item.module == "std::net" || item.module == "std::process" => {
            (read("lib.rs").unwrap(), item.name.as_str())
        }
        None => (read("lib.rs").unwrap(), path.as_str()),
    };
    text.split("pub use ::std::").skip(1).any(|statement| {
        let statement = statement.split(';').next().unwrap_or_default();
        let names = statement.rsplit("::").next().unwrap_or_default();
        let mut names = names.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '*');
        let shadowed = ["fn", "trait"]
            .iter()
            .any(|kind| text.contains(&format!("{kind} {wanted}")));
        names.any(|name| name == wanted || name == "*" && !shadowed)
    })
}

/// The table of the document.
pub(crate) fn table() -> String {
    let items = list();
    let uses: Vec<_> = items.iter().flat_map(Item::uses).collect();
    let refused = refused(&uses);
    let mut table = String::new();
    let mut module = "";
    let mut number = 0;
    for item in &items {
        if item.module != module {
            module = &item.module;
            writeln!(
                table,
                "\n### `{module}`\n\n| item | methods | state |\n|---|---|---|"
            )
            .unwrap();
        }
        let numbers = number..number + item.uses().len();
        number = numbers.end;
        let short = |method: &str| {
            let name = method.split([':', '(']).next().unwrap_or_default();
            format!("`{name}`")
        };
        let (mut there, mut missing) = (Vec::new(), Vec::new());
        for (method, number) in item.methods.iter().zip(numbers.start + 1..) {
            let list = if refused.contains(&number) {
                &mut missing
            } else {
                &mut there
            };
            list.push(short(method));
        }
        let state = if refused.contains(&numbers.start) {
            there.clear();
            "refused".to_owned()
        } else if module.starts_with("core") {
            "as in `std`".to_owned()
        } else if is_passed_through(item) {
            "passed through".to_owned()
        } else if missing.is_empty() {
            "modelled".to_owned()
        } else {
            format!("modelled; refused: {}", missing.join(", "))
        };
        let shown = if item.is_type() { &*item.generics } else { "" };
        writeln!(
            table,
            "| `{}{shown}` | {} | {state} |",
            item.name,
            there.join(", ")
        )
        .unwrap();
    }
    table
}
