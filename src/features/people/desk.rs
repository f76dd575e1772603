//! What the page People works with: what the server has last told, and one change at a time.

use crate::error::Trouble;
use crate::shared::labels::trouble_text;
use crate::signal::RwSignal;
use crate::tr;
use afield_domain::UserId;
use afield_domain::order::Order;
use afield_platform::api::{self, ApiFailure};
use afield_protocol::{ErrorCode, NewPerson, People, PeopleChanged, PersonChange};
use leptos::prelude::*;
use leptos::task::spawn_local;

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
    pub(super) adding: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
}

impl Desk {
    /// The teams that there are, by name.
    pub(super) fn teams(self) -> Vec<String> {
        self.people.with_untracked(|people| {
            let all = people.iter().flat_map(|people| &people.people);
            let mut teams: Vec<String> = all.map(|person| person.team.clone()).collect();
            teams.order();
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
            adding: RwSignal::new(false),
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

    pub(super) fn add(self, new: NewPerson) {
        let name = new.name.clone();
        self.run(
            name,
            async move { api::add_person(&new).await },
            move || {
                let _ = self.adding.try_set(false);
            },
        );
    }

    pub(super) fn change(self, user: UserId, name: String, change: PersonChange) {
        self.run(
            name,
            async move { api::change_person(user, &change).await },
            || (),
        );
    }

    fn run(
        self,
        name: String,
        work: impl Future<Output = Result<PeopleChanged, ApiFailure>> + 'static,
        then: impl FnOnce() + 'static,
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
                    let _ = self.people.try_set(Some(done.people));
                    let made = done.link.map(|link| Made {
                        name,
                        href: address_of(&link),
                    });
                    let _ = self.made.try_set(made);
                    then();
                }
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
