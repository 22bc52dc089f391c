"""The trace goes with an event: into lines about it, calls for it, what is said because of it, what is done outside."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg
import httpx
import pytest
import structlog
from aiokafka import ConsumerRecord

from shared import schedule
from shared.errors import Refused
from shared.ids import LicenseId, new_id
from shared.messaging import dead_letters
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.inbound import decode
from shared.messaging.replay import replay
from shared.peers import Peers
from shared.runtime import Runtime
from shared.service import Scheduled
from shared.settings import Settings
from shared.telemetry import child_of, configure_logs, new_trace, trace, within
from shared.testing.system import System
from tests.conftest import FreshTopics, MakeSystem
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import INPUT, OUTPUT, TOPICS, Added, Noted, reference

log = structlog.get_logger()
Lines = list[dict[str, Any]]
GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def id_of(traceparent: str) -> str:
    return traceparent.split("-")[1]


def span_of(traceparent: str) -> str:
    return traceparent.split("-")[2]


# ---- one trace, without servers ------------------------------------------------------------------------------------


def test_a_child_has_its_parents_trace_and_a_span_of_its_own() -> None:
    first, second = child_of(GIVEN), child_of(GIVEN)
    assert {id_of(first), id_of(second)} == {id_of(GIVEN)}
    assert len({span_of(first), span_of(second), span_of(GIVEN)}) == 3


@pytest.mark.parametrize("text", [
    "", "x", GIVEN.upper(), GIVEN[:-1], f"{GIVEN}-00", GIVEN.replace("4bf9", "4bf\n"), GIVEN.replace("4bf9", "</b>"),
    f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-{id_of(GIVEN)}-{'0' * 16}-01",
])  # fmt: skip
def test_what_is_no_traceparent_begins_a_new_trace(text: str) -> None:
    begun = child_of(text)
    assert id_of(child_of(begun)) == id_of(begun) != id_of(GIVEN)


def test_what_is_within_a_trace_ends_with_it() -> None:
    with within(GIVEN):
        outer = trace.get()
        with pytest.raises(ValueError, match="inside"), within(new_trace()):
            raise ValueError("inside")
        assert trace.get() == outer
    assert trace.get() == ""


async def test_a_call_and_a_line_of_what_is_being_done_carry_its_trace(tmp_path: Any, lines: Lines) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["traceparent"])
        return httpx.Response(200, json={})

    configure_logs("credentials", "INFO")
    peers = Peers("credentials", Settings(keys=tmp_path))
    peers._client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    with within(GIVEN):
        await peers.get("printing", "/jobs")
        log.info("asked")
        own = trace.get()
    await peers.get("printing", "/jobs")
    await peers.close()
    assert id_of(asked[0]) == lines[0]["trace_id"] == id_of(GIVEN)
    assert span_of(asked[0]) not in (span_of(own), span_of(GIVEN))
    assert id_of(asked[1]) != id_of(GIVEN)


async def test_each_run_of_scheduled_work_is_a_trace_of_its_own(lines: Lines) -> None:
    seen: list[str] = []

    async def run(_runtime: Any) -> None:
        seen.append(id_of(trace.get()))
        if len(seen) == 3:
            raise asyncio.CancelledError
        raise ValueError("it fails, and says so")

    configure_logs("credentials", "WARNING")
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(schedule._repeat(None, Scheduled(0, run)))  # type: ignore[arg-type]
    assert len(set(seen)) == 3
    assert [line["trace_id"] for line in lines if line["event"] == "scheduled work failed"] == seen[:2]


# ---- the reference subscriber, on real servers ---------------------------------------------------------------------


done_outside: dict[int, str] = {}


async def tell(_runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """An effect: it fails once for number 3."""
    assert payload.keys() == {"number", "key"}
    number = payload["number"]
    if number == 3 and number not in done_outside:
        done_outside[number] = ""
        raise ValueError("not yet")
    done_outside[number] = id_of(trace.get())


@pytest.fixture
async def system(make_system: MakeSystem, fresh_topics: FreshTopics) -> AsyncIterator[System]:
    await fresh_topics(*TOPICS)
    done_outside.clear()
    ref.fail_with(lambda event: None)
    yield await make_system(dataclasses.replace(reference, outside={"tell": tell}))
    ref.fail_with(lambda event: None)


async def say_in_traces(system: System, count: int) -> dict[int, str]:
    """Sent, and taken to their end."""
    traces = await send_in_traces(system, count)
    await system.drain()
    return traces


async def send_in_traces(system: System, count: int) -> dict[int, str]:
    """That many events at once, each of a license and in a trace of its own; the traces' ids by number."""
    traces = {number: new_trace() for number in range(count)}
    events = {number: Added(license_id=LicenseId(new_id()), number=number) for number in traces}
    await asyncio.gather(*(system.say(events[number], trace=each) for number, each in traces.items()))
    return {number: id_of(traceparent) for number, traceparent in traces.items()}


