//! Sealing: encryption to a teacher's public key, in the format of `age`, so that `age`
//! itself opens it.
//!
//! Source: the specification of age (C2SP, `age.md`), version 1, with X25519 recipients.
//! The crate `age` draws its keys by chance, and two packs of the same kit would differ.
//! Here every key comes from what is sealed and for whom (as the nonces of SIV do: Rogaway,
//! Shrimpton, "Deterministic Authenticated-Encryption", EUROCRYPT 2006). That is
//! safe as long as nobody can guess the text: the canary of a hidden file has 128 random
//! bits, and a text without one is not sealed. Opening is left to `age`.

use std::{io::Read as _, iter, str::FromStr};

use age_core::primitives::{aead_encrypt, hkdf};
use bech32::FromBase32 as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, aead::Aead as _};
use data_encoding::BASE64_NOPAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use thiserror::Error;
use x25519_dalek::{PublicKey, StaticSecret};

/// The first line of a sealed file.
pub(crate) const MAGIC: &str = "age-encryption.org/v1";
/// Bytes of text in one encrypted piece.
const CHUNK: usize = 64 << 10;

/// Why something cannot be opened or is no key.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// Not the public half of a key.
    #[error("`{0}` is not a public key of age: those begin with `age1`")]
    NotPublic(String),
    /// The secret half where the public one belongs.
    #[error("this is a secret key; sealing needs the public one, which begins with `age1`")]
    Secret,
    /// Not the secret half of a key.
    #[error("there is no secret key of age in `{0}`: those begin with `AGE-SECRET-KEY-1`")]
    NotSecret(String),
    /// The file is no sealed one, or damaged.
    #[error("it is no sealed file, or a damaged one: {0}")]
    Damaged(String),
    /// It was sealed for other keys.
    #[error("it was sealed for another key")]
    WrongKey,
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
        }
    }
}

/// The public half of a key: whoever has the secret half can open what is sealed for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Recipient {
    text: String,
    point: [u8; 32],
}

impl Recipient {
    /// How it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
            return Err(Error::Secret);
        }
        let not_public = || Error::NotPublic(text.to_owned());
        // The crate knows which points are keys; it does not give their bytes away.
        age::x25519::Recipient::from_str(text).map_err(|_| not_public())?;
        let (_, data, _) = bech32::decode(text).map_err(|_| not_public())?;
        let bytes = Vec::<u8>::from_base32(&data).map_err(|_| not_public())?;
        Ok(Self {
            text: text.to_owned(),
            point: bytes.try_into().map_err(|_| not_public())?,
        })
    }
}

/// Encrypts `plain` so that any one of `recipients` can open it. The same text for the
/// same recipients gives the same bytes.
pub(crate) fn seal(plain: &[u8], recipients: &[Recipient]) -> Vec<u8> {
    let mut salt = Vec::new();
    for recipient in recipients {
        salt.extend(recipient.point);
    }
    let key = |what: &str| {
        hkdf(
            &salt,
            format!("interleave sealed v1 {what}").as_bytes(),
            plain,
        )
    };
    let file_key = &key("file key")[..16];
    let nonce = &key("nonce")[..16];
    let mut header = format!("{MAGIC}\n");
    for (index, recipient) in recipients.iter().enumerate() {
        let ephemeral = StaticSecret::from(key(&format!("ephemeral {index}")));
        header += &stanza(&ephemeral, recipient, file_key);
    }
    header += "---";
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&hkdf(&[], b"header", file_key))
        .expect("any key will do");
    mac.update(header.as_bytes());
    header += &format!(" {}\n", BASE64_NOPAD.encode(&mac.finalize().into_bytes()));
    let mut sealed = header.into_bytes();
    sealed.extend(nonce);
    encrypt(plain, &hkdf(nonce, b"payload", file_key), &mut sealed);
    sealed
}

/// The key of the file, for one of those who may open it.
fn stanza(ephemeral: &StaticSecret, recipient: &Recipient, file_key: &[u8]) -> String {
    let share = PublicKey::from(ephemeral);
    let shared = ephemeral.diffie_hellman(&PublicKey::from(recipient.point));
    let salt = [*share.as_bytes(), recipient.point].concat();
    let wrap = hkdf(&salt, b"age-encryption.org/v1/X25519", shared.as_bytes());
    // A file key and its tag are 43 digits: less than a line of the format.
    let body = BASE64_NOPAD.encode(&aead_encrypt(&wrap, file_key));
    let share = BASE64_NOPAD.encode(share.as_bytes());
    format!("-> X25519 {share}\n{body}\n")
}

/// The STREAM construction (Hoang et al., "Online Authenticated-Encryption and its
/// Nonce-Reuse Misuse-Resistance", CRYPTO 2015) as age uses it.
fn encrypt(plain: &[u8], key: &[u8; 32], sealed: &mut Vec<u8>) {
    let cipher = ChaCha20Poly1305::new(key.into());
    let pieces: Vec<&[u8]> = if plain.is_empty() {
        iter::once(plain).collect()
    } else {
        plain.chunks(CHUNK).collect()
    };
    for (index, piece) in pieces.iter().enumerate() {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&(index as u64).to_be_bytes());
        nonce[11] = u8::from(index + 1 == pieces.len());
        let piece = cipher.encrypt(&nonce.into(), *piece);
        sealed.extend(piece.expect("a piece is not too long"));
    }
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
    use super::{CHUNK, Error, Identity, Recipient, seal};
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
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plain: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let sealed = seal(&plain, &recipients);
            assert_eq!(first.open(&sealed).unwrap(), plain, "{length}");
            assert_eq!(second.open(&sealed).unwrap(), plain, "{length}");
            assert_eq!(seal(&plain, &recipients), sealed);
        }
    }

    #[test]
    fn other_texts_and_other_keys_have_nothing_in_common() {
        let ((_, one), (_, other)) = (pair(), pair());
        let body = |sealed: Vec<u8>| {
            let text = String::from_utf8_lossy(&sealed).into_owned();
            text.split_once("X25519 ").unwrap().1[..40].to_owned()
        };
        let first = body(seal(b"a text", std::slice::from_ref(&one)));
        assert_ne!(first, body(seal(b"a Text", std::slice::from_ref(&one))));
        assert_ne!(first, body(seal(b"a text", &[other])));
    }

    #[test]
    fn nobody_else_opens_it_and_damage_is_found() {
        let ((_, one), (stranger, _)) = (pair(), pair());
        let (me, my_key) = pair();
        let sealed = seal(b"secret", &[one]);
        assert!(matches!(stranger.open(&sealed), Err(Error::WrongKey)));
        let sealed = seal(b"secret", &[my_key]);
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
