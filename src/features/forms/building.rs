//! A form while it is built: what stands in the fields, and the questions that it comes to.
//!
//! Owns [`Building`]: adding, moving and taking away, and the text that a draft of it is stored as. Pure. Must never mend
//! what was typed: what is wrong is told at its field by the domain's own check.

use super::kind::{Kind, number};
use super::rule::Rule;
use afield_domain::answers::check::{self, Fault, Part};
use afield_domain::wire::Tree;
use afield_domain::{FormTemplate, Language, Question, QuestionKind, decimal};

/// A question while it is built: what stands in its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // As the domain's question has them.
pub struct Row {
    pub item: String,
    pub label: String,
    pub kind: Kind,
    pub required: bool,
    /// A line for each.
    pub options: String,
    pub min: String,
    pub max: String,
    pub unit: String,
    pub formula: String,
    pub decimals: String,
    /// When it is asked.
    pub when: Rule,
    /// What is not in order.
    pub fails: Rule,
}

/// How many texts a row is stored as.
const PARTS: usize = 10;

impl Row {
    fn new(item: String, kind: Kind) -> Self {
        Self {
            item,
            label: String::new(),
            kind,
            required: false,
            options: String::new(),
            min: String::new(),
            max: String::new(),
            unit: String::new(),
            formula: String::new(),
            decimals: "2".to_owned(),
            when: Rule::default(),
            fails: Rule::default(),
        }
    }

    fn of(question: &Question, language: Language) -> Self {
        let shown = |text: &Option<String>| match text {
            Some(text) => decimal::unmistakable(decimal::shown(text, language)),
            None => String::new(),
        };
        let mut row = Self::new(question.item.clone(), Kind::of(&question.kind));
        row.label.clone_from(&question.label);
        row.required = question.required;
        match &question.kind {
            QuestionKind::Choice { options } => row.options = options.join("\n"),
            QuestionKind::Number { min, max, unit } => {
                (row.min, row.max) = (shown(min), shown(max));
                row.unit.clone_from(unit);
            }
            QuestionKind::Calculation {
                formula,
                decimals,
                unit,
            } => {
                row.formula.clone_from(formula);
                row.decimals = decimals.to_string();
                row.unit.clone_from(unit);
            }
            _ => {}
        }
        if let Some(condition) = &question.when {
            row.when = Rule::of(&condition.item, &condition.test, language);
        }
        if let Some(test) = &question.fails {
            row.fails = Rule::of("", test, language);
        }
        row
    }

    /// What there is to choose from.
    #[must_use]
    pub fn choices(&self) -> Vec<String> {
        let lines = self.options.lines().map(str::trim);
        let filled = lines.filter(|line| !line.is_empty());
        filled.map(str::to_owned).collect()
    }

    fn question_kind(&self) -> QuestionKind {
        let limit = |text: &String| match text.trim() {
            "" => None,
            text => Some(number(text)),
        };
        let unit = self.unit.trim().to_owned();
        match self.kind {
            Kind::YesNo => QuestionKind::YesNo,
            Kind::Choice => QuestionKind::Choice {
                options: self.choices(),
            },
            Kind::Text => QuestionKind::Text,
            Kind::Number => QuestionKind::Number {
                min: limit(&self.min),
                max: limit(&self.max),
                unit,
            },
            Kind::Calculation => QuestionKind::Calculation {
                formula: self.formula.trim().to_owned(),
                // What is no number is more than any form takes.
                decimals: self.decimals.trim().parse().unwrap_or(u16::MAX),
                unit,
            },
            Kind::Date => QuestionKind::Date,
            Kind::Photo => QuestionKind::Photo,
            Kind::Signature => QuestionKind::Signature,
            Kind::Barcode => QuestionKind::Barcode,
            Kind::Heading => QuestionKind::Heading,
            Kind::Unknown => QuestionKind::Unknown,
        }
    }

    fn to_texts(&self) -> Vec<String> {
        let mut texts = vec![
            self.item.clone(),
            self.label.clone(),
            self.kind.name().to_owned(),
            if self.required { "yes" } else { "" }.to_owned(),
            self.options.clone(),
            self.min.clone(),
            self.max.clone(),
            self.unit.clone(),
            self.formula.clone(),
            self.decimals.clone(),
        ];
        texts.extend(self.when.to_texts());
        texts.extend(self.fails.to_texts());
        texts
    }

    fn of_texts(texts: Vec<String>) -> Option<Self> {
        let (own, rules) = texts.split_at_checked(PARTS)?;
        let (when, fails) = rules.split_at_checked(Rule::PARTS)?;
        let [
            item,
            label,
            kind,
            required,
            options,
            min,
            max,
            unit,
            formula,
            decimals,
        ] = <[String; PARTS]>::try_from(own.to_vec()).ok()?;
        Some(Self {
            item,
            label,
            kind: Kind::parse(&kind),
            required: !required.is_empty(),
            options,
            min,
            max,
            unit,
            formula,
            decimals,
            when: Rule::of_texts(when)?,
            fails: Rule::of_texts(fails)?,
        })
    }
}

