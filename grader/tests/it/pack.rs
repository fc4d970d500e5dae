//! Packs of the fixture course, and keys for what is sealed in them.

use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use fs_err as fs;

use crate::course::Course;

/// A pair of keys: the public half, and a file with the secret one.
pub(crate) struct Keys {
    pub(crate) public: String,
    pub(crate) secret: String,
}

impl Keys {
    pub(crate) fn new() -> Self {
        let identity = age::x25519::Identity::generate();
        Self {
            public: identity.to_public().to_string(),
            secret: identity.to_string().expose_secret().to_owned(),
        }
    }

    /// A file as `age-keygen` writes it.
    pub(crate) fn file(&self, directory: &Path) -> PathBuf {
        let path = directory.join("key.txt");
        let text = format!("# public key: {}\n{}\n", self.public, self.secret);
        fs::write(&path, text).unwrap();
        path
    }
}

/// An assignment of exercise 4, which is worth 25 points there instead of 10.
pub(crate) const ASSIGNMENT: &str = r#"format = 1
id = "week-1"
title = { en = "Week 1: numbers", zh = "第一周：整数" }
time_zone = "Europe/Berlin"
opens = "2026-10-01 08:00"
due = "2026-10-14 23:59"

[late]
days = 3
percent_per_day = 10

[[exercise]]
name = "4"
points = 25
"#;

/// The exercise in the packs of these tests. Its public check has 4 points, its hidden one 6.
pub(crate) const EXERCISE: &str = "exercises/04-whole-numbers";

/// A pack, with the key to what is sealed in it.
pub(crate) struct Pack {
    /// What students have.
    pub(crate) course: Course,
    keys: Keys,
    place: tempfile::TempDir,
}

impl Pack {
    /// Exercise 4, sealed, without an assignment.
    pub(crate) fn sealed() -> Self {
        Self::of(&Course::with_a_whole_exercise(), "4")
    }

    /// Exercise 4, sealed, as an assignment of which some words are other ones.
    pub(crate) fn assigned(changes: &[(&str, &str)]) -> Self {
        let teacher = Course::with_a_whole_exercise();
        let mut text = ASSIGNMENT.to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        teacher.write("week.toml", text);
        Self::of(&teacher, "--assignment week.toml")
    }

    /// What a teacher publishes with these options.
    pub(crate) fn of(teacher: &Course, options: &str) -> Self {
        let keys = Keys::new();
        let course = Course::empty();
        publish(
            teacher,
            &format!("{options} --seal {}", keys.public),
            &course,
        );
        Self {
            course,
            keys,
            place: tempfile::tempdir().unwrap(),
        }
    }

    /// Unpacks what a teacher publishes with these options over this pack.
    pub(crate) fn unpack_over(&self, teacher: &Course, options: &str) {
        let new = Course::empty();
        publish(
            teacher,
            &format!("{options} --seal {}", self.keys.public),
            &new,
        );
        crate::course::copy(&new.root(), &self.course.root());
    }

    /// Puts an answer into the exercise.
    pub(crate) fn answer(&self, body: &str) {
        self.course.write(
            &format!("{EXERCISE}/src/lib.rs"),
            format!("//! An answer.\n\n/// Twice the number.\npub fn double(number: u32) -> u32 {{\n    {body}\n}}\n"),
        );
    }

    /// `--key` with the file of the secret key.
    pub(crate) fn key(&self) -> String {
        let file = self.keys.file(self.place.path());
        format!("--key {}", file.display())
    }
}

fn publish(teacher: &Course, options: &str, student: &Course) {
    let place = student.root();
    let (code, _, stderr) = teacher.run(&format!("publish {options} --out {}", place.display()));
    assert_eq!(code, 0, "{stderr}");
}
