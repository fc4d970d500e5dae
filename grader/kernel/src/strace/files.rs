//! Arguments of calls with files and with time.

use std::time::Duration;

use crate::{
    clock::Nanos,
    flags::{OpenFlags, Whence},
    stat::FileType,
    system_call::{Answer, TimeCall},
};

/// What `open(2)` is told.
pub(super) fn opening(flags: OpenFlags) -> String {
    const REST: [(OpenFlags, &str); 6] = [
        (OpenFlags::CREATE, "O_CREAT"),
        (OpenFlags::NEW, "O_EXCL"),
        (OpenFlags::TRUNCATE, "O_TRUNC"),
        (OpenFlags::APPEND, "O_APPEND"),
        (OpenFlags::NONBLOCK, "O_NONBLOCK"),
        (OpenFlags::DIRECTORY, "O_DIRECTORY"),
    ];
    let access = match (flags.has(OpenFlags::READ), flags.has(OpenFlags::WRITE)) {
        (true, true) => "O_RDWR",
        (false, true) => "O_WRONLY",
        (_, false) => "O_RDONLY",
    };
    let rest = REST.iter().filter(|(flag, _)| flags.has(*flag));
    let all: Vec<_> = [access]
        .into_iter()
        .chain(rest.map(|(_, name)| *name))
        .collect();
    all.join("|")
}

pub(super) fn whence(whence: Whence) -> &'static str {
    match whence {
        Whence::Start => "SEEK_SET",
        Whence::Current => "SEEK_CUR",
        Whence::End => "SEEK_END",
    }
}

/// What is known of a file, of its size if it has one.
pub(super) fn metadata(answer: Option<&Answer>) -> String {
    let Some(Answer::Metadata(metadata)) = answer else {
        return "…".to_owned();
    };
    match metadata.file_type {
        FileType::Regular => format!("[file, {} bytes]", metadata.size),
        FileType::Directory => "[directory]".to_owned(),
        FileType::Pipe => "[pipe]".to_owned(),
        FileType::Socket => "[socket]".to_owned(),
        FileType::Terminal | FileType::Null => "[device]".to_owned(),
        FileType::Anonymous => "[no file]".to_owned(),
    }
}

/// The names in a directory.
pub(super) fn entries(answer: Option<&Answer>) -> String {
    let Some(Answer::Entries(entries)) = answer else {
        return "…".to_owned();
    };
    let names: Vec<_> = entries
        .iter()
        .map(|entry| format!("{:?}", entry.name))
        .collect();
    format!("[{}]", names.join(", "))
}

/// A moment, or how long something takes, in seconds and parts of them.
pub(super) fn seconds(time: Nanos) -> String {
    format!("{:?}", Duration::from_nanos(time))
}

pub(super) fn of_time(call: TimeCall) -> String {
    match call {
        TimeCall::Now | TimeCall::Timer => String::new(),
        TimeCall::Alarm { seconds } => format!("{seconds}"),
        TimeCall::Sleep { until: Nanos::MAX } => "for ever".to_owned(),
        TimeCall::Sleep { until } => format!("until {}", seconds(until)),
        TimeCall::SetTimer { timer } if timer.interval == 0 => seconds(timer.value),
        TimeCall::SetTimer { timer } => {
            format!(
                "{}, then every {}",
                seconds(timer.value),
                seconds(timer.interval)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::IntervalTimer,
        errno::Errno,
        stat::{DirectoryEntry, Metadata},
        strace::Strace,
        system_call::SystemCall,
    };

    fn shown(call: &SystemCall, answer: Answer) -> String {
        let gave = &Ok(answer);
        Strace { call, gave }.to_string()
    }

    #[test]
    fn a_file_is_opened_with_the_names_of_c() {
        let path = "/tickets".to_owned();
        let flags = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNCATE;
        assert_eq!(
            shown(&SystemCall::Open { path, flags }, Answer::Descriptor(3)),
            r#"open("/tickets", O_RDWR|O_CREAT|O_TRUNC) = 3"#
        );
        assert_eq!(opening(OpenFlags::READ), "O_RDONLY");
        assert_eq!(
            opening(OpenFlags::WRITE | OpenFlags::APPEND),
            "O_WRONLY|O_APPEND"
        );
    }

    #[test]
    fn what_is_known_of_a_file_stands_among_the_arguments() {
        let file = Metadata {
            file_type: FileType::Regular,
            size: 12,
        };
        let fstat = SystemCall::Fstat { fd: 3 };
        assert_eq!(
            shown(&fstat, Answer::Metadata(file)),
            "fstat(3, [file, 12 bytes]) = 0"
        );
        let gave = &Err(Errno::EBADF);
        let failed = Strace { call: &fstat, gave };
        assert_eq!(failed.to_string(), "fstat(3, …) = -1 EBADF");
        let entry = DirectoryEntry {
            name: "a".to_owned(),
            file_type: FileType::Regular,
        };
        let entries = SystemCall::Entries { fd: 3 };
        assert_eq!(
            shown(&entries, Answer::Entries(vec![entry])),
            r#"getdents(3, ["a"]) = 1"#
        );
    }

    #[test]
    fn times_are_in_seconds() {
        let sleep = |until| {
            let call = SystemCall::Time(TimeCall::Sleep { until });
            shown(&call, Answer::Nothing)
        };
        assert_eq!(
            sleep(3_600_200_000_000),
            "clock_nanosleep(until 3600.2s) = 0"
        );
        assert_eq!(sleep(Nanos::MAX), "clock_nanosleep(for ever) = 0");
        let (value, interval) = (1_000_000, 2_000_000);
        let timer = IntervalTimer { value, interval };
        let old = Answer::Timer(IntervalTimer::default());
        assert_eq!(
            shown(&SystemCall::Time(TimeCall::SetTimer { timer }), old),
            "setitimer(1ms, then every 2ms) = 0"
        );
    }
}
