//! The three-way merge, field by field, of any kind of record that has fields.
//!
//! Server still at the base → the new value; server already at the new value → nothing; else a
//! conflict, and the field's [`Policy`] decides. Owns [`Editable`] and [`Field`], which a kind implements to
//! be merged, and the merge, written once. Pure. Must never know a kind, and never drop a value: what
//! loses stands in [`Met`].

mod edit;

pub use edit::{Edit, FieldValue, Stamp};

use crate::ids::MutationId;
use crate::limits;
use crate::order::Order;
use crate::rejection::{Problem, Rejection};
use crate::time::Timestamp;
use crate::user::{Actor, Role};
use crate::wire::FromTree;
use afield_planted::planted;
use serde::Serialize;

/// The name of a field of one kind of record.
pub trait Field: Copy + Ord + 'static {
    /// Every field that has one value. The others have one for each item, and merge item by item.
    const SINGLE: &'static [Self];

    /// Whether this build knows it.
    fn is_known(self) -> bool;

    /// What wins when two have edited it.
    fn policy(self) -> Policy;

    /// Whether `role` may edit it, of a record that it may work on.
    fn may_be_edited_by(self, role: Role) -> bool;
}

/// A kind of record whose fields are edited one by one.
pub trait Editable: Clone {
    /// The names of its fields.
    type Field: Field;

    /// What stands in `field`, or in the `item` of it; nothing where there is none.
    fn value(&self, field: Self::Field, item: &str) -> FieldValue;

    /// Sets `field`, or the `item` of it, to `value` in the form in which it is stored.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] for a value that cannot be stored.
    fn set_value(
        &mut self,
        field: Self::Field,
        item: &str,
        value: &FieldValue,
    ) -> Result<(), Rejection>;

    /// The items that stand in it, each with its field.
    fn items(&self) -> Vec<(Self::Field, String)>;
}

/// Which of two changes to one field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Policy {
    /// The later one, by corrected time not later than the receipt.
    LatestWins,
    /// The office's; between two of the office or two technicians the later one.
    OfficeWins,
    /// A policy of another build.
    #[serde(other)]
    Other,
}

/// Whose value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Winner {
    /// The value of the mutation that met the other one.
    Mine,
    /// The value that the server had.
    Theirs,
}

/// A mutation that edits fields, as far as a merge must know it.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// Who made it, with the rights of this moment.
    pub actor: Actor<'a>,
    /// When, by the corrected clock, not later than the receipt.
    pub made_at: Timestamp,
    /// When the server got it.
    pub received_at: Timestamp,
    /// Its id.
    pub mutation: MutationId,
}

/// What one edit comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldOutcome {
    /// The server is at the base: take the new value.
    Take,
    /// Nothing to do: the server has the new value already, or the edit changes nothing.
    Same,
    /// Two changes met.
    Conflict(Winner),
}

/// Judges one edit against what the server has.
#[must_use]
pub fn merge_field<F: Field>(
    edit: &Edit<F>,
    current: &FieldValue,
    stamp: Option<&Stamp<F>>,
    author: Author<'_>,
) -> FieldOutcome {
    if edit.new == *current || edit.new == edit.base {
        return FieldOutcome::Same;
    }
    if planted!(MergeIgnoresBase: edit.base == *current => true) {
        return FieldOutcome::Take;
    }
    let mine = (author.made_at, author.actor.id, &edit.new);
    // Equal times are told apart by author and value, so that the order of arrival decides nothing.
    let is_later = stamp.is_none_or(|stamp| mine > (stamp.at, stamp.by, current));
    let office = (
        author.actor.role.is_office(),
        stamp.is_none_or(|stamp| stamp.office),
    );
    let mine_wins = match (edit.field.policy(), office) {
        (Policy::OfficeWins, (true, false)) => true,
        (Policy::OfficeWins, (false, true)) => false,
        _ => is_later,
    };
    FieldOutcome::Conflict(if planted!(LastArrivalWins: mine_wins => true) {
        Winner::Mine
    } else {
        Winner::Theirs
    })
}

/// A field in which two changes met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met<F> {
    /// The edit, with its value in the form in which it is stored.
    pub edit: Edit<F>,
    /// What the server had.
    pub theirs: FieldValue,
    /// Who had given it that, if it is known.
    pub stamp: Option<Stamp<F>>,
    /// Whose value stands.
    pub winner: Winner,
}

/// A record after its edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged<K: Editable> {
    /// The record.
    pub record: K,
    /// The edits that changed it, with their values in the form in which they are stored.
    pub taken: Vec<Edit<K::Field>>,
    /// What met something else, with both values.
    pub met: Vec<Met<K::Field>>,
}

