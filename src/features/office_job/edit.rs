//! What the office changes on its page of a job: its fields, its status, a note.
//!
//! Owns the form and the buttons. Every change is one operation, which the server decides at once; before one that
//! may meet what is on a phone it says so.

use super::live_job::{LiveJob, technician};
use crate::effect::Effect;
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::commands::use_commands;
use crate::runtime::session::Account;
use crate::shared::job_fields::JobFields;
use crate::shared::job_form::{EditDraft, EditForm, Input, InputFlaw};
use crate::shared::labels::step_verb;
use crate::shared::phone_warning::{Warning, warning_text, warnings};
use crate::shared::photo_marks::Marking;
use crate::shared::rights::empty_description;
use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::form::field;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::{
    AttachmentId, FieldEdit, FieldValue, Job, JobField, JobStatus, NoteId, Op, StepKind, UserId,
    Zone,
};
use afield_platform::api;
use leptos::ev::SubmitEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What is being changed.
#[derive(Clone, Copy)]
struct Desk {
    page: LiveJob,
    toasts: Toasts,
    busy: RwSignal<bool>,
    zone: StoredValue<Zone>,
}

impl Desk {
    /// Has the server decide `op`; `then` hears when it stands.
    fn run(self, op: Op, then: impl FnOnce() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.toasts.clear();
        let rev = self.page.rev();
        spawn_local(async move {
            let answer = api::change_job(self.page.id, op, rev).await;
            let _ = self.busy.try_set(false);
            match answer {
                Ok(_) => {
                    self.toasts.show(Ok(tr!(office.saved)));
                    then();
                }
                Err(failure) => self.toasts.show(Err(failure.into())),
            }
            self.page.fetch();
        });
    }
}

impl Desk {
    /// Says of a photo whether it is of before or after the work.
    fn mark(self, photo: AttachmentId, new: FieldValue) {
        let (field, item) = (JobField::Photo, photo.to_string());
        let id = self.page.id;
        let seen = self.page.live.projection;
        let seen = seen.with_untracked(|all| all.job(id).map(|job| job.value(field, &item)));
        let op = Op::EditJob {
            job: id,
            edits: vec![FieldEdit {
                field,
                item,
                base: seen.unwrap_or(FieldValue::Nothing),
                new,
            }],
            settles: None,
        };
        self.run(op, || {});
    }
}

/// The buttons under the job's heading, and the sheet that edits it.
pub(super) fn desk(account: &Arc<Account>, page: LiveJob, job: Memo<Option<Job>>) -> AnyView {
    let desk = Desk {
        page,
        toasts: use_toasts(),
        busy: RwSignal::new(false),
        zone: StoredValue::new(account.zone.clone()),
    };
    provide_context(Marking {
        may: Memo::new(|_| true),
        set: Arc::new(move |photo, new| desk.mark(photo, new)),
    });
    let open = RwSignal::new(None::<EditDraft>);
    let edit = move |_| {
        let seen = job.get_untracked();
        desk.zone
            .with_value(|zone| open.set(seen.map(|seen| EditDraft::new(seen, zone))));
    };
    let role = account.signed_in.info.user.role;
    let status = Memo::new(move |_| job.with(|job| job.as_ref().map(|job| job.status)));
    let steps = move || {
        let steps = status
            .get()
            .map(|status| status.next_steps(role))
            .unwrap_or_default();
        steps
            .iter()
            .map(|to| step(desk, *to, status.get()))
            .collect_view()
    };
    view! {
        <div class="actions office-actions" role="group" aria-label=tr!(action.label)>
            <button type="button" class="btn btn-primary" on:click=edit>{icon(Icon::Edit)} {tr!(job.edit)}</button>
            {steps}
        </div>
        {note_form(desk)}
        {move || open.with(Option::is_some).then(|| sheet(desk, open, job))}
    }
    .into_any()
}

