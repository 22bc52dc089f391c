"""Tokens: who signed what for whom, verified once and remembered no longer than it is valid."""

from functools import partial
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey, KeySet

from shared import tokens
from shared.errors import NotSignedIn, Unavailable
from shared.ids import PersonId, new_id
from shared.tokens import SERVICE_TOKEN_SECONDS, Actor, ServiceKey, Verified, Verifier, claims_of, sign

NOW = 1_800_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds since 1970 that tokens and those who verify them see."""
    seconds = [float(NOW)]
    monkeypatch.setattr("time.time", lambda: seconds[0])
    return seconds


@pytest.fixture
def renewals(tmp_path: Path) -> Verifier:
    return Verifier("renewals", tmp_path, "")


def test_a_peers_token_is_verified_and_known_again(tmp_path: Path, renewals: Verifier) -> None:
    token = ServiceKey.of("portal", tmp_path).sign("renewals")
    assert [renewals.peer(token), renewals.peer(token)] == ["portal", "portal"]


def test_a_remembered_token_is_refused_when_it_has_expired(
    tmp_path: Path, renewals: Verifier, clock: list[float]
) -> None:
    token = ServiceKey.of("portal", tmp_path).sign("renewals")
    assert renewals.peer(token) == "portal"
    clock[0] += SERVICE_TOKEN_SECONDS + 1
    with pytest.raises(NotSignedIn):
        renewals.peer(token)


async def test_a_remembered_person_is_refused_when_the_token_has_expired(
    renewals: Verifier, clock: list[float]
) -> None:
    key = ECKey.generate_key("P-256", {"kid": "identity-1"})
    renewals.trust(KeySet([key]))
    token = sign(key, claims_of(Actor(PersonId(new_id()), "Maria Lopez", ()), 60))
    assert (await renewals.person(token)).name == (await renewals.person(token)).name == "Maria Lopez"
    clock[0] += 61
    with pytest.raises(NotSignedIn):
        await renewals.person(token)


async def test_whom_a_withdrawn_key_named_is_asked_again(renewals: Verifier) -> None:
    key, other = (ECKey.generate_key("P-256", {"kid": "identity-1"}) for _ in range(2))
    renewals.trust(KeySet([key]))
    token = sign(key, claims_of(Actor(PersonId(new_id()), "Maria Lopez", ()), 60))
    await renewals.person(token)
    renewals.trust(KeySet([other]))
    with pytest.raises(NotSignedIn):
        await renewals.person(token)


@pytest.mark.parametrize("audience", ["credentials", "elms"])
def test_a_token_for_somebody_else_is_refused(tmp_path: Path, renewals: Verifier, audience: str) -> None:
    with pytest.raises(NotSignedIn):
        renewals.peer(ServiceKey.of("portal", tmp_path).sign(audience))


async def test_a_persons_token_is_no_services_and_the_other_way_round(tmp_path: Path, renewals: Verifier) -> None:
    portal = ServiceKey.of("portal", tmp_path)
    renewals.trust(KeySet([portal.key]))
    person = sign(portal.key, claims_of(Actor(PersonId(new_id()), "Maria Lopez", ()), 60))
    service = portal.sign("renewals")
    assert (await renewals.person(person)).name == "Maria Lopez"
    assert renewals.peer(service) == "portal"
    with pytest.raises(NotSignedIn):
        renewals.peer(person)
    with pytest.raises(NotSignedIn):
        await renewals.person(service)


@pytest.mark.parametrize("status", [200, 503])
@pytest.mark.parametrize("answer", ['{"title": "Unavailable"}', "[]", "Bad Gateway"])
async def test_without_identitys_keys_nobody_is_known_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, status: int, answer: str
) -> None:
    """Found by chaos: identity, away from its database, says so in JSON."""
    there = httpx.MockTransport(lambda request: httpx.Response(status, text=answer))
    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=there))
    token = sign(ECKey.generate_key("P-256", {"kid": "1"}), claims_of(Actor(PersonId(new_id()), "Maria", ()), 60))
    with pytest.raises(Unavailable):
        await Verifier("renewals", Path(), "http://identity/jwks").person(token)


def test_a_signature_serves_for_half_of_its_time(tmp_path: Path, clock: list[float]) -> None:
    portal = ServiceKey.of("portal", tmp_path)
    first = portal.sign("renewals")
    clock[0] += SERVICE_TOKEN_SECONDS // 2 - 1
    assert portal.sign("renewals") == first
    assert portal.sign("credentials") != first
    clock[0] += 1
    assert portal.sign("renewals") != first


def test_no_more_tokens_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED", 2)
    kept: Verified[str] = Verified()
    for name in ("one", "two", "three"):
        kept.keep(name, NOW * 2, name)
    assert [kept.find(name) for name in ("one", "two", "three")] == [None, None, "three"]
