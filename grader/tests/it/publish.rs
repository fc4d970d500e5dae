//! `publish`: what is in a pack, what never is, and that it works.

use std::{
    fs::File,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use fs_err as fs;
use insta::assert_snapshot;
use tempfile::TempDir;

use crate::{
    course::{Course, grader},
    pack::{ASSIGNMENT, Keys},
};

/// A line of a reference that nobody else writes.
const TELLING: &str = "let twice_as_much = number.wrapping_add(number);";

/// The fixture course with a whole exercise 4 whose reference has a telling line.
fn course() -> Course {
    let course = Course::with_a_whole_exercise();
    course.replace(
        "solutions/04-whole-numbers/src/lib.rs",
        "    number * 2\n",
        &format!("    {TELLING}\n    if number > 2 {{\n        return twice_as_much;\n    }}\n    twice_as_much\n"),
    );
    course.write("LICENSE-MIT", "Do what you like.\n");
    course
}

/// Where packs of a test go.
fn out() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn files(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_path_buf()];
    while let Some(place) = waiting.pop() {
        for item in fs::read_dir(place).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(directory).unwrap();
                found.push(name.display().to_string());
            }
        }
    }
    found.sort();
    found
}

/// Publishes exercise 4 of a course into a directory; code, output and stderr.
fn publish(course: &Course, options: &str) -> (i32, String, String) {
    course.run(&format!("publish {options}"))
}

#[test]
fn a_pack_has_what_students_need_and_nothing_else() {
    let (course, keys, out) = (course(), Keys::new(), out());
    course.write(
        "exercises/04-whole-numbers/notes.txt",
        "for the next lesson",
    );
    course.write(
        "exercises/04-whole-numbers/src/lib.rs",
        "// tried out by the teacher\n",
    );
    let pack = out.path().join("a pack");
    let output = course
        .grader("publish 4 --seal")
        .args([&keys.public, "--out"])
        .arg(&pack)
        .assert()
        .success();
    let stderr = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert_snapshot!(stderr, @"note: exercises/04-whole-numbers/notes.txt is not part of an exercise and was left out");
    assert_snapshot!(files(&pack).join("\n"));
    let stub = pack.join("exercises/04-whole-numbers/stub/src/lib.rs");
    let stub = fs::read_to_string(stub).unwrap();
    assert!(stub.contains("todo!()"), "{stub}");
    let manifest = fs::read_to_string(pack.join("pack.toml")).unwrap();
    // The digest is another for each key.
    let digest = manifest
        .lines()
        .find_map(|line| line.strip_prefix("sealed = "));
    let manifest = manifest.replace(digest.unwrap(), "[digest]");
    assert_snapshot!(manifest.replace(&keys.public, "[key]"));
    for text in ["README.md", "README.zh.md"] {
        assert_snapshot!(text, fs::read_to_string(pack.join(text)).unwrap());
    }
}

/// Publishes exercise 4 in this way, and returns the pack's bytes.
#[track_caller]
fn packed(course: &Course, options: &str, place: &Path) -> Vec<u8> {
    let (code, _, stderr) = publish(course, &format!("4 {options} --out {}", place.display()));
    assert_eq!(code, 0, "{stderr}");
    fs::read(place).unwrap()
}

#[test]
fn two_checkouts_give_the_same_bytes() {
    let out = out();
    let packs = ["one", "two"].map(|name| {
        let place = out.path().join(format!("{name}.tar.zst"));
        packed(&course(), "--public-only", &place)
    });
    assert!(!packs[0].is_empty());
    assert_eq!(packs[0], packs[1]);
}

#[test]
fn a_sealed_file_is_kept_while_its_content_and_its_keys_are_the_same() {
    let (course, keys, out) = (course(), Keys::new(), out());
    let place = out.path().join("pack.tar.zst");
    let seal = format!("--seal {}", keys.public);
    let first = packed(&course, &seal, &place);
    assert_eq!(packed(&course, &seal, &place), first);
    let other = format!("--seal {}", Keys::new().public);
    let for_another = packed(&course, &other, &place);
    assert_ne!(for_another, first);
    course.replace(HIDDEN, "70_123", "70_124");
    let changed = packed(&course, &other, &place);
    assert_ne!(changed, for_another);
    // Whatever lies there is written over, also if it is no pack.
    fs::write(&place, "no pack").unwrap();
    let again = packed(&course, &other, &place);
    assert_ne!(again, changed);
    assert_eq!(packed(&course, &other, &place), again);
}

