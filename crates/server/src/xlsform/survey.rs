//! What becomes of each row of the sheet `survey`.
//!
//! Owns the walk through the rows with the groups that they stand in. Pure. Must never leave a row out of the report.

use super::choices::Lists;
use super::condition::{Answers, Before};
use super::labels::{label, plain};
use super::question_type::{RowType, row_type};
use super::report::{FormReport, RowFate, RowReport};
use super::sheets::{Row, Sheets, read};
use crate::import::bounds::{listed, quoted};
use crate::import::raw_row::TableError;
use afield_domain::answers::Condition;
use afield_domain::{Question, QuestionKind, limits as most};

/// Rows of the sheet `survey`. The longest forms that people use have some two thousand.
const ROWS: usize = 10_000;
/// Groups within groups.
const DEPTH: usize = 32;
const REPEAT: &str = "it is a repeat or stands in one, and Afield asks each question once";

/// A form that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// Its title.
    pub title: String,
    /// Its id in the file, or else the title.
    pub form_id: String,
    /// Its version in the file, may be empty.
    pub version: String,
    /// What it asks in Afield.
    pub questions: Vec<Question>,
    /// What became of each row.
    pub report: FormReport,
}

/// Reads a workbook as an XLSForm. `language` is one of those that its labels are in.
///
/// # Errors
/// When the file is no XLSForm, is damaged or too large, or has no such language.
pub fn read_form(bytes: &[u8], language: Option<&str>) -> Result<Read, TableError> {
    of_sheets(&read(bytes)?, language)
}

pub(super) fn of_sheets(sheets: &Sheets, language: Option<&str>) -> Result<Read, TableError> {
    if sheets.survey.len() > ROWS {
        return Err(TableError::new(format!(
            "the form has more than {ROWS} rows"
        )));
    }
    let mut report = FormReport::default();
    let language = choose_language(sheets, language, &mut report)?;
    let language = language.as_deref();
    let mut walk = Walk {
        language,
        lists: Lists::read(&sheets.choices, language),
        groups: Vec::new(),
        before: Before::default(),
        questions: Vec::new(),
        report,
    };
    for row in &sheets.survey {
        walk.take(row);
    }
    let title = plain(sheets.settings.get("form_title"), &mut Vec::new());
    let form_id = sheets.settings.get("form_id").to_owned();
    let title: String = if title.is_empty() {
        form_id.clone()
    } else {
        title
    };
    Ok(Read {
        form_id: if form_id.is_empty() {
            title.clone()
        } else {
            form_id
        },
        title: title.chars().take(most::TITLE_CHARS).collect(),
        version: sheets.settings.get("version").to_owned(),
        questions: walk.questions,
        report: walk.report,
    })
}

fn choose_language(
    sheets: &Sheets,
    asked: Option<&str>,
    report: &mut FormReport,
) -> Result<Option<String>, TableError> {
    let is = |language: &str, wanted: &str| {
        language
            .to_lowercase()
            .starts_with(&wanted.trim().to_lowercase())
    };
    if let Some(asked) = asked {
        let found = sheets.languages.iter().find(|language| is(language, asked));
        return match found {
            Some(found) => Ok(Some(found.clone())),
            None => Err(TableError::new(format!(
                "the form has no labels in {}; it has {}",
                quoted(asked),
                listed(&sheets.languages)
            ))),
        };
    }
    let default = sheets.settings.get("default_language");
    let default = sheets
        .languages
        .iter()
        .find(|language| !default.is_empty() && is(language, default));
    let chosen = default.or(sheets.languages.first()).cloned();
    if let (Some(chosen), 2..) = (&chosen, sheets.languages.len()) {
        report.assumed.push(format!(
            "the labels are read in {}; the form also has {}: choose with --language",
            quoted(chosen),
            listed(
                &sheets
                    .languages
                    .iter()
                    .filter(|language| *language != chosen)
                    .cloned()
                    .collect::<Vec<_>>()
            )
        ));
    }
    Ok(chosen)
}

/// A group, or a repeat, that is open.
struct Group {
    /// When what stands in it is asked; an error where that cannot be kept.
    when: Result<Option<Condition>, String>,
    /// What becomes of all that stands in it, if it is left out.
    left_out: Option<RowFate>,
}

/// A walk through the rows, and what it has found so far.
pub(super) struct Walk<'a> {
    pub(super) language: Option<&'a str>,
    pub(super) lists: Lists,
    groups: Vec<Group>,
    pub(super) before: Before,
    pub(super) questions: Vec<Question>,
    report: FormReport,
}

