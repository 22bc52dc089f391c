"""The hand-written chain's statements: each does for a whole batch of events what one service does on one of them.

The rows and events are those of ELMS: the same tables, the same topics, the same values.
"""

from bench.chain.cohort import YEARS
from bench.chain.engine import ONCE


def _given(**columns: str) -> str:
    """The batch's columns as a table: one string each, split by PostgreSQL; with the events' ids and places."""
    parts = [f"string_to_array(${n}, ',')::{type_}[]" for n, type_ in enumerate(("uuid", *columns.values()), start=5)]
    return f"""given AS (
        SELECT * FROM unnest({", ".join(parts)}) WITH ORDINALITY AS given (event_id, {", ".join(columns)}, place))"""


def _among(column: str, parameter: int) -> str:
    """Rows by their ids, so that the plan is the index's, whatever the statistics say of other columns."""
    return f"{column} = ANY(string_to_array(${parameter}, ',')::uuid[])"


def _said(fact: str) -> str:
    return f"md5(event_id || '{fact}')::uuid"


PAGE = r"""INSERT INTO hand.outbox (said)
        SELECT string_agg(concat_ws(E'\n', topic, type, event_id, cause, key, version, value), E'\n') FROM"""
OF_EVENTS = "AS event (topic, type, event_id, cause, key, version, value) HAVING count(*) > 0"
"""All that a batch says is one row, in its order, seven lines for each event."""

APPROVE = f"""
    WITH approved AS (
        UPDATE application SET state = 'approved', version = version + 1, decided_by = $2, decided_at = $3
        WHERE application_id = ANY($1::uuid[]) AND state = 'waiting' AND seen >= wanted
        RETURNING application_id, version, license_id, person_id, from_valid_until, reservation_id, filed_at,
                  policy_version
    ), place AS (
        UPDATE open_application SET state = 'approved' WHERE application_id = ANY($1::uuid[])
    ), noted AS (
        INSERT INTO history (application_id, at, what, who, who_id)
        SELECT application_id, $3, 'approved', $2::json ->> 'name', ($2::json ->> 'person_id')::uuid FROM approved
    ), said AS (
        {PAGE} (
        SELECT 'renewals.facts.v1', 'elms.renewals.RenewalApproved.v1', gen_random_uuid(), $4::uuid, application_id,
               version, '{{"application_id":"' || application_id || '","license_id":"' || license_id
               || '","person_id":"' || person_id || '","from_valid_until":"' || from_valid_until
               || '","reservation_id":"' || reservation_id || '","filed_at":' || to_json(filed_at)
               || ',"approved_at":' || to_json($3::timestamptz) || ',"approved_by":' || $2 || ',"policy_version":"'
               || policy_version || '"}}'
        FROM approved
        ) {OF_EVENTS}
    )
    SELECT count(*) FROM approved"""
"""Approves the applications $1 by authority $2 at $3, because of $4; returns how many."""

