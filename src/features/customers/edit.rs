//! The edit of a customer: what was seen, what is typed, and the edits that it comes to.
//!
//! Owns [`CustomerForm`], also what becomes of it when somebody else has changed the customer meanwhile. Pure.

use crate::shared::job_form::InputFlaw;
use crate::shared::kept::Texts;
use crate::shared::refusals::Reason;
use afield_domain::{Customer, CustomerEdit, CustomerField, limits};

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerForm {
    seen: Customer,
    typed: [String; CustomerField::ALL.len()],
}

/// A text that somebody else has changed while it was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Which.
    pub field: CustomerField,
    /// What stands now.
    pub stands: String,
}

impl CustomerForm {
    /// The form of a customer as it is.
    #[must_use]
    pub fn of(seen: &Customer) -> Self {
        let text = |field| seen.text(field).unwrap_or_default().to_owned();
        Self {
            typed: CustomerField::ALL.map(text),
            seen: seen.clone(),
        }
    }

    /// What stands in it, for its draft: what was seen, and what was typed.
    #[must_use]
    pub fn to_texts(&self) -> Texts {
        let seen = CustomerField::ALL.map(|field| self.base(field).to_owned());
        vec![seen.to_vec(), self.typed.to_vec()]
    }

    /// The form with what a draft holds, on top of what stands now, and the texts in which both met; none if another build
    /// wrote it.
    #[must_use]
    pub fn with_texts(stands: &Customer, texts: Texts) -> Option<(Self, Vec<Met>)> {
        let [seen, typed] = texts.try_into().ok()?;
        let [name, phone, email] = Vec::try_into(seen).ok()?;
        let seen = Customer {
            name,
            phone,
            email,
            ..stands.clone()
        };
        let typed = Vec::try_into(typed).ok()?;
        let mut form = Self { seen, typed };
        let met = form.meet(stands);
        Some((form, met))
    }

    /// What stands in a field.
    #[must_use]
    pub fn text(&self, field: CustomerField) -> &str {
        let mut all = CustomerField::ALL.iter().zip(&self.typed);
        let found = all.find(|(one, _)| **one == field);
        found.map_or("", |(_, text)| text)
    }

    /// Takes what was typed into a field.
    pub fn type_in(&mut self, field: CustomerField, text: String) {
        let mut all = CustomerField::ALL.iter().zip(&mut self.typed);
        if let Some((_, place)) = all.find(|(one, _)| **one == field) {
            *place = text;
        }
    }

    fn base(&self, field: CustomerField) -> &str {
        self.seen.text(field).unwrap_or_default()
    }

    /// What was changed.
    ///
    /// # Errors
    /// Every field that cannot be saved, in the order of the form.
    pub fn edits(&self) -> Result<Vec<CustomerEdit>, Vec<(CustomerField, InputFlaw)>> {
        let (mut edits, mut flaws) = (Vec::new(), Vec::new());
        for field in CustomerField::ALL {
            let (base, new) = (self.base(field), self.text(field).trim());
            let reason = if new.is_empty() && field == CustomerField::Name {
                Some(Reason::Empty)
            } else if new.chars().count() > limits::LINE_CHARS {
                Some(Reason::TooLong(limits::LINE_CHARS))
            } else {
                None
            };
            match reason {
                Some(reason) => flaws.push((field, InputFlaw::Reason(reason))),
                None if new != base => edits.push(CustomerEdit {
                    field,
                    base: base.to_owned(),
                    new: new.to_owned(),
                }),
                None => {}
            }
        }
        if flaws.is_empty() {
            Ok(edits)
        } else {
            Err(flaws)
        }
    }

    /// Takes what stands now: what was typed stays, on top of it; what was not touched is as it stands. Gives the texts
    /// in which both met.
    pub fn meet(&mut self, stands: &Customer) -> Vec<Met> {
        let mut met = Vec::new();
        for field in CustomerField::ALL {
            let now = stands.text(field).unwrap_or_default();
            let typed = self.text(field).trim();
            let is_touched = typed != self.base(field);
            if now != self.base(field) && is_touched && typed != now {
                met.push(Met {
                    field,
                    stands: now.to_owned(),
                });
            }
            if !is_touched {
                self.type_in(field, now.to_owned());
            }
        }
        self.seen = stands.clone();
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::CustomerId;
    use uuid::Uuid;

    fn hansen() -> Customer {
        Customer {
            id: CustomerId(Uuid::from_u128(1)),
            name: "Hansen".into(),
            phone: "040 1".into(),
            email: String::new(),
            organization: None,
            archived: false,
        }
    }

    #[test]
    fn what_was_touched_is_edited_with_what_was_seen() {
        let mut form = CustomerForm::of(&hansen());
        assert_eq!(form.edits(), Ok(Vec::new()));
        form.type_in(CustomerField::Phone, " 040 2 ".into());
        form.type_in(CustomerField::Name, " Hansen ".into());
        let expected = CustomerEdit {
            field: CustomerField::Phone,
            base: "040 1".into(),
            new: "040 2".into(),
        };
        assert_eq!(form.edits(), Ok(vec![expected]));
        form.type_in(CustomerField::Name, " ".into());
        form.type_in(CustomerField::Email, "x".repeat(limits::LINE_CHARS + 1));
        let flawed: Vec<_> = form
            .edits()
            .unwrap_err()
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(flawed, [CustomerField::Name, CustomerField::Email]);
    }

    #[test]
    fn what_was_left_comes_back_on_top_of_what_stands() {
        let mut form = CustomerForm::of(&hansen());
        form.type_in(CustomerField::Phone, "040 2".into());
        let texts = form.to_texts();
        let back = CustomerForm::with_texts(&hansen(), texts.clone());
        assert_eq!(back, Some((form, Vec::new())));
        let stands = Customer {
            name: "Hanssen".into(),
            phone: "040 3".into(),
            ..hansen()
        };
        let (form, met) = CustomerForm::with_texts(&stands, texts).unwrap();
        assert_eq!(
            met.iter().map(|met| met.field).collect::<Vec<_>>(),
            [CustomerField::Phone]
        );
        assert_eq!(form.text(CustomerField::Phone), "040 2");
        assert_eq!(form.text(CustomerField::Name), "Hanssen");
        assert_eq!(CustomerForm::with_texts(&stands, Vec::new()), None);
    }

    #[test]
    fn what_somebody_else_has_changed_is_shown_and_saving_again_means_it() {
        let mut form = CustomerForm::of(&hansen());
        form.type_in(CustomerField::Phone, "040 2".into());
        let stands = Customer {
            name: "Hanssen".into(),
            phone: "040 3".into(),
            ..hansen()
        };
        let met = form.meet(&stands);
        assert_eq!(
            met,
            [Met {
                field: CustomerField::Phone,
                stands: "040 3".into(),
            }]
        );
        // The name was not touched here: theirs stands, and is not written over.
        assert_eq!(form.text(CustomerField::Name), "Hanssen");
        let edits = form.edits().unwrap();
        assert_eq!(edits.len(), 1);
        assert_eq!(
            (edits[0].base.as_str(), edits[0].new.as_str()),
            ("040 3", "040 2")
        );
        // Whoever typed the same meets nobody.
        let mut same = CustomerForm::of(&hansen());
        same.type_in(CustomerField::Phone, "040 3".into());
        assert_eq!(same.meet(&stands), []);
    }
}
