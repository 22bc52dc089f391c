"""The design's checklist on the real services: 6, 8, 10, 14, 18, 19, 20 and 23, as people meet them."""

import asyncio
import re
from html import unescape

import pytest

from tests.portal.filling import forms_in
from tests.portal.town import BIRTH_YEARS, PASSWORD, SSNS, Town, main_of, number_of
from tests.portal.visitor import ADDRESS, CREATE

pytestmark = pytest.mark.timeout(300)
DATE = r"[A-Z][a-z]+ \d{1,2}, \d{4}"


async def test_an_account_is_created_used_and_changed(town: Town) -> None:
    visitor = await town.visitor()
    page = await visitor.describe_oneself()
    short = await visitor.send(page, CREATE, user_id="maria.lopez", password="short")
    assert "Use 8 characters or more." in short.text
    made = await visitor.send(short, CREATE, user_id="maria.lopez", password="a long enough phrase")
    assert "Your account is ready" in made.text, made.text

    await town.system.drain()
    home = await visitor.sign_in("maria.lopez", "a long enough phrase")
    assert home.url.path == "/home"
    assert "No license is linked to your account yet." in home.text
    changed = await visitor.fill("/account", "/account/contact", **(ADDRESS | {"line1": "9 Oak Street"}),
                                 email="maria@example.org")  # fmt: skip
    assert "Saved." in changed.text
    assert "9 Oak Street" in changed.text
    wrong = await visitor.fill("/account", "/account/contact", **(ADDRESS | {"state": "Miss"}),
                               email="maria@example.org")  # fmt: skip
    assert 'id="state-error"' in wrong.text
    for path in ("/messages", "/lookup?q=Lopez", "/service-status", "/credentials"):
        assert (await visitor.get(path)).status_code == 200, path
    too_short = await visitor.get("/lookup?q=L")
    assert too_short.status_code == 422
    assert 'id="q-error">Enter at least 2 letters' in too_short.text
    assert (await visitor.get("/queue")).status_code == 403


# ── 8: a refusal has the value, the rule and the fix ─────────────────────────────────────────────────────────────

CEU = {
    "title": "Reading", "provider": "Institute", "completed_on_month": "5", "completed_on_day": "3",
    "completed_on_year": "2025", "amount": "1", "contact_hours": "",
}  # fmt: skip
REFUSED = [
    ({"amount": "", "contact_hours": "3"}, "contact_hours",
     "3 contact hours is 0.3 CEU. At least 0.5 CEU (5 hours) counts."),
    ({"amount": "0.4"}, "amount", "0.4 CEU is too small. At least 0.5 CEU (5 hours) counts."),
    ({"amount": "0.8", "contact_hours": "10"}, "contact_hours",
     "0.8 CEU and 10 hours disagree; 1 CEU is 10 hours. Correct one."),
    ({"completed_on_year": "2021"}, "completed_on",
     "May 3, 2021 is before your license period begins (July 1, 2021)."),
    ({"completed_on_year": "2026"}, "completed_on", "May 3, 2026 is still to come. Enter it when it is completed."),
    ({"started_on_month": "6", "started_on_day": "1", "started_on_year": "2025"}, "completed_on",
     "It ends May 3, 2025, before it begins (June 1, 2025). Correct one."),
    ({"amount": "abc"}, "amount", "“abc” is not a number. Enter one such as 0.5."),
    ({"completed_on_month": "13"}, "completed_on",
     "Enter the day on which it was completed: month, day and year."),
]  # fmt: skip


async def test_each_rule_refuses_with_its_value_and_its_fix_over_the_kept_form(town: Town) -> None:
    visitor, add = await town.visitor("dee"), f"/licenses/{number_of('dee')}/add-ceu"
    cases = [*REFUSED, ({}, "", ""), ({}, "title", "Already listed May 3: same training and dates.")]
    for changed, field, sentence in cases:
        typed = CEU | changed
        page = await visitor.fill(add, add, **typed)
        if not field:
            assert "1 CEU added." in page.text
            continue
        assert page.status_code == 422, changed
        assert f'id="{field}-error">{sentence}' in unescape(page.text), main_of(page)
        [form] = [form for form in forms_in(page.text, add) if form.action == add]
        assert {name: form.fields[name].value for name in typed} == typed


