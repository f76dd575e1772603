//! What an admin sets for their company, and within which bounds.
//!
//! Owns [`CompanySettings`], what is wrong with one, and what differs between two. Pure. Must never hold the name or the
//! time zone of a company: what is written and signed reads by them.

use crate::limits;
use crate::mode::OperationMode;
use crate::wire::FromTree;
use serde::Serialize;
use std::ops::RangeInclusive;

/// All that an admin sets for their company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CompanySettings {
    /// Whether phones may hold data for work without a network.
    pub offers_offline: bool,
    /// How phones hold its data.
    pub mode: OperationMode,
    /// Hours after the last contact with the server until a phone hides what it holds.
    pub expiry_hours: u32,
    /// Days before and after today whose jobs a phone holds.
    pub window_days: u32,
    /// Whether a job whose required questions are open can not be finished.
    pub refuses_open_questions: bool,
    /// Whether pictures go on telling where, when and with what they were taken.
    pub keeps_photo_details: bool,
    /// The longest side of a photo that is kept, in pixels.
    pub photo_edge: u32,
    /// Megabytes of copies that a phone keeps of what the office has, unless its user has chosen otherwise.
    pub files_budget_mb: u32,
    /// The address that "Request access" writes to, may be empty.
    pub contact_email: String,
    /// Days for which it is remembered what happened, 0 for ever. None from whoever does not know this setting: it then
    /// stays as it is.
    pub keep_activity_days: Option<u32>,
    /// Days after the end of their job for which the bytes of photos and files are kept, 0 for ever. None likewise.
    pub keep_files_days: Option<u32>,
}

/// One setting.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Setting {
    /// [`CompanySettings::offers_offline`].
    OffersOffline,
    /// [`CompanySettings::mode`].
    Mode,
    /// [`CompanySettings::expiry_hours`].
    ExpiryHours,
    /// [`CompanySettings::window_days`].
    WindowDays,
    /// [`CompanySettings::refuses_open_questions`].
    RefusesOpenQuestions,
    /// [`CompanySettings::keeps_photo_details`].
    KeepsPhotoDetails,
    /// [`CompanySettings::photo_edge`].
    PhotoEdge,
    /// [`CompanySettings::files_budget_mb`].
    FilesBudgetMb,
    /// [`CompanySettings::contact_email`].
    ContactEmail,
    /// [`CompanySettings::keep_activity_days`].
    KeepActivityDays,
    /// [`CompanySettings::keep_files_days`].
    KeepFilesDays,
    /// One that this build does not know.
    #[serde(other)]
    #[default]
    Other,
}

impl Setting {
    /// Every setting, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::OffersOffline,
        Self::Mode,
        Self::ExpiryHours,
        Self::WindowDays,
        Self::RefusesOpenQuestions,
        Self::KeepsPhotoDetails,
        Self::PhotoEdge,
        Self::FilesBudgetMb,
        Self::ContactEmail,
        Self::KeepActivityDays,
        Self::KeepFilesDays,
    ];

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OffersOffline => "offers_offline",
            Self::Mode => "mode",
            Self::ExpiryHours => "expiry_hours",
            Self::WindowDays => "window_days",
            Self::RefusesOpenQuestions => "refuses_open_questions",
            Self::KeepsPhotoDetails => "keeps_photo_details",
            Self::PhotoEdge => "photo_edge",
            Self::FilesBudgetMb => "files_budget_mb",
            Self::ContactEmail => "contact_email",
            Self::KeepActivityDays => "keep_activity_days",
            Self::KeepFilesDays => "keep_files_days",
            Self::Other => "other",
        }
    }

    /// The setting of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|setting| setting.name() == name);
        found.unwrap_or_default()
    }

    /// The least and the most of a number; none for what is no number. Days that something is kept may be 0 as well, for
    /// ever.
    #[must_use]
    pub fn bounds(self) -> Option<RangeInclusive<u32>> {
        match self {
            Self::ExpiryHours => Some(limits::EXPIRY_HOURS),
            Self::WindowDays => Some(limits::WINDOW_DAYS),
            Self::PhotoEdge => Some(limits::PHOTO_EDGE),
            Self::FilesBudgetMb => Some(limits::FILES_BUDGET_MB),
            Self::KeepActivityDays | Self::KeepFilesDays => Some(limits::KEEP_DAYS),
            _ => None,
        }
    }

    fn allows(self, number: u32) -> bool {
        let is_for_ever =
            number == 0 && matches!(self, Self::KeepActivityDays | Self::KeepFilesDays);
        is_for_ever || self.bounds().is_none_or(|bounds| bounds.contains(&number))
    }
}

