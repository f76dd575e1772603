//! Service tasks and the forms that are submitted for them.

use super::files::find_files;
use super::{ApplyContext, Effect};
use crate::answers;
use crate::answers::Answer;
use crate::limits;
use crate::merge::FieldValue;
use crate::operation::Op;
use crate::permission::may_work_on;
use crate::record::Job;
use crate::record::{Record, RecordKey};
use crate::record::{ServiceTask, Submission, TaskStatus};
use crate::rejection::{Problem, Rejection};

pub(super) fn set_task_status(
    context: ApplyContext<'_>,
    job: &Job,
    task: &ServiceTask,
    to: TaskStatus,
) -> Result<Effect, Rejection> {
    if !may_work_on(context.actor, job) {
        return Err(Rejection::Forbidden);
    }
    // Every step is legal: two people on one job must not park each other's work over a task.
    if task.status == to {
        return Ok(Effect::Already);
    }
    Ok(Effect::Write(vec![Record::Task(ServiceTask {
        status: to,
        ..task.clone()
    })]))
}

pub(super) fn submit_form<'r>(
    context: ApplyContext<'_>,
    job: &Job,
    existing: Option<&Record>,
    op: &Op,
    lookup: &impl Fn(RecordKey) -> Option<&'r Record>,
) -> Result<Effect, Rejection> {
    let Op::SubmitForm {
        submission,
        task,
        template,
        answers,
        ..
    } = op
    else {
        return Err(Rejection::UnknownOp);
    };
    if !may_work_on(context.actor, job) {
        return Err(Rejection::Forbidden);
    }
    let Some(Record::Form(form)) = lookup((*template).into()) else {
        return Err(Rejection::NotFound);
    };
    match task.map(|task| lookup(task.into())) {
        None => {}
        Some(Some(Record::Task(task)))
            if task.job == job.id && task.template == Some(*template) => {}
        Some(_) => return Err(Rejection::NotFound),
    }
    for answer in answers {
        if let FieldValue::Files(files) = &answer.value {
            find_files(job.id, files, lookup)?;
        }
    }
    check_size(answers)?;
    let answers = answers::complete(&form.questions, answers)?;
    if let Some(missing) = answers::first_missing(&form.questions, &answers) {
        return Err(Rejection::Invalid {
            field: missing.item.clone(),
            problem: Problem::Missing,
        });
    }
    let made = Submission {
        id: *submission,
        job: job.id,
        task: *task,
        template: *template,
        answers,
        author: context.actor.id,
        author_name: context.actor.name.to_owned(),
        made_at: context.made_at,
    };
    match existing {
        Some(Record::Submission(there))
            if there.job == made.job
                && there.author == made.author
                && (there.task, there.template) == (made.task, made.template)
                && there.answers == made.answers =>
        {
            Ok(Effect::Already)
        }
        Some(_) => Err(Rejection::Forbidden),
        None => Ok(Effect::Write(vec![Record::Submission(made)])),
    }
}

/// A form must fit in one push, or nothing after it would ever be sent.
fn check_size(answers: &[Answer]) -> Result<(), Rejection> {
    let bytes = |answer: &Answer| match &answer.value {
        FieldValue::Text(text) => text.len(),
        FieldValue::Files(files) => files.len() * 40,
        _ => 0,
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
#[path = "tasks_tests.rs"]
mod tests;
