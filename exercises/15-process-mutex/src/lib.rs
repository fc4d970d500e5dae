//! 15 · Mutex between processes: a ticket office over a file with a lock.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{io, path::Path};

/// What became of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    /// The ticket of this number was sold.
    Ticket(u32),
    /// No ticket was left.
    SoldOut,
    /// It was not paid for, so nothing was sold.
    NotPaid,
}

/// A ticket office of several processes, whose tickets are counted in a file.
#[derive(Debug)]
pub struct TicketOffice {
    // Choose your own fields.
}

impl TicketOffice {
    /// Makes the file with so many tickets.
    pub fn create(path: impl AsRef<Path>, tickets: u32) -> io::Result<Self> {
        let _ = (path, tickets);
        todo!()
    }

    /// The office of a file that is there.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let _ = path;
        todo!()
    }

    /// Calls `look` with the number of tickets that are left. Several processes can do so at once.
    pub fn look<T>(&self, look: impl FnOnce(u32) -> T) -> io::Result<T> {
        let _ = look;
        todo!()
    }

    /// Sells a ticket if one is left and `pay`, which is called with its number, gives `true`.
    pub fn buy(&self, pay: impl FnOnce(u32) -> bool) -> io::Result<Purchase> {
        let _ = pay;
        todo!()
    }

    /// Starts a process for each customer, in which it visits the office, and gives what each `visit`
    /// returned.
    pub fn rush(
        &self,
        customers: u32,
        visit: impl Fn(&TicketOffice, u32) -> bool,
    ) -> io::Result<Vec<bool>> {
        let _ = (customers, visit);
        todo!()
    }
}
