//! Teachers read of every method of an oracle, in both languages.

use std::path::Path;

fn document(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs_err::read_to_string(docs.join(name)).expect("the document is there")
}

/// The public methods of `Oracle`, as the sources of `kit` have them.
fn methods() -> Vec<String> {
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("kit/src/oracle");
    let mut found = Vec::new();
    for entry in fs_err::read_dir(oracle).expect("the module is there") {
        let path = entry.expect("it can be read").path();
        let source = fs_err::read_to_string(path).expect("a module is a file");
        for item in syn::parse_file(&source).expect("it is Rust").items {
            found.extend(methods_of(&item));
        }
    }
    found.sort_unstable();
    found
}

/// The public methods in a block of `impl Oracle`; none if the item is no such block.
fn methods_of(item: &syn::Item) -> Vec<String> {
    let syn::Item::Impl(block) = item else {
        return Vec::new();
    };
    let is_oracle = match &*block.self_ty {
        syn::Type::Path(path) => path.path.is_ident("Oracle"),
        _ => false,
    };
    let names = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(method) if matches!(method.vis, syn::Visibility::Public(_)) => {
            Some(method.sig.ident.to_string())
        }
        _ => None,
    });
    names.filter(|_| is_oracle).collect()
}

/// The rows of the table of methods: a name, and what is said of it.
fn rows(document: &str) -> Vec<(&str, &str)> {
    let (_, rest) = document
        .split_once("<!-- begin: oracle -->")
        .expect("the table begins");
    let (table, _) = rest
        .split_once("<!-- end: oracle -->")
        .expect("the table ends");
    let lines = table.lines();
    lines
        .filter_map(|line| {
            let (name, said) = line.strip_prefix("| `")?.split_once("` | ")?;
            Some((name, said.strip_suffix(" |")?))
        })
        .collect()
}

#[test]
fn teachers_read_of_every_method_of_an_oracle() {
    let methods = methods();
    assert!(methods.iter().any(|name| name == "linearizable"));
    for name in ["teacher.md", "teacher.zh.md"] {
        let document = document(name);
        let rows = rows(&document);
        let mut named: Vec<_> = rows.iter().map(|(name, _)| *name).collect();
        named.sort_unstable();
        assert_eq!(
            named, methods,
            "the table of docs/{name} names other methods"
        );
        for (method, said) in rows {
            assert!(
                said.chars().count() > 4,
                "docs/{name} says nothing of `{method}`"
            );
        }
    }
    let reference = document("checks.md");
    for method in methods {
        let heading = format!("### `Oracle::{method}`");
        assert!(
            reference.contains(&heading),
            "docs/checks.md lacks `{method}`"
        );
    }
}
