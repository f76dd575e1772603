//! The app's addresses: page, record, tab and filter live in the URL and nowhere else.
//!
//! Owns the paths in both directions. Must never navigate by itself.

use crate::kinds;
use afield_domain::{
    CustomerId, JobId, RecordKey, RouteId, SeriesId, SubmissionId, TaskId, TemplateId, UserId,
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
    /// The service report of a job.
    Report(JobId),
    /// A service task of a job, with its form.
    Task(JobId, TaskId),
    /// A form that was submitted on a job.
    Submission(JobId, SubmissionId),
    /// A record beside the jobs: a customer, a property, an asset and so on.
    Record(RecordKey),
    /// The route of a day.
    DayRoute(RouteId),
    /// Where a photo that was shared with the app gets its job.
    Share,
    /// What is unsent, what was refused, and how sync went.
    Sync,
    /// Whether a day can be worked without a network.
    Ready,
    /// What of the day the office has.
    Receipts,
    /// Unsent work as a file, and such a file.
    Rescue,
    /// The user, this device, the app.
    Settings,
    /// The company's day, for the office.
    Board,
    /// One job, for the office.
    OfficeJob(JobId),
    /// Jobs that repeat, for the office.
    Series(SeriesId),
    /// The form by which the office makes a job for anyone.
    OfficeNew,
    /// The company's customers, for the office.
    Customers,
    /// One customer, for the office.
    OfficeCustomer(CustomerId),
    /// The company's forms, for the office.
    Forms,
    /// One form, for the office.
    OfficeForm(TemplateId),
    /// Where the office builds a form, or another version of one.
    FormBuilder(Option<TemplateId>),
    /// Where the office brings in a form as a workbook.
    FormImport,
    /// The assets of every customer, for the office.
    Assets,
    /// Parts and services, for the office.
    Parts,
    /// The conflicts that nobody has settled, for the office.
    Conflicts,
    /// Jobs and answers as a file, for the office.
    Export,
    /// A file with customers, jobs or assets, for the office.
    Import,
    /// What each phone holds and owes, for the office.
    Devices,
    /// What a technician's phone shows, for the office; of nobody's yet.
    Preview(Option<UserId>),
    /// What an admin sets for the company, for the office.
    Company,
    /// What each role may do, for admins.
    Rights,
    /// Who works here, for admins.
    People,
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
            ["jobs", id, "report"] => id.parse().map(Self::Report).ok(),
            ["jobs", id, "tasks", task] => both(id, task).map(|(id, task)| Self::Task(id, task)),
            ["jobs", id, "forms", form] => {
                both(id, form).map(|(id, form)| Self::Submission(id, form))
            }
            ["routes", id] => id.parse().map(Self::DayRoute).ok(),
            ["share"] => Some(Self::Share),
            ["sync"] => Some(Self::Sync),
            ["ready"] => Some(Self::Ready),
            ["received"] => Some(Self::Receipts),
            ["rescue"] => Some(Self::Rescue),
            ["settings"] => Some(Self::Settings),
            ["board"] => Some(Self::Board),
            ["dispatch", "new"] => Some(Self::OfficeNew),
            ["dispatch", "series", id] => id.parse().map(Self::Series).ok(),
            ["dispatch", "customers"] => Some(Self::Customers),
            ["dispatch", "customers", id] => id.parse().map(Self::OfficeCustomer).ok(),
            ["dispatch", "forms"] => Some(Self::Forms),
            ["dispatch", "forms", "new"] => Some(Self::FormBuilder(None)),
            ["dispatch", "forms", "import"] => Some(Self::FormImport),
            ["dispatch", "forms", id] => id.parse().map(Self::OfficeForm).ok(),
            ["dispatch", "forms", id, "new"] => {
                id.parse().map(|id| Self::FormBuilder(Some(id))).ok()
            }
            ["dispatch", "assets"] => Some(Self::Assets),
            ["dispatch", "parts"] => Some(Self::Parts),
            ["dispatch", "conflicts"] => Some(Self::Conflicts),
            ["dispatch", "export"] => Some(Self::Export),
            ["dispatch", "import"] => Some(Self::Import),
            ["dispatch", "devices"] => Some(Self::Devices),
            ["dispatch", "preview"] => Some(Self::Preview(None)),
            ["dispatch", "preview", id] => id.parse().map(|id| Self::Preview(Some(id))).ok(),
            ["dispatch", "company"] => Some(Self::Company),
            ["dispatch", "rights"] => Some(Self::Rights),
            ["dispatch", "people"] => Some(Self::People),
            ["dispatch", "job", id] => id.parse().map(Self::OfficeJob).ok(),
            ["sign-in"] => Some(Self::SignIn),
            [kind, id] => record_page(kind, id),
            _ => None,
        };
        found.unwrap_or(Self::NotFound)
    }

    /// The path of this page.
    #[must_use]
    pub fn href(self) -> String {
        match self {
            Self::Home | Self::NotFound => "/".to_owned(),
            Self::Today => "/today".to_owned(),
            Self::Jobs => "/jobs".to_owned(),
            Self::Job(id) => format!("/jobs/{id}"),
            Self::JobEdit(id) => format!("/jobs/{id}/edit"),
            Self::JobNew => "/jobs/new".to_owned(),
            Self::Report(id) => format!("/jobs/{id}/report"),
            Self::Task(job, task) => format!("/jobs/{job}/tasks/{task}"),
            Self::Submission(job, form) => format!("/jobs/{job}/forms/{form}"),
            Self::Record(key) => record_href(key).unwrap_or_else(|| Self::NotFound.href()),
            Self::DayRoute(id) => format!("/routes/{id}"),
            Self::Share => "/share".to_owned(),
            Self::Sync => "/sync".to_owned(),
            Self::Ready => "/ready".to_owned(),
            Self::Receipts => "/received".to_owned(),
            Self::Rescue => "/rescue".to_owned(),
            Self::Settings => "/settings".to_owned(),
            Self::Board => "/board".to_owned(),
            Self::OfficeJob(id) => format!("/dispatch/job/{id}"),
            Self::OfficeNew => "/dispatch/new".to_owned(),
            Self::Series(id) => format!("/dispatch/series/{id}"),
            Self::Customers => "/dispatch/customers".to_owned(),
            Self::OfficeCustomer(id) => format!("/dispatch/customers/{id}"),
            Self::Forms => "/dispatch/forms".to_owned(),
            Self::OfficeForm(id) => format!("/dispatch/forms/{id}"),
            Self::FormBuilder(None) => "/dispatch/forms/new".to_owned(),
            Self::FormBuilder(Some(id)) => format!("/dispatch/forms/{id}/new"),
            Self::FormImport => "/dispatch/forms/import".to_owned(),
            Self::Assets => "/dispatch/assets".to_owned(),
            Self::Parts => "/dispatch/parts".to_owned(),
            Self::Conflicts => "/dispatch/conflicts".to_owned(),
            Self::Export => "/dispatch/export".to_owned(),
            Self::Import => "/dispatch/import".to_owned(),
            Self::Devices => "/dispatch/devices".to_owned(),
            Self::Preview(None) => "/dispatch/preview".to_owned(),
            Self::Preview(Some(id)) => format!("/dispatch/preview/{id}"),
            Self::Company => "/dispatch/company".to_owned(),
            Self::Rights => "/dispatch/rights".to_owned(),
            Self::People => "/dispatch/people".to_owned(),
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
            | Self::Report(_)
            | Self::Task(..)
            | Self::Submission(..)
            | Self::Record(_)
            | Self::Share => Self::Jobs,
            Self::DayRoute(_) | Self::Ready => Self::Today,
            Self::OfficeJob(_)
            | Self::OfficeNew
            | Self::Series(_)
            | Self::Customers
            | Self::OfficeCustomer(_)
            | Self::Forms
            | Self::OfficeForm(_)
            | Self::FormBuilder(_)
            | Self::FormImport
            | Self::Assets
            | Self::Parts
            | Self::Conflicts
            | Self::Export
            | Self::Import
            | Self::Company
            | Self::Devices
            | Self::Preview(_)
            | Self::Rights
            | Self::People => Self::Board,
            Self::Receipts | Self::Rescue => Self::Sync,
            other => other,
        }
    }
}

