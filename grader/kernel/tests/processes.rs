//! What processes share, what they leave behind, and who waits for what.

use kernel::{
    Children, Errno, FIRST, Kernel, Limits, LockKind, Locking, OpenFlags, Pid, Reply, WaitFor,
    WaitOptions, WaitStatus, Waited, Whence,
};

const NEW: OpenFlags = OpenFlags::CREATE;
const ENDS: WaitOptions = WaitOptions::ENDS;

fn kernel() -> Kernel {
    Kernel::new(Limits {
        processes: 8,
        descriptors: 8,
        pipe_pages: 1,
        ..Limits::default()
    })
}

fn done<T>(call: kernel::Call<T>) -> T {
    match call {
        Ok(Reply::Done(done)) => done,
        Ok(_) => panic!("it waits"),
        Err(errno) => panic!("{errno}"),
    }
}

fn ended(pid: Pid, status: u8) -> Waited {
    let status = WaitStatus::Exited(status);
    Waited { pid, status }
}

#[test]
fn a_child_shares_the_cursor_and_not_the_descriptors() {
    let mut kernel = kernel();
    let file = kernel
        .open(FIRST, "a", OpenFlags::READ | OpenFlags::WRITE | NEW)
        .unwrap();
    done(kernel.write(FIRST, file, b"ticket"));
    let child = kernel.fork(FIRST).unwrap();
    assert_eq!(kernel.seek(child, file, 0, Whence::Start), Ok(0));
    assert_eq!(done(kernel.read(FIRST, file, 3)), b"tic");
    assert_eq!(done(kernel.read(child, file, 9)), b"ket");
    kernel.close(child, file).unwrap();
    assert_eq!(kernel.read(child, file, 1), Err(Errno::EBADF));
    assert_eq!(kernel.seek(FIRST, file, 0, Whence::Current), Ok(6));
}

#[test]
fn a_file_without_a_name_lives_as_long_as_it_is_open() {
    let mut kernel = kernel();
    let file = kernel
        .open(FIRST, "a", OpenFlags::READ | OpenFlags::WRITE | NEW)
        .unwrap();
    kernel.unlink("a").unwrap();
    done(kernel.write(FIRST, file, b"x"));
    assert_eq!(kernel.pread(FIRST, file, 9, 0), Ok(b"x".to_vec()));
    assert_eq!(kernel.contents("a"), None);
    let other = kernel
        .open(FIRST, "a", OpenFlags::READ | OpenFlags::WRITE | NEW)
        .unwrap();
    assert_eq!(done(kernel.read(FIRST, other, 9)), b"");
}

#[test]
fn a_reader_waits_as_long_as_anybody_has_a_write_end() {
    let mut kernel = kernel();
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    kernel.close(FIRST, writes).unwrap();
    let waits = Ok(Reply::Waits(WaitFor::PipeData(0)));
    assert_eq!(kernel.read(FIRST, reads, 1), waits);
    // The reader is a child, too, and has a write end itself.
    assert_eq!(kernel.read(child, reads, 1), waits);
    kernel.exit(child, 0);
    assert_eq!(done(kernel.read(FIRST, reads, 1)), b"");
}

#[test]
fn a_writer_waits_for_room_and_then_for_the_rest() {
    let mut kernel = kernel();
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY).unwrap();
    let rest = WaitFor::PipeRoom(0);
    let partly = Ok(Reply::Partly { done: 4096, rest });
    assert_eq!(kernel.write(FIRST, writes, &[7; 5000]), partly);
    assert_eq!(
        kernel.write(FIRST, writes, &[7; 904]),
        Ok(Reply::Waits(rest))
    );
    assert_eq!(done(kernel.read(FIRST, reads, 9000)).len(), 4096);
    assert_eq!(done(kernel.write(FIRST, writes, &[7; 904])), 904);
    kernel.close(FIRST, reads).unwrap();
    assert_eq!(kernel.write(FIRST, writes, b"x"), Err(Errno::EPIPE));
    assert_eq!(done(kernel.write(FIRST, writes, b"")), 0);
}

#[test]
fn what_nobody_has_any_more_is_gone() {
    let mut kernel = kernel();
    let before = kernel.open_objects();
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    kernel.dup(child, reads).unwrap();
    kernel.dup2(child, writes, reads).unwrap();
    kernel.close(FIRST, reads).unwrap();
    kernel.close(FIRST, writes).unwrap();
    assert_ne!(kernel.open_objects(), before);
    kernel.exit(child, 0);
    assert_eq!(kernel.open_objects(), before);
}

#[test]
fn the_last_descriptor_of_a_description_gives_its_lock_back() {
    let mut kernel = kernel();
    let open = |kernel: &mut Kernel, pid| kernel.open(pid, "lock", OpenFlags::WRITE | NEW);
    let file = open(&mut kernel, FIRST).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    let exclusive = Locking::Lock(LockKind::Exclusive);
    done(kernel.flock(FIRST, file, exclusive));
    // It shares the description, and so the lock.
    done(kernel.flock(child, file, exclusive));
    let own = open(&mut kernel, child).unwrap();
    let shared = Locking::Lock(LockKind::Shared);
    assert_eq!(
        kernel.flock(child, own, shared),
        Ok(Reply::Waits(WaitFor::Lock))
    );
    let try_shared = Locking::TryLock(LockKind::Shared);
    assert_eq!(kernel.flock(child, own, try_shared), Err(Errno::EAGAIN));
    kernel.close(FIRST, file).unwrap();
    assert_eq!(kernel.flock(child, own, try_shared), Err(Errno::EAGAIN));
    kernel.close(child, file).unwrap();
    done(kernel.flock(child, own, try_shared));
}

