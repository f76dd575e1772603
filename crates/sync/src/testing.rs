//! Parts for tests: a host whose clock stands still, a model of the server with faults, fixtures.
//!
//! Owns nothing that ships: behind the feature `testing`.

pub mod cost;
pub mod counted;
pub mod fixtures;
pub mod host;
pub mod model;
pub mod model_server;

pub use host::ManualHost;
pub use model_server::{Fault, FileFault, Line, ModelServer};
