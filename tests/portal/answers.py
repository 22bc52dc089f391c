"""What the fake services say: one educator, her superintendent, and everybody else of the house."""

from typing import Any
from uuid import UUID

from shared.ids import OrganizationId, PersonId
from shared.tokens import Actor, Role

DISTRICT = OrganizationId(UUID("01930000-0000-7000-8000-0000000000d1"))
STATE = OrganizationId(UUID("01930000-0000-7000-8000-0000000000d9"))
LICENSE = "01930000-0000-7000-8000-0000000000a1"
OTHER_LICENSE = "01930000-0000-7000-8000-0000000000a2"
APPLICATION = "01930000-0000-7000-8000-0000000000b1"
LETTER = "01930000-0000-7000-8000-0000000000c1"
MARIA = PersonId(UUID("01930000-0000-7000-8000-000000000001"))
LEE = PersonId(UUID("01930000-0000-7000-8000-000000000002"))


def _person(number: int, name: str, *roles: Role) -> Actor:
    return Actor(PersonId(UUID(int=MARIA.int + number - 1)), name, (Role("educator"), *roles))


PEOPLE = {
    "maria": _person(1, "Maria Lopez"),
    "newcomer": _person(3, "Nora Newcomer"),
    "lee": _person(2, "Robert Lee", Role("superintendent", DISTRICT)),
    "directory": _person(4, "Dora Diaz", Role("directory_administrator", DISTRICT)),
    "officer": _person(5, "Olive Officer", Role("licensing_officer", STATE), Role("loader", STATE)),
    "printer": _person(6, "Pete Press", Role("print_shop", STATE)),
    "operator": _person(7, "Oscar Ops", Role("operator", STATE)),
}

ORGANIZATION = {
    "organization_id": str(DISTRICT), "kind": "district", "code": "MS-017", "name": "Delta Plains School District",
    "schools": ["Delta Plains High School"], "phone": "(662) 555-0117", "place": "12 Magnolia Street, Cleveland",
    "hours": "8 a.m. to 4 p.m.",
}  # fmt: skip


def _coded(code: str, name: str, **more: str) -> dict[str, str]:
    return {"code": code, "name": name, **more}


PUBLIC = {
    "license_id": LICENSE, "public_id": "a7Qk2m9XwZ", "number": "MS204417", "name": "Maria Elena Lopez",
    "license_type": _coded("standard", "Standard license"), "license_class": _coded("A", "Class A (bachelor's degree)"),
    "endorsements": [
        _coded("116", "Elementary education", grades="K-3"),
        _coded("221", "Special education, mild and moderate disability", grades="K-12"),
    ],
    "status": "active", "effective_from": "2021-07-01", "valid_until": "2026-06-30", "suspended_until": None,
    "periods": [{"effective_from": "2021-07-01", "valid_until": "2026-06-30"}], "discipline": [],
    "districts": [{"organization_id": str(DISTRICT), "name": "Delta Plains School District"}],
    "version": 3, "name_version": 1, "as_of": "2026-03-04T15:00:00Z", "behind": False,
}  # fmt: skip
SUSPENDED = PUBLIC | {
    "public_id": "suspended1", "number": "MS100200", "name": "James Whitfield-Montgomery III", "status": "suspended",
    "suspended_until": "2026-09-30",
    "discipline": [{"kind": "suspended", "on": "2026-01-12", "until": "2026-09-30", "note": "Order 26-004"}],
}  # fmt: skip

LICENSE_SHOWN = {
    "license_id": LICENSE, "public_id": "a7Qk2m9XwZ", "number": "MS204417", "person_id": str(MARIA),
    "type": _coded("standard", "Standard license"), "license_class": _coded("A", "Class A (bachelor's degree)"),
    "endorsements": PUBLIC["endorsements"], "status": "active", "standing": "good", "provisional": False,
    "effective_from": "2021-07-01", "valid_until": "2026-06-30",
    "periods": [
        {"effective_from": "2021-07-01", "valid_until": "2026-06-30", "earning_from": "2021-07-01",
         "application_id": None}
    ],
    "discipline": [], "renewal_hold": None, "educator_number": "MS1000017", "version": 3,
}  # fmt: skip