/// A step of the status. The one that ends the job is asked about: a finger slips.
fn step(desk: Desk, to: JobStatus, from: Option<JobStatus>) -> AnyView {
    let kind = match (from, to) {
        (Some(JobStatus::Finished), JobStatus::Started) => StepKind::Reopened,
        _ => StepKind::Usual,
    };
    let asks = matches!(to, JobStatus::Cancelled | JobStatus::Finished);
    let asked = RwSignal::new(false);
    let label = step_verb(to, kind);
    let go = move |_| {
        if asks && !asked.get_untracked() {
            asked.set(true);
            return;
        }
        asked.set(false);
        let op = Op::SetJobStatus {
            job: desk.page.id,
            to,
            kind,
            reason: String::new(),
        };
        desk.run(op, || {});
    };
    view! {
        <button type="button" class="btn" on:click=go>
            {move || match asked.get() {
                true => tr!(office.sure, step = label),
                false => label.to_owned(),
            }}
        </button>
    }
    .into_any()
}

fn note_form(desk: Desk) -> AnyView {
    let text = RwSignal::new(String::new());
    let commands = use_commands();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let words = text.get_untracked();
        let id = commands.and_then(|commands| commands.new_id().ok());
        let Some(id) = id.filter(|_| !words.trim().is_empty()) else {
            return;
        };
        let op = Op::AddNote {
            note: NoteId(id),
            job: desk.page.id,
            text: words,
            files: Vec::new(),
        };
        desk.run(op, move || {
            let _ = text.try_set(String::new());
        });
    };
    view! {
        <form class="office-note" on:submit=save>
            <textarea
                class="textarea w-full"
                rows="2"
                aria-label=tr!(job.note)
                placeholder=tr!(job.note)
                prop:value=move || text.get()
                on:input:target=move |event| text.set(event.target().value())
            ></textarea>
            <button type="submit" class="btn" aria-disabled=move || desk.busy.get().then_some("true")>
                {tr!(job.add_note)}
            </button>
        </form>
    }
    .into_any()
}

fn sheet(desk: Desk, open: RwSignal<Option<EditDraft>>, job: Memo<Option<Job>>) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let close = move || open.set(None);
    let Some(draft) = open.get_untracked() else {
        return ().into_any();
    };
    let seen = draft.seen.clone();
    let form = RwSignal::new(draft.form);
    let fields = JobFields {
        id_of: input_id,
        text: Callback::new(move |input| form.with(|form: &EditForm| form.text(input).to_owned())),
        type_in: Callback::new(move |(input, text)| form.update(|form| form.type_in(input, text))),
        edits: true,
        flaws: RwSignal::new(Vec::new()),
    };
    let whose = RwSignal::new(seen.assignee);
    let base = StoredValue::new(seen);
    let draft = move || EditDraft {
        seen: base.get_value(),
        form: form.get(),
    };
    let touched = move || {
        let edits = desk.zone.with_value(|zone| draft().edits(zone));
        let mut edits = edits?;
        edits.extend(assignment(
            base.with_value(|seen| seen.assignee),
            whose.get(),
        ));
        Ok::<_, Vec<(Input, InputFlaw)>>(edits)
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        match untrack(touched) {
            Ok(edits) if edits.is_empty() => close(),
            Ok(edits) => {
                let lacking = empty_description(
                    form.with_untracked(|form| form.text(Input::Description).to_owned())
                        .as_str(),
                    false,
                );
                if !lacking.is_empty() && edits.iter().any(|edit| is_of_head(edit.field)) {
                    return fields.refuse(lacking, input_id(Input::Title));
                }
                let op = Op::EditJob {
                    job: desk.page.id,
                    edits,
                    settles: None,
                };
                desk.run(op, move || {
                    let _ = open.try_set(None);
                });
            }
            Err(found) => fields.refuse(found, input_id(Input::Title)),
        }
    };
    view! {
        <dialog class="sheet" aria-label=tr!(pages.edit_job) node_ref=dialog on:close=move |_| close()>
            <h2 class="sheet-title">{tr!(pages.edit_job)}</h2>
            <form class="sheet-form" on:submit=save>
                {fields.line(Input::Title, tr!(edit.title), "text")}
                {fields.description()}
                {fields.priority()}
                {fields.line(Input::Starts, tr!(edit.starts), "datetime-local")}
                {fields.line(Input::Ends, tr!(edit.ends), "datetime-local")}
                {field("office-technician", tr!(board.technician), people(desk.page, whose), || None)}
                {warned(desk, job, move || touched().unwrap_or_default())}
                <div class="sheet-actions">
                    <button
                        type="submit"
                        class="btn btn-primary"
                        aria-disabled=move || desk.busy.get().then_some("true")
                    >
                        {tr!(common.save)}
                    </button>
                    <button type="button" class="btn" on:click=move |_| close()>{tr!(common.cancel)}</button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}

