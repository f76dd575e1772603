//! What can be done about notifications on this device, and quiet hours as they are typed.
//!
//! Pure: what the browser says is an argument.

use afield_protocol::{NotificationWishes, QuietHours};

/// What a browser says of notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It cannot.
    Missing,
    /// It has blocked them.
    Blocked,
    /// It allows them, or would ask.
    Open,
}

/// What the page offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// This browser cannot.
    Missing,
    /// This one can once the app stands on the home screen.
    InstallFirst,
    /// Its user must allow it where the browser keeps that.
    Blocked,
    /// A switch.
    Switch,
}

/// What to offer. `is_apples`: in a browser on an iPhone or iPad, not installed.
pub(super) fn plan_offer(said: Said, is_apples: bool) -> Offer {
    match said {
        Said::Missing if is_apples => Offer::InstallFirst,
        Said::Missing => Offer::Missing,
        Said::Blocked => Offer::Blocked,
        Said::Open => Offer::Switch,
    }
}

/// What begins as quiet hours: the evening and the night.
pub(super) const USUAL: QuietHours = QuietHours {
    from: 18 * 60,
    to: 7 * 60,
};

/// One of the switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// A job is theirs now.
    Assigned,
    /// Another status.
    Status,
    /// Anything else.
    Changed,
    /// Quiet hours.
    Quiet,
}

impl Wish {
    /// The kinds, in the order of the screen.
    pub(super) const KINDS: [Self; 3] = [Self::Assigned, Self::Status, Self::Changed];

    /// Whether it is on.
    pub(super) fn is_on(self, wishes: &NotificationWishes) -> bool {
        match self {
            Self::Assigned => wishes.assigned,
            Self::Status => wishes.status,
            Self::Changed => wishes.changed,
            Self::Quiet => wishes.quiet.is_some(),
        }
    }

    /// The same wishes with this one switched.
    pub(super) fn switched(self, wishes: NotificationWishes, on: bool) -> NotificationWishes {
        let mut wishes = wishes;
        match self {
            Self::Assigned => wishes.assigned = on,
            Self::Status => wishes.status = on,
            Self::Changed => wishes.changed = on,
            Self::Quiet => wishes.quiet = on.then_some(wishes.quiet.unwrap_or(USUAL)),
        }
        wishes
    }
}

/// One end of the quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// When they begin.
    From,
    /// When they have ended.
    To,
}

impl Side {
    /// Its minutes after midnight.
    pub(super) fn of(self, wishes: &NotificationWishes) -> u16 {
        let hours = wishes.quiet.unwrap_or(USUAL);
        match self {
            Self::From => hours.from,
            Self::To => hours.to,
        }
    }

    /// The same wishes with this end at `minutes`.
    pub(super) fn set(self, wishes: NotificationWishes, minutes: u16) -> NotificationWishes {
        let mut hours = wishes.quiet.unwrap_or(USUAL);
        match self {
            Self::From => hours.from = minutes,
            Self::To => hours.to = minutes,
        }
        NotificationWishes {
            quiet: Some(hours),
            ..wishes
        }
    }
}

/// The minutes after midnight of what a field for a time holds, `22:05`; none of one that is not filled in.
pub(super) fn minutes_of(typed: &str) -> Option<u16> {
    let (hours, rest) = typed.split_once(':')?;
    // Some browsers add seconds.
    let minutes = rest.split(':').next()?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// What a field for a time holds.
pub(super) fn clock_of(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_follows_from_what_the_browser_says() {
        for (said, is_apples, wanted) in [
            (Said::Open, false, Offer::Switch),
            // Whatever an iPhone's browser will be able to.
            (Said::Open, true, Offer::Switch),
            (Said::Missing, true, Offer::InstallFirst),
            (Said::Missing, false, Offer::Missing),
            (Said::Blocked, false, Offer::Blocked),
            (Said::Blocked, true, Offer::Blocked),
        ] {
            assert_eq!(plan_offer(said, is_apples), wanted, "{said:?} {is_apples}");
        }
    }

    #[test]
    fn a_switch_changes_its_own_wish_and_no_other() {
        let all = || Wish::KINDS.into_iter().chain([Wish::Quiet]);
        let before = NotificationWishes::default();
        for wish in all() {
            let switched = wish.switched(before, !wish.is_on(&before));
            for other in all() {
                let is_as_before = other.is_on(&switched) == other.is_on(&before);
                assert_eq!(is_as_before, other != wish, "{wish:?} {other:?}");
            }
            assert_eq!(wish.switched(switched, wish.is_on(&before)), before);
        }
        let mut own = before;
        own.quiet = Some(QuietHours { from: 1, to: 2 });
        assert_eq!(Wish::Quiet.switched(own, true), own);
        let later = Side::To.set(Side::From.set(own, 5), 6);
        assert_eq!(later.quiet, Some(QuietHours { from: 5, to: 6 }));
        assert_eq!((Side::From.of(&later), Side::To.of(&later)), (5, 6));
    }

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for minutes in [0, 1, 59, 60, 18 * 60, 1_439] {
            assert_eq!(minutes_of(&clock_of(minutes)), Some(minutes));
        }
        assert_eq!(minutes_of("22:05:00"), Some(1_325));
        for typed in ["", "24:00", "7", "a:b", "10:60", "-1:00"] {
            assert_eq!(minutes_of(typed), None, "{typed}");
        }
    }
}