#[test]
fn an_archive_has_the_same_files_as_a_directory() {
    let (course, out) = (course(), out());
    for place in ["pack", "pack.tar.zst"] {
        let place = out.path().join(place);
        let (code, _, stderr) = publish(
            &course,
            &format!("4 --public-only --out {}", place.display()),
        );
        assert_eq!(code, 0, "{stderr}");
    }
    let archive = File::open(out.path().join("pack.tar.zst")).unwrap();
    let decoder = ruzstd::decoding::StreamingDecoder::new(archive).unwrap();
    tar::Archive::new(decoder).unpack(out.path()).unwrap();
    let (one, other) = (out.path().join("pack"), out.path().join("interleave"));
    assert_eq!(files(&one), files(&other));
    for file in files(&one) {
        assert_eq!(
            fs::read(one.join(&file)).unwrap(),
            fs::read(other.join(&file)).unwrap()
        );
    }
}

/// Publishing fails in this way, and leaves nothing behind.
#[track_caller]
fn refused(course: &Course, options: &str, code: i32, expected: &str) {
    let out = out();
    let place = out.path().join("pack.tar.zst");
    let (found, stdout, stderr) = publish(course, &format!("{options} --out {}", place.display()));
    assert!(stderr.contains(expected), "{stderr}{stdout}");
    assert!(stderr.contains("hint: "), "{stderr}");
    assert_eq!(found, code, "{stderr}");
    assert_eq!(files(out.path()), Vec::<String>::new());
}

#[test]
fn what_cannot_be_published_is_named() {
    let plain = "4 --public-only";
    let own = course();
    own.write("exercises/04-whole-numbers/checks/hidden.rs", "// a copy\n");
    refused(
        &own,
        plain,
        70,
        "`exercises/04-whole-numbers/checks/hidden.rs` is an unsealed hidden file",
    );

    let own = course();
    let copy = own.read("solutions/04-whole-numbers/checks/hidden.rs");
    own.write("exercises/04-whole-numbers/checks/more.rs", copy);
    refused(
        &own,
        plain,
        70,
        "`exercises/04-whole-numbers/checks/more.rs` is an unsealed hidden file",
    );

    let own = course();
    own.remove("exercises/04-whole-numbers/README.md");
    symlink(
        "/etc/hostname",
        own.root().join("exercises/04-whole-numbers/README.md"),
    )
    .unwrap();
    refused(
        &own,
        plain,
        70,
        "`exercises/04-whole-numbers/README.md` is a link to `/etc/hostname`",
    );

    let own = course();
    symlink("../../..", own.root().join("exercises/04-whole-numbers/up")).unwrap();
    refused(&own, plain, 70, "`exercises/04-whole-numbers/up` is a link");

    let own = course();
    own.write("exercises/04-whole-numbers/two\nlines.md", "");
    refused(
        &own,
        plain,
        70,
        "`exercises/04-whole-numbers/two\\nlines.md` has a name that not every",
    );

    let own = course();
    own.remove("exercises/04-whole-numbers/README.zh.md");
    refused(
        &own,
        plain,
        70,
        "`exercises/04-whole-numbers/README.zh.md` does not exist",
    );

    let own = course();
    own.replace("solutions/04-whole-numbers/hidden.toml", "canary", "bird");
    let sealed = format!("4 --seal {}", Keys::new().public);
    refused(
        &own,
        &sealed,
        70,
        "`solutions/04-whole-numbers/hidden.toml` has no canary",
    );
}

