//! One record that cannot be read keeps nobody from the others.

use crate::cache::Cache;
use crate::events::Stream;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::http::StatusCode;
use uuid::Uuid;

/// Runs SQL on the server's data, as a fault or another build may have left it.
async fn leave(server: &Server, sql: &str) {
    assert!(run_sql(server.folder.path(), sql).await > 0, "{sql}");
}

/// What becomes of the row of job 1, as SQL.
const DAMAGES: [(&str, &str); 6] = [
    ("half a JSON", "data = substr(data, 1, 40)"),
    ("nothing", "data = ''"),
    (
        "another record",
        r#"data = '{"module":"spaceship","crew":1}'"#,
    ),
    (
        "a status of a newer build",
        "data = json_set(data, '$.status', 'teleported')",
    ),
    (
        "a field of a newer build",
        "data = json_set(data, '$.colour', 'red')",
    ),
    ("damaged stamps", "stamps = '[{'"),
];

/// Whether the board, and a phone of this build, cannot show the record either.
fn hides(damage: &str) -> bool {
    !matches!(damage, "a field of a newer build" | "damaged stamps")
}

#[tokio::test]
async fn a_damaged_job_holds_its_own_lane_and_nothing_else() {
    for (damage, sql) in DAMAGES {
        let server = Server::start().await;
        let broken = server.put_job(1, ANNA).await;
        let whole = server.put_job(2, ANNA).await;
        let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
        let mut cache = Cache::default();
        cache.all(&anna, 10).await;
        let change = format!(
            "UPDATE records SET {sql}, change_seq = 90 WHERE id = '{}'",
            broken.id
        );
        leave(&server, &change).await;
        leave(&server, "UPDATE companies SET change_seq = 100").await;

        let mut phone = Phone::of(ANNA);
        let mut batch = vec![
            phone.status(broken.id, JobStatus::EnRoute),
            phone.status(broken.id, JobStatus::Started),
            phone.status(whole.id, JobStatus::EnRoute),
        ];
        batch[1].depends_on = vec![batch[0].id];
        for _ in 0..2 {
            let verdicts = anna.push(&batch).await;
            assert_eq!(verdicts, ["retry", "applied"], "{damage}");
        }
        assert_eq!(server.job(whole.id).await.status, JobStatus::EnRoute);

        let board: BoardResponse = dora.get(paths::BOARD).await.ok();
        let shown: Vec<JobId> = board.jobs.iter().map(|job| job.job.id).collect();
        assert_eq!(shown.contains(&broken.id), !hides(damage), "{damage}");
        assert!(shown.contains(&whole.id), "{damage}");
        assert_eq!(board.unreadable, u64::from(hides(damage)), "{damage}");

        // The phone keeps its copy, learns of the rest and goes on.
        cache.all(&anna, 10).await;
        assert_eq!(cache.held(), ["job 700001", "job 700002"], "{damage}");
        let mut fresh = Cache::default();
        fresh.all(&anna, 10).await;
        assert_eq!(
            fresh.records.contains_key(&broken.id.into()),
            !hides(damage)
        );
        // What is whole and only newer is for the phone to judge.
        let is_newer = damage == "a status of a newer build";
        assert_eq!(fresh.unread, usize::from(is_newer), "{damage}");

        // Mended, the lane goes on.
        let data = serde_json::to_string(&Record::Job(broken.clone())).unwrap();
        let mended = format!(
            "UPDATE records SET data = '{data}', stamps = '[]' WHERE id = '{}'",
            broken.id
        );
        leave(&server, &mended).await;
        assert_eq!(anna.push(&batch).await, ["applied"; 3], "{damage}");
    }
}

#[tokio::test]
async fn what_a_newer_build_wrote_is_not_overwritten_with_less() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let change = "UPDATE records SET data = json_set(data, '$.checklist', json('[{\"item\":\"a\",\"text\":\"A\",\
                  \"kind\":\"yes_no\",\"colour\":\"red\"}]'))";
    leave(&server, change).await;
    let anna = server.sign_in(ANNA).await;
    let start = [Phone::of(ANNA).status(job.id, JobStatus::EnRoute)];
    assert_eq!(anna.push(&start).await, ["retry"]);
    let mut tx = server.app.storage.read().await.unwrap();
    let rows = tx.records(NORDHAUS, &[job.id.into()]).await.unwrap();
    assert!(rows[0].data.contains("colour"));
}

