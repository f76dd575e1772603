"""examples/backend.py, made wrong on purpose: one fault each, to prove that the suite finds it.

    python3 faulty.py NAME_OF_FAULT --port 0 --data FILE

Without a fault (`none`) it is that back end, with a hook for what only the office can.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[4] / "examples"))
sys.dont_write_bytecode = True

import backend as right  # noqa: E402


# Ten in the morning of a winter's day: no test depends on when it runs.
MORNING = 1_796_029_200_000


class Backend(right.Backend):
    def now(self):
        """A clock that goes as every clock does, from that morning on, over restarts too."""
        now = super().now()
        return MORNING + now - self.state.setdefault("began", now)

    def office(self, action):
        """What the office does, at /hook: for tests alone, for anybody may ask."""
        row = self.row("job", action.get("job"))
        if action["action"] == "assign":
            job = {name: value for name, value in row["record"].items() if name != "assignee"}
            self.write(job | ({"assignee": action["to"]} if action["to"] else {}))
        elif action["action"] == "delete":
            self.write(row["record"], deleted=True)
        else:
            return {"not_offered": "this back end is begun again from outside"}
        self.save()
        return {"done": True}


class Handler(right.Handler):
    def route(self, body):
        if (self.command, self.path) == ("POST", "/hook"):
            return self.backend.office(self.json(body)), None
        return super().route(body)


# -- The faults: each changes one thing ----------------------------------------------------------------------------------


class AppliedTwice(Backend):
    """A repeated mutation is judged anew, and so is the id of what it makes."""

    def recall(self, mutation):
        stored = self.state["verdicts"].get(mutation["id"])
        if not stored:
            return super().recall(mutation)
        if mutation["op"]["op"] == "add_note":
            mutation["op"]["note"] = str(right.uuid.uuid4())
        return None


class OtherPayloadAccepted(Backend):
    """Only the id is looked at."""

    def recall(self, mutation):
        stored = self.state["verdicts"].get(mutation["id"])
        return stored["verdict"] if stored else super().recall(mutation)


class VerdictMadeAnew(Backend):
    """A repeated mutation has no second effect, but gets another verdict."""

    def recall(self, mutation):
        stored = super().recall(mutation)
        if stored and stored["verdict"] == "applied":
            return {"verdict": "already_applied", "records": []}
        return stored


class LaneGoesOn(Backend):
    """What comes behind a refusal is decided all the same."""

    def is_held(self, held, mutation):
        return False


class DependencyForgotten(Backend):
    """In a later push nobody remembers what a mutation waits for."""

    def recall(self, mutation):
        return super().recall({**mutation, "depends_on": []} if mutation["id"] not in self.state["verdicts"] else mutation)


class UnknownDependencyWaits(Backend):
    """`depends_on` read literally: what is not known to be accepted holds up for ever."""

    def recall(self, mutation):
        if any(id not in self.state["verdicts"] for id in mutation.get("depends_on", [])):
            return {"verdict": "waits"}
        return super().recall(mutation)


class SeqReused(Backend):
    """Places in a device's order are not remembered."""

    def remember(self, mutation, verdict):
        super().remember(mutation, verdict)
        self.state["places"].clear()


class LateCopyApplied(Backend):
    """The order within a lane is not looked at."""

    def remember(self, mutation, verdict):
        super().remember(mutation, verdict)
        self.state["lanes"].clear()


class UnknownCursorAnswered(Backend):
    """A cursor that cannot be read is taken for none."""

    def read_cursor(self, user, cursor):
        try:
            return super().read_cursor(user, cursor)
        except right.Failure:
            return {"since": None, "until": None, "after": ""}


class EpochKept(Backend):
    """The epoch is the company's, whatever becomes of the data."""

    def begin(self):
        super().begin()
        self.state["epoch"] = "e-example"
        self.save()
        return self.state


class EpochUnchecked(Backend):
    """The epoch of a push is not looked at."""

    def read_push(self, user, request):
        return super().read_push(user, {**request, "epoch": None})


class ForeignUserStored(Backend):
    """Whatever is pushed is the session's user's."""

    def read_push(self, user, request):
        for mutation in request["mutations"]:
            mutation["user"] = user["id"]
        return super().read_push(user, request)


class TotalsWrong(Backend):
    """The totals count what there is, not what this user gets."""

    def pull(self, user, cursor, limit):
        page = super().pull(user, cursor, limit)
        if "totals" in page:
            modules = [key.split(".")[0] for key in self.state["records"]]
            page["totals"] = [{"module": name, "count": modules.count(name)} for name in set(modules)]
        return page


class ChangeSkipped(Backend):
    """A finished round leads to the present, also past what changed while it went on."""

    def cursor(self, user, place):
        if place["until"] is None:
            place = {**place, "since": self.state["seq"]}
        return super().cursor(user, place)


class ScopeOutAlone(Backend):
    """A job that goes leaves its parts behind."""

    def changed(self, scope, since):
        keys = super().changed(scope, since)
        rows = self.state["records"]
        return [key for key in keys if key in scope or "job" not in rows[key]["record"] or rows[key]["deleted"]]


