//! What an admin sets for their company: who may, within which bounds, what becomes of two at once, who is told.

use crate::cache::Cache;
use crate::client::{Answer, Client};
use crate::events::{Said, Stream};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::company::{CompanySettings, Setting, SettingFlaw};
use afield_domain::*;
use afield_protocol::*;

async fn page(client: &Client) -> CompanyPage {
    client.get(paths::COMPANY).await.ok()
}

async fn put(client: &Client, version: u64, settings: &CompanySettings) -> Answer {
    let change = CompanyChange {
        version,
        settings: settings.clone(),
    };
    let body = serde_json::to_value(change).unwrap();
    client.ask("PUT", paths::COMPANY, Some(body)).await
}

fn hours(expiry_hours: u32) -> CompanySettings {
    CompanySettings {
        expiry_hours,
        ..CompanySettings::default()
    }
}

fn told(page: &CompanyPage) -> Vec<(&str, &str, &str, &str)> {
    let changes = page.trail.iter();
    changes
        .map(|change| {
            let (by, setting) = (change.by_name.as_str(), change.setting.name());
            (by, setting, change.from.as_str(), change.to.as_str())
        })
        .collect()
}

#[tokio::test]
async fn an_admin_sets_what_they_have_seen_and_the_trail_says_what_and_who() {
    let server = Server::start().await;
    let (ada, dora) = (server.sign_in(ADA).await, server.sign_in(DORA).await);
    let before = page(&ada).await;
    assert_eq!((before.version, &before.trail[..]), (0, &[][..]));
    let wanted = CompanySettings {
        window_days: 7,
        contact_email: "office@nordhaus.example".into(),
        ..hours(48)
    };
    let CompanyAnswer::Saved(saved) = put(&ada, 0, &wanted).await.ok() else {
        panic!("not saved");
    };
    assert_eq!((saved.version, &saved.settings), (1, &wanted));
    // Its name and its time zone are nobody's to change here.
    assert_eq!((&saved.name, &saved.zone), (&before.name, &before.zone));
    assert_eq!(page(&dora).await, saved, "a dispatcher sees the same");
    assert_eq!(
        told(&saved),
        [
            ("Ada", "contact_email", "", "office@nordhaus.example"),
            ("Ada", "window_days", "3", "7"),
            ("Ada", "expiry_hours", "24", "48"),
        ]
    );
    assert!(
        saved
            .trail
            .iter()
            .all(|change| { change.by == Some(ADA) && change.at == at(NOON) })
    );
    // Whoever signs in is told.
    let info: SessionInfo = server.sign_in(ANNA).await.get(paths::SESSION).await.ok();
    assert_eq!((info.company.expiry_hours, info.company.settings), (48, 1));
    // Another company has its own, and no word of this.
    let dana = page(&server.sign_in(DANA).await).await;
    assert_eq!((dana.version, dana.trail.len()), (0, 0));
    assert_eq!(dana.settings, CompanySettings::default());
}

#[tokio::test]
async fn what_is_not_allowed_is_told_for_each_setting_and_nothing_is_changed() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let wanted = CompanySettings {
        window_days: 15,
        contact_email: "nobody".into(),
        refuses_open_questions: true,
        ..hours(0)
    };
    let answer = put(&ada, 0, &wanted).await;
    assert_eq!(answer.status, 400);
    let CompanyAnswer::Refused { flaws } = answer.ok() else {
        panic!("{}", answer.body);
    };
    let flaws: Vec<_> = flaws.iter().map(|flaw| (flaw.setting, flaw.why)).collect();
    assert_eq!(
        flaws,
        [
            (Setting::ExpiryHours, SettingFlaw::OutOfBounds),
            (Setting::WindowDays, SettingFlaw::OutOfBounds),
            (Setting::ContactEmail, SettingFlaw::NoAddress),
        ]
    );
    let stands = page(&ada).await;
    assert_eq!((stands.version, stands.trail.len()), (0, 0));
    assert_eq!(stands.settings, CompanySettings::default());
}

#[tokio::test]
async fn of_two_at_once_the_second_is_shown_what_stands() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    assert_eq!(put(&ada, 0, &hours(48)).await.status, 200);
    let late = CompanySettings {
        window_days: 7,
        ..CompanySettings::default()
    };
    let answer = put(&ada, 0, &late).await;
    assert_eq!(answer.status, 409);
    let CompanyAnswer::Changed(stands) = answer.ok() else {
        panic!("{}", answer.body);
    };
    assert_eq!((stands.version, &stands.settings), (1, &hours(48)));
    assert_eq!(page(&ada).await, stands, "nothing was changed");
    // The same request again, because its answer was lost: it stands, and no line is added.
    let again = put(&ada, 0, &hours(48)).await;
    let CompanyAnswer::Saved(saved) = again.ok() else {
        panic!("{}", again.body);
    };
    assert_eq!(saved, stands);
}

#[tokio::test]
async fn other_rights_are_news_to_phones_and_move_no_open_form() {
    let server = Server::start().await;
    let (ada, anna) = (server.sign_in(ADA).await, server.sign_in(ANNA).await);
    let toggle = async |given: bool| {
        let change = RightsChange::Right {
            role: Role::Technician,
            right: Right::AddNote,
            given,
        };
        let body = serde_json::to_value(change).unwrap();
        assert_eq!(ada.post(paths::RIGHTS, body).await.status, 200);
    };
    let known = async || {
        let info: SessionInfo = anna.get(paths::SESSION).await.ok();
        info.company.settings
    };
    let mut seen = vec![known().await];
    let opened = page(&ada).await.version;
    toggle(false).await;
    seen.push(known().await);
    let CompanyAnswer::Saved(saved) = put(&ada, opened, &hours(48)).await.ok() else {
        panic!("not saved");
    };
    seen.push(known().await);
    toggle(true).await;
    seen.push(known().await);
    assert_eq!(page(&ada).await.version, saved.version);
    // Who has not seen the other settings is still shown them.
    assert_eq!(put(&ada, opened, &hours(72)).await.status, 409);
    assert_eq!(put(&ada, saved.version, &hours(72)).await.status, 200);
    seen.push(known().await);
    assert!(seen.is_sorted_by(|one, other| one < other), "{seen:?}");
    let pulled = pulled(&anna, seen[0], None).await;
    assert_eq!(
        pulled.company.map(|company| company.settings),
        seen.last().copied()
    );
}

