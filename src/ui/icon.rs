//! The icons, drawn with one stroke.
//!
//! Owns the shapes. An icon never stands for a word alone: it is hidden from screen readers.

use crate::view::view;
use leptos::prelude::*;

/// An icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// The day.
    Today,
    /// A list of jobs.
    Jobs,
    /// Two arrows in a circle.
    Sync,
    /// Sliders.
    Settings,
    /// Columns.
    Board,
    /// A place.
    Place,
    /// A telephone.
    Phone,
    /// A letter.
    Mail,
    /// A key.
    Key,
    /// A person.
    Person,
    /// A tick.
    Check,
    /// A triangle with an exclamation mark.
    Alert,
    /// A crossed-out cloud.
    Offline,
    /// An arrow up from a tray: not sent yet.
    Unsent,
    /// A play sign.
    Play,
    /// Two bars.
    Pause,
    /// A van.
    Van,
    /// A clock.
    Clock,
    /// A crossed circle.
    Stop,
    /// A speech bubble.
    Note,
    /// A chevron to the right.
    Right,
    /// A chevron to the left.
    Left,
    /// A magnifying glass.
    Search,
    /// An arrow back.
    Undo,
    /// A cross.
    Close,
    /// A camera.
    Camera,
    /// A picture in a frame.
    Picture,
    /// A sheet of paper.
    File,
    /// A pencil.
    Edit,
    /// A plus sign.
    Plus,
    /// Three dots.
    More,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Today => "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M9 15l2 2 4-4",
            Self::Jobs => "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
            Self::Sync => "M20 11a8 8 0 0 0-14.9-3M4 4v4h4M4 13a8 8 0 0 0 14.9 3M20 20v-4h-4",
            Self::Settings => "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
            Self::Board => "M4 4h16v16H4zM9.5 4v16M15 4v16",
            Self::Place => {
                "M12 21c-4-4.6-7-7.6-7-11a7 7 0 0 1 14 0c0 3.4-3 6.4-7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
            }
            Self::Phone => {
                "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z"
            }
            Self::Mail => "M3 6h18v12H3zM3 7l9 6 9-6",
            Self::Key => "M14 10a4 4 0 1 0-3.5 4L12 15h2v2h2v2h3v-3l-5.3-5",
            Self::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-3.5 4-5 8-5s7 1.5 8 5",
            Self::Check => "M4 12.5l5 5L20 6.5",
            Self::Alert => "M12 4l9 16H3zM12 10v4M12 17h.01",
            Self::Offline => {
                "M4 4l16 16M9 6a6 6 0 0 1 8.5 4A4 4 0 0 1 20 16.5M6.5 9A5 5 0 0 0 7 19h9"
            }
            Self::Unsent => "M12 15V4M8 8l4-4 4 4M4 15v4a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-4",
            Self::Play => "M7 5l12 7-12 7z",
            Self::Pause => "M8 5v14M16 5v14",
            Self::Van => {
                "M3 7h11v10H3zM14 10h4l3 3.5V17h-7M7.5 19a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM17.5 19a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z"
            }
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
            Self::Stop => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12",
            Self::Note => "M4 5h16v11H10l-4 4v-4H4z",
            Self::Right => "M9 5l7 7-7 7",
            Self::Left => "M15 5l-7 7 7 7",
            Self::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
            Self::Undo => "M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Camera => "M4 8h3l2-3h6l2 3h3v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
            Self::Picture => "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9h.01",
            Self::File => "M6 3h8l4 4v14H6zM14 3v4h4",
            Self::More => {
                "M4 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M18 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Edit => "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
        }
    }
}

/// Draws `icon` in the size of the text around it.
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.path()></path>
        </svg>
    }
}
