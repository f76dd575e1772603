//! The wire of what the office looks at.

use crate::snapshot_tests::{check, envelope, uuid};
use crate::*;
use afield_domain::{Module, Role, Timestamp, User, UserId};

#[test]
fn what_a_phone_would_hold() {
    let records = |module, count, bytes| PreviewRecords {
        module,
        count,
        bytes,
    };
    let preview = Preview {
        user: User {
            id: UserId(uuid(1)),
            name: "Anna Berg".into(),
            role: Role::Technician,
        },
        from: Timestamp(1_795_129_200_000),
        until: Timestamp(1_795_906_800_000),
        records: vec![
            records(Module::Job, 27, 18_600),
            records(Module::Note, 41, 9_300),
        ],
        files: 12,
        file_bytes: 8_400_000,
        files_budget: 200_000_000,
        earlier: 140,
        later: 6,
    };
    check("preview", &envelope(Reply::Ok(preview)));
}
