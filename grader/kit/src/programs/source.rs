//! Writes a program in Rust, so that a student can paste it into a `main.rs` of their own.

use std::fmt::Write as _;

use super::{Model, Program, Words};

pub(super) fn source<M: Model>(model: &M, program: &Program<M::Object, M::Call>) -> String {
    let Words { imports, name } = model.words();
    let mut text = format!(
        "{imports}\n\nfn main() {{\n    let {name} = {};\n",
        model.made(&program.object)
    );
    let said = |call: &M::Call| format!("let _ = {};", model.written(call));
    if !program.threads.is_empty() {
        text.push_str("    std::thread::scope(|scope| {\n");
        for calls in &program.threads {
            text.push_str("        scope.spawn(|| {\n");
            for call in calls {
                let _ = writeln!(text, "            {}", said(call));
            }
            text.push_str("        });\n");
        }
        text.push_str("    });\n");
    }
    for call in &program.last {
        let _ = writeln!(text, "    {}", said(call));
    }
    text.push_str("}\n");
    text
}