impl Walk<'_> {
    fn take(&mut self, row: &Row) {
        let cell = row.get("type");
        let name = row.get("name").to_owned();
        if cell.is_empty() && row.problem.is_none() && name.is_empty() {
            // A remark of whoever made the form.
            return self.say(row, RowFate::NotNeeded("it has no type".into()));
        }
        let kind = row_type(cell);
        // The end of a group counts whatever else is wrong.
        let fate = match kind {
            RowType::GroupEnd | RowType::RepeatEnd => self.end(),
            RowType::GroupBegin | RowType::RepeatBegin => {
                self.begin(row, kind == RowType::RepeatBegin)
            }
            _ => match self.obstacle(row) {
                Some(fate) => fate,
                None => self
                    .ask(row, &kind)
                    .map_or_else(RowFate::Refused, RowFate::Imported),
            },
        };
        let is_end = matches!(kind, RowType::GroupEnd | RowType::RepeatEnd);
        if !is_end && !matches!(fate, RowFate::Imported(_)) && !name.is_empty() {
            // A condition must not take another row for this one.
            self.know(&name, String::new(), Answers::None, None);
        }
        self.say(row, fate);
    }

    fn say(&mut self, row: &Row, fate: RowFate) {
        let name = row.get("name").to_owned();
        self.report.rows.push(RowReport {
            line: row.line,
            name,
            fate,
        });
    }

    /// Why a row is not looked at.
    fn obstacle(&self, row: &Row) -> Option<RowFate> {
        if let Some(problem) = &row.problem {
            return Some(RowFate::Refused(problem.clone()));
        }
        if let Some(fate) = self.groups.last().and_then(|group| group.left_out.clone()) {
            return Some(fate);
        }
        if is_yes(row.get("disabled")) {
            return Some(RowFate::NotNeeded("it is disabled".into()));
        }
        if is_never(row.get("relevant")) {
            return Some(RowFate::NotNeeded("its condition never holds".into()));
        }
        if row_type(row.get("type")) == RowType::Noted {
            return Some(RowFate::NotNeeded(
                "Afield notes by itself who did what and when".into(),
            ));
        }
        (self.questions.len() >= most::QUESTIONS).then(|| {
            RowFate::Refused(format!(
                "a form holds {} questions at most",
                most::QUESTIONS
            ))
        })
    }

    fn end(&mut self) -> RowFate {
        match self.groups.pop() {
            Some(_) => RowFate::NotNeeded("the end of a group".into()),
            None => RowFate::Refused("it ends what was not begun".into()),
        }
    }

    fn begin(&mut self, row: &Row, is_repeat: bool) -> RowFate {
        let fate = match self.obstacle(row) {
            Some(fate) => Some(fate),
            None if is_repeat => Some(RowFate::Refused(REPEAT.into())),
            None if self.groups.len() >= DEPTH => Some(RowFate::Refused(format!(
                "groups stand within each other {DEPTH} deep at most"
            ))),
            None => None,
        };
        if let Some(fate) = fate {
            let of_all = match &fate {
                RowFate::Refused(_) if is_repeat => RowFate::Refused(REPEAT.into()),
                RowFate::NotNeeded(_) => RowFate::NotNeeded("its group is never shown".into()),
                other => other.clone(),
            };
            self.groups.push(Group {
                when: Ok(None),
                left_out: Some(of_all),
            });
            return fate;
        }
        let when = self.when(self.before.condition(row.get("relevant")));
        self.groups.push(Group {
            when: when.clone(),
            left_out: None,
        });
        RowFate::Imported(self.add_heading(row, when))
    }

    /// Adds the heading of a group, if it has one; what is lost.
    fn add_heading(&mut self, row: &Row, when: Result<Option<Condition>, String>) -> Vec<String> {
        let text = |column| row.in_language(column, self.language);
        let shown = label(text("label"), text("hint"), "");
        let mut notes = shown.notes;
        if let Err(why) = &when {
            notes.push(format!(
                "what stands in this group is always asked, and need not be answered: {why}"
            ));
        }
        if !shown.text.is_empty() {
            let item = self.free_item(row.get("name"));
            let mut heading = Question::new(&item, &shown.text, QuestionKind::Heading);
            heading.when = when.unwrap_or_default();
            self.questions.push(heading);
        }
        notes
    }

    /// Its own condition, and those of the groups around.
    pub(super) fn when(
        &self,
        own: Result<Option<Condition>, String>,
    ) -> Result<Option<Condition>, String> {
        let own = own?;
        let group = match self.groups.last() {
            Some(group) => group.when.clone()?,
            None => None,
        };
        self.before.all(&[group, own])
    }
}

/// Whether a condition holds never, whatever is answered.
fn is_never(relevant: &str) -> bool {
    ["false", "false()"].contains(&relevant.trim().to_lowercase().as_str())
}

pub(super) fn is_yes(cell: &str) -> bool {
    ["yes", "true", "true()", "y", "1"].contains(&cell.trim().to_lowercase().as_str())
}
