//! Each exit code of the documentation, and what leads to it.

use grader::ExitCode;

use crate::course::Course;

const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const WEEK: &str = "format = 1\nid = \"week-1\"\ntitle = { en = \"One\", zh = \"一\" }\n\
                    time_zone = \"Europe/Berlin\"\nopens = \"2026-10-01 08:00\"\n\
                    due = \"2026-10-14 23:59\"\n\n[[exercise]]\nname = \"4\"\n";

#[track_caller]
fn leads_to(code: ExitCode, arguments: &str, plant: impl Fn(&Course)) -> String {
    let course = Course::with_a_whole_exercise();
    plant(&course);
    let (found, stdout, stderr) = course.run(arguments);
    assert_eq!(
        found,
        i32::from(code.code()),
        "{arguments}: {stdout}{stderr}"
    );
    stderr
}

fn nothing(_: &Course) {}

#[test]
fn what_is_well_leads_to_0() {
    let solved = |course: &Course| course.answer(1, "question * 7");
    for arguments in [
        "check 1",
        "list",
        "report",
        "dev check 4 --seeds 1",
        "dev stub 4 --check",
    ] {
        leads_to(ExitCode::Passed, arguments, solved);
    }
}

#[test]
fn what_is_found_leads_to_1() {
    let wrong = |course: &Course| course.answer(1, "question");
    leads_to(ExitCode::Failed, "check 1", wrong);
    let worked_on = |course: &Course| {
        let stub = "exercises/04-whole-numbers/stub/src/lib.rs";
        course.replace(stub, "todo!()", "panic!()");
    };
    leads_to(ExitCode::Failed, "dev stub 4 --check", worked_on);
    leads_to(ExitCode::Failed, "dev check 4 --seeds 1", worked_on);
}

#[test]
fn a_command_line_that_makes_no_sense_leads_to_2() {
    for arguments in [
        "check --no-such-option",
        "no-such-command",
        "check 9-4",
        "check 1 --source nowhere",
        "check 1 --solution",
        "check 1 --key nowhere.txt",
        "check 1 --key exercises",
        "check 1 --key syllabus.md",
        "list --course nowhere",
        "replay 1 no-token",
        "publish --assignment nowhere.toml --public-only --out pack",
        "publish 4 --seal nowhere.txt --out pack",
        "publish 4 --seal syllabus.md --out pack",
        "publish 4 --out pack",
        "publish --check nowhere",
        "publish --check syllabus.md",
    ] {
        let stderr = leads_to(ExitCode::Usage, arguments, nothing);
        assert!(
            !stderr.contains("tell your teacher"),
            "{arguments}: {stderr}"
        );
        assert!(!stderr.contains("panicked"), "{arguments}: {stderr}");
    }
}

#[test]
fn an_assignment_with_a_mistake_leads_to_2_and_to_its_line() {
    for (from, to, line) in [
        ("format = 1", "format = 7", 1),
        ("week-1", "Week 1", 2),
        ("\"一\"", "\"\"", 3),
        ("Europe/Berlin", "Europe/Belin", 4),
        ("2026-10-01 08:00", "soon", 5),
        ("2026-10-14 23:59", "2026-09-14 23:59", 6),
        ("name = \"4\"", "name = \"47\"", 9),
        ("name = \"4\"", "nane = \"4\"", 9),
        ("[[exercise]]", "[[exercise]", 8),
    ] {
        let plant = |course: &Course| {
            assert!(WEEK.contains(from));
            course.write("week.toml", WEEK.replace(from, to));
        };
        let arguments = format!("publish --assignment week.toml --seal {KEY} --out pack");
        let stderr = leads_to(ExitCode::Usage, &arguments, plant);
        assert!(stderr.contains(&format!("week.toml:{line}: ")), "{stderr}");
        assert!(stderr.contains("fix the named line"), "{stderr}");
        assert!(!stderr.contains("tell your teacher"), "{stderr}");
    }
}

#[test]
fn an_answer_that_does_not_compile_leads_to_3() {
    let broken = |course: &Course| course.answer(1, "\"seven\"");
    leads_to(ExitCode::DoesNotCompile, "check 1", broken);
}

#[test]
fn a_stub_leads_to_4() {
    leads_to(ExitCode::NotStarted, "check 1", nothing);
}

#[test]
fn an_exercise_that_nobody_knows_leads_to_5() {
    for arguments in [
        "check 47",
        "hint queue",
        "reset 47",
        "dev check 47",
        "dev mutate 47",
    ] {
        leads_to(ExitCode::NoSuchExercise, arguments, nothing);
    }
}

#[test]
fn a_fault_of_the_course_leads_to_70() {
    let manifest = |course: &Course| {
        let file = "exercises/01-first-steps/exercise.toml";
        course.replace(file, "stars = 0", "stars = none");
    };
    leads_to(ExitCode::Internal, "check 1", manifest);
    let checks = |course: &Course| course.write("exercises/01-first-steps/checks/public.rs", "fn");
    leads_to(ExitCode::Internal, "check 1", checks);
}

#[test]
fn of_several_exercises_the_gravest_counts() {
    let solved = |course: &Course, number| {
        course.answer(
            number,
            ["question * 7", "question * 7", "question * 7"][number - 1],
        );
    };
    let course = Course::new();
    solved(&course, 1);
    assert_eq!(course.run("check 1 2").0, 4, "one is not started");
    course.answer(2, "question");
    assert_eq!(course.run("check 1 2").0, 1, "one fails");
    assert_eq!(
        course.run("check 2 3").0,
        1,
        "one fails, one is not started"
    );
    course.answer(3, "\"seven\"");
    assert_eq!(course.run("check 1 2 3").0, 3, "one does not compile");
    course.write("exercises/01-first-steps/checks/public.rs", "fn");
    assert_eq!(course.run("check 1 2 3").0, 70, "the course is broken");
}
