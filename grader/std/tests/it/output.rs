use interleave::{Config, strategy::Portfolio};

use crate::explorer::word;

fn printed(program: fn()) -> (&'static str, String) {
    let mut sampler = Portfolio::new(1).sampler(0);
    let executed = interleave::run(Config::default(), &mut *sampler, program);
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
