//! Series: jobs that repeat are made ahead, each once, and end when somebody says so.

use crate::client::{Answer, Client};
use crate::support::*;
use afield_domain::series::job_of;
use afield_domain::*;
use afield_protocol::*;
use afield_server::series::make_ahead;
use serde_json::json;
use uuid::Uuid;

pub(crate) const ID: SeriesId = SeriesId(Uuid::from_u128(0x5E));

/// Every Monday at nine in Berlin, for so many times.
pub(crate) fn mondays(times: u32) -> SeriesRequest {
    SeriesRequest {
        id: MutationId(Uuid::from_u128(0x5E00)),
        plan: JobPlan {
            title: "Filter".into(),
            description: String::new(),
            priority: Priority::Normal,
            starts: at("2026-11-23T08:00:00Z"),
            ends: at("2026-11-23T09:30:00Z"),
            customer: None,
            property: None,
            contract: None,
            assignee: Some(ANNA),
            assets: Vec::new(),
            forms: Vec::new(),
            made: Vec::new(),
        },
        repeat: Repetition {
            every: Every::Weeks {
                count: 1,
                on: vec![0],
            },
            until: None,
            times: Some(times),
        },
    }
}

fn path() -> String {
    format!("{}/{ID}", paths::SERIES)
}

pub(crate) async fn begin(client: &Client, request: &SeriesRequest) -> Answer {
    let body = serde_json::to_value(request).unwrap();
    client.post(&path(), body).await
}

async fn seen(client: &Client) -> Series {
    client.get(&path()).await.ok()
}

async fn end(client: &Client, from: &str, cancel: bool) -> SeriesEnded {
    let body = json!({"from": from, "cancel": cancel});
    client.post(&format!("{}/end", path()), body).await.ok()
}

fn days(series: &Series) -> Vec<&str> {
    series.jobs.iter().map(|job| job.day.as_str()).collect()
}

/// All jobs that the company has.
pub(crate) async fn all_jobs(server: &Server) -> Vec<Job> {
    let mut tx = server.app.storage.read().await.unwrap();
    let rows = tx.records_of(NORDHAUS, Module::Job).await.unwrap();
    let job = |row: &afield_server::storage::StoredRecord| match row.record() {
        Ok(Record::Job(job)) => job,
        _ => panic!("no job"),
    };
    rows.iter().map(job).collect()
}

#[tokio::test]
async fn jobs_are_made_ahead_as_the_days_go_by_at_the_same_time_of_the_clock() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let made: Series = begin(&dora, &mondays(20)).await.ok();
    // Three days of the company's window, and four weeks.
    let five = [
        "2026-11-23",
        "2026-11-30",
        "2026-12-07",
        "2026-12-14",
        "2026-12-21",
    ];
    assert_eq!(days(&made), five);
    assert_eq!((made.ahead.len(), made.by.as_str()), (15, "Dora"));
    for weeks in 1..=19 {
        server.clock.advance(7 * DAY_MS);
        let made = make_ahead(&server.app).await.unwrap();
        assert_eq!(made, u64::from(weeks <= 15), "after {weeks} weeks");
    }
    let dora = server.sign_in(DORA).await;
    let all = seen(&dora).await;
    assert_eq!((all.jobs.len(), all.ahead.len()), (20, 0));
    assert_eq!(all.jobs.last().unwrap().day, "2027-04-05");
    let jobs = all_jobs(&server).await;
    assert_eq!(jobs.len(), 20);
    for (day, starts) in [
        ("2027-03-22", "2027-03-22T08:00:00Z"),
        // The clocks have gone forward: nine o'clock is an hour sooner.
        ("2027-03-29", "2027-03-29T07:00:00Z"),
    ] {
        let id = job_of(ID, day.parse().unwrap());
        let job = jobs.iter().find(|job| job.id == id).unwrap();
        assert_eq!(
            (job.starts, job.assignee),
            (at(starts), Some(ANNA)),
            "{day}"
        );
        assert_eq!(job.ends.since(job.starts), 90 * 60_000);
    }
}

