//! Checks from which one property is deleted: if no outcome changes, the property tests
//! nothing. No IO.

use std::ops::Range;

use syn::{
    Expr, ReturnType, Type,
    visit::{self, Visit},
};

use super::syntax::range;

/// The methods of an oracle that ask something of the answer.
const PROPERTIES: [&str; 41] = [
    "always",
    "always_results",
    "any_reaping_order",
    "at_most",
    "before",
    "bounded",
    "built_from",
    "bypass_at_most",
    "comes_to_rest",
    "connection_resets",
    "descriptor_limit",
    "equals",
    "equals_of_order",
    "fifo",
    "holds_at_most",
    "interrupted_calls",
    "lifo",
    "linearizable",
    "linearizable_in",
    "may_overlap",
    "may_take_at_most",
    "named_values",
    "never_overlap",
    "no_leaked_descriptors",
    "no_leaked_names",
    "no_leaked_processes",
    "no_leaked_threads",
    "outcomes",
    "outcomes_in",
    "outcomes_of_order",
    "priority",
    "programs",
    "reaches",
    "short_transfers",
    "sometimes",
    "sometimes_results",
    "stable_priority",
    "took_at_least",
    "took_at_most",
    "trace_is",
    "weak_memory",
];

/// The source of checks without one of its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deleted {
    /// The function that makes the oracle.
    pub(super) oracle: String,
    /// Where the property begins, from 1.
    pub(super) line: usize,
    /// The property as it is written, on one line.
    pub(super) property: String,
    /// The source without it.
    pub(super) source: String,
}

/// All sources with one property less, in the order of their places.
///
/// # Errors
///
/// If the source is no Rust.
pub(super) fn deletions(source: &str) -> syn::Result<Vec<Deleted>> {
    let mut finder = Finder {
        source,
        oracle: None,
        found: Vec::new(),
    };
    finder.visit_file(&syn::parse_file(source)?);
    finder.found.sort_by_key(|(_, range)| range.start);
    let deleted = |(oracle, range): (String, Range<usize>)| {
        let text = &source[range.clone()];
        let start = range.start + text.len() - text.trim_start().len();
        Deleted {
            oracle,
            line: source[..start].matches('\n').count() + 1,
            property: text.split_whitespace().collect::<Vec<_>>().join(" "),
            source: format!("{}{}", &source[..range.start], &source[range.end..]),
        }
    };
    Ok(finder.found.into_iter().map(deleted).collect())
}

struct Finder<'a> {
    source: &'a str,
    /// The current function, if it makes an oracle.
    oracle: Option<String>,
    found: Vec<(String, Range<usize>)>,
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let is_oracle = match &function.sig.output {
            ReturnType::Type(_, result) => match &**result {
                Type::Path(path) => path.path.is_ident("Oracle"),
                _ => false,
            },
            ReturnType::Default => false,
        };
        let outer = self.oracle.take();
        self.oracle = is_oracle.then(|| function.sig.ident.to_string());
        visit::visit_item_fn(self, function);
        self.oracle = outer;
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if let Some(oracle) = &self.oracle
            && PROPERTIES.iter().any(|name| call.method == name)
        {
            let place = range(&call.receiver).end..range(call).end;
            self.found.push((oracle.clone(), place));
        }
        visit::visit_expr_method_call(self, call);
    }

    /// A list of rules, each by the name of a variant.
    fn visit_expr_array(&mut self, array: &'ast syn::ExprArray) {
        let is_variant = |element: &Expr| match element {
            Expr::Path(path) => path.path.segments.len() > 1,
            _ => false,
        };
        if let Some(oracle) = &self.oracle
            && array.elems.len() > 1
            && array.elems.iter().all(is_variant)
        {
            for element in &array.elems {
                let place = range(element);
                let comma = self.source[place.end..].starts_with(',');
                let place = place.start..place.end + usize::from(comma);
                self.found.push((oracle.clone(), place));
            }
        }
        visit::visit_expr_array(self, array);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECKS: &str = "\
mod oracles {
    pub fn closes() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1, 2])
            .always(\"a\", \"b\", |history| {
                history.before(1)
            })
            .no_leaked_threads(\"c\", \"d\")
    }

    pub fn keeps() -> Oracle {
        oracle(cases, &[Rule::Idle, Rule::Kept])
    }

    fn helper() -> u32 {
        text.before(2)
    }
}
";

    #[test]
    fn every_property_of_an_oracle_can_be_taken_out() {
        /// What an oracle cannot do without, or what promises nothing.
        const OTHERS: [&str; 5] = ["cases", "completes", "drawn", "new", "sequential_memory"];
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/checks.md");
        let page = fs_err::read_to_string(page).expect("the reference of checks is there");
        let names = page.lines().filter_map(|line| {
            let name = line.strip_prefix("### `Oracle::")?;
            name.strip_suffix('`')
        });
        let mut names: Vec<_> = names.filter(|name| !OTHERS.contains(name)).collect();
        names.sort_unstable();
        assert_eq!(names, PROPERTIES);
    }

    #[test]
    fn each_property_and_each_rule_is_taken_out_alone() {
        let all = deletions(CHECKS).expect("it is Rust");
        let told: Vec<_> = all
            .iter()
            .map(|one| (one.oracle.as_str(), one.line, one.property.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (
                    "closes",
                    5,
                    ".always(\"a\", \"b\", |history| { history.before(1) })"
                ),
                ("closes", 6, ".before(1)"),
                ("closes", 8, ".no_leaked_threads(\"c\", \"d\")"),
                ("keeps", 12, "Rule::Idle,"),
                ("keeps", 12, "Rule::Kept"),
            ]
        );
        for one in &all {
            assert!(syn::parse_file(&one.source).is_ok(), "{}", one.source);
        }
        assert!(!all[0].source.contains("always") && all[0].source.contains("cases"));
    }
}
