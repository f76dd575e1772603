//! To which push services the server writes, and what it does with their answers.

use crate::client::Client;
use crate::notified::*;
use crate::phone::Phone;
use crate::support::*;
use afield_protocol::*;
use afield_server::notifications::send::Sent;
use afield_server::web_app::WebApp;
use serde_json::json;

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn a_device_that_is_gone_is_forgotten() {
    for status in ["410 Gone\r\n", "404 Not Found\r\n"] {
        let told = Told::start().await;
        told.server.put_job(1, ANNA).await;
        told.server.put_job(2, ANNA).await;
        told.service.answer(status);
        let gone = Sent {
            gone: 2,
            ..Sent::default()
        };
        assert_eq!(told.send().await, gone);
        let all: Notifications = told.anna.get(paths::NOTIFICATIONS).await.ok();
        assert!(all.subscriptions.is_empty(), "{all:?}");
        told.service.take();
        told.server.put_job(3, ANNA).await;
        assert_eq!(told.send().await, Sent::default());
        assert!(told.service.take().is_empty());
    }
}

#[tokio::test]
async fn what_is_not_taken_now_is_tried_again_later_and_later_and_not_for_ever() {
    let told = Told::start().await;
    told.server.put_job(1, ANNA).await;
    let later = Sent {
        later: 1,
        ..Sent::default()
    };
    told.service
        .answer("429 Too Many Requests\r\nretry-after: 120\r\n");
    assert_eq!(told.send().await, later);
    told.server.clock.advance(119_000);
    assert_eq!(
        told.send().await,
        Sent::default(),
        "as long as it was asked"
    );
    told.server.clock.advance(1_000);
    told.service.answer("503 Service Unavailable\r\n");
    assert_eq!(told.send().await, later);
    told.server.clock.advance(59_000);
    assert_eq!(told.send().await, Sent::default(), "twice as long");
    told.server.clock.advance(1_000);
    told.service.answer(CREATED);
    assert_eq!(told.send().await, sent(1));
    assert_eq!(told.service.take().len(), 3);

    told.server.put_job(2, ANNA).await;
    told.service.answer("500 Internal Server Error\r\n");
    let mut tries = 0;
    let refused = loop {
        let sent = told.send().await;
        if sent.refused > 0 || tries == 100 {
            break sent;
        }
        tries += sent.later;
        told.server.clock.advance(60 * MINUTE);
    };
    assert_eq!(refused.refused, 1);
    assert!((20..30).contains(&tries), "{tries} tries in a day");
    told.service.take();
    assert_eq!(told.send().await, Sent::default());
}

#[tokio::test]
async fn what_leads_elsewhere_is_not_followed() {
    let (told, elsewhere) = (Told::start().await, PushService::start());
    told.server.put_job(1, ANNA).await;
    for status in ["301", "302", "303", "307", "308"] {
        let to = elsewhere.endpoint("stolen");
        told.service
            .answer(&format!("{status} Elsewhere\r\nlocation: {to}\r\n"));
        told.rename(job(1, None).id, status).await;
        let refused = Sent {
            refused: 1,
            ..Sent::default()
        };
        assert_eq!(told.send().await, refused, "{status}");
    }
    assert_eq!(told.service.take().len(), 5);
    assert!(elsewhere.take().is_empty());
}

#[tokio::test]
async fn an_address_of_a_private_network_is_refused_when_it_is_set_and_at_every_sending() {
    // Who connects is seen: nobody does.
    let trap = PushService::start();
    let names = Leads::to("8.8.8.8");
    let host = format!("push.example:{}", trap.port);
    let told = Told::start_with(own_hosts(&host, &names)).await;
    let device = Device::new(9, format!("https://{host}/x"));
    let wanted = || device.subscription(json!({}));
    for address in ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::1"] {
        names.lead_to(address);
        let refused = NotificationAnswer::Refused {
            why: NotificationFlaw::PrivateAddress,
        };
        assert_eq!(told.set(wanted()).await, refused, "{address}");
    }
    names.lead_to("8.8.8.8");
    assert_eq!(told.set(wanted()).await, NotificationAnswer::Set);
    names.lead_to("127.0.0.1");
    told.server.put_job(1, ANNA).await;
    let refused = Sent {
        refused: 1,
        ..Sent::default()
    };
    assert_eq!(told.send().await, refused);
    assert!(trap.take().is_empty());
}

