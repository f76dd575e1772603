//! The Sync page's lists: what is unsent and how each change stands.
//!
//! Owns the rows and the clock's warning. Pure: the zone is an argument.

use crate::shared::names::job_name;
use crate::shared::refusals::ChangeSummary;
use afield_domain::{JobId, Zone};
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
    }
}
