//! The import that the office asks for: looked at, tried, imported, and the same again.

use crate::client::{Answer, Client};
use crate::import_support::{all_properties, all_records, here};
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

async fn send(client: &Client, query: &str, bytes: &[u8]) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(format!("{}?{query}", paths::IMPORTS))
        .header("content-type", "application/octet-stream")
        .body(Body::from(bytes.to_vec()))
        .unwrap();
    client.send(request).await
}

async fn ask(client: &Client, query: &str, bytes: &[u8]) -> ImportAnswer {
    send(client, query, bytes).await.ok()
}

fn fields(answer: &ImportAnswer) -> Vec<&str> {
    let columns = answer.columns.iter();
    columns.map(|column| column.field.as_str()).collect()
}

fn counts(report: &ImportReport) -> [u64; 5] {
    [
        report.created,
        report.updated,
        report.unchanged,
        report.kept,
        report.refused,
    ]
}

#[tokio::test]
async fn a_file_is_looked_at_tried_imported_and_the_same_again_changes_nothing() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let file = here("customers.csv");
    let looked = ask(&dora, "kind=customers&step=look", &file).await;
    assert_eq!((looked.rows, looked.remembered), (7, false));
    assert_eq!(
        fields(&looked),
        [
            "external_key",
            "name",
            "phone",
            "email",
            "organization",
            "address",
            "city",
            "postcode",
            "access"
        ]
    );
    assert_eq!(looked.columns[1].examples[0], "Hansen & Co");
    assert_eq!((looked.report, looked.flaw), (None, None));

    let tried = ask(&dora, "kind=customers&step=try", &file).await;
    let report = tried.report.unwrap();
    assert!(!report.written);
    assert_eq!(counts(&report), [4, 0, 0, 0, 3]);
    assert_eq!(report.lines.len(), 7);
    let kinds: Vec<_> = report.lines.iter().map(|line| line.sort).collect();
    assert_eq!(kinds[0], ImportSort::Created);
    assert_eq!(report.lines[0].name, "Hansen & Co");
    assert_eq!(
        (kinds[2], report.lines[2].line),
        (ImportSort::Refused, 4),
        "it has no name"
    );
    assert!(!report.lines[2].texts.is_empty());
    assert!(
        all_records(&server, NORDHAUS, Module::Customer)
            .await
            .is_empty(),
        "trying writes nothing"
    );

    let report = ask(&dora, "kind=customers&step=import", &file).await.report;
    let report = report.unwrap();
    assert!(report.written);
    assert_eq!(counts(&report), [4, 0, 0, 0, 3]);
    let also: Vec<_> = report
        .also
        .iter()
        .map(|also| also.module.as_str())
        .collect();
    assert_eq!(also, ["property", "organization"]);
    assert_eq!(
        all_records(&server, NORDHAUS, Module::Customer).await.len(),
        4
    );
    assert_eq!(all_properties(&server, NORDHAUS).await.len(), 3);
    assert!(
        all_records(&server, HARBOR, Module::Customer)
            .await
            .is_empty()
    );

    // Whoever heard no answer sends it again.
    let again = ask(&dora, "kind=customers&step=import", &file).await;
    assert_eq!(counts(&again.report.unwrap()), [0, 0, 4, 0, 3]);
    assert_eq!(
        all_records(&server, NORDHAUS, Module::Customer).await.len(),
        4
    );
    // The board says who it was.
    let activity: ActivityPage = dora
        .get(&format!("{}?before=1000", paths::ACTIVITY))
        .await
        .ok();
    assert_eq!(activity.activity[0].actor, "Dora");
}

#[tokio::test]
async fn what_the_columns_meant_is_remembered_for_the_company_once_it_was_imported() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let file = "Who;Ring\nHansen;040 1\n".as_bytes();
    let map = "map=Who%3Dname%0ARing%3Dphone";
    let looked = ask(&dora, "kind=customers&step=look", file).await;
    assert_eq!(fields(&looked), ["", ""]);
    let flawed = ask(&dora, "kind=customers&step=try", file).await;
    assert_eq!(flawed.flaw.unwrap().what, ImportLack::Columns);
    ask(&dora, &format!("kind=customers&step=try&{map}"), file).await;
    let looked = ask(&dora, "kind=customers&step=look", file).await;
    assert_eq!((looked.remembered, fields(&looked)), (false, vec!["", ""]));
    let imported = ask(&dora, &format!("kind=customers&step=import&{map}"), file).await;
    assert_eq!(imported.report.unwrap().created, 1);
    // Other rows below the same header; of another kind they mean something else.
    let more = "Who;Ring\nMeyer;040 2\n".as_bytes();
    let looked = ask(&dora, "kind=customers&step=look", more).await;
    assert_eq!(
        (looked.remembered, fields(&looked)),
        (true, vec!["name", "phone"])
    );
    let other = ask(&dora, "kind=assets&step=look", more).await;
    assert!(!other.remembered);
    let dana = server.sign_in(DANA).await;
    let elsewhere = ask(&dana, "kind=customers&step=look", more).await;
    assert!(!elsewhere.remembered, "another company knows nothing of it");
}

