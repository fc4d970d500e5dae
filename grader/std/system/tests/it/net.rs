//! `std::net` on the sockets of the simulated kernel.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    os::fd::AsRawFd as _,
};

use crate::{
    harness::Test,
    lives::{fork, status},
    search::{Said, only, sampled, say},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_server_gives_back_what_clients_send", echo),
    ("a_server_forks_for_each_client", forks),
    ("a_server_of_one_process_waits_with_epoll", epoll),
    ("names_and_ports_are_numbers", names),
    ("errors_are_those_of_real_sockets", errors),
    ("two_servers_cannot_have_one_port", one_port),
    ("what_is_no_stream_is_refused", refused),
];

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((HERE, 0)).expect("there is a port");
    let address = listener.local_addr().expect("it is bound");
    (listener, address)
}

/// Sends a text and gives what comes back.
fn talk(address: SocketAddr, text: &str) -> String {
    let mut client = TcpStream::connect(address).expect("it listens");
    client.set_nodelay(true).expect("it is open");
    client.write_all(text.as_bytes()).expect("it is read");
    client
        .shutdown(std::net::Shutdown::Write)
        .expect("it is open");
    io::read_to_string(client).expect("it is text")
}

/// Gives back all that comes.
fn serve(mut stream: TcpStream) {
    let mut bytes = [0; 16];
    loop {
        let count = stream.read(&mut bytes).expect("it is connected");
        if count == 0 {
            return;
        }
        stream.write_all(&bytes[..count]).expect("it is read");
    }
}

fn echo() {
    let said = only(|said: &Said| {
        let (listener, address) = listen();
        let server = fork(|| {
            let (stream, peer) = listener.accept().expect("it listens");
            let is_peer = stream.peer_addr().ok() == Some(peer) && peer.ip() == HERE;
            serve(stream);
            i32::from(is_peer)
        });
        drop(listener);
        let text = talk(address, "hello");
        say(said, &format!("{text} {}", status(server)));
    });
    assert_eq!(said, "hello 1");
}

/// That samples come to nothing else: five processes have too many interleavings for all of them.
fn always(program: fn(&Said)) {
    for outcome in sampled(program, 1, 100) {
        assert_eq!(outcome, "two 1 0");
    }
}

/// Two clients of a server talk at the same time: what one of them hears, and how the other one and
/// the server end.
fn two_clients(address: SocketAddr, server: i32) -> String {
    let client = fork(|| i32::from(talk(address, "one") == "one"));
    let text = talk(address, "two");
    format!("{text} {} {}", status(client), status(server))
}

fn forks() {
    always(|said| {
        let (listener, address) = listen();
        let server = fork(|| {
            let children = [(); 2].map(|()| {
                let (stream, _) = listener.accept().expect("it listens");
                fork(|| {
                    serve(stream);
                    0
                })
            });
            children.map(status).iter().sum()
        });
        drop(listener);
        say(said, &two_clients(address, server));
    });
}

fn watch(epoll: i32, fd: i32) {
    let mut event = libc::epoll_event {
        events: libc::EPOLLIN.cast_unsigned(),
        u64: u64::from(fd.unsigned_abs()),
    };
    // SAFETY: the event is valid.
    let added = unsafe { libc::epoll_ctl(epoll, libc::EPOLL_CTL_ADD, fd, &raw mut event) };
    assert_eq!(added, 0);
}

/// Two clients by one process, which never waits for one of them alone.
fn serve_both(listener: &TcpListener) -> i32 {
    // SAFETY: nothing is passed.
    let epoll = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
    watch(epoll, listener.as_raw_fd());
    let mut streams: Vec<TcpStream> = Vec::new();
    let mut ended = 0;
    while ended < 2 {
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; 4];
        // SAFETY: there is room for as many.
        let count = unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), 4, -1) };
        for event in &events[..usize::try_from(count).expect("it waits")] {
            let fd = event.u64;
            if fd == u64::from(listener.as_raw_fd().unsigned_abs()) {
                let (stream, _) = listener.accept().expect("one is there");
                watch(epoll, stream.as_raw_fd());
                streams.push(stream);
                continue;
            }
            let place = streams
                .iter()
                .position(|stream| u64::from(stream.as_raw_fd().unsigned_abs()) == fd)
                .expect("it is watched");
            let mut bytes = [0; 16];
            let count = streams[place].read(&mut bytes).expect("it is connected");
            if count == 0 {
                streams.swap_remove(place);
                ended += 1;
            } else {
                streams[place]
                    .write_all(&bytes[..count])
                    .expect("it is read");
            }
        }
    }
    // SAFETY: it is open.
    unsafe { libc::close(epoll) }
}

fn epoll() {
    always(|said| {
        let (listener, address) = listen();
        let server = fork(|| serve_both(&listener));
        drop(listener);
        say(said, &two_clients(address, server));
    });
}

fn names() {
    let said = only(|said| {
        let listener = TcpListener::bind("localhost:80").expect("it is free");
        let address = listener.local_addr().expect("it is bound");
        let client = TcpStream::connect("127.0.0.1:80").expect("it listens");
        let peer = client.peer_addr().expect("it is connected");
        let unknown = TcpStream::connect("example.org:80").is_ok();
        say(said, &format!("{address} {peer} {unknown}"));
    });
    assert_eq!(said, "127.0.0.1:80 127.0.0.1:80 false");
}

fn errors() {
    let said = only(|said| {
        let (listener, address) = listen();
        listener.set_nonblocking(true).expect("it is open");
        let nothing = listener.accept().expect_err("none asks").kind();
        let pending = listener.take_error().expect("it is a socket").is_some();
        drop(listener);
        let refused = TcpStream::connect(address)
            .expect_err("none listens")
            .kind();
        let abroad = TcpStream::connect("192.0.2.1:80").is_ok();
        say(said, &format!("{nothing:?} {pending} {refused:?} {abroad}"));
    });
    let (nothing, refused) = (io::ErrorKind::WouldBlock, io::ErrorKind::ConnectionRefused);
    assert_eq!(said, format!("{nothing:?} false {refused:?} false"));
}

fn one_port() {
    let said = only(|said| {
        let (listener, address) = listen();
        let taken = TcpListener::bind(address).expect_err("it is taken").kind();
        drop(listener);
        let is_free = TcpListener::bind(address).is_ok();
        say(said, &format!("{taken:?} {is_free}"));
    });
    assert_eq!(said, format!("{:?} true", io::ErrorKind::AddrInUse));
}

fn refused() {
    let said = only(|said| {
        let results = [
            UdpSocket::bind((HERE, 0)).is_ok(),
            TcpListener::bind("[::1]:0").is_ok(),
            listen().0.set_ttl(5).is_ok(),
        ];
        say(said, &format!("{results:?}"));
    });
    assert_eq!(said, "[false, false, false]");
}
