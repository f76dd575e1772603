//! Files as people have them: encodings, quotes, damage, workbooks. Each row says how
//! many rows are created and what the others are refused for.

use crate::import_support::*;
use crate::support::*;
use afield_domain::*;
use afield_server::import::*;

pub(crate) const JOBS: &str = "Ticket=external_key,Problem=title,Street=address,Date=starts";
pub(crate) const ASSETS: &str =
    "Number=external_key,Name=name,Code=code,Serial=serial,Installed=installed";

/// What a file comes to: the rows created and the refusals; or what is wrong with it as a whole.
pub(crate) async fn outcome(
    kind: Kind,
    map: &str,
    file: &str,
    dates: DateOptions,
) -> Result<(usize, Vec<String>), String> {
    let server = Server::start().await;
    let mut import = import_of(&server, NORDHAUS, mapped(kind, map)).await;
    import.dates = dates;
    let result = try_import(&server, &import, &here(file)).await;
    if result.is_err() {
        let there = all_records(&server, NORDHAUS, Module::Property).await;
        assert!(there.is_empty(), "{file}: nothing was written");
    }
    let report = result?;
    let refused = report.refused.iter();
    let refused = refused
        .map(|(line, why)| format!("{line}: {why}"))
        .collect();
    Ok((report.created, refused))
}

#[track_caller]
pub(crate) fn assert_starts(got: &[String], expected: &[&str], file: &str) {
    let is_it = got.len() == expected.len()
        && got
            .iter()
            .zip(expected)
            .all(|(got, start)| got.starts_with(start));
    assert!(is_it, "{file}: {got:#?}, not {expected:#?}");
}

/// Kind, columns, file, how dates are read, rows that come in, what is said of the others.
type RefusedFile = (
    Kind,
    &'static str,
    &'static str,
    DateOptions,
    usize,
    &'static [&'static str],
);

#[tokio::test]
async fn what_cannot_be_used_is_refused_by_its_line() {
    let none = DateOptions::default();
    let by = |order| DateOptions {
        order: Some(order),
        ..none
    };
    let days = |count| DateOptions {
        day_numbers: Some(count),
        ..none
    };
    let cases: [RefusedFile; 12] = [
        (
            Kind::Jobs,
            JOBS,
            "jobs_ddmmyyyy.csv",
            none,
            6,
            &["7: starts: \"46207\" is a number and no date"],
        ),
        (
            Kind::Jobs,
            JOBS,
            "jobs_ddmmyyyy.csv",
            days(DayNumbers::From1900),
            7,
            &[],
        ),
        (
            Kind::Jobs,
            JOBS,
            "jobs_ddmmyyyy.csv",
            by(DateOrder::MonthFirst),
            5,
            &[
                "3: starts: \"13/07/2026\" cannot be read month-first",
                "7: starts: \"46207\"",
            ],
        ),
        (
            Kind::Jobs,
            JOBS,
            "jobs_two_digit_year.csv",
            by(DateOrder::MonthFirst),
            2,
            &["4: starts: \"26-07-04 08:00\" cannot be read month-first"],
        ),
        (Kind::Jobs, JOBS, "jobs_dst.csv", none, 4, &[]),
        (
            Kind::Jobs,
            JOBS,
            "jobs_quoted_newline_bom.csv",
            none,
            2,
            &[],
        ),
        (
            Kind::Assets,
            ASSETS,
            "assets_excel_damage.csv",
            by(DateOrder::MonthFirst),
            1,
            &[
                "2: code: \"4.00638E+12\" is a number that a spreadsheet has shortened",
                "3: code: \"4,00638E+12\" is a number that a spreadsheet has shortened",
                "5: code: \"#REF!\" is what a spreadsheet shows in place of a value",
            ],
        ),
        (
            Kind::Jobs,
            JOBS,
            "jobs.xlsx",
            none,
            4,
            &[
                "4: starts: \"46207\" is a number and no date",
                "5: address: \"#REF!\"",
                "6: B6 holds a formula without a value",
                "9: the cells C8 to C9 are merged",
            ],
        ),
        (Kind::Jobs, JOBS, "jobs.ods", none, 2, &[]),
        (Kind::Jobs, JOBS, "jobs_1904.xlsx", none, 1, &[]),
        (
            Kind::Customers,
            "Nummer=external_key,Name=name,Street=address",
            "customers_sep_line.csv",
            none,
            1,
            &[],
        ),
        (
            Kind::Customers,
            "Nummer=external_key,Name=name,Straße=address,PLZ=postcode,Ort=city,Zugang=access",
            "customers_windows1252.csv",
            none,
            3,
            &[],
        ),
    ];
    for (kind, map, file, dates, created, refused) in cases {
        let (got, why) = outcome(kind, map, file, dates).await.unwrap();
        assert_starts(&why, refused, file);
        assert_eq!(got, created, "{file}");
    }
}

#[tokio::test]
async fn a_file_that_leaves_something_open_is_refused_before_anything_is_written() {
    let none = DateOptions::default();
    for (file, expected) in [
        ("jobs_two_digit_year.csv", "column \"Date\": "),
        (
            "jobs_unbalanced_quote.csv",
            "the quote that opens on line 3 is not closed where it should be",
        ),
        (
            "jobs_two_sheets.xlsx",
            "the workbook has several sheets: say which with --sheet",
        ),
        (
            "jobs_far_cell.xlsx",
            "line 1048576 has more than 1000 cells",
        ),
        ("jobs_repeats.ods", "the workbook unpacks to more than"),
    ] {
        let error = outcome(Kind::Jobs, JOBS, file, none).await.unwrap_err();
        assert!(error.starts_with(expected), "{file}: {error}");
    }
}

