//! Series that repeat by contract: as often as it says, as long as it holds, and otherwise when it changes.

use crate::client::{Answer, Client};
use crate::support::*;
use afield_domain::series::job_of;
use afield_domain::*;
use afield_protocol::*;
use afield_server::series::make_ahead;
use axum::body::Body;
use axum::http::Request;
use serde_json::{json, to_value};
use uuid::Uuid;

const ID: SeriesId = SeriesId(Uuid::from_u128(0x5E));
const HANSEN: CustomerId = CustomerId(Uuid::from_u128(0xC1));
const OTHER: CustomerId = CustomerId(Uuid::from_u128(0xC2));
const CARE: ContractId = ContractId(Uuid::from_u128(0xCA));
const THEIRS: ContractId = ContractId(Uuid::from_u128(0xCB));

use JobStatus::{Cancelled, Scheduled};

/// What is asked for otherwise.
type Change = fn(&mut SeriesRequest);

/// The office, with a customer who has this contract.
struct Office {
    server: Server,
    dora: Client,
    asked: u128,
}

impl Office {
    async fn with(visits: &str, from: &str, until: &str) -> Self {
        let server = Server::start().await;
        let dora = server.sign_in(DORA).await;
        let mut this = Self {
            server,
            dora,
            asked: 0xA000,
        };
        for (id, name) in [(HANSEN, "Hansen"), (OTHER, "Jansen")] {
            this.make(Record::Customer(Customer {
                id,
                name: name.into(),
                phone: String::new(),
                email: String::new(),
                organization: None,
                archived: false,
            }))
            .await;
        }
        for (id, of) in [(CARE, HANSEN), (THEIRS, OTHER)] {
            this.make(Record::Contract(Contract {
                id,
                number: "C-1".into(),
                name: "Care".into(),
                covers: String::new(),
                from: from.into(),
                until: until.into(),
                response_hours: 0,
                visits: visits.into(),
                customer: Some(of),
                archived: false,
            }))
            .await;
        }
        this
    }

    async fn send(&mut self, key: RecordKey, op: Op) -> Answer {
        self.asked += 1;
        let change = OfficeChange {
            id: MutationId(Uuid::from_u128(self.asked)),
            op,
            base_rev: None,
        };
        let path = match key.module {
            Module::Job => format!("{}/{}", paths::JOBS, key.id),
            module => format!("{}/{}/{}", paths::RECORDS, module.name(), key.id),
        };
        self.dora.post(&path, to_value(change).unwrap()).await
    }

    async fn make(&mut self, record: Record) {
        let key = record.key().unwrap();
        let record = Box::new(record);
        let answer = self.send(key, Op::Create { record }).await;
        assert_eq!(answer.status, 200);
    }

    /// Edits a text of the contract.
    async fn edit(&mut self, field: RecordField, base: &str, new: &str) {
        let edit = RecordEdit {
            field,
            base: base.into(),
            new: new.into(),
        };
        self.change(vec![edit], None).await;
    }

    async fn change(&mut self, edits: Vec<RecordEdit>, archived: Option<bool>) {
        let record = CARE.into();
        let op = Op::EditRecord {
            record,
            edits,
            archived,
        };
        assert_eq!(self.send(record, op).await.status, 200);
    }

    async fn begin(&mut self, request: &SeriesRequest) -> Answer {
        let path = format!("{}/{ID}", paths::SERIES);
        self.dora.post(&path, to_value(request).unwrap()).await
    }

    async fn seen(&self) -> Series {
        let dora = self.server.sign_in(DORA).await;
        dora.get(&format!("{}/{ID}", paths::SERIES)).await.ok()
    }

    /// The jobs that are there, by day.
    async fn jobs(&self) -> Vec<(String, JobStatus)> {
        let jobs = self.seen().await.jobs;
        jobs.into_iter().map(|job| (job.day, job.status)).collect()
    }

    /// Weeks go by, and the jobs are made ahead.
    async fn weeks_go_by(&mut self, weeks: i64) {
        self.server.clock.advance(weeks * 7 * DAY_MS);
        make_ahead(&self.server.app).await.unwrap();
        self.dora = self.server.sign_in(DORA).await;
    }
}

/// By contract, from a Wednesday on at nine in Berlin.
fn from_wednesday() -> SeriesRequest {
    SeriesRequest {
        id: MutationId(Uuid::from_u128(0x5E00)),
        plan: JobPlan {
            title: "Care".into(),
            description: String::new(),
            priority: Priority::Normal,
            starts: at("2026-11-25T08:00:00Z"),
            ends: at("2026-11-25T09:30:00Z"),
            customer: Some(HANSEN),
            property: None,
            contract: Some(CARE),
            assignee: Some(ANNA),
            assets: Vec::new(),
            forms: Vec::new(),
            made: Vec::new(),
        },
        repeat: Repetition {
            every: Every::Contract,
            until: None,
            times: None,
        },
    }
}

