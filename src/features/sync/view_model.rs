//! The Sync page's lists: what is unsent and how each change stands.
//!
//! Owns the rows, why each waits, and which the last attempt left behind. Pure: the zone is an argument.

use crate::shared::names::job_name;
use crate::shared::refusals::ChangeSummary;
use afield_domain::{JobId, Timestamp, Zone};
use afield_protocol::Seq;
use afield_sync::held_entries;
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry};

/// One unsent change that was not refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PendingRow {
    /// Its place in this phone's order.
    pub seq: Seq,
    /// What it wants.
    pub what: ChangeSummary,
    /// The job it is about.
    pub job: Option<JobId>,
    /// Number and title of that job; empty if it is not on this phone.
    pub job_name: String,
    /// When it was made, on the company's clock.
    pub when: String,
    /// Where it stands.
    pub standing: Standing,
    /// How often it was put on the wire.
    pub attempts: u32,
    /// Whether our server has answered that it cannot decide it now.
    pub is_undecided: bool,
}

impl PendingRow {
    /// Whether the last attempt could not bring it to the office: it was tried, or may not be tried by itself.
    #[must_use]
    pub fn was_left_behind(&self) -> bool {
        match self.standing {
            Standing::Held | Standing::Stopped(_) => true,
            Standing::Waiting => self.attempts > 0,
            Standing::Sending => false,
        }
    }

    /// Why it waits; none for one that says so by how it stands.
    #[must_use]
    pub fn why(&self, line: Line) -> Option<Why> {
        if self.standing != Standing::Waiting {
            return None;
        }
        Some(match line {
            Line {
                sign_in_needed: true,
                ..
            } => Why::SignIn,
            Line {
                is_online: false, ..
            } => Why::NoNetwork,
            Line {
                next_try: Some(at), ..
            } => Why::Until(at),
            _ if self.is_undecided => Why::Undecided,
            _ => Why::ItsTurn,
        })
    }
}

/// What is known of the way to the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Whether the user must sign in again.
    pub sign_in_needed: bool,
    /// Whether the browser believes in a network.
    pub is_online: bool,
    /// When the next automatic try may start, if that lies ahead.
    pub next_try: Option<Timestamp>,
}

/// Why a change waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its user must sign in again.
    SignIn,
    /// There is no network.
    NoNetwork,
    /// The last attempt failed; the next one is then.
    Until(Timestamp),
    /// The office could not decide it yet.
    Undecided,
    /// It goes with the next attempt.
    ItsTurn,
}

/// Where an unsent change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Waits for the network or its turn.
    Waiting,
    /// On the wire.
    Sending,
    /// Waits for a refused change of the same record.
    Held,
    /// Waits by itself: somebody on the way to the server does not let it through, who answered with this
    /// HTTP status or not at all.
    Stopped(Option<u16>),
}

/// What is unsent and not refused, in the order in which it will be sent.
/// `entries` are the signed-in user's, by `seq`.
#[must_use]
pub fn pending_rows(
    projection: &Projection,
    entries: &[OutboxEntry],
    zone: &Zone,
) -> Vec<PendingRow> {
    let held = held_entries(entries);
    entries
        .iter()
        .filter_map(|entry| {
            let standing = match &entry.state {
                EntryState::Parked { .. } => return None,
                _ if held.contains(entry.seq()) => Standing::Held,
                EntryState::Pending => match &entry.stopped {
                    Some(stopped) if stopped.aside => Standing::Stopped(stopped.status),
                    _ => Standing::Waiting,
                },
                EntryState::InFlight { .. } => Standing::Sending,
            };
            let job = entry.mutation.op.job();
            Some(PendingRow {
                seq: entry.seq(),
                what: ChangeSummary::of(projection, &entry.mutation.op),
                job,
                job_name: job_name(projection, job),
                when: zone.date_and_second(entry.mutation.wall),
                standing,
                attempts: entry.attempts,
                is_undecided: entry.undecided > 0,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{job, note_entry, parked, projection, status_entry};
    use afield_domain::{JobStatus, Rejection};
    use afield_sync::outbox::stopped::Stopped;

    #[test]
    fn every_unsent_change_says_how_it_stands_and_refused_ones_stand_elsewhere() {
        let mut sending = note_entry(4, job(2).id);
        sending.state = EntryState::InFlight { lease: 1 };
        let mut stopped = note_entry(5, job(2).id);
        stopped.stopped = Some(Stopped {
            status: Some(403),
            aside: true,
            ..Stopped::default()
        });
        let entries = [
            parked(
                status_entry(1, job(1).id, JobStatus::Started),
                Rejection::Forbidden,
            ),
            status_entry(2, job(1).id, JobStatus::Finished),
            note_entry(3, job(1).id),
            sending,
            stopped,
        ];
        let rows = pending_rows(&projection(), &entries, &Zone::utc());
        let standings: Vec<(u64, Standing)> =
            rows.iter().map(|row| (row.seq.0, row.standing)).collect();
        assert_eq!(
            standings,
            [
                (2, Standing::Held),
                (3, Standing::Waiting),
                (4, Standing::Sending),
                (5, Standing::Stopped(Some(403)))
            ]
        );
        assert_eq!(rows[0].job_name, "J-1 · Boiler");
        let left: Vec<u64> = rows
            .iter()
            .filter(|row| row.was_left_behind())
            .map(|row| row.seq.0)
            .collect();
        assert_eq!(left, [2, 5]);
    }

    #[test]
    fn a_change_that_waits_says_why_and_one_that_was_tried_was_left_behind() {
        let mut tried = note_entry(1, job(1).id);
        tried.attempts = 2;
        let mut undecided = note_entry(2, job(2).id);
        undecided.undecided = 1;
        let fresh = note_entry(3, job(1).id);
        let entries = [tried, undecided, fresh];
        let rows = pending_rows(&projection(), &entries, &Zone::utc());
        let left: Vec<bool> = rows.iter().map(PendingRow::was_left_behind).collect();
        assert_eq!(left, [true, false, false]);
        let at = Some(Timestamp(7));
        let line = |sign_in_needed, is_online, next_try| Line {
            sign_in_needed,
            is_online,
            next_try,
        };
        for (line, row, expected) in [
            (line(true, false, at), &rows[2], Why::SignIn),
            (line(false, false, at), &rows[2], Why::NoNetwork),
            (line(false, true, at), &rows[0], Why::Until(Timestamp(7))),
            (line(false, true, None), &rows[0], Why::ItsTurn),
            (line(false, true, None), &rows[1], Why::Undecided),
        ] {
            assert_eq!(row.why(line), Some(expected), "{line:?}");
        }
        let sending = PendingRow {
            standing: Standing::Sending,
            ..rows[0].clone()
        };
        assert_eq!(sending.why(line(false, true, at)), None);
    }
}
