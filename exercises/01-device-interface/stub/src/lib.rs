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
    // Choose your own fields.
    _device: D,
}

impl<D: Device> Disk<D> {
    /// A disk on a device with so many sectors.
    pub fn new(device: D, sectors: u16) -> Self {
        let _ = (device, sectors);
        todo!()
    }

    /// How many bytes the disk has.
    pub fn size(&self) -> usize {
        todo!()
    }

    /// Reads the bytes from `offset` on, as many as the buffer has room for.
    pub fn read_at(&mut self, offset: usize, buffer: &mut [u8]) -> Result<(), DiskError> {
        let _ = (offset, buffer);
        todo!()
    }

    /// Writes the bytes, from `offset` on. When it returns `Ok`, the device has them.
    pub fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), DiskError> {
        let _ = (offset, bytes);
        todo!()
    }
}
