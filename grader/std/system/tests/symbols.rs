//! What the standard library of this toolchain asks the C library for.

use std::{collections::BTreeSet, path::PathBuf, process::Command};

use object::{Object as _, ObjectSymbol as _, read::archive::ArchiveFile};
use std_system::names::table::{DEFINED, why_harmless};

/// The directory with the libraries of the toolchain.
fn libraries() -> PathBuf {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir"])
        .output()
        .expect("rustc is there");
    let text = String::from_utf8(output.stdout).expect("it is text");
    text.trim().into()
}

/// Those symbols of a library that are undefined, and those that are defined.
fn symbols(library: &[u8]) -> [BTreeSet<String>; 2] {
    let mut found = [const { BTreeSet::new() }; 2];
    let archive = ArchiveFile::parse(library).expect("it is an archive");
    for member in archive.members() {
        let data = member.and_then(|member| member.data(library));
        // There is a member with metadata as well.
        let Ok(object) = object::File::parse(data.expect("it is whole")) else {
            continue;
        };
        for symbol in object.symbols() {
            let name = symbol.name().expect("it is text").to_owned();
            if !name.is_empty() {
                found[usize::from(!symbol.is_undefined())].insert(name);
            }
        }
    }
    found
}

/// What is asked of the C library: what no library of the toolchain defines.
fn asked() -> BTreeSet<String> {
    let (mut asked, mut defined) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs_err::read_dir(libraries()).expect("it is there") {
        let path = entry.expect("it can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.ends_with(".rlib") {
            continue;
        }
        let [here, there] = symbols(&fs_err::read(&path).expect("it can be read"));
        if name.starts_with("libstd-") {
            asked = here;
        }
        defined.extend(there);
    }
    asked.retain(|name| {
        // The compiler makes these when a program is linked.
        let is_allocator = name.contains("__rust") || name.contains("rust_eh_personality");
        !defined.contains(name) && !is_allocator && !name.starts_with("_Unwind_")
    });
    asked
}

#[test]
fn each_name_that_std_asks_for_is_modelled_or_refused_or_harmless() {
    let asked = asked();
    assert!(asked.contains("read") && asked.len() > 100, "{asked:?}");
    let unknown: Vec<_> = asked
        .iter()
        .filter(|name| !DEFINED.contains(&name.as_str()) && why_harmless(name).is_none())
        .collect();
    assert!(
        unknown.is_empty(),
        "The standard library of this toolchain asks the C library for {unknown:?}. Define each in \
         `names`, modelled or refused, and name it in `with_libc_names!`; or, if it reaches nothing \
         outside of the process, say why in `names/table.rs`."
    );
}

#[test]
fn a_name_that_no_table_has_is_unknown() {
    assert!(why_harmless("io_uring_enter").is_none() && !DEFINED.contains(&"io_uring_enter"));
}
