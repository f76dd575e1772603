//! Who may be added, changed and kept out, and what goes with it.

use super::*;
use afield_domain::User;
use uuid::Uuid;

fn account(n: u128, role: Role, active: bool, password: &str) -> Account {
    Account {
        company: CompanyId(Uuid::from_u128(9)),
        user: User {
            id: UserId(Uuid::from_u128(n)),
            name: format!("P{n}"),
            role,
        },
        email: format!("p{n}@example.com"),
        password: password.to_owned(),
        active,
        team: String::new(),
    }
}

fn new(name: &str, email: &str, password: Option<&str>) -> NewPerson {
    NewPerson {
        id: UserId(Uuid::from_u128(5)),
        name: name.to_owned(),
        email: email.to_owned(),
        role: Role::Technician,
        password: password.map(str::to_owned),
    }
}

#[test]
fn somebody_new_has_a_name_and_an_address() {
    let long = "x".repeat(501);
    for (new, is_fine) in [
        (new(" Ada ", " Ada@Example.com ", None), true),
        (new("Ada", "ada@example.com", Some("12345678")), true),
        (new("Ada", "ada@example.com", Some("1234567")), false),
        (new(" ", "ada@example.com", None), false),
        (new(&long, "ada@example.com", None), false),
        (new("Ada", "ada", None), false),
        (new("Ada", "@example.com", None), false),
        (new("Ada", "ada@", None), false),
        (new("Ada", "a da@example.com", None), false),
        (new("Ada", "ada@exam@ple.com", None), false),
    ] {
        let found = check_new(&new);
        assert_eq!(found.is_ok(), is_fine, "{} {found:?}", new.email);
        if let Ok((name, email)) = found {
            assert_eq!((name.as_str(), email.as_str()), ("Ada", "ada@example.com"));
        }
    }
}

#[test]
fn the_last_admin_who_can_sign_in_stays_one() {
    let admin = account(1, Role::Admin, true, "hash");
    let down = PersonChange::Role {
        role: Role::Dispatcher,
    };
    let out = PersonChange::Disable;
    for (other, may) in [
        (account(2, Role::Admin, true, "hash"), true),
        (account(2, Role::Admin, false, "hash"), false),
        // Whoever has not set a password yet may never do so.
        (account(2, Role::Admin, true, ""), false),
        (account(2, Role::Dispatcher, true, "hash"), false),
    ] {
        let all = [admin.clone(), other.clone()];
        for change in [&down, &out] {
            let planned = plan_change(&all, &admin, change, None);
            assert_eq!(planned.is_ok(), may, "{:?}", other.user);
            if !may {
                assert_eq!(planned, Err(Refused::LastAdmin));
            }
            // Whoever is not the last one can go.
            assert!(plan_change(&all, &other, change, None).is_ok());
        }
    }
}

#[test]
fn what_changes_nothing_is_not_done_and_who_is_kept_out_loses_what_lets_in() {
    let anna = account(1, Role::Technician, true, "hash");
    let all = [anna.clone()];
    let plan = |change: PersonChange| plan_change(&all, &anna, &change, Some("new".into()));
    let same = PersonChange::Rename { name: "P1".into() };
    assert_eq!(plan(same), Ok(None));
    assert_eq!(plan(PersonChange::Enable), Ok(None));
    let role = PersonChange::Role {
        role: Role::Technician,
    };
    assert_eq!(plan(role), Ok(None));
    for (change, sessions, links) in [
        (PersonChange::Rename { name: "Ann".into() }, false, false),
        (PersonChange::Role { role: Role::Admin }, true, true),
        (PersonChange::Disable, true, true),
        (
            PersonChange::Password {
                password: "12345678".into(),
            },
            true,
            true,
        ),
        (PersonChange::Link, false, false),
    ] {
        let planned = plan(change).unwrap().unwrap();
        assert_eq!(
            (planned.ends_sessions, planned.ends_links),
            (sessions, links)
        );
    }
    assert!(plan(PersonChange::Other).is_err());
    let out = account(1, Role::Technician, false, "hash");
    let back = plan_change(&all, &out, &PersonChange::Enable, None);
    assert!(back.unwrap().unwrap().ends_links);
    let link = plan_change(&all, &out, &PersonChange::Link, None);
    assert!(matches!(link, Err(Refused::Invalid(_))));
}

#[test]
fn a_team_whose_name_differs_in_case_and_blanks_alone_is_the_team_that_is_there() {
    let in_team = |n, team: &str| Account {
        team: team.into(),
        ..account(n, Role::Technician, true, "hash")
    };
    let (anna, ben) = (in_team(1, "north"), in_team(2, "North  Side"));
    let put = |all: &[Account], team: &str| {
        let change = PersonChange::Team { team: team.into() };
        let plan = plan_change(all, &anna, &change, None).unwrap();
        plan.map(|plan| plan.account.team)
    };
    let both = [anna.clone(), ben];
    assert_eq!(put(&both, " north side "), Some("North  Side".into()));
    assert_eq!(put(&both, "NORTH\u{a0}SIDE"), Some("North  Side".into()));
    assert_eq!(put(&both, " South   end "), Some("South end".into()));
    assert_eq!(put(&both, " "), Some(String::new()));
    assert_eq!(put(&both, "north"), None);
    // Whoever is alone in it can have it written otherwise.
    assert_eq!(put(&both[..1], "North"), Some("North".into()));
}

#[test]
fn a_repeat_is_the_same_in_all_that_can_be_compared() {
    let there = |password: &str| account(1, Role::Technician, true, password);
    for (one, other, is) in [
        ("", "", true),
        ("hash", "salted anew", true),
        ("hash", "", false),
        ("", "hash", false),
    ] {
        assert_eq!(is_repeat(&there(one), &there(other)), is, "{one} {other}");
    }
    let wanted = there("");
    let mut odd = [(); 5].map(|()| wanted.clone());
    odd[0].user.name.push('a');
    odd[1].user.role = Role::Admin;
    odd[2].email.push('a');
    odd[3].active = false;
    odd[4].company = CompanyId(Uuid::from_u128(8));
    for odd in odd {
        assert!(!is_repeat(&odd, &wanted), "{:?} {}", odd.user, odd.email);
    }
}
