//! What must be true at the end of the trial.
//!
//! Owns the rules. Pure: what is there was read before (`stored.rs`). Each violation names the device and the place in its
//! order.

use crate::outbox::{Lived, Sort, device_id, id_of, text_of};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use uuid::Uuid;

/// A mutation as the database has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StoredMutation {
    pub(crate) device: Uuid,
    pub(crate) seq: u64,
    pub(crate) id: Uuid,
    pub(crate) rejected: bool,
}

/// What the database has in the end.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    pub(crate) mutations: Vec<StoredMutation>,
    /// Notes, and at which change of their company each was made.
    pub(crate) notes: HashMap<Uuid, u64>,
    /// Photos, and whether each was received.
    pub(crate) photos: HashMap<Uuid, bool>,
    /// How often it is told of each note, by its text, that it was added.
    pub(crate) told: HashMap<String, u64>,
    /// Photos that were fetched and are not what was sent.
    pub(crate) other_bytes: BTreeSet<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Violation {
    NotDrained(u32),
    Refused(u32, String),
    Lost(u32, u64),
    Twice(u32, u64),
    OtherId(u32, u64),
    WasRejected(u32, u64),
    NoEffect(u32, u64),
    ToldTimes(u32, u64, u64),
    OutOfOrder(u32, u64),
    NotReceived(u32, u64),
    OtherBytes(u32, u64),
    OfNobody(usize),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDrained(device) => write!(f, "device {device} still holds work"),
            Self::Refused(device, why) => write!(f, "device {device}: {why}"),
            Self::Lost(device, seq) => write!(f, "device {device}, change {seq}: lost"),
            Self::Twice(device, seq) => write!(f, "device {device}, change {seq}: there twice"),
            Self::OtherId(device, seq) => {
                write!(f, "device {device}, change {seq}: under another id")
            }
            Self::WasRejected(device, seq) => write!(f, "device {device}, change {seq}: rejected"),
            Self::NoEffect(device, seq) => {
                write!(f, "device {device}, change {seq}: a verdict, and no effect")
            }
            Self::ToldTimes(device, seq, times) => {
                write!(
                    f,
                    "device {device}, change {seq}: told {times} times that it was made"
                )
            }
            Self::OutOfOrder(device, seq) => {
                write!(
                    f,
                    "device {device}, change {seq}: made before the one before it"
                )
            }
            Self::NotReceived(device, seq) => {
                write!(f, "device {device}, photo {seq}: not received")
            }
            Self::OtherBytes(device, seq) => {
                write!(
                    f,
                    "device {device}, photo {seq}: not the bytes that were sent"
                )
            }
            Self::OfNobody(count) => write!(f, "{count} changes that no device has made"),
        }
    }
}

/// Everything that is not as it must be.
pub(crate) fn violations(lived: &[Lived], stored: &Stored) -> BTreeSet<Violation> {
    let mut by_device: HashMap<Uuid, BTreeMap<u64, Vec<StoredMutation>>> = HashMap::new();
    for mutation in &stored.mutations {
        let of_device = by_device.entry(mutation.device).or_default();
        of_device.entry(mutation.seq).or_default().push(*mutation);
    }
    let mut found = BTreeSet::new();
    let mut known = 0;
    for device in lived {
        let there = by_device
            .remove(&device_id(device.number).0)
            .unwrap_or_default();
        known += there
            .range(1..=device.last)
            .map(|(_, all)| all.len())
            .sum::<usize>();
        check(device, &there, stored, &mut found);
    }
    if known != stored.mutations.len() {
        found.insert(Violation::OfNobody(stored.mutations.len() - known));
    }
    found
}

fn check(
    device: &Lived,
    there: &BTreeMap<u64, Vec<StoredMutation>>,
    stored: &Stored,
    found: &mut BTreeSet<Violation>,
) {
    let number = device.number;
    if !device.is_empty {
        found.insert(Violation::NotDrained(number));
    }
    let refused = device.refused.iter();
    found.extend(refused.map(|why| Violation::Refused(number, why.clone())));
    let mut latest = 0;
    for seq in 1..=device.last {
        match there.get(&seq).map(Vec::as_slice) {
            None | Some([]) => found.insert(Violation::Lost(number, seq)),
            Some([one]) if one.id != id_of(Sort::Mutation, number, seq) => {
                found.insert(Violation::OtherId(number, seq))
            }
            Some([one]) if one.rejected => found.insert(Violation::WasRejected(number, seq)),
            Some([_]) => false,
            Some(_) => found.insert(Violation::Twice(number, seq)),
        };
        let thing = id_of(Sort::Thing, number, seq);
        if device.photos.iter().any(|photo| photo.seq == seq) {
            check_photo((number, seq), thing, stored, found);
            continue;
        }
        let Some(change) = stored.notes.get(&thing) else {
            found.insert(Violation::NoEffect(number, seq));
            continue;
        };
        if *change <= latest {
            found.insert(Violation::OutOfOrder(number, seq));
        }
        latest = *change;
        let told = stored.told.get(&text_of(number, seq)).copied();
        if told != Some(1) {
            found.insert(Violation::ToldTimes(number, seq, told.unwrap_or(0)));
        }
    }
}

