//! The texts of a file that are searched for secrets: the file as it is, and each decoded form.

use std::{io::Read as _, sync::LazyLock};

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER_PERMISSIVE};
use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

/// Decoded bytes of one file that are looked at.
const MOST: u64 = 32 << 20;
/// How often something may be wrapped in something else.
const DEEPEST: usize = 3;
/// Characters that a run of base64 or hexadecimal digits has at least.
const SHORTEST: usize = 24;

/// Base64 whose end may be cut off.
static BASE64: LazyLock<[Encoding; 2]> = LazyLock::new(|| {
    [BASE64_NOPAD, BASE64URL_NOPAD].map(|encoding| {
        let mut lenient = encoding.specification();
        lenient.check_trailing_bits = false;
        lenient.encoding().expect("it was a specification before")
    })
});

/// The texts in `bytes`, the plain one first.
pub(super) fn views(bytes: &[u8]) -> Vec<String> {
    let mut views = Vec::new();
    look(bytes, 0, &mut views);
    views
}

fn look(bytes: &[u8], depth: usize, views: &mut Vec<String>) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    if depth < DEEPEST {
        for inside in [
            unpacked(bytes),
            utf16(bytes, u16::from_le_bytes),
            utf16(bytes, u16::from_be_bytes),
        ]
        .into_iter()
        .flatten()
        {
            look(&inside, depth + 1, views);
        }
        for inside in encoded(&text) {
            look(&inside, depth + 1, views);
        }
    }
    views.insert(if depth == 0 { 0 } else { views.len() }, text);
}

fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut inside = Vec::new();
    match bytes {
        [0x1f, 0x8b, ..] => {
            MultiGzDecoder::new(bytes)
                .take(MOST)
                .read_to_end(&mut inside)
                .ok()?;
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = StreamingDecoder::new(bytes).ok()?;
            decoder.take(MOST).read_to_end(&mut inside).ok()?;
        }
        _ => return None,
    }
    Some(inside)
}

/// Text of two bytes a character, if half of the bytes say so.
fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Option<Vec<u8>> {
    let zeros = bytes
        .chunks_exact(2)
        .filter(|pair| pair.contains(&0))
        .count();
    if bytes.is_empty() || zeros < bytes.len() / 6 {
        return None;
    }
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| read([pair[0], pair[1]]))
        .collect();
    Some(String::from_utf16_lossy(&units).into_bytes())
}

/// The decoded bytes of runs of base64 and of hexadecimal digits.
fn encoded(text: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    // A long text is folded into lines.
    let unfolded: String = text.lines().map(str::trim).collect();
    for text in [text, &unfolded] {
        let runs = text.split(|it: char| !it.is_ascii_alphanumeric() && !"+/-_".contains(it));
        for run in runs.filter(|run| run.len() >= SHORTEST) {
            for encoding in &*BASE64 {
                // The run may have begun anywhere in a group of four.
                for skipped in 0..4 {
                    let run = &run[skipped..];
                    // One digit alone is less than a byte.
                    let end = run.len() - usize::from(run.len() % 4 == 1);
                    found.extend(encoding.decode(&run.as_bytes()[..end]));
                }
            }
            for digits in run.split(|it: char| !it.is_ascii_hexdigit()) {
                if digits.len() >= SHORTEST {
                    let end = digits.len() / 2 * 2;
                    found.extend(HEXLOWER_PERMISSIVE.decode(&digits.as_bytes()[..end]));
                }
            }
        }
    }
    found.retain(|bytes| !bytes.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::views;
    use data_encoding::{BASE64, HEXUPPER};

    fn finds(bytes: &[u8]) -> bool {
        views(bytes)
            .iter()
            .any(|view| view.contains("the hidden words"))
    }

    #[test]
    fn what_is_wrapped_is_seen() {
        let secret = b"here are the hidden words, and more";
        assert!(finds(secret));
        let base64 = BASE64.encode(secret);
        for before in ["", "x", "xy", "xyz", "\"", "data:"] {
            assert!(finds(format!("{before}{base64}").as_bytes()), "{before}");
        }
        let (head, tail) = base64.split_at(20);
        assert!(finds(format!("{head}\n  {tail}\n").as_bytes()));
        assert!(finds(HEXUPPER.encode(secret).as_bytes()));
        assert!(finds(
            BASE64.encode(HEXUPPER.encode(secret).as_bytes()).as_bytes()
        ));
        let wide: Vec<u8> = String::from_utf8_lossy(secret)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(finds(&wide));
        let packed = ruzstd::encoding::compress_to_vec(
            secret.as_slice(),
            ruzstd::encoding::CompressionLevel::Fastest,
        );
        assert!(finds(&packed));
    }
}