/// As Office saves a workbook with a password: a container with the workbook hidden in it.
fn locked_xlsx() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptedPackage").unwrap();
    file.into_inner().into_inner()
}

#[tokio::test]
async fn a_field_is_suggested_once_and_what_stands_twice_says_so_at_its_column() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let file = "Name;Name;Kunde;Tel\nHansen;Hansen & Co;Hansen GmbH;040 1\n".as_bytes();
    let looked = ask(&dora, "kind=customers&step=look", file).await;
    let names: Vec<&str> = looked.columns.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Name", "Name (2)", "Kunde", "Tel"]);
    assert_eq!(fields(&looked), ["name", "", "", "phone"]);
    let remarks: Vec<(String, Vec<String>)> = looked
        .columns
        .iter()
        .map(|column| {
            let said = column.remark.clone().unwrap_or_default();
            let values = said.values.into_iter().map(|value| value.text);
            (said.code, values.collect())
        })
        .collect();
    let all = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    assert_eq!(
        remarks,
        [
            ("column_doubled".to_owned(), all(&["\"Name\"", "\"Name\""])),
            (
                "column_doubled".to_owned(),
                all(&["\"Name\"", "\"Name (2)\""])
            ),
            (
                "field_taken".to_owned(),
                all(&["\"Kunde\"", "name", "\"Name\""])
            ),
            (String::new(), Vec::new()),
        ]
    );
    // Each can be chosen by the name that it has here.
    let second = "kind=customers&step=import&map=Name%20(2)%3Dname%0ATel%3Dphone";
    let done = ask(&dora, second, file).await;
    assert_eq!(done.report.unwrap().lines[0].name, "Hansen & Co");
    // Both for one field: said at both, with the field and the other column.
    let twice = "kind=customers&step=try&map=Name%3Dname%0AKunde%3Dname";
    let answer = ask(&dora, twice, file).await;
    let flaw = answer.flaw.unwrap();
    assert_eq!(flaw.what, ImportLack::Columns);
    assert_eq!(flaw.said.unwrap().code, "map_twice");
    for (place, values) in [
        (0, ["name", "\"Name\"", "\"Kunde\""]),
        (2, ["name", "\"Kunde\"", "\"Name\""]),
    ] {
        let said = answer.columns[place].remark.clone().unwrap();
        let told: Vec<&str> = said
            .values
            .iter()
            .map(|value| value.text.as_str())
            .collect();
        assert_eq!(
            (said.code.as_str(), &told[..]),
            ("field_twice", &values[..])
        );
    }
}

