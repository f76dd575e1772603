//! What the page People works with: what the server has last told, and one change at a time.

use super::typed::{PASSWORD, PersonFlaw, Typed};
use crate::error::Trouble;
use crate::shared::job_form::InputFlaw;
use crate::shared::labels::{input_flaw_text, trouble_text};
use crate::shared::refusals::Reason;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use afield_domain::order::{NameKey, Order};
use afield_domain::{Role, UserId};
use afield_platform::api::{self, ApiFailure};
use afield_protocol::{ErrorCode, NewPerson, People, PeopleChanged, PersonChange};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The field of the mail address of somebody new.
pub(super) const MAIL: &str = "add-mail";

/// A link that was just made: told once.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) name: String,
    pub(super) href: String,
}

#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) people: RwSignal<Option<People>>,
    /// Why it could not be loaded.
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// Why the last change was not made.
    pub(super) refused: RwSignal<Option<String>>,
    pub(super) made: RwSignal<Option<Made>>,
    pub(super) open: RwSignal<Option<UserId>>,
    /// What is typed into the forms of somebody: the page is drawn anew when one of them was saved.
    pub(super) typed: RwSignal<Vec<(UserId, Typed)>>,
    /// What is wrong, by the id of its field. One form of each kind is open at a time.
    pub(super) flaws: RwSignal<Vec<(&'static str, PersonFlaw)>>,
    pub(super) adding: RwSignal<bool>,
    /// What is typed of somebody new.
    pub(super) new: RwSignal<Newcomer>,
    pub(super) busy: RwSignal<bool>,
}

/// What is typed of somebody new.
#[derive(Clone, Default)]
pub(super) struct Newcomer {
    /// The same person, however often it is tried.
    pub(super) id: Option<UserId>,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: Role,
    pub(super) password: String,
}

impl Desk {
    /// The teams that there are, by name.
    pub(super) fn teams(self) -> Vec<String> {
        self.people.with_untracked(|people| {
            let all = people.iter().flat_map(|people| &people.people);
            let mut teams: Vec<String> = all.map(|person| person.team.clone()).collect();
            teams.order_by_key(|team| NameKey::of(team));
            teams.dedup();
            teams.retain(|team| !team.is_empty());
            teams
        })
    }

    pub(super) fn new() -> Self {
        Self {
            people: RwSignal::new(None),
            trouble: RwSignal::new(None),
            refused: RwSignal::new(None),
            made: RwSignal::new(None),
            open: RwSignal::new(None),
            typed: RwSignal::new(Vec::new()),
            flaws: RwSignal::new(Vec::new()),
            adding: RwSignal::new(false),
            new: RwSignal::new(Newcomer::default()),
            busy: RwSignal::new(false),
        }
    }

    pub(super) fn load(self) {
        self.trouble.set(None);
        spawn_local(async move {
            match api::load_people().await {
                Ok(people) => drop(self.people.try_set(Some(people))),
                Err(failure) => drop(self.trouble.try_set(Some(failure.into()))),
            }
        });
    }

    /// What is typed of somebody; tracks.
    pub(super) fn typed_of(self, user: UserId) -> Typed {
        self.typed.with(|all| {
            let found = all.iter().find(|(of, _)| *of == user);
            found.map(|(_, typed)| typed.clone()).unwrap_or_default()
        })
    }

    /// Takes what is typed of somebody.
    pub(super) fn type_in(self, user: UserId, change: impl FnOnce(&mut Typed)) {
        let _ = self.typed.try_update(|all| {
            if !all.iter().any(|(of, _)| *of == user) {
                all.push((user, Typed::default()));
            }
            if let Some((_, typed)) = all.iter_mut().find(|(of, _)| *of == user) {
                change(typed);
            }
        });
    }

    /// What is wrong with a field; tracks.
    pub(super) fn flaw(self, id: &'static str) -> Option<String> {
        self.flaws.with(|flaws| {
            let found = flaws.iter().find(|(of, _)| *of == id);
            found.map(|(_, flaw)| flaw_text(*flaw))
        })
    }

    /// Somebody types there: what was wrong is said again when it is saved.
    pub(super) fn is_typed(self, id: &'static str) {
        self.flaws.update(|flaws| flaws.retain(|(of, _)| *of != id));
    }

    /// Says what is wrong, and goes to the first of it; gives whether nothing is.
    pub(super) fn check(self, found: Vec<(&'static str, Option<PersonFlaw>)>) -> bool {
        let of = |(id, flaw): (&'static str, Option<PersonFlaw>)| Some((id, flaw?));
        let flaws: Vec<_> = found.into_iter().filter_map(of).collect();
        let first = flaws.first().map(|(id, _)| *id);
        self.flaws.set(flaws);
        first.map(focus::by_id);
        first.is_none()
    }

    /// Adds somebody. What the server does not take of what was checked is the mail address.
    pub(super) fn add(self, new: NewPerson) {
        let name = new.name.clone();
        self.run(
            name,
            async move { api::add_person(&new).await },
            move || {
                let _ = self.new.try_set(Newcomer::default());
                let _ = self.adding.try_set(false);
            },
            move |failure| {
                let is_taken = is_invalid(failure);
                if is_taken {
                    self.check(vec![(MAIL, Some(PersonFlaw::Taken))]);
                }
                is_taken
            },
        );
    }

    /// Changes somebody; `then` hears when it is done.
    pub(super) fn change(
        self,
        user: UserId,
        name: String,
        change: PersonChange,
        then: impl FnOnce() + 'static,
    ) {
        self.run(
            name,
            async move { api::change_person(user, &change).await },
            then,
            |_| false,
        );
    }

    fn run(
        self,
        name: String,
        work: impl Future<Output = Result<PeopleChanged, ApiFailure>> + 'static,
        then: impl FnOnce() + 'static,
        is_said: impl FnOnce(&ApiFailure) -> bool + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(None);
        self.made.set(None);
        spawn_local(async move {
            match work.await {
                Ok(done) => {
                    then();
                    let _ = self.people.try_set(Some(done.people));
                    let made = done.link.map(|link| Made {
                        name,
                        href: address_of(&link),
                    });
                    let _ = self.made.try_set(made);
                }
                Err(failure) if self.busy.try_get_untracked().is_none() || is_said(&failure) => {}
                Err(failure) => drop(self.refused.try_set(Some(words_of(failure)))),
            }
            let _ = self.busy.try_set(false);
        });
    }
}

fn address_of(link: &str) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}/sign-in#link={link}")
}

fn is_invalid(failure: &ApiFailure) -> bool {
    matches!(failure, ApiFailure::Api(error) if error.code == ErrorCode::Invalid)
}

fn flaw_text(flaw: PersonFlaw) -> String {
    match flaw {
        PersonFlaw::NoName => tr!(edit.name_missing).to_owned(),
        PersonFlaw::TooLong(most) => input_flaw_text(&InputFlaw::Reason(Reason::TooLong(most))),
        PersonFlaw::NoAddress => tr!(people.no_address).to_owned(),
        PersonFlaw::Taken => tr!(people.taken).to_owned(),
        PersonFlaw::Password => tr!(
            people.no_password,
            least = PASSWORD.start(),
            most = PASSWORD.end()
        ),
    }
}

fn words_of(failure: ApiFailure) -> String {
    let code = match &failure {
        ApiFailure::Api(error) => Some(error.code),
        _ => None,
    };
    match code {
        Some(ErrorCode::Conflict) => tr!(people.last_admin).to_owned(),
        Some(ErrorCode::Invalid) => tr!(people.invalid).to_owned(),
        _ => trouble_text(&failure.into()),
    }
}
