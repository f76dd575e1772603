//! The cursor: where a phone stands, as opaque text.
//!
//! Owns its form: `c3.`, base64url JSON, and a signature (HMAC-SHA256) under a key that only the server
//! has: what stands in it decides which days a round shows. A cursor of another data set, user or form
//! is of no use. Must never take a round's days from anything unsigned.

use afield_domain::time::ScopeWindow;
use afield_domain::{RecordKey, UserId};
use afield_protocol::EpochId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

const PREFIX: &str = "c3.";
/// The form of the versions before, which was not signed.
const UNSIGNED_PREFIX: &str = "c2.";

/// Signs cursors.
#[derive(Clone)]
pub(crate) struct CursorKey(Hmac<Sha256>);

impl CursorKey {
    /// The signer with the key `secret`; none if that cannot be a key.
    pub(crate) fn new(secret: &str) -> Option<Self> {
        let mac = Hmac::new_from_slice(secret.as_bytes()).ok()?;
        (!secret.is_empty()).then_some(Self(mac))
    }

    fn sign(&self, text: &str) -> String {
        let mac = self.0.clone().chain_update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// A name for `text` from which nobody without the key can tell it. It is no cursor's signature: none begins so.
    pub(crate) fn name(&self, text: &str) -> String {
        self.sign(&format!("name {text}"))
    }

    /// Whether `name` is the one of `text`; takes as long whatever is wrong with it.
    pub(crate) fn has_named(&self, text: &str, name: &str) -> bool {
        self.has_signed(&format!("name {text}"), name)
    }

    /// Whether `signature` is the one of `text`; takes as long whatever is wrong with it.
    fn has_signed(&self, text: &str, signature: &str) -> bool {
        let mac = self.0.clone().chain_update(text.as_bytes());
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        mac.verify_slice(&signature).is_ok()
    }
}

/// A state of the scope: the company's changes up to `seq`, seen through `window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Base {
    /// The last change number.
    pub(crate) seq: u64,
    /// The days.
    pub(crate) window: ScopeWindow,
}

impl Base {
    /// Only a bug planted on purpose asks for it: the next change is taken for known.
    pub(crate) fn one_too_far(self) -> Self {
        Self {
            seq: self.seq + 1,
            ..self
        }
    }
}

/// A round that is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Round {
    /// What the phone holds at least when it is through.
    pub(crate) target: Base,
    /// The last record it was told of.
    pub(crate) after: Option<RecordKey>,
}

/// Where a phone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// What it held after its last finished round.
    pub(crate) base: Option<Base>,
    /// The round it is in.
    pub(crate) round: Option<Round>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    epoch: EpochId,
    user: UserId,
    #[serde(flatten)]
    position: Position,
}

impl Written {
    fn read(text: &str, epoch: &EpochId, user: UserId) -> Option<Position> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let written: Self = serde_json::from_slice(&bytes).ok()?;
        (written.epoch == *epoch && written.user == user).then_some(written.position)
    }
}

impl Position {
    /// A phone that holds nothing.
    pub(crate) fn start() -> Self {
        Self {
            base: None,
            round: None,
        }
    }

    /// Reads a cursor; none if this server has not signed it, or not for this data set and user.
    pub(crate) fn read(text: &str, key: &CursorKey, epoch: &EpochId, user: UserId) -> Option<Self> {
        let (text, signature) = text.strip_prefix(PREFIX)?.split_once('.')?;
        if !key.has_signed(text, signature) {
            return None;
        }
        Written::read(text, epoch, user)
    }

    /// Reads a cursor of the version before, so that its phones need not load everything anew.
    ///
    /// Nothing in it is believed that could show more: a round that was under way begins again with the
    /// days of now, and the days that the phone says it holds, which only tell what to take away, are
    /// those within `most`.
    pub(crate) fn read_unsigned(
        text: &str,
        epoch: &EpochId,
        user: UserId,
        most: ScopeWindow,
    ) -> Option<Self> {
        let text = text.strip_prefix(UNSIGNED_PREFIX)?;
        let base = Written::read(text, epoch, user)?.base;
        Some(Self {
            base: base.map(|base| Base {
                window: ScopeWindow {
                    from: base.window.from.clamp(most.from, most.until),
                    until: base.window.until.clamp(most.from, most.until),
                },
                ..base
            }),
            round: None,
        })
    }

    /// The cursor's text.
    pub(crate) fn write(&self, key: &CursorKey, epoch: &EpochId, user: UserId) -> String {
        let written = Written {
            epoch: epoch.clone(),
            user,
            position: *self,
        };
        Self::signed(key, &serde_json::to_vec(&written).unwrap_or_default())
    }

    /// A cursor's text with that content.
    pub(crate) fn signed(key: &CursorKey, content: &[u8]) -> String {
        let text = URL_SAFE_NO_PAD.encode(content);
        let signature = key.sign(&text);
        format!("{PREFIX}{text}.{signature}")
    }

