//! What happened, which a company remembers for as long as it wants, and who says so.

use crate::phone::Phone;
use crate::retention::{later, set};
use crate::support::*;
use afield_domain::CompanyId;
use afield_domain::Timestamp;
use afield_protocol::*;
use afield_server::maintenance::run_maintenance;
use serde_json::json;

fn happened(seq: u64, received_at: Timestamp) -> Activity {
    Activity {
        seq,
        actor: "Anna".into(),
        brought_by: String::new(),
        was_accepted: false,
        job: job(1, None).id,
        job_number: "J-1".into(),
        job_title: String::new(),
        made_at: received_at,
        received_at,
        what: ActivityKind::Created,
    }
}

async fn add_activity(server: &Server, company: CompanyId, count: u64) {
    let mut tx = server.app.storage.write().await.unwrap();
    for _ in 0..count {
        let seq = tx.next_seq(company).await.unwrap();
        let activity = happened(seq, at(NOON));
        tx.add_activity(company, &activity).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_happened_is_remembered_as_long_as_the_company_wants() {
    let server = Server::start().await;
    set(&server, NORDHAUS, |settings| {
        settings.keep_activity_days = Some(40);
    })
    .await;
    add_activity(&server, NORDHAUS, 1001).await;
    add_activity(&server, HARBOR, 2).await;
    for (days, ms, expected) in [
        (40, 0, 0),
        (40, 1, 1001),
        (40, 2, 0),
        // As many days as the other has, which has set nothing.
        (90, 0, 0),
        (90, 1, 2),
    ] {
        later(&server, days, ms);
        let pruned = run_maintenance(&server.app).await.unwrap();
        assert_eq!(pruned.activity, expected, "day {days}");
    }
    set(&server, HARBOR, |settings| {
        settings.keep_activity_days = Some(0);
    })
    .await;
    add_activity(&server, HARBOR, 2).await;
    later(&server, 4000, 0);
    let pruned = run_maintenance(&server.app).await.unwrap();
    assert_eq!(pruned.activity, 0, "for ever");
}

#[tokio::test]
async fn pushes_go_on_while_much_is_forgotten() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    add_activity(&server, NORDHAUS, 3000).await;
    later(&server, 91, 0);
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let pushes = async {
        for n in 0..20 {
            let note = phone.note(job, &format!("note {n}"));
            assert_eq!(anna.push(&[note]).await, ["applied"]);
        }
    };
    let (pruned, ()) = in_time(async { tokio::join!(run_maintenance(&server.app), pushes) }).await;
    assert_eq!(pruned.unwrap().activity, 3000);
    assert_eq!(server.notes(NORDHAUS, job).await, 20);
    let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
    assert_eq!(board.activity.len(), 20);
}

#[tokio::test]
async fn an_app_that_does_not_know_the_settings_leaves_them() {
    let server = Server::start().await;
    set(&server, NORDHAUS, |settings| {
        settings.keep_files_days = Some(400);
    })
    .await;
    let ada = server.sign_in(ADA).await;
    let page: CompanyPage = ada.get(paths::COMPANY).await.ok();
    let mut settings = serde_json::to_value(&page.settings).unwrap();
    for name in ["keep_activity_days", "keep_files_days"] {
        assert!(settings.as_object_mut().unwrap().remove(name).is_some());
    }
    settings["window_days"] = json!(7);
    let change = json!({ "version": page.version, "settings": settings });
    let answer = ada.ask("PUT", paths::COMPANY, Some(change)).await;
    let CompanyAnswer::Saved(saved) = answer.ok() else {
        panic!("{}", answer.body);
    };
    let stands = &saved.settings;
    assert_eq!(stands.window_days, 7);
    assert_eq!(stands.keep_activity_days, Some(90));
    assert_eq!(stands.keep_files_days, Some(400));
    assert_eq!(saved.trail.len(), 1);
}
