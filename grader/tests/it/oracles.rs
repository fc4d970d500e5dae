//! Teachers read of every method of an oracle, in both languages.

use std::path::Path;

fn document(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs_err::read_to_string(docs.join(name)).expect("the document is there")
}

/// The methods of `Oracle`, as the reference has them, which is made from the sources.
fn methods(reference: &str) -> Vec<&str> {
    let lines = reference.lines();
    lines
        .filter_map(|line| line.strip_prefix("### `Oracle::")?.strip_suffix('`'))
        .collect()
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
    let reference = document("checks.md");
    let methods = methods(&reference);
    assert!(methods.contains(&"linearizable"));
    for name in ["teacher.md", "teacher.zh.md"] {
        let document = document(name);
        let rows = rows(&document);
        let named: Vec<_> = rows.iter().map(|(name, _)| *name).collect();
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
}
