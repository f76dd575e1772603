// What stands in for the app until it is drawn: where somebody has signed in before, a picture of what Today looked like
// when it was left; where nobody has, the sign-in form, which can be filled in at once.
// Owns the picture, in localStorage. It is a picture: nothing in it acts, and no reader of screens meets it. It must never
// be shown to another user, after a sign-out, on another day, or longer than the phone may show what it holds: the page
// says for how long (`data-left`) and whose it is (`data-of`, see src/features/today/page.rs). The app forgets it at
// sign-out and whenever it may not be shown any more (src/runtime/prefs.rs).
// What is typed into the form goes to the app's form and nowhere else.
const KEY = "afield-last-screen";
const MOST_CHARACTERS = 300_000;
// As many as are drawn first (`FIRST_PIECES` of Today).
const MOST_ROWS = 24;
/** Should the app neither draw nor fail. */
const LONGEST_MS = 10_000;
const TODAY = ["/", "/today"];
/** As in `locales`: the app's own texts come later. */
const words = {
  en: {
    asOf: "As of",
    title: "Sign in",
    lead: "The first sign-in needs a connection. After that the app works without one.",
    email: "Email",
    password: "Password",
    action: "Sign in",
    busy: "Signing in…",
  },
  de: {
    asOf: "Stand",
    title: "Anmelden",
    lead: "Für die erste Anmeldung brauchen Sie eine Verbindung. Danach arbeitet die App auch ohne.",
    email: "E-Mail",
    password: "Passwort",
    action: "Anmelden",
    busy: "Anmeldung läuft …",
  },
};

const language = document.documentElement.lang;
const say = words[language];

/** Who is signed in here, as the app notes it (src/runtime/session.rs). */
function user() {
  return localStorage.getItem("afield-user");
}

/** Whether nobody ever signed in here. Who comes by a link gets another form. */
function needsForm() {
  const hasLink = location.hash.startsWith("#link=");
  return localStorage.getItem("afield-email") === null && !hasLink;
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

/** Whose Today is drawn. */
function whose(frame) {
  return frame.querySelector("main [data-of]")?.dataset.of;
}

function copyOf(frame) {
  const copy = frame.cloneNode(true);
  // What is true of a moment ago only, what belongs to a place on the page, and what lies below the screen.
  for (const part of copy.querySelectorAll(`.unsent, .strip > *, main li:nth-child(n + ${MOST_ROWS + 1})`)) {
    part.remove();
  }
  for (const part of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "style", "data-left", "data-of"]) {
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
    // Another tab may have signed in somebody else.
    const of = whose(frame);
    if (ms <= 0 || of !== user()) {
      return;
    }
    const html = copyOf(frame);
    if (html.length <= MOST_CHARACTERS) {
      const at = Date.now();
      localStorage.setItem(KEY, JSON.stringify({ user: of, language, at, until: at + ms, html }));
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
    const isOurs = copy && copy.user === user() && copy.language === language;
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

/** Puts `html` up until the app is drawn; then `then` is called. */
function standIn(html, then) {
  const theme = localStorage.getItem("afield-theme");
  if (theme) {
    document.documentElement.dataset.theme = theme;
  }
  const place = document.createElement("div");
  place.id = "stand-in";
  place.innerHTML = html;
  document.body.append(place);
  shell(false);
  replaceWhenDrawn(place, then);
  return place;
}

/** The word that the app is being opened, or that it cannot be. */
function shell(isShown) {
  const shell = document.getElementById("shell");
  if (shell) {
    shell.hidden = !isShown;
  }
}

/** The app is drawn behind what stands in for it, and takes its place in one step. */
function replaceWhenDrawn(place, then) {
  const end = () => {
    observer.disconnect();
    clearTimeout(longest);
    const frame = drawn();
    if (frame) {
      frame.hidden = false;
    }
    shell(true);
    try {
      then(frame, place);
    } finally {
      place.remove();
    }
  };
  const look = () => {
    const frame = drawn();
    // Today, a sign-in, or a word of what is wrong.
    const isThere = left(frame) !== null || document.querySelector("body > .frame main form, body > .frame main [role=alert], #shell [role=alert], #shell[role=alert]");
    if (isThere || (frame && !isToday())) {
      end();
    } else if (frame) {
      frame.hidden = true;
    }
  };
  const observer = new MutationObserver(look);
  const longest = setTimeout(end, LONGEST_MS);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["role", "data-left"] });
  look();
}

/** A tap on a link of the picture is followed by the app. */
function showPicture({ html, at }) {
  let wanted;
  const tap = (event) => {
    wanted = addressAt(picture, event) ?? wanted;
  };
  addEventListener("click", tap);
  const picture = standIn(html, () => {
    removeEventListener("click", tap);
    if (wanted) {
      follow(wanted);
    }
  });
  picture.inert = true;
  picture.setAttribute("aria-hidden", "true");
  const strip = picture.querySelector(".strip");
  if (strip) {
    const time = new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    strip.className = "strip";
    strip.textContent = `${say.asOf} ${time}`;
  }
}

/** As src/features/sign_in/page.rs draws it, so that nothing jumps. */
const form = () => `<div class="frame">
  <header class="top">
    <div class="top-row"><a class="brand" href="/"><img src="/icons/afield.svg" alt="" width="28" height="28" /><span>Afield</span></a></div>
    <div class="strip"></div>
  </header>
  <main>
    <div class="narrow">
      <h1 class="page-title">${say.title}</h1>
      <p class="muted">${say.lead}</p>
      <form class="stack">
        <label class="field"><span>${say.email}</span><input class="input w-full" type="email" name="email" autocomplete="username" inputmode="email" autocapitalize="none" required /></label>
        <label class="field"><span>${say.password}</span><input class="input w-full" type="password" name="password" autocomplete="current-password" required /></label>
        <div role="status"></div>
        <button type="submit" class="btn btn-primary btn-lg">${say.action}</button>
      </form>
    </div>
  </main>
</div>`;

/** Hands what was typed over to the app's form, with the place of the cursor and the wish to sign in. */
function showForm() {
  let isWanted = false;
  const place = standIn(form(), (frame, place) => {
    const own = frame?.querySelector("main form");
    if (!own) {
      return;
    }
    for (const typed of place.querySelectorAll("input")) {
      const input = own.elements[typed.name];
      if (!input) {
        continue;
      }
      if (typed.value !== "") {
        input.value = typed.value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      if (typed === document.activeElement) {
        input.focus();
      }
    }
    if (isWanted) {
      own.requestSubmit();
    }
  });
  place.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    isWanted = true;
    const button = event.target.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    button.textContent = say.busy;
  });
}

/** Before the app is there. */
function begin() {
  if (drawn()) {
    return;
  }
  if (needsForm()) {
    showForm();
  } else if (isToday()) {
    const copy = kept();
    if (copy) {
      showPicture(copy);
    }
  }
}

try {
  begin();
} catch (error) {
  // Storage refused, or a browser that lacks something: the app comes without.
  console.warn(error);
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    keep();
  }
});
addEventListener("pagehide", keep);