/// What is wrong with a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum SettingFlaw {
    /// The number is below the least or above the most.
    OutOfBounds,
    /// It is no mail address.
    NoAddress,
    /// Something that this build does not know.
    #[serde(other)]
    #[default]
    Other,
}

/// One setting that differs, as it is told: `true`, `24`, `online`, an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingStep {
    /// Which.
    pub setting: Setting,
    /// What it was.
    pub from: String,
    /// What it is.
    pub to: String,
}

impl Default for CompanySettings {
    fn default() -> Self {
        Self {
            offers_offline: true,
            mode: OperationMode::Offline,
            expiry_hours: limits::DEFAULT_EXPIRY_HOURS,
            window_days: limits::DEFAULT_WINDOW_DAYS,
            refuses_open_questions: false,
            keeps_photo_details: false,
            photo_edge: limits::DEFAULT_PHOTO_EDGE,
            files_budget_mb: limits::DEFAULT_FILES_BUDGET_MB,
            contact_email: String::new(),
            keep_activity_days: Some(limits::DEFAULT_KEEP_ACTIVITY_DAYS),
            keep_files_days: Some(0),
        }
    }
}

impl CompanySettings {
    /// The same, with what it does not say as it is in `stands`.
    #[must_use]
    pub fn over(self, stands: &Self) -> Self {
        Self {
            keep_activity_days: self.keep_activity_days.or(stands.keep_activity_days),
            keep_files_days: self.keep_files_days.or(stands.keep_files_days),
            ..self
        }
    }

    /// The value of `setting`, as it is told.
    #[must_use]
    pub fn told(&self, setting: Setting) -> String {
        let switch = |is_on: bool| if is_on { "true" } else { "false" }.to_owned();
        match setting {
            Setting::OffersOffline => switch(self.offers_offline),
            Setting::Mode => self.mode.name().to_owned(),
            Setting::RefusesOpenQuestions => switch(self.refuses_open_questions),
            Setting::KeepsPhotoDetails => switch(self.keeps_photo_details),
            Setting::ContactEmail => self.contact_email.clone(),
            Setting::Other => String::new(),
            number => self.number(number).to_string(),
        }
    }

    /// The value of a setting that is a number; 0 for what is none.
    #[must_use]
    pub fn number(&self, setting: Setting) -> u32 {
        match setting {
            Setting::ExpiryHours => self.expiry_hours,
            Setting::WindowDays => self.window_days,
            Setting::PhotoEdge => self.photo_edge,
            Setting::FilesBudgetMb => self.files_budget_mb,
            Setting::KeepActivityDays => self.keep_activity_days.unwrap_or_default(),
            Setting::KeepFilesDays => self.keep_files_days.unwrap_or_default(),
            _ => 0,
        }
    }

    /// Everything that is wrong, a line for each setting.
    #[must_use]
    pub fn flaws(&self) -> Vec<(Setting, SettingFlaw)> {
        let mut flaws = Vec::new();
        for setting in Setting::ALL {
            if !setting.allows(self.number(setting)) {
                flaws.push((setting, SettingFlaw::OutOfBounds));
            }
        }
        if !is_address_or_none(&self.contact_email) {
            flaws.push((Setting::ContactEmail, SettingFlaw::NoAddress));
        }
        flaws
    }

    /// What is another in `wanted`.
    #[must_use]
    pub fn steps_to(&self, wanted: &Self) -> Vec<SettingStep> {
        let steps = Setting::ALL.into_iter().map(|setting| SettingStep {
            setting,
            from: self.told(setting),
            to: wanted.told(setting),
        });
        steps.filter(|step| step.from != step.to).collect()
    }
}