fn input_id(input: Input) -> &'static str {
    match input {
        Input::Title => "office-title",
        Input::Description => "office-description",
        Input::Priority => "office-priority",
        Input::Starts => "office-starts",
        Input::Ends => "office-ends",
    }
}

/// Whether an edit of it asks for what must be filled in.
fn is_of_head(field: JobField) -> bool {
    matches!(
        field,
        JobField::Title | JobField::Description | JobField::Priority
    )
}

/// The edit of whose it is; none if it stays.
fn assignment(from: Option<UserId>, to: Option<UserId>) -> Option<FieldEdit> {
    let value = |user: Option<UserId>| {
        user.map_or(FieldValue::Nothing, |user| {
            FieldValue::Text(user.to_string())
        })
    };
    (from != to).then(|| FieldEdit {
        field: JobField::Assignee,
        item: String::new(),
        base: value(from),
        new: value(to),
    })
}

fn people(page: LiveJob, whose: RwSignal<Option<UserId>>) -> AnyView {
    let chosen = whose.get_untracked();
    let all = page.beside.with_untracked(|beside| {
        let all = beside.as_ref().map(|beside| beside.technicians.clone());
        all.unwrap_or_default()
    });
    // Somebody who is no technician keeps it until another is chosen.
    let other = chosen.filter(|id| all.iter().all(|user| user.id != *id));
    let other = other.map(|id| {
        view! { <option value=id.to_string() selected=true>{tr!(fields.somebody)}</option> }
    });
    let options = all.into_iter().map(|user| {
        let is_it = chosen == Some(user.id);
        view! { <option value=user.id.to_string() selected=is_it>{user.name}</option> }
    });
    view! {
        <select
            id="office-technician"
            class="select w-full"
            on:change:target=move |event| whose.set(event.target().value().parse().ok())
        >
            <option value="" selected=chosen.is_none()>{tr!(board.nobody)}</option>
            {other}
            {options.collect_view()}
        </select>
    }
    .into_any()
}

/// What the edits may meet on a phone.
fn warned(
    desk: Desk,
    job: Memo<Option<Job>>,
    touched: impl Fn() -> Vec<FieldEdit> + Send + 'static,
) -> AnyView {
    let clock = use_clock();
    let content = move || {
        let job = job.get()?;
        let holder = desk
            .page
            .beside
            .with(|beside| beside.as_ref().and_then(|beside| beside.holder));
        let fields: Vec<JobField> = touched().iter().map(|edit| edit.field).collect();
        let found = warnings(&job, holder, &fields, clock.now());
        let name = technician(desk.page, &job);
        let say = |warning: &Warning| {
            desk.zone
                .with_value(|zone| warning_text(*warning, &name, zone))
        };
        let lines: Vec<_> = found
            .iter()
            .map(|one| view! { <p>{say(one)}</p> })
            .collect();
        (!lines.is_empty()).then(|| notice(Tone::Warning, view! { {lines} }.into_any()))
    };
    view! { <div role="status">{content}</div> }.into_any()
}
