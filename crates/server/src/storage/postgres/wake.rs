//! What servers tell each other: NOTIFY with a commit, LISTEN on a connection of its own.
//!
//! Owns the channel and how a word is written. A word says which company and of what kind, no more: whoever may look
//! into the database may hear it. Must never be needed: what is not heard is found by looking.

use super::super::Stored;
use super::super::elsewhere::{Elsewhere, Kind, Word};
use super::backend;
use crate::error::StorageError;
use afield_domain::CompanyId;
use async_trait::async_trait;
use sqlx::Executor as _;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Where it is told; a database has channels of its own.
const CHANNEL: &str = "afield";
/// After that long without a word it is asked whether the line still stands: a dead one says nothing either.
const QUIET: Duration = Duration::from_secs(30);
/// How long the database may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// What a transaction has to tell when it commits, each word once.
#[derive(Debug)]
pub(super) struct Words {
    /// By what this server knows its own words.
    own: Arc<str>,
    words: Vec<(CompanyId, Kind)>,
    at_mark: usize,
}

impl Words {
    pub(super) fn none_of(own: &Arc<str>) -> Self {
        Self {
            own: Arc::clone(own),
            words: Vec::new(),
            at_mark: 0,
        }
    }

    pub(super) fn own(&self) -> &Arc<str> {
        &self.own
    }

    pub(super) fn add(&mut self, company: CompanyId, kind: Kind) {
        if !self.words.contains(&(company, kind)) {
            self.words.push((company, kind));
        }
    }

    pub(super) fn mark(&mut self) {
        self.at_mark = self.words.len();
    }

    pub(super) fn go_back_to_mark(&mut self) {
        self.words.truncate(self.at_mark);
    }

    /// The statement that tells them with the commit, and its values; none where there is nothing to tell.
    pub(super) fn written(&self) -> Option<(&'static str, &'static str, Vec<String>)> {
        let write = |(company, kind): &(CompanyId, Kind)| write(&self.own, *company, *kind);
        let words: Vec<String> = self.words.iter().map(write).collect();
        let sql = "SELECT count(pg_notify($1, word)) FROM unnest($2::text[]) AS word";
        (!words.is_empty()).then_some((sql, CHANNEL, words))
    }
}

fn write(own: &str, company: CompanyId, kind: Kind) -> String {
    let kind = match kind {
        Kind::Work => "work",
        Kind::Untold => "untold",
        Kind::Phones => "phones",
        Kind::Revoked => "revoked",
    };
    format!("{own} {company} {kind}")
}

/// What somebody else says; none where it is this server's own word, or no word of ours.
fn read(text: &str, own: &str) -> Option<Word> {
    let mut parts = text.split(' ');
    let by = parts.next()?;
    let company = CompanyId(Uuid::parse_str(parts.next()?).ok()?);
    let kind = match parts.next()? {
        "untold" => Kind::Untold,
        "phones" => Kind::Phones,
        "revoked" => Kind::Revoked,
        // What only a newer build knows is looked for as well.
        _ => Kind::Work,
    };
    (by != own).then_some(Word::Of(company, kind))
}

/// Listens.
pub(super) struct Ears {
    options: PgConnectOptions,
    own: Arc<str>,
    /// None before it is listened, and after the line was cut.
    line: Option<PgListener>,
}

impl Ears {
    pub(super) fn new(options: PgConnectOptions, own: Arc<str>) -> Self {
        let line = None;
        Self { options, own, line }
    }

    /// Begins on a connection that nobody else uses.
    async fn begin(&self) -> Stored<PgListener> {
        let one = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ANSWER)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(self.options.clone());
        let mut line = PgListener::connect_with(&one).await.map_err(backend)?;
        // Whoever calls is told that it was cut, and then looks everywhere.
        line.eager_reconnect(false);
        let listening = tokio::time::timeout(ANSWER, line.listen(CHANNEL)).await;
        listening.map_err(|_| silent())?.map_err(backend)?;
        Ok(line)
    }
}

fn silent() -> StorageError {
    StorageError::Backend("the database does not answer".into())
}

/// The next word of somebody else on this line.
async fn hear(line: &mut PgListener, own: &str) -> Stored<Word> {
    loop {
        match tokio::time::timeout(QUIET, line.try_recv()).await {
            Ok(Ok(Some(told))) => {
                if let Some(word) = read(told.payload(), own) {
                    return Ok(word);
                }
            }
            Ok(Ok(None)) => return Err(StorageError::Backend("the line was cut".into())),
            Ok(Err(error)) => return Err(backend(error)),
            Err(_) => {
                let stands = tokio::time::timeout(ANSWER, line.execute("SELECT 1")).await;
                stands.map_err(|_| silent())?.map_err(backend)?;
            }
        }
    }
}

#[async_trait]
impl Elsewhere for Ears {
    async fn next(&mut self) -> Stored<Word> {
        let Some(line) = &mut self.line else {
            self.line = Some(self.begin().await?);
            return Ok(Word::Listening);
        };
        let heard = hear(line, &self.own).await;
        if heard.is_err() {
            self.line = None;
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_a_company_and_a_kind_and_is_not_heard_by_whoever_says_it() {
        let company = CompanyId(Uuid::from_u128(7));
        for kind in [Kind::Work, Kind::Untold, Kind::Phones, Kind::Revoked] {
            let text = write("one", company, kind);
            assert_eq!(read(&text, "other"), Some(Word::Of(company, kind)));
            assert_eq!(read(&text, "one"), None);
        }
        let newer = format!("one {company} something else");
        assert_eq!(read(&newer, "other"), Some(Word::Of(company, Kind::Work)));
        for text in ["", "one", "one 7", "one  work", "one two three"] {
            assert_eq!(read(text, "other"), None, "{text}");
        }
    }

    #[test]
    fn what_is_taken_back_is_not_told() {
        let own: Arc<str> = "one".into();
        let mut words = Words::none_of(&own);
        assert_eq!(words.written(), None);
        let [a, b] = [1, 2].map(|n| CompanyId(Uuid::from_u128(n)));
        words.add(a, Kind::Work);
        words.mark();
        words.add(a, Kind::Work);
        words.add(b, Kind::Work);
        words.go_back_to_mark();
        words.add(a, Kind::Phones);
        let told = words.written().unwrap().2;
        assert_eq!(told, [format!("one {a} work"), format!("one {a} phones")]);
    }
}
