//! The checks of a departure: what of the day and of this phone is in order, and how much each matters.
//!
//! Owns the order of the list and what counts as ready. Pure. Must never call a phone ready that would show nothing
//! without a network, nor one unready for what is only advice.

use super::view_model::DayNeeds;
use crate::shared::clock_warning::clock_warning;
use crate::shared::waiting_files::OnlyHere;
use afield_domain::Timestamp;

/// So old may what is here be without a word, in milliseconds: a phone with a network hears from the office every two
/// minutes while it is open.
const FRESH_MS: u64 = 30 * 60_000;

/// What is known of the phone itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    /// Whether its user must sign in again.
    pub sign_in_needed: bool,
    /// Whether the first load is done.
    pub is_primed: bool,
    /// Whether the offline feature is off: without a network nothing is shown but what is unsent.
    pub is_off: bool,
    /// Whether what is here is too old to be shown.
    pub is_expired: bool,
    /// Whether the app opens without a network.
    pub is_shell_kept: bool,
    /// When a whole pass last ended well, and what time it is, by this device's clock.
    pub synced: (Option<Timestamp>, Timestamp),
    /// What stands on this phone alone; none before it was looked up.
    pub here: Option<OnlyHere>,
    /// Whether the browser has agreed to keep the storage; none if it does not tell.
    pub is_persisted: Option<bool>,
    /// Whether the app is installed.
    pub is_installed: bool,
    /// The server's clock minus the device's, in milliseconds.
    pub clock_offset_ms: i64,
}

impl Phone {
    /// Whether what is here was fetched a moment ago.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        let (synced, now) = self.synced;
        synced.is_some_and(|at| now.since(at).unsigned_abs() <= FRESH_MS)
    }
}

/// What is checked, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Somebody is signed in whose work goes out.
    SignedIn,
    /// The app opens without a network.
    App,
    /// The jobs, and what they refer to.
    Jobs,
    /// The forms of their tasks.
    Forms,
    /// Their photos and files.
    Files,
    /// When the office was last reached.
    Fresh,
    /// Whether something waits to be sent.
    Sent,
    /// Whether the browser may clear the storage.
    Protected,
    /// Whether the app is installed.
    Installed,
    /// Whether the clock is right.
    Clock,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finding {
    /// In order.
    Good,
    /// The day can be worked; this would make it safer.
    Advice,
    /// Nobody can tell.
    Unknown,
    /// Without it something of the day cannot be opened.
    Missing,
}

/// Every check of a day on this phone.
#[must_use]
pub fn checks(phone: &Phone, needs: &DayNeeds) -> Vec<(Check, Finding)> {
    let jobs = match (
        phone.is_primed && !phone.is_off,
        phone.is_expired,
        needs.records.missing,
    ) {
        (true, false, 0) => Finding::Good,
        _ => Finding::Missing,
    };
    let files = match (needs.files.missing.len(), needs.files.too_many) {
        (0, 0) => Finding::Good,
        (0, _) => Finding::Advice,
        _ => Finding::Missing,
    };
    let sent = match phone.here {
        Some(here) if here.is_nothing() => Finding::Good,
        Some(_) => Finding::Advice,
        None => Finding::Unknown,
    };
    let protected = match phone.is_persisted {
        Some(true) => Finding::Good,
        Some(false) => Finding::Advice,
        None => Finding::Unknown,
    };
    vec![
        (Check::SignedIn, must(!phone.sign_in_needed)),
        (Check::App, must(phone.is_shell_kept)),
        (Check::Jobs, jobs),
        (Check::Forms, must(needs.forms.missing == 0)),
        (Check::Files, files),
        (Check::Fresh, should(phone.is_fresh())),
        (Check::Sent, sent),
        (Check::Protected, protected),
        (Check::Installed, should(phone.is_installed)),
        (
            Check::Clock,
            should(clock_warning(phone.clock_offset_ms).is_none()),
        ),
    ]
}

fn must(is_so: bool) -> Finding {
    if is_so {
        Finding::Good
    } else {
        Finding::Missing
    }
}

fn should(is_so: bool) -> Finding {
    if is_so {
        Finding::Good
    } else {
        Finding::Advice
    }
}

