//! "Something happened in this company": wakes the boards that watch it.
//!
//! Owns one signal per company, the signal that the server ends, and what is handed from a company's one feed
//! to its boards. A signal says no more than whether an activity tells of what happened: the feed reads what it has
//! not seen from the storage, so that order and gaps are the storage's.

use afield_domain::{CompanyId, UserId};
use afield_protocol::PhoneTold;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, broadcast, watch};

/// Words of phones that are kept for a page that is slow to take them; one that is further behind loads anew.
const PHONES: usize = 256;

/// What one reading gave, for all boards of a company.
#[derive(Debug)]
pub(crate) struct Page {
    /// Up to where the company's activity was looked at.
    pub(crate) last: u64,
    /// What happened, oldest first.
    pub(crate) events: Vec<Told>,
    /// Whether something changed that no activity tells of: after the events the day must be loaded anew.
    pub(crate) reload: bool,
    /// The hashes of the sessions' tokens that may see it.
    pub(crate) may_watch: HashSet<String>,
    /// Whose phones have something to pull because of it.
    pub(crate) concerns: Concerned,
    /// The version of the company's settings.
    pub(crate) settings: u64,
}

/// Whose phones a page concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Concerned {
    /// Everybody's: what happened was about no job that can be read.
    All,
    /// Those of whose jobs it tells, and from whom one was taken.
    Users(HashSet<UserId>),
}

impl Concerned {
    pub(crate) fn includes(&self, user: UserId) -> bool {
        match self {
            Self::All => true,
            Self::Users(users) => users.contains(&user),
        }
    }
}

/// One event as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Its activity's place in the company's order.
    pub(crate) seq: u64,
    /// A [`afield_protocol::BoardEvent`] as JSON.
    pub(crate) text: String,
}

/// The feeds that run, by company.
pub(crate) type Feeds = tokio::sync::Mutex<HashMap<CompanyId, broadcast::Sender<Arc<Page>>>>;

/// What happened in a company since the server began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Happened {
    /// Commits.
    pub commits: u64,
    /// Those of them that wrote something of which no activity tells.
    pub untold: u64,
    /// How often another server has written, or may have: of what kind only a look tells.
    pub elsewhere: u64,
}

/// What a commit has written, as the boards see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Wrote {
    /// Nothing.
    #[default]
    Nothing,
    /// What its activity tells.
    Told,
    /// Something that a board shows and no activity tells of.
    Untold,
}

/// What is said of sessions whose streams end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// That with this hash of its token.
    Session(Arc<str>),
    /// Another server has ended some of this company, or of any: each stream looks whether its own stands.
    SomeOf(Option<CompanyId>),
}

impl Ended {
    /// Whether it may concern the session with this hash, of this company; and whether it does for sure.
    pub(crate) fn concerns(&self, session: &str, of: CompanyId) -> Option<bool> {
        match self {
            Self::Session(hash) => (**hash == *session).then_some(true),
            Self::SomeOf(company) => company.is_none_or(|company| company == of).then_some(false),
        }
    }
}

/// Wakes boards.
#[derive(Debug, Clone)]
pub struct Hub {
    companies: Arc<Mutex<HashMap<CompanyId, watch::Sender<Happened>>>>,
    phones: Arc<Mutex<HashMap<CompanyId, broadcast::Sender<Option<PhoneTold>>>>>,
    ending: watch::Sender<bool>,
    revoked: broadcast::Sender<Ended>,
    noted: Arc<Notify>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            companies: Arc::default(),
            phones: Arc::default(),
            ending: watch::Sender::new(false),
            revoked: broadcast::Sender::new(PHONES),
            noted: Arc::default(),
        }
    }
}

impl Hub {
    /// Tells the boards of `company` to look; call it after a commit.
    pub fn notify(&self, company: CompanyId, wrote: Wrote) {
        if wrote == Wrote::Nothing {
            return;
        }
        self.noted.notify_one();
        let companies = self
            .companies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = companies.get(&company) {
            sender.send_modify(|happened| {
                happened.commits = happened.commits.wrapping_add(1);
                let untold = u64::from(wrote == Wrote::Untold);
                happened.untold = happened.untold.wrapping_add(untold);
            });
        }
    }

    /// Tells the open pages of `company` that a phone owes otherwise than before; call it after the commit.
    pub(crate) fn tell_of_phone(&self, company: CompanyId, told: PhoneTold) {
        self.say_of_phones(company, Some(told));
    }

    /// Tells the open pages of `company` that words about its phones were lost.
    pub(crate) fn lose_phones(&self, company: CompanyId) {
        self.say_of_phones(company, None);
    }

    fn say_of_phones(&self, company: CompanyId, told: Option<PhoneTold>) {
        let mut phones = self.phones.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody may be there to hear it.
        if phones
            .get(&company)
            .is_some_and(|sender| sender.send(told).is_err())
        {
            phones.remove(&company);
        }
    }

    /// The companies of whose phones somebody hears.
    pub(crate) fn with_phones(&self) -> Vec<CompanyId> {
        let phones = self.phones.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = phones
            .iter()
            .filter(|(_, sender)| sender.receiver_count() > 0);
        heard.map(|(company, _)| *company).collect()
    }

    /// Hears of the phones of `company` from now on; what is none was lost.
    pub(crate) fn listen_to_phones(
        &self,
        company: CompanyId,
    ) -> broadcast::Receiver<Option<PhoneTold>> {
        let mut phones = self.phones.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = phones.entry(company);
        sender
            .or_insert_with(|| broadcast::Sender::new(PHONES))
            .subscribe()
    }

    /// Ends the streams of the session with this hash of its token; call it after the commit.
    pub(crate) fn end_streams(&self, session: &str) {
        // Nobody may be there to hear it.
        let _ = self.revoked.send(Ended::Session(session.into()));
    }

    /// Has the streams of `company`, or all, look whether their sessions still stand.
    pub(crate) fn end_some_streams(&self, company: Option<CompanyId>) {
        let _ = self.revoked.send(Ended::SomeOf(company));
    }

    /// Has the boards of `company`, or all, look for what another server has written; `is_untold` where a look may not
    /// find it.
    pub(crate) fn look(&self, company: Option<CompanyId>, is_untold: bool) {
        let companies = self
            .companies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_meant = |id: &CompanyId| company.is_none_or(|company| company == *id);
        for (_, sender) in companies.iter().filter(|(id, _)| is_meant(id)) {
            sender.send_modify(|happened| {
                happened.elsewhere = happened.elsewhere.wrapping_add(1);
                happened.untold = happened.untold.wrapping_add(u64::from(is_untold));
            });
        }
    }

    /// Hears from now on of sessions whose streams end.
    pub(crate) fn revoked(&self) -> broadcast::Receiver<Ended> {
        self.revoked.subscribe()
    }

    /// Wakes who sends notifications: in any company something was written.
    #[must_use]
    pub(crate) fn noted(&self) -> Arc<Notify> {
        Arc::clone(&self.noted)
    }

    /// How often something changed of which no activity tells.
    #[must_use]
    pub fn untold(&self, company: CompanyId) -> u64 {
        self.listen(company).borrow().untold
    }

    /// Listens to `company` from now on.
    #[must_use]
    pub fn listen(&self, company: CompanyId) -> watch::Receiver<Happened> {
        let mut companies = self
            .companies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        companies
            .entry(company)
            .or_insert_with(|| watch::Sender::new(Happened::default()))
            .subscribe()
    }

    /// Tells every board that the server ends.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Becomes true when the server ends.
    #[must_use]
    pub fn ending(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }
}
