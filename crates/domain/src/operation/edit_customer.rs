//! Edit a customer, archive one, bring one back. For the office, with a connection.
//!
//! Owns what an edit must have seen: of a text that somebody else has changed meanwhile nothing is written. Must never
//! change what a customer belongs to.

use super::create::checked_customer;
use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{CustomerId, JobId, TaskId, UserId};
use crate::permission::Right;
use crate::record::{Customer, CustomerEdit, CustomerField, Record, RecordKey};
use crate::rejection::{Problem, Rejection};
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::EditCustomer`].
pub(super) struct EditCustomer<'o> {
    pub(super) customer: CustomerId,
    pub(super) edits: &'o [CustomerEdit],
    pub(super) archived: Option<bool>,
}

impl EditCustomer<'_> {
    /// The customer after it, as it would be stored.
    fn edited(&self, before: &Customer) -> Result<Customer, Rejection> {
        let mut after = before.clone();
        for edit in self.edits {
            let text = after.text_mut(edit.field).ok_or(Rejection::UnknownOp)?;
            text.clone_from(&edit.new);
        }
        after.archived = self.archived.unwrap_or(before.archived);
        checked_customer(&after)
    }

    /// Whether each edit saw what stands, or asks for it; and is the only one of its field.
    fn check_bases(&self, before: &Customer) -> Result<(), Rejection> {
        let mut seen: Vec<CustomerField> = Vec::new();
        for edit in self.edits {
            let stands = before.text(edit.field).ok_or(Rejection::UnknownOp)?;
            if seen.contains(&edit.field) {
                return Err(Rejection::Invalid {
                    field: "edits".to_owned(),
                    problem: Problem::Malformed,
                });
            }
            seen.push(edit.field);
            if stands != edit.base && stands != edit.new.trim() {
                return Err(Rejection::Outdated);
            }
        }
        Ok(())
    }
}

impl Meaning for EditCustomer<'_> {
    fn target(&self) -> RecordKey {
        self.customer.into()
    }

    fn job(&self) -> Option<JobId> {
        None
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        vec![self.customer.into()]
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
        let Some(Record::Customer(before)) = case.find(self.customer) else {
            return Err(Rejection::NotFound);
        };
        self.check_bases(before)?;
        if self.edited(before)? == *before {
            return Ok(Judgement::Already);
        }
        Ok(Judgement::as_asked())
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        match target {
            Some(Record::Customer(before)) => {
                let after = self.edited(&before).unwrap_or(before);
                Some(Record::Customer(after))
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;
    use crate::operation::{ApplyContext, Effect, Op};
    use crate::user::Role;
    use crate::{apply_op, fold_op};
    use uuid::Uuid;

    const HANSEN: CustomerId = CustomerId(Uuid::from_u128(30));

    fn hansen() -> Customer {
        Customer {
            id: HANSEN,
            name: "Hansen".into(),
            phone: "040 1".into(),
            email: String::new(),
            organization: None,
            archived: false,
        }
    }

    fn edit(field: CustomerField, base: &str, new: &str) -> CustomerEdit {
        CustomerEdit {
            field,
            base: base.into(),
            new: new.into(),
        }
    }

    fn asked(
        role: Role,
        edits: Vec<CustomerEdit>,
        archived: Option<bool>,
    ) -> Result<Effect, Rejection> {
        let dora = Actor {
            id: UserId(Uuid::from_u128(3)),
            name: "Dora",
            role,
        };
        let op = Op::EditCustomer {
            customer: HANSEN,
            edits,
            archived,
        };
        let there = Record::Customer(hansen());
        let found = apply_op(ApplyContext::local(dora, Timestamp(5)), &op, |key| {
            (there.key() == Some(key)).then_some(&there)
        });
        if let Ok(Effect::Write(written)) = &found {
            let key = HANSEN.into();
            let view = fold_op(key, Some(there.clone()), &op, dora, Timestamp(5));
            assert_eq!(view.as_slice(), written);
            assert_eq!(fold_op(key, view.clone(), &op, dora, Timestamp(5)), view);
        }
        found
    }

    fn written(found: Result<Effect, Rejection>) -> Customer {
        match found {
            Ok(Effect::Write(records)) => match records.as_slice() {
                [Record::Customer(customer)] => customer.clone(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_is_changed_archived_and_brought_back() {
        let phone = edit(CustomerField::Phone, "040 1", " 040 2 ");
        let changed = written(asked(Role::Dispatcher, vec![phone.clone()], Some(true)));
        let expected = Customer {
            phone: "040 2".into(),
            archived: true,
            ..hansen()
        };
        assert_eq!(changed, expected);
        // What stands already is done, also by somebody who saw something else.
        let same = edit(CustomerField::Phone, "old", "040 1");
        assert_eq!(
            asked(Role::Admin, vec![same], Some(false)),
            Ok(Effect::Already)
        );
    }

    #[test]
    fn what_somebody_else_has_changed_stands_and_nothing_else_is_written() {
        let edits = vec![
            edit(CustomerField::Name, "Hansen", "Hanssen"),
            edit(CustomerField::Phone, "040 0", "040 2"),
        ];
        assert_eq!(
            asked(Role::Dispatcher, edits, None),
            Err(Rejection::Outdated)
        );
    }

    #[test]
    fn who_may_not_and_what_cannot_be() {
        let name = |new: &str| vec![edit(CustomerField::Name, "Hansen", new)];
        assert_eq!(
            asked(Role::Technician, name("Hanssen"), None),
            Err(Rejection::Forbidden)
        );
        let long = "x".repeat(limits::LINE_CHARS + 1);
        let twice = [name("Hanssen"), name("Hanson")].concat();
        for edits in [name(" "), name(&long), twice] {
            let refused = asked(Role::Admin, edits, None);
            assert!(
                matches!(refused, Err(Rejection::Invalid { .. })),
                "{refused:?}"
            );
        }
        let newer = vec![edit(CustomerField::Other, "", "x")];
        assert_eq!(asked(Role::Admin, newer, None), Err(Rejection::UnknownOp));
    }
}
