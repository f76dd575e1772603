//! The service report of a job: what the customer gets, in words and figures.
//!
//! Owns [`Report`]. Pure: the zone and the time are arguments.

use crate::shared::job::material::{AssetLine, PartItem, material};
use crate::shared::names::{address_of, numbered};
use crate::shared::photo_pairs::sides;
use crate::shared::progress::progress;
use crate::shared::times::{Times, times_of};
use afield_domain::order::Order;
use afield_domain::record::moment_of;
use afield_domain::{
    Answer, Attachment, AttachmentKind, JobId, JobStatus, PhotoMark, PhotoMoment, Question,
    Submission, Timestamp, Zone,
};
use afield_sync::view::Projection;

/// What the report says.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Number and title of the job.
    pub job: String,
    /// What was ordered; may be empty.
    pub description: String,
    /// For whom; may be empty.
    pub customer: String,
    /// Where; may be empty.
    pub address: String,
    /// When it was planned, on the company's clock.
    pub planned: String,
    /// When work began and when it ended, on the company's clock; empty where it has not.
    pub began: String,
    /// See `began`.
    pub ended: String,
    /// How long it took.
    pub times: Times,
    /// Whoever took the steps, each once.
    pub by: Vec<String>,
    /// Whether it could not be done.
    pub not_possible: bool,
    /// Why it could not, where that is one of the words that the app offers; may be empty. What somebody wrote
    /// themselves, they wrote to the office.
    pub reason: String,
    /// How many required questions and service tasks were left open at the finish.
    pub left_open: Option<(usize, usize)>,
    /// The checklist and what was answered.
    pub checklist: (Vec<Question>, Vec<Answer>),
    /// Every form that counts: its name, its questions, what was answered.
    pub forms: Vec<(String, Vec<Question>, Vec<Answer>)>,
    /// What it was done on.
    pub assets: Vec<AssetLine>,
    /// What it used.
    pub parts: Vec<PartItem>,
    /// The photos: those of before with those of after, and the others.
    pub photos: Photos,
    /// Signatures, oldest first, each with the name of whoever signed; the name may be empty.
    pub signatures: Vec<(Attachment, String, String)>,
}

/// The photos of a job, as the customer gets them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Photos {
    /// Those of before the work, each with the one of after it.
    pub pairs: Vec<(Attachment, Attachment)>,
    /// The others, oldest first, each with what it shows, if that is known.
    pub alone: Vec<(Attachment, Option<PhotoMoment>)>,
}

/// The report of the job `id` at `now`; none if it is not on this phone. `offered` are the reasons that the app
/// offers as words to tap.
#[must_use]
pub fn report(
    projection: &Projection,
    zone: &Zone,
    id: JobId,
    now: Timestamp,
    offered: &[&str],
) -> Option<Report> {
    let job = projection.job(id)?;
    let steps: Vec<_> = job.steps.iter().map(|step| (step.to, step.at)).collect();
    let (began, ended) = crate::shared::job::overview::actual(&steps, zone).unwrap_or_default();
    let not_possible = job.was_not_possible();
    let is_finished = job.status == JobStatus::Finished;
    let left_open = progress(projection, job).left_open();
    let mut by: Vec<String> = job.steps.iter().map(|step| step.by.clone()).collect();
    by.order();
    by.dedup();
    let mut files: Vec<Attachment> = projection
        .attachments_of(id)
        .map(|(file, _)| file.clone())
        .collect();
    files.order_by_key(|file| (file.made_at, file.id));
    let (signed, rest): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| file.kind == AttachmentKind::Signature);
    let photos = rest
        .into_iter()
        .filter(|file| file.kind == AttachmentKind::Photo);
    let photos = paired(photos.collect(), &job.photos);
    let used = material(projection, &[], id).unwrap_or_default();
    let customer = job.customer.and_then(|id| projection.customer(id));
    Some(Report {
        job: numbered(&job.number, &job.title),
        description: job.description.clone(),
        customer: customer
            .map(|customer| customer.name.clone())
            .unwrap_or_default(),
        address: address_of(projection, job),
        planned: zone.span(job.starts, job.ends),
        began,
        ended: ended.unwrap_or_default(),
        times: times_of(&steps, now),
        by,
        not_possible,
        reason: job
            .steps
            .last()
            .filter(|step| not_possible && offered.contains(&&*step.reason))
            .map(|step| step.reason.clone())
            .unwrap_or_default(),
        left_open: left_open.filter(|_| is_finished && !not_possible),
        checklist: (job.checklist.clone(), job.answers.clone()),
        forms: forms(projection, id),
        assets: used.assets,
        parts: used.parts,
        photos,
        signatures: signed
            .into_iter()
            .map(|file| {
                let when = zone.date_and_time(file.made_at);
                let name = signer(&file.name);
                (file, name, when)
            })
            .collect(),
    })
}

/// The photos that belong together, and the others.
fn paired(photos: Vec<Attachment>, marks: &[PhotoMark]) -> Photos {
    let ids: Vec<_> = photos.iter().map(|photo| photo.id).collect();
    let (before, after) = sides(&ids, marks);
    let both: Vec<_> = before.into_iter().zip(after).collect();
    let find = |id| photos.iter().find(|photo| photo.id == id).cloned();
    let pair = |(one, other): &(_, _)| Some((find(*one)?, find(*other)?));
    let is_alone = |photo: &&Attachment| !both.iter().any(|(a, b)| [*a, *b].contains(&photo.id));
    let alone = photos.iter().filter(is_alone);
    Photos {
        pairs: both.iter().filter_map(pair).collect(),
        alone: alone
            .map(|photo| (photo.clone(), moment_of(marks, photo.id)))
            .collect(),
    }
}

