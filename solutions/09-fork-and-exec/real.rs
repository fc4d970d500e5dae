use super::answer::{Outcome, run_forked, run_fresh};
use os::Exit;
use std::io::{self, BufWriter, Read, Write};

/// What `README.md` says, on the real system.
pub fn run() {
    forked();
    ends();
    fresh();
    assert_eq!(
        os::try_wait_any().map_err(|error| error.raw_os_error()),
        Err(Some(10))
    );
}

fn forked() {
    let (mut reads, writes) = io::pipe().expect("a pipe");
    let mut log = BufWriter::new(writes);
    let mut count = 40;
    write!(log, "before. ").expect("a pipe");
    let outcome = run_forked(&mut log, |log| {
        write!(log, "child. ").expect("a pipe");
        count += 2;
        (7, count.to_string().into_bytes())
    });
    let outcome = outcome.expect("a process");
    assert_eq!(
        (outcome.output.as_slice(), outcome.end),
        (&b"42"[..], Exit::Code(7))
    );
    assert_eq!(count, 40);
    write!(log, "after.").expect("a pipe");
    drop(log);
    let mut text = String::new();
    reads.read_to_string(&mut text).expect("text");
    assert_eq!(text, "before. child. after.");
}

fn ends() {
    let mut log = BufWriter::new(io::sink());
    let mut ends = |body: fn() -> (i32, Vec<u8>)| {
        let Outcome { output, end } = run_forked(&mut log, |_| body()).expect("a process");
        (output.len(), end)
    };
    assert_eq!(ends(|| (0, vec![7; 200_000])), (200_000, Exit::Code(0)));
    assert_eq!(ends(|| std::process::exit(9)), (0, Exit::Code(9)));
    assert_eq!(ends(|| std::process::abort()), (0, Exit::Signal(6)));
}

fn fresh() {
    let shell = |script: &str, environment: &[(&str, &str)]| {
        run_fresh("/bin/sh", &["-c", script, "sh", "a b"], environment)
    };
    let seen = shell(
        "read line; echo \"$NAME,$HOME,$line,$1\"; exit 3",
        &[("NAME", "egon")],
    );
    let seen = seen.expect("there is a shell");
    assert_eq!(String::from_utf8_lossy(&seen.output), "egon,,,a b\n");
    assert_eq!(seen.end, Exit::Code(3));
    let killed = shell("kill -9 $$", &[]).expect("there is a shell");
    assert_eq!(killed.end, Exit::Signal(9));
    let missing = run_fresh("/no/such/program", &[], &[]);
    assert_eq!(
        missing.map_err(|error| error.kind()),
        Err(io::ErrorKind::NotFound)
    );
}
