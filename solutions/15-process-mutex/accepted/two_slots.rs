//! Two slots in the file, and a byte before them that says which one counts: the last write is one byte.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use os::{Child, Exit};

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

/// The locked file of one call.
struct Held(File);

impl Held {
    fn get(&mut self) -> io::Result<(u8, u32)> {
        let mut bytes = [0; 9];
        self.0.seek(SeekFrom::Start(0))?;
        self.0.read_exact(&mut bytes)?;
        let [which, slots @ ..] = bytes;
        let slot = &slots[usize::from(which) * 4..][..4];
        Ok((
            which,
            slot.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)),
        ))
    }

    fn set(&mut self, which: u8, number: u32) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(1 + 4 * u64::from(which)))?;
        self.0.write_all(&number.to_be_bytes())?;
        self.0.rewind()?;
        self.0.write_all(&[which])
    }
}

impl TicketOffice {
    pub fn create(path: impl AsRef<Path>, tickets: u32) -> io::Result<Self> {
        let mut file = File::create(path.as_ref())?;
        file.write_all(&[0; 9])?;
        Held(file).set(1, tickets)?;
        Self::open(path)
    }

    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self {
            path: PathBuf::from(path.as_ref()),
        })
    }

    pub fn look<T>(&self, look: impl FnOnce(u32) -> T) -> io::Result<T> {
        let file = File::open(&self.path)?;
        file.lock_shared()?;
        let mut held = Held(file);
        let (_, left) = held.get()?;
        // Whoever looks for long keeps no buyer out.
        held.0.unlock()?;
        Ok(look(left))
    }

    pub fn buy(&self, pay: impl FnOnce(u32) -> bool) -> io::Result<Purchase> {
        let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        file.lock()?;
        let mut held = Held(file);
        let (which, left) = held.get()?;
        if left == 0 {
            Ok(Purchase::SoldOut)
        } else if pay(left) {
            held.set(1 - which, left - 1)?;
            Ok(Purchase::Ticket(left))
        } else {
            Ok(Purchase::NotPaid)
        }
    }

    pub fn rush(
        &self,
        customers: u32,
        visit: impl Fn(&TicketOffice, u32) -> bool,
    ) -> io::Result<Vec<bool>> {
        fn start(
            office: &TicketOffice,
            customer: u32,
            customers: u32,
            visit: &dyn Fn(&TicketOffice, u32) -> bool,
        ) -> io::Result<Vec<bool>> {
            if customer == customers {
                return Ok(Vec::new());
            }
            let mut child: Child = os::fork(|| 3 - 2 * i32::from(visit(office, customer)))?;
            // The next ones are started before this one is waited for.
            let mut came = start(office, customer + 1, customers, visit)?;
            came.insert(0, matches!(child.wait()?, Exit::Code(1)));
            Ok(came)
        }
        start(self, 0, customers, &visit)
    }
}
