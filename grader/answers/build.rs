//! Lists the right answers to the exercises that have a `real.rs`: what it does with an answer, it
//! does on the real system.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

/// The names in a directory in order; none if it is not there, as in a pack for students.
fn names(directory: &Path) -> Vec<String> {
    println!("cargo::rerun-if-changed={}", directory.display());
    let entries = fs_err::read_dir(directory).into_iter().flatten();
    let mut found: Vec<_> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    found.sort();
    found
}

/// The right answers of an exercise by name: the reference and the accepted ones.
fn answers(solution: &Path) -> Vec<(String, PathBuf)> {
    let mut answers = vec![("reference".to_owned(), solution.join("src/lib.rs"))];
    for name in names(&solution.join("accepted")) {
        let path = solution.join("accepted").join(&name);
        let source = path.join("src/lib.rs");
        let path = if source.exists() { source } else { path };
        answers.push((name.trim_end_matches(".rs").to_owned(), path));
    }
    answers
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../solutions");
    let (mut modules, mut all) = (String::new(), String::new());
    for exercise in names(&root) {
        let solution = root.join(&exercise);
        let real = solution.join("real.rs");
        if !real.exists() {
            continue;
        }
        for (name, answer) in answers(&solution) {
            let [answer, real] = [&answer, &real].map(|path| path.to_str().expect("it is UTF-8"));
            let module = format!("of_{}_{name}", exercise.replace('-', "_"));
            let written = write!(
                modules,
                "mod {module} {{\n    #[path = {answer:?}]\n    pub mod answer;\n    \
                 #[path = {real:?}]\n    pub mod real;\n}}\n"
            );
            written.expect("a string takes it");
            let entry = format!("({exercise:?}, {name:?}, {module}::real::run),\n");
            all.push_str(&entry);
        }
    }
    let list = format!("{modules}pub const ALL: &[(&str, &str, fn())] = &[\n{all}];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    fs_err::write(out.join("answers.rs"), list).expect("cargo made the directory");
}
