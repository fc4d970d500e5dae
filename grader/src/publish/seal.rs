//! Sealing: encryption to a teacher's public key by the crate `age`.
//!
//! `age` draws its keys by chance, so the same text sealed twice gives different bytes. A pack
//! therefore says the digest of what was sealed, and a sealed file is kept while that is equal
//! (`collect::Earlier`). The digest reveals nothing unless a reader can guess the text: the
//! canary of a hidden file has 128 random bits, and a text without one is not sealed.

use std::{
    io::{Read as _, Write as _},
    iter,
    str::FromStr,
};

use thiserror::Error;

use crate::digest::Digest;

/// Why something cannot be opened or is no key.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// Not the public half of a key.
    #[error("`{0}` is not an age public key, which begins with `age1`")]
    NotPublic(String),
    /// The secret half where the public one belongs.
    #[error("this is a secret key; sealing needs the public one, which begins with `age1`")]
    Secret,
    /// Not the secret half of a key.
    #[error("`{0}` contains no age secret key, which begins with `AGE-SECRET-KEY-1`")]
    NotSecret(String),
    /// The file is no sealed one, or damaged.
    #[error("it is not a sealed file, or it is damaged: {0}")]
    Damaged(String),
    /// It was sealed for other keys.
    #[error("it was sealed for another key")]
    WrongKey,
    /// It cannot be encrypted.
    #[error("it cannot be sealed: {0}")]
    Sealing(String),
}

impl Error {
    /// The same in Chinese.
    pub(crate) fn chinese(&self) -> String {
        match self {
            Self::NotPublic(text) => format!("`{text}` 不是 age 的公钥：公钥以 `age1` 开头"),
            Self::Secret => "这是私钥；加密需要以 `age1` 开头的公钥".to_owned(),
            Self::NotSecret(file) => {
                format!("`{file}` 中没有 age 的私钥：私钥以 `AGE-SECRET-KEY-1` 开头")
            }
            Self::Damaged(why) => format!("不是加密文件，或已损坏：{why}"),
            Self::WrongKey => "它是为另一把密钥加密的".to_owned(),
            Self::Sealing(why) => format!("无法加密：{why}"),
        }
    }
}

/// The public half of a key: its secret half opens what is sealed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient(age::x25519::Recipient);

impl Recipient {
    /// How it is written.
    pub(crate) fn text(&self) -> String {
        self.0.to_string()
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
            return Err(Error::Secret);
        }
        let key = text.parse().map(Self);
        key.map_err(|_| Error::NotPublic(text.to_owned()))
    }
}

/// Encrypts `plain` so that any one of `recipients` can open it.
///
/// # Errors
///
/// Fails if there is no recipient.
pub(crate) fn seal(plain: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Sealing(error.to_string());
    let keys = recipients.iter().map(|key| &key.0 as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(keys).map_err(|error| failed(&error))?;
    let mut sealed = Vec::new();
    let mut writer = encryptor
        .wrap_output(&mut sealed)
        .map_err(|error| failed(&error))?;
    writer.write_all(plain).map_err(|error| failed(&error))?;
    writer.finish().map_err(|error| failed(&error))?;
    Ok(sealed)
}

/// Names a text and those for whom it is sealed, which are in order.
pub(crate) fn digest(plain: &[u8], recipients: &[Recipient]) -> String {
    let digest = Digest::default().field(plain);
    let keys = recipients.iter().map(Recipient::text);
    keys.fold(digest, Digest::field).short()
}

/// The secret half of a key.
pub(crate) struct Identity(age::x25519::Identity);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(secret)")
    }
}

impl Identity {
    /// The first secret key in a text such as `age-keygen` writes; `file` is where it is from.
    pub(crate) fn read(text: &str, file: &str) -> Result<Self, Error> {
        let keys = text.lines().map(str::trim);
        keys.filter(|line| !line.starts_with('#'))
            .find_map(|line| age::x25519::Identity::from_str(line).ok())
            .map(Self)
            .ok_or_else(|| Error::NotSecret(file.to_owned()))
    }

    /// Decrypts what was sealed for this key.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let damaged = |error: &dyn std::fmt::Display| Error::Damaged(error.to_string());
        let decryptor = age::Decryptor::new_buffered(sealed).map_err(|error| damaged(&error))?;
        let keys = iter::once(&self.0 as &dyn age::Identity);
        let mut reader = decryptor.decrypt(keys).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => Error::WrongKey,
            error => damaged(&error),
        })?;
        let mut plain = Vec::new();
        reader
            .read_to_end(&mut plain)
            .map_err(|error| damaged(&error))?;
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Identity, Recipient, digest, seal};
    use age::secrecy::ExposeSecret as _;

    fn pair() -> (Identity, Recipient) {
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public().to_string().parse().unwrap();
        (Identity(identity), recipient)
    }

    #[test]
    fn age_opens_what_was_sealed_whatever_its_length() {
        let ((first, one), (second, other)) = (pair(), pair());
        let recipients = [one, other];
        // `age` encrypts pieces of 64 KiB.
        for length in [0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 3 << 16] {
            let plain: Vec<u8> = (0..length).map(|at: usize| (at % 251) as u8).collect();
            let sealed = seal(&plain, &recipients).unwrap();
            assert_eq!(first.open(&sealed).unwrap(), plain, "{length}");
            assert_eq!(second.open(&sealed).unwrap(), plain, "{length}");
        }
    }

    #[test]
    fn nothing_is_sealed_for_nobody() {
        assert!(matches!(seal(b"a text", &[]), Err(Error::Sealing(_))));
    }

    #[test]
    fn a_digest_names_the_text_and_the_keys() {
        let ((_, one), (_, other)) = (pair(), pair());
        let first = digest(b"a text", std::slice::from_ref(&one));
        assert_eq!(first, digest(b"a text", std::slice::from_ref(&one)));
        assert_ne!(first, digest(b"a Text", std::slice::from_ref(&one)));
        assert_ne!(first, digest(b"a text", std::slice::from_ref(&other)));
        assert_ne!(first, digest(b"a text", &[one, other]));
    }

    #[test]
    fn nobody_else_opens_it_and_damage_is_found() {
        let ((_, one), (stranger, _)) = (pair(), pair());
        let (me, my_key) = pair();
        let sealed = seal(b"secret", &[one]).unwrap();
        assert!(matches!(stranger.open(&sealed), Err(Error::WrongKey)));
        let sealed = seal(b"secret", &[my_key]).unwrap();
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(me.open(&damaged).is_err(), "byte {at}");
        }
        assert!(matches!(me.open(b"no"), Err(Error::Damaged(_))));
    }

    #[test]
    fn keys_are_told_apart() {
        let identity = age::x25519::Identity::generate();
        let secret = identity.to_string();
        let secret = secret.expose_secret();
        assert!(matches!(secret.parse::<Recipient>(), Err(Error::Secret)));
        assert!(matches!(
            "age1no".parse::<Recipient>(),
            Err(Error::NotPublic(_))
        ));
        assert!(Identity::read(&format!("# a key\n{secret}\n"), "f").is_ok());
        let public = identity.to_public().to_string();
        assert!(matches!(
            Identity::read(&public, "f"),
            Err(Error::NotSecret(_))
        ));
    }
}
