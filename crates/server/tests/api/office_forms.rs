//! The office's forms: listed, made, made anew, and brought in as workbooks.

use crate::client::{Answer, Client};
use crate::support::*;
use afield_domain::answers::{Condition, Test, YES, check};
use afield_domain::*;
use afield_protocol::*;
use afield_server::xlsform::read_form;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use std::io::Write as _;
use uuid::Uuid;

const WORKBOOK: &[u8] = include_bytes!("../data/xlsform/yes_or_no_question.xlsx");

async fn import(client: &Client, query: &str, bytes: &[u8]) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(format!("{}{query}", paths::IMPORT_FORM))
        .body(Body::from(bytes.to_vec()))
        .unwrap();
    client.send(request).await
}

fn questions() -> Vec<Question> {
    let flow = QuestionKind::Number {
        min: Some("0".into()),
        max: Some("90".into()),
        unit: "°C".into(),
    };
    let mut why = Question::new("why", "Why not?", QuestionKind::Text);
    why.when = Some(Condition {
        item: "tight".into(),
        test: Test::any_of(&["no"]),
    });
    vec![
        Question::new("tight", "Is it tight?", QuestionKind::YesNo),
        why,
        Question::new("flow", "Flow", flow),
    ]
}

fn new(id: u128, name: &str, questions: Vec<Question>) -> NewForm {
    NewForm {
        id: TemplateId(Uuid::from_u128(id)),
        name: name.into(),
        version_of: None,
        questions,
    }
}

async fn make(client: &Client, form: &NewForm) -> Answer {
    let body = serde_json::to_value(form).unwrap();
    client.post(paths::FORMS, body).await
}

async fn names(client: &Client) -> Vec<String> {
    let forms: Forms = client.get(paths::FORMS).await.ok();
    forms.forms.into_iter().map(|line| line.name).collect()
}

#[tokio::test]
async fn a_form_is_made_once_and_another_version_is_another_form() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let first = new(0xF1, " Gas, yearly ", questions());
    let made: FormMade = make(&dora, &first).await.ok();
    assert_eq!(
        (made.id, made.name.as_str()),
        (Some(first.id), "Gas, yearly")
    );
    assert!(!made.is_there);
    // The answer was lost, and it is asked for again.
    let again: FormMade = make(&dora, &first).await.ok();
    assert_eq!(again, made);
    assert_eq!(names(&dora).await, ["Gas, yearly"]);
    // The same id for something else.
    let other = new(0xF1, "Gas", questions()[..1].to_vec());
    assert_eq!(make(&dora, &other).await.status, 400);
    server.clock.set(at(NOON).plus_ms(60_000));
    let second = NewForm {
        version_of: Some(first.id),
        ..new(0xF2, "whatever", questions()[..1].to_vec())
    };
    let made: FormMade = make(&dora, &second).await.ok();
    assert_eq!(made.name, "Gas, yearly (2)");
    // A version of a version is one of the same form; nothing new is no new version.
    server.clock.set(at(NOON).plus_ms(120_000));
    let third = NewForm {
        version_of: Some(second.id),
        ..new(0xF3, "whatever", questions()[2..].to_vec())
    };
    let made: FormMade = make(&dora, &third).await.ok();
    assert_eq!(made.name, "Gas, yearly (3)");
    let same = NewForm {
        version_of: Some(third.id),
        ..new(0xF4, "whatever", questions())
    };
    let made: FormMade = make(&dora, &same).await.ok();
    assert_eq!((made.id, made.is_there), (Some(first.id), true));
    // Another form before them by name, and what a job asks for.
    make(&dora, &new(0xF5, "Air", questions())).await;
    let ordered = ["Air", "Gas, yearly (3)", "Gas, yearly (2)", "Gas, yearly"];
    assert_eq!(names(&dora).await, ordered);
    let path = format!("{}/{}", paths::FORMS, second.id);
    let shown: OfficeForm = dora.get(&path).await.ok();
    assert_eq!(shown.form.questions, questions()[..1]);
    let versions: Vec<_> = shown.versions.iter().map(|line| line.id).collect();
    assert_eq!(versions, [third.id, second.id, first.id]);
    // Nothing of it is seen elsewhere.
    let dana = server.sign_in(DANA).await;
    assert_eq!(names(&dana).await, Vec::<String>::new());
    assert_eq!(dana.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_form_says_how_many_tasks_ask_for_it() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let form = new(0xF1, "Gas", questions());
    make(&dora, &form).await;
    server.put_job(1, ANNA).await;
    let task = ServiceTask {
        id: TaskId(Uuid::from_u128(0x71)),
        job: job(1, None).id,
        place: 1,
        title: "Check".into(),
        status: TaskStatus::Open,
        asset: None,
        template: Some(form.id),
    };
    server.put(NORDHAUS, &Record::Task(task)).await;
    let forms: Forms = dora.get(paths::FORMS).await.ok();
    assert_eq!((forms.forms[0].tasks, forms.forms[0].questions), (1, 3));
}