/// How many are missing, and how many would only be better.
#[must_use]
pub fn count(found: &[(Check, Finding)]) -> (usize, usize) {
    let of = |wanted| found.iter().filter(|(_, is)| *is == wanted).count();
    (of(Finding::Missing), of(Finding::Advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::NOON;

    fn phone() -> Phone {
        Phone {
            sign_in_needed: false,
            is_primed: true,
            is_off: false,
            is_expired: false,
            is_shell_kept: true,
            synced: (Some(NOON), NOON),
            here: Some(OnlyHere::default()),
            is_persisted: Some(true),
            is_installed: true,
            clock_offset_ms: 0,
        }
    }

    fn needs(records: usize, forms: usize, files: usize, too_many: usize) -> DayNeeds {
        let mut needs = DayNeeds::default();
        needs.records.missing = records;
        needs.forms.missing = forms;
        needs.files.missing = vec![crate::samples::attachment_id(1); files];
        needs.files.too_many = too_many;
        needs
    }

    #[test]
    fn a_phone_in_order_is_ready() {
        let found = checks(&phone(), &needs(0, 0, 0, 0));
        assert!(
            found.iter().all(|(_, is)| *is == Finding::Good),
            "{found:?}"
        );
        assert_eq!(count(&found), (0, 0));
        let mut sorted = found.clone();
        sorted.sort_by_key(|(check, _)| *check);
        assert_eq!(sorted, found);
    }

    #[test]
    fn what_would_show_nothing_is_missing_and_the_rest_is_advice() {
        use Check::{App, Clock, Files, Forms, Fresh, Installed, Jobs, Protected, Sent, SignedIn};
        use Finding::{Advice, Missing, Unknown};
        type Change = fn(&mut Phone);
        let changes: [(Change, Check, Finding); 14] = [
            (|it| it.sign_in_needed = true, SignedIn, Missing),
            (|it| it.is_shell_kept = false, App, Missing),
            (|it| it.is_primed = false, Jobs, Missing),
            (|it| it.is_off = true, Jobs, Missing),
            (|it| it.is_expired = true, Jobs, Missing),
            (|it| it.synced.0 = None, Fresh, Advice),
            (
                |it| it.synced.1 = NOON.plus_ms(FRESH_MS as i64 + 1),
                Fresh,
                Advice,
            ),
            (
                |it| it.synced.1 = NOON.plus_ms(-(FRESH_MS as i64) - 1),
                Fresh,
                Advice,
            ),
            (|it| it.here = None, Sent, Unknown),
            (
                |it| {
                    it.here = Some(OnlyHere {
                        files: 1,
                        ..OnlyHere::default()
                    });
                },
                Sent,
                Advice,
            ),
            (|it| it.is_persisted = None, Protected, Unknown),
            (|it| it.is_persisted = Some(false), Protected, Advice),
            (|it| it.is_installed = false, Installed, Advice),
            (|it| it.clock_offset_ms = -3_600_000, Clock, Advice),
        ];
        for (change, check, expected) in changes {
            let mut phone = phone();
            change(&mut phone);
            let found = checks(&phone, &needs(0, 0, 0, 0));
            let bad: Vec<_> = found
                .iter()
                .filter(|(_, is)| *is != Finding::Good)
                .collect();
            assert_eq!(bad, [&(check, expected)]);
        }
        for (needs, check, expected) in [
            (needs(1, 0, 0, 0), Jobs, Missing),
            (needs(0, 1, 0, 0), Forms, Missing),
            (needs(0, 0, 1, 0), Files, Missing),
            (needs(0, 0, 1, 1), Files, Missing),
            // More than may be kept is a choice, and not cured by fetching.
            (needs(0, 0, 0, 1), Files, Advice),
        ] {
            let found = checks(&phone(), &needs);
            let bad: Vec<_> = found
                .iter()
                .filter(|(_, is)| *is != Finding::Good)
                .collect();
            assert_eq!(bad, [&(check, expected)]);
        }
    }

    #[test]
    fn what_is_missing_and_what_would_be_better_are_counted_apart() {
        let mut phone = phone();
        phone.is_installed = false;
        phone.is_persisted = None;
        let found = checks(&phone, &needs(2, 1, 0, 3));
        assert_eq!(count(&found), (2, 2));
    }
}
