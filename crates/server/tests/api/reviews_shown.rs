//! What the office is shown of what came too late, before and after it decides.

use crate::reviews::{Late, accept, decline};
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use uuid::Uuid;

#[tokio::test]
async fn what_the_changes_name_comes_with_them() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let note = Note {
        id: NoteId(Uuid::from_u128(0x91)),
        job: id,
        author: ANNA,
        author_name: "Anna".into(),
        text: "Valve ordered".into(),
        files: Vec::new(),
        made_at: at(NOON),
    };
    let form = FormTemplate {
        id: TemplateId(Uuid::from_u128(0x70)),
        name: "Gas check".into(),
        questions: vec![Question::new("tight", "Is it tight?", QuestionKind::YesNo)],
    };
    for record in [Record::Note(note.clone()), Record::Form(form.clone())] {
        late.server.put(NORDHAUS, &record).await;
    }
    let pushed = [
        late.phone.make(Op::Withdraw {
            part: note.id.into(),
            job: id,
        }),
        late.phone.make(Op::SubmitForm {
            submission: SubmissionId(Uuid::from_u128(0x71)),
            job: id,
            task: None,
            template: form.id,
            answers: vec![Answer {
                item: "tight".into(),
                value: FieldValue::Text("yes".into()),
            }],
        }),
    ];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 2]);
    let group = late.page().await.groups.remove(0);
    let keys: Vec<_> = group.records.iter().map(|row| row.record.key()).collect();
    for key in [id.into(), note.id.into(), form.id.into()] {
        assert!(keys.contains(&Some(key)), "{key}: {keys:?}");
    }
    assert_eq!(group.was, None);
}

#[tokio::test]
async fn what_was_accepted_is_told_as_accepted_and_not_as_out_of_a_rescue_file() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let (wanted, unwanted) = (late.phone.note(id, "wet"), late.phone.note(id, "dry"));
    for (note, decide) in [(wanted, accept()), (unwanted, decline("Not so"))] {
        late.anna.push(std::slice::from_ref(&note)).await;
        assert_eq!(late.decide(&[note.id], decide).await, ReviewOutcome::Done);
    }
    let path = format!("{}/{id}", paths::JOBS);
    let page: OfficeJob = late.dora.get(&path).await.ok();
    let told = page.activity.iter().filter(|one| one.brought_by == "Dora");
    let told: Vec<(bool, bool)> = told
        .map(|one| {
            let is_note = matches!(one.what, ActivityKind::Note { .. });
            (is_note, one.was_accepted)
        })
        .collect();
    // The newest first: what was declined was accepted by nobody.
    assert_eq!(told, [(false, false), (true, true)]);
}

#[tokio::test]
async fn so_many_bytes_of_groups_are_in_an_answer_and_the_rest_is_counted() {
    let mut late = Late::new().await;
    let mut ids = Vec::new();
    for n in 2..5 {
        let job = late.server.put_job(n, ANNA).await;
        late.server
            .put(
                NORDHAUS,
                &Record::Job(Job {
                    assignee: Some(BEN),
                    ..job.clone()
                }),
            )
            .await;
        let texts = (0..30).map(|_| "x".repeat(limits::NOTE_CHARS));
        let notes: Vec<_> = texts.map(|text| late.phone.note(job.id, &text)).collect();
        for some in notes.chunks(5) {
            assert!(
                late.anna
                    .push(some)
                    .await
                    .iter()
                    .all(|it| it == "in_review")
            );
        }
        ids.push(job.id);
    }
    let page = late.page().await;
    let shown: usize = page.groups.iter().map(|group| group.entries.len()).sum();
    assert_eq!((shown as u64) + page.more, 90);
    assert_eq!(page.groups[0].job, ids[0]);
    assert!(page.groups[0].entries.len() == 30, "no half of a group");
    let bytes = serde_json::to_vec(&page).unwrap().len();
    let one = serde_json::to_vec(&page.groups[0]).unwrap().len();
    assert!(bytes < 512 * 1024 + one + 1024, "{bytes}");
    assert!(page.more > 0, "{bytes}");
}
