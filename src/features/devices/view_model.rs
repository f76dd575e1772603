//! The list of devices: which are shown, in which order, and what about each needs somebody's eye.
//!
//! Owns that choice. Pure: time is an argument. Must never call a device in order that has not been heard of.

use afield_domain::order::{NameKey, Order};
use afield_domain::{Timestamp, Zone};
use afield_protocol::{DeviceSeen, Network};

/// A phone that was silent for so long is pointed at, in milliseconds: longer than a working day and its night.
const SILENT_MS: i64 = 24 * 60 * 60_000;
/// A clock that is wrong by so many minutes is pointed at.
const CLOCK_MIN: i64 = 2;

/// What about a device needs somebody's eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Worry {
    /// The browser has cleared its storage with work in it.
    Cleared,
    /// It owes something and was silent for more than a day.
    Silent,
    /// Refused changes wait for its user.
    Parked,
    /// The browser may clear its storage.
    Unprotected,
    /// Its clock is wrong.
    Clock,
}

/// Whether work stands on it alone.
#[must_use]
pub fn owes(device: &DeviceSeen) -> bool {
    device.unsent > 0 || device.files > 0
}

/// When it was last heard of: its own word; its user may have spoken since from another one.
fn heard_at(device: &DeviceSeen) -> Timestamp {
    device.seen_at.unwrap_or(device.told_at).max(device.told_at)
}

/// Whether nothing was heard of it today: what is on it now nobody knows. Of one that its browser has cleared, it is
/// known.
#[must_use]
pub fn is_unheard(device: &DeviceSeen, zone: &Zone, now: Timestamp) -> bool {
    !device.cleared && zone.day(heard_at(device)) < zone.day(now)
}

/// What about a device needs somebody's eye.
#[must_use]
pub fn worries(device: &DeviceSeen, now: Timestamp) -> Vec<Worry> {
    let phone = device.phone.as_ref();
    let is_silent = owes(device) && !device.cleared && now.since(heard_at(device)) > SILENT_MS;
    let is_unprotected = phone.is_some_and(|phone| phone.persisted == Some(false));
    let is_wrong = phone.is_some_and(|phone| phone.clock_min.unsigned_abs() >= CLOCK_MIN as u64);
    let found = [
        (Worry::Cleared, device.cleared && owes(device)),
        (Worry::Silent, is_silent),
        (Worry::Parked, device.parked > 0),
        (Worry::Unprotected, is_unprotected),
        (Worry::Clock, is_wrong),
    ];
    let found = found.into_iter().filter(|(_, is_so)| *is_so);
    found.map(|(worry, _)| worry).collect()
}

/// The devices that are shown: of all, or of those that owe something alone; first what is longest owed, then by name.
#[must_use]
pub fn shown(all: &[DeviceSeen], owing_alone: bool) -> Vec<DeviceSeen> {
    let is_shown = |device: &&DeviceSeen| !owing_alone || owes(device);
    let mut shown: Vec<DeviceSeen> = all.iter().filter(is_shown).cloned().collect();
    shown.order_by(|one, other| {
        let key = |device: &DeviceSeen| {
            let since = device.oldest.unwrap_or(device.told_at);
            (
                !owes(device),
                if owes(device) { since } else { Timestamp(0) },
            )
        };
        let name = |device: &DeviceSeen| NameKey::of(&device.user.name);
        let by_name = || {
            name(one)
                .cmp(&name(other))
                .then(other.told_at.cmp(&one.told_at))
        };
        key(one).cmp(&key(other)).then_with(by_name)
    });
    shown
}

