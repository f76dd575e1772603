//! Where messages may go, and where they may not.

use super::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, NotificationFlaw>) {
    let read = read_endpoint(text, &Rules::default());
    let audience = read.map(|endpoint| endpoint.audience());
    assert_eq!(audience, expected.map(str::to_owned), "{text}");
}

#[test]
fn messages_go_to_the_push_services_of_browsers_and_nowhere_else() {
    use NotificationFlaw::{Address, Host, NotHttps};
    for (text, audience) in [
        (
            "https://fcm.googleapis.com/fcm/send/abc:def-_x?y=1",
            "https://fcm.googleapis.com",
        ),
        (
            "https://FCM.googleapis.com:443/x",
            "https://fcm.googleapis.com",
        ),
        (
            "https://updates.push.services.mozilla.com/wpush/v2/g",
            "https://updates.push.services.mozilla.com",
        ),
        (
            "https://wns2-db5p.notify.windows.com/w/?token=B%2b",
            "https://wns2-db5p.notify.windows.com",
        ),
        ("https://web.push.apple.com/Q", "https://web.push.apple.com"),
        ("https://a.b.push.apple.com", "https://a.b.push.apple.com"),
    ] {
        check(text, Ok(audience));
    }
    for text in [
        "https://evil.example/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com./x",
        "https://evilnotify.windows.com/x",
        "https://notify.windows.com/x",
        "https://.notify.windows.com/x",
        "https://x.fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
    ] {
        check(text, Err(Host));
    }
    for text in [
        "http://fcm.googleapis.com/x",
        "http://127.0.0.1:9/x",
        "ftp://fcm.googleapis.com/x",
    ] {
        check(text, Err(NotHttps));
    }
    let long = format!("https://fcm.googleapis.com/{}", "x".repeat(LONGEST));
    for text in [
        "",
        "/x",
        "fcm.googleapis.com",
        "https://",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://fcm.googleapis.com/x#y",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x\r\nhost: evil",
        &long,
    ] {
        check(text, Err(Address));
    }
}

#[test]
fn an_installation_names_its_own() {
    let rules = Rules {
        hosts: vec!["Push.example".into(), "*.here.example:8443".into()],
        loopback: false,
    };
    for (text, may) in [
        ("https://push.example/x", true),
        ("https://a.here.example:8443/x", true),
        ("https://a.here.example/x", false),
        ("https://push.example:8443/x", false),
        ("https://fcm.googleapis.com/x", false),
        ("http://127.0.0.1/x", false),
    ] {
        assert_eq!(read_endpoint(text, &rules).is_ok(), may, "{text}");
    }
    let for_tests = Rules {
        loopback: true,
        ..Rules::default()
    };
    for (text, may) in [
        ("http://127.0.0.1:9/x", true),
        ("http://localhost:9/x", true),
        ("http://[::1]:9/x", true),
        ("http://192.168.0.1:9/x", false),
        ("http://push.example/x", false),
        ("https://127.0.0.1:9/x", false),
    ] {
        assert_eq!(read_endpoint(text, &for_tests).is_ok(), may, "{text}");
    }
}

#[test]
fn only_addresses_of_the_internet_are_public() {
    for address in [
        "8.8.8.8",
        "142.250.74.170",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "192.0.1.1",
        "2a00:1450:4001:82a::200a",
        "2001:4860:4860::8888",
        "64:ff9b::8.8.8.8",
    ] {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
    for address in [
        "0.0.0.0",
        "10.1.2.3",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2002:7f00:1::",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
    ] {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn one_address_that_is_not_allowed_forbids_all() {
    let rules = Rules {
        loopback: true,
        ..Rules::default()
    };
    let far = read_endpoint("https://fcm.googleapis.com/x", &rules).unwrap();
    let here = read_endpoint("http://127.0.0.1:9/x", &rules).unwrap();
    let choose = |endpoint: &Endpoint, addresses: &[&str]| {
        let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
        let chosen = choose_addresses(endpoint, &addresses)?;
        Ok(chosen.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let both = ["8.8.8.8", "2a00::1"].map(str::to_owned).to_vec();
    let many = ["2a00::1", "2a00::2", "8.8.8.8", "8.8.4.4"];
    assert_eq!(choose(&far, &many), Ok(both));
    assert_eq!(choose(&far, &["2a00::1"]), Ok(vec!["2a00::1".to_owned()]));
    let private = Err(NotificationFlaw::PrivateAddress);
    assert_eq!(choose(&far, &["8.8.8.8", "10.0.0.1"]), private);
    assert_eq!(choose(&far, &["127.0.0.1"]), private);
    assert_eq!(choose(&here, &["8.8.8.8"]), private);
    assert_eq!(
        choose(&here, &["127.0.0.1"]),
        Ok(vec!["127.0.0.1".to_owned()])
    );
    assert_eq!(choose(&far, &[]), Err(NotificationFlaw::Address));
}
