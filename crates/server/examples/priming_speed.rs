//! How long a page of a priming takes on the server: with the plan that is kept from page to page, and
//! with one made anew for each page, as after a restart.
//!
//! `cargo run --release -p afield-server --features testing --example priming_speed`

use afield_domain::*;
use afield_protocol::*;
use afield_server::testing::LocalServer;
use std::error::Error;
use std::io::Write as _;
use std::time::Duration;
use uuid::Uuid;

const NOON: Timestamp = Timestamp(1_795_248_000_000);
const JOBS: u128 = 28;
/// Of each job's customer: 5,572 records in all.
const ASSETS: u128 = 197;
const ROUNDS: usize = 5;

type Refused = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Refused> {
    let anna = User {
        id: UserId(Uuid::from_u128(1)),
        name: "Anna".into(),
        role: Role::Technician,
    };
    let company = CompanyId(Uuid::from_u128(900));
    let server = LocalServer::new(company, std::slice::from_ref(&anna))?;
    server.reset("epoch", NOON)?;
    for record in records(anna.id) {
        server.put(&record, &anna)?;
    }
    let mut out = std::io::stdout();
    for (what, forgets) in [("plan kept", false), ("plan made for each page", true)] {
        let mut pages = Vec::new();
        let mut count = 0;
        for _ in 0..ROUNDS {
            count = prime(&server, anna.id, forgets, &mut pages)?;
        }
        pages.sort_unstable();
        let middle = pages.get(pages.len() / 2).copied().unwrap_or_default();
        let all: Duration = pages.iter().sum();
        writeln!(
            out,
            "{what}: {count} records in {} pages, p50 {:.2} ms a page, {:.1} ms a priming",
            pages.len() / ROUNDS,
            middle.as_secs_f64() * 1e3,
            all.as_secs_f64() * 1e3 / ROUNDS as f64,
        )?;
    }
    Ok(())
}

/// A whole priming; adds the time of each page, gives the number of records.
fn prime(
    server: &LocalServer,
    user: UserId,
    forgets: bool,
    pages: &mut Vec<Duration>,
) -> Result<usize, Refused> {
    let (mut cursor, mut count): (Option<Cursor>, usize) = (None, 0);
    loop {
        if forgets {
            server.forget_rounds();
        }
        #[allow(clippy::disallowed_methods)] // Measured, not decided by.
        let began = std::time::Instant::now();
        let at = cursor.as_ref().map(|cursor| cursor.0.as_str());
        let page = server.pull(user, user, at, None, None, (None, false));
        pages.push(began.elapsed());
        let page: Envelope<PullResponse> = serde_json::from_slice(&page)?;
        let Reply::Ok(page) = page.reply else {
            return Err("the server said no".into());
        };
        count += page.changes.len();
        cursor = Some(page.cursor);
        if !page.more {
            return Ok(count);
        }
    }
}

fn records(assignee: UserId) -> Vec<Record> {
    let of_job = |n: u128| {
        let customer = CustomerId(Uuid::from_u128(10_000 + n));
        let job = Job {
            id: JobId(Uuid::from_u128(20_000 + n)),
            number: format!("J-{n}"),
            title: "Boiler does not start".into(),
            assignee: Some(assignee),
            starts: NOON,
            ends: NOON,
            customer: Some(customer),
            ..Job::BLANK
        };
        let party = Customer {
            id: customer,
            name: format!("Customer {n}"),
            phone: "+49 30 1234".into(),
            email: "a@example.com".into(),
            organization: None,
            archived: false,
        };
        let assets = (0..ASSETS).map(move |a| {
            Record::Asset(Asset {
                id: AssetId(Uuid::from_u128(1_000_000 + n * 1_000 + a)),
                name: "Gas boiler".into(),
                model: "GB 192i".into(),
                serial: format!("{n}-{a}"),
                code: String::new(),
                location: "Cellar".into(),
                installed: "2019-03-04".into(),
                customer: Some(customer),
                property: None,
                archived: false,
            })
        });
        [Record::Job(job), Record::Customer(party)]
            .into_iter()
            .chain(assets)
    };
    (0..JOBS).flat_map(of_job).collect()
}