#[test]
fn children_are_waited_for_in_the_order_in_which_they_became_children() {
    let mut kernel = kernel();
    let [one, two, three] = [(); 3].map(|()| kernel.fork(FIRST).unwrap());
    let any = Children::Any;
    assert_eq!(
        kernel.wait(FIRST, any, ENDS),
        Ok(Reply::Waits(WaitFor::Child(any)))
    );
    kernel.exit(two, 2);
    kernel.exit(one, 1);
    assert_eq!(kernel.zombies(), [one, two]);
    assert_eq!(kernel.try_wait(FIRST, Children::One(three), ENDS), Ok(None));
    assert_eq!(done(kernel.wait(FIRST, any, ENDS)), ended(one, 1));
    assert_eq!(
        done(kernel.wait(FIRST, Children::One(two), ENDS)),
        ended(two, 2)
    );
    assert_eq!(
        kernel.wait(FIRST, Children::One(one), ENDS),
        Err(Errno::ECHILD)
    );
    assert_eq!(kernel.wait(three, any, ENDS), Err(Errno::ECHILD));
}

#[test]
fn orphans_go_to_the_nearest_that_adopts() {
    let mut kernel = kernel();
    let reaper = kernel.fork(FIRST).unwrap();
    kernel.set_subreaper(reaper, true);
    let parent = kernel.fork(reaper).unwrap();
    let [living, zombie] = [(); 2].map(|()| kernel.fork(parent).unwrap());
    kernel.exit(zombie, 7);
    kernel.exit(parent, 0);
    assert_eq!(kernel.parent(living), reaper);
    assert_eq!(
        done(kernel.wait(reaper, Children::One(zombie), ENDS)),
        ended(zombie, 7)
    );
    kernel.exit(reaper, 0);
    assert_eq!(kernel.parent(living), FIRST);
    // Nobody had waited for the parent, so it went to the first process with the rest, which had
    // the reaper before.
    assert_eq!(
        done(kernel.wait(FIRST, Children::Any, ENDS)),
        ended(reaper, 0)
    );
    assert_eq!(
        done(kernel.wait(FIRST, Children::Any, ENDS)),
        ended(parent, 0)
    );
}

#[test]
fn a_fork_bomb_ends_at_the_limit_and_zombies_count() {
    let mut kernel = kernel();
    let children: Vec<Pid> = std::iter::from_fn(|| kernel.fork(FIRST).ok()).collect();
    assert_eq!(children.len(), 7);
    kernel.exit(children[0], 0);
    assert_eq!(kernel.fork(FIRST), Err(Errno::EAGAIN));
    done(kernel.wait(FIRST, Children::Any, ENDS));
    let next = kernel.fork(FIRST).unwrap();
    assert!(
        !children.contains(&next),
        "the number of a dead process comes again"
    );
}

#[test]
fn descriptors_are_the_lowest_that_are_free_and_end_at_the_limit() {
    let mut kernel = kernel();
    let file = kernel.open(FIRST, "a", OpenFlags::WRITE | NEW).unwrap();
    assert_eq!((file, kernel.dup(FIRST, file)), (3, Ok(4)));
    kernel.close(FIRST, 0).unwrap();
    assert_eq!(kernel.dup(FIRST, file), Ok(0));
    assert_eq!(kernel.dup2(FIRST, file, 6), Ok(6));
    assert_eq!(kernel.dup2(FIRST, file, 8), Err(Errno::EBADF));
    let before = kernel.open_objects();
    // There is room for one more, and a pipe takes two.
    assert_eq!(kernel.dup(FIRST, file), Ok(5));
    assert_eq!(kernel.pipe(FIRST, OpenFlags::EMPTY), Err(Errno::EMFILE));
    assert_eq!(kernel.open_objects(), before);
    assert_eq!(kernel.descriptors(FIRST), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(kernel.dup(FIRST, file), Ok(7));
    assert_eq!(
        kernel.open(FIRST, "missing", OpenFlags::READ),
        Err(Errno::EMFILE)
    );
    assert_eq!(kernel.open(FIRST, "", OpenFlags::READ), Err(Errno::ENOENT));
}

#[test]
fn all_that_is_printed_is_in_one_row() {
    let mut kernel = kernel();
    let child = kernel.fork(FIRST).unwrap();
    done(kernel.write(child, 1, b"child "));
    done(kernel.write(FIRST, 2, b"parent"));
    assert_eq!(kernel.take_printed(), b"child parent");
    assert_eq!(kernel.write(FIRST, 0, b"x"), Err(Errno::EBADF));
}
