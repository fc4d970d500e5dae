//! Mutations of critical sections: split, shrunk, widened or left out, or with two locks taken in
//! the other order. No IO.

use grader_schema::mutation::Operator;
use syn::{
    BinOp, Block, Expr, Stmt, UnOp,
    visit::{self, Visit},
};

use super::{
    changes::Changes,
    syntax::{Guard, called, guard, is_test, mentions, range, takes_lock},
    waiting::WAKES,
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

    fn visit_block(&mut self, block: &'ast Block) {
        for (index, statement) in block.stmts.iter().enumerate() {
            if let Some(guard) = guard(statement) {
                self.section(&block.stmts, index, &guard);
            }
            self.inner(statement);
        }
        visit::visit_block(self, block);
    }

    fn visit_expr_binary(&mut self, expression: &'ast syn::ExprBinary) {
        self.compound(expression);
        visit::visit_expr_binary(self, expression);
    }
}

impl Finder<'_, '_> {
    /// The critical section that begins with the statement at `begin`.
    fn section(&mut self, statements: &[Stmt], begin: usize, guard: &Guard<'_>) {
        let name = &guard.name;
        let uses = |index: usize| mentions(self.changes.text(range(&statements[index])), name);
        let is_drop = |index: usize| called(&statements[index]).as_deref() == Some("drop");
        let dropped = (begin + 1..statements.len()).find(|&index| is_drop(index) && uses(index));
        let end = dropped.unwrap_or(statements.len());
        let last_use = (begin + 1..end).rfind(|&index| uses(index));
        let taken = self.changes.text(range(guard.taken));
        let (lets_go, again) = (
            format!("drop({name});"),
            format!("let mut {name} = {taken};"),
        );
        let places: Vec<_> = statements.iter().map(range).collect();
        for place in &places[begin + 1..last_use.unwrap_or(begin + 1).min(places.len())] {
            let lines = [lets_go.as_str(), &again];
            self.changes
                .append(Operator::SplitSection, place.clone(), &lines);
        }
        match (dropped, last_use) {
            (Some(dropped), _) => {
                let place = places[dropped].clone();
                self.changes.remove(Operator::WidenSection, place);
            }
            // One that is not used is there to keep the others out, and may end anywhere.
            (None, last_use) => {
                let from = last_use.unwrap_or(begin + 1).min(end);
                let until = last_use.map_or(end, |last| last + 1);
                for (index, place) in places.iter().enumerate().take(until).skip(from) {
                    if !statements[index + 1..].iter().all(needs_no_lock) {
                        self.changes
                            .append(Operator::ShrinkSection, place.clone(), &[&lets_go]);
                    }
                }
                if last_use.is_none() {
                    let place = places[begin].clone();
                    self.changes.remove(Operator::RemoveSection, place);
                }
            }
        }
        if let Some(next) = statements.get(begin + 1)
            && super::syntax::guard(next).is_some()
        {
            let (one, other) = (places[begin].clone(), places[begin + 1].clone());
            self.changes.swap(Operator::SwapLocks, one, other);
        }
    }

    /// A block within a statement that begins with a critical section: it begins earlier.
    fn inner(&mut self, statement: &Stmt) {
        let expression = match statement {
            Stmt::Local(local) => local.init.as_ref().map(|init| &*init.expr),
            Stmt::Expr(expression, _) => Some(expression),
            _ => None,
        };
        if let Some(Expr::Block(inner)) = expression
            && let Some(first) = inner.block.stmts.first()
            && guard(first).is_some()
        {
            let before = range(statement).start;
            self.changes
                .hoist(Operator::WidenSection, range(first), before);
        }
    }

    /// `*lock() += value`, which reads and writes under one guard.
    fn compound(&mut self, expression: &syn::ExprBinary) {
        let operator = match expression.op {
            BinOp::AddAssign(_) => "+",
            BinOp::SubAssign(_) => "-",
            BinOp::MulAssign(_) => "*",
            _ => return,
        };
        let Expr::Unary(left) = &*expression.left else {
            return;
        };
        if !matches!(left.op, UnOp::Deref(_)) || !takes_lock(&left.expr) {
            return;
        }
        let lock = self.changes.text(range(&left.expr));
        let value = self.changes.text(range(&expression.right));
        let text = format!("{{ let seen = *{lock}; *{lock} = seen {operator} ({value}); }}");
        let place = range(expression);
        self.changes.replace(Operator::SplitSection, place, text);
    }
}

/// Whether a statement is as good without a lock as with it: a notification, or the value
/// of the block if nothing is called for it. A thread that is woken
/// after it sees what was changed under the lock.
fn needs_no_lock(statement: &Stmt) -> bool {
    match called(statement) {
        Some(name) => WAKES.contains(&name.as_str()),
        None => {
            matches!(statement, Stmt::Expr(Expr::Path(_) | Expr::Lit(_), None))
                || matches!(statement, Stmt::Expr(Expr::Call(call), None) if is_variant(call))
        }
    }
}

/// Whether a call makes a variant: `Ok(())`, `Some(item)`.
fn is_variant(call: &syn::ExprCall) -> bool {
    let Expr::Path(path) = &*call.func else {
        return false;
    };
    let last = path.path.segments.last();
    let upper = last.is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase));
    upper
        && call
            .args
            .iter()
            .all(|argument| !matches!(argument, Expr::MethodCall(_)))
}
