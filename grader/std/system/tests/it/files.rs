//! `std::fs` in the file tree of the simulated kernel.
#![expect(
    clippy::disallowed_methods,
    reason = "it is the real library that is tested"
)]

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::FileExt as _,
    path::Path,
};

use crate::{
    harness::Test,
    lives::{fork, status},
    search::{Said, only, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_file_that_is_written_can_be_read", round_trip),
    ("a_file_has_places", places),
    ("an_open_file_is_shared_with_a_child", shared),
    ("a_line_is_appended_whole", appended),
    ("directories_hold_names", directories),
    ("names_change", names),
    ("what_is_not_there_has_its_error", missing),
    ("a_file_is_copied", copied),
    ("a_lock_excludes_other_processes", locked),
    ("an_unlocked_counter_loses_an_update", unlocked),
    ("the_working_directory_is_the_root", working_directory),
    ("what_is_not_modelled_is_refused", refused),
    ("files_of_the_real_system_are_not_reached", not_real),
];

fn kind<T>(result: io::Result<T>) -> io::ErrorKind {
    result.err().expect("it is an error").kind()
}

fn round_trip() {
    let said = only(|said: &Said| {
        fs::write("a", "hello\nworld\n").expect("there is room");
        let mut writer = BufWriter::new(File::create("b").expect("there is room"));
        for line in BufReader::new(File::open("a").expect("it is there")).lines() {
            writeln!(writer, "{}!", line.expect("it is text")).expect("there is room");
        }
        writer
            .into_inner()
            .expect("there is room")
            .sync_all()
            .expect("it is a file");
        let text = fs::read_to_string("/b").expect("it is there");
        let length = fs::metadata("b").expect("it is there").len();
        say(said, &format!("{text:?} {length}"));
    });
    assert_eq!(said, r#""hello!\nworld!\n" 14"#);
}

fn places() {
    let said = only(|said| {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open("a")
            .expect("it is new");
        file.write_all(b"0123456789").expect("there is room");
        file.write_all_at(b"ab", 3).expect("there is room");
        let mut two = [0; 2];
        file.read_exact_at(&mut two, 4).expect("it is there");
        let here = file.stream_position().expect("it has a place");
        file.seek(SeekFrom::End(-2)).expect("it is inside");
        let mut rest = String::new();
        file.read_to_string(&mut rest).expect("it is text");
        file.set_len(4).expect("it is open for writing");
        file.rewind().expect("it is inside");
        let mut all = String::new();
        file.read_to_string(&mut all).expect("it is text");
        say(
            said,
            &format!("{:?} {here} {rest} {all}", str::from_utf8(&two)),
        );
    });
    assert_eq!(said, r#"Ok("b5") 10 89 012a"#);
}

fn shared() {
    let said = only(|said| {
        fs::write("a", "0123").expect("there is room");
        let mut file = File::open("a").expect("it is there");
        let mut byte = [0];
        file.read_exact(&mut byte).expect("it is there");
        let child = fork(|| {
            let mut two = [0; 2];
            (&file).read_exact(&mut two).expect("it is there");
            i32::from(two == *b"12")
        });
        let is_shared = status(child);
        // The child has moved the place of both.
        file.read_exact(&mut byte).expect("it is there");
        say(said, &format!("{is_shared} {}", byte[0] - b'0'));
    });
    assert_eq!(said, "1 3");
}

fn appended() {
    let (outcomes, _) = search(|said| {
        let append = |line: &str| {
            let file = OpenOptions::new().append(true).create(true).open("a");
            file.expect("there is room")
                .write_all(line.as_bytes())
                .expect("there is room");
            0
        };
        let children = ["one\n", "two\n"].map(|line| fork(|| append(line)));
        let _statuses = children.map(status);
        say(said, &fs::read_to_string("a").expect("it is there"));
    });
    let outcomes: Vec<_> = outcomes.keys().map(String::as_str).collect();
    assert_eq!(outcomes, ["one\ntwo\n", "two\none\n"]);
}

fn directories() {
    let said = only(|said| {
        fs::create_dir_all("/d/e").expect("there is room");
        fs::write("d/f", "").expect("there is room");
        let entries = fs::read_dir("d").expect("it is there").map(|entry| {
            let entry = entry.expect("it can be read");
            let is_directory = entry.file_type().expect("it is known").is_dir();
            format!("{} {is_directory}", entry.path().display())
        });
        let entries: Vec<_> = entries.collect();
        let full = kind(fs::remove_dir("d"));
        fs::remove_file("d/f").expect("it is there");
        fs::remove_dir("d/e").expect("it is empty");
        fs::remove_dir("d").expect("it is empty");
        let is_left = Path::new("d").exists();
        say(said, &format!("{entries:?} {full:?} {is_left}"));
    });
    let full = io::ErrorKind::DirectoryNotEmpty;
    assert_eq!(said, format!(r#"["d/e true", "d/f false"] {full:?} false"#));
}

fn names() {
    let said = only(|said| {
        fs::write("a", "first").expect("there is room");
        fs::write("b", "second").expect("there is room");
        let open = File::open("b").expect("it is there");
        fs::rename("a", "b").expect("it is there");
        let old = io::read_to_string(open).expect("it stays while it is open");
        let new = fs::read_to_string("b").expect("it is there");
        let is_there = [Path::new("a"), Path::new("b")].map(Path::exists);
        let absolute = fs::canonicalize("x/../b/.").is_err();
        let canonical = fs::canonicalize("./b").expect("it is there");
        say(
            said,
            &format!(
                "{old} {new} {is_there:?} {absolute} {}",
                canonical.display()
            ),
        );
    });
    assert_eq!(said, "second first [false, true] true /b");
}

fn missing() {
    use io::ErrorKind::{AlreadyExists, IsADirectory, NotADirectory, NotFound};
    let said = only(|said| {
        fs::write("a", "").expect("there is room");
        let errors = [
            kind(File::open("b")),
            kind(File::create_new("a")),
            kind(fs::read_dir("a")),
            kind(fs::create_dir("a")),
            kind(fs::remove_file("b")),
            kind(fs::metadata("a/b")),
            kind(File::open("a").expect("it is there").write(b"b")),
            kind(fs::read("/")),
        ];
        say(said, &format!("{errors:?}"));
    });
    let uncategorized = io::Error::from_raw_os_error(libc::EBADF).kind();
    let errors = [
        NotFound,
        AlreadyExists,
        NotADirectory,
        AlreadyExists,
        NotFound,
        NotADirectory,
        uncategorized,
        IsADirectory,
    ];
    assert_eq!(said, format!("{errors:?}"));
}

fn copied() {
    let said = only(|said| {
        fs::write("a", vec![7; 10_000]).expect("there is room");
        let count = fs::copy("a", "b").expect("there is room");
        let is_same = fs::read("a").expect("it is there") == fs::read("b").expect("it is there");
        let (mut reads, mut writes) = io::pipe().expect("there is room");
        let child = fork(|| {
            let mut file = File::open("b").expect("it is there");
            i32::from(io::copy(&mut file, &mut writes).expect("it is read") == 10_000)
        });
        drop(writes);
        let read = io::copy(&mut reads, &mut io::sink()).expect("it is written");
        say(said, &format!("{count} {is_same} {read} {}", status(child)));
    });
    assert_eq!(said, "10000 true 10000 1");
}

/// Adds one to the number in a file.
fn add_one() -> i32 {
    let text = fs::read_to_string("count").expect("it is there");
    let count: u32 = text.parse().expect("it is a number");
    fs::write("count", (count + 1).to_string()).expect("there is room");
    0
}

fn locked() {
    let said = only(|said| {
        fs::write("count", "0").expect("there is room");
        let children = [(); 2].map(|()| {
            fork(|| {
                // Each has a description of its own.
                let lock = File::create("lock").expect("there is room");
                lock.lock().expect("it is open");
                add_one()
            })
        });
        let _statuses = children.map(status);
        let lock = File::open("lock").expect("it is there");
        lock.lock_shared().expect("nobody has it");
        let is_taken = File::open("lock").expect("it is there").try_lock();
        let is_taken = matches!(is_taken, Err(TryLockError::WouldBlock));
        lock.unlock().expect("it is open");
        let count = fs::read_to_string("count").expect("it is there");
        say(said, &format!("{count} {is_taken}"));
    });
    assert_eq!(said, "2 true");
}

fn unlocked() {
    let (outcomes, _) = search(|said| {
        fs::write("count", "0").expect("there is room");
        let children = [(); 2].map(|()| {
            fork(|| {
                let Ok(count) = fs::read_to_string("count")
                    .expect("it is there")
                    .parse::<u32>()
                else {
                    // The other one has emptied it, and not written yet.
                    return 1;
                };
                fs::write("count", (count + 1).to_string()).expect("there is room");
                0
            })
        });
        let statuses = children.map(status);
        let count = fs::read_to_string("count").expect("it is there");
        say(said, &format!("{count} {statuses:?}"));
    });
    assert!(outcomes.contains_key("1 [0, 0]"), "{outcomes:?}");
    assert!(outcomes.contains_key("2 [0, 0]"), "{outcomes:?}");
    assert!(outcomes.contains_key("1 [1, 0]"), "{outcomes:?}");
}

fn working_directory() {
    let said = only(|said| {
        let root = std::env::current_dir().expect("it is there");
        let stays = std::env::set_current_dir("/.").is_ok();
        fs::create_dir("d").expect("there is room");
        let leaves = std::env::set_current_dir("d").is_ok();
        say(said, &format!("{} {stays} {leaves}", root.display()));
    });
    assert_eq!(said, "/ true false");
}

fn refused() {
    let said = only(|said| {
        fs::write("a", "").expect("there is room");
        let results = [
            std::os::unix::fs::symlink("a", "b").is_ok(),
            fs::hard_link("a", "b").is_ok(),
            fs::set_permissions("a", fs::metadata("a").expect("it is there").permissions()).is_ok(),
            fs::read_link("a").is_ok(),
            File::open("a")
                .expect("it is there")
                .set_modified(std::time::UNIX_EPOCH)
                .is_ok(),
            std::process::Command::new("true").spawn().is_ok(),
        ];
        say(said, &format!("{results:?} {}", Path::new("b").exists()));
    });
    assert_eq!(said, format!("{:?} false", [false; 6]));
}

fn not_real() {
    let said = only(|said| {
        let exists = ["/proc/self/exe", "/etc", "/tmp"].map(|path| Path::new(path).exists());
        fs::write("/tmp-of-a-test", "a").expect("there is room");
        say(said, &format!("{exists:?}"));
    });
    assert_eq!(said, "[false, false, false]");
    assert!(!Path::new("/tmp-of-a-test").exists() && Path::new("/proc/self/exe").exists());
}
