//! Edits of fields that meet: who wins, what is kept, who hears of it.

use crate::cache::Cache;
use crate::client::{Client, short};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;

pub(crate) fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.into())
}

/// The title from `base` to `new`.
pub(crate) fn title(base: &str, new: &str) -> FieldEdit {
    FieldEdit {
        item: String::new(),
        field: JobField::Title,
        base: text(base),
        new: text(new),
    }
}

pub(crate) fn moved(base: &Job, hours: i64) -> FieldEdit {
    let at = |ms: i64| FieldValue::Span {
        from: base.starts.plus_ms(ms),
        until: base.ends.plus_ms(ms),
    };
    FieldEdit {
        item: String::new(),
        field: JobField::Schedule,
        base: at(0),
        new: at(hours * 3_600_000),
    }
}

/// A server at half past noon, with a job of Anna's.
async fn afternoon() -> (Server, Job) {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    server.clock.advance(30 * 60_000);
    (server, job)
}

/// Pushes one mutation; the verdict in short, and the conflicts among its records.
async fn push_one(client: &Client, mutation: &Mutation) -> (String, Vec<Conflict>) {
    let answer: PushResponse = client.push_raw(std::slice::from_ref(mutation)).await.ok();
    let verdict = answer.verdicts.into_iter().next().unwrap().verdict;
    let name = short(&verdict);
    let (Verdict::Applied { records } | Verdict::Merged { records }) = verdict else {
        return (name, Vec::new());
    };
    let conflict = |row: Versioned| match row.record {
        Record::Conflict(conflict) => Some(conflict),
        _ => None,
    };
    (name, records.into_iter().filter_map(conflict).collect())
}

/// Anna's and the office's edit arrive in both orders: the same job comes of it, and the second
/// to arrive meets a conflict that keeps what lost.
async fn check(
    annas: impl Fn(&Job) -> (i64, FieldEdit),
    doras: impl Fn(&Job) -> (i64, FieldEdit),
    expected: Winner,
) {
    let mut ends = Vec::new();
    for anna_first in [true, false] {
        let (server, job) = afternoon().await;
        let (minute, edit) = annas(&job);
        let annas = (
            server.sign_in(ANNA).await,
            Phone::of(ANNA).edit(minute, job.id, edit),
        );
        let (minute, edit) = doras(&job);
        let doras = (
            server.sign_in(DORA).await,
            Phone::of(DORA).edit(minute, job.id, edit),
        );
        let (first, second) = if anna_first {
            (annas, doras)
        } else {
            (doras, annas)
        };
        let (verdict, conflicts) = push_one(&first.0, &first.1).await;
        assert_eq!((verdict.as_str(), conflicts), ("applied", Vec::new()));
        let (verdict, conflicts) = push_one(&second.0, &second.1).await;
        assert_eq!((verdict.as_str(), conflicts.len()), ("merged", 1));
        // `expected` is told as Anna sees it.
        let is_annas = conflicts[0].author == ANNA;
        assert_eq!(is_annas, (conflicts[0].winner == expected), "{conflicts:?}");
        let job = server.job(job.id).await;
        assert_eq!(job.field(conflicts[0].field), *conflicts[0].winning());
        ends.push(job);
    }
    assert_eq!(ends[0], ends[1]);
}

#[tokio::test]
async fn the_later_title_wins_in_whatever_order_they_arrive() {
    let new = |minute, new: &'static str| move |job: &Job| (minute, title(&job.title, new));
    check(new(10, "Heater"), new(5, "Pump"), Winner::Mine).await;
    check(new(5, "Heater"), new(10, "Pump"), Winner::Theirs).await;
    // At the same moment the order of arrival still decides nothing.
    check(new(5, "Heater"), new(5, "Pump"), Winner::Theirs).await;
}

#[tokio::test]
async fn the_office_s_schedule_wins_whoever_was_later() {
    for minute in [1, 20] {
        let annas = move |job: &Job| (minute, moved(job, 1));
        check(annas, |job| (10, moved(job, 2)), Winner::Theirs).await;
    }
}

