//! A device tells of the work that stands on it alone; a browser that comes back empty is noticed.

use crate::client::Client;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures::StreamExt as _;
use serde_json::json;
use uuid::Uuid;

/// A browser: keeps the cookie that names it.
struct Browser {
    client: Client,
    user: UserId,
}

impl Browser {
    async fn of(server: &Server, user: UserId) -> Self {
        let client = server.sign_in(user).await;
        Self { client, user }
    }

    async fn tells(&mut self, device: u128, unsent: u64, files: u64, heard: bool) -> DeviceAnswer {
        let report = DeviceReport {
            device: DeviceId(Uuid::from_u128(device)),
            user: self.user,
            unsent,
            files,
            oldest: None,
            parked: 0,
            phone: None,
            by_job: None,
            as_of: None,
            number: None,
            heard,
        };
        let body = serde_json::to_value(report).unwrap();
        let answer = self.client.post(paths::DEVICE, body).await;
        if let Some(named) = answer.cookie() {
            let set = answer.header("set-cookie");
            assert!(
                set.contains("HttpOnly; SameSite=Strict; Max-Age=34560000"),
                "{set}"
            );
            let session = self.client.cookie.take().unwrap();
            assert!(!session.contains(';'), "it had one");
            self.client.cookie = Some(format!("{session}; {named}"));
        }
        answer.ok()
    }

    fn forget_the_browser(&mut self) {
        let session = self.client.cookie.take().unwrap();
        self.client.cookie = session.split(';').next().map(str::to_owned);
    }
}

