//! Has a release build look again at the built app, which is embedded: a file may have come or gone.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A folder that is missing counts as changed each time; development builds read it when they run.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../../dist");
    }
}
