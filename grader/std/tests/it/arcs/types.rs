//! What can be written with an `Arc` and a `Weak`: all of it is a program's plain Rust.

use std::{
    any::Any,
    borrow::{Borrow, Cow},
    collections::{BTreeMap, HashMap, HashSet},
    error::Error,
    ffi::{CStr, CString, OsStr, OsString},
    fmt,
    future::Future,
    hash::{BuildHasher, RandomState},
    mem::{self, MaybeUninit},
    panic::{RefUnwindSafe, UnwindSafe},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, Weak},
    task::{Context, Poll, RawWaker, Wake, Waker},
};

use interleave::{Config, Outcome, strategy::RandomWalk};

/// Runs what is written in an execution, as a program is.
fn runs(program: fn()) {
    let executed = interleave::run(Config::default(), &mut RandomWalk::new(1), program);
    assert!(
        matches!(executed.outcome, Outcome::Completed),
        "{executed:?}"
    );
}

trait Animal {
    fn name(&self) -> String;
    fn owned(self: Arc<Self>) -> String;
    fn pinned(self: Pin<Arc<Self>>) -> String;
    fn shared(self: &Arc<Self>) -> usize
    where
        Self: Sized,
    {
        Arc::strong_count(self)
    }
    fn inside(self: Box<Arc<Self>>) -> String
    where
        Self: Sized,
    {
        self.name()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Dog(u32);

impl Animal for Dog {
    fn name(&self) -> String {
        format!("dog {}", self.0)
    }

    fn owned(self: Arc<Self>) -> String {
        self.name()
    }

    fn pinned(self: Pin<Arc<Self>>) -> String {
        self.name()
    }
}

impl Dog {
    fn chained(self: Arc<Self>, more: u32) -> Arc<Self> {
        Arc::new(Self(self.0 + more))
    }

    fn again(self: &Arc<Self>) -> Arc<Self> {
        self.clone()
    }
}

#[test]
fn methods_are_called_through_it() {
    runs(|| {
        let dog = Arc::new(Dog(1));
        assert_eq!(dog.shared(), 1);
        assert_eq!(dog.again().chained(2).owned(), "dog 3");
        assert_eq!(Box::new(dog.clone()).inside(), "dog 1");
        assert!(!Pin::new(dog.clone()).pinned().is_empty());
        let animal: Arc<dyn Animal> = dog;
        assert_eq!(animal.name(), "dog 1");
        assert_eq!(Arc::clone(&animal).owned(), "dog 1");
        let pinned: Pin<Arc<dyn Animal>> = Arc::pin(Dog(4));
        assert_eq!(pinned.clone().pinned(), "dog 4");
        let both: [Arc<dyn Animal>; 2] = [animal, Arc::new(Dog(2))];
        assert_eq!(both.map(<dyn Animal>::owned_by), ["dog 1", "dog 2"]);
    });
}

impl dyn Animal {
    fn owned_by(animal: Arc<Self>) -> String {
        animal.owned()
    }
}

#[test]
fn it_becomes_a_pointer_to_something_unsized() {
    runs(|| {
        let numbers: Arc<[u32]> = Arc::new([1, 2, 3]);
        let closure: Arc<dyn Fn(u32) -> u32 + Send + Sync> = Arc::new(|x| x + 1);
        let locked: Arc<Mutex<dyn Any + Send>> = Arc::new(Mutex::new(7_u8));
        let weak: Weak<dyn Any + Send + Sync> = Weak::<u32>::new();
        let watched: Weak<[u32]> = Arc::downgrade(&numbers);
        assert_eq!(numbers.iter().map(|&x| closure(x)).sum::<u32>(), 9);
        assert!(locked.lock().unwrap().is::<u8>());
        assert!(weak.upgrade().is_none());
        assert_eq!(watched.upgrade().as_deref(), Some(&[1, 2, 3][..]));
        let any: Arc<dyn Any + Send + Sync> = Arc::new(5_u16);
        let any = any.downcast::<u8>().expect_err("it is none");
        assert_eq!(any.downcast::<u16>().ok().as_deref(), Some(&5));
    });
}

/// A tree whose parts know where they hang.
struct Node {
    value: u32,
    parent: Weak<Node>,
    children: Mutex<Vec<Arc<Node>>>,
}

#[test]
fn trees_hold_together() {
    runs(|| {
        let root = Arc::new(Node {
            value: 1,
            parent: Weak::new(),
            children: Mutex::default(),
        });
        let leaf = Arc::new(Node {
            value: 2,
            parent: Arc::downgrade(&root),
            children: Mutex::default(),
        });
        root.children.lock().unwrap().push(leaf.clone());
        assert_eq!(leaf.parent.upgrade().map(|node| node.value), Some(1));
        assert!(root.parent.upgrade().is_none());
        assert_eq!((Arc::strong_count(&leaf), Arc::weak_count(&root)), (2, 1));
        drop(root);
        assert!(leaf.parent.upgrade().is_none());
        assert_eq!(Arc::strong_count(&leaf), 1);
        assert!(leaf.children.lock().unwrap().is_empty());
    });
}

#[test]
fn it_is_made_from_many_things() {
    runs(|| {
        let text: [Arc<str>; 5] = [
            "a".into(),
            String::from("a").into(),
            Cow::Borrowed("a").into(),
            Cow::<str>::Owned("a".to_owned()).into(),
            Box::<str>::from("a").into(),
        ];
        assert!(text.iter().all(|text| &**text == "a"));
        let mut own = "b".to_owned();
        assert_eq!(&*Arc::<str>::from(own.as_mut_str()), "b");
        let mut three = [1, 2, 3];
        let slices: [Arc<[i32]>; 6] = [
            three.into(),
            Arc::from(&mut three[..]),
            vec![1, 2, 3].into(),
            [1, 2, 3][..].into(),
            (1..4).collect(),
            Box::<[i32]>::from([1, 2, 3]).into(),
        ];
        assert!(slices.iter().all(|slice| **slice == [1, 2, 3]));
        let array: Arc<[i32; 3]> = slices[0].clone().try_into().expect("it has three");
        assert_eq!(*array, [1, 2, 3]);
        assert!(<Arc<[i32; 2]>>::try_from(slices[0].clone()).is_err());
        let bytes: Arc<[u8]> = text[0].clone().into();
        assert_eq!(*bytes, *b"a");
        let own: Arc<Dog> = Dog(1).into();
        let boxed: Arc<dyn Animal> = (Box::new(Dog(1)) as Box<dyn Animal>).into();
        assert_eq!(own.name(), boxed.name());
        let path: [Arc<Path>; 2] = [Path::new("p").into(), PathBuf::from("p").into()];
        let os: [Arc<OsStr>; 2] = [OsStr::new("p").into(), OsString::from("p").into()];
        let c: [Arc<CStr>; 2] = [c"p".into(), CString::from(c"p").into()];
        assert!(path[0] == path[1] && os[0] == os[1] && c[0] == c[1]);
    });
}

#[test]
fn it_has_a_default_where_its_value_has_one() {
    runs(|| {
        assert_eq!(*Arc::<Dog>::default(), Dog(0));
        assert_eq!(&*Arc::<str>::default(), "");
        assert!(Arc::<[u8]>::default().is_empty());
        assert!(Arc::<CStr>::default().is_empty());
        assert_eq!(*Pin::<Arc<u32>>::default(), 0);
        assert_eq!(Weak::<Dog>::default().strong_count(), 0);
        assert_eq!(Arc::strong_count(&Arc::<str>::default()), 1);
    });
}

#[test]
fn it_is_compared_and_shown_as_its_value() {
    runs(|| {
        let (a, b) = (Arc::new(Dog(1)), Arc::new(Dog(2)));
        assert!(a < b && a != b && a.cmp(&b).is_lt() && a == Arc::new(Dog(1)));
        assert!(Arc::ptr_eq(&a, &a.clone()) && !Arc::ptr_eq(&a, &b));
        let watch = Arc::downgrade(&a);
        assert!(watch.ptr_eq(&watch.clone()) && !watch.ptr_eq(&Weak::new()));
        assert_eq!(format!("{a:?} {}", Arc::new(3)), "Dog(1) 3");
        assert_eq!(format!("{watch:?}"), "(Weak)");
        assert_eq!(format!("{a:p}"), format!("{:p}", Arc::as_ptr(&a)));
        let state = RandomState::new();
        assert_eq!(state.hash_one(&a), state.hash_one(Dog(1)));
        let names: HashMap<Arc<str>, u32> = [("x".into(), 1)].into();
        assert_eq!(names.get("x"), Some(&1));
        let sorted: BTreeMap<Arc<Dog>, u32> = [(b, 2), (a, 1)].into();
        assert_eq!(sorted.get(&Dog(2)), Some(&2));
        let set: HashSet<Arc<[u8]>> = [Arc::from([1])].into();
        assert!(set.contains(&[1][..]));
    });
}

#[derive(Debug)]
struct Outer(Arc<Inner>);
#[derive(Debug)]
struct Inner;

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("inner")
    }
}

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "outer of {}", self.0)
    }
}

