//! The lock is that of the directory in which the file is, and looks take none.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    Ticket(u32),
    SoldOut,
    NotPaid,
}

#[derive(Debug)]
pub struct TicketOffice {
    path: PathBuf,
}

/// The number, which has spaces before it, so that all numbers are as long.
fn read(path: &Path) -> io::Result<u32> {
    let text = fs::read_to_string(path)?;
    text.trim_start().parse().map_err(io::Error::other)
}

impl TicketOffice {
    pub fn create(path: impl AsRef<Path>, tickets: u32) -> io::Result<Self> {
        fs::write(path.as_ref(), format!("{tickets:10}"))?;
        Self::open(path)
    }

    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        Ok(Self { path })
    }

    fn lock(&self) -> io::Result<File> {
        let directory = match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let directory = File::open(directory)?;
        directory.lock()?;
        Ok(directory)
    }

    pub fn look<T>(&self, look: impl FnOnce(u32) -> T) -> io::Result<T> {
        read(&self.path).map(look)
    }

    pub fn buy(&self, pay: impl FnOnce(u32) -> bool) -> io::Result<Purchase> {
        let _locked = self.lock()?;
        let ticket = read(&self.path)?;
        if ticket == 0 {
            return Ok(Purchase::SoldOut);
        }
        if !pay(ticket) {
            return Ok(Purchase::NotPaid);
        }
        let mut file = OpenOptions::new().write(true).open(&self.path)?;
        file.write_all(format!("{:10}", ticket - 1).as_bytes())?;
        Ok(Purchase::Ticket(ticket))
    }

    pub fn rush(
        &self,
        customers: u32,
        visit: impl Fn(&TicketOffice, u32) -> bool,
    ) -> io::Result<Vec<bool>> {
        let mut came = vec![false; customers as usize];
        let mut numbers = std::collections::HashMap::new();
        for customer in 0..customers {
            let child = os::fork(|| i32::from(visit(self, customer)))?;
            numbers.insert(child.pid(), (customer, child));
        }
        while !numbers.is_empty() {
            let (process, exit) = os::wait_any()?;
            if let Some((customer, _)) = numbers.remove(&process) {
                came[customer as usize] = exit == os::Exit::Code(1);
            }
        }
        Ok(came)
    }
}