#[tokio::test]
async fn what_meets_nothing_is_applied_and_what_is_there_already_is_nothing() {
    let (server, job) = afternoon().await;
    let anna = server.sign_in(ANNA).await;
    let dora = server.sign_in(DORA).await;
    let mut phone = Phone::of(ANNA);
    let office = Phone::of(DORA).edit(1, job.id, moved(&job, 1));
    assert_eq!(push_one(&dora, &office).await.0, "applied");
    let other = phone.edit(0, job.id, title(&job.title, "Heater"));
    assert_eq!(
        push_one(&anna, &other).await,
        ("applied".into(), Vec::new())
    );
    let same = phone.edit(0, job.id, title(&job.title, "Heater"));
    assert_eq!(push_one(&anna, &same).await.0, "already");
    let rev = server.record(NORDHAUS, job.id.into()).await.unwrap().rev;
    assert_eq!(rev, Rev(3));
}

#[tokio::test]
async fn a_merged_verdict_comes_again_byte_for_byte_and_the_board_shows_what_happened_once() {
    let (server, job) = afternoon().await;
    let anna = server.sign_in(ANNA).await;
    let dora = server.sign_in(DORA).await;
    push_one(
        &dora,
        &Phone::of(DORA).edit(1, job.id, title(&job.title, "Pump")),
    )
    .await;
    let late = [Phone::of(ANNA).edit(5, job.id, title(&job.title, "Heater"))];
    let first = anna.push_raw(&late).await;
    assert_eq!(anna.push_raw(&late).await.body, first.body);
    let board: BoardResponse = dora.get(paths::BOARD).await.ok();
    let edited = |field| ActivityKind::Edited {
        fields: vec![field],
    };
    let what: Vec<_> = board
        .activity
        .into_iter()
        .map(|activity| activity.what)
        .collect();
    let field = JobField::Title;
    let expected = [
        ActivityKind::Conflict { field },
        edited(field),
        edited(field),
    ];
    assert_eq!(what, expected);
    let shown = &board.jobs[0];
    assert_eq!((shown.notes, shown.job.title.as_str()), (0, "Heater"));
    assert_eq!(shown.updated_at, at(NOON).plus_ms(30 * 60_000));
}

/// A title that Dora changed first and Anna after, so that there is an entry; then all pull.
async fn with_conflict() -> (Server, Job, Conflict) {
    let (server, job) = afternoon().await;
    let dora = server.sign_in(DORA).await;
    push_one(
        &dora,
        &Phone::of(DORA).edit(9, job.id, title(&job.title, "Pump")),
    )
    .await;
    let annas = Phone::of(ANNA).edit(5, job.id, title(&job.title, "Heater"));
    let (_, conflicts) = push_one(&server.sign_in(ANNA).await, &annas).await;
    let conflict = conflicts.into_iter().next().unwrap();
    assert_eq!(conflict.losing(), &text("Heater"));
    assert_eq!(conflict.their_name, "Dora");
    (server, job, conflict)
}

#[tokio::test]
async fn an_entry_is_held_by_whoever_has_the_job_and_by_nobody_else() {
    let (server, job, conflict) = with_conflict().await;
    let anna = server.sign_in(ANNA).await;
    let ben = server.sign_in(BEN).await;
    let (mut annas, mut bens) = (Cache::default(), Cache::default());
    let entry = format!("conflict {:x}", conflict.id.0.as_u128());
    assert!(annas.all(&anna, 100).await.contains(&format!("+{entry}")));
    assert_eq!(bens.all(&ben, 100).await, [""; 0]);
    let job = Job {
        assignee: Some(BEN),
        ..server.job(job.id).await
    };
    server.put(NORDHAUS, &Record::Job(job)).await;
    assert!(annas.all(&anna, 100).await.contains(&format!("-{entry}")));
    assert_eq!(annas.held(), [""; 0]);
    assert!(bens.all(&ben, 100).await.contains(&format!("+{entry}")));
}

