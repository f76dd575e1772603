//! Hands connections to servers in turn, past those that are not there.
//! It must never look into what it carries, nor wait for one server while another would answer.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// On one machine a server that is there is reached at once.
const PATIENCE: Duration = Duration::from_millis(500);

/// The servers, and whose turn it is.
pub(crate) struct Balancer {
    servers: Vec<SocketAddr>,
    next: AtomicUsize,
}

impl Balancer {
    pub(crate) fn of(ports: &[u16]) -> Arc<Self> {
        let address = |port: &u16| SocketAddr::from((Ipv4Addr::LOCALHOST, *port));
        Arc::new(Self {
            servers: ports.iter().map(address).collect(),
            next: AtomicUsize::new(0),
        })
    }

    /// Carries what comes to `listener`, for as long as this process lives.
    pub(crate) fn begin(self: &Arc<Self>, listener: TcpListener) {
        let balancer = Arc::clone(self);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let balancer = Arc::clone(&balancer);
                // Nobody there, or one of the two gone: the client sees its connection end, and asks again.
                std::thread::spawn(move || balancer.carry(client));
            }
        });
    }

    fn carry(&self, client: TcpStream) -> io::Result<()> {
        let server = self.reach()?;
        let (from, to) = (client.try_clone()?, server.try_clone()?);
        let asked = std::thread::spawn(move || pour(from, to));
        let answered = pour(server, client);
        let _ = asked.join();
        answered
    }

    /// The next server that is there.
    fn reach(&self) -> io::Result<TcpStream> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let mut failed = io::Error::from(io::ErrorKind::NotConnected);
        for server in self
            .servers
            .iter()
            .cycle()
            .skip(first % self.servers.len().max(1))
            .take(self.servers.len())
        {
            match TcpStream::connect_timeout(server, PATIENCE) {
                Ok(stream) => return Ok(stream),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}

/// All that comes, and then that nothing comes any more.
fn pour(mut from: TcpStream, mut to: TcpStream) -> io::Result<()> {
    let poured = io::copy(&mut from, &mut to);
    // The other side may have ended it first.
    let _ = to.shutdown(Shutdown::Write);
    poured.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};

    /// Says its name after all that was said to it, to everybody who comes.
    fn named(name: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let mut said = String::new();
                client.read_to_string(&mut said).unwrap();
                write!(client, "{said} {name}").unwrap();
            }
        });
        port
    }

    /// A port at which nobody is.
    fn nobody() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.local_addr().unwrap().port()
    }

    fn ask(port: u16, what: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.write_all(what.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }

    fn begin(ports: &[u16]) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        Balancer::of(ports).begin(listener);
        port
    }

    #[test]
    fn each_server_has_its_turn_and_one_that_is_not_there_is_passed_over() {
        let port = begin(&[named("one"), nobody(), named("two")]);
        let said: Vec<_> = (0..6).map(|_| ask(port, "hello")).collect();
        assert!(said.contains(&"hello one".to_owned()), "{said:?}");
        assert!(said.iter().all(|said| !said.is_empty()), "{said:?}");
        assert!(said.contains(&"hello two".to_owned()), "{said:?}");
    }

    #[test]
    fn where_nobody_is_the_connection_ends() {
        assert_eq!(ask(begin(&[nobody()]), ""), "");
        assert_eq!(ask(begin(&[]), ""), "");
    }
}
