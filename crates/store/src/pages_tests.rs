//! Tests of the page layout: it holds exactly what a plain map would.

use super::*;
use afield_domain::{NoteId, OrganizationId, Record, Rev};
use afield_sync::CacheState;
use afield_sync::ports::Source;

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
        changes,
        pinned: BTreeSet::new(),
        state: None,
    }
}

/// A store of pages as the database would hold them.
#[derive(Default)]
struct Disk {
    layout: Layout,
    pages: BTreeMap<PageId, Vec<Versioned>>,
}

impl Disk {
    fn apply(&mut self, batch: &CacheBatch) -> Vec<RecordKey> {
        let mut set = PageSet::new(self.layout.clone());
        let growth = self.layout.plan_growth(batch);
        for module in growth.keys() {
            for page in self.layout.pages_of(*module) {
                set.insert(page, self.pages.get(&page).cloned().unwrap_or_default());
            }
        }
        for (module, bits) in growth {
            set.grow(module, bits);
        }
        for page in set.layout().touched(batch) {
            if !set.has(page) {
                set.insert(page, self.pages.get(&page).cloned().unwrap_or_default());
            }
        }
        let changed = set.apply(batch);
        for (page, records) in set.dirty() {
            self.pages.insert(page, records.to_vec());
        }
        self.layout = set.layout().clone();
        changed
    }

    fn count(&self) -> usize {
        self.pages.values().map(Vec::len).sum()
    }
}

#[test]
fn a_module_grows_and_every_record_stays_findable() {
    let mut disk = Disk::default();
    for chunk in 0..20_u128 {
        let changes = (0..250).map(|n| organization(chunk * 250 + n, 1)).collect();
        assert_eq!(disk.apply(&batch(changes)).len(), 250);
    }
    assert_eq!(disk.count(), 5_000);
    let fullest = disk.pages.values().map(Vec::len).max().unwrap();
    assert!(fullest < 256, "{fullest} records on one page");
    for n in 0..5_000 {
        let key = OrganizationId(Uuid::from_u128(n)).into();
        let page = &disk.pages[&disk.layout.page_of(key)];
        assert!(
            page.iter()
                .any(|versioned| versioned.record.key() == Some(key))
        );
    }
}

#[test]
fn revisions_never_go_back_and_removals_remove() {
    let mut disk = Disk::default();
    let key = OrganizationId(Uuid::from_u128(1)).into();
    assert_eq!(disk.apply(&batch(vec![organization(1, 3)])), [key]);
    assert_eq!(disk.apply(&batch(vec![organization(1, 3)])), []);
    assert_eq!(disk.apply(&batch(vec![organization(1, 2)])), []);
    assert_eq!(disk.apply(&batch(vec![organization(1, 4)])), [key]);
    assert_eq!(disk.apply(&batch(vec![Change::Tombstone { key }])), [key]);
    assert_eq!(disk.apply(&batch(vec![Change::Tombstone { key }])), []);
    assert_eq!((disk.count(), disk.layout.records(key.module)), (0, 0));
}

#[test]
fn priming_makes_room_for_what_is_to_come_at_once() {
    let mut state = CacheState::default();
    state.priming.totals = vec![afield_protocol::ModuleTotal {
        module: Module::Organization,
        count: 10_000,
    }];
    let mut first = batch(vec![organization(1, 1)]);
    first.state = Some(state);
    let growth = Layout::default().plan_growth(&first);
    assert_eq!(growth.get(&Module::Organization), Some(&7));
}

#[test]
fn a_module_without_a_page_has_one_empty_page() {
    let layout = Layout::default();
    let key: RecordKey = NoteId(Uuid::from_u128(5)).into();
    assert_eq!(layout.page_of(key).key(), "note/0000");
    assert_eq!(layout.pages_of(Module::Note).count(), 1);
}
