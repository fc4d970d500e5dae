//! A verdict is about what is there now: whatever a source reads, in whatever way, and whatever
//! compiles it, is an input.

use std::{os::unix::fs::symlink, path::Path};

use crate::course::Course;

const CHECKS: &str = "exercises/01-first-steps/checks";
const PUBLIC: &str = "exercises/01-first-steps/checks/public.rs";

/// A course in which the first exercise expects what `expected` says in its checks, with
/// `items` beside it there. The answer is 42.
fn course(expected: &str, items: &str) -> Course {
    let course = Course::new();
    course.answer(1, "question * 7");
    course.replace(
        PUBLIC,
        "Ok(42)",
        &format!("Ok(number) if number == {expected}"),
    );
    let text = course.read(PUBLIC);
    course.write(PUBLIC, format!("{text}\n#[cfg(driver)]\n{items}\n"));
    course
}

#[track_caller]
fn says(course: &Course, code: i32) {
    let (found, stdout, stderr) = course.run("check 1 --color never");
    assert_eq!(found, code, "{stdout}{stderr}");
}

/// Claims that the answer passes, that it does so again, and that it fails after the change.
#[track_caller]
fn is_judged_anew(course: &Course, change: impl FnOnce(&Course)) {
    says(course, 0);
    says(course, 0);
    change(course);
    says(course, 1);
}

/// Claims it of a file that checks read: it has 42 in it, and then 43.
#[track_caller]
fn reads(expected: &str, items: &str, file: &str) {
    let course = course(expected, items);
    course.write(file, source(file, 42));
    is_judged_anew(&course, |course| course.write(file, source(file, 43)));
}

fn source(file: &str, number: u32) -> String {
    match Path::new(file).extension().and_then(|it| it.to_str()) {
        Some("rs") => format!("pub const EXPECTED: u32 = {number};\n"),
        _ => format!("{number}\n"),
    }
}

#[test]
fn a_module_beside_the_checks_is_an_input() {
    let file = format!("{CHECKS}/helper.rs");
    reads("helper::EXPECTED", "mod helper;", &file);
}

#[test]
fn a_module_that_has_a_directory_is_an_input_and_so_is_one_inside_of_it() {
    let course = course("helper::inner::EXPECTED", "mod helper;");
    course.write(&format!("{CHECKS}/helper/mod.rs"), "pub mod inner;\n");
    let file = format!("{CHECKS}/helper/inner.rs");
    course.write(&file, source(&file, 42));
    is_judged_anew(&course, |course| course.write(&file, source(&file, 43)));
}

#[test]
fn a_module_by_its_path_is_an_input_wherever_it_lies() {
    reads(
        "odd::EXPECTED",
        "#[path = \"../../../data/Kürs 课程/odd one.rs\"] mod odd;",
        "data/Kürs 课程/odd one.rs",
    );
}

#[test]
fn what_is_included_as_source_text_or_bytes_is_an_input() {
    let file = format!("{CHECKS}/extra.rs");
    reads("EXPECTED", "include!(\"extra.rs\");", &file);
    let file = format!("{CHECKS}/expected.txt");
    let text = "include_str!(\"expected.txt\").trim().parse::<u32>().unwrap()";
    reads(text, "const _: () = ();", &file);
    let bytes = "u32::from(include_bytes!(\"two bytes\")[1] - b'0') + 40";
    reads(bytes, "const _: () = ();", &format!("{CHECKS}/two bytes"));
}

#[test]
fn a_file_of_the_same_size_and_time_is_read_again() {
    let course = course("helper::EXPECTED", "mod helper;");
    let file = format!("{CHECKS}/helper.rs");
    course.write(&file, source(&file, 42));
    is_judged_anew(&course, |course| {
        let path = course.root().join(&file);
        let before = fs_err::metadata(&path).unwrap().modified().unwrap();
        course.write(&file, source(&file, 43));
        let opened = fs_err::File::options().write(true).open(&path).unwrap();
        opened.file().set_modified(before).unwrap();
    });
}

