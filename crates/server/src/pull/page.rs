//! One page of a round: the records as they are stored, without reading and writing each of them anew.
//!
//! Owns how large a page is, and what of a stored record is looked at before it is sent. Must never send a record under
//! another's key, nor what is no JSON.

use super::plan::Planned;
use crate::error::StorageError;
use crate::storage::{ReadTx, Stored, StoredRecord};
use afield_domain::{CompanyId, JobId, Module, MutationId, Record, RecordKey, Rev, UserId, limits};
use afield_planted::planted;
use afield_protocol::{Company, Cursor, LeftJob, ModuleTotal};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// Changes in a page if the phone does not say.
const DEFAULT_PAGE: usize = 250;
/// Bytes of JSON in a page, beyond which no further record is added, if the phone does not say.
const DEFAULT_BYTES: usize = 224 * 1024;
/// The same for a phone that asks for as much as there may be.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Changes in a page of a phone that says how many bytes it takes.
const MOST_CHANGES: usize = 20_000;

/// [`afield_protocol::PullResponse`] with each record byte for byte as it is stored.
#[derive(Debug, Serialize)]
pub(crate) struct PullReply {
    /// The changes, in the order in which to apply them.
    pub(crate) changes: Vec<Sent>,
    /// Where the next page begins.
    pub(crate) cursor: Cursor,
    /// Whether more waits right now.
    pub(crate) more: bool,
    /// How many records priming will bring, by module; with the first page of a priming only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) totals: Vec<ModuleTotal>,
    /// Whose the jobs are that have left.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) left: Vec<LeftJob>,
    /// What of the user's changes waits for the office, if the phone has asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) in_review: Option<Vec<MutationId>>,
    /// The company, of whose settings the phone knows another version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<Company>,
}

/// [`afield_protocol::Change`] as it is sent.
#[derive(Debug, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub(crate) enum Sent {
    Upsert { rev: Rev, record: Box<RawValue> },
    Tombstone { key: RecordKey },
    ScopeOut { key: RecordKey },
}

/// How large a page may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    changes: usize,
    bytes: usize,
}

impl Size {
    /// What a phone has asked for, as far as it may have it. Without `bytes` it is one of the version before.
    pub(crate) fn asked(changes: Option<usize>, bytes: Option<usize>) -> Self {
        match bytes {
            None => Self {
                changes: changes
                    .unwrap_or(DEFAULT_PAGE)
                    .clamp(1, limits::PULL_CHANGES),
                bytes: DEFAULT_BYTES,
            },
            Some(bytes) => Self {
                changes: changes.unwrap_or(MOST_CHANGES).clamp(1, MOST_CHANGES),
                bytes: bytes.clamp(1, MOST_BYTES),
            },
        }
    }
}

/// A page.
pub(crate) struct Page {
    pub(crate) changes: Vec<Sent>,
    /// The last key of a page that is not the round's last.
    pub(crate) last: Option<RecordKey>,
}

/// Reads the records of the next page of `rest`.
pub(crate) async fn load_page(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    rest: &[Planned],
    size: Size,
) -> Stored<Page> {
    let mut page = Page {
        changes: Vec::new(),
        last: None,
    };
    let (mut bytes, mut looked_at) = (0, 0);
    // Some at a time: of a page with a limit in bytes nobody knows how many records it will hold.
    for some in rest
        .get(..size.changes.min(rest.len()))
        .unwrap_or(rest)
        .chunks(limits::PULL_CHANGES)
    {
        let mut stored = load_sent(tx, company, some).await?;
        for planned in some {
            if bytes >= size.bytes {
                break;
            }
            looked_at += 1;
            page.last = Some(planned.key());
            bytes += 80;
            let change = match planned {
                Planned::ScopeOut(key) => Sent::ScopeOut { key: *key },
                Planned::Tombstone(key) => {
                    planted!(TombstoneAsNothing: Sent::Tombstone { key: *key } => continue)
                }
                Planned::Send(key) => {
                    let Some(row) = stored.remove(key) else {
                        continue;
                    };
                    bytes += row.data.len();
                    match sent(row) {
                        Ok(change) => change,
                        // One damaged record must not keep the phone from all others.
                        Err(error) => {
                            tracing::error!(%error, %key, "a record was left out");
                            continue;
                        }
                    }
                }
            };
            page.changes.push(change);
        }
        if bytes >= size.bytes {
            break;
        }
    }
    if looked_at == rest.len() {
        page.last = None;
    }
    Ok(page)
}

