// What Today looked like when it was last left, shown until the app has drawn it anew.
// Owns that copy, in localStorage. It is a picture: nothing in it acts, and no reader of screens meets it. It must never
// be shown to another user, after a sign-out, on another day, or longer than the phone may show what it holds: the page
// says for how long (`data-left`, see src/features/today/page.rs). The app forgets it at sign-out (src/runtime/prefs.rs).
const KEY = "afield-last-screen";
const MOST_CHARACTERS = 300_000;
// As many as are drawn first (`FIRST_PIECES` of Today).
const MOST_ROWS = 24;
/** Should the app neither draw nor fail. */
const LONGEST_MS = 10_000;
const TODAY = ["/", "/today"];
const asOf = { en: "As of", de: "Stand" };

const language = document.documentElement.lang;

function user() {
  return localStorage.getItem("afield-email");
}

function isToday() {
  return TODAY.includes(location.pathname);
}

/** The app's frame, once it is there. */
function drawn() {
  return document.querySelector("body > .frame");
}

/** How long Today may be shown from now on, in milliseconds; none while it is not drawn. */
function left(frame) {
  const told = frame?.querySelector("main [data-left]")?.dataset.left;
  return told === undefined ? null : Number(told);
}

function copyOf(frame) {
  const copy = frame.cloneNode(true);
  // What is true of a moment ago only, what belongs to a place on the page, and what lies below the screen.
  for (const part of copy.querySelectorAll(`.unsent, .strip > *, main li:nth-child(n + ${MOST_ROWS + 1})`)) {
    part.remove();
  }
  for (const part of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "style", "data-left"]) {
      part.removeAttribute(name);
    }
  }
  return copy.outerHTML;
}

/** Keeps what stands there, or forgets what was kept when it may not be shown any more. */
function keep() {
  const frame = drawn();
  const ms = left(frame);
  if (!isToday() || ms === null || frame.querySelector("main .skeleton")) {
    return;
  }
  try {
    localStorage.removeItem(KEY);
    const html = copyOf(frame);
    if (ms > 0 && html.length <= MOST_CHARACTERS) {
      const at = Date.now();
      localStorage.setItem(KEY, JSON.stringify({ user: user(), language, at, until: at + ms, html }));
    }
  } catch {
    // No room, or refused: the next start shows none.
  }
}

/** What was kept, if it may be shown now. */
function kept() {
  try {
    const copy = JSON.parse(localStorage.getItem(KEY));
    const now = Date.now();
    const isOurs = copy?.user === user() && copy.language === language;
    return isOurs && copy.at <= now && now < copy.until ? copy : null;
  } catch {
    return null;
  }
}

/** The address of the link at a place of the picture. */
function addressAt(picture, { clientX: x, clientY: y }) {
  const links = [...picture.querySelectorAll("a[href]")].filter((link) => {
    const { left, right, top, bottom } = link.getBoundingClientRect();
    return left <= x && x <= right && top <= y && y <= bottom;
  });
  return links.at(-1)?.getAttribute("href");
}

/** Goes to `href` in the app. */
function follow(href) {
  const link = document.createElement("a");
  link.href = href;
  document.body.append(link);
  link.click();
  link.remove();
}

function show({ html, at }) {
  const theme = localStorage.getItem("afield-theme");
  if (theme) {
    document.documentElement.dataset.theme = theme;
  }
  const picture = document.createElement("div");
  picture.id = "last-screen";
  picture.inert = true;
  picture.setAttribute("aria-hidden", "true");
  picture.innerHTML = html;
  const strip = picture.querySelector(".strip");
  if (strip) {
    const time = new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    strip.className = "strip";
    strip.textContent = `${asOf[language]} ${time}`;
  }
  document.body.append(picture);
  const shell = document.getElementById("shell");
  if (shell) {
    shell.hidden = true;
  }
  replaceWhenDrawn(picture);
}

/** The app is drawn behind the picture, and takes its place in one step. */
function replaceWhenDrawn(picture) {
  let wanted;
  const tap = (event) => {
    wanted = addressAt(picture, event) ?? wanted;
  };
  const end = () => {
    observer.disconnect();
    clearTimeout(longest);
    removeEventListener("click", tap);
    picture.remove();
    for (const hidden of [drawn(), document.getElementById("shell")]) {
      if (hidden) {
        hidden.hidden = false;
      }
    }
    if (wanted) {
      follow(wanted);
    }
  };
  const look = () => {
    const frame = drawn();
    // Today, a sign-in, or a word of what is wrong.
    const isThere = left(frame) !== null || document.querySelector("body > .frame main form, body > .frame main [role=alert], #shell [role=alert]");
    if (isThere || !isToday()) {
      end();
    } else if (frame) {
      frame.hidden = true;
    }
  };
  const observer = new MutationObserver(look);
  const longest = setTimeout(end, LONGEST_MS);
  addEventListener("click", tap);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["role", "data-left"] });
  look();
}

const copy = isToday() && !drawn() && kept();
if (copy) {
  show(copy);
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    keep();
  }
});
addEventListener("pagehide", keep);
