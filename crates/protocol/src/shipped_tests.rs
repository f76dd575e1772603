//! What earlier versions have sent and stored must be read for ever: phones come back after weeks.
//! The files in `shipped/` are the snapshots of each version as it was; they are added to, never changed.

use crate::worker_message::{FromWorker, Notice, ToWorker};
use crate::*;
use afield_domain::wire::take_left_out;
use serde::de::DeserializeOwned;
use std::path::Path;

fn reads<T: DeserializeOwned>(json: &str) -> Result<(), String> {
    let _ = take_left_out();
    serde_json::from_str::<T>(json).map_err(|error| error.to_string())?;
    // What is left out does not fail the whole; here nothing may be.
    take_left_out().pop().map_or(Ok(()), Err)
}

/// Reads `json` as what its file is named after.
fn read_as(name: &str, json: &str) -> Result<(), String> {
    match name {
        "acceptance_request" => reads::<AcceptanceRequest>(json),
        "activity_imported" | "activity_left" | "activity_work" => reads::<Vec<ActivityKind>>(json),
        "assign_request" => reads::<AssignRequest>(json),
        "board_event" => reads::<BoardEvent>(json),
        "board_response" => reads::<Envelope<BoardResponse>>(json),
        "device_answer" => reads::<Envelope<DeviceAnswer>>(json),
        "device_report" => reads::<DeviceReport>(json),
        "epoch_changed" | "error" => reads::<Envelope<()>>(json),
        "from_worker" => reads::<Vec<FromWorker>>(json),
        "notices" | "notices_of_drafts" => reads::<Vec<Notice>>(json),
        "pull_response" | "pull_work" => reads::<Envelope<PullResponse>>(json),
        "push_request" | "push_work" => reads::<PushRequest>(json),
        "push_response" => reads::<Envelope<PushResponse>>(json),
        "session_info" | "session_info_online" => reads::<Envelope<SessionInfo>>(json),
        "sign_in_request" => reads::<SignInRequest>(json),
        "to_worker" => reads::<Vec<ToWorker>>(json),
        _ => Err("no type is named like this".to_owned()),
    }
}

#[test]
fn every_version_ever_shipped_is_read() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("shipped");
    let mut read = 0;
    for version in std::fs::read_dir(shipped).unwrap() {
        for file in std::fs::read_dir(version.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let json = std::fs::read_to_string(&path).unwrap();
            assert_eq!(read_as(name, &json), Ok(()), "{}", path.display());
            read += 1;
        }
    }
    assert!(read >= 12, "only {read}");
}
