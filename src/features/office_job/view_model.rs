//! What the office's page of a job says beside what its technician's page says.
//!
//! Owns what is still on a phone, and the list of what happened. Pure.

use crate::shared::job::history::{HistoryEvent, HistoryRow, history};
use crate::shared::refusals::excerpt;
use afield_domain::order::Order;
use afield_domain::{Answer, JobId, Question, Submission, Timestamp, UserId, Zone};
use afield_protocol::{Activity, ActivityKind, JobOnPhone};
use afield_sync::SignedIn;
use afield_sync::view::Projection;

/// Photos and files that are known and whose bytes have not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// How many.
    pub count: usize,
    /// When the oldest was taken.
    pub oldest: Option<Timestamp>,
}

/// What of the job `id` is still on the phone that took it. What `user` attaches at the office is on none.
#[must_use]
pub fn waiting(picture: &Projection, id: JobId, user: UserId) -> Waiting {
    let files = picture.attachments_of(id);
    let waits = files.filter(|(file, _)| file.received_at.is_none() && file.author != user);
    waits.fold(Waiting::default(), |all, (file, _)| Waiting {
        count: all.count + 1,
        oldest: all.oldest.into_iter().chain([file.made_at]).min(),
    })
}

/// A phone that was silent for so long is pointed at, in milliseconds: longer than a working day and its night.
const SILENT_MS: i64 = 24 * 60 * 60_000;

/// How it stands with a phone that holds something of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its user was heard of not long ago.
    Heard,
    /// Nothing was heard since then.
    Silent(Timestamp),
    /// The session in which it told is over.
    SignedOut,
    /// Its browser has cleared its storage.
    Cleared,
}

/// How it stands with `phone` at `now`.
#[must_use]
pub fn standing_of(phone: &JobOnPhone, now: Timestamp) -> Standing {
    let heard = phone.seen_at.unwrap_or(phone.told_at).max(phone.told_at);
    match (phone.cleared, phone.signed_out) {
        (true, _) => Standing::Cleared,
        (false, true) => Standing::SignedOut,
        (false, false) if now.since(heard) > SILENT_MS => Standing::Silent(heard),
        (false, false) => Standing::Heard,
    }
}

/// Whether `phones` say of as many files that they are there as `waits` for: then it need not be said twice.
#[must_use]
pub fn is_said(phones: &[JobOnPhone], waits: Waiting) -> bool {
    let there = phones.iter().filter(|phone| !phone.cleared);
    let files: u64 = there.map(|phone| phone.files).sum();
    files >= waits.count as u64
}

/// A form that was submitted, to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct FormRead {
    /// The form's name; empty if it is not known.
    pub name: String,
    /// Who filled it in.
    pub by: String,
    /// When, on the company's clock.
    pub when: String,
    /// What it asks; nothing if it is not known.
    pub questions: Vec<Question>,
    /// What was answered.
    pub answers: Vec<Answer>,
}

/// The forms that were submitted on the job `id`, the last one first.
#[must_use]
pub fn forms(picture: &Projection, zone: &Zone, id: JobId) -> Vec<FormRead> {
    let mut all: Vec<&Submission> = picture.submissions_of(id).map(|(made, _)| made).collect();
    all.order_by_key(|made| std::cmp::Reverse((made.made_at, made.id)));
    let read = |made: &Submission| {
        let form = picture.form(made.template);
        FormRead {
            name: form.map(|form| form.name.clone()).unwrap_or_default(),
            by: made.author_name.clone(),
            when: zone.date_and_time(made.made_at),
            questions: form.map(|form| form.questions.clone()).unwrap_or_default(),
            answers: made.answers.clone(),
        }
    };
    all.into_iter().map(read).collect()
}

/// Something that happened to the job.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// As the records tell it, for as long as the job is kept.
    Recorded(HistoryRow),
    /// What no record tells: who assigned and edited it, what was refused. Kept for some months.
    Told(Activity),
}

impl Happened {
    fn at(&self) -> Timestamp {
        match self {
            Self::Recorded(row) => row.at,
            Self::Told(activity) => activity.made_at,
        }
    }
}

/// What happened to the job `id`, newest first: each once, but for what was brought in, which says so beside its record.
#[must_use]
pub fn happened(
    picture: &Projection,
    activity: &[Activity],
    session: &SignedIn,
    zone: &Zone,
    id: JobId,
) -> Vec<Happened> {
    let recorded = history(picture, &[], session, zone, id);
    let recorded = recorded.map(|found| found.rows).unwrap_or_default();
    let mut all: Vec<Happened> = recorded
        .into_iter()
        // A form has a place of its own on this page.
        .filter(|row| !matches!(row.what, HistoryEvent::Change(_)))
        .filter(|row| !is_half_attached(picture, session.user(), id, row))
        .map(Happened::Recorded)
        .collect();
    // The records do not know who has brought it in.
    let is_told = |one: &&Activity| !is_recorded(&one.what) || !one.brought_by.is_empty();
    let told = activity.iter().filter(is_told);
    all.extend(told.cloned().map(Happened::Told));
    all.order_by_key(|one| std::cmp::Reverse(one.at()));
    all
}

/// Whether it tells of a file that `user` attaches at the office and that is not there as a whole.
fn is_half_attached(picture: &Projection, user: UserId, id: JobId, row: &HistoryRow) -> bool {
    let HistoryEvent::File(name) = &row.what else {
        return false;
    };
    let mut files = picture.attachments_of(id).map(|(file, _)| file);
    files.any(|file| {
        let is_half = file.author == user && file.received_at.is_none();
        is_half && file.made_at == row.at && excerpt(&file.name) == *name
    })
}

