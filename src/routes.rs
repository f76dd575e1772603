//! The app's addresses: page, record, tab and filter live in the URL and nowhere else.
//!
//! Owns the paths in both directions. Must never navigate by itself.

use afield_domain::JobId;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `/`: Today for a technician, the Board for the office.
    Home,
    /// The day of the signed-in user.
    Today,
    /// Every job on this phone.
    Jobs,
    /// One job.
    Job(JobId),
    /// The form that edits one job, or (`?change=`) corrects a refused change of it.
    JobEdit(JobId),
    /// What is unsent, what was refused, and how sync went.
    Sync,
    /// The user, this device, the app.
    Settings,
    /// The company's day, for the office.
    Board,
    /// Sign in again while signed in, or as somebody else.
    SignIn,
    /// Any other address.
    NotFound,
}

impl Route {
    /// The page at `path`.
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::Home,
            (Some("today"), None, _) => Self::Today,
            (Some("jobs"), None, _) => Self::Jobs,
            (Some("jobs"), Some(id), None) => id.parse().map_or(Self::NotFound, Self::Job),
            (Some("jobs"), Some(id), Some("edit")) if parts.next().is_none() => {
                id.parse().map_or(Self::NotFound, Self::JobEdit)
            }
            (Some("sync"), None, _) => Self::Sync,
            (Some("settings"), None, _) => Self::Settings,
            (Some("board"), None, _) => Self::Board,
            (Some("sign-in"), None, _) => Self::SignIn,
            _ => Self::NotFound,
        }
    }

    /// Its path.
    #[must_use]
    pub fn href(self) -> String {
        match self {
            Self::Home | Self::NotFound => "/".to_owned(),
            Self::Today => "/today".to_owned(),
            Self::Jobs => "/jobs".to_owned(),
            Self::Job(id) => format!("/jobs/{id}"),
            Self::JobEdit(id) => format!("/jobs/{id}/edit"),
            Self::Sync => "/sync".to_owned(),
            Self::Settings => "/settings".to_owned(),
            Self::Board => "/board".to_owned(),
            Self::SignIn => "/sign-in".to_owned(),
        }
    }

    /// The entry of the navigation it belongs to.
    #[must_use]
    pub fn section(self) -> Self {
        match self {
            Self::Job(_) | Self::JobEdit(_) => Self::Jobs,
            other => other,
        }
    }
}

/// A tab of the Sync page, `?tab=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SyncTab {
    /// What is unsent and what was refused.
    #[default]
    Pending,
    /// How sync went.
    Log,
}

impl SyncTab {
    /// The tab of that name; the first one for any other.
    #[must_use]
    pub fn parse(name: Option<&str>) -> Self {
        match name {
            Some("log") => Self::Log,
            _ => Self::Pending,
        }
    }

    /// Its address.
    #[must_use]
    pub fn href(self) -> &'static str {
        match self {
            Self::Pending => "/sync",
            Self::Log => "/sync?tab=log",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_at_its_own_address() {
        let job = "0193e0a1-0000-7000-8000-000000000001".parse().unwrap();
        for route in [
            Route::Home,
            Route::Today,
            Route::Jobs,
            Route::Job(job),
            Route::JobEdit(job),
            Route::Sync,
            Route::Settings,
            Route::Board,
            Route::SignIn,
        ] {
            assert_eq!(Route::parse(&route.href()), route);
            assert_eq!(Route::parse(&format!("{}/", route.href())), route);
        }
    }

    #[test]
    fn anything_else_is_not_found_and_never_a_wrong_page() {
        let job = "0193e0a1-0000-7000-8000-000000000001";
        let deeper = [format!("/jobs/{job}/edit/x"), format!("/jobs/{job}/x")];
        let others = ["/jobs/not-an-id", "/jobs/1/2", "/today/x", "/nope"];
        for path in deeper.iter().map(String::as_str).chain(others) {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }
}