# ── 14, 10, 6: the meters agree with filing; two clicks file once; every wait has its date ───────────────────────


async def test_filing_is_offered_exactly_when_it_would_pass_and_two_clicks_file_once(town: Town) -> None:
    visitor, number = await town.visitor("maria"), number_of("maria")
    add, renew = f"/licenses/{number}/add-ceu", f"/renew/{number}"
    for title, amount, have, needed in (("One", "4.5", "4.5", "5.5"), ("Two", "5", "9.5", "0.5")):
        await visitor.fill(add, add, **CEU | {"title": title, "amount": amount})
        page = main_of(await visitor.get(f"/licenses/{number}/development"))
        assert f"{have} of 10 CEU {needed} still needed" in page
        assert "File a renewal application" not in page
        forced = await visitor.send(await visitor.get("/home"), renew, option="A-CEU")
        assert forced.status_code == 422
        assert f"Still needed for 10 CEU: {needed} CEU." in forced.text
    await visitor.fill(add, add, **CEU | {"title": "Three", "amount": "0.5"})
    page = main_of(await visitor.get(f"/licenses/{number}/development"))
    assert "10 of 10 CEU complete" in page and "File a renewal application" in page
    offered = re.findall(r'name="option" value="([^"]+)"', (await visitor.get(renew)).text)
    assert offered == ["A-CEU"]
    for closed in ("A-MIXED", "A-HOURS", "NBPTS", "RETIREMENT", "OUT-OF-STATE"):
        assert (await visitor.send(await visitor.get("/home"), renew, option=closed)).status_code == 422, closed

    check = await visitor.get(f"{renew}?step=check&option=A-CEU")
    assert "3 to show in person" in main_of(check)
    assert "New end June 30, 2031" in main_of(check)
    one, other = await asyncio.gather(visitor.send(check, renew), visitor.send(check, renew))
    assert one.url == other.url and one.url.path.startswith("/applications/R-")
    assert main_of(await visitor.get("/home")).count("Renewal of license 200000") == 1
    await town.system.drain()
    waits = main_of(await visitor.get(one.url.path))
    assert "With Lamar County School District" in waits
    assert re.search(
        rf"Where Dana Lee, Lamar County School District; Rosa Ortiz may decide too "
        rf"Why 3 of 3 originals not seen Next Show your originals to Dana Lee \(Room 12, 9 to 3\).+? By when {DATE}",
        waits,
    ), waits

    mixed = await visitor.fill(
        f"/licenses/{number}/add-coursework", f"/licenses/{number}/add-coursework", title="EDU 512",
        provider="Delta State", amount="3", **{n: v for n, v in CEU.items() if n.startswith("completed")},
    )  # fmt: skip
    assert "You filed under 10 CEU on March 4" in mixed.text and "can't be mixed in." in unescape(mixed.text)


async def test_a_credit_that_two_clicks_send_is_listed_once(town: Town) -> None:
    visitor, add = await town.visitor("eve"), f"/licenses/{number_of('eve')}/add-ceu"
    page = await visitor.get(add)
    sent = await asyncio.gather(*(visitor.send(page, add, **CEU | {"title": "Once"}) for _ in range(2)))
    assert {answer.url.path for answer in sent} == {f"/licenses/{number_of('eve')}/development"}
    assert sent[-1].text.count('data-label="Title">Once') == 1


# ── 18, 19: many at once, one outcome a row; whoever is second is told ───────────────────────────────────────────


