//! What a technician's phone would hold if it got ready now.
//!
//! Owns the sums. The scope is that of every phone (`pull`); must never have a rule of its own of who sees what.

use crate::error::StorageError;
use crate::pull::cursor::Base;
use crate::pull::plan::{Planned, plan_round};
use crate::pull::scope::load_round;
use crate::state::App;
use crate::storage::{ReadTx, SessionRow, StoredRecord};
use crate::zones;
use afield_domain::time::ScopeWindow;
use afield_domain::{Attachment, CompanyId, Module, Record, RecordKey, User, UserId, limits};
use afield_protocol::{Preview, PreviewRecords};
use std::collections::HashSet;

/// How far jobs are looked for that are not on the phone, in milliseconds: a year.
const BESIDE_MS: i64 = 366 * 86_400_000;
const MB: u64 = 1_000_000;

/// The technician of the company with this id who may sign in; none if there is nobody.
pub(crate) async fn find_technician(
    app: &App,
    company: CompanyId,
    user: UserId,
) -> Result<Option<User>, StorageError> {
    let account = app.storage.read().await?.account_of(company, user).await?;
    let found = account.filter(|account| account.active && !account.user.role.is_office());
    Ok(found.map(|account| account.user))
}

/// What the phone of `user` would hold; none if the company's zone is not known.
pub(crate) async fn load_preview(
    app: &App,
    session: &SessionRow,
    user: User,
) -> Result<Option<Preview>, StorageError> {
    let company = session.company.id;
    let mut tx = app.storage.read().await?;
    let Some(row) = tx.company(company).await? else {
        return Ok(None);
    };
    let Some(zone) = zones::zone(&row.zone) else {
        return Ok(None);
    };
    let window = zone.scope(app.clock.now(), row.settings.window_days);
    let seq = row.change_seq;
    let loaded = load_round(tx.as_mut(), company, user.id, None, Base { seq, window }).await?;
    let mut sums = Sums::default();
    let keys = sent(&plan_round(&loaded));
    for some in keys.chunks(limits::PULL_CHANGES) {
        let rows = tx.records(company, some).await?;
        for row in &rows {
            sums.add(row);
            if let Some(file) = file_of(row)
                && tx.file_removed(company, file.id).await?.is_none()
            {
                sums.add_file(&file);
            }
        }
    }
    let here: HashSet<RecordKey> = loaded.jobs.iter().map(|job| job.head.key).collect();
    let before = ScopeWindow {
        from: window.from.plus_ms(-BESIDE_MS),
        until: window.from,
    };
    let after = ScopeWindow {
        from: window.until,
        until: window.until.plus_ms(BESIDE_MS),
    };
    Ok(Some(Preview {
        from: window.from,
        until: window.until,
        earlier: beside(tx.as_mut(), company, user.id, before, &here).await?,
        later: beside(tx.as_mut(), company, user.id, after, &here).await?,
        records: sums.records,
        files: sums.files,
        file_bytes: sums.file_bytes,
        files_budget: u64::from(row.settings.files_budget_mb).saturating_mul(MB),
        user,
    }))
}

fn sent(planned: &[Planned]) -> Vec<RecordKey> {
    let sent = planned.iter().filter_map(|planned| match planned {
        Planned::Send(key) => Some(*key),
        Planned::ScopeOut(_) | Planned::Tombstone(_) => None,
    });
    sent.collect()
}

/// How many jobs of `user` start within `window` and are not `here`.
async fn beside(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    user: UserId,
    window: ScopeWindow,
    here: &HashSet<RecordKey>,
) -> Result<u64, StorageError> {
    let jobs = tx.jobs_of(company, user, window).await?;
    let others = jobs.iter().filter(|job| !here.contains(&job.head.key));
    Ok(u64::try_from(others.count()).unwrap_or(u64::MAX))
}

fn file_of(row: &StoredRecord) -> Option<Attachment> {
    if row.key.module != Module::Attachment {
        return None;
    }
    match row.record() {
        Ok(Record::Attachment(file)) => Some(file),
        _ => None,
    }
}

#[derive(Default)]
struct Sums {
    records: Vec<PreviewRecords>,
    files: u64,
    file_bytes: u64,
}

impl Sums {
    fn add(&mut self, row: &StoredRecord) {
        let bytes = u64::try_from(row.data.len()).unwrap_or(u64::MAX);
        let module = row.key.module;
        match self.records.iter_mut().find(|sum| sum.module == module) {
            Some(sum) => {
                sum.count = sum.count.saturating_add(1);
                sum.bytes = sum.bytes.saturating_add(bytes);
            }
            None => self.records.push(PreviewRecords {
                module,
                count: 1,
                bytes,
            }),
        }
    }

    fn add_file(&mut self, file: &Attachment) {
        self.files = self.files.saturating_add(1);
        self.file_bytes = self.file_bytes.saturating_add(file.bytes);
    }
}
