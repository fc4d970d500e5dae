//! Where the course runs, and what those are told who have something else.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use toml::Value;

use crate::tree;

/// The crates that use what only Linux has.
const OF_LINUX: [&str; 3] = ["corosensei", "libc", "rustix"];
/// The crate that ends a build elsewhere.
const PLATFORM: &str = "grader-platform";

fn manifest(path: &str) -> Value {
    toml::from_str(&fs_err::read_to_string(tree::root().join(path)).unwrap()).unwrap()
}

/// The names below `[dependencies]`.
fn dependencies(manifest: &Value) -> BTreeSet<String> {
    let table = manifest.get("dependencies").and_then(Value::as_table);
    table
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect()
}

#[test]
fn each_crate_that_needs_linux_waits_for_the_one_that_says_so() {
    let workspace = manifest("Cargo.toml");
    let members = workspace["workspace"]["default-members"]
        .as_array()
        .unwrap();
    let crates: BTreeMap<String, BTreeSet<String>> = members
        .iter()
        .map(|member| manifest(&format!("{}/Cargo.toml", member.as_str().unwrap())))
        .map(|it| {
            (
                it["package"]["name"].as_str().unwrap().to_owned(),
                dependencies(&it),
            )
        })
        .collect();
    let waits = |name: &str| {
        let (mut open, mut seen) = (vec![name], BTreeSet::new());
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                open.extend(crates.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        seen.contains(PLATFORM)
    };
    for (name, uses) in &crates {
        if OF_LINUX.iter().any(|it| uses.contains(*it)) {
            assert!(waits(name), "{name} does not depend on {PLATFORM}");
        }
    }
    assert!(dependencies(&manifest("grader/platform/Cargo.toml")).is_empty());
}

/// No other target need be installed for this: the condition is turned around.
#[test]
fn elsewhere_the_build_ends_in_one_sentence() {
    let source = tree::root().join("grader/platform/src/lib.rs");
    let source = fs_err::read_to_string(source).unwrap();
    let condition = "not(target_os = \"linux\")";
    assert!(source.contains(condition));
    let directory = tempfile::tempdir().unwrap();
    let build = |text: &str| {
        let file = directory.path().join("lib.rs");
        fs_err::write(&file, text).unwrap();
        let output = Command::new("rustc")
            .args([
                "--crate-type=lib",
                "--edition=2024",
                "--emit=metadata",
                "--out-dir",
            ])
            .args([directory.path(), &file])
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(build(&source), "");
    let output = build(&source.replace(condition, "target_os = \"linux\""));
    let errors = output.lines().filter(|line| line.starts_with("error"));
    let errors: Vec<_> = errors.filter(|line| !line.contains("aborting")).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"error: Interleave runs on Linux. On Windows, use WSL; on Windows or a Mac, open this directory in its dev container, with VS Code or GitHub Codespaces. README.md says how, under "Windows and Mac"; README.zh.md in Chinese."#);
}

#[test]
fn the_pages_that_the_sentence_names_say_how() {
    for (file, heading) in [
        ("README.md", "## Windows and Mac\n"),
        ("README.zh.md", "## Windows 和 Mac\n"),
    ] {
        let page = fs_err::read_to_string(tree::root().join(file)).unwrap();
        let (_, section) = page.split_once(heading).unwrap();
        let section = section.split("\n## ").next().unwrap();
        for word in ["wsl --install", "Reopen in Container", "Codespaces"] {
            assert!(section.contains(word), "{file} says nothing of {word}");
        }
    }
}

#[test]
fn the_dev_container_opens_the_course_ready() {
    let file = tree::root().join(".devcontainer/devcontainer.json");
    let settings: serde_json::Value =
        serde_json::from_str(&fs_err::read_to_string(file).unwrap()).unwrap();
    let image = settings["image"].as_str().unwrap();
    assert!(
        image.starts_with("mcr.microsoft.com/devcontainers/rust:"),
        "{image}"
    );
    // It builds the grader, and is a command that the README names.
    let command = settings["postCreateCommand"].as_str().unwrap();
    let readme = fs_err::read_to_string(tree::root().join("README.md")).unwrap();
    let named = readme.lines().any(|line| line.starts_with(command));
    assert!(named, "README.md does not name `{command}`");
}

#[test]
fn a_pack_has_all_of_this_too() {
    let out = tempfile::tempdir().unwrap();
    let pack = out.path().join("week 1");
    crate::course::grader()
        .args(["publish", "23", "--public-only", "--out"])
        .arg(&pack)
        .current_dir(tree::root())
        .assert()
        .success();
    for file in [
        ".devcontainer/devcontainer.json",
        "grader/platform/src/lib.rs",
    ] {
        assert_eq!(
            fs_err::read(pack.join(file)).unwrap(),
            fs_err::read(tree::root().join(file)).unwrap()
        );
    }
    for (file, heading) in [
        ("README.md", "## Windows and Mac\n"),
        ("README.zh.md", "## Windows 和 Mac\n"),
    ] {
        let page = fs_err::read_to_string(pack.join(file)).unwrap();
        assert!(page.contains(heading), "{page}");
    }
}
