//! What an admin types of somebody and has not saved, and what is wrong with it.
//!
//! Owns [`Typed`] and the rules for its texts, which are the server's. Pure. Must never be kept longer than the page: it
//! holds passwords.

use afield_domain::{Role, limits};

/// Fewer characters are no password, and more are none that anybody types.
pub const PASSWORD: std::ops::RangeInclusive<usize> = 8..=200;

/// The longest name of a team.
const TEAM_CHARS: usize = 80;

/// What stands in the forms of somebody; none of what nobody has touched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The name.
    pub name: Option<String>,
    /// The role.
    pub role: Option<Role>,
    /// The team.
    pub team: Option<String>,
    /// The new password.
    pub password: Option<String>,
}

/// A form of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The name.
    Name,
    /// The role.
    Role,
    /// The team.
    Team,
    /// The new password.
    Password,
}

impl Typed {
    /// Forgets what was saved; what stands in the other forms stays.
    pub fn saved(&mut self, part: Part) {
        match part {
            Part::Name => self.name = None,
            Part::Role => self.role = None,
            Part::Team => self.team = None,
            Part::Password => self.password = None,
        }
    }
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonFlaw {
    /// There is no name.
    NoName,
    /// It is too long.
    TooLong(usize),
    /// It is no mail address.
    NoAddress,
    /// Somebody has that mail address, or it cannot be used otherwise.
    Taken,
    /// It is too short or too long for a password.
    Password,
}

/// What is wrong with a name.
#[must_use]
pub fn name_flaw(name: &str) -> Option<PersonFlaw> {
    match name.trim() {
        "" => Some(PersonFlaw::NoName),
        name if name.chars().count() > limits::LINE_CHARS => {
            Some(PersonFlaw::TooLong(limits::LINE_CHARS))
        }
        _ => None,
    }
}

/// What is wrong with a mail address.
#[must_use]
pub fn email_flaw(email: &str) -> Option<PersonFlaw> {
    let email = email.trim();
    let is_odd = |at: char| at.is_whitespace() || at.is_control() || at == '@';
    let is_half = |half: &str| !half.is_empty() && !half.contains(is_odd);
    let is_address = email
        .split_once('@')
        .is_some_and(|(local, domain)| is_half(local) && is_half(domain));
    match is_address {
        true if email.len() > limits::EMAIL_BYTES => Some(PersonFlaw::TooLong(limits::EMAIL_BYTES)),
        true => None,
        false => Some(PersonFlaw::NoAddress),
    }
}

/// What is wrong with the name of a team; without one there is none.
#[must_use]
pub fn team_flaw(team: &str) -> Option<PersonFlaw> {
    let is_long = team.trim().chars().count() > TEAM_CHARS;
    is_long.then_some(PersonFlaw::TooLong(TEAM_CHARS))
}

/// What is wrong with a password.
#[must_use]
pub fn password_flaw(password: &str) -> Option<PersonFlaw> {
    let is_one = PASSWORD.contains(&password.chars().count());
    (!is_one).then_some(PersonFlaw::Password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flaw_is_of_its_own_text() {
        for (name, expected) in [
            (" Ada ", None),
            (" ", Some(PersonFlaw::NoName)),
            (&*"x".repeat(501), Some(PersonFlaw::TooLong(500))),
        ] {
            assert_eq!(name_flaw(name), expected);
        }
        for (email, expected) in [
            (" Ada@example.com ", None),
            ("", Some(PersonFlaw::NoAddress)),
            ("ada", Some(PersonFlaw::NoAddress)),
            ("@example.com", Some(PersonFlaw::NoAddress)),
            ("ada@", Some(PersonFlaw::NoAddress)),
            ("a da@example.com", Some(PersonFlaw::NoAddress)),
            ("ada@exam@ple.com", Some(PersonFlaw::NoAddress)),
            (
                &*format!("{}@example.com", "x".repeat(254)),
                Some(PersonFlaw::TooLong(254)),
            ),
        ] {
            assert_eq!(email_flaw(email), expected, "{email}");
        }
        assert_eq!(team_flaw(""), None);
        assert_eq!(team_flaw(&"x".repeat(81)), Some(PersonFlaw::TooLong(80)));
        assert_eq!(password_flaw("1234567"), Some(PersonFlaw::Password));
        assert_eq!(password_flaw("ääääääää"), None);
        assert_eq!(password_flaw(&"x".repeat(201)), Some(PersonFlaw::Password));
    }

    #[test]
    fn what_is_saved_takes_nothing_from_the_other_forms() {
        let all = Typed {
            name: Some("Ada".into()),
            role: Some(Role::Admin),
            team: Some("North".into()),
            password: Some("12345678".into()),
        };
        for part in [Part::Name, Part::Role, Part::Team, Part::Password] {
            let mut typed = all.clone();
            typed.saved(part);
            let left = [
                typed.name.is_some(),
                typed.role.is_some(),
                typed.team.is_some(),
                typed.password.is_some(),
            ];
            assert_eq!(
                left.iter().filter(|is_left| **is_left).count(),
                3,
                "{part:?}"
            );
            assert!(left.get(part as usize) == Some(&false), "{part:?}");
        }
    }
}
