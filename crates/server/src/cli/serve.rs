//! `afield-server serve`.

use super::say;
use crate::auth::password::{Cost, Passwords};
use crate::clock::{Clock, MovedClock, SystemClock};
use crate::demo;
use crate::error::ServerError;
use crate::serving::serve;
use crate::state::{App, Config};
use crate::storage::Storage;
use crate::storage::sqlite::{Durability, SqliteStorage};
use crate::web_app::WebApp;
use afield_domain::{Role, Timestamp};
use clap::Args;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Held by the one program that serves the data; the system lets go of it however that program ends.
const HELD: &str = ".serving";

/// Passwords checked at the same time, however many processors there are: each takes 19 MiB.
const SIGN_INS: usize = 4;

/// What `serve` takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder that holds the data.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
    /// Make two demo companies with jobs around today.
    #[arg(long)]
    demo: bool,
    /// With the demo: run as if it were another day, at ten in the morning of the first company or at
    /// the time given there, and the clock went on from then.
    #[arg(long, value_name = "YYYY-MM-DD[THH:MM]", requires = "demo", value_parser = demo::read_today)]
    today: Option<Timestamp>,
    /// Serve the app from this folder instead of the one inside the program.
    #[arg(long)]
    assets: Option<PathBuf>,
    /// A proxy in front tells the client's address in X-Forwarded-For.
    #[arg(long)]
    behind_proxy: bool,
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let _held = hold(&options.data)?;
    let listener = listen(SocketAddr::new(options.host, options.port)).await?;
    let address = listener
        .local_addr()
        .map_err(|error| ServerError::Unusable(format!("cannot listen: {error}")))?;
    let app = start(&options).await?;
    say(&format!("Afield is ready: http://{address}"));
    if options.demo {
        print_sign_ins();
    }
    serve(app, listener, ended()).await
}

async fn start(options: &Options) -> Result<Arc<App>, ServerError> {
    let storage: Arc<dyn Storage> = Arc::new(open(&options.data).await?);
    let clock: Arc<dyn Clock> = match options.today {
        Some(now) => Arc::new(MovedClock::starting_at(now)),
        None => Arc::new(SystemClock),
    };
    let at_once = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .min(SIGN_INS);
    let passwords = Passwords::new(Cost::Full, at_once)?;
    if options.demo {
        let hash = passwords.hash(demo::PASSWORD)?;
        demo::ensure_demo(storage.as_ref(), clock.as_ref(), &hash).await?;
    }
    let assets = match &options.assets {
        Some(folder) => WebApp::folder(folder),
        None => WebApp::embedded(),
    };
    let config = Config {
        behind_proxy: options.behind_proxy,
        ..Config::default()
    };
    App::start(storage, clock, passwords, assets, config).await
}

/// The database's file in the folder `data`.
pub(super) fn database(data: &Path) -> PathBuf {
    data.join("afield.db")
}

/// Keeps every other server from the data in `data`, until what is given back is dropped.
pub(super) fn hold(data: &Path) -> Result<File, ServerError> {
    let held = std::fs::create_dir_all(data).and_then(|()| own_file(&data.join(HELD)));
    let held = held.map_err(|error| not_writable(data, &error))?;
    match held.try_lock() {
        Err(TryLockError::WouldBlock) => Err(ServerError::Unusable(format!(
            "another server already serves the data in {}: stop it first, or choose another folder with --data DIR",
            data.display()
        ))),
        // Some network drives know no locks: that is no reason not to serve.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(held),
    }
}

fn not_writable(data: &Path, error: &std::io::Error) -> ServerError {
    ServerError::Unusable(format!(
        "cannot write to the data folder {} ({error}): make it writable, or choose another with --data DIR",
        data.display()
    ))
}

/// Opens a file to write in, and makes it if it is not there; nobody else on the machine may read it.
fn own_file(file: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let opened = options.mode(0o600).open(file)?;
        opened.set_permissions(Permissions::from_mode(0o600))?;
        Ok(opened)
    }
    #[cfg(not(unix))]
    options.open(file)
}

/// Opens the database in `data`, and makes both if they are not there.
pub(super) async fn open(data: &Path) -> Result<SqliteStorage, ServerError> {
    let file = database(data);
    // SQLite gives its other files the rights of this one.
    std::fs::create_dir_all(data)
        .and_then(|()| own_file(&file))
        .map_err(|error| not_writable(data, &error))?;
    SqliteStorage::open(&file, Durability::Full)
        .await
        .map_err(|error| {
            let cause = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            ServerError::Unusable(format!(
                "cannot open the database {} ({cause}): it may be damaged or of a newer version; nothing was changed",
                file.display()
            ))
        })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServerError> {
    let port = address.port();
    let other = port.checked_add(1).unwrap_or(8080).max(1024);
    TcpListener::bind(address).await.map_err(|error| {
        ServerError::Unusable(match error.kind() {
            ErrorKind::AddrInUse => format!(
                "port {port} is taken by another program: stop it, or choose another port with --port {other}"
            ),
            ErrorKind::PermissionDenied => format!(
                "port {port} is reserved for the system: choose another with --port {other}"
            ),
            _ => format!("cannot listen on {address} ({error}): choose another with --host or --port"),
        })
    })
}

/// Ends with Ctrl-C or SIGTERM.
async fn ended() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

fn print_sign_ins() {
    say(&format!(
        "\nThe demo's sign-ins; the password is always {}\n",
        demo::PASSWORD
    ));
    for sign_in in demo::sign_ins() {
        let role = match sign_in.role {
            Role::Technician => "technician",
            Role::Dispatcher => "dispatcher",
            Role::Admin => "admin",
        };
        say(&format!(
            "  {:<17} {role:<11} {}",
            sign_in.company, sign_in.email
        ));
    }
    say("");
}