#[tokio::test]
async fn who_was_an_admin_when_they_signed_in_and_is_none_now_sets_nothing() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let mut tx = server.app.storage.write().await.unwrap();
    let mut account = tx.account(&email(ADA)).await.unwrap().unwrap();
    account.user.role = Role::Dispatcher;
    tx.set_account(&account).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(put(&ada, 0, &hours(48)).await.status, 403);
    assert_eq!(page(&ada).await.version, 0);
}

#[tokio::test]
async fn the_trail_is_read_page_by_page_to_its_beginning() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    for n in 0..105 {
        let expiry_hours = if n % 2 == 0 { 48 } else { 24 };
        assert_eq!(put(&ada, n, &hours(expiry_hours)).await.status, 200);
    }
    let first = page(&ada).await;
    assert_eq!((first.trail.len(), first.more), (100, true));
    let before = first.trail.last().unwrap().seq;
    let path = format!("{}?before={before}", paths::COMPANY);
    let rest: CompanyPage = ada.get(&path).await.ok();
    assert_eq!((rest.trail.len(), rest.more), (5, false));
    assert_eq!(rest.trail.last().unwrap().seq, 1);
}

async fn pulled(client: &Client, settings: u64, cursor: Option<&Cursor>) -> PullResponse {
    let cursor = cursor.map_or(String::new(), |cursor| format!("&cursor={}", cursor.0));
    let path = format!("{}?settings={settings}{cursor}", paths::PULL);
    client.get(&path).await.ok()
}

#[tokio::test]
async fn a_phone_hears_of_other_settings_with_its_next_pull_and_only_then() {
    let server = Server::start().await;
    let (ada, anna) = (server.sign_in(ADA).await, server.sign_in(ANNA).await);
    let primed = pulled(&anna, 0, None).await;
    assert_eq!(primed.company, None, "it knows them");
    put(&ada, 0, &hours(48)).await;
    let next = pulled(&anna, 0, Some(&primed.cursor)).await;
    let company = next.company.unwrap();
    assert_eq!((company.expiry_hours, company.settings), (48, 1));
    assert!(next.changes.is_empty());
    // An app of before says nothing of settings and is told nothing of them; who knows them is told not a byte more.
    let ask = format!("{}?cursor={}", paths::PULL, next.cursor.0);
    let old = anna.get(&ask).await;
    assert_eq!(old.ok::<PullResponse>().company, None);
    let quiet = anna.get(&format!("{ask}&settings=1")).await;
    assert_eq!(quiet.body, old.body);
}

#[tokio::test]
async fn every_open_phone_is_woken_by_other_settings() {
    let server = Server::start().await;
    let (ada, anna, tom) = (
        server.sign_in(ADA).await,
        server.sign_in(ANNA).await,
        server.sign_in(TOM).await,
    );
    let mut of_anna = Stream::open(&anna, paths::WAKE, None).await;
    let mut of_tom = Stream::open(&tom, paths::WAKE, None).await;
    put(&ada, 0, &hours(48)).await;
    assert_eq!(of_anna.say().await, Some(Said::Pull));
    // Tom's is another company: the next word on his stream is about his own job.
    server.app.hub.end();
    assert_eq!(of_tom.say().await, None);
}

#[tokio::test]
async fn a_window_that_is_set_wider_or_narrower_brings_and_takes_what_it_must() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    for (n, days) in [(1, 0), (2, 2), (3, 6), (4, -6)] {
        let starts = at(NOON).plus_ms(days * DAY_MS);
        let job = Job {
            starts,
            ends: starts,
            ..job(n, Some(ANNA))
        };
        server.put(NORDHAUS, &Record::Job(job)).await;
    }
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    let mut held = async |days: Option<(u64, u32)>| {
        if let Some((version, window_days)) = days {
            let wanted = CompanySettings {
                window_days,
                ..CompanySettings::default()
            };
            assert_eq!(put(&ada, version, &wanted).await.status, 200);
        }
        cache.all(&anna, 1).await;
        let jobs = (1..=4).filter(|n| cache.records.contains_key(&job(*n, None).id.into()));
        jobs.collect::<Vec<u128>>()
    };
    assert_eq!(held(None).await, [1, 2]);
    assert_eq!(held(Some((0, 7))).await, [1, 2, 3, 4]);
    assert_eq!(held(Some((1, 1))).await, [1]);
    assert_eq!(held(Some((2, 3))).await, [1, 2]);
}

#[tokio::test]
async fn work_on_a_job_that_a_narrower_window_took_away_still_counts() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let starts = at(NOON).plus_ms(3 * DAY_MS);
    let far = Job {
        starts,
        ends: starts,
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(far.clone())).await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    cache.all(&anna, 100).await;
    let note = Phone::of(ANNA).note(far.id, "wet");
    let narrow = CompanySettings {
        window_days: 1,
        ..CompanySettings::default()
    };
    assert_eq!(put(&ada, 0, &narrow).await.status, 200);
    cache.all(&anna, 100).await;
    assert!(!cache.records.contains_key(&far.id.into()));
    assert_eq!(anna.push(&[note]).await, ["applied"]);
}