/// Whether its network is known.
#[must_use]
pub fn tells_network(device: &DeviceSeen) -> Option<Network> {
    let network = device.phone.as_ref()?.network;
    (network != Network::Unknown).then_some(network)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, user};
    use afield_domain::{DeviceId, User};
    use afield_protocol::PhoneState;
    use uuid::Uuid;

    const HOUR: i64 = 3_600_000;

    fn seen(n: u128, name: &str, unsent: u64, files: u64) -> DeviceSeen {
        DeviceSeen {
            user: User {
                name: name.into(),
                ..user()
            },
            device: DeviceId(Uuid::from_u128(n)),
            told_at: NOON,
            seen_at: None,
            unsent,
            parked: 0,
            files,
            oldest: None,
            revoked_at: None,
            revoked_over: false,
            cleared: false,
            session: String::new(),
            label: String::new(),
            phone: None,
        }
    }

    #[test]
    fn who_owes_longest_stands_first_then_all_by_name() {
        let all = [
            seen(1, "ben", 0, 0),
            DeviceSeen {
                oldest: Some(NOON.plus_ms(-HOUR)),
                ..seen(2, "Zoe", 1, 0)
            },
            seen(3, "Anna", 0, 0),
            DeviceSeen {
                oldest: Some(NOON.plus_ms(-3 * HOUR)),
                ..seen(4, "Nora", 2, 0)
            },
            seen(5, "Carl", 0, 3),
        ];
        let names = |owing| -> Vec<String> {
            let shown = shown(&all, owing);
            shown.into_iter().map(|device| device.user.name).collect()
        };
        assert_eq!(names(false), ["Nora", "Zoe", "Carl", "Anna", "ben"]);
        assert_eq!(names(true), ["Nora", "Zoe", "Carl"]);
    }

    #[test]
    fn a_phone_that_was_not_heard_from_today_is_pointed_at_whatever_it_told() {
        let zone = Zone::utc();
        let tomorrow = NOON.plus_ms(12 * HOUR);
        let phone = seen(1, "Anna", 0, 0);
        assert!(!is_unheard(&phone, &zone, tomorrow.plus_ms(-1)));
        assert!(is_unheard(&phone, &zone, tomorrow));
        let spoke = DeviceSeen {
            seen_at: Some(tomorrow),
            ..phone.clone()
        };
        assert!(!is_unheard(&spoke, &zone, tomorrow));
        let gone = DeviceSeen {
            cleared: true,
            ..phone
        };
        assert!(!is_unheard(&gone, &zone, tomorrow));
    }

    #[test]
    fn what_needs_an_eye_is_named() {
        let with = |phone: PhoneState| DeviceSeen {
            phone: Some(phone),
            ..seen(1, "Anna", 0, 0)
        };
        let phone = PhoneState::default();
        let late = NOON.plus_ms(24 * HOUR + 1);
        for (device, now, expected) in [
            (seen(1, "Anna", 0, 0), late, vec![]),
            (seen(1, "Anna", 1, 0), NOON.plus_ms(24 * HOUR), vec![]),
            (seen(1, "Anna", 0, 1), late, vec![Worry::Silent]),
            // Its user was heard of since.
            (
                DeviceSeen {
                    seen_at: Some(NOON.plus_ms(HOUR)),
                    ..seen(1, "Anna", 1, 0)
                },
                late,
                vec![],
            ),
            (
                DeviceSeen {
                    cleared: true,
                    ..seen(1, "Anna", 1, 0)
                },
                late,
                vec![Worry::Cleared],
            ),
            (
                DeviceSeen {
                    parked: 1,
                    ..seen(1, "Anna", 1, 0)
                },
                NOON,
                vec![Worry::Parked],
            ),
            (
                with(PhoneState {
                    persisted: Some(false),
                    clock_min: -2,
                    ..phone.clone()
                }),
                NOON,
                vec![Worry::Unprotected, Worry::Clock],
            ),
            (
                with(PhoneState {
                    persisted: Some(true),
                    clock_min: 1,
                    ..phone
                }),
                NOON,
                vec![],
            ),
        ] {
            assert_eq!(worries(&device, now), expected, "{device:?}");
        }
    }
}
