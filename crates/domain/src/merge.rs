//! The three-way merge, field by field, and the one table of what wins.
//!
//! Server still at the base → the new value; server already at the new value → nothing; else a
//! conflict, and the field's [`Policy`] decides. Owns [`POLICIES`] and [`FieldStamp`]. Pure. Must
//! never drop a value: what loses stands in the conflict entry.

mod edit;

pub use edit::{FieldEdit, FieldValue, JobField};

use crate::from_tree;
use crate::ids::{ConflictId, MutationId, UserId};
use crate::limits;
use crate::permission::may_edit;
use crate::record::Job;
use crate::record::{Conflict, Winner};
use crate::rejection::{Problem, Rejection};
use crate::time::Timestamp;
use crate::user::Actor;
use afield_planted::planted;
use serde::Serialize;

/// Which of two changes to one field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Policy {
    /// The later one, by corrected time not later than the receipt.
    LatestWins,
    /// The office's; between two of the office or two technicians the later one.
    OfficeWins,
    /// A policy of another build.
    Other,
}

from_tree! {
    names Policy { "latest_wins" => LatestWins, "office_wins" => OfficeWins, else Other }
}

/// The policy of each field. What is not here merges otherwise: a status follows the state machine,
/// notes are only ever added.
pub const POLICIES: [(JobField, Policy); 8] = [
    (JobField::Title, Policy::LatestWins),
    (JobField::Description, Policy::LatestWins),
    (JobField::Priority, Policy::LatestWins),
    (JobField::Schedule, Policy::OfficeWins),
    (JobField::Assignee, Policy::OfficeWins),
    (JobField::Answer, Policy::LatestWins),
    (JobField::Asset, Policy::LatestWins),
    (JobField::Part, Policy::LatestWins),
];

/// The policy of `field`.
#[must_use]
pub fn policy(field: JobField) -> Policy {
    let row = POLICIES.iter().find(|(known, _)| *known == field);
    row.map_or(Policy::Other, |(_, policy)| *policy)
}

/// Who gave a field the value it has, and when. A field without a stamp has it from the office, long ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldStamp {
    /// The field.
    pub field: JobField,
    /// Which item of it; empty for a field with one value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// When, by the corrected clock, not later than the receipt.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
    /// Their name.
    pub name: String,
    /// Whether they were of the office then.
    pub office: bool,
}

from_tree! {
    struct FieldStamp { field, item = String::new(), at, by, name, office }
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
pub fn merge_field(
    edit: &FieldEdit,
    current: &FieldValue,
    stamp: Option<&FieldStamp>,
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
    let mine_wins = match (policy(edit.field), office) {
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

/// A job after its edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedJob {
    /// The job.
    pub job: Job,
    /// The edits that changed it, with their values in the form in which they are stored.
    pub taken: Vec<FieldEdit>,
    /// What met something else, with both values.
    pub conflicts: Vec<Conflict>,
}

/// Merges `edits` into `job`. `stamps` are those of `job`.
///
/// # Errors
/// [`Rejection::Forbidden`] for a field this role may not edit, [`Rejection::Invalid`] for a value
/// that cannot be stored, [`Rejection::UnknownOp`] for a field of another build: then nothing is merged.
pub fn merge_edits(
    job: &Job,
    edits: &[FieldEdit],
    stamps: &[FieldStamp],
    author: Author<'_>,
) -> Result<MergedJob, Rejection> {
    check_places(edits)?;
    let mut merged = job.clone();
    let (mut taken, mut conflicts) = (Vec::new(), Vec::new());
    for edit in edits {
        if !may_edit(author.actor.role, edit.field) {
            return Err(Rejection::Forbidden);
        }
        let edit = normalized(&merged, edit)?;
        let current = merged.value(edit.field, &edit.item);
        let is_of_edit = |stamp: &&FieldStamp| stamp.field == edit.field && stamp.item == edit.item;
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
            conflicts.push(entry(job, edit, current, stamp, author, winner));
        }
    }
    Ok(MergedJob {
        job: merged,
        taken,
        conflicts,
    })
}

/// Whether every place is named once, and an item only where the field has items: else one small
/// mutation could make any number of conflicts.
fn check_places(edits: &[FieldEdit]) -> Result<(), Rejection> {
    if edits.iter().any(|edit| edit.field == JobField::Other) {
        return Err(Rejection::UnknownOp);
    }
    let wrong = |problem| Rejection::Invalid {
        field: "edits".to_owned(),
        problem,
    };
    if edits.len() > limits::EDITS {
        return Err(wrong(Problem::TooLong { max: limits::EDITS }));
    }
    let mut places: Vec<(JobField, &str)> = Vec::with_capacity(edits.len());
    for edit in edits {
        let is_single = JobField::ALL.contains(&edit.field);
        let is_item = !edit.item.is_empty() && edit.item.len() <= limits::ITEM_BYTES;
        if is_single != edit.item.is_empty() || (!is_single && !is_item) {
            return Err(wrong(Problem::Malformed));
        }
        places.push((edit.field, &edit.item));
    }
    places.sort_unstable();
    if places.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(wrong(Problem::Malformed));
    }
    Ok(())
}

