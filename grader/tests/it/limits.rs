//! What the processes of a check may use, and what is said if one needs more.

use crate::explained::Explained;

/// An answer that is right, and a check of it that does this when it judges.
fn judged_by(oracle: &str) -> Explained {
    let course = Explained::new();
    course.write(
        "exercises/01-work/src/lib.rs",
        "//! Work.\n\n/// Counts.\npub fn work() -> u32 {\n    2\n}\n",
    );
    let path = "exercises/01-work/checks/public.rs";
    let text = course.read(path);
    let judges = "        Oracle::new().no_leaked_threads(";
    assert!(text.contains(judges));
    course.write(
        path,
        &text.replace(judges, &format!("        {oracle}\n{judges}")),
    );
    course
}

#[test]
fn a_verdict_program_that_needs_too_much_memory_is_an_error_of_the_course() {
    let course = judged_by("let all = vec![1_u8; 600 << 20]; assert!(all.len() > 1);");
    let (code, stdout, stderr) = course.run(&["check", "01"]);
    assert_eq!(code, 70, "{stdout}{stderr}");
    assert_eq!(stdout, "");
    assert!(
        stderr.contains(
            "error: the verdict program of `01-work` needed more than 512 MB of memory and was stopped"
        ),
        "{stderr}"
    );
    assert!(
        stderr.contains("hint: this is a fault of the course"),
        "{stderr}"
    );
}

#[test]
fn a_verdict_program_may_use_what_it_is_allowed() {
    let course = judged_by("let all = vec![1_u8; 300 << 20]; assert!(all.len() > 1);");
    let (code, stdout, stderr) = course.run(&["check", "01"]);
    assert_eq!(code, 0, "{stdout}{stderr}");
}
