//! Tests of the page layout: it holds exactly what a plain map would.

use super::*;
use crate::directory::RECORDS_PER_PAGE;
use afield_domain::{OrganizationId, Record, Rev};
use afield_sync::ports::Source;
use std::collections::BTreeMap;
use uuid::Uuid;

fn organization(n: u128, rev: u64) -> Change {
    Change::Upsert(Versioned {
        rev: Rev(rev),
        record: Record::Organization(afield_domain::Organization {
            id: OrganizationId(Uuid::from_u128(n)),
            name: format!("O-{n}"),
            phone: String::new(),
        }),
    })
}

fn batch(changes: Vec<Change>) -> CacheBatch {
    CacheBatch {
        source: Source::Pull,
        expected_cursor: None,
        epoch: None,
        changes,
        pinned: Vec::new(),
        made: Vec::new(),
        state: None,
    }
}

/// A store of pages as the database would hold them.
#[derive(Default)]
struct Disk {
    directories: BTreeMap<Module, Vec<u8>>,
    pages: BTreeMap<PageId, Vec<Versioned>>,
}

impl Disk {
    /// Applies a batch; gives back what changed and how many pages were written.
    fn apply(&mut self, batch: &CacheBatch) -> (Vec<RecordKey>, usize) {
        let modules = modules_of(batch).into_iter().map(|module| {
            let bytes = self.directories.get(&module).cloned().unwrap_or_default();
            (module, Directory::from_bytes(&bytes).unwrap())
        });
        let mut set = PageSet::new(modules.collect());
        for page in set.touched(batch) {
            set.insert(page, self.pages.get(&page).cloned().unwrap_or_default());
        }
        let changed = set.apply(batch);
        let mut written = 0;
        for (page, records) in set.dirty() {
            self.pages.insert(page, records.to_vec());
            written += 1;
        }
        for (module, directory) in set.dirty_directories() {
            self.directories.insert(module, directory.to_bytes());
        }
        (changed.keys, written)
    }

    fn revs(&self) -> BTreeMap<Uuid, u64> {
        let all = self.pages.values().flatten();
        all.map(|versioned| (versioned.record.key().unwrap().id, versioned.rev.0))
            .collect()
    }

    fn count(&self) -> usize {
        self.pages.values().map(Vec::len).sum()
    }
}

#[test]
fn a_batch_of_new_records_writes_few_pages_however_many_there_are() {
    let mut disk = Disk::default();
    for chunk in 0..20_u128 {
        let changes = (0..250).map(|n| organization(chunk * 250 + n, 1)).collect();
        let (changed, written) = disk.apply(&batch(changes));
        assert_eq!(changed.len(), 250);
        assert!(written <= 3, "{written} pages for one batch");
    }
    assert_eq!(disk.count(), 5_000);
    assert!(
        disk.pages
            .values()
            .all(|page| page.len() <= RECORDS_PER_PAGE)
    );
}

#[test]
fn revisions_never_go_back_and_removals_remove() {
    let mut disk = Disk::default();
    let key = OrganizationId(Uuid::from_u128(1)).into();
    let mut check = |change: Change, expected: &[RecordKey]| {
        assert_eq!(disk.apply(&batch(vec![change])).0, expected);
    };
    check(organization(1, 3), &[key]);
    check(organization(1, 3), &[]);
    check(organization(1, 2), &[]);
    check(organization(1, 4), &[key]);
    check(Change::Tombstone { key }, &[key]);
    check(Change::Tombstone { key }, &[]);
    assert_eq!(disk.count(), 0);
}

/// Jobs come and go with the days: pages that became sparse are filled again.
#[test]
fn pages_do_not_grow_without_end() {
    let mut disk = Disk::default();
    for day in 0..100_u128 {
        let coming = (0..60).map(|n| organization(day * 60 + n, 1));
        let going = (0..60).filter(|_| day >= 7).map(|n| Change::ScopeOut {
            key: OrganizationId(Uuid::from_u128((day - 7) * 60 + n)).into(),
        });
        disk.apply(&batch(coming.chain(going).collect()));
    }
    assert_eq!(disk.count(), 7 * 60);
    assert!(disk.pages.len() <= 10, "{} pages", disk.pages.len());
}

/// Against the plainest model: a map.
#[test]
fn random_changes_give_what_a_map_gives() {
    let (mut disk, mut model) = (Disk::default(), BTreeMap::<Uuid, u64>::new());
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..300 {
        let mut changes = Vec::new();
        for _ in 0..draw(40) {
            let (n, rev) = (u128::from(draw(400)), draw(5) + 1);
            let id = Uuid::from_u128(n);
            if draw(4) == 0 {
                model.remove(&id);
                changes.push(Change::Tombstone {
                    key: OrganizationId(id).into(),
                });
            } else {
                let stored = model.entry(id).or_insert(rev);
                *stored = rev.max(*stored);
                changes.push(organization(n, rev));
            }
        }
        disk.apply(&batch(changes));
        assert_eq!(disk.revs(), model);
        assert_eq!(disk.count(), model.len());
    }
}
