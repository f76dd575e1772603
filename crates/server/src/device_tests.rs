//! What follows from a device's report.

use super::*;
use afield_domain::{DeviceId, UserId};

const NOW: Timestamp = Timestamp(9_000);

fn row(user: u128, device: u128, browser: &str, unsent: u64, files: u64) -> ReportRow {
    ReportRow {
        user: UserId(Uuid::from_u128(user)),
        device: DeviceId(Uuid::from_u128(device)),
        browser: browser.into(),
        unsent,
        files,
        oldest: (unsent > 0).then_some(Timestamp(i64::try_from(device).unwrap())),
        told_at: Timestamp(5),
        cleared: false,
        parked: 0,
        session: String::new(),
        phone: None,
        by_job: None,
        revoked_at: None,
        as_of: None,
        number: None,
    }
}

fn cleared(row: ReportRow) -> ReportRow {
    ReportRow {
        cleared: true,
        ..row
    }
}

/// What device 9 of user 1 in browser "b" has told of, when `rows` are known: how many changes its user has
/// lost, and of which devices the office is told (`true`: cleared).
#[track_caller]
fn check(rows: &[ReportRow], is_known: bool, lost: Option<u64>, told: &[(u128, bool)]) -> Plan {
    let report = DeviceReport {
        device: DeviceId(Uuid::from_u128(9)),
        user: UserId(Uuid::from_u128(1)),
        unsent: 0,
        files: 0,
        oldest: None,
        parked: 0,
        phone: None,
        by_job: None,
        as_of: None,
        number: None,
        heard: false,
    };
    let plan = plan_report(&report, ("b", "s"), is_known, rows, NOW);
    assert_eq!(plan.lost.map(|lost| lost.unsent), lost);
    let of_office: Vec<(u128, bool)> = plan
        .told
        .iter()
        .map(|(row, cleared)| (row.device.0.as_u128(), *cleared))
        .collect();
    assert_eq!(of_office, told);
    assert_eq!(plan.put[0].device, report.device);
    // Once more with what was written: the user is told until the device has kept it, the office once.
    let mut then = plan.put.clone();
    let is_written = |row: &&ReportRow| {
        let same = |other: &ReportRow| (other.user, other.device) == (row.user, row.device);
        !plan.put.iter().chain(&plan.forget).any(same)
    };
    then.extend(rows.iter().filter(is_written).cloned());
    let again = plan_report(&report, ("b", "s"), true, &then, NOW);
    assert_eq!((again.lost, again.told), (plan.lost, Vec::new()));
    let heard = DeviceReport {
        number: None,
        heard: true,
        ..report
    };
    let last = plan_report(&heard, ("b", "s"), true, &then, NOW);
    assert_eq!((last.lost, last.told), (None, Vec::new()));
    assert_eq!(last.forget.is_empty(), plan.lost.is_none());
    plan
}

#[test]
fn a_browser_that_comes_back_empty_has_lost_what_it_owed() {
    check(&[], true, None, &[]);
    check(&[row(1, 9, "b", 3, 0)], true, None, &[]);
    check(&[row(1, 8, "b", 3, 2)], true, Some(3), &[(8, true)]);
    check(&[row(1, 8, "b", 0, 2)], true, Some(0), &[(8, true)]);
    let plan = check(
        &[row(1, 8, "b", 3, 0), row(1, 7, "b", 2, 1)],
        true,
        Some(5),
        &[(8, true), (7, true)],
    );
    let expected = LostWork {
        unsent: 5,
        files: 1,
        oldest: Some(Timestamp(7)),
        told_at: Timestamp(5),
    };
    assert_eq!(plan.lost, Some(expected));
    // What owed nothing is forgotten.
    let plan = check(&[row(1, 8, "b", 0, 0)], true, None, &[]);
    assert_eq!(plan.forget.len(), 1);
}

#[test]
fn a_second_phone_is_no_loss() {
    check(&[row(1, 8, "other", 3, 2)], true, None, &[]);
    // Without a cookie nobody knows whether it is a second one.
    check(&[row(1, 8, "other", 3, 2)], false, None, &[(8, false)]);
    check(&[row(1, 8, "other", 0, 0)], false, None, &[]);
    check(
        &[row(1, 9, "other", 1, 0), row(1, 8, "other", 3, 2)],
        false,
        None,
        &[],
    );
}

#[test]
fn of_the_work_of_another_the_office_is_told_and_this_user_not() {
    let plan = check(&[row(2, 8, "b", 3, 2)], true, None, &[(8, true)]);
    assert_eq!(plan.put[1], cleared(row(2, 8, "b", 3, 2)));
    // Theirs is told to them, when they come.
    check(&[cleared(row(1, 8, "b", 3, 2))], true, Some(3), &[]);
}

#[test]
fn a_report_that_does_not_say_how_the_device_is_set_up_leaves_what_it_told() {
    let told = ReportRow {
        phone: Some("{}".into()),
        ..row(1, 9, "b", 3, 2)
    };
    let plan = check(std::slice::from_ref(&told), true, None, &[]);
    assert_eq!((&plan.put[0].phone, plan.put[0].unsent), (&told.phone, 0));
}

