//! Every limit that a person or another system can run into, in one place.
//!
//! Owns the numbers. Must never hold a rule: the rules that use them stand with their subject.

use std::ops::RangeInclusive;

/// A note's text, in characters.
pub const NOTE_CHARS: usize = 10_000;
/// A job's title, in characters.
pub const TITLE_CHARS: usize = 200;
/// Jobs of one series.
pub const SERIES_JOBS: u32 = 500;
/// Days from the first to the last job of a series, at most: two years.
pub const SERIES_DAYS: i64 = 731;
/// Weeks of one step of a series, and months.
pub const SERIES_WEEKS: u32 = 52;
/// The same in months.
pub const SERIES_MONTHS: u32 = 24;
/// Hours within which somebody must be there by a contract: a year.
pub const RESPONSE_HOURS: u32 = 8_760;
/// Any other one-line text (name, address, phone), in characters.
pub const LINE_CHARS: usize = 500;
/// What is shown of what a back end says of a refusal in its own words, in characters.
pub const MESSAGE_CHARS: usize = 500;
/// A job's description, in characters.
pub const DESCRIPTION_CHARS: usize = 20_000;
/// Changes of one user that wait for the office at most, because they came too late.
pub const REVIEWS: usize = 200;
/// Mutations in one push.
pub const PUSH_MUTATIONS: usize = 64;
/// Bytes of one push body, as JSON.
pub const PUSH_BYTES: usize = 256 * 1024;
/// Bytes of any other request body.
pub const BODY_BYTES: usize = 64 * 1024;
/// Bytes of a file that the office imports, and rows in it: what a browser shows a report of.
pub const IMPORT_BYTES: usize = 16 * 1024 * 1024;
/// The same in rows.
pub const IMPORT_ROWS: usize = 20_000;
/// Headers of files of which a company remembers what their columns mean.
pub const IMPORT_HEADERS: u32 = 200;
/// Changes in one pull page.
pub const PULL_CHANGES: usize = 500;
/// Days before its arrival at which a change can have been made at the earliest: what a phone says of an
/// earlier time is taken for that. As long as the server remembers what a cursor needs.
pub const MADE_BACK_DAYS: i64 = 90;
/// Days before and after today whose jobs a technician's phone holds, as a company may set it. With none, tomorrow's
/// first job would come only after the first contact of the day; two weeks are what a phone fetches within minutes.
pub const WINDOW_DAYS: RangeInclusive<u32> = 1..=14;
/// The same where nobody has set it.
pub const DEFAULT_WINDOW_DAYS: u32 = 3;
/// Hours without contact until a phone hides what it holds, as a company may set it. Less would hide a day's work in a
/// cellar; of a phone that is lost nobody shall read addresses and door codes for longer than two weeks.
pub const EXPIRY_HOURS: RangeInclusive<u32> = 1..=24 * 14;
/// The same where nobody has set it.
pub const DEFAULT_EXPIRY_HOURS: u32 = 24;
/// The longest side of a photo that is kept, in pixels, as a company may set it: a type plate can still be read, and
/// every phone's browser can still draw it.
pub const PHOTO_EDGE: RangeInclusive<u32> = 1024..=4096;
/// The same where nobody has set it.
pub const DEFAULT_PHOTO_EDGE: u32 = 2048;
/// Megabytes of copies of the office's files on a phone, as a company may set it.
pub const FILES_BUDGET_MB: RangeInclusive<u32> = 0..=4000;
/// The same where nobody has set it.
pub const DEFAULT_FILES_BUDGET_MB: u32 = 200;
/// Days that something is kept, as a company may set it, where it is not kept for ever. A month is more than the days of a
/// phone ([`WINDOW_DAYS`]), so that nothing goes that a phone shows; ten years are what books are kept for.
pub const KEEP_DAYS: RangeInclusive<u32> = 30..=3650;
/// Days for which it is remembered what happened, where nobody has set it.
pub const DEFAULT_KEEP_ACTIVITY_DAYS: u32 = 90;
/// Bytes of a mail address: no mail server takes more.
pub const EMAIL_BYTES: usize = 254;
/// Photos in one answer.
pub const ANSWER_FILES: usize = 10;
/// Files on one note.
pub const NOTE_FILES: usize = 40;
/// Bytes of one attachment.
pub const ATTACHMENT_BYTES: u64 = 25 * 1024 * 1024;
/// Bytes of a thumbnail, before base64.
pub const THUMBNAIL_BYTES: usize = 6 * 1024;
/// Questions of one checklist or form.
pub const QUESTIONS: usize = 200;
/// Choices of one question.
pub const CHOICES: usize = 300;
/// Digits after the point of a calculation.
pub const CALCULATION_DECIMALS: u16 = 6;
/// Bytes of a form's questions as they are stored: every phone that gets a task with it loads them.
pub const TEMPLATE_BYTES: usize = 256 * 1024;
/// Milliseconds after a finish in which its technician may reopen the job.
pub const REOPEN_MS: u64 = 24 * 60 * 60 * 1000;
/// Steps of the status that a job remembers.
pub const STATUS_STEPS: usize = 200;
/// Assets, and parts, of one job.
pub const JOB_LINKS: usize = 100;
/// Forms that the office asks for with a new job.
pub const PLANNED_FORMS: usize = 20;
/// Photos of one job that show it before or after the work.
pub const PHOTO_MARKS: usize = 200;
/// Places that one mutation edits.
pub const EDITS: usize = 500;
/// Bytes of an item's key: a question's key, or an id.
pub const ITEM_BYTES: usize = 64;
/// Bytes of text in the answers of one form: it must fit in one push.
pub const FORM_BYTES: usize = 96 * 1024;
/// Bytes of text in one mutation that edits are joined into.
pub const JOINED_BYTES: usize = 64 * 1024;
/// Mutations that one mutation waits for.
pub const DEPENDS_ON: usize = 1_000;
/// Mutations that one mutation is sent instead of.
pub const REPLACES: usize = 100;
/// Conflicts of one job, settled ones among them.
pub const JOB_CONFLICTS: usize = 200;
