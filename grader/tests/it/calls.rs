//! Each system call of a trace is shown on the line of the answer that made it.

use serde_json::Value;

use crate::{
    explained::Explained,
    tree::{self, text},
};

/// The failure of the check that counts.
#[track_caller]
fn failure(report: &Value) -> &Value {
    tree::failure(report, "counts")
}

/// The rows of its trace, each as its thread, its line, and what was done there.
#[track_caller]
fn rows(report: &Value) -> String {
    let trace = &failure(report)["trace"];
    let rows = trace["rows"].as_array().unwrap().iter();
    let shown = rows.map(|row| {
        let thread = row["thread"].as_u64().unwrap() as usize;
        let place = &row["place"];
        let place = match place["file"].as_str() {
            Some(file) => format!("{file}:{}", place["line"]),
            None => "nowhere".to_owned(),
        };
        let thread = text(&trace["threads"][thread]);
        format!("{thread} {place} {}", text(&row["action"]["en"]))
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// The rows of an answer that is wrong, whose function does this. Its body begins on line 6.
#[track_caller]
fn rows_of(uses: &str, body: &str) -> String {
    rows(&Explained::with_processes().judge_source(&source(uses, body)))
}

fn source(uses: &str, body: &str) -> String {
    format!(
        "//! Work.\nuse std::{{{uses}}};\n\n/// Works.\npub fn work(other: &dyn Fn()) -> u32 {{\n{body}\n}}\n"
    )
}

/// Claims that a row has this place and this beginning of its action.
#[track_caller]
fn has(rows: &str, place: &str, action: &str) {
    let is_it = |row: &str| {
        let mut words = row.splitn(3, ' ').skip(1);
        words.next() == Some(place) && words.next().is_some_and(|it| it.contains(action))
    };
    assert!(rows.lines().any(is_it), "{place} {action}:\n{rows}");
}

#[test]
fn calls_of_parent_and_child_are_where_they_are_made() {
    let rows = rows_of(
        "io::{Read, Write, pipe}",
        "    let (mut from, mut to) = pipe().unwrap();
    let mut child = os::fork(move || {
        to.write_all(b\"hi\").unwrap();
        7
    })
    .unwrap();
    let mut text = String::new();
    from.read_to_string(&mut text).unwrap();
    child.wait().unwrap();
    1",
    );
    insta::assert_snapshot!(rows, @r#"
    main src/lib.rs:6 pipe2([3, 4]) = 0
    main src/lib.rs:7 fork() = 2; close(4) = 0
    main src/lib.rs:13 waits in `read` (descriptor 3)
    P2 src/lib.rs:8 write(4, "hi", 2) = 2
    P2 src/lib.rs:10 close(4) = 0
    P2 src/lib.rs:7 _exit(7)
    main src/lib.rs:13 read(3, "hi", 32) = 2; read(3, "", 6) = 0
    main src/lib.rs:14 waitpid(2, [exited 7], 0) = 2
    main src/lib.rs:16 close(3) = 0; count 1
    "#);
}

#[test]
fn wrappers_of_the_library_are_not_shown() {
    let rows = rows_of(
        "fs::File, io::{self, BufRead, BufReader, BufWriter, Write}",
        "    let mut to = BufWriter::new(File::create(\"/a\").unwrap());
    for line in [\"one\", \"two\"] {
        writeln!(to, \"{line}\").unwrap();
    }
    to.flush().unwrap();
    drop(to);
    let mut lines = BufReader::new(File::open(\"/a\").unwrap()).lines();
    assert_eq!(
        lines
            .next()
            .unwrap()
            .unwrap(),
        \"one\"
    );
    io::copy(
        &mut File::open(\"/a\").unwrap(),
        &mut File::create(\"/b\").unwrap(),
    )
    .unwrap();
    std::fs::read_to_string(\"/b\").unwrap().len() as u32",
    );
    let names = rows.lines().map(|row| {
        let mut parts = row.splitn(3, ' ').skip(1);
        let (place, actions) = (parts.next().unwrap(), parts.next().unwrap());
        let names = actions
            .split("; ")
            .map(|one| one.split('(').next().unwrap());
        format!("{place} {}", names.collect::<Vec<_>>().join(" "))
    });
    let names = names.collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(names, @r"
    src/lib.rs:6 open
    src/lib.rs:10 write
    src/lib.rs:11 close
    src/lib.rs:12 open
    src/lib.rs:15 read
    src/lib.rs:21 open
    src/lib.rs:22 open
    src/lib.rs:20 fstat fstat read write read
    src/lib.rs:24 close close
    src/lib.rs:25 open fstat read read close
    src/lib.rs:26 close count 8
    ");
}

#[test]
fn what_is_closed_at_the_end_of_a_scope_is_closed_there() {
    let rows = rows_of(
        "fs::File",
        "    let outer = File::create(\"/a\").unwrap();
    {
        let _inner = File::create(\"/b\").unwrap();
    }
    drop(outer);
    1",
    );
    has(&rows, "src/lib.rs:9", "close(4)");
    has(&rows, "src/lib.rs:10", "close(3)");
}

#[test]
fn a_closure_that_the_library_calls_is_nearer_than_its_caller() {
    let rows = rows_of(
        "fs::File, io::Write",
        "    let mut file = File::create(\"/a\").unwrap();
    let sum: usize = [1_u8, 2]
        .iter()
        .map(|byte| {
            let byte = [*byte];
            file.write(&byte).unwrap()
        })
        .sum();
    sum as u32 - 1",
    );
    has(&rows, "src/lib.rs:11", "write(3,");
}

#[test]
fn a_grandchild_and_a_thread_have_their_lines() {
    let rows = rows_of(
        "io::{Read, Write, pipe}, thread",
        "    let (mut from, to) = pipe().unwrap();
    let mut child = os::fork(move || {
        let mut grandchild = os::fork(move || {
            (&to).write_all(b\"x\").unwrap();
            0
        })
        .unwrap();
        grandchild.wait().unwrap();
        0
    })
    .unwrap();
    let reader = thread::spawn(move || {
        from.read_exact(&mut [0]).unwrap();
    });
    reader.join().unwrap();
    child.wait().unwrap();
    1",
    );
    has(&rows, "src/lib.rs:9", "write(4,");
    has(&rows, "src/lib.rs:8", "fork() = ");
    has(&rows, "src/lib.rs:13", "wait");
    has(&rows, "src/lib.rs:18", "read(3,");
}

#[test]
fn a_call_below_many_others_is_the_innermost_of_the_answer() {
    let report = Explained::with_processes().judge_source(
        "//! Work.
use std::{fs::File, io::{self, Read, Write}};

struct Loud<W>(W);

impl<W: Write> Write for Loud<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[inline(always)]
fn inlined(file: &mut File) {
    file.sync_all().unwrap();
}

fn down(depth: u32, file: &mut File) {
    if depth == 0 {
        inlined(file);
        return;
    }
    down(depth - 1, file);
}

/// Works.
pub fn work(_: &dyn Fn()) -> u32 {
    let mut file = File::create(\"/a\").unwrap();
    writeln!(Loud(&mut file), \"a\").unwrap();
    down(300, &mut file);
    let mut reader: Box<dyn Read> = Box::new(File::open(\"/a\").unwrap());
    for _ in 0..100 {
        reader = Box::new(reader.chain(io::empty()));
    }
    reader.read(&mut [0]).unwrap() as u32
}
",
    );
    let rows = rows(&report);
    has(&rows, "src/lib.rs:8", "write(3,");
    has(&rows, "src/lib.rs:18", "fstat(3, [file");
    has(&rows, "src/lib.rs:38", "read(4,");
}

#[test]
fn calls_of_the_scenario_alone_are_shown_there_and_those_of_its_closure_in_the_answer() {
    let rows = rows_of("thread", "    thread::yield_now();\n    other();\n    1");
    has(&rows, "src/lib.rs:7", "write(4,");
    has(&rows, "src/lib.rs:7", "close(3)");
    let course = Explained::with_processes();
    let checks = "exercises/01-work/checks/public.rs";
    let text = course
        .read(checks)
        .replace("work::work(&other)", "{ other(); work::work(&other) }");
    course.write(checks, &text);
    let report = course.judge_source(&source("thread", "    thread::yield_now();\n    1"));
    let rows = self::rows(&report);
    has(&rows, "checks/public.rs:15", "write(4,");
    has(&rows, "checks/public.rs:16", "read(3,");
}

#[test]
fn a_file_in_a_module_that_is_called_as_the_answer_has_its_own_name() {
    let course = Explained::with_processes();
    let source = "exercises/01-work/src";
    fs_err::create_dir_all(course.path(source).join("answer/src")).unwrap();
    course.write(&format!("{source}/answer/mod.rs"), "pub mod src;\n");
    course.write(
        &format!("{source}/answer/src/mod.rs"),
        "pub fn made() {\n    std::fs::File::create(\"/a\").unwrap();\n}\n",
    );
    let text = "//! Work.\nmod answer;\n\n/// Works.\npub fn work(_: &dyn Fn()) -> u32 {\n    answer::src::made();\n    1\n}\n";
    let rows = rows(&course.judge_source(text));
    has(&rows, "src/answer/src/mod.rs:2", "open(\"/a\"");
}

#[test]
fn the_name_of_the_file_does_not_matter() {
    let course = Explained::with_processes();
    let text = source("fs::File", "    File::create(\"/a\").unwrap();\n    1");
    let directory = "exercises/01-work/checks/answer/src/ü 1";
    fs_err::create_dir_all(course.path(directory)).unwrap();
    course.write(&format!("{directory}/checks.rs"), &text);
    let relative = format!("{directory}/checks.rs");
    let absolute = course.path(&relative).display().to_string();
    let judged = [&relative, &absolute].map(|file| {
        let (_, report) = course.json(&["check", "01", "--source", file, "--format", "json"]);
        rows(&report["exercises"][0])
    });
    assert_eq!(judged[0], judged[1]);
    has(&judged[0], "src/lib.rs:6", "open(\"/a\"");
}

#[test]
fn a_course_behind_a_link_has_the_same_places() {
    let course = Explained::with_processes();
    let text = source("fs::File", "    File::create(\"/a\").unwrap();\n    1");
    course.write("exercises/01-work/src/lib.rs", &text);
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("answer");
    std::os::unix::fs::symlink(course.path(""), &link).unwrap();
    let output = tree::real()
        .args(["check", "01", "--format", "json", "--course"])
        .arg(&link)
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = rows(&report["exercises"][0]);
    has(&rows, "src/lib.rs:6", "open(\"/a\"");
}

#[test]
fn a_deadlock_says_where_each_process_waits() {
    let report = Explained::with_processes().judge_source(&source(
        "io::{Read, pipe}",
        "    let (mut from, to) = pipe().unwrap();
    let child = os::fork(|| {
        (&from).read(&mut [0]).unwrap();
        0
    });
    from.read(&mut [0]).unwrap();
    drop((child, to));
    1",
    ));
    let happened = text(&failure(&report)["happened"]["en"]);
    assert!(happened.contains("(at src/lib.rs:8)"), "{happened}");
    assert!(happened.contains("(at src/lib.rs:11)"), "{happened}");
}

#[test]
fn a_process_that_a_signal_kills_says_so_in_both_languages() {
    let report = Explained::with_processes().judge_source(&source(
        "thread",
        "    let mut child = os::fork(|| {
        thread::yield_now();
        std::thread::sleep(std::time::Duration::from_secs(9));
        0
    })
    .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    1",
    ));
    insta::assert_snapshot!(rows(&report), @r"
    main src/lib.rs:6 fork() = 2
    main src/lib.rs:12 kill(2, SIGKILL) = 0
    main src/lib.rs:13 waits in `waitpid`
    P2 src/lib.rs:8 takes SIGKILL (9), which ends it; +++ killed by SIGKILL +++
    main src/lib.rs:13 waitpid(2, [killed by SIGKILL], 0) = 2; count 1
    ");
    let all = failure(&report)["trace"].to_string();
    assert!(all.contains("收到 SIGKILL (9)，因此终止"), "{all}");
}

#[test]
fn the_first_process_can_be_killed() {
    let report = Explained::with_processes().judge_source(
        "//! Work.
use std::ffi::c_int;

unsafe extern \"C\" {
    fn kill(pid: c_int, signal: c_int) -> c_int;
}

/// Works.
pub fn work(_: &dyn Fn()) -> u32 {
    let own = std::process::id() as c_int;
    unsafe { kill(own, 15) };
    2
}
",
    );
    let failure = failure(&report);
    assert_eq!(text(&failure["kind"]), "crashed");
    assert_eq!(
        text(&failure["happened"]["en"]),
        "main, the first process, was killed by SIGTERM (15)."
    );
    assert_eq!(
        text(&failure["happened"]["zh"]),
        "第一个进程 main 被 SIGTERM (15) 终止。"
    );
    assert!(text(&failure["next"]["en"]).contains("signal"));
    insta::assert_snapshot!(rows(&report), @"main src/lib.rs:11 kill(1, SIGTERM) = 0; takes SIGTERM (15), which ends it");
}

#[test]
fn a_signal_that_is_handled_has_a_row_and_the_call_that_it_interrupts_keeps_its_place() {
    let report = Explained::with_processes().judge_source(
        "//! Work.
use std::{ffi::c_int, fs::File, io::{Read, Write, pipe}};

unsafe extern \"C\" {
    fn kill(pid: c_int, signal: c_int) -> c_int;
    fn signal(number: c_int, handler: extern \"C\" fn(c_int)) -> usize;
}

extern \"C\" fn handler(_: c_int) {
    drop(File::create(\"/handled\"));
}

/// Works.
pub fn work(_: &dyn Fn()) -> u32 {
    let (mut from, mut to) = pipe().unwrap();
    unsafe { signal(10, handler) };
    let mut child = os::fork(move || {
        from.read_exact(&mut [0]).unwrap();
        0
    })
    .unwrap();
    unsafe { kill(child.pid() as c_int, 10) };
    to.write_all(b\"x\").unwrap();
    child.wait().unwrap();
    1
}
",
    );
    let rows = rows(&report);
    has(
        &rows,
        "src/lib.rs:18",
        "takes SIGUSR1 (10) and runs its handler",
    );
    has(&rows, "src/lib.rs:10", "open(\"/handled\"");
    has(&rows, "src/lib.rs:18", "read(3,");
}

#[test]
fn a_child_that_dies_of_its_own_fault_says_of_which() {
    let rows = rows_of(
        "ptr",
        "    let mut child = os::fork(|| unsafe { ptr::without_provenance_mut::<i32>(8).read_volatile() }).unwrap();
    child.wait().unwrap();
    1",
    );
    assert!(rows.contains("takes SIGSEGV (11), which ends it"), "{rows}");
}

#[test]
fn what_never_happened_is_advised_in_words_of_processes() {
    let report = Explained::with_processes()
        .judge_source(&source("thread", "    thread::yield_now();\n    2"));
    let mut checks = tree::checks(&report).iter();
    let meets = checks.find(|one| text(&one["id"]) == "meets").unwrap();
    let next = &meets["verdict"]["next"];
    assert!(text(&next["en"]).contains("processes"), "{next}");
    assert!(text(&next["zh"]).contains("进程"), "{next}");
    assert!(!text(&next["zh"]).contains("线程"), "{next}");
}

#[test]
fn a_trace_of_processes_is_the_same_in_each_run_and_has_no_address() {
    let text = source(
        "fs::File, io::{self, Read, Write, pipe}",
        "    let (mut from, mut to) = pipe().unwrap();
    let mut child = os::fork(|| {
        io::copy(&mut File::create(\"/a\").unwrap(), &mut File::create(\"/b\").unwrap()).unwrap();
        to.write_all(b\"x\").unwrap();
        0
    })
    .unwrap();
    from.read_exact(&mut [0]).unwrap();
    child.wait().unwrap();
    1",
    );
    let reports = [(); 2].map(|()| {
        let report = Explained::with_processes().judge_source(&text);
        failure(&report)["trace"].to_string()
    });
    assert_eq!(reports[0], reports[1]);
    let words = reports[0].split(|c: char| !c.is_ascii_alphanumeric());
    let numbers = words.filter_map(|word| match word.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    });
    assert!(numbers.max() < Some(1 << 20), "{}", reports[0]);
}

#[test]
fn the_terminal_shows_the_line_of_each_call() {
    let course = Explained::with_processes();
    let text = source(
        "io::{Write, pipe}",
        "    let (from, mut to) = pipe().unwrap();
    let mut child = os::fork(move || {
        to.write_all(b\"x\").unwrap();
        0
    })
    .unwrap();
    child.wait().unwrap();
    drop(from);
    1",
    );
    course.write("exercises/01-work/src/lib.rs", &text);
    let (_, stdout, _) = course.run(&["check", "01"]);
    let shown = stdout.split("How:").nth(1).unwrap_or(&stdout);
    let shown = shown.split("Replay").next().unwrap_or(shown);
    insta::assert_snapshot!(shown, @r#"
    the shortest interleaving found, no preemption
         main
         ┆ P2
      1  ●    src/lib.rs:6   let (from, mut to) = pipe().unwrap();
         │                   pipe2([3, 4]) = 0
      2  ●    src/lib.rs:7   let mut child = os::fork(move || {
         │                   fork() = 2; close(4) = 0
      3  ○    src/lib.rs:12  child.wait().unwrap();
         │                   waits in `waitpid`
      4  │ ●  src/lib.rs:8   to.write_all(b"x").unwrap();
         │ │                 write(4, "x", 1) = 1
      5  │ ●  src/lib.rs:10  })
         │ │                 close(4) = 0
      6  │ ●  src/lib.rs:7   let mut child = os::fork(move || {
         │                   _exit(0)
      7  ●    src/lib.rs:12  child.wait().unwrap();
         │                   waitpid(2, [exited 0], 0) = 2
      8  ●    src/lib.rs:13  drop(from);
                             close(3) = 0; count 1
    "#);
}

#[test]
fn a_program_that_is_started_is_a_process_of_its_own() {
    let rows = rows_of(
        "io::Write, process::{Command, Stdio}",
        "    let mut command = Command::new(\"counter\");
    command.arg(\"x\").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b\"four\").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b\"counter x 4\\n\");
    output.status.code().unwrap() as u32",
    );
    insta::assert_snapshot!(rows, @r#"
    main src/lib.rs:8 pipe2([3, 4]) = 0; pipe2([5, 6]) = 0; posix_spawn("counter", ["counter", "x"]) = 2; close(3) = 0; close(6) = 0
    main src/lib.rs:9 write(4, "four", 4) = 4
    main src/lib.rs:9 close(4) = 0
    main src/lib.rs:10 waits in `read` (descriptor 5)
    P2 src/lib.rs:8 read(0, "four", 32) = 4; read(0, "", 4) = 0; write(1, "counter x 4\n", 12) = 12; _exit(3)
    main src/lib.rs:10 read(5, "counter x 4\n", 32) = 12; read(5, "", 32) = 0; close(5) = 0; waitpid(2, [exited 3], 0) = 2; count 3
    "#);
}

#[test]
fn a_program_that_is_not_there_is_not_found() {
    let rows = rows_of(
        "process::Command",
        "    assert!(Command::new(\"nothing\").status().is_err());
    1",
    );
    insta::assert_snapshot!(rows, @r#"
    main checks/public.rs:29 count 1
    "#);
}

#[test]
fn what_a_child_says_of_its_panic_is_shown() {
    let report = Explained::with_processes().judge_source(&source(
        "process::Command",
        "    let _ = Command::new(\"counter\");
    let mut child = os::fork(|| panic!(\"on purpose\")).unwrap();
    child.wait().unwrap();
    1",
    ));
    insta::assert_snapshot!(rows(&report), @r#"
    main src/lib.rs:7 fork() = 2
    main src/lib.rs:8 waits in `waitpid`
    P2 src/lib.rs:7 write(2, "thread 'main' panicked a"…, 61) = 61
    P2 src/lib.rs:7 _exit(101)
    main src/lib.rs:8 waitpid(2, [exited 101], 0) = 2; count 1
    "#);
    insta::assert_snapshot!(text(&failure(&report)["output"]), @r#"
    thread 'main' panicked at answer/src/lib.rs:7:33:
    on purpose
    "#);
}