#[test]
fn a_device_that_tells_again_is_there() {
    let plan = check(&[cleared(row(1, 9, "b", 3, 2))], true, None, &[]);
    assert!(!plan.put[0].cleared);
}

#[test]
fn a_user_has_so_many_devices() {
    let many: Vec<ReportRow> = (100..150).map(|n| row(1, n, "other", 1, 0)).collect();
    let report = DeviceReport {
        device: DeviceId(Uuid::from_u128(9)),
        user: UserId(Uuid::from_u128(1)),
        unsent: 0,
        files: 0,
        oldest: None,
        parked: 0,
        phone: None,
        by_job: None,
        as_of: None,
        number: None,
        heard: false,
    };
    let plan = plan_report(&report, ("b", "s"), true, &many, NOW);
    assert_eq!(plan.forget, many[DEVICES..]);
}

#[test]
fn what_was_counted_before_the_first_contact_comes_late_after_any() {
    let report = |by_job, as_of| DeviceReport {
        device: DeviceId(Uuid::from_u128(9)),
        user: UserId(Uuid::from_u128(1)),
        unsent: 11,
        files: 0,
        oldest: None,
        parked: 0,
        phone: None,
        by_job,
        as_of,
        number: None,
        heard: false,
    };
    let known = ReportRow {
        as_of: Some(Timestamp(7)),
        ..row(1, 9, "b", 0, 0)
    };
    let counts = Some(ByJob::default());
    for (by_job, as_of, is_late) in [
        (counts.clone(), None, true),
        (counts.clone(), Some(Timestamp(6)), true),
        (counts.clone(), Some(Timestamp(7)), false),
        // An app that does not tell.
        (None, None, false),
    ] {
        let told = report(by_job, as_of);
        let plan = plan_report(&told, ("b", "s"), true, std::slice::from_ref(&known), NOW);
        assert_eq!(plan.late, is_late, "{as_of:?}");
    }
    let first = report(counts, None);
    let plan = plan_report(&first, ("b", "s"), true, &[row(1, 9, "b", 0, 0)], NOW);
    assert!(!plan.late);
}

#[test]
fn of_two_that_were_counted_after_one_contact_the_higher_number_counts() {
    let known = |number| ReportRow {
        as_of: Some(Timestamp(7)),
        number,
        ..row(1, 9, "b", 0, 0)
    };
    for (row, as_of, number, is_late) in [
        (known(Some(5)), 7, Some(4), true),
        // The same again, whose answer was lost.
        (known(Some(5)), 7, Some(5), false),
        (known(Some(5)), 7, Some(6), false),
        // The contact counts first: the number is put back with a profile.
        (known(Some(5)), 8, Some(1), false),
        (known(Some(5)), 6, Some(9), true),
        // Of apps that do not number.
        (known(Some(5)), 7, None, false),
        (known(None), 7, Some(1), false),
    ] {
        let told = DeviceReport {
            device: row.device,
            user: row.user,
            unsent: 11,
            files: 0,
            oldest: None,
            parked: 0,
            phone: None,
            by_job: Some(ByJob::default()),
            as_of: Some(Timestamp(as_of)),
            number,
            heard: false,
        };
        let plan = plan_report(&told, ("b", "s"), true, std::slice::from_ref(&row), NOW);
        assert_eq!(plan.late, is_late, "{row:?} {as_of} {number:?}");
        let put: Vec<_> = plan.put.iter().map(|row| row.number).collect();
        assert_eq!(put, if is_late { vec![] } else { vec![number] });
    }
}

#[test]
fn a_revoked_device_tells_of_itself_and_of_nothing_else() {
    let report = |device| DeviceReport {
        device: DeviceId(Uuid::from_u128(device)),
        user: UserId(Uuid::from_u128(1)),
        unsent: 2,
        files: 0,
        oldest: None,
        parked: 0,
        phone: None,
        by_job: None,
        as_of: None,
        number: None,
        heard: false,
    };
    let own = ReportRow {
        session: "s".into(),
        revoked_at: Some(Timestamp(3)),
        ..row(1, 9, "b", 3, 0)
    };
    let mut rows = vec![own, row(2, 7, "b", 5, 0)];
    rows.extend((100..150).map(|n| row(1, n, "other", 1, 0)));
    for (device, put) in [(9, vec![2]), (8, vec![]), (100, vec![])] {
        let mut plan = plan_report(&report(device), ("b", "s"), false, &rows, NOW);
        plan.keep_own("s", &rows);
        let unsent: Vec<u64> = plan.put.iter().map(|row| row.unsent).collect();
        assert_eq!(unsent, put, "device {device}");
        assert_eq!((plan.forget, plan.told, plan.lost), (vec![], vec![], None));
        assert_eq!(plan.news.is_some(), device == 9);
    }
}
