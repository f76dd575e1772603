//! The form of a service task while it is filled in.
//!
//! Owns the way from the draft to a submission: what is typed is a draft at once, Submit checks everything and
//! says all that is wrong. Must never submit by itself, nor forget a draft that was not submitted.

use super::view_model::submitted_for;
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::shared::answers::question::{progress_line, question_list};
use crate::shared::answers::sheet::{AnswerSheet, Given, Take, input_id};
use crate::shared::answers::view_model::{AnswerFlaw, canonical, flaws, settled, with_answer};
use crate::shared::drafts::{AnswerDraft, Draft, DraftKey, Drafts, use_drafts};
use crate::shared::restored::restored;
use crate::shared::signature::HandOver;
use crate::shared::toast::{Work, use_toasts};
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::enter_stays;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::answers::answer_to;
use afield_domain::{FieldValue, FormTemplate, JobId, Op, SubmissionId, TaskId};
use afield_sync::Host;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// A form to fill in.
#[derive(Debug, Clone)]
pub(super) struct FormSubject {
    pub(super) job: JobId,
    pub(super) task: TaskId,
    pub(super) template: Arc<FormTemplate>,
}

impl FormSubject {
    fn key(&self) -> DraftKey {
        DraftKey::TaskForm(self.task)
    }
}

