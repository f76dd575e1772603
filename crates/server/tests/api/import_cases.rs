//! Files as people have them: dates of all kinds, encodings, quotes, damage, workbooks. Each row says how
//! many rows are created and what the others are refused for.

use crate::import_support::*;
use crate::support::*;
use afield_domain::*;
use afield_server::import::*;

const JOBS: &str = "Ticket=external_key,Problem=title,Street=address,Date=starts";
const ASSETS: &str = "Number=external_key,Name=name,Code=code,Serial=serial,Installed=installed";

/// What a file comes to: the rows created and the refusals; or what is wrong with it as a whole.
async fn outcome(
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
fn assert_starts(got: &[String], expected: &[&str], file: &str) {
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
async fn dates_mean_the_day_that_was_written() {
    let day_numbers = DateOptions {
        day_numbers: Some(DayNumbers::From1900),
        order: None,
    };
    let month_first = DateOptions {
        order: Some(DateOrder::MonthFirst),
        day_numbers: None,
    };
    for (file, dates, expected) in [
        (
            "jobs_ddmmyyyy.csv",
            day_numbers,
            &[
                ("fourth of July written day first", "2026-07-04T06:00:00Z"),
                (
                    "thirteenth of July written day first",
                    "2026-07-13T06:00:00Z",
                ),
                ("Christmas German", "2026-12-25T07:00:00Z"),
                ("Christmas German with time", "2026-12-25T08:30:00Z"),
                ("month name", "2026-07-05T06:00:00Z"),
                ("Excel serial", "2026-07-04T06:00:00Z"),
                ("ISO basic", "2026-07-04T06:00:00Z"),
            ][..],
        ),
        (
            "jobs_two_digit_year.csv",
            month_first,
            &[
                ("short year", "2026-07-04T06:00:00Z"),
                ("short year day", "2026-07-04T06:00:00Z"),
            ],
        ),
        (
            "jobs_dst.csv",
            DateOptions::default(),
            &[
                ("in the gap", "2026-03-29T01:30:00Z"),
                ("in the fold", "2026-10-25T00:30:00Z"),
                ("fixed offset summer", "2026-10-24T06:00:00Z"),
                ("local summer", "2026-10-24T06:00:00Z"),
            ],
        ),
        (
            "jobs.xlsx",
            DateOptions::default(),
            &[
                ("A date", "2026-07-04T06:00:00Z"),
                ("A date with a time", "2026-07-04T07:00:00Z"),
                ("A formula", "2026-07-04T06:00:00Z"),
            ],
        ),
        (
            "jobs_1904.xlsx",
            DateOptions::default(),
            &[("A date", "2026-07-04T06:00:00Z")],
        ),
        (
            "jobs.ods",
            DateOptions::default(),
            &[
                ("A date", "2026-07-04T06:00:00Z"),
                ("A date with a time", "2026-07-04T07:00:00Z"),
            ],
        ),
    ] {
        let server = Server::start().await;
        import(
            &server,
            NORDHAUS,
            mapped(Kind::Jobs, JOBS),
            &here(file),
            |import| {
                import.dates = dates;
            },
        )
        .await;
        for (title, starts) in expected {
            let job = job_titled(&server, NORDHAUS, title).await;
            assert_eq!(
                job.map(|job| job.starts),
                Some(at(starts)),
                "{file}: {title}"
            );
        }
    }
}

#[tokio::test]
async fn a_shift_keeps_the_time_on_the_wall_across_a_change_of_clocks() {
    let server = Server::start().await;
    let format = mapped(Kind::Jobs, JOBS);
    let report = import(&server, NORDHAUS, format, &here("jobs_dst.csv"), |import| {
        import.shift = Shift::To(jiff::civil::date(2026, 10, 26));
    })
    .await;
    // Two rows stand on 24 October: the file is moved by two days, past the end of summer time.
    for (title, starts) in [
        ("fixed offset summer", "2026-10-26T07:00:00Z"),
        ("local summer", "2026-10-26T07:00:00Z"),
        ("in the gap", "2026-03-31T00:30:00Z"),
    ] {
        let job = job_titled(&server, NORDHAUS, title).await.unwrap();
        assert_eq!(job.starts, at(starts), "{title}");
    }
    assert!(report.notes.is_empty(), "{:?}", report.notes);
}

#[tokio::test]
async fn hours_that_the_clocks_skip_or_repeat_are_told() {
    let server = Server::start().await;
    let format = mapped(Kind::Jobs, JOBS);
    let report = import(&server, NORDHAUS, format, &here("jobs_dst.csv"), |_| ()).await;
    let notes: Vec<String> = report
        .notes
        .iter()
        .map(|(line, note)| format!("{line}: {note}"))
        .collect();
    assert_starts(
        &notes,
        &[
            "2: starts: 2026-03-29T02:30:00 is an hour that the clocks skip; 2026-03-29 03:30 +02:00 was taken",
            "3: starts: 2026-10-25T02:30:00 comes twice",
        ],
        "jobs_dst.csv",
    );
}

#[tokio::test]
async fn letters_and_lines_of_cells_arrive_as_they_were_written() {
    for file in ["customers_windows1252.csv", "customers_utf8_bom.csv"] {
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
        let is_assumed = report
            .assumed
            .iter()
            .any(|text| text.contains("windows-1252"));
        assert_eq!(is_assumed, file.contains("1252"), "{file}");
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
