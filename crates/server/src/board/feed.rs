//! The feed of a company: what happens is read once and told to all who watch.
//!
//! Owns the reading behind every board of a company, however many there are. It begins with the first board
//! and ends with the last. Nothing falls between: who listens is told all that is committed from then on, and
//! reads by itself what was committed before ([`load_missed`]).

use super::events::{Stamp, load_last_event, load_page, load_stamp};
use crate::events::{Concerned, Happened, Page};
use crate::state::App;
use crate::storage::Stored;
use afield_domain::CompanyId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::time::{MissedTickBehavior, interval};

/// Events read at once.
const BATCH: u32 = 100;
/// How long the next page waits for each board that is told of this one: a page costs a write for every board, and what
/// happens meanwhile goes with the next.
const EACH_BOARD: Duration = Duration::from_micros(500);
/// How long it waits at most: a board is never further behind than that.
const PACE: Duration = Duration::from_millis(100);
/// Pages kept for a board that is slow to take them; it is told to load anew when it is further behind.
const PAGES: usize = 64;
/// Events that a board may have missed and is told one by one; with more it loads anew.
const MISSED: u32 = 100;

/// Listens to `company` from now on.
pub(crate) async fn listen(
    app: &Arc<App>,
    company: CompanyId,
) -> Stored<broadcast::Receiver<Arc<Page>>> {
    let mut feeds = app.feeds.lock().await;
    if let Some(feed) = feeds.get(&company) {
        return Ok(feed.subscribe());
    }
    // Awake first: what is committed after it is read here wakes the feed.
    let wake = app.hub.listen(company);
    let feed = Feed::begin(app, company).await?;
    let (sender, receiver) = broadcast::channel(PAGES);
    feeds.insert(company, sender.clone());
    tokio::spawn(run_feed(Arc::clone(app), feed, sender, wake));
    Ok(receiver)
}

/// Where a company's feed stands.
#[derive(Debug)]
pub(crate) struct Feed {
    company: CompanyId,
    stamp: Stamp,
    /// All up to this place was told.
    after: u64,
    /// Whether it is to be looked for what no activity tells of. Now and then, for a board that loads anew is dear.
    is_due: bool,
    /// The version of the company's settings that phones were woken for.
    settings: u64,
}

impl Feed {
    /// One that tells of what happens from now on.
    pub(crate) async fn begin(app: &App, company: CompanyId) -> Stored<Self> {
        let (stamp, after) = load_stamp(app, company).await?;
        let row = app.storage.read().await?.company(company).await?;
        Ok(Self {
            company,
            stamp,
            after,
            is_due: false,
            settings: row.map_or(0, |row| row.settings_version),
        })
    }

    /// Has the next turn that finds no news look for what no activity tells of.
    pub(crate) fn make_due(&mut self) {
        self.is_due = true;
    }

    /// Whether that is still to be done.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn is_due(&self) -> bool {
        self.is_due
    }

    /// What there is to tell now, and whether there may be more.
    pub(crate) async fn turn(&mut self, app: &App) -> Stored<(Page, bool)> {
        let page = load_page(app, self.company, self.after, BATCH).await?;
        let more = page.last > self.after;
        let (page, has_looked) = match self.is_due && !more {
            true => self.look(app, page).await?,
            false => (page, false),
        };
        self.is_due &= !has_looked;
        self.after = page.last;
        let page = self.call_all_to_settings(page);
        Ok((page, more))
    }

    /// Other settings concern everybody's phones.
    fn call_all_to_settings(&mut self, page: Page) -> Page {
        let known = std::mem::replace(&mut self.settings, page.settings);
        match known == page.settings {
            true => page,
            false => Page {
                concerns: Concerned::All,
                ..page
            },
        }
    }

    /// Notes on `page`, which holds no news, whether something changed all the same since it was last looked. And
    /// whether it could be told.
    async fn look(&mut self, app: &App, page: Page) -> Stored<(Page, bool)> {
        let (now, told) = load_stamp(app, self.company).await?;
        if told > page.last {
            // Something happened meanwhile: the next page says what, and then this is looked at again.
            return Ok((page, false));
        }
        let reload = !now.is_explained(&self.stamp, told);
        self.stamp = now;
        Ok((Page { reload, ..page }, true))
    }
}

/// Tells those who listen what happens, until nobody does, the server ends or the storage fails.
async fn run_feed(
    app: Arc<App>,
    mut feed: Feed,
    sender: broadcast::Sender<Arc<Page>>,
    mut wake: watch::Receiver<Happened>,
) {
    let company = feed.company;
    let mut elsewhere = wake.borrow().elsewhere;
    let mut ending = app.hub.ending();
    let mut looks = interval(app.config.keep_alive.max(Duration::from_millis(1)));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks.reset();
    loop {
        {
            let mut feeds = app.feeds.lock().await;
            if sender.receiver_count() == 0 || *ending.borrow_and_update() {
                feeds.remove(&company);
                return;
            }
        }
        let seen = wake.borrow_and_update().elsewhere;
        if seen != elsewhere {
            elsewhere = seen;
            feed.make_due();
        }
        let Ok((page, more)) = feed.turn(&app).await else {
            // The boards come back by themselves, with what they have heard last.
            app.feeds.lock().await.remove(&company);
            return;
        };
        let boards = sender.send(Arc::new(page)).unwrap_or_default();
        if more {
            let boards = u32::try_from(boards).unwrap_or(u32::MAX);
            tokio::time::sleep(EACH_BOARD.saturating_mul(boards).min(PACE)).await;
            continue;
        }
        tokio::select! {
            _ = wake.changed() => {}
            _ = ending.changed() => {}
            // Another process may have written and not been heard: a command, another server.
            _ = looks.tick() => feed.make_due(),
        }
    }
}

/// What a board begins with that has heard all up to `after`: what it has missed, or that it must load anew,
/// which is `None`; and where it stands then.
pub(crate) async fn load_missed(
    app: &App,
    company: CompanyId,
    after: Option<u64>,
) -> Stored<(u64, Option<Page>)> {
    let present = load_last_event(app, company).await?;
    let Some(after) = after.filter(|after| *after <= present) else {
        return Ok((present, None));
    };
    // Of what housekeeping has forgotten nobody knows whether it was heard.
    if after > 0 {
        let mut tx = app.storage.read().await?;
        let heard = tx.activity_after(company, after - 1, 1).await?;
        if heard.first().is_none_or(|heard| heard.seq != after) {
            return Ok((present, None));
        }
    }
    let page = load_page(app, company, after, MISSED).await?;
    if page.last < present {
        return Ok((present, None));
    }
    Ok((page.last, Some(page)))
}