    /// Whether it knows of changes that come after `change_seq`, the last one.
    pub(crate) fn is_ahead(&self, change_seq: u64) -> bool {
        let target = self.round.map(|round| round.target);
        let mut known = self.base.into_iter().chain(target);
        known.any(|base| base.seq > change_seq)
    }

    /// Whether the server can go on from here: neither ahead of its changes nor before its memory.
    pub(crate) fn is_known(&self, change_seq: u64, floor: u64) -> bool {
        let fits = |base: Base| base.seq <= change_seq && base.seq >= floor;
        self.base.is_none_or(fits) && self.round.is_none_or(|round| fits(round.target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Module, Timestamp};
    use uuid::Uuid;

    fn window(from: i64, until: i64) -> ScopeWindow {
        ScopeWindow {
            from: Timestamp(from),
            until: Timestamp(until),
        }
    }

    fn position() -> Position {
        Position {
            base: Some(Base {
                seq: 7,
                window: window(1, 2),
            }),
            round: Some(Round {
                target: Base {
                    seq: 9,
                    window: window(1, 2),
                },
                after: Some(RecordKey::new(Module::Job, Uuid::from_u128(5))),
            }),
        }
    }

    fn known() -> (CursorKey, EpochId, UserId) {
        let key = CursorKey::new("secret").unwrap();
        (key, EpochId("e".into()), UserId(Uuid::from_u128(1)))
    }

    #[test]
    fn a_cursor_reads_back_only_for_its_data_set_and_user() {
        let (key, epoch, user) = known();
        let text = position().write(&key, &epoch, user);
        assert_eq!(Position::read(&text, &key, &epoch, user), Some(position()));
        let other_user = UserId(Uuid::from_u128(2));
        assert_eq!(Position::read(&text, &key, &epoch, other_user), None);
        let other_epoch = EpochId("f".into());
        assert_eq!(Position::read(&text, &key, &other_epoch, user), None);
    }

    #[test]
    fn a_cursor_that_this_server_has_not_signed_is_none() {
        let (key, epoch, user) = known();
        let text = position().write(&key, &epoch, user);
        let other = CursorKey::new("another").unwrap();
        assert_eq!(Position::read(&text, &other, &epoch, user), None);
        let wide = Position {
            round: Some(Round {
                target: Base {
                    seq: 9,
                    window: window(i64::MIN, i64::MAX),
                },
                after: None,
            }),
            ..position()
        };
        let forged = wide.write(&other, &epoch, user);
        let (_, signature) = text.rsplit_once('.').unwrap();
        let (body, _) = forged.rsplit_once('.').unwrap();
        for forged in [
            forged.clone(),
            body.to_owned(),
            format!("{body}."),
            format!("{body}.{signature}"),
            text.get(..text.len() - 1).unwrap().to_owned(),
        ] {
            assert_eq!(
                Position::read(&forged, &key, &epoch, user),
                None,
                "{forged}"
            );
        }
        assert!(CursorKey::new("").is_none());
    }

    #[test]
    fn a_damaged_cursor_is_none() {
        let (key, epoch, user) = known();
        let text = position().write(&key, &epoch, user);
        for damaged in [
            "",
            "c3.",
            "c3..",
            "c2.e30",
            "c1.e30",
            text.get(..20).unwrap(),
        ] {
            assert_eq!(
                Position::read(damaged, &key, &epoch, user),
                None,
                "{damaged}"
            );
        }
    }

    #[test]
    fn of_an_unsigned_cursor_only_what_shows_nothing_is_believed() {
        let (_, epoch, user) = known();
        let unsigned = |position: Position| {
            let written = Written {
                epoch: epoch.clone(),
                user,
                position,
            };
            let json = serde_json::to_vec(&written).unwrap();
            format!("c2.{}", URL_SAFE_NO_PAD.encode(json))
        };
        let read = |position| {
            Position::read_unsigned(&unsigned(position), &epoch, user, window(0, 100)).unwrap()
        };
        let base = |seq, window| Some(Base { seq, window });
        let round = position().round;
        for (before, after) in [
            (base(7, window(1, 2)), base(7, window(1, 2))),
            (base(7, window(-9, 200)), base(7, window(0, 100))),
            (None, None),
        ] {
            let expected = Position {
                base: after,
                round: None,
            };
            assert_eq!(
                read(Position {
                    base: before,
                    round
                }),
                expected
            );
        }
        let other = UserId(Uuid::from_u128(2));
        let text = unsigned(position());
        let read = Position::read_unsigned(&text, &epoch, other, window(0, 100));
        assert_eq!(read, None);
    }

    #[test]
    fn a_cursor_ahead_of_the_server_or_before_its_memory_is_not_known() {
        assert!(position().is_known(9, 7));
        assert!(!position().is_known(8, 0));
        assert!(position().is_ahead(8) && !position().is_ahead(9));
        assert!(!Position::start().is_ahead(0));
        assert!(!position().is_known(9, 8));
        assert!(Position::start().is_known(0, 0));
    }
}
