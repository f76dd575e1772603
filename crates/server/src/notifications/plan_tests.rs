//! What is worth telling, when, and for how long.

use super::*;
use crate::storage::Subscription;
use crate::zones::zone;
use afield_domain::{CompanyId, Job, Record, UserId};
use afield_protocol::{NotificationKind, NotificationWishes};
use uuid::Uuid;

const ANNA: UserId = UserId(Uuid::from_u128(1));
const BEN: UserId = UserId(Uuid::from_u128(2));

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn job(assignee: Option<UserId>, status: JobStatus) -> Record {
    Record::Job(Job {
        id: JobId(Uuid::from_u128(7)),
        assignee,
        status,
        ..Job::BLANK
    })
}

#[test]
fn what_counts_for_most_is_told_of_a_job() {
    use JobStatus::{Cancelled, EnRoute, Finished, Paused, Scheduled, Started};
    let old = job(Some(BEN), Scheduled);
    let mine = job(Some(ANNA), Scheduled);
    for (before, after, expected) in [
        (None, job(Some(ANNA), Scheduled), News::Assigned),
        (Some(&old), job(Some(ANNA), EnRoute), News::Assigned),
        (Some(&mine), job(Some(ANNA), EnRoute), News::Status(EnRoute)),
        (Some(&mine), job(Some(ANNA), Started), News::Status(Started)),
        (Some(&mine), job(Some(ANNA), Paused), News::Status(Paused)),
        (
            Some(&mine),
            job(Some(ANNA), Finished),
            News::Status(Finished),
        ),
        (Some(&mine), job(Some(ANNA), Cancelled), News::Changed),
        (Some(&mine), job(Some(ANNA), Scheduled), News::Changed),
    ] {
        assert_eq!(
            plan_news(before, &after, false),
            Some(expected),
            "{after:?}"
        );
    }
    assert_eq!(plan_news(Some(&mine), &mine, true), None, "it has no page");
}

#[test]
fn a_file_is_told_of_when_it_is_there_and_when_it_has_gone() {
    let file: Record = serde_json::from_value(serde_json::json!({
        "module": "attachment",
        "id": Uuid::from_u128(9),
        "job": Uuid::from_u128(7),
        "name": "a.jpg",
        "mime": "image/jpeg",
        "bytes": 1,
        "sha256": "0".repeat(64),
        "author": ANNA,
        "author_name": "Anna",
        "made_at": 0,
    }))
    .unwrap();
    assert_eq!(job_of(&file), Some(JobId(Uuid::from_u128(7))));
    for (before, is_gone, expected) in [
        (None, false, Some(News::Changed)),
        (Some(&file), false, None),
        (Some(&file), true, Some(News::Changed)),
    ] {
        assert_eq!(plan_news(before, &file, is_gone), expected);
    }
}

fn listener(news: Option<News>, waiting: u64) -> Listener {
    Listener {
        subscription: 1,
        wishes: NotificationWishes::default(),
        news: news.map(News::text),
        waiting,
    }
}

#[test]
fn what_waits_and_what_is_new_become_one() {
    let started = News::Status(JobStatus::Started);
    let paused = News::Status(JobStatus::Paused);
    for (known, newer, expected) in [
        (None, News::Changed, News::Changed),
        (Some(News::Changed), News::Assigned, News::Assigned),
        (Some(News::Assigned), News::Changed, News::Assigned),
        (Some(News::Assigned), started, News::Assigned),
        (Some(News::Changed), started, started),
        (Some(started), News::Changed, started),
        (Some(paused), started, started),
        (Some(started), paused, paused),
    ] {
        let plan = plan_due(&listener(known, 1), newer);
        assert_eq!(plan, Some(expected), "{known:?} {newer:?}");
    }
    let mut newer = listener(None, 1);
    newer.news = Some("\"of_a_newer_build\"".into());
    assert_eq!(plan_due(&newer, News::Changed), Some(News::Changed));
}

