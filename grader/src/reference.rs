//! The reference of what checks are written with, made from the documentation in its sources.

use std::path::Path;

use anyhow::Context as _;
use fs_err as fs;
use syn::{Attribute, Expr, ImplItem, Item, Lit, Meta, Visibility, spanned::Spanned as _};

/// A part of the page: a heading, an introduction, and where its items are.
struct Part {
    heading: &'static str,
    about: &'static str,
    /// Files below `grader/kit/src`.
    files: &'static [&'static str],
    /// The type whose methods they are; functions of their own if empty, or [`MACROS`].
    of: &'static str,
    /// What stands before the name of each.
    before: &'static str,
}

const PARTS: [Part; 10] = [
    Part {
        heading: "What a scenario records",
        about: "Functions of the prelude. The names are yours; the oracle asks for them.",
        files: &["record.rs"],
        of: "",
        before: "",
    },
    Part {
        heading: "What a scenario is given",
        about: "The input that the oracle of the same check made.",
        files: &["driver/mod.rs"],
        of: "Case",
        before: "case.",
    },
    Part {
        heading: "How a scenario keeps a thread asleep",
        about: "A function of the prelude.",
        files: &["parking.rs"],
        of: "",
        before: "",
    },
    Part {
        heading: "Random inputs",
        about: "Methods of `Random`, for `cases`.",
        files: &["random.rs"],
        of: "Random",
        before: "Random::",
    },
    Part {
        heading: "What an oracle promises",
        about: "Methods of `Oracle`. The two texts of each are the promise, in English and in Chinese, as \
                a student reads it when the check fails.",
        files: &[
            "oracle/mod.rs",
            "oracle/drawn.rs",
            "oracle/remains.rs",
            "oracle/system_choices.rs",
            "oracle/values.rs",
            "oracle/trace.rs",
            "oracle/spans.rs",
            "oracle/outcomes.rs",
            "oracle/order.rs",
            "oracle/bounds.rs",
            "oracle/linear.rs",
            "oracle/programs.rs",
        ],
        of: "Oracle",
        before: "Oracle::",
    },
    Part {
        heading: "What a text says of values",
        about: "A macro of the prelude, for `equals`, `equals_of_order` and `named_values`.",
        files: &["oracle/values.rs"],
        of: MACROS,
        before: "",
    },
    Part {
        heading: "How a failing case is drawn",
        about: "Methods of `Chart`, for `drawn` of an oracle or of a model: bars over an axis.",
        files: &["chart.rs"],
        of: "Chart",
        before: "Chart::",
    },
    Part {
        heading: "What a history tells",
        about: "Methods of `History`, for `always`, `sometimes` and `bounded`.",
        files: &["history.rs"],
        of: "History",
        before: "history.",
    },
    Part {
        heading: "What results tell",
        about: "Methods of `Results`, for `always_results`, `sometimes_results` and `outcomes`.",
        files: &["results.rs"],
        of: "Results",
        before: "results.",
    },
    Part {
        heading: "Specifications for `linearizable`",
        about: "Types of `specs`, and the calls that each knows.",
        files: &[
            "linearizable/specs/containers.rs",
            "linearizable/specs/locks.rs",
            "linearizable/specs/memory.rs",
            "linearizable/specs/signals.rs",
        ],
        of: "specs",
        before: "specs::",
    },
];

/// What stands for a type where the items are macros.
const MACROS: &str = "macros";

/// An item of the page.
struct Entry {
    name: String,
    signature: String,
    text: String,
    /// Lines of the examples, as they are read; nothing if there is none.
    example: String,
}

/// The reference of the course at `root`.
///
/// # Errors
///
/// If a source is not there or is no Rust, or if something has no documentation or no example.
pub fn page(root: &Path) -> anyhow::Result<String> {
    let mut page = String::new();
    for part in &PARTS {
        page += &format!("\n## {}\n\n{}\n", part.heading, part.about);
        for file in part.files {
            let file = root.join("grader/kit/src").join(file);
            let source = fs::read_to_string(&file)?;
            let entries = entries(&source, part.of);
            for entry in entries.with_context(|| file.display().to_string())? {
                page += &format!("\n### `{}{}`\n\n", part.before, entry.name);
                if !entry.signature.is_empty() {
                    page += &format!("    {}\n\n", entry.signature);
                }
                page += &format!("{}\n", entry.text);
                if !entry.example.is_empty() {
                    page += &format!("\n```rust\n{}```\n", entry.example);
                }
            }
        }
    }
    Ok(page)
}