def _line(code: str, name: str, needed: str, have: str) -> dict[str, Any]:
    still = max(float(needed) - float(have), 0)
    return {"unit": _coded(code, name), "group": None, "needed": needed, "have": have, "still_needed": f"{still:g}",
            "text": f"{have} of {needed} {name}"}  # fmt: skip


def _option(
    code: str, name: str, *lines: dict[str, Any], can_file: bool = False, opens_on: str | None = None
) -> dict[str, Any]:
    met = all(float(line["still_needed"]) == 0 for line in lines)
    text = f"Still needed for {name}." if not met else "Opens July 1, 2025."
    obstacle = None if can_file else {"code": "requirement-not-met", "text": text, "field": "option"}
    return {"code": code, "name": name, "met": met, "can_file": can_file, "opens_on": opens_on,
            "obstacle": obstacle, "lines": list(lines),
            "sets_aside": [_id_of(1), _id_of(2), _id_of(3)] if can_file else []}  # fmt: skip


def _id_of(credit: int) -> str:
    return f"01930000-0000-7000-8000-0000000001{credit:02d}"


CERTIFICATE = {"name": "CEU certificate", "shows": ["dates", "educator", "training", "agency", "signature", "amount"]}


def _credit(number: int, title: str, day: str, amount: str, unit: str = "CEU", **more: Any) -> dict[str, Any]:
    kind = _coded("ceu", "CEU") if unit == "CEU" else _coded("coursework", "Coursework")
    return {
        "credit_id": _id_of(number), "credit_type": kind, "amount": amount,
        "unit": unit, "contact_hours": None, "title": title, "provider": "Delta State University",
        "started_on": None, "completed_on": day, "group": None, "grade": "", "source": "educator", "counts": True,
        "why_not": None, "reserved": False, "can_be_taken_out": True, "scans": [],
        "original": CERTIFICATE,
    } | more  # fmt: skip


def _scan(number: int, state: str, **more: Any) -> dict[str, Any]:
    return {
        "scan_id": f"01930000-0000-7000-8000-0000000005{number:02d}", "credit_id": CREDIT_SCANNED, "pages": 2,
        "name": "literacy-institute-certificate-2025.pdf", "media_type": "application/pdf", "bytes": 204_800,
        "state": state, "note": "", "uploaded_at": "2026-02-19T15:12:00Z",
    } | more  # fmt: skip


CREDIT_SCANNED = _credit(1, "", "2025-10-14", "1")["credit_id"]
SCAN, SCAN_WAITING = _scan(1, "released"), _scan(2, "waiting")
SCAN_REFUSED = _scan(3, "refused", note="The scanner found Eicar-Test in the file; it was deleted.")