async def test_many_are_approved_with_one_outcome_a_row_and_whoever_is_second_is_told(town: Town) -> None:
    bo, cai, dee = [await town.filed(user) for user in ("bo", "cai", "dee")]
    lee, ortiz = await town.visitor("lee"), await town.visitor("ortiz")
    for reference in (bo, cai):
        case = await lee.get(f"/queue/{reference}")
        await lee.send(case, f"/queue/{reference}/originals", listed=["1", "2"], original=["1", "2"])
    queue = await lee.get("/queue")
    ids = dict(re.findall(r'name="application_id" value="([^"]+)".*?href="/queue/(R-[^"]+)"', queue.text, re.DOTALL))
    chosen = [id for id, reference in ids.items() if reference in (bo, cai, dee)]
    confirm = await lee.send(queue, "/queue/selected", application_id=chosen)
    assert "Approve 2 applications?" in main_of(confirm)
    assert re.search(rf"Not ready, left as they are.*Dee Ray {dee} \d originals? not ticked", main_of(confirm))

    stale, other = await ortiz.get(f"/queue/{bo}"), await ortiz.get(f"/queue/{cai}")
    first = await ortiz.send(stale, f"/queue/{bo}/decide", decision="approve", original=["1", "2"])
    assert "Approved. The license renews by itself" in first.text
    ready = [id for id, reference in ids.items() if reference in (bo, cai)]
    done = main_of(await lee.send(confirm, "/queue/approve", application_id=ready))
    assert "1 approved, 1 could not be" in done
    assert re.search(
        rf"Not approved by you .* Bo Rivers {bo} Rosa Ortiz approved this at 9:00 a.m. Yours was not recorded.", done
    )
    assert f"Cai Woods {cai} Approved, renewing" in done

    used = await ortiz.send(stale, f"/queue/{cai}/decide", decision="return", reason="The date is missing.")
    assert "You sent this form before, with something else in it." in main_of(used)
    late = await ortiz.send(other, f"/queue/{cai}/decide", decision="return", reason="The date is missing.")
    assert late.status_code == 409
    assert "Dana Lee approved this at 9:00 a.m. Yours was not recorded." in main_of(late)
    await town.system.drain()
    for reference in (bo, cai):
        assert "Renewed to June 30, 2031" in main_of(await lee.get(f"/queue/{reference}"))


# ── 20: errors of a load, and its recall ─────────────────────────────────────────────────────────────────────────

LOAD = """educator_number,reference,unit,amount,title,provider,completed_on
MSeve,E-1,ceu,2,Teaching Online,MDE eLearning,2025-11-20
MSeve,E-2,ceu,0.3,Too Short,MDE eLearning,2025-11-20
MSeve,E-3,ceu,many,No Amount,MDE eLearning,2025-11-20
"""


async def test_a_load_tells_each_row_s_error_and_its_recall_shows_the_licenses_first(town: Town) -> None:
    officer, eve = await town.visitor("officer"), await town.visitor("eve")
    page = await officer.get("/office/loads")
    hidden = next(form for form in forms_in(page.text, "/office/loads") if "agency" in form.fields).hidden
    sent = await officer.client.post(
        "/office/loads", data=hidden | {"agency": "elearning"}, files={"file": ("may.csv", LOAD.encode(), "text/csv")}
    )
    at = sent.url.path
    checked = await town.until(officer, at, "Checked, not loaded yet")
    told = main_of(checked)
    assert "3 rows: 1 new, 0 already loaded, 2 errors" in told
    assert (
        "Row Field Problem Fix 3 amount 0.3 CEU is too little; nothing under 0.5 CEU is accepted. Leave it out" in told
    )
    assert "4 amount “many” is not a number Write it as 1.5, without a unit." in told
    table = (await officer.get(f"{at}/errors.csv")).text.splitlines()
    assert len(table) == 3 and "amount" in table[1]
    await officer.send(checked, f"{at}/load")
    await town.until(officer, at, "1 accepted")
    development = f"/licenses/{number_of('eve')}/development"
    recorded = "Teaching Online MDE eLearning 2 CEU Loaded: eLearning for Educators Counts"
    assert recorded in main_of(await eve.get(development))

    recall = await officer.get(f"{at}/recall")
    affected = rf"1 credit is taken back from 1 educator; 1 license is affected\..*{number_of('eve')}"
    assert re.search(affected, main_of(recall)), main_of(recall)
    empty = await officer.send(recall, f"{at}/recall", reason="")
    assert empty.status_code == 422 and "Write the reason." in empty.text
    await officer.send(recall, f"{at}/recall", reason="attendance was not confirmed")
    await town.until(officer, at, "1 taken back")
    page = await eve.get(development)
    assert "Taken back eLearning for Educators took it back: attendance was not confirmed" in main_of(page)


