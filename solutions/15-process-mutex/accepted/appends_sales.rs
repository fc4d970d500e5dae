//! The file has a byte for each sale behind the number of all tickets: a purchase appends one. The result of a
//! visit comes through a pipe.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    Ticket(u32),
    SoldOut,
    NotPaid,
}

#[derive(Debug)]
pub struct TicketOffice(PathBuf);

/// The bytes of the number of tickets; each byte after them is a sale.
const HEAD: usize = 8;

fn rest(mut file: &File) -> io::Result<u32> {
    let mut all = Vec::new();
    file.read_to_end(&mut all)?;
    let (head, sales) = all.split_at(HEAD);
    let tickets = u64::from_be_bytes(head.try_into().map_err(io::Error::other)?);
    u32::try_from(tickets - sales.len() as u64).map_err(io::Error::other)
}

impl TicketOffice {
    pub fn create(path: impl AsRef<Path>, tickets: u32) -> io::Result<Self> {
        fs::write(&path, u64::from(tickets).to_be_bytes())?;
        Self::open(path)
    }

    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self(path.as_ref().into()))
    }

    pub fn look<T>(&self, look: impl FnOnce(u32) -> T) -> io::Result<T> {
        Ok(look(rest(&File::open(&self.0)?)?))
    }

    pub fn buy(&self, pay: impl FnOnce(u32) -> bool) -> io::Result<Purchase> {
        let mut file = OpenOptions::new().read(true).append(true).open(&self.0)?;
        file.lock()?;
        Ok(match rest(&file)? {
            0 => Purchase::SoldOut,
            ticket if pay(ticket) => {
                file.write_all(b".")?;
                Purchase::Ticket(ticket)
            }
            _ => Purchase::NotPaid,
        })
    }

    pub fn rush(
        &self,
        customers: u32,
        visit: impl Fn(&TicketOffice, u32) -> bool,
    ) -> io::Result<Vec<bool>> {
        // What a visit returned comes through a pipe of its own.
        let mut pipes = Vec::new();
        for customer in 0..customers {
            let (hears, tells) = io::pipe()?;
            let child = os::fork(|| {
                let came = visit(self, customer);
                i32::from((&tells).write_all(&[came.into()]).is_err())
            })?;
            pipes.push((child, hears));
        }
        let result = |(mut child, mut hears): (os::Child, io::PipeReader)| {
            let mut told = vec![];
            hears.read_to_end(&mut told)?;
            child.wait()?;
            Ok(told == [1])
        };
        pipes.into_iter().map(result).collect()
    }
}
