//! The addresses of a name.
//!
//! Owns the port by which they are looked up, and the system's way. Must never judge one.

use async_trait::async_trait;
use std::fmt::Debug;
use std::io;
use std::net::IpAddr;

/// Looks names up.
#[async_trait]
pub trait Names: Debug + Send + Sync {
    /// All addresses of a host.
    ///
    /// # Errors
    /// When there is none, or nobody can say.
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<IpAddr>>;
}

/// As the system does.
#[derive(Debug, Clone, Copy)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<IpAddr>> {
        let host = host.trim_matches(['[', ']']);
        let found = tokio::net::lookup_host((host, port)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}
