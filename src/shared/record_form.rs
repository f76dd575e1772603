//! The form of a place, an asset, a contract or a part: what was seen, what is typed, and what it comes to.
//!
//! Owns [`RecordForm`], also what becomes of it when somebody else has changed the record meanwhile. Pure.

use super::job_form::InputFlaw;
use super::kept::Texts;
use super::refusals::Reason;
use afield_domain::{Module, Record, RecordEdit, RecordField, limits};

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordForm {
    seen: Record,
    typed: Vec<(RecordField, String)>,
}

/// A text that somebody else has changed while it was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Which.
    pub field: RecordField,
    /// What stands now.
    pub stands: String,
}

/// The fields of a kind of record, in the order of the form.
fn fields(record: &Record) -> &'static [RecordField] {
    record.key().map_or(&[], |key| RecordField::of(key.module))
}

impl RecordForm {
    /// The form of a record as it is, or of one that is to be made.
    #[must_use]
    pub fn of(seen: &Record) -> Self {
        let text = |field: &RecordField| (*field, seen.text(*field).unwrap_or_default());
        Self {
            typed: fields(seen).iter().map(text).collect(),
            seen: seen.clone(),
        }
    }

    /// What stands in it, for its draft: what was seen, and what was typed.
    #[must_use]
    pub fn to_texts(&self) -> Texts {
        let seen = self.typed.iter().map(|(field, _)| self.base(*field));
        let typed = self.typed.iter().map(|(_, text)| text.clone());
        vec![seen.collect(), typed.collect()]
    }

    /// The form with what a draft holds, on top of what stands now, and the texts in which both met; none if another build
    /// wrote it.
    #[must_use]
    pub fn with_texts(stands: &Record, texts: Texts) -> Option<(Self, Vec<Met>)> {
        let [seen, typed] = texts.try_into().ok()?;
        let (seen, typed): (Vec<String>, Vec<String>) = (seen, typed);
        let mut form = Self::of(stands);
        if seen.len() != form.typed.len() || typed.len() != form.typed.len() {
            return None;
        }
        for ((field, place), (seen, text)) in form.typed.iter_mut().zip(seen.iter().zip(typed)) {
            // A text that is not taken any more was not changed by anybody since.
            let _ = form.seen.set_text(*field, seen);
            *place = text;
        }
        let met = form.meet(stands);
        Some((form, met))
    }

    /// Its fields, in their order.
    #[must_use]
    pub fn fields(&self) -> Vec<RecordField> {
        self.typed.iter().map(|(field, _)| *field).collect()
    }

    /// What stands in a field.
    #[must_use]
    pub fn text(&self, field: RecordField) -> &str {
        let found = self.typed.iter().find(|(one, _)| *one == field);
        found.map_or("", |(_, text)| text)
    }

    /// Takes what was typed into a field.
    pub fn type_in(&mut self, field: RecordField, text: String) {
        if let Some((_, place)) = self.typed.iter_mut().find(|(one, _)| *one == field) {
            *place = text;
        }
    }

    fn base(&self, field: RecordField) -> String {
        self.seen.text(field).unwrap_or_default()
    }

    /// Whether a field may not be left empty.
    #[must_use]
    pub fn is_required(&self, field: RecordField) -> bool {
        match self.seen.key().map(|key| key.module) {
            Some(Module::Property) => field == RecordField::Address,
            _ => field == RecordField::Name,
        }
    }

    fn flaw(&self, field: RecordField) -> Option<InputFlaw> {
        let text = self.text(field).trim();
        let most = match field {
            RecordField::Description => limits::DESCRIPTION_CHARS,
            _ => limits::LINE_CHARS,
        };
        let is_early = field == RecordField::Until
            && !text.is_empty()
            && text < self.text(RecordField::From).trim();
        let reason = if text.is_empty() {
            self.is_required(field).then_some(Reason::Empty)?
        } else if text.chars().count() > most {
            Reason::TooLong(most)
        } else if is_early {
            return Some(InputFlaw::EndsTooEarly);
        } else if text == self.base(field) {
            // What stands, as an import has brought it, holds nothing else up.
            return None;
        } else {
            self.seen
                .clone()
                .set_text(field, text)
                .err()
                .map(|_| Reason::Invalid)?
        };
        Some(InputFlaw::Reason(reason))
    }

    fn flaws(&self) -> Vec<(RecordField, InputFlaw)> {
        let fields = self.fields().into_iter();
        fields
            .filter_map(|field| Some((field, self.flaw(field)?)))
            .collect()
    }

    /// What was changed.
    ///
    /// # Errors
    /// Every field that cannot be saved, in the order of the form.
    pub fn edits(&self) -> Result<Vec<RecordEdit>, Vec<(RecordField, InputFlaw)>> {
        match self.flaws() {
            flaws if flaws.is_empty() => {}
            flaws => return Err(flaws),
        }
        let edits = self.typed.iter().filter_map(|(field, text)| {
            let (base, new) = (self.base(*field), text.trim());
            (new != base).then(|| RecordEdit {
                field: *field,
                new: new.to_owned(),
                base,
            })
        });
        Ok(edits.collect())
    }

    /// The record that is to be made.
    ///
    /// # Errors
    /// As [`Self::edits`].
    pub fn made(&self) -> Result<Record, Vec<(RecordField, InputFlaw)>> {
        let mut record = self.seen.clone();
        for edit in self.edits()? {
            let flawed = |_| vec![(edit.field, InputFlaw::Reason(Reason::Invalid))];
            record.set_text(edit.field, &edit.new).map_err(flawed)?;
        }
        Ok(record)
    }

