//! Sees when the program under test does not come back, and says where it was last.

use std::{io::Write, thread, time::Duration};

use grader_schema::protocol::{Answer, Fatal, Location};
use interleave::{overflow, watch};
use rustix::time::{ClockId, clock_gettime};

use super::channel::Channel;

/// Processor time without a visible operation after which the program counts as
/// fatal, in seconds. Processor time and not wall-clock time: a loaded machine must
/// make no difference.
const PATIENCE: i64 = 2;

/// Starts the watchdog.
pub(super) fn start(channel: &Channel) {
    let overflowed = Channel::unasked(Answer::Fatal(Fatal::StackOverflow));
    overflow::report_to(channel.descriptor(), overflowed);
    let Ok(mut socket) = channel.try_clone() else {
        return;
    };
    let watch = move || {
        let (mut steps, mut since) = (watch::steps(), processor_seconds());
        loop {
            thread::sleep(Duration::from_millis(200));
            let (steps_now, now) = (watch::steps(), processor_seconds());
            if steps_now != steps {
                (steps, since) = (steps_now, now);
            } else if now - since >= PATIENCE {
                let place = watch::place().map(|place| Location {
                    file: place.file().to_owned(),
                    line: place.line(),
                    column: place.column(),
                });
                let fatal = Channel::unasked(Answer::Fatal(Fatal::Loop(place)));
                let _ = socket.write_all(&fatal);
                return;
            }
        }
    };
    // Without a watchdog the verdict process's own limit still holds.
    let _ = thread::Builder::new().spawn(watch);
}

fn processor_seconds() -> i64 {
    clock_gettime(ClockId::ProcessCPUTime).tv_sec
}