/// The public functions, methods or types of a source.
fn entries(source: &str, of: &str) -> anyhow::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for item in syn::parse_file(source)?.items {
        match item {
            Item::Fn(function) if of.is_empty() && is_public(&function.vis) => {
                let range = function.sig.span().byte_range();
                found.push(entry(&function.sig.ident, &function.attrs, &source[range])?);
            }
            Item::Impl(block) if block.trait_.is_none() && names(&block.self_ty, of) => {
                for item in block.items {
                    let ImplItem::Fn(method) = item else { continue };
                    if !is_public(&method.vis) || is_hidden(&method.attrs) {
                        continue;
                    }
                    let range = method.sig.span().byte_range();
                    found.push(entry(&method.sig.ident, &method.attrs, &source[range])?);
                }
            }
            Item::Macro(it) if of == MACROS => {
                if let Some(name) = &it.ident {
                    found.push(entry(name, &it.attrs, "")?);
                }
            }
            Item::Struct(it) if of == "specs" && is_public(&it.vis) => {
                let (text, _) = documentation(&it.attrs);
                // What a specification keeps in mind has no calls.
                if text.contains('|') || text.contains("calls of") {
                    found.push(Entry {
                        name: it.ident.to_string(),
                        signature: String::new(),
                        text,
                        example: String::new(),
                    });
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn names(of: &syn::Type, name: &str) -> bool {
    let syn::Type::Path(path) = of else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == name)
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|it| it == "hidden")
    })
}

fn entry(name: &syn::Ident, attributes: &[Attribute], signature: &str) -> anyhow::Result<Entry> {
    let (text, example) = documentation(attributes);
    anyhow::ensure!(!text.is_empty(), "`{name}` has no documentation");
    anyhow::ensure!(!example.is_empty(), "`{name}` has no example");
    let words: Vec<&str> = signature.split_whitespace().collect();
    let signature = words.join(" ").replace("( ", "(").replace(", )", ")");
    Ok(Entry {
        name: name.to_string(),
        signature,
        text,
        example,
    })
}

/// The text of a documentation, without links, and the lines of its examples that are shown.
fn documentation(attributes: &[Attribute]) -> (String, String) {
    let (mut text, mut example) = (Vec::new(), String::new());
    let mut inside = false;
    for line in attributes.iter().filter_map(line) {
        let line = line.strip_prefix(' ').unwrap_or(&line);
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            if line != "#" && !line.starts_with("# ") {
                example += &format!("{line}\n");
            }
        } else {
            // A heading there would be one of the page here.
            text.push(match line.strip_prefix("# ") {
                Some(heading) => format!("**{heading}**"),
                None => without_links(line),
            });
        }
    }
    (text.join("\n").trim().to_owned(), example)
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// A line in which each link to another item is only its name.
fn without_links(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(start) = rest.find("[`") {
        let Some(length) = rest[start..].find("`]") else {
            break;
        };
        let end = start + length + 2;
        text += &rest[..start];
        text += &rest[start + 1..end - 1];
        rest = &rest[end..];
        if rest.starts_with('(')
            && let Some(end) = rest.find(')')
        {
            rest = &rest[end + 1..];
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "
        impl Oracle {
            /// Like [`always`](Self::always), see [`History`].
            ///
            /// ```
            /// # use course::Oracle;
            /// Oracle::new();
            /// ```
            #[must_use]
            pub fn never(
                self,
                en: &str,
            ) -> Self {
                self
            }

            fn private(&self) {}
        }
    ";

    #[test]
    fn a_method_has_its_signature_its_text_and_its_example() {
        let entries = entries(SOURCE, "Oracle").expect("it is documented");
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].signature, "fn never(self, en: &str) -> Self");
        assert_eq!(entries[0].text, "Like `always`, see `History`.");
        assert_eq!(entries[0].example, "Oracle::new();\n");
    }

    #[test]
    fn what_has_no_example_is_named() {
        let source = SOURCE.replace("```", "");
        let error = entries(&source, "Oracle").err().expect("it has none");
        assert_eq!(error.to_string(), "`never` has no example");
    }
}