impl Error for Inner {}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn it_is_an_error_if_its_value_is_one() {
    runs(|| {
        let outer: Arc<dyn Error + Send + Sync> = Arc::new(Outer(Arc::new(Inner)));
        assert_eq!(
            outer.source().map(ToString::to_string).as_deref(),
            Some("inner")
        );
        let boxed: Box<dyn Error + Send + Sync> = Box::new(outer);
        assert_eq!(boxed.to_string(), "outer of inner");
    });
}

#[test]
fn its_value_is_borrowed_and_changed() {
    runs(|| {
        fn length(text: impl AsRef<str>) -> usize {
            text.as_ref().len()
        }
        fn borrowed(text: &impl Borrow<str>) -> &str {
            text.borrow()
        }
        let text: Arc<str> = "abc".into();
        assert_eq!((length(text.clone()), borrowed(&text)), (3, "abc"));
        let mut text = text;
        Arc::make_mut(&mut text).make_ascii_uppercase();
        assert_eq!(&*text, "ABC");
        let shared = text.clone();
        Arc::make_mut(&mut text).make_ascii_lowercase();
        assert_eq!((&*text, &*shared), ("abc", "ABC"));
        let mut numbers: Arc<[Dog]> = vec![Dog(1), Dog(2)].into();
        let before = numbers.clone();
        Arc::make_mut(&mut numbers)[0] = Dog(9);
        assert_eq!((numbers[0].0, before[0].0), (9, 1));
        drop(before);
        Arc::get_mut(&mut numbers).expect("it is alone")[1] = Dog(8);
        assert_eq!(*numbers, [Dog(9), Dog(8)]);
        let one = Arc::new(Dog(3));
        assert_eq!(Arc::unwrap_or_clone(one.clone()), Dog(3));
        assert_eq!(Arc::into_inner(one.clone()), None);
        assert_eq!(Arc::try_unwrap(one), Ok(Dog(3)));
    });
}

