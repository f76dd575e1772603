//! Deciding about what came too late: accepting it as it is or onto another job, declining it with a reason.
//!
//! Owns the buttons and what they ask. Must never decide twice by itself: what came of it is said, and the list is
//! fetched anew.

use super::inbox::{Inbox, Open};
use crate::error::Trouble;
use crate::shared::labels::{reason_label, trouble_text};
use crate::shared::names::numbered;
use crate::shared::refusals::Reason;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::form::field;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::of;
use crate::view::view;
use afield_domain::{CustomerId, JobId, MutationId, Record, UserId, limits};
use afield_platform::api;
use afield_protocol::{Decide, ReviewDecision, ReviewGroup, ReviewOutcome};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is known while somebody decides about one group.
#[derive(Clone, Copy)]
pub(super) struct Deciding {
    inbox: Inbox,
    job: JobId,
    author: UserId,
    mutations: StoredValue<Vec<MutationId>>,
    name: StoredValue<String>,
    customer: Option<CustomerId>,
    is_deleted: bool,
    busy: RwSignal<bool>,
    said: RwSignal<Option<String>>,
    others: RwSignal<Option<Vec<(JobId, String)>>>,
}

impl Deciding {
    pub(super) fn of(group: &ReviewGroup, name: String, inbox: Inbox) -> Self {
        let ids = group.entries.iter().map(|entry| entry.mutation);
        Self {
            inbox,
            job: group.job,
            author: group.author,
            mutations: StoredValue::new(ids.collect()),
            name: StoredValue::new(format!("{}, {name}", group.author_name)),
            customer: group.now.as_ref().and_then(|job| job.customer),
            is_deleted: group.now.is_none(),
            busy: RwSignal::new(false),
            said: RwSignal::new(None),
            others: RwSignal::new(None),
        }
    }

    /// What it is about, for who hears a button without what stands around it.
    pub(super) fn name(self) -> String {
        self.name.get_value()
    }

    fn open(self, what: Open) {
        self.inbox.deciding.set(Some((self.job, self.author, what)));
    }

    /// What is open below the buttons of this group.
    fn opened(self) -> Option<Open> {
        let open = self.inbox.deciding.get()?;
        ((open.0, open.1) == (self.job, self.author)).then_some(open.2)
    }

    fn decide(self, decide: Decide) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let done = match decide {
            Decide::Accept { .. } => tr!(office.late_accepted),
            Decide::Decline { .. } => tr!(office.late_declined),
        };
        let toasts = use_toasts();
        let decision = ReviewDecision {
            job: self.job,
            author: self.author,
            mutations: self.mutations.get_value(),
            decide,
        };
        spawn_local(async move {
            let said = match api::decide_review(&decision).await {
                Ok(ReviewOutcome::Done) => {
                    toasts.show(Ok(done));
                    None
                }
                Ok(ReviewOutcome::Changed | ReviewOutcome::Unknown) => {
                    Some(tr!(office.late_changed).to_owned())
                }
                Ok(ReviewOutcome::Refused { reason, .. }) => {
                    let reason = reason_label(&Reason::from(&reason));
                    Some(tr!(office.late_refused, reason = reason))
                }
                Err(failure) => Some(trouble_text(&Trouble::from(failure))),
            };
            let _ = self.said.try_set(said);
            let _ = self.busy.try_set(false);
            self.inbox.fetch();
        });
    }

    /// The other jobs of the same customer, the latest first.
    fn load_others(self) {
        let Some(customer) = self.customer else {
            return self.others.set(Some(Vec::new()));
        };
        spawn_local(async move {
            let jobs = match api::load_customer(customer, 0).await {
                Ok(found) => found.jobs,
                Err(failure) => {
                    let text = trouble_text(&Trouble::from(failure));
                    let _ = self.said.try_set(Some(text));
                    Vec::new()
                }
            };
            let others = jobs.into_iter().filter_map(|copy| match copy.record {
                Record::Job(job) if job.id != self.job => {
                    Some((job.id, numbered(&job.number, &job.title)))
                }
                _ => None,
            });
            let _ = self.others.try_set(Some(others.collect()));
        });
    }
}

