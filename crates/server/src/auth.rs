//! Who is who: passwords, tokens, sessions, and the brake on guessing.
//!
//! Owns the rules of signing in, apart from HTTP and storage. Must never log or return a secret.

pub(crate) mod brake;
pub mod limiter;
pub(crate) mod pace;
pub mod password;
pub mod session;
pub mod shared_pace;
pub mod token;
