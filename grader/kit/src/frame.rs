//! Frames of the protocol between verdict process and driver.

use std::io::{self, Read, Write};

use grader_schema::protocol::MAX_FRAME;
use serde::{Serialize, de::DeserializeOwned};

/// What can go wrong with a frame.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("the other side has closed the channel")]
    Closed,
    #[error("no answer in time")]
    TimedOut,
    #[error("a frame of {0} bytes is too large")]
    TooLarge(usize),
    #[error("a frame is not what the protocol allows: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("the channel failed: {0}")]
    Io(io::Error),
}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset => Self::Closed,
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::TimedOut,
            _ => Self::Io(error),
        }
    }
}

/// The bytes of a frame.
pub(crate) fn encode(message: &impl Serialize) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, message)?;
    let length = bytes.len() - 4;
    if length > MAX_FRAME {
        return Err(FrameError::TooLarge(length));
    }
    bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(bytes)
}

/// Writes a frame.
pub(crate) fn write(channel: &mut impl Write, message: &impl Serialize) -> Result<(), FrameError> {
    Ok(channel.write_all(&encode(message)?)?)
}

/// Reads a frame.
pub(crate) fn read<T: DeserializeOwned>(channel: &mut impl Read) -> Result<T, FrameError> {
    let mut length = [0; 4];
    channel.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(FrameError::TooLarge(length));
    }
    let mut bytes = vec![0; length];
    channel.read_exact(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_survives_the_channel() {
        let bytes = encode(&vec![1, 2, 3]).expect("small");
        let read: Vec<i32> = read(&mut bytes.as_slice()).expect("whole");
        assert_eq!(read, [1, 2, 3]);
    }

    #[test]
    fn a_huge_length_is_refused_before_anything_is_allocated() {
        let bytes = u32::MAX.to_le_bytes();
        let result = read::<Vec<u8>>(&mut bytes.as_slice());
        assert!(matches!(result, Err(FrameError::TooLarge(_))));
    }

    #[test]
    fn a_cut_frame_counts_as_closed() {
        let mut bytes = encode(&"hello").expect("small");
        bytes.pop();
        let result = read::<String>(&mut bytes.as_slice());
        assert!(matches!(result, Err(FrameError::Closed)));
    }
}
