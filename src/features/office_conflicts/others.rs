//! The other jobs on which something may have been meant.
//!
//! Owns their list, a page of them at a time. Must never say that there is none before the server has said so.

use super::view_model::Whose;
use crate::error::Trouble;
use crate::shared::names::numbered;
use crate::signal::RwSignal;
use afield_domain::{Job, JobId, Record};
use afield_platform::api;
use afield_platform::api::ApiFailure;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What has been found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Page {
    /// The jobs, with what people call them.
    pub(super) jobs: Vec<(JobId, String)>,
    /// Whether there are more.
    pub(super) more: bool,
    /// How many of all have been looked at.
    seen: usize,
}

/// The list.
#[derive(Clone, Copy)]
pub(super) struct Others {
    /// None before the first answer.
    pub(super) page: RwSignal<Option<Page>>,
    /// Why the last page did not come.
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// The number of what was asked last: an older answer is of no use.
    asked: StoredValue<u32>,
}

impl Others {
    pub(super) fn new() -> Self {
        Self {
            page: RwSignal::new(None),
            trouble: RwSignal::new(None),
            asked: StoredValue::new(0),
        }
    }

    /// Forgets what was found, and asks for the first page.
    pub(super) fn begin(self, whose: Whose, not: JobId) {
        self.page.set(None);
        self.load(whose, not);
    }

    /// Asks for the next page.
    pub(super) fn load(self, whose: Whose, not: JobId) {
        self.trouble.set(None);
        let next = |number: &mut u32| {
            *number += 1;
            *number
        };
        let Some(number) = self.asked.try_update_value(next) else {
            return;
        };
        let seen = |page: &Option<Page>| page.as_ref().map_or(0, |page| page.seen);
        let skip = self.page.with_untracked(seen);
        spawn_local(async move {
            let answer = ask(whose, skip).await;
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok((jobs, more)) => {
                    let _ = self.page.try_update(|page| {
                        let page = page.get_or_insert_default();
                        page.seen += jobs.len();
                        page.more = more;
                        let others = jobs.into_iter().filter(|job| job.id != not);
                        let named = others.map(|job| (job.id, numbered(&job.number, &job.title)));
                        page.jobs.extend(named);
                    });
                }
                Err(failure) => drop(self.trouble.try_set(Some(failure.into()))),
            }
        });
    }
}

/// A page of jobs, and whether there are more.
async fn ask(whose: Whose, skip: usize) -> Result<(Vec<Job>, bool), ApiFailure> {
    match whose {
        Whose::Customer(customer) => {
            let found = api::load_customer(customer, skip).await?;
            let jobs = found.jobs.into_iter();
            let jobs = jobs.filter_map(|copy| match copy.record {
                Record::Job(job) => Some(job),
                _ => None,
            });
            Ok((jobs.collect(), found.more))
        }
        Whose::Author(author, day) => {
            let board = api::load_board(Some(&day.to_string()), 0).await?;
            let jobs = board.jobs.into_iter().map(|row| row.job);
            let theirs = jobs.filter(|job| job.assignee == Some(author));
            Ok((theirs.collect(), false))
        }
    }
}
