//! Pulling a page down with a finger, as numbers.
//!
//! Owns when a touch is a pull, how far it counts and when it is far enough. Pure; it takes nothing
//! from the browser's own scrolling: a pull begins at the very top and goes straight down.

/// A touch that may be a pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pull {
    start: (i32, i32),
    by: i32,
    is_pull: bool,
}

// Fingers are not steady: before this a touch is a tap.
const SLACK: i32 = 10;
/// The furthest that the page follows, in pixels.
pub const MOST: i32 = 96;
// Letting go after this much starts a pass.
const ENOUGH: i32 = 60;

impl Pull {
    /// A finger touches at (`x`, `y`). None if the page is not at its top, or other fingers are down.
    #[must_use]
    pub fn begin(fingers: u32, is_at_top: bool, x: i32, y: i32) -> Option<Self> {
        (fingers == 1 && is_at_top).then_some(Self {
            start: (x, y),
            by: 0,
            is_pull: false,
        })
    }

    /// The finger is at (`x`, `y`) now. None as soon as it is something else than a pull.
    #[must_use]
    pub fn moved(self, fingers: u32, is_at_top: bool, x: i32, y: i32) -> Option<Self> {
        let (across, down) = ((x - self.start.0).abs(), y - self.start.1);
        let is_pull = self.is_pull || (down > SLACK && down > across);
        let is_other = !is_pull && (across > SLACK || down < -SLACK);
        if fingers != 1 || !is_at_top || is_other {
            return None;
        }
        // Half the way of the finger: it feels as if the page were held.
        let by = if is_pull { (down - SLACK) / 2 } else { 0 };
        Some(Self {
            by: by.clamp(0, MOST),
            is_pull,
            ..self
        })
    }

    /// How far the page follows, in pixels.
    #[must_use]
    pub fn by(self) -> i32 {
        self.by
    }

    /// Whether letting go now starts a pass.
    #[must_use]
    pub fn is_enough(self) -> bool {
        self.by >= ENOUGH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A touch at (100, 100) that goes on to each of the places.
    fn touch(places: &[(i32, i32)]) -> Option<Pull> {
        let begin = Pull::begin(1, true, 100, 100);
        places
            .iter()
            .fold(begin, |pull, (x, y)| pull?.moved(1, true, *x, *y))
    }

    #[test]
    fn a_pull_goes_down_and_far_enough() {
        for (places, expected) in [
            (&[(100, 105)][..], Some((0, false))),
            (&[(100, 150)], Some((20, false))),
            (&[(100, 150), (160, 240)], Some((65, true))),
            (&[(100, 900)], Some((MOST, true))),
            // Back up again before letting go.
            (&[(100, 300), (100, 90)], Some((0, false))),
            // To the side, up, or down too late.
            (&[(130, 110)], None),
            (&[(100, 80), (100, 300)], None),
            (&[(130, 110), (130, 400)], None),
        ] {
            let pull = touch(places).map(|pull| (pull.by(), pull.is_enough()));
            assert_eq!(pull, expected, "{places:?}");
        }
    }

    #[test]
    fn scrolling_and_pinching_are_no_pulls() {
        assert_eq!(Pull::begin(1, false, 0, 0), None);
        assert_eq!(Pull::begin(2, true, 0, 0), None);
        let pull = touch(&[(100, 200)]).unwrap();
        assert_eq!(pull.moved(1, false, 100, 210), None);
        assert_eq!(pull.moved(2, true, 100, 210), None);
    }
}