EXTEND = f"""
    WITH {ONCE}, {
    _given(
        application_id="uuid",
        license_id="uuid",
        person_id="uuid",
        reservation_id="uuid",
        from_until="date",
        filed_at="timestamptz",
        approved_at="timestamptz",
        policy_version="text",
    )
},
    spent AS (
        UPDATE reservation SET state = 'spent'
        WHERE {_among("reservation_id", 9)} AND state = 'held' RETURNING 1
    ), renewed AS (
        UPDATE license SET version = version + 1, valid_until = (from_until + interval '{YEARS} years')::date,
            periods = periods || jsonb_build_array(jsonb_build_object(
                'effective_from', from_until + 1, 'valid_until', (from_until + interval '{YEARS} years')::date,
                'earning_from', filed_at::date, 'application_id', application_id, 'earned_at', approved_at))
        FROM given
        WHERE license.license_id = given.license_id AND {_among("license.license_id", 7)}
        RETURNING old.valid_until = from_until AND standing = 'good' AND hold_reason IS NULL AND NOT provisional
                  AS fit, given.event_id, given.application_id, given.reservation_id, given.from_until,
                  given.approved_at, given.policy_version, given.place, license.*
    ), told AS (
        SELECT *, '{{"effective_from":"' || from_until + 1 || '","valid_until":"' || valid_until || '"}}' AS period,
               (SELECT jsonb_agg(each - 'earning_from') FROM jsonb_array_elements(periods) AS each) AS public_periods
        FROM renewed
    ), said AS (
        {PAGE} (
        SELECT topic, type, id, event_id, license_id, version, value
        FROM told CROSS JOIN LATERAL (VALUES
            (1, 'credentials.licenses.facts.v1', 'elms.credentials.LicenseRenewed.v1', {_said("LicenseRenewed")},
             '{{"license_id":"' || license_id || '","person_id":"' || person_id || '","number":' || to_json(number)
             || ',"application_id":"' || application_id || '","reservation_id":"' || reservation_id
             || '","previous_until":"' || from_until || '","period":' || period || ',"approved_at":'
             || to_json(approved_at) || ',"policy_version":"' || policy_version || '"}}'),
            (2, 'credentials.licenses.state.v1', 'elms.credentials.LicenseState.v1', {_said("LicenseState")},
             '{{"license_id":"' || license_id || '","public_id":' || to_json(public_id) || ',"number":'
             || to_json(number) || ',"person_id":"' || person_id || '","license_class":' || to_json(license_class)
             || ',"license_type":' || to_json(license_type) || ',"endorsements":' || to_json(endorsements)
             || ',"periods":' || public_periods || ',"standing":"' || standing || '","standing_until":'
             || coalesce(to_json(standing_until)::text, 'null') || ',"provisional":' || to_json(provisional)
             || ',"discipline":' || discipline || '}}')
        ) AS event (nth, topic, type, id, value)
        ORDER BY place, nth
        ) {OF_EVENTS}
    )
    SELECT (SELECT count(*) FROM moved),
           least((SELECT count(*) FROM renewed WHERE fit), (SELECT count(*) FROM spent))"""

LOCK = """
    SELECT 1 FROM application WHERE application_id = ANY(string_to_array($1, ',')::uuid[])
    ORDER BY application_id FOR NO KEY UPDATE"""

COMPLETE = f"""
    WITH {ONCE}, {_given(application_id="uuid", first_day="date", last_day="date")},
    completed AS (
        UPDATE application SET state = 'completed', version = version + 1 FROM given
        WHERE application.application_id = given.application_id AND {_among("application.application_id", 6)}
        RETURNING old.state = 'approved' AS fit, given.*, application.version, application.license_id,
                  application.person_id
    ), freed AS (
        DELETE FROM open_application WHERE {_among("application_id", 6)}
    ), noted AS (
        INSERT INTO history (application_id, at, what, detail)
        SELECT application_id, clock_timestamp(), 'renewed', last_day::text FROM completed
    ), said AS (
        {PAGE} (
        SELECT 'renewals.facts.v1', 'elms.renewals.ApplicationCompleted.v1', {_said("ApplicationCompleted")}, event_id,
               application_id, version, '{{"application_id":"' || application_id || '","license_id":"' || license_id
               || '","person_id":"' || person_id || '","period":{{"effective_from":"' || first_day
               || '","valid_until":"' || last_day || '"}}}}'
        FROM completed ORDER BY place
        ) {OF_EVENTS}
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM completed WHERE fit)"""

NOTE_PAPER = f"""
    WITH {ONCE}, {_given(application_id="uuid", due_on="date")},
    changed AS (
        UPDATE application SET paper = 'paper-queued', prints_on = given.due_on FROM given
        WHERE application.application_id = given.application_id AND {_among("application.application_id", 6)}
        RETURNING given.*
    ), noted AS (
        INSERT INTO history (application_id, at, what, detail)
        SELECT application_id, clock_timestamp(), 'paper-queued', due_on::text FROM changed ORDER BY place
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM changed)"""

