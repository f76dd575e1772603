//! The reference meaning of the bytes of files: what is stored, and when a file is received.

use afield_domain::AttachmentId;
use afield_planted::planted;
use std::collections::BTreeMap;

/// The files of a server.
#[derive(Debug, Clone, Default)]
pub struct ModelFiles {
    /// What those are that were registered, as their hashes say.
    pub right: BTreeMap<AttachmentId, Vec<u8>>,
    /// What has come so far.
    pub stored: BTreeMap<AttachmentId, Vec<u8>>,
    /// Those that are whole and right.
    pub received: BTreeMap<AttachmentId, Vec<u8>>,
    /// How many bytes came in all.
    pub came: u64,
    /// What was counted and is not on the disk yet: how much of those files is.
    pub loose: BTreeMap<AttachmentId, usize>,
}

impl ModelFiles {
    /// The server was killed: what is not on the disk is gone.
    pub fn restart(&mut self) {
        for (id, length) in std::mem::take(&mut self.loose) {
            let received = self.received.remove(&id);
            let bytes = received.or_else(|| self.stored.remove(&id));
            let mut bytes = bytes.unwrap_or_default();
            bytes.truncate(length);
            self.stored.insert(id, bytes);
        }
    }

    /// Takes the bytes from a place on, or tells where the file is. It was registered with so many bytes, or not at
    /// all.
    ///
    /// # Errors
    /// The HTTP status.
    pub fn take(
        &mut self,
        id: AttachmentId,
        registered: Option<u64>,
        piece: Option<(u64, &[u8])>,
    ) -> Result<u64, u16> {
        let length = registered.ok_or(404_u16)?;
        if self.received.contains_key(&id) {
            return Ok(length);
        }
        let stored = self.stored.entry(id).or_default();
        if let Some((at, bytes)) = piece {
            self.came += bytes.len() as u64;
            if at != stored.len() as u64 {
                return Err(409);
            }
            if at + bytes.len() as u64 > length {
                return Err(413);
            }
            if planted!(CountedBeforeDurable: false => true) {
                self.loose.insert(id, stored.len());
            }
            stored.extend_from_slice(bytes);
        }
        if stored.len() as u64 == length {
            let bytes = std::mem::take(stored);
            let is_other = self.right.get(&id).is_some_and(|right| *right != bytes);
            if planted!(HashUnchecked: is_other => false) {
                return Err(460);
            }
            self.received.insert(id, bytes);
            return Ok(length);
        }
        Ok(stored.len() as u64)
    }
}
