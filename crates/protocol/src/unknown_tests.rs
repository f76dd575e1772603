//! Unknown words never fail the whole: every place of every snapshot, of this version and of all that
//! were shipped, gets in turn what this build cannot know, and all the rest is read as before.

mod company;
mod forms;
mod notifications;
mod whole;

use crate::strange::{files, places, strange};
use crate::worker_message::{FromWorker, Notice, ToWorker};
use crate::*;
use afield_domain::wire::take_left_out;
use afield_domain::{Op, PhotoMark, StatusStep};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;
use whole::WHOLE_MAY_FAIL;

/// What was read, piece by piece: the place in the JSON, and the piece.
type Pieces = Vec<(String, String)>;

fn piece(place: &str, value: &impl Debug) -> (String, String) {
    (place.to_owned(), format!("{value:?}"))
}

fn pieces<'a, T: Debug + 'a>(place: &str, list: impl IntoIterator<Item = &'a T>) -> Pieces {
    let place = format!("{place}.*");
    list.into_iter().map(|value| piece(&place, value)).collect()
}

pub(crate) fn read<T: DeserializeOwned>(json: &Value) -> Option<T> {
    serde_json::from_str(&json.to_string()).ok()
}

/// The envelope's own pieces and those of its answer; none if the whole cannot be read.
fn enveloped<T: DeserializeOwned + Debug>(
    json: &Value,
    answer: impl Fn(&T) -> Pieces,
) -> Option<Pieces>
where
    Envelope<T>: DeserializeOwned,
{
    let envelope: Envelope<T> = read(json)?;
    let mut all = vec![piece("build", &envelope.build)];
    match &envelope.reply {
        Reply::Ok(value) => all.extend(answer(value)),
        Reply::Error(error) => {
            all.push(piece("reply.error.code", &error.code));
            all.push(piece("reply.error.message", &error.message));
            all.push(piece("reply.error.retry_after_ms", &error.retry_after_ms));
        }
        Reply::Unread => return None,
    }
    Some(all)
}

fn is_read(change: &&Change) -> bool {
    !matches!(change, Change::Unread(_))
}