class NothingLeaves(Backend):
    """A pull brings what is in scope, and says of nothing that it has left."""

    def changed(self, scope, since):
        return [key for key in super().changed(scope, since) if key in scope]


class RevStays(Backend):
    """A record's revision is that of its first version."""

    def write(self, record, deleted=False, stamps=None):
        row = super().write(record, deleted, stamps)
        row["rev"] = 1
        return row


class LastArrivalWins(Backend):
    """Of two edits the one that arrives last stands."""

    def wins(self, mine, stamp, value):
        return True


class TiesByArrival(Backend):
    """Edits of the same time are told apart by who came first."""

    def wins(self, mine, stamp, value):
        return not stamp or mine[0] > stamp["at"]


class ConflictLost(Backend):
    """What loses is not kept."""

    def edit_job(self, user, mutation, op):
        verdict = super().edit_job(user, mutation, op)
        records = [row for row in verdict["records"] if row["record"]["module"] == "job"]
        return {**verdict, "records": records}


class ReplacedForgotten(Backend):
    """What is sent instead of another does not use the other's id up."""

    def judge(self, user, mutation):
        return super().judge(user, {**mutation, "replaces": []})


class StepRefusedToTheSlow(Backend):
    """A step that the job has passed already is refused, whatever its user saw."""

    def set_job_status(self, user, mutation, op):
        rev = self.job_of(user, op["job"])["rev"]
        return super().set_job_status(user, {**mutation, "base_rev": rev}, op)


class FutureBelieved(Backend):
    """A phone's clock is believed whatever it says."""

    def made_at(self, mutation):
        return mutation["wall"] + mutation.get("clock_offset_ms", 0)


class UnknownOpRemembered(Backend):
    """What is not known is refused for ever."""

    def decide(self, user, device, mutation):
        verdict = super().decide(user, device, mutation)
        if verdict.get("reason", {}).get("code") == "unknown_op":
            self.remember(mutation, verdict)
        return verdict


class AnyStep(Backend):
    """A job may go from anywhere to anywhere."""

    def set_job_status(self, user, mutation, op):
        row = self.job_of(user, op["job"])
        return self.answer("applied", self.write({**row["record"], "status": op["to"]}))


class RightsOfSaving(Backend):
    """Whose job it is now is not looked at."""

    def job_of(self, user, id):
        row = self.row("job", id)
        if not row:
            raise right.Refused("not_found")
        return row


class AnybodysPull(Handler):
    """The user of a pull is not compared with the session's."""

    def pull(self, asked):
        return super().pull({name: value for name, value in asked.items() if name != "user"})


class MalformedTakesAll(Backend):
    """One mutation that cannot be read spoils the batch."""

    def check_form(self, device, mutation):
        try:
            super().check_form(device, mutation)
        except right.Refused as refused:
            if refused.reason["code"] == "invalid":
                raise right.Failure(400, "invalid", "a mutation cannot be read") from None
            raise


class NoLimit(Backend):
    """A push may hold any number of mutations."""

    def read_push(self, user, request):
        mutations = request["mutations"]
        if len(mutations) <= right.PUSH_MUTATIONS:
            return super().read_push(user, request)
        return super().read_push(user, {**request, "mutations": mutations[:60]}) + mutations[60:]


class NothingDurable(Backend):
    """What was answered is written at the next stop, which a crash is not."""

    def push(self, user, request):
        save, self.save = self.save, lambda: None
        try:
            return super().push(user, request)
        finally:
            self.save = save


class CookieBare(Handler):
    """The cookie is any script's to read and any site's to send."""

    def cookie(self, token):
        return f"__Host-afield={token}; Path=/"


class BareError(Handler):
    """An error is a line of text."""

    def send(self, status, answer, cookie=None):
        if status in (404, 405):
            return self.send_error(status)
        return super().send(status, answer, cookie)


class ForeignPageWrites(Handler):
    """Any site's page may write with the user's cookie."""

    def check_origin(self):
        pass


class ZoneWithoutRules(Backend):
    """The zone has a name and no rules: phones would reckon in universal time."""

    def session_info(self, user):
        info = super().session_info(user)
        company = {**info["company"], "zone": {"name": right.ZONE, "tzif": ""}}
        return {**info, "company": company}


class StatusOfItsOwn(Backend):
    """A word of this back end's own where the protocol has a closed list."""

    def change(self, key, scope):
        change = super().change(key, scope)
        record = change.get("record", {})
        if record.get("module") == "job" and record["title"] == "Boiler does not start":
            change["record"] = {**record, "status": "waiting_for_parts"}
        return change