#[tokio::test]
async fn rows_around_a_job_that_a_newer_build_wrote_are_left_out() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut phone = Phone::of(ANNA);
    let note = [phone.note(job.id, "wet")];
    assert_eq!(anna.push(&note).await, ["applied"]);
    let newer = Uuid::from_u128(0x99);
    let (company, id) = (NORDHAUS.0, job.id.0);
    for sql in [
        format!(
            "INSERT INTO record_links VALUES ('{company}', 'job', '{id}', 'spaceship', '{newer}')"
        ),
        format!(
            "INSERT INTO records (company, module, id, rev, change_seq, scope_seq, deleted, parent_module, \
             parent_id, data, updated_at) VALUES ('{company}', 'spaceship', '{newer}', 1, 1, 1, 0, 'job', '{id}', \
             '{{}}', 0)"
        ),
        format!(
            "INSERT INTO departures VALUES ('{company}', 1, 'customer', '{newer}', NULL, \
             '[[\"spaceship\",\"{newer}\"]]', 0)"
        ),
        format!("INSERT INTO activity VALUES ('{company}', 5000, '{{\"what\":')"),
        "UPDATE companies SET change_seq = 5000".to_owned(),
        format!("UPDATE users SET role = 'pilot' WHERE id = '{}'", BEN.0),
    ] {
        leave(&server, &sql).await;
    }
    let mut cache = Cache::default();
    cache.all(&anna, 10).await;
    assert_eq!(cache.records.len(), 2, "{:?}", cache.held());
    let board = dora.get(paths::BOARD).await;
    assert_eq!(board.status, StatusCode::OK, "{}", board.body);
    let board: BoardResponse = board.ok();
    assert_eq!((board.jobs.len(), board.activity.len()), (1, 1));
    let finish = [
        phone.status(job.id, JobStatus::EnRoute),
        phone.status(job.id, JobStatus::Started),
        phone.status(job.id, JobStatus::Finished),
    ];
    assert_eq!(anna.push(&finish).await, ["applied"; 3]);
}

#[tokio::test]
async fn a_role_of_a_newer_build_has_no_rights_until_that_build_is_back() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, ben) = (server.sign_in(ANNA).await, server.sign_in(BEN).await);
    let work = [Phone::of(ANNA).note(job, "wet")];
    let set_role = async |role: &str| {
        let change = format!("UPDATE users SET role = '{role}' WHERE id = '{}'", ANNA.0);
        leave(&server, &change).await;
    };
    set_role("pilot").await;
    for answer in [
        anna.push_raw(&work).await,
        anna.pull(None, 10).await,
        anna.get(paths::BOARD).await,
        anna.get(paths::SESSION).await,
        server.nobody().try_sign_in(&email(ANNA), PASSWORD).await,
    ] {
        assert_eq!(
            answer.status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{}",
            answer.body
        );
        assert_eq!(answer.error().code, ErrorCode::Internal);
    }
    assert_eq!(server.notes(NORDHAUS, job).await, 0);
    assert_eq!(ben.pull(None, 10).await.status, StatusCode::OK);
    // Her phone has kept everything, her session too.
    set_role("technician").await;
    assert_eq!(anna.push(&work).await, ["applied"]);
}

#[tokio::test]
async fn activity_that_does_not_read_stops_no_board_however_much_of_it_there_is() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut phone = Phone::of(ANNA);
    anna.push(&[phone.note(job, "before")]).await;
    let board: BoardResponse = dora.get(paths::BOARD).await.ok();
    let heard = board.activity[0].seq;
    let company = NORDHAUS.0;
    for sql in [
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
             INSERT INTO activity SELECT '{company}', {heard} + i, '{{\"what\":' FROM n"
        ),
        "UPDATE companies SET change_seq = change_seq + 300".to_owned(),
    ] {
        leave(&server, &sql).await;
    }
    let board: BoardResponse = dora.get(paths::BOARD).await.ok();
    assert_eq!(board.activity[0].seq, heard, "the newest that reads");
    // Both for who has heard all and for who begins now.
    let after = format!("/api/v1/events?after={heard}");
    let mut streams = [
        Stream::open(&dora, &after, None).await,
        Stream::open(&dora, paths::EVENTS, None).await,
    ];
    anna.push(&[phone.note(job, "after")]).await;
    for stream in &mut streams {
        let told = stream.next().await.unwrap().activity.what;
        let text = "after".to_owned();
        assert_eq!(told, ActivityKind::Note { text });
    }
}
