//! Dates as people write them in files, and the clocks of the company's zone.

use crate::import_cases::*;
use crate::import_support::*;
use crate::support::*;
use afield_server::import::*;

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
