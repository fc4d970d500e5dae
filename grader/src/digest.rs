//! Digests that name what was compiled.

use sha2::{Digest as _, Sha256};

/// A digest in the making. Every field is framed, so that no two lists of fields look alike.
#[derive(Debug, Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Adds a field.
    #[must_use]
    pub(crate) fn field(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// The first 20 hexadecimal digits: short enough for a path, long enough not to collide by chance.
    pub(crate) fn short(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0.finalize()[..10])
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn fields_are_framed() {
        let one = Digest::default().field("ab").field("c").short();
        let other = Digest::default().field("a").field("bc").short();
        assert_ne!(one, other);
        assert_eq!(one.len(), 20);
    }
}
