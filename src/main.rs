//! Starts the app in the browser. Must never hold anything else.

fn main() {
    #[cfg(target_family = "wasm")]
    afield::app::start();
}
