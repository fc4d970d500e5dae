//! Queries of the syntax tree that the mutations share. No IO.

use std::ops::Range;

use syn::{Expr, Pat, Stmt, spanned::Spanned};

/// The place of something in the source, in bytes.
pub(super) fn range(node: &impl Spanned) -> Range<usize> {
    node.span().byte_range()
}

/// Whether an item is only there for tests.
pub(super) fn is_test(module: &syn::ItemMod) -> bool {
    let tests = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|path| path.is_ident("test"))
    };
    module.attrs.iter().any(tests)
}

/// A guard that a statement binds to a name.
pub(super) struct Guard<'a> {
    pub(super) name: String,
    /// How the lock is taken.
    pub(super) taken: &'a Expr,
}

/// The guard that a statement binds, if it does.
pub(super) fn guard(statement: &Stmt) -> Option<Guard<'_>> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let pattern = match &local.pat {
        Pat::Type(typed) => &*typed.pat,
        pattern => pattern,
    };
    let (Pat::Ident(name), Some(init)) = (pattern, &local.init) else {
        return None;
    };
    (init.diverge.is_none() && takes_lock(&init.expr)).then(|| Guard {
        name: name.ident.to_string(),
        taken: &init.expr,
    })
}

/// Whether an expression takes a lock and gives its guard.
pub(super) fn takes_lock(expression: &Expr) -> bool {
    let Expr::MethodCall(call) = unwrapped(expression) else {
        return false;
    };
    call.args.is_empty()
        && ["lock", "read", "write"]
            .iter()
            .any(|name| call.method == name)
}

/// What is inside of `….unwrap()`, `….expect("…")` and `…?`.
pub(super) fn unwrapped(expression: &Expr) -> &Expr {
    match expression {
        Expr::MethodCall(call)
            if ["unwrap", "expect", "unwrap_or_else", "ok", "is_ok"]
                .iter()
                .any(|name| call.method == name) =>
        {
            unwrapped(&call.receiver)
        }
        Expr::Try(tried) => unwrapped(&tried.expr),
        Expr::Field(field) => unwrapped(&field.base),
        other => other,
    }
}

/// The function or method that a statement is there to call, if it is only that.
pub(super) fn called(statement: &Stmt) -> Option<String> {
    let expression = match statement {
        Stmt::Expr(expression, Some(_)) => expression,
        Stmt::Local(local) if matches!(local.pat, Pat::Wild(_)) => &local.init.as_ref()?.expr,
        _ => return None,
    };
    let expression = match expression {
        Expr::Assign(assign) => &*assign.right,
        other => other,
    };
    match unwrapped(expression) {
        Expr::MethodCall(call) => Some(call.method.to_string()),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a text has this name in it, as a word.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part)
    })
}