DEVELOPMENT: dict[str, Any] = {
    "license": LICENSE_SHOWN, "can_file": True, "obstacle": None, "open_filing": None,
    "last_safe_date": "2026-06-12", "earning_from": "2021-07-01", "earning_until": "2026-06-30",
    "new_end": "2031-06-30",
    "options": [
        _option("A-CEU", "10 CEU", _line("ceu", "CEU", "10", "10.5"), can_file=True),
        _option("A-MIXED", "3 semester hours and 5 CEU", _line("semester_hours", "semester hours", "3", "0"),
                _line("ceu", "CEU", "5", "10.5")),
        _option("A-HOURS", "6 semester hours", _line("semester_hours", "semester hours", "6", "0")),
        _option("NBPTS", "National Board certification", _line("nbpts", "National Board certificate", "1", "0")),
        _option("RETIREMENT", "Retirement letter", _line("retirement_letter", "retirement letter", "1", "0"),
                opens_on="2025-07-01"),
    ],
    "credits": [
        _credit(1, "Literacy Institute", "2025-10-14", "4.5", scans=[SCAN]),
        _credit(2, "Mathematics for the Early Grades", "2025-06-03", "5", scans=[SCAN_REFUSED]),
        _credit(3, "Teaching Online", "2024-11-20", "1", original=None, source="elearning", can_be_taken_out=False),
        _credit(4, "Classroom Management", "2023-03-09", "0.5", original=None, source="elearning", counts=False,
                can_be_taken_out=False, why_not={"code": "credit-taken-back", "field": None,
                                                 "text": "elearning took it back: attendance not confirmed"}),
    ],
    "credit_types": [
        {"code": code, "name": name, "unit": unit, "contact_hours_per_unit": per, "minimum": "0.5",
         "entered_by": [*entered_by, "department"], "groups": [], "original": {"name": original, "shows": shows}}
        for code, name, unit, per, original, shows, *entered_by in (
            ("ceu", "CEU", _coded("ceu", "CEU"), "10", "CEU certificate", ["dates", "educator", "amount"], "educator"),
            ("coursework", "Coursework", _coded("semester_hours", "semester hours"), None, "Transcript", ["course"],
             "educator"),
            ("semi", "SEMI", _coded("semi", "SEMI"), None, "", []),
            ("nbpts", "National Board certificate", _coded("nbpts", "National Board certificate"), None,
             "National Board certificate", ["educator", "date"], "educator"),
        )
    ],
    "policy_version": "ms-2025-07",
}  # fmt: skip

PLAN = [
    {"option": _coded("A-CEU", "10 CEU"), "steps": [], "cost": "0", "opens_on": None, "file_by": "2026-06-12"},
    {"option": _coded("A-HOURS", "6 semester hours"),
     "steps": [{"amount": "6", "unit": _coded("semester_hours", "semester hours"), "group": None}],
     "cost": "270", "opens_on": None, "file_by": "2026-06-12"},
]  # fmt: skip

