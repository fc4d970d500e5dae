//! `reset`: the stub comes back, the work is kept.

use crate::course::Course;

const FILE: &str = "exercises/02-two-threads/src/lib.rs";

#[test]
fn the_stub_is_put_back_and_every_backup_is_kept() {
    let course = Course::new();
    let stub = course.read(FILE);
    let (code, stdout, _) = course.run("reset 2");
    assert_eq!(code, 0);
    assert!(stdout.contains("is unchanged; nothing to do"), "{stdout}");

    for (number, body) in [(1, "1"), (2, "2")] {
        course.answer(2, body);
        let mine = course.read(FILE);
        let (code, stdout, _) = course.run("reset 2");
        assert_eq!(code, 0);
        let backup = format!(".grader/backup/02-two-threads/{number}");
        assert!(stdout.contains(&backup), "{stdout}");
        assert_eq!(course.read(&format!("{backup}/src/lib.rs")), mine);
        assert_eq!(course.read(FILE), stub);
    }
}

#[test]
fn a_deleted_file_comes_back() {
    let course = Course::new();
    let stub = course.read(FILE);
    fs_err::remove_dir_all(course.root().join("exercises/02-two-threads/src")).unwrap();
    assert_eq!(course.run("reset 2").0, 0);
    assert_eq!(course.read(FILE), stub);
}
