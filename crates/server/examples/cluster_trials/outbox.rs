//! What is on one simulated device: changes without a verdict, in their order, and photos that have not arrived.
//!
//! Owns the order, the ids and the bytes, all of which follow from the device's number and the place in its order. Pure. Must
//! never forget a change before its verdict is heard, nor send one under another id.

use afield_domain::{
    AttachmentId, AttachmentKind, DeviceId, JobId, MutationId, NoteId, OP_VERSION, Op, RecordKey,
    Timestamp, UserId,
};
use afield_protocol::{Mutation, PushRequest, Seq};
use afield_server::auth::token::hex;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use uuid::Uuid;

/// Changes that go in one request: few, so that there are many commits to be killed in.
const BATCH: usize = 8;
/// The smallest photo, and how much larger others are.
const PHOTO: (usize, u64) = (30_000, 90_000);

/// Who carries the device, and which job is worked on with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carrier {
    pub(crate) company: u32,
    pub(crate) user: UserId,
    pub(crate) job: JobId,
}

/// A photo whose bytes still have to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Photo {
    pub(crate) id: AttachmentId,
    pub(crate) seq: u64,
    pub(crate) length: usize,
}

#[derive(Debug)]
pub(crate) struct Outbox {
    number: u32,
    carrier: Carrier,
    next: u64,
    waiting: VecDeque<Mutation>,
    photos: VecDeque<Photo>,
    taken: Vec<Photo>,
    refused: Vec<String>,
}

/// A verdict as far as a device of the trials looks at it.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    pub(crate) id: Uuid,
    pub(crate) verdict: String,
}

impl Outbox {
    pub(crate) fn new(number: u32, carrier: Carrier) -> Self {
        Self {
            number,
            carrier,
            next: 1,
            waiting: VecDeque::new(),
            photos: VecDeque::new(),
            taken: Vec::new(),
            refused: Vec::new(),
        }
    }

    pub(crate) fn write_note(&mut self, now: Timestamp) {
        let note = NoteId(id_of(Sort::Thing, self.number, self.next));
        let op = Op::AddNote {
            note,
            job: self.carrier.job,
            text: text_of(self.number, self.next),
            files: Vec::new(),
        };
        self.add(note.into(), op, now);
    }

    pub(crate) fn take_photo(&mut self, now: Timestamp) {
        let (seq, bytes) = (self.next, photo_bytes(self.number, self.next));
        let id = AttachmentId(id_of(Sort::Thing, self.number, seq));
        let op = Op::AddAttachment {
            attachment: id,
            job: self.carrier.job,
            kind: AttachmentKind::Photo,
            name: format!("{seq}.jpg"),
            mime: "image/jpeg".into(),
            bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
            width: 640,
            height: 480,
            thumbnail: String::new(),
        };
        self.taken.push(Photo {
            id,
            seq,
            length: bytes.len(),
        });
        self.add(id.into(), op, now);
    }

    fn add(&mut self, lane: RecordKey, op: Op, now: Timestamp) {
        self.waiting.push_back(Mutation {
            id: MutationId(id_of(Sort::Mutation, self.number, self.next)),
            device: device_id(self.number),
            seq: Seq(self.next),
            user: self.carrier.user,
            lane,
            depends_on: Vec::new(),
            replaces: Vec::new(),
            op_version: OP_VERSION,
            op,
            base_rev: None,
            wall: now,
            clock_offset_ms: 0,
        });
        self.next += 1;
    }

    /// What goes next; none where nothing waits.
    pub(crate) fn request(&self) -> Option<PushRequest> {
        let first = self.waiting.front()?;
        Some(PushRequest {
            device: first.device,
            ack_below: first.seq,
            epoch: None,
            asks: Vec::new(),
            review: false,
            mutations: self.waiting.iter().take(BATCH).cloned().collect(),
        })
    }

    /// Takes off what was decided; how many those were. What is not named waits on.
    pub(crate) fn hear(&mut self, told: &[Told]) -> usize {
        let mut done = 0;
        for told in told {
            if self
                .waiting
                .front()
                .is_none_or(|first| first.id.0 != told.id)
            {
                continue;
            }
            let is_applied = matches!(
                told.verdict.as_str(),
                "applied" | "merged" | "already_applied"
            );
            if !is_applied && told.verdict != "rejected" {
                break;
            }
            let Some(mutation) = self.waiting.pop_front() else {
                break;
            };
            done += 1;
            let photo = self.taken.iter().find(|photo| photo.seq == mutation.seq.0);
            match (is_applied, photo) {
                (true, Some(photo)) => self.photos.push_back(*photo),
                (true, None) => {}
                (false, _) => self.refuse(format!("change {} was refused", mutation.seq.0)),
            }
        }
        done
    }

    pub(crate) fn next_photo(&self) -> Option<Photo> {
        self.photos.front().copied()
    }

