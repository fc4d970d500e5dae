//! Whether the signatures in the READMEs are those of the stub.
//!
//! A ```` ```rust ```` block of a README is read item by item: what begins like a
//! declaration has to be one, what does not (an example, a call) is passed over. Every
//! item must be in the stub, and every public function of the stub in each README.

use std::{collections::BTreeMap, io};

use fs_err as fs;
use grader_schema::{
    Text,
    audit::{Finding, FindingKind},
};
use quote::ToTokens;
use syn::{
    Generics, ImplItem, Item, Signature, Token, TraitItem, Visibility,
    parse::{Parse, ParseStream},
};

use super::{finding, tokens::written};
use crate::course::Exercise;

/// An item, as it can be compared and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    /// `Queue::put` for example.
    name: String,
    /// All but the body.
    head: String,
    /// Fields or variants; nothing where they are left out.
    body: Option<String>,
    /// Whether students have to write it, or to call it.
    is_function: bool,
}

impl Shown {
    fn text(&self) -> String {
        match &self.body {
            Some(body) => format!("{} {{ {body} }}", self.head),
            None => self.head.clone(),
        }
    }
}

/// What differs between the READMEs and the stub.
pub(super) fn compare(exercise: &Exercise) -> io::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let directory = exercise.directory();
    let mut stub = Vec::new();
    for path in &exercise.manifest.editable {
        let file = format!("{directory}/stub/{path}");
        let place = exercise.root.join(&file);
        if !place.is_file() {
            // That it is not there has been said already.
            return Ok(findings);
        }
        let text = fs::read_to_string(place)?;
        // What does not parse does not compile, and that is said elsewhere.
        if let Ok(parsed) = syn::parse_file(&text) {
            collect(&parsed.items, true, &mut stub);
        }
    }
    for name in ["README.md", "README.zh.md"] {
        let file = format!("{directory}/{name}");
        let place = exercise.root.join(&file);
        if !place.is_file() {
            continue;
        }
        let text = fs::read_to_string(place)?;
        for (line, message) in differences(&text, &stub) {
            findings.push(Finding {
                line,
                ..finding(FindingKind::SignatureDiffers, &file, message)
            });
        }
    }
    Ok(findings)
}

/// What is wrong with a README: the line, where there is one, and what.
fn differences(readme: &str, stub: &[Shown]) -> Vec<(Option<usize>, Text)> {
    let mut found = Vec::new();
    let by_name: BTreeMap<&str, &Shown> =
        stub.iter().map(|item| (item.name.as_str(), item)).collect();
    let mut shown = Vec::new();
    for (start, chunk) in blocks(readme).into_iter().flat_map(chunks) {
        match parse(&chunk) {
            Some(items) => {
                for item in items {
                    let line = start + line_of(&chunk, &item.name);
                    shown.push((line, item));
                }
            }
            None if is_declaration(&chunk) => found.push((
                Some(start),
                Text::new(
                    "this begins like a declaration but cannot be parsed as one; write `{ … }` for what is left out",
                    "这里像是声明却无法读懂；省略的部分请写作 `{ … }`",
                ),
            )),
            None => {}
        }
    }
    for (line, item) in &shown {
        let name = &item.name;
        let Some(own) = by_name.get(name.as_str()) else {
            found.push((
                Some(*line),
                Text::new(
                    format!("`{name}` is shown, but it is not a public item of the stub"),
                    format!("给出了 `{name}`，但它不是骨架的公开项"),
                ),
            ));
            continue;
        };
        let same = own.head == item.head && (item.body.is_none() || own.body == item.body);
        if !same {
            let (shown, own) = (item.text(), own.text());
            found.push((
                Some(*line),
                Text::new(
                    format!("it shows `{shown}`, but the stub has `{own}`"),
                    format!("此处为 `{shown}`，而骨架中是 `{own}`"),
                ),
            ));
        }
    }
    for item in stub.iter().filter(|item| item.is_function) {
        if !shown.iter().any(|(_, shown)| shown.name == item.name) {
            let head = &item.head;
            found.push((
                None,
                Text::new(
                    format!("no Rust block shows `{head}`, which the stub has"),
                    format!("没有任何 Rust 代码块给出骨架中的 `{head}`"),
                ),
            ));
        }
    }
    found
}

