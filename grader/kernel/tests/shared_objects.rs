//! Shared memory, semaphores and mutexes, and what is left of them.

use kernel::{
    Errno, FIRST, Kernel, Limits, OpenFlags, Protection, Reply, Robustness, SegmentId, WaitFor,
    Whence,
};

fn both() -> OpenFlags {
    OpenFlags::READ | OpenFlags::WRITE
}

fn kernel() -> Kernel {
    Kernel::new(Limits::default())
}

fn names(kernel: &Kernel) -> Vec<(Option<&str>, u64)> {
    let all = kernel.segments().into_iter();
    all.map(|segment| (segment.name.as_deref(), segment.size))
        .collect()
}

fn open(kernel: &mut Kernel, name: &str) -> i32 {
    kernel
        .shm_open(FIRST, name, both() | OpenFlags::CREATE)
        .unwrap()
}

#[test]
fn a_name_is_the_same_with_and_without_slashes_before_it() {
    let mut kernel = kernel();
    let fd = open(&mut kernel, "/a");
    kernel.truncate(FIRST, fd, 5).unwrap();
    assert_eq!(names(&kernel), [(Some("a"), 5)]);
    let again = open(&mut kernel, "//a");
    assert_eq!(kernel.segment(FIRST, again), kernel.segment(FIRST, fd));
    let new = both() | OpenFlags::CREATE | OpenFlags::NEW;
    assert_eq!(kernel.shm_open(FIRST, "a", new), Err(Errno::EEXIST));
    assert_eq!(kernel.shm_open(FIRST, "b", both()), Err(Errno::ENOENT));
}

#[test]
fn names_that_cannot_be_are_other_errors_to_open_and_to_unlink() {
    let mut kernel = kernel();
    let create = both() | OpenFlags::CREATE;
    for name in ["", "/", "a/b", "/a/"] {
        assert_eq!(kernel.shm_open(FIRST, name, create), Err(Errno::EINVAL));
        assert_eq!(kernel.shm_unlink(name), Err(Errno::ENOENT));
        assert_eq!(kernel.sem_open(FIRST, name, create, 0), Err(Errno::EINVAL));
        assert_eq!(kernel.sem_unlink(name), Err(Errno::ENOENT));
    }
    let [longest, longer] = [255, 256].map(|length| "x".repeat(length));
    assert!(kernel.shm_open(FIRST, &longest, create).is_ok());
    let too_long = Errno::ENAMETOOLONG;
    assert_eq!(kernel.shm_open(FIRST, &longer, create), Err(too_long));
    assert_eq!(kernel.shm_unlink(&longer), Err(too_long));
    let [longest, longer] = [251, 252].map(|length| "x".repeat(length));
    assert!(kernel.sem_open(FIRST, &longest, create, 0).is_ok());
    assert_eq!(kernel.sem_open(FIRST, &longer, create, 0), Err(too_long));
    assert_eq!(kernel.sem_unlink(&longer), Err(too_long));
}

#[test]
fn a_segment_lives_as_long_as_its_name_a_descriptor_or_a_mapping() {
    let mut kernel = kernel();
    let fd = open(&mut kernel, "a");
    kernel.truncate(FIRST, fd, 8).unwrap();
    let id = kernel.map(FIRST, fd, Protection::ReadWrite).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    kernel.shm_unlink("a").unwrap();
    assert_eq!(kernel.shm_unlink("a"), Err(Errno::ENOENT));
    for pid in [FIRST, child] {
        kernel.close(pid, fd).unwrap();
    }
    assert_eq!(names(&kernel), [(None, 8)]);
    // The name is free for another one.
    let other = open(&mut kernel, "a");
    assert_ne!(kernel.segment(FIRST, other).unwrap().id, id);
    kernel.close(FIRST, other).unwrap();
    kernel.unmap(FIRST, id).unwrap();
    assert_eq!(kernel.unmap(FIRST, id), Err(Errno::EINVAL));
    assert_eq!(names(&kernel), [(None, 8), (Some("a"), 0)]);
    kernel.exit(child, 0);
    // It was left behind.
    assert_eq!(names(&kernel), [(Some("a"), 0)]);
}