#[tokio::test]
async fn keeping_mine_and_reverting_settle_the_entry_and_tell_the_phone() {
    for value in ["Heater", "Pump"] {
        let (server, job, conflict) = with_conflict().await;
        let anna = server.sign_in(ANNA).await;
        let mut cache = Cache::default();
        cache.all(&anna, 100).await;
        let mut phone = Phone::of(ANNA);
        phone.edit(0, job.id, title("", "taken"));
        let mut settling = phone.edit(20, job.id, title("Pump", value));
        let Op::EditJob { settles, .. } = &mut settling.op else {
            panic!();
        };
        *settles = Some(conflict.id);
        let (verdict, settled) = push_one(&anna, &settling).await;
        assert_eq!((verdict.as_str(), settled.len()), ("applied", 1));
        let settlement = settled[0].settled.as_ref().unwrap();
        assert_eq!(
            (settlement.by.as_str(), &settlement.value),
            ("Anna", &text(value))
        );
        assert_eq!(server.job(job.id).await.title, value);
        let entry = format!("+conflict {:x}", conflict.id.0.as_u128());
        assert!(cache.all(&anna, 100).await.contains(&entry));
    }
}

#[tokio::test]
async fn a_field_of_another_build_or_of_another_role_changes_nothing() {
    let (server, job) = afternoon().await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let handing_over = FieldEdit {
        item: String::new(),
        field: JobField::Assignee,
        base: text(&ANNA.to_string()),
        new: text(&BEN.to_string()),
    };
    let forbidden = phone.edit(0, job.id, handing_over);
    assert_eq!(push_one(&anna, &forbidden).await.0, "forbidden");
    let empty = phone.edit(0, job.id, title(&job.title, " "));
    assert_eq!(push_one(&anna, &empty).await.0, "invalid");
    let tomorrow = phone.edit(0, job.id, title(&job.title, "Heater"));
    let mut body = serde_json::to_value(PushRequest {
        device: phone.device,
        ack_below: Seq(0),
        epoch: None,
        asks: Vec::new(),
        review: false,
        mutations: vec![tomorrow.clone()],
    })
    .unwrap();
    body["mutations"][0]["op"]["edits"][0]["field"] = "colour".into();
    for _ in 0..2 {
        let answer: PushResponse = anna.post(paths::PUSH, body.clone()).await.ok();
        assert_eq!(short(&answer.verdicts[0].verdict), "unknown_op");
    }
    assert_eq!(server.job(job.id).await, job);
    // No trace was kept: a server that knows the field takes the same mutation.
    assert_eq!(push_one(&anna, &tomorrow).await.0, "applied");
}

/// Found by moving an installation: PostgreSQL keeps such a text in JSON, and fails whatever looks into it then.
#[tokio::test]
async fn a_letter_that_a_database_does_not_know_holds_nothing_up() {
    let (server, job) = afternoon().await;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut phone = Phone::of(ANNA);
    let doras = Phone::of(DORA).edit(5, job.id, title(&job.title, "Pu\0mp"));
    assert_eq!(push_one(&dora, &doras).await.0, "applied");
    let (verdict, conflicts) =
        push_one(&anna, &phone.edit(1, job.id, title(&job.title, "Hea\0ter"))).await;
    assert_eq!((verdict.as_str(), conflicts.len()), ("merged", 1));
    let note = phone.note(job.id, "a\0b \\u0000");
    assert_eq!(push_one(&anna, &note).await.0, "applied");
    let open: Found = dora.get(paths::CONFLICTS).await.ok();
    let is_conflict = |row: &&Versioned| matches!(row.record, Record::Conflict(_));
    assert_eq!(open.records.iter().filter(is_conflict).count(), 1);
    let told: PullResponse = anna.pull(None, 250).await.ok();
    let notes = told.changes.iter().filter_map(|change| match change {
        Change::Upsert(copy) => match &copy.record {
            Record::Note(note) => Some(note.text.replace('\0', "")),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(notes.collect::<Vec<_>>(), ["ab \\u0000"]);
}
