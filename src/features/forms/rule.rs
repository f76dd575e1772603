//! A test of an answer while it is built: when a question is asked, or what is not in order.
//!
//! Owns [`Rule`]. Pure.

use super::kind::{Kind, number};
use afield_domain::answers::{Condition, Test};
use afield_domain::{Language, decimal};

/// What stands in the fields of a test.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// The key of the question whose answer is tested; empty: it is always asked. Unused where a question tests its own.
    pub item: String,
    /// The answers that pass, a line each.
    pub is: String,
    /// A number above this passes.
    pub above: String,
    /// A number below this passes.
    pub below: String,
}

impl Rule {
    /// How many texts it is stored as.
    pub(super) const PARTS: usize = 4;

    pub(super) fn of(item: &str, test: &Test, language: Language) -> Self {
        let limit = |text: &Option<String>| match text {
            Some(text) => decimal::unmistakable(decimal::shown(text, language)),
            None => String::new(),
        };
        Self {
            item: item.to_owned(),
            is: test.is.join("\n"),
            above: limit(&test.above),
            below: limit(&test.below),
        }
    }

    /// The answers that pass.
    #[must_use]
    pub fn answers(&self) -> Vec<String> {
        let lines = self.is.lines().map(str::trim);
        let filled = lines.filter(|line| !line.is_empty());
        filled.map(str::to_owned).collect()
    }

    /// Whether this answer passes.
    #[must_use]
    pub fn has(&self, answer: &str) -> bool {
        self.is.lines().any(|line| line.trim() == answer)
    }

    /// Lets an answer pass, or no more.
    pub fn set(&mut self, answer: &str, passes: bool) {
        let mut answers = self.answers();
        answers.retain(|known| known != answer);
        if passes {
            answers.push(answer.to_owned());
        }
        self.is = answers.join("\n");
    }

    /// The test of an answer of a `kind`; none if nothing is tested. What does not fit the kind of answer is left out; of a
    /// question that is not there all is kept.
    #[must_use]
    pub fn test(&self, kind: Option<Kind>) -> Option<Test> {
        if kind.is_some_and(|kind| !kind.can_be_tested()) {
            return None;
        }
        let is_number = kind.is_none_or(Kind::is_number);
        let limit = |text: &String| match text.trim() {
            "" => None,
            text => Some(number(text)),
        };
        let answers = self.answers().into_iter().map(|answer| match kind {
            Some(kind) if kind.is_number() => number(&answer),
            _ => answer,
        });
        let test = Test {
            is: answers.collect(),
            above: limit(&self.above).filter(|_| is_number),
            below: limit(&self.below).filter(|_| is_number),
        };
        (test != Test::default()).then_some(test)
    }

    pub(super) fn condition(&self, kind: Option<Kind>) -> Option<Condition> {
        if self.item.is_empty() {
            return None;
        }
        Some(Condition {
            item: self.item.clone(),
            // Without a test it is wrong, and told so.
            test: self.test(kind).unwrap_or_default(),
        })
    }

    pub(super) fn to_texts(&self) -> [String; Self::PARTS] {
        [&self.item, &self.is, &self.above, &self.below].map(Clone::clone)
    }

    pub(super) fn of_texts(texts: &[String]) -> Option<Self> {
        let [item, is, above, below] = <[String; Self::PARTS]>::try_from(texts.to_vec()).ok()?;
        Some(Self {
            item,
            is,
            above,
            below,
        })
    }
}
