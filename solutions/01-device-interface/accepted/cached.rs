//! What was read or written is remembered, so a read may need no command at all.

use std::collections::HashMap;

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
    known: HashMap<u16, [u8; SECTOR]>,
    /// What the two sector ports hold.
    at: Option<u16>,
}

impl<D: Device> Disk<D> {
    /// A disk.
    pub fn new(device: D, sectors: u16) -> Self {
        Self {
            device,
            sectors,
            known: HashMap::new(),
            at: None,
        }
    }

    /// Its bytes.
    pub fn size(&self) -> usize {
        SECTOR * self.sectors as usize
    }

    fn parts(&self, offset: usize, length: usize) -> Result<Vec<(u16, usize, usize)>, DiskError> {
        if offset > self.size() || length > self.size() - offset {
            return Err(DiskError::OutOfRange);
        }
        let mut parts: Vec<(u16, usize, usize)> = Vec::new();
        for at in offset..offset + length {
            match parts.last_mut() {
                Some((sector, _, end)) if usize::from(*sector) == at / SECTOR => *end += 1,
                _ => parts.push(((at / SECTOR) as u16, at % SECTOR, at % SECTOR + 1)),
            }
        }
        Ok(parts)
    }

    fn idle(&mut self) -> bool {
        let mut status = BUSY;
        while status & BUSY == BUSY {
            status = self.device.input(Port::Status);
        }
        status & FAILED == 0
    }

    fn begin(&mut self, sector: u16, what: u8) -> Result<(), DiskError> {
        self.idle();
        if self.at != Some(sector) {
            let [low, high] = sector.to_le_bytes();
            self.device.output(Port::SectorHigh, high);
            self.device.output(Port::SectorLow, low);
            self.at = Some(sector);
        }
        self.device.output(Port::Command, what);
        self.idle()
            .then_some(())
            .ok_or(DiskError::BadSector(sector))
    }

    fn get(&mut self, sector: u16) -> Result<[u8; SECTOR], DiskError> {
        if let Some(bytes) = self.known.get(&sector) {
            return Ok(*bytes);
        }
        self.begin(sector, READ)?;
        let bytes = std::array::from_fn(|_| self.device.input(Port::Data));
        self.known.insert(sector, bytes);
        Ok(bytes)
    }

    /// Reads.
    pub fn read_at(&mut self, offset: usize, buffer: &mut [u8]) -> Result<(), DiskError> {
        let mut rest = buffer;
        for (sector, from, to) in self.parts(offset, rest.len())? {
            let bytes = self.get(sector)?;
            let (now, later) = rest.split_at_mut(to - from);
            now.copy_from_slice(&bytes[from..to]);
            rest = later;
        }
        Ok(())
    }

    /// Writes.
    pub fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), DiskError> {
        let mut rest = bytes;
        for (sector, from, to) in self.parts(offset, bytes.len())? {
            let (new, later) = rest.split_at(to - from);
            rest = later;
            let mut whole = if new.len() == SECTOR {
                [0; SECTOR]
            } else {
                self.get(sector)?
            };
            whole[from..to].copy_from_slice(new);
            self.begin(sector, WRITE)?;
            whole
                .iter()
                .for_each(|byte| self.device.output(Port::Data, *byte));
            if !self.idle() {
                return Err(DiskError::BadSector(sector));
            }
            self.known.insert(sector, whole);
        }
        Ok(())
    }
}