#[test]
fn keys_are_asked_for_and_looked_at() {
    let (own, keys) = (course(), Keys::new());
    refused(
        &own,
        "4",
        2,
        "no key says for whom to seal the hidden checks",
    );
    refused(
        &own,
        "4 --seal nobody.txt",
        2,
        "`nobody.txt` is not an age public key",
    );
    refused(
        &own,
        &format!("4 --seal {}", keys.secret),
        2,
        "this is a secret key",
    );
    own.write("keys.txt", "# none yet\n");
    refused(
        &own,
        "4 --seal keys.txt",
        2,
        "there is no key in `keys.txt`",
    );
    own.write(
        "keys.txt",
        format!("# two\n{}\n{}\n", keys.public, Keys::new().public),
    );
    let out = out();
    let place = out.path().join("pack");
    let (code, _, stderr) = publish(
        &own,
        &format!("4 --seal keys.txt --out {}", place.display()),
    );
    assert_eq!(code, 0, "{stderr}");
}

#[test]
fn nothing_is_written_over() {
    let (own, out) = (course(), out());
    fs::write(out.path().join("mine.txt"), "mine").unwrap();
    let place = out.path().display();
    let (code, _, stderr) = publish(&own, &format!("4 --public-only --out {place}"));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("is not empty"), "{stderr}");
    assert_eq!(files(out.path()), ["mine.txt"]);
}

#[test]
fn an_assignment_says_what_when_and_for_how_much() {
    let (own, out) = (course(), out());
    own.write("week1.toml", ASSIGNMENT);
    let place = out.path().join("pack");
    let options = format!(
        "--assignment week1.toml --public-only --out {}",
        place.display()
    );
    let (code, stdout, stderr) = publish(&own, &options);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("04-whole-numbers: 25 points"), "{stdout}");
    assert_snapshot!(fs::read_to_string(place.join("pack.toml")).unwrap());
    let readme = fs::read_to_string(place.join("README.md")).unwrap();
    assert_snapshot!(readme.lines().take(8).collect::<Vec<_>>().join("\n"));
    let readme = fs::read_to_string(place.join("README.zh.md")).unwrap();
    assert_snapshot!(readme.lines().take(8).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_mistake_in_an_assignment_has_its_line() {
    for (from, to, expected) in [
        (
            "due = \"2026-10-14 23:59\"",
            "due = \"2026-09-14 23:59\"",
            "week1.toml:6: it is due (2026-09-14 23:59) before it opens (2026-10-01 08:00)",
        ),
        (
            "due = \"2026-10-14 23:59\"",
            "due = \"tomorrow\"",
            "week1.toml:6: `tomorrow` is not a date and time",
        ),
        (
            "due = \"2026-10-14 23:59\"",
            "due = \"2026-10-25 02:30\"",
            "week1.toml:6: `2026-10-25 02:30` exists twice in Europe/Berlin",
        ),
        (
            "opens = \"2026-10-01 08:00\"",
            "opens = \"2026-03-29 02:30\"",
            "week1.toml:5: `2026-03-29 02:30` does not exist in Europe/Berlin",
        ),
        (
            "Europe/Berlin",
            "Berlin",
            "week1.toml:4: there is no time zone `Berlin`",
        ),
        (
            "format = 1",
            "format = 7",
            "week1.toml:1: format 7 is not known",
        ),
        ("week-1", "Week 1", "week1.toml:2: `Week 1` cannot be an id"),
        (
            "第一周：整数",
            " ",
            "week1.toml:3: the title is missing in one language",
        ),
        (
            "percent_per_day = 10",
            "percent_per_day = 110",
            "week1.toml:10: 110 % of the points are too many",
        ),
        (
            "days = 3",
            "days = 0",
            "week1.toml:9: the least number of days",
        ),
        (
            "days = 3",
            "hours = 3",
            "week1.toml:9: unknown field `hours`",
        ),
        (
            "name = \"4\"",
            "name = \"40\"",
            "week1.toml:13: no exercise is called `40`",
        ),
        (
            "name = \"4\"",
            "name = \"1-4\"",
            "week1.toml:13: `1-4` names several exercises",
        ),
        (
            "name = \"4\"",
            "name = \"4\"\n\n[[exercise]]\nname = \"whole-numbers\"",
            "week1.toml:16: `04-whole-numbers` is listed twice",
        ),
    ] {
        let own = course();
        assert!(ASSIGNMENT.contains(from), "{from}");
        own.write("week1.toml", ASSIGNMENT.replacen(from, to, 1));
        refused(&own, "--assignment week1.toml --public-only", 2, expected);
    }
}

/// Somebody copies a secret into a file that is published.
type Plant = (&'static str, fn(&Course) -> (&'static str, Vec<u8>));

