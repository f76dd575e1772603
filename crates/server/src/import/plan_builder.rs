//! The plan of one row while it is made.
//!
//! Owns what is written together: the row's record, what it refers to, and what the next import is
//! compared with. Must never decide what a row means.

use super::existing::Known;
use super::input::{Input, OWN_KEY};
use super::row_plan::{Change, NoPlan};
use super::update::{FieldGroup, ImportBase, Update, merge_row};
use crate::said::Said;
use afield_domain::{Record, RecordKey};

/// The plan of a row while it is made.
#[derive(Debug, Default)]
pub(super) struct PlanBuilder {
    pub(super) changes: Vec<Change>,
    pub(super) bases: Vec<(RecordKey, ImportBase)>,
    pub(super) updated: Vec<&'static str>,
    pub(super) kept: Vec<Said>,
    pub(super) notes: Vec<Said>,
    pub(super) is_new: bool,
    pub(super) is_without_position: bool,
}

impl PlanBuilder {
    /// A new record.
    pub(super) fn add(&mut self, record: Record, external_key: String) {
        self.changes.push(Change {
            old: None,
            record,
            external_key: Some(external_key),
        });
    }

    /// The row's own record, which is new.
    pub(super) fn create(&mut self, record: Record, external_key: &str) {
        self.is_new = true;
        self.add(record, external_key.to_owned());
    }

    /// The row's own record, which people know by a number: made, or merged into the one that is there, which is known by
    /// the row's key from then on if it has none of the other system. Gives it as it shall be.
    pub(super) fn put(
        &mut self,
        known: Option<Known<'_>>,
        described: Record,
        groups: &[FieldGroup],
        row: &Input,
    ) -> Result<Record, NoPlan> {
        let Some(known) = known else {
            if let Some(key) = described.key() {
                self.bases.push((key, ImportBase::of(&described, groups)?));
            }
            self.create(described.clone(), &row.external_key);
            return Ok(described);
        };
        let update = self.merge(&known, &described, groups)?;
        let had = known.stored.external_key.as_deref();
        let is_better = row.external_key.starts_with(OWN_KEY) && had != Some(&row.external_key);
        if had.is_none() || is_better {
            self.give_key(&known, &update.record, row.external_key.clone());
        }
        self.note_base(&known, update.base);
        Ok(update.record)
    }

    /// Forgets new records to which `record` does not lead in the end: a row that names its customer as
    /// it did last time makes no new one because somebody has renamed theirs.
    pub(super) fn keep_linked(&mut self, record: &Record) {
        let mut needed: Vec<RecordKey> = record.links();
        let mut kept = Vec::new();
        for change in std::mem::take(&mut self.changes).into_iter().rev() {
            let key = change.record.key();
            let is_needed = change.old.is_some() || key.is_some_and(|key| needed.contains(&key));
            if is_needed {
                needed.extend(change.record.links());
                kept.push(change);
            } else {
                self.bases.retain(|(other, _)| Some(*other) != key);
            }
        }
        kept.reverse();
        self.changes = kept;
    }

    /// A record that is there: its fields follow the row where nobody else has changed them.
    pub(super) fn merge(
        &mut self,
        known: &Known<'_>,
        described: &Record,
        groups: &[FieldGroup],
    ) -> Result<Update, NoPlan> {
        let is_untouched = known.stored.rev.0 == 1;
        let update = merge_row(&known.record, is_untouched, known.base, described, groups)?;
        if !update.updated.is_empty() {
            self.changes.push(Change {
                old: Some(known.stored.clone()),
                record: update.record.clone(),
                external_key: known.stored.external_key.clone(),
            });
        }
        self.updated.extend(&update.updated);
        self.kept.extend(update.kept.iter().cloned());
        Ok(update)
    }

    /// Gives a record that is there another key in the other system.
    pub(super) fn give_key(&mut self, known: &Known<'_>, now: &Record, key: String) {
        let of_it = |change: &&mut Change| change.record.key() == Some(known.stored.key);
        match self.changes.iter_mut().find(of_it) {
            Some(change) => change.external_key = Some(key),
            None => self.changes.push(Change {
                old: Some(known.stored.clone()),
                record: now.clone(),
                external_key: Some(key),
            }),
        }
    }

    /// Notes what the next import is compared with, if that is new.
    pub(super) fn note_base(&mut self, known: &Known<'_>, base: ImportBase) {
        if known.base != Some(&base) {
            self.bases.push((known.stored.key, base));
        }
    }
}
