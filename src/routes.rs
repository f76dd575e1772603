//! The app's addresses: page, record, tab and filter live in the URL and nowhere else.
//!
//! Owns the paths in both directions. Must never navigate by itself.

use afield_domain::{
    AssetId, ContractId, CustomerId, JobId, Module, OrganizationId, PartId, PropertyId, RecordKey,
    RouteId, SubmissionId, TaskId,
};

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
    /// The form that makes a job that was found on site.
    JobNew,
    /// A service task of a job, with its form.
    Task(JobId, TaskId),
    /// A form that was submitted on a job.
    Submission(JobId, SubmissionId),
    /// A customer.
    Customer(CustomerId),
    /// An organization.
    Organization(OrganizationId),
    /// A property.
    Property(PropertyId),
    /// An asset.
    Asset(AssetId),
    /// A contract.
    Contract(ContractId),
    /// A part or a service.
    Part(PartId),
    /// The route of a day.
    DayRoute(RouteId),
    /// Where a photo that was shared with the app gets its job.
    Share,
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
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let found = match parts.as_slice() {
            [] => Some(Self::Home),
            ["today"] => Some(Self::Today),
            ["jobs"] => Some(Self::Jobs),
            ["jobs", "new"] => Some(Self::JobNew),
            ["jobs", id] => id.parse().map(Self::Job).ok(),
            ["jobs", id, "edit"] => id.parse().map(Self::JobEdit).ok(),
            ["jobs", id, "tasks", task] => both(id, task).map(|(id, task)| Self::Task(id, task)),
            ["jobs", id, "forms", form] => {
                both(id, form).map(|(id, form)| Self::Submission(id, form))
            }
            ["customers", id] => id.parse().map(Self::Customer).ok(),
            ["organizations", id] => id.parse().map(Self::Organization).ok(),
            ["properties", id] => id.parse().map(Self::Property).ok(),
            ["assets", id] => id.parse().map(Self::Asset).ok(),
            ["contracts", id] => id.parse().map(Self::Contract).ok(),
            ["parts", id] => id.parse().map(Self::Part).ok(),
            ["routes", id] => id.parse().map(Self::DayRoute).ok(),
            ["share"] => Some(Self::Share),
            ["sync"] => Some(Self::Sync),
            ["settings"] => Some(Self::Settings),
            ["board"] => Some(Self::Board),
            ["sign-in"] => Some(Self::SignIn),
            _ => None,
        };
        found.unwrap_or(Self::NotFound)
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
            Self::JobNew => "/jobs/new".to_owned(),
            Self::Task(job, task) => format!("/jobs/{job}/tasks/{task}"),
            Self::Submission(job, form) => format!("/jobs/{job}/forms/{form}"),
            Self::Customer(id) => format!("/customers/{id}"),
            Self::Organization(id) => format!("/organizations/{id}"),
            Self::Property(id) => format!("/properties/{id}"),
            Self::Asset(id) => format!("/assets/{id}"),
            Self::Contract(id) => format!("/contracts/{id}"),
            Self::Part(id) => format!("/parts/{id}"),
            Self::DayRoute(id) => format!("/routes/{id}"),
            Self::Share => "/share".to_owned(),
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
            Self::Job(_)
            | Self::JobEdit(_)
            | Self::JobNew
            | Self::Task(..)
            | Self::Submission(..)
            | Self::Customer(_)
            | Self::Organization(_)
            | Self::Property(_)
            | Self::Asset(_)
            | Self::Contract(_)
            | Self::Part(_)
            | Self::Share => Self::Jobs,
            Self::DayRoute(_) => Self::Today,
            other => other,
        }
    }
}

fn both<A: std::str::FromStr, B: std::str::FromStr>(one: &str, other: &str) -> Option<(A, B)> {
    Some((one.parse().ok()?, other.parse().ok()?))
}

/// The address of a record's page; none for what has none of its own.
#[must_use]
pub fn record_href(key: RecordKey) -> Option<String> {
    let id = key.id;
    let route = match key.module {
        Module::Job => Route::Job(JobId(id)),
        Module::Customer => Route::Customer(CustomerId(id)),
        Module::Organization => Route::Organization(OrganizationId(id)),
        Module::Property => Route::Property(PropertyId(id)),
        Module::Asset => Route::Asset(AssetId(id)),
        Module::Contract => Route::Contract(ContractId(id)),
        Module::Part => Route::Part(PartId(id)),
        Module::Route => Route::DayRoute(RouteId(id)),
        Module::Task
        | Module::Form
        | Module::Note
        | Module::Attachment
        | Module::Submission
        | Module::Conflict => return None,
    };
    Some(route.href())
}

/// A tab of a job's page, `?tab=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JobTab {
    /// What it is, and what to do next.
    #[default]
    Overview,
    /// The checklist.
    Checklist,
    /// The service tasks and their forms.
    Tasks,
    /// Assets, parts and services.
    Material,
    /// Notes, photos and files.
    Notes,
    /// What happened.
    History,
}

impl JobTab {
    /// Every tab, in the order of the screen.
    pub const ALL: [Self; 6] = [
        Self::Overview,
        Self::Checklist,
        Self::Tasks,
        Self::Material,
        Self::Notes,
        Self::History,
    ];

    /// Its name in the address.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Checklist => "checklist",
            Self::Tasks => "tasks",
            Self::Material => "material",
            Self::Notes => "notes",
            Self::History => "history",
        }
    }

    /// The tab of that name; the first one for any other.
    #[must_use]
    pub fn parse(name: Option<&str>) -> Self {
        let is_it = |tab: &Self| Some(tab.name()) == name;
        Self::ALL.into_iter().find(is_it).unwrap_or_default()
    }

    /// Its address on the page of `job`.
    #[must_use]
    pub fn href(self, job: JobId) -> String {
        match self {
            Self::Overview => Route::Job(job).href(),
            tab => format!("{}?tab={}", Route::Job(job).href(), tab.name()),
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
        let id: uuid::Uuid = "0193e0a1-0000-7000-8000-000000000002".parse().unwrap();
        for route in [
            Route::JobNew,
            Route::Task(job, TaskId(id)),
            Route::Submission(job, SubmissionId(id)),
            Route::Customer(CustomerId(id)),
            Route::Organization(OrganizationId(id)),
            Route::Property(PropertyId(id)),
            Route::Asset(AssetId(id)),
            Route::Contract(ContractId(id)),
            Route::Part(PartId(id)),
            Route::DayRoute(RouteId(id)),
            Route::Share,
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
