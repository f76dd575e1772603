//! What a row asks: its kind, its answers, and what it loses.
//!
//! Owns how each type is asked in Afield. Pure. Must never leave what is lost without a note.

use super::answered::Answers;
use super::calculation::formula;
use super::choices::{Choice, List, MOST, yes_and_no};
use super::condition::Known;
use super::constraint::{Limits, of_range};
use super::expression::Place;
use super::labels::label;
use super::question_type::{RowType, row_type, thing};
use super::sheets::Row;
use super::survey::{Walk, is_yes};
use crate::import::bounds::quoted;
use crate::said::{Said, said};
use afield_domain::answers::{NO, YES};
use afield_domain::{Question, QuestionKind, limits as most};

/// What *something else* is called among choices.
const OTHER: &str = "other";

/// What a row comes to in Afield.
enum Asked {
    One(QuestionKind, Answers),
    /// A heading, and a yes-or-no question for each choice.
    Several(Vec<Choice>),
    /// One of these, and a text for something else.
    OrOther(QuestionKind, Answers),
}

impl Walk<'_> {
    /// Asks what a row asks.
    pub(super) fn ask(&mut self, row: &Row, kind: &RowType) -> Result<Vec<Said>, Said> {
        let name = row.get("name");
        if name.is_empty() && *kind != RowType::Note {
            return Err(said!(no_name, "it has no name"));
        }
        let mut notes = Vec::new();
        let asked = self.asked(row, kind, &mut notes)?;
        self.has_whole_numbers |= *kind == RowType::Number { is_whole: true };
        if self.before.is_twice(name) {
            notes.push(said!(
                name_twice,
                "another row has this name: no condition can hang on it"
            ));
        }
        let shown = label(
            row.in_language("label", self.language),
            row.in_language("hint", self.language),
            name,
        );
        if shown.text.is_empty() {
            return Err(said!(says_nothing, "it says nothing"));
        }
        notes.extend(shown.notes);
        let when = self.when(row);
        let is_kept = when.is_ok();
        if let Err(why) = &when {
            notes.push(said!(
                always_asked,
                "it is always asked, and need not be answered: {}",
                why
            ));
        }
        let required = self.required(row, &mut notes);
        not_kept(row, &mut notes);
        let question = Question {
            required: required && is_kept,
            when: when.unwrap_or_default(),
            ..Question::new(&self.free_item(name), &shown.text, QuestionKind::Heading)
        };
        self.add(name, question, asked, &mut notes);
        Ok(notes)
    }

    fn required(&self, row: &Row, notes: &mut Vec<Said>) -> bool {
        let cell = row.get("required");
        let is_no = cell.is_empty()
            || ["no", "false", "false()", "n", "0"].contains(&cell.to_lowercase().as_str());
        let is_yes = is_yes(cell);
        if !is_yes && !is_no {
            notes.push(said!(
                required_lost,
                "it need not be answered: when it must is not kept"
            ));
        }
        is_yes
    }

    /// What kind of question it is.
    fn asked(&self, row: &Row, kind: &RowType, notes: &mut Vec<Said>) -> Result<Asked, Said> {
        let one = |kind| Ok(Asked::One(kind, Answers::Other));
        let appearance = row.get("appearance").to_lowercase();
        if is_yes(row.get("readonly")) && !matches!(kind, RowType::Note | RowType::Calculation) {
            return Err(said!(
                readonly,
                "it shows what cannot be changed, and Afield shows no other answers"
            ));
        }
        match kind {
            RowType::Text
                if appearance.contains("select-contact") || appearance.contains("db-object") =>
            {
                Err(said!(
                    other_program,
                    "Afield does not ask for a person or a thing of another program"
                ))
            }
            RowType::Text => one(QuestionKind::Text),
            RowType::TextFor(what) => {
                notes.push(said!(
                    text_here,
                    "it is a text here: Afield has no field for {}",
                    thing(what)
                ));
                one(QuestionKind::Text)
            }
            RowType::Number { is_whole } => {
                Ok(Asked::One(number(row, *is_whole, notes), Answers::Number))
            }
            RowType::YesNo => {
                let answers = one_of(&[("yes", YES), ("no", NO)]);
                Ok(Asked::One(QuestionKind::YesNo, answers))
            }
            RowType::Acknowledge => {
                let options = vec!["OK".to_owned()];
                let kind = QuestionKind::Choice { options };
                Ok(Asked::One(kind, one_of(&[("OK", "OK")])))
            }
            RowType::One { list, or_other } => self.one(list, *or_other, row, notes),
            RowType::Many { list, or_other } => self.several(list, *or_other, row, notes),
            RowType::Date => one(QuestionKind::Date),
            RowType::Image => {
                let is_signature = appearance.contains("signature");
                one(if is_signature {
                    QuestionKind::Signature
                } else {
                    QuestionKind::Photo
                })
            }
            RowType::Barcode => one(QuestionKind::Barcode),
            RowType::Note => one(QuestionKind::Heading),
            RowType::Calculation => self.calculation(row),
            RowType::NotThere(what) => {
                Err(said!(not_asked, "Afield does not ask for {}", thing(what)))
            }
            RowType::Unknown => Err(said!(
                unknown_type,
                "{} is no type that Afield knows",
                quoted(row.get("type"))
            )),
            RowType::GroupBegin
            | RowType::GroupEnd
            | RowType::RepeatBegin
            | RowType::RepeatEnd
            | RowType::Noted => Err(said!(asks_nothing, "it asks nothing")),
        }
    }

    fn calculation(&self, row: &Row) -> Result<Asked, Said> {
        let numbers = |place: &Place| {
            let known = self.before.known(place).ok()?;
            (known.answers == Answers::Number).then(|| known.item.clone())
        };
        let (formula, decimals) = formula(row.get("calculation"), &numbers)?;
        let kind = QuestionKind::Calculation {
            formula,
            decimals,
            unit: String::new(),
        };
        Ok(Asked::One(kind, Answers::Number))
    }

    fn choices(&self, list: &str, row: &Row, notes: &mut Vec<Said>) -> Result<&List, Said> {
        let Some((found, is_partial)) = self.lists.get(list) else {
            let list = quoted(list);
            return Err(said!(no_list, "the sheet \"choices\" has no list {}", list));
        };
        if found.choices.len() > MOST {
            return Err(said!(
                too_many_choices,
                "its list has more choices than the {} that Afield takes",
                MOST
            ));
        }
        if is_partial {
            notes.push(said!(
                choice_missing,
                "a choice of its list is missing: see the sheet \"choices\" above"
            ));
        }
        if !row.get("choice_filter").is_empty() {
            notes.push(said!(
                not_filtered,
                "all choices are offered: Afield does not filter them by other answers"
            ));
        }
        Ok(found)
    }

    fn one(
        &self,
        list: &str,
        or_other: bool,
        row: &Row,
        notes: &mut Vec<Said>,
    ) -> Result<Asked, Said> {
        let mut list = self.choices(list, row, notes)?.clone();
        if let (Some((yes, no)), false) = (yes_and_no(&list.choices), or_other) {
            let answers = one_of(&[(&yes, YES), (&no, NO)]);
            return Ok(Asked::One(QuestionKind::YesNo, answers));
        }
        if or_other && !list.has(OTHER) {
            list.add(OTHER, "Other");
        }
        let pairs = list
            .choices
            .into_iter()
            .map(|choice| (choice.name, choice.label));
        let pairs: Vec<(String, String)> = pairs.collect();
        let options = pairs.iter().map(|(_, answer)| answer.clone()).collect();
        let (kind, answers) = (QuestionKind::Choice { options }, Answers::OneOf(pairs));
        Ok(if or_other {
            Asked::OrOther(kind, answers)
        } else {
            Asked::One(kind, answers)
        })
    }

    fn several(
        &self,
        list: &str,
        or_other: bool,
        row: &Row,
        notes: &mut Vec<Said>,
    ) -> Result<Asked, Said> {
        let choices = self.choices(list, row, notes)?.choices.clone();
        let room = most::QUESTIONS.saturating_sub(self.questions.len() + 1);
        if choices.len() + usize::from(or_other) > room {
            return Err(said!(
                too_many_questions,
                "it becomes a question for each of its {} choices, and a form holds {} questions at most",
                choices.len(),
                most::QUESTIONS
            ));
        }
        notes.push(said!(
            each_choice,
            "each of its choices is a question of its own with Yes and No, and need not be answered"
        ));
        if or_other {
            notes.push(said!(
                else_no_place,
                "what else is said has no place: ask for it in a text"
            ));
        }
        Ok(Asked::Several(choices))
    }

    /// Adds the questions of a row.
    fn add(&mut self, name: &str, mut question: Question, asked: Asked, notes: &mut Vec<Said>) {
        let mut known = Known {
            name: name.to_owned(),
            group: self.group(),
            item: question.item.clone(),
            answers: Answers::Other,
            when: question.when.clone(),
            required: question.required,
        };
        let has_other = matches!(asked, Asked::OrOther(..));
        match asked {
            Asked::One(kind, answers) | Asked::OrOther(kind, answers) => {
                question.required &= kind.wants_answer();
                known.required = question.required;
                question.kind = kind;
                known.answers = answers;
                self.questions.push(question);
                self.before.add(known);
            }
            Asked::Several(choices) => {
                question.required = false;
                known.required = false;
                self.questions.push(question);
                let mut items = Vec::new();
                for choice in choices {
                    let item = self.free_item(&format!("{name}_{}", choice.name));
                    let mut one = Question::new(&item, &choice.label, QuestionKind::YesNo);
                    one.when.clone_from(&known.when);
                    self.questions.push(one);
                    items.push((choice.name, item));
                }
                known.answers = Answers::Several(items);
                self.before.add(known);
            }
        }
        if has_other {
            self.add_other(name, notes);
        }
    }

    /// A text for something else, as forms with `or_other` have it.
    fn add_other(&mut self, name: &str, notes: &mut Vec<Said>) {
        let condition = self.before.condition(&format!("${{{name}}} = '{OTHER}'"));
        if self.questions.len() >= most::QUESTIONS {
            notes.push(said!(
                else_form_full,
                "what else is said has no place: the form is full"
            ));
            return;
        }
        let Ok(condition) = condition else {
            notes.push(said!(
                else_no_place,
                "what else is said has no place: ask for it in a text"
            ));
            return;
        };
        let item = self.free_item(&format!("{name}_{OTHER}"));
        let mut text = Question::new(&item, "Other", QuestionKind::Text);
        text.when = condition;
        self.questions.push(text);
    }

    /// A key that no other question has, as close to `name` as can be.
    pub(super) fn free_item(&self, name: &str) -> String {
        let letters = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
        let mut key: String = letters.take(most::ITEM_BYTES - 8).collect();
        // A formula takes what begins with a digit for a number.
        if !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
            key.insert(0, 'q');
        }
        let is_free = |key: &str| !self.questions.iter().any(|question| question.item == key);
        let mut numbered = (2..).map(|number: u32| format!("{key}_{number}"));
        if is_free(&key) {
            key
        } else {
            numbered.find(|key| is_free(key)).unwrap_or_default()
        }
    }
}

