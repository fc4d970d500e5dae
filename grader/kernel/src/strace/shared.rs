//! Arguments of calls with semaphores, mutexes and shared memory. What a program knows by an address is shown
//! by a number.

use super::files::opening;
use crate::{
    atomic::{Atomic, WORD},
    mutex::{MutexId, Robustness},
    semaphore::SemaphoreId,
    shared_memory::Protection,
    system_call::{Answer, MemoryCall, MutexCall, SemaphoreCall},
};

pub(super) fn semaphore_arguments(call: &SemaphoreCall, answer: Option<&Answer>) -> String {
    let made = match answer {
        Some(Answer::Semaphore(id)) => semaphore(*id),
        _ => "…".to_owned(),
    };
    match call {
        SemaphoreCall::Open { name, value, .. } => format!("{name:?}, {value}, {made}"),
        SemaphoreCall::Unlink { name } => format!("{name:?}"),
        SemaphoreCall::Init { value } => format!("{made}, {value}"),
        SemaphoreCall::Close { id }
        | SemaphoreCall::Destroy { id }
        | SemaphoreCall::Post { id }
        | SemaphoreCall::Wait { id, .. }
        | SemaphoreCall::TryWait { id }
        | SemaphoreCall::Value { id } => semaphore(*id),
    }
}

pub(super) fn mutex_arguments(call: MutexCall, answer: Option<&Answer>) -> String {
    match call {
        MutexCall::Init { robustness } => {
            let made = match answer {
                Some(Answer::Mutex(id)) => mutex(*id),
                _ => "…".to_owned(),
            };
            let robustness = match robustness {
                Robustness::Stalled => "PTHREAD_MUTEX_STALLED",
                Robustness::Robust => "PTHREAD_MUTEX_ROBUST",
            };
            format!("{made}, {robustness}")
        }
        MutexCall::Lock { id }
        | MutexCall::TryLock { id }
        | MutexCall::Unlock { id }
        | MutexCall::Consistent { id }
        | MutexCall::Destroy { id } => mutex(id),
    }
}

pub(super) fn memory_arguments(call: &MemoryCall) -> String {
    match *call {
        MemoryCall::Open { ref name, flags } => format!("{name:?}, {}", opening(flags)),
        MemoryCall::Unlink { ref name } => format!("{name:?}"),
        MemoryCall::Map { fd, protection } => {
            let protection = match protection {
                Protection::Read => "PROT_READ",
                Protection::ReadWrite => "PROT_READ|PROT_WRITE",
            };
            format!("NULL, …, {protection}, MAP_SHARED, {fd}, 0")
        }
        MemoryCall::MapAnonymous { size } => {
            format!("NULL, {size}, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0")
        }
        MemoryCall::Unmap { id } => format!("segment {}", id.number()),
        MemoryCall::Size { fd } => format!("{fd}"),
        MemoryCall::Atomic {
            id,
            word,
            operation,
        } => {
            let place = format!("segment {} + {}", id.number(), word.saturating_mul(WORD));
            match operation {
                Atomic::Load => place,
                Atomic::Store(value) | Atomic::Exchange(value) | Atomic::Add(value) => {
                    format!("{place}, {value}")
                }
                Atomic::CompareExchange { current, new } => format!("{place}, {current}, {new}"),
            }
        }
    }
}

fn semaphore(id: SemaphoreId) -> String {
    format!("semaphore {}", id.number())
}

fn mutex(id: MutexId) -> String {
    format!("mutex {}", id.number())
}

#[cfg(test)]
mod tests {
    use crate::{
        Answer, Atomic, FIRST, Kernel, Limits, MemoryCall, MutexCall, Reply, Robustness,
        SemaphoreCall, Strace, SystemCall,
    };

    /// Makes a call, and shows it.
    fn made(kernel: &mut Kernel, call: &SystemCall) -> (String, Option<Answer>) {
        let gave = match kernel.call(FIRST, call) {
            Ok(Reply::Done(answer)) => Ok(answer),
            Ok(other) => panic!("it need not wait: {other:?}"),
            Err(errno) => Err(errno),
        };
        let shown = Strace { call, gave: &gave }.to_string();
        (shown, gave.ok())
    }

    #[test]
    fn a_word_is_shown_by_its_segment_and_its_place_in_bytes() {
        let mut kernel = Kernel::new(Limits::default());
        let map = SystemCall::Memory(MemoryCall::MapAnonymous { size: 16 });
        let (shown, answer) = made(&mut kernel, &map);
        let Some(Answer::Segment(id)) = answer else {
            panic!("it is one");
        };
        let number = id.number();
        assert_eq!(
            shown,
            format!(
                "mmap(NULL, 16, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) \
                 = segment {number}"
            )
        );
        let operation = Atomic::CompareExchange { current: 0, new: 5 };
        let word = 1;
        let call = SystemCall::Memory(MemoryCall::Atomic {
            id,
            word,
            operation,
        });
        let (shown, _) = made(&mut kernel, &call);
        assert_eq!(
            shown,
            format!("atomic_compare_exchange(segment {number} + 8, 0, 5) = 0")
        );
    }

    #[test]
    fn semaphores_and_mutexes_are_shown_by_their_numbers() {
        let mut kernel = Kernel::new(Limits::default());
        let init = SystemCall::Semaphore(SemaphoreCall::Init { value: 2 });
        let (shown, answer) = made(&mut kernel, &init);
        let Some(Answer::Semaphore(id)) = answer else {
            panic!("it is one");
        };
        let number = id.number();
        assert_eq!(shown, format!("sem_init(semaphore {number}, 2) = 0"));
        let wait = SystemCall::Semaphore(SemaphoreCall::Wait { id, until: None });
        let (shown, _) = made(&mut kernel, &wait);
        assert_eq!(shown, format!("sem_wait(semaphore {number}) = 0"));

        let robustness = Robustness::Robust;
        let init = SystemCall::Mutex(MutexCall::Init { robustness });
        let (shown, answer) = made(&mut kernel, &init);
        let Some(Answer::Mutex(id)) = answer else {
            panic!("it is one");
        };
        let number = id.number();
        assert_eq!(
            shown,
            format!("pthread_mutex_init(mutex {number}, PTHREAD_MUTEX_ROBUST) = 0")
        );
        let unlock = SystemCall::Mutex(MutexCall::Unlock { id });
        let (shown, _) = made(&mut kernel, &unlock);
        assert_eq!(
            shown,
            format!("pthread_mutex_unlock(mutex {number}) = -1 EPERM")
        );
    }
}