/// Merges `edits` into `record`. `stamps` are those of `record`.
///
/// # Errors
/// [`Rejection::Forbidden`] for a field this role may not edit, [`Rejection::Invalid`] for a value
/// that cannot be stored, [`Rejection::UnknownOp`] for a field of another build: then nothing is merged.
pub fn merge_edits<K: Editable>(
    record: &K,
    edits: &[Edit<K::Field>],
    stamps: &[Stamp<K::Field>],
    author: Author<'_>,
) -> Result<Merged<K>, Rejection> {
    check_places(edits)?;
    let mut merged = record.clone();
    let (mut taken, mut met) = (Vec::new(), Vec::new());
    for edit in edits {
        if !edit.field.may_be_edited_by(author.actor.role) {
            return Err(Rejection::Forbidden);
        }
        // Whoever leaves what they saw changes nothing, also where it is stored in another form than they wrote it.
        let is_no_edit = edit.new == edit.base;
        let edit = normalized(&merged, edit)?;
        if is_no_edit {
            continue;
        }
        let current = merged.value(edit.field, &edit.item);
        let is_of_edit =
            |stamp: &&Stamp<K::Field>| stamp.field == edit.field && stamp.item == edit.item;
        let stamp = stamps.iter().find(is_of_edit);
        let outcome = merge_field(&edit, &current, stamp, author);
        if matches!(
            outcome,
            FieldOutcome::Take | FieldOutcome::Conflict(Winner::Mine)
        ) {
            merged.set_value(edit.field, &edit.item, &edit.new)?;
            taken.push(edit.clone());
        }
        if let (FieldOutcome::Conflict(winner), true) =
            (outcome, planted!(ConflictNotLogged: true => false))
        {
            met.push(Met {
                edit,
                theirs: current,
                stamp: stamp.cloned(),
                winner,
            });
        }
    }
    Ok(Merged {
        record: merged,
        taken,
        met,
    })
}

/// Whether every place is named once, and an item only where the field has items: else one small
/// mutation could make any number of conflicts.
fn check_places<F: Field>(edits: &[Edit<F>]) -> Result<(), Rejection> {
    if !edits.iter().all(|edit| edit.field.is_known()) {
        return Err(Rejection::UnknownOp);
    }
    let wrong = |problem| Rejection::Invalid {
        field: "edits".to_owned(),
        problem,
    };
    if edits.len() > limits::EDITS {
        return Err(wrong(Problem::TooLong { max: limits::EDITS }));
    }
    let mut places: Vec<(F, &str)> = Vec::with_capacity(edits.len());
    for edit in edits {
        let is_single = F::SINGLE.contains(&edit.field);
        let is_item = !edit.item.is_empty() && edit.item.len() <= limits::ITEM_BYTES;
        if is_single != edit.item.is_empty() || (!is_single && !is_item) {
            return Err(wrong(Problem::Malformed));
        }
        places.push((edit.field, &edit.item));
    }
    places.order();
    if places.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(wrong(Problem::Malformed));
    }
    Ok(())
}

/// The edit with its new value in the form in which it is stored.
fn normalized<K: Editable>(record: &K, edit: &Edit<K::Field>) -> Result<Edit<K::Field>, Rejection> {
    let mut probe = record.clone();
    probe.set_value(edit.field, &edit.item, &edit.new)?;
    Ok(Edit {
        new: probe.value(edit.field, &edit.item),
        ..edit.clone()
    })
}

/// The stamps after a write: of each field that it changes, the writer's, and never an earlier time
/// than the one before, for whoever changes a value has seen it.
#[must_use]
pub fn restamp<K: Editable>(
    before: &K,
    after: &K,
    stamps: &[Stamp<K::Field>],
    actor: Actor<'_>,
    at: Timestamp,
) -> Vec<Stamp<K::Field>> {
    let mut stamps = stamps.to_vec();
    for (field, item) in changed_places(before, after) {
        let is_of_place = |stamp: &Stamp<K::Field>| stamp.field == field && stamp.item == item;
        let old = stamps.iter().position(is_of_place);
        let at = old
            .map(|index| stamps.swap_remove(index).at)
            .map_or(at, |old| old.max(at));
        stamps.push(Stamp {
            field,
            item,
            at,
            by: actor.id,
            name: actor.name.to_owned(),
            office: actor.role.is_office(),
        });
    }
    stamps.order_by(|one, other| (one.field, &one.item).cmp(&(other.field, &other.item)));
    stamps
}

/// The fields in which two copies of a record differ, each once, rising.
#[must_use]
pub fn changed_fields<K: Editable>(before: &K, after: &K) -> Vec<K::Field> {
    let places = changed_places(before, after).into_iter();
    let mut fields: Vec<K::Field> = places.map(|(field, _)| field).collect();
    fields.dedup();
    fields
}

/// Every place in which two copies of a record differ: a field, or an item that one of them has. Rising.
fn changed_places<K: Editable>(before: &K, after: &K) -> Vec<(K::Field, String)> {
    let single = K::Field::SINGLE.iter().map(|field| (*field, String::new()));
    let mut places: Vec<_> = single.collect();
    places.extend(before.items());
    places.extend(after.items());
    places.order();
    places.dedup();
    places.retain(|(field, item)| before.value(*field, item) != after.value(*field, item));
    places
}

#[cfg(test)]
#[path = "merge/kinds_tests.rs"]
mod kinds;

#[cfg(test)]
#[path = "merge/merge_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "merge/item_tests.rs"]
mod item_tests;

#[cfg(test)]
#[path = "merge/property_tests.rs"]
mod property_tests;
