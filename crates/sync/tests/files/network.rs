//! Which network files go over: not a slow one, nor a mobile one where their user wants Wi-Fi.

use super::*;

#[test]
fn on_a_slow_network_only_text_goes_unless_a_person_wants_it() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    engine.host.set_slow(true);
    assert_eq!(pass(&engine, Trigger::Asked), FilesEnd::Slow);
    assert_eq!((came(&server), server.applied().len()), (0, 1));
    block_on(engine.run_at_once()).unwrap();
    assert_eq!(pass(&engine, Trigger::Asked), FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
    // What is picked later waits again.
    pick(&server, &engine, 2, 100);
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Slow);
    engine.host.set_slow(false);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(has_received(&server, 2, 100));
}

#[test]
fn whoever_wants_wi_fi_for_photos_keeps_them_off_a_mobile_network_and_no_text() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    engine.host.set_cellular(true);
    block_on(engine.run_wifi_only(true)).unwrap();
    assert_eq!(pass(&engine, Trigger::Asked), FilesEnd::Slow);
    assert_eq!((came(&server), server.applied().len()), (0, 1));
    // A person may want them sent all the same, those that wait now.
    block_on(engine.run_at_once()).unwrap();
    assert_eq!(pass(&engine, Trigger::Asked), FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
    pick(&server, &engine, 2, 100);
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Slow);
    engine.host.set_cellular(false);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(has_received(&server, 2, 100));
    // Without that wish a mobile network is one as any other.
    engine.host.set_cellular(true);
    block_on(engine.run_wifi_only(false)).unwrap();
    pick(&server, &engine, 3, 100);
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done);
    assert!(has_received(&server, 3, 100));
}

#[test]
fn a_line_that_was_found_slow_is_left_to_text_and_tried_again() {
    let (server, engine) = phone();
    let is_slow = || sync_status(&block_on(engine.outbox.load(Read::All)).unwrap()).is_slow;
    pick(&server, &engine, 1, 1_000_000);
    // A piece of 64 KiB takes sixteen seconds.
    server.set_pace(Some((4_096, engine.host.clone())));
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Slow);
    let first = came(&server);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Slow);
    assert_eq!((is_slow(), came(&server)), (true, first));
    engine.host.advance(6 * 60_000);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Slow);
    assert_eq!(came(&server), first + 64 * 1_024);
    block_on(engine.run_at_once()).unwrap();
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(is_slow() && has_received(&server, 1, 1_000_000));
    // Quick again: found out with the next try.
    server.set_pace(None);
    pick(&server, &engine, 2, 1_000_000);
    engine.host.advance(6 * 60_000);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(!is_slow() && has_received(&server, 2, 1_000_000));
}