#[tokio::test]
async fn a_job_is_made_once_whatever_is_asked_for_again_and_restarts_in_between() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let first: Series = begin(&dora, &mondays(5)).await.ok();
    // Its answer was lost.
    let again: Series = begin(&dora, &mondays(5)).await.ok();
    assert_eq!(again, first);
    assert_eq!(make_ahead(&server.app).await.unwrap(), 0);
    // It ended after a job was made and before that was noted, twice: on the same day, and a day later.
    let mut folder = server.stop().await;
    for (days, starts) in [(0, "2026-12-14"), (1, "2026-12-21")] {
        let sql = format!("DELETE FROM series_jobs WHERE day = '{starts}'");
        assert_eq!(run_sql(folder.path(), &sql).await, 1);
        let config = afield_server::Config::default();
        let web_app = afield_server::web_app::WebApp::embedded();
        let server = Server::start_in(folder, config, web_app).await;
        server.clock.advance(days * DAY_MS);
        assert_eq!(make_ahead(&server.app).await.unwrap(), 1);
        assert_eq!(make_ahead(&server.app).await.unwrap(), 0);
        assert_eq!(all_jobs(&server).await.len(), 5);
        let seen = seen(&server.sign_in(DORA).await).await;
        assert_eq!((seen.jobs.len(), seen.ahead.len()), (5, 0));
        folder = server.stop().await;
    }
}

#[tokio::test]
async fn this_and_all_following_end_and_what_somebody_has_begun_stays() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let made: Series = begin(&dora, &mondays(8)).await.ok();
    let job = |day: usize| made.jobs[day].job;
    // The third is under way, and the fourth was moved to before the end: it is of its day all the same.
    let mut phone = crate::phone::Phone::of(ANNA);
    let anna = server.sign_in(ANNA).await;
    let drive = [phone.status(job(2), JobStatus::EnRoute)];
    assert_eq!(anna.push(&drive).await, ["applied"]);
    let before = FieldValue::Span {
        from: at("2026-12-14T08:00:00Z"),
        until: at("2026-12-14T09:30:00Z"),
    };
    let after = FieldValue::Span {
        from: at("2026-11-24T08:00:00Z"),
        until: at("2026-11-24T09:30:00Z"),
    };
    let edit = FieldEdit {
        field: JobField::Schedule,
        item: String::new(),
        base: before,
        new: after,
    };
    let op = Op::EditJob {
        job: job(3),
        edits: vec![edit],
        settles: None,
    };
    let change = OfficeChange {
        id: MutationId(Uuid::from_u128(0xED17)),
        op,
        base_rev: None,
    };
    let change = serde_json::to_value(change).unwrap();
    let _: BoardJob = dora
        .post(&format!("{}/{}", paths::JOBS, job(3)), change)
        .await
        .ok();
    let ended = end(&dora, "2026-12-07", true).await;
    assert_eq!((ended.cancelled, ended.kept), (2, 1));
    let statuses: Vec<JobStatus> = ended.series.jobs.iter().map(|job| job.status).collect();
    use JobStatus::{Cancelled, EnRoute, Scheduled};
    assert_eq!(
        statuses,
        [Scheduled, Scheduled, EnRoute, Cancelled, Cancelled]
    );
    assert_eq!(ended.series.ended.as_deref(), Some("2026-12-07"));
    assert_eq!(ended.series.ahead, Vec::<String>::new());
    // Nothing more comes, also when it is ended later than it was.
    assert_eq!(
        end(&dora, "2027-01-01", false)
            .await
            .series
            .ended
            .as_deref(),
        Some("2026-12-07")
    );
    server.clock.advance(14 * DAY_MS);
    assert_eq!(make_ahead(&server.app).await.unwrap(), 0);
    assert_eq!(all_jobs(&server).await.len(), 5);
}

#[tokio::test]
async fn a_job_says_of_which_series_it_is() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let made: Series = begin(&dora, &mondays(2)).await.ok();
    let path = format!("{}/{}", paths::JOBS, made.jobs[1].job);
    let job: OfficeJob = dora.get(&path).await.ok();
    let of = OfSeries {
        id: ID,
        day: "2026-11-30".into(),
    };
    assert_eq!(job.series, Some(of));
    let other = server.put_job(1, ANNA).await.id;
    let other: OfficeJob = dora.get(&format!("{}/{other}", paths::JOBS)).await.ok();
    assert_eq!(other.series, None);
}

