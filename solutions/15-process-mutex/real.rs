use super::answer::{Purchase, TicketOffice};
use std::{env, fs, io::Read, io::Write, process};

/// A ticket office on the real system: a rush, looks at the same time, a customer who does not pay, and one
/// who is killed while it pays.
pub fn run() {
    let path = env::temp_dir().join(format!("tickets-{}", process::id()));
    let office = TicketOffice::create(&path, 5).expect("there is room for a file");

    let buy = |office: &TicketOffice| office.buy(|_| true).expect("the file is there");
    let came = office.rush(8, |office, _| matches!(buy(office), Purchase::Ticket(_)));
    let came = came.expect("there is room for eight processes");
    assert_eq!(came.len(), 8);
    assert_eq!(came.iter().filter(|has_one| **has_one).count(), 5);
    assert_eq!(buy(&office), Purchase::SoldOut);

    let office = TicketOffice::create(&path, 2).expect("there is room for a file");
    let unpaid = office.buy(|ticket| {
        assert_eq!(ticket, 2);
        false
    });
    assert_eq!(unpaid.expect("the file is there"), Purchase::NotPaid);

    // Two processes look at the same time: each waits inside for the other.
    let (mut hears, tells) = std::io::pipe().expect("a pipe");
    let (hears_back, mut tells_back) = std::io::pipe().expect("a pipe");
    let mut other = os::fork(|| {
        let seen = office.look(|left| {
            (&tells).write_all(&[0]).expect("it is read");
            (&hears_back).read_exact(&mut [0]).expect("it is told");
            left
        });
        i32::from(seen.ok() != Some(2))
    })
    .expect("there is room for a process");
    let seen = office.look(|left| {
        hears.read_exact(&mut [0]).expect("the other one looks");
        tells_back.write_all(&[0]).expect("the other one waits");
        left
    });
    assert_eq!(seen.expect("the file is there"), 2);
    assert_eq!(other.wait().expect("it is a child"), os::Exit::Code(0));

    // The lock of a killed process is free again.
    let mut pays = os::fork(|| {
        let _ = office.buy(|_| {
            (&tells).write_all(&[0]).expect("it is read");
            (&hears_back).read_exact(&mut [0]).is_ok()
        });
        0
    })
    .expect("there is room for a process");
    hears.read_exact(&mut [0]).expect("the customer pays");
    pays.kill().expect("it is a child");
    assert_eq!(pays.wait().expect("it is a child"), os::Exit::Signal(9));
    assert_eq!(buy(&office), Purchase::Ticket(2));
    let opened = TicketOffice::open(&path).expect("the file is there");
    assert_eq!(buy(&opened), Purchase::Ticket(1));
    drop((office, opened));
    fs::remove_file(path).expect("the file is there");
}
