//! How a new job is asked for.
//!
//! Owns the ids of what is made, so that whatever is repeated makes nothing twice. Needs the server, which decides at once.

use super::desk::{Desk, input_id};
use super::plan::is_as_planned;
use super::repeat_fields::id_of;
use crate::error::Trouble;
use crate::routes::Route;
use crate::runtime::commands::{Commands, use_commands};
use crate::shared::job_form::Input;
use crate::shared::newcomer::Newcomer;
use crate::shared::newcomer_fields::ALIKE;
use crate::shared::rights::empty_description;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use afield_domain::{CustomerId, JobId, JobPlan, Op, Repetition, SeriesId};
use afield_platform::api;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;

/// What was asked for last. The same job, however often it is tried: a repeated request makes no second one. The same
/// customer and place as long as the same is typed of them: otherwise what an earlier try has made would be taken for it.
#[derive(Clone, PartialEq)]
pub(super) struct Tried {
    job: JobId,
    made: Newcomer,
    ids: [Uuid; 2],
}

impl Tried {
    pub(super) fn customer(&self) -> CustomerId {
        CustomerId(self.ids[0])
    }

    /// Its ids, for the draft of the form in which `made` stands now; of another customer than was asked for, the job's.
    pub(super) fn to_texts(&self, made: &Newcomer) -> Vec<String> {
        let ids = (self.made == *made).then_some(self.ids);
        let mut texts = vec![self.job.to_string()];
        texts.extend(ids.iter().flatten().map(ToString::to_string));
        texts
    }

    pub(super) fn of_texts(texts: &[String], made: &Newcomer) -> Option<Self> {
        let id = |place: usize| texts.get(place)?.parse::<Uuid>().ok();
        Some(Self {
            job: JobId(id(0)?),
            // Of what is not as it was typed, [`Self::next`] makes other ids.
            made: match texts.len() {
                1 => Newcomer::default(),
                _ => made.clone(),
            },
            ids: [id(1).unwrap_or_default(), id(2).unwrap_or_default()],
        })
    }

    /// This try, after `before`.
    fn next(before: Option<Self>, made: &Newcomer, commands: Commands) -> Result<Self, Trouble> {
        Ok(match before {
            Some(before) if before.made == *made => before,
            before => Self {
                job: match before {
                    Some(before) => before.job,
                    None => JobId(commands.new_id()?),
                },
                made: made.clone(),
                ids: [commands.new_id()?, commands.new_id()?],
            },
        })
    }
}

/// Has the server make the job, or the series, when the form is submitted.
pub(super) fn submitting(
    desk: Desk,
    tried: RwSignal<Option<Tried>>,
) -> impl Fn(SubmitEvent) + 'static {
    let (toasts, commands, go) = (use_toasts(), use_commands(), use_navigate());
    move |event: SubmitEvent| {
        event.prevent_default();
        let Some(commands) = commands.filter(|_| !desk.busy.get_untracked()) else {
            return;
        };
        let made = desk.form.with_untracked(|form| form.made.clone());
        let now = match Tried::next(tried.get_untracked(), &made, commands) {
            Ok(now) => now,
            Err(trouble) => return toasts.show(Err(trouble)),
        };
        let Some((plan, repetition)) = checked(desk, &now) else {
            return;
        };
        desk.newcomer.own.set(Some(now.customer()));
        tried.set(Some(now.clone()));
        desk.keeping.touch();
        desk.busy.set(true);
        toasts.clear();
        let go = go.clone();
        spawn_local(async move {
            match desk.newcomer.look_for_alike().await {
                Ok(false) => {}
                Ok(true) => {
                    // Told once: who saves again means it.
                    let _ = desk.busy.try_set(false);
                    return request_animation_frame(|| {
                        focus::by_id(ALIKE);
                    });
                }
                Err(trouble) => {
                    let _ = desk.busy.try_set(false);
                    return toasts.show(Err(trouble));
                }
            }
            if let Some(repetition) = repetition {
                let series = SeriesId(now.job.0);
                let answer = api::begin_series(series, plan.clone(), repetition.clone()).await;
                if answer.is_ok() {
                    desk.keeping.end();
                }
                if desk.busy.try_set(false).is_some() {
                    return;
                }
                return match answer {
                    Ok(begun) => {
                        let contract = begun.contract.as_ref().map(|it| it.id);
                        if begun.repeat != repetition
                            || begun.title != plan.title
                            || contract != plan.contract
                        {
                            toasts.show(Ok(tr!(office.made_before)));
                        }
                        go(&Route::Series(series).href(), NavigateOptions::default());
                    }
                    Err(failure) => toasts.show(Err(failure.into())),
                };
            }
            let op = Op::PlanJob {
                job: now.job,
                plan: Box::new(plan.clone()),
            };
            let answer = api::change_job(now.job, op, None).await;
            if answer.is_ok() {
                desk.keeping.end();
            }
            let is_here = desk.busy.try_set(false).is_none();
            match answer {
                Ok(made) if is_here => {
                    // Its answer may have been lost, and something else typed since.
                    if !is_as_planned(&made.job, &plan) {
                        toasts.show(Ok(tr!(office.made_before)));
                    }
                    go(
                        &Route::OfficeJob(now.job).href(),
                        NavigateOptions::default(),
                    );
                }
                Ok(_) => {}
                Err(failure) => toasts.show(Err(failure.into())),
            }
        });
    }
}

/// What is asked for; none if something of it cannot be saved, which is said at its field.
fn checked(desk: Desk, tried: &Tried) -> Option<(JobPlan, Option<Repetition>)> {
    let plan = desk
        .zone
        .with_value(|zone| desk.form.with_untracked(|form| form.plan(zone, tried.ids)));
    let flaws = tried.made.flaws();
    let lacking = desk
        .form
        .with_untracked(|form| empty_description(form.form.text(Input::Description), false));
    let first = flaws.first().map(|(line, _)| line.id());
    desk.newcomer.flaws.set(flaws);
    let found = match plan {
        Ok(plan) if lacking.is_empty() && first.is_none() => {
            desk.fields.flaws.set(Vec::new());
            let first = desk.zone.with_value(|zone| zone.day(plan.starts));
            let repeat = desk.form.with_untracked(|form| form.repeat.clone());
            let contract = untrack(|| desk.contract());
            let flaws = repeat.flaws(first, contract.as_ref());
            let flawed = flaws.first().map(|(field, _)| id_of(*field));
            desk.repeat_flaws.set(flaws);
            if let Some(id) = flawed {
                focus::by_id(id);
                return None;
            }
            return Some((plan, repeat.repetition(first)));
        }
        Ok(_) => lacking,
        Err(found) => found,
    };
    let otherwise = first.unwrap_or_else(|| input_id(Input::Title));
    desk.fields.refuse(found, otherwise);
    None
}