#[tokio::test]
async fn a_series_outlives_who_planned_it_and_whoever_has_its_jobs() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let _: Series = begin(&dora, &mondays(8)).await.ok();
    let mut tx = server.app.storage.write().await.unwrap();
    for user in [DORA, ANNA] {
        let mut account = tx.account(&email(user)).await.unwrap().unwrap();
        account.active = false;
        tx.set_account(&account).await.unwrap();
    }
    tx.commit().await.unwrap();
    server.clock.advance(7 * DAY_MS);
    assert_eq!(make_ahead(&server.app).await.unwrap(), 1);
    let jobs = all_jobs(&server).await;
    let id = job_of(ID, "2026-12-28".parse().unwrap());
    let job = jobs.iter().find(|job| job.id == id).unwrap();
    assert_eq!(job.assignee, None);
    let seen = seen(&server.sign_in(ADA).await).await;
    assert_eq!((seen.jobs.len(), seen.by.as_str()), (6, "Dora"));
}

#[tokio::test]
async fn a_job_that_is_refused_is_told_and_tried_again_on_another_day() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let _: Series = begin(&dora, &mondays(8)).await.ok();
    let ada = server.sign_in(ADA).await;
    let right = |given: bool| json!({"change": "right", "role": "dispatcher", "right": "create_job", "given": given});
    let _: RightsPage = ada.post(paths::RIGHTS, right(false)).await.ok();
    server.clock.advance(7 * DAY_MS);
    assert_eq!(make_ahead(&server.app).await.unwrap(), 0);
    let ada = server.sign_in(ADA).await;
    let told = seen(&ada).await;
    assert!(told.refused.is_some());
    assert_eq!(told.jobs.len(), 5);
    let _: RightsPage = ada.post(paths::RIGHTS, right(true)).await.ok();
    // The refusal of today stands; tomorrow it is another try.
    assert_eq!(make_ahead(&server.app).await.unwrap(), 0);
    server.clock.advance(DAY_MS);
    assert_eq!(make_ahead(&server.app).await.unwrap(), 1);
    let told = seen(&server.sign_in(DORA).await).await;
    assert_eq!((told.refused, told.jobs.len()), (None, 6));
}

#[tokio::test]
async fn what_is_no_series_makes_nothing() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let endless = {
        let mut request = mondays(1);
        request.repeat.times = None;
        request
    };
    let long_ago = {
        let mut request = mondays(1);
        request.plan.starts = at("2026-11-02T08:00:00Z");
        request.plan.ends = at("2026-11-02T09:00:00Z");
        request
    };
    let untitled = {
        let mut request = mondays(1);
        request.plan.title = " ".into();
        request
    };
    let elsewhere = {
        let mut request = mondays(1);
        request.plan.customer = Some(CustomerId(Uuid::from_u128(404)));
        request
    };
    for (n, request, status) in [
        (1, mondays(0), 400),
        (2, mondays(501), 400),
        (3, endless, 400),
        (4, long_ago, 400),
        (5, untitled, 400),
        (6, elsewhere, 404),
    ] {
        let request = SeriesRequest {
            id: MutationId(Uuid::from_u128(n)),
            ..request
        };
        assert_eq!(begin(&dora, &request).await.status.as_u16(), status, "{n}");
    }
    assert_eq!(all_jobs(&server).await.len(), 0);
    assert_eq!(dora.get(&path()).await.status.as_u16(), 404);
    // After it was refused, the same series begins with another change.
    let made: Series = begin(&dora, &mondays(1)).await.ok();
    assert_eq!(made.jobs.len(), 1);
}

#[tokio::test]
async fn of_all_its_jobs_only_the_first_makes_the_customer() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let customer = CustomerId(Uuid::from_u128(0xC7));
    let mut request = mondays(3);
    request.plan.customer = Some(customer);
    request.plan.made = vec![Record::Customer(Customer {
        id: customer,
        name: "Hansen".into(),
        phone: String::new(),
        email: String::new(),
        organization: None,
        archived: false,
    })];
    let made: Series = begin(&dora, &request).await.ok();
    assert_eq!((made.jobs.len(), made.title.as_str()), (3, "Filter"));
    let jobs = all_jobs(&server).await;
    assert!(jobs.iter().all(|job| job.customer == Some(customer)));
}
