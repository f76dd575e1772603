//! Connections whose clients still owe something: the rest of a request, or a request at all.
//!
//! Owns who loses its connection when there is no room for another: the one that has owed longest. A client that has
//! asked whole and is being answered, as a board on its stream of events, owes nothing. Must never look into a request.

use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::Notify;

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
    end: Arc<Notify>,
}

/// One connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Client {
    debts: Debts,
    number: u64,
    end: Arc<Notify>,
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
            end: Arc::clone(&end),
        };
        book.connections.insert(number, line);
        Arc::new(Client {
            debts: self.clone(),
            number,
            end,
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

    fn set(&self, owes: bool) {
        let mut book = self.debts.book();
        book.last += 1;
        let now = book.last;
        if let Some(line) = book.connections.get_mut(&self.number) {
            line.since = owes.then_some(now);
        }
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
    is_over: AtomicBool,
}

impl Exchange {
    fn has_asked(&self) {
        if !self.is_over.load(Ordering::Relaxed) {
            self.client.set(false);
        }
    }

    fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.client.set(true);
    }
}

/// A request whose end is noticed, and what the answer to it is to be wrapped in.
pub(super) fn follow(
    client: &Arc<Client>,
    request: Request<Incoming>,
) -> (Request<Body>, Answered) {
    let exchange = Arc::new(Exchange {
        client: Arc::clone(client),
        is_over: AtomicBool::new(false),
    });
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
        response.map(|body| Body::new(Answer { body, _end: self }))
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
    _end: Answered,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
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
        a.set(false);
        a.set(true);
        assert!(debts.end_longest(Some("here")));
        assert!(is_told(&c) && !is_told(&a) && !is_told(&b));
        // Nobody is told twice.
        assert!(debts.end_longest(Some("here")));
        assert!(is_told(&a));
        assert!(!debts.end_longest(Some("here")));
        b.set(false);
        assert!(!debts.end_longest(None));
        b.set(true);
        assert!(debts.end_longest(None) && is_told(&b));
        drop(b);
        assert_eq!(debts.book().connections.len(), 2);
    }
}
