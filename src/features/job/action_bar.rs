//! The line at the bottom of a job's page: what is next, a note, a photo, and the rest behind **More**.
//!
//! Must never take two lines or stand over what can be tapped: the page leaves room for it.

use super::detail_view_model::JobDetail;
use super::note_form::{FIELD as NOTE_FIELD, joining};
use crate::memo::Memo;
use crate::routes::{JobAsk, JobTab, Route};
use crate::runtime::clock::use_clock;
use crate::runtime::session::use_session;
use crate::shared::files::attaching_saying;
use crate::shared::rights::lacks;
use crate::shared::status_steps::{GROUP, Stepping, op_button, step_button};
use crate::tr;
use crate::ui::capture::camera_button;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{AttachmentKind, JobId, JobStatus, Op, Right, StepKind};
use leptos::prelude::*;

const MORE: &str = "job-more";

/// What the bar shows of its job.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bar {
    may_write: bool,
    steps: &'static [JobStatus],
    may_end: bool,
    reopens_until: Option<afield_domain::Timestamp>,
}

/// The bar of `job`. `wants_note`: the note's field takes the focus as soon as it is there.
pub(super) fn action_bar(
    stepping: Stepping,
    id: JobId,
    detail: Memo<Option<JobDetail>>,
    wants_note: StoredValue<bool>,
) -> impl IntoView {
    let clock = use_clock();
    let bar = Memo::new(move |_| {
        let of = |detail: &JobDetail| Bar {
            may_write: detail.may_write,
            steps: detail.steps,
            may_end: detail.may_end,
            reopens_until: detail.reopens_until.filter(|until| clock.now() < *until),
        };
        detail.with(|detail| detail.as_ref().map(of).unwrap_or_default())
    });
    // The tools keep the focus, and the camera its input, while the steps change around them.
    let may_write = Memo::new(move |_| bar.get().may_write);
    move || {
        may_write.get().then(|| {
            view! {
                <div id=GROUP class="act" role="group" aria-label=tr!(action.label) tabindex="-1">
                    {move || next(stepping, id, bar.get())}
                    {tools(id, wants_note)}
                </div>
                {move || more(stepping, id, bar.get())}
            }
        })
    }
}

/// What is most likely next, large: the next step; of a closed job, what the customer gets of it.
fn next(stepping: Stepping, id: JobId, bar: Bar) -> AnyView {
    const NEXT: &str = "btn btn-primary btn-lg act-next";
    match bar.steps.first().filter(|_| bar.is_open()) {
        Some(to) => step_button(stepping, id, *to, NEXT),
        None => report_link(id, NEXT),
    }
}

fn report_link(id: JobId, class: &'static str) -> AnyView {
    view! {
        <a class=class href=Route::Report(id).href()>
            {icon(Icon::File)} <span>{tr!(job.report)}</span>
        </a>
    }
    .into_any()
}

impl Bar {
    /// A closed job has no next step: to open it again is not what one does by the way.
    fn is_open(self) -> bool {
        self.may_end
    }
}

fn tools(id: JobId, wants_note: StoredValue<bool>) -> AnyView {
    let note = move |_| {
        let is_here = focus::by_id(NOTE_FIELD);
        wants_note.set_value(!is_here);
    };
    // Of a note that is being written, on whatever tab.
    let (kind, done) = (AttachmentKind::Photo, tr!(action.photo_saved));
    let session = use_session();
    let may_photo = Memo::new(move |_| lacks(session, Right::AddPhoto).is_none());
    let camera = move || {
        may_photo.get().then(|| {
            let photo = attaching_saying(id, kind, done, joining(id, true));
            camera_button(tr!(action.photo), "btn btn-ghost pick act-tool", photo)
        })
    };
    view! {
        <a
            class="btn btn-ghost act-tool"
            href=JobTab::Notes.href(id)
            data-noscroll=""
            prop:replace=true
            on:click=note
        >
            {icon(Icon::Note)} <span>{tr!(action.note)}</span>
        </a>
        {camera}
        <button type="button" class="btn btn-ghost act-tool" popovertarget=MORE>
            {icon(Icon::More)} <span>{tr!(action.more)}</span>
        </button>
    }
    .into_any()
}

/// The menu behind **More**: made anew with each step, which closes it.
fn more(stepping: Stepping, id: JobId, bar: Bar) -> AnyView {
    view! {
        <div id=MORE class="act-more" popover="auto" role="group" aria-label=tr!(action.more)>
            {rest(stepping, id, bar)}
        </div>
    }
    .into_any()
}

/// Everything else that can be done with the job.
fn rest(stepping: Stepping, id: JobId, bar: Bar) -> AnyView {
    const ITEM: &str = "btn btn-ghost act-item";
    let steps = bar.steps.iter().skip(usize::from(bar.is_open()));
    let steps = steps.map(|to| {
        let is_reopened = !bar.is_open() && *to == JobStatus::Started;
        if is_reopened {
            reopen(stepping, id, ITEM)
        } else {
            step_button(stepping, id, *to, ITEM)
        }
    });
    let reopens = bar.steps.is_empty() && bar.reopens_until.is_some();
    let not_possible = bar.may_end.then(|| {
        let href = JobAsk::NotPossible.href(id, JobTab::of_address());
        view! {
            <a class=ITEM href=href data-noscroll="">
                {icon(Icon::Stop)} <span>{tr!(action.not_possible)}</span>
            </a>
        }
    });
    let report = bar.is_open().then(|| report_link(id, ITEM));
    view! {
        {report}
        {steps.collect_view()}
        {reopens.then(|| reopen(stepping, id, ITEM))}
        {not_possible}
    }
    .into_any()
}

fn reopen(stepping: Stepping, job: JobId, class: &'static str) -> AnyView {
    let op = Op::SetJobStatus {
        job,
        to: JobStatus::Started,
        kind: StepKind::Reopened,
        reason: String::new(),
    };
    op_button(stepping, op, class)
}
