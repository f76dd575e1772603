//! Whether a stream of events is alive, by what is heard of it.
//!
//! Owns how long it may be silent: a browser does not notice a line that has died without a word. Pure. Must never give
//! up the stream of a server that has given no sign of life yet: another one may give none.

/// How often a server gives its sign of life, in milliseconds; a stream that misses two of them is dead.
const ALIVE_EVERY_MS: u32 = 15_000;

/// What was heard of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It has opened, for the first time or again.
    Opened,
    /// An event.
    Event,
    /// The sign of life, which says nothing else.
    Sign,
    /// The browser says that it has ended: it needs no other to tell.
    Failed,
}

/// What is known of the streams at one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pulse {
    gives_signs: bool,
}

impl Pulse {
    /// Takes note of what was heard. Gives how long the stream may be silent from now on, in milliseconds, before it
    /// counts as dead; none: for ever.
    #[must_use]
    pub fn hear(&mut self, heard: Heard) -> Option<u32> {
        self.gives_signs |= heard == Heard::Sign;
        let is_watched = self.gives_signs && heard != Heard::Failed;
        is_watched.then_some(ALIVE_EVERY_MS * 5 / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two signs may be lost, a third may not, and nobody waits a minute for it.
    fn is_watched(silence: Option<u32>) -> bool {
        silence.is_some_and(|ms| (2 * ALIVE_EVERY_MS..60_000).contains(&ms))
    }

    #[test]
    fn a_line_that_dies_without_a_word_after_a_sign_of_life_is_dead_within_the_minute() {
        let mut pulse = Pulse::default();
        assert_eq!(pulse.hear(Heard::Opened), None);
        assert!(is_watched(pulse.hear(Heard::Sign)));
        // Whatever is heard of it says that it is alive, and is waited after.
        assert!(is_watched(pulse.hear(Heard::Event)));
        // The next stream to the same server is watched from its opening on: it may die before its first sign.
        assert!(is_watched(pulse.hear(Heard::Opened)));
    }

    #[test]
    fn a_server_that_gives_no_signs_is_never_given_up() {
        let mut pulse = Pulse::default();
        for heard in [Heard::Opened, Heard::Event, Heard::Failed, Heard::Opened] {
            assert_eq!(pulse.hear(heard), None, "{heard:?}");
        }
    }

    #[test]
    fn a_stream_that_the_browser_has_ended_is_not_waited_for() {
        let mut pulse = Pulse::default();
        assert!(is_watched(pulse.hear(Heard::Sign)));
        assert_eq!(pulse.hear(Heard::Failed), None);
        assert!(is_watched(pulse.hear(Heard::Opened)));
    }
}
