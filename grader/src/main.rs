//! The `grader` program.

fn main() -> grader::ExitCode {
    grader::run(std::env::args_os())
}
