//! Recursive, sector by sector; the read of a partial write comes right before it.

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
pub struct Disk<D>(D, u16);

impl<D: Device> Disk<D> {
    /// A disk.
    pub fn new(device: D, sectors: u16) -> Self {
        Self(device, sectors)
    }

    /// Its bytes.
    pub fn size(&self) -> usize {
        SECTOR * usize::from(self.1)
    }

    fn ready(&mut self) -> u8 {
        let status = self.0.input(Port::Status);
        if status & BUSY == 0 {
            status
        } else {
            self.ready_later()
        }
    }

    fn ready_later(&mut self) -> u8 {
        loop {
            let status = self.0.input(Port::Status);
            if status < BUSY {
                return status;
            }
        }
    }

    fn sector(
        &mut self,
        number: u16,
        command: u8,
        mut each: impl FnMut(&mut D, usize),
    ) -> Result<(), DiskError> {
        self.ready();
        self.0.output(Port::SectorLow, number.to_le_bytes()[0]);
        self.0.output(Port::SectorHigh, number.to_le_bytes()[1]);
        self.0.output(Port::Command, command);
        if self.ready() & FAILED != 0 {
            return Err(DiskError::BadSector(number));
        }
        (0..SECTOR).for_each(|at| each(&mut self.0, at));
        if self.ready() & FAILED != 0 {
            return Err(DiskError::BadSector(number));
        }
        Ok(())
    }

    fn range(&self, offset: usize, count: usize) -> Result<(), DiskError> {
        if offset as u128 + count as u128 > self.size() as u128 {
            Err(DiskError::OutOfRange)
        } else {
            Ok(())
        }
    }

    /// Reads.
    pub fn read_at(&mut self, offset: usize, buffer: &mut [u8]) -> Result<(), DiskError> {
        self.range(offset, buffer.len())?;
        if buffer.is_empty() {
            return Ok(());
        }
        let skip = offset % SECTOR;
        let count = buffer.len().min(SECTOR - skip);
        let (first, rest) = buffer.split_at_mut(count);
        self.sector((offset / SECTOR) as u16, READ, |device, at| {
            let byte = device.input(Port::Data);
            if let Some(place) = at.checked_sub(skip).and_then(|at| first.get_mut(at)) {
                *place = byte;
            }
        })?;
        self.read_at(offset + count, rest)
    }

    /// Writes.
    pub fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), DiskError> {
        self.range(offset, bytes.len())?;
        if bytes.is_empty() {
            return Ok(());
        }
        let (number, skip) = ((offset / SECTOR) as u16, offset % SECTOR);
        let (first, rest) = bytes.split_at(bytes.len().min(SECTOR - skip));
        let mut old = [0; SECTOR];
        if first.len() != SECTOR {
            self.sector(number, READ, |device, at| {
                old[at] = device.input(Port::Data)
            })?;
        }
        old[skip..skip + first.len()].copy_from_slice(first);
        self.sector(number, WRITE, |device, at| {
            device.output(Port::Data, old[at])
        })?;
        self.write_at(offset + first.len(), rest)
    }
}
