//! A client of one connection, as small as it gets: what is measured is the server.

use serde::Deserialize;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

pub(crate) type Trouble = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Result<T> = std::result::Result<T, Trouble>;

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

/// A page as far as it is looked at.
pub(crate) struct Page {
    pub(crate) bytes: usize,
    pub(crate) cursor: String,
    pub(crate) more: bool,
}

#[derive(Deserialize)]
struct Answer<T> {
    reply: Reply<T>,
}

#[derive(Deserialize)]
struct Reply<T> {
    ok: T,
}

/// What an answer says, or the beginning of what it is instead.
fn read<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T> {
    let start = || {
        String::from_utf8_lossy(body)
            .chars()
            .take(300)
            .collect::<String>()
    };
    let answer: Answer<T> =
        serde_json::from_slice(body).map_err(|error| format!("{error}: {}", start()))?;
    Ok(answer.reply.ok)
}

#[derive(Deserialize)]
struct Pulled {
    cursor: String,
    more: bool,
}

#[derive(Deserialize)]
struct Pushed {
    verdicts: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    verdict: String,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            token: token.to_owned(),
        })
    }

    fn send(&mut self, head: &str, body: &[u8]) -> Result<()> {
        let mut request = format!(
            "{head} HTTP/1.1\r\nhost: localhost\r\ncookie: __Host-afield={}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.token,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        Ok(self.stream.get_mut().write_all(&request)?)
    }

    /// The body of an answer.
    fn receive(&mut self) -> Result<Vec<u8>> {
        let (mut length, mut line) = (None, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let lower = line.trim().to_ascii_lowercase();
            if lower.is_empty() {
                break;
            }
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = Some(value.trim().parse()?);
            }
        }
        let mut body = Vec::new();
        if let Some(length) = length {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
            return Ok(body);
        }
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let size = usize::from_str_radix(line.trim(), 16)?;
            let start = body.len();
            body.resize(start + size, 0);
            self.stream
                .read_exact(body.get_mut(start..).unwrap_or_default())?;
            self.stream.read_exact(&mut [0; 2])?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    /// A page.
    pub(crate) fn pull(&mut self, cursor: &str, limit: usize, gzip: bool) -> Result<Page> {
        let path = format!("GET /api/v1/pull?limit={limit}&cursor={cursor}");
        self.send_pull(&path, gzip)?;
        let body = self.receive()?;
        let bytes = body.len();
        let body = if gzip { unpack(&body)? } else { body };
        let page: Pulled = read(&body)?;
        Ok(Page {
            bytes,
            cursor: page.cursor,
            more: page.more,
        })
    }

    fn send_pull(&mut self, head: &str, gzip: bool) -> Result<()> {
        let encoding = if gzip {
            "accept-encoding: gzip\r\n"
        } else {
            ""
        };
        let request = format!(
            "{head} HTTP/1.1\r\nhost: localhost\r\ncookie: __Host-afield={}\r\n{encoding}\r\n",
            self.token
        );
        Ok(self.stream.get_mut().write_all(request.as_bytes())?)
    }

    /// Pushes; all must have been applied.
    pub(crate) fn push(&mut self, body: &[u8], count: u64) -> Result<()> {
        self.send("POST /api/v1/push", body)?;
        let body = self.receive()?;
        let told: Pushed = read(&body)?;
        let applied = told
            .verdicts
            .iter()
            .filter(|told| told.verdict == "applied");
        if applied.count() as u64 == count {
            Ok(())
        } else {
            Err("not all was applied".into())
        }
    }

    /// Opens the board's stream.
    pub(crate) fn watch(mut self) -> Result<Self> {
        self.send("GET /api/v1/events", b"")?;
        let mut line = String::new();
        while line.trim() != ": here" && line.trim() != ":here" {
            line.clear();
            self.stream.read_line(&mut line)?;
        }
        Ok(self)
    }

    /// Waits for bytes; how many events they hold.
    pub(crate) fn hear(&mut self) -> Result<u64> {
        let bytes = self.stream.fill_buf()?;
        let count = bytes.windows(5).filter(|bytes| bytes == b"data:").count();
        let length = bytes.len();
        self.stream.consume(length);
        if length == 0 {
            return Err("the stream has ended".into());
        }
        Ok(count as u64)
    }
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain)?;
    Ok(plain)
}