LETTER_SHOWN = {
    "letter_id": LETTER, "kind": "renewed", "language": "en", "subject": "Your license is renewed to June 30, 2031",
    "sent_at": "2026-03-02T14:00:00Z", "read_at": None, "emailed": True,
}  # fmt: skip
LETTER_WHOLE = LETTER_SHOWN | {"text": "Dear Ms. Lopez,\n\nYour license is renewed."}
INBOX = {"letters": [LETTER_SHOWN], "unread": 1, "next": None}
BATCH_ID = "01930000-0000-7000-8000-0000000000e1"
BATCH = {
    "batch_id": BATCH_ID, "number": 17, "shop": "printshop", "due_on": "2026-03-04", "state": "released", "pieces": 214,
    "cut_at": "2026-03-04T12:00:00Z", "released_at": "2026-03-04T12:00:05Z", "manifest": "ab" * 32, "lease": 3,
    "holder": "x", "lease_until": "2099-03-04T17:00:00Z", "counts": {"released": 211, "printed": 2, "stopped": 1},
    "files": [{"name": "licenses-1.pdf", "sha256": "cd" * 32, "bytes": 812345, "pages": 214}],
}  # fmt: skip
PIECES = [
    {"piece_id": f"01930000-0000-7000-8000-0000000003{n:02d}", "job_id": LICENSE, "place": n, "page": n + 1, "copy": 1,
     "number": f"0017-{n:04d}", "name": "Maria Elena Lopez", "license_number": f"MS2044{n:02d}", "state": state,
     "reason_code": "", "reason_text": "The license is suspended or revoked." if state == "stopped" else "",
     "cleared_at": None, "changed_at": "2026-03-04T15:40:00Z", "batch_id": BATCH_ID}
    for n, state in enumerate(("released", "printed", "stopped", "spoiled", "mailed"))
]  # fmt: skip
STOCK = {
    "received": 5000, "good": 4120, "spoiled": 37, "remaining": 843, "last_count_off_by": 2,
    "sentence": "5,000 = 4,120 good + 37 spoiled + 843 left", "last_counted_at": "2026-03-03T20:00:00Z",
}  # fmt: skip
DESK = {
    "now": "2026-03-04T15:00:00Z", "next_cut_off": "2026-03-05T12:00:00Z", "batches": [BATCH], "stock": STOCK,
    "waiting": [{"due_on": "2026-03-05", "state": "queued", "reason_code": "", "reason_text": "", "jobs": 31}],
    "held": [{"job_id": LICENSE, "license_number": "MS100200", "name": "James Whitfield-Montgomery III",
              "due_on": "2026-03-02", "state": "held", "hold": "", "reason_code": "no-address",
              "reason_text": "No mailing address is known."}],
}  # fmt: skip
LOAD = {
    "load_id": LICENSE, "agency": "mde", "kind": "credits", "name": "semi-may.csv", "state": "checked", "progress": 1.0,
    "rows": 1204, "new": 1180, "known": 12, "waiting": 0, "wrong": 12, "said": 0, "parked": 0, "accepted": 0,
    "refused": 0, "open": 0, "taken_back": 0, "reason": "", "by_name": "Olive Officer", "at": "2026-03-04T14:00:00Z",
    "problems": [{"row": 17, "field": "amount", "problem": "0.3 is too small.", "fix": "At least 0.5.",
                  "reference": "x"}],
}  # fmt: skip
LETTER_DEAD = {
    "id": 4, "consumer": "credentials.exchange", "state": "dead", "reason": "LicenseUnknown",
    "type": "elms.exchange.CreditsAwarded.v1",
    "detail": "No license has this number.", "topic": "exchange.credits.facts.v1", "record_key": "MS1",
    "at": "2026-03-04T14:00:00Z",
}  # fmt: skip
LETTER_DEAD_SHOWN = LETTER_DEAD | {
    "partition": 3, "position": 41_207, "event_id": LETTER, "closed_by": None, "closed_reason": None,
    "parked_behind": 2, "editable": True, "proposal": None,
    "editable_headers": ["ce_type", "ce_time", "ce_sequence", "ce_causationid"],
    "value": {"credit_id": LETTER, "title": "████████████", "amount": 1},
    "headers": {"ce_type": "elms.exchange.CreditsAwarded.v1", "ce_id": LETTER, "ce_source": "/services/exchange"},
}  # fmt: skip
LEE_S_EDIT = {
    "id": 31, "by": str(LEE), "by_name": "Robert Lee", "at": "2026-03-04T14:30:00Z", "reason": "typed wrong",
    "changes": [{"path": "amount", "before": 1, "after": 2}],
}  # fmt: skip
REBUILD = {
    "id": 3, "state": "done", "asked_by": "x", "asked_at": "2026-03-03T14:00:00Z", "percent": 100, "seconds": 12.4,
    "started_at": "2026-03-03T14:00:00Z", "ended_at": "2026-03-03T14:00:12Z", "read": 20_412, "total": 20_412,
    "passed_over": 2, "problem": None,
}  # fmt: skip


def account(*ids: str) -> dict[str, Any]:
    """What a service keeps, all in one heap."""
    heaps = [{"heap": 7, "count": len(ids), "sum": f"{hash(frozenset(ids)) & 0xFFFF:x}"}] if ids else []
    return {"count": len(ids), "heaps": heaps}


OFFICE_CASE = {
    "case_id": LETTER, "kind": "action", "license_id": LICENSE, "number": "MS204417", "person_id": str(MARIA),
    "application_id": None, "credit_id": None, "agency": "nasdtec", "action": "suspended", "acted_on": "2026-02-12",
    "note": "Reported from another state.", "opened_at": "2026-03-03T14:00:00Z", "closed_at": None, "closed_by": None,
    "outcome": None,
}  # fmt: skip
JOB = {
    "job_id": LICENSE, "license_id": LICENSE, "person_id": str(MARIA), "application_id": None,
    "effective_from": "2026-07-01", "valid_until": "2031-06-30", "due_on": "2026-03-05", "state": "queued",
    "stage": "queued", "reason_code": "", "reason_text": "", "hold": "", "copies": 0, "queued_at": None,
    "mailed_at": None, "pieces": [],
}  # fmt: skip


