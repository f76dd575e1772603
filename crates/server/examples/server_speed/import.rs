//! How long an import beside the server keeps a push waiting.

use crate::client::Result;
use crate::{Server, data, ms, now, say};
use afield_server::clock::SystemClock;
use afield_server::import::{
    Assignment, DateOptions, Format, Import, Kind, Mapping, Rest, Shift, Table, TableOptions,
    run_import,
};
use afield_server::storage::Storage as _;
use afield_server::storage::sqlite::{Durability, SqliteStorage};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const CUSTOMERS: usize = 10_000;
/// Pushes before the import, to compare with.
const BEFORE: u64 = 200;

/// One device sends a note at a time; so many customers are imported meanwhile, as by a program of its own: over
/// connections of its own to the same file.
pub(crate) fn import() -> Result<()> {
    let server = Server::start()?;
    server.runtime.block_on(data::fill(&server.storage, 50))?;
    let mut client = server.sign_in(data::ANNA, "anna")?;
    let mut seq = 0;
    let mut push = || -> Result<Duration> {
        seq += 1;
        let body = data::push(1, seq, 1)?;
        let began = now();
        client.push(&body, 1)?;
        Ok(began.elapsed())
    };
    let alone = (0..BEFORE).map(|_| push()).collect::<Result<Vec<_>>>()?;
    let has_ended = Arc::new(AtomicBool::new(false));
    let (began, file, flag) = (now(), server.file.clone(), Arc::clone(&has_ended));
    let importing = std::thread::spawn(move || {
        let imported = tokio::runtime::Runtime::new()
            .map_err(Into::into)
            .and_then(|runtime| runtime.block_on(run(&file)));
        flag.store(true, Ordering::Relaxed);
        imported
    });
    let mut beside = Vec::new();
    while !has_ended.load(Ordering::Relaxed) {
        beside.push(push()?);
    }
    let created = importing.join().map_err(|_| "a thread panicked")??;
    let seconds = began.elapsed().as_secs_f64();
    say(&format!(
        "import of {created} customers with their places: {seconds:.1} s"
    ))?;
    for (what, mut times) in [("alone", alone), ("beside it", beside)] {
        times.sort_unstable();
        let middle = times.get(times.len() / 2).copied().unwrap_or_default();
        let most = times.last().copied().unwrap_or_default();
        say(&format!(
            "single pushes of one device, {what}: {} pushes, p50 {:.2} ms, most {:.1} ms",
            times.len(),
            ms(middle),
            ms(most),
        ))?;
    }
    Ok(())
}

/// How many were created.
async fn run(file: &Path) -> Result<usize> {
    let mut text = "Name,Phone,Address,City\n".to_owned();
    for n in 0..CUSTOMERS {
        writeln!(
            text,
            "Household {n},+49 30 {n},Birkenweg {n},Town {}",
            n % 40
        )?;
    }
    let table = Table::read(text.as_bytes(), &TableOptions::default())?;
    let columns = ["Name=name", "Phone=phone", "Address=address", "City=city"];
    let format = Format::Mapped(Mapping::read(Kind::Customers, columns)?);
    let storage = SqliteStorage::open(file, Durability::Full).await?;
    let company = storage.read().await?.company(data::COMPANY).await?;
    let import = Import {
        company: company.ok_or("there is no company")?,
        format,
        dates: DateOptions::default(),
        shift: Shift::None,
        assignment: Assignment::Nobody,
        is_dry_run: false,
        by: "Import".into(),
    };
    let report = run_import(&storage, &SystemClock, &import, &table, &Rest).await?;
    Ok(report.created)
}