const HIDDEN: &str = "solutions/04-whole-numbers/checks/hidden.rs";
const CANARY: &str = "ffeeddccbbaa99887766554433221100";
const README: &str = "exercises/04-whole-numbers/README.md";

fn appended(course: &Course, file: &'static str, text: &str) -> (&'static str, Vec<u8>) {
    (
        file,
        format!("{}\n{text}\n", course.read(file)).into_bytes(),
    )
}

const ADDS_THREE: &str = "solutions/04-whole-numbers/wrong/adds_three.diff";

/// A diff that puts a telling line in, in the place of this one.
fn diff(line: &str) -> String {
    format!(
        "//! wrong: adds three\n//! fails: doubles_small_numbers property\n--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -8 +8,2 @@\n-    {line}\n+    // Adds three, and nobody ever notices that.\n+    number + 3\n"
    )
}

const PLANTS: [Plant; 24] = [
    ("a canary in a task", |course| {
        appended(course, README, CANARY)
    }),
    ("a canary in capitals", |course| {
        appended(
            course,
            "exercises/04-whole-numbers/README.zh.md",
            &CANARY.to_uppercase(),
        )
    }),
    ("a canary in a comment of a public check", |course| {
        appended(
            course,
            "exercises/04-whole-numbers/checks/public.rs",
            &format!("// {CANARY}"),
        )
    }),
    ("a canary in two lines", |course| {
        appended(
            course,
            README,
            &format!("{}\n{}", &CANARY[..15], &CANARY[15..]),
        )
    }),
    ("a canary with hyphens", |course| {
        appended(
            course,
            README,
            &format!("{}-{}-{}", &CANARY[..8], &CANARY[8..20], &CANARY[20..]),
        )
    }),
    ("a canary in base64", |course| {
        appended(
            course,
            README,
            &data_encoding::BASE64.encode(CANARY.as_bytes()),
        )
    }),
    ("a hidden file in folded base64", |course| {
        let text = data_encoding::BASE64_MIME.encode(course.read(HIDDEN).as_bytes());
        appended(course, README, &text)
    }),
    ("a hidden file in hexadecimal digits", |course| {
        let text = data_encoding::HEXLOWER.encode(course.read(HIDDEN).as_bytes());
        appended(course, README, &text)
    }),
    ("a canary in a source of the grader", |course| {
        appended(course, "grader/kit/src/lib.rs", &format!("// {CANARY}"))
    }),
    ("a hidden file in UTF-16", |course| {
        let units = course.read(HIDDEN);
        (
            "LICENSE-MIT",
            units.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        )
    }),
    ("a hidden file, zipped", |course| {
        use std::io::Write as _;
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        zipped.write_all(course.read(HIDDEN).as_bytes()).unwrap();
        ("LICENSE-MIT", zipped.finish().unwrap())
    }),
    ("a hidden file, packed", |course| {
        let text = course.read(HIDDEN);
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        (
            "LICENSE-MIT",
            ruzstd::encoding::compress_to_vec(text.as_bytes(), level),
        )
    }),
    ("a hidden file, zipped, in base64", |course| {
        use std::io::Write as _;
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        zipped.write_all(course.read(HIDDEN).as_bytes()).unwrap();
        let text = data_encoding::BASE64.encode(&zipped.finish().unwrap());
        appended(course, README, &text)
    }),
    ("a line of the reference", |course| {
        appended(course, README, TELLING)
    }),
    (
        "a line of the reference in a comment of the stub",
        |course| {
            let stub = "exercises/04-whole-numbers/stub/src/lib.rs";
            appended(course, stub, &format!("    ///   {TELLING}"))
        },
    ),
    ("a line of the reference, quoted", |course| {
        appended(
            course,
            "LICENSE-MIT",
            &format!("> {}", TELLING.replace(' ', "  ")),
        )
    }),
    ("some short lines of the reference", |course| {
        appended(
            course,
            README,
            "if number > 2 {\nreturn twice_as_much;\n}\ntwice_as_much",
        )
    }),
    ("a line of a wrong answer", |course| {
        course.replace(
            "solutions/04-whole-numbers/wrong/adds_two.rs",
            "pub fn",
            "/// Adds two, and nobody ever notices that.\npub fn",
        );
        appended(course, README, "Adds two, and nobody ever notices that.")
    }),
    ("a line of a wrong answer that is a diff", |course| {
        course.write(ADDS_THREE, diff("number * 2"));
        appended(course, README, "Adds three, and nobody ever notices that.")
    }),
    ("a line of a diff that does not apply", |course| {
        course.write(ADDS_THREE, diff("number * 9"));
        appended(course, README, "Adds three, and nobody ever notices that.")
    }),
    ("the name of a hidden check", |course| {
        appended(course, README, "There is also `doubles_large_numbers`.")
    }),
    ("a value of a hidden check", |course| {
        let public = "exercises/04-whole-numbers/checks/public.rs";
        appended(course, public, "// try 70123 as well")
    }),
    ("a secret key", |course| {
        course.write(".cargo/config.toml", "");
        appended(
            course,
            ".cargo/config.toml",
            &format!("# {}", Keys::new().secret),
        )
    }),
    ("a directory of this computer", |course| {
        let root = course.root().display().to_string();
        appended(course, README, &format!("It is in {root}/solutions."))
    }),
];