fn both<A: std::str::FromStr, B: std::str::FromStr>(one: &str, other: &str) -> Option<(A, B)> {
    Some((one.parse().ok()?, other.parse().ok()?))
}

/// The page of a record that stands at `/{kind}/{id}`.
fn record_page(kind: &str, id: &str) -> Option<Route> {
    let module = kinds::module_at(kind)?;
    let id = id.parse().ok()?;
    Some(Route::Record(RecordKey { module, id }))
}

/// The address of a record's page; none for what has none of its own.
#[must_use]
pub fn record_href(key: RecordKey) -> Option<String> {
    let path = kinds::page_path(key.module)?;
    Some(format!("/{path}/{}", key.id))
}

/// The tabs of a page, `?tab=`: the first one is shown when the address names none.
macro_rules! tabs {
    (
        $(#[$doc:meta])* $tabs:ident:
        $(#[$first_doc:meta])* $first:ident = $first_name:literal,
        $($(#[$tab_doc:meta])* $tab:ident = $name:literal,)+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub enum $tabs {
            $(#[$first_doc])*
            #[default]
            $first,
            $($(#[$tab_doc])* $tab,)+
        }

        impl $tabs {
            /// Every tab, in the order of the screen.
            pub const ALL: [Self; [$first_name, $($name),+].len()] = [Self::$first, $(Self::$tab),+];

            /// Its name in the address.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    Self::$first => $first_name,
                    $(Self::$tab => $name,)+
                }
            }

            /// The tab of that name; the first one for any other.
            #[must_use]
            pub fn parse(name: Option<&str>) -> Self {
                let is_it = |tab: &Self| Some(tab.name()) == name;
                Self::ALL.into_iter().find(is_it).unwrap_or_default()
            }

            /// Its address on the `page` whose tab it is.
            fn on(self, page: Route) -> String {
                let page = page.href();
                match self {
                    Self::$first => page,
                    tab => format!("{page}?tab={}", tab.name()),
                }
            }
        }
    };
}

tabs! {
    /// A tab of a job's page.
    JobTab:
    /// What it is, and what to do next.
    Overview = "overview",
    /// The checklist.
    Checklist = "checklist",
    /// The service tasks and their forms.
    Tasks = "tasks",
    /// Assets, parts and services.
    Material = "material",
    /// Notes, photos and files.
    Notes = "notes",
    /// What happened.
    History = "history",
}

tabs! {
    /// A tab of the Sync page.
    SyncTab:
    /// What is unsent, in the order of sending.
    Unsent = "unsent",
    /// What the last attempt could not send.
    Pending = "pending",
    /// How sync went.
    Log = "log",
}

impl JobTab {
    /// The tab that the address shows.
    #[cfg(target_family = "wasm")]
    #[must_use]
    pub fn of_address() -> Self {
        let query = leptos_router::hooks::use_query_map();
        let read = |query: &leptos_router::params::ParamsMap| Self::parse(query.get_str("tab"));
        leptos::prelude::WithUntracked::with_untracked(&query, read)
    }

    /// Its address on the page of `job`.
    #[must_use]
    pub fn href(self, job: JobId) -> String {
        self.on(Route::Job(job))
    }
}

/// What a job's page asks before a step, `?ask=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobAsk {
    /// Why it is finished with something left open.
    Finish,
    /// Why it could not be done.
    NotPossible,
    /// What becomes of the other job that is started.
    Start,
}

impl JobAsk {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Finish, "finish"),
        (Self::NotPossible, "not-possible"),
        (Self::Start, "start"),
    ];

    /// What the address asks.
    #[must_use]
    pub fn parse(name: Option<&str>) -> Option<Self> {
        let is_it = |(_, known): &&(Self, &str)| Some(*known) == name;
        Self::ALL.iter().find(is_it).map(|(ask, _)| *ask)
    }

    /// Its address over `tab` of the page of `job`.
    #[must_use]
    pub fn href(self, job: JobId, tab: JobTab) -> String {
        let is_it = |(ask, _): &&(Self, &str)| *ask == self;
        let name = Self::ALL.iter().find(is_it).map_or("", |(_, name)| name);
        format!("{}?tab={}&ask={name}", Route::Job(job).href(), tab.name())
    }
}

impl SyncTab {
    /// Its address.
    #[must_use]
    pub fn href(self) -> String {
        self.on(Route::Sync)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::Module;

    #[test]
    fn every_page_is_found_at_its_own_address() {
        let job = "0193e0a1-0000-7000-8000-000000000001".parse().unwrap();
        let id: uuid::Uuid = "0193e0a1-0000-7000-8000-000000000002".parse().unwrap();
        for route in [
            Route::JobNew,
            Route::Rights,
            Route::People,
            Route::Task(job, TaskId(id)),
            Route::Submission(job, SubmissionId(id)),
            Route::DayRoute(RouteId(id)),
            Route::Share,
            Route::Home,
            Route::Today,
            Route::Jobs,
            Route::Job(job),
            Route::JobEdit(job),
            Route::Sync,
            Route::Ready,
            Route::Receipts,
            Route::Rescue,
            Route::Settings,
            Route::Board,
            Route::OfficeJob(job),
            Route::Conflicts,
            Route::Export,
            Route::Series(SeriesId(id)),
            Route::Import,
            Route::Assets,
            Route::Parts,
            Route::Company,
            Route::Devices,
            Route::Preview(None),
            Route::Preview(Some(UserId(id))),
            Route::Customers,
            Route::OfficeCustomer(CustomerId(id)),
            Route::SignIn,
        ] {
            assert_eq!(Route::parse(&route.href()), route);
            assert_eq!(Route::parse(&format!("{}/", route.href())), route);
        }
    }

    #[test]
    fn a_record_has_the_page_of_its_kind() {
        let id: uuid::Uuid = "0193e0a1-0000-7000-8000-000000000002".parse().unwrap();
        for module in Module::ALL {
            let Some(href) = record_href(RecordKey { module, id }) else {
                continue;
            };
            let wanted = match module {
                Module::Job => Route::Job(JobId(id)),
                Module::Route => Route::DayRoute(RouteId(id)),
                _ => Route::Record(RecordKey { module, id }),
            };
            assert_eq!(Route::parse(&href), wanted, "{href}");
        }
        let asset = RecordKey {
            module: Module::Asset,
            id,
        };
        assert_eq!(Route::Record(asset).href(), format!("/assets/{id}"));
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