/// Of more jobs than this nobody reads one by one who has them.
const MOST_LEFT: usize = 50;

/// Whose the jobs are that `changes` take from `user`, where they are somebody else's or nobody's: the others have
/// only left the days that a phone holds.
pub(crate) async fn load_left(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    user: UserId,
    changes: &[Sent],
) -> Stored<Vec<LeftJob>> {
    let gone = changes.iter().filter_map(|change| match change {
        Sent::ScopeOut { key } if key.module == Module::Job => Some(*key),
        _ => None,
    });
    let gone: Vec<RecordKey> = gone.take(MOST_LEFT).collect();
    let mut left = Vec::new();
    for row in tx.records(company, &gone).await? {
        let assignee = match row.record() {
            Ok(Record::Job(job)) if job.assignee != Some(user) => job.assignee,
            _ => continue,
        };
        let has_it = match assignee {
            Some(id) => tx.user(company, id).await?,
            None => None,
        };
        left.push(LeftJob {
            job: JobId(row.key.id),
            to: has_it.map(|user| user.name).unwrap_or_default(),
        });
    }
    Ok(left)
}

async fn load_sent(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    planned: &[Planned],
) -> Stored<HashMap<RecordKey, StoredRecord>> {
    let keys: Vec<RecordKey> = planned
        .iter()
        .filter_map(|planned| match planned {
            Planned::Send(key) => Some(*key),
            Planned::ScopeOut(_) | Planned::Tombstone(_) => None,
        })
        .collect();
    let rows = tx.records(company, &keys).await?;
    Ok(rows.into_iter().map(|row| (row.key, row)).collect())
}

/// What every record says of itself.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    module: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// The record as it is stored. Values that only a newer build knows are for the phone to judge, which may be newer, or
/// remembers that it could not read them.
fn sent(row: StoredRecord) -> Stored<Sent> {
    let unreadable = || StorageError::Unreadable(row.key);
    let named: Named<'_> = serde_json::from_str(&row.data).map_err(|_| unreadable())?;
    if named.module != row.key.module.name() || named.id.parse() != Ok(row.key.id) {
        return Err(unreadable());
    }
    Ok(Sent::Upsert {
        rev: row.rev,
        record: RawValue::from_string(row.data).map_err(|_| StorageError::Unreadable(row.key))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Module, Timestamp};
    use uuid::Uuid;

    #[test]
    fn a_record_is_sent_as_it_is_stored_under_its_own_key_only() {
        let key = RecordKey::new(Module::Job, Uuid::from_u128(7));
        let id = key.id;
        for (data, is_sent) in [
            (
                format!(r#"{{"module":"job","id":"{id}","colour": "red"}}"#),
                true,
            ),
            (
                format!(r#"{{"module":"job","id":"{id}","status":"teleported"}}"#),
                true,
            ),
            (format!(r#"{{"module":"note","id":"{id}"}}"#), false),
            (
                r#"{"module":"job","id":"00000000-0000-0000-0000-000000000008"}"#.into(),
                false,
            ),
            (format!(r#"{{"module":"job","id":"{id}","title":"#), false),
            (format!(r#"{{"module":"job","id":"{id}"}} x"#), false),
            (String::new(), false),
            ("[]".into(), false),
        ] {
            let row = StoredRecord {
                key,
                rev: Rev(3),
                scope_seq: 1,
                deleted: false,
                data: data.clone(),
                stamps: String::new(),
                external_key: None,
                updated_at: Timestamp(0),
            };
            let json = sent(row).map(|sent| serde_json::to_string(&sent).unwrap());
            let expected = format!(r#"{{"change":"upsert","rev":3,"record":{data}}}"#);
            assert_eq!(json.ok(), is_sent.then_some(expected), "{data}");
        }
    }

    #[test]
    fn a_phone_gets_no_more_than_it_may_have() {
        let size = |changes, bytes| {
            let size = Size::asked(changes, bytes);
            (size.changes, size.bytes)
        };
        assert_eq!(size(None, None), (250, DEFAULT_BYTES));
        assert_eq!(size(Some(0), None), (1, DEFAULT_BYTES));
        assert_eq!(size(Some(9_999), None), (500, DEFAULT_BYTES));
        assert_eq!(size(None, Some(1_000_000)), (MOST_CHANGES, 1_000_000));
        assert_eq!(
            size(Some(9_999_999), Some(usize::MAX)),
            (MOST_CHANGES, MOST_BYTES)
        );
    }
}
