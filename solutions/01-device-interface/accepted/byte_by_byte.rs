//! Byte by byte, over a sector that is held in hand and put back when another one is needed.

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
    device: D,
    sectors: u16,
}

/// The sector in hand.
struct Hand {
    sector: u16,
    bytes: [u8; SECTOR],
}

impl<D: Device> Disk<D> {
    /// A disk on a device with so many sectors.
    pub fn new(device: D, sectors: u16) -> Self {
        Self { device, sectors }
    }

    /// How many bytes the disk has.
    pub fn size(&self) -> usize {
        usize::from(self.sectors) << SECTOR.trailing_zeros()
    }

    /// Reads the bytes from `offset` on.
    pub fn read_at(&mut self, offset: usize, buffer: &mut [u8]) -> Result<(), DiskError> {
        self.end(offset, buffer.len())?;
        let mut hand: Option<Hand> = None;
        for (at, byte) in (offset..).zip(buffer) {
            let sector = (at / SECTOR) as u16;
            let held = match hand.take().filter(|held| held.sector == sector) {
                Some(held) => held,
                None => self.fetch(sector)?,
            };
            *byte = held.bytes[at % SECTOR];
            hand = Some(held);
        }
        Ok(())
    }

    /// Writes the bytes, from `offset` on.
    pub fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), DiskError> {
        let end = self.end(offset, bytes.len())?;
        let mut hand: Option<Hand> = None;
        for (at, &byte) in (offset..).zip(bytes) {
            let sector = (at / SECTOR) as u16;
            let start = usize::from(sector) * SECTOR;
            let mut held = match hand.take() {
                Some(held) => held,
                // All of it is about to be overwritten.
                None if offset <= start && start + SECTOR <= end => Hand {
                    sector,
                    bytes: [0; SECTOR],
                },
                None => self.fetch(sector)?,
            };
            held.bytes[at % SECTOR] = byte;
            if at + 1 == end || at % SECTOR == SECTOR - 1 {
                self.put_back(held)?;
            } else {
                hand = Some(held);
            }
        }
        Ok(())
    }

    fn end(&self, offset: usize, length: usize) -> Result<usize, DiskError> {
        let end = offset.checked_add(length);
        end.filter(|&end| end <= self.size())
            .ok_or(DiskError::OutOfRange)
    }

    fn fetch(&mut self, sector: u16) -> Result<Hand, DiskError> {
        self.ask(sector, READ)?;
        let mut bytes = [0; SECTOR];
        bytes.fill_with(|| self.device.input(Port::Data));
        Ok(Hand { sector, bytes })
    }

    fn put_back(&mut self, hand: Hand) -> Result<(), DiskError> {
        self.ask(hand.sector, WRITE)?;
        for byte in hand.bytes {
            self.device.output(Port::Data, byte);
        }
        self.check(hand.sector)
    }

    fn ask(&mut self, sector: u16, command: u8) -> Result<(), DiskError> {
        let _ = self.check(sector);
        self.device.output(Port::SectorLow, (sector % 256) as u8);
        self.device.output(Port::SectorHigh, (sector / 256) as u8);
        self.device.output(Port::Command, command);
        self.check(sector)
    }

    /// Waits until the device is not busy.
    fn check(&mut self, sector: u16) -> Result<(), DiskError> {
        let device = &mut self.device;
        let mut all = std::iter::repeat_with(|| device.input(Port::Status));
        match all.find(|status| status & BUSY == 0) {
            Some(status) if status & FAILED == 0 => Ok(()),
            _ => Err(DiskError::BadSector(sector)),
        }
    }
}
