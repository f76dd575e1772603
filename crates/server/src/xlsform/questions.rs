//! What a row asks: its kind, its answers, and what it loses.
//!
//! Owns how each type is asked in Afield. Pure. Must never leave what is lost without a note.

use super::calculation::formula;
use super::choices::{Choice, MOST, yes_and_no};
use super::condition::{Answers, Known};
use super::constraint::{Limits, limits, of_range};
use super::labels::label;
use super::question_type::{RowType, row_type};
use super::sheets::Row;
use super::survey::{Walk, is_yes};
use crate::import::bounds::quoted;
use afield_domain::answers::{Condition, NO, YES};
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
    pub(super) fn ask(&mut self, row: &Row, kind: &RowType) -> Result<Vec<String>, String> {
        let name = row.get("name");
        if name.is_empty() && *kind != RowType::Note {
            return Err("it has no name".into());
        }
        let mut notes = Vec::new();
        let asked = self.asked(row, kind, &mut notes)?;
        if !name.is_empty() && self.before.0.iter().any(|known| known.name == name) {
            notes.push("another row has this name: no condition can hang on it".into());
        }
        let shown = label(
            row.in_language("label", self.language),
            row.in_language("hint", self.language),
            name,
        );
        notes.extend(shown.notes);
        let when = self.when(self.before.condition(row.get("relevant")));
        let is_kept = when.is_ok();
        if let Err(why) = &when {
            notes.push(format!(
                "it is always asked, and need not be answered: {why}"
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

    fn required(&self, row: &Row, notes: &mut Vec<String>) -> bool {
        let cell = row.get("required");
        let is_no = cell.is_empty()
            || ["no", "false", "false()", "n", "0"].contains(&cell.to_lowercase().as_str());
        let is_yes = is_yes(cell);
        if !is_yes && !is_no {
            notes.push("it need not be answered: when it must is not kept".into());
        }
        is_yes
    }

    /// What kind of question it is.
    fn asked(&self, row: &Row, kind: &RowType, notes: &mut Vec<String>) -> Result<Asked, String> {
        let one = |kind| Ok(Asked::One(kind, Answers::Other));
        if is_yes(row.get("readonly")) && !matches!(kind, RowType::Note | RowType::Calculation) {
            return Err(
                "it shows what cannot be changed, and Afield shows no other answers".into(),
            );
        }
        match kind {
            RowType::Text => one(QuestionKind::Text),
            RowType::TextFor(what) => {
                notes.push(format!("it is a text here: Afield has no field for {what}"));
                one(QuestionKind::Text)
            }
            RowType::Number { is_whole } => {
                Ok(Asked::One(number(row, *is_whole, notes), Answers::Number))
            }
            RowType::YesNo | RowType::Acknowledge => {
                let answers = [("yes", YES), ("no", NO), ("OK", YES)];
                Ok(Asked::One(QuestionKind::YesNo, one_of(&answers)))
            }
            RowType::One { list, or_other } => self.one(list, *or_other, row, notes),
            RowType::Many { list, or_other } => self.several(list, *or_other, row, notes),
            RowType::Date => one(QuestionKind::Date),
            RowType::Image => {
                let appearance = row.get("appearance").to_lowercase();
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
            RowType::NotThere(what) => Err(format!("Afield does not ask for {what}")),
            RowType::Unknown => Err(format!(
                "{} is no type that Afield knows",
                quoted(row.get("type"))
            )),
            RowType::GroupBegin
            | RowType::GroupEnd
            | RowType::RepeatBegin
            | RowType::RepeatEnd
            | RowType::Noted => Err("it asks nothing".into()),
        }
    }

    fn calculation(&self, row: &Row) -> Result<Asked, String> {
        let numbers = |name: &str| {
            let known = self.before.known(name).ok()?;
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

    fn choices(&self, list: &str, row: &Row, notes: &mut Vec<String>) -> Result<&[Choice], String> {
        let choices = self.lists.get(list);
        if choices.is_empty() {
            return Err(format!(
                "the sheet \"choices\" has no list {}",
                quoted(list)
            ));
        }
        if choices.len() > MOST {
            return Err(format!(
                "its list has more choices than the {MOST} that Afield takes"
            ));
        }
        if !row.get("choice_filter").is_empty() {
            notes.push(
                "all choices are offered: Afield does not filter them by other answers".into(),
            );
        }
        Ok(choices)
    }

    fn one(
        &self,
        list: &str,
        or_other: bool,
        row: &Row,
        notes: &mut Vec<String>,
    ) -> Result<Asked, String> {
        let choices = self.choices(list, row, notes)?;
        if let (Some((yes, no)), false) = (yes_and_no(choices), or_other) {
            return Ok(Asked::One(
                QuestionKind::YesNo,
                one_of(&[(&yes, YES), (&no, NO)]),
            ));
        }
        let mut pairs: Vec<(String, String)> = choices
            .iter()
            .map(|choice| (choice.name.clone(), choice.label.clone()))
            .collect();
        if or_other && !pairs.iter().any(|(name, _)| name == OTHER) {
            pairs.push((OTHER.into(), "Other".into()));
        }
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
        notes: &mut Vec<String>,
    ) -> Result<Asked, String> {
        let choices = self.choices(list, row, notes)?.to_vec();
        let room = most::QUESTIONS.saturating_sub(self.questions.len() + 1);
        if choices.len() + usize::from(or_other) > room {
            return Err(format!(
                "it becomes a question for each of its {} choices, and a form holds {} questions at most",
                choices.len(),
                most::QUESTIONS
            ));
        }
        notes.push("each of its choices is a question of its own with Yes and No, and need not be answered".into());
        if or_other {
            notes.push("what else is said has no place: ask for it in a text".into());
        }
        Ok(Asked::Several(choices))
    }

    /// Adds the questions of a row.
    fn add(&mut self, name: &str, mut question: Question, asked: Asked, notes: &mut Vec<String>) {
        let when = question.when.clone();
        let item = question.item.clone();
        match asked {
            Asked::One(kind, answers) => {
                if !kind.wants_answer() {
                    question.required = false;
                }
                question.kind = kind;
                self.questions.push(question);
                self.know(name, item, answers, when);
            }
            Asked::OrOther(kind, answers) => {
                question.kind = kind;
                self.questions.push(question);
                self.know(name, item, answers, when);
                self.add_other(name, notes);
            }
            Asked::Several(choices) => {
                question.required = false;
                self.questions.push(question);
                let mut items = Vec::new();
                for choice in choices {
                    let item = self.free_item(&format!("{name}_{}", choice.name));
                    let mut one = Question::new(&item, &choice.label, QuestionKind::YesNo);
                    one.when.clone_from(&when);
                    self.questions.push(one);
                    items.push((choice.name, item));
                }
                self.know(name, item, Answers::Several(items), when);
            }
        }
    }

    /// A text for something else, as forms with `or_other` have it.
    fn add_other(&mut self, name: &str, notes: &mut Vec<String>) {
        let condition = self.before.condition(&format!("${{{name}}} = '{OTHER}'"));
        if self.questions.len() >= most::QUESTIONS {
            notes.push("what else is said has no place: the form is full".into());
            return;
        }
        let item = self.free_item(&format!("{name}_{OTHER}"));
        let mut text = Question::new(&item, "Other", QuestionKind::Text);
        text.when = condition.unwrap_or_default();
        self.questions.push(text);
    }

    pub(super) fn know(
        &mut self,
        name: &str,
        item: String,
        answers: Answers,
        when: Option<Condition>,
    ) {
        self.before.0.push(Known {
            name: name.to_owned(),
            item,
            answers,
            when,
        });
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

fn number(row: &Row, is_whole: bool, notes: &mut Vec<String>) -> QuestionKind {
    let is_range = row.get("type").trim().eq_ignore_ascii_case("range");
    let Limits { min, max, is_less } = if is_range {
        of_range(row.get("parameters"))
    } else {
        limits(row.get("constraint"), is_whole)
    };
    if is_less {
        let what = if is_range {
            "steps"
        } else {
            row.get("constraint")
        };
        notes.push(format!("Afield does not check {} in full", quoted(what)));
    }
    if is_whole {
        notes.push("a number with decimals is taken too".into());
    }
    QuestionKind::Number {
        min,
        max,
        unit: String::new(),
    }
}

/// What a question has besides that Afield has not.
fn not_kept(row: &Row, notes: &mut Vec<String>) {
    let is_number = matches!(row_type(row.get("type")), RowType::Number { .. });
    if !row.get("constraint").is_empty() && !is_number {
        notes.push(format!(
            "Afield does not check {}",
            quoted(row.get("constraint"))
        ));
    }
    if !row.get("default").is_empty() {
        notes.push("nothing is filled in before: the default is not kept".into());
    }
    if !row.get("calculation").is_empty() && row_type(row.get("type")) != RowType::Calculation {
        notes.push("it is not computed: somebody answers it".into());
    }
    if row.has_any("media") || row.has_any("image") || row.has_any("audio") || row.has_any("video")
    {
        notes.push("its picture, sound or film is not shown".into());
    }
}