#[tokio::test]
async fn what_is_said_of_rows_is_said_in_codes_too_and_in_english_for_others() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let file = "Title;Start\nBoiler;never\n;2026-11-30\n".as_bytes();
    let tried = ask(&dora, "kind=jobs&step=try", file).await;
    let lines = tried.report.unwrap().lines;
    assert_eq!(
        lines[0].texts,
        ["starts: \"never\" is no date that can be read"]
    );
    let said = &lines[0].said[0];
    assert_eq!((said.code.as_str(), said.text.as_str()), ("of_field", ""));
    assert_eq!(said.values[0].code, "field");
    assert_eq!(said.values[1].code, "no_date");
    assert_eq!(lines[1].texts, ["title: is missing"]);
    assert_eq!(lines[1].said[0].code, "missing");
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_and_nothing_is_written() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let jobs = "kind=jobs&step=import";
    let rows = format!("Name\n{}", "Hansen\n".repeat(limits::IMPORT_ROWS + 1));
    let two_days = "Title;Start\nBoiler;04/07/2026\n".as_bytes();
    for (query, file, expected) in [
        (
            jobs,
            b"PK\x03\x04 no workbook".as_slice(),
            ImportLack::Readable,
        ),
        (jobs, b"", ImportLack::Readable),
        (jobs, b"%PDF-1.7 text", ImportLack::Readable),
        (jobs, &here("jobs_two_sheets.xlsx"), ImportLack::Sheet),
        (jobs, two_days, ImportLack::Dates),
        (jobs, b"Title\nBoiler\n", ImportLack::Columns),
        (
            "kind=customers&step=import&map=Nobody%3Dname",
            b"Name\nHansen\n",
            ImportLack::Columns,
        ),
        (
            "kind=customers&step=import&map=Name%3Dname%0AName%3Dphone",
            b"Name;Name\nHansen;1\n",
            ImportLack::Columns,
        ),
        (
            "kind=customers&step=import",
            rows.as_bytes(),
            ImportLack::Rows,
        ),
    ] {
        let answer = ask(&dora, query, file).await;
        let flaw = answer.flaw.unwrap();
        assert_eq!(flaw.what, expected, "{}", flaw.text);
        assert!(!flaw.text.contains("--"), "{}", flaw.text);
        assert_eq!(answer.report, None);
    }
    for (file, code) in [
        (&b""[..], "empty"),
        (b"\x89PNG\r\n\x1A\n\0\0", "no_list_file"),
        (b"Title;Start\n", "only_header"),
        (&locked_xlsx(), "locked"),
    ] {
        for step in ["look", "import"] {
            let answer = ask(&dora, &format!("kind=jobs&step={step}"), file).await;
            let flaw = answer.flaw.unwrap();
            assert_eq!(flaw.said.unwrap().code, code, "{}", flaw.text);
        }
    }
    for module in [Module::Job, Module::Customer] {
        assert!(all_records(&server, NORDHAUS, module).await.is_empty());
    }
    // What was asked is answered.
    let done = ask(&dora, &format!("{jobs}&dates=day-first"), two_days).await;
    assert_eq!(done.report.unwrap().created, 1);
    let sheets = ask(&dora, "kind=jobs&step=look", &here("jobs_two_sheets.xlsx")).await;
    assert_eq!(sheets.sheets.len(), 2);
    // One of the two holds jobs, the other nothing below its first line.
    for (sheet, expected) in [(0, None), (1, Some(ImportLack::Content))] {
        let chosen = format!("kind=jobs&step=look&sheet={}", sheets.sheets[sheet]);
        let looked = ask(&dora, &chosen, &here("jobs_two_sheets.xlsx")).await;
        assert_eq!(looked.flaw.map(|flaw| flaw.what), expected);
        assert!(!looked.columns.is_empty());
    }
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let file = b"Name\nHansen\n";
    for query in [
        "",
        "kind=customers",
        "kind=people&step=look",
        "kind=customers&step=now",
        "kind=jobs&step=try&dates=last",
    ] {
        assert_eq!(send(&dora, query, file).await.status, 400, "{query}");
    }
    let large = vec![b'x'; limits::IMPORT_BYTES + 1];
    let query = "kind=customers&step=look";
    assert_eq!(send(&dora, query, &large).await.status, 413);
    let as_json = dora
        .post(&format!("{}?{query}", paths::IMPORTS), json!({}))
        .await;
    assert_eq!(as_json.status, 415);
}

#[tokio::test]
async fn who_lacks_the_right_to_create_imports_nothing() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let dora = server.sign_in(DORA).await;
    let take =
        json!({"change": "right", "role": "dispatcher", "right": "create_record", "given": false});
    assert_eq!(ada.post(paths::RIGHTS, take).await.status, 200);
    let file = b"Name\nHansen\n";
    let query = "kind=customers&step=import";
    assert_eq!(send(&dora, query, file).await.status, 403);
    assert_eq!(ask(&ada, query, file).await.report.unwrap().created, 1);
}

#[tokio::test]
async fn two_at_once_import_it_once() {
    let server = Server::start().await;
    let (dora, ada) = (server.sign_in(DORA).await, server.sign_in(ADA).await);
    let file = here("customers.csv");
    let query = "kind=customers&step=import";
    let (one, other) = tokio::join!(ask(&dora, query, &file), ask(&ada, query, &file));
    let created = [one, other].map(|answer| answer.report.unwrap().created);
    assert_eq!(created.iter().sum::<u64>(), 4);
    assert_eq!(
        all_records(&server, NORDHAUS, Module::Customer).await.len(),
        4
    );
}

#[tokio::test]
async fn what_is_imported_reaches_a_phone_with_its_next_pull() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let anna = server.sign_in(ANNA).await;
    let hansen = Customer {
        id: CustomerId(uuid::Uuid::from_u128(0xC1)),
        name: "Hansen".into(),
        phone: String::new(),
        email: String::new(),
        organization: None,
        archived: false,
    };
    server
        .put(NORDHAUS, &Record::Customer(hansen.clone()))
        .await;
    let job = Job {
        customer: Some(hansen.id),
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job)).await;
    let pulled: PullResponse = anna.get(paths::PULL).await.ok();
    let cursor = pulled.cursor.0;
    let file = b"Name;Customer\nPump;Hansen\n";
    let done = ask(&dora, "kind=assets&step=import", file).await;
    assert_eq!(done.report.unwrap().created, 1, "{:?}", done.flaw);
    let next: PullResponse = anna
        .get(&format!("{}?cursor={cursor}", paths::PULL))
        .await
        .ok();
    let text = serde_json::to_string(&next.changes).unwrap();
    assert!(text.contains("Pump"), "{text}");
}
