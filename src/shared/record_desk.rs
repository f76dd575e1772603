//! Records that the office keeps, where they are listed: each with **Edit** and **Archive**, and one form at a time.
//!
//! Owns the one open form and its requests. Needs the server, which decides. Must never write over what somebody else
//! has changed without having shown it.

use super::draft::DraftKey;
use super::job_form::InputFlaw;
use super::keeping::{Keeping, is_left};
use super::labels::input_flaw_text;
use super::record_form::{Met, RecordForm};
use super::record_words::{field_label, input_of, value_label};
use super::refusals::Reason;
use super::toast::{Toasts, use_toasts};
use crate::kinds::{detail_of, name_of};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{enter_stays, field, save_bar};
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::of;
use crate::view::view;
use afield_domain::{Module, Op, Record, RecordEdit, RecordField, RecordKey, Versioned, limits};
use afield_platform::api::{self, ApiFailure};
use afield_protocol::ErrorCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use uuid::Uuid;

const MET: &str = "record-met";

/// How often visits can be due; others come with an import or by the protocol.
const VISITS: [&str; 16] = [
    "", "P1W", "P2W", "P3W", "P4W", "P6W", "P8W", "P12W", "P26W", "P1M", "P2M", "P3M", "P4M",
    "P6M", "P12M", "P24M",
];

/// A place that an asset can stand at: its id, as text, and its address.
pub type PlaceChoice = (String, String);

/// Hears of a record that was made or changed.
pub type OnSaved = Arc<dyn Fn(Versioned) + Send + Sync>;

/// The one open form and what runs.
#[derive(Clone)]
pub struct RecordDesk {
    /// What is edited or made; none while nothing is.
    pub open: RwSignal<Option<Open>>,
    /// Whether a form of the page itself is open.
    beside: RwSignal<bool>,
    /// Whether a request is under way.
    pub busy: RwSignal<bool>,
    /// Whether what was left has been looked for.
    reopened: StoredValue<bool>,
    toasts: Toasts,
    saved: OnSaved,
}

/// An open form.
#[derive(Clone, PartialEq)]
pub struct Open {
    /// What it is of.
    pub record: Record,
    /// Whether it is to be made.
    pub is_new: bool,
}

impl Open {
    /// Under which what is typed is kept: of a new record, whose it is; its own id is made with each form.
    fn draft_key(&self) -> Option<DraftKey> {
        let key = self.record.key()?;
        if !self.is_new {
            return Some(DraftKey::Edited(key));
        }
        let owner = self.record.owner().map(|owner| owner.id);
        let of = RecordKey::new(key.module, owner.unwrap_or_default());
        Some(DraftKey::Made(of))
    }
}

impl RecordDesk {
    /// With nothing open.
    #[must_use]
    pub fn new(saved: OnSaved) -> Self {
        Self {
            open: RwSignal::new(None),
            beside: RwSignal::new(false),
            busy: RwSignal::new(false),
            reopened: StoredValue::new(false),
            toasts: use_toasts(),
            saved,
        }
    }

    /// The same on a page that has a form of its own, of which `beside` says whether it is open.
    #[must_use]
    pub fn beside(self, beside: RwSignal<bool>) -> Self {
        Self { beside, ..self }
    }

