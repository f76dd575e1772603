//! Tells cargo which files the texts come from: the macro that reads them does not.
//!
//! Without it a changed or a new text would not rebuild the app. Must never generate anything.

#[allow(clippy::print_stdout)] // How a build script speaks to cargo.
fn main() {
    println!("cargo::rustc-check-cfg=cfg(afield_split)");
    let of = |name| std::env::var(name).unwrap_or_default();
    // A release is cut into pieces after linking (src/chunk.rs): that needs to know what refers to what.
    if of("CARGO_CFG_TARGET_FAMILY") == "wasm" && of("PROFILE") == "release" {
        println!("cargo::rustc-cfg=afield_split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=Cargo.toml");
}
