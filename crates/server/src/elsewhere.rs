//! Several servers on one database: what another has written reaches the streams that are open here.
//!
//! Owns what is done with what is heard, and what is said where nothing can be. Nothing rests on it: each stream also
//! looks by itself now and then ([`crate::Config::keep_alive`]). Must never stop the server.

use crate::device::news;
use crate::state::App;
use crate::storage::{Kind, ReportRow, Stored, Word};
use afield_domain::{CompanyId, DeviceId, UserId};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How long after a failure it is tried again to listen, at first and at most.
const AGAIN: Duration = Duration::from_secs(1);
const AGAIN_AT_MOST: Duration = Duration::from_secs(15);
/// How long it is waited after the phones of companies were looked at: one look tells of all that told meanwhile.
const PACE: Duration = Duration::from_millis(500);
/// Phones of a company that are looked at; those that owe something come first.
const PHONES: u32 = 2_000;

/// Hears what other servers write, until dropped; ends at once where there can be no other.
pub async fn run_listener(app: &App) {
    let calls = Calls::default();
    tokio::join!(listen(app, &calls), follow_phones(app, &calls));
}

/// In which companies phones have told something at another server.
#[derive(Default)]
struct Calls {
    companies: Mutex<HashSet<CompanyId>>,
    some: Notify,
}

impl Calls {
    fn add(&self, companies: impl IntoIterator<Item = CompanyId>) {
        let mut all = self
            .companies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.extend(companies);
        self.some.notify_one();
    }

    async fn take(&self) -> HashSet<CompanyId> {
        self.some.notified().await;
        let mut all = self
            .companies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut all)
    }
}

async fn listen(app: &App, calls: &Calls) {
    let Some(mut elsewhere) = app.storage.elsewhere() else {
        return;
    };
    let mut again = AGAIN;
    loop {
        match elsewhere.next().await {
            Ok(Word::Listening) => {
                tracing::info!("what other servers write is heard");
                app.metrics.hears(true);
                again = AGAIN;
                // What was told while nobody listened is lost.
                app.hub.look(None, true);
                app.hub.end_some_streams(None);
                calls.add(app.hub.with_phones());
            }
            Ok(Word::Of(company, kind)) => {
                app.metrics.heard();
                match kind {
                    Kind::Work => app.hub.look(Some(company), false),
                    Kind::Untold => app.hub.look(Some(company), true),
                    Kind::Phones => calls.add([company]),
                    Kind::Revoked => app.hub.end_some_streams(Some(company)),
                }
            }
            Err(error) => {
                tracing::error!(
                    %error, cause = ?std::error::Error::source(&error),
                    "what other servers write is not heard: open pages learn of it late, by looking; next try soon"
                );
                app.metrics.hears(false);
                tokio::time::sleep(again).await;
                again = (again * 2).min(AGAIN_AT_MOST);
            }
        }
    }
}

/// What the phones of a company owed when it was last looked.
type Owed = HashMap<(UserId, DeviceId), ReportRow>;

/// Tells the open pages here what phones have told at other servers.
async fn follow_phones(app: &App, calls: &Calls) {
    let mut known: HashMap<CompanyId, Owed> = HashMap::new();
    loop {
        let called = calls.take().await;
        let watched: HashSet<CompanyId> = app.hub.with_phones().into_iter().collect();
        // What nobody watches need not be known.
        known.retain(|company, _| watched.contains(company));
        for company in called.intersection(&watched) {
            match load(app, *company).await {
                Ok(now) => {
                    tell(app, *company, known.get(company), &now);
                    known.insert(*company, now);
                }
                Err(error) => {
                    tracing::warn!(%error, "what phones have told elsewhere could not be read");
                    known.remove(company);
                    app.hub.lose_phones(*company);
                }
            }
        }
        tokio::time::sleep(PACE).await;
    }
}

async fn load(app: &App, company: CompanyId) -> Stored<Owed> {
    let rows = app.storage.read().await?.all_reports(company, PHONES).await;
    let rows = rows?.into_iter();
    Ok(rows.map(|row| ((row.user, row.device), row)).collect())
}

/// Tells what is new since `before`; where that is not known, that words were lost.
fn tell(app: &App, company: CompanyId, before: Option<&Owed>, now: &Owed) {
    let Some(before) = before else {
        app.hub.lose_phones(company);
        return;
    };
    for (phone, row) in now {
        if let Some(told) = news(before.get(phone), row) {
            app.hub.tell_of_phone(company, told);
        }
    }
}
