use serde_json::{Value, json};

use super::*;
use crate::{
    examples::Recorder,
    linearizable::{Spec, is_linearizable},
};

/// A call of a sequential history: name, argument, result.
type Step = (&'static str, Value, Value);

fn step(name: &'static str, argument: Value, result: Value) -> Step {
    (name, argument, result)
}

/// A call without an argument.
fn ask(name: &'static str, result: Value) -> Step {
    (name, Value::Null, result)
}

/// A call without an argument or a result.
fn act(name: &'static str) -> Step {
    (name, Value::Null, Value::Null)
}

fn is_legal(spec: &impl Spec, steps: &[Step]) -> bool {
    let mut recorder = Recorder::default();
    for (name, argument, result) in steps {
        recorder.whole(1, name, argument, result);
    }
    is_linearizable(spec, &recorder.history().calls())
}

/// The calls are legal one after the other, and none of these is, as the next one.
#[track_caller]
fn check(spec: &impl Spec, legal: &[Step], illegal: &[Step]) {
    for end in 0..=legal.len() {
        assert!(is_legal(spec, &legal[..end]), "{:?}", &legal[..end]);
    }
    for wrong in illegal {
        let mut steps = legal.to_vec();
        steps.push(wrong.clone());
        assert!(!is_legal(spec, &steps), "{wrong:?}");
    }
}

fn put(item: i64) -> Step {
    step("put", json!(item), json!(true))
}

fn get(item: i64) -> Step {
    ask("get", json!(item))
}

#[test]
fn a_queue_hands_out_the_oldest_item_and_has_an_end() {
    let queue = Queue { capacity: Some(2) };
    let full = [put(1), step("try_put", json!(2), json!(true))];
    let refused = [
        put(3),
        get(2),
        ask("try_get", Value::Null),
        step("try_put", json!(3), json!(true)),
        ask("len", json!(1)),
        act("unheard-of"),
    ];
    check(&queue, &full, &refused);
    let mut ended = full.to_vec();
    ended.extend([
        step("try_put", json!(3), json!(false)),
        step("put_timeout", json!(3), json!(false)),
        ask("get_timeout", Value::Null),
        ask("len", json!(2)),
        get(1),
        act("close"),
        step("put", json!(3), json!(false)),
        ask("try_get", json!(2)),
        ask("get", Value::Null),
        ask("try_get", Value::Null),
    ]);
    check(&queue, &ended, &[put(3), get(2), ask("len", json!(1))]);
    check(
        &queue,
        &[],
        &[ask("get", Value::Null), step("put", json!(1), json!(false))],
    );
}

#[test]
fn a_stack_hands_out_the_newest_item() {
    let stack = Stack { capacity: None };
    let legal = [put(1), step("push", json!(2), json!(true)), put(3), get(3)];
    check(&stack, &legal, &[get(1), get(3), ask("pop", Value::Null)]);
    check(&stack, &[put(1), ask("pop", json!(1))], &[get(1)]);
}

#[test]
fn a_priority_queue_hands_out_the_lowest_rank_and_of_these_the_oldest() {
    let rank = |item: &Value| item[0].as_i64().unwrap_or(0);
    let queue = PriorityQueue {
        capacity: None,
        rank,
    };
    let put = |rank: i64, name: &str| step("put", json!([rank, name]), json!(true));
    let get = |rank: i64, name: &str| ask("get", json!([rank, name]));
    let in_it = [put(2, "a"), put(1, "b"), put(1, "c")];
    check(&queue, &in_it, &[get(2, "a"), get(1, "c")]);
    let mut out = in_it.to_vec();
    out.extend([get(1, "b"), get(1, "c"), get(2, "a")]);
    check(&queue, &out, &[get(2, "a")]);
}

#[test]
fn a_semaphore_hands_out_no_more_permits_than_it_has() {
    let semaphore = Semaphore { permits: 1 };
    let taken = [act("acquire"), ask("try_acquire", json!(false))];
    let none = [
        act("acquire"),
        ask("try_acquire", json!(true)),
        ask("acquire_timeout", json!(true)),
    ];
    check(&semaphore, &taken, &none);
    let mut more = taken.to_vec();
    more.extend([
        act("release"),
        step("release_many", json!(2), Value::Null),
        ask("acquire_timeout", json!(false)),
        ask("acquire_timeout", json!(true)),
        ask("try_acquire", json!(true)),
    ]);
    check(&semaphore, &more, &[ask("try_acquire", json!(false))]);
}

#[test]
fn a_lock_is_held_by_one_at_a_time() {
    let held = [
        act("lock"),
        ask("try_lock", json!(false)),
        ask("lock_timeout", json!(false)),
    ];
    let refused = [
        act("lock"),
        ask("try_lock", json!(true)),
        ask("lock_timeout", json!(true)),
    ];
    check(&Lock, &held, &refused);
    let free = [
        act("lock"),
        act("unlock"),
        ask("try_lock", json!(true)),
        act("unlock"),
    ];
    check(
        &Lock,
        &free,
        &[act("unlock"), ask("try_lock", json!(false))],
    );
}

#[test]
fn a_recursive_lock_is_free_when_its_owner_has_unlocked_as_often_as_locked() {
    let by = |name: &'static str, who: i64, result: Value| step(name, json!(who), result);
    let held = [
        by("lock", 1, Value::Null),
        by("try_lock", 1, json!(true)),
        by("try_lock", 2, json!(false)),
        by("unlock", 2, json!(false)),
        by("unlock", 1, json!(true)),
    ];
    let refused = [
        by("lock", 2, Value::Null),
        by("try_lock", 2, json!(true)),
        by("unlock", 2, json!(true)),
        by("unlock", 1, json!(false)),
    ];
    check(&RecursiveLock, &held, &refused);
    let mut free = held.to_vec();
    free.extend([by("unlock", 1, json!(true)), by("lock", 2, Value::Null)]);
    check(
        &RecursiveLock,
        &free,
        &[by("lock", 1, Value::Null), by("unlock", 1, json!(true))],
    );
    check(
        &RecursiveLock,
        &[
            by("acquire", 1, Value::Null),
            by("try_acquire", 1, json!(true)),
            by("release", 1, json!(true)),
        ],
        &[
            by("acquire", 2, Value::Null),
            by("try_acquire", 2, json!(true)),
            by("release", 2, json!(true)),
        ],
    );
}

#[test]
fn a_read_write_lock_admits_readers_together_and_a_writer_alone() {
    let read = [
        act("read"),
        ask("try_read", json!(true)),
        ask("try_write", json!(false)),
    ];
    let refused = [
        act("write"),
        act("end_write"),
        ask("try_read", json!(false)),
        ask("try_write", json!(true)),
    ];
    check(&RwLock, &read, &refused);
    let mut written = read.to_vec();
    written.extend([act("end_read"), act("end_read"), act("write")]);
    let refused = [
        act("read"),
        act("write"),
        act("end_read"),
        ask("try_read", json!(true)),
    ];
    check(&RwLock, &written, &refused);
    written.extend([act("end_write"), ask("try_write", json!(true))]);
    check(&RwLock, &written, &refused);
}

#[test]
fn a_register_remembers_the_last_value() {
    let register = Register {
        initial: json!("a"),
    };
    let legal = [
        ask("read", json!("a")),
        step("write", json!("b"), Value::Null),
        step("swap", json!("c"), json!("b")),
        step("compare_exchange", json!(["b", "d"]), json!(false)),
        step("compare_exchange", json!(["c", "d"]), json!(true)),
        ask("read", json!("d")),
    ];
    let illegal = [
        ask("read", json!("c")),
        step("swap", json!("e"), json!("c")),
        step("compare_exchange", json!(["d", "e"]), json!(false)),
        step("compare_exchange", json!(["c", "e"]), json!(true)),
    ];
    check(&register, &legal, &illegal);
}

#[test]
fn a_counter_counts_every_addition() {
    let legal = [
        step("add", json!(2), Value::Null),
        step("fetch_add", json!(-3), json!(2)),
        ask("get", json!(-1)),
    ];
    check(
        &Counter,
        &legal,
        &[ask("get", json!(2)), step("fetch_add", json!(1), json!(0))],
    );
}

#[test]
fn a_map_remembers_the_last_value_of_each_key() {
    let legal = [
        step("insert", json!(["a", 1]), Value::Null),
        step("insert", json!(["b", 2]), Value::Null),
        step("insert", json!(["a", 3]), json!(1)),
        step("remove", json!("b"), json!(2)),
        step("get", json!("a"), json!(3)),
        step("get", json!("b"), Value::Null),
    ];
    let illegal = [
        step("get", json!("a"), json!(1)),
        step("get", json!("b"), json!(2)),
        step("remove", json!("b"), json!(2)),
        step("insert", json!(["a", 4]), Value::Null),
    ];
    check(&Map, &legal, &illegal);
}

#[test]
fn an_event_lets_pass_while_it_is_set() {
    let unset = [
        ask("is_set", json!(false)),
        ask("wait_timeout", json!(false)),
    ];
    let refused = [
        act("wait"),
        ask("wait_timeout", json!(true)),
        ask("is_set", json!(true)),
    ];
    check(&Event, &unset, &refused);
    let set = [
        act("set"),
        act("wait"),
        ask("wait_timeout", json!(true)),
        ask("is_set", json!(true)),
    ];
    check(
        &Event,
        &set,
        &[
            ask("wait_timeout", json!(false)),
            ask("is_set", json!(false)),
        ],
    );
    check(&Event, &[act("set"), act("clear")], &refused);
}

#[test]
fn a_call_that_never_returned_can_always_be_left_out() {
    let mut recorder = Recorder::default();
    for name in [
        "put",
        "get",
        "try_put",
        "try_get",
        "put_timeout",
        "get_timeout",
        "len",
    ] {
        recorder.call(1, name, 1);
    }
    recorder.whole(2, "put", 7, true).whole(2, "get", (), 7);
    let history = recorder.history();
    let queue = Queue { capacity: None };
    assert!(is_linearizable(&queue, &history.calls()));
}