/// Whether a mail can be written to it, as far as that can be told by looking. Nobody is nobody.
fn is_address_or_none(text: &str) -> bool {
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == ',';
    let fits = text.len() <= limits::EMAIL_BYTES && !text.contains(is_odd);
    let parts = text.split_once('@');
    let is_whole = |(name, host): (&str, &str)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !host.starts_with('.')
    };
    text.is_empty() || (fits && parts.is_some_and(is_whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_unless_somebody_sets_it_is_in_order() {
        assert_eq!(CompanySettings::default().flaws(), []);
    }

    #[test]
    fn every_number_has_its_bounds_and_both_ends_are_allowed() {
        let with = |setting: Setting, number: u32| {
            let mut settings = CompanySettings::default();
            match setting {
                Setting::ExpiryHours => settings.expiry_hours = number,
                Setting::WindowDays => settings.window_days = number,
                Setting::PhotoEdge => settings.photo_edge = number,
                Setting::KeepActivityDays => settings.keep_activity_days = Some(number),
                Setting::KeepFilesDays => settings.keep_files_days = Some(number),
                _ => settings.files_budget_mb = number,
            }
            settings.flaws()
        };
        let numbers: Vec<Setting> = Setting::ALL
            .into_iter()
            .filter(|setting| setting.bounds().is_some())
            .collect();
        assert_eq!(numbers.len(), 6);
        for setting in numbers {
            let bounds = setting.bounds().unwrap();
            let out = [(setting, SettingFlaw::OutOfBounds)];
            assert_eq!(with(setting, *bounds.start()), [], "{setting:?}");
            assert_eq!(with(setting, *bounds.end()), [], "{setting:?}");
            assert_eq!(with(setting, bounds.end() + 1), out, "{setting:?}");
            if let Some(below) = bounds.start().checked_sub(1) {
                assert_eq!(with(setting, below), out, "{setting:?}");
            }
        }
    }

    #[test]
    fn what_is_kept_may_be_kept_for_ever_and_what_nobody_says_stays() {
        let for_ever = CompanySettings {
            keep_activity_days: Some(0),
            keep_files_days: Some(0),
            ..CompanySettings::default()
        };
        assert_eq!(for_ever.flaws(), []);
        let stands = CompanySettings {
            keep_activity_days: Some(400),
            keep_files_days: Some(30),
            ..CompanySettings::default()
        };
        let older = CompanySettings {
            window_days: 7,
            keep_activity_days: None,
            keep_files_days: None,
            ..CompanySettings::default()
        };
        let wanted = older.over(&stands);
        assert_eq!(wanted.keep_files_days, Some(30));
        let steps = stands.steps_to(&wanted);
        let told: Vec<&str> = steps.iter().map(|step| step.setting.name()).collect();
        assert_eq!(told, ["window_days"]);
        assert_eq!(for_ever.clone().over(&stands), for_ever);
    }

    #[test]
    fn the_contact_is_nobody_or_an_address() {
        let is_fine = |text: &str| {
            let settings = CompanySettings {
                contact_email: text.into(),
                ..CompanySettings::default()
            };
            settings.flaws().is_empty()
        };
        for text in [
            "",
            "office@nordhaus.example",
            "a+b@x",
            "büro@nordhaus.example",
        ] {
            assert!(is_fine(text), "{text}");
        }
        let long = format!("{}@x.example", "a".repeat(limits::EMAIL_BYTES));
        for text in [
            "office", "@x", "a@", "a@b@c", "a@.x", " a@x", "a@x\n", "a@x,b@y", &long,
        ] {
            assert!(!is_fine(text), "{text}");
        }
    }

    #[test]
    fn every_setting_that_differs_is_told_once_and_no_other() {
        let old = CompanySettings::default();
        assert_eq!(old.steps_to(&old), []);
        let new = CompanySettings {
            offers_offline: false,
            mode: OperationMode::Online,
            expiry_hours: 48,
            window_days: 7,
            refuses_open_questions: true,
            keeps_photo_details: true,
            photo_edge: 1600,
            files_budget_mb: 50,
            contact_email: "office@nordhaus.example".into(),
            keep_activity_days: Some(365),
            keep_files_days: Some(730),
        };
        let steps = old.steps_to(&new);
        let told: Vec<(&str, &str, &str)> = steps
            .iter()
            .map(|step| (step.setting.name(), &*step.from, &*step.to))
            .collect();
        assert_eq!(
            told,
            [
                ("offers_offline", "true", "false"),
                ("mode", "offline", "online"),
                ("expiry_hours", "24", "48"),
                ("window_days", "3", "7"),
                ("refuses_open_questions", "false", "true"),
                ("keeps_photo_details", "false", "true"),
                ("photo_edge", "2048", "1600"),
                ("files_budget_mb", "200", "50"),
                ("contact_email", "", "office@nordhaus.example"),
                ("keep_activity_days", "90", "365"),
                ("keep_files_days", "0", "730"),
            ]
        );
        for setting in Setting::ALL {
            assert_eq!(Setting::from_name(setting.name()), setting);
        }
        assert_eq!(Setting::from_name("colour"), Setting::Other);
    }
}
