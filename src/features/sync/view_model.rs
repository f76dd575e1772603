//! The Sync page's lists: what is unsent and how each change stands.
//!
//! Owns the rows and the clock's warning. Pure: the zone is an argument.

use crate::features::jobs::refused_view_model::Intent;
use crate::features::jobs::view_model::numbered;
use afield_domain::{JobId, Record, Zone};
use afield_protocol::Seq;
use afield_sync::batch::held_entries;
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry};

/// One unsent change that was not refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PendingRow {
    /// Its place in this phone's order.
    pub seq: Seq,
    /// What it wants.
    pub what: Intent,
    /// The job it is about.
    pub job: Option<JobId>,
    /// Number and title of that job; empty if it is not on this phone.
    pub job_name: String,
    /// When it was made, on the company's clock.
    pub when: String,
    /// Where it stands.
    pub standing: Standing,
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
                _ if held.contains_key(&entry.seq()) => Standing::Held,
                EntryState::Pending => Standing::Waiting,
                EntryState::InFlight { .. } => Standing::Sending,
            };
            let job = entry.mutation.op.job();
            Some(PendingRow {
                seq: entry.seq(),
                what: Intent::of(projection, &entry.mutation.op),
                job,
                job_name: job_name(projection, job),
                when: zone.date_and_second(entry.mutation.wall),
                standing,
            })
        })
        .collect()
}

/// Number and title of a job; empty if it is not on this phone.
#[must_use]
pub fn job_name(projection: &Projection, job: Option<JobId>) -> String {
    match job
        .and_then(|id| projection.view(id.into()))
        .map(|view| view.record)
    {
        Some(Record::Job(job)) => numbered(&job.number, &job.title),
        _ => String::new(),
    }
}

/// The draft of a mail; `encode` is the browser's URL encoding.
#[must_use]
pub fn mailto(to: &str, subject: &str, body: &str, encode: impl Fn(&str) -> String) -> String {
    // An address may hold characters that end it in a link; `@` is the one that must stay.
    let to = encode(to).replace("%40", "@");
    let body = body.replace('\n', "\r\n");
    format!(
        "mailto:{to}?subject={}&body={}",
        encode(subject),
        encode(&body)
    )
}

const CLOCK_TOLERANCE_MS: u64 = 10 * 60_000;

/// Minutes by which this device's clock is off, if that is more than a person should accept.
/// Positive: the device is behind.
#[must_use]
pub fn clock_warning(offset_ms: i64) -> Option<i64> {
    (offset_ms.unsigned_abs() > CLOCK_TOLERANCE_MS).then_some(offset_ms / 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::jobs::samples::{job, note_entry, parked, projection, status_entry};
    use afield_domain::{JobStatus, Rejection};

    #[test]
    fn every_unsent_change_says_how_it_stands_and_refused_ones_stand_elsewhere() {
        let mut sending = note_entry(4, job(2).id);
        sending.state = EntryState::InFlight { lease: 1 };
        let entries = [
            parked(
                status_entry(1, job(1).id, JobStatus::Started),
                Rejection::Forbidden,
            ),
            status_entry(2, job(1).id, JobStatus::Finished),
            note_entry(3, job(1).id),
            sending,
        ];
        let rows = pending_rows(&projection(), &entries, &Zone::utc());
        let standings: Vec<(u64, Standing)> =
            rows.iter().map(|row| (row.seq.0, row.standing)).collect();
        assert_eq!(
            standings,
            [
                (2, Standing::Held),
                (3, Standing::Waiting),
                (4, Standing::Sending)
            ]
        );
        assert_eq!(rows[0].job_name, "J-1 · Boiler");
    }

    #[test]
    fn a_mail_s_draft_is_one_link_whatever_stands_in_it() {
        let encode = |text: &str| {
            let pairs = [
                ("%", "%25"),
                ("@", "%40"),
                ("&", "%26"),
                ("?", "%3F"),
                (" ", "%20"),
                ("\r", "%0D"),
                ("\n", "%0A"),
            ];
            pairs
                .iter()
                .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        };
        assert_eq!(
            mailto("a&b@x.example", "Job J-1?", "Hello,\nplease", encode),
            "mailto:a%26b@x.example?subject=Job%20J-1%3F&body=Hello,%0D%0Aplease"
        );
    }

    #[test]
    fn only_a_clock_that_is_really_off_is_a_warning() {
        assert_eq!(clock_warning(600_000), None);
        assert_eq!(clock_warning(-660_000), Some(-11));
        assert_eq!(clock_warning(7_200_000), Some(120));
    }
}