#[test]
fn whoever_copies_a_secret_into_a_pack_is_told() {
    for (what, plant) in PLANTS {
        let own = course();
        let (file, bytes) = plant(&own);
        own.write(file, bytes);
        let out = out();
        let place = out.path().join("pack");
        let (code, stdout, stderr) =
            publish(&own, &format!("4 --public-only --out {}", place.display()));
        assert_eq!(code, 1, "{what}: {stdout}{stderr}");
        assert!(
            stderr.contains("the pack contains secrets; nothing was written"),
            "{what}: {stderr}"
        );
        assert!(stdout.contains(&format!("{file}:")), "{what}: {stdout}");
        assert_eq!(files(out.path()), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn sealed_checks_are_judged_by_whoever_has_the_key() {
    let (own, keys, out) = (course(), Keys::new(), out());
    let place = out.path().join("pack");
    let (code, stdout, stderr) = publish(
        &own,
        &format!("4 --seal {} --out {}", keys.public, place.display()),
    );
    assert_eq!(code, 0, "{stderr}");
    assert!(
        stdout.contains("04-whole-numbers: 10 points, 6 of them sealed"),
        "{stdout}"
    );
    let sealed = "exercises/04-whole-numbers/checks/hidden.age";
    let text = fs::read(place.join(sealed)).unwrap();
    assert!(text.starts_with(b"age-encryption.org/v1\n"));

    let reference = own.read("solutions/04-whole-numbers/src/lib.rs");
    fs::write(
        place.join("exercises/04-whole-numbers/src/lib.rs"),
        reference,
    )
    .unwrap();
    let check = |options: &[&str]| {
        let output = grader()
            .args(["check", "4", "--format", "json"])
            .args(options)
            .current_dir(&place)
            .env(
                "GRADER_CACHE",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/fixture-cache"),
            )
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (
            output.status.code().unwrap(),
            report["points"].as_u64(),
            stderr,
        )
    };
    let key = keys.file(out.path());
    let key = key.to_str().unwrap();
    let (code, points, stderr) = check(&[]);
    assert_eq!((code, points), (0, Some(4)), "{stderr}");
    let (code, points, stderr) = check(&["--key", key]);
    assert_eq!((code, points), (0, Some(10)), "{stderr}");

    let other = tempfile::tempdir().unwrap();
    let stranger = Keys::new().file(other.path());
    let (code, _, stderr) = check(&["--key", stranger.to_str().unwrap()]);
    assert_eq!(code, 70);
    assert!(
        stderr.contains(&format!("{sealed}: it was sealed for another key")),
        "{stderr}"
    );

    let mut damaged = text.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(place.join(sealed), damaged).unwrap();
    let (code, _, stderr) = check(&["--key", key]);
    assert_eq!(code, 70);
    assert!(
        stderr.contains("it is not a sealed file, or it is damaged"),
        "{stderr}"
    );
}

#[test]
fn a_published_pack_is_compared_with_the_kit() {
    let (own, keys, out) = (course(), Keys::new(), out());
    own.write("week1.toml", ASSIGNMENT);
    let place = out.path().join("pack.tar.zst");
    let options = format!(
        "--assignment week1.toml --seal {} --out {}",
        keys.public,
        place.display()
    );
    assert_eq!(publish(&own, &options).0, 0);
    let check = || publish(&own, &format!("--check {}", place.display()));
    let (code, stdout, stderr) = check();
    assert_eq!(
        (code, stdout.as_str()),
        (0, "Nothing changes for students who have this pack.\n"),
        "{stderr}"
    );

    let exercise = "exercises/04-whole-numbers";
    own.replace(README, "4", "four");
    own.replace(HIDDEN, "70_123", "70_124");
    own.replace(
        &format!("{exercise}/stub/src/lib.rs"),
        "todo!()",
        "todo!(\"now\")",
    );
    own.write("grader/kit/src/more.rs", "");
    let (code, stdout, stderr) = check();
    assert_eq!(code, 1, "{stderr}");
    assert_snapshot!(stdout);

    fs::rename(
        own.root().join(exercise),
        own.root().join("exercises/04-small-numbers"),
    )
    .unwrap();
    let (code, stdout, stderr) = check();
    assert_eq!(code, 1, "{stderr}");
    assert!(
        stdout.contains("04-whole-numbers: is no longer in the course"),
        "{stdout}"
    );
    assert!(!stdout.contains("All progress survives"), "{stdout}");

    let (code, _, stderr) = publish(&own, "--check week1.toml");
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("`week1.toml` is not a pack"), "{stderr}");
}

#[test]
fn the_whole_course_can_be_published() {
    let (keys, out) = (Keys::new(), out());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = out.path().join("all.tar.zst");
    grader()
        .args(["publish", "--seal", &keys.public, "--out"])
        .arg(&place)
        .current_dir(root)
        .assert()
        .success();
    assert!(place.is_file());
}

/// Stands where cargo is, says what it was told, and ends as the full build might.
const NO_CARGO: &str = "#!/bin/sh\necho \"$@\" >> \"$TOLD\"\necho \"mark $GRADER_FULL_BUILD\"\n\
                        [ \"$1\" = build ] || exit 5\n";

/// The pack of the real course, as a student has it: a directory with a space in its name,
/// and everything built from what is in it.
#[test]
fn a_student_works_in_the_pack() {
    let (keys, out) = (Keys::new(), out());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = out.path().join("my course");
    grader()
        .args(["publish", "23", "--seal", &keys.public, "--out"])
        .arg(&place)
        .current_dir(&root)
        .assert()
        .success();
    let target = concat!(env!("CARGO_TARGET_TMPDIR"), "/pack");
    let run = |mut command: assert_cmd::Command, arguments: &[&str]| {
        let output = command
            .args(arguments)
            .current_dir(place.join("exercises/23-thread-mutex"))
            .env("CARGO_TARGET_DIR", target)
            // The pack's checking library is the course's: it is made of the same.
            .env(
                "GRADER_CACHE",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/real-cache"),
            )
            .env("GRADER_LANG", "en")
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code().unwrap(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let student = |arguments: &[&str]| {
        let mut cargo = assert_cmd::Command::new("cargo");
        cargo.arg("grader");
        run(cargo, arguments)
    };
    let (code, stdout, stderr) = student(&["check", "23"]);
    assert_eq!(code, 4, "{stdout}{stderr}");
    // Nothing is compiled for a command that nobody can run here.
    let (code, _, stderr) = student(&["dev", "check"]);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("has no `solutions/`"), "{stderr}");
    fs::copy(
        root.join("solutions/23-thread-mutex/src/lib.rs"),
        place.join("exercises/23-thread-mutex/src/lib.rs"),
    )
    .unwrap();
    let (code, stdout, stderr) = student(&["check", "23"]);
    assert_eq!(code, 0, "{stdout}{stderr}");
    let key = keys.file(out.path());
    let with_key = ["check", "23", "--key", key.to_str().unwrap()];
    let (code, all, stderr) = run(grader(), &with_key);
    assert_eq!(code, 0, "{all}{stderr}");
    assert!(
        all.len() > stdout.len(),
        "the hidden checks are there as well: {all}"
    );

    // What students built hands over to the full build. To compile that as well would take this
    // test minutes, so it meets no cargo here, but somebody who writes down what is asked.
    let no_cargo = out.path().join("no cargo");
    fs::write(&no_cargo, NO_CARGO).unwrap();
    fs::set_permissions(&no_cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
    let notes = out.path().join("notes");
    let small = || {
        let mut small = assert_cmd::Command::new(Path::new(target).join("course/grader"));
        small.env("CARGO", &no_cargo).env("TOLD", &notes);
        small
    };
    let (code, stdout, stderr) = run(small(), &with_key);
    assert_eq!((code, stdout.as_str()), (5, "mark 1\n"), "{stderr}");
    let manifest = place.canonicalize().unwrap().join("Cargo.toml");
    let common = "--quiet --profile course --package grader --manifest-path";
    let (manifest, words) = (manifest.display(), with_key.join(" "));
    assert_eq!(
        fs::read_to_string(&notes).unwrap(),
        format!("build {common} {manifest}\nrun {common} {manifest} -- {words}\n")
    );
    // It does so once: a full build that is a small one again would go round for ever.
    let mut again = small();
    again.env("GRADER_FULL_BUILD", "1");
    let (code, _, stderr) = run(again, &with_key);
    assert_eq!(code, 70, "{stderr}");
    assert!(
        stderr.contains("and so does the one that cargo made"),
        "{stderr}"
    );

    // F08: whatever becomes of the files of an exercise, the grader is built and runs.
    let exercise = place.join("exercises/23-thread-mutex");
    for harm in ["src/lib.rs", "Cargo.toml"] {
        fs::remove_file(exercise.join(harm)).unwrap();
        let (code, stdout, stderr) = student(&["reset", "23"]);
        assert_eq!(code, 0, "{harm}: {stdout}{stderr}");
        assert!(exercise.join("src/lib.rs").is_file());
    }
    fs::write(exercise.join("Cargo.toml"), "no manifest").unwrap();
    let copied = place.join("exercises/23-thread-mutex copy");
    crate::course::copy(&exercise, &copied);
    let (code, stdout, stderr) = student(&["check", "23"]);
    assert_eq!(code, 4, "{stdout}{stderr}");
    fs::remove_dir_all(copied).unwrap();
    fs::copy(
        root.join("exercises/23-thread-mutex/Cargo.toml"),
        exercise.join("Cargo.toml"),
    )
    .unwrap();

    // The full build and the checking library are all there too. Most of them has been checked on
    // the way to this test, so that is kept and taken; what students do with a cargo of their own
    // is about their exercises.
    let checked = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut check = vec!["check", "--locked", "--package=grader"];
    check.extend(["--package=interleave-core", "--package=interleave-kit"]);
    check.extend(["--package=interleave-os", "--package=interleave-greenlet"]);
    for (words, directory, target) in [
        (check.as_slice(), place.clone(), checked),
        (
            ["build", "--locked"].as_slice(),
            exercise,
            Path::new(target),
        ),
    ] {
        let output = assert_cmd::Command::new("cargo")
            .args(words)
            .current_dir(directory)
            .env("CARGO_TARGET_DIR", target)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !stderr.contains("warning"),
            "{stderr}"
        );
    }
}
