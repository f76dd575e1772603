//! The suite's checks of files and of the board can fail: this server behind something that spoils one thing.

use crate::conformance::{A_MORNING, setup};
use crate::program::Server;
use afield_conformance::{NoOffice, Outcome, Profile};
use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// One thing that is spoilt: what stands in the head of a request or of an answer, and what stands there instead.
struct Fault {
    spoils: Side,
    from: &'static str,
    to: &'static str,
    /// The check that is meant for it, and a word of what that expected.
    check: &'static str,
    expected: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Answer,
}

const fn fault(
    spoils: Side,
    from: &'static str,
    to: &'static str,
    check: &'static str,
    expected: &'static str,
) -> Fault {
    Fault {
        spoils,
        from,
        to,
        check,
        expected,
    }
}

use Side::{Answer, Request};

static FAULTS: [Fault; 17] = [
    fault(Request, "days=3", "days=1", "board.day", "among `jobs`"),
    fault(
        Request,
        "/api/v1/events",
        "/api/v1/wake",
        "board.event",
        "first message",
    ),
    fault(
        Answer,
        "upload-offset:",
        "x-offset:",
        "files.pieces",
        "Upload-Offset",
    ),
    // Nobody looks at what a board has heard already.
    fault(
        Request,
        "last-event-id:",
        "x-id:",
        "board.resume",
        "came after",
    ),
    fault(
        Request,
        "last-event-id:",
        "x-id:",
        "board.other_epoch",
        "reload",
    ),
    fault(
        Request,
        "last-event-id:",
        "x-id:",
        "board.number_ahead",
        "reload",
    ),
    fault(
        Answer,
        "HTTP/1.1 403",
        "HTTP/1.1 200",
        "board.technician",
        "403",
    ),
    fault(
        Answer,
        "HTTP/1.1 409",
        "HTTP/1.1 400",
        "board.stale_assign",
        "conflict",
    ),
    fault(
        Answer,
        "HTTP/1.1 400",
        "HTTP/1.1 409",
        "board.assign",
        "invalid",
    ),
    fault(
        Request,
        "upload-checksum:",
        "x-sum:",
        "files.checksum",
        "460",
    ),
    fault(
        Answer,
        "HTTP/1.1 409",
        "HTTP/1.1 204",
        "files.offset",
        "409",
    ),
    fault(
        Answer,
        "HTTP/1.1 460",
        "HTTP/1.1 204",
        "files.other_bytes",
        "460",
    ),
    fault(
        Answer,
        "HTTP/1.1 413",
        "HTTP/1.1 204",
        "files.too_many_bytes",
        "413",
    ),
    fault(
        Answer,
        "upload-expires:",
        "x-expires:",
        "files.expires",
        "Upload-Expires",
    ),
    fault(
        Answer,
        "location: /api/v1/",
        "location: /",
        "files.creation",
        "Location",
    ),
    fault(
        Answer,
        "HTTP/1.1 404",
        "HTTP/1.1 200",
        "files.foreign",
        "404",
    ),
    fault(
        Answer,
        ": attachment",
        ": inline",
        "files.fetched",
        "attachment",
    ),
];

/// Stands before `server` and spoils every request; gives its address. Its threads end with the program.
fn stand_before(server: &str, fault: &'static Fault) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = server.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let server = server.clone();
            // Whoever hangs up early has had what they wanted.
            std::thread::spawn(move || pass_on(stream, &server, fault).ok());
        }
    });
    address
}

fn pass_on(mut client: TcpStream, server: &str, fault: &Fault) -> std::io::Result<()> {
    let mut from_client = BufReader::new(client.try_clone()?);
    let (head, length) = read_head(&mut from_client)?;
    let mut body = vec![0; length];
    from_client.read_exact(&mut body)?;
    let mut upstream = TcpStream::connect(server)?;
    let head = spoilt(&head, fault, Request).replacen("\r\n", "\r\nconnection: close\r\n", 1);
    upstream.write_all(head.as_bytes())?;
    upstream.write_all(&body)?;
    let mut from_server = BufReader::new(upstream);
    let (head, _) = read_head(&mut from_server)?;
    client.write_all(spoilt(&head, fault, Answer).as_bytes())?;
    std::io::copy(&mut from_server, &mut client)?;
    Ok(())
}

fn spoilt(head: &str, fault: &Fault, side: Side) -> String {
    if fault.spoils == side {
        head.replace(fault.from, fault.to)
    } else {
        head.to_owned()
    }
}

/// A head with the empty line after it, and how long the body is that it names.
fn read_head(stream: &mut impl std::io::BufRead) -> std::io::Result<(String, usize)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let start = head.len();
        if stream.read_line(&mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = head[start..].trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            return Ok((head, length));
        }
    }
}

#[test]
fn what_is_wrong_with_files_or_the_board_is_found_by_the_check_that_is_meant_for_it() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start_with(data.path(), &A_MORNING);
    let look = |fault: &'static Fault| {
        let address = stand_before(&server.address, fault);
        let mut setup = setup(&format!("http://{address}"));
        // As long as is waited for what does not come.
        setup.patience = Duration::from_secs(10);
        let only = [fault.check.to_owned()];
        let report = afield_conformance::run(&setup, Box::new(NoOffice), &Profile::ALL, &only);
        let report = report.unwrap();
        match &report.results[0].outcome {
            Outcome::Failed(finding) if finding.expected.contains(fault.expected) => None,
            _ => Some(report.text()),
        }
    };
    let look = &look;
    let missed: Vec<String> = std::thread::scope(|scope| {
        let looks: Vec<_> = FAULTS
            .iter()
            .map(|fault| scope.spawn(move || look(fault)))
            .collect();
        looks
            .into_iter()
            .filter_map(|look| look.join().unwrap())
            .collect()
    });
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
