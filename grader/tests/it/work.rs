//! A student's work is never lost, whatever is unpacked, deleted, copied or interrupted.

use std::{
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use fs_err as fs;

use crate::{
    course::{Course, copy},
    pack::{EXERCISE, Pack},
};

const RIGHT: &str = "number * 2";
const TWO: &str = "exercises/02-two-threads";

fn lib() -> String {
    format!("{EXERCISE}/src/lib.rs")
}

/// F02.
#[test]
fn a_corrected_pack_unpacked_over_an_old_one_leaves_the_work_alone() {
    let teacher = Course::with_a_whole_exercise();
    let pack = Pack::of(&teacher, "4");
    pack.answer(RIGHT);
    let mine = pack.course.read(&lib());
    let more = format!("{EXERCISE}/src/more.rs");
    pack.course.write(&more, "// mine as well\n");
    assert_eq!(pack.course.run("check 4").0, 0);
    let settings = ".vscode/settings.json";
    assert!(pack.course.read(settings).contains("exercises/Cargo.toml"));
    pack.course.write(settings, "{}");

    teacher.replace(&format!("{EXERCISE}/README.md"), "4", "four");
    for _ in 0..2 {
        pack.unpack_over(&teacher, "4");
        assert!(
            pack.course
                .read(&format!("{EXERCISE}/README.md"))
                .contains("four")
        );
        assert_eq!(pack.course.read(&lib()), mine);
        assert_eq!(pack.course.read(&more), "// mine as well\n");
        assert_eq!(pack.course.read(settings), "{}");
        let (code, stdout, _) = pack.course.run("list");
        assert!(code == 0 && stdout.contains("4/10"), "{stdout}");
        assert_eq!(pack.course.run("check 4").0, 0);
    }
}

#[test]
fn the_first_command_in_a_fresh_pack_makes_the_files_to_edit() {
    for words in ["list", "check 4", "hint 4", "report", "reset 4"] {
        let pack = Pack::sealed();
        assert!(!pack.course.root().join(lib()).exists());
        let (code, _, stderr) = pack.course.run(words);
        assert!([0, 4].contains(&code), "{words}: {stderr}");
        assert!(
            stderr.contains(&format!(
                "`{}` was missing and was created from the stub",
                lib()
            )),
            "{words}: {stderr}"
        );
        assert_eq!(
            pack.course.read(&lib()),
            pack.course.read(&format!("{EXERCISE}/stub/src/lib.rs"))
        );
        assert!(!pack.course.run("list").2.contains("created from the stub"));
        // Who deletes it and hands that in is told.
        pack.course.remove(&lib());
        let (code, stdout, _) = pack.course.run("check 4");
        assert_eq!(code, 3, "{stdout}");
        assert!(stdout.contains("`src/lib.rs` does not exist"), "{stdout}");
    }
}

#[test]
fn whoever_has_not_begun_gets_the_stub_of_a_new_pack_and_nobody_else_does() {
    let teacher = Course::with_a_whole_exercise();
    let stub = format!("{EXERCISE}/stub/src/lib.rs");
    for begun in [false, true] {
        let pack = Pack::of(&teacher, "4");
        pack.course.run("list");
        if begun {
            pack.answer(RIGHT);
        }
        let mine = pack.course.read(&lib());
        let corrected = Course::with_a_whole_exercise();
        corrected.replace(&stub, "Twice", "Two times");
        pack.unpack_over(&corrected, "4");
        let (code, _, stderr) = pack.course.run("list");
        assert_eq!(code, 0, "{stderr}");
        assert_eq!(
            stderr.contains("was replaced, because the stub has changed"),
            !begun,
            "{stderr}"
        );
        let found = pack.course.read(&lib());
        assert_eq!(found, if begun { mine } else { corrected.read(&stub) });
        // The memory of what was given may be damaged, and nothing is lost.
        pack.course.write(".grader/given.json", "{ half");
        assert_eq!(pack.course.run("list").0, 0);
        assert_eq!(pack.course.read(&lib()), found);
    }
}

/// What becomes of a file of exercise 2.
type Harm = fn(&Course);

/// F08, of which `publish::a_student_works_in_the_pack` has the part of cargo.
#[test]
fn no_command_dies_of_a_deleted_file_and_reset_restores_it() {
    let course = Course::new();
    let stub = course.read(&format!("{TWO}/stub/src/lib.rs"));
    let harms: [(&str, Harm, i32); 6] = [
        ("no lib.rs", |it| it.remove(&format!("{TWO}/src/lib.rs")), 3),
        (
            "no src",
            |it| fs::remove_dir_all(it.root().join(TWO).join("src")).unwrap(),
            4,
        ),
        (
            "src is a file",
            |it| {
                fs::remove_dir_all(it.root().join(TWO).join("src")).unwrap();
                it.write(&format!("{TWO}/src"), "a file");
            },
            3,
        ),
        (
            "lib.rs is a directory",
            |it| {
                it.remove(&format!("{TWO}/src/lib.rs"));
                fs::create_dir(it.root().join(TWO).join("src/lib.rs")).unwrap();
            },
            3,
        ),
        (
            "lib.rs leads nowhere",
            |it| {
                it.remove(&format!("{TWO}/src/lib.rs"));
                symlink("gone.rs", it.root().join(TWO).join("src/lib.rs")).unwrap();
            },
            3,
        ),
        (
            "lib.rs is empty",
            |it| it.write(&format!("{TWO}/src/lib.rs"), ""),
            3,
        ),
    ];
    for (what, harm, code) in harms {
        harm(&course);
        for words in ["list", "report", "hint 2", "doctor"] {
            let (code, stdout, stderr) = course.run(words);
            assert_eq!(code, 0, "{what}, {words}: {stdout}{stderr}");
        }
        let (found, stdout, stderr) = course.run("check 2");
        assert_eq!(found, code, "{what}: {stdout}{stderr}");
        assert_eq!(course.run("check 1").0, 4, "{what}");
        let (code, stdout, stderr) = course.run("reset 2");
        assert_eq!(code, 0, "{what}: {stdout}{stderr}");
        assert_eq!(course.read(&format!("{TWO}/src/lib.rs")), stub, "{what}");
    }
    // What was in the way is kept as well.
    let kept = course.root().join(".grader/backup/02-two-threads");
    let all: Vec<_> = fs::read_dir(kept).unwrap().collect();
    assert!(all.len() >= 4, "{all:?}");
}

#[test]
fn a_stub_that_is_missing_stands_in_the_way_of_its_exercise_alone() {
    let pack = Pack::sealed();
    fs::remove_dir_all(pack.course.root().join(EXERCISE).join("stub")).unwrap();
    let (code, _, stderr) = pack.course.run("check 4");
    assert_eq!(code, 70, "{stderr}");
    assert!(
        stderr.contains("`stub/src/lib.rs` does not exist"),
        "{stderr}"
    );
}

#[test]
fn files_of_a_student_beside_the_stub_stay_when_it_is_put_back() {
    let pack = Pack::sealed();
    pack.answer("more::twice(number)");
    let more = format!("{EXERCISE}/src/more.rs");
    pack.course.write(&more, "// mine\n");
    let (code, stdout, _) = pack.course.run("reset 4");
    assert_eq!(code, 0);
    assert!(
        stdout.contains(".grader/backup/04-whole-numbers/1"),
        "{stdout}"
    );
    assert_eq!(pack.course.read(&more), "// mine\n");
    let kept = pack
        .course
        .read(".grader/backup/04-whole-numbers/1/src/lib.rs");
    assert!(kept.contains("more::twice(number)"), "{kept}");
}

/// F15.
#[test]
fn names_that_begin_with_a_dot_are_no_part_of_an_answer() {
    let pack = Pack::sealed();
    pack.answer(RIGHT);
    let source = pack.course.root().join(EXERCISE).join("src");
    symlink("me@host.1", source.join(".#lib.rs")).unwrap();
    fs::write(source.join(".lib.rs.swp"), b"b0VIM \xff\xfe").unwrap();
    fs::write(source.join(".DS_Store"), vec![0; 1 << 20]).unwrap();
    fs::write(source.join(std::ffi::OsStr::from_bytes(b"._\xff.rs")), "").unwrap();
    fs::create_dir(source.join(".git")).unwrap();
    for number in 0..100 {
        fs::write(source.join(format!(".git/{number}")), "").unwrap();
    }
    fs::write(pack.course.root().join("exercises/.DS_Store"), "").unwrap();
    fs::create_dir(pack.course.root().join("exercises/.04-whole-numbers")).unwrap();
    for words in ["check 4", "check --all", "list", "doctor", "report"] {
        let (code, stdout, stderr) = pack.course.run(words);
        assert_eq!(code, 0, "{words}: {stdout}{stderr}");
    }
    let (code, stdout, _) = pack.course.run(&format!("check 4 --source {EXERCISE}"));
    assert_eq!(code, 0, "{stdout}");
    // Whoever uses one is told why it cannot be.
    pack.course.write(
        &lib(),
        "#[path = \".git/0.rs\"]\nmod zero;\npub fn double(number: u32) -> u32 { number * 2 }\n",
    );
    pack.course.write(&format!("{EXERCISE}/src/.git/0.rs"), "");
    let (code, stdout, _) = pack.course.run("check 4");
    assert_eq!(code, 3, "{stdout}");
    assert!(stdout.contains("names that begin with a dot"), "{stdout}");
}

#[test]
fn a_teacher_publishes_and_checks_beside_an_editor() {
    let teacher = Course::with_a_whole_exercise();
    for directory in [
        "exercises/04-whole-numbers",
        "exercises/04-whole-numbers/checks",
        "solutions/04-whole-numbers/checks",
        "solutions/04-whole-numbers/src",
        "solutions/04-whole-numbers/wrong",
        "solutions/04-whole-numbers/accepted",
        "grader/kit/src",
    ] {
        symlink("me@host.1", teacher.root().join(directory).join(".#lib.rs")).unwrap();
    }
    let (code, _, stderr) = teacher.run("publish 4 --public-only --out pack");
    assert_eq!(code, 0, "{stderr}");
    let (code, stdout, stderr) = teacher.run("dev check 4 --seeds 1");
    assert_eq!(code, 0, "{stdout}{stderr}");
}

/// F17.
#[test]
fn one_file_of_an_answer_with_modules_is_answered_with_the_directory() {
    let course = Course::new();
    course.write(
        "mine/src/lib.rs",
        "mod counter;\npub fn answer(question: u32) -> u32 { counter::of(question) }\n",
    );
    course.write(
        "mine/src/counter.rs",
        "pub fn of(question: u32) -> u32 { question * 7 }\n",
    );
    course.write("flat one/lib.rs", course.read("mine/src/lib.rs"));
    course.write(
        "flat one/counter/mod.rs",
        course.read("mine/src/counter.rs"),
    );
    let root = course.root().display().to_string();
    for (source, named) in [
        ("mine/src/lib.rs".to_owned(), "mine".to_owned()),
        ("./mine/src/lib.rs".to_owned(), "./mine".to_owned()),
        (format!("{root}/mine/src/lib.rs"), format!("{root}/mine")),
        ("flat one/lib.rs".to_owned(), "flat one".to_owned()),
    ] {
        let check = |source: &str| {
            let mut command = course.grader("check 2 --source");
            let output = command.arg(source).output().unwrap();
            let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.code(), stdout)
        };
        let (code, stdout) = check(&source);
        assert_eq!(code, Some(3), "{stdout}");
        let option = if named.contains(' ') {
            format!("--source '{named}'")
        } else {
            format!("--source {named}")
        };
        assert!(stdout.contains(&option), "{option}: {stdout}");
        let (code, stdout) = check(&named);
        assert_eq!(code, Some(0), "{stdout}");
    }
    // What is not beside it is told as before.
    course.write("mine/src/lib.rs", "include!(\"../../pack.rs\");\n");
    course.write("pack.rs", "");
    let (_, stdout, _) = course.run("check 2 --source mine/src/lib.rs");
    assert!(stdout.contains("which is not part of it"), "{stdout}");
}

