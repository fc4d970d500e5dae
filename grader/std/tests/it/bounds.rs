//! The modelled types promise what the real ones promise to the compiler.

use std::{
    panic::{RefUnwindSafe, UnwindSafe},
    sync::{
        Arc, Barrier, Condvar, LazyLock, Mutex, MutexGuard, Once, OnceLock, RwLock,
        RwLockReadGuard, RwLockWriteGuard, atomic, mpsc,
    },
    thread, time,
};

fn crosses_threads<T: Send>() {}
fn is_shared<T: Sync>() {}
fn survives_a_panic<T: UnwindSafe + RefUnwindSafe>() {}

#[test]
fn shared_types_are_send_sync_and_unwind_safe() {
    fn all<T: Send + Sync + UnwindSafe + RefUnwindSafe>() {
        crosses_threads::<T>();
        is_shared::<T>();
        survives_a_panic::<T>();
    }
    all::<Mutex<Vec<u8>>>();
    all::<Arc<Mutex<Box<dyn Send>>>>();
    all::<Condvar>();
    all::<atomic::AtomicUsize>();
    all::<atomic::AtomicBool>();
    all::<mpsc::Sender<u8>>();
    all::<mpsc::SyncSender<u8>>();
    all::<thread::JoinHandle<u8>>();
    all::<RwLock<Vec<u8>>>();
    all::<Barrier>();
    all::<Once>();
    all::<OnceLock<Vec<u8>>>();
    all::<LazyLock<Vec<u8>>>();
    all::<time::SystemTime>();
    all::<thread::Thread>();
    is_shared::<RwLockReadGuard<'_, u8>>();
    is_shared::<RwLockWriteGuard<'_, u8>>();
    crosses_threads::<mpsc::Receiver<u8>>();
    is_shared::<MutexGuard<'_, u8>>();
}

#[test]
fn a_mutex_coerces_to_one_of_a_trait_object() {
    let mutex: Arc<Mutex<dyn std::fmt::Debug + Send>> = Arc::new(Mutex::new(3));
    assert!(!mutex.is_poisoned());
}
