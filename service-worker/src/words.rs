//! What a notification says of its job besides the words that came with it.
//!
//! Owns the rule of what may be said from what this phone holds. A message carries nothing of a customer; what stands
//! here goes no further than this phone's screen. Must never say more than the app itself would show to whoever opens it.

use afield_domain::{Job, Language, Zone};
use afield_sync::{Holding, OutboxMeta, Reading, is_expired};

/// Number, title and time of `job`; nothing where the app would not show it: nobody is signed in, the server asks them to
/// sign in again, what is here is too old, or the offline feature is off.
#[must_use]
pub fn plan_words(
    meta: &OutboxMeta,
    job: &Job,
    language: Language,
    now: &Reading,
) -> Option<String> {
    let session = meta.session.as_ref()?;
    let is_hidden = meta.sign_in_needed
        || is_expired(meta, now)
        || Holding::of(meta) == Holding::WhileConnected;
    if is_hidden {
        return None;
    }
    // Damaged zone data must not keep anybody from reading the rest, as in the app.
    let zone = Zone::from_data(&session.info.company.zone).unwrap_or_else(|_| Zone::utc());
    let time = zone.in_language(language).span(job.starts, job.ends);
    Some(format!("{} {}\n{time}", job.number, job.title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{JobStatus, OperationMode, Record, Timestamp};
    use afield_sync::SignedIn;
    use afield_sync::testing::fixtures::{job, session, technician};

    const HOUR_MS: i64 = 3_600_000;
    /// Noon of a Friday, UTC.
    const NOON: Timestamp = Timestamp(1_800_014_400_000);

    /// A phone that heard of the server at noon, and one of its jobs.
    fn phone() -> (OutboxMeta, Job) {
        let user = technician(1);
        let meta = OutboxMeta {
            session: Some(SignedIn {
                info: session(&user),
                at: NOON,
            }),
            last_contact: Some(NOON),
            ..OutboxMeta::default()
        };
        let Record::Job(mut job) = job(7, &user, JobStatus::Scheduled) else {
            panic!("no job");
        };
        job.number = "N-1042".into();
        job.title = "Boiler".into();
        (job.starts, job.ends) = (NOON, NOON.plus_ms(HOUR_MS));
        (meta, job)
    }

    fn later(hours: i64) -> Reading {
        let now = NOON.plus_ms(hours * HOUR_MS);
        // A worker that was started just now.
        Reading {
            wall: now,
            began: now,
            ran_ms: 0,
            context: "worker".into(),
        }
    }

    #[test]
    fn the_job_is_named_with_its_time_in_the_language_of_the_message() {
        let (meta, job) = phone();
        let words = |language| plan_words(&meta, &job, language, &later(1)).unwrap();
        let english = words(Language::English);
        assert!(
            english.starts_with("N-1042 Boiler\nFri 15 Jan"),
            "{english}"
        );
        assert!(english.ends_with("12:00 – 13:00"), "{english}");
        let german = words(Language::German);
        assert!(german.starts_with("N-1042 Boiler\nFr"), "{german}");
    }

    #[test]
    fn nothing_is_said_that_the_app_would_not_show() {
        type Change = fn(&mut OutboxMeta);
        let cases: [(&str, Change, i64); 5] = [
            ("nobody is signed in", |meta| meta.session = None, 1),
            ("must sign in again", |meta| meta.sign_in_needed = true, 1),
            ("too old", |_| {}, 25),
            (
                "switched off by its user",
                |meta| {
                    let user = meta.session.as_ref().map(SignedIn::user);
                    meta.without_offline.extend(user);
                },
                1,
            ),
            (
                "switched off by the company",
                |meta| {
                    if let Some(session) = &mut meta.session {
                        session.info.company.offers_offline = false;
                    }
                },
                1,
            ),
        ];
        for (why, change, hours) in cases {
            let (mut meta, job) = phone();
            change(&mut meta);
            let said = plan_words(&meta, &job, Language::English, &later(hours));
            assert_eq!(said, None, "{why}");
        }
        // In online mode a phone holds the schedule.
        let (mut meta, job) = phone();
        if let Some(session) = &mut meta.session {
            session.info.company.mode = OperationMode::Online;
        }
        assert!(plan_words(&meta, &job, Language::English, &later(1)).is_some());
    }
}
