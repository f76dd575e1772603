//! An update of a server beside others, while phones push: a step of the schema that must wait for an older server is
//! taken in the middle of it.

use crate::cluster;
use crate::postgres::{Anna, block_on, new_database, notes, push, serve};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

const CONTRACTED: &str = "SELECT 1 FROM _sqlx_migrations WHERE description LIKE 'contract %'";

/// Waits until each device has heard that so many `more` of its notes are there, or it is over.
fn until_more(heard: &[AtomicU32], more: u32, over: &AtomicBool) {
    for device in heard {
        let until = device.load(Ordering::SeqCst) + more;
        while device.load(Ordering::SeqCst) < until && !over.load(Ordering::SeqCst) {
            thread::yield_now();
        }
    }
}

#[test]
fn no_push_fails_while_another_server_starts_and_changes_the_schema() {
    let (data, address) = (tempfile::tempdir().unwrap(), new_database());
    // As of a server of the release with step 37, which this build's steps must spare.
    let options = PgConnectOptions::from_str(&address).unwrap();
    let options = options.application_name("afield");
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let older = runtime.block_on(options.connect()).unwrap();
    let first = serve(data.path(), &address);
    let contracted = || block_on(cluster::run(&address, CONTRACTED));
    assert_eq!(contracted(), 0);
    let anna = Anna::at(&first);
    let over = AtomicBool::new(false);
    let heard = [1, 2, 3, 4].map(|_| AtomicU32::new(0));
    thread::scope(|scope| {
        for (device, heard) in (1..).zip(&heard) {
            let (first, anna, over) = (&first, &anna, &over);
            scope.spawn(move || {
                for n in 1.. {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let answer = push(first, anna, (device, n));
                    if answer.is_none() {
                        over.store(true, Ordering::SeqCst);
                    }
                    assert!(answer.is_some(), "push {n} of device {device}");
                    heard.store(n, Ordering::SeqCst);
                }
            });
        }
        until_more(&heard, 3, &over);
        runtime.block_on(older.close()).unwrap();
        let gone = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'afield'";
        while block_on(cluster::run(&address, gone)) > 0 {}
        let second = serve(data.path(), &address);
        assert!(contracted() > 0);
        until_more(&heard, 3, &over);
        assert_eq!(notes(&second, &anna, (1, 1)), 1);
        over.store(true, Ordering::SeqCst);
    });
    let told: u32 = heard
        .iter()
        .map(|device| device.load(Ordering::SeqCst))
        .sum();
    let sql = "SELECT 1 FROM records WHERE module = 'note' AND data::text LIKE '%\"wet 000%'";
    assert_eq!(block_on(cluster::run(&address, sql)), u64::from(told));
    first.kill();
}
