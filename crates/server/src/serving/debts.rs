//! Connections whose clients still owe something: the rest of a request, or a request at all.
//!
//! Owns who loses its connection when there is no room for another: the one that has owed longest. A client that has
//! asked whole and is being answered, as a board on its stream of events, owes nothing, whatever else it has begun on the
//! same connection (HTTP/2). Must never look into a request.

use super::untaken::Untaken;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// All connections.
#[derive(Debug, Clone, Default)]
pub(super) struct Debts(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    /// Rises with every connection and every debt.
    last: u64,
    connections: BTreeMap<u64, Line>,
}

#[derive(Debug)]
struct Line {
    network: String,
    /// Since when it owes something; none while it is answered, or when it has been told to end.
    since: Option<u64>,
    /// Requests that have begun and are not answered to their ends.
    under_way: u32,
    /// Those of them that were asked whole.
    answered: u32,
    /// When the last of them ended.
    quiet_since: Instant,
    end: Arc<Notify>,
}

/// One connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Client {
    debts: Debts,
    number: u64,
    end: Arc<Notify>,
    untaken: Untaken,
}

impl Debts {
    /// A client of that network is there, and owes a request.
    pub(super) fn open(&self, network: String) -> Arc<Client> {
        let end = Arc::new(Notify::new());
        let mut book = self.book();
        book.last += 1;
        let number = book.last;
        let line = Line {
            network,
            since: Some(number),
            under_way: 0,
            answered: 0,
            quiet_since: Instant::now(),
            end: Arc::clone(&end),
        };
        book.connections.insert(number, line);
        Arc::new(Client {
            debts: self.clone(),
            number,
            end,
            untaken: Untaken::default(),
        })
    }

    /// Ends the connection that has owed longest, of that network if one is given; whether there was any.
    pub(super) fn end_longest(&self, network: Option<&str>) -> bool {
        let mut book = self.book();
        let owing = book.connections.values_mut().filter(|line| {
            line.since.is_some() && network.is_none_or(|network| line.network == network)
        });
        let Some(longest) = owing.min_by_key(|line| line.since) else {
            return false;
        };
        longest.since = None;
        longest.end.notify_one();
        true
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// Waits until the connection is to end.
    pub(super) async fn must_end(&self) {
        self.end.notified().await;
    }

    /// Waits until a part of an answer was not taken for so long.
    pub(super) async fn takes_nothing_for(&self, patience: Duration) {
        self.untaken.wait_for(patience).await;
    }

    /// Waits until nothing has been asked for so long.
    pub(super) async fn is_quiet_for(&self, patience: Duration) {
        while let Some(until) = self.quiet_until(patience, Instant::now()) {
            sleep_until(until).await;
        }
    }

    /// When it will have been quiet for so long, as far as can be told at `now`; none if it has.
    fn quiet_until(&self, patience: Duration, now: Instant) -> Option<Instant> {
        let book = self.debts.book();
        let line = book.connections.get(&self.number)?;
        let since = match line.under_way {
            0 => line.quiet_since,
            _ => now,
        };
        Some(since + patience).filter(|until| *until > now)
    }

    fn change(&self, change: impl FnOnce(&mut Line, u64)) {
        let mut book = self.debts.book();
        book.last += 1;
        let now = book.last;
        if let Some(line) = book.connections.get_mut(&self.number) {
            change(line, now);
        }
    }

    fn begins(&self) {
        self.change(|line, _| line.under_way = line.under_way.saturating_add(1));
    }

    fn is_answered(&self) {
        self.change(|line, _| {
            line.answered = line.answered.saturating_add(1);
            line.since = None;
        });
    }

    fn ends(&self, was_answered: bool) {
        self.change(|line, now| {
            line.under_way = line.under_way.saturating_sub(1);
            line.answered = line.answered.saturating_sub(u32::from(was_answered));
            line.quiet_since = Instant::now();
            if line.answered == 0 {
                line.since = Some(now);
            }
        });
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.debts.book().connections.remove(&self.number);
    }
}

/// One request and its answer.
#[derive(Debug)]
struct Exchange {
    client: Arc<Client>,
    step: Mutex<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Begun,
    Asked,
    Over,
}

impl Exchange {
    fn begin(client: &Arc<Client>) -> Arc<Self> {
        client.begins();
        Arc::new(Self {
            client: Arc::clone(client),
            step: Mutex::new(Step::Begun),
        })
    }