fn there<const N: usize>(days: [(&str, JobStatus); N]) -> Vec<(String, JobStatus)> {
    let day = |(day, status): (&str, JobStatus)| (day.to_owned(), status);
    days.into_iter().map(day).collect()
}

fn id_on(day: &str) -> JobId {
    job_of(ID, day.parse().unwrap())
}

#[tokio::test]
async fn jobs_come_as_often_as_the_contract_says_and_end_with_it() {
    let mut office = Office::with("P2W", "2026-11-01", "2027-01-06").await;
    let made: Series = office.begin(&from_wednesday()).await.ok();
    let told = made.contract.unwrap();
    assert_eq!(
        (told.id, told.visits.as_deref(), told.until.as_str()),
        (CARE, Some("P2W"), "2027-01-06")
    );
    // The last day of the contract is one of them, and there is none after it.
    assert_eq!(made.ahead, ["2026-12-23", "2027-01-06"]);
    let two = there([("2026-11-25", Scheduled), ("2026-12-09", Scheduled)]);
    assert_eq!(office.jobs().await, two);
    let path = format!("{}/{}", paths::JOBS, id_on("2026-12-09"));
    let job: OfficeJob = office.dora.get(&path).await.ok();
    let jobs = job.records.iter().filter_map(|row| match &row.record {
        Record::Job(job) => Some((job.contract, job.customer)),
        _ => None,
    });
    assert_eq!(jobs.collect::<Vec<_>>(), [(Some(CARE), Some(HANSEN))]);
    // Its answer was lost, and two makers are at it at once.
    let again: Series = office.begin(&from_wednesday()).await.ok();
    assert_eq!(again.jobs.len(), 2);
    office.server.clock.advance(42 * DAY_MS);
    let app = &office.server.app;
    let (one, other) = tokio::join!(make_ahead(app), make_ahead(app));
    assert_eq!(one.unwrap() + other.unwrap(), 1, "that of the last day");
    office.weeks_go_by(4).await;
    let seen = office.seen().await;
    assert_eq!(seen.jobs.last().unwrap().day, "2027-01-06");
    assert_eq!(seen.ahead, Vec::<String>::new());
}

#[tokio::test]
async fn another_interval_cancels_what_nobody_has_touched_and_the_old_one_brings_it_back() {
    let mut office = Office::with("P1W", "", "").await;
    let made: Series = office.begin(&from_wednesday()).await.ok();
    let days: Vec<&str> = made.jobs.iter().map(|job| job.day.as_str()).collect();
    assert_eq!(
        days,
        ["2026-11-25", "2026-12-02", "2026-12-09", "2026-12-16"]
    );
    // One is given to somebody else, one is cancelled by hand.
    let job = id_on("2026-12-02");
    let given = json!({"assignee": BEN, "base_rev": 1});
    let path = format!("{}/{job}", paths::ASSIGN);
    assert_eq!(office.dora.post(&path, given).await.status, 200);
    let by_hand = id_on("2026-12-16");
    let op = Op::set_status(by_hand, Cancelled);
    assert_eq!(office.send(by_hand.into(), op).await.status, 200);
    office.edit(RecordField::Visits, "P1W", "P4W").await;
    let fewer = there([
        ("2026-11-25", Scheduled),
        ("2026-12-02", Scheduled),
        ("2026-12-09", Cancelled),
        ("2026-12-16", Cancelled),
    ]);
    assert_eq!(office.jobs().await, fewer);
    let seen = office.seen().await;
    assert_eq!(seen.ahead[..2], ["2026-12-23", "2027-01-20"]);
    // Nothing more happens on its own.
    assert_eq!(make_ahead(&office.server.app).await.unwrap(), 0);
    assert_eq!(office.jobs().await, fewer);
    office.edit(RecordField::Visits, "P4W", "P1W").await;
    let back = there([
        ("2026-11-25", Scheduled),
        ("2026-12-02", Scheduled),
        ("2026-12-09", Scheduled),
        ("2026-12-16", Cancelled),
    ]);
    assert_eq!(office.jobs().await, back);
}