#[tokio::test]
async fn a_form_that_no_phone_could_ask_is_refused() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let hangs = |item: &str, on: &str| {
        let mut question = Question::new(item, "Is it?", QuestionKind::YesNo);
        question.when = Some(Condition {
            item: on.into(),
            test: Test::any_of(&[YES]),
        });
        question
    };
    let number = |min: &str, max: &str| {
        let kind = QuestionKind::Number {
            min: Some(min.into()),
            max: Some(max.into()),
            unit: String::new(),
        };
        vec![Question::new("n", "How much?", kind)]
    };
    let many = |count: usize| -> Vec<Question> {
        let one = |n| Question::new(&format!("q{n}"), "Is it?", QuestionKind::YesNo);
        (0..count).map(one).collect()
    };
    let long = "x".repeat(limits::LINE_CHARS);
    let lists: Vec<Question> = (0..limits::QUESTIONS)
        .map(|n| {
            let options = (0..limits::CHOICES).map(|at| format!("{at}{}", &long[..20]));
            let options = options.collect();
            Question::new(&format!("q{n}"), &long, QuestionKind::Choice { options })
        })
        .collect();
    for (name, questions, status) in [
        ("", questions(), 400),
        ("Gas", Vec::new(), 400),
        ("Gas", vec![hangs("a", "b"), hangs("b", "a")], 400),
        ("Gas", vec![hangs("a", "a")], 400),
        ("Gas", number("9", "1"), 400),
        ("Gas", number("nine", "1"), 400),
        ("Gas", many(limits::QUESTIONS + 1), 400),
        ("Gas", lists, 413),
        (&"x".repeat(limits::TITLE_CHARS + 1), many(1), 400),
        ("Most", many(limits::QUESTIONS), 200),
    ] {
        let answer = make(&dora, &new(0xF1, name, questions)).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.body);
    }
    for body in [
        json!(null),
        json!({"id": "none", "name": "Gas", "questions": []}),
        json!({"id": Uuid::nil(), "name": "Gas", "questions": {}}),
    ] {
        assert_eq!(dora.post(paths::FORMS, body).await.status, 400);
    }
    assert_eq!(names(&dora).await, ["Most"]);
}

#[tokio::test]
async fn a_workbook_says_what_would_become_of_it_and_then_becomes_a_form_once() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let query = "?dry_run=true&file=Weekly%20check.xlsx&name=Weekly";
    let dry: FormImported = import(&dora, query, WORKBOOK).await.ok();
    assert_eq!((dry.form.id, dry.form.is_there), (None, false));
    assert_eq!(dry.form.name, "Weekly");
    assert_eq!(names(&dora).await, Vec::<String>::new());
    let read = read_form(WORKBOOK, None).unwrap();
    assert_eq!(dry.rows.len(), read.report.rows.len());
    for row in &dry.rows {
        assert_eq!(row.said.len(), row.notes.len());
        assert!(row.said.iter().all(|said| !said.code.is_empty()), "{row:?}");
    }
    assert_eq!(dry.questions, read.questions);
    let done: FormImported = import(&dora, "?name=Weekly", WORKBOOK).await.ok();
    assert_eq!((&done.rows, &done.form.name), (&dry.rows, &dry.form.name));
    let again: FormImported = import(&dora, "?name=Weekly", WORKBOOK).await.ok();
    assert!(again.form.is_there);
    assert_eq!(again.form.id, done.form.id);
    assert_eq!(names(&dora).await, ["Weekly"]);
}

fn bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("xl/workbook.xml", options).unwrap();
    let zeros = vec![0_u8; 1024 * 1024];
    for _ in 0..300 {
        zip.write_all(&zeros).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn what_is_no_workbook_is_refused_and_says_why() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let jobs = include_bytes!("../data/jobs.xlsx");
    let large = vec![0; 17 * 1024 * 1024];
    for (query, bytes, status, said) in [
        ("", &b""[..], 400, "no workbook"),
        ("", b"type,name,label", 400, "no workbook"),
        ("", b"PK\x03\x04 and nothing", 400, "cannot be unpacked"),
        ("", &jobs[..], 400, "no sheet \"survey\""),
        ("", &bomb(), 400, ""),
        ("", &large, 413, "16 MiB"),
        ("?language=Klingon", WORKBOOK, 400, "no labels in"),
    ] {
        let answer = import(&dora, query, bytes).await;
        assert_eq!(answer.status, status, "{query} {}", answer.body);
        let error = answer.error();
        assert!(error.message.contains(said), "{}", error.message);
    }
    // Whoever asks for codes gets them in the answer.
    for (bytes, code) in [
        (&b""[..], "empty_no_workbook"),
        (b"\x89PNG\r\n\x1A\n\0\0", "other_no_workbook"),
        (&jobs[..], "no_survey"),
    ] {
        let flawed: FormImported = import(&dora, "?coded=true", bytes).await.ok();
        let flaw = flawed.flaw.unwrap();
        assert_eq!((flaw.code.as_str(), flawed.form.id), (code, None));
        assert!(!flaw.text.is_empty());
    }
    assert_eq!(
        import(&dora, "?dry_run=perhaps", WORKBOOK).await.status,
        400
    );
    assert_eq!(names(&dora).await, Vec::<String>::new());
}

/// What the importer makes can be opened in the builder and saved as it is.
#[test]
fn what_is_imported_is_what_the_builder_takes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/xlsform");
    let mut books = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().contains(".xls") {
            continue;
        }
        let form = read_form(&std::fs::read(&path).unwrap(), None).unwrap();
        let flaws = check::flaws("Form", &form.questions);
        if form.questions.iter().any(|one| one.kind.wants_answer()) {
            assert_eq!(flaws, [], "{}", path.display());
        }
        books += 1;
    }
    assert_eq!(books, 16);
}
