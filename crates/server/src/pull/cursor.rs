//! The cursor: where a phone stands, as opaque text.
//!
//! Owns its form: `c2.` and base64url JSON. It is not signed, for it grants nothing: scope and rights
//! come from the session. A cursor of another data set, user or form is of no use.

use afield_domain::time::ScopeWindow;
use afield_domain::{RecordKey, UserId};
use afield_protocol::EpochId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "c2.";

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

impl Position {
    /// A phone that holds nothing.
    pub(crate) fn start() -> Self {
        Self {
            base: None,
            round: None,
        }
    }

    /// Reads a cursor; none if it is damaged or not for this data set and user.
    pub(crate) fn read(text: &str, epoch: &EpochId, user: UserId) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let written: Written = serde_json::from_slice(&bytes).ok()?;
        (written.epoch == *epoch && written.user == user).then_some(written.position)
    }

    /// The cursor's text.
    pub(crate) fn write(&self, epoch: &EpochId, user: UserId) -> String {
        let written = Written {
            epoch: epoch.clone(),
            user,
            position: *self,
        };
        let json = serde_json::to_vec(&written).unwrap_or_default();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(json))
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

    fn position() -> Position {
        let window = ScopeWindow {
            from: Timestamp(1),
            until: Timestamp(2),
        };
        Position {
            base: Some(Base { seq: 7, window }),
            round: Some(Round {
                target: Base { seq: 9, window },
                after: Some(RecordKey::new(Module::Job, Uuid::from_u128(5))),
            }),
        }
    }

    #[test]
    fn a_cursor_reads_back_only_for_its_data_set_and_user() {
        let (epoch, user) = (EpochId("e".into()), UserId(Uuid::from_u128(1)));
        let text = position().write(&epoch, user);
        assert_eq!(Position::read(&text, &epoch, user), Some(position()));
        let other_user = UserId(Uuid::from_u128(2));
        assert_eq!(Position::read(&text, &epoch, other_user), None);
        assert_eq!(Position::read(&text, &EpochId("f".into()), user), None);
    }

    #[test]
    fn a_damaged_cursor_is_none() {
        let (epoch, user) = (EpochId("e".into()), UserId(Uuid::from_u128(1)));
        let text = position().write(&epoch, user);
        for damaged in [
            "",
            "c1.",
            "c2.e30",
            "c1.e30",
            "c1.!!",
            text.get(..20).unwrap(),
        ] {
            assert_eq!(Position::read(damaged, &epoch, user), None, "{damaged}");
        }
    }

    #[test]
    fn a_cursor_ahead_of_the_server_or_before_its_memory_is_not_known() {
        assert!(position().is_known(9, 7));
        assert!(!position().is_known(8, 0));
        assert!(!position().is_known(9, 8));
        assert!(Position::start().is_known(0, 0));
    }
}