#[test]
fn a_link_that_leads_elsewhere_is_followed_again() {
    let course = course("helper::EXPECTED", "mod helper;");
    let link = course.root().join(CHECKS).join("helper.rs");
    for (name, number) in [("a.rs", 42), ("b.rs", 43)] {
        course.write(&format!("{CHECKS}/{name}"), source(name, number));
    }
    symlink("a.rs", &link).unwrap();
    is_judged_anew(&course, |_| {
        fs_err::remove_file(&link).unwrap();
        symlink("b.rs", &link).unwrap();
    });
}

#[test]
fn a_module_that_is_gone_or_is_there_twice_is_told_of() {
    for twice in [false, true] {
        let course = course("helper::EXPECTED", "mod helper;");
        let file = format!("{CHECKS}/helper.rs");
        course.write(&file, source(&file, 42));
        says(&course, 0);
        if twice {
            course.write(&format!("{CHECKS}/helper/mod.rs"), source("mod.rs", 42));
        } else {
            course.remove(&file);
        }
        let (code, _, stderr) = course.run("check 1");
        assert_eq!(code, 70, "{stderr}");
        assert!(stderr.contains("`helper`"), "{stderr}");
    }
}

#[test]
fn what_is_changed_back_is_known_again() {
    let course = course("helper::EXPECTED", "mod helper;");
    let file = format!("{CHECKS}/helper.rs");
    for (number, code) in [(42, 0), (43, 1), (42, 0), (43, 1)] {
        course.write(&file, source(&file, number));
        says(&course, code);
    }
}

#[test]
fn a_variable_of_the_environment_that_checks_ask_for_is_an_input() {
    let course = course(
        "option_env!(\"RUSTUP_MIRROR\").map_or(42, str::len) as u32",
        "const _: () = ();",
    );
    says(&course, 0);
    let mut again = course.grader("check 1");
    again.env("RUSTUP_MIRROR", "two").assert().code(1);
    says(&course, 0);
}

#[test]
fn hidden_checks_read_too() {
    let course = Course::new();
    course.answer(2, "question * 7");
    let hidden = "solutions/02-two-threads/checks/hidden.rs";
    let text = course.read(hidden);
    let helper = "\n#[cfg(driver)]\nmod helper;\n#[cfg(driver)]\nconst _: () = assert!(helper::EXPECTED == 42);\n";
    course.write(hidden, format!("{text}{helper}"));
    let file = "solutions/02-two-threads/checks/helper.rs";
    course.write(file, source(file, 42));
    let (code, stdout, stderr) = course.run("check 2");
    assert_eq!(code, 0, "{stdout}{stderr}");
    course.write(file, source(file, 43));
    let (code, _, stderr) = course.run("check 2");
    assert_eq!(code, 70, "{stderr}");
}

#[test]
fn each_file_of_an_answer_is_an_input() {
    for (body, items, file) in [
        (
            "number::EXPECTED",
            "mod number;",
            "exercises/01-first-steps/src/number.rs",
        ),
        (
            "odd::EXPECTED",
            "#[path = \"deep/odd one.rs\"] mod odd;",
            "exercises/01-first-steps/src/deep/odd one.rs",
        ),
        (
            "include_str!(\"words.txt\").trim().parse().unwrap()",
            "",
            "exercises/01-first-steps/src/words.txt",
        ),
    ] {
        let course = Course::new();
        let root = "exercises/01-first-steps/src/lib.rs";
        course.write(
            root,
            format!("{items}\npub fn answer(_: u32) -> u32 {{ {body} }}\n"),
        );
        course.write(file, source(file, 42));
        is_judged_anew(&course, |course| course.write(file, source(file, 43)));
    }
}

#[test]
fn the_manifest_is_an_input() {
    let course = Course::new();
    course.answer(1, "question * 7");
    let (_, report) = course.json("check 1 --format json");
    assert_eq!(report["exercises"][0]["max_points"], 5);
    course.replace(
        "exercises/01-first-steps/exercise.toml",
        "points = 3",
        "points = 4",
    );
    let (_, report) = course.json("check 1 --format json");
    assert_eq!(report["exercises"][0]["max_points"], 6);
}