#[test]
fn its_memory_can_be_there_before_its_value() {
    runs(|| {
        let mut one = Arc::<u32>::new_uninit();
        Arc::get_mut(&mut one).expect("it is alone").write(7);
        // SAFETY: it has just been written.
        assert_eq!(*unsafe { one.assume_init() }, 7);
        let mut three = Arc::<[u32]>::new_uninit_slice(3);
        for (value, place) in (1..).zip(Arc::get_mut(&mut three).expect("it is alone")) {
            place.write(value);
        }
        // SAFETY: they have just been written.
        assert_eq!(*unsafe { three.assume_init() }, [1, 2, 3]);
        // SAFETY: zero is a number.
        let zeros = unsafe {
            let one: Arc<MaybeUninit<u32>> = Arc::new_zeroed();
            (
                one.assume_init(),
                Arc::<[u8]>::new_zeroed_slice(2).assume_init(),
            )
        };
        assert_eq!((*zeros.0, &*zeros.1), (0, &[0, 0][..]));
    });
}

#[test]
fn it_is_as_small_and_as_free_as_the_real_one() {
    static NOBODY: Mutex<Weak<u8>> = Mutex::new(Weak::new());
    const NONE: Weak<[u8; 3]> = Weak::new();
    runs(|| {
        fn crosses_threads<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
        fn is_covariant<'a>(long: Arc<&'static str>, _: &'a str) -> Arc<&'a str> {
            long
        }
        crosses_threads::<(Arc<str>, Weak<str>, Arc<[u8]>)>();
        assert_eq!(mem::size_of::<Option<Arc<u8>>>(), mem::size_of::<usize>());
        assert_eq!(mem::size_of::<Option<Weak<u8>>>(), mem::size_of::<usize>());
        assert_eq!(
            mem::size_of::<Option<Arc<str>>>(),
            2 * mem::size_of::<usize>()
        );
        assert!(NONE.upgrade().is_none());
        assert_eq!(*is_covariant(Arc::new("a"), &String::from("b")), "a");
        let _ = &NOBODY;
    });
}