/// F18.
#[test]
fn progress_of_a_newer_version_is_left_alone() {
    for text in [
        "{\"format\": 9, \"exercises\": {}}",
        "{\"format\": 2, \"students\": [1, 2, 3]}",
        "{\"format\": 4294967297}",
    ] {
        let course = Course::new();
        course.answer(1, "question * 7");
        course.write(".grader/progress.json", text);
        for words in ["list", "report", "hint 1", "check 1", "check", "reset 1"] {
            let (code, _, stderr) = course.run(words);
            assert!([0, 4].contains(&code), "{words}: {stderr}");
            if words != "reset 1" {
                assert!(stderr.contains("update the course"), "{words}: {stderr}");
            }
            assert_eq!(course.read(".grader/progress.json"), text, "{words}");
        }
        let (_, _, stderr) = course.run("list --lang zh");
        assert!(stderr.contains("请更新课程"), "{stderr}");
        assert!(
            !course
                .root()
                .join(".grader/progress.damaged-1.json")
                .exists()
        );
    }
}

/// The names of what runs have left in a course.
fn left_over(course: &Course) -> Vec<String> {
    let mut names = Vec::new();
    for item in fs::read_dir(course.root().join(".grader/build")).unwrap() {
        let name = item.unwrap().file_name().into_string().unwrap();
        names.extend(Some(name).filter(|name| name.starts_with("run-")));
    }
    names
}