#[test]
fn what_is_not_wanted_any_more_takes_nothing_that_is_with_it() {
    let mut listener = listener(Some(News::Assigned), 1);
    listener.wishes.assigned = false;
    assert_eq!(plan_due(&listener, News::Changed), Some(News::Changed));
    listener.wishes.assigned = true;
    assert_eq!(plan_due(&listener, News::Changed), Some(News::Assigned));
}

#[test]
fn a_device_waits_for_so_many_jobs_and_no_more() {
    let full = MOST_WAITING;
    assert_eq!(plan_due(&listener(None, full), News::Changed), None);
    let known = listener(Some(News::Changed), full);
    assert_eq!(plan_due(&known, News::Assigned), Some(News::Assigned));
    let last = listener(None, full - 1);
    assert_eq!(plan_due(&last, News::Changed), Some(News::Changed));
}

#[test]
fn what_is_not_wanted_is_not_told() {
    let mut listener = listener(None, 0);
    for news in [
        News::Changed,
        News::Status(JobStatus::Started),
        News::Assigned,
    ] {
        listener.wishes = NotificationWishes {
            assigned: news != News::Assigned,
            status: news.kind() != NotificationKind::Status,
            changed: news != News::Changed,
            quiet: None,
        };
        assert_eq!(plan_due(&listener, news), None, "{news:?}");
        listener.wishes = NotificationWishes::default();
        assert_eq!(plan_due(&listener, news), Some(news));
    }
}

#[track_caller]
fn check_quiet(from: u16, to: u16, now: &str, expected: Option<&str>) {
    let berlin = zone("Europe/Berlin").unwrap();
    let end = plan_quiet(QuietHours { from, to }, &berlin, at(now));
    assert_eq!(end, expected.map(at), "{from} to {to} at {now}");
}

#[test]
fn quiet_hours_are_those_of_the_company_s_clock() {
    // Noon in Berlin.
    let noon = "2026-11-21T11:00:00Z";
    check_quiet(720, 750, noon, Some("2026-11-21T11:30:00Z"));
    check_quiet(721, 750, noon, None);
    check_quiet(600, 720, noon, None);
    check_quiet(600, 721, noon, Some("2026-11-21T11:01:00Z"));
    // Over midnight.
    check_quiet(1_200, 390, noon, None);
    check_quiet(
        1_200,
        390,
        "2026-11-21T19:00:00Z",
        Some("2026-11-22T05:30:00Z"),
    );
    check_quiet(
        1_200,
        390,
        "2026-11-22T05:29:59Z",
        Some("2026-11-22T05:30:00Z"),
    );
    check_quiet(1_200, 390, "2026-11-22T05:30:00Z", None);
    check_quiet(600, 0, noon, Some("2026-11-21T23:00:00Z"));
    check_quiet(720, 720, noon, None);
    // Clocks go back at three on the 25th of October, and forward at two on the 28th of March.
    check_quiet(
        1_320,
        360,
        "2026-10-24T21:00:00Z",
        Some("2026-10-25T05:00:00Z"),
    );
    check_quiet(
        1_320,
        360,
        "2027-03-27T22:00:00Z",
        Some("2027-03-28T04:00:00Z"),
    );
    check_quiet(
        1_320,
        150,
        "2027-03-27T22:00:00Z",
        Some("2027-03-28T01:30:00Z"),
    );
}

fn due(news: News, wishes: NotificationWishes) -> DueRow {
    DueRow {
        id: 1,
        subscription: Subscription {
            company: CompanyId(Uuid::nil()),
            user: ANNA,
            session: String::new(),
            endpoint: String::new(),
            p256dh: String::new(),
            auth: String::new(),
            language: "de".into(),
            origin: "https://afield.example".into(),
            wishes,
            set_at: Timestamp(0),
        },
        zone: "Europe/Berlin".into(),
        stands: true,
        job: JobId(Uuid::from_u128(7)),
        news: news.text(),
        at: at("2026-11-21T11:00:00Z"),
        attempts: 0,
        turn: 0,
    }
}

