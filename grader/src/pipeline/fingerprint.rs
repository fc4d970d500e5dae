//! A fingerprint of the sources of the checking library. Tests of its crates, libraries that only
//! tests use, further exercises and missing benchmarks do not change it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use fs_err as fs;
use toml::{Table, Value};

use super::Error;
use crate::{digest::Digest, dot_files::is_dot_file};

/// The directories of the crates, below `grader/`.
const CRATES: [&str; 12] = [
    "schema",
    "launch",
    "engine",
    "kernel",
    "children",
    "processes",
    "std",
    "std/core",
    "std/system",
    "kit",
    "os",
    "greenlet",
];

/// What in the settings of cargo has an influence on the library.
const SETTINGS: [&str; 7] = [
    "build", "env", "host", "patch", "profile", "target", "unstable",
];

/// What in a crate's manifest has no influence on its library.
const UNUSED: [&str; 5] = ["dev-dependencies", "test", "bench", "example", "lints"];

/// The digest of everything that the library of the course at `root` is made of.
pub(super) fn digest(root: &Path) -> Result<Digest, Error> {
    let workspace = parse(&root.join("Cargo.toml"))?;
    let mut digest = Digest::default();
    for path in settings(root) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let mut table: Table = text
            .parse()
            .map_err(|error| Error::SupportBuild(format!("{}: {error}", path.display())))?;
        table.retain(|name, _| SETTINGS.contains(&name));
        if !table.is_empty() {
            digest = digest.field("settings").field(table.to_string());
        }
    }
    // Which dependencies each crate has, by the names that manifests use.
    let mut wanted = BTreeMap::new();
    for name in CRATES {
        let directory = root.join("grader").join(name);
        let mut manifest = parse(&directory.join("Cargo.toml"))?;
        for unused in UNUSED {
            manifest.remove(unused);
        }
        digest = digest.field(name).field(manifest.to_string());
        let package = text(manifest.get("package"), "name").to_owned();
        wanted.insert(package, dependencies(&manifest));
        let mut files = Vec::new();
        collect(&directory.join("src"), &mut files)?;
        let script = directory.join("build.rs");
        files.extend(script.is_file().then_some(script));
        files.sort();
        for path in files {
            let name = path.strip_prefix(root).unwrap_or(&path);
            digest = digest
                .field(name.as_os_str().as_encoded_bytes())
                .field(fs::read(&path)?);
        }
    }
    let shared = workspace.get("workspace");
    let shared = shared.and_then(|workspace| workspace.get("dependencies"));
    for names in wanted.values_mut() {
        // There a crate can have another name than in the lock file.
        let table = |name: &String| shared.and_then(|shared| shared.get(name));
        let renamed = |name| Some(text(table(name), "package")).filter(|name| !name.is_empty());
        let more: Vec<String> = names
            .iter()
            .filter_map(renamed)
            .map(str::to_owned)
            .collect();
        names.extend(more);
    }
    let lock = Lock::new(parse(&root.join("Cargo.lock"))?);
    let locked = lock.closure(&wanted);
    let all = locked.iter().map(|package| text(Some(package), "name"));
    let all = wanted.values().flatten().map(String::as_str).chain(all);
    let common = common(workspace.clone(), &all.collect());
    digest = digest.field(common.to_string());
    for package in locked {
        digest = digest.field(full_name(package));
        // Whether the file has to say which version of a package is meant depends on what else
        // is in it.
        for entry in needs(package) {
            let which = lock.find(entry).map(|index| &lock.packages[index]);
            let which: Vec<String> = which.map(full_name).collect();
            digest = digest.field(which.join(" "));
        }
    }
    Ok(digest)
}

/// The directories whose files are all in the digest.
pub(super) fn sources(root: &Path) -> Vec<PathBuf> {
    let source = |name: &str| root.join("grader").join(name).join("src");
    CRATES.iter().map(|name| source(name)).collect()
}

/// Where cargo looks for settings: from the course upwards, and in its own home.
fn settings(root: &Path) -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| {
        let home = std::env::var_os("HOME")?;
        Some(Path::new(&home).join(".cargo"))
    });
    let mut places: Vec<PathBuf> = root.ancestors().map(|it| it.join(".cargo")).collect();
    if let Some(home) = home.filter(|home| !places.contains(home)) {
        places.push(home);
    }
    let files = |place: &PathBuf| ["config", "config.toml"].map(|name| place.join(name));
    places.iter().flat_map(files).collect()
}

fn parse(path: &Path) -> Result<Table, Error> {
    let manifest = fs::read_to_string(path)?;
    manifest
        .parse()
        .map_err(|error| Error::SupportBuild(format!("{}: {error}", path.display())))
}

fn text<'a>(table: Option<&'a Value>, key: &str) -> &'a str {
    let value = table.and_then(|table| table.get(key));
    value.and_then(Value::as_str).unwrap_or_default()
}

