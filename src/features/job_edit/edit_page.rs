//! The page that edits a job, or corrects a refused change of it (`?change=`).
//!
//! Owns the form and where it leads. Must never forget what was typed before it is saved or
//! cancelled.

use super::correct_note::note_correction;
use super::page_form::PageForm;
use super::refused_notice::refused_notice;
use crate::routes::Route;
use crate::runtime::live::Live;
use crate::runtime::session::{Account, use_session};
use crate::shared::drafts::{Draft, DraftKey, use_drafts};
use crate::shared::job_fields::JobFields;
use crate::shared::job_form::{EditDraft, Input};
use crate::shared::labels::refusal_label;
use crate::shared::refusals::{Reason, Refused, refused};
use crate::shared::restored::restored;
use crate::shared::rights::empty_description;
use crate::shared::toast::{Work, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{enter_stays, save_bar};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::permission::may_work_on;
use afield_domain::{ConflictId, FieldEdit, Job, JobField, JobId, Op, Zone};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// What the page is about.
enum Subject {
    Edit(EditSubject),
    Note(Refused, Op),
    /// The job is not on this phone, or not the user's to change.
    Missing,
    /// The refused change is no longer waiting.
    Gone,
}

/// A form to fill in.
struct EditSubject {
    key: DraftKey,
    draft: EditDraft,
    /// The refused change that it replaces.
    refused: Option<Box<Refused>>,
    /// The conflict that the refused change settles.
    settles: Option<ConflictId>,
    /// What was refused with it and has no place in the form: answers, assets, parts. It goes along.
    items: Vec<FieldEdit>,
    /// The first field that was refused: where the form opens.
    at: Option<Input>,
}

/// The page of `id`.
pub fn edit_page(account: Arc<Account>, live: Live, id: JobId) -> AnyView {
    let query = use_query_map();
    let change = query.with_untracked(|query| query.get_str("change").map(str::to_owned));
    // Drawn once: what arrives meanwhile must not take away what is being typed.
    let content = move || {
        if !live.loaded.get() {
            return view! { {heading(tr!(pages.edit_job))} {skeleton(5)} }.into_any();
        }
        match untrack(|| subject(&account, live, id, change.as_deref())) {
            Subject::Edit(subject) => edit_form(&account, id, subject).into_any(),
            Subject::Note(refused, op) => note_correction(id, refused, op).into_any(),
            Subject::Missing => {
                let days = use_session().window_days();
                nothing(tr!(job.missing), tr!(job.missing_hint, days = days))
            }
            Subject::Gone => nothing(tr!(edit.gone), tr!(edit.gone_hint).to_owned()),
        }
    };
    view! {
        <a class="back" href=Route::Job(id).href()>{icon(Icon::Left)} {tr!(job.back_to_job)}</a>
        {content}
    }
    .into_any()
}

fn nothing(title: &'static str, hint: String) -> AnyView {
    view! { {heading(tr!(pages.edit_job))} {empty(Icon::Search, title, hint)} }.into_any()
}

fn subject(account: &Account, live: Live, id: JobId, change: Option<&str>) -> Subject {
    live.projection.with(|projection| {
        let Some(job) = projection.job(id).cloned() else {
            return Subject::Missing;
        };
        let Some(change) = change else {
            if !may_work_on(account.signed_in.actor(), &job) {
                return Subject::Missing;
            }
            return Subject::Edit(edit_subject(account, DraftKey::Edit(id), job, &[]));
        };
        let entries = projection.entries();
        let all = refused(projection, entries, &account.signed_in, &account.zone);
        let found = all
            .into_iter()
            .find(|refused| refused.id.to_string() == change);
        let Some(refused) = found else {
            return Subject::Gone;
        };
        let entry = entries.iter().find(|entry| entry.mutation.id == refused.id);
        match entry.map(|entry| &entry.mutation.op) {
            Some(Op::EditJob { edits, settles, .. }) => {
                let key = DraftKey::Change(refused.id);
                Subject::Edit(EditSubject {
                    refused: Some(Box::new(refused)),
                    settles: *settles,
                    ..edit_subject(account, key, job, edits)
                })
            }
            Some(op @ Op::AddNote { .. }) => Subject::Note(refused, op.clone()),
            _ => Subject::Gone,
        }
    })
}

/// The form as it was left, else as the job is, with what was refused of it.
fn edit_subject(account: &Account, key: DraftKey, job: Job, refused: &[FieldEdit]) -> EditSubject {
    let left = use_drafts().edit(key);
    let fresh = || EditDraft::correcting(job, refused, &account.zone);
    EditSubject {
        key,
        draft: left.unwrap_or_else(fresh),
        refused: None,
        settles: None,
        items: items_of(refused),
        at: refused.first().and_then(|edit| input_of(edit.field)),
    }
}

/// Where a field stands in the form; none for one that does not.
fn input_of(field: JobField) -> Option<Input> {
    match field {
        JobField::Title => Some(Input::Title),
        JobField::Description => Some(Input::Description),
        JobField::Priority => Some(Input::Priority),
        JobField::Schedule => Some(Input::Starts),
        _ => None,
    }
}

fn items_of(edits: &[FieldEdit]) -> Vec<FieldEdit> {
    let has_item = |edit: &&FieldEdit| !edit.item.is_empty();
    edits.iter().filter(has_item).cloned().collect()
}

fn edit_form(account: &Account, id: JobId, subject: EditSubject) -> impl IntoView + use<> {
    let toasts = use_toasts();
    let zone_name = account.signed_in.info.company.zone.name.clone();
    let zone: StoredValue<Zone> = StoredValue::new(account.zone.clone());
    let EditSubject {
        key,
        draft,
        refused,
        settles,
        items,
        at,
    } = subject;
    if let Some(input) = at {
        // After the heading, which has the focus on every page that opens.
        let go = move || {
            focus::by_id(input_id(input));
        };
        request_animation_frame(move || request_animation_frame(go));
    }
    let draft = StoredValue::new(draft);
    let flaws = RwSignal::new(Vec::new());
    let page = PageForm::new(key);
    let typed = move |(input, text): (Input, String)| {
        draft.update_value(|draft| draft.form.type_in(input, text));
        let left = draft.with_value(|draft| {
            let is_dirty = zone.with_value(|zone| draft.is_dirty(zone));
            is_dirty.then(|| draft.clone())
        });
        page.keep(left.map(|left| Draft::Edit(Box::new(left))));
    };
    let fields = JobFields {
        id_of: input_id,
        text: Callback::new(move |input| {
            draft.with_value(|draft| draft.form.text(input).to_owned())
        }),
        type_in: Callback::new(typed),
        edits: true,
        flaws,
    };
    let was_empty =
        matches!(&refused, Some(refused) if matches!(refused.reason, Reason::Required(_)));
    if was_empty {
        fields.refuse_at_first(
            draft.with_value(|draft| empty_description(draft.form.text(Input::Description), true)),
        );
    }
    let resends = refused.as_ref().map(|refused| refused.id);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(commands) = page.commands() else {
            return;
        };
        let mut edits = match draft.with_value(|draft| zone.with_value(|zone| draft.edits(zone))) {
            Ok(edits) => edits,
            Err(found) => return fields.refuse(found, input_id(Input::Title)),
        };
        let lacking = draft
            .with_value(|draft| empty_description(draft.form.text(Input::Description), was_empty));
        if !(edits.is_empty() || lacking.is_empty()) {
            return fields.refuse(lacking, input_id(Input::Title));
        }
        edits.extend_from_slice(&items);
        flaws.set(Vec::new());
        if edits.is_empty() {
            page.leave(Route::Job(id));
            return;
        }
        page.busy.set(true);
        let op = Op::EditJob {
            job: id,
            edits,
            settles,
        };
        let work: Work = match resends {
            Some(refused) => Box::pin(commands.resend(refused, Some(op))),
            None => Box::pin(commands.save(op)),
        };
        let then = move |is_saved| page.end(is_saved, Route::Job(id));
        toasts.run(work, tr!(common.saved), Box::new(then));
    };
    view! {
        {heading(tr!(pages.edit_job))}
        {refused.map(|refused| refused_notice(refusal_label(&refused)))}
        {restored(key, None)}
        <form class="edit-form" novalidate on:submit=submit on:keydown=enter_stays>
            {fields.line(Input::Title, tr!(edit.title), "text")}
            {fields.description()}
            {fields.priority()}
            {fields.line(Input::Starts, tr!(edit.starts), "datetime-local")}
            {fields.line(Input::Ends, tr!(edit.ends), "datetime-local")}
            <p class="muted">{tr!(edit.zone, zone = zone_name)}</p>
            {save_bar(page.busy, move || page.leave(Route::Job(id)))}
        </form>
    }
}

fn input_id(input: Input) -> &'static str {
    match input {
        Input::Title => "edit-title",
        Input::Description => "edit-description",
        Input::Priority => "edit-priority",
        Input::Starts => "edit-starts",
        Input::Ends => "edit-ends",
    }
}
