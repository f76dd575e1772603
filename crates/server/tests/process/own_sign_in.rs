//! A company's own sign-in, set from the machine its data are on while the server runs.

use crate::program::{Server, run};

const SET: [&str; 9] = [
    "company",
    "sign-in",
    "nordhaus",
    "--issuer",
    "https://login.example/nordhaus",
    "--client-id",
    "afield",
    "--address",
    "https://afield.example/",
];

#[test]
fn a_provider_is_set_shown_and_taken_away_while_the_server_runs() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let secret = data.path().join("secret");
    std::fs::write(&secret, "not for any eye\n").unwrap();
    let told = |server: &Server| server.ask("GET /api/v1/session", "", "").1;
    assert!(!told(&server).contains("sign_in_url"));

    let secret = secret.to_str().unwrap();
    let more = [
        "--client-secret-file",
        secret,
        "--role-claim",
        "groups",
        "--role",
        "dispatcher=office",
    ];
    let said = run(data.path(), &[&SET[..], &more].concat(), "");
    let shown = run(data.path(), &SET[..3], "");
    for said in [&said, &shown] {
        for part in [
            "https://login.example/nordhaus as afield with a secret",
            "https://afield.example/api/v1/sign-in/oidc/callback/",
            "Who has office in groups begins as dispatcher.",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
        assert!(!said.contains("not for any eye"), "{said}");
    }
    let way = r#""sign_in_url":"/api/v1/sign-in/oidc?company=nordhaus""#;
    assert!(told(&server).contains(way), "{}", told(&server));

    let off = run(data.path(), &[&SET[..3], &["--off"]].concat(), "");
    assert!(off.contains("with a password"), "{off}");
    assert!(!told(&server).contains("sign_in_url"));
    server.kill();
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_changed() {
    let data = tempfile::tempdir().unwrap();
    Server::start(data.path()).kill();
    for (place, value, why) in [
        (2, "nobody", "there is no company nobody"),
        (
            4,
            "http://login.example",
            "--issuer must begin with https://",
        ),
        (
            4,
            "https://a@login.example",
            "--issuer must begin with https://",
        ),
        (4, "login.example", "--issuer must begin with https://"),
        (8, "https://afield.example/app", "--address has no path"),
        (
            8,
            "http://afield.example",
            "--address must begin with https://",
        ),
    ] {
        let mut command = SET;
        command[place] = value;
        let refused = run(data.path(), &command, "");
        assert!(refused.contains(why), "{value}: {refused}");
        assert!(refused.contains("nothing was changed"), "{refused}");
    }
    let unknown = ["--forget", "nobody@nordhaus.example"];
    let refused = run(data.path(), &[&SET[..3], &unknown].concat(), "");
    assert!(refused.contains("there is no user"), "{refused}");
    let never = ["--forget", "anna@nordhaus.example"];
    let said = run(data.path(), &[&SET[..3], &never].concat(), "");
    assert!(said.contains("has never signed in"), "{said}");
    let none = run(data.path(), &SET[..3], "");
    assert!(none.contains("no sign-in of its own"), "{none}");
}
