// Development only: loads the page again when a new build is served. The worker and its cache go first, or the old page would
// come back; what is saved on this device (IndexedDB) stays.
let shown;

async function look() {
  const reply = await fetch("/dev-build.txt", { cache: "no-store" });
  const build = reply.ok ? await reply.text() : shown;
  shown ??= build;
  if (build === shown) return;
  shown = build;
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
  location.reload();
}

setInterval(() => look().catch(() => {}), 1000);