fn check_photo(
    (number, seq): (u32, u64),
    id: Uuid,
    stored: &Stored,
    found: &mut BTreeSet<Violation>,
) {
    let violation = match stored.photos.get(&id) {
        None => Violation::NoEffect(number, seq),
        Some(false) => Violation::NotReceived(number, seq),
        Some(true) if stored.other_bytes.contains(&id) => Violation::OtherBytes(number, seq),
        Some(true) => return,
    };
    found.insert(violation);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::Photo;
    use afield_domain::AttachmentId;

    /// A device that has made two notes and then a photo.
    fn lived() -> Lived {
        Lived {
            number: 4,
            last: 3,
            photos: vec![Photo {
                id: AttachmentId(id_of(Sort::Thing, 4, 3)),
                seq: 3,
                length: 9,
            }],
            is_empty: true,
            refused: Vec::new(),
        }
    }

    fn mutation(seq: u64) -> StoredMutation {
        StoredMutation {
            device: device_id(4).0,
            seq,
            id: id_of(Sort::Mutation, 4, seq),
            rejected: false,
        }
    }

    fn stored() -> Stored {
        let thing = |seq| id_of(Sort::Thing, 4, seq);
        Stored {
            mutations: [1, 2, 3].map(mutation).to_vec(),
            notes: HashMap::from([(thing(1), 10), (thing(2), 11)]),
            photos: HashMap::from([(thing(3), true)]),
            told: HashMap::from([(text_of(4, 1), 1), (text_of(4, 2), 1)]),
            other_bytes: BTreeSet::new(),
        }
    }

    #[track_caller]
    fn check(spoil: impl FnOnce(&mut Lived, &mut Stored), expected: &[Violation]) {
        let (mut lived, mut stored) = (lived(), stored());
        spoil(&mut lived, &mut stored);
        let found = violations(&[lived], &stored);
        assert_eq!(found, expected.iter().cloned().collect());
    }

    #[test]
    fn what_is_as_it_must_be_is_no_violation() {
        check(|_, _| {}, &[]);
    }

    #[test]
    fn each_rule_finds_what_breaks_it() {
        use Violation::*;
        check(|lived, _| lived.is_empty = false, &[NotDrained(4)]);
        check(
            |lived, _| lived.refused.push("x".into()),
            &[Refused(4, "x".into())],
        );
        check(
            |_, stored| {
                stored.mutations.remove(1);
            },
            &[Lost(4, 2)],
        );
        check(
            |_, stored| stored.mutations.push(mutation(2)),
            &[Twice(4, 2)],
        );
        check(
            |_, stored| stored.mutations[0].id = Uuid::nil(),
            &[OtherId(4, 1)],
        );
        check(
            |_, stored| stored.mutations[0].rejected = true,
            &[WasRejected(4, 1)],
        );
        check(
            |_, stored| stored.mutations.push(mutation(9)),
            &[OfNobody(1)],
        );
        let note = id_of(Sort::Thing, 4, 2);
        check(
            |_, stored| {
                stored.notes.remove(&note);
            },
            &[NoEffect(4, 2)],
        );
        check(
            |_, stored| {
                stored.notes.insert(note, 9);
            },
            &[OutOfOrder(4, 2)],
        );
        let text = text_of(4, 2);
        check(
            |_, stored| {
                stored.told.insert(text, 2);
            },
            &[ToldTimes(4, 2, 2)],
        );
        let photo = id_of(Sort::Thing, 4, 3);
        check(
            |_, stored| {
                stored.photos.remove(&photo);
            },
            &[NoEffect(4, 3)],
        );
        check(
            |_, stored| {
                stored.photos.insert(photo, false);
            },
            &[NotReceived(4, 3)],
        );
        check(
            |_, stored| {
                stored.other_bytes.insert(photo);
            },
            &[OtherBytes(4, 3)],
        );
    }
}