/// What a crate's library and its build script depend on: the names in its manifest, and those
/// of the packages where they differ.
fn dependencies(manifest: &Table) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values);
    let targets = targets.filter_map(Value::as_table);
    let tables = std::iter::once(manifest).chain(targets);
    tables
        .flat_map(|table| [table.get("dependencies"), table.get("build-dependencies")])
        .flatten()
        .filter_map(Value::as_table)
        .flat_map(Table::iter)
        .flat_map(|(name, it)| [name, text(Some(it), "package")])
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What the manifest of the workspace says to the crates, of which only those that are
/// `named` take part.
fn common(mut manifest: Table, named: &BTreeSet<&str>) -> Table {
    let keep = |table: Option<&mut Value>| {
        if let Some(table) = table.and_then(Value::as_table_mut) {
            table.retain(|name, _| named.contains(name));
        }
    };
    let mut workspace = match manifest.remove("workspace") {
        Some(Value::Table(workspace)) => workspace,
        _ => Table::new(),
    };
    for unused in ["members", "default-members", "exclude", "lints"] {
        workspace.remove(unused);
    }
    keep(workspace.get_mut("dependencies"));
    let mut profile = manifest.remove("profile");
    let profile = profile.as_mut().and_then(|it| it.get_mut("release"));
    let mut release = profile.cloned();
    keep(release.as_mut().and_then(|it| it.get_mut("package")));
    let mut common = Table::new();
    common.insert("workspace".to_owned(), Value::Table(workspace));
    common.extend(release.map(|release| ("release".to_owned(), release)));
    // A patch puts another crate in the place of one.
    common.extend(manifest.remove("patch").map(|it| ("patch".to_owned(), it)));
    common
}

/// A lock file.
struct Lock {
    packages: Vec<Value>,
}

impl Lock {
    fn new(mut lock: Table) -> Self {
        let packages = match lock.remove("package") {
            Some(Value::Array(packages)) => packages,
            _ => Vec::new(),
        };
        Self { packages }
    }

    /// The packages from elsewhere that these members of the workspace need, with what they
    /// need in turn, in the order of the file. Of a member, only the dependencies that are
    /// listed count.
    fn closure(&self, members: &BTreeMap<String, BTreeSet<String>>) -> Vec<&Value> {
        let mut needed = BTreeSet::new();
        let mut left: Vec<usize> = (0..self.packages.len())
            .filter(|&index| members.contains_key(text(self.packages.get(index), "name")))
            .collect();
        let mut members_done = BTreeSet::new();
        while let Some(index) = left.pop() {
            let package = &self.packages[index];
            let of_member = is_member(package)
                .then(|| members.get(text(Some(package), "name")))
                .flatten();
            let is_new = if is_member(package) {
                members_done.insert(index)
            } else {
                needed.insert(index)
            };
            if !is_new {
                continue;
            }
            for entry in needs(package) {
                let name = entry.split(' ').next().unwrap_or_default();
                if of_member.is_none_or(|wanted| wanted.contains(name)) {
                    left.extend(self.find(entry));
                }
            }
        }
        needed.iter().map(|&index| &self.packages[index]).collect()
    }

    /// The packages that an entry like `name` or `name 1.2.3` of a list means.
    fn find(&self, entry: &str) -> impl Iterator<Item = usize> {
        let mut parts = entry.split(' ');
        let (name, version) = (parts.next().unwrap_or_default(), parts.next());
        let is_it = move |package: &Value| {
            text(Some(package), "name") == name
                && version.is_none_or(|version| text(Some(package), "version") == version)
        };
        (0..self.packages.len()).filter(move |&index| is_it(&self.packages[index]))
    }
}

/// What a package is called among all that there are, and what it must look like.
fn full_name(package: &Value) -> String {
    let parts = ["name", "version", "source", "checksum"];
    parts.map(|part| text(Some(package), part)).join(" ")
}