def _roster(number: str, *standing: tuple[str, str]) -> dict[str, Any]:
    return {
        "person_id": str(MARIA), "educator_number": number,
        "licenses": [
            {"number": "MS204417", "type": LICENSE_SHOWN["type"], "license_class": LICENSE_SHOWN["license_class"],
             "status": "active", "valid_until": until, "readiness": readiness, "file_by": "2026-06-12",
             "steps": [{"amount": "5.5", "unit": _coded("ceu", "CEU"), "group": None}]}
            for readiness, until in standing
        ],
    }  # fmt: skip


ROSTER = [_roster("MS1000017", ("short", "2026-06-30"), ("not_due", "2029-06-30"))]
STAFF = [{"person_id": str(MARIA), "educator_number": "MS1000017", "has_moved": False,
          "name": {"first": "Maria", "middle": "Elena", "last": "Lopez", "suffix": ""}}]  # fmt: skip
ROLES = {
    "grants": [{"grant_id": LICENSE, "person_id": str(LEE), "name": "Robert Lee", "role": "superintendent",
                "organization_id": str(DISTRICT), "first_day": "2024-07-01", "last_day": None}],
    "delegations": [{"delegation_id": LICENSE, "organization_id": str(DISTRICT), "superintendent_id": str(LEE),
                     "designee_id": str(MARIA), "name": "Ana Ortiz", "first_day": "2026-03-01",
                     "last_day": "2026-06-30", "absence_cover": True}],
}  # fmt: skip
CASE = {
    "case_id": LETTER, "reference": "C-7F2K", "district_id": str(DISTRICT), "opened_at": "2026-03-03T14:00:00Z",
    "differing": ["The birth date differs."],
    "claimed": {"name": {"first": "Maria", "last": "Lopes"},
                "email": "maria.elena.lopez-montgomery@delta-plains-schools.example.org", "phone": None,
                "license_number": "MS204417"},
    "people": [{"person_id": str(MARIA), "educator_number": "MS1000017", "former_names": ["Maria Diaz"],
                "name": {"first": "Maria", "middle": "Elena", "last": "Lopez", "suffix": ""},
                "districts": [str(DISTRICT)]}],
}  # fmt: skip