    /// Whether no form is open: while somebody types, nothing else is opened or changed, for what is saved has the page
    /// drawn anew. Tracks.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.open.with(Option::is_none) && !self.beside.get()
    }

    /// Opens the first of these forms into which somebody has typed and gone away; once, and not in the place of another.
    pub fn reopen(&self, forms: impl Iterator<Item = (Record, bool)>) {
        if self
            .reopened
            .try_update_value(|done| std::mem::replace(done, true))
            != Some(false)
        {
            return;
        }
        for (record, is_new) in forms {
            let open = Open { record, is_new };
            if open.draft_key().is_some_and(is_left) && untrack(|| self.is_free()) {
                self.open.set(Some(open));
            }
        }
    }

    /// Opens the form of a record, or of one that is to be made; not in the place of one in which somebody types.
    pub fn edit(&self, record: Record, is_new: bool) {
        if untrack(|| self.is_free()) {
            self.open.set(Some(Open { record, is_new }));
        }
    }

    /// Puts the form away; whoever works with the keyboard goes on at the top.
    fn end(&self) {
        let _ = self.open.try_set(None);
        request_animation_frame(focus::heading);
    }

    fn took(&self, saved: Versioned, told: &'static str) {
        self.toasts.show(Ok(told));
        (self.saved)(saved);
    }

    /// Archives a record or brings it back.
    pub fn archive(&self, key: RecordKey, archived: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let desk = self.clone();
        let op = Op::EditRecord {
            record: key,
            edits: Vec::new(),
            archived: Some(archived),
        };
        spawn_local(async move {
            let answer = api::change_record(key, op).await;
            let _ = desk.busy.try_set(false);
            match answer {
                Ok(saved) => desk.took(
                    saved,
                    match archived {
                        true => tr!(customers.is_archived),
                        false => tr!(house.is_back),
                    },
                ),
                Err(failure) => desk.toasts.show(Err(failure.into())),
            }
        });
    }
}

