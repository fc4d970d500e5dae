//! Words of shared memory, and who sees them.

use kernel::{
    Access, Answer, Atomic, Errno, FIRST, Kernel, Limits, MemoryCall, OpenFlags, Part, Pid,
    Protection, Reply, SegmentId, SystemCall,
};

fn kernel() -> Kernel {
    Kernel::new(Limits::default())
}

fn load(kernel: &mut Kernel, pid: Pid, id: SegmentId, word: u64) -> Result<u64, Errno> {
    kernel.atomic(pid, id, word, Atomic::Load)
}

/// A named segment of so many bytes, and its descriptor.
fn named(kernel: &mut Kernel, size: u64) -> (i32, SegmentId) {
    let flags = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE;
    let fd = kernel.shm_open(FIRST, "a", flags).unwrap();
    kernel.truncate(FIRST, fd, size).unwrap();
    let id = kernel.map(FIRST, fd, Protection::ReadWrite).unwrap();
    (fd, id)
}

#[test]
fn each_operation_but_a_store_gives_what_was_there_before() {
    let mut kernel = kernel();
    let id = kernel.map_anonymous(FIRST, 16).unwrap();
    let operations = [
        Atomic::Load,
        Atomic::Store(6),
        Atomic::Store(7),
        Atomic::Exchange(8),
        Atomic::Add(u64::MAX),
        Atomic::CompareExchange { current: 8, new: 1 },
        Atomic::CompareExchange { current: 7, new: 0 },
        Atomic::Add(3),
        Atomic::Load,
    ];
    let before = operations.map(|operation| kernel.atomic(FIRST, id, 1, operation).unwrap());
    assert_eq!(before, [0, 0, 0, 7, 8, 7, 7, 0, 3]);
    assert_eq!(load(&mut kernel, FIRST, id, 0), Ok(0));
}

#[test]
fn a_word_that_is_not_whole_is_not_there() {
    let mut kernel = kernel();
    let id = kernel.map_anonymous(FIRST, 23).unwrap();
    let loads = [0, 1, 2, u64::MAX].map(|word| load(&mut kernel, FIRST, id, word));
    assert_eq!(
        loads,
        [Ok(0), Ok(0), Err(Errno::EINVAL), Err(Errno::EINVAL)]
    );
    assert_eq!(kernel.map_anonymous(FIRST, 0), Err(Errno::EINVAL));
}

#[test]
fn a_child_shares_the_words_and_a_stranger_does_not() {
    let mut kernel = kernel();
    let before = kernel.fork(FIRST).unwrap();
    let id = kernel.map_anonymous(FIRST, 8).unwrap();
    let after = kernel.fork(FIRST).unwrap();
    kernel.atomic(after, id, 0, Atomic::Store(5)).unwrap();
    assert_eq!(load(&mut kernel, FIRST, id, 0), Ok(5));
    assert_eq!(load(&mut kernel, before, id, 0), Err(Errno::EINVAL));
    // The parent has no use for it any more, and the child has.
    kernel.unmap(FIRST, id).unwrap();
    assert_eq!(load(&mut kernel, FIRST, id, 0), Err(Errno::EINVAL));
    assert_eq!(load(&mut kernel, after, id, 0), Ok(5));
    kernel.exit(after, 0);
    assert!(kernel.segments().is_empty());
}

#[test]
fn two_segments_have_nothing_in_common() {
    let mut kernel = kernel();
    let one = kernel.map_anonymous(FIRST, 8).unwrap();
    let other = kernel.map_anonymous(FIRST, 8).unwrap();
    assert_ne!(one, other);
    kernel.atomic(FIRST, one, 0, Atomic::Store(1)).unwrap();
    assert_eq!(load(&mut kernel, FIRST, other, 0), Ok(0));
    kernel.unmap(FIRST, one).unwrap();
    let third = kernel.map_anonymous(FIRST, 8).unwrap();
    assert_ne!(third, one);
    assert_eq!(load(&mut kernel, FIRST, third, 0), Ok(0));
    assert_eq!(load(&mut kernel, FIRST, one, 0), Err(Errno::EINVAL));
}

