//! The table of operations: which file has the meaning of which.
//!
//! Owns what [`Op`] says of itself, by asking that file. Must never answer for one.

use super::Op;
use super::add_attachment::AddAttachment;
use super::add_note::AddNote;
use super::answer_offer::AnswerOffer;
use super::assign_job::AssignJob;
use super::create::Create;
use super::create_job::CreateJob;
#[cfg(feature = "office")]
use super::edit_customer::EditCustomer;
use super::edit_job::EditJob;
#[cfg(feature = "office")]
use super::edit_record::EditRecord;
use super::meaning::{Case, Ends, Judgement, Meaning};
#[cfg(feature = "office")]
use super::plan_job::PlanJob;
use super::set_job_status::SetJobStatus;
use super::set_task_status::SetTaskStatus;
use super::submit_form::SubmitForm;
use super::withdraw::Withdraw;
use crate::ids::{JobId, TaskId, UserId};
use crate::order::Order;
use crate::permission::Right;
use crate::record::{Record, RecordKey};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// Asks the meaning of an operation: the only place that knows which file has it. An operation that is
/// added is added here, and the compiler asks its file for the rest.
macro_rules! meaning {
    ($op:expr, $meaning:ident => $answer:expr, unknown => $none:expr) => {
        match $op {
            Op::SetJobStatus {
                job,
                to,
                kind,
                reason,
            } => {
                let $meaning = SetJobStatus {
                    job: *job,
                    to: *to,
                    kind: *kind,
                    reason,
                };
                $answer
            }
            Op::AddNote {
                note,
                job,
                text,
                files,
            } => {
                let $meaning = AddNote {
                    note: *note,
                    job: *job,
                    text,
                    files,
                };
                $answer
            }
            Op::EditJob {
                job,
                edits,
                settles,
            } => {
                let $meaning = EditJob {
                    job: *job,
                    edits,
                    settles: *settles,
                };
                $answer
            }
            Op::CreateJob {
                job,
                title,
                description,
                customer,
                property,
                priority,
                starts,
                ends,
            } => {
                let $meaning = CreateJob {
                    job: *job,
                    title,
                    description,
                    customer: *customer,
                    property: *property,
                    priority: *priority,
                    starts: *starts,
                    ends: *ends,
                };
                $answer
            }
            Op::AddAttachment {
                attachment,
                job,
                kind,
                name,
                mime,
                bytes,
                sha256,
                width,
                height,
                thumbnail,
            } => {
                let $meaning = AddAttachment {
                    attachment: *attachment,
                    job: *job,
                    kind: *kind,
                    name,
                    mime,
                    bytes: *bytes,
                    sha256,
                    width: *width,
                    height: *height,
                    thumbnail,
                };
                $answer
            }
            Op::SetTaskStatus { task, job, to } => {
                let $meaning = SetTaskStatus {
                    task: *task,
                    job: *job,
                    to: *to,
                };
                $answer
            }
            Op::SubmitForm {
                submission,
                job,
                task,
                template,
                answers,
            } => {
                let $meaning = SubmitForm {
                    submission: *submission,
                    job: *job,
                    task: *task,
                    template: *template,
                    answers,
                };
                $answer
            }
            #[cfg(feature = "office")]
            Op::PlanJob { job, plan } => {
                let $meaning = PlanJob { job: *job, plan };
                $answer
            }
            Op::AssignJob { job, assignee } => {
                let $meaning = AssignJob {
                    job: *job,
                    assignee: *assignee,
                };
                $answer
            }
            Op::AnswerOffer {
                job,
                accept,
                reason,
            } => {
                let $meaning = AnswerOffer {
                    job: *job,
                    accept: *accept,
                    reason,
                };
                $answer
            }
            Op::Withdraw { part, job } => {
                let $meaning = Withdraw {
                    part: *part,
                    job: *job,
                };
                $answer
            }
            Op::Create { record } => {
                let $meaning = Create { record };
                $answer
            }
            #[cfg(feature = "office")]
            Op::EditCustomer {
                customer,
                edits,
                archived,
            } => {
                let $meaning = EditCustomer {
                    customer: *customer,
                    edits,
                    archived: *archived,
                };
                $answer
            }
            #[cfg(feature = "office")]
            Op::EditRecord {
                record,
                edits,
                archived,
            } => {
                let $meaning = EditRecord {
                    record: *record,
                    edits,
                    archived: *archived,
                };
                $answer
            }
            // The office asks its server for these, and no phone has one in its outbox.
            #[cfg(not(feature = "office"))]
            Op::PlanJob { .. } | Op::EditCustomer { .. } | Op::EditRecord { .. } => $none,
            Op::Unknown => $none,
        }
    };
}

