//! The server from outside: the real router in this process, on a real SQLite file.

// The lints spare `#[test]` functions, but not their helpers.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

mod cache;
mod client;
#[path = "../postgres/cluster.rs"]
mod cluster;
mod fragile;
mod notified;
mod own_browser;
mod phone;
mod provider;
#[path = "../push_service/service.rs"]
mod push_service;
#[allow(dead_code)] // Another program of tests needs more of it.
#[path = "../s3/server.rs"]
mod s3_server;

mod acceptance;
mod auth;
mod board;
mod board_follows;
mod brought;
mod company;
mod conflicts;
mod connected;
mod create;
mod customers;
mod damaged;
mod demo;
mod device;
mod ending;
mod envelope;
mod epoch;
mod events;
mod export;
mod files;
mod forms;
mod growth;
mod import;
mod import_beside;
mod import_cases;
mod import_customers;
mod import_dates;
mod import_numbered;
mod import_support;
mod import_updates;
mod imports;
mod isolation;
mod left;
mod live_board;
mod made;
mod matrix;
mod merge;
mod migration;
mod named;
mod notifications;
mod office;
mod office_files;
mod office_forms;
mod openapi;
mod own_answers;
mod own_sign_in;
mod people;
mod preview;
mod pull;
mod pull_departures;
mod pull_in_hand;
mod pull_model;
mod pull_pages;
mod pull_things;
mod push;
mod push_limits;
mod push_services;
mod records;
mod remembered;
mod replaces;
mod replicas;
mod retention;
mod reviews;
mod reviews_left_out;
mod reviews_order;
mod reviews_shown;
mod revoke;
mod revoked_session;
mod rights;
mod rules;
mod series;
mod series_by_contract;
mod serving;
mod two_hosts;
mod uploads;
mod uploads_s3;
mod wake;
mod watching;
mod withdraw;
mod work;
