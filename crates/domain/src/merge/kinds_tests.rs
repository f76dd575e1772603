//! Two kinds of records for the tests of the merge, and a server that merges their edits: a job, as it
//! is, and an asset's details, as they may one day be edited.

use super::*;
use crate::answers::{Question, QuestionKind};
use crate::ids::{AssetId, JobId, UserId};
use crate::record::{Asset, Job, JobField, JobStatus};
use proptest::prelude::*;
use uuid::Uuid;

/// The id of the job.
pub(super) const JOB: JobId = JobId(Uuid::from_u128(7));

/// A kind of record that the properties of the merge are tried on.
pub(super) trait Kind:
    Editable<Field: std::fmt::Debug> + std::fmt::Debug + PartialEq
{
    /// A record that everybody has seen.
    fn start() -> Self;

    /// Places in which every text of `[a-d]` can stand, of both policies and, if it has some, items.
    fn places() -> Vec<(Self::Field, &'static str)>;
}

impl Kind for Job {
    fn start() -> Self {
        Self {
            id: JOB,
            number: "J-7".into(),
            title: "v0".into(),
            description: "v0".into(),
            status: JobStatus::Started,
            assignee: Some(UserId(Uuid::from_u128(1))),
            ends: Timestamp(1),
            checklist: vec![
                Question::new("one", "One", QuestionKind::Text),
                Question::new("two", "Two", QuestionKind::Text),
            ],
            ..Self::BLANK
        }
    }

    fn places() -> Vec<(JobField, &'static str)> {
        vec![
            (JobField::Title, ""),
            (JobField::Description, ""),
            (JobField::Answer, "one"),
            (JobField::Answer, "two"),
        ]
    }
}

/// A field of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AssetField {
    /// Its name, of which the office is right.
    Name,
    /// Its serial number.
    Serial,
    /// Where it stands.
    Location,
}

impl Field for AssetField {
    const SINGLE: &'static [Self] = &[Self::Name, Self::Serial, Self::Location];

    fn is_known(self) -> bool {
        true
    }

    fn policy(self) -> Policy {
        match self {
            Self::Name => Policy::OfficeWins,
            Self::Serial | Self::Location => Policy::LatestWins,
        }
    }

    fn may_be_edited_by(self, _: Role) -> bool {
        true
    }
}

/// What may be edited of an asset.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AssetDetails(Asset);

impl Editable for AssetDetails {
    type Field = AssetField;

    fn value(&self, field: AssetField, _: &str) -> FieldValue {
        FieldValue::Text(match field {
            AssetField::Name => self.0.name.clone(),
            AssetField::Serial => self.0.serial.clone(),
            AssetField::Location => self.0.location.clone(),
        })
    }

    fn set_value(
        &mut self,
        field: AssetField,
        _: &str,
        value: &FieldValue,
    ) -> Result<(), Rejection> {
        let FieldValue::Text(text) = value else {
            return Err(Rejection::UnknownOp);
        };
        match field {
            AssetField::Name => self.0.name.clone_from(text),
            AssetField::Serial => self.0.serial.clone_from(text),
            AssetField::Location => self.0.location.clone_from(text),
        }
        Ok(())
    }

    fn items(&self) -> Vec<(AssetField, String)> {
        Vec::new()
    }
}

impl Kind for AssetDetails {
    fn start() -> Self {
        Self(Asset {
            archived: false,
            id: AssetId(Uuid::from_u128(8)),
            name: "v0".into(),
            model: String::new(),
            serial: "v0".into(),
            code: String::new(),
            location: "v0".into(),
            installed: String::new(),
            customer: None,
            property: None,
        })
    }

    fn places() -> Vec<(AssetField, &'static str)> {
        let fields = AssetField::SINGLE.iter();
        fields.map(|field| (*field, "")).collect()
    }
}

/// Edits on their way to the server, made by somebody who had seen the start.
#[derive(Debug, Clone)]
pub(super) struct Change<F> {
    pub(super) author: Author<'static>,
    pub(super) edits: Vec<Edit<F>>,
}

/// Any edits of any places. `n` tells the author and the mutation.
pub(super) fn any_change<K: Kind>(n: u128) -> impl Strategy<Value = Change<K::Field>> {
    let indices: Vec<usize> = (0..K::places().len()).collect();
    let most = indices.len();
    let touched = proptest::sample::subsequence(indices, 1..=most);
    let role = proptest::sample::select(vec![Role::Technician, Role::Dispatcher, Role::Admin]);
    (touched, "[a-d]", 0..4_i64, role).prop_map(move |(touched, value, at, role)| {
        let place = |index: &usize| K::places().get(*index).copied();
        let edit = |(field, item): (K::Field, &str)| Edit {
            field,
            item: item.to_owned(),
            base: K::start().value(field, item),
            new: FieldValue::Text(value.clone()),
        };
        Change {
            author: author(n, role, at),
            edits: touched.iter().filter_map(place).map(edit).collect(),
        }
    })
}

fn author(n: u128, role: Role, at: i64) -> Author<'static> {
    Author {
        actor: Actor {
            id: UserId(Uuid::from_u128(n)),
            name: "Somebody",
            role,
        },
        made_at: Timestamp(at),
        received_at: Timestamp(100),
        mutation: MutationId(Uuid::from_u128(n)),
    }
}

/// What a server holds of one record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Server<K: Kind> {
    pub(super) record: K,
    pub(super) stamps: Vec<Stamp<K::Field>>,
    pub(super) met: Vec<Met<K::Field>>,
}

/// A server after `changes`, in the order in which they arrived.
pub(super) fn run<K: Kind>(changes: &[&Change<K::Field>]) -> Server<K> {
    let mut server = Server {
        record: K::start(),
        stamps: Vec::new(),
        met: Vec::new(),
    };
    for Change { author, edits } in changes {
        let merged = merge_edits(&server.record, edits, &server.stamps, *author).unwrap();
        server.stamps = restamp(
            &server.record,
            &merged.record,
            &server.stamps,
            author.actor,
            author.made_at,
        );
        server.record = merged.record;
        server.met.extend(merged.met);
    }
    server
}
