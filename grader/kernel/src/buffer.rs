//! What has arrived at a socket and was not read.

use std::collections::VecDeque;

/// Bytes in their order, up to a limit.
///
/// A byte takes the room of a byte. Linux counts what its packets take, so that how much can be
/// sent to a peer that does not read is left open there.
#[derive(Debug, Clone)]
pub(crate) struct Buffer {
    bytes: VecDeque<u8>,
    /// How many bytes are left of each message that was sent. A stream has no bounds between
    /// messages, but the sender at a pair of sockets is told when one is read to its end.
    messages: VecDeque<usize>,
    /// The most bytes.
    most: usize,
    /// How many bytes have arrived so far.
    arrived: usize,
}

/// Bytes that were taken out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) bytes: Vec<u8>,
    /// Whether it was full before, and is not any more.
    pub(crate) was_full: bool,
    /// How many messages were read to their ends.
    pub(crate) messages: usize,
}

impl Buffer {
    /// An empty one.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            bytes: VecDeque::new(),
            messages: VecDeque::new(),
            most,
            arrived: 0,
        }
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// How many bytes there are to read.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// How many more bytes there is room for.
    pub(crate) fn room(&self) -> usize {
        self.most - self.bytes.len()
    }

    /// Whether there would not be room for `count` more bytes if none had been taken out so far.
    pub(crate) fn may_lack_room(&self, count: usize) -> bool {
        self.arrived + count > self.most
    }

    /// Puts in as much of a message as there is room for: how many bytes that is.
    pub(crate) fn put(&mut self, message: &[u8]) -> usize {
        let count = message.len().min(self.room());
        if count > 0 {
            self.bytes.extend(&message[..count]);
            self.messages.push_back(count);
            self.arrived += count;
        }
        count
    }

    /// The first bytes, at most `count`, which stay.
    pub(crate) fn peek(&self, count: usize) -> Vec<u8> {
        self.bytes.iter().take(count).copied().collect()
    }

    /// Takes out the first bytes, at most `count`.
    pub(crate) fn take(&mut self, count: usize) -> Taken {
        let count = count.min(self.bytes.len());
        let was_full = self.room() == 0 && count > 0;
        let bytes = self.bytes.drain(..count).collect();
        let (mut left, mut messages) = (count, 0);
        while let Some(first) = self.messages.front_mut()
            && left > 0
        {
            let read = left.min(*first);
            *first -= read;
            left -= read;
            if *first == 0 {
                self.messages.pop_front();
                messages += 1;
            }
        }
        Taken {
            bytes,
            was_full,
            messages,
        }
    }

    /// Throws away what is there.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.messages.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_with_their_last_byte() {
        let mut buffer = Buffer::new(6);
        assert_eq!((buffer.put(b"abc"), buffer.put(b"de")), (3, 2));
        let taken = |bytes: &[u8], was_full, messages| Taken {
            bytes: bytes.to_vec(),
            was_full,
            messages,
        };
        assert_eq!(buffer.take(2), taken(b"ab", false, 0));
        assert_eq!(buffer.put(b"fghij"), 3);
        assert_eq!(buffer.take(0), taken(b"", false, 0));
        assert_eq!(buffer.peek(2), b"cd");
        assert_eq!(buffer.take(3), taken(b"cde", true, 2));
        assert_eq!(buffer.take(9), taken(b"fgh", false, 1));
        assert!(buffer.is_empty() && buffer.room() == 6);
    }
}
