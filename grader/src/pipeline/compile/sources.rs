//! The two programs that are written for every exercise: a few lines each.

use std::path::Path;

use grader_schema::RunMode;

/// The program that runs the student's code and the scenarios.
pub(super) fn driver(mode: RunMode, public: &Path, hidden: Option<&Path>) -> String {
    let (modules, names) = modules(public, hidden);
    let mode_name = mode.name();
    if mode.traits().has_kernel {
        return format!(
            "{modules}kit::driver_main!({mode_name:?}; {names}; names_elsewhere);\n\
             std::libc_names!();\n"
        );
    }
    format!("{modules}kit::driver_main!({mode_name:?}; {names});\n")
}

/// The program that judges what the driver observed.
pub(super) fn verdict(public: &Path, hidden: Option<&Path>) -> String {
    let (modules, names) = modules(public, hidden);
    format!("{modules}kit::verdict_main!({names});\n")
}

fn modules(public: &Path, hidden: Option<&Path>) -> (String, &'static str) {
    let mut text = module("public", public);
    if let Some(hidden) = hidden {
        text.push_str(&module("hidden", hidden));
        (text, "public, hidden")
    } else {
        (text, "public")
    }
}

fn module(name: &str, path: &Path) -> String {
    // `{:?}` writes a string literal that Rust reads back.
    let path = path.display().to_string();
    format!("#[path = {path:?}]\nmod {name};\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use grader_schema::RunMode;

    use super::{driver, verdict};

    #[test]
    fn programs_name_the_checks_that_are_there() {
        let (public, hidden) = (Path::new("/k/public.rs"), Path::new("/s/hidden.rs"));
        assert_eq!(
            driver(RunMode::Model, public, Some(hidden)),
            "#[path = \"/k/public.rs\"]\nmod public;\n\
             #[path = \"/s/hidden.rs\"]\nmod hidden;\n\
             kit::driver_main!(\"model\"; public, hidden);\n"
        );
        assert_eq!(
            verdict(public, None),
            "#[path = \"/k/public.rs\"]\nmod public;\nkit::verdict_main!(public);\n"
        );
    }
}
