//! The settings in the words of the screen.

use crate::tr;
use afield_domain::company::{Setting, SettingFlaw};

/// What a setting is called.
pub(super) fn name(setting: Setting) -> &'static str {
    match setting {
        Setting::OffersOffline => tr!(company.offers_offline),
        Setting::Mode => tr!(company.mode),
        Setting::ExpiryHours => tr!(company.expiry_hours),
        Setting::WindowDays => tr!(company.window_days),
        Setting::RefusesOpenQuestions => tr!(company.refuses_open_questions),
        Setting::KeepsPhotoDetails => tr!(company.keeps_photo_details),
        Setting::PhotoEdge => tr!(company.photo_edge),
        Setting::FilesBudgetMb => tr!(company.files_budget_mb),
        Setting::ContactEmail => tr!(company.contact_email),
        Setting::KeepActivityDays => tr!(company.keep_activity_days),
        Setting::KeepFilesDays => tr!(company.keep_files_days),
        Setting::Other => tr!(company.other),
    }
}

/// What it does for the technicians.
pub(super) fn hint(setting: Setting) -> &'static str {
    match setting {
        Setting::OffersOffline => tr!(company.offers_offline_hint),
        Setting::Mode => tr!(company.mode_hint),
        Setting::ExpiryHours => tr!(company.expiry_hours_hint),
        Setting::WindowDays => tr!(company.window_days_hint),
        Setting::RefusesOpenQuestions => tr!(company.refuses_open_questions_hint),
        Setting::KeepsPhotoDetails => tr!(company.keeps_photo_details_hint),
        Setting::PhotoEdge => tr!(company.photo_edge_hint),
        Setting::FilesBudgetMb => tr!(company.files_budget_mb_hint),
        Setting::ContactEmail => tr!(company.contact_email_hint),
        Setting::KeepActivityDays => tr!(company.keep_activity_days_hint),
        Setting::KeepFilesDays => tr!(company.keep_files_days_hint),
        Setting::Other => "",
    }
}

/// A value of it, as it is told.
pub(super) fn value(setting: Setting, told: &str) -> String {
    match (setting, told) {
        (_, "true") => tr!(company.on).to_owned(),
        (_, "false") => tr!(company.off).to_owned(),
        (Setting::Mode, "online") => tr!(company.mode_online).to_owned(),
        (Setting::Mode, _) => tr!(company.mode_offline).to_owned(),
        (Setting::ContactEmail, "") => tr!(company.nobody).to_owned(),
        (_, told) => told.to_owned(),
    }
}

/// What is wrong with it.
pub(super) fn flaw(setting: Setting, flaw: SettingFlaw) -> String {
    match (flaw, setting.bounds()) {
        (SettingFlaw::OutOfBounds, Some(bounds)) => tr!(
            company.out_of_bounds,
            least = bounds.start(),
            most = bounds.end()
        ),
        (SettingFlaw::NoAddress, _) => tr!(company.no_address).to_owned(),
        _ => tr!(company.not_allowed).to_owned(),
    }
}
