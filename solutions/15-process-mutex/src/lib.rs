//! 15 · Mutex between processes: a ticket office over a file with a lock.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! Each call opens the file anew, so that the lock is its own and ends with the call.
// END SOLUTION

// BEGIN SOLUTION
// | use std::{io, path::Path};
use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use os::{Child, Exit};
// END SOLUTION

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
    // BEGIN SOLUTION
    // | // Choose your own fields.
    path: PathBuf,
    // END SOLUTION
}

// BEGIN SOLUTION
/// The number of tickets that are left.
fn left(file: &File) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(u32::from_le_bytes(bytes))
}
// END SOLUTION

impl TicketOffice {
    /// Makes the file with so many tickets.
    pub fn create(path: impl AsRef<Path>, tickets: u32) -> io::Result<Self> {
        // BEGIN SOLUTION
        // | let _ = (path, tickets);
        // | todo!()
        fs::write(&path, tickets.to_le_bytes())?;
        Self::open(path)
        // END SOLUTION
    }

    /// The office of a file that is there.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        // BEGIN SOLUTION
        // | let _ = path;
        // | todo!()
        let path = path.as_ref().to_owned();
        Ok(Self { path })
        // END SOLUTION
    }

    /// Calls `look` with the number of tickets that are left. Several processes can do so at once.
    pub fn look<T>(&self, look: impl FnOnce(u32) -> T) -> io::Result<T> {
        // BEGIN SOLUTION
        // | let _ = look;
        // | todo!()
        let file = File::open(&self.path)?;
        file.lock_shared()?;
        Ok(look(left(&file)?))
        // END SOLUTION
    }

    /// Sells a ticket if one is left and `pay`, which is called with its number, gives `true`.
    pub fn buy(&self, pay: impl FnOnce(u32) -> bool) -> io::Result<Purchase> {
        // BEGIN SOLUTION
        // | let _ = pay;
        // | todo!()
        let file = File::options().read(true).write(true).open(&self.path)?;
        // It is given back when the file is closed: at the end, at a panic, at a kill.
        file.lock()?;
        let ticket = left(&file)?;
        if ticket == 0 {
            return Ok(Purchase::SoldOut);
        }
        if !pay(ticket) {
            return Ok(Purchase::NotPaid);
        }
        // One call writes the whole number: nobody can be killed in the middle of it.
        file.write_all_at(&(ticket - 1).to_le_bytes(), 0)?;
        Ok(Purchase::Ticket(ticket))
        // END SOLUTION
    }

    /// Starts a process for each customer, in which it visits the office, and gives what each `visit`
    /// returned.
    pub fn rush(
        &self,
        customers: u32,
        visit: impl Fn(&TicketOffice, u32) -> bool,
    ) -> io::Result<Vec<bool>> {
        // BEGIN SOLUTION
        // | let _ = (customers, visit);
        // | todo!()
        let start = |customer| os::fork(|| i32::from(!visit(self, customer)));
        let mut started: Vec<Child> = (0..customers).map(start).collect::<io::Result<_>>()?;
        let ends = started.iter_mut().map(Child::wait);
        ends.map(|end| Ok(end? == Exit::Code(0))).collect()
        // END SOLUTION
    }
}
