#!/usr/bin/env python3
"""A whole back end for Afield's phones, in one file and with nothing but Python's own library.

It shows what docs/protocol.md asks for, in the order of that page, and passes the *core* of the conformance suite:

    python3 examples/backend.py --port 8787 --data /tmp/afield.json
    cargo xtask conformance --url http://127.0.0.1:8787 --technician anna@example.com:afield \
        --colleague ben@example.com:afield

What it leaves out, and phones go on without: the board, files, forms, tasks, settings, notifications, the stream that
wakes phones. It holds everything in memory and writes one JSON file where yours commits the transaction of a database.
It serves the API only: the app's files (`dist/`) come from a web server in front of it, on the same origin.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import secrets
import sys
import threading
import time
import uuid
import zoneinfo
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

# The newest version of the operations that this file knows. What says more is refused as unknown, and phones keep it.
OP_VERSION = 2
PUSH_MUTATIONS, PUSH_BYTES, BODY_BYTES = 64, 256 * 1024, 64 * 1024
DEPENDS_ON, REPLACES, MADE_BACK_MS, WINDOW_DAYS = 1_000, 100, 90 * 86_400_000, 3
COMPANY = {"id": "01930000-0000-7000-8000-00000000c0de", "name": "Example Heating"}
COMPANY |= {"contact_email": "office@example.com", "expiry_hours": 24}
ZONE, PASSWORD = "Europe/Berlin", "afield"
PEOPLE = [  # who may sign in; yours come from your own directory
    {"id": "01930000-0000-7000-8000-0000000000a1", "name": "Anna Berg", "role": "technician", "email": "anna@example.com"},
    {"id": "01930000-0000-7000-8000-0000000000a2", "name": "Ben Vogt", "role": "technician", "email": "ben@example.com"},
]
# The steps of a job's day that a technician may take.
STEPS = {"scheduled": ["en_route", "started"], "en_route": ["started", "scheduled"], "started": ["finished", "paused"]}
STEPS |= {"paused": ["started", "finished"], "finished": [], "cancelled": []}
BEHIND = {"started": ["en_route"], "paused": ["en_route"], "finished": ["en_route", "started", "paused"]}
BLOCKED = {}  # a customer's id -> why nobody works for them, in your own words; yours comes from your ERP
IN_HAND = ("en_route", "started", "paused")


class Failure(Exception):
    """The whole request is not done: HTTP status, code and message of the error in the envelope."""


class Refused(Exception):
    """One mutation is refused: the verdict `rejected`. With `forget` it leaves no trace and may be sent again. Phones have
    words for the codes that they know; a `message` stands under these, one line of at most 500 characters, and is all that
    a technician reads of a code of your own."""

    def __init__(self, code, forget=False, **more):
        super().__init__(code)
        self.reason, self.forget = {"code": code, **more}, forget


def invalid(field, problem, **more):
    return Refused("invalid", field=field, problem={"problem": problem, **more})


def is_uuid(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) is not None


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def canonical(value):
    """Equal for equal JSON, in whatever order the fields came: by it a repetition is told from another payload."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def links(job):
    """What a job brings with it."""
    return {f"{module}.{job[module]}" for module in ("customer", "property") if module in job}


def names(mutation):
    """Its place in the order of a user's device, and its lane there."""
    device, lane = f"{mutation['user']}/{mutation['device']}", mutation["lane"]
    return f"{device}/{mutation['seq']}", f"{device}/{lane['module']}.{lane['id']}"


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


def zone_rules():
    """The file of the zone's rules, which phones need to know when a day begins."""
    for path in (pathlib.Path(folder, ZONE) for folder in zoneinfo.TZPATH):
        if path.exists():
            return base64.b64encode(path.read_bytes()).decode()
    sys.exit(f"there is no time zone {ZONE} on this machine: install tzdata (on Debian `apt-get install tzdata`)")


