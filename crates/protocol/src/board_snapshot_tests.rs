//! The wire types of the board.

use crate::snapshot_tests::{check, conflict, envelope, job, uuid};
use crate::*;
use afield_domain::*;

#[test]
fn board() {
    let board_job = BoardJob {
        rev: Rev(4),
        job: job(),
        address: "Lindenallee 4, Berlin".into(),
        customer: "Hansen & Co".into(),
        position: Position::new(52.52, 13.405),
        notes: 1,
        updated_at: Timestamp(1_795_248_200_000),
    };
    let kinds = [
        ActivityKind::Status {
            from: JobStatus::Scheduled,
            to: JobStatus::EnRoute,
            step: StepKind::Usual,
            reason: String::new(),
        },
        ActivityKind::Note {
            text: "Valve stuck.".into(),
        },
        ActivityKind::Assigned {
            to: Some(UserId(uuid(3))),
            to_name: "Ben Ito".into(),
        },
        ActivityKind::Created,
        ActivityKind::Edited {
            fields: vec![JobField::Title, JobField::Schedule],
        },
        ActivityKind::Conflict {
            field: JobField::Title,
        },
        ActivityKind::Refused {
            reason: Rejection::Forbidden,
        },
    ];
    let activity: Vec<Activity> = kinds
        .into_iter()
        .zip(41..)
        .map(|(what, seq)| Activity {
            seq,
            actor: "Anna Berg".into(),
            brought_by: String::new(),
            was_accepted: false,
            job: JobId(uuid(7)),
            job_number: "J-1007".into(),
            job_title: String::new(),
            made_at: Timestamp(1_795_248_100_000),
            received_at: Timestamp(1_795_248_200_000),
            what,
        })
        .collect();
    let event = BoardEvent {
        activity: activity[0].clone(),
        job: board_job.clone(),
    };
    check("board_event", &event);
    let board = BoardResponse {
        day: "2026-11-21".into(),
        technicians: vec![],
        teams: vec![Team {
            name: "North".into(),
            members: vec![UserId(uuid(3))],
        }],
        jobs: vec![board_job],
        activity,
        more_days: 0,
        unreadable: 0,
    };
    check("board_response", &envelope(Reply::Ok(board)));
    let request = AssignRequest {
        assignee: Some(UserId(uuid(3))),
        base_rev: Rev(4),
        id: None,
    };
    check("assign_request", &request);
    let request = AssignRequest {
        id: Some(MutationId(uuid(0x71))),
        ..request
    };
    check("assign_request_with_id", &request);
}

#[test]
fn office() {
    let happened = Activity {
        seq: 41,
        actor: "Anna Berg".into(),
        brought_by: String::new(),
        was_accepted: false,
        job: JobId(uuid(7)),
        job_number: "J-1007".into(),
        job_title: "Boiler does not start".into(),
        made_at: Timestamp(1_795_248_100_000),
        received_at: Timestamp(1_795_248_200_000),
        what: ActivityKind::Status {
            from: JobStatus::Scheduled,
            to: JobStatus::EnRoute,
            step: StepKind::Usual,
            reason: String::new(),
        },
    };
    let page = ActivityPage {
        activity: vec![Activity {
            brought_by: "Dora Lindner".into(),
            was_accepted: false,
            ..happened.clone()
        }],
        more: true,
    };
    check("activity_page", &envelope(Reply::Ok(page)));
    let found = Found {
        records: vec![Versioned {
            rev: Rev(4),
            record: Record::Customer(Customer {
                id: CustomerId(uuid(30)),
                name: "Hansen & Co".into(),
                phone: "+49 30 5550205".into(),
                email: String::new(),
                organization: None,
                archived: false,
            }),
        }],
        more: 3,
    };
    check("found", &envelope(Reply::Ok(found)));
    let open = Found {
        records: vec![Versioned {
            rev: Rev(1),
            record: Record::Conflict(conflict()),
        }],
        more: 2,
    };
    check("found_conflicts", &envelope(Reply::Ok(open)));
    let plan = JobPlan {
        title: "Boiler leaks".into(),
        description: "Water under the burner.".into(),
        priority: Priority::High,
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
        customer: Some(CustomerId(uuid(30))),
        property: Some(PropertyId(uuid(31))),
        contract: None,
        assignee: Some(UserId(uuid(2))),
        assets: vec![AssetId(uuid(80))],
        forms: vec![TemplateId(uuid(91))],
        made: Vec::new(),
    };
    let change = OfficeChange {
        id: MutationId(uuid(108)),
        op: Op::PlanJob {
            job: JobId(uuid(7)),
            plan: Box::new(plan),
        },
        base_rev: None,
    };
    check("office_plan", &change);
    let answer = OfficeJob {
        records: vec![Versioned {
            rev: Rev(4),
            record: Record::Job(job()),
        }],
        left_out: 0,
        technicians: vec![User {
            id: UserId(uuid(1)),
            name: "Anna Berg".into(),
            role: Role::Technician,
        }],
        activity: vec![happened],
        holder: Some(Holder {
            seen_at: Some(Timestamp(1_795_248_200_000)),
            unsent: 3,
            files: 2,
            oldest: Some(Timestamp(1_795_248_000_000)),
            by_job: true,
        }),
        phones: vec![JobOnPhone {
            user: User {
                id: UserId(uuid(1)),
                name: "Anna Berg".into(),
                role: Role::Technician,
            },
            unsent: 2,
            files: 2,
            told_at: Timestamp(1_795_248_200_000),
            seen_at: Some(Timestamp(1_795_248_200_000)),
            signed_out: false,
            cleared: false,
        }],
        series: Some(OfSeries {
            id: SeriesId(uuid(112)),
            day: "2026-11-21".into(),
        }),
    };
    check("office_job", &envelope(Reply::Ok(answer)));
    let change = OfficeChange {
        id: MutationId(uuid(0x73)),
        op: Op::set_status(JobId(uuid(7)), JobStatus::Cancelled),
        base_rev: Some(Rev(4)),
    };
    check("office_change", &change);
}