async def line_of(lines: Lines, event: str) -> dict[str, Any]:
    """The first line with these words, once there is one."""
    async with asyncio.timeout(60):
        while not (found := [line for line in lines if line["event"] == event]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found[0]


async def said_in(system: System) -> dict[str, str]:
    """The trace's id of each event that the reference subscriber said, by the id of its cause."""
    found = [dict(record.headers) for record in await system.read(OUTPUT.name)]
    return {each["ce_causationid"].decode(): id_of(each["traceparent"].decode()) for each in found}


async def test_of_many_events_in_a_batch_each_is_said_on_and_done_outside_in_its_own_trace(system: System) -> None:
    traces = await say_in_traces(system, 40)
    causes = {dict(r.headers)["ce_id"].decode(): dict(r.headers) for r in await system.read(INPUT.name)}
    expected = {event_id: id_of(headers["traceparent"].decode()) for event_id, headers in causes.items()}
    assert await said_in(system) == expected
    async with asyncio.timeout(60):
        while done_outside != traces:  # noqa: ASYNC110 - the third is tried again a second later
            await asyncio.sleep(0.05)


async def test_a_handlers_lines_are_in_the_trace_of_the_event_that_it_works_on(system: System, lines: Lines) -> None:
    ref.fail_with(lambda event: log.warning("at work", number=event.number, span=span_of(trace.get())))
    traces = [await say_in_traces(system, 1) for _ in range(3)]
    told = [line for line in lines if line["event"] == "at work"]
    assert [line["trace_id"] for line in told] == [each[0] for each in traces]
    spans = {span_of(dict(r.headers)["traceparent"].decode()) for r in await system.read(INPUT.name)}
    assert spans.isdisjoint(line["span"] for line in told)


async def test_an_effect_that_fails_is_told_in_the_trace_of_what_intended_it(system: System, lines: Lines) -> None:
    traces = await say_in_traces(system, 5)
    [failed] = [line for line in lines if line["event"] == "effect failed"]
    assert failed["trace_id"] == traces[3]


async def test_a_dead_letter_among_others_is_told_in_its_own_trace(system: System, lines: Lines) -> None:
    def fail(event: Added) -> None:
        if event.number == 17:
            raise ValueError("a bad release")
        if event.number == 4:
            raise Refused

    ref.fail_with(fail)
    traces = await say_in_traces(system, 30)
    told = {line["trace_id"]: line["why"] for line in lines if line["event"] == "dead letter"}
    assert told == {traces[17]: "unexpected", traces[4]: "refused"}


async def test_a_pause_is_told_in_the_trace_of_the_event_at_which_it_began(system: System, lines: Lines) -> None:
    def fail(event: Added) -> None:
        raise ValueError(f"number {event.number}.")

    ref.fail_with(fail)
    traces = await send_in_traces(system, 30)
    paused = await line_of(lines, "paused: too many unexpected failures")
    ref.fail_with(lambda event: None)
    await system.drain()
    [number] = [number for number in traces if f"number {number}." in paused["exception"]]
    assert paused["trace_id"] == traces[number]


async def test_a_dead_letter_says_nothing_of_another_events_failure(system: System, lines: Lines) -> None:
    def fail(event: Added) -> None:
        if event.number in (3, 11):
            raise asyncpg.StringDataRightTruncationError(f"number {event.number}.")
        if event.number in (8, 19):
            raise ValueError(f"number {event.number}.")

    ref.fail_with(fail)
    traces = await say_in_traces(system, 30)
    told = {line["trace_id"]: (line["why"], line["exception"]) for line in lines if line["event"] == "dead letter"}
    for number in (3, 8, 11, 19):
        why, exception = told.pop(traces[number])
        assert (why, number) == ("refused" if number in (3, 11) else "unexpected", number)
        assert {other for other in (3, 8, 11, 19) if f"number {other}." in exception} == {number}
    assert told == {}


async def test_what_makes_a_lone_event_wait_is_told_in_its_trace(system: System, lines: Lines) -> None:
    def fail(_event: Added) -> None:
        ref.fail_with(lambda event: None)
        raise ConnectionResetError

    ref.fail_with(fail)
    traces = await say_in_traces(system, 1)
    assert (await line_of(lines, "waiting"))["trace_id"] == traces[0]


async def test_a_replayed_event_is_handled_in_its_own_trace_and_not_in_the_operators(
    system: System, lines: Lines
) -> None:
    def fail(_event: Added) -> None:
        raise Refused

    ref.fail_with(fail)
    traces = await say_in_traces(system, 1)
    ref.fail_with(lambda event: log.warning("at work"))
    runtime = system.processes["reference"][0].runtime
    async with runtime.reading(actor="test") as work:
        [letter] = await work.rows("SELECT id FROM dead_letter")
    with within(GIVEN):
        await replay(runtime, letter.id, by="test")
        assert id_of(trace.get()) == id_of(GIVEN)
    assert (await line_of(lines, "at work"))["trace_id"] == traces[0]


def test_each_of_several_dead_letters_is_told_in_its_own_trace(lines: Lines) -> None:
    configure_logs("reference", "WARNING")
    traces = [new_trace() for _ in range(3)]
    records = [_record(headers=(("traceparent", each.encode()),)) for each in traces]
    letters = [
        DeadLetter(record, reason) for record, reason in zip(records, ("undecodable", "parked", "refused"), strict=True)
    ]
    dead_letters.tell("reference", letters)
    assert [line["trace_id"] for line in lines] == [id_of(traces[0]), id_of(traces[2])]


async def test_what_cannot_be_read_is_told_in_its_own_trace_without_its_values(system: System, lines: Lines) -> None:
    headers = [("ce_type", Added.TYPE.encode()), ("ce_id", b"secret"), ("traceparent", GIVEN.encode())]
    await system.publish(INPUT.name, b"{}", key=b"k", headers=headers)
    await system.drain()
    [told] = [line for line in lines if line["event"] == "dead letter"]
    assert (told["trace_id"], told["why"]) == (id_of(GIVEN), "undecodable: headers: ce_id is no UUID")


async def test_what_the_relay_cannot_say_is_told_in_the_trace_of_what_said_it(system: System, lines: Lines) -> None:
    runtime = system.processes["reference"][0].runtime
    with within(GIVEN):
        async with runtime.work(actor="test") as work:
            work.say(Noted(license_id=LicenseId(new_id()), text="x" * 1_000_000), version=1)
    await system.drain()
    [told] = [line for line in lines if line["event"] == "dead letter"]
    assert (told["trace_id"], told["consumer"]) == (id_of(GIVEN), "relay")


def test_a_strangers_event_without_a_trace_begins_one_and_again_the_same() -> None:
    record = _record(headers=(("ce_type", b"x"),))
    first, again, other = decode(record), decode(record), decode(_record(offset=8))
    assert first.said.trace == again.said.trace != other.said.trace
    assert id_of(child_of(first.said.trace)) == id_of(first.said.trace)
    assert decode(_record(headers=(("traceparent", GIVEN.encode()),))).said.trace == GIVEN
    assert decode(_record(headers=(("traceparent", b"\xff"),))).said.trace == first.said.trace


def _record(offset: int = 7, headers: Any = ()) -> Any:
    return ConsumerRecord("inbound.mde.credits.v1", 0, offset, 1_700_000_000_000, 0, b"k", b"{}", None, -1, -1, headers)