#[test]
fn a_segment_is_mapped_as_it_is_open_and_not_while_it_is_empty() {
    let mut kernel = kernel();
    let both = open(&mut kernel, "a");
    let map = |kernel: &mut Kernel, fd, protection| -> Result<SegmentId, Errno> {
        kernel.map(FIRST, fd, protection)
    };
    assert_eq!(map(&mut kernel, both, Protection::Read), Err(Errno::EINVAL));
    kernel.truncate(FIRST, both, 1).unwrap();
    let reads = kernel.shm_open(FIRST, "a", OpenFlags::READ).unwrap();
    let writes = kernel.shm_open(FIRST, "a", OpenFlags::WRITE).unwrap();
    assert!(map(&mut kernel, reads, Protection::Read).is_ok());
    assert_eq!(
        map(&mut kernel, reads, Protection::ReadWrite),
        Err(Errno::EACCES)
    );
    assert_eq!(
        map(&mut kernel, writes, Protection::Read),
        Err(Errno::EACCES)
    );
    assert!(map(&mut kernel, both, Protection::ReadWrite).is_ok());
    assert_eq!(map(&mut kernel, 0, Protection::Read), Err(Errno::ENODEV));
    assert_eq!(map(&mut kernel, 99, Protection::Read), Err(Errno::EBADF));
    assert_eq!(kernel.truncate(FIRST, reads, 9), Err(Errno::EINVAL));
    // To read is enough to empty it when it is opened.
    kernel
        .shm_open(FIRST, "a", OpenFlags::READ | OpenFlags::TRUNCATE)
        .unwrap();
    assert_eq!(names(&kernel), [(Some("a"), 0)]);
}

#[test]
fn the_bytes_of_a_segment_are_not_here_and_its_size_is() {
    let mut kernel = kernel();
    let fd = open(&mut kernel, "a");
    kernel.truncate(FIRST, fd, 7).unwrap();
    assert_eq!(kernel.read(FIRST, fd, 1), Err(Errno::EINVAL));
    assert_eq!(kernel.write(FIRST, fd, b"x"), Err(Errno::EINVAL));
    assert_eq!(kernel.seek(FIRST, fd, 0, Whence::End), Ok(7));
}

#[test]
fn a_failed_open_makes_no_segment() {
    let mut kernel = Kernel::new(Limits {
        descriptors: 3,
        ..Limits::default()
    });
    let create = both() | OpenFlags::CREATE;
    assert_eq!(kernel.shm_open(FIRST, "a", create), Err(Errno::EMFILE));
    assert_eq!(names(&kernel), []);
}

#[test]
fn semaphores_with_names_are_left_behind_and_others_go_with_their_processes() {
    let mut kernel = kernel();
    let create = OpenFlags::CREATE;
    let kept = kernel.sem_open(FIRST, "kept", create, 1).unwrap();
    let gone = kernel.sem_open(FIRST, "gone", create, 1).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    kernel.sem_unlink("gone").unwrap();
    kernel.sem_close(FIRST, gone).unwrap();
    assert_eq!(kernel.sem_getvalue(FIRST, gone), Err(Errno::EINVAL));
    assert_eq!(kernel.sem_trywait(child, gone), Ok(()));
    let both = [(kept, Some("kept")), (gone, None)];
    assert_eq!(kernel.semaphores(), both);
    kernel.exit(child, 0);
    assert_eq!(kernel.semaphores(), [(kept, Some("kept"))]);
    kernel.sem_close(FIRST, kept).unwrap();
    assert_eq!(kernel.sem_close(FIRST, kept), Err(Errno::EINVAL));
    assert_eq!(kernel.semaphores(), [(kept, Some("kept"))]);
    let again = kernel.sem_open(FIRST, "kept", OpenFlags::EMPTY, 0).unwrap();
    assert_eq!(again, kept);
    assert_eq!(kernel.sem_getvalue(FIRST, again), Ok(1));
}

#[test]
fn a_semaphore_is_open_as_often_as_it_was_opened() {
    let mut kernel = kernel();
    let create = OpenFlags::CREATE;
    let [first, second] = [(); 2].map(|()| kernel.sem_open(FIRST, "a", create, 1).unwrap());
    assert_eq!(first, second);
    kernel.sem_unlink("a").unwrap();
    kernel.sem_close(FIRST, first).unwrap();
    assert_eq!(kernel.semaphores(), [(first, None)]);
    kernel.sem_close(FIRST, first).unwrap();
    assert_eq!(kernel.semaphores(), []);
    kernel.sem_open(FIRST, "a", create, 1).unwrap();
    kernel.exit(FIRST, 0);
    kernel.sem_unlink("a").unwrap();
    assert_eq!(kernel.semaphores(), []);
}

