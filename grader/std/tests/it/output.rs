use interleave::{Config, strategy::RandomWalk};

use crate::explorer::word;

fn printed(program: fn()) -> (&'static str, String) {
    let executed = interleave::run(Config::default(), &mut RandomWalk::new(1), program);
    (word(&executed.outcome), executed.output)
}

#[test]
fn what_is_printed_belongs_to_the_execution() {
    let (ending, output) = printed(|| {
        println!("one {}", 1);
        std::print!("two");
        eprintln!();
    });
    assert_eq!((ending, output.as_str()), ("completed", "one 1\ntwo\n"));
}

#[test]
fn printing_too_much_ends_the_execution() {
    let (ending, output) = printed(|| {
        loop {
            println!("{}", "x".repeat(1000));
        }
    });
    assert_eq!(ending, "output limit");
    assert!(output.len() <= 16 << 10);
}

#[test]
fn what_is_written_to_the_streams_belongs_to_the_execution_too() {
    use std::io::{self, Write as _};
    let (ending, output) = printed(|| {
        writeln!(io::stdout().lock(), "one {}", 1).unwrap();
        io::stderr().write_all(b"two").unwrap();
    });
    assert_eq!((ending, output.as_str()), ("completed", "one 1\ntwo"));
}