/// What is read of `json` as the type that its snapshot is named after.
fn read_as(name: &str, json: &Value) -> Option<Pieces> {
    match name {
        "pull_response" | "pull_work" | "pull_left" | "pull_settings" | "pull_review" => {
            enveloped(json, |page: &PullResponse| {
                let mut all = pieces("reply.ok.changes", page.changes.iter().filter(is_read));
                all.extend(pieces("reply.ok.totals", &page.totals));
                all.extend(pieces("reply.ok.left", &page.left));
                all.push(piece("reply.ok.cursor", &page.cursor));
                all.push(piece("reply.ok.more", &page.more));
                all.push(piece("reply.ok.company", &page.company));
                all
            })
        }
        "company_page" | "company_change" | "company_refused" => company::read_as(name, json),
        "forms" | "office_form" | "form_made" | "form_imported" | "form_flawed" | "new_form" => {
            forms::read_as(name, json)
        }
        name if name.starts_with("notification") => notifications::read_as(name, json),
        "push_response" | "push_reviewed" | "push_worded" | "push_asked" => {
            enveloped(json, |push: &PushResponse| {
                let mut all = pieces("reply.ok.verdicts", &push.verdicts);
                all.extend(pieces("reply.ok.undecided", &push.undecided));
                all
            })
        }
        "board_response" => enveloped(json, |board: &BoardResponse| {
            let mut all = pieces("reply.ok.jobs", &board.jobs);
            all.extend(pieces("reply.ok.technicians", &board.technicians));
            all.extend(pieces("reply.ok.activity", &board.activity));
            all.push(piece("reply.ok.day", &board.day));
            all
        }),
        "office_job" => enveloped(json, |job: &OfficeJob| {
            let mut all = pieces("reply.ok.records", &job.records);
            all.extend(pieces("reply.ok.technicians", &job.technicians));
            all.extend(pieces("reply.ok.activity", &job.activity));
            all.push(piece("reply.ok.holder", &job.holder));
            all.extend(pieces("reply.ok.phones", &job.phones));
            all
        }),
        "activity_page" => enveloped(json, |page: &ActivityPage| {
            let mut all = pieces("reply.ok.activity", &page.activity);
            all.push(piece("reply.ok.more", &page.more));
            all
        }),
        "office_customer" => enveloped(json, |customer: &OfficeCustomer| {
            let mut all = pieces("reply.ok.records", &customer.records);
            all.extend(pieces("reply.ok.jobs", &customer.jobs));
            all.push(piece("reply.ok.more", &customer.more));
            all
        }),
        "import_report" | "import_flaw" => enveloped(json, |answer: &ImportAnswer| {
            let mut all = pieces("reply.ok.sheets", &answer.sheets);
            all.extend(pieces("reply.ok.columns", &answer.columns));
            all.extend(pieces("reply.ok.fields", &answer.fields));
            all.push(piece("reply.ok.rows", &answer.rows));
            all.push(piece("reply.ok.remembered", &answer.remembered));
            all.push(piece("reply.ok.flaw", &answer.flaw));
            all.push(piece("reply.ok.report", &answer.report));
            all
        }),
        "found" | "found_conflicts" => enveloped(json, |found: &Found| {
            let mut all = pieces("reply.ok.records", &found.records);
            all.push(piece("reply.ok.more", &found.more));
            all
        }),
        "office_change"
        | "office_plan"
        | "office_plan_for_new"
        | "office_edit_customer"
        | "office_edit_record" => Some(alone::<OfficeChange>("", &json!([json]))),
        "series_request" => Some(alone::<SeriesRequest>("", &json!([json]))),
        "series_end" => Some(alone::<SeriesEnd>("", &json!([json]))),
        "series" | "series_by_contract" => enveloped(json, |series: &Series| {
            let mut all = pieces("reply.ok.jobs", &series.jobs);
            all.extend(pieces("reply.ok.ahead", &series.ahead));
            all.push(piece("reply.ok.by", &series.by));
            all
        }),
        "session_info" | "session_info_online" => enveloped(json, |info: &SessionInfo| {
            let (user, company) = (&info.user, &info.company);
            vec![
                piece("reply.ok.user.id", &user.id),
                piece("reply.ok.user.name", &user.name),
                piece("reply.ok.user.role", &user.role),
                piece("reply.ok.company.id", &company.id),
                piece("reply.ok.company.name", &company.name),
                piece("reply.ok.company.zone", &company.zone),
                piece("reply.ok.company.contact_email", &company.contact_email),
                piece("reply.ok.company.expiry_hours", &company.expiry_hours),
                piece(
                    "reply.ok.company.refuses_open_questions",
                    &company.refuses_open_questions,
                ),
                piece(
                    "reply.ok.company.keeps_photo_details",
                    &company.keeps_photo_details,
                ),
                piece("reply.ok.company.mode", &company.mode),
                piece("reply.ok.company.offers_offline", &company.offers_offline),
            ]
        }),
        "review_page" => enveloped(json, |page: &ReviewPage| {
            let mut all = pieces("reply.ok.groups", &page.groups);
            all.push(piece("reply.ok.more", &page.more));
            all
        }),
        "review_decision" => Some(alone::<ReviewDecision>("", json)),
        "review_accept_rest" => Some(alone::<ReviewDecision>("", &json!([json]))),
        "review_entry_needs" => Some(alone::<ReviewEntry>("", &json!([json]))),
        "review_outcome" | "review_needs" => enveloped(json, |outcome: &ReviewOutcome| {
            vec![piece("reply.ok", outcome)]
        }),
        "preview" => enveloped(json, |preview: &Preview| {
            vec![
                piece("reply.ok.user", &preview.user),
                piece("reply.ok.records", &preview.records),
                piece("reply.ok.files", &preview.files),
            ]
        }),
        "device_answer" => enveloped(json, |answer: &DeviceAnswer| {
            vec![piece("reply.ok.lost", &answer.lost)]
        }),
        "device_report" => {
            let report: DeviceReport = read(json)?;
            Some(vec![piece("", &report)])
        }
        "phone_told" => {
            let told: PhoneTold = read(json)?;
            Some(vec![piece("", &told)])
        }
        "epoch_changed" | "error" | "error_unauthorized" => enveloped(json, |(): &()| Vec::new()),
        // One event, one activity, one message and one mutation each come alone: they are read each by itself.
        "board_event" => Some(alone::<BoardEvent>("", &json!([json]))),
        "activity_imported" | "activity_left" | "activity_work" => {
            Some(alone::<ActivityKind>("*", json))
        }
        "to_worker" => Some(alone::<ToWorker>("*", json)),
        "from_worker" => Some(alone::<FromWorker>("*", json)),
        "notices" | "notices_of_drafts" => Some(alone::<Notice>("*", json)),
        "push_request" | "push_work" | "push_asks" => {
            let push: PushRequest<Value> = read(json)?;
            Some(alone::<Mutation>("mutations.*", &json!(push.mutations)))
        }
        "sign_in_request" => {
            let SignInRequest { email, password } = read(json)?;
            Some(vec![piece("email", &email), piece("password", &password)])
        }
        "assign_request" | "assign_request_with_id" => {
            let wish: AssignRequest = read(json)?;
            Some(vec![
                piece("assignee", &wish.assignee),
                piece("base_rev", &wish.base_rev),
                piece("id", &wish.id),
            ])
        }
        "acceptance_request" | "acceptance_request_with_id" => {
            let wish: AcceptanceRequest = read(json)?;
            Some(vec![
                piece("accept", &wish.accept),
                piece("reason", &wish.reason),
                piece("id", &wish.id),
            ])
        }
        "op_not_possible" | "op_withdraw" | "op_create" | "op_photo" => {
            Some(alone::<Op>("", &json!([json])))
        }
        "photo_mark" => Some(alone::<PhotoMark>("", &json!([json]))),
        "step_not_possible" => Some(alone::<StatusStep>("", &json!([json]))),
        "activity_attached" | "activity_not_possible" | "activity_withdrawn" => {
            Some(alone::<ActivityKind>("", &json!([json])))
        }
        "ops_with_connection" => Some(alone::<Op>("*", json)),
        _ => panic!("no type is named like {name}"),
    }
}

