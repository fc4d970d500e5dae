//! Mutations of waiting: waits without a loop, and notifications, joins and updates that are left
//! out, come too early or reach too few threads. No IO.

use grader_schema::mutation::Operator;
use syn::{
    Block, Stmt,
    visit::{self, Visit},
};

use super::{
    changes::Changes,
    syntax::{called, guard, is_test, mentions, range},
};

/// Calls that sleep until something comes.
const WAITS: [&str; 5] = ["wait", "wait_timeout", "park", "park_timeout", "recv"];
/// Calls that wake others.
pub(super) const WAKES: [&str; 4] = ["notify_one", "notify_all", "unpark", "wake"];
/// Calls that leave something for others to see.
const UPDATES: [&str; 11] = [
    "store",
    "swap",
    "fetch_add",
    "fetch_sub",
    "fetch_or",
    "fetch_and",
    "fetch_xor",
    "fetch_max",
    "fetch_min",
    "send",
    "try_send",
];

/// Finds them all.
pub(super) fn find<'a>(file: &'a syn::File, changes: &mut Changes<'a>) {
    Finder { changes }.visit_file(file);
}

struct Finder<'f, 'a> {
    changes: &'f mut Changes<'a>,
}

impl<'ast> Visit<'ast> for Finder<'_, '_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test(module) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        self.statements(&block.stmts);
        visit::visit_block(self, block);
    }

    fn visit_expr_while(&mut self, expression: &'ast syn::ExprWhile) {
        let body = self.changes.text(range(&expression.body));
        if expression.label.is_none() && WAITS.iter().any(|name| mentions(body, name)) {
            let keyword = range(&expression.while_token);
            self.changes.replace(Operator::WhileToIf, keyword, "if");
        }
        visit::visit_expr_while(self, expression);
    }

    fn visit_expr_for_loop(&mut self, expression: &'ast syn::ExprForLoop) {
        let body = self.changes.text(range(&expression.body));
        let each = WAKES.iter().chain(&["join"]);
        if each.clone().any(|name| mentions(body, name))
            && let Some(last) = expression.body.stmts.last()
        {
            let end = range(last).end;
            self.changes
                .replace(Operator::FirstOnly, end..end, " break;");
        }
        visit::visit_expr_for_loop(self, expression);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let (name, arguments) = (call.method.to_string(), &call.args);
        match name.as_str() {
            "notify_all" => {
                self.changes
                    .replace(Operator::NotifyOne, range(&call.method), "notify_one");
            }
            "wait_while" | "wait_timeout_while" if arguments.len() > 1 => {
                let kept = &arguments[arguments.len() - 2];
                let end = range(call).end;
                let start = range(&call.method).start;
                let given = self
                    .changes
                    .text(range(&arguments[0]).start..range(kept).end);
                let without = name.trim_end_matches("_while");
                let text = format!("{without}({given})");
                self.changes.replace(Operator::WhileToIf, start..end, text);
            }
            _ => {}
        }
        visit::visit_expr_method_call(self, call);
    }
}

impl Finder<'_, '_> {
    fn statements(&mut self, statements: &[Stmt]) {
        for (index, statement) in statements.iter().enumerate() {
            let Some(name) = called(statement) else {
                continue;
            };
            let is_one_of = |names: &[&str]| names.contains(&name.as_str());
            let operator = if is_one_of(&WAKES) {
                Operator::RemoveNotify
            } else if is_one_of(&WAITS) {
                Operator::RemoveWait
            } else if is_one_of(&UPDATES) {
                Operator::RemoveUpdate
            } else if name == "join" {
                Operator::RemoveJoin
            } else if name == "drop" && !drops_guard(self.changes, statements, index) {
                Operator::RemoveDrop
            } else {
                continue;
            };
            let place = range(statement);
            self.changes.remove(operator, place.clone());
            // Under a lock no thread sees which came first, and two notifications have the effect of one.
            let matters = |before: &Stmt| {
                let guarded = statements[..index].iter().any(|one| guard(one).is_some());
                !guarded && called(before).is_none_or(|name| !WAKES.contains(&name.as_str()))
            };
            if operator == Operator::RemoveNotify
                && let Some(before) = index.checked_sub(1).map(|before| &statements[before])
                && matters(before)
            {
                self.changes
                    .swap(Operator::MoveNotify, range(before), place);
            }
        }
    }
}

/// Whether what a statement drops is a guard that a statement before it made.
fn drops_guard(changes: &Changes<'_>, statements: &[Stmt], index: usize) -> bool {
    let text = changes.text(range(&statements[index]));
    let mut guards = statements[..index].iter().filter_map(guard);
    guards.any(|guard| mentions(text, &guard.name))
}
