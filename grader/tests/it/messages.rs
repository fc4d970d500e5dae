//! One language at a time, and whose mistake it is.

use crate::course::Course;

const FIRST: &str = "exercises/01-first-steps/src/lib.rs";
const SECOND: &str = "exercises/02-two-threads/src/lib.rs";

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// Claims that an answer is refused, by the grader's own words in one language at a time.
#[track_caller]
fn is_refused(number: u32, plant: impl Fn(&Course)) {
    let course = Course::new();
    plant(&course);
    let (code, report) = course.json(&format!("check {number} --format json"));
    assert_eq!(code, 3, "{report:#}");
    let refusal = &report["exercises"][0]["refusal"];
    let [en, zh] = ["en", "zh"].map(|language| refusal[language].as_str().unwrap().trim());
    assert!(!en.is_empty() && !en.contains(is_chinese), "{en}");
    assert!(zh.contains(is_chinese), "{zh}");
    let show = |language: &str| course.run(&format!("check {number} --lang {language}")).1;
    let (english, chinese) = (show("en"), show("zh"));
    assert!(!english.contains(is_chinese), "{english}");
    let flat = |text: &str| text.split_whitespace().collect::<String>();
    assert!(flat(&english).contains(&flat(en)), "{english}");
    assert!(flat(&chinese).contains(&flat(zh)), "{chinese}");
    let sentence = en.lines().next().unwrap();
    assert!(!chinese.contains(sentence), "{chinese}");
}

#[test]
fn a_refusal_is_told_in_one_language() {
    // It reads what is not part of it.
    is_refused(1, |course| {
        course.answer(1, "include_str!(\"../../../README.md\").len() as u32");
    });
    // It has something that nobody sees.
    is_refused(2, |course| {
        course.write(
            SECOND,
            "static mut A: u32 = 7;\npub fn answer(question: u32) -> u32 { question }\n",
        );
    });
    is_refused(2, |course| {
        course.write(
            SECOND,
            "extern crate alloc;\npub fn answer(question: u32) -> u32 { question }\n",
        );
    });
    // It uses what is not modelled.
    is_refused(2, |course| {
        course.answer(2, "let _ = std::sync::RwLock::new(1); question * 7");
    });
    // The checks, one of them hidden, cannot call it.
    is_refused(2, |course| {
        course.write(
            SECOND,
            "/// Wrong.\npub fn answer(question: u64) -> u64 { question }\n",
        );
    });
    // It is no text.
    is_refused(1, |course| course.write(FIRST, [b'/', b'/', 0xe4, b'\n']));
    is_refused(1, |course| course.write(FIRST, [0xff, 0xfe, b'/', 0]));
    // It is too large, or no file at all.
    is_refused(1, |course| course.write(FIRST, vec![b' '; 300 << 10]));
    is_refused(1, |course| {
        course.remove(FIRST);
        fs_err::create_dir(course.root().join(FIRST)).unwrap();
    });
    is_refused(1, |course| {
        let link = course.root().join("exercises/01-first-steps/src/more.rs");
        std::os::unix::fs::symlink("/etc/hostname", link).unwrap();
    });
}

#[test]
fn what_the_compiler_says_is_no_word_of_ours() {
    let course = Course::new();
    course.answer(1, "\"seven\"");
    let (code, report) = course.json("check 1 --format json");
    assert_eq!(code, 3);
    let exercise = &report["exercises"][0];
    assert!(exercise["refusal"].is_null());
    let compiler = exercise["compiler"].as_str().unwrap();
    assert!(compiler.contains("E0308") && !compiler.contains(is_chinese));
    let (_, stdout, _) = course.run("check 1 --lang en");
    assert!(!stdout.contains(is_chinese), "{stdout}");
}

/// Mistakes in checks: in which half they are makes no difference.
const MISTAKES: [&str; 5] = [
    "#[cfg(driver)]\nfn broken() { let x: u32 = \"no number\"; }\n",
    "#[cfg(driver)]\nfn broken() { kit::no_such_thing(); }\n",
    "#[cfg(driver)]\nfn broken() { first_steps::no_such_function(1); }\n",
    "#[cfg(verdict)]\nfn broken() { let x: u32 = \"no number\"; }\n",
    "fn broken( {\n",
];

#[test]
fn a_mistake_in_a_check_is_no_answer_s() {
    for mistake in MISTAKES {
        for is_teacher in [false, true] {
            let course = Course::new();
            let public = "exercises/01-first-steps/checks/public.rs";
            let text = course.read(public);
            course.write(public, format!("{text}\n{mistake}"));
            if is_teacher {
                course.write("solutions/01-first-steps/src/lib.rs", course.read(FIRST));
            }
            // It is the stub, and an answer that passes, and one that would not compile here.
            for body in ["todo!()", "question * 7"] {
                course.answer(1, body);
                let (code, stdout, stderr) = course.run("check 1");
                assert_eq!(code, 70, "{stdout}{stderr}");
                assert!(
                    stderr.contains("the checks of `01-first-steps` do not compile"),
                    "{stderr}"
                );
                assert!(stderr.contains("checks/public.rs:"), "{stderr}");
                let escape = '\u{1b}';
                assert!(!stderr.contains(escape), "colours in a pipe: {stderr:?}");
                assert!(!stderr.contains("your code"), "{stderr}");
                assert_eq!(
                    stderr.contains("tell your teacher"),
                    !is_teacher,
                    "{stderr}"
                );
                assert_eq!(stderr.contains("fix the checks"), is_teacher, "{stderr}");
            }
            let (_, _, stderr) = course.run("check 1 --lang zh");
            assert!(
                stderr.contains("`01-first-steps` 的检查无法编译"),
                "{stderr}"
            );
        }
    }
}

#[test]
fn a_signature_that_differs_is_the_answer_s_own_mistake_still() {
    let course = Course::new();
    course.write(FIRST, "pub fn answer() -> u32 { 42 }\n");
    let (code, stdout, _) = course.run("check 1");
    assert_eq!(code, 3);
    assert!(stdout.contains("a signature differs"), "{stdout}");
}

#[test]
fn dev_check_blames_the_checks_and_not_the_stub() {
    let course = Course::with_a_whole_exercise();
    let public = "exercises/04-whole-numbers/checks/public.rs";
    let text = course.read(public);
    course.write(
        public,
        format!("{text}\n#[cfg(driver)]\nfn broken() {{ kit::no_such_thing(); }}\n"),
    );
    let (code, report) = course.json("dev check 4 --seeds 1 --json");
    assert_eq!(code, 1);
    let findings = report["exercises"][0]["findings"].as_array().unwrap();
    let kinds: Vec<_> = findings
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["cannot-judge"], "{report:#}");
    assert!(
        findings[0]["details"]
            .as_str()
            .unwrap()
            .contains("checks/public.rs"),
        "{report:#}"
    );
}
