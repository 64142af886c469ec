//! Sealing what nobody may read yet, and nobody may trace afterwards.
//!
//! What is said anonymously is kept sealed (XChaCha20-Poly1305) under a key of its conversation. When
//! everything is shown, the key is destroyed, so whoever reads an old copy of the database learns
//! nothing of who said what. That holds only where copies don't have the keys: on SQLite they lie in
//! a file of their own beside the database (`…-keys`), which `elevenses backup` leaves alone; on
//! PostgreSQL in the table `seal_key`, which dumps are to leave out (docs/OPERATIONS.md). The price: who
//! restores a copy without the keys has lost what was sealed, and its authors are asked again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use crate::app::Random;
use crate::error::Result;
use crate::partnership::PartnershipId;

use super::{Db, Tx};

/// Makes the table of keys in SQLite's file for them.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS keys.seal_key (partnership BIGINT NOT NULL, \
    subject TEXT NOT NULL, seal_key TEXT NOT NULL, PRIMARY KEY (partnership, subject));";

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a nonce. It is random: 24 bytes are enough that none comes twice.
const NONCE: usize = 24;

/// Marks the end of a sealed text. No UTF-8 has this byte.
const END: u8 = 0xff;

/// A key. It can't be printed.
pub struct Key([u8; KEY]);

impl Key {
    /// Seals a text. It opens only with the same `context`, such as the row that it stands in. `longest`: how
    /// many bytes a text of its kind has at most; all of them are sealed at this length.
    pub fn seal(&self, random: &Random, context: &str, text: &str, longest: usize) -> Result<String> {
        let nonce: [u8; NONCE] = random.bytes();
        let padded = padded(text, longest);
        let payload = Payload { msg: &padded, aad: context.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| anyhow::anyhow!("a text of {} bytes can't be sealed", text.len()))?;
        Ok(BASE64.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what was sealed under this key in this context. `None`: under another one, or damaged.
    pub fn open(&self, context: &str, sealed: &str) -> Option<String> {
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let mut text = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        text.truncate(text.iter().rposition(|byte| *byte == END)?);
        String::from_utf8(text).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// A text with an end mark, and zeros up to the longest: else its length, which an old copy tells, would say
/// which of the texts shown later it is.
fn padded(text: &str, longest: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(END);
    bytes.resize(bytes.len().max(longest + 1), 0);
    bytes
}

/// The key of a subject, such as `conversation:12`; made where there is none.
pub async fn make(tx: &mut Tx, random: &Random, partnership: PartnershipId, subject: &str) -> Result<Key> {
    if let Some(key) = key(tx, partnership, subject).await? {
        return Ok(key);
    }
    let key = Key(random.bytes());
    sqlx::query("INSERT INTO seal_key (partnership, subject, seal_key) VALUES ($1, $2, $3)")
        .bind(partnership.0)
        .bind(subject)
        .bind(BASE64.encode(key.0))
        .execute(&mut **tx)
        .await?;
    Ok(key)
}

/// The key of a subject, while there is one.
pub async fn key(db: &mut Db, partnership: PartnershipId, subject: &str) -> Result<Option<Key>> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT seal_key FROM seal_key WHERE partnership = $1 AND subject = $2")
            .bind(partnership.0)
            .bind(subject)
            .fetch_optional(db)
            .await?;
    let bytes = row.and_then(|(text,)| BASE64.decode(text).ok());
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map(Key))
}

/// Destroys the key of a subject: what it sealed can't be opened any more. On SQLite its place in the
/// file is overwritten (`secure_delete`).
pub async fn destroy(tx: &mut Tx, partnership: PartnershipId, subject: &str) -> Result<()> {
    sqlx::query("DELETE FROM seal_key WHERE partnership = $1 AND subject = $2")
        .bind(partnership.0)
        .bind(subject)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_under_its_key_and_context_alone() {
        let random = Random::seeded(1);
        let key = Key(random.bytes());
        for text in ["", "three sites", "Ŵŷ 🫖 \0"] {
            let sealed = key.seal(&random, "view:1", text, 64).expect("sealed");
            assert_eq!(key.open("view:1", &sealed).as_deref(), Some(text));
            assert_eq!(key.open("view:2", &sealed), None);
            assert_eq!(Key(random.bytes()).open("view:1", &sealed), None);
            assert_ne!(key.seal(&random, "view:1", text, 64).expect("sealed"), sealed, "the same text looks the same");
            assert!(text.is_empty() || !sealed.contains(text));
            assert_eq!(sealed.len(), key.seal(&random, "view:1", "longer than the others", 64).expect("sealed").len());
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_else_opens(sealed in ".*") {
            proptest::prop_assert_eq!(Key([7; KEY]).open("view:1", &sealed), None);
        }
    }
}
