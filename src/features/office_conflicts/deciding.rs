//! Deciding about what came too late: accepting it as it is or onto another job, some of it left out, declining it with
//! a reason.
//!
//! Owns what is sent. Must never decide twice by itself: what came of it is said, and the list is
//! fetched anew.

use super::inbox::{Inbox, Open, Said};
use super::view_model::{GroupKey, Whose, is_known, left_out, whose};
use super::words::{HEADING, REASON, cannot_text, job_name};
use crate::error::Trouble;
use crate::memo::Memo;
use crate::runtime::session::Account;
use crate::shared::labels::trouble_text;
use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use afield_domain::{JobId, MutationId, UserId};
use afield_platform::api;
use afield_protocol::{Decide, ReviewDecision, ReviewGroup, ReviewOutcome, ReviewPage};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What is known while somebody decides about one group.
#[derive(Clone, Copy)]
pub(super) struct Deciding {
    pub(super) inbox: Inbox,
    pub(super) job: JobId,
    author: UserId,
    mutations: StoredValue<Vec<MutationId>>,
    pub(super) stands: Memo<Standing>,
    /// What is left out: what was ticked, and what needs it.
    pub(super) left_out: Memo<Vec<MutationId>>,
    pub(super) busy: RwSignal<bool>,
}

/// What of a group says which buttons it has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Standing {
    author: String,
    /// What it is about.
    name: String,
    pub(super) whose: Option<Whose>,
    pub(super) is_deleted: bool,
    /// Whether all that is asked for can be read here.
    pub(super) is_known: bool,
    /// How many changes there are.
    pub(super) count: usize,
}

impl Standing {
    /// Whether some of it can be accepted without the rest.
    pub(super) fn offers_leaving(&self) -> bool {
        let is_accepted = !self.is_deleted || self.whose.is_some();
        self.is_known && self.count > 1 && is_accepted
    }
}

impl Deciding {
    pub(super) fn of(
        account: &Arc<Account>,
        key: GroupKey,
        group: Memo<Option<Arc<ReviewGroup>>>,
        inbox: Inbox,
    ) -> Self {
        let account = Arc::clone(account);
        let stands = move |group: &ReviewGroup| Standing {
            author: group.author_name.clone(),
            name: format!("{}, {}", group.author_name, job_name(group)),
            whose: whose(group, &account.zone),
            is_deleted: group.now.is_none(),
            is_known: is_known(group),
            count: group.entries.len(),
        };
        let with_ticked =
            move |group: &ReviewGroup| inbox.ticked.with(|ticked| left_out(group, ticked));
        Self {
            inbox,
            job: key.job,
            author: key.author,
            mutations: StoredValue::new(key.mutations),
            stands: Memo::new(move |_| {
                let found = group.with(|group| group.as_deref().map(&stands));
                found.unwrap_or_default()
            }),
            left_out: Memo::new(move |_| {
                let found = group.with(|group| group.as_deref().map(with_ticked));
                found.unwrap_or_default()
            }),
            busy: RwSignal::new(false),
        }
    }

    /// What it is about, for who hears a button without what stands around it.
    pub(super) fn name(self) -> String {
        self.stands.with(|stands| stands.name.clone())
    }

    /// The id of one of its parts on the page.
    pub(super) fn id(self, part: &str) -> String {
        format!("late-{part}-{}-{}", self.job, self.author)
    }

    /// Whose other jobs are offered.
    pub(super) fn whose(self) -> Option<Whose> {
        self.stands.with_untracked(|stands| stands.whose)
    }

    /// What is open below the buttons of this group.
    pub(super) fn opened(self) -> Option<Open> {
        let open = self.inbox.deciding.get()?;
        ((open.0, open.1) == (self.job, self.author)).then_some(open.2)
    }

    /// Opens it, or closes it if it is open.
    pub(super) fn toggle(self, what: Open) {
        if untrack(move || self.opened()) == Some(what) {
            return self.inbox.close();
        }
        let of = |open: &Option<(JobId, UserId, Open)>| open.map(|open| (open.0, open.1));
        if self.inbox.deciding.with_untracked(of) != Some((self.job, self.author)) {
            self.inbox.close();
        }
        if what == Open::Decline {
            // All of it is declined.
            self.inbox.ticked.set(Vec::new());
        }
        let open = (self.job, self.author, what);
        self.inbox.deciding.set(Some(open));
        if let (Open::Onto, Some(whose)) = (what, self.whose()) {
            self.inbox.others.begin(whose, self.job);
        }
    }

    /// Leaves a change out, or not; where something is left out, a reason is asked for.
    pub(super) fn tick(self, id: MutationId, is_out: bool) {
        let opened = untrack(move || self.opened());
        if is_out && !matches!(opened, Some(Open::Rest | Open::Onto)) {
            let is_deleted = self.stands.with_untracked(|stands| stands.is_deleted);
            self.toggle(if is_deleted { Open::Onto } else { Open::Rest });
        }
        let mut ticked = self.inbox.ticked.get_untracked();
        ticked.retain(|one| *one != id);
        ticked.extend(is_out.then_some(id));
        self.inbox.ticked.set(ticked);
    }

