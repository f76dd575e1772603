//! The board of the simulation's office: the feed and the stream without a network and a time of their own.
//!
//! Owns one turn at a time of what runs behind `/api/v1/events`. Must never wait: when anything is read, and when it
//! arrives, is the simulation's.

use super::LocalServer;
use crate::board::day::load_board;
use crate::board::feed::Feed;
use crate::board::listener::{Heard, Listener};
use crate::error::ServerError;
use crate::events::Page;
use crate::http::failure::Failure as Refusal;
use afield_domain::time::Day;
use afield_domain::{UserId, Zone};

/// The one feed of a company's boards.
#[derive(Debug)]
pub struct LocalFeed(Feed);

/// What the feed has told all boards at once.
#[derive(Debug)]
pub struct LocalPage(Page);

/// One board's end of the feed.
#[derive(Debug)]
pub struct LocalListener(Listener);

impl LocalFeed {
    /// A while has gone by: what no activity tells of is looked for too.
    pub fn make_due(&mut self) {
        self.0.make_due();
    }

    /// Whether that is still to be done.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.0.is_due()
    }
}

impl LocalListener {
    /// The id that a stream begins with.
    #[must_use]
    pub fn id(&self) -> String {
        self.0.id()
    }

    /// Takes what is new of a page.
    pub fn take(&mut self, page: &LocalPage) {
        self.0.take(&page.0);
    }

    /// What is sent next: an id and a text.
    pub fn next_event(&mut self) -> Option<(String, String)> {
        self.0.next()
    }
}

impl LocalServer {
    /// Begins the feed: it tells of what happens from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin_feed(&self) -> Result<LocalFeed, ServerError> {
        let app = &self.app.borrow();
        let begun = self.runtime.block_on(Feed::begin(app, self.company));
        Ok(begun.map(LocalFeed)?)
    }

    /// What there is to tell now, and whether there may be more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn turn(&self, feed: &mut LocalFeed) -> Result<(LocalPage, bool), ServerError> {
        let app = &self.app.borrow();
        let (page, more) = self.runtime.block_on(feed.0.turn(app))?;
        Ok((LocalPage(page), more))
    }

    /// Opens a stream for one that says it has heard `last` last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn listen(&self, last: Option<&str>) -> Result<LocalListener, ServerError> {
        let app = &self.app.borrow();
        let heard = last.map_or(Heard::Nothing, |id| Heard::of_id(id, &app.epoch));
        let begun = Listener::begin(app, self.company, heard);
        Ok(self.runtime.block_on(begun).map(LocalListener)?)
    }

    /// The answer to a user of the office who asks for a day: the JSON of an envelope.
    pub fn board(&self, user: UserId, day: Day) -> Vec<u8> {
        let app = &self.app.borrow();
        self.answer(app, async {
            let session = &self.session(user).await?;
            Ok::<_, Refusal>(load_board(app, session, &Zone::utc(), day, 0).await?)
        })
    }
}