class Backend:
    """The data of one company, and what may become of them. One request at a time: see `Handler`."""

    def __init__(self, path):
        self.rules = zone_rules()
        self.path = pathlib.Path(path or os.devnull)
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        self.state = json.loads(text) if text else self.begin()

    # -- What is kept --------------------------------------------------------------------------------------------------
    def begin(self):
        """A new data set, under a new epoch. Whoever puts a backup back must change the epoch too: by it phones notice
        that what they were told is not there any more, and send it again."""
        self.state = {
            "epoch": "e-" + secrets.token_hex(8),
            "secret": secrets.token_hex(32),  # signs cursors
            "seq": 0,  # rises with every change of any record
            "number": 1000,
            "records": {},  # "module.id" -> {rev, seq, record, deleted, stamps}
            "verdicts": {},  # mutation -> {print, verdict, place}; kept for ever here, at least 30 days by the protocol
            "places": {},  # "user/device/seq" -> mutation, for ever
            "lanes": {},  # "user/device/module.id" -> the highest seq that was not refused
            "sessions": {},  # hash of the cookie -> user
        }
        customer, place = str(uuid.uuid4()), str(uuid.uuid4())
        self.write({"module": "customer", "id": customer, "name": "Hansen & Co", "phone": "+49 30 901820"})
        self.write({"module": "property", "id": place, "address": "Lindenallee 4", "city": "Berlin", "customer": customer})
        for hours, user in ((-1, 0), (1, 0), (3, 0), (2, 1)):
            self.give_job(PEOPLE[user]["id"], "Boiler does not start", self.now() + hours * 3_600_000, customer, place)
        self.save()
        return self.state

    def save(self):
        """Before anything is answered that a phone throws its own copy away for."""
        if self.path != pathlib.Path(os.devnull):
            new = self.path.with_suffix(".new")
            with open(new, "w", encoding="utf-8") as file:
                json.dump(self.state, file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)

    def now(self):
        return time.time_ns() // 1_000_000

    def row(self, module, id):
        return self.state["records"].get(f"{module}.{id}")

    def write(self, record, deleted=False, stamps=None):
        """Stores a record: its revision rises by one, and so does the place in the changes that pulls go by."""
        key = f"{record['module']}.{record['id']}"
        old = self.state["records"].get(key, {"rev": 0, "stamps": {}})
        self.state["seq"] += 1
        row = {"rev": old["rev"] + 1, "seq": self.state["seq"], "record": record, "deleted": deleted}
        self.state["records"][key] = row | {"stamps": {**old["stamps"], **(stamps or {})}}
        return self.state["records"][key]

    def give_job(self, user, title, starts, customer=None, place=None, id=None):
        self.state["number"] += 1
        job = {"module": "job", "id": id or str(uuid.uuid4()), "number": f"J-{self.state['number']}", "title": title}
        job |= {"description": "", "priority": "normal", "status": "scheduled", "assignee": user}
        job |= {"starts": starts, "ends": starts + 3_600_000}
        return self.write(job | ({"customer": customer} if customer else {}) | ({"property": place} if place else {}))

    # -- Session -------------------------------------------------------------------------------------------------------
    def sign_in(self, asked):
        """Yours asks your directory, stores passwords hashed, and makes whoever guesses wait (`rate_limited`)."""
        found = [user for user in PEOPLE if user["email"] == str(asked.get("email")).strip().lower()]
        if not found or not hmac.compare_digest(str(asked.get("password")).encode(), PASSWORD.encode()):
            raise Failure(401, "unauthorized", "the mail address or the password is wrong")
        token = secrets.token_hex(32)
        self.state["sessions"][digest(token)] = found[0]["id"]
        self.save()
        return self.session_info(found[0]), token

    def sign_out(self, token):
        self.state["sessions"].pop(digest(token), None)
        self.save()
        return {}, ""

    def user(self, token):
        for user in PEOPLE:
            if user["id"] == self.state["sessions"].get(digest(token)):
                return user
        raise Failure(401, "unauthorized", "nobody is signed in")

    def session_info(self, user):
        company = {**COMPANY, "zone": {"name": ZONE, "tzif": self.rules}}
        return {"user": {name: user[name] for name in ("id", "name", "role")}, "company": company}

    # -- Push ----------------------------------------------------------------------------------------------------------
    def push(self, user, request):
        mutations = self.read_push(user, request)
        verdicts, held = [], set()  # lanes and mutations behind which nothing more is answered
        for mutation in mutations:
            verdict = {"verdict": "waits"}  # that is never told: what waits is left out
            if not self.is_held(held, mutation):
                verdict = self.decide(user, request["device"], mutation)
            if verdict["verdict"] in ("waits", "rejected"):
                held.update((canonical(mutation.get("lane")), mutation["id"]))
            if verdict["verdict"] != "waits":
                verdicts.append({"id": mutation["id"], **verdict})
        self.save()
        return {"verdicts": verdicts}

    def is_held(self, held, mutation):
        waits_for = mutation.get("depends_on")
        waits_for = [id for id in waits_for if isinstance(id, str)] if isinstance(waits_for, list) else []
        return canonical(mutation.get("lane")) in held or any(id in held for id in waits_for)

    def read_push(self, user, request):
        """What concerns the push as a whole. When any of it is wrong, nothing is looked at."""
        mutations = request.get("mutations")
        if not is_uuid(request.get("device")) or not isinstance(mutations, list):
            raise Failure(400, "invalid", "a push has a device and mutations")
        if not all(isinstance(one, dict) and is_uuid(one.get("id")) for one in mutations):
            raise Failure(400, "invalid", "a mutation without a readable id")
        if any(one.get("user", user["id"]) != user["id"] for one in mutations):
            raise Failure(401, "unauthorized", "these changes are another user's")
        if request.get("epoch") not in (None, self.state["epoch"]):
            raise Failure(409, "epoch_changed", "the server has another data set than this device knows")
        if len(mutations) > PUSH_MUTATIONS:
            raise Failure(413, "too_large", "too many mutations in one push")
        seqs = [one["seq"] for one in mutations if is_whole(one.get("seq"))]
        if any(one >= next for one, next in zip(seqs, seqs[1:])):
            raise Failure(400, "invalid", "the mutations are not in rising order of seq")
        return mutations

    def decide(self, user, device, mutation):
        """One mutation: what is stored of it stands; else it is judged, and the verdict stored with its effect."""
        try:
            self.check_form(device, mutation)
            stored = self.recall(mutation)
            if stored:
                return stored
            verdict = self.judge(user, mutation)
        except Refused as refused:
            verdict = {"verdict": "rejected", "reason": refused.reason}
            if refused.forget:
                return verdict
        self.remember(mutation, verdict)
        return verdict

    def check_form(self, device, mutation):
        """What cannot be read is refused by itself, and nothing of it is remembered."""
        version = mutation.get("op_version")
        if is_whole(version) and version > OP_VERSION:
            raise Refused("unknown_op", forget=True)
        field, lane, op = None, mutation.get("lane"), mutation.get("op")
        numbers = [mutation.get("seq"), mutation.get("wall"), mutation.get("clock_offset_ms", 0), mutation.get("base_rev", 0)]
        is_lane = isinstance(lane, dict) and isinstance(lane.get("module"), str) and is_uuid(lane.get("id"))
        is_op = isinstance(op, dict) and isinstance(op.get("op"), str)
        if not (is_lane and is_op and all(map(is_whole, numbers)) and is_uuid(mutation.get("user"))):
            field = "mutation"
        elif mutation.get("device") != device:
            field = "device"
        for name, most in (("depends_on", DEPENDS_ON), ("replaces", REPLACES)):
            named = mutation.get(name, [])
            field = field if isinstance(named, list) and len(named) <= most else name
        if field:
            raise Refused("invalid", forget=True, field=field, problem={"problem": "malformed"})

    def recall(self, mutation):
        stored = self.state["verdicts"].get(mutation["id"])
        if stored:
            if stored["print"] != canonical(mutation):
                raise Refused("idempotency_mismatch", forget=True)
            return stored["verdict"]
        for id in mutation.get("depends_on", []):
            # Only what stands refused holds it up. What is not known was decided too long ago, or is a phone's affair.
            if self.state["verdicts"].get(id, {}).get("verdict", {}).get("verdict") == "rejected":
                return {"verdict": "waits"}
        place, lane = names(mutation)
        if place in self.state["places"] or mutation["seq"] < self.state["lanes"].get(lane, 0):
            raise Refused("sequence_reused", forget=True)  # the latter is a copy that the network has kept back

    def remember(self, mutation, verdict):
        place, lane = names(mutation)
        self.state["verdicts"][mutation["id"]] = {"print": canonical(mutation), "verdict": verdict}
        self.state["places"][place] = mutation["id"]
        if verdict["verdict"] != "rejected":
            self.state["lanes"][lane] = mutation["seq"]

    def judge(self, user, mutation):
        verdicts, replaced = self.state["verdicts"], mutation.get("replaces", [])
        if any(verdicts[old["id"]]["verdict"]["verdict"] != "rejected" for old in replaced if old["id"] in verdicts):
            return {"verdict": "already_applied", "records": []}
        verdict = self.apply(user, mutation)
        for old in (old for old in replaced if old["id"] not in verdicts):  # never decided: a late copy has no effect
            self.remember({**mutation, **old}, {"verdict": "rejected", "reason": {"code": "sequence_reused"}})
        return verdict

    # -- What operations mean ------------------------------------------------------------------------------------------
    def apply(self, user, mutation):
        name = mutation["op"]["op"]
        if name not in ("create_job", "set_job_status", "add_note", "withdraw", "edit_job"):
            raise Refused("unknown_op", forget=True)
        return getattr(self, name)(user, mutation, mutation["op"])

    def made_at(self, mutation):
        """When it was done, by the phone's corrected clock; not after now, and not more than 90 days ago."""
        now = self.now()
        return min(max(mutation["wall"] + mutation.get("clock_offset_ms", 0), now - MADE_BACK_MS), now)

    def answer(self, verdict, *rows):
        return {"verdict": verdict, "records": [{"rev": row["rev"], "record": row["record"]} for row in rows]}

    def text(self, value, field, most, may_be_empty=False):
        if not isinstance(value, str) or not (value.strip() or may_be_empty):
            raise invalid(field, "missing")
        if len(value) > most:
            raise invalid(field, "too_long", max=most)
        return value

    def job_of(self, user, id):
        """The job, if it is this user's as of now."""
        row = self.row("job", id)
        if not row or row["deleted"]:
            raise Refused("deleted" if row else "not_found")
        if row["record"].get("assignee") != user["id"]:
            raise Refused("forbidden")
        return row

    def create_job(self, user, mutation, op):
        if not is_uuid(op.get("job")) or self.row("job", op["job"]):
            raise Refused("forbidden")
        title = self.text(op.get("title"), "title", 200)
        self.text(op.get("description", ""), "description", 20_000, may_be_empty=True)
        starts, ends = op.get("starts"), op.get("ends")
        if not (is_whole(starts) and is_whole(ends) and starts <= ends):
            raise invalid("schedule", "out_of_range")
        for module in ("customer", "property"):
            if op.get(module) and f"{module}.{op[module]}" not in self.scope(user):
                raise Refused("not_found")
        if op.get("customer") in BLOCKED:
            raise Refused("customer_blocked", message=BLOCKED[op["customer"]])
        row = self.give_job(user["id"], title, starts, op.get("customer"), op.get("property"), op["job"])
        row["record"] |= {"description": op.get("description", ""), "ends": ends}
        return self.answer("applied", row)

    def set_job_status(self, user, mutation, op):
        row = self.job_of(user, op.get("job"))
        job, to, at = row["record"], op.get("to"), row["record"]["status"]
        if to not in STEPS:
            raise invalid("to", "malformed")
        if mutation.get("base_rev") != row["rev"] and to in BEHIND.get(at, []) + [at] and to not in ("scheduled", "cancelled"):
            return self.answer("already_applied", row)  # somebody was faster; yours puts the step in among the others
        if to not in STEPS[at]:
            more = {"message": f"{job['number']} was closed in our books."} if at in ("finished", "cancelled") else {}
            raise Refused("illegal_status", **{"from": at, "to": to}, **more)
        step = {"to": to, "at": self.made_at(mutation), "by": user["name"]}
        return self.answer("applied", self.write({**job, "status": to, "steps": (job.get("steps", []) + [step])[-200:]}))

    def add_note(self, user, mutation, op):
        self.job_of(user, op.get("job"))
        text = self.text(op.get("text"), "text", 10_000)
        if op.get("files"):
            raise Refused("not_found")  # this back end takes no files
        if not is_uuid(op.get("note")) or self.row("note", op["note"]):
            raise Refused("forbidden")
        note = {"module": "note", "id": op["note"], "job": op["job"], "author": user["id"]}
        note |= {"author_name": user["name"], "text": text, "made_at": self.made_at(mutation)}
        return self.answer("applied", self.write(note))

    def withdraw(self, user, mutation, op):
        part = op.get("part", {})
        row = self.row("note", part.get("id"))
        if not row or part.get("module") != "note" or row["record"]["job"] != op.get("job"):
            raise Refused("not_found")
        if self.job_of(user, op["job"]) and row["record"]["author"] != user["id"]:
            raise Refused("forbidden")
        if not row["deleted"]:
            self.write(row["record"], deleted=True)
        return self.answer("applied")

    def edit_job(self, user, mutation, op):
        """Each field by itself: still as it was seen, as it shall be already, or a conflict, in which the later wins."""
        row = self.job_of(user, op.get("job"))
        job, stamps, conflicts = dict(row["record"]), {}, []
        at = self.made_at(mutation)
        for edit in op.get("edits", []):  # all of it is judged before any of it is written
            if edit.get("item") or edit.get("field") not in ("title", "description"):
                raise Refused("unknown_op", forget=True)
            is_title = edit["field"] == "title"
            self.text(edit.get("new"), edit["field"], 200 if is_title else 20_000, may_be_empty=not is_title)
        for edit in op.get("edits", []):
            field, base, new = edit["field"], edit.get("base"), edit["new"]
            now = job.get(field, "")
            if new in (now, base):
                continue
            mine = (at, user["id"], new)
            if base == now or self.wins(mine, row["stamps"].get(field), now):
                stamps[field] = {"at": at, "by": user["id"], "by_name": user["name"]}
                job[field] = new
            if base != now:
                winner = "mine" if field in stamps else "theirs"
                conflicts.append(self.conflict(user, mutation, job["id"], field, (base, new, now), winner, row["stamps"]))
        settled = self.settle(user, op.get("settles"), job, at)
        if job != row["record"]:
            row = self.write(job, stamps=stamps)
        return self.answer("merged" if conflicts else "applied", row, *conflicts, *settled)

    def wins(self, mine, stamp, value):
        """By the time of saving, not of arrival; equal times by author and value, so that the order decides nothing."""
        return not stamp or mine > (stamp["at"], stamp["by"], value)

    def conflict(self, user, mutation, job, field, values, winner, stamps):
        """What loses is kept, and both are told."""
        (base, mine, theirs), stamp = values, stamps.get(field) or {"at": self.now(), "by_name": "Office"}
        record = {"module": "conflict", "id": str(uuid.uuid4()), "job": job, "mutation": mutation["id"], "field": field}
        record |= {"base": base, "mine": mine, "theirs": theirs, "author": user["id"], "author_name": user["name"]}
        record |= {"made_at": self.made_at(mutation), "their_name": stamp["by_name"], "their_at": stamp["at"]}
        return self.write({**record, "winner": winner, "rule": "latest_wins", "at": self.now()})

    def settle(self, user, conflict, job, at):
        row = self.row("conflict", conflict)
        if not row or row["record"]["job"] != job["id"] or "settled" in row["record"]:
            return []
        settled = {"by": user["name"], "at": at, "value": job.get(row["record"]["field"])}
        return [self.write({**row["record"], "settled": settled})]

    # -- Pull ----------------------------------------------------------------------------------------------------------
    def day(self, later=0):
        """When today begins by the company's clock, or a day so much later."""
        zone = zoneinfo.ZoneInfo(ZONE)
        today = datetime.fromtimestamp(self.now() / 1000, zone).date()
        return int(datetime.combine(today + timedelta(later), datetime.min.time(), zone).timestamp() * 1000)

    def scope(self, user):
        """The keys of all that this user's phone holds: their jobs of these days and those they are at, the parts of
        these, and what they link to."""
        begin, end = self.day(-WINDOW_DAYS), self.day(WINDOW_DAYS + 1)
        rows, keys = self.state["records"], set()
        for key, row in rows.items():
            job = row["record"]
            is_theirs = job["module"] == "job" and job.get("assignee") == user["id"] and not row["deleted"]
            if is_theirs and (begin <= job["starts"] < end or job["status"] in IN_HAND):
                keys |= {key, *links(job)}
        parts = {key for key, row in rows.items() if f"job.{row['record'].get('job')}" in keys and not row["deleted"]}
        return keys | parts

    def changed(self, scope, since):
        """The keys that a phone must hear of that knows everything up to `since`. With a job come its parts and what it
        links to: it may have just come, or just gone. What comes twice costs nothing: an equal `rev` is passed over."""
        if since is None:
            return sorted(scope)
        rows = self.state["records"]
        keys = {key for key, row in rows.items() if row["seq"] > since}
        jobs = {row["record"]["id"]: row["record"] for row in (rows[key] for key in keys) if row["record"]["module"] == "job"}
        keys.update(*(links(job) for job in jobs.values()))
        return sorted(keys | {key for key, row in rows.items() if row["record"].get("job") in jobs})

    def pull(self, user, cursor, limit):
        """A round leads from what a phone held (`since`) to what there is at its beginning (`until`), record by record in
        the order of their keys. What changes meanwhile has a later seq, and comes with the next round."""
        place = self.read_cursor(user, cursor) if cursor else {"since": None, "until": None, "after": ""}
        place["until"] = self.state["seq"] if place["until"] is None else place["until"]
        scope = self.scope(user)
        keys = [key for key in self.changed(scope, place["since"]) if key > place["after"]]
        page, more = keys[:limit], len(keys) > limit
        next = {**place, "after": page[-1]} if more else {"since": place["until"], "until": None, "after": ""}
        answer = {"changes": [self.change(key, scope) for key in page], "cursor": self.cursor(user, next), "more": more}
        if not cursor:
            modules = [key.split(".")[0] for key in scope]
            answer["totals"] = [{"module": module, "count": modules.count(module)} for module in sorted(set(modules))]
        return answer

    def change(self, key, scope):
        row = self.state["records"][key]
        if key in scope:
            return {"change": "upsert", "rev": row["rev"], "record": row["record"]}
        module, id = key.split(".")
        return {"change": "tombstone" if row["deleted"] else "scope_out", "key": {"module": module, "id": id}}

    def cursor(self, user, place):
        """Signed: what stands in it decides what is shown. With another day another window begins, and phones prime anew:
        the simplest way to let go of what is too old by now."""
        text = canonical({**place, "user": user["id"], "epoch": self.state["epoch"], "day": self.day()})
        text = base64.urlsafe_b64encode(text.encode()).decode()
        return f"{text}.{self.sign(text)}"

    def sign(self, text):
        return hmac.new(self.state["secret"].encode(), text.encode(), hashlib.sha256).hexdigest()

    def read_cursor(self, user, cursor):
        known = {"user": user["id"], "epoch": self.state["epoch"], "day": self.day()}
        text, _, signature = cursor.rpartition(".")
        is_ours = hmac.compare_digest(self.sign(text).encode(), signature.encode())
        place = json.loads(base64.urlsafe_b64decode(text)) if is_ours else {}
        if not known.items() <= place.items():
            raise Failure(410, "cursor_expired", "this cursor is not known here any more")
        return {name: place[name] for name in ("since", "until", "after")}


