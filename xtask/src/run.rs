//! `cargo xtask run`: from a fresh clone to a running server with a demo company.
//! It must never begin a long build before what is quick to refuse has been looked at.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::repo::Repo;
use crate::{build, tools};

pub(crate) fn run(port: u16, data: &Path, today: Option<&str>, tls: bool) -> Result<()> {
    let data = look_before(port, data)?;
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    build::app(&repo)?;
    build::server(&repo)?;
    let mut server = serve(&repo.server("release"), port, &data, today);
    if tls {
        server.args(["--tls", "--host", "0.0.0.0"]);
    }
    become_server(server)
}

/// Refuses a taken port and an unwritable folder at once. Gives back the folder as an absolute path.
pub(crate) fn look_before(port: u16, data: &Path) -> Result<PathBuf> {
    check_port(port)?;
    check_folder(data)?;
    std::path::absolute(data).with_context(|| format!("cannot find {}", data.display()))
}

/// The server's command line.
pub(crate) fn serve(server: &Path, port: u16, data: &Path, today: Option<&str>) -> Command {
    let mut command = Command::new(server);
    command
        .args(["serve", "--port", &port.to_string(), "--data"])
        .arg(data)
        .arg("--demo");
    if let Some(today) = today {
        command.args(["--today", today]);
    }
    command
}

/// The server takes this process's place, so that Ctrl-C and SIGTERM reach it and nobody else.
#[cfg(unix)]
fn become_server(mut server: Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(anyhow!("cannot start the server: {}", server.exec()))
}

#[cfg(not(unix))]
fn become_server(mut server: Command) -> Result<()> {
    let status = server
        .status()
        .map_err(|error| anyhow!("cannot start the server: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        bail!("the server stopped ({status})")
    }
}

fn check_port(port: u16) -> Result<()> {
    for address in [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED] {
        if let Err(error) = TcpListener::bind((address, port)) {
            let other = if port < 1024 {
                8080
            } else {
                port.checked_add(1).unwrap_or(8080)
            };
            match error.kind() {
                ErrorKind::AddrInUse => bail!(
                    "port {port} is taken by another program: stop it, or choose another port with --port {other}"
                ),
                ErrorKind::PermissionDenied => bail!(
                    "port {port} is reserved for the system: choose another with --port {other}"
                ),
                _ => bail!(
                    "cannot listen on port {port} ({error}): choose another with --port {other}"
                ),
            }
        }
    }
    Ok(())
}

fn check_folder(data: &Path) -> Result<()> {
    let probe = data.join(".writable");
    let tried = std::fs::create_dir_all(data)
        .and_then(|()| std::fs::write(&probe, b""))
        .and_then(|()| std::fs::remove_file(&probe));
    tried.map_err(|error| {
        anyhow!("cannot write to the data folder {} ({error}): make it writable, or choose another with --data DIR", data.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::TestFolder;

    #[test]
    fn a_taken_port_is_refused_with_another_proposed() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = check_port(port).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("port {port} is taken by another program")),
            "{error}"
        );
        assert!(error.contains("--port"), "{error}");
    }

    #[test]
    fn a_folder_is_made_and_a_file_in_its_place_is_refused() {
        let folder = TestFolder::new("data");
        check_folder(&folder.0.join("new/data")).unwrap();
        folder.put("file", "");
        let error = check_folder(&folder.0.join("file"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("--data DIR") && !error.contains('\n'),
            "{error}"
        );
    }
}
