//! Earlier versions of a file, as git keeps them.

use std::{path::Path, process::Command};

/// How many versions are looked at, from the newest.
const MOST: &str = "-200";

/// The earlier versions of a file, the newest first; none where there is no git, or where git
/// does not know the file.
pub(super) fn versions(directory: &Path, path: &str) -> impl Iterator<Item = String> {
    let file = format!("./{path}");
    let list = git(directory, &["log", MOST, "--format=%H", "--", &file]);
    let commits: Vec<String> = list
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect();
    let directory = directory.to_owned();
    commits
        .into_iter()
        .filter_map(move |commit| git(&directory, &["show", &format!("{commit}:{file}")]))
}

/// What git prints, if it is content.
fn git(directory: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}