class ServerTimeInSeconds(Handler):
    """The clock is told in seconds."""

    def envelope(self, reply):
        envelope = super().envelope(reply)
        return {**envelope, "server_time": envelope["server_time"] // 1000}


class EpochByAsker(Handler):
    """Two machines behind one name, each with an epoch of its own."""

    def envelope(self, reply):
        envelope = super().envelope(reply)
        return {**envelope, "epoch": envelope["epoch"] + ("-a" if self.token() else "-b")}


class AnyPassword(Backend):
    """The password is not looked at."""

    def sign_in(self, asked):
        return super().sign_in({**asked, "password": right.PASSWORD})


class NobodyIsSomebody(Backend):
    """Who has no session is the first user that there is."""

    def user(self, token):
        try:
            return super().user(token)
        except right.Failure:
            return right.PEOPLE[0]


class SessionForEver(Backend):
    """Signing out takes the cookie from the browser and ends nothing."""

    def sign_out(self, token):
        return {}, ""


class LimitIgnored(Backend):
    """Pages are as large as the server likes."""

    def pull(self, user, cursor, limit):
        return super().pull(user, cursor, 500)


class CursorUsedOnce(Backend):
    """A cursor is good for one request: whose answer was lost begins anew."""

    used = set()

    def read_cursor(self, user, cursor):
        if cursor in self.used:
            raise right.Failure(410, "cursor_expired", "this cursor was used")
        self.used.add(cursor)
        return super().read_cursor(user, cursor)


class PartsStayAway(Backend):
    """With a job that comes back come only those of its parts that have changed."""

    def changed(self, scope, since):
        rows = self.state["records"]
        keys = super().changed(scope, since)
        return [key for key in keys if since is None or key not in scope or rows[key]["seq"] > since]


class AllSeeAll(Backend):
    """Every phone gets the whole company."""

    def scope(self, user):
        return {key for key, row in self.state["records"].items() if not row["deleted"]}


class NoWindow(Backend):
    """A phone gets the jobs of a year."""

    def day(self, later=0):
        return super().day(later * 100)


class AnswersTurned(Backend):
    """Verdicts come in an order of their own."""

    def push(self, user, request):
        return {"verdicts": super().push(user, request)["verdicts"][::-1]}


class AnySize(Handler):
    """A body may be of any size."""

    def read_body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))


class SortedByItself(Backend):
    """Mutations in a wrong order are put in the right one."""

    def read_push(self, user, request):
        mutations = sorted(request["mutations"], key=lambda mutation: mutation.get("seq", 0))
        return super().read_push(user, {**request, "mutations": mutations})


class NewerReadAsOld(Backend):
    """What a newer phone says is read as if an older one had said it."""

    def check_form(self, device, mutation):
        super().check_form(device, {**mutation, "op_version": right.OP_VERSION})


class OrderOfFieldsCounts(Backend):
    """Payloads are compared as texts."""

    def __init__(self, path):
        right.canonical = right.json.dumps
        super().__init__(path)


class RefusalsForgotten(Backend):
    """Only what was accepted is remembered."""

    def remember(self, mutation, verdict):
        if verdict["verdict"] != "rejected":
            super().remember(mutation, verdict)


class BytesCounted(Backend):
    """Limits of texts are counted in bytes."""

    def text(self, value, field, most, may_be_empty=False):
        if isinstance(value, str) and len(value.encode()) > most:
            raise right.invalid(field, "too_long", max=most)
        return super().text(value, field, most, may_be_empty)


class WholePagesSaid(Backend):
    """A refusal says more than a phone shows."""

    def decide(self, user, device, mutation):
        verdict = super().decide(user, device, mutation)
        verdict.get("reason", {})["message"] = "No. " * 200
        return verdict


class NoteOverwritten(Backend):
    """A note under an id that is there takes the other's place."""

    def add_note(self, user, mutation, op):
        self.state["records"].pop(f"note.{op['note']}", None)
        return super().add_note(user, mutation, op)


class NoMerge(Backend):
    """Whoever has not seen the last revision is refused."""

    def edit_job(self, user, mutation, op):
        if mutation.get("base_rev") != self.job_of(user, op["job"])["rev"]:
            raise right.Refused("outdated")
        return super().edit_job(user, mutation, op)


class SameValueMeets(Backend):
    """Two who want the same are told that they met."""

    def edit_job(self, user, mutation, op):
        before = self.job_of(user, op["job"])["rev"]
        verdict = super().edit_job(user, mutation, op)
        return {**verdict, "verdict": "merged"} if verdict["records"][0]["rev"] == before else verdict


class SettledByNobody(Backend):
    """A conflict stays open whatever is chosen."""

    def settle(self, user, conflict, job, at):
        return []


class RevAsText(Backend):
    """Revisions are told as texts."""

    def change(self, key, scope):
        change = super().change(key, scope)
        return {**change, "rev": str(change["rev"])} if "rev" in change else change


FAULTS = {
    "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_"): fault
    for name, fault in list(globals().items())
    if isinstance(fault, type) and fault.__module__ == __name__ and fault not in (Backend, Handler)
}

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    if name == "list":
        print("\n".join(FAULTS))
    else:
        fault = FAULTS[name] if name != "none" else Backend
        is_backend = issubclass(fault, right.Backend)
        right.main(fault if is_backend else Backend, Handler if is_backend else fault, arguments)
