//! One board that listens to its company's feed: what of a page is new to it.
//!
//! Owns where it begins (after what was heard last, or now) and what waits to be said. A board that cannot be told
//! what it missed is told to load anew ([`RELOAD`]): its last event is of another data set, is not known any more or
//! lies too far back. Must never wait for anything: who sends it decides when.

use super::events::load_last_event;
use super::feed::load_missed;
use crate::events::{Page, Told};
use crate::state::App;
use crate::storage::Stored;
use afield_domain::CompanyId;
use afield_planted::planted;
use afield_protocol::{EpochId, RELOAD};
use std::collections::VecDeque;

/// What a board says that it has heard last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Nothing: it loads the day, and listens to what comes from now on.
    Nothing,
    /// All up to this place in the company's order.
    Until(u64),
    /// Something of another data set, or nothing that can be read.
    Elsewhere,
}

impl Heard {
    /// What the id of an event says, to a server whose data set is `epoch`.
    pub(crate) fn of_id(id: &str, epoch: &EpochId) -> Self {
        let Some((named, seq)) = id.trim().rsplit_once('.') else {
            return Self::Elsewhere;
        };
        let is_ours = planted!(LastEventBelieved: named == epoch.0 => true);
        let seq = seq.parse().ok().filter(|_| is_ours);
        seq.map_or(Self::Elsewhere, Self::Until)
    }
}

/// A board that listens.
#[derive(Debug)]
pub(crate) struct Listener {
    epoch: EpochId,
    /// What was before or at this place was told, or is part of what the board loads.
    after: u64,
    waiting: VecDeque<Told>,
}

impl Listener {
    /// Begins after what was heard. The feed's pages from before on are to be taken: what both hold is told once.
    pub(crate) async fn begin(app: &App, company: CompanyId, heard: Heard) -> Stored<Self> {
        let (after, missed) = match heard {
            Heard::Nothing => (load_last_event(app, company).await?, Vec::new()),
            Heard::Until(seq) => planted!(
                LastEventBelieved: told(load_missed(app, company, Some(seq)).await?) => (seq, Vec::new())
            ),
            Heard::Elsewhere => told(load_missed(app, company, None).await?),
        };
        Ok(Self {
            epoch: app.epoch.clone(),
            after,
            waiting: missed.into(),
        })
    }

    /// The id of where it stands: for one that is cut before anything happens.
    pub(crate) fn id(&self) -> String {
        self.id_of(self.after)
    }

    /// Takes what is new of a page.
    pub(crate) fn take(&mut self, page: &Page) {
        let new = page.events.iter().filter(|told| told.seq > self.after);
        self.waiting.extend(new.cloned());
        self.after = self.after.max(page.last);
        if page.reload {
            self.waiting.push_back(reload(self.after));
        }
    }

    /// Pages were lost: all that can be said is that the day must be loaded anew.
    pub(crate) fn lose(&mut self) {
        self.waiting.push_back(reload(self.after));
    }

    /// What is said next, if anything waits: an id and a text.
    pub(crate) fn next(&mut self) -> Option<(String, String)> {
        let told = self.waiting.pop_front()?;
        Some((self.id_of(told.seq), told.text))
    }

    /// An event's id: which data set, and where in the company's order.
    fn id_of(&self, seq: u64) -> String {
        format!("{}.{seq}", self.epoch.0)
    }
}

/// Where a board stands that has missed so much, and what it is told of it.
fn told((after, page): (u64, Option<Page>)) -> (u64, Vec<Told>) {
    let missed = page.map_or_else(|| vec![reload(after)], |page| page.events);
    (after, missed)
}

/// Says that the day must be loaded anew.
fn reload(seq: u64) -> Told {
    let text = RELOAD.to_owned();
    Told { seq, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_counts_only_in_its_own_data_set() {
        let epoch = EpochId("e1".into());
        let listener = Listener {
            epoch: epoch.clone(),
            after: 7,
            waiting: VecDeque::new(),
        };
        assert_eq!(Heard::of_id(&listener.id(), &epoch), Heard::Until(7));
        for id in ["7", "e2.7", "e1.", "e1.x", "", ".7"] {
            assert_eq!(Heard::of_id(id, &epoch), Heard::Elsewhere, "{id}");
        }
    }
}
