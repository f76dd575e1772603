//! What the page holds: what stands at the server, what was typed on top of it, and the changes that were fetched.
//!
//! Must never forget what was typed because something else stands.

use super::form::CompanyForm;
use crate::error::Trouble;
use crate::signal::RwSignal;
use crate::ui::focus;
use afield_domain::company::{CompanySettings, Setting, SettingFlaw};
use afield_platform::api;
use afield_protocol::{CompanyPage, SettingChange};
use leptos::task::spawn_local;

/// What the page works with.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// What stands, as last seen; none before the first answer.
    pub(super) seen: RwSignal<Option<CompanyPage>>,
    pub(super) form: RwSignal<CompanyForm>,
    pub(super) flaws: RwSignal<Vec<(Setting, SettingFlaw)>>,
    /// The changes that were fetched, and whether there are earlier ones.
    pub(super) trail: RwSignal<(Vec<SettingChange>, bool)>,
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// Whether others have set something since the page was opened.
    pub(super) moved: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
}

impl Desk {
    /// Nothing is known yet.
    pub(super) fn new() -> Self {
        Self {
            seen: RwSignal::new(None),
            form: RwSignal::new(CompanyForm::of(&CompanySettings::default())),
            flaws: RwSignal::new(Vec::new()),
            trail: RwSignal::default(),
            trouble: RwSignal::new(None),
            moved: RwSignal::new(false),
            busy: RwSignal::new(false),
        }
    }

    /// Fetches what stands with the latest changes; or the changes before `before` alone.
    pub(super) fn load(self, before: Option<u64>) {
        spawn_local(async move {
            match api::load_company(before).await {
                Ok(page) => {
                    let _ = self.trouble.try_set(None);
                    match before {
                        None => self.take(page),
                        Some(_) => {
                            let _ = self.trail.try_update(|(trail, more)| {
                                trail.extend(page.trail);
                                *more = page.more;
                            });
                        }
                    }
                }
                Err(failure) => {
                    let _ = self.trouble.try_set(Some(failure.into()));
                }
            }
        });
    }

    pub(super) fn load_more(self) {
        let last = |(trail, _): &(Vec<SettingChange>, bool)| trail.last().map(|last| last.seq);
        let before = self.trail.with_untracked(last);
        if before.is_some() {
            self.load(before);
        }
    }

    /// Takes what stands; what was typed on top of what was seen before stays.
    pub(super) fn take(self, page: CompanyPage) {
        let before = self.seen.try_get_untracked().flatten();
        let _ = self.form.try_update(|form| match &before {
            Some(before) => form.rebase(&before.settings, &page.settings),
            None => *form = CompanyForm::of(&page.settings),
        });
        let _ = self.trail.try_set((page.trail.clone(), page.more));
        let _ = self.seen.try_set(Some(page));
    }

    pub(super) fn text(self, setting: Setting) -> String {
        self.form.with(|form| form.text(setting).to_owned())
    }

    pub(super) fn type_in(self, setting: Setting, text: String) {
        self.form.update(|form| form.type_in(setting, text));
        self.flaws
            .update(|flaws| flaws.retain(|(flawed, _)| *flawed != setting));
    }

    pub(super) fn flaw(self, setting: Setting) -> Option<SettingFlaw> {
        self.flaws.with(|flaws| {
            let found = flaws.iter().find(|(flawed, _)| *flawed == setting);
            found.map(|(_, flaw)| *flaw)
        })
    }

    /// Whether something was typed that is not saved.
    pub(super) fn is_unsaved(self) -> bool {
        let seen = self.seen.try_get_untracked().flatten();
        let is_changed = |seen: CompanyPage| {
            let differs = |form: &CompanyForm| form.is_changed(&seen.settings);
            self.form.try_with_untracked(differs) == Some(true)
        };
        seen.is_some_and(is_changed)
    }

    /// Shows what is wrong, and goes to the first of it.
    pub(super) fn refuse(self, flaws: Vec<(Setting, SettingFlaw)>) {
        let first = flaws.first().map(|(setting, _)| field_id(*setting));
        let _ = self.flaws.try_set(flaws);
        if let Some(first) = first {
            focus::by_id(&first);
        }
    }
}

/// The id of the field of `setting`.
pub(super) fn field_id(setting: Setting) -> String {
    format!("company-{}", setting.name())
}
