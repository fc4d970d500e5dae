//! What answers say with `unsafe` holds for every type: safe code cannot make a race with it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::tree;

/// Compiles if, and only if, the guard and the mutex can be shared just when their value allows it.
const PROBE: &str = "
#[allow(dead_code)]
mod probe {
    use super::{Guard, Mutex};
    use std::{cell::Cell, rc::Rc};

    fn is_sync<T: Sync>() {}
    fn shared_as_they_may_be() {
        is_sync::<Guard<'static, u32>>();
        is_sync::<Mutex<u32>>();
        is_sync::<Mutex<Cell<u32>>>();
    }

    // Two of these fit a type that is `Sync`, and then nobody knows which is meant.
    trait NotSync<A> {
        fn holds() {}
    }
    impl<T: ?Sized> NotSync<()> for T {}
    impl<T: ?Sized + Sync> NotSync<u8> for T {}
    fn not_shared() {
        <Guard<'static, Cell<u32>> as NotSync<_>>::holds();
        <Mutex<Rc<u32>> as NotSync<_>>::holds();
    }
}
";

/// Rust files below a directory whose code is unsafe.
fn unsafe_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for name in tree::names(directory) {
        let place = directory.join(name);
        if place.is_dir() {
            unsafe_files(&place, found);
        } else if place.extension().is_some_and(|it| it == "rs") {
            let text = fs_err::read_to_string(&place).unwrap();
            if text.contains("unsafe impl") {
                found.push(place);
            }
        }
    }
}

fn compiles(source: &str) -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("lib.rs");
    fs_err::write(&file, source).unwrap();
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
    let errors = || String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(()).ok_or_else(errors)
}

/// That `unsafe` is in this exercise alone is held by `tidy`.
#[test]
fn guards_are_shared_only_if_their_value_may_be() {
    let mut files = Vec::new();
    for part in ["exercises", "solutions"] {
        let place = tree::root().join(part).join("24-mutex-from-scratch");
        unsafe_files(&place, &mut files);
    }
    let read = |file: PathBuf| {
        let text = fs_err::read_to_string(&file).unwrap();
        (file.display().to_string(), text)
    };
    let mut answers: Vec<(String, String)> = files.into_iter().map(read).collect();
    let wrong = tree::names(&tree::root().join("solutions/24-mutex-from-scratch/wrong"));
    for name in wrong.iter().filter_map(|name| name.strip_suffix(".diff")) {
        let text = tree::wrong("24", name);
        if text.contains("unsafe impl") {
            answers.push((name.to_owned(), text));
        }
    }
    assert!(answers.len() > 4, "{answers:?}");
    for (name, text) in answers {
        let compiled = compiles(&(text + PROBE));
        assert!(compiled.is_ok(), "{name}: {}", compiled.unwrap_err());
    }
}

#[test]
fn a_guard_that_everybody_may_share_is_found() {
    let stub = tree::root().join("exercises/24-mutex-from-scratch/stub/src/lib.rs");
    let stub = fs_err::read_to_string(stub).unwrap();
    let right = "unsafe impl<T: Sync> Sync for Guard<'_, T> {}";
    assert!(stub.contains(right));
    for wrong in ["", "unsafe impl<T: Send> Sync for Guard<'_, T> {}"] {
        let errors = compiles(&(stub.replace(right, wrong) + PROBE)).unwrap_err();
        assert!(
            errors.contains("E0790") || errors.contains("E0283"),
            "{errors}"
        );
    }
}