/// Whether the job's own records tell it too.
fn is_recorded(what: &ActivityKind) -> bool {
    matches!(
        what,
        ActivityKind::Status { .. }
            | ActivityKind::Note { .. }
            | ActivityKind::Attached { .. }
            | ActivityKind::Submitted { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, projection, signed_in, user, versioned};
    use crate::shared::answer_picture::picture_of;
    use afield_domain::{Attachment, AttachmentId, AttachmentKind, JobField, Record};
    use uuid::Uuid;

    fn told(seq: u64, minutes: i64, what: ActivityKind) -> Activity {
        Activity {
            seq,
            actor: "Dora".into(),
            brought_by: String::new(),
            was_accepted: false,
            job: job(1).id,
            job_number: "J-1".into(),
            job_title: "Boiler".into(),
            made_at: NOON.plus_ms(minutes * 60_000),
            received_at: NOON,
            what,
        }
    }

    #[test]
    fn what_records_and_activity_both_tell_is_told_once_and_in_its_order() {
        let edited = || ActivityKind::Edited {
            fields: vec![JobField::Title],
        };
        let note = ActivityKind::Note {
            text: "Valve ordered".into(),
        };
        let activity = [
            told(3, 5, edited()),
            told(2, 0, note),
            told(1, -5, ActivityKind::Created),
        ];
        let all = happened(
            &projection(),
            &activity,
            &signed_in(),
            &Zone::utc(),
            job(1).id,
        );
        let kinds: Vec<_> = all
            .iter()
            .map(|one| match one {
                Happened::Recorded(_) => "record",
                Happened::Told(activity) => match activity.what {
                    ActivityKind::Created => "created",
                    _ => "edited",
                },
            })
            .collect();
        assert_eq!(kinds, ["edited", "record", "created"]);
    }

    #[test]
    fn what_was_brought_in_says_so_beside_its_record() {
        let note = ActivityKind::Note {
            text: "Valve ordered".into(),
        };
        let brought = Activity {
            brought_by: "Dora".into(),
            was_accepted: false,
            ..told(2, 0, note)
        };
        let all = happened(
            &projection(),
            std::slice::from_ref(&brought),
            &signed_in(),
            &Zone::utc(),
            job(1).id,
        );
        let is_told = |one: &&Happened| **one == Happened::Told(brought.clone());
        assert_eq!(all.iter().filter(is_told).count(), 1);
    }

    fn file(n: u128, minutes: i64, received: bool) -> Attachment {
        Attachment {
            id: AttachmentId(Uuid::from_u128(n)),
            job: job(1).id,
            author: UserId(Uuid::from_u128(1)),
            author_name: "Anna".into(),
            kind: AttachmentKind::Photo,
            name: "burner.jpg".into(),
            mime: "image/jpeg".into(),
            bytes: 1,
            sha256: String::new(),
            width: 1,
            height: 1,
            thumbnail: String::new(),
            made_at: NOON.plus_ms(minutes * 60_000),
            received_at: received.then_some(NOON),
        }
    }

    #[test]
    fn what_is_attached_here_has_happened_when_all_of_it_is_there() {
        let user = signed_in().user();
        let told_of = |author, received| {
            let mine = Attachment {
                author,
                ..file(1, -9, received)
            };
            let records = [Record::Job(job(1)), Record::Attachment(mine)];
            let picture = picture_of(records.map(versioned).into());
            happened(&picture, &[], &signed_in(), &Zone::utc(), job(1).id).len()
        };
        let other = UserId(Uuid::from_u128(0xFF));
        assert_eq!(told_of(user, true) - told_of(user, false), 1);
        assert_eq!(told_of(other, true), told_of(other, false));
    }

    #[test]
    fn a_phone_that_holds_something_stands_as_it_was_last_heard_of() {
        let phone = JobOnPhone {
            user: user(),
            unsent: 2,
            files: 1,
            told_at: NOON,
            seen_at: None,
            signed_out: false,
            cleared: false,
        };
        let late = NOON.plus_ms(SILENT_MS + 1);
        let heard = |minutes: i64| JobOnPhone {
            seen_at: Some(NOON.plus_ms(minutes * 60_000)),
            ..phone.clone()
        };
        let gone = JobOnPhone {
            cleared: true,
            signed_out: true,
            ..phone.clone()
        };
        let out = JobOnPhone {
            signed_out: true,
            ..phone.clone()
        };
        for (phone, now, expected) in [
            (&phone, NOON.plus_ms(SILENT_MS), Standing::Heard),
            (&phone, late, Standing::Silent(NOON)),
            // The server may remember no more than an earlier contact.
            (&heard(-5), late, Standing::Silent(NOON)),
            (&heard(5), late, Standing::Heard),
            (&out, NOON, Standing::SignedOut),
            (&gone, NOON, Standing::Cleared),
        ] {
            assert_eq!(standing_of(phone, now), expected, "{phone:?}");
        }
        let waits = |count| Waiting {
            count,
            oldest: None,
        };
        let both = [phone, gone];
        assert!(is_said(&both, waits(1)));
        assert!(!is_said(&both, waits(2)), "what is gone is not there");
    }

    #[test]
    fn what_is_still_on_a_phone_is_counted_with_its_age() {
        let files = [file(1, -9, true), file(2, -5, false), file(3, -7, false)];
        let mut records = vec![versioned(Record::Job(job(1)))];
        records.extend(files.map(Record::Attachment).map(versioned));
        let picture = picture_of(records);
        let waits = |user| waiting(&picture, job(1).id, UserId(Uuid::from_u128(user)));
        let oldest = Some(NOON.plus_ms(-7 * 60_000));
        assert_eq!(waits(2), Waiting { count: 2, oldest });
        assert_eq!(waits(1), Waiting::default(), "one's own are on no phone");
    }
}