#[test]
fn what_it_borrows_may_go_together_with_it() {
    runs(|| {
        // The two are dropped in the order that the compiler would refuse if a drop looked at them.
        let (borrows, text);
        text = String::from("here");
        borrows = (Arc::new(&text), Arc::downgrade(&Arc::new(&text)));
        assert_eq!(borrows.0.len(), 4);
    });
}

struct Flag(Mutex<u32>);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        *self.0.lock().unwrap() += 1;
    }
}

struct ByRef(Mutex<u32>);

impl Wake for ByRef {
    fn wake(self: Arc<Self>) {
        unreachable!("it is woken by reference")
    }

    fn wake_by_ref(self: &Arc<Self>) {
        *self.0.lock().unwrap() += 10;
    }
}

#[test]
fn it_wakes_tasks() {
    runs(|| {
        struct Twice(u32);
        impl Future for Twice {
            type Output = u32;
            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
                self.0 += 1;
                context.waker().wake_by_ref();
                if self.0 == 2 {
                    Poll::Ready(2)
                } else {
                    Poll::Pending
                }
            }
        }

        let flag = Arc::new(Flag(Mutex::new(0)));
        let waker = Waker::from(flag.clone());
        let same: Waker = waker.clone();
        same.wake();
        let mut context = Context::from_waker(&waker);
        let mut future: Pin<Box<dyn Future<Output = u32>>> = Box::pin(Twice(0));
        while future.as_mut().poll(&mut context).is_pending() {}
        assert_eq!(*flag.0.lock().unwrap(), 3);
        drop(waker);
        assert_eq!(Arc::strong_count(&flag), 1);
        let by_ref = Arc::new(ByRef(Mutex::new(0)));
        let raw: RawWaker = by_ref.clone().into();
        // SAFETY: it is made from an `Arc`.
        let waker = unsafe { Waker::from_raw(raw) };
        waker.wake_by_ref();
        drop(waker);
        assert_eq!(
            (*by_ref.0.lock().unwrap(), Arc::strong_count(&by_ref)),
            (10, 1)
        );
    });
}

#[test]
fn a_pointer_is_given_away_and_taken_back() {
    runs(|| {
        let arc: Arc<str> = "raw".into();
        let weak = Arc::downgrade(&arc);
        let (raw, watch) = (Arc::into_raw(arc), weak.into_raw());
        assert!(std::ptr::addr_eq(raw, watch));
        // SAFETY: each is taken back once.
        let (arc, weak) = unsafe { (Arc::from_raw(raw), Weak::from_raw(watch)) };
        assert_eq!(weak.upgrade().as_deref(), Some("raw"));
        assert_eq!(weak.as_ptr().addr(), Arc::as_ptr(&arc).addr());
        let nobody = Weak::<u8>::new().into_raw();
        // SAFETY: it is taken back once.
        assert!(unsafe { Weak::from_raw(nobody) }.upgrade().is_none());
    });
}