impl Op {
    /// The record whose lane this operation runs in; none if the operation is unknown.
    #[must_use]
    pub fn target(&self) -> Option<RecordKey> {
        meaning!(self, meaning => Some(meaning.target()), unknown => None)
    }

    /// The job it is about: what "Go to record" opens.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        meaning!(self, meaning => meaning.job(), unknown => None)
    }

    /// The records that must be loaded before [`crate::apply_op`] can judge it.
    #[must_use]
    pub fn reads(&self) -> Vec<RecordKey> {
        let mut reads = self.needs();
        reads.extend(meaning!(self, meaning => meaning.looks_at(), unknown => Vec::new()));
        reads.extend(self.target());
        // Each once, however often it is named: what is read is paid for by the server.
        reads.order();
        reads.dedup();
        reads
    }

    /// The records that must be there before it can be applied: if one of them is itself unsent,
    /// this waits for it.
    #[must_use]
    pub fn needs(&self) -> Vec<RecordKey> {
        meaning!(self, meaning => meaning.needs(), unknown => Vec::new())
    }

    /// The record that it makes.
    #[must_use]
    pub fn creates(&self) -> Option<RecordKey> {
        let creates = meaning!(self, meaning => meaning.creates(), unknown => false);
        self.target().filter(|_| creates)
    }

    /// Whether somebody waits for what becomes of it, so that it is sent at once or not at all, and never
    /// stands in an outbox. It is judged only on the very copy that its user saw.
    #[must_use]
    pub fn needs_connection(&self) -> bool {
        meaning!(self, meaning => meaning.needs_connection(), unknown => false)
    }

    /// The users whose a job shall be: they must be active users of the company.
    #[must_use]
    pub fn assignees(&self) -> Vec<UserId> {
        meaning!(self, meaning => meaning.assignees(), unknown => Vec::new())
    }

    /// The service task it is about.
    #[must_use]
    pub fn task(&self) -> Option<TaskId> {
        meaning!(self, meaning => meaning.task(), unknown => None)
    }

    /// The rights that it takes, each of which a company may have taken from a role.
    #[must_use]
    pub fn rights(&self) -> Vec<Right> {
        meaning!(self, meaning => meaning.rights(), unknown => Vec::new())
    }

    fn ends(&self) -> Ends {
        meaning!(self, meaning => meaning.ends(), unknown => Ends::Nothing)
    }

    /// Whether it ends the work on its service task, and so waits for everything done there before.
    #[must_use]
    pub fn completes_task(&self) -> bool {
        self.ends() == Ends::Task
    }

    /// Whether it ends the work on its job, and so waits for everything done there before.
    #[must_use]
    pub fn completes(&self) -> bool {
        self.ends() == Ends::Job
    }

    pub(super) fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        meaning!(self, meaning => meaning.judge(case), unknown => Err(Rejection::UnknownOp))
    }

    pub(super) fn effect(
        &self,
        target: Option<Record>,
        by: Actor<'_>,
        at: Timestamp,
    ) -> Option<Record> {
        meaning!(self, meaning => meaning.effect(target, by, at), unknown => target)
    }
}