fn alone<T: DeserializeOwned + Debug>(place: &str, json: &Value) -> Pieces {
    let elements = json.as_array().into_iter().flatten();
    let read = elements.filter_map(|element| read::<T>(element));
    read.map(|value| piece(place, &value)).collect()
}

fn may_fail(name: &str, path: &str) -> bool {
    // Settings are shown and saved as a whole: half of them would be what nobody has set.
    let is_setting = path.starts_with("settings") || path.starts_with("reply.ok.settings");
    if name.starts_with("company_") && is_setting {
        return true;
    }
    // Half-read, what is only asked about would be decided.
    if name == "push_asks" && matches!(path, "asks.*" | "review") {
        return true;
    }
    if forms::may_fail(name, path) {
        return true;
    }
    let is_listed =
        |(file, place, _): &(&str, &str, &str)| name.starts_with(file) && *place == path;
    WHOLE_MAY_FAIL.iter().any(is_listed)
}

/// Whether the piece at `place` holds what stands at `path`, or is a part of it.
fn is_touched(place: &str, path: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner == outer
            || inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    place.is_empty() || within(path, place) || within(place, path)
}

/// What must be read after something strange stands at `path`: all pieces but the touched one. Of a
/// list's elements the one at `index` of those at the same place is touched, and no other.
fn check(name: &str, json: &Value, whole: &Pieces, (pointer, path): &(String, String)) -> usize {
    let mut checked = 0;
    for changed in strange(json, pointer) {
        checked += 1;
        let Some(read) = read_as(name, &changed) else {
            assert!(
                may_fail(name, path),
                "{name}: the whole fails at {path}: {changed}"
            );
            continue;
        };
        // The untouched pieces all stand, in their order; one touched element may have gone.
        let untouched = |pieces: &Pieces| -> Pieces {
            let kept = pieces.iter().filter(|(place, _)| !is_touched(place, path));
            kept.cloned().collect()
        };
        assert_eq!(
            untouched(&read),
            untouched(whole),
            "{name}: {path}: {changed}"
        );
        let touched = |pieces: &Pieces| -> Vec<String> {
            let touched = pieces.iter().filter(|(place, _)| is_touched(place, path));
            touched.map(|(_, piece)| piece.clone()).collect()
        };
        let (before, after) = (touched(whole), touched(&read));
        let is_element = path.split('.').any(|step| step == "*");
        if is_element {
            let lost = before.iter().filter(|piece| !after.contains(piece)).count();
            assert!(
                lost <= 1,
                "{name}: {lost} elements are lost at {path}: {changed}"
            );
        }
        assert!(take_left_out().len() <= 20);
    }
    checked
}

#[test]
fn nothing_strange_in_any_place_of_any_snapshot_fails_the_whole() {
    let mut all = files("snapshots", "snap").unwrap();
    all.extend(files("shipped/v1", "json").unwrap());
    let mut checked = 0;
    for (name, json) in &all {
        let whole = read_as(name, json).unwrap_or_else(|| panic!("{name} is not read"));
        for place in &places(json) {
            checked += check(name, json, &whole, place);
        }
    }
    assert!(checked > 5_000, "only {checked}");
}

#[test]
fn every_place_at_which_the_whole_may_fail_does_fail() {
    for (file, path, reason) in WHOLE_MAY_FAIL {
        let mut fails = false;
        for (name, json) in files("snapshots", "snap").unwrap() {
            if !name.starts_with(file) {
                continue;
            }
            let pointer = format!("/{}", path.replace('.', "/"));
            fails |= strange(&json, &pointer)
                .iter()
                .any(|changed| read_as(&name, changed).is_none());
        }
        assert!(
            fails,
            "{file} {path} never fails ({reason}): take it from the list"
        );
    }
}