/// The Rust blocks of a README, each with the line in which it begins, from 1.
fn blocks(readme: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in readme.lines().enumerate() {
        match &mut open {
            Some(_) if line.starts_with("```") => blocks.extend(open.take()),
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None if line.trim_end() == "```rust" => open = Some((index + 2, String::new())),
            None => {}
        }
    }
    blocks
}

/// The items of a block, each with its first line: an item begins at the margin and goes
/// on as long as lines are put in, close something or bound its types.
fn chunks((start, block): (usize, String)) -> Vec<(usize, String)> {
    let mut chunks: Vec<(usize, String)> = Vec::new();
    for (index, line) in block.lines().enumerate() {
        let goes_on = line.starts_with([' ', '\t', '{', '}', ')'])
            || line.starts_with("where")
            || line.is_empty();
        match chunks.last_mut() {
            Some((_, chunk)) if goes_on => {
                chunk.push_str(line);
                chunk.push('\n');
            }
            _ => chunks.push((start + index, format!("{line}\n"))),
        }
    }
    chunks
}

fn is_declaration(chunk: &str) -> bool {
    let first = chunk.split_whitespace().next().unwrap_or_default();
    let first = first.split(['<', '(']).next().unwrap_or_default();
    matches!(
        first,
        "pub" | "impl" | "trait" | "enum" | "struct" | "fn" | "type" | "unsafe" | "const"
    )
}

/// The items of a chunk; nothing if it has none.
fn parse(chunk: &str) -> Option<Vec<Shown>> {
    let whole = chunk.replace("{ … }", "{}").replace("{ ... }", "{}");
    // A header without a body is how a README says that there is such an implementation.
    let headed = format!("{whole}{{}}\n");
    let parsed = [whole, headed]
        .iter()
        .find_map(|text| syn::parse_file(text).ok())?;
    let mut items = Vec::new();
    collect(&parsed.items, false, &mut items);
    (!items.is_empty()).then_some(items)
}

/// The line of a chunk that has the last part of a name, from 0.
fn line_of(chunk: &str, name: &str) -> usize {
    let last = name.rsplit("::").next().unwrap_or(name);
    let has = |line: &str| {
        line.split(|it: char| !it.is_alphanumeric() && it != '_')
            .any(|word| word == last)
    };
    chunk.lines().position(has).unwrap_or(0)
}

/// A function without a body, as a README shows it.
struct Bare {
    visibility: Visibility,
    signature: Signature,
}

impl Parse for Bare {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(syn::Attribute::parse_outer)?;
        let bare = Self {
            visibility: input.parse()?,
            signature: input.parse()?,
        };
        input.parse::<Token![;]>()?;
        Ok(bare)
    }
}