/// The edit with its new value in the form in which it is stored.
fn normalized(job: &Job, edit: &FieldEdit) -> Result<FieldEdit, Rejection> {
    let mut probe = job.clone();
    probe.set_value(edit.field, &edit.item, &edit.new)?;
    Ok(FieldEdit {
        new: probe.value(edit.field, &edit.item),
        ..edit.clone()
    })
}

fn entry(
    job: &Job,
    edit: FieldEdit,
    theirs: FieldValue,
    stamp: Option<&FieldStamp>,
    author: Author<'_>,
    winner: Winner,
) -> Conflict {
    Conflict {
        id: ConflictId::of(author.mutation, edit.field, &edit.item),
        job: job.id,
        mutation: author.mutation,
        field: edit.field,
        item: edit.item,
        base: edit.base,
        mine: edit.new,
        theirs,
        author: author.actor.id,
        author_name: author.actor.name.to_owned(),
        made_at: author.made_at,
        their_name: stamp.map(|stamp| stamp.name.clone()).unwrap_or_default(),
        their_at: stamp.map_or(Timestamp(0), |stamp| stamp.at),
        winner,
        rule: policy(edit.field),
        at: author.received_at,
        settled: None,
    }
}

/// The stamps after a write: of each field that it changes, the writer's, and never an earlier time
/// than the one before, for whoever changes a value has seen it.
#[must_use]
pub fn restamp(
    before: Option<&Job>,
    after: &Job,
    stamps: &[FieldStamp],
    actor: Actor<'_>,
    at: Timestamp,
) -> Vec<FieldStamp> {
    let Some(before) = before else {
        return stamps.to_vec();
    };
    let mut stamps = stamps.to_vec();
    for (field, item) in places(before, after) {
        if before.value(field, &item) == after.value(field, &item) {
            continue;
        }
        let old = stamps
            .iter()
            .position(|stamp| stamp.field == field && stamp.item == item);
        let at = old
            .map(|index| stamps.swap_remove(index).at)
            .map_or(at, |old| old.max(at));
        stamps.push(FieldStamp {
            field,
            item,
            at,
            by: actor.id,
            name: actor.name.to_owned(),
            office: actor.role.is_office(),
        });
    }
    stamps.sort_by(|one, other| (one.field, &one.item).cmp(&(other.field, &other.item)));
    stamps
}

/// Every place where two jobs can differ: the fields, and the items that one of them has.
fn places(before: &Job, after: &Job) -> Vec<(JobField, String)> {
    let mut places: Vec<_> = JobField::ALL
        .into_iter()
        .map(|field| (field, String::new()))
        .collect();
    for job in [before, after] {
        let answers = job.answers.iter().map(|answer| answer.item.clone());
        places.extend(answers.map(|item| (JobField::Answer, item)));
        let assets = job.assets.iter().map(ToString::to_string);
        places.extend(assets.map(|item| (JobField::Asset, item)));
        let parts = job.parts.iter().map(|line| line.part.to_string());
        places.extend(parts.map(|item| (JobField::Part, item)));
    }
    places.sort();
    places.dedup();
    places
}

#[cfg(test)]
#[path = "merge/merge_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "merge/item_tests.rs"]
mod item_tests;
