//! What a system may choose to do where a check asks for it: who does not reckon with it fails, is told
//! what the system did, and can replay it; who does passes, and that is a proof.

use serde_json::Value;

use crate::{
    explained::Explained,
    tree::{self, failure, failures, text},
};

const WRITES_ALL: &str = "    to.write_all(message)";

const READS_EXACTLY: &str = "    let mut message = [0; 5];
    from.read_exact(&mut message)?;
    Ok(message)";

const MAKES_PAIRS: &str = "    (0..count).map(|_| UnixStream::pair()).collect()";

/// An answer whose functions do this.
fn source(sends: &str, receives: &str, pairs: &str) -> String {
    format!(
        "//! Work.
use std::{{io::{{self, Read, Write}}, os::unix::net::UnixStream}};

/// Sends.
pub fn send(to: &mut impl Write, message: &[u8; 5]) -> io::Result<()> {{
{sends}
}}

/// Receives.
pub fn receive(from: &mut impl Read) -> io::Result<[u8; 5]> {{
{receives}
}}

/// Makes pairs.
pub fn pairs(count: usize) -> io::Result<Vec<(UnixStream, UnixStream)>> {{
{pairs}
}}
"
    )
}

fn judged(sends: &str, receives: &str, pairs: &str) -> (Explained, Value) {
    let course = Explained::with_surprises();
    let report = course.judge_source(&source(sends, receives, pairs));
    (course, report)
}

/// What the rows of its trace say, in this language.
#[track_caller]
fn rows(report: &Value, check: &str, language: &str) -> String {
    let rows = failure(report, check)["trace"]["rows"].as_array().unwrap();
    let said = rows.iter().map(|row| text(&row["action"][language]));
    said.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn is_replayed(course: &Explained, report: &Value, check: &str) {
    let failed = failure(report, check);
    let token = text(&failed["token"]);
    let (_, again) = course.json(&["replay", "01", token, "--format", "json"]);
    let again = failure(&again["exercises"][0], check);
    assert_eq!(again["trace"], failed["trace"]);
}

#[test]
fn who_reckons_with_all_of_it_passes_with_a_proof() {
    let (_, report) = judged(WRITES_ALL, READS_EXACTLY, MAKES_PAIRS);
    assert_eq!(failures(&report), [""; 0], "{report:#}");
    for check in tree::checks(&report) {
        let evidence = &check["verdict"]["evidence"];
        assert_eq!(text(&evidence["kind"]), "all-interleavings", "{check:#}");
    }
}

#[test]
fn a_write_whose_result_is_not_looked_at_is_found() {
    let writes = "    to.write(message).map(drop)";
    let (course, report) = judged(writes, READS_EXACTLY, MAKES_PAIRS);
    assert_eq!(failures(&report), ["short property"], "{report:#}");
    let english = rows(&report, "short", "en");
    assert!(english.contains(" (short write: "), "{english}");
    assert!(english.contains(" of 5 bytes)"), "{english}");
    let chinese = rows(&report, "short", "zh");
    assert!(chinese.contains("不完整的写入：5 字节中的 "), "{chinese}");
    let cause = text(&failure(&report, "short")["cause"]["en"]);
    assert!(
        cause.starts_with("The `send` of P2 at src/lib.rs:6 transferred "),
        "{cause}"
    );
    is_replayed(&course, &report, "short");
}

#[test]
fn a_read_that_is_taken_for_a_whole_message_is_found() {
    let reads = "    let mut message = [0; 5];
    from.read(&mut message)?;
    Ok(message)";
    let (course, report) = judged(WRITES_ALL, reads, MAKES_PAIRS);
    assert!(
        failures(&report).contains(&"short property".to_owned()),
        "{report:#}"
    );
    let english = rows(&report, "short", "en");
    assert!(english.contains("short "), "{english}");
    is_replayed(&course, &report, "short");
}

#[test]
fn a_call_that_takes_an_interruption_for_an_error_is_found() {
    let loops = "    let mut message = [0; 5];
    let mut read = 0;
    while read < 5 {
        match from.read(&mut message[read..])? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => read += count,
        }
    }
    Ok(message)";
    let (course, report) = judged(WRITES_ALL, loops, MAKES_PAIRS);
    assert_eq!(failures(&report), ["interrupted property"], "{report:#}");
    let english = rows(&report, "interrupted", "en");
    assert!(
        english.contains("(interrupted while it waited (EINTR))"),
        "{english}"
    );
    let chinese = rows(&report, "interrupted", "zh");
    assert!(chinese.contains("等待时被中断 (EINTR)"), "{chinese}");
    is_replayed(&course, &report, "interrupted");
}

#[test]
fn an_interruption_that_is_taken_for_the_end_is_found_and_its_right_twin_passes() {
    let gives_up = "    let mut message = [0; 5];
    loop {
        match from.read(&mut message) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => AGAIN,
            other => return other.map(|_| message),
        }
    }";
    let wrong = gives_up.replace("AGAIN", "return Ok(message)");
    let (_, report) = judged(WRITES_ALL, &wrong, MAKES_PAIRS);
    let failed = failures(&report);
    assert!(
        failed.contains(&"interrupted property".to_owned()),
        "{report:#}"
    );
    let right = gives_up.replace("AGAIN", "{}");
    let (_, report) = judged(WRITES_ALL, &right, MAKES_PAIRS);
    let failed = failures(&report);
    assert!(
        !failed.contains(&"interrupted property".to_owned()),
        "{report:#}"
    );
}

#[test]
fn a_reset_that_is_not_told_is_found() {
    let hides = "    let mut message = [0; 5];
    let _ = from.read_exact(&mut message);
    Ok(message)";
    let (course, report) = judged(WRITES_ALL, hides, MAKES_PAIRS);
    assert!(
        failures(&report).contains(&"reset property".to_owned()),
        "{report:#}"
    );
    let english = rows(&report, "reset", "en");
    assert!(
        english.contains("(the connection is reset (ECONNRESET))"),
        "{english}"
    );
    is_replayed(&course, &report, "reset");
}

#[test]
fn who_is_wrong_without_a_surprise_is_shown_none() {
    let sends = "    to.write_all(&message[..4])";
    let (_, report) = judged(sends, READS_EXACTLY, MAKES_PAIRS);
    for check in ["short", "interrupted"] {
        let english = rows(&report, check, "en");
        for surprise in ["(short ", "(interrupted "] {
            assert!(!english.contains(surprise), "{english}");
        }
    }
}

#[test]
fn a_panic_where_descriptors_are_used_up_is_found() {
    let panics = "    Ok((0..count).map(|_| UnixStream::pair().unwrap()).collect())";
    let (_, report) = judged(WRITES_ALL, READS_EXACTLY, panics);
    assert_eq!(failures(&report), ["few panic"], "{report:#}");
}