/// The entries of what a package depends on.
fn needs(package: &Value) -> impl Iterator<Item = &str> {
    let needs = package.get("dependencies").and_then(Value::as_array);
    needs.into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a package belongs to the workspace.
fn is_member(package: &Value) -> bool {
    package.get("source").is_none()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for item in fs::read_dir(directory)? {
        let item = item?;
        if is_dot_file(&item.file_name()) {
            continue;
        }
        let kind = item.file_type()?;
        if kind.is_dir() {
            collect(&item.path(), files)?;
        } else if kind.is_file() {
            files.push(item.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const WORKSPACE: &str = r#"
        [workspace]
        members = ["grader"]
        [workspace.package]
        edition = "2024"
        [workspace.dependencies]
        direct = "1.0"
        short = { package = "long-name", version = "1.0" }
        testing = "1.0"
        [profile.release]
        debug = 0
        [profile.dev]
        debug = 1
    "#;

    const MANIFEST: &str = r#"
        [package]
        name = "ours-NAME"
        edition.workspace = true
        [dependencies]
        direct.workspace = true
        short.workspace = true
        [dev-dependencies]
        testing.workspace = true
        [lints]
        workspace = true
    "#;

    /// A package of the lock file.
    fn package(name: &str, version: &str, source: &str, dependencies: &str) -> String {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
             {source}dependencies = [{dependencies}]\n\n"
        )
    }

    /// A course whose files are changed by `change`, which is given a file's path from the
    /// root and its text.
    fn key(change: impl Fn(&str, String) -> String) -> String {
        let root = TempDir::new().expect("a directory for the test");
        let put = |path: &str, text: &str| {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().expect("it is below the root")).expect("it is made");
            fs::write(file, change(path, text.to_owned())).expect("it is written");
        };
        put(
            ".cargo/config.toml",
            "[alias]\na = \"b\"\n[build]\nrustflags = [\"--cfg=a\"]\n",
        );
        let source = "source = \"registry\"\n";
        let mut lock = String::new();
        for name in CRATES {
            let directory = format!("grader/{name}");
            let manifest = MANIFEST.replace("NAME", &name.replace('/', "-"));
            put(&format!("{directory}/Cargo.toml"), &manifest);
            put(&format!("{directory}/src/lib.rs"), "");
            put(&format!("{directory}/tests/it.rs"), "");
            let ours = format!("ours-{}", name.replace('/', "-"));
            let needed = "\"direct\", \"long-name\", \"testing\"";
            lock += &package(&ours, "0.1.0", "", needed);
        }
        lock += &package("exercise", "0.1.0", "", "\"other\"");
        lock += &package("direct", "1.0.0", source, "\"deep 2.0.0\"");
        for name in ["long-name", "testing", "other"] {
            lock += &package(name, "1.0.0", source, "");
        }
        lock += &package("deep", "1.0.0", source, "");
        lock += &package("deep", "2.0.0", source, "");
        put("Cargo.lock", &lock);
        put("Cargo.toml", WORKSPACE);
        digest(root.path()).expect("the course is whole").short()
    }

    /// The key of a course in which one file has `new` where it had `old`.
    fn with(file: &str, old: &str, new: &str) -> String {
        key(|path, text| {
            if path != file {
                return text;
            }
            let changed = if old.is_empty() {
                new.to_owned()
            } else {
                text.replace(old, new)
            };
            assert_ne!(changed, text, "something changes");
            changed
        })
    }

    /// The key of a course in which another version of a package is locked.
    fn with_locked(name: &str, version: &str) -> String {
        let line = |version| format!("name = \"{name}\"\nversion = \"{version}\"");
        with("Cargo.lock", &line(version), &line("9.9.9"))
    }

    #[test]
    fn whatever_the_library_is_made_of_names_it() {
        let others = [
            with("grader/std/core/src/lib.rs", "", "// More."),
            with(
                "grader/kit/Cargo.toml",
                "\n        short.workspace = true",
                "",
            ),
            with("Cargo.toml", "2024", "2021"),
            with("Cargo.toml", "debug = 0", "debug = 2"),
            with("Cargo.toml", "direct = \"1.0\"", "direct = \"1.1\""),
            with_locked("direct", "1.0.0"),
            with_locked("long-name", "1.0.0"),
            with("Cargo.lock", "deep 2.0.0", "deep 1.0.0"),
            with(".cargo/config.toml", "--cfg=a", "--cfg=b"),
        ];
        let mut all: BTreeSet<String> = others.into();
        all.insert(key(|_, text| text));
        assert_eq!(all.len(), 10);
    }

    #[test]
    fn what_only_tests_and_others_need_makes_no_other_library() {
        let same = key(|_, text| text);
        assert_eq!(same, with("grader/std/tests/it.rs", "", "// More."));
        assert_eq!(same, with(".cargo/config.toml", "\"b\"", "\"c\""));
        let testing = "\n        testing.workspace = true";
        assert_eq!(same, with("grader/kit/Cargo.toml", testing, ""));
        assert_eq!(
            same,
            with("Cargo.toml", "[\"grader\"]", "[\"grader\", \"more\"]")
        );
        assert_eq!(same, with("Cargo.toml", "testing = \"1.0\"", ""));
        assert_eq!(same, with("Cargo.toml", "debug = 1", "debug = 2"));
        assert_eq!(same, with_locked("testing", "1.0.0"));
        assert_eq!(same, with_locked("other", "1.0.0"));
        assert_eq!(same, with_locked("deep", "1.0.0"));
        // The other version may be gone, and the file need not say which is meant.
        let alone = key(|path, text| match path {
            "Cargo.lock" => text
                .replace("deep 2.0.0", "deep")
                .replace("name = \"deep\"\nversion = \"1.0.0\"", "name = \"shallow\""),
            _ => text,
        });
        assert_eq!(same, alone);
    }

    #[test]
    fn a_broken_manifest_is_named() {
        let root = TempDir::new().expect("a directory for the test");
        fs::write(root.path().join("Cargo.toml"), "[workspace\n").expect("it is written");
        let error = digest(root.path()).expect_err("it is no manifest");
        assert!(error.to_string().contains("Cargo.toml"), "{error}");
    }
}