#[tokio::test]
async fn jobs_follow_a_contract_that_an_import_has_changed() {
    let mut office = Office::with("P1W", "", "").await;
    let _: Series = office.begin(&from_wednesday()).await.ok();
    let file = "Number;Name;Customer;Visits\nC-1;Care;Hansen;every 4 weeks\n";
    let request = Request::builder()
        .method("POST")
        .uri(format!("{}?kind=contracts&step=import", paths::IMPORTS))
        .header("content-type", "application/octet-stream")
        .body(Body::from(file))
        .unwrap();
    let answer: ImportAnswer = office.dora.send(request).await.ok();
    assert_eq!(answer.report.unwrap().updated, 1);
    let fewer = there([
        ("2026-11-25", Scheduled),
        ("2026-12-02", Cancelled),
        ("2026-12-09", Cancelled),
        ("2026-12-16", Cancelled),
    ]);
    assert_eq!(office.jobs().await, fewer);
}

#[tokio::test]
async fn what_a_person_has_brought_back_and_cancelled_again_stays_cancelled() {
    let mut office = Office::with("P1W", "", "").await;
    let _: Series = office.begin(&from_wednesday()).await.ok();
    office.edit(RecordField::Visits, "P1W", "P4W").await;
    let by_hand = id_on("2026-12-09");
    let key = by_hand.into();
    let op = |status| Op::set_status(by_hand, status);
    assert_eq!(office.send(key, op(Scheduled)).await.status, 200);
    office.edit(RecordField::Visits, "P4W", "P1W").await;
    assert_eq!(office.send(key, op(Cancelled)).await.status, 200);
    make_ahead(&office.server.app).await.unwrap();
    let stays = there([
        ("2026-11-25", Scheduled),
        ("2026-12-02", Scheduled),
        ("2026-12-09", Cancelled),
        ("2026-12-16", Scheduled),
    ]);
    assert_eq!(office.jobs().await, stays);
}

#[tokio::test]
async fn a_series_whose_words_were_sent_with_blanks_around_them_follows_too() {
    let mut office = Office::with("P1W", "", "").await;
    let mut request = from_wednesday();
    request.plan.title = format!(" {} ", request.plan.title);
    let _: Series = office.begin(&request).await.ok();
    office.change(Vec::new(), Some(true)).await;
    let none = office.jobs().await;
    assert!(none.iter().all(|(_, status)| *status == Cancelled));
}

#[tokio::test]
async fn another_interval_is_counted_from_the_last_visit_and_begins_tomorrow() {
    let mut office = Office::with("P4W", "", "").await;
    let _: Series = office.begin(&from_wednesday()).await.ok();
    // The 5th of December: the visit of the 25th was.
    office.weeks_go_by(2).await;
    office.edit(RecordField::Visits, "P4W", "P1W").await;
    let seen = office.seen().await;
    let days: Vec<&str> = seen.jobs.iter().map(|job| job.day.as_str()).collect();
    // That of the 2nd was not agreed on the 2nd.
    assert_eq!(
        days,
        [
            "2026-11-25",
            "2026-12-09",
            "2026-12-16",
            "2026-12-23",
            "2026-12-30"
        ]
    );
    office.edit(RecordField::Visits, "P1W", "P1M").await;
    let jobs = office.jobs().await;
    let left: Vec<&str> = jobs
        .iter()
        .filter(|(_, status)| *status == Scheduled)
        .map(|(day, _)| day.as_str())
        .collect();
    assert_eq!(left, ["2026-11-25", "2026-12-25"]);
}

#[tokio::test]
async fn what_somebody_has_begun_or_written_on_stays_whatever_is_agreed() {
    let mut office = Office::with("P1W", "", "").await;
    let _: Series = office.begin(&from_wednesday()).await.ok();
    let mut phone = crate::phone::Phone::of(ANNA);
    let anna = office.server.sign_in(ANNA).await;
    let drive = [phone.status(id_on("2026-12-02"), JobStatus::EnRoute)];
    assert_eq!(anna.push(&drive).await, ["applied"]);
    let note = [phone.note(id_on("2026-12-09"), "Ring twice")];
    assert_eq!(anna.push(&note).await, ["applied"]);
    office.edit(RecordField::Visits, "P1W", "").await;
    let seen = office.jobs().await;
    assert_eq!(
        seen,
        there([
            ("2026-11-25", Cancelled),
            ("2026-12-02", JobStatus::EnRoute),
            ("2026-12-09", Scheduled),
            ("2026-12-16", Cancelled),
        ])
    );
    let seen = office.seen().await;
    assert_eq!(seen.contract.unwrap().visits, None);
    assert_eq!(seen.ahead, Vec::<String>::new());
}

