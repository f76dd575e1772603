// The page for an app that does not start: it saves what is unsent on this phone in a file.
// Owns the page's words and buttons. It must never need the app's wasm, its texts or the network.
import { look, save } from "/rescue.js";

const texts = {
  en: {
    title: "Save unsent work",
    about:
      "For when Afield does not open any more. What has not reached the office is written into one file, with its photos. Sign in to Afield on another phone or computer and open the file there under Sync, “Rescue file”. Nothing is deleted here, and nothing arrives twice if this phone sends it later as well.",
    none: "Nothing is unsent in this browser.",
    whose: (name, changes, files) => `${name}. Unsent changes: ${changes}. Photos and files: ${files}.`,
    somebody: "A user who has signed out",
    save: "Save a rescue file",
    saving: "Writing the file…",
    saved: "The file is among your downloads. It holds your work as it is: keep it where nobody else can read it.",
    unmarked: "This phone is full: until this work has reached the office, change and take back nothing of it here.",
    failed: "The file could not be written. Nothing is lost. Free some space and try again, and do not clear the data of this site.",
    back: "Open Afield",
  },
  de: {
    title: "Ungesendete Arbeit sichern",
    about:
      "Für den Fall, dass Afield nicht mehr startet. Was noch nicht im Büro ist, wird mit seinen Fotos in eine Datei geschrieben. Melden Sie sich auf einem anderen Handy oder Computer bei Afield an und öffnen Sie die Datei dort unter Sync, „Rettungsdatei“. Hier wird nichts gelöscht, und nichts kommt doppelt an, wenn auch dieses Handy es später sendet.",
    none: "In diesem Browser ist nichts ungesendet.",
    whose: (name, changes, files) => `${name}. Ungesendete Änderungen: ${changes}. Fotos und Dateien: ${files}.`,
    somebody: "Jemand, der sich abgemeldet hat",
    save: "Rettungsdatei sichern",
    saving: "Die Datei wird geschrieben …",
    saved: "Die Datei liegt bei Ihren Downloads. Sie enthält Ihre Arbeit unverschlüsselt: bewahren Sie sie so auf, dass niemand sonst sie lesen kann.",
    unmarked: "Dieses Handy ist voll: Bis diese Arbeit im Büro ist, ändern Sie hier nichts daran und nehmen Sie nichts davon zurück.",
    failed: "Die Datei konnte nicht geschrieben werden. Nichts ist verloren. Schaffen Sie Speicherplatz und versuchen Sie es erneut, und löschen Sie die Daten dieser Website nicht.",
    back: "Afield öffnen",
  },
};

/** As in boot.mjs. */
function language() {
  let chosen = null;
  try {
    chosen = localStorage.getItem("afield-language");
  } catch {
    // Refused in some private windows.
  }
  const tags = [chosen, ...navigator.languages].map((tag) => tag?.split(/[-_]/)[0].toLowerCase());
  return tags.find((tag) => tag && Object.hasOwn(texts, tag)) ?? "en";
}

const tongue = language();
const say = texts[tongue];
document.documentElement.lang = tongue;
document.title = `Afield: ${say.title}`;
for (const id of ["title", "about", "back"]) {
  document.getElementById(id).textContent = say[id];
}

function paragraph(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

const work = document.getElementById("work");

function row({ user, name, changes, files }) {
  const said = paragraph("");
  said.role = "status";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-primary";
  button.textContent = say.save;
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = say.saving;
    try {
      const isMarked = await save(user, (part) => {
        said.textContent = `${say.saving} ${Math.floor(part * 100)} %`;
      });
      said.textContent = isMarked ? say.saved : `${say.saved} ${say.unmarked}`;
    } catch (error) {
      console.error(error);
      said.textContent = say.failed;
    }
    button.disabled = false;
  });
  const card = document.createElement("div");
  card.className = "card pad stack";
  card.append(paragraph(say.whose(name ?? say.somebody, changes, files)), button, said);
  return card;
}

try {
  const found = await look();
  work.replaceChildren(...(found.length > 0 ? found.map(row) : [paragraph(say.none)]));
} catch (error) {
  console.error(error);
  work.replaceChildren(paragraph(say.failed));
}