/// Reads items; of a stub (`public`) those that others can use.
fn collect(items: &[Item], public: bool, all: &mut Vec<Shown>) {
    let seen = |visibility: &Visibility| !public || matches!(visibility, Visibility::Public(_));
    for item in items {
        match item {
            Item::Fn(it) if seen(&it.vis) => all.push(function(None, &it.vis, &it.sig)),
            Item::Verbatim(tokens) => {
                if let Ok(it) = syn::parse2::<Bare>(tokens.clone()) {
                    all.push(function(None, &it.visibility, &it.signature));
                }
            }
            Item::Struct(it) if seen(&it.vis) => {
                let fields: Vec<String> = it
                    .fields
                    .iter()
                    .filter(|field| matches!(field.vis, Visibility::Public(_)))
                    .map(field)
                    .collect();
                all.push(data(&it.vis, "struct", &it.ident, &it.generics, &fields));
            }
            Item::Enum(it) if seen(&it.vis) => {
                let variants: Vec<String> = it.variants.iter().map(variant).collect();
                all.push(data(&it.vis, "enum", &it.ident, &it.generics, &variants));
            }
            Item::Type(it) if seen(&it.vis) => {
                let (vis, ident, generics, ty) = (&it.vis, &it.ident, &it.generics, &it.ty);
                let head = written(quote::quote!(#vis type #ident #generics = #ty));
                all.push(plain(ident.to_string(), head));
            }
            Item::Const(it) if seen(&it.vis) => {
                let (vis, ident, ty) = (&it.vis, &it.ident, &it.ty);
                let head = written(quote::quote!(#vis const #ident: #ty));
                all.push(plain(ident.to_string(), head));
            }
            Item::Trait(it) if seen(&it.vis) => {
                let (vis, ident, generics) = (&it.vis, &it.ident, &it.generics);
                let (colon, bounds) = (&it.colon_token, &it.supertraits);
                let head = written(quote::quote!(#vis trait #ident #generics #colon #bounds));
                all.push(plain(ident.to_string(), head.clone()));
                for item in &it.items {
                    if let TraitItem::Fn(it) = item {
                        let owner = Some((ident.to_string(), head.as_str()));
                        all.push(function(owner, &Visibility::Inherited, &it.sig));
                    }
                }
            }
            Item::Impl(it) => implementation(it, &seen, all),
            _ => {}
        }
    }
}

fn implementation(it: &syn::ItemImpl, seen: &impl Fn(&Visibility) -> bool, all: &mut Vec<Shown>) {
    let (generics, ty) = (&it.generics, &it.self_ty);
    let owner = match &**ty {
        syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    let owner = owner.unwrap_or_else(|| written(ty.to_token_stream()));
    if it.trait_.is_some() {
        // Only that it is there: its methods are those of the trait.
        let mut header = it.clone();
        header.attrs.clear();
        header.generics = without_last_comma(&it.generics);
        header.items.clear();
        let head = written(header.to_token_stream());
        let head = head.trim_end_matches(['{', '}', ' ']).to_owned();
        all.push(plain(head.clone(), head));
        return;
    }
    let head = written(quote::quote!(impl #generics #ty));
    for item in &it.items {
        let owner = Some((owner.clone(), head.as_str()));
        match item {
            ImplItem::Fn(it) if seen(&it.vis) => all.push(function(owner, &it.vis, &it.sig)),
            ImplItem::Verbatim(tokens) => {
                if let Ok(it) = syn::parse2::<Bare>(tokens.clone()) {
                    all.push(function(owner, &it.visibility, &it.signature));
                }
            }
            _ => {}
        }
    }
}

/// A `where` on one line ends without a comma, on several with one.
fn without_last_comma(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    generics.params.pop_punct();
    if let Some(bounds) = &mut generics.where_clause {
        bounds.predicates.pop_punct();
    }
    generics
}

fn plain(name: String, head: String) -> Shown {
    Shown {
        name,
        head,
        body: None,
        is_function: false,
    }
}

fn function(owner: Option<(String, &str)>, visibility: &Visibility, it: &Signature) -> Shown {
    let mut signature = it.clone();
    signature.inputs.pop_punct();
    signature.generics = without_last_comma(&it.generics);
    for input in &mut signature.inputs {
        // `mut` is the function's own business.
        if let syn::FnArg::Typed(argument) = input
            && let syn::Pat::Ident(name) = &mut *argument.pat
        {
            name.mutability = None;
        }
    }
    let text = written(quote::quote!(#visibility #signature));
    let name = it.ident.to_string();
    let (name, head) = match owner {
        Some((owner, header)) => (format!("{owner}::{name}"), format!("{header}: {text}")),
        None => (name, text),
    };
    Shown {
        is_function: true,
        ..plain(name, head)
    }
}

fn data(
    visibility: &Visibility,
    keyword: &str,
    ident: &syn::Ident,
    generics: &Generics,
    parts: &[String],
) -> Shown {
    let visibility = written(visibility.to_token_stream());
    let generics = written(generics.to_token_stream());
    let head = format!("{visibility} {keyword} {ident}{generics}");
    Shown {
        body: (!parts.is_empty()).then(|| parts.join(", ")),
        ..plain(ident.to_string(), head.trim_start().to_owned())
    }
}

fn field(it: &syn::Field) -> String {
    let (visibility, ty) = (&it.vis, &it.ty);
    match &it.ident {
        Some(name) => written(quote::quote!(#visibility #name: #ty)),
        None => written(quote::quote!(#visibility #ty)),
    }
}

fn variant(it: &syn::Variant) -> String {
    let fields: Vec<String> = it.fields.iter().map(field).collect();
    let fields = fields.join(", ");
    let name = &it.ident;
    let value = it
        .discriminant
        .as_ref()
        .map_or(String::new(), |(_, value)| {
            format!(" = {}", written(value.to_token_stream()))
        });
    match it.fields {
        syn::Fields::Unit => format!("{name}{value}"),
        syn::Fields::Unnamed(_) => format!("{name}({fields}){value}"),
        syn::Fields::Named(_) => format!("{name} {{ {fields} }}{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{collect, differences};

    const STUB: &str = "
        pub enum Error<T> { /// It is.\n Closed(T), TimedOut, }
        pub struct Queue<T> { _items: Vec<T>, }
        pub struct Job { pub id: u32, left: u8 }
        pub trait Run { /// Runs.\n fn run(&mut self) -> i32; }
        impl<T> Queue<T> {
            pub fn put(
                &self,
                mut item: T,
            ) -> Result<(), Error<T>> { todo!() }
            fn own(&self) {}
        }
        impl<T> Drop for Queue<T> { fn drop(&mut self) {} }
        pub fn free() {}
        pub fn bound<T, U>(of: T) -> U where T: Into<U>, {}
    ";
    const README: &str = "# Title\n\n```rust\npub enum Error<T> { Closed(T), TimedOut }   // closed\npub struct Queue<T> { … }\npub struct Job { pub id: u32 }\npub trait Run {\n    fn run(&mut self) -> i32;   // runs\n}\n\nimpl<T> Queue<T> {\n    pub fn put(&self, item: T) -> Result<(), Error<T>>;\n}\n\nimpl<T> Drop for Queue<T>   // gives back\npub fn free();\npub fn bound<T, U>(of: T) -> U\nwhere T: Into<U>;\n```\n\n```rust\nos::fork(body: impl FnOnce() -> i32) -> io::Result<os::Child>   // forks\n```\n";

    #[track_caller]
    fn check(from: &str, to: &str, expected: &[(Option<usize>, &str)]) {
        let mut stub = Vec::new();
        collect(&syn::parse_file(STUB).unwrap().items, true, &mut stub);
        assert!(README.contains(from));
        let found = differences(&README.replace(from, to), &stub);
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for ((line, message), (expected_line, part)) in found.iter().zip(expected) {
            assert_eq!(line, expected_line, "{message:?}");
            assert!(message.en.contains(part), "{}", message.en);
        }
    }

    #[test]
    fn what_is_the_same_is_not_complained_of() {
        check("", "", &[]);
    }

    #[test]
    fn differences_have_their_line() {
        check(
            "item: T) ->",
            "item: &T) ->",
            &[(Some(12), "`impl<T> Queue<T>: pub fn put(&self, item: &T)")],
        );
        check("TimedOut }", "TimedOut(T) }", &[(Some(4), "TimedOut(T)")]);
        check("id: u32", "id: u64", &[(Some(6), "pub id: u64")]);
        check("-> i32;   //", "-> i64;   //", &[(Some(8), "-> i64`")]);
        check(
            "Drop",
            "Clone",
            &[(Some(15), "`impl<T> Clone for Queue<T>` is shown")],
        );
    }

    #[test]
    fn every_public_function_has_to_be_shown() {
        check("pub fn free();\n", "", &[(None, "`pub fn free()`")]);
        check(
            "pub fn free();",
            "pub fn fre(;",
            &[(Some(16), "cannot be parsed"), (None, "`pub fn free()`")],
        );
    }
}
