use std::{
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use crate::explorer::always_completes;

static COUNT: AtomicU32 = AtomicU32::new(3);
static LIST: Mutex<Vec<u32>> = Mutex::new(Vec::new());

#[test]
fn statics_start_every_execution_with_their_first_value() {
    always_completes(|| {
        let thread = thread::spawn(|| COUNT.fetch_add(1, Ordering::SeqCst));
        LIST.lock().unwrap().push(1);
        thread.join().unwrap();
        assert_eq!(COUNT.load(Ordering::SeqCst), 4);
        assert_eq!(*LIST.lock().unwrap(), [1]);
    });
}