#[test]
fn a_semaphore_that_is_destroyed_is_none() {
    let mut kernel = kernel();
    assert_eq!(kernel.sem_init(1 << 31), Err(Errno::EINVAL));
    let semaphore = kernel.sem_init((1 << 31) - 1).unwrap();
    assert_eq!(kernel.sem_post(FIRST, semaphore), Err(Errno::EOVERFLOW));
    assert_eq!(kernel.sem_close(FIRST, semaphore), Err(Errno::EINVAL));
    kernel.sem_destroy(semaphore).unwrap();
    assert_eq!(kernel.sem_wait(FIRST, semaphore, None), Err(Errno::EINVAL));
    assert_eq!(kernel.sem_destroy(semaphore), Err(Errno::EINVAL));
    let named = kernel.sem_open(FIRST, "a", OpenFlags::CREATE, 0).unwrap();
    assert_eq!(kernel.sem_destroy(named), Err(Errno::EINVAL));
}

#[test]
fn a_process_waits_for_a_mutex_that_it_has_itself() {
    let mut kernel = kernel();
    let mutex = kernel.mutex_init(Robustness::Robust);
    assert_eq!(kernel.mutex_lock(FIRST, mutex), Ok(Reply::Done(())));
    let waits = Ok(Reply::Waits(WaitFor::Mutex(mutex)));
    assert_eq!(kernel.mutex_lock(FIRST, mutex), waits);
    assert_eq!(kernel.mutex_destroy(mutex), Err(Errno::EBUSY));
    let child = kernel.fork(FIRST).unwrap();
    assert_eq!(kernel.mutex_unlock(child, mutex), Err(Errno::EPERM));
    kernel.mutex_unlock(FIRST, mutex).unwrap();
    kernel.mutex_destroy(mutex).unwrap();
    assert_eq!(kernel.mutex_lock(FIRST, mutex), Err(Errno::EINVAL));
}

#[test]
fn a_mutex_whose_owner_has_ended_twice_is_told_of_twice() {
    let mut kernel = kernel();
    let robust = kernel.mutex_init(Robustness::Robust);
    let stalled = kernel.mutex_init(Robustness::Stalled);
    let [one, two] = [(); 2].map(|()| kernel.fork(FIRST).unwrap());
    for mutex in [robust, stalled] {
        assert_eq!(kernel.mutex_trylock(one, mutex), Ok(()));
    }
    kernel.exit(one, 0);
    assert_eq!(kernel.mutex_lock(two, robust), Err(Errno::EOWNERDEAD));
    assert_eq!(kernel.mutex_trylock(FIRST, robust), Err(Errno::EBUSY));
    kernel.exit(two, 0);
    assert_eq!(kernel.mutex_lock(FIRST, robust), Err(Errno::EOWNERDEAD));
    let other = kernel.fork(FIRST).unwrap();
    let not_owner = kernel.mutex_consistent(other, robust);
    assert_eq!(not_owner, Err(Errno::EINVAL));
    assert_eq!(kernel.mutex_consistent(FIRST, robust), Ok(()));
    assert_eq!(kernel.mutex_consistent(FIRST, robust), Err(Errno::EINVAL));
    assert_eq!(kernel.mutex_unlock(FIRST, robust), Ok(()));
    assert_eq!(kernel.mutex_trylock(FIRST, robust), Ok(()));
    let waits = Ok(Reply::Waits(WaitFor::Mutex(stalled)));
    assert_eq!(kernel.mutex_lock(FIRST, stalled), waits);
}

#[test]
fn a_mutex_that_was_not_made_consistent_is_lost() {
    let mut kernel = kernel();
    let mutex = kernel.mutex_init(Robustness::Robust);
    let child = kernel.fork(FIRST).unwrap();
    assert_eq!(kernel.mutex_trylock(child, mutex), Ok(()));
    kernel.exit(child, 0);
    assert_eq!(kernel.mutex_trylock(FIRST, mutex), Err(Errno::EOWNERDEAD));
    assert_eq!(kernel.mutex_unlock(FIRST, mutex), Ok(()));
    for _ in 0..2 {
        assert_eq!(kernel.mutex_lock(FIRST, mutex), Err(Errno::ENOTRECOVERABLE));
        assert_eq!(kernel.mutex_unlock(FIRST, mutex), Err(Errno::EPERM));
    }
    assert_eq!(kernel.mutex_destroy(mutex), Ok(()));
}
