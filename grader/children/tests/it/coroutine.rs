//! Forks from inside a coroutine, as the engine makes them.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering},
};

use children::{Asker, Death, Event, Forked, Mailbox, Side};
use corosensei::{Coroutine, CoroutineResult, Yielder, stack::DefaultStack};

use crate::{
    ends::recurse,
    harness::{call, hear, next, result, says},
};

type Post = Rc<RefCell<Mailbox>>;
type Thread = Coroutine<(), (), i32>;

/// A coroutine with a stack of the size that the engine gives.
fn thread(body: impl FnOnce(&Yielder<(), ()>) -> i32 + 'static) -> Thread {
    let stack = DefaultStack::new(2 << 20).expect("there is room for a stack");
    Coroutine::with_stack(stack, |yielder, ()| body(yielder))
}

/// Forks on the stack of the caller. The child exits with what `body` gives.
fn fork(post: &Post, slot: usize, body: impl FnOnce(&mut Asker) -> i32) {
    let forked = post.borrow_mut().fork(slot);
    if let Forked::Child(mut asker) = forked.expect("there is room for a process") {
        let status = body(&mut asker);
        asker.exit(status);
    }
}

fn post(slots: usize) -> Post {
    Rc::new(RefCell::new(Mailbox::new(slots).expect("a mailbox")))
}

pub(crate) fn a_fork_copies_the_stack_of_the_coroutine() {
    let post = post(1);
    let its = Rc::clone(&post);
    let mut coroutine = thread(move |yielder| {
        let mut local = [1_u64; 100];
        let borrowed = &mut local;
        fork(&its, 0, |asker| {
            borrowed[7] += 10;
            asker.ask(says(borrowed.iter().sum()));
            borrowed[8] += 10;
            asker.ask(says(borrowed.iter().sum())).result as i32
        });
        borrowed[9] += 1000;
        yielder.suspend(());
        local.iter().sum::<u64>() as i32
    });
    assert!(matches!(coroutine.resume(()), CoroutineResult::Yield(())));
    hear(&mut post.borrow_mut(), 0, 110, 0);
    hear(&mut post.borrow_mut(), 0, 120, 33);
    assert_eq!(next(&mut post.borrow_mut(), 0), Event::Exited(33));
    assert!(matches!(
        coroutine.resume(()),
        CoroutineResult::Return(1100)
    ));
}

static STATIC: AtomicU64 = AtomicU64::new(1);
thread_local! {
    static LOCAL: Cell<u64> = const { Cell::new(1) };
}

pub(crate) fn statics_and_thread_locals_are_separate() {
    let post = post(2);
    let its = Rc::clone(&post);
    let mut coroutine = thread(move |_| {
        for slot in 0..2 {
            fork(&its, slot, |asker| {
                STATIC.fetch_add(10, Ordering::Relaxed);
                LOCAL.set(LOCAL.get() + 100);
                asker
                    .ask(says(STATIC.load(Ordering::Relaxed) + LOCAL.get()))
                    .result as i32
            });
            STATIC.fetch_add(1000, Ordering::Relaxed);
            LOCAL.set(LOCAL.get() + 1000);
        }
        0
    });
    assert!(matches!(coroutine.resume(()), CoroutineResult::Return(0)));
    hear(&mut post.borrow_mut(), 0, 112, 0);
    hear(&mut post.borrow_mut(), 1, 2112, 0);
    assert_eq!((STATIC.load(Ordering::Relaxed), LOCAL.get()), (2001, 2001));
    for slot in 0..2 {
        assert_eq!(next(&mut post.borrow_mut(), slot), Event::Exited(0));
    }
}

pub(crate) fn a_borrow_of_the_other_stack_holds() {
    let post = post(1);
    let its = Rc::clone(&post);
    // The address of a value on the stack of a coroutine that is suspended.
    let place = Rc::new(Cell::new(std::ptr::null::<Cell<u64>>()));
    let lent = Rc::clone(&place);
    let mut lender = thread(move |yielder| {
        let value = Cell::new(5);
        lent.set(&raw const value);
        yielder.suspend(());
        value.get() as i32
    });
    assert!(matches!(lender.resume(()), CoroutineResult::Yield(())));
    let mut borrower = thread(move |_| {
        // SAFETY: the value lives as long as its coroutine is suspended.
        let value = unsafe { &*place.get() };
        fork(&its, 0, |asker| {
            value.set(value.get() + 1);
            asker.ask(says(value.get())).result as i32
        });
        value.set(70);
        0
    });
    assert!(matches!(borrower.resume(()), CoroutineResult::Return(0)));
    hear(&mut post.borrow_mut(), 0, 6, 0);
    assert_eq!(next(&mut post.borrow_mut(), 0), Event::Exited(0));
    assert!(matches!(lender.resume(()), CoroutineResult::Return(70)));
}

/// What is heard of a process that is forked in a coroutine and uses as much of its stack.
fn heard_of_recursion(bytes: usize) -> Event {
    let post = post(1);
    let its = Rc::clone(&post);
    let mut coroutine = thread(move |_| {
        fork(&its, 0, |_| recurse(bytes).min(9) as i32);
        0
    });
    assert!(matches!(coroutine.resume(()), CoroutineResult::Return(0)));
    next(&mut post.borrow_mut(), 0)
}

pub(crate) fn deep_recursion_in_a_forked_coroutine_works() {
    assert_eq!(heard_of_recursion(600_000), Event::Exited(9));
}

pub(crate) fn an_overflow_of_a_coroutine_is_a_death() {
    let death = Event::Died(Death::Signal(libc::SIGSEGV));
    assert_eq!(heard_of_recursion(usize::MAX), death);
}

pub(crate) fn a_forked_coroutine_can_fork() {
    let post = post(2);
    let its = Rc::clone(&post);
    let mut coroutine = thread(move |_| {
        let mut local = 1;
        fork(&its, 0, |asker| {
            local += 1;
            let slot = asker.ask(call(9)).result as usize;
            if asker.fork(slot).expect("there is room for a process") == Side::Child {
                local += 10;
            }
            // Both go on, on copies of the stack, and ask each by its own slot.
            asker.ask(says(local)).result as i32
        });
        0
    });
    assert!(matches!(coroutine.resume(()), CoroutineResult::Return(0)));
    let mut mailbox = post.borrow_mut();
    assert_eq!(next(&mut mailbox, 0), Event::Asked(call(9)));
    mailbox.grant(1, 0);
    mailbox.answer(0, &result(1));
    hear(&mut mailbox, 1, 12, 4);
    hear(&mut mailbox, 0, 2, 3);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(3));
    assert_eq!(next(&mut mailbox, 1), Event::Exited(4));
}
