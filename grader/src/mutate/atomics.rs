//! Mutations of atomic operations: a weaker ordering, or an update that is no longer one step.
//! No IO.

use grader_schema::mutation::Operator;
use syn::{
    Expr, ExprMethodCall,
    visit::{self, Visit},
};

use super::{
    changes::Changes,
    syntax::{is_test, range},
};

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

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.orderings(call);
        self.update(call);
        visit::visit_expr_method_call(self, call);
    }
}

/// The last word of a path to an ordering, if an expression is one.
fn ordering(expression: &Expr) -> Option<(&syn::Ident, &'static [&'static str])> {
    let Expr::Path(path) = expression else {
        return None;
    };
    let last = &path.path.segments.last()?.ident;
    let names: &[(&str, &[&str])] = &[
        ("SeqCst", &["AcqRel", "Acquire", "Release", "Relaxed"]),
        ("AcqRel", &["Acquire", "Release", "Relaxed"]),
        ("Acquire", &["Relaxed"]),
        ("Release", &["Relaxed"]),
        ("Relaxed", &[]),
    ];
    let found = names.iter().find(|(name, _)| last == name)?;
    Some((last, found.1))
}

/// Whether an operation may have an ordering: a load cannot release, nor a store acquire.
fn may_have(method: &str, argument: usize, ordering: &str) -> bool {
    let loads = method == "load" || method.starts_with("compare_exchange") && argument == 3;
    match ordering {
        "AcqRel" => !loads && method != "store",
        "Acquire" => method != "store",
        "Release" => !loads,
        _ => true,
    }
}

impl Finder<'_, '_> {
    /// Every ordering of a call is made weaker, in every way that is possible.
    fn orderings(&mut self, call: &ExprMethodCall) {
        let method = call.method.to_string();
        for (index, argument) in call.args.iter().enumerate() {
            let Some((word, weaker)) = ordering(argument) else {
                continue;
            };
            for name in weaker.iter().filter(|name| may_have(&method, index, name)) {
                self.changes
                    .replace(Operator::WeakerOrdering, range(word), *name);
            }
        }
    }

    /// A read-modify-write becomes a load and a store with the orderings of its halves.
    fn update(&mut self, call: &ExprMethodCall) {
        let method = call.method.to_string();
        let exchange = method.starts_with("compare_exchange");
        let (values, orders) = if exchange { (2, 2) } else { (1, 1) };
        if call.args.len() != values + orders {
            return;
        }
        let Some((word, _)) = ordering(&call.args[values]) else {
            return;
        };
        let order = self.changes.text(range(&call.args[values]));
        let prefix = order.strip_suffix(&word.to_string()).unwrap_or_default();
        let (load, store) = match word.to_string().as_str() {
            "SeqCst" => ("SeqCst", "SeqCst"),
            "AcqRel" => ("Acquire", "Release"),
            "Acquire" => ("Acquire", "Relaxed"),
            "Release" => ("Relaxed", "Release"),
            _ => ("Relaxed", "Relaxed"),
        };
        let value = self.changes.text(range(&call.args[0]));
        let next = match method.as_str() {
            "swap" => value.to_owned(),
            "fetch_add" => format!("seen.wrapping_add({value})"),
            "fetch_sub" => format!("seen.wrapping_sub({value})"),
            "fetch_or" => format!("seen | ({value})"),
            "fetch_and" => format!("seen & ({value})"),
            "fetch_xor" => format!("seen ^ ({value})"),
            "fetch_max" => format!("seen.max({value})"),
            "fetch_min" => format!("seen.min({value})"),
            _ if exchange => self.changes.text(range(&call.args[1])).to_owned(),
            _ => return,
        };
        let atomic = self.changes.text(range(&call.receiver));
        let loads = format!("let seen = {atomic}.load({prefix}{load});");
        let stores = format!("{atomic}.store({next}, {prefix}{store});");
        let text = if exchange {
            format!("{{ {loads} if seen == {value} {{ {stores} Ok(seen) }} else {{ Err(seen) }} }}")
        } else {
            format!("{{ {loads} {stores} seen }}")
        };
        self.changes
            .replace(Operator::SplitUpdate, range(call), text);
    }
}
