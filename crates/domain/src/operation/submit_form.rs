//! Submit a form that was filled in.

use super::Op;
use super::meaning::{Accepted, Case, Ends, Judgement, Meaning, keys_of};
use crate::answers::{self, Answer};
use crate::ids::{JobId, SubmissionId, TaskId, TemplateId, UserId};
use crate::limits;
use crate::merge::FieldValue;
use crate::permission::Right;
use crate::record::{FormTemplate, Record, RecordKey, Submission};
use crate::rejection::{Problem, Rejection};
use crate::time::Timestamp;
use crate::user::Actor;
use afield_planted::planted;

/// See [`super::Op::SubmitForm`].
pub(super) struct SubmitForm<'o> {
    pub(super) submission: SubmissionId,
    pub(super) job: JobId,
    pub(super) task: Option<TaskId>,
    pub(super) template: TemplateId,
    pub(super) answers: &'o [Answer],
}

impl SubmitForm<'_> {
    fn files(&self) -> impl Iterator<Item = &[crate::ids::AttachmentId]> {
        self.answers
            .iter()
            .filter_map(|answer| match &answer.value {
                FieldValue::Files(files) => Some(files.as_slice()),
                FieldValue::Nothing | FieldValue::Text(_) | FieldValue::Span { .. } => None,
            })
    }

    /// The form, if the task and the files that are named with it are there.
    fn find_all<'r>(&self, case: &Case<'_, 'r>) -> Result<&'r FormTemplate, Rejection> {
        let Some(Record::Form(form)) = case.find(self.template) else {
            return Err(Rejection::NotFound);
        };
        match self.task.map(|task| case.find(task)) {
            None => {}
            Some(Some(Record::Task(task)))
                if task.job == self.job && task.template == Some(self.template) => {}
            Some(_) => return Err(Rejection::NotFound),
        }
        self.files()
            .try_for_each(|files| case.check_files(self.job, files))?;
        Ok(form)
    }

    /// The answers as they are stored, with every calculation done anew.
    fn completed(&self, form: &FormTemplate) -> Result<Vec<Answer>, Rejection> {
        check_size(self.answers)?;
        let answers = answers::complete(&form.questions, self.answers)?;
        let answers = planted!(CalculationBelieved: answers => self.answers.to_vec());
        if let Some(missing) = answers::first_missing(&form.questions, &answers) {
            return Err(Rejection::Invalid {
                field: missing.item.clone(),
                problem: Problem::Missing,
            });
        }
        Ok(answers)
    }
}

impl Meaning for SubmitForm<'_> {
    fn target(&self) -> RecordKey {
        self.submission.into()
    }

    fn job(&self) -> Option<JobId> {
        Some(self.job)
    }

    fn task(&self) -> Option<TaskId> {
        self.task
    }

    fn needs(&self) -> Vec<RecordKey> {
        let mut needs = vec![self.job.into(), self.template.into()];
        needs.extend(self.task.map(RecordKey::from));
        needs.extend(self.files().flat_map(keys_of));
        needs
    }

    fn creates(&self) -> bool {
        true
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        false
    }

    fn assignees(&self) -> Vec<UserId> {
        Vec::new()
    }

    fn rights(&self) -> Vec<Right> {
        vec![Right::SubmitForm]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        case.check_right(case.job(self.job)?)?;
        let answers = self.completed(self.find_all(case)?)?;
        match case.find(self.submission) {
            Some(Record::Submission(there))
                if there.job == self.job
                    && there.author == case.context.actor.id
                    && (there.task, there.template) == (self.task, self.template)
                    && there.answers == answers =>
            {
                Ok(Judgement::Already)
            }
            // Ids are 122 random bits: a submission of this id that is another is a forged request.
            Some(_) => Err(Rejection::Forbidden),
            None => Ok(Judgement::Accepted(Accepted {
                instead: Some(Box::new(Op::SubmitForm {
                    submission: self.submission,
                    job: self.job,
                    task: self.task,
                    template: self.template,
                    answers,
                })),
                ..Accepted::default()
            })),
        }
    }

    fn effect(&self, target: Option<Record>, by: Actor<'_>, at: Timestamp) -> Option<Record> {
        target.or_else(|| {
            Some(Record::Submission(Submission {
                id: self.submission,
                job: self.job,
                task: self.task,
                template: self.template,
                answers: self.answers.to_vec(),
                author: by.id,
                author_name: by.name.to_owned(),
                made_at: at,
            }))
        })
    }
}

/// A form must fit in one push, or nothing after it would ever be sent.
fn check_size(answers: &[Answer]) -> Result<(), Rejection> {
    let bytes = |answer: &Answer| match &answer.value {
        FieldValue::Text(text) => text.len(),
        FieldValue::Files(files) => files.len() * 40,
        FieldValue::Nothing | FieldValue::Span { .. } => 0,
    };
    let too_long = |max| Rejection::Invalid {
        field: "answers".to_owned(),
        problem: Problem::TooLong { max },
    };
    if answers.len() > limits::QUESTIONS {
        return Err(too_long(limits::QUESTIONS));
    }
    if answers.iter().map(bytes).sum::<usize>() > limits::FORM_BYTES {
        return Err(too_long(limits::FORM_BYTES));
    }
    Ok(())
}

#[cfg(test)]
#[path = "submit_form_tests.rs"]
mod tests;