/// Something that is wrong with it: the key of the question, or none for the form itself.
pub type Flaw = (Option<String>, Part, Fault);

/// A form while it is built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Building {
    /// What it is called.
    pub name: String,
    /// Its questions and headings.
    pub rows: Vec<Row>,
}

impl Building {
    /// Another version of `form`, whose versions are called `title`.
    #[must_use]
    pub fn of(form: &FormTemplate, title: &str, language: Language) -> Self {
        let rows = form.questions.iter().map(|one| Row::of(one, language));
        Self {
            name: title.to_owned(),
            rows: rows.collect(),
        }
    }

    /// The question of that key.
    #[must_use]
    pub fn row(&self, item: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.item == item)
    }

    /// Changes the question of that key.
    pub fn change(&mut self, item: &str, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.item == item) {
            change(row);
        }
    }

    /// Those that stand before the question of that key.
    #[must_use]
    pub fn before(&self, item: &str) -> &[Row] {
        let at = self.place(item).unwrap_or_default();
        self.rows.get(..at).unwrap_or_default()
    }

    /// Where it stands.
    #[must_use]
    pub fn place(&self, item: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.item == item)
    }

    /// Adds a question at the end; gives its key, which stays its own in every version.
    pub fn add(&mut self, kind: Kind) -> String {
        let mut keys = (1..).map(|number: u32| format!("q{number}"));
        let item = keys.find(|key| self.row(key).is_none()).unwrap_or_default();
        self.rows.push(Row::new(item.clone(), kind));
        item
    }

    /// Takes a question away; gives where it stood.
    pub fn remove(&mut self, item: &str) -> Option<(usize, Row)> {
        let at = self.place(item)?;
        Some((at, self.rows.remove(at)))
    }

    /// Puts back what was taken away, unless a question has its key by now.
    pub fn put_back(&mut self, at: usize, row: Row) {
        if self.row(&row.item).is_none() {
            self.rows.insert(at.min(self.rows.len()), row);
        }
    }

    /// Moves a question by one place.
    pub fn shift(&mut self, item: &str, is_up: bool) {
        let Some(at) = self.place(item) else {
            return;
        };
        let to = if is_up {
            at.checked_sub(1)
        } else {
            at.checked_add(1)
        };
        if let Some(to) = to.filter(|to| *to < self.rows.len()) {
            self.rows.swap(at, to);
        }
    }

    /// What it asks, as it would be saved.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        let question = |row: &Row| {
            let asked = row.when.item.as_str();
            let other = self.row(asked);
            Question {
                required: row.required && row.kind.wants_answer(),
                when: row.when.condition(other.map(|row| row.kind)),
                fails: row.fails.test(Some(row.kind)),
                ..Question::new(&row.item, row.label.trim(), row.question_kind())
            }
        };
        self.rows.iter().map(question).collect()
    }

    /// Everything that keeps it from being saved, in the order of the form.
    #[must_use]
    pub fn flaws(&self) -> Vec<Flaw> {
        let found = check::flaws(self.name.trim(), &self.questions());
        let item = |at: Option<usize>| Some(self.rows.get(at?)?.item.clone());
        let flaws = found
            .into_iter()
            .map(|flaw| (item(flaw.at), flaw.part, flaw.fault));
        flaws.collect()
    }

    /// The text of its draft.
    #[must_use]
    pub fn to_text(&self) -> String {
        let rows: Vec<Vec<String>> = self.rows.iter().map(Row::to_texts).collect();
        serde_json::to_string(&(&self.name, rows)).unwrap_or_default()
    }

    /// What a draft holds; none if another build wrote it.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let Ok(Tree::List(parts)) = serde_json::from_str(text) else {
            return None;
        };
        let [name, rows] = <[Tree<'_>; 2]>::try_from(parts).ok()?;
        let texts = |tree: Tree<'_>| -> Option<Vec<String>> {
            let Tree::List(parts) = tree else {
                return None;
            };
            let text = |tree: Tree<'_>| Some(tree.into_text().ok()?.into_owned());
            parts.into_iter().map(text).collect()
        };
        let Tree::List(rows) = rows else {
            return None;
        };
        let rows: Option<Vec<Row>> = rows
            .into_iter()
            .map(|row| Row::of_texts(texts(row)?))
            .collect();
        Some(Self {
            name: name.into_text().ok()?.into_owned(),
            rows: rows?,
        })
    }
}

#[cfg(test)]
#[path = "building_tests.rs"]
mod tests;