    /// Leaves out what stands in the way; the keyboard goes on where the reason is asked for.
    pub(super) fn leave_out(self, id: MutationId) {
        self.tick(id, true);
        request_animation_frame(move || {
            // Nothing may be left to accept.
            if !focus::by_id(REASON) {
                focus::by_id(&self.id(button_of(Open::Decline)));
            }
        });
    }

    /// Goes where the reason is asked for.
    pub(super) fn ask_reason(self) {
        if untrack(move || self.opened()) != Some(Open::Rest) {
            self.toggle(Open::Rest);
        }
        focus::by_id(REASON);
    }

    /// Whether something is left out.
    pub(super) fn leaves(self) -> bool {
        self.left_out.with(|left| !left.is_empty())
    }

    /// Whether something that can be accepted is not left out.
    pub(super) fn keeps(self) -> bool {
        let count = self.stands.with(|stands| stands.count);
        self.left_out.with(|left| left.len() < count)
    }

    /// Accepts all that is not left out.
    pub(super) fn accept(self, onto: Option<JobId>) {
        let left_out = self.left_out.get_untracked();
        self.decide(match left_out.is_empty() {
            true => Decide::Accept { onto },
            false => Decide::AcceptRest {
                onto,
                left_out,
                reason: self.inbox.reason(),
            },
        });
    }

    /// Closes what is open; the keyboard goes on at the button that has opened it.
    pub(super) fn cancel(self) {
        let opened = untrack(move || self.opened());
        self.inbox.close();
        if let Some(what) = opened {
            focus::by_id(&self.id(button_of(what)));
        }
    }

    /// Moves the keyboard to `control`, which has just been drawn, unless it stands somewhere else.
    pub(super) fn attend(self, what: Open, control: &'static str) {
        let button = self.id(button_of(what));
        request_animation_frame(move || {
            if focus::is_lost() || focus::is_at(&button) {
                focus::by_id(control);
            }
        });
    }

    pub(super) fn decide(self, decide: Decide) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.inbox.said.set(None);
        let done = match decide {
            Decide::Accept { .. } | Decide::AcceptRest { .. } => tr!(office.late_accepted),
            Decide::Decline { .. } => tr!(office.late_declined),
        };
        let toasts = use_toasts();
        let author = self.stands.with_untracked(|stands| stands.author.clone());
        let decision = ReviewDecision {
            job: self.job,
            author: self.author,
            mutations: self.mutations.get_value(),
            decide,
        };
        spawn_local(async move {
            let outcome = api::decide_review(&decision).await;
            self.take(outcome.map_err(Trouble::from), &author, done, toasts);
            let _ = self.busy.try_set(false);
            self.inbox.fetch();
        });
    }

    /// Says what came of it.
    fn take(
        self,
        outcome: Result<ReviewOutcome, Trouble>,
        author: &str,
        done: &'static str,
        toasts: Toasts,
    ) {
        let of = Some((self.job, self.author));
        let (of, mutation, text) = match outcome {
            Ok(ReviewOutcome::Done) => {
                toasts.show(Ok(done));
                return self.leave();
            }
            Ok(ReviewOutcome::Changed | ReviewOutcome::Unknown) => {
                (None, None, tr!(office.late_changed).to_owned())
            }
            Ok(ReviewOutcome::Refused { mutation, reason }) => {
                (of, Some(mutation), cannot_text(&reason, author))
            }
            Ok(ReviewOutcome::Needs { mutation, .. }) => {
                (of, Some(mutation), tr!(office.late_needs).to_owned())
            }
            Err(trouble) => (of, None, trouble_text(&trouble)),
        };
        let said = Said { of, mutation, text };
        let _ = self.inbox.said.try_set(Some(said));
    }

    /// It is decided: the keyboard goes on where the others begin, or at the page's heading.
    fn leave(self) {
        let is_its = |open: &Option<(JobId, UserId, Open)>| {
            open.is_some_and(|open| (open.0, open.1) == (self.job, self.author))
        };
        if self.inbox.deciding.try_with_untracked(is_its) == Some(true) {
            self.inbox.close();
        }
        // Whoever has gone on meanwhile is left alone.
        if !focus::is_lost() && !focus::is_in(&self.id("card")) {
            return;
        }
        let has_others =
            |page: &Option<ReviewPage>| page.as_ref().is_some_and(|page| page.groups.len() > 1);
        match self.inbox.reviews.try_with_untracked(has_others) {
            Some(true) => drop(focus::by_id(HEADING)),
            Some(false) => focus::heading(),
            None => {} // The page is gone.
        }
    }
}

pub(super) fn button_of(what: Open) -> &'static str {
    match what {
        Open::Rest => "rest",
        Open::Onto => "onto",
        Open::Decline => "decline",
    }
}