/// A row of a list: what the record is called, and what can be done with it.
pub fn record_row(desk: &RecordDesk, record: &Record, more: AnyView) -> AnyView {
    let Some(key) = record.key() else {
        return ().into_any();
    };
    let name = name_of(record).unwrap_or_default();
    let (title, detail) = (name.clone(), detail_of(record));
    let is_archived = record.archived() == Some(true);
    let label = match is_archived {
        true => tr!(customers.bring_back),
        false => tr!(customers.archive),
    };
    let badge = is_archived.then(|| view! { <span class="badge">{tr!(customers.archived)}</span> });
    let (edits, archives, edited, busy) = (desk.clone(), desk.clone(), record.clone(), desk.busy);
    let disabled = move || busy.get().then_some("true");
    let free = desk.clone();
    let actions = move || {
        let (edits, archives, edited, name) = (
            edits.clone(),
            archives.clone(),
            edited.clone(),
            name.clone(),
        );
        free.is_free().then(|| view! {
            <div class="actions">
                <button type="button" class="btn" on:click=move |_| edits.edit(edited.clone(), false)>
                    {icon(Icon::Edit)} {tr!(job.edit)} {of(name.clone())}
                </button>
                <button
                    type="button"
                    class="btn"
                    aria-disabled=disabled
                    on:click=move |_| archives.archive(key, !is_archived)
                >
                    {label} {of(name)}
                </button>
            </div>
        })
    };
    view! {
        <li class="row house-row">
            <div class="house-text">
                <p class="font-semibold" dir="auto">{title} " " {badge}</p>
                <p class="muted" dir="auto">{detail}</p>
                {more}
            </div>
            {actions}
        </li>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Editing {
    form: RwSignal<RecordForm>,
    flaws: RwSignal<Vec<(RecordField, InputFlaw)>>,
    /// What stands otherwise than it was seen; none if nothing has met.
    met: RwSignal<Option<Vec<Met>>>,
    keeping: Keeping,
}

fn id_of(field: RecordField) -> &'static str {
    // One form is open at a time.
    match field {
        RecordField::Name => "record-name",
        RecordField::Address => "record-address",
        RecordField::City => "record-city",
        RecordField::Postcode => "record-postcode",
        RecordField::Access => "record-access",
        RecordField::Model => "record-model",
        RecordField::Serial => "record-serial",
        RecordField::Code => "record-code",
        RecordField::Location => "record-location",
        RecordField::Installed => "record-installed",
        RecordField::Place => "record-place",
        RecordField::Number => "record-number",
        RecordField::Covers => "record-covers",
        RecordField::From => "record-from",
        RecordField::Until => "record-until",
        RecordField::ResponseHours => "record-hours",
        RecordField::Visits => "record-visits",
        RecordField::Kind => "record-kind",
        RecordField::Unit => "record-unit",
        RecordField::Price => "record-price",
        RecordField::Description | RecordField::Other => "record-description",
    }
}

/// The open form, in the place that it is given.
pub fn record_form(
    desk: &RecordDesk,
    open: &Open,
    title: &'static str,
    places: &[PlaceChoice],
) -> AnyView {
    let key = open
        .draft_key()
        .unwrap_or(DraftKey::Made(RecordKey::new(Module::Part, Uuid::nil())));
    let read = |texts| RecordForm::with_texts(&open.record, texts);
    let (keeping, left) = Keeping::begin(key, read);
    let (form, met) = left.unwrap_or_else(|| (RecordForm::of(&open.record), Vec::new()));
    let all = form.fields().into_iter();
    // Without a place there is nothing to choose.
    let fields: Vec<RecordField> = all
        .filter(|field| *field != RecordField::Place || !places.is_empty())
        .collect();
    let editing = Editing {
        form: RwSignal::new(form),
        flaws: RwSignal::new(Vec::new()),
        met: RwSignal::new((!met.is_empty()).then_some(met)),
        keeping,
    };
    let blank = RecordForm::of(&open.record);
    keeping.follow(move || {
        let form = editing.form.get();
        (form != blank).then(|| form.to_texts())
    });
    let lines = fields
        .iter()
        .map(|field| line(editing, *field, places))
        .collect_view();
    if let Some(first) = fields.first().copied() {
        request_animation_frame(move || {
            focus::by_id(id_of(first));
        });
    }
    let (cancels, opened) = (desk.clone(), desk.open);
    let cancel = move || {
        keeping.end();
        cancels.end();
    };
    view! {
        {keeping.notice(move || opened.update(|_| {}))}
        <div role="status">{move || editing.met.get().map(told)}</div>
        <form
            class="edit-form"
            novalidate
            aria-label=title
            on:submit=submitting(desk.clone(), editing, open.clone())
            on:keydown=enter_stays
            on:input=move |_| keeping.touch()
            on:change=move |_| keeping.touch()
        >
            {lines}
            {save_bar(desk.busy, cancel)}
        </form>
    }
    .into_any()
}

/// What somebody else has changed meanwhile.
fn told(met: Vec<Met>) -> AnyView {
    let row = |one: Met| {
        let stands = value_label(one.field, &one.stands);
        view! { <li>{field_label(one.field)} ": " <strong dir="auto">{stands}</strong></li> }
    };
    let rows = met.into_iter().map(row).collect_view();
    let body = view! {
        <p id=MET tabindex="-1">{tr!(customers.met)}</p>
        <ul>{rows}</ul>
    };
    notice(Tone::Warning, body.into_any()).into_any()
}

fn line(editing: Editing, one: RecordField, places: &[PlaceChoice]) -> AnyView {
    let id = id_of(one);
    let flaw = move || {
        editing.flaws.with(|flaws| {
            let found = flaws.iter().find(|(flawed, _)| *flawed == one);
            found.map(|(_, flaw)| match (flaw, one) {
                (InputFlaw::Reason(Reason::Empty), RecordField::Address) => {
                    tr!(house.address_missing).to_owned()
                }
                (InputFlaw::Reason(Reason::Empty), _) => tr!(edit.name_missing).to_owned(),
                (InputFlaw::Reason(Reason::Invalid), RecordField::Price) => {
                    tr!(house.price_flaw).to_owned()
                }
                (InputFlaw::Reason(Reason::Invalid), RecordField::ResponseHours) => {
                    tr!(house.hours_flaw, most = limits::RESPONSE_HOURS)
                }
                (flaw, _) => input_flaw_text(flaw),
            })
        })
    };
    let typed = move |text: String| {
        editing.form.update(|form| form.type_in(one, text));
        let keep =
            |flaws: &mut Vec<(RecordField, InputFlaw)>| flaws.retain(|(flawed, _)| *flawed != one);
        editing.flaws.update(keep);
    };
    let control = match one {
        RecordField::Place => {
            let none = (String::new(), tr!(fields.empty).to_owned());
            let all: Vec<PlaceChoice> = std::iter::once(none)
                .chain(places.iter().cloned())
                .collect();
            choose(editing, one, all, typed)
        }
        RecordField::Visits => {
            // Also one that no list offers.
            let stands = untrack(|| editing.form.with(|form| form.text(one).to_owned()));
            let mut all = VISITS.to_vec();
            if !all.contains(&stands.as_str()) {
                all.push(&stands);
            }
            let choice = |text: &str| (text.to_owned(), value_label(one, text));
            choose(editing, one, all.into_iter().map(choice).collect(), typed)
        }
        RecordField::Kind => {
            let all = ["part", "service"].map(|kind| (kind.to_owned(), value_label(one, kind)));
            choose(editing, one, all.to_vec(), typed)
        }
        _ => view! {
            <input
                id=id
                type=input_of(one)
                inputmode=(one == RecordField::ResponseHours).then_some("numeric")
                class="input w-full"
                dir="auto"
                autocomplete="off"
                maxlength=limits::LINE_CHARS.to_string()
                aria-invalid=move || flaw().is_some().then_some("true")
                aria-describedby=format!("{id}-flaw")
                prop:value=move || editing.form.with(|form| form.text(one).to_owned())
                on:input:target=move |event| typed(event.target().value())
            />
        }
        .into_any(),
    };
    field(id, field_label(one), control, flaw).into_any()
}

fn choose(
    editing: Editing,
    one: RecordField,
    all: Vec<PlaceChoice>,
    typed: impl Fn(String) + 'static,
) -> AnyView {
    let options = all.into_iter().map(|(value, label)| {
        let name = value.clone();
        let is_chosen = move || editing.form.with(|form| form.text(one) == name);
        view! { <option value=value prop:selected=is_chosen>{label}</option> }
    });
    view! {
        <select
            id=id_of(one)
            class="select w-full"
            on:change:target=move |event| typed(event.target().value())
        >
            {options.collect_view()}
        </select>
    }
    .into_any()
}

/// What is sent: the edits of a record, or the whole of a new one; none if nothing was changed.
fn asked(form: &RecordForm, open: &Open) -> Result<Option<Op>, Vec<(RecordField, InputFlaw)>> {
    if open.is_new {
        let record = Box::new(form.made()?);
        return Ok(Some(Op::Create { record }));
    }
    let edits: Vec<RecordEdit> = form.edits()?;
    let Some(record) = open.record.key().filter(|_| !edits.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(Op::EditRecord {
        record,
        edits,
        archived: None,
    }))
}

fn submitting(desk: RecordDesk, editing: Editing, open: Open) -> impl Fn(SubmitEvent) + 'static {
    move |event: SubmitEvent| {
        event.prevent_default();
        let Some(key) = open.record.key().filter(|_| !desk.busy.get_untracked()) else {
            return;
        };
        let op = match editing.form.with_untracked(|form| asked(form, &open)) {
            Ok(Some(op)) => op,
            Ok(None) => {
                editing.keeping.end();
                return desk.end();
            }
            Err(flaws) => {
                let first = flaws.first().map(|(field, _)| id_of(*field));
                editing.flaws.set(flaws);
                first.map(focus::by_id);
                return;
            }
        };
        desk.busy.set(true);
        desk.toasts.clear();
        let desk = desk.clone();
        spawn_local(async move { save(desk, editing, key, op).await });
    }
}

async fn save(desk: RecordDesk, editing: Editing, key: RecordKey, op: Op) {
    let failure = match api::change_record(key, op).await {
        Ok(saved) => {
            editing.keeping.end();
            let _ = desk.busy.try_set(false);
            desk.end();
            return desk.took(saved, tr!(office.saved));
        }
        Err(failure) => failure,
    };
    let is_met = matches!(&failure, ApiFailure::Api(error) if error.code == ErrorCode::Conflict);
    let stands = match is_met {
        true => api::load_record(key).await,
        false => Err(failure),
    };
    let _ = desk.busy.try_set(false);
    match stands {
        Ok(stands) => {
            let met = editing.form.try_update(|form| form.meet(&stands.record));
            let _ = editing.met.try_set(met);
            request_animation_frame(|| {
                focus::by_id(MET);
            });
        }
        Err(failure) => desk.toasts.show(Err(failure.into())),
    }
}