async def test_an_officer_sees_whose_a_license_is(town: Town) -> None:
    officer = await town.visitor("officer")
    assert "<h1>Maria" in (await officer.get(f"/office/licenses/{number_of('maria')}")).text


# ── 23: no Social Security number and no birth date in pages, addresses and cookies ──────────────────────────────


async def test_no_page_address_or_cookie_tells_a_social_security_number_or_birth_date(town: Town) -> None:
    """Of all that the tests above were shown, and of every page that somebody opens here."""
    for user in ("maria", "lee", "officer"):
        visitor = await town.visitor(user)
        for path in ("/home", "/account", "/documents", "/directory", "/roster", "/office", "/office/profiles",
                     f"/office/licenses/{number_of('maria')}", "/messages", "/queue"):  # fmt: skip
            await visitor.get(path)
    known = {**SSNS, **{f"{u} birth": f"{year}-04-28" for u, year in BIRTH_YEARS.items()}}
    known |= {f"{u} birth in words": f"April 28, {year}" for u, year in BIRTH_YEARS.items()}
    known |= {f"{u} with dashes": f"{s[:3]}-{s[3:5]}-{s[5:]}" for u, s in SSNS.items()}
    found = [(url, what) for url, text in town.seen for what, value in known.items() if value in url or value in text]
    assert len(town.seen) > 60
    assert found == []


async def test_what_matches_records_is_never_given_back_to_a_browser(town: Town) -> None:
    visitor = await town.visitor()
    fourth = await visitor.describe_oneself()
    back = await visitor.send(fourth, CREATE, _back="1")
    back = await visitor.send(back, CREATE, **ADDRESS, email="maria@example.org", _back="1")
    first = await visitor.send(back, CREATE, _back="1")
    [form] = [form for form in forms_in(first.text, CREATE) if form.action == CREATE]
    assert form.fields["first"].value == "Maria"
    assert form.fields["ssn_last_four"].value == ""
    assert PASSWORD not in "".join(text for _url, text in town.seen)


# ── the office: two records of one person, and a letter ──────────────────────────────────────────────────────────


async def test_the_office_makes_two_records_one_takes_it_back_and_writes_a_letter(town: Town) -> None:
    officer, maria = await town.visitor("officer"), await town.visitor("maria")
    found = await officer.get("/office/people?q=Lopez")
    stays = re.search(r'/office/people/([0-9a-f-]{36})">Maria Lopez</a>.{0,200}MSmaria', found.text, re.DOTALL)
    both = re.findall(r'name="id" value="([0-9a-f-]{36})"', found.text)
    assert stays is not None and len(both) == 2, main_of(found)
    other = next(each for each in both if each != stays[1])
    page = await officer.get(f"/office/people/merge?id={both[0]}&id={both[1]}")
    assert number_of("maria") in main_of(page) and "Differs" in main_of(page)
    merged = await officer.send(page, "/office/people/merge", winner=stays[1], ssn_confirmed="yes")
    assert merged.url.path == f"/office/people/{other}", main_of(merged)
    assert "Merged into another record" in main_of(merged)
    separate = await officer.send(merged, f"/office/people/{other}/unmerge")
    assert "The two records are separate again." in main_of(separate)
    assert "Merged into another record" not in main_of(separate)

    here = f"/office/people/{stays[1]}"
    sent = await officer.fill(here, f"{here}/letters", subject="Your transcript", text="Please send its second page.")
    assert "The letter is sent." in main_of(sent)
    await town.system.drain()
    letters = await maria.get("/messages")
    assert "Your transcript" in main_of(letters)
    [link] = re.findall(rf'href="({here}/letters/[0-9a-f-]+)">Your transcript<', (await officer.get(here)).text)
    assert "Please send its second page." in main_of(await officer.get(link))
    assert (
        '<li class="elms-unread"><a href="/messages/' + link.rpartition("/")[2] in (await maria.get("/messages")).text
    )
