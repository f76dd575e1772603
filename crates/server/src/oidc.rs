//! A company's own sign-in, by OpenID Connect: the authorization code with PKCE.
//!
//! Owns the way from a provider's word to one of the company's users, apart from HTTP and storage. What a browser carries
//! on that way is signed and names no secret, so that any server of a database can end what another began. Must never let
//! anybody in whom the provider has not named in a token for exactly this sign-in, nor tell a browser more of what went
//! wrong than a [`Trouble`].

pub(crate) mod admit;
pub(crate) mod flow;
pub(crate) mod line;
pub(crate) mod party;
pub(crate) mod provider;
#[cfg(test)]
mod tests;

/// Why somebody was not signed in: the word that the app has a text for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// They have said no at the provider, or it has.
    Cancelled,
    /// It was not begun in this browser, or too long ago, or was begun again meanwhile.
    Again,
    /// The provider does not answer, or not as one.
    Provider,
    /// What the provider answered is not to be believed.
    Refused,
    /// The provider gives no mail address that it has verified.
    Email,
    /// The mail address belongs to somebody else here.
    Taken,
    /// The account was ended.
    Ended,
    /// Too many have failed from there, or are under way.
    Wait,
    /// It does not say of which company, or that one has no sign-in of its own.
    Company,
    /// A fault of this server.
    Fault,
}

impl Trouble {
    /// The word for it in an address.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Again => "again",
            Self::Provider => "provider",
            Self::Refused => "refused",
            Self::Email => "email",
            Self::Taken => "taken",
            Self::Ended => "ended",
            Self::Wait => "wait",
            Self::Company => "company",
            Self::Fault => "fault",
        }
    }
}
