//! 01 · Device interface: a disk of sectors and ports behind reads and writes of bytes.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

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
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _device: D,
    device: D,
    sectors: u16,
    // END SOLUTION
}

impl<D: Device> Disk<D> {
    /// A disk on a device with so many sectors.
    pub fn new(device: D, sectors: u16) -> Self {
        // BEGIN SOLUTION
        // | let _ = (device, sectors);
        // | todo!()
        Self { device, sectors }
        // END SOLUTION
    }

    /// How many bytes the disk has.
    pub fn size(&self) -> usize {
        // BEGIN SOLUTION
        // | todo!()
        usize::from(self.sectors) * SECTOR
        // END SOLUTION
    }

    /// Reads the bytes from `offset` on, as many as the buffer has room for.
    pub fn read_at(&mut self, offset: usize, buffer: &mut [u8]) -> Result<(), DiskError> {
        // BEGIN SOLUTION
        // | let _ = (offset, buffer);
        // | todo!()
        self.check_range(offset, buffer.len())?;
        let mut done = 0;
        while done < buffer.len() {
            let piece = Piece::at(offset + done, buffer.len() - done);
            let sector = self.read_sector(piece.sector)?;
            buffer[done..done + piece.length].copy_from_slice(&sector[piece.range()]);
            done += piece.length;
        }
        Ok(())
        // END SOLUTION
    }

    /// Writes the bytes, from `offset` on. When it returns `Ok`, the device has them.
    pub fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), DiskError> {
        // BEGIN SOLUTION
        // | let _ = (offset, bytes);
        // | todo!()
        self.check_range(offset, bytes.len())?;
        let mut done = 0;
        while done < bytes.len() {
            let piece = Piece::at(offset + done, bytes.len() - done);
            let mut sector = if piece.length == SECTOR {
                [0; SECTOR]
            } else {
                self.read_sector(piece.sector)?
            };
            sector[piece.range()].copy_from_slice(&bytes[done..done + piece.length]);
            self.write_sector(piece.sector, &sector)?;
            done += piece.length;
        }
        Ok(())
        // END SOLUTION
    }

    // BEGIN SOLUTION
    fn check_range(&self, offset: usize, length: usize) -> Result<(), DiskError> {
        match offset.checked_add(length) {
            Some(end) if end <= self.size() => Ok(()),
            _ => Err(DiskError::OutOfRange),
        }
    }

    /// Waits until the device is not busy, and returns the status.
    fn wait(&mut self) -> u8 {
        loop {
            let status = self.device.input(Port::Status);
            if status & BUSY == 0 {
                return status;
            }
        }
    }

    /// Waits, and says whether the last command has failed.
    fn outcome(&mut self, sector: u16) -> Result<(), DiskError> {
        if self.wait() & FAILED != 0 {
            return Err(DiskError::BadSector(sector));
        }
        Ok(())
    }

    fn command(&mut self, sector: u16, command: u8) -> Result<(), DiskError> {
        self.wait();
        let [low, high] = sector.to_le_bytes();
        self.device.output(Port::SectorLow, low);
        self.device.output(Port::SectorHigh, high);
        self.device.output(Port::Command, command);
        self.outcome(sector)
    }

    fn read_sector(&mut self, sector: u16) -> Result<[u8; SECTOR], DiskError> {
        self.command(sector, READ)?;
        Ok(std::array::from_fn(|_| self.device.input(Port::Data)))
    }

    fn write_sector(&mut self, sector: u16, bytes: &[u8; SECTOR]) -> Result<(), DiskError> {
        self.command(sector, WRITE)?;
        for &byte in bytes {
            self.device.output(Port::Data, byte);
        }
        self.outcome(sector)
    }
    // END SOLUTION
}

// BEGIN SOLUTION
/// The part of a range of bytes that lies in one sector.
struct Piece {
    sector: u16,
    /// Where it begins in the sector.
    start: usize,
    length: usize,
}

impl Piece {
    /// The first piece of the `left` bytes from `offset` on, which are on the disk.
    fn at(offset: usize, left: usize) -> Self {
        let start = offset % SECTOR;
        Self {
            sector: u16::try_from(offset / SECTOR).expect("it is on the disk"),
            start,
            length: left.min(SECTOR - start),
        }
    }

    fn range(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.length
    }
}
// END SOLUTION