SUMMARY = {
    "application_id": APPLICATION, "reference": "R-2026-04417", "version": 4, "state": "waiting", "kind": "renewal",
    "option": "A-CEU", "option_name": "10 CEU", "license_id": LICENSE, "license_number": "MS204417",
    "person_id": str(MARIA), "educator": "Maria Elena Lopez", "educator_number": "MS1000017",
    "totals": [{"unit": "ceu", "amount": "10.5"}], "originals": 2, "originals_seen": 1,
    "filed_at": "2026-02-20T15:12:00Z", "ends": "2026-06-30", "new_end": "2031-06-30", "due_on": "2026-03-09",
    "overdue": False, "district_id": str(DISTRICT), "with_state": False, "claim": None,
}  # fmt: skip
APPLICATION_SHOWN: dict[str, Any] = SUMMARY | {
    "district": "Delta Plains School District", "attested": [], "policy_version": "ms-2025-07", "decided_by": None,
    "decided_at": None, "reason": None, "prints_on": None, "undo_until": None, "mine": True,
    "actions": ["withdraw"],
    "status": {
        "label": "With Delta Plains School District",
        "where": "Dr. Robert Lee, Delta Plains School District; Ms. Ortiz may decide too",
        "why": "1 of 2 originals not seen",
        "next": "Show your originals to Dr. Robert Lee by Monday, March 9; then the state office steps in",
        "by": "2026-03-09",
    },
    "checklist": [
        {"number": 1, "credit_id": CREDIT_SCANNED, "title": "Literacy Institute",
         "must_show": ["dates", "educator", "amount"], "seen_name": "Robert Lee", "seen_at": "2026-03-02T15:00:00Z"},
        {"number": 2, "credit_id": None, "title": "Mathematics for the Early Grades",
         "must_show": ["dates", "educator", "training", "agency", "signature", "amount"], "seen_name": "",
         "seen_at": None},
    ],
    "timeline": [
        {"at": "2026-02-20T15:12:00Z", "what": "filed", "text": "Filed", "who": "Maria Elena Lopez"},
        {"at": "2026-02-20T15:12:01Z", "what": "queued",
         "text": "Credits checked and set aside; waiting for a decision", "who": ""},
        {"at": "2026-03-02T15:00:00Z", "what": "original-seen", "text": "Original seen: Literacy Institute",
         "who": "Robert Lee"},
    ],
}  # fmt: skip
OTHERS = [
    SUMMARY
    | {
        "application_id": f"01930000-0000-7000-8000-0000000002{n:02d}",
        "reference": f"R-2026-044{n:02d}",
        "educator": name,
        "due_on": f"2026-03-{n:02d}",
        "overdue": n < 4,
        "originals_seen": n % 3,
        "claim": {"person_id": str(LEE), "name": "Robert Lee", "since": "2026-03-03T15:00:00Z"} if n == 5 else None,
    }
    for n, name in enumerate(("Ada Byrd", "Christopher Montgomery-Featherstonehaugh", "Bo Li", "Dee Ray"), start=2)
]
QUEUE: dict[str, Any] = {
    "organization_id": str(DISTRICT), "organization": "Delta Plains School District",
    "counts": {"waiting": 42, "overdue": 2, "due_this_week": 5, "yours": 1, "free": 40, "returned": 3,
               "ends_in_30_days": 0, "blocked": 0},
    "rows": [*OTHERS, SUMMARY], "next": "2026-03-09~x",
}  # fmt: skip


def _month(first_day: str, counted: tuple[int, int, int, int]) -> dict[str, Any]:
    filed, ready, short, stuck = counted
    return {"first_day": first_day, "ending": sum(counted), "filed": filed,
            "ready": ready, "short": short, "not_renewable": stuck}  # fmt: skip


_COUNTED = {"2026-06-01": (12, 9, 11, 1), "2026-12-01": (0, 0, 1, 0), "2027-06-01": (2, 14, 11, 0)}
_MONTHS = [f"{y}-{m:02d}-01" for y in (2026, 2027) for m in range(1, 13)][2:18]
_CEU = _coded("ceu", "CEU")
FORECAST: dict[str, Any] = {
    "organization_id": str(DISTRICT), "until": "2027-06-30", "licenses": 410, "ending": 61, "short": 23,
    "months": [_month(day, _COUNTED.get(day, (0, 0, 0, 0))) for day in _MONTHS],
    "those_short": [
        {"number": "MS204417", "educator_number": "MS1000017", "valid_until": "2026-06-30", "file_by": "2026-06-12",
         "steps": [{"amount": "5.5", "unit": _CEU, "group": None}]},
        {"number": "MS204418", "educator_number": "MS1000018", "valid_until": "2026-06-30", "file_by": "2026-06-12",
         "steps": [{"amount": "1", "unit": _CEU, "group": None},
                   {"amount": "3", "unit": _coded("semester_hours", "semester hours"), "group": None}]},
        {"number": "MS204419", "educator_number": "MS1000019", "valid_until": "2026-12-31", "file_by": None,
         "steps": []},
    ],
}  # fmt: skip


def _application(_asked: dict[str, str], fakes: Any, asker: str) -> dict[str, Any]:
    theirs: dict[str, Any] = {"mine": False, "actions": ["claim", "see", "approve", "return", "deny"]}
    shown: dict[str, Any] = APPLICATION_SHOWN if asker == PEOPLE["maria"].name else APPLICATION_SHOWN | theirs
    changed: dict[str, Any] = fakes.changed.get("application", {})
    return shown | changed


