//! Tests of the records' pages.

use super::*;
use crate::features::records::linked::State;
use crate::routes::record_href;
use crate::samples::NOON;
use crate::samples::records::{
    CONTRACT, CUSTOMER, ORGANIZATION, PROPERTY, asset_id, job_1, part_id, with_records,
};
use afield_domain::{JobStatus, TaskStatus};

fn sheet_of(key: impl Into<RecordKey>) -> RecordSheet {
    let zone = Zone::utc();
    sheet(&with_records(), &zone, zone.day(NOON), key.into()).unwrap()
}

fn titles(sheet: &RecordSheet) -> Vec<(Module, Vec<&str>)> {
    let linked = sheet.linked.iter();
    linked
        .map(|linked| {
            let titles = linked.rows.iter().map(|row| row.title.as_str());
            (linked.module, titles.collect())
        })
        .collect()
}

fn facts(sheet: &RecordSheet) -> Vec<(FactName, &str)> {
    sheet
        .facts
        .iter()
        .map(|fact| (fact.name, fact.value.as_str()))
        .collect()
}

#[test]
fn a_customer_has_ways_to_be_reached_and_everything_of_theirs() {
    let sheet = sheet_of(CUSTOMER);
    assert_eq!(
        (sheet.title.as_str(), sheet.kind),
        ("Ada Berg", RecordKind::Of(Module::Customer))
    );
    let ways = [
        Action::Call("+49 123".into()),
        Action::Mail("ada@example.org".into()),
    ];
    assert_eq!(sheet.actions, ways);
    assert_eq!(sheet.links[0].name, "City Housing");
    let expected = [
        (Module::Job, vec!["J-1 · Boiler"]),
        (Module::Property, vec!["Mill Lane 4, Bruck"]),
        (Module::Asset, vec!["Äpfelpumpe", "Boiler"]),
        (Module::Contract, vec!["C-204 · Full service"]),
    ];
    assert_eq!(titles(&sheet), expected);
    let job = &sheet.linked[0].rows[0];
    assert_eq!(job.detail, "Fri 15 Jan, 13:00 · Mill Lane 4, Bruck");
    assert_eq!(job.state, Some(State::Job(JobStatus::Scheduled)));
}

#[test]
fn an_organization_has_its_jobs_and_customers() {
    let sheet = sheet_of(ORGANIZATION);
    let expected = [
        (Module::Job, vec!["J-1 · Boiler"]),
        (Module::Customer, vec!["Ada Berg"]),
    ];
    assert_eq!(titles(&sheet), expected);
}

#[test]
fn a_property_says_how_to_get_in_and_is_a_place_to_go_to() {
    let sheet = sheet_of(PROPERTY);
    assert_eq!(sheet.title, "Mill Lane 4, Bruck");
    assert_eq!(
        facts(&sheet),
        [
            (FactName::City, "Bruck"),
            (FactName::Access, "Key at the bakery")
        ]
    );
    assert!(matches!(sheet.actions.as_slice(), [Action::Navigate(_)]));
    let expected = [
        (Module::Job, vec!["J-1 · Boiler"]),
        (Module::Asset, vec!["Boiler"]),
    ];
    assert_eq!(titles(&sheet), expected);
}

#[test]
fn an_asset_has_its_plate_its_jobs_and_its_tasks() {
    let sheet = sheet_of(asset_id(1));
    assert_eq!(facts(&sheet).len(), 5);
    assert!(facts(&sheet).contains(&(FactName::Installed, "1 Mar 2019")));
    let names: Vec<&str> = sheet.links.iter().map(|link| link.name.as_str()).collect();
    assert_eq!(names, ["Mill Lane 4, Bruck", "Ada Berg"]);
    let expected = [
        (Module::Job, vec!["J-1 · Boiler"]),
        (Module::Task, vec!["Measure pressure"]),
    ];
    assert_eq!(titles(&sheet), expected);
    let task = &sheet.linked[1].rows[0];
    assert_eq!(task.state, Some(State::Task(TaskStatus::Open)));
    assert!(
        task.href
            .starts_with(&record_href(job_1().id.into()).unwrap())
    );
}

#[test]
fn a_contract_says_when_it_is_over() {
    // It ended two weeks before noon of the samples.
    let sheet = sheet_of(CONTRACT);
    assert_eq!(
        (sheet.title.as_str(), sheet.kind),
        ("Full service", RecordKind::EndedContract)
    );
    let expected = [
        (FactName::Number, "C-204"),
        (FactName::From, "1 Jan 2026"),
        (FactName::Until, "31 Dec 2026"),
        (FactName::ResponseHours, "4"),
    ];
    assert_eq!(facts(&sheet), expected);
    let zone = Zone::utc();
    let last_day: Day = "2026-12-31".parse().unwrap();
    let on_last_day = super::sheet(&with_records(), &zone, last_day, CONTRACT.into()).unwrap();
    assert_eq!(on_last_day.kind, RecordKind::Of(Module::Contract));
}

#[test]
fn parts_and_services_are_two_kinds_with_the_jobs_that_use_them() {
    let part = sheet_of(part_id(1));
    assert_eq!(part.kind, RecordKind::Part);
    assert_eq!(titles(&part), [(Module::Job, vec!["J-1 · Boiler"])]);
    let service = sheet_of(part_id(2));
    assert_eq!(service.kind, RecordKind::Service);
    assert_eq!(titles(&service), [(Module::Job, vec![])]);
}

#[test]
fn what_is_not_here_and_what_is_too_old_has_no_page() {
    let zone = Zone::utc();
    let mut projection = with_records();
    let of = |projection: &Projection, key| sheet(projection, &zone, zone.day(NOON), key);
    assert_eq!(of(&projection, asset_id(99).into()), None);
    assert_eq!(of(&projection, job_1().id.into()), None);
    projection.set_expired(true);
    assert_eq!(of(&projection, CUSTOMER.into()), None);
}
