//! What an admin has typed and chosen of the company's settings, and what it comes to.
//!
//! Owns [`CompanyForm`]. Pure. The rules are the domain's.

use afield_domain::OperationMode;
use afield_domain::company::{CompanySettings, Setting, SettingFlaw};

const SETTINGS: usize = Setting::ALL.len();

/// The text of each setting, as it is told: a switch is `true` or `false`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CompanyForm([String; SETTINGS]);

fn place(setting: Setting) -> Option<usize> {
    Setting::ALL.into_iter().position(|known| known == setting)
}

impl CompanyForm {
    /// The form of what stands.
    pub(super) fn of(settings: &CompanySettings) -> Self {
        Self(Setting::ALL.map(|setting| settings.told(setting)))
    }

    /// What stands in the field of `setting`.
    pub(super) fn text(&self, setting: Setting) -> &str {
        let text = place(setting).and_then(|place| self.0.get(place));
        text.map_or("", String::as_str)
    }

    /// Whether the switch of `setting` is on.
    pub(super) fn is_on(&self, setting: Setting) -> bool {
        self.text(setting) == "true"
    }

    /// Takes what was typed or chosen.
    pub(super) fn type_in(&mut self, setting: Setting, text: String) {
        if let Some(held) = place(setting).and_then(|place| self.0.get_mut(place)) {
            *held = text;
        }
    }

    /// Whether saving would change anything of `seen`.
    pub(super) fn is_changed(&self, seen: &CompanySettings) -> bool {
        let differs = |setting: &Setting| self.text(*setting).trim() != seen.told(*setting);
        Setting::ALL.iter().any(differs)
    }

    /// What others have set since `seen` was seen, with what was typed here on top of it.
    pub(super) fn rebase(&mut self, seen: &CompanySettings, now: &CompanySettings) {
        for setting in Setting::ALL {
            if self.text(setting).trim() == seen.told(setting) {
                self.type_in(setting, now.told(setting));
            }
        }
    }

    /// The settings that it comes to, or what is wrong.
    ///
    /// # Errors
    /// A line for each setting that cannot be saved.
    pub(super) fn settings(&self) -> Result<CompanySettings, Vec<(Setting, SettingFlaw)>> {
        // What is no number is out of all bounds.
        let number = |setting| self.text(setting).trim().parse().unwrap_or(u32::MAX);
        let settings = CompanySettings {
            offers_offline: self.is_on(Setting::OffersOffline),
            mode: match self.text(Setting::Mode) == OperationMode::Online.name() {
                true => OperationMode::Online,
                false => OperationMode::Offline,
            },
            expiry_hours: number(Setting::ExpiryHours),
            window_days: number(Setting::WindowDays),
            refuses_open_questions: self.is_on(Setting::RefusesOpenQuestions),
            keeps_photo_details: self.is_on(Setting::KeepsPhotoDetails),
            photo_edge: number(Setting::PhotoEdge),
            files_budget_mb: number(Setting::FilesBudgetMb),
            contact_email: self.text(Setting::ContactEmail).trim().to_owned(),
            keep_activity_days: Some(number(Setting::KeepActivityDays)),
            keep_files_days: Some(number(Setting::KeepFilesDays)),
        };
        match settings.flaws() {
            flaws if flaws.is_empty() => Ok(settings),
            flaws => Err(flaws),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands() -> CompanySettings {
        CompanySettings {
            contact_email: "office@nordhaus.example".into(),
            ..CompanySettings::default()
        }
    }

    #[test]
    fn an_untouched_form_is_what_stands() {
        let form = CompanyForm::of(&stands());
        assert!(!form.is_changed(&stands()));
        assert_eq!(form.settings(), Ok(stands()));
    }

    #[test]
    fn what_was_typed_is_read_without_the_room_around_it() {
        let mut form = CompanyForm::of(&stands());
        form.type_in(Setting::ExpiryHours, " 48 ".into());
        form.type_in(Setting::ContactEmail, " a@x ".into());
        form.type_in(Setting::OffersOffline, "false".into());
        form.type_in(Setting::Mode, "online".into());
        assert!(form.is_changed(&stands()));
        let wanted = CompanySettings {
            expiry_hours: 48,
            contact_email: "a@x".into(),
            offers_offline: false,
            mode: OperationMode::Online,
            ..stands()
        };
        assert_eq!(form.settings(), Ok(wanted));
        form.type_in(Setting::ExpiryHours, " 24 ".into());
        form.type_in(Setting::ContactEmail, stands().contact_email);
        form.type_in(Setting::OffersOffline, "true".into());
        form.type_in(Setting::Mode, "offline".into());
        assert!(!form.is_changed(&stands()), "typed back");
    }

    #[test]
    fn what_is_no_number_or_no_address_is_a_flaw_of_its_field() {
        for text in ["", "-1", "1.5", "many", "99999999999"] {
            let mut form = CompanyForm::of(&stands());
            form.type_in(Setting::WindowDays, text.into());
            form.type_in(Setting::ContactEmail, "nobody".into());
            let flaws = [
                (Setting::WindowDays, SettingFlaw::OutOfBounds),
                (Setting::ContactEmail, SettingFlaw::NoAddress),
            ];
            assert_eq!(form.settings(), Err(flaws.to_vec()), "{text}");
        }
    }

    #[test]
    fn what_others_have_set_meanwhile_comes_in_and_what_was_typed_stays() {
        let now = CompanySettings {
            expiry_hours: 12,
            window_days: 7,
            ..stands()
        };
        let mut form = CompanyForm::of(&stands());
        form.type_in(Setting::ExpiryHours, "48".into());
        form.rebase(&stands(), &now);
        assert_eq!(form.text(Setting::ExpiryHours), "48");
        assert_eq!(form.text(Setting::WindowDays), "7");
        assert!(form.is_changed(&now));
    }
}
