//! The wire: what phones, workers, boards and servers say to each other.
//!
//! Owns the types of push, pull, session, board and the messages between page and worker. Each has
//! a snapshot in `snapshots/`; an old snapshot must keep parsing, so fields are only ever added,
//! with a default. Must never hold a rule (that is `domain`) or do IO.

pub mod board;
pub mod company;
pub mod device;
pub mod envelope;
pub mod extent;
pub mod forms;
pub mod import;
pub mod mutation;
pub mod notifications;
pub mod office;
pub mod people;
pub mod preview;
pub mod pull;
pub mod push;
pub mod review;
mod said;
pub mod series;
mod session;
#[cfg(any(test, feature = "testing"))]
pub mod strange;
pub mod verdict;
pub mod worker_message;

pub use board::{
    ALIVE, AcceptanceRequest, Activity, ActivityKind, AssignRequest, BoardEvent, BoardJob,
    BoardResponse, PULL_NOW, RELOAD, Team,
};
pub use company::{CompanyAnswer, CompanyChange, CompanyPage, FlawedSetting, SettingChange};
pub use device::{
    ByJob, DeviceAnswer, DeviceReport, DeviceSeen, Devices, Holds, JobOnPhone, JobOwed, LostWork,
    Network, PHONE, PHONE_TOLD, PhoneState, PhoneTold,
};
pub use envelope::{
    ApiError, Envelope, EpochId, ErrorCode, PROTOCOL_VERSION, Reply, read_envelope,
};
pub use extent::Extent;
pub use forms::{FormFate, FormImported, FormLine, FormMade, FormRow, Forms, NewForm, OfficeForm};
pub use import::{
    ImportAlso, ImportAnswer, ImportColumn, ImportField, ImportFlaw, ImportLack, ImportLine,
    ImportReport, ImportSort,
};
pub use mutation::{Mutation, Replaced, Seq};
pub use notifications::{
    Notification, NotificationAnswer, NotificationData, NotificationEnd, NotificationFlaw,
    NotificationKey, NotificationKind, NotificationPayload, NotificationSet,
    NotificationSubscription, NotificationWishes, Notifications, QuietHours,
};
pub use office::{ActivityPage, Found, Holder, OfficeChange, OfficeCustomer, OfficeJob};
pub use people::{
    LinkRequest, LinkUsed, NewPerson, People, PeopleChanged, PeopleTrail, Person, PersonChange,
    PersonDeed, PersonDevice, PersonSession, RevokedSession, RightsPage, RightsTrail,
};
pub use preview::{Preview, PreviewRecords};
pub use pull::{Change, Cursor, LeftJob, ModuleTotal, PullResponse, UnreadChange};
pub use push::{PushRequest, PushResponse};
pub use review::{
    Decide, ReviewDecision, ReviewEntry, ReviewGroup, ReviewOutcome, ReviewPage, ReviewedJob,
};
pub use said::Said;
pub use series::{
    OfSeries, Series, SeriesContract, SeriesEnd, SeriesEnded, SeriesJob, SeriesRequest,
};
pub use session::{Company, SessionInfo, SignInRequest};
pub use verdict::{MutationVerdict, Verdict};

