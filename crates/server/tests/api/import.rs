//! Import of jobs: every row is accounted for, a second import changes nothing.

use crate::import_support::*;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::import::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All of a company's records of a day, by the jobs' titles.
async fn jobs(
    server: &Server,
    company: CompanyId,
    from: &str,
    until: &str,
) -> BTreeMap<String, Job> {
    let window = afield_domain::time::ScopeWindow {
        from: at(from),
        until: at(until),
    };
    let mut tx = server.app.storage.read().await.unwrap();
    let rows = tx.jobs_starting(company, window).await.unwrap();
    rows.iter()
        .map(|row| match row.record().unwrap() {
            Record::Job(job) => (job.title.clone(), job),
            other => panic!("{other:?}"),
        })
        .collect()
}

async fn property(server: &Server, company: CompanyId, job: &Job) -> Property {
    match server
        .record(company, job.property.unwrap().into())
        .await
        .unwrap()
        .record
    {
        Record::Property(property) => property,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn requests_become_jobs_and_what_cannot_be_read_is_named_with_its_line() {
    let server = Server::start().await;
    let report = import(
        &server,
        HARBOR,
        Format::Nyc311,
        &here("requests.csv"),
        |_| (),
    )
    .await;
    let refused: Vec<_> = report
        .refused
        .iter()
        .map(|(line, why)| format!("{line}: {why}"))
        .collect();
    assert_eq!(
        refused,
        [
            "7: the same key stands on line 6",
            "8: Created Date: \"next week\" is no date that can be read",
            "9: title: is missing",
            "10: \"140.6, -73.8\" is no place on the earth",
            "11: Unique Key is missing",
            "12: has 4 cells, the header has 21",
            "13: nobody knows the status \"Vanished\"",
        ]
    );
    assert_eq!(
        (report.rows, report.created, report.without_position),
        (13, 6, 2)
    );

    let jobs = jobs(
        &server,
        HARBOR,
        "2026-03-01T00:00:00Z",
        "2026-03-04T00:00:00Z",
    )
    .await;
    let cold = &jobs["Heating: No Heat"];
    let closed = &jobs["Heating: No Hot Water"];
    let lamp = &jobs["Street Light: Out"];
    assert_eq!(
        cold.starts,
        at("2026-03-02T14:15:00Z"),
        "local time in New York"
    );
    assert_eq!(closed.starts, at("2026-03-03T04:59:08Z"));
    assert_eq!(lamp.starts, at("2026-03-02T05:00:00Z"));
    assert_eq!(
        (cold.status, closed.status, lamp.status),
        (
            JobStatus::Scheduled,
            JobStatus::Finished,
            JobStatus::Scheduled
        )
    );
    assert_eq!(jobs["Street Light"].status, JobStatus::Started);
    assert_eq!(cold.property, closed.property, "one address, one property");
    assert_eq!(cold.organization, closed.organization);
    assert_ne!(cold.organization, lamp.organization);
    assert_eq!(jobs["Permit: Question"].property, None);

    let elm = property(&server, HARBOR, cold).await;
    assert_eq!(
        (elm.address.as_str(), elm.postcode.as_str()),
        ("12 ELM STREET", "10001")
    );
    assert_eq!(elm.position, Position::new(40.7, -73.9));
    let crossing = property(&server, HARBOR, lamp).await;
    assert_eq!(
        (crossing.address.as_str(), crossing.position),
        ("OAK STREET & PINE STREET", None)
    );
    let between = property(&server, HARBOR, &jobs["Street Light"]).await;
    assert_eq!(
        between.address,
        "OAK STREET between FIRST AVENUE and SECOND AVENUE"
    );
    let nameless = property(&server, HARBOR, &jobs["Street Light: Flickers"]).await;
    assert_eq!(nameless.address, "40.65000, -73.85000");
}

#[tokio::test]
async fn a_second_import_changes_nothing_and_another_company_is_another_matter() {
    let server = Server::start().await;
    let file = here("requests.csv");
    import(&server, HARBOR, Format::Nyc311, &file, |_| ()).await;
    let seq = async |company| {
        let mut tx = server.app.storage.read().await.unwrap();
        tx.company(company).await.unwrap().unwrap().change_seq
    };
    let before = seq(HARBOR).await;
    let again = import(&server, HARBOR, Format::Nyc311, &file, |import| {
        import.shift = Shift::ToToday
    })
    .await;
    assert_eq!(
        (again.created, again.unchanged, again.refused.len()),
        (0, 6, 7)
    );
    assert_eq!(seq(HARBOR).await, before);
    let other = import(&server, NORDHAUS, Format::Nyc311, &file, |_| ()).await;
    assert_eq!((other.created, seq(HARBOR).await), (6, before));
}

#[tokio::test]
async fn dates_are_moved_by_whole_days_and_jobs_go_round() {
    let server = Server::start().await;
    import(
        &server,
        NORDHAUS,
        Format::Nyc311,
        &here("requests.csv"),
        |import| {
            import.shift = Shift::ToToday;
            import.assignment = Assignment::InTurn(vec![ANNA, BEN]);
        },
    )
    .await;
    let jobs = jobs(
        &server,
        NORDHAUS,
        "2026-11-20T00:00:00Z",
        "2026-11-22T12:00:00Z",
    )
    .await;
    assert_eq!(jobs.len(), 6);
    assert_eq!(
        jobs["Heating: No Heat"].starts,
        at("2026-11-21T08:15:00Z"),
        "the same time on the wall"
    );
    assert_eq!(jobs["Street Light"].starts, at("2026-11-20T07:00:00Z"));
    let annas = jobs
        .values()
        .filter(|job| job.assignee == Some(ANNA))
        .count();
    let bens = jobs
        .values()
        .filter(|job| job.assignee == Some(BEN))
        .count();
    assert_eq!((annas, bens), (3, 3));
    let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
    assert_eq!(board.jobs.len(), 5);
    let told: Vec<_> = board.activity.iter().map(|seen| &seen.what).collect();
    let imported = ActivityKind::Imported {
        created: 6,
        updated: 0,
    };
    assert_eq!(told, [&imported], "one line for all of them");
}

#[tokio::test]
async fn any_spreadsheet_with_its_columns_named() {
    let server = Server::start().await;
    let map = [
        "Ref=external_key",
        "What=title",
        "When=starts",
        "Until=ends",
        "Where=address",
        "Town=city",
        "For=customer",
        "Call=phone",
    ];
    let format = || Format::Mapped(Mapping::read(Kind::Jobs, map).unwrap());
    let report = import(&server, NORDHAUS, format(), &here("visits.csv"), |_| ()).await;
    let refused: Vec<_> = report
        .refused
        .iter()
        .map(|(line, why)| format!("{line}: {why}"))
        .collect();
    assert_eq!(refused, ["5: ends before it starts"]);
    let jobs = jobs(
        &server,
        NORDHAUS,
        "2026-11-20T23:00:00Z",
        "2026-11-22T23:00:00Z",
    )
    .await;
    let boiler = &jobs["Boiler service"];
    assert_eq!(
        (boiler.starts, boiler.ends),
        (at("2026-11-21T07:00:00Z"), at("2026-11-21T08:30:00Z"))
    );
    let radiator = &jobs["Radiator cold"];
    assert_eq!(
        (radiator.starts, radiator.ends),
        (at("2026-11-21T09:00:00Z"), at("2026-11-21T10:00:00Z"))
    );
    assert_eq!(boiler.customer, radiator.customer);
    assert_eq!(property(&server, NORDHAUS, boiler).await.city, "Berlin");
    assert_eq!(jobs["Lift check"].starts, at("2026-11-22T07:00:00Z"));
    assert_eq!(jobs["Lift check"].customer, None);
    let again = import(&server, NORDHAUS, format(), &here("visits.csv"), |_| ()).await;
    assert_eq!((again.created, again.unchanged), (0, 3));

    // Without a key of its own a row is known by its content.
    let format = Format::Mapped(Mapping::read(Kind::Jobs, ["What=title", "When=starts"]).unwrap());
    let first = import(&server, HARBOR, format.clone(), &here("visits.csv"), |_| ()).await;
    let again = import(&server, HARBOR, format, &here("visits.csv"), |_| ()).await;
    assert_eq!((first.created, again.created, again.unchanged), (4, 0, 4));
}

#[tokio::test]
async fn a_missing_column_is_said_before_anything_is_imported() {
    let server = Server::start().await;
    let import = import_of(&server, HARBOR, Format::Nyc311).await;
    let error = try_import(&server, &import, b"Unique Key,Status\n1,Open\n")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file has no column \"Created Date\"; it has \"Unique Key\", \"Status\""
    );
}

/// The real day of New York lies next to the repository, not in it.
fn real_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/nyc-311-2013-12-25.csv")
}