/// The form; `then` hears that it was submitted.
pub(super) fn form_view(live: Live, subject: FormSubject, then: Callback<()>) -> AnyView {
    let drafts = use_drafts();
    let key = subject.key();
    let questions = Signal::stored(subject.template.questions.clone());
    let typed = Memo::new(move |_| drafts.answers(key).unwrap_or_default().typed);
    let settled = Memo::new(move |_| {
        typed.with(|typed| questions.with(|questions| settled(questions, typed, language())))
    });
    let found = RwSignal::new(Vec::new());
    let signing = RwSignal::new(Signing::Idle);
    let pads = StoredValue::new_local(Vec::new());
    let sheet = AnswerSheet {
        job: Some(subject.job),
        live,
        typed,
        settled,
        flaws: found,
        unsent: Memo::new(|_| Vec::new()),
        unsaved: Memo::new(|_| Vec::new()),
        take: StoredValue::new_local(taking(drafts, &subject, found, signing)),
        pads,
    };
    let busy = RwSignal::new(false);
    let others = Others::new(live, &subject, busy);
    let discard = Callback::new(move |()| {
        drafts.set(key, None);
        found.set(Vec::new());
        focus::heading();
    });
    let submit = submitting(drafts, &subject, found, busy, then, others);
    let submit = signed_first(drafts, key, pads, signing, submit);
    view! {
        <div role="alert">{move || others.notice()}</div>
        {restored(key, Some(discard))}
        {progress_line(sheet, questions)}
        <form class="form" novalidate on:submit=submit on:keydown=enter_stays>
            {summary(found)}
            {question_list(sheet, questions)}
            <div class="save-bar">
                <button
                    type="submit"
                    class="btn btn-primary btn-lg"
                    aria-disabled=move || busy.get().then_some("true")
                >
                    {tr!(form.submit)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Forms of the same task that were submitted since this one is on the screen: in another window, or by
/// somebody else.
#[derive(Clone, Copy)]
struct Others {
    are_there: Memo<bool>,
    told: RwSignal<bool>,
}

impl Others {
    fn new(live: Live, subject: &FormSubject, busy: RwSignal<bool>) -> Self {
        let (job, task) = (subject.job, subject.task);
        let now = move || live.projection.with(|all| submitted_for(all, job, task));
        let known = untrack(now);
        // What is being submitted here is no other one.
        let are_there =
            Memo::new(move |_| !busy.get() && now().iter().any(|id| !known.contains(id)));
        let told = RwSignal::new(false);
        Self { are_there, told }
    }

    /// Whether to say so instead of submitting a second one. Once: whoever goes on wants it.
    fn must_be_told(self) -> bool {
        self.are_there.get_untracked()
            && !self
                .told
                .try_update(|told| std::mem::replace(told, true))
                .unwrap_or(true)
    }

    fn notice(self) -> Option<AnyView> {
        self.are_there.get().then(|| {
            let again = self
                .told
                .get()
                .then(|| view! { <p>{tr!(form.submit_again)}</p> });
            notice(
                Tone::Warning,
                view! { <p>{tr!(form.submitted_meanwhile)}</p> {again} }.into_any(),
            )
            .into_any()
        })
    }
}

/// What is given becomes the draft; what was wrong is looked at again.
fn taking(
    drafts: Drafts,
    subject: &FormSubject,
    found: RwSignal<Vec<(String, AnswerFlaw)>>,
    signing: RwSignal<Signing>,
) -> Take {
    let (key, template) = (subject.key(), Arc::clone(&subject.template));
    Rc::new(move |item, given: Given| {
        let mut draft = untrack(|| drafts.answers(key)).unwrap_or_default();
        let is_typing = matches!(given, Given::Typing(_));
        let signing_now = match (&given, signing.try_get_untracked()) {
            (Given::Add(_), Some(Signing::HandingOver)) => Signing::Taken,
            // Whoever goes on filling in submits later.
            _ => Signing::Idle,
        };
        let value = given.after(answer_to(&draft.typed, item));
        let question = template
            .questions
            .iter()
            .find(|question| question.item == item);
        let flaw = question.and_then(|question| canonical(question, &value, language()).err());
        draft.typed = with_answer(&draft.typed, item, Some(value));
        drafts.set(key, Some(Draft::Answers(draft)));
        let _ = signing.try_set(signing_now);
        let is_said =
            |found: &Vec<(String, AnswerFlaw)>| found.iter().any(|(other, _)| other == item);
        let is_said = found.try_with_untracked(is_said).unwrap_or_default();
        if is_said || (flaw.is_some() && !is_typing) {
            let _ = found.try_update(|found| {
                found.retain(|(other, _)| other != item);
                found.extend(flaw.map(|flaw| (item.to_owned(), flaw)));
            });
        }
    })
}

/// How much keeps the form from being submitted, and the way to the first of it; what is wrong stands at each
/// question.
fn summary(found: RwSignal<Vec<(String, AnswerFlaw)>>) -> AnyView {
    let first = move |_| {
        let first = found.with_untracked(|found| found.first().map(|(item, _)| input_id(item)));
        first.map(|first| focus::by_id(&first));
    };
    let text = move || {
        found.with(|found| {
            let are_missing = found.iter().all(|(_, flaw)| *flaw == AnswerFlaw::Missing);
            match (found.len(), are_missing) {
                (1, true) => tr!(form.open_one).to_owned(),
                (1, false) => tr!(form.flawed_one).to_owned(),
                (count, true) => tr!(form.open_many, count = count),
                (count, false) => tr!(form.flawed_many, count = count),
            }
        })
    };
    let has_flaws = Memo::new(move |_| found.with(|found| !found.is_empty()));
    let content = move || {
        has_flaws.get().then(|| {
            let body = view! {
                <p>{text}</p>
                <button type="button" class="btn" on:click=first>{tr!(form.to_first)}</button>
            };
            notice(Tone::Error, body.into_any())
        })
    };
    view! { <div role="alert">{content}</div> }.into_any()
}

fn submitting(
    drafts: Drafts,
    subject: &FormSubject,
    found: RwSignal<Vec<(String, AnswerFlaw)>>,
    busy: RwSignal<bool>,
    then: Callback<()>,
    others: Others,
) -> Callback<()> {
    let (commands, toasts) = (use_commands(), use_toasts());
    let subject = subject.clone();
    Callback::new(move |()| {
        let Some(commands) = commands.filter(|_| !busy.get_untracked()) else {
            return;
        };
        let key = subject.key();
        let draft = untrack(|| drafts.answers(key)).unwrap_or_default();
        let wrong = flaws(&subject.template.questions, &draft.typed, language());
        if let Some((first, _)) = wrong.first() {
            let first = input_id(first);
            found.set(wrong);
            focus::by_id(&first);
            return;
        }
        found.set(Vec::new());
        if others.must_be_told() {
            return;
        }
        let Some(op) = submission(commands, &subject, &draft) else {
            return;
        };
        busy.set(true);
        let done = move |is_done| {
            if is_done {
                drafts.set(key, None);
                let _ = then.try_run(());
            }
            let _ = busy.try_set(false);
        };
        let work: Work = Box::pin(commands.save(op));
        toasts.run(work, tr!(common.saved), Box::new(done));
    })
}

/// Where a signature is that was still on its pad when the form was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signing {
    /// On its pad, or an answer.
    Idle,
    /// It is being saved.
    HandingOver,
    /// It is an answer: the form can be submitted.
    Taken,
}

/// Submits once what is drawn is an answer, for that is what somebody means who signs and submits.
fn signed_first(
    drafts: Drafts,
    key: DraftKey,
    pads: StoredValue<Vec<(String, HandOver)>, LocalStorage>,
    signing: RwSignal<Signing>,
    submit: Callback<()>,
) -> impl Fn(SubmitEvent) + 'static {
    let (commands, toasts) = (use_commands(), use_toasts());
    let hand_over = move || {
        let draft = untrack(|| drafts.answers(key)).unwrap_or_default();
        let is_open = |item: &str| *answer_to(&draft.typed, item) == FieldValue::Nothing;
        pads.with_value(|pads| {
            pads.iter()
                .any(|(item, hand_over)| is_open(item) && hand_over())
        })
    };
    let go_on = move || {
        let is_waiting = hand_over();
        signing.set(match is_waiting {
            true => Signing::HandingOver,
            false => Signing::Idle,
        });
        if !is_waiting {
            submit.run(());
        }
    };
    let is_picking = move || commands.is_some_and(Commands::is_picking);
    Effect::new(move |_| {
        if signing.get() == Signing::Taken && !is_picking() {
            untrack(go_on);
        }
    });
    move |event: SubmitEvent| {
        event.prevent_default();
        // A photo that is not there yet would be missing in the form for ever.
        if untrack(is_picking) {
            toasts.show(Err(Trouble::PhotoUnderWay));
            return;
        }
        go_on();
    }
}

fn submission(commands: Commands, subject: &FormSubject, draft: &AnswerDraft) -> Option<Op> {
    let id = commands.engine().ok()?.host.new_id();
    Some(Op::SubmitForm {
        submission: SubmissionId(id),
        job: subject.job,
        task: Some(subject.task),
        template: subject.template.id,
        answers: settled(&subject.template.questions, &draft.typed, language()),
    })
}
