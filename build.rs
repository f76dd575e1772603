//! Tells cargo which files the texts come from: the macro that reads them does not.
//!
//! Without it a changed or a new text would not rebuild the app. Must never generate anything.

#[allow(clippy::print_stdout)] // How a build script speaks to cargo.
fn main() {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=Cargo.toml");
}