    /// Takes what stands now: what was typed stays, on top of it; what was not touched is as it stands. Gives the texts
    /// in which both met.
    pub fn meet(&mut self, stands: &Record) -> Vec<Met> {
        let mut met = Vec::new();
        for field in self.fields() {
            let (now, base) = (stands.text(field).unwrap_or_default(), self.base(field));
            let typed = self.text(field).trim();
            let is_touched = typed != base;
            if now != base && is_touched && typed != now {
                met.push(Met {
                    field,
                    stands: now.clone(),
                });
            }
            if !is_touched {
                self.type_in(field, now);
            }
        }
        self.seen = stands.clone();
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Contract, ContractId, Part, PartId, PartKind};
    use uuid::Uuid;

    fn care() -> Record {
        Record::Contract(Contract {
            id: ContractId(Uuid::from_u128(1)),
            number: "C-1".into(),
            name: "Care".into(),
            covers: String::new(),
            from: "2026-01-01".into(),
            until: String::new(),
            response_hours: 4,
            visits: String::new(),
            customer: None,
            archived: false,
        })
    }

    fn flawed(form: &RecordForm) -> Vec<RecordField> {
        let flaws = form.edits().unwrap_err();
        flaws.into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn what_was_touched_is_edited_with_what_was_seen() {
        let mut form = RecordForm::of(&care());
        assert_eq!(form.edits(), Ok(Vec::new()));
        form.type_in(RecordField::ResponseHours, " 8 ".into());
        form.type_in(RecordField::Name, " Care ".into());
        let expected = RecordEdit {
            field: RecordField::ResponseHours,
            base: "4".into(),
            new: "8".into(),
        };
        assert_eq!(form.edits(), Ok(vec![expected]));
        let made = form.made().unwrap();
        assert_eq!(made.text(RecordField::ResponseHours).as_deref(), Some("8"));
        form.type_in(RecordField::ResponseHours, "soon".into());
        form.type_in(RecordField::Name, " ".into());
        form.type_in(RecordField::Until, "2025-12-31".into());
        form.type_in(RecordField::Covers, "x".repeat(limits::LINE_CHARS + 1));
        assert_eq!(
            flawed(&form),
            [
                RecordField::Name,
                RecordField::Covers,
                RecordField::Until,
                RecordField::ResponseHours
            ]
        );
        assert!(form.made().is_err());
    }

    #[test]
    fn what_was_left_comes_back_on_top_of_what_stands() {
        let mut form = RecordForm::of(&care());
        form.type_in(RecordField::Number, "C-2".into());
        let texts = form.to_texts();
        let back = RecordForm::with_texts(&care(), texts.clone());
        assert_eq!(back, Some((form, Vec::new())));
        let mut stands = care();
        for (field, text) in [
            (RecordField::Number, "C-3"),
            (RecordField::Name, "Full care"),
        ] {
            stands.set_text(field, text).unwrap();
        }
        let (form, met) = RecordForm::with_texts(&stands, texts).unwrap();
        assert_eq!(met.len(), 1);
        assert_eq!(
            (met[0].field, met[0].stands.as_str()),
            (RecordField::Number, "C-3")
        );
        assert_eq!(form.text(RecordField::Number), "C-2");
        assert_eq!(form.text(RecordField::Name), "Full care");
        assert_eq!(
            RecordForm::with_texts(&care(), vec![Vec::new(), Vec::new()]),
            None
        );
    }

    #[test]
    fn a_price_that_stands_holds_nothing_up_and_another_one_is_an_amount() {
        let part = |price: &str| {
            Record::Part(Part {
                id: PartId(Uuid::from_u128(1)),
                name: "Seal".into(),
                number: String::new(),
                kind: PartKind::Part,
                unit: String::new(),
                price: price.into(),
                description: String::new(),
                archived: false,
            })
        };
        let mut form = RecordForm::of(&part("on request"));
        form.type_in(RecordField::Unit, "m".into());
        assert_eq!(form.edits().map(|edits| edits.len()), Ok(1));
        form.type_in(RecordField::Price, "abc".into());
        assert_eq!(flawed(&form), [RecordField::Price]);
        form.type_in(RecordField::Price, "4,50 EUR".into());
        assert_eq!(form.edits().map(|edits| edits.len()), Ok(2));
    }

    #[test]
    fn what_somebody_else_has_changed_is_shown_and_saving_again_means_it() {
        let mut form = RecordForm::of(&care());
        form.type_in(RecordField::Number, "C-2".into());
        let mut stands = care();
        for (field, text) in [
            (RecordField::Number, "C-3"),
            (RecordField::Name, "Full care"),
        ] {
            stands.set_text(field, text).unwrap();
        }
        let met = form.meet(&stands);
        let expected = Met {
            field: RecordField::Number,
            stands: "C-3".into(),
        };
        assert_eq!(met, [expected]);
        // The name was not touched here: theirs stands, and is not written over.
        assert_eq!(form.text(RecordField::Name), "Full care");
        let edits = form.edits().unwrap();
        assert_eq!(edits.len(), 1);
        assert_eq!(
            (edits[0].base.as_str(), edits[0].new.as_str()),
            ("C-3", "C-2")
        );
    }
}