#[tokio::test]
async fn a_device_of_this_machine_is_refused_without_the_option_for_tests_also_if_it_was_set_with_it()
 {
    let told = Told::start().await;
    told.server.put_job(1, ANNA).await;
    let Told {
        server,
        service,
        device,
        ..
    } = told;
    let folder = server.stop().await;
    let server = Server::start_in(folder, afield_server::Config::default(), WebApp::embedded());
    let server = server.await;
    let sent = afield_server::notifications::send::send_due(&server.app);
    assert_eq!(sent.await.unwrap().refused, 1);
    assert!(service.take().is_empty());
    let anna = server.sign_in(ANNA).await;
    let answer = put(&anna, device.subscription(json!({}))).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn what_cannot_be_a_device_is_refused_and_said_why() {
    let told = Told::start().await;
    let good = told.device.subscription(json!({}));
    let with = |field: &str, value: serde_json::Value| {
        let mut changed = good.clone();
        changed[field] = value;
        changed
    };
    let quiet = |from: u32| json!({"quiet": {"from": from, "to": 0}});
    use NotificationFlaw::{Address, Host, Keys, NotHttps, QuietHours};
    for (wanted, why) in [
        (with("endpoint", json!("nowhere")), Address),
        (with("endpoint", json!("https://evil.example/x")), Host),
        (with("endpoint", json!("http://evil.example/x")), NotHttps),
        (with("p256dh", json!("AAAA")), Keys),
        (with("auth", json!("AAAA")), Keys),
        (with("wishes", quiet(1_440)), QuietHours),
    ] {
        let answer = put(&told.anna, wanted.clone()).await;
        assert_eq!(answer.status, 400, "{wanted}");
        let refused = NotificationAnswer::Refused { why };
        assert_eq!(answer.ok::<NotificationAnswer>(), refused, "{wanted}");
    }
    // Nothing of it was kept.
    let all: Notifications = told.anna.get(paths::NOTIFICATIONS).await.ok();
    assert_eq!(all.subscriptions.len(), 1);
}

#[tokio::test]
async fn of_eleven_devices_the_one_that_was_set_longest_ago_is_told_no_more() {
    let told = Told::start().await;
    for number in 10..20 {
        told.server.clock.advance(1_000);
        let device = Device::new(number, told.service.endpoint(&number.to_string()));
        told.set(device.subscription(json!({}))).await;
    }
    let all: Notifications = told.anna.get(paths::NOTIFICATIONS).await.ok();
    let names: Vec<&str> = all
        .subscriptions
        .iter()
        .filter_map(|set| set.endpoint.rsplit('/').next())
        .collect();
    let expected = ["19", "18", "17", "16", "15", "14", "13", "12", "11", "10"];
    assert_eq!(names, expected);
    told.server.put_job(1, ANNA).await;
    assert_eq!(told.send().await, sent(10));
}

#[tokio::test]
async fn nobody_waits_for_a_push_service_that_does_not_answer() {
    // It takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let told = Told::start().await;
    let device = Device::new(9, format!("http://127.0.0.1:{port}/x"));
    told.set(device.subscription(json!({}))).await;
    let job = told.server.put_job(1, ANNA).await.id;
    let app = std::sync::Arc::clone(&told.server.app);
    let sending =
        tokio::spawn(async move { afield_server::notifications::send::send_due(&app).await });
    // The message is on its way.
    let (_held, _) = in_time(tokio::task::spawn_blocking(move || {
        silent.accept().unwrap()
    }))
    .await
    .unwrap();
    let mut phone = Phone::of(ANNA);
    let anna: &Client = &told.anna;
    assert_eq!(
        in_time(anna.push(&[phone.note(job, "wet")])).await,
        ["applied"]
    );
    assert!(!sending.is_finished(), "it still waits");
    sending.abort();
}