/// Paths of the API, shared so that client and server cannot disagree.
pub mod paths {
    /// Sign in (POST), who am I (GET), sign out (DELETE).
    pub const SESSION: &str = "/api/v1/session";
    /// The way to the company's own sign-in (GET, `?company=&return=`), and back (GET `{OWN_SIGN_IN}/callback`); the way to
    /// its sign-out (GET `{OWN_SIGN_IN}/end`). A page is led there: each answers with a redirect.
    pub const OWN_SIGN_IN: &str = "/api/v1/sign-in/oidc";
    /// Send mutations (POST).
    pub const PUSH: &str = "/api/v1/push";
    /// Fetch changes (GET, `?cursor=`).
    pub const PULL: &str = "/api/v1/pull";
    /// The dispatcher's day (GET, `?day=YYYY-MM-DD`).
    pub const BOARD: &str = "/api/v1/board";
    /// Board events as they happen (GET, server-sent events).
    pub const EVENTS: &str = "/api/v1/events";
    /// When there is something to pull (GET, server-sent events).
    pub const WAKE: &str = "/api/v1/wake";
    /// Reassign a job (POST `{ASSIGN}/{job id}`).
    pub const ASSIGN: &str = "/api/v1/assign";
    /// Everything of one job (GET `{JOBS}/{job id}`), for the office; a change of it, or a new job (POST).
    pub const JOBS: &str = "/api/v1/jobs";
    /// Everything of one customer (GET `{CUSTOMERS}/{customer id}`, `?skip=` jobs), for the office; a change of it (POST).
    pub const CUSTOMERS: &str = "/api/v1/customers";
    /// A series of jobs (GET `{SERIES}/{series id}`), a new one (POST), its end (POST `{SERIES}/{series id}/end`), for the office.
    pub const SERIES: &str = "/api/v1/series";
    /// One place, asset, contract or part (GET `{RECORDS}/{module}/{id}`), for the office; made or changed (POST).
    pub const RECORDS: &str = "/api/v1/records";
    /// Records of the company by what somebody typed (GET, `?module=&q=&of=&archived=&skip=`, or those that may be the
    /// same, `?module=customer&name=&phone=`), for the office.
    pub const FIND: &str = "/api/v1/find";
    /// What happened, page by page (GET, `?before=&job=`), for the office.
    pub const ACTIVITY: &str = "/api/v1/activity";
    /// The conflicts that nobody has settled (GET, `?limit=`), for the office.
    pub const CONFLICTS: &str = "/api/v1/conflicts";
    /// What came too late and waits for the office (GET, `?limit=`); a decision (POST), for the office.
    pub const REVIEWS: &str = "/api/v1/reviews";
    /// Jobs and answers of some days as a file (GET, `?from=&until=&format=`), for the office.
    pub const EXPORT: &str = "/api/v1/export";
    /// The company's forms (GET), a new one (POST), one with its versions (GET `{FORMS}/{form id}`), for the office.
    pub const FORMS: &str = "/api/v1/forms";
    /// A form out of an XLSForm workbook (POST, `?dry_run=&language=&name=&file=`), for the office.
    pub const IMPORT_FORM: &str = "/api/v1/forms/import";
    /// What stands in a file, what would become of its rows, or their import (POST the file, `?kind=&step=`), for the
    /// office.
    pub const IMPORTS: &str = "/api/v1/imports";
    /// The company's settings and who has changed them (GET, `?before=`), for the office; what shall stand (PUT), for admins.
    pub const COMPANY: &str = "/api/v1/company";
    /// What the company has taken from its roles and wants filled in (GET), and a change of it (POST), for admins.
    pub const RIGHTS: &str = "/api/v1/rights";
    /// The people of the company (GET), somebody new (POST), a change of one (POST `{PEOPLE}/{user id}`), for admins.
    pub const PEOPLE: &str = "/api/v1/people";
    /// Set one's password by a sign-in link, and sign in (POST).
    pub const LINK: &str = "/api/v1/link";
    /// What this user's devices are told of while the app is closed (GET); a device that shall be told (PUT), and no
    /// more (DELETE).
    pub const NOTIFICATIONS: &str = "/api/v1/notifications";
    /// By what a browser knows this server (GET).
    pub const NOTIFICATION_KEY: &str = "/api/v1/notifications/key";
    /// Accept or reject a job (POST `{ACCEPTANCE}/{job id}`).
    pub const ACCEPTANCE: &str = "/api/v1/acceptance";
    /// Tell what stands on this device alone (POST).
    pub const DEVICE: &str = "/api/v1/device";
    /// What the office sees of all devices.
    pub const DEVICES: &str = "/api/v1/devices";
    /// What a technician's phone would hold (GET `{PREVIEW}/{user id}`), for the office.
    pub const PREVIEW: &str = "/api/v1/preview";
    /// The header by which the office's page reads as a technician's phone does: that technician's id. Only what a phone
    /// reads can be asked for with it.
    pub const PREVIEW_OF: &str = "afield-preview";
    /// Begin to send the bytes of a file (POST); go on with it (HEAD, PATCH), fetch it (GET) at
    /// `{FILES}/{attachment id}`. Sent by tus 1.0.
    pub const FILES: &str = "/api/v1/files";
    /// Is the server there (GET).
    pub const HEALTH: &str = "/api/v1/health";
}

#[cfg(test)]
mod board_snapshot_tests;
#[cfg(test)]
mod company_snapshot_tests;
#[cfg(test)]
mod forms_snapshot_tests;
#[cfg(test)]
mod notification_snapshot_tests;
#[cfg(test)]
mod preview_snapshot_tests;
#[cfg(test)]
mod review_snapshot_tests;
#[cfg(test)]
mod shipped_tests;
#[cfg(test)]
mod snapshot_tests;
#[cfg(test)]
mod unknown_tests;
#[cfg(test)]
mod unread_tests;
#[cfg(test)]
mod work_snapshot_tests;
