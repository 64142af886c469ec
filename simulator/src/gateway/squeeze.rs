//! The compression that some clients ask for: one zlib stream over all frames.

use axum::extract::ws::Message;
use flate2::{Compress, Compression, FlushCompress};

/// Turns text into frames.
pub(super) struct Squeeze(Option<Compress>);

impl Squeeze {
    /// Compresses if the address asked for `zlib-stream`.
    pub(super) fn asked(compress: Option<&str>) -> Self {
        Self((compress == Some("zlib-stream")).then(|| Compress::new(Compression::fast(), true)))
    }

    pub(super) fn frame(&mut self, text: &str) -> Message {
        match &mut self.0 {
            None => Message::text(text),
            Some(stream) => Message::binary(squeezed(stream, text.as_bytes())),
        }
    }
}

fn squeezed(stream: &mut Compress, mut bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let before = stream.total_in();
        if stream.compress_vec(bytes, &mut out, FlushCompress::Sync).is_err() {
            return out;
        }
        bytes = &bytes[usize::try_from(stream.total_in() - before).unwrap_or(bytes.len())..];
        // Space that is left over means that all was flushed.
        if bytes.is_empty() && out.len() < out.capacity() {
            return out;
        }
        out.reserve(out.capacity().max(64));
    }
}