#[test]
fn what_is_cut_off_is_lost() {
    let mut kernel = kernel();
    let (fd, id) = named(&mut kernel, 16);
    for word in [0, 1] {
        kernel.atomic(FIRST, id, word, Atomic::Store(9)).unwrap();
    }
    kernel.truncate(FIRST, fd, 15).unwrap();
    assert_eq!(load(&mut kernel, FIRST, id, 1), Err(Errno::EINVAL));
    kernel.truncate(FIRST, fd, 16).unwrap();
    let words = [0, 1].map(|word| load(&mut kernel, FIRST, id, word));
    assert_eq!(words, [Ok(9), Ok(0)]);
    let flags = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::TRUNCATE;
    kernel.shm_open(FIRST, "a", flags).unwrap();
    kernel.truncate(FIRST, fd, 16).unwrap();
    assert_eq!(load(&mut kernel, FIRST, id, 0), Ok(0));
}

#[test]
fn a_segment_that_is_mapped_twice_is_unmapped_twice() {
    let mut kernel = kernel();
    let (fd, id) = named(&mut kernel, 8);
    assert_eq!(kernel.map(FIRST, fd, Protection::ReadWrite), Ok(id));
    kernel.atomic(FIRST, id, 0, Atomic::Store(4)).unwrap();
    kernel.unmap(FIRST, id).unwrap();
    assert_eq!(load(&mut kernel, FIRST, id, 0), Ok(4));
    kernel.shm_unlink("a").unwrap();
    kernel.close(FIRST, fd).unwrap();
    assert_eq!(load(&mut kernel, FIRST, id, 0), Ok(4));
    kernel.unmap(FIRST, id).unwrap();
    assert!(kernel.segments().is_empty());
}

#[test]
fn a_word_that_is_0_again_is_as_it_was() {
    let mut kernel = kernel();
    let id = kernel.map_anonymous(FIRST, 8).unwrap();
    let at_first = kernel.snapshot();
    kernel.atomic(FIRST, id, 0, Atomic::Add(1)).unwrap();
    assert_ne!(kernel.snapshot(), at_first);
    kernel.atomic(FIRST, id, 0, Atomic::Add(u64::MAX)).unwrap();
    assert_eq!(kernel.snapshot(), at_first);
}

#[test]
fn an_exchange_that_fails_only_reads() {
    let mut kernel = kernel();
    let id = kernel.map_anonymous(FIRST, 16).unwrap();
    let access = |current| {
        let operation = Atomic::CompareExchange { current, new: 1 };
        let word = 1;
        let call = SystemCall::Memory(MemoryCall::Atomic {
            id,
            word,
            operation,
        });
        let accesses = kernel.accesses(FIRST, &call);
        let of_words = accesses
            .iter()
            .filter(|(part, _)| matches!(part, Part::Word(_, 1)));
        of_words.map(|(_, access)| *access).collect::<Vec<_>>()
    };
    assert_eq!([access(0), access(1)], [[Access::Write], [Access::Read]]);
}

#[test]
fn a_call_gives_what_the_function_gives() {
    let mut kernel = kernel();
    let mut call = |call| kernel.call(FIRST, &SystemCall::Memory(call));
    let Ok(Reply::Done(Answer::Segment(id))) = call(MemoryCall::MapAnonymous { size: 8 }) else {
        panic!("it is a segment");
    };
    let add = |call: &mut dyn FnMut(MemoryCall) -> kernel::Call<Answer>, word| {
        let operation = Atomic::Add(2);
        call(MemoryCall::Atomic {
            id,
            word,
            operation,
        })
    };
    assert_eq!(add(&mut call, 0), Ok(Reply::Done(Answer::Number(0))));
    assert_eq!(add(&mut call, 0), Ok(Reply::Done(Answer::Number(2))));
    assert_eq!(add(&mut call, 1), Err(Errno::EINVAL));
}
