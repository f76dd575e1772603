//! Finds, in what a program says to PostgreSQL, where it commits.
//!
//! Owns as much of the protocol as that needs: where messages begin, and which of them is a plain `COMMIT`. Pure. Must never
//! keep what it has seen but the few bytes that it has to know.

/// `COMMIT` as a simple query ends with a NUL.
const COMMIT: &[u8] = b"COMMIT\0";
/// The kind and the length of a message.
const HEAD: usize = 5;
/// Asks for TLS, and is followed by another beginning: it says nothing else.
const ASKS_FOR_TLS: [u8; 4] = 80_877_103_u32.to_be_bytes();

/// Reads along, chunk by chunk.
#[derive(Debug)]
pub(crate) struct Commits {
    /// The first message has no kind.
    has_begun: bool,
    /// The message under way, as far as it is needed.
    seen: Vec<u8>,
    /// Bytes of it that are still to come and say nothing.
    to_skip: usize,
}

impl Commits {
    pub(crate) fn new() -> Self {
        Self {
            has_begun: false,
            seen: Vec::new(),
            to_skip: 0,
        }
    }

    /// Where in `chunk` a message begins that commits; 0 if it began before. None if there is none, or not all of it yet.
    pub(crate) fn find(&mut self, chunk: &[u8]) -> Option<usize> {
        let mut found = None;
        for (place, byte) in chunk.iter().enumerate() {
            if self.to_skip > 0 {
                self.to_skip -= 1;
                continue;
            }
            self.seen.push(*byte);
            if let Some(message) = self.whole()
                && message == Message::Commit
                && found.is_none()
            {
                found = Some((place + 1).saturating_sub(HEAD + COMMIT.len()));
            }
        }
        found
    }

    /// What has just become whole, or as whole as it is needed.
    fn whole(&mut self) -> Option<Message> {
        if !self.has_begun {
            return self.beginning();
        }
        let kind = *self.seen.first()?;
        let length = length(self.seen.get(1..HEAD)?)?.saturating_sub(4);
        let is_commit_long = kind == b'Q' && length == COMMIT.len();
        if !is_commit_long {
            self.seen.clear();
            self.to_skip = length;
            return Some(Message::Other);
        }
        let text = self.seen.get(HEAD..HEAD + length)?;
        let message = match text == COMMIT {
            true => Message::Commit,
            false => Message::Other,
        };
        self.seen.clear();
        Some(message)
    }

    fn beginning(&mut self) -> Option<Message> {
        let length = length(self.seen.get(..4)?)?;
        let code = self.seen.get(4..8)?;
        self.has_begun = code != ASKS_FOR_TLS;
        self.to_skip = length.saturating_sub(8);
        self.seen.clear();
        Some(Message::Other)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Message {
    Commit,
    Other,
}

fn length(bytes: &[u8]) -> Option<usize> {
    let bytes: [u8; 4] = bytes.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beginning(code: u32, rest: &[u8]) -> Vec<u8> {
        let length = u32::try_from(8 + rest.len()).unwrap();
        [&length.to_be_bytes()[..], &code.to_be_bytes(), rest].concat()
    }

    fn message(kind: u8, text: &[u8]) -> Vec<u8> {
        let length = u32::try_from(4 + text.len()).unwrap();
        [&[kind][..], &length.to_be_bytes(), text].concat()
    }

    /// What is said after the beginning, and where a commit is to be found in it.
    #[track_caller]
    fn check(said: &[Vec<u8>], expected: Option<usize>) {
        let said = said.concat();
        let mut commits = Commits::new();
        let hello = beginning(196_608, b"user\0afield\0\0");
        assert_eq!(commits.find(&hello), None);
        assert_eq!(commits.find(&said), expected);
        // The same, byte by byte: it is found with the last of its bytes.
        let mut commits = Commits::new();
        commits.find(&hello);
        let found = said
            .iter()
            .position(|byte| commits.find(&[*byte]).is_some());
        assert_eq!(found, expected.map(|at| at + HEAD + COMMIT.len() - 1));
    }

    #[test]
    fn a_commit_is_found_where_it_begins_and_nothing_else_is() {
        let commit = message(b'Q', b"COMMIT\0");
        check(std::slice::from_ref(&commit), Some(0));
        check(&[message(b'Q', b"BEGIN\0"), commit.clone()], Some(11));
        check(
            &[message(b'S', b""), commit.clone(), commit.clone()],
            Some(5),
        );
        check(&[message(b'Q', b"COMMITS\0")], None);
        check(&[message(b'Q', b"SELECT\0")], None);
        // A value that holds the word is no commit.
        check(&[message(b'B', b"Q\0\0\0\x0bCOMMIT\0")], None);
    }

    #[test]
    fn whoever_asks_for_tls_first_begins_twice() {
        let mut commits = Commits::new();
        assert_eq!(commits.find(&beginning(80_877_103, b"")), None);
        assert_eq!(commits.find(&beginning(196_608, b"user\0a\0\0")), None);
        assert_eq!(commits.find(&message(b'Q', b"COMMIT\0")), Some(0));
    }
}
