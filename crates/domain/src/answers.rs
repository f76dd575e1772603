//! Checklists and forms: what is asked, what may be answered, what is calculated from it.
//!
//! Owns [`Question`], [`Answer`] and their rules, the same on phone and server. Must never know whose
//! answers they are: a job's or a submitted form's.

mod answer;
pub mod check;
pub mod formula;
mod question;

pub use answer::Answer;
pub use question::{
    Condition, NO, Question, QuestionKind, Test, YES, answer_to, calculated, complete, failures,
    first_missing, is_asked, is_day, open_required,
};
