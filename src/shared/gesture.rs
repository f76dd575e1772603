//! What fingers do to a picture: a swipe to the next one, two fingers or two taps that zoom.
//!
//! Owns [`Hand`]. Pure: points and times are arguments, in pixels and milliseconds.

/// How far a finger goes before it is a swipe.
const SWIPE: f64 = 48.0;
/// A second tap within this time and distance makes a double one.
const DOUBLE_MS: f64 = 350.0;
const NEAR: f64 = 32.0;
const CLOSE_UP: f64 = 2.5;
const MOST: f64 = 5.0;

type Point = (f64, f64);

/// What a movement asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gesture {
    /// The next picture, or the one before.
    Swipe {
        /// Whether it is the next one.
        forward: bool,
    },
    /// So many times as large as the screen.
    Zoom(f64),
}

/// The fingers on a picture.
#[derive(Debug, Clone, Default)]
pub struct Hand {
    /// Each finger: where it came down, and where it is.
    fingers: Vec<(i32, Point, Point)>,
    /// How far apart two were, and the zoom at that time.
    pinch: Option<(f64, f64)>,
    tapped: Option<(f64, Point)>,
}

impl Hand {
    /// A finger comes down; `zoom` is how large the picture is now.
    pub fn down(&mut self, finger: i32, at: Point, zoom: f64) -> Option<Gesture> {
        self.fingers.retain(|(known, ..)| *known != finger);
        self.fingers.push((finger, at, at));
        self.pinch = self.apart().map(|apart| (apart, zoom));
        None
    }

    /// A finger moves.
    pub fn moves(&mut self, finger: i32, to: Point) -> Option<Gesture> {
        let known = self
            .fingers
            .iter_mut()
            .find(|(known, ..)| *known == finger)?;
        known.2 = to;
        let (from, zoom) = self.pinch?;
        let now = self.apart()?;
        Some(Gesture::Zoom((zoom * now / from.max(1.0)).clamp(1.0, MOST)))
    }

    /// A finger goes up at `time`.
    pub fn up(&mut self, finger: i32, to: Point, time: f64, zoom: f64) -> Option<Gesture> {
        let place = self
            .fingers
            .iter()
            .position(|(known, ..)| *known == finger)?;
        let (_, from, _) = self.fingers.remove(place);
        if self.pinch.is_some() {
            if self.fingers.is_empty() {
                self.pinch = None;
            }
            return None;
        }
        let (aside, along) = (to.0 - from.0, to.1 - from.1);
        if aside.abs() > SWIPE && aside.abs() > along.abs() {
            let forward = aside < 0.0;
            return (zoom <= 1.0).then_some(Gesture::Swipe { forward });
        }
        if distance(from, to) > NEAR {
            return None;
        }
        let before = self.tapped.replace((time, to));
        let (tapped, point) = before?;
        if time - tapped > DOUBLE_MS || distance(point, to) > NEAR {
            return None;
        }
        self.tapped = None;
        Some(Gesture::Zoom(if zoom > 1.0 { 1.0 } else { CLOSE_UP }))
    }

    fn apart(&self) -> Option<f64> {
        match self.fingers.as_slice() {
            [(_, _, one), (_, _, other)] => Some(distance(*one, *other)),
            _ => None,
        }
    }
}

fn distance(one: Point, other: Point) -> f64 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swipe(to: Point, zoom: f64) -> Option<Gesture> {
        let mut hand = Hand::default();
        hand.down(1, (200.0, 200.0), zoom);
        hand.up(1, to, 50.0, zoom)
    }

    #[test]
    fn a_finger_to_the_side_is_a_swipe_unless_the_picture_is_zoomed() {
        let forward = |forward| Some(Gesture::Swipe { forward });
        assert_eq!(swipe((100.0, 220.0), 1.0), forward(true));
        assert_eq!(swipe((300.0, 190.0), 1.0), forward(false));
        assert_eq!(swipe((180.0, 200.0), 1.0), None, "too short");
        assert_eq!(swipe((140.0, 400.0), 1.0), None, "down");
        assert_eq!(swipe((100.0, 200.0), 2.0), None, "zoomed");
    }

    #[test]
    fn two_fingers_zoom_as_far_as_they_part_and_end_in_no_swipe() {
        let mut hand = Hand::default();
        hand.down(1, (100.0, 100.0), 1.0);
        hand.down(2, (200.0, 100.0), 1.0);
        assert_eq!(hand.moves(2, (300.0, 100.0)), Some(Gesture::Zoom(2.0)));
        assert_eq!(hand.moves(2, (120.0, 100.0)), Some(Gesture::Zoom(1.0)));
        assert_eq!(hand.moves(2, (9_000.0, 100.0)), Some(Gesture::Zoom(MOST)));
        assert_eq!(hand.up(1, (0.0, 100.0), 9.0, 5.0), None);
        assert_eq!(hand.up(2, (9_000.0, 100.0), 9.0, 5.0), None);
        assert_eq!(hand.moves(2, (5.0, 5.0)), None);
    }

    #[test]
    fn two_taps_zoom_in_and_out() {
        let mut hand = Hand::default();
        let mut tap = |at: Point, time, zoom| {
            hand.down(1, at, zoom);
            hand.up(1, at, time, zoom)
        };
        assert_eq!(tap((10.0, 10.0), 0.0, 1.0), None);
        assert_eq!(tap((12.0, 10.0), 200.0, 1.0), Some(Gesture::Zoom(CLOSE_UP)));
        assert_eq!(
            tap((12.0, 10.0), 300.0, CLOSE_UP),
            None,
            "the third is a first"
        );
        assert_eq!(tap((12.0, 10.0), 500.0, CLOSE_UP), Some(Gesture::Zoom(1.0)));
        assert_eq!(tap((12.0, 10.0), 2_000.0, 1.0), None);
        assert_eq!(tap((90.0, 10.0), 2_100.0, 1.0), None, "elsewhere");
        assert_eq!(tap((90.0, 10.0), 9_000.0, 1.0), None, "later");
    }
}