    pub(crate) fn photo_arrived(&mut self) {
        self.photos.pop_front();
    }

    /// Notes what a back end must never answer.
    pub(crate) fn refuse(&mut self, what: String) {
        self.refused.push(what);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.photos.is_empty()
    }

    pub(crate) fn company(&self) -> u32 {
        self.carrier.company
    }

    /// What was on the device in its life, for those who look afterwards.
    pub(crate) fn told(self) -> Lived {
        Lived {
            is_empty: self.is_empty(),
            number: self.number,
            last: self.next - 1,
            photos: self.taken,
            refused: self.refused,
        }
    }
}

/// A device at its end.
#[derive(Debug, Clone)]
pub(crate) struct Lived {
    pub(crate) number: u32,
    /// The last place in its order.
    pub(crate) last: u64,
    pub(crate) photos: Vec<Photo>,
    pub(crate) is_empty: bool,
    pub(crate) refused: Vec<String>,
}

/// What an id is of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sort {
    Mutation = 0x8,
    Thing = 0x9,
}

/// The id of what a device has made there.
pub(crate) fn id_of(sort: Sort, number: u32, seq: u64) -> Uuid {
    Uuid::from_u128((sort as u128) << 120 | u128::from(number) << 64 | u128::from(seq))
}

/// What the note says that a device has made there: no other says it.
pub(crate) fn text_of(number: u32, seq: u64) -> String {
    format!("The valve is wet again, I have ordered another one. {number}/{seq}")
}

pub(crate) fn device_id(number: u32) -> DeviceId {
    DeviceId(Uuid::from_u128(0x7 << 120 | u128::from(number)))
}

/// The bytes of a photo: those of a JPEG's beginning, and then nothing that repeats.
pub(crate) fn photo_bytes(number: u32, seq: u64) -> Vec<u8> {
    let mut chance = Chance::of(u64::from(number) << 32 | seq);
    let (least, more) = PHOTO;
    let length = least + usize::try_from(chance.below(more)).unwrap_or_default();
    let mut bytes = b"\xff\xd8\xff\xe0".to_vec();
    while bytes.len() < length {
        bytes.extend(chance.next().to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// The same numbers for the same beginning (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below that one, which is not 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbox() -> Outbox {
        let carrier = Carrier {
            company: 1,
            user: UserId(Uuid::from_u128(1)),
            job: JobId(Uuid::from_u128(2)),
        };
        Outbox::new(3, carrier)
    }

    fn told(seq: u64, verdict: &str) -> Told {
        Told {
            id: id_of(Sort::Mutation, 3, seq),
            verdict: verdict.into(),
        }
    }

    fn waits(outbox: &Outbox) -> Vec<u64> {
        let request = outbox.request();
        let mutations = request.map(|request| request.mutations).unwrap_or_default();
        mutations.iter().map(|mutation| mutation.seq.0).collect()
    }

    #[test]
    fn a_change_goes_again_under_its_id_until_its_verdict_is_heard() {
        let mut outbox = outbox();
        (0..3).for_each(|_| outbox.write_note(Timestamp(5)));
        let first = outbox.request().unwrap();
        assert_eq!(first.mutations, outbox.request().unwrap().mutations);
        assert_eq!(outbox.hear(&[told(1, "applied"), told(2, "retry")]), 1);
        assert_eq!(waits(&outbox), [2, 3]);
        assert_eq!(outbox.request().unwrap().ack_below, Seq(2));
        // What was heard already is no news.
        assert_eq!(outbox.hear(&[told(1, "applied"), told(2, "applied")]), 1);
        assert_eq!(outbox.hear(&[told(3, "merged")]), 1);
        assert!(outbox.is_empty() && outbox.request().is_none());
    }

    #[test]
    fn a_photo_goes_once_it_is_registered_and_waits_until_it_has_arrived() {
        let mut outbox = outbox();
        outbox.take_photo(Timestamp(5));
        assert_eq!(outbox.next_photo(), None);
        outbox.hear(&[told(1, "applied")]);
        let photo = outbox.next_photo().unwrap();
        assert_eq!(photo.length, photo_bytes(3, 1).len());
        assert!(!outbox.is_empty());
        outbox.photo_arrived();
        assert!(outbox.is_empty());
    }

    #[test]
    fn a_refused_change_is_told_at_the_end() {
        let mut outbox = outbox();
        outbox.write_note(Timestamp(5));
        outbox.hear(&[told(1, "rejected")]);
        let lived = outbox.told();
        assert!(lived.is_empty && lived.refused.len() == 1, "{lived:?}");
    }

    #[test]
    fn no_two_photos_are_alike() {
        assert_eq!(photo_bytes(1, 1), photo_bytes(1, 1));
        assert_ne!(photo_bytes(1, 1), photo_bytes(1, 2));
        assert_ne!(photo_bytes(1, 1), photo_bytes(2, 1));
    }
}
