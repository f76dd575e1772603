//! Jobs and answers as a file.

use crate::client::Client;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::Value;
use uuid::Uuid;

fn text(item: &str, value: &str) -> Answer {
    Answer {
        item: item.into(),
        value: FieldValue::Text(value.into()),
    }
}

async fn file(client: &Client, query: &str) -> String {
    let path = format!("{}?from=2026-11-21&until=2026-11-22{query}", paths::EXPORT);
    let answer = client.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

/// The rows of a CSV by the names of their columns.
fn rows(file: &str, separator: u8) -> Vec<Vec<(String, String)>> {
    let file = file.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .from_reader(file.as_bytes());
    let names = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| {
        let cells = names.iter().zip(row.iter());
        cells
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect()
    };
    reader.records().map(|one| row(one.unwrap())).collect()
}

fn cell<'r>(row: &'r [(String, String)], name: &str) -> &'r str {
    let found = row.iter().find(|(column, _)| column == name);
    found.map(|(_, cell)| cell.as_str()).unwrap()
}

/// A job with a checklist, a form and texts that a spreadsheet would run.
async fn with_answers() -> Server {
    let server = Server::start().await;
    let customer = Customer {
        id: CustomerId(Uuid::from_u128(0xC1)),
        name: "=HYPERLINK(\"http://x\",\"Hansen\")".into(),
        organization: None,
        phone: String::new(),
        email: String::new(),
        archived: false,
    };
    let form = FormTemplate {
        id: TemplateId(Uuid::from_u128(0xF1)),
        name: "Gas, yearly".into(),
        questions: vec![Question::new(
            "gas",
            "Is it \"tight\"?",
            QuestionKind::YesNo,
        )],
    };
    let number = QuestionKind::Number {
        min: None,
        max: None,
        unit: "°C".into(),
    };
    let noon = at(NOON);
    let answered = Job {
        customer: Some(customer.id),
        status: JobStatus::Finished,
        checklist: vec![Question::new("cold", "Outside", number)],
        answers: vec![text("cold", "-5"), text("gone", "@SUM(A1)")],
        steps: vec![
            StatusStep::usual(JobStatus::Started, noon.plus_ms(60_000), "Anna"),
            StatusStep::usual(JobStatus::Finished, noon.plus_ms(120_000), "Anna"),
        ],
        ..job(1, Some(ANNA))
    };
    let submission = Submission {
        id: SubmissionId(Uuid::from_u128(0x51)),
        job: answered.id,
        task: None,
        template: form.id,
        answers: vec![text("gas", "yes")],
        author: ANNA,
        author_name: "Anna".into(),
        made_at: noon,
    };
    for record in [
        Record::Customer(customer),
        Record::Form(form),
        Record::Job(answered),
        Record::Submission(submission),
    ] {
        server.put(NORDHAUS, &record).await;
    }
    // Without any answer; on the day after the last; another company's.
    server.put_job(2, BEN).await;
    let later = Job {
        starts: noon.plus_ms(2 * DAY_MS),
        ends: noon.plus_ms(2 * DAY_MS),
        ..job(3, None)
    };
    server.put(NORDHAUS, &Record::Job(later)).await;
    server.put(HARBOR, &Record::Job(job_of_harbor())).await;
    server
}

fn job_of_harbor() -> Job {
    Job {
        id: JobId(Uuid::from_u128(0x99)),
        number: "ONLY-HARBOR".into(),
        ..job(9, Some(TOM))
    }
}

