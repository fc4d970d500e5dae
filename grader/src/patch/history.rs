//! Earlier versions of a file, as git keeps them.

use std::path::Path;

use grader_launch::{Descriptors, Input, Launch, Output, inheriting};

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
    let launch = Launch {
        directory: directory.to_path_buf(),
        descriptors: Descriptors {
            input: Input::Null,
            output: Output::Pipe,
            errors: Output::Pipe,
        },
        ..inheriting("git", arguments.iter().map(Into::into).collect())
    };
    let ended = grader_launch::run(&launch, Vec::new()).ok()?;
    let is_content = ended.succeeded();
    let text = String::from_utf8(ended.output).ok()?;
    is_content.then_some(text)
}
