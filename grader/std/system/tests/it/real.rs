//! Outside of an execution the functions of C are those of the real system.

use std::{
    fs::File,
    io::{Read as _, Write as _, pipe},
    net::{TcpListener, TcpStream},
    os::unix::net::UnixStream,
    process::{self, Command},
};

use crate::{
    harness::Test,
    lives::{fork, status},
    search::{only, say},
};

pub(crate) const TESTS: &[Test] = &[
    ("outside_of_an_execution_the_system_is_real", outside),
    ("after_an_execution_the_system_is_real_again", after),
];

fn outside() {
    let mut link = String::new();
    File::open("/proc/self/stat")
        .and_then(|mut file| file.read_to_string(&mut link))
        .expect("it is there");
    assert!(link.starts_with(&process::id().to_string()), "{link}");

    let (mut reads, mut writes) = pipe().expect("there is room");
    let child = fork(|| i32::from(writes.write_all(b"hello").is_ok()));
    let mut text = [0; 5];
    reads.read_exact(&mut text).expect("it is written");
    assert_eq!((&text, status(child)), (b"hello", 1));

    let output = Command::new("echo")
        .arg("hello")
        .output()
        .expect("it is there");
    assert_eq!(output.stdout, b"hello\n");

    let (mut one, mut other) = UnixStream::pair().expect("there is room");
    one.write_all(b"a").expect("it is open");
    assert_eq!(other.read(&mut [0; 9]).ok(), Some(1));

    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it is bound");
    let mut client = TcpStream::connect(address).expect("it listens");
    let (mut server, _) = listener.accept().expect("it is connected");
    client.write_all(b"a").expect("it is open");
    assert_eq!(server.read(&mut [0; 9]).ok(), Some(1));
}

fn after() {
    let said = only(|said| say(said, &process::id().to_string()));
    assert_eq!(said, "1");
    assert_ne!(process::id(), 1);
    outside();
}