/// Adds to the kit of a course a number that checks expect.
fn with_kit(kit: &str) -> Course {
    let course = course("kit::expected()", "const _: () = ();");
    let text = course.read("grader/kit/src/lib.rs");
    course.write("grader/kit/src/lib.rs", format!("{text}\n{kit}\n"));
    course
}

#[test]
fn each_source_of_the_library_is_an_input() {
    let course = with_kit("pub mod more;\npub fn expected() -> u32 { more::EXPECTED }");
    let file = "grader/kit/src/more.rs";
    course.write(file, source(file, 42));
    is_judged_anew(&course, |course| course.write(file, source(file, 43)));
}

#[test]
fn what_the_library_reads_beside_its_sources_is_an_input() {
    let course = with_kit(
        "pub fn expected() -> u32 { include_str!(\"../../../data/expected.txt\").trim().parse().unwrap() }",
    );
    let file = "data/expected.txt";
    course.write(file, source(file, 42));
    is_judged_anew(&course, |course| course.write(file, source(file, 43)));
}

#[test]
fn flags_of_cargo_s_settings_are_an_input() {
    let course = with_kit("pub fn expected() -> u32 { if cfg!(other) { 43 } else { 42 } }");
    is_judged_anew(&course, |course| {
        course.write(
            ".cargo/config.toml",
            "[build]\nrustflags = [\"--cfg=other\"]\n",
        );
    });
}

#[test]
fn another_compiler_compiles_anew() {
    let course = Course::new();
    course.answer(1, "question * 7");
    let cache = course.root().join("cache");
    let sets = || {
        let items = fs_err::read_dir(&cache).unwrap().map(Result::unwrap);
        items.filter(|item| item.path().is_dir()).count()
    };
    let check = |rustc: Option<&Path>| {
        let mut command = course.grader("check 1");
        command.env("GRADER_CACHE", &cache);
        if let Some(rustc) = rustc {
            command.env("RUSTC", rustc);
        }
        command.assert().code(0);
    };
    check(None);
    assert_eq!(sets(), 1);
    check(None);
    assert_eq!(sets(), 1);
    // The same compiler, which says that it is another one.
    let real = std::process::Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .unwrap();
    let real = String::from_utf8(real.stdout).unwrap();
    let other = course.root().join("other");
    fs_err::create_dir_all(other.join("bin")).unwrap();
    let rustc = other.join("bin/rustc");
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n'--print sysroot') echo '{}' ;;\n-vV) '{1}' -vV; echo other: 1 ;;\n*) exec '{1}' \"$@\" ;;\nesac\n",
        other.display(),
        Path::new(real.trim()).join("bin/rustc").display(),
    );
    fs_err::write(&rustc, script).unwrap();
    let mut permissions = fs_err::metadata(&rustc).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs_err::set_permissions(&rustc, permissions).unwrap();
    check(Some(&rustc));
    assert_eq!(sets(), 2);
}

#[test]
fn what_dev_check_knows_is_about_what_checks_read() {
    let course = Course::with_a_whole_exercise();
    let public = "exercises/04-whole-numbers/checks/public.rs";
    course.replace(
        public,
        "Ok(doubled) if doubled == number + number",
        "Ok(doubled) if doubled == number * helper::factor()",
    );
    let text = course.read(public);
    course.write(
        public,
        format!("{text}\n#[cfg(driver)]\n#[path = \"../../../data/helper.rs\"]\nmod helper;\n"),
    );
    let helper = |factor: u32| format!("pub fn factor() -> u32 {{ {factor} }}\n");
    course.write("data/helper.rs", helper(2));
    let (code, report) = course.json("dev check 4 --seeds 1 --json");
    assert_eq!(code, 0, "{report:#}");
    let (_, report) = course.json("dev check 4 --seeds 1 --json");
    let exercise = &report["exercises"][0];
    assert_eq!(exercise["timing"]["known"], exercise["answers"]);
    course.write("data/helper.rs", helper(3));
    let (code, report) = course.json("dev check 4 --seeds 1 --json");
    assert_eq!(code, 1, "{report:#}");
    assert_eq!(report["exercises"][0]["timing"]["known"], 0);
}
