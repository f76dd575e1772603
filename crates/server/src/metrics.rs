//! What an operator asks at night, counted.
//!
//! Owns the figures and their names: what is served at `/metrics` (see `watching`), in the form of OpenMetrics. Labels are
//! of a few fixed kinds, so that the number of series is bounded. Must never carry whose work it is, or what it says.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

type Labels<const N: usize> = [(&'static str, String); N];
type Timed<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

/// What is counted while the server runs.
#[derive(Clone)]
pub(crate) struct Metrics {
    requests: Family<Labels<3>, Counter>,
    request_time: Timed<1>,
    verdicts: Family<Labels<1>, Counter>,
    storage_wait: Timed<1>,
    /// Its two, found once: every request has some.
    waits: [Histogram; 2],
    storage_failures: Counter,
    group_time: Histogram,
    group_size: Histogram,
    upload_bytes: Counter,
    /// Whether other servers are heard, where there can be any.
    hears: Arc<OnceLock<Gauge>>,
    heard: Counter,
}

/// What is looked up when somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// Event streams that are open: of boards and of phones.
    pub(crate) streams: i64,
    /// Phones that owe something, by what they told last.
    pub(crate) owing: i64,
    /// Changes that are on phones alone, by what they told last.
    pub(crate) unsent: i64,
    /// Those of them that were refused and wait for their users.
    pub(crate) parked: i64,
    /// Photos and files whose bytes are on phones alone.
    pub(crate) files: i64,
    /// How old the oldest of these changes is, in seconds.
    pub(crate) oldest_s: i64,
}

/// 1 ms to some 16 s.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 15))
}

impl Default for Metrics {
    fn default() -> Self {
        let timed = || Timed::new_with_constructor(seconds);
        let storage_wait: Timed<1> = timed();
        let wait = |what: &str| {
            let what = [("transaction", what.to_owned())];
            storage_wait.get_or_create(&what).clone()
        };
        Self {
            requests: Family::default(),
            request_time: timed(),
            waits: [wait("read"), wait("write")],
            verdicts: Family::default(),
            storage_wait,
            storage_failures: Counter::default(),
            group_time: seconds(),
            group_size: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            upload_bytes: Counter::default(),
            hears: Arc::default(),
            heard: Counter::default(),
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// A request of `route` (its pattern, never an address) was answered.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = [
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.to_string()),
        ];
        self.requests.get_or_create(&labels).inc();
        let route = [("route", route.to_owned())];
        self.request_time
            .get_or_create(&route)
            .observe(took.as_secs_f64());
    }

    /// A mutation was answered; `kind` is the verdict's name.
    pub(crate) fn decided(&self, kind: &'static str) {
        self.verdicts
            .get_or_create(&[("verdict", kind.to_owned())])
            .inc();
    }

    /// Somebody has waited so long for a transaction, and has it or not.
    pub(crate) fn waited(&self, writes: bool, took: Duration, is_done: bool) {
        let [read, write] = &self.waits;
        let wait = if writes { write } else { read };
        wait.observe(took.as_secs_f64());
        if !is_done {
            self.storage_failures.inc();
        }
    }

    /// So many mutations have become durable together, so long after the first of them began.
    pub(crate) fn committed(&self, mutations: usize, took: Duration) {
        self.group_time.observe(took.as_secs_f64());
        // At most some hundreds.
        self.group_size
            .observe(f64::from(u32::try_from(mutations).unwrap_or(u32::MAX)));
    }

    /// So many bytes of files were taken.
    pub(crate) fn uploaded(&self, bytes: u64) {
        self.upload_bytes.inc_by(bytes);
    }

    /// What other servers write is heard from now on, or is not.
    pub(crate) fn hears(&self, hears: bool) {
        let gauge = self.hears.get_or_init(Gauge::default);
        gauge.set(i64::from(hears));
    }

    /// Another server has said that it wrote.
    pub(crate) fn heard(&self) {
        self.heard.inc();
    }

    /// All of it as OpenMetrics text, with how things stand now.
    ///
    /// # Errors
    /// None in practice: a text takes what is written.
    pub(crate) fn write(&self, build: &str, standing: Standing) -> Result<String, fmt::Error> {
        let mut all = Registry::with_prefix("afield");
        let version = vec![
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("app", build.to_owned()),
        ];
        all.register("build", "What runs", Info::new(version));
        self.counted(&mut all);
        self.told_elsewhere(&mut all);
        stands(&mut all, standing);
        let mut text = String::new();
        encode(&mut text, &all)?;
        Ok(text)
    }

    /// Where one server has the database alone, there is nothing to hear and nothing to say of it.
    fn told_elsewhere(&self, all: &mut Registry) {
        let Some(hears) = self.hears.get() else {
            return;
        };
        all.register(
            "servers_heard",
            "1 while it is heard what other servers write; else open pages look every 15 seconds",
            hears.clone(),
        );
        all.register(
            "servers_words",
            "Words of other servers that they have written",
            self.heard.clone(),
        );
    }

    fn counted(&self, all: &mut Registry) {
        all.register("requests", "Requests answered", self.requests.clone());
        all.register_with_unit(
            "request_time",
            "From the head of a request to the head of its answer",
            Unit::Seconds,
            self.request_time.clone(),
        );
        all.register("verdicts", "Mutations answered", self.verdicts.clone());
        all.register_with_unit(
            "storage_wait",
            "How long a transaction was waited for",
            Unit::Seconds,
            self.storage_wait.clone(),
        );
        all.register(
            "storage_failures",
            "Transactions that could not be begun",
            self.storage_failures.clone(),
        );
        all.register_with_unit(
            "push_commit_time",
            "From the first push of a commit until all of it is durable",
            Unit::Seconds,
            self.group_time.clone(),
        );
        all.register(
            "push_commit_mutations",
            "Mutations that became durable together",
            self.group_size.clone(),
        );
        all.register_with_unit(
            "upload",
            "Bytes of photos and files taken",
            Unit::Bytes,
            self.upload_bytes.clone(),
        );
    }
}