#[tokio::test]
async fn a_spreadsheet_gets_a_line_for_each_answer_and_nothing_to_run() {
    let server = with_answers().await;
    let dora = server.sign_in(DORA).await;
    for (query, separator) in [
        ("&format=csv", b','),
        ("&format=csv&separator=semicolon", b';'),
    ] {
        let file = file(&dora, query).await;
        assert!(!file.contains("ONLY-HARBOR"));
        let rows = rows(&file, separator);
        let told: Vec<_> = rows
            .iter()
            .map(|row| {
                ["number", "answers_of", "form", "question", "answer", "unit"]
                    .map(|name| cell(row, name))
            })
            .collect();
        let expected = [
            ["J-1", "checklist", "", "Outside", "'-5", "°C"],
            ["J-1", "checklist", "", "gone", "'@SUM(A1)", ""],
            ["J-1", "form", "Gas, yearly", "Is it \"tight\"?", "yes", ""],
            ["J-2", "", "", "", "", ""],
        ];
        assert_eq!(told, expected, "{separator}");
        let first = &rows[0];
        for (name, expected) in [
            ("customer", "'=HYPERLINK(\"http://x\",\"Hansen\")"),
            ("technician", "Anna"),
            ("status", "finished"),
            ("planned_start", "2026-11-21 12:00"),
            ("started", "2026-11-21 12:01"),
            ("finished", "2026-11-21 12:02"),
        ] {
            assert_eq!(cell(first, name), expected, "{name}");
        }
        let runs = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let cells = rows.iter().flatten();
        assert!(cells.map(|(_, cell)| cell).all(|cell| !runs(cell)));
    }
}

#[tokio::test]
async fn json_has_everything_as_it_is() {
    let server = with_answers().await;
    let dora = server.sign_in(DORA).await;
    let file: Value = serde_json::from_str(&file(&dora, "&format=json").await).unwrap();
    let jobs = file["jobs"].as_array().unwrap();
    assert_eq!((jobs.len(), &file["left_out"]), (2, &0.into()));
    let first = &jobs[0];
    assert_eq!(first["customer"], "=HYPERLINK(\"http://x\",\"Hansen\")");
    assert_eq!(first["started"], "2026-11-21T11:01:00Z");
    assert_eq!(first["checklist"][0]["answer"], "-5");
    assert_eq!(first["forms"][0]["form"], "Gas, yearly");
    assert_eq!(first["forms"][0]["answers"][0]["answer"], "yes");
    assert_eq!(jobs[1]["technician"], "Ben");
}

#[tokio::test]
async fn many_jobs_are_each_told_once_and_a_damaged_one_is_counted() {
    let server = Server::start().await;
    for n in 1..=120 {
        server.put_job(n, ANNA).await;
    }
    let broken = job(60, None).id;
    let sql = format!("UPDATE records SET data = '[]' WHERE id = '{broken}'");
    assert_eq!(run_sql(server.folder.path(), &sql).await, 1);
    let dora = server.sign_in(DORA).await;
    let count: Found = {
        let path = format!(
            "{}?from=2026-11-21&until=2026-11-21&format=count",
            paths::EXPORT
        );
        dora.get(&path).await.ok()
    };
    assert_eq!(count.more, 120);
    let json: Value = serde_json::from_str(&file(&dora, "&format=json").await).unwrap();
    let numbers = json["jobs"].as_array().unwrap().iter();
    let mut numbers: Vec<_> = numbers.map(|job| job["number"].to_string()).collect();
    assert_eq!((numbers.len(), &json["left_out"]), (119, &1.into()));
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 119);
    assert_eq!(rows(&file(&dora, "&format=csv").await, b',').len(), 119);
}

#[tokio::test]
async fn what_is_no_range_of_days_is_refused() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    for query in [
        "",
        "?from=2026-11-21&until=2026-11-21",
        "?from=2026-11-21&format=csv",
        "?from=2026-11-22&until=2026-11-21&format=csv",
        "?from=2026-01-01&until=2027-01-02&format=csv",
        "?from=2026-11-21&until=2026-11-21&format=xls",
        "?from=2026-11-21&until=2026-11-21&format=csv&separator=x",
    ] {
        let answer = dora.get(&format!("{}{query}", paths::EXPORT)).await;
        assert_eq!(answer.error().code, ErrorCode::Invalid, "{query}");
    }
    let longest = "?from=2026-01-01&until=2027-01-01&format=count";
    let answer = dora.get(&format!("{}{longest}", paths::EXPORT)).await;
    assert_eq!(answer.ok::<Found>().more, 0);
    let answer = dora
        .get(&format!(
            "{}?from=2026-11-21&until=2026-11-21&format=json",
            paths::EXPORT
        ))
        .await;
    assert_eq!(answer.body, "{\"jobs\":[\n\n],\"left_out\":0}\n");
    let named = answer.header("content-disposition");
    assert_eq!(
        named,
        "attachment; filename=\"afield-2026-11-21-2026-11-21.json\""
    );
}
