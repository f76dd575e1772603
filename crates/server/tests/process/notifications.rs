//! The program tells a device of a job, by itself, through a push service on this machine.

use crate::program::{Server, field};
use crate::push_service::{Device, PushService, check_sender};
use serde_json::json;

#[test]
fn the_program_tells_a_device_of_what_the_office_has_changed() {
    let data = tempfile::tempdir().unwrap();
    let flags = ["--unsafe-notifications-to-this-machine"];
    let server = Server::start_with(data.path(), &flags);
    let anna = server.sign_in();
    let (_, key) = server.ask("GET /api/v1/notifications/key", &anna, "");
    let service = PushService::start();
    let device = Device::new(1, service.endpoint("anna"));
    let put = |cookie: &str, device: &Device| {
        let headers = format!("{cookie}origin: http://127.0.0.1:8080\r\n");
        let body = device.subscription(json!({})).to_string();
        server.ask("PUT /api/v1/notifications", &headers, &body).1
    };
    let set = put(&anna, &device);
    assert!(set.contains(r#""outcome":"set""#), "{set}");

    let (_, page) = server.ask("GET /api/v1/pull?limit=1", &anna, "");
    let job = page.split_once("\"module\":\"job\"").unwrap().1;
    let job = field(job, "id");
    let dora = server.sign_in_as("dora@nordhaus.example", "afield-demo");
    let (_, me) = server.ask("GET /api/v1/session", &dora, "");
    let user = field(&me, "id");
    let note = "00000000-0000-4000-8000-0000000000e1";
    let body = format!(
        r#"{{"device":"{note}","ack_below":0,"mutations":[{{"id":"00000000-0000-7000-8000-0000000000f1","device":"{note}","seq":1,"user":"{user}","lane":{{"module":"note","id":"{note}"}},"op_version":1,"op":{{"op":"add_note","note":"{note}","job":"{job}","text":"Ring twice."}},"wall":1}}]}}"#
    );
    let (_, verdict) = server.ask("POST /api/v1/push", &dora, &body);
    assert!(verdict.contains(r#""verdict":"applied""#), "{verdict}");

    let received = service.next();
    let audience = format!("http://127.0.0.1:{}", service.port);
    check_sender(&received, field(&key, "key"), &audience);
    let shown = device.json(&received)["notification"].clone();
    assert_eq!(shown["title"], "The office has changed a job");
    let page = format!("http://127.0.0.1:8080/jobs/{job}");
    assert_eq!(shown["navigate"], page);
    server.kill();
}

#[test]
fn only_with_the_option_for_tests_the_program_writes_to_its_own_machine() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start_with(data.path(), &["--notification-hosts", "push.example"]);
    let anna = server.sign_in();
    for (endpoint, why) in [
        ("http://127.0.0.1:9/x", "not_https"),
        ("https://127.0.0.1:9/x", "host"),
        ("https://fcm.googleapis.com/x", "host"),
    ] {
        let body = Device::new(1, endpoint.to_owned()).subscription(json!({}));
        let asked = server.ask("PUT /api/v1/notifications", &anna, &body.to_string());
        assert!(asked.0.starts_with("HTTP/1.1 400"), "{}", asked.0);
        let said = format!(r#""why":"{why}""#);
        assert!(asked.1.contains(&said), "{}", asked.1);
    }
    server.kill();
}
