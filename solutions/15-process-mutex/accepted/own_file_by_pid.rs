//! The file stays open, and each process opens its own when it finds itself in another one; looks take no
//! lock, as one `read` sees one `write`.

use std::{
    cell::RefCell,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    Ticket(u32),
    SoldOut,
    NotPaid,
}

/// Gives a lock back, however its block is left.
struct Locked<'f>(&'f File);

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

#[derive(Debug)]
pub struct TicketOffice {
    path: PathBuf,
    /// The open file, and the process that has opened it.
    file: RefCell<(u32, File)>,
}

fn opened(path: &Path) -> io::Result<(u32, File)> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    Ok((process::id(), file))
}

/// Ten digits, so that a smaller number leaves nothing of a larger one.
fn digits(number: u32) -> String {
    format!("{number:010}")
}

fn number(file: &File) -> io::Result<u32> {
    let mut text = [0; 10];
    let count = file.read_at(&mut text, 0)?;
    let text = std::str::from_utf8(&text[..count]).map_err(io::Error::other)?;
    text.parse().map_err(io::Error::other)
}

impl TicketOffice {
    pub fn create(path: impl AsRef<Path>, tickets: u32) -> io::Result<Self> {
        std::fs::write(path.as_ref(), digits(tickets))?;
        Self::open(path)
    }

    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = RefCell::new(opened(path.as_ref())?);
        Ok(Self {
            path: path.as_ref().to_path_buf(),
            file,
        })
    }

    fn with<T>(&self, act: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        if self.file.borrow().0 != process::id() {
            *self.file.borrow_mut() = opened(&self.path)?;
        }
        act(&self.file.borrow().1)
    }

    pub fn look<T>(&self, look: impl FnOnce(u32) -> T) -> io::Result<T> {
        self.with(number).map(look)
    }

    pub fn buy(&self, pay: impl FnOnce(u32) -> bool) -> io::Result<Purchase> {
        self.with(|file| {
            file.lock()?;
            let locked = Locked(file);
            match number(locked.0)? {
                0 => Ok(Purchase::SoldOut),
                ticket if pay(ticket) => {
                    locked.0.write_all_at(digits(ticket - 1).as_bytes(), 0)?;
                    Ok(Purchase::Ticket(ticket))
                }
                _ => Ok(Purchase::NotPaid),
            }
        })
    }

    pub fn rush(
        &self,
        customers: u32,
        visit: impl Fn(&TicketOffice, u32) -> bool,
    ) -> io::Result<Vec<bool>> {
        let mut all = Vec::new();
        for customer in 0..customers {
            all.push(os::fork(|| if visit(self, customer) { 7 } else { 0 })?);
        }
        let mut results = vec![];
        for mut child in all {
            results.push(child.wait()? == os::Exit::Code(7));
        }
        Ok(results)
    }
}