fn one_of(pairs: &[(&str, &str)]) -> Answers {
    Answers::OneOf(
        pairs
            .iter()
            .map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned()))
            .collect(),
    )
}

fn number(row: &Row, is_whole: bool, notes: &mut Vec<Said>) -> QuestionKind {
    let is_range = row.get("type").trim().eq_ignore_ascii_case("range");
    let parameters = if is_range { row.get("parameters") } else { "" };
    let limits = if is_range {
        of_range(parameters)
    } else {
        Limits::default()
    };
    let limits = limits.and(row.get("constraint"), is_whole);
    if limits.is_less {
        let said = [parameters, row.get("constraint")].map(|text| text.trim().to_owned());
        let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).collect();
        let said = quoted(&said.join("; "));
        notes.push(match (&limits.min, &limits.max) {
            (None, None) => said!(not_checked, "Afield does not check {}", said),
            _ => said!(not_checked_full, "Afield does not check {} in full", said),
        });
    }
    QuestionKind::Number {
        min: limits.min,
        max: limits.max,
        unit: String::new(),
    }
}

/// What a question has besides that Afield has not.
fn not_kept(row: &Row, notes: &mut Vec<Said>) {
    let is_number = matches!(row_type(row.get("type")), RowType::Number { .. });
    if !row.get("constraint").is_empty() && !is_number {
        notes.push(said!(
            not_checked,
            "Afield does not check {}",
            quoted(row.get("constraint"))
        ));
    }
    if !row.get("default").is_empty() {
        notes.push(said!(
            default_lost,
            "nothing is filled in before: the default is not kept"
        ));
    }
    if !row.get("calculation").is_empty() && row_type(row.get("type")) != RowType::Calculation {
        notes.push(said!(
            computed_lost,
            "it is not computed: somebody answers it"
        ));
    }
    if row.has_any("media") || row.has_any("image") || row.has_any("audio") || row.has_any("video")
    {
        notes.push(said!(media_lost, "its picture, sound or film is not shown"));
    }
}