/// The buttons of a group, and what is asked below them.
pub(super) fn actions(deciding: Deciding) -> AnyView {
    let said = deciding.said;
    let button = move |label: &'static str, class: &'static str, act: fn(Deciding)| {
        view! {
            <button
                type="button"
                class=class
                aria-disabled=move || deciding.busy.get().then_some("true")
                on:click=move |_| act(deciding)
            >
                {label}
                {of(deciding.name())}
            </button>
        }
    };
    let accept = (!deciding.is_deleted).then(|| {
        button(tr!(office.late_accept), "btn btn-primary", |deciding| {
            deciding.decide(Decide::Accept { onto: None });
        })
    });
    let onto = deciding.customer.is_some().then(|| {
        button(tr!(office.late_onto), "btn", |deciding| {
            deciding.open(Open::Onto);
            deciding.load_others();
        })
    });
    let decline = button(tr!(office.late_decline), "btn", |deciding| {
        deciding.open(Open::Decline);
    });
    view! {
        {move || said.get().map(|text| notice(Tone::Warning, view! { <p>{text}</p> }.into_any()))}
        <div class="actions">{accept} {onto} {decline}</div>
        {move || deciding.opened().map(|what| match what {
            Open::Onto => onto_form(deciding),
            Open::Decline => decline_form(deciding),
        })}
    }
    .into_any()
}

fn onto_form(deciding: Deciding) -> AnyView {
    let form = move |others: Vec<(JobId, String)>| match others.is_empty() {
        true => view! { <p class="muted mt-4">{tr!(office.late_no_other)}</p> }.into_any(),
        false => choose_form(deciding, others),
    };
    view! { {move || deciding.others.get().map(form)} }.into_any()
}

fn choose_form(deciding: Deciding, others: Vec<(JobId, String)>) -> AnyView {
    const ONTO: &str = "late-onto";
    let chosen = RwSignal::new(String::new());
    let is_missing = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let job = chosen.get_untracked().parse();
        is_missing.set(job.is_err());
        if let Ok(job) = job {
            deciding.decide(Decide::Accept { onto: Some(job) });
        }
    };
    let options = others.into_iter().map(|(job, name)| {
        view! { <option value=job.to_string()>{name}</option> }
    });
    let control = view! {
        <select
            id=ONTO
            class="select w-full"
            aria-describedby="late-onto-flaw"
            on:change:target=move |event| chosen.set(event.target().value())
        >
            <option value="">{tr!(office.late_choose)}</option>
            {options.collect_view()}
        </select>
    };
    let flaw = move || is_missing.get().then(|| tr!(office.late_choose).to_owned());
    view! {
        <form class="stack mt-4" novalidate on:submit=submit>
            {field(ONTO, tr!(office.late_which), control.into_any(), flaw)}
            <div class="actions">
                <button type="submit" class="btn btn-primary">{tr!(office.late_accept_there)}</button>
                {cancel(deciding)}
            </div>
        </form>
    }
    .into_any()
}

fn decline_form(deciding: Deciding) -> AnyView {
    const REASON: &str = "late-reason";
    let reason = RwSignal::new(String::new());
    let is_missing = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let reason = reason.get_untracked().trim().to_owned();
        is_missing.set(reason.is_empty());
        if !reason.is_empty() {
            deciding.decide(Decide::Decline { reason });
        }
    };
    let control = view! {
        <textarea
            id=REASON
            class="textarea w-full"
            rows="2"
            maxlength=limits::LINE_CHARS.to_string()
            aria-describedby="late-reason-flaw"
            prop:value=move || reason.get()
            on:input:target=move |event| reason.set(event.target().value())
        ></textarea>
    };
    let flaw = move || {
        is_missing
            .get()
            .then(|| tr!(office.late_reason_missing).to_owned())
    };
    view! {
        <form class="stack mt-4" novalidate on:submit=submit>
            {field(REASON, tr!(office.late_reason), control.into_any(), flaw)}
            <div class="actions">
                <button type="submit" class="btn btn-primary">{tr!(office.late_decline_now)}</button>
                {cancel(deciding)}
            </div>
        </form>
    }
    .into_any()
}

fn cancel(deciding: Deciding) -> impl IntoView {
    view! {
        <button type="button" class="btn" on:click=move |_| deciding.inbox.deciding.set(None)>
            {tr!(common.cancel)}
        </button>
    }
}
