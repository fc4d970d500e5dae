use super::answer::Channel;
use std::io;

/// A message of so many bytes, of which no two neighbours are equal.
fn message(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

/// Channels on the real system: an echo, more than both pipes have room for, ends, and a dead peer.
pub fn run() {
    let (mut channel, mut child) = Channel::start(|mut channel| {
        while let Ok(Some(request)) = channel.receive() {
            if channel.send(&request.to_ascii_uppercase()).is_err() {
                return 1;
            }
        }
        0
    })
    .expect("a process and two pipes");
    channel.send(b"hello").expect("the child receives");
    let hello = channel.receive().expect("the child replies");
    assert_eq!(hello.as_deref(), Some(&b"HELLO"[..]));
    let lengths = [100_000, 0, 70_000, 1, 80_000];
    let replies = channel
        .ask_all(&lengths.map(message))
        .expect("the child replies");
    assert_eq!(
        replies,
        lengths.map(|length| message(length).to_ascii_uppercase())
    );
    channel.finish();
    assert!(channel.send(b"late").is_err());
    assert_eq!(channel.receive().expect("no message is broken"), None);
    assert_eq!(child.wait().expect("it is a child"), os::Exit::Code(0));

    // A side that replies when it has all requests.
    let (mut channel, mut child) = Channel::start(|mut channel| {
        let requests = [(); 3].map(|()| channel.receive());
        for request in requests.into_iter().flatten().flatten() {
            let _ = channel.send(&request);
        }
        7
    })
    .expect("a process and two pipes");
    let requests = [1, 90_000, 2].map(message);
    assert_eq!(
        channel.ask_all(&requests).expect("the child replies"),
        requests
    );
    assert_eq!(child.wait().expect("it is a child"), os::Exit::Code(7));
    assert!(channel.send(b"to nobody").is_err());

    // A message that breaks off.
    let (mut channel, mut child) = Channel::start(|mut channel| {
        let _ = channel.send(&message(1_000_000));
        0
    })
    .expect("a process and two pipes");
    // It is in the middle as soon as something is there, because neither a pipe nor a socket holds as much.
    std::thread::sleep(std::time::Duration::from_millis(20));
    child.kill().expect("it is a child");
    child.wait().expect("it is a child");
    let broken = channel.receive();
    assert!(match broken {
        Ok(None) => true,
        Ok(Some(_)) => false,
        Err(error) => error.kind() == io::ErrorKind::UnexpectedEof,
    });
}
