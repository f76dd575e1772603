// A page that is left lets go of its databases, and asks nothing of them any more until it is loaded again.
// Owns the page's connections and running transactions, of all databases. It must never run in the worker.
//
// Some browsers keep a left page as it is, for when its user comes back, and with it a transaction that never
// ends: every later one, in any page and in the worker, would wait for it until the browser is started anew.
const running = new Set();
const connections = new Set();
// What is typed is written at the last moment. Nothing else is begun then: a pass of a page that goes would keep the
// worker, to which it is handed over, from making it.
const LAST_WORDS = "afield-drafts";
let leaving = false;
let away = false;

function refuse(name) {
  if (away || (leaving && name !== LAST_WORDS)) {
    // The store knows it by these words: see crates/store/src/fault.rs.
    throw new DOMException("the page is away", "InvalidStateError");
  }
}

function watch(transaction) {
  running.add(transaction);
  for (const end of ["complete", "abort"]) {
    transaction.addEventListener(end, () => running.delete(transaction));
  }
}

const { transaction: begin, close } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function (...over) {
  refuse(this.name);
  const transaction = begin.apply(this, over);
  watch(transaction);
  return transaction;
};
IDBDatabase.prototype.close = function () {
  connections.delete(this);
  close.apply(this);
};

const { open } = IDBFactory.prototype;
IDBFactory.prototype.open = function (...what) {
  refuse(what[0]);
  const request = open.apply(this, what);
  request.addEventListener("upgradeneeded", () => watch(request.transaction));
  request.addEventListener("success", () => {
    const database = request.result;
    if (away) {
      close.apply(database);
      return;
    }
    connections.add(database);
    database.addEventListener("close", () => connections.delete(database));
  });
  return request;
};

function letGo() {
  away = true;
  for (const transaction of running) {
    try {
      transaction.abort();
    } catch {
      // It commits already, or has ended.
    }
  }
  for (const database of connections) {
    close.apply(database);
  }
  connections.clear();
}

// After what the app writes at its last moment. Listeners of a window are called in the order in which they were added,
// the capturing ones too: whenever one is added, ours goes to the end again.
const { addEventListener: listen } = EventTarget.prototype;
function stayLast() {
  window.removeEventListener("pagehide", letGo);
  listen.call(window, "pagehide", letGo);
}
window.addEventListener = function (type, ...rest) {
  listen.call(window, type, ...rest);
  if (type === "pagehide") {
    stayLast();
  }
};
// The first of all, as this script runs before the app.
listen.call(window, "pagehide", () => {
  leaving = true;
});
stayLast();

// Nothing of it is shown before it is loaded again: it has missed what happened meanwhile.
function loadAgain() {
  document.documentElement.hidden = true;
  location.reload();
}
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) {
    loadAgain();
  }
});
document.addEventListener("visibilitychange", () => {
  if (away && document.visibilityState === "visible") {
    loadAgain();
  }
});