#[tokio::test]
async fn letters_and_lines_of_cells_arrive_as_they_were_written() {
    for (file, encoding) in [
        ("customers_windows1252.csv", Some("windows-1252")),
        ("customers_macintosh.csv", Some("macintosh")),
        ("customers_ibm850.csv", Some("ibm850")),
        ("customers_utf8_bom.csv", None),
    ] {
        let server = Server::start().await;
        let map =
            "Nummer=external_key,Name=name,Straße=address,PLZ=postcode,Ort=city,Zugang=access";
        let report = import(
            &server,
            NORDHAUS,
            mapped(Kind::Customers, map),
            &here(file),
            |_| (),
        )
        .await;
        let assumed = report.assumed.first();
        let is_said = |name| assumed.is_some_and(|text| text.as_str().contains(name));
        assert_eq!(assumed.is_some(), encoding.is_some(), "{file}");
        assert!(encoding.is_none_or(is_said), "{file}: {assumed:?}");
        let names = all_records(&server, NORDHAUS, Module::Customer).await;
        let is_there = names.iter().any(
            |record| matches!(record, Record::Customer(customer) if customer.name == "Bäckerei Groß"),
        );
        assert!(is_there, "{file}: {names:?}");
        let properties = all_properties(&server, NORDHAUS).await;
        assert!(
            properties
                .iter()
                .any(|property| property.access.starts_with("Schlüssel beim"))
        );
    }
    let server = Server::start().await;
    let map = "Ticket=external_key,Problem=title,Details=description,Date=starts,Street=address";
    let file = here("jobs_quoted_newline_bom.csv");
    import(&server, NORDHAUS, mapped(Kind::Jobs, map), &file, |_| ()).await;
    let burner = job_titled(&server, NORDHAUS, "Burner off").await.unwrap();
    let lines: Vec<&str> = burner.description.lines().collect();
    assert_eq!(
        lines,
        ["Line one", "Line two; with semicolon", "\"quoted\" end"]
    );
}

#[tokio::test]
async fn places_of_two_customers_or_two_towns_stay_two() {
    let server = Server::start().await;
    let map =
        "Number=external_key,Name=name,Street=address,City=city,Postcode=postcode,Access=access";
    let file = here("customers_same_street.csv");
    let customers = || mapped(Kind::Customers, map);
    let report = import(&server, NORDHAUS, customers(), &file, |_| ()).await;
    assert_eq!(report.created, 4);
    let found = all_properties(&server, NORDHAUS).await;
    let shown: Vec<(&str, &str)> = found
        .iter()
        .map(|property| (property.city.as_str(), property.access.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("Berlin", "Bell Arndt"),
            ("Hamburg", "2nd floor left"),
            ("Hamburg", "4th floor right, code 4711"),
            ("Hamburg", "Gate 2"),
        ]
    );
    // Jobs go to the place of their customer in their town, and make no other.
    let map = "Ticket=external_key,Problem=title,Street=address,City=city,Postcode=postcode,Date=starts,Customer=customer";
    let file = here("jobs_same_street.csv");
    let jobs = || mapped(Kind::Jobs, map);
    import(&server, NORDHAUS, jobs(), &file, |_| ()).await;
    assert_eq!(all_properties(&server, NORDHAUS).await, found);
    for (title, city) in [("Check burner", "Berlin"), ("Check pump", "Hamburg")] {
        let job = job_titled(&server, NORDHAUS, title).await.unwrap();
        let place = found
            .iter()
            .find(|property| Some(property.id) == job.property)
            .unwrap();
        assert_eq!(
            (place.city.as_str(), place.customer),
            (city, job.customer),
            "{title}"
        );
    }
    // Without the customers' file they make two customers with a place each.
    import(&server, HARBOR, jobs(), &file, |_| ()).await;
    let towns: Vec<String> = all_properties(&server, HARBOR)
        .await
        .into_iter()
        .map(|property| property.city)
        .collect();
    assert_eq!(towns, ["Berlin", "Hamburg"]);
}

#[tokio::test]
async fn a_code_that_a_workbook_holds_as_a_date_is_refused() {
    let none = DateOptions::default();
    let (created, refused) = outcome(Kind::Assets, "Problem=name,Date=code", "jobs.xlsx", none)
        .await
        .unwrap();
    let is_date = |why: &&String| why.contains("is held as a date");
    assert!(
        refused.iter().any(|why| is_date(&why)),
        "{created} {refused:#?}"
    );
}

#[tokio::test]
async fn a_quote_that_swallows_rows_shows_by_the_lines_of_a_field() {
    let server = Server::start().await;
    let format = || mapped(Kind::Customers, "N=name,Street=address,How=access");
    // None of these lines has as many cells as the header.
    let text = b"N,Street,How\nA,\"Wharf 5\nB\nC\",x\nD,Wharf 8,\"gate\nleft\"\n";
    let report = import(&server, NORDHAUS, format(), text, |_| ()).await;
    let refused: Vec<String> = report
        .refused
        .iter()
        .map(|(_, why)| why.to_string())
        .collect();
    assert_starts(&refused, &["address: \"Wharf 5"], "text");
    assert_eq!(report.created, 1);
}