#[test]
fn what_is_due_is_sent_waits_or_is_forgotten() {
    let berlin = zone("Europe/Berlin").unwrap();
    let wishes = NotificationWishes::default();
    let due = |news| due(news, wishes);
    let now = at("2026-11-21T11:00:00Z");
    let turn = |due: &DueRow, now| plan_turn(due, &berlin, now);
    let good = due(News::Changed);
    assert_eq!(turn(&good, now), Turn::Send(News::Changed));
    assert_eq!(
        turn(&good, now.plus_ms(KEPT_MS - 1)),
        Turn::Send(News::Changed)
    );
    assert_eq!(turn(&good, now.plus_ms(KEPT_MS)), Turn::Forget);
    let not_theirs = DueRow {
        stands: false,
        ..due(News::Assigned)
    };
    assert_eq!(turn(&not_theirs, now), Turn::Forget);
    let newer = DueRow {
        news: "\"of_a_newer_build\"".into(),
        ..due(News::Assigned)
    };
    assert_eq!(turn(&newer, now), Turn::Forget);
    let mut quiet = due(News::Assigned);
    quiet.subscription.wishes.quiet = Some(QuietHours { from: 0, to: 780 });
    assert_eq!(turn(&quiet, now), Turn::Wait(at("2026-11-21T12:00:00Z")));
    quiet.subscription.wishes.assigned = false;
    assert_eq!(turn(&quiet, now), Turn::Forget);
}

#[test]
fn attempts_are_further_and_further_apart_and_end_after_a_day() {
    let (start, minutes) = (Timestamp(0), |ms: i64| ms / 60_000);
    let again = |attempts, wanted| plan_again(start, attempts, wanted, start);
    assert_eq!(again(1, None), Some(Timestamp(30_000)));
    assert_eq!(again(2, None), Some(Timestamp(60_000)));
    assert_eq!(again(5, None).map(|at| minutes(at.0)), Some(8));
    for attempts in [8, 9, 40, u32::MAX] {
        assert_eq!(again(attempts, None).map(|at| minutes(at.0)), Some(60));
    }
    assert_eq!(again(1, Some(7_200)).map(|at| minutes(at.0)), Some(120));
    assert_eq!(again(1, Some(-5)), Some(Timestamp(30_000)));
    assert_eq!(again(1, Some(i64::MAX)), None);
    let late = Timestamp(KEPT_MS - 30_000);
    assert_eq!(plan_again(start, 1, None, late), None);
}

#[test]
fn an_answer_says_what_becomes_of_a_message() {
    for status in [200, 201, 202, 204] {
        assert_eq!(plan_posted(status, None), Posted::Taken);
    }
    for status in [404, 410] {
        assert_eq!(plan_posted(status, None), Posted::Gone);
    }
    for status in [408, 429, 500, 502, 503, 504] {
        assert_eq!(plan_posted(status, None), Posted::Later(None));
    }
    assert_eq!(plan_posted(429, Some("9")), Posted::Later(Some(9)));
    assert_eq!(plan_posted(429, Some("soon")), Posted::Later(None));
    for status in [100, 301, 302, 307, 308, 400, 401, 403, 413] {
        assert_eq!(plan_posted(status, Some("9")), Posted::Never);
    }
}

#[test]
fn a_message_says_no_more_than_which_job() {
    let wishes = NotificationWishes::default();
    let payload = payload(
        &due(News::Status(JobStatus::Started), wishes),
        News::Assigned,
    );
    let shown = payload.notification;
    assert_eq!(shown.title, texts::title(News::Assigned, Language::German));
    assert_eq!(shown.lang, "de");
    let job = JobId(Uuid::from_u128(7));
    assert_eq!(shown.navigate, format!("https://afield.example/jobs/{job}"));
    assert_eq!((shown.tag, shown.data.job), (job.to_string(), job));
}
