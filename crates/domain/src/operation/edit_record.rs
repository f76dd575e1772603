//! Edit a place, an asset, a contract or a part, archive one, bring one back. For the office, with a connection.
//!
//! Owns what an edit must have seen: of a text that somebody else has changed meanwhile nothing is written. Must never
//! change whose a record is.

use super::create::checked_of_office;
use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{JobId, PropertyId, TaskId, UserId};
use crate::permission::Right;
use crate::record::{Record, RecordEdit, RecordField, RecordKey};
use crate::rejection::{Problem, Rejection};
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::EditRecord`].
pub(super) struct EditRecord<'o> {
    pub(super) record: RecordKey,
    pub(super) edits: &'o [RecordEdit],
    pub(super) archived: Option<bool>,
}

fn malformed(field: &str) -> Rejection {
    Rejection::Invalid {
        field: field.to_owned(),
        problem: Problem::Malformed,
    }
}

impl EditRecord<'_> {
    /// The record after it, as it would be stored.
    fn edited(&self, before: &Record) -> Result<Record, Rejection> {
        let mut after = before.clone();
        for edit in self.edits {
            after
                .set_text(edit.field, &edit.new)
                .map_err(|_| malformed(edit.field.name()))?;
        }
        if let Some(archived) = self.archived {
            after.set_archived(archived);
        }
        // Where another address is, the office finds out.
        if let (Record::Property(before), Record::Property(after)) = (before, &mut after)
            && (&before.address, &before.city, &before.postcode)
                != (&after.address, &after.city, &after.postcode)
        {
            after.position = None;
        }
        checked_of_office(&after)
    }

    /// Whether each edit saw what stands, or asks for it; and is the only one of its field.
    fn check_bases(&self, before: &Record) -> Result<(), Rejection> {
        let mut seen: Vec<RecordField> = Vec::new();
        for edit in self.edits {
            let stands = before.text(edit.field).ok_or(Rejection::UnknownOp)?;
            if seen.contains(&edit.field) {
                return Err(malformed("edits"));
            }
            seen.push(edit.field);
            if stands != edit.base && stands != edit.new.trim() {
                return Err(Rejection::Outdated);
            }
        }
        Ok(())
    }

    /// The place at which an asset shall stand.
    fn place(&self) -> Option<PropertyId> {
        let mut edits = self.edits.iter();
        let edit = edits.find(|edit| edit.field == RecordField::Place)?;
        edit.new.trim().parse().ok()
    }

    /// Whether that place is not another customer's than the asset.
    fn check_place(&self, case: &Case<'_, '_>, before: &Record) -> Result<(), Rejection> {
        let (Some(place), Record::Asset(asset)) = (self.place(), before) else {
            return Ok(());
        };
        match case.find(place) {
            Some(Record::Property(place))
                if place.customer.is_none()
                    || asset.customer.is_none()
                    || place.customer == asset.customer =>
            {
                Ok(())
            }
            _ => Err(Rejection::NotFound),
        }
    }
}

impl Meaning for EditRecord<'_> {
    fn target(&self) -> RecordKey {
        self.record
    }

    fn job(&self) -> Option<JobId> {
        None
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        let place = self.place().map(RecordKey::from);
        [Some(self.record), place].into_iter().flatten().collect()
    }

    fn creates(&self) -> bool {
        false
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        true
    }

    fn assignees(&self) -> Vec<UserId> {
        Vec::new()
    }

    fn rights(&self) -> Vec<Right> {
        vec![Right::CreateRecord]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        if !case.context.actor.role.is_office() {
            return Err(Rejection::Forbidden);
        }
        if RecordField::of(self.record.module).is_empty() {
            return Err(Rejection::UnknownOp);
        }
        let before = case.find(self.record).ok_or(Rejection::NotFound)?;
        self.check_bases(before)?;
        self.check_place(case, before)?;
        if self.edited(before)? == *before {
            return Ok(Judgement::Already);
        }
        Ok(Judgement::as_asked())
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        let before = target?;
        Some(self.edited(&before).unwrap_or(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AssetId, ContractId, CustomerId, PartId};
    use crate::limits;
    use crate::operation::{ApplyContext, Effect, Op};
    use crate::record::{Asset, Contract, Part, PartKind, Position, Property};
    use crate::user::Role;
    use crate::{apply_op, fold_op};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn place(n: u128, of: u128) -> Record {
        Record::Property(Property {
            id: PropertyId(id(n)),
            address: "Mole 1".into(),
            city: "Kiel".into(),
            postcode: String::new(),
            access: String::new(),
            position: Some(Position {
                latitude: 54.0,
                longitude: 10.0,
            }),
            customer: Some(CustomerId(id(of))),
            archived: false,
        })
    }

    fn pump() -> Record {
        Record::Asset(Asset {
            id: AssetId(id(50)),
            name: "Pump".into(),
            model: "P 4".into(),
            serial: "7".into(),
            code: String::new(),
            location: String::new(),
            installed: String::new(),
            customer: Some(CustomerId(id(2))),
            property: None,
            archived: false,
        })
    }

    fn contract() -> Record {
        Record::Contract(Contract {
            id: ContractId(id(60)),
            number: "C-1".into(),
            name: "Care".into(),
            covers: String::new(),
            from: "2026-01-01".into(),
            until: String::new(),
            response_hours: 0,
            visits: String::new(),
            customer: Some(CustomerId(id(2))),
            archived: false,
        })
    }

    fn part() -> Record {
        Record::Part(Part {
            id: PartId(id(70)),
            name: "Seal".into(),
            number: String::new(),
            kind: PartKind::Part,
            unit: String::new(),
            price: String::new(),
            description: String::new(),
            archived: false,
        })
    }

    fn edit(field: RecordField, base: &str, new: &str) -> RecordEdit {
        RecordEdit {
            field,
            base: base.into(),
            new: new.into(),
        }
    }

    fn asked(
        role: Role,
        of: &Record,
        edits: Vec<RecordEdit>,
        archived: Option<bool>,
    ) -> Result<Effect, Rejection> {
        let there = [of.clone(), place(4, 2), place(5, 3)];
        let dora = Actor {
            id: UserId(id(3)),
            name: "Dora",
            role,
        };
        let key = of.key().unwrap();
        let op = Op::EditRecord {
            record: key,
            edits,
            archived,
        };
        let found = apply_op(ApplyContext::local(dora, Timestamp(5)), &op, |key| {
            there.iter().find(|record| record.key() == Some(key))
        });
        if let Ok(Effect::Write(written)) = &found {
            let view = fold_op(key, Some(of.clone()), &op, dora, Timestamp(5));
            assert_eq!(view.as_slice(), written);
            assert_eq!(fold_op(key, view.clone(), &op, dora, Timestamp(5)), view);
        }
        found
    }

    fn written(found: Result<Effect, Rejection>) -> Record {
        match found {
            Ok(Effect::Write(mut records)) if records.len() == 1 => records.remove(0),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_kind_is_changed_archived_and_brought_back() {
        for (record, field, base, new, expected) in [
            (
                place(1, 2),
                RecordField::Access,
                "",
                " Key at 2 ",
                "Key at 2",
            ),
            (
                pump(),
                RecordField::Installed,
                "",
                "2026-11-29",
                "2026-11-29",
            ),
            (
                pump(),
                RecordField::Place,
                "",
                &id(4).to_string(),
                &id(4).to_string(),
            ),
            (contract(), RecordField::ResponseHours, "", "4", "4"),
            (part(), RecordField::Kind, "part", "service", "service"),
        ] {
            let after = written(asked(
                Role::Dispatcher,
                &record,
                vec![edit(field, base, new)],
                Some(true),
            ));
            assert_eq!(after.text(field).as_deref(), Some(expected));
            assert_eq!(after.archived(), Some(true));
            let back = written(asked(Role::Admin, &after, Vec::new(), Some(false)));
            assert_eq!(
                (back.archived(), back.text(field)),
                (Some(false), after.text(field))
            );
        }
        // What stands already is done, also by somebody who saw something else.
        let same = edit(RecordField::Model, "old", "P 4");
        assert_eq!(
            asked(Role::Admin, &pump(), vec![same], Some(false)),
            Ok(Effect::Already)
        );
    }

    #[test]
    fn a_price_is_an_amount_and_hours_are_within_a_year_and_what_stands_otherwise_holds_nothing_up()
    {
        let refused = |record: &Record, field, base: &str, new: &str| {
            let edits = vec![edit(field, base, new)];
            match asked(Role::Dispatcher, record, edits, None) {
                Err(Rejection::Invalid { field, .. }) => field,
                other => format!("{other:?}"),
            }
        };
        assert_eq!(refused(&part(), RecordField::Price, "", "abc"), "price");
        for hours in ["-7", "8761", "soon"] {
            let field = refused(&contract(), RecordField::ResponseHours, "", hours);
            assert_eq!(field, "response_hours", "{hours}");
        }
        // As an import has brought it.
        let Record::Part(seal) = part() else {
            panic!("it is one");
        };
        let brought = Record::Part(Part {
            price: "on request".into(),
            ..seal
        });
        let unit = vec![edit(RecordField::Unit, "", "m")];
        let after = written(asked(Role::Dispatcher, &brought, unit, None));
        assert_eq!(
            after.text(RecordField::Price).as_deref(),
            Some("on request")
        );
        let made = |record: &Record| {
            let op = Op::Create {
                record: Box::new(record.clone()),
            };
            let dora = Actor {
                id: UserId(id(3)),
                name: "Dora",
                role: Role::Dispatcher,
            };
            let context = ApplyContext::local(dora, Timestamp(5));
            apply_op(context, &op, |_| None).map(drop)
        };
        assert!(
            matches!(made(&brought), Err(Rejection::Invalid { field, .. }) if field == "price")
        );
        assert_eq!(made(&part()), Ok(()));
    }

    #[test]
    fn what_somebody_else_has_changed_stands_and_nothing_else_is_written() {
        let edits = vec![
            edit(RecordField::Name, "Pump", "Big pump"),
            edit(RecordField::Serial, "6", "8"),
        ];
        assert_eq!(
            asked(Role::Dispatcher, &pump(), edits, None),
            Err(Rejection::Outdated)
        );
    }

    #[test]
    fn another_address_has_no_position_yet_and_another_key_has() {
        let position = |edits| match written(asked(Role::Admin, &place(1, 2), edits, None)) {
            Record::Property(place) => place.position.is_some(),
            other => panic!("{other:?}"),
        };
        assert!(!position(vec![edit(
            RecordField::Address,
            "Mole 1",
            "Mole 2"
        )]));
        assert!(position(vec![edit(RecordField::Access, "", "Key")]));
    }

    #[test]
    fn who_may_not_and_what_cannot_be() {
        let name = |new: &str| vec![edit(RecordField::Name, "Pump", new)];
        let refused = |of: &Record, edits| asked(Role::Admin, of, edits, None).unwrap_err();
        assert_eq!(
            asked(Role::Technician, &pump(), name("P"), None),
            Err(Rejection::Forbidden)
        );
        let long = "x".repeat(limits::LINE_CHARS + 1);
        for (of, edits) in [
            (pump(), name(" ")),
            (pump(), name(&long)),
            (pump(), [name("A"), name("B")].concat()),
            (pump(), vec![edit(RecordField::Installed, "", "soon")]),
            (pump(), vec![edit(RecordField::Place, "", "nowhere")]),
            (
                contract(),
                vec![edit(RecordField::ResponseHours, "", "four")],
            ),
            (contract(), vec![edit(RecordField::Until, "", "2025-12-31")]),
            (contract(), vec![edit(RecordField::Name, "Care", "")]),
            (part(), vec![edit(RecordField::Kind, "part", "thing")]),
        ] {
            let found = refused(&of, edits);
            assert!(matches!(found, Rejection::Invalid { .. }), "{found:?}");
        }
        // At a place that is not there, or another customer's.
        for n in [5, 99] {
            let elsewhere = vec![edit(RecordField::Place, "", &id(n).to_string())];
            assert_eq!(refused(&pump(), elsewhere), Rejection::NotFound);
        }
        // Of another kind, or of a newer build.
        for field in [RecordField::Price, RecordField::Other] {
            assert_eq!(
                refused(&pump(), vec![edit(field, "", "x")]),
                Rejection::UnknownOp
            );
        }
    }

    fn change(record: &Record, field: RecordField, new: &str) -> Record {
        let base = record.text(field).unwrap();
        match asked(Role::Admin, record, vec![edit(field, &base, new)], None) {
            Ok(Effect::Write(mut records)) => records.remove(0),
            Ok(_) => record.clone(),
            Err(other) => panic!("{other:?}"),
        }
    }

    proptest! {
        /// Edits of different fields give the same in any order, and of one field the later never writes over the
        /// earlier unseen.
        #[test]
        fn disjoint_edits_give_the_same_in_any_order(one in 0usize..5, other in 0usize..5, texts in ["[a-c]{1,2}", "[a-c]{1,2}"]) {
            const LINES: [RecordField; 5] = [
                RecordField::Name, RecordField::Model, RecordField::Serial, RecordField::Code, RecordField::Location,
            ];
            let (one, other) = (LINES[one], LINES[other]);
            if one == other {
                let after = change(&pump(), one, &texts[0]);
                let base = pump().text(one).unwrap();
                let late = asked(Role::Admin, &after, vec![edit(one, &base, &texts[1])], None);
                let is_unseen = after.text(one) != Some(base) && texts[0] != texts[1];
                prop_assert_eq!(late == Err(Rejection::Outdated), is_unseen);
            } else {
                let ahead = change(&change(&pump(), one, &texts[0]), other, &texts[1]);
                let behind = change(&change(&pump(), other, &texts[1]), one, &texts[0]);
                prop_assert_eq!(ahead, behind);
            }
        }
    }
}