fn stands(all: &mut Registry, standing: Standing) {
    let mut gauge = |name: &str, help: &str, value: i64| {
        let gauge: Gauge = Gauge::default();
        gauge.set(value);
        all.register(name, help, gauge);
    };
    gauge(
        "event_streams",
        "Event streams that are open",
        standing.streams,
    );
    gauge(
        "phones_owing",
        "Phones with something unsent, by what each told last",
        standing.owing,
    );
    gauge(
        "phones_unsent_changes",
        "Changes on phones alone, by what each told last",
        standing.unsent,
    );
    gauge(
        "phones_parked_changes",
        "Changes that were refused and wait for their users",
        standing.parked,
    );
    gauge(
        "phones_waiting_files",
        "Photos and files on phones alone, by what each told last",
        standing.files,
    );
    gauge(
        "phones_oldest_unsent_seconds",
        "Age of the oldest change on a phone alone",
        standing.oldest_s,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_written_by_name_with_its_labels() {
        let metrics = Metrics::default();
        metrics.answered("POST", "/api/v1/push", 200, Duration::from_millis(3));
        metrics.answered("POST", "/api/v1/push", 200, Duration::from_millis(30));
        metrics.decided("applied");
        metrics.waited(true, Duration::from_secs(6), false);
        metrics.committed(3, Duration::from_millis(1));
        metrics.uploaded(5_000);
        let standing = Standing {
            unsent: 7,
            oldest_s: 90,
            ..Standing::default()
        };
        let text = metrics.write("b0b0", standing).unwrap();
        for line in [
            r#"afield_requests_total{method="POST",route="/api/v1/push",status="200"} 2"#,
            r#"afield_request_time_seconds_bucket{le="0.004",route="/api/v1/push"} 1"#,
            r#"afield_request_time_seconds_count{route="/api/v1/push"} 2"#,
            r#"afield_verdicts_total{verdict="applied"} 1"#,
            r#"afield_storage_wait_seconds_count{transaction="write"} 1"#,
            "afield_storage_failures_total 1",
            "afield_push_commit_mutations_sum 3.0",
            "afield_upload_bytes_total 5000",
            "afield_phones_unsent_changes 7",
            "afield_phones_oldest_unsent_seconds 90",
            "# EOF",
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
        assert!(text.contains(r#"app="b0b0""#), "{text}");
    }
}