    fn step(&self) -> MutexGuard<'_, Step> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_asked(&self) {
        let mut step = self.step();
        if *step == Step::Begun {
            *step = Step::Asked;
            self.client.is_answered();
        }
    }

    fn end(&self) {
        let mut step = self.step();
        let was_answered = *step == Step::Asked;
        if *step != Step::Over {
            *step = Step::Over;
            self.client.ends(was_answered);
        }
    }
}

/// A request whose end is noticed, and what the answer to it is to be wrapped in.
pub(super) fn follow(
    client: &Arc<Client>,
    request: Request<Incoming>,
) -> (Request<Body>, Answered) {
    let exchange = Exchange::begin(client);
    let answered = Answered(Arc::clone(&exchange));
    let request = request.map(|body| {
        if body.is_end_stream() {
            exchange.has_asked();
        }
        Body::new(Asked { body, exchange })
    });
    (request, answered)
}

/// The end of an exchange: dropped with the last of the answer.
#[derive(Debug)]
pub(super) struct Answered(Arc<Exchange>);

impl Answered {
    /// The answer whose end is noticed.
    pub(super) fn wrap(self, response: Response<Body>) -> Response<Body> {
        let number = self.0.client.untaken.begin();
        response.map(|body| {
            Body::new(Answer {
                body,
                number,
                end: self,
            })
        })
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        self.0.end();
    }
}

struct Asked {
    body: Incoming,
    exchange: Arc<Exchange>,
}

impl HttpBody for Asked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.exchange.has_asked();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Asked {
    // What nobody reads is not waited for.
    fn drop(&mut self) {
        self.exchange.has_asked();
    }
}

struct Answer {
    body: Body,
    number: u64,
    end: Answered,
}

impl Answer {
    fn untaken(&self) -> &Untaken {
        &self.end.0.client.untaken
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.untaken().take(self.number);
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.untaken().take(self.number);
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(Some(Ok(_)))) {
            self.untaken().hand(self.number);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_told(client: &Client) -> bool {
        let told = client.end.notified();
        futures::FutureExt::now_or_never(told).is_some()
    }

    #[test]
    fn who_has_owed_longest_makes_room_and_nobody_who_is_answered() {
        let debts = Debts::default();
        let [a, b, c] = ["here", "there", "here"].map(|network| debts.open(network.into()));
        // One has asked, was answered, and owes again since then.
        let exchange = Exchange::begin(&a);
        exchange.has_asked();
        exchange.end();
        assert!(debts.end_longest(Some("here")));
        assert!(is_told(&c) && !is_told(&a) && !is_told(&b));
        // Nobody is told twice.
        assert!(debts.end_longest(Some("here")));
        assert!(is_told(&a));
        assert!(!debts.end_longest(Some("here")));
        let exchange = Exchange::begin(&b);
        exchange.has_asked();
        assert!(!debts.end_longest(None));
        exchange.end();
        assert!(debts.end_longest(None) && is_told(&b));
        drop((b, exchange));
        assert_eq!(debts.book().connections.len(), 2);
    }

    #[test]
    fn who_is_answered_owes_nothing_whatever_else_has_begun_on_the_connection() {
        let debts = Debts::default();
        let board = debts.open("here".into());
        let stream = Exchange::begin(&board);
        stream.has_asked();
        let others = [Exchange::begin(&board), Exchange::begin(&board)];
        others[0].has_asked();
        for other in &others {
            other.end();
        }
        assert!(!debts.end_longest(None));
        stream.end();
        // What ends late changes nothing.
        others[1].has_asked();
        assert!(debts.end_longest(None) && is_told(&board));
    }

    #[test]
    fn a_connection_is_quiet_when_nothing_is_under_way_for_long_enough() {
        let (debts, patience) = (Debts::default(), Duration::from_secs(30));
        let client = debts.open("here".into());
        let later = Instant::now() + Duration::from_hours(1);
        let is_quiet = || client.quiet_until(patience, later).is_none();
        assert!(is_quiet());
        let [upload, stream] = [(); 2].map(|()| Exchange::begin(&client));
        upload.end();
        assert!(!is_quiet());
        stream.end();
        assert!(is_quiet());
        assert!(client.quiet_until(patience, Instant::now()).is_some());
    }
}
