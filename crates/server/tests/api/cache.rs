//! A phone's cache: what it holds after the pages it got.

use crate::client::Client;
use afield_domain::*;
use afield_protocol::*;
use std::collections::BTreeMap;

/// A phone's cache: what it holds after the pages it got.
#[derive(Default)]
pub(crate) struct Cache {
    pub(crate) records: BTreeMap<RecordKey, Versioned>,
    pub(crate) cursor: Option<Cursor>,
    /// Changes that this build cannot read.
    pub(crate) unread: usize,
}

impl Cache {
    /// Pulls one page; whether more waits.
    pub(crate) async fn page(&mut self, client: &Client, limit: usize) -> PullResponse {
        let answer = client.pull(self.cursor.as_ref(), limit).await;
        assert!(
            answer.body.len() <= 256 * 1024 + 1024,
            "{}",
            answer.body.len()
        );
        let page: PullResponse = answer.ok();
        assert!(page.changes.len() <= limit);
        let mut named = Vec::new();
        for change in &page.changes {
            match change {
                Change::Upsert(versioned) => {
                    let key = versioned.record.key().unwrap();
                    named.push(key);
                    if let Some(old) = self.records.insert(key, versioned.clone()) {
                        assert!(old.rev <= versioned.rev, "a revision went back");
                    }
                }
                Change::Tombstone { key } | Change::ScopeOut { key } => {
                    named.push(*key);
                    self.records.remove(key);
                }
                // A phone keeps what it has, and remembers that there is more.
                Change::Unread(_) => self.unread += 1,
            }
        }
        let count = named.len();
        named.sort_unstable();
        named.dedup();
        assert_eq!(named.len(), count, "a record twice in a page");
        self.cursor = Some(page.cursor.clone());
        page
    }

    /// Pulls until nothing waits; the changes in short, such as `["+job:…7", "-note:…9"]`.
    pub(crate) async fn all(&mut self, client: &Client, limit: usize) -> Vec<String> {
        let mut changes = Vec::new();
        for _ in 0..10_000 {
            let page = self.page(client, limit).await;
            changes.extend(page.changes.iter().map(in_short));
            if !page.more {
                return changes;
            }
        }
        panic!("pulling never ends");
    }

    pub(crate) fn held(&self) -> Vec<String> {
        self.records.keys().map(|key| name(*key)).collect()
    }
}

fn name(key: RecordKey) -> String {
    format!("{} {:x}", key.module.name(), key.id.as_u128())
}

pub(crate) fn in_short(change: &Change) -> String {
    match change {
        Change::Upsert(versioned) => format!("+{}", name(versioned.record.key().unwrap())),
        Change::Tombstone { key } => format!("x{}", name(*key)),
        Change::ScopeOut { key } => format!("-{}", name(*key)),
        Change::Unread(_) => "?".into(),
    }
}