def waiting_applications() -> dict[str, Any]:
    """Each application of the queue at its own address, free to be decided."""
    theirs = {"mine": False, "actions": ["claim", "see", "approve", "return", "deny"], "claim": None}
    rows = [*OTHERS, SUMMARY]
    return {f"renewals/applications/{row['application_id']}": APPLICATION_SHOWN | row | theirs for row in rows}


def _developments(_asked: dict[str, str], fakes: Any, _asker: str) -> list[Any]:
    licenses = fakes.changed.get("credentials/licenses", [LICENSE_SHOWN])
    pages = [f"credentials/licenses/{each['number']}/development" for each in licenses]
    return [fakes.changed.get(page, DEVELOPMENT) for page in pages]


PERSON: dict[str, Any] = {
    "person_id": str(MARIA), "educator_number": "MS1000017", "districts": [str(DISTRICT)], "merged_into": None,
    "name": {"first": "Maria", "middle": "Elena", "last": "Lopez", "suffix": ""}, "language": "en",
    "former_names": [{"first": "Maria", "middle": "", "last": "Diaz", "suffix": ""}],
    "address": {"line1": "4 Sycamore Lane", "line2": "", "city": "Cleveland", "state": "MS", "postal_code": "38732"},
    "email": "maria@example.org", "phone": "+16625550144",
}  # fmt: skip
ME = {
    "person_id": str(MARIA), "educator_number": "MS1000017", "former_names": [], "districts": [str(DISTRICT)],
    "name": {"first": "Maria", "middle": "Elena", "last": "Lopez", "suffix": ""},
    "address": {"line1": "4 Sycamore Lane", "line2": "", "city": "Cleveland", "state": "MS", "postal_code": "38732"},
    "email": "maria@example.org", "phone": "+16625550144", "language": "en", "user_id": "maria",
    "may_edit": ["name", "address", "phone", "email"],
}  # fmt: skip


def _found(asked: dict[str, str], _fakes: Any, _asker: str) -> dict[str, Any]:
    known = [PUBLIC, SUSPENDED] if asked.get("q", "").lower().startswith("l") else []
    return {"licenses": known, "total": len(known), "capped": False, "similar": False, "next": None,
            "as_of": "2026-03-04T15:00:00Z", "behind": False}  # fmt: skip


