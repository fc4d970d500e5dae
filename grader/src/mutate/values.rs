//! Mutations of values: bounds that are off by one, and queues used at the wrong end. No IO.

use grader_schema::mutation::Operator;
use syn::{
    BinOp, Expr,
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

    fn visit_expr_binary(&mut self, expression: &'ast syn::ExprBinary) {
        let other = match expression.op {
            BinOp::Lt(_) => "<=",
            BinOp::Le(_) => "<",
            BinOp::Gt(_) => ">=",
            BinOp::Ge(_) => ">",
            _ => return visit::visit_expr_binary(self, expression),
        };
        self.changes
            .replace(Operator::OffByOne, range(&expression.op), other);
        visit::visit_expr_binary(self, expression);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
            && last.ident == "sync_channel"
            && let Some(capacity) = call.args.first()
        {
            let text = format!("({}) + 1", self.changes.text(range(capacity)));
            self.changes
                .replace(Operator::Capacity, range(capacity), text);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let other = match call.method.to_string().as_str() {
            "push_back" => Some("push_front"),
            "push_front" => Some("push_back"),
            "pop_front" => Some("pop_back"),
            "pop_back" => Some("pop_front"),
            _ => None,
        };
        if let Some(other) = other {
            self.changes
                .replace(Operator::OtherEnd, range(&call.method), other);
        }
        visit::visit_expr_method_call(self, call);
    }
}
