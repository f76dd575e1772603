//! The rows of the matrix: every route, what is asked of it, and who is answered what.

use super::asks::{Asks, Row};
use afield_protocol::paths;

pub(super) const fn row(
    method: &'static str,
    path: &'static str,
    asks: Asks,
    answers: [&'static str; 8],
) -> Row {
    Row {
        method,
        path,
        asks,
        answers,
    }
}

pub(super) const SIGNED_IN: [&str; 8] = ["200", "200", "200", "200", "401", "401", "200", "200"];
const OFFICE: [&str; 8] = ["403", "403", "200", "200", "401", "401", "403", "200"];
const ADMIN: [&str; 8] = ["403", "403", "403", "200", "401", "401", "403", "403"];
const ADMIN_NOWHERE: [&str; 8] = ["403", "403", "403", "404", "401", "401", "403", "403"];
const ALL: [&str; 8] = ["200"; 8];

const NOWHERE: [&str; 8] = ["404", "404", "404", "404", "401", "401", "404", "404"];

const PUSH: &str = paths::PUSH;
const ASSIGN: &str = "/api/v1/assign/{job}";
const ACCEPT: &str = "/api/v1/acceptance/{job}";

const JOB: &str = "/api/v1/jobs/{job}";

const PERSON: &str = "/api/v1/people/{user}";

const CUSTOMER: &str = "/api/v1/customers/{customer}";
const RECORD: &str = "/api/v1/records/{module}/{id}";
pub(super) const OF_OFFICE: [&str; 8] = ["403", "403", "200", "200", "401", "401", "403", "404"];
pub(super) const NOWHERE_FOR_OFFICE: [&str; 8] =
    ["403", "403", "404", "404", "401", "401", "403", "404"];
const INVALID_FOR_OFFICE: [&str; 8] = ["403", "403", "400", "400", "401", "401", "403", "400"];

const FORM: &str = "/api/v1/forms/{form}";

const EXPORT_CSV: &str = "?from=2026-11-21&until=2026-11-21&format=csv";
const EXPORT_COUNT: &str = "?from=2026-11-21&until=2026-11-21&format=count";

const FILE: &str = "/api/v1/files/{attachment}";

const SERIES: &str = "/api/v1/series/{series}";
const SERIES_END: &str = "/api/v1/series/{series}/end";

pub(super) static ROWS: &[Row] = &[
    row("POST", SERIES, Asks::BeginSeries, OFFICE),
    row("GET", SERIES, Asks::Series, OF_OFFICE),
    row("HEAD", SERIES, Asks::Series, OF_OFFICE),
    row("GET", SERIES, Asks::SeriesNowhere, NOWHERE_FOR_OFFICE),
    row("GET", SERIES, Asks::SeriesUnreadable, NOWHERE_FOR_OFFICE),
    row("POST", SERIES_END, Asks::EndSeries, OF_OFFICE),
    row(
        "POST",
        SERIES_END,
        Asks::EndSeriesNowhere,
        NOWHERE_FOR_OFFICE,
    ),
    row(
        "POST",
        SERIES_END,
        Asks::EndSeriesUnreadable,
        INVALID_FOR_OFFICE,
    ),
    row("GET", paths::BOARD, Asks::Query("?days=7"), OFFICE),
    row(
        "GET",
        paths::BOARD,
        Asks::Query("?days=8"),
        INVALID_FOR_OFFICE,
    ),
    row("GET", paths::FORMS, Asks::Plain, OFFICE),
    row("HEAD", paths::FORMS, Asks::Plain, OFFICE),
    row("POST", paths::FORMS, Asks::MakeForm, OFFICE),
    row(
        "POST",
        paths::FORMS,
        Asks::MakeVersionOfNothing,
        NOWHERE_FOR_OFFICE,
    ),
    row("POST", paths::IMPORT_FORM, Asks::Workbook, OFFICE),
    row("GET", FORM, Asks::Form, OF_OFFICE),
    row("HEAD", FORM, Asks::Form, OF_OFFICE),
    row("GET", FORM, Asks::FormNowhere, NOWHERE_FOR_OFFICE),
    row("GET", FORM, Asks::FormUnreadable, NOWHERE_FOR_OFFICE),
    row("GET", paths::RIGHTS, Asks::Plain, ADMIN),
    row("HEAD", paths::RIGHTS, Asks::Plain, ADMIN),
    row("GET", paths::PEOPLE, Asks::Plain, ADMIN),
    row("HEAD", paths::PEOPLE, Asks::Plain, ADMIN),
    row("POST", paths::PEOPLE, Asks::AddPerson, ADMIN),
    row("POST", PERSON, Asks::RenameAnna, ADMIN),
    row("POST", PERSON, Asks::RenameTom, ADMIN_NOWHERE),
    row("POST", PERSON, Asks::RenameNobody, ADMIN_NOWHERE),
    row("POST", paths::LINK, Asks::WrongLink, ["404"; 8]),
    row("GET", paths::HEALTH, Asks::Plain, ALL),
    row("HEAD", paths::HEALTH, Asks::Plain, ALL),
    row("GET", paths::SESSION, Asks::Plain, SIGNED_IN),
    row("HEAD", paths::SESSION, Asks::Plain, SIGNED_IN),
    row("GET", paths::PULL, Asks::Plain, SIGNED_IN),
    row("HEAD", paths::PULL, Asks::Plain, SIGNED_IN),
    row(
        "GET",
        paths::PULL,
        Asks::OfAnna,
        ["200", "401", "401", "401", "401", "401", "401", "401"],
    ),
    row(
        "GET",
        paths::PULL,
        Asks::Query("?cursor=c1.1.1"),
        ["410", "410", "410", "410", "401", "401", "410", "410"],
    ),
    row("GET", paths::BOARD, Asks::Plain, OFFICE),
    row("HEAD", paths::BOARD, Asks::Plain, OFFICE),
    row(
        "GET",
        paths::BOARD,
        Asks::Query("?day=today"),
        ["403", "403", "400", "400", "401", "401", "403", "400"],
    ),
    row("GET", paths::EVENTS, Asks::Plain, OFFICE),
    row("HEAD", paths::EVENTS, Asks::Plain, OFFICE),
    row("GET", paths::WAKE, Asks::Plain, SIGNED_IN),
    row("HEAD", paths::WAKE, Asks::Plain, SIGNED_IN),
    row(
        "POST",
        PUSH,
        Asks::NoteOfAnna,
        [
            "applied",
            "forbidden",
            "applied",
            "applied",
            "401",
            "401",
            "not_found",
            "not_found",
        ],
    ),
    row(
        "POST",
        PUSH,
        Asks::NoteOfNobody,
        [
            "forbidden",
            "forbidden",
            "applied",
            "applied",
            "401",
            "401",
            "not_found",
            "not_found",
        ],
    ),
    row(
        "POST",
        PUSH,
        Asks::NoteNowhere,
        [
            "not_found",
            "not_found",
            "not_found",
            "not_found",
            "401",
            "401",
            "not_found",
            "not_found",
        ],
    ),
    row(
        "POST",
        PUSH,
        Asks::AsAnna,
        ["applied", "401", "401", "401", "401", "401", "401", "401"],
    ),
    row(
        "POST",
        PUSH,
        Asks::BringAnna,
        [
            "applied", "403", "applied", "applied", "401", "401", "403", "404",
        ],
    ),
    row(
        "POST",
        PUSH,
        Asks::BringAda,
        ["403", "403", "403", "applied", "401", "401", "403", "404"],
    ),
    row(
        "POST",
        PUSH,
        Asks::BringUnreadable,
        ["400", "400", "400", "400", "401", "401", "400", "400"],
    ),
    row(
        "POST",
        ASSIGN,
        Asks::Assign,
        ["403", "403", "200", "200", "401", "401", "403", "404"],
    ),
    row(
        "POST",
        ASSIGN,
        Asks::AssignElsewhere,
        ["403", "403", "404", "404", "401", "401", "403", "404"],
    ),
    row(
        "POST",
        ASSIGN,
        Asks::AssignNowhere,
        ["403", "403", "404", "404", "401", "401", "403", "404"],
    ),
    row(
        "GET",
        JOB,
        Asks::Job,
        ["403", "403", "200", "200", "401", "401", "403", "404"],
    ),
    row(
        "HEAD",
        JOB,
        Asks::Job,
        ["403", "403", "200", "200", "401", "401", "403", "404"],
    ),
    row(
        "GET",
        JOB,
        Asks::JobNowhere,
        ["403", "403", "404", "404", "401", "401", "403", "404"],
    ),
    row(
        "GET",
        JOB,
        Asks::JobUnreadable,
        ["403", "403", "404", "404", "401", "401", "403", "404"],
    ),
    row(
        "POST",
        JOB,
        Asks::Change,
        ["403", "403", "200", "200", "401", "401", "403", "404"],
    ),
    row(
        "POST",
        JOB,
        Asks::ChangeNowhere,
        ["403", "403", "404", "404", "401", "401", "403", "404"],
    ),
    row(
        "POST",
        JOB,
        Asks::ChangeOfAnother,
        ["403", "403", "400", "400", "401", "401", "403", "400"],
    ),
    row("POST", JOB, Asks::MakeJob, OFFICE),
    row("POST", JOB, Asks::PlanJob, OFFICE),
    row("POST", JOB, Asks::PlanForNew, OFFICE),
    row("GET", CUSTOMER, Asks::Customer, OF_OFFICE),
    row("HEAD", CUSTOMER, Asks::Customer, OF_OFFICE),
    row("GET", CUSTOMER, Asks::CustomerNowhere, NOWHERE_FOR_OFFICE),
    row(
        "GET",
        CUSTOMER,
        Asks::CustomerUnreadable,
        NOWHERE_FOR_OFFICE,
    ),
    row("POST", CUSTOMER, Asks::EditCustomer, OF_OFFICE),
    row(
        "POST",
        CUSTOMER,
        Asks::EditCustomerNowhere,
        NOWHERE_FOR_OFFICE,
    ),
    row(
        "POST",
        CUSTOMER,
        Asks::EditAnotherCustomer,
        INVALID_FOR_OFFICE,
    ),
    row(
        "GET",
        paths::FIND,
        Asks::Query("?module=customer&name=Hansen&phone=1"),
        OFFICE,
    ),
    row(
        "POST",
        JOB,
        Asks::AttachFile,
        ["403", "403", "200", "200", "401", "401", "403", "404"],
    ),
    row(
        "POST",
        JOB,
        Asks::AttachNowhere,
        ["403", "403", "404", "404", "401", "401", "403", "404"],
    ),
    row("GET", paths::COMPANY, Asks::Plain, OFFICE),
    row("HEAD", paths::COMPANY, Asks::Plain, OFFICE),
    row(
        "GET",
        paths::COMPANY,
        Asks::Query("?before=x"),
        ["403", "403", "400", "400", "401", "401", "403", "400"],
    ),
    row(
        "PUT",
        paths::COMPANY,
        Asks::Settings,
        ["403", "403", "403", "200", "401", "401", "403", "403"],
    ),
    row(
        "PUT",
        paths::COMPANY,
        Asks::SettingsFlawed,
        ["403", "403", "403", "400", "401", "401", "403", "403"],
    ),
    row(
        "PUT",
        paths::COMPANY,
        Asks::SettingsOfAnother,
        ["403", "403", "403", "409", "401", "401", "403", "403"],
    ),
    // Another version of what is set stands afterwards.
    row("POST", paths::RIGHTS, Asks::TakeRight, ADMIN),
    row(
        "GET",
        paths::FIND,
        Asks::Query("?module=customer&q=a"),
        OFFICE,
    ),
    row(
        "GET",
        paths::FIND,
        Asks::Query("?module=job"),
        ["403", "403", "400", "400", "401", "401", "403", "400"],
    ),
    row(
        "GET",
        paths::FIND,
        Asks::Plain,
        ["403", "403", "400", "400", "401", "401", "403", "400"],
    ),
    row("HEAD", paths::FIND, Asks::Query("?module=form"), OFFICE),
    row("GET", paths::CONFLICTS, Asks::Plain, OFFICE),
    row("HEAD", paths::CONFLICTS, Asks::Query("?limit=0"), OFFICE),
    row(
        "GET",
        paths::CONFLICTS,
        Asks::Query("?limit=x"),
        ["403", "403", "400", "400", "401", "401", "403", "400"],
    ),
    row("GET", paths::REVIEWS, Asks::Plain, OFFICE),
    row("HEAD", paths::REVIEWS, Asks::Query("?limit=0"), OFFICE),
    row("POST", paths::REVIEWS, Asks::DecideReview, OFFICE),
    row("GET", paths::EXPORT, Asks::Query(EXPORT_CSV), OFFICE),
    row("HEAD", paths::EXPORT, Asks::Query(EXPORT_CSV), OFFICE),
    row("GET", paths::EXPORT, Asks::Query(EXPORT_COUNT), OFFICE),
    row(
        "GET",
        paths::EXPORT,
        Asks::Plain,
        ["403", "403", "400", "400", "401", "401", "403", "400"],
    ),
    row("GET", RECORD, Asks::Place, OF_OFFICE),
    row("HEAD", RECORD, Asks::Place, OF_OFFICE),
    row("GET", RECORD, Asks::PlaceNowhere, NOWHERE_FOR_OFFICE),
    row("GET", RECORD, Asks::NoSuchKind, NOWHERE_FOR_OFFICE),
    row("POST", RECORD, Asks::EditPlace, OF_OFFICE),
    row("POST", RECORD, Asks::EditPlaceNowhere, NOWHERE_FOR_OFFICE),
    row(
        "POST",
        paths::IMPORTS,
        Asks::ImportFile("?kind=contracts&step=look"),
        OFFICE,
    ),
    row(
        "POST",
        paths::IMPORTS,
        Asks::ImportFile("?kind=customers&step=import"),
        OFFICE,
    ),
    row(
        "POST",
        paths::IMPORTS,
        Asks::ImportFile("?kind=parts&step=import"),
        OFFICE,
    ),
    row(
        "POST",
        paths::IMPORTS,
        Asks::ImportFile("?kind=people&step=look"),
        INVALID_FOR_OFFICE,
    ),
    row("GET", paths::DEVICES, Asks::Plain, OFFICE),
    row("HEAD", paths::DEVICES, Asks::Plain, OFFICE),
    row("GET", paths::ACTIVITY, Asks::Plain, OFFICE),
    row("HEAD", paths::ACTIVITY, Asks::Plain, OFFICE),
    row(
        "POST",
        ACCEPT,
        Asks::Accept,
        ["200", "403", "403", "403", "401", "401", "404", "404"],
    ),
    row(
        "POST",
        ACCEPT,
        Asks::AcceptNowhere,
        ["404", "404", "404", "404", "401", "401", "404", "404"],
    ),
    row(
        "POST",
        ACCEPT,
        Asks::AcceptUnreadable,
        ["404", "404", "404", "404", "401", "401", "404", "404"],
    ),
    row("POST", paths::DEVICE, Asks::Report, SIGNED_IN),
    row(
        "POST",
        paths::DEVICE,
        Asks::ReportOfAnna,
        ["200", "401", "401", "401", "401", "401", "401", "401"],
    ),
    row("OPTIONS", paths::FILES, Asks::Plain, ["204"; 8]),
    row("OPTIONS", FILE, Asks::Plain, ["204"; 8]),
    row(
        "POST",
        paths::FILES,
        Asks::BeginFile,
        ["201", "404", "404", "404", "401", "401", "404", "404"],
    ),
    row(
        "HEAD",
        FILE,
        Asks::FileOffset,
        ["200", "404", "404", "404", "401", "401", "404", "404"],
    ),
    row(
        "PATCH",
        FILE,
        Asks::FileBytes,
        ["204", "404", "404", "404", "401", "401", "404", "404"],
    ),
    row(
        "POST",
        paths::FILES,
        Asks::BeginOfAnna,
        ["201", "403", "201", "201", "401", "401", "403", "404"],
    ),
    row(
        "HEAD",
        FILE,
        Asks::OffsetOfAnna,
        ["200", "403", "200", "200", "401", "401", "403", "404"],
    ),
    row(
        "PATCH",
        FILE,
        Asks::BytesOfAnna,
        ["204", "403", "204", "204", "401", "401", "403", "404"],
    ),
    row(
        "HEAD",
        FILE,
        Asks::FileOfOffice,
        ["404", "404", "200", "404", "401", "401", "404", "404"],
    ),
    row(
        "PATCH",
        FILE,
        Asks::BytesOfOffice,
        ["404", "404", "204", "404", "401", "401", "404", "404"],
    ),
    row(
        "GET",
        FILE,
        Asks::File,
        ["200", "404", "200", "200", "401", "401", "404", "404"],
    ),
    row("GET", FILE, Asks::Plain, NOWHERE),
    row("HEAD", FILE, Asks::FileNowhere, NOWHERE),
    // These two end sessions: last.
    row(
        "POST",
        paths::SESSION,
        Asks::SignIn,
        ["200", "200", "200", "200", "401", "401", "200", "200"],
    ),
    row("DELETE", paths::SESSION, Asks::Plain, ALL),
];
