"""An educator's face: licenses, what is still needed, and the credits that they enter."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from services.credentials.commands import entries
from services.credentials.domain.credit import Entry
from services.credentials.queries import development, licenses
from services.credentials.queries.answers import CreditShown, DevelopmentShown, LicenseShown, PlanShown
from shared.errors import Forbidden, Invalid
from shared.ids import PersonId
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest
from shared.web.given import Given

router = APIRouter(tags=["educators"])

Amount = Annotated[Decimal | None, Field(gt=0, le=10_000, decimal_places=2)]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class CreditEntered(Given):
    """A credit as its educator states it. Coursework: the institution is the `provider`, the course the `title`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    credit_type: str = Field("ceu", max_length=40, description="One of the page's credit_types")
    title: Words = Field(description="The training or course")
    provider: Words = Field(description="The agency or institution")
    started_on: date | None = None
    completed_on: date
    amount: Amount = Field(None, description="In the kind's own unit: CEU, semester hours, PDP")
    contact_hours: Amount = None
    group: str | None = Field(None, max_length=40)
    grade: str = Field("", max_length=10)
    scan_id: UUID | None = Field(None, description="What `POST /scans` answered, where a scan is handed in too")

    def entry(self) -> Entry:
        """What the rules look at."""
        return Entry(
            credit_type=self.credit_type,
            completed_on=self.completed_on,
            title=self.title,
            provider=self.provider,
            source="educator",
            amount=self.amount,
            contact_hours=self.contact_hours,
            started_on=self.started_on,
            group=self.group,
        )


@router.get("/licenses", summary="My licenses")
async def my_licenses(asked: Asked) -> list[LicenseShown]:
    mine = await me(asked)
    async with asked.reading() as work:
        return await licenses.my_licenses(work, mine)


@router.get("/developments", summary="My licenses, each with what is still needed and which credits count")
async def my_developments(asked: Asked) -> list[DevelopmentShown]:
    mine = await me(asked)
    async with asked.reading() as work:
        return await development.developments(work, mine)


@router.get("/licenses/{number}", summary="One license: mine, of my district's educators, or any for an officer")
async def one_license(number: str, asked: Asked) -> LicenseShown:
    actor = await asked.person()
    async with asked.reading() as work:
        license, holder = await licenses.get_visible(work, number, actor)
        found = licenses.shown(license, on=work.today, policy=work.policy)
        return found.model_copy(update={"educator_number": holder.educator_number})


@router.get("/licenses/{number}/development", summary="What is still needed, by each option, and which credits count")
async def professional_development(number: str, asked: Asked) -> DevelopmentShown:
    actor = await asked.person()
    async with asked.reading() as work:
        license, holder = await licenses.get_visible(work, number, actor)
        return await development.development(work, license, holder)


@router.get("/licenses/{number}/plan", summary="The lawful ways to renew, the cheapest first")
async def plan(
    number: str,
    asked: Asked,
    price: Annotated[list[str], Query(description="unit:price, such as ceu:40; instead of hours of effort")] = [],  # noqa: B006
) -> list[PlanShown]:
    actor = await asked.person()
    async with asked.reading() as work:
        license, holder = await licenses.get_visible(work, number, actor)
        prices = dict(_price(each, {unit.code for unit in work.policy.development.units}) for each in price)
        return await development.plan(work, license, holder, prices)


@router.post("/licenses/{number}/credits", status_code=201, summary="Enter a credit; every rule refuses by its name")
async def enter_credit(number: str, entered: CreditEntered, asked: Asked) -> CreditShown:
    by = await me(asked)

    async def command(work: Work) -> CreditShown:
        done = await entries.enter_credit(work, number, entered.entry(), grade=entered.grade, by=by)
        if entered.scan_id is not None:
            await entries.add_scan(work, done.credit.credit_id, entered.scan_id, by=by)
        return await development.one_credit_shown(work, done.credit, done.license)

    return await asked.once(command, status=201)  # type: ignore[no-any-return]


@router.delete("/credits/{credit_id}", status_code=204, summary="Take out a credit that I entered")
async def take_out_credit(credit_id: UUID, asked: Asked) -> None:
    by = await me(asked)
    await asked.once(lambda work: entries.take_out_credit(work, credit_id, by=by), status=204)


async def me(asked: AskedRequest) -> PersonId:
    """Who asks, as a person. Raises `Forbidden` for anybody else."""
    actor = await asked.person()
    if actor.person_id is None:
        raise Forbidden
    return actor.person_id


def _price(given: str, units: set[str]) -> tuple[str, Decimal]:
    unit, _, price = given.partition(":")
    if unit not in units or not price.replace(".", "", 1).isdigit():
        raise Invalid(field="price", problem=f"{given}: write unit:price, with one of {', '.join(sorted(units))}.")
    return unit, Decimal(price)
