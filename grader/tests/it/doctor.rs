//! `doctor`: what is missing on this computer.

use crate::course::Course;

#[test]
fn a_healthy_computer_is_all_ok() {
    let course = Course::new();
    let (code, stdout, stderr) = course.run("doctor");
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(
        stdout.lines().all(|line| line.starts_with("ok ")),
        "{stdout}"
    );
    assert!(stdout.contains("rustc 1."), "{stdout}");
}

#[test]
fn problems_come_with_what_to_do() {
    let course = Course::new();
    course.write("rust-toolchain.toml", "[toolchain]\nchannel = \"1.0.0\"\n");
    // The compiler is named, so that rustup does not install another one for this test.
    let sysroot = std::process::Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .unwrap();
    let sysroot = String::from_utf8(sysroot.stdout).unwrap();
    let output = course
        .grader("doctor")
        .env("RUSTC", format!("{}/bin/rustc", sysroot.trim()))
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(70), "{stdout}");
    let words: Vec<&str> = stdout.split_whitespace().collect();
    let words = words.join(" ");
    assert!(
        words.contains("but the course is made for 1.0.0"),
        "{stdout}"
    );
    assert!(
        stdout.contains("-> `rustup toolchain install 1.0.0`"),
        "{stdout}"
    );
}

#[test]
fn without_a_course_doctor_says_where_to_go() {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = crate::course::grader()
        .arg("doctor")
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(70));
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with("problem  course"), "{stdout}");
}