#[tokio::test]
async fn an_archived_contract_has_no_visits_and_one_that_ends_later_goes_on() {
    let mut office = Office::with("P1W", "", "").await;
    let _: Series = office.begin(&from_wednesday()).await.ok();
    office.change(Vec::new(), Some(true)).await;
    let none = office.jobs().await;
    assert_eq!(none.len(), 4);
    assert!(none.iter().all(|(_, status)| *status == Cancelled));
    office.change(Vec::new(), Some(false)).await;
    let all = office.jobs().await;
    assert!(all.iter().all(|(_, status)| *status == Scheduled));
    office.edit(RecordField::Until, "", "2026-12-09").await;
    let until = there([
        ("2026-11-25", Scheduled),
        ("2026-12-02", Scheduled),
        ("2026-12-09", Scheduled),
        ("2026-12-16", Cancelled),
    ]);
    assert_eq!(office.jobs().await, until);
    office
        .edit(RecordField::Until, "2026-12-09", "2026-12-16")
        .await;
    assert_eq!(office.jobs().await, all);
    assert_eq!(office.seen().await.ahead, Vec::<String>::new());
    // A name is none of its terms.
    office.edit(RecordField::Name, "Care", "Full care").await;
    assert_eq!(office.jobs().await, all);
    assert_eq!(office.seen().await.contract.unwrap().name, "Full care");
}

#[tokio::test]
async fn what_was_ended_by_hand_is_not_touched_by_its_contract() {
    let mut office = Office::with("P1W", "", "").await;
    let _: Series = office.begin(&from_wednesday()).await.ok();
    let path = format!("{}/{ID}/end", paths::SERIES);
    let end = json!({"from": "2026-12-09", "cancel": false});
    assert_eq!(office.dora.post(&path, end).await.status, 200);
    office.edit(RecordField::Visits, "P1W", "P2W").await;
    let expected = there([
        ("2026-11-25", Scheduled),
        ("2026-12-02", Cancelled),
        ("2026-12-09", Scheduled),
        ("2026-12-16", Scheduled),
    ]);
    assert_eq!(office.jobs().await, expected);
    office.weeks_go_by(4).await;
    assert_eq!(office.seen().await.jobs.len(), 4);
}

#[tokio::test]
async fn without_visits_on_the_first_day_nothing_is_begun() {
    let mut office = Office::with("P1W", "2026-11-26", "2026-12-31").await;
    let asked = |change: Change| {
        let mut request = from_wednesday();
        request.plan.starts = at("2026-11-26T08:00:00Z");
        request.plan.ends = at("2026-11-26T09:00:00Z");
        change(&mut request);
        request
    };
    let cases: [(Change, u16); 6] = [
        // A day before the contract.
        (|it| it.plan.starts = at("2026-11-25T08:00:00Z"), 400),
        (|it| it.plan.contract = None, 400),
        (|it| it.repeat.times = Some(3), 400),
        (|it| it.repeat.until = Some("2026-12-01".into()), 400),
        (
            |it| it.plan.contract = Some(ContractId(Uuid::from_u128(404))),
            404,
        ),
        // Another customer's.
        (|it| it.plan.contract = Some(THEIRS), 404),
    ];
    for (n, (change, status)) in (1..).zip(cases) {
        let mut request = asked(change);
        request.id = MutationId(Uuid::from_u128(n));
        assert_eq!(office.begin(&request).await.status.as_u16(), status, "{n}");
    }
    office.edit(RecordField::Visits, "P1W", "").await;
    let nothing_agreed = asked(|_| {});
    assert_eq!(office.begin(&nothing_agreed).await.status.as_u16(), 400);
    office.edit(RecordField::Visits, "", "P1W").await;
    let made: Series = office.begin(&nothing_agreed).await.ok();
    assert_eq!(made.jobs.first().unwrap().day, "2026-11-26");
}

#[tokio::test]
async fn an_interval_is_one_or_nothing() {
    let mut office = Office::with("", "", "").await;
    let made = |visits: &str| {
        Record::Contract(Contract {
            id: ContractId(Uuid::from_u128(0xCF)),
            number: String::new(),
            name: "Care".into(),
            covers: String::new(),
            from: String::new(),
            until: String::new(),
            response_hours: 0,
            visits: visits.into(),
            customer: Some(HANSEN),
            archived: false,
        })
    };
    for (visits, status) in [("P1D", 400), ("soon", 400), ("P3M", 200)] {
        let record = Box::new(made(visits));
        let key = record.key().unwrap();
        let answer = office.send(key, Op::Create { record }).await;
        assert_eq!(answer.status.as_u16(), status, "{visits}");
    }
    // What is the customer's is found for a new job.
    let path = format!("{}?module=contract&of={HANSEN}", paths::FIND);
    let found: Found = office.dora.get(&path).await.ok();
    assert_eq!(found.records.len(), 2);
}
