//! What the company sets, as the server has it and tells it.
//!
//! Owns the version, which rises with each change. Must never tell a phone by itself: pulls and sessions do.

use super::Server;
use afield_domain::Zone;
use afield_domain::company::CompanySettings;
use afield_protocol::{Company, PullResponse};
use afield_sync::testing::fixtures::session;

impl Server {
    /// An admin sets something.
    pub fn set(&mut self, change: impl FnOnce(&mut CompanySettings)) {
        let before = self.settings.clone();
        change(&mut self.settings);
        if self.settings != before {
            self.version += 1;
            self.set_company();
        }
    }

    /// The company as phones are told.
    #[must_use]
    pub fn company(&self) -> Company {
        let CompanySettings {
            offers_offline,
            mode,
            expiry_hours,
            window_days,
            refuses_open_questions,
            keeps_photo_details,
            photo_edge,
            files_budget_mb,
            contact_email,
            // Phones are not told.
            keep_activity_days: _,
            keep_files_days: _,
        } = self.settings.clone();
        Company {
            offers_offline,
            mode,
            expiry_hours,
            window_days,
            refuses_open_questions,
            keeps_photo_details,
            photo_edge,
            files_budget_mb,
            contact_email,
            settings: self.version,
            ..session(&crate::company::user(0)).company
        }
    }

    /// Both servers have what was set.
    pub(super) fn set_company(&mut self) {
        let (settings, version) = (self.settings.clone(), self.version);
        self.writes += 1;
        self.with_real(|real, _| real.set_company(&settings, version));
        self.model.company = Some(self.company());
        let window = Zone::utc().scope(self.model.now, settings.window_days);
        self.model.set_window(window);
    }

    /// Whether a phone that knows version `known` is told what it must be, and nothing else.
    pub(super) fn check_told(&mut self, page: &PullResponse, known: u64) {
        let expected = self.model.company_unlike(known);
        // What a company is called is no setting.
        let told = page.company.clone().map(|told| Company {
            name: self.company().name,
            zone: self.company().zone,
            ..told
        });
        if told != expected {
            self.accuse(format!(
                "one who knows {known} is told {told:?}, not {expected:?}"
            ));
        }
    }
}
