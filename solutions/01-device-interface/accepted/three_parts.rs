//! A write in three parts: the head of a sector, whole sectors, the tail of a sector.

/// The bytes of a sector.
pub const SECTOR: usize = 16;

/// Command: hand out the bytes of a sector.
pub const READ: u8 = 0x20;

/// Command: take the bytes of a sector.
pub const WRITE: u8 = 0x30;

/// Bit of the status: the device works, and only its status may be read.
pub const BUSY: u8 = 0x80;

/// Bit of the status: the last command has failed.
pub const FAILED: u8 = 0x01;

/// A port of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// In: `BUSY`, `FAILED`, and bits that mean nothing.
    Status,
    /// Out: the low eight bits of a sector's number.
    SectorLow,
    /// Out: the high eight bits of a sector's number.
    SectorHigh,
    /// Out: `READ` or `WRITE`.
    Command,
    /// In after `READ`, out after `WRITE`: the bytes of the sector, one by one.
    Data,
}

/// What the hardware offers.
pub trait Device {
    /// Gets a byte from a port.
    fn input(&mut self, port: Port) -> u8;
    /// Puts a byte to a port.
    fn output(&mut self, port: Port, value: u8);
}

/// Why bytes cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskError {
    /// Some of the bytes lie behind the end of the disk.
    OutOfRange,
    /// The device failed to read or write the sector with this number.
    BadSector(u16),
}

/// A disk whose bytes are numbered from 0.
pub struct Disk<D> {
    ports: D,
    size: usize,
}

type Sector = [u8; SECTOR];

impl<D: Device> Disk<D> {
    /// A disk on a device with so many sectors.
    pub fn new(device: D, sectors: u16) -> Self {
        Self {
            ports: device,
            size: SECTOR * usize::from(sectors),
        }
    }

    /// How many bytes the disk has.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Reads the bytes from `offset` on.
    pub fn read_at(&mut self, offset: usize, buffer: &mut [u8]) -> Result<(), DiskError> {
        if buffer.len() > self.size || offset > self.size - buffer.len() {
            return Err(DiskError::OutOfRange);
        }
        let mut number = offset / SECTOR;
        let mut skipped = offset % SECTOR;
        let mut wanted = buffer.iter_mut().peekable();
        while wanted.peek().is_some() {
            let mut sector = [0; SECTOR];
            self.transfer(number, READ, &mut sector)?;
            for (to, from) in sector[skipped..]
                .iter()
                .zip(&mut wanted)
                .map(|(a, b)| (b, a))
            {
                *to = *from;
            }
            number += 1;
            skipped = 0;
        }
        Ok(())
    }

    /// Writes the bytes, from `offset` on.
    pub fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), DiskError> {
        if bytes.len() > self.size || offset > self.size - bytes.len() {
            return Err(DiskError::OutOfRange);
        }
        let lead = (SECTOR - offset % SECTOR) % SECTOR;
        let (head, rest) = bytes.split_at(lead.min(bytes.len()));
        self.patch(offset, head)?;
        let mut number = offset.div_ceil(SECTOR);
        let (whole, tail) = rest.as_chunks::<SECTOR>();
        for sector in whole {
            self.transfer(number, WRITE, &mut sector.clone())?;
            number += 1;
        }
        self.patch(number * SECTOR, tail)
    }

    /// Replaces a part of one sector.
    fn patch(&mut self, offset: usize, bytes: &[u8]) -> Result<(), DiskError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut sector = [0; SECTOR];
        self.transfer(offset / SECTOR, READ, &mut sector)?;
        sector[offset % SECTOR..][..bytes.len()].copy_from_slice(bytes);
        self.transfer(offset / SECTOR, WRITE, &mut sector)
    }

    /// Takes or gives the bytes of a sector.
    fn transfer(
        &mut self,
        number: usize,
        command: u8,
        sector: &mut Sector,
    ) -> Result<(), DiskError> {
        let number = number as u16;
        self.rest();
        for (port, value) in [
            (Port::SectorHigh, (number >> 8) as u8),
            (Port::SectorLow, number as u8),
            (Port::Command, command),
        ] {
            self.ports.output(port, value);
        }
        if self.rest() {
            return Err(DiskError::BadSector(number));
        }
        for byte in sector {
            if command == READ {
                *byte = self.ports.input(Port::Data);
            } else {
                self.ports.output(Port::Data, *byte);
            }
        }
        if command == WRITE && self.rest() {
            return Err(DiskError::BadSector(number));
        }
        Ok(())
    }

    /// Waits until the device rests, and says whether it has failed.
    fn rest(&mut self) -> bool {
        let mut status;
        while {
            status = self.ports.input(Port::Status);
            status & BUSY != 0
        } {}
        status & FAILED != 0
    }
}