#[tokio::test]
async fn a_real_day_of_new_york() {
    let Ok(bytes) = std::fs::read(real_file()) else {
        let mut out = std::io::stderr().lock();
        std::io::Write::write_all(&mut out, b"\nNOT TESTED: the import of a real day, for ../shared/data/nyc-311-2013-12-25.csv is not next to the repository\n").unwrap();
        return;
    };
    let server = Server::start().await;
    let assign = |import: &mut Import| {
        import.shift = Shift::ToToday;
        import.assignment = Assignment::InTurn(vec![TOM]);
    };
    let first = import(&server, HARBOR, Format::Nyc311, &bytes, assign).await;
    assert_eq!(
        (first.rows, first.created, first.refused.len()),
        (2386, 2386, 0)
    );
    assert_eq!(first.without_position, 82);
    let again = import(&server, HARBOR, Format::Nyc311, &bytes, assign).await;
    assert_eq!((again.created, again.unchanged), (0, 2386));
    let tom = server.sign_in(TOM).await;
    let mut cache = crate::cache::Cache::default();
    cache.all(&tom, 500).await;
    let jobs = cache
        .records
        .keys()
        .filter(|key| key.module == Module::Job)
        .count();
    assert_eq!(jobs, 2386);
    for versioned in cache.records.values() {
        let texts = serde_json::to_value(&versioned.record).unwrap();
        for text in texts
            .as_object()
            .unwrap()
            .values()
            .filter_map(|value| value.as_str())
        {
            assert_eq!(text, text.trim());
        }
    }
}