QUEUE = f"""
    WITH {ONCE}, {
    _given(license_id="uuid", person_id="uuid", application_id="uuid", first_day="date", last_day="date", due_on="date")
},
    queued AS (
        INSERT INTO job (job_id, version, license_id, person_id, application_id, effective_from, valid_until, due_on,
                         state, queued_at)
        SELECT md5(license_id::text || last_day)::uuid, 1, license_id, person_id, application_id, first_day, last_day,
               due_on, 'queued', clock_timestamp()
        FROM given WHERE NOT EXISTS (SELECT FROM undone WHERE undone.application_id = given.application_id)
        RETURNING 1
    ), said AS (
        {PAGE} (
        SELECT 'printing.facts.v1', 'elms.printing.PrintJobQueued.v1', {_said("PrintJobQueued")}, event_id, job_id, 1,
               '{{"job_id":"' || job_id || '","application_id":"' || application_id || '","license_id":"'
               || license_id || '","person_id":"' || person_id || '","period":{{"effective_from":"' || first_day
               || '","valid_until":"' || last_day || '"}},"due_on":"' || due_on || '"}}'
        FROM given CROSS JOIN LATERAL (SELECT md5(license_id::text || last_day)::uuid AS job_id) AS job
        ORDER BY place
        ) {OF_EVENTS}
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM queued)"""

KNOW = f"""
    WITH {ONCE}, changed AS (
        INSERT INTO license AS known (license_id, version, number, person_id, public_id, license_type, license_class,
                                      endorsements, standing, periods, ends)
        SELECT license_id, version, number, person_id, public_id, license_type, license_class, endorsements, standing,
               periods, ends
        FROM jsonb_to_recordset($6::jsonb) AS given (
            license_id uuid, version bigint, number text, person_id uuid, public_id text, license_type text,
            license_class text, endorsements jsonb, standing text, periods jsonb, ends jsonb)
        ON CONFLICT (license_id) DO UPDATE SET version = excluded.version, number = excluded.number,
            person_id = excluded.person_id, public_id = excluded.public_id, periods = excluded.periods,
            license_type = excluded.license_type, license_class = excluded.license_class,
            endorsements = excluded.endorsements, standing = excluded.standing, ends = excluded.ends
        WHERE excluded.version > known.version
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM changed)"""

SHOW = f"""
    WITH {ONCE}, changed AS (
        INSERT INTO shown.license AS shown (license_id, version, public_id, number, number_key, person_id,
            license_type, license_class, endorsements, periods, standing, standing_until, provisional, discipline,
            holder_id, name, name_version, districts)
        SELECT license_id, given.version, public_id, number, upper(number), given.person_id, license_type,
               license_class, endorsements, periods, standing, standing_until, provisional, discipline,
               coalesce(person.holder_id, given.person_id), coalesce(holder.name, ''), coalesce(holder.version, 0),
               coalesce(holder.districts, '{{}}')
        FROM jsonb_to_recordset($6::jsonb) AS given (
            license_id uuid, version bigint, public_id text, number text, person_id uuid, license_type text,
            license_class text, endorsements jsonb, periods jsonb, standing text, standing_until date,
            provisional boolean, discipline jsonb)
        LEFT JOIN shown.person AS person ON person.person_id = given.person_id
        LEFT JOIN shown.person AS holder ON holder.person_id = person.holder_id
        ON CONFLICT (license_id) DO UPDATE SET version = excluded.version, public_id = excluded.public_id,
            number = excluded.number, number_key = excluded.number_key, person_id = excluded.person_id,
            license_type = excluded.license_type, license_class = excluded.license_class,
            endorsements = excluded.endorsements, periods = excluded.periods, standing = excluded.standing,
            standing_until = excluded.standing_until, provisional = excluded.provisional,
            discipline = excluded.discipline, holder_id = excluded.holder_id, name = excluded.name,
            name_version = excluded.name_version, districts = excluded.districts
        WHERE excluded.version > shown.version
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM changed)"""

WRITE = f"""
    WITH {ONCE}, {
    _given(
        license_id="uuid",
        person_id="uuid",
        application_id="uuid",
        number="text",
        previous="date",
        first_day="date",
        last_day="date",
        at="timestamptz",
    )
},
    written AS (
        INSERT INTO letter (letter_id, person_id, kind, language, name, template, letterhead, data, sent_at, emailed,
                            cause)
        SELECT md5('renewed' || license_id || last_day || application_id)::uuid, given.person_id, 'renewed',
               coalesce(recipient.language, 'en'), coalesce(recipient.name, ''), 'renewed-1', 'head-1',
               jsonb_build_object('number', number, 'previous_until', previous, 'effective_from', first_day,
                                  'valid_until', last_day),
               given.at, recipient.email IS NOT NULL, event_id
        FROM given LEFT JOIN LATERAL (
            SELECT * FROM recipient WHERE recipient.person_id = given.person_id LIMIT 1) AS recipient ON true
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM written)"""