/// What the office reads: how many changes and files, and whether they were cleared; the newest first.
async fn office(server: &Server) -> Vec<(String, u64, u64, bool)> {
    let dora = server.sign_in(DORA).await;
    let board: BoardResponse = dora.get(paths::BOARD).await.ok();
    board
        .activity
        .into_iter()
        .filter_map(|activity| match activity.what {
            ActivityKind::Left {
                unsent,
                files,
                cleared,
                ..
            } => Some((activity.actor, unsent, files, cleared)),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn who_comes_back_empty_learns_what_is_gone_and_so_does_the_office_once() {
    let server = Server::start().await;
    let mut anna = Browser::of(&server, ANNA).await;
    assert_eq!(anna.tells(1, 3, 2, false).await, DeviceAnswer::default());
    // The same device signs in again: nothing is gone.
    assert_eq!(anna.tells(1, 3, 2, false).await, DeviceAnswer::default());
    assert_eq!(office(&server).await, []);

    let lost = anna.tells(2, 0, 0, false).await.lost.unwrap();
    assert_eq!((lost.unsent, lost.files, lost.told_at), (3, 2, at(NOON)));
    // The answer may have been lost on its way.
    assert_eq!(anna.tells(2, 0, 0, false).await.lost, Some(lost));
    assert_eq!(anna.tells(2, 0, 0, true).await.lost, None);
    assert_eq!(anna.tells(2, 0, 1, false).await.lost, None);
    let told = [("Anna".to_owned(), 3, 2, true)];
    assert_eq!(office(&server).await, told);
}

#[tokio::test]
async fn a_second_phone_is_no_loss_and_without_its_cookie_only_the_office_is_told() {
    let server = Server::start().await;
    let mut phone = Browser::of(&server, ANNA).await;
    phone.tells(1, 3, 2, false).await;
    let mut laptop = Browser::of(&server, ANNA).await;
    assert_eq!(laptop.tells(7, 0, 0, false).await.lost, None);
    let one = ("Anna".to_owned(), 3, 2, false);
    assert_eq!(office(&server).await, std::slice::from_ref(&one));
    assert_eq!(laptop.tells(7, 1, 0, false).await.lost, None);
    // Cookie and storage are gone.
    phone.forget_the_browser();
    assert_eq!(phone.tells(2, 0, 0, false).await.lost, None);
    let two = ("Anna".to_owned(), 1, 0, false);
    assert_eq!(office(&server).await, [two, one.clone(), one]);
}

#[tokio::test]
async fn of_two_people_in_one_browser_each_is_told_of_their_own() {
    let server = Server::start().await;
    let mut anna = Browser::of(&server, ANNA).await;
    anna.tells(1, 3, 0, false).await;
    let named = anna.client.cookie.clone().unwrap();
    let named = named.split_once("; ").unwrap().1;
    let mut ben = Browser::of(&server, BEN).await;
    let session = ben.client.cookie.take().unwrap();
    ben.client.cookie = Some(format!("{session}; {named}"));
    assert_eq!(ben.tells(2, 0, 0, false).await.lost, None);
    assert_eq!(office(&server).await, [("Anna".to_owned(), 3, 0, true)]);
    assert_eq!(anna.tells(2, 0, 0, false).await.lost.unwrap().unsent, 3);
    assert_eq!(office(&server).await.len(), 1);
}

#[tokio::test]
async fn an_open_board_is_told_to_load_what_is_about_no_job() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let request = Request::get(paths::EVENTS).body(Body::empty()).unwrap();
    let mut body = dora.open(request).await.into_body().into_data_stream();
    let mut anna = Browser::of(&server, ANNA).await;
    anna.tells(1, 3, 0, false).await;
    anna.tells(2, 0, 0, false).await;
    let mut text = String::new();
    // A stream that has nothing to say gives signs of life for ever.
    in_time(async {
        while !text.contains(RELOAD) {
            let bytes = body.next().await.unwrap().unwrap();
            text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_report_is_refused() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    for (body, status) in [
        (json!({}), 400),
        (
            json!({"device": Uuid::from_u128(1), "user": BEN, "unsent": 1, "files": 0}),
            401,
        ),
        (
            json!({"device": Uuid::from_u128(1), "user": ANNA, "unsent": -1, "files": 0}),
            400,
        ),
        (
            json!({"device": Uuid::from_u128(1), "user": ANNA, "unsent": u64::MAX, "files": 0}),
            200,
        ),
    ] {
        let answer = anna.post(paths::DEVICE, body.clone()).await;
        assert_eq!(answer.status, status, "{body}");
    }
}

#[tokio::test]
async fn the_office_sees_each_phone_as_it_last_told_those_that_owe_first() {
    let server = Server::start().await;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let told = |user: UserId, device: u128, unsent: u64, files: u64| DeviceReport {
        device: DeviceId(Uuid::from_u128(device)),
        user,
        unsent,
        files,
        oldest: (unsent > 0).then_some(at(NOON)),
        parked: unsent.min(1),
        phone: Some(PhoneState {
            app: "1.2.3".into(),
            holds: Holds::All,
            ready: true,
            ..PhoneState::default()
        }),
        by_job: None,
        as_of: None,
        number: None,
        heard: false,
    };
    let seen = async || dora.get(paths::DEVICES).await.ok::<Devices>();
    assert!(seen().await.devices.is_empty());
    let reports = [told(ANNA, 1, 0, 0), told(ANNA, 2, 2, 1)];
    for report in &reports {
        let body = serde_json::to_value(report).unwrap();
        assert_eq!(anna.post(paths::DEVICE, body).await.status, 200);
        server.clock.advance(1_000);
    }
    let devices = seen().await.devices;
    let owed: Vec<_> = devices
        .iter()
        .map(|it| (it.unsent, it.parked, it.files))
        .collect();
    assert_eq!(owed, [(2, 1, 1), (0, 0, 0)]);
    let first = &devices[0];
    assert_eq!((first.user.id, first.device.0.as_u128()), (ANNA, 2));
    assert_eq!(first.phone, reports[1].phone);
    assert_eq!(anna.get(paths::PULL).await.status, 200);
    let spoke = seen().await.devices[0].seen_at;
    assert!(spoke.is_some_and(|at| at > first.told_at));
    // Its session is ended by an admin; what it owes stands there until it tells otherwise.
    let ada = server.sign_in(ADA).await;
    let change = serde_json::json!({"change": "end_session", "session": first.session});
    let path = format!("{}/{ANNA}", paths::PEOPLE);
    assert_eq!(ada.post(&path, change).await.status, 200);
    assert_eq!(anna.get(paths::PULL).await.status, 401);
    let devices = seen().await.devices;
    assert!(devices[0].session.is_empty() && devices[0].label.is_empty());
    assert_eq!(devices[0].unsent, 2);
    // Of who may not sign in any more no phone brings anything by itself.
    let disable = serde_json::json!({"change": "disable"});
    assert_eq!(ada.post(&path, disable).await.status, 200);
    assert!(seen().await.devices.is_empty());
}

/// A report of Anna's device `device`: so many changes and files of each job, by the contact at `as_of`.
pub(crate) fn counted(
    device: u128,
    jobs: &[(u128, u64, u64)],
    as_of: Option<Timestamp>,
) -> DeviceReport {
    let of = |(n, unsent, files): &(u128, u64, u64)| JobOwed {
        job: job(*n, None).id,
        unsent: *unsent,
        files: *files,
    };
    DeviceReport {
        device: DeviceId(Uuid::from_u128(device)),
        user: ANNA,
        unsent: jobs.iter().map(|(_, unsent, _)| unsent).sum(),
        files: jobs.iter().map(|(_, _, files)| files).sum(),
        oldest: None,
        parked: 0,
        phone: None,
        by_job: Some(ByJob {
            jobs: jobs.iter().map(of).collect(),
            more: 0,
        }),
        as_of,
        number: None,
        heard: false,
    }
}

pub(crate) async fn tell(client: &Client, report: &DeviceReport) -> DeviceAnswer {
    let body = serde_json::to_value(report).unwrap();
    client.post(paths::DEVICE, body).await.ok()
}

#[tokio::test]
async fn a_job_says_on_which_phones_something_of_it_is_and_as_of_when() {
    let server = Server::start().await;
    let ids = [job(1, Some(ANNA)), job(2, None)].map(|job| job.id);
    for job in [job(1, Some(ANNA)), job(2, None)] {
        server.put(NORDHAUS, &Record::Job(job)).await;
    }
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let page = async |n: usize| -> OfficeJob {
        let path = format!("{}/{}", paths::JOBS, ids[n - 1]);
        dora.get(&path).await.ok()
    };
    assert_eq!(page(1).await.phones, []);
    tell(&anna, &counted(1, &[(1, 3, 6), (2, 0, 1)], None)).await;
    let told_at = at(NOON);
    server.clock.advance(60_000);
    let one = page(1).await;
    let phone = &one.phones[0];
    assert_eq!((phone.user.id, phone.unsent, phone.files), (ANNA, 3, 6));
    assert_eq!((phone.told_at, phone.signed_out), (told_at, false));
    assert!(one.holder.is_some_and(|holder| holder.by_job));
    // Of whoever has it or not: it stands where it stands.
    let two = page(2).await;
    assert_eq!((two.phones[0].unsent, two.phones[0].files), (0, 1));
    // An app that does not count by job says nothing of any, rather than nothing there.
    let older = DeviceReport {
        by_job: None,
        ..counted(3, &[(1, 1, 0)], None)
    };
    tell(&anna, &older).await;
    let one = page(1).await;
    assert_eq!(one.phones.len(), 1);
    assert!(
        one.holder
            .is_some_and(|holder| !holder.by_job && holder.unsent == 4)
    );
    // What was sent is gone.
    tell(&anna, &counted(1, &[(2, 0, 1)], None)).await;
    assert_eq!(page(1).await.phones, []);
    // The session is over, and then its user may not sign in any more.
    let ada = server.sign_in(ADA).await;
    let devices: Devices = dora.get(paths::DEVICES).await.ok();
    let session = devices.devices[0].session.clone();
    let path = format!("{}/{ANNA}", paths::PEOPLE);
    let end = json!({"change": "end_session", "session": session});
    assert_eq!(ada.post(&path, end).await.status, 200);
    assert!(page(2).await.phones[0].signed_out);
    let disable = json!({"change": "disable"});
    assert_eq!(ada.post(&path, disable).await.status, 200);
    assert_eq!(page(2).await.phones, []);
}

#[tokio::test]
async fn a_report_that_comes_late_changes_nothing() {
    let server = Server::start().await;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let owed = async || {
        let devices: Devices = dora.get(paths::DEVICES).await.ok();
        (devices.devices[0].unsent, devices.devices[0].files)
    };
    let (first, second) = (at(NOON).plus_ms(-2_000), at(NOON).plus_ms(-1_000));
    assert!(!tell(&anna, &counted(1, &[], Some(second))).await.late);
    assert!(
        tell(&anna, &counted(1, &[(1, 2, 1)], Some(first)))
            .await
            .late
    );
    assert_eq!(owed().await, (0, 0));
    // What was counted after the same contact, or by an app that does not tell, counts as it comes.
    assert!(
        !tell(&anna, &counted(1, &[(1, 1, 0)], Some(second)))
            .await
            .late
    );
    assert_eq!(owed().await, (1, 0));
    // But for those that are numbered, which say their order.
    let numbered = |unsent, number| DeviceReport {
        number: Some(number),
        ..counted(1, &[(1, unsent, 0)], Some(second))
    };
    assert!(!tell(&anna, &numbered(6, 3)).await.late);
    assert!(tell(&anna, &numbered(7, 2)).await.late);
    assert_eq!(owed().await, (6, 0));
    let of_an_old_app = DeviceReport {
        by_job: None,
        ..counted(1, &[(1, 2, 0)], None)
    };
    assert!(!tell(&anna, &of_an_old_app).await.late);
    assert_eq!(owed().await, (2, 0));
    // What a clock that was set back has put into the future keeps nobody out.
    let ahead = at(NOON).plus_ms(60_000);
    assert!(
        !tell(&anna, &counted(1, &[(1, 3, 0)], Some(ahead)))
            .await
            .late
    );
    assert!(
        !tell(&anna, &counted(1, &[(1, 4, 0)], Some(second)))
            .await
            .late
    );
    assert_eq!(owed().await, (4, 0));
}

#[tokio::test]
async fn an_open_page_hears_of_a_phone_that_owes_otherwise_and_of_no_other() {
    let server = Server::start().await;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let request = Request::get(paths::EVENTS).body(Body::empty()).unwrap();
    let mut body = dora.open(request).await.into_body().into_data_stream();
    let told = counted(1, &[(1, 1, 0)], None);
    tell(&anna, &told).await;
    tell(&anna, &told).await;
    tell(&anna, &counted(1, &[(2, 1, 0)], None)).await;
    assert_eq!(of_phones(&mut body, 2).await, [vec![1], vec![1, 2]]);
}

/// Of which jobs of Anna's the next `count` words tell that an open page hears of phones.
pub(crate) async fn of_phones(body: &mut BodyDataStream, count: usize) -> Vec<Vec<u128>> {
    let mut text = String::new();
    in_time(async {
        while text.matches("event: phone\n").count() < count {
            let bytes = body.next().await.unwrap().unwrap();
            text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    })
    .await;
    let said = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let said = said.filter(|data| data.starts_with(PHONE_TOLD));
    let said: Vec<PhoneTold> = said
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    assert!(said.iter().all(|told| told.phone == ANNA));
    let jobs = said
        .iter()
        .map(|told| told.jobs.iter().map(|job| job.0.as_u128() & 0xFF).collect());
    jobs.collect()
}