class Handler(BaseHTTPRequestHandler):
    """HTTP, and the envelope around every answer."""

    protocol_version = "HTTP/1.1"
    backend, lock = None, threading.Lock()

    def answer(self):
        cookie = None
        try:
            body = self.read_body()
            with self.lock:
                reply, cookie = self.route(body)
            status, reply = 200, {"ok": reply}
        except Failure as failure:
            status, code, message = failure.args
            reply = {"error": {"code": code, "message": message}}
        except Exception as error:  # whatever it is: a phone must be able to read that it is ours
            self.log_error("%r", error)
            status, reply = 500, {"error": {"code": "internal", "message": "the server has a fault"}}
        self.send(status, self.envelope(reply), cookie)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def envelope(self, reply):
        return {"afield": 1, "epoch": self.backend.state["epoch"], "server_time": self.backend.now(), "reply": reply}

    def send(self, status, answer, cookie=None):
        text = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(text)), "Cache-Control": "no-store"}
        for name, value in (headers | ({} if cookie is None else {"Set-Cookie": self.cookie(cookie)})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def cookie(self, token):
        """No script reads it, no other site sends it. Browsers take Secure for http://localhost too."""
        return f"__Host-afield={token}; Path=/; Max-Age={7_776_000 if token else 0}; HttpOnly; Secure; SameSite=Strict"

    def read_body(self):
        length = int(self.headers.get("Content-Length") or 0)
        most = PUSH_BYTES if self.path.startswith("/api/v1/push") else BODY_BYTES
        if length > most:
            self.close_connection = True
            self.rfile.read(min(length, 8 * most))  # so that the answer is heard
            raise Failure(413, "too_large", "this is more than one request may hold")
        return self.rfile.read(length)

    def json(self, body):
        try:
            return dict(json.loads(body).items())
        except (ValueError, AttributeError):
            raise Failure(400, "invalid", "the body is no JSON object") from None

    def token(self):
        cookies = dict(part.strip().partition("=")[::2] for part in self.headers.get("Cookie", "").split(";"))
        return cookies.get("__Host-afield", "")

    def check_origin(self):
        """Another site's page must not write with our user's cookie. Every browser of today says where a write is from."""
        if self.headers.get("Sec-Fetch-Site") != "same-origin":
            raise Failure(403, "forbidden", "a write must come from this site's own pages")

    def route(self, body):
        address = urlsplit(self.path)
        backend, asked = self.backend, (self.command, address.path)
        if self.command != "GET":
            self.check_origin()
        if asked == ("POST", "/api/v1/session"):
            return backend.sign_in(self.json(body))
        if asked == ("DELETE", "/api/v1/session"):
            return backend.sign_out(self.token())
        if asked == ("GET", "/api/v1/session"):
            return backend.session_info(backend.user(self.token())), None
        if asked == ("POST", "/api/v1/push"):
            return backend.push(backend.user(self.token()), self.json(body)), None
        if asked == ("GET", "/api/v1/pull"):
            return self.pull(parse_qs(address.query)), None
        if address.path in ("/api/v1/session", "/api/v1/push", "/api/v1/pull"):
            raise Failure(405, "invalid", "this address knows no such method")
        raise Failure(404, "not_found", "there is no such address")

    def pull(self, asked):
        user = self.backend.user(self.token())
        first = lambda name: asked.get(name, [""])[0]
        if first("user") not in ("", user["id"]):
            raise Failure(401, "unauthorized", "this is another user's session")
        limit = int(first("limit")) if first("limit").isdigit() else 500
        return self.backend.pull(user, first("cursor"), min(max(limit, 1), 500))

    log_request = lambda *_: None  # what is asked holds customers' data


def main(backend_class=Backend, handler_class=Handler, arguments=None):
    flags = argparse.ArgumentParser(description="A small back end for Afield's phones.")
    flags.add_argument("--port", type=int, default=8787)
    flags.add_argument("--data", help="the file that holds everything; without it all is lost at the end")
    flags = flags.parse_args(arguments)
    handler_class.backend = backend_class(flags.data)
    server = ThreadingHTTPServer(("127.0.0.1", flags.port), handler_class)
    print(f"ready: http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
