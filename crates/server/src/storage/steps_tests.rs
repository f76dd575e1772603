//! What a step does to servers of the version before is what its name says.
//!
//! Owns the statements that an expanding step may have. They are few on purpose: what is none of them is said to
//! contract, or split into a step of this version that expands and one of a later that contracts.

use super::steps::{CONTRACTS, EXPANDS};
use sqlx::migrate::{Migration, Migrator};

/// The last step that says nothing of itself: it was taken while no server ran.
const LAST_UNNAMED: i64 = 37;

fn named(steps: &Migrator) -> Vec<&Migration> {
    steps
        .iter()
        .filter(|step| step.version > LAST_UNNAMED)
        .collect()
}

/// The statements of a step, in capitals, each in one line with single spaces, without comments.
fn statements(sql: &str) -> Vec<String> {
    let code: Vec<&str> = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect();
    let mut statements = vec![String::new()];
    // What stands between two marks of dollars is a text.
    for (n, part) in code.join("\n").split("$$").enumerate() {
        let mut pieces = part.split(if n % 2 == 0 { ';' } else { '\0' });
        statements
            .last_mut()
            .unwrap()
            .push_str(pieces.next().unwrap());
        statements.extend(pieces.map(str::to_owned));
    }
    let in_one_line = |sql: &String| {
        sql.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_uppercase()
    };
    let statements = statements.iter().map(in_one_line);
    statements.filter(|sql| !sql.is_empty()).collect()
}

/// Whether nothing follows behind a comma, but within parentheses.
fn is_one(changes: &str) -> bool {
    let mut depth = 0;
    changes.chars().all(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter != ',' || depth > 0
    })
}

/// The first statement of a step on which a server of the version before may fail, or by which it may write what no one
/// expects, and why; nothing if there is none.
fn harm(sql: &str) -> Option<(String, &'static str)> {
    let statements = statements(sql);
    let made = |sql: &String| {
        Some(
            sql.strip_prefix("CREATE TABLE ")?
                .split([' ', '('])
                .next()?
                .to_owned(),
        )
    };
    let made: Vec<String> = statements.iter().filter_map(made).collect();
    let harms = |sql: String| harm_of(&sql, &made).map(|why| (sql, why));
    statements.into_iter().find_map(harms)
}

/// As [`harm`], of one statement of a step that has `made` these tables.
fn harm_of(statement: &str, made: &[String]) -> Option<&'static str> {
    let has = |words: &str| statement.contains(words);
    let begins = |words: &str| statement.starts_with(words);
    if begins("SELECT 1") || begins("CREATE INDEX ") || begins("CREATE FUNCTION ") {
        return None;
    }
    if begins("CREATE TABLE ") {
        // It deletes rows without knowing who refers to them.
        let is_bound =
            has(" REFERENCES ") && !has(" ON DELETE CASCADE") && !has(" REFERENCES COMPANIES ");
        return is_bound.then_some("it cannot delete what rows of the new table refer to");
    }
    // Nobody knows the table yet.
    let is_of_new = |table: &String| {
        let adds = begins("CREATE POLICY ") || begins("CREATE UNIQUE INDEX ");
        begins(&format!("ALTER TABLE {table} ")) || adds && has(&format!(" ON {table} "))
    };
    if made.iter().any(is_of_new) {
        return None;
    }
    let changes = statement
        .strip_prefix("ALTER TABLE ")
        .and_then(|rest| rest.split_once(' '));
    if changes.is_some_and(|(_, what)| what.starts_with("ADD COLUMN ") && is_one(what)) {
        let bound = ["REFERENCES ", "UNIQUE", "PRIMARY KEY", "CHECK"]
            .iter()
            .any(|words| has(words));
        if bound {
            return Some("it writes rows that the new column does not allow");
        }
        let is_left_out = !has("NOT NULL") || has("DEFAULT ") || has(" GENERATED ALWAYS AS ");
        return (!is_left_out).then_some("it writes rows without the new column");
    }
    Some("it is none of what is known to harm nobody")
}

#[test]
fn every_step_says_what_it_does_to_others_and_an_expanding_one_harms_nobody() {
    for steps in [&super::sqlite::MIGRATIONS, &super::postgres::MIGRATIONS] {
        for step in named(steps) {
            let name = &step.description;
            let expands = name.starts_with(EXPANDS);
            assert!(
                expands || name.starts_with(CONTRACTS),
                "{}: {name}",
                step.version
            );
            if expands {
                assert_eq!(harm(step.sql.as_str()), None, "{}", step.version);
            }
        }
    }
}

#[test]
fn both_halves_of_a_step_are_called_the_same() {
    let names = |steps| {
        let steps = named(steps).into_iter();
        steps
            .map(|step| (step.version, step.description.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&super::sqlite::MIGRATIONS),
        names(&super::postgres::MIGRATIONS)
    );
}

#[test]
fn what_an_older_server_would_stumble_over_does_not_pass_for_expanding() {
    for sql in [
        "ALTER TABLE jobs DROP COLUMN place",
        "ALTER TABLE jobs RENAME COLUMN place TO site",
        "ALTER TABLE jobs ADD COLUMN place BIGINT NOT NULL",
        "ALTER TABLE jobs ADD COLUMN place BIGINT UNIQUE",
        "ALTER TABLE jobs ADD COLUMN place UUID REFERENCES places (id)",
        "ALTER TABLE jobs ADD COLUMN a BIGINT, DROP COLUMN b",
        "ALTER TABLE jobs ALTER COLUMN place SET NOT NULL",
        "ALTER TABLE jobs ENABLE ROW LEVEL SECURITY",
        "CREATE UNIQUE INDEX jobs_by_place ON jobs (place)",
        "CREATE TABLE sites (job UUID REFERENCES jobs (id))",
        "CREATE OR REPLACE FUNCTION afield_member() RETURNS TEXT",
        "CREATE TRIGGER t BEFORE INSERT ON jobs",
        "CREATE POLICY p ON jobs",
        "DROP INDEX jobs_by_place",
        "UPDATE jobs SET place = 1",
        "create table harmless (id BIGINT); delete from jobs",
        "DO $$ BEGIN PERFORM 1; END $$",
        "CREATE TABLE sites (id UUID); CREATE POLICY p ON jobs USING (true)",
    ] {
        assert!(harm(sql).is_some(), "{sql}");
    }
}

#[test]
fn what_adds_passes_for_expanding() {
    for sql in [
        "-- Why.\nALTER TABLE jobs ADD COLUMN place BIGINT; -- a note; with a semicolon",
        "ALTER TABLE jobs ADD COLUMN place BIGINT NOT NULL DEFAULT 0",
        "CREATE TABLE sites (job UUID, FOREIGN KEY (job) REFERENCES jobs (id) ON DELETE CASCADE)",
        "CREATE INDEX jobs_by_place ON jobs (place)",
        "CREATE TABLE sites (id UUID); CREATE UNIQUE INDEX s ON sites (id); CREATE POLICY p ON sites USING (true); \
         ALTER TABLE sites ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "CREATE FUNCTION f() RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN DELETE FROM jobs; END $$;",
    ] {
        assert_eq!(harm(sql), None);
    }
}
