//! `afield-server serve`.

use super::data::Data;
use super::file_place::FilePlace;
use super::say;
use super::tls::TlsOptions;
use crate::auth::password::{Cost, Passwords};
use crate::clock::{Clock, MovedClock, SystemClock};
use crate::demo;
use crate::error::ServerError;
use crate::notifications::endpoint::Rules;
use crate::notifications::settings::Settings;
use crate::serving::tls::Tls;
use crate::serving::{run_redirect, serve};
use crate::state::{App, Config};
use crate::two_hosts::TwoHosts;
use crate::watching::watch;
use crate::web_app::WebApp;
use afield_domain::{Role, Timestamp};
use clap::Args;
use clap::builder::ArgPredicate;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Passwords checked at the same time, however many processors there are: each takes 19 MiB.
const SIGN_INS: usize = 4;

/// What `serve` takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The address to listen on; with --tls-domain all of this machine.
    #[arg(
        long,
        default_value = "127.0.0.1",
        default_value_if("tls_domain", ArgPredicate::IsPresent, "0.0.0.0")
    )]
    host: IpAddr,
    /// The port to listen on; with --tls-domain 443. 0 takes a free one.
    #[arg(
        long,
        default_value = "8080",
        default_value_if("tls_domain", ArgPredicate::IsPresent, "443")
    )]
    port: u16,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    files: FilePlace,
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
    /// The app is reached here, and asks at --api-address: another host of the same site, which this server answers too.
    /// `https://app.example.com`
    #[arg(long, value_name = "URL", requires = "api_address")]
    app_address: Option<String>,
    /// With --app-address: where the app asks. `https://api.example.com`
    #[arg(long, value_name = "URL", requires = "app_address")]
    api_address: Option<String>,
    #[command(flatten)]
    tls: TlsOptions,
    /// An address of this machine's own network at which who watches the server reads /metrics (OpenMetrics), /ready and
    /// /health, in plain HTTP and without a password: `127.0.0.1:9464`. Not for the internet.
    #[arg(long, value_name = "ADDRESS")]
    watch: Option<SocketAddr>,
    /// A push service to which notifications go, in place of those of Chrome, Edge, Firefox and Safari: `push.example`,
    /// `*.push.example`, `push.example:8443`. May be given several times.
    #[arg(long, value_name = "HOST")]
    notification_hosts: Vec<String>,
    /// Only for tests: a user may also have notifications sent to any port of this machine, without TLS.
    #[arg(long)]
    unsafe_notifications_to_this_machine: bool,
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let _held = options.data.hold()?;
    let listener = listen(SocketAddr::new(options.host, options.port)).await?;
    let address = listener
        .local_addr()
        .map_err(|error| ServerError::Unusable(format!("cannot listen: {error}")))?;
    let secured = options.tls.open(options.data.folder(), address)?;
    let watched = match options.watch {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let redirect = match options.tls.redirect(options.host) {
        Some((address, names)) => Some((listen(address).await?, names)),
        None => None,
    };
    let tls = secured.as_ref().map(|secured| secured.tls.clone());
    let app = start(&options, tls).await?;
    match &secured {
        None => say(&format!("Afield is ready: http://{address}")),
        Some(secured) => secured.say(),
    }
    if let Some(hosts) = &app.config.two_hosts {
        let (place, server) = (hosts.app(), hosts.server());
        say(&format!("The app is at {place} and asks at {server}."));
    }
    if let Some((listener, names)) = redirect {
        if let Ok(address) = listener.local_addr() {
            say(&format!("Who comes to http://{address} is sent to HTTPS."));
        }
        tokio::spawn(run_redirect(listener, names));
    }
    if let Some(listener) = watched {
        if let Ok(address) = listener.local_addr() {
            say(&format!("It can be watched: http://{address}/metrics"));
        }
        tokio::spawn(watch(Arc::clone(&app), listener));
    }
    if options.demo {
        print_sign_ins();
    }
    serve(app, listener, ended()).await
}

impl Options {
    fn two_hosts(&self) -> Result<Option<TwoHosts>, ServerError> {
        let both = self.app_address.as_ref().zip(self.api_address.as_ref());
        both.map(|(app, server)| TwoHosts::new(app, server))
            .transpose()
            .map_err(ServerError::Unusable)
    }
}

async fn start(options: &Options, tls: Option<Tls>) -> Result<Arc<App>, ServerError> {
    let files = options.files.open(options.data.folder()).await?;
    let storage = options.data.open().await?;
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
    let two_hosts = options.two_hosts()?;
    let assets = match &two_hosts {
        Some(hosts) => assets.asking(hosts.server()).checked()?,
        None => assets,
    };
    let config = Config {
        two_hosts,
        behind_proxy: options.behind_proxy,
        files,
        tls,
        notifications: notifications(options),
        ..Config::default()
    };
    App::start(storage, clock, passwords, assets, config).await
}

fn notifications(options: &Options) -> Settings {
    let known = Rules::default();
    let hosts = match options.notification_hosts.as_slice() {
        [] => known.hosts,
        own => own.to_vec(),
    };
    Settings {
        rules: Rules {
            hosts,
            loopback: options.unsafe_notifications_to_this_machine,
        },
        ..Settings::default()
    }
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
                "port {port} is reserved for the system: choose another with --port {other}, or let the program have it \
                 (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)"
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