/// Whoever signed, as the signature's file is called; empty if nobody gave a name.
#[must_use]
pub fn signer(file: &str) -> String {
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    match name {
        "signature" => String::new(),
        name => name.to_owned(),
    }
}

/// Of each task, or of each form without a task, the last submission.
fn forms(projection: &Projection, id: JobId) -> Vec<(String, Vec<Question>, Vec<Answer>)> {
    let mut all: Vec<&Submission> = projection
        .submissions_of(id)
        .map(|(made, _)| made)
        .collect();
    all.order_by_key(|made| (made.made_at, made.id));
    let is_last = |place: usize, made: &Submission| {
        let what = (made.task, made.template);
        let later = all.iter().skip(place + 1);
        !later
            .clone()
            .any(|later| (later.task, later.template) == what)
    };
    all.iter()
        .enumerate()
        .filter(|(place, made)| is_last(*place, made))
        .filter_map(|(_, made)| {
            let form = projection.form(made.template)?;
            Some((
                form.name.clone(),
                form.questions.clone(),
                made.answers.clone(),
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, projection, status_entry, user, versioned, with_outbox};
    use afield_domain::{AttachmentId, Module, QuestionKind, Record, StatusStep, StepKind};
    use uuid::Uuid;

    const OFFERED: [&str; 2] = ["Nobody is there", "No access"];

    #[test]
    fn it_says_for_whom_where_when_and_by_whom() {
        let entries = [
            status_entry(1, job(1).id, JobStatus::Started),
            status_entry(2, job(1).id, JobStatus::Finished),
        ];
        let found = report(
            &with_outbox(&entries),
            &Zone::utc(),
            job(1).id,
            NOON,
            &OFFERED,
        )
        .unwrap();
        assert_eq!(found.customer, "Ada Berg");
        assert_eq!(found.address, "Mill Lane 4, Bruck");
        assert!(!found.began.is_empty() && !found.ended.is_empty());
        assert_eq!(found.by.len(), 1);
        assert!(!found.not_possible && found.reason.is_empty());
        assert_eq!(found.left_open, None);
        assert_eq!(
            report(
                &projection(),
                &Zone::utc(),
                JobId(uuid::Uuid::nil()),
                NOON,
                &OFFERED
            ),
            None
        );
    }

    fn finished(kind: StepKind, reason: &str) -> Report {
        let mut of = job(1);
        of.status = JobStatus::Finished;
        of.checklist = vec![Question {
            required: true,
            ..Question::new("safe", "Is it safe?", QuestionKind::YesNo)
        }];
        of.steps = vec![StatusStep {
            kind,
            reason: reason.into(),
            ..StatusStep::usual(JobStatus::Finished, NOON, "Anna")
        }];
        let mut projection = projection();
        projection.set_record(of.id.into(), Some(versioned(Record::Job(of))));
        report(&projection, &Zone::utc(), job(1).id, NOON, &OFFERED).unwrap()
    }

    #[test]
    fn what_was_not_possible_says_why_only_in_the_words_that_the_app_offers() {
        let found = finished(StepKind::NotPossible, "No access");
        assert!(found.not_possible);
        assert_eq!((&*found.reason, found.left_open), ("No access", None));
        let found = finished(StepKind::NotPossible, "The customer was drunk");
        assert!(found.not_possible);
        assert_eq!(found.reason, "");
    }

    #[test]
    fn what_was_left_open_is_counted_and_its_reason_stays_with_the_company() {
        let found = finished(StepKind::Usual, "No access");
        assert!(!found.not_possible);
        assert_eq!((&*found.reason, found.left_open), ("", Some((1, 0))));
    }

    #[test]
    fn photos_of_before_and_after_stand_together_and_the_rest_alone() {
        let photo = |n: u128| Attachment {
            id: AttachmentId(Uuid::from_u128(n)),
            job: job(1).id,
            kind: AttachmentKind::Photo,
            name: format!("{n}.jpg"),
            mime: "image/jpeg".into(),
            bytes: 1,
            sha256: "0".repeat(64),
            width: 4,
            height: 3,
            thumbnail: String::new(),
            author: user().id,
            author_name: String::new(),
            made_at: NOON.plus_ms(i64::try_from(n).unwrap()),
            received_at: None,
        };
        let mark = |n: u128, moment| PhotoMark {
            photo: photo(n).id,
            moment,
        };
        let mut of = job(1);
        of.photos = vec![
            mark(1, PhotoMoment::Before),
            mark(2, PhotoMoment::Before),
            mark(4, PhotoMoment::After),
        ];
        let mut projection = projection();
        projection.set_record(of.id.into(), Some(versioned(Record::Job(of))));
        let photos = (1..=4).map(|n| versioned(Record::Attachment(photo(n))));
        projection.set_module(Module::Attachment, photos.collect());
        let found = report(&projection, &Zone::utc(), job(1).id, NOON, &OFFERED).unwrap();
        let Photos { pairs, alone } = found.photos;
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (&*a.name, &*b.name)).collect();
        assert_eq!(pairs, [("1.jpg", "4.jpg")]);
        let alone: Vec<_> = alone
            .iter()
            .map(|(a, moment)| (&*a.name, *moment))
            .collect();
        assert_eq!(
            alone,
            [("2.jpg", Some(PhotoMoment::Before)), ("3.jpg", None)]
        );
    }

    #[test]
    fn a_signature_is_called_after_whoever_signed() {
        for (file, name) in [
            ("Petra Berg.png", "Petra Berg"),
            ("signature.png", ""),
            ("Dr. Klein.png", "Dr. Klein"),
        ] {
            assert_eq!(signer(file), name);
        }
    }
}