#[test]
fn series() {
    let plan = JobPlan {
        title: "Filter change".into(),
        description: String::new(),
        priority: Priority::Normal,
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
        customer: Some(CustomerId(uuid(30))),
        property: None,
        contract: None,
        assignee: Some(UserId(uuid(1))),
        assets: Vec::new(),
        forms: Vec::new(),
        made: Vec::new(),
    };
    let repeat = Repetition {
        every: Every::Weeks {
            count: 2,
            on: vec![5],
        },
        until: None,
        times: Some(6),
    };
    let request = SeriesRequest {
        id: MutationId(uuid(111)),
        plan,
        repeat: repeat.clone(),
    };
    check("series_request", &request);
    let answer = Series {
        id: SeriesId(uuid(112)),
        title: "Filter change".into(),
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
        repeat,
        contract: None,
        by: "Dora Klein".into(),
        made_at: Timestamp(1_795_248_000_000),
        ended: Some("2027-01-16".into()),
        jobs: vec![SeriesJob {
            day: "2026-11-21".into(),
            job: JobId(uuid(7)),
            number: "J-1007".into(),
            status: JobStatus::Scheduled,
            starts: Timestamp(1_795_248_000_000),
        }],
        ahead: vec!["2027-01-02".into()],
        refused: None,
    };
    let by_contract = Series {
        repeat: Repetition {
            every: Every::Contract,
            until: None,
            times: None,
        },
        contract: Some(SeriesContract {
            id: ContractId(uuid(60)),
            number: "C-204".into(),
            name: "Boiler care".into(),
            visits: Some("P3M".into()),
            until: "2028-12-31".into(),
            customer: Some(CustomerId(uuid(30))),
        }),
        ended: None,
        ahead: vec!["2027-02-21".into()],
        ..answer.clone()
    };
    check("series", &envelope(Reply::Ok(answer)));
    check("series_by_contract", &envelope(Reply::Ok(by_contract)));
    let end = SeriesEnd {
        from: "2027-01-16".into(),
        cancel: true,
    };
    check("series_end", &end);
}

#[test]
fn customers() {
    let hansen = Customer {
        id: CustomerId(uuid(30)),
        name: "Hansen & Co".into(),
        phone: "+49 30 5550205".into(),
        email: String::new(),
        organization: None,
        archived: true,
    };
    let mole = Property {
        archived: false,
        id: PropertyId(uuid(31)),
        address: "Mole 1".into(),
        city: "Kiel".into(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: Some(hansen.id),
    };
    let plan = JobPlan {
        title: "Boiler leaks".into(),
        description: String::new(),
        priority: Priority::Normal,
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
        customer: Some(hansen.id),
        property: Some(mole.id),
        contract: None,
        assignee: None,
        assets: Vec::new(),
        forms: Vec::new(),
        made: vec![
            Record::Customer(Customer {
                archived: false,
                ..hansen.clone()
            }),
            Record::Property(mole.clone()),
        ],
    };
    let change = OfficeChange {
        id: MutationId(uuid(109)),
        op: Op::PlanJob {
            job: JobId(uuid(7)),
            plan: Box::new(plan),
        },
        base_rev: None,
    };
    check("office_plan_for_new", &change);
    let change = OfficeChange {
        id: MutationId(uuid(110)),
        op: Op::EditCustomer {
            customer: hansen.id,
            edits: vec![CustomerEdit {
                field: CustomerField::Phone,
                base: "+49 30 5550204".into(),
                new: "+49 30 5550205".into(),
            }],
            archived: Some(true),
        },
        base_rev: None,
    };
    check("office_edit_customer", &change);
    let change = OfficeChange {
        id: MutationId(uuid(111)),
        op: Op::EditRecord {
            record: mole.id.into(),
            edits: vec![RecordEdit {
                field: RecordField::Access,
                base: String::new(),
                new: "Key at the kiosk".into(),
            }],
            archived: None,
        },
        base_rev: None,
    };
    check("office_edit_record", &change);
    let versioned = |record| Versioned {
        rev: Rev(4),
        record,
    };
    let answer = OfficeCustomer {
        records: vec![
            versioned(Record::Customer(hansen)),
            versioned(Record::Property(mole)),
        ],
        jobs: vec![versioned(Record::Job(job()))],
        more: true,
    };
    check("office_customer", &envelope(Reply::Ok(answer)));
}