/// F19.
#[test]
fn what_an_interrupted_run_leaves_is_taken_away_by_the_next_one() {
    let course = Course::new();
    course.answer(1, "loop { std::hint::black_box(question); }");
    let start = |number: &str| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("grader"));
        command
            .args(["check", number])
            .current_dir(course.root())
            .env("GRADER_CACHE", course.root().join("cache"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let wait_for = |count: usize| {
        // A net only: it takes a second or two.
        let began = (0..24_000).any(|_| {
            thread::sleep(Duration::from_millis(5));
            left_over_or_none(&course).len() >= count
        });
        assert!(began, "no run began");
    };
    let mut killed = start("1");
    wait_for(1);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(!left_over(&course).is_empty());
    fs::create_dir_all(course.root().join(".grader/build/run-abc/deep")).unwrap();
    course.write(".grader/build/run-5", "a file");

    // Another grader is at work while the next one looks for what is left over.
    let build = course.root().join(".grader/build");
    let owned = build.join("run-owned");
    fs::create_dir(&owned).unwrap();
    let lock = fs::File::open(&owned).unwrap();
    rustix::fs::flock(lock.file(), rustix::fs::FlockOperation::LockExclusive).unwrap();
    course.answer(2, "question * 7");
    assert_eq!(course.run("check 2").0, 0);
    let mut left = left_over(&course);
    left.sort();
    assert_eq!(left, ["run-5", "run-owned"]);
    drop(lock);
    assert_eq!(course.run("check 2").0, 0);
    assert_eq!(left_over(&course), ["run-5"]);
}

fn left_over_or_none(course: &Course) -> Vec<String> {
    if course.root().join(".grader/build").is_dir() {
        left_over(course)
    } else {
        Vec::new()
    }
}

#[test]
fn graders_at_the_same_time_leave_each_others_runs_alone() {
    let course = Course::new();
    course.answer(1, "question * 7");
    course.answer(2, "question * 7");
    thread::scope(|scope| {
        for number in [1, 2, 1, 2] {
            let course = &course;
            scope.spawn(move || {
                for _ in 0..5 {
                    let (code, stdout, stderr) = course.run(&format!("check {number}"));
                    assert_eq!(code, 0, "{stdout}{stderr}");
                }
            });
        }
    });
    assert_eq!(left_over(&course), Vec::<String>::new());
}

/// F20.
#[test]
fn of_two_directories_with_one_id_the_one_of_the_pack_counts() {
    let teacher = Course::with_a_whole_exercise();
    let pack = Pack::of(&teacher, "4");
    pack.answer(RIGHT);
    assert_eq!(pack.course.run("check 4").0, 0);
    for top in ["exercises", "solutions"] {
        let root = teacher.root().join(top);
        fs::rename(root.join("04-whole-numbers"), root.join("05-whole-numbers")).unwrap();
    }
    teacher.replace(
        "exercises/05-whole-numbers/exercise.toml",
        "number = 4",
        "number = 5",
    );
    pack.unpack_over(&teacher, "5");
    let (code, stdout, stderr) = pack.course.run("list");
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stdout.matches("Whole numbers").count(), 1, "{stdout}");
    assert!(
        stderr.contains("two exercises have the id `whole-numbers`"),
        "{stderr}"
    );
    let (_, report) = pack.course.json("report --format json");
    assert_eq!(report["max_points"], 10);
    assert_eq!(report["exercises"].as_array().unwrap().len(), 1);
    assert_eq!(report["exercises"][0]["number"], 5);
    let (code, stdout, _) = pack.course.run("doctor");
    assert_eq!(code, 70, "{stdout}");
    let stdout = stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "two exercises have the id `whole-numbers`: `exercises/05-whole-numbers` counts, `exercises/04-whole-numbers` does not",
        "copy your work from `exercises/04-whole-numbers/src` to `exercises/05-whole-numbers/src`",
    ] {
        assert!(stdout.contains(part), "{stdout}");
    }
    let (code, _, stderr) = pack.course.run("check 4");
    assert_eq!(code, 5, "{stderr}");
    assert!(
        stderr.contains("did you mean `05-whole-numbers`?"),
        "{stderr}"
    );
    // The work is where it was.
    assert!(pack.course.read(&lib()).contains(RIGHT));
}

#[test]
fn a_copy_that_a_student_has_made_does_not_count() {
    for name in [
        "02-two-threads copy",
        "02-two-threads-old",
        "02-two-threads.bak",
        "01-two-threads",
        "50-two-threads",
        "50-mine",
    ] {
        let course = Course::new();
        course.answer(2, "question * 7");
        let place = course.root().join("exercises");
        copy(&place.join("02-two-threads"), &place.join(name));
        course.answer(2, "question + 1");
        let (code, stdout, stderr) = course.run("list");
        assert_eq!(code, 0, "{name}: {stderr}");
        assert_eq!(stdout.matches("Two threads").count(), 1, "{name}: {stdout}");
        assert!(
            stderr.contains(&format!("`exercises/{name}` does not")),
            "{name}: {stderr}"
        );
        let (code, report) = course.json("check two-threads --format json");
        assert_eq!(code, 1, "{name}");
        assert_eq!(report["exercises"][0]["source"], TWO, "{name}");
        assert_eq!(course.run("doctor").0, 70, "{name}");
        assert_eq!(course.run("check 1").0, 4, "{name}");
    }
}