GET: dict[tuple[str, str], Any] = {
    ("identity", "organizations"): [ORGANIZATION],
    ("identity", "organizations/*"): ORGANIZATION,
    ("identity", "directory-administrators"): [
        {"organization_id": str(DISTRICT), "organization": ORGANIZATION["name"], "name": "Dora Diaz",
         "phone": "(662) 555-0117"}
    ],
    ("identity", "me"): ME,
    ("lookup", "freshness"): {"as_of": "2026-03-04T15:00:00Z", "behind": False},
    ("lookup", "licenses"): _found,
    ("lookup", "licenses/MS204417"): PUBLIC,
    ("lookup", "v/a7Qk2m9XwZ"): PUBLIC,
    ("lookup", "v/suspended1"): SUSPENDED,
    ("credentials", "licenses"): [LICENSE_SHOWN],
    ("credentials", "licenses/MS204417"): LICENSE_SHOWN,
    ("credentials", "licenses/*/development"): DEVELOPMENT,
    ("credentials", "licenses/*/plan"): PLAN,
    ("credentials", "developments"): _developments,
    ("credentials", "applications/*/scans"): [SCAN],
    ("credentials", "forecast"): FORECAST,
    ("renewals", "applications"): [SUMMARY | {"license_id": OTHER_LICENSE, "license_number": "MS204418"}],
    ("renewals", "applications/*"): _application,
    ("renewals", "queue"): QUEUE,
    ("printing", "jobs"): [JOB],
    ("credentials", "roster"): ROSTER,
    ("credentials", "cases"): [OFFICE_CASE],
    ("identity", "people/*"): PERSON,
    ("identity", f"people/{LEE}"): PERSON | {"person_id": str(LEE), "educator_number": "MS1000023", "email": None},
    ("identity", "people"): [PERSON, PERSON | {"person_id": str(LEE), "educator_number": "MS1000023"}],
    ("credentials", "people/*/licenses"): [LICENSE_SHOWN],
    ("correspondence", "letters"): INBOX,
    ("correspondence", "letters/*"): LETTER_WHOLE,
    ("printing", "desk"): DESK,
    ("printing", "stock"): STOCK,
    ("printing", "batches/*"): BATCH,
    ("printing", "batches/*/pieces"): PIECES,
    ("printing", "pieces/0017-0001"): PIECES[1],
    ("exchange", "loads"): [LOAD],
    ("exchange", "loads/*"): LOAD,
    ("exchange", "loads/*/recall-preview"): {
        "accepted": 40, "passed": 0, "parked": 0, "people": 31, "licenses": 31, "recalling": 0,
        "affected": [{"license_id": LICENSE, "number": "MS204417", "credits": 2, "text": "counts toward 2021-2026"}],
    },
    ("credentials", "operations/dead-letters"): [LETTER_DEAD],
    ("credentials", "operations/dead-letters/4"): LETTER_DEAD_SHOWN,
    ("lookup", "operations/rebuild"): REBUILD,
    ("renewals", "operations/accounts/*"): account(APPLICATION),
    ("credentials", "operations/accounts/*"): account(APPLICATION),
    ("lookup", "operations/accounts/*"): account(APPLICATION),
    ("printing", "operations/accounts/*"): account(APPLICATION),
    ("identity", "organizations/*/staff"): STAFF,
    ("identity", "organizations/*/roles"): ROLES,
    ("identity", "cases"): [CASE],
    **{(service, "health/ready"): {
        "status": "ready", "database": {"outbox_age": 0.0, "dead_letters": 1},
        "consumers": {"renewals.facts.v1": {"lag": 12, "paused": False, "halted": {}}, "other": {"lag": 3}},
    } for service in
       ("identity", "credentials", "renewals", "printing", "lookup", "correspondence")},
}  # fmt: skip

POST: dict[tuple[str, str], Any] = {
    ("printing", "batches/*/reprint"): {"pieces": 2},
    ("identity", "profiles"): {
        "outcome": "partial", "case": "C-7F2K",
        "referral": {"name": "Dora Diaz", "organization": "Delta Plains School District", "phone": "(662) 555-0117"},
    },
    ("correspondence", "letters/*/read"): LETTER_WHOLE,
    ("credentials", "operations/dead-letters/*/replay"): {"handled": 3},
    ("credentials", "operations/dead-letters/*/discard"): {"handled": 2},
    ("credentials", "operations/dead-letters/*/edits/*/confirm"): {"handled": 3},
    ("identity", "recoveries"): {"detail": "If we hold an account for that, a PIN is on its way."},
    ("credentials", "scans"): SCAN_WAITING,
    ("credentials", "licenses/*/credits"): DEVELOPMENT["credits"][0],
    ("renewals", "applications"): {"application_id": APPLICATION, "reference": "R-2026-04417", "state": "received",
                                   "version": 1, "seen": 0, "wanted": 2},
    **{("renewals", f"queue/{decision}"): {
        done: 1,
        "outcomes": [
            {"application_id": APPLICATION, "reference": "R-2026-04417", "outcome": done, "text": ""},
            {"application_id": OTHERS[0]["application_id"], "reference": "", "outcome": "already-decided",
             "text": "R. Lee approved this at 2:10 p.m. Yours was not recorded."},
        ],
    } for decision, done in (("approve", "approved"), ("return", "returned"), ("deny", "denied"))},
}  # fmt: skip
