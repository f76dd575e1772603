// Starts the app: loads its script and its wasm, whose addresses stand on this script's own tag.
// It must never hold app logic or register the service worker: the app does that, in Rust.
const { js, wasm } = document.getElementById("boot").dataset;

try {
  const { default: init } = await import(js);
  await init({ module_or_path: wasm });
  document.getElementById("shell")?.remove();
} catch (error) {
  console.error(error);
  const text = document.getElementById("shell-text");
  if (text) {
    text.setAttribute("role", "alert");
    text.textContent =
      "Afield could not start. Nothing that was saved on this phone is lost. Check the connection and load the page again; if that does not help, update the browser.";
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn btn-primary";
    again.textContent = "Retry";
    again.addEventListener("click", () => location.reload());
    text.after(again);
  }
}
