//! Tests of `repeat`: what comes of what is typed, and what is wrong with it.

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn texts(form: &RepeatForm, first: &str) -> Vec<String> {
    let days = form.days(day(first)).unwrap().unwrap();
    days.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_typed_and_chosen_comes_to_days() {
    let form = |step, monthly| RepeatForm {
        step,
        monthly,
        times: " 3 ".into(),
        ..RepeatForm::default()
    };
    assert_eq!(
        form(Step::Never, Monthly::Day).days(day("2026-12-02")),
        None
    );
    let weekly = form(Step::Weeks, Monthly::Day);
    assert_eq!(
        texts(&weekly, "2026-12-02"),
        ["2026-12-02", "2026-12-09", "2026-12-16"]
    );
    let some = RepeatForm {
        on: Some(vec![4, 0]),
        count: "2".into(),
        ..weekly.clone()
    };
    assert_eq!(
        texts(&some, "2026-12-02"),
        ["2026-12-04", "2026-12-14", "2026-12-18"]
    );
    let until = RepeatForm {
        ends_on_day: true,
        until: "2026-12-10".into(),
        ..weekly
    };
    assert_eq!(texts(&until, "2026-12-02"), ["2026-12-02", "2026-12-09"]);
    // The last Tuesday of December is its fifth.
    let first = "2026-12-29";
    assert_eq!(
        (
            nth(day(first)),
            is_last(day(first)),
            is_last(day("2026-12-22"))
        ),
        (5, true, false)
    );
    for (monthly, second) in [
        (Monthly::Day, "2027-01-29"),
        (Monthly::Nth, "2027-01-26"),
        (Monthly::Last, "2027-01-26"),
    ] {
        assert_eq!(texts(&form(Step::Months, monthly), first)[1], second);
    }
    assert_eq!(
        texts(&form(Step::Months, Monthly::Nth), "2026-12-08")[1],
        "2027-01-12"
    );
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    let first = day("2026-12-02");
    let flaws = |change: fn(&mut RepeatForm)| {
        let mut form = RepeatForm {
            step: Step::Weeks,
            ..RepeatForm::default()
        };
        change(&mut form);
        form.flaws(first, None)
    };
    let count = |flaw| vec![(RepeatField::Count, flaw)];
    let until = |flaw| vec![(RepeatField::Until, flaw)];
    let times = |flaw| vec![(RepeatField::Times, flaw)];
    assert_eq!(flaws(|_| ()), []);
    assert_eq!(flaws(|form| form.step = Step::Never), []);
    for text in ["two", "", "0", "53", "-1"] {
        let mut form = RepeatForm {
            step: Step::Weeks,
            count: text.into(),
            ..RepeatForm::default()
        };
        assert_eq!(form.flaws(first, None), count(RepeatFlaw::Weeks), "{text}");
        form.step = Step::Months;
        let months = form.flaws(first, None).first().copied();
        let is_many = text == "53";
        assert_eq!(months.is_some(), is_many || text != "24", "{text}");
    }
    assert_eq!(
        flaws(|form| form.times = String::new()),
        times(RepeatFlaw::Times)
    );
    assert_eq!(
        flaws(|form| form.times = "501".into()),
        times(RepeatFlaw::Times)
    );
    assert_eq!(
        flaws(|form| form.ends_on_day = true),
        until(RepeatFlaw::NoEnd)
    );
    for (text, expected) in [
        ("2026-12-01", Some(RepeatFlaw::End)),
        ("2029-12-01", Some(RepeatFlaw::End)),
        ("2026-12-02", None),
    ] {
        let form = RepeatForm {
            step: Step::Weeks,
            ends_on_day: true,
            until: text.into(),
            ..RepeatForm::default()
        };
        let found = form.flaws(first, None).first().map(|(_, flaw)| *flaw);
        assert_eq!(found, expected, "{text}");
    }
    // A Friday before the next Friday.
    let empty = |form: &mut RepeatForm| {
        form.on = Some(vec![4]);
        form.ends_on_day = true;
        form.until = "2026-12-03".into();
    };
    assert_eq!(flaws(empty), until(RepeatFlaw::Empty));
}

#[test]
fn the_last_weekday_can_be_unticked_which_is_said_when_it_is_saved() {
    let first = day("2026-12-02");
    let mut form = RepeatForm {
        step: Step::Weeks,
        ..RepeatForm::default()
    };
    assert_eq!(form.weekdays(first), [2]);
    form.tick(2, false, Some(first));
    assert!(form.weekdays(first).is_empty());
    assert_eq!(
        form.flaws(first, None),
        [(RepeatField::On, RepeatFlaw::NoDay)]
    );
    form.tick(4, true, Some(first));
    assert_eq!(form.weekdays(first), [4]);
    assert_eq!(form.flaws(first, None), []);
    // Beside that of the first day.
    let mut beside = RepeatForm::default();
    beside.tick(4, true, Some(first));
    assert_eq!(beside.weekdays(first), [2, 4]);
    let [lines, on] = form.to_texts();
    assert_eq!(RepeatForm::of_texts(lines, on), Some(form));
}

#[test]
fn by_contract_it_comes_as_often_as_that_says_and_holds_on_the_first_day() {
    use afield_domain::Record;
    let id = ContractId(uuid::Uuid::from_u128(1));
    let care = |visits: &str| Contract {
        id,
        number: "C-1".into(),
        name: "Care".into(),
        covers: String::new(),
        from: "2026-12-01".into(),
        until: "2027-03-31".into(),
        response_hours: 0,
        visits: visits.into(),
        customer: None,
        archived: false,
    };
    let form = RepeatForm {
        step: Step::Contract,
        contract: Some(id),
        ..RepeatForm::default()
    };
    let [lines, on] = form.to_texts();
    assert_eq!(
        RepeatForm::of_texts(lines.clone(), on.clone()),
        Some(form.clone())
    );
    // A draft of the build that knew no contract.
    let before = RepeatForm::of_texts(lines[..7].to_vec(), on).unwrap();
    let without = RepeatForm {
        contract: None,
        ..form.clone()
    };
    assert_eq!(before, without);
    let repetition = form.repetition(day("2026-12-31")).unwrap();
    assert_eq!(repetition.every, Every::Contract);
    assert_eq!((repetition.until, repetition.times), (None, None));
    let flawed = [(RepeatField::Contract, RepeatFlaw::NotAgreed)];
    for (first, contract, flaws) in [
        ("2026-12-01", Some(care("P1M")), &[][..]),
        ("2026-11-30", Some(care("P1M")), &flawed[..]),
        ("2027-03-31", Some(care("P1M")), &[][..]),
        ("2027-04-01", Some(care("P1M")), &flawed[..]),
        ("2026-12-01", Some(care("")), &flawed[..]),
        ("2026-12-01", None, &flawed[..]),
    ] {
        assert_eq!(form.flaws(day(first), contract.as_ref()), flaws, "{first}");
    }
    let counted = counted(&care("P1M"), day("2026-12-31")).unwrap();
    let days: Vec<String> = counted.iter().map(ToString::to_string).collect();
    assert_eq!(
        days,
        ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]
    );
    let record = Record::Contract(care("P1M"));
    assert_eq!(
        record.text(afield_domain::RecordField::Visits).as_deref(),
        Some("P1M")
    );
}
