"""The fakes answer as the services promise; and a page stands when all that may be missing is missing."""

import re
from functools import partial
from typing import Any

import jsonschema
import pytest

from tests.portal.answers import GET
from tests.portal.paths import PAGES
from tests.portal.schemas import schema_of, sparse
from tests.portal.serving import Served
from tests.portal.visitor import Visitor


@pytest.mark.parametrize(
    ("service", "path"), [key for key, answer in GET.items() if not callable(answer)], ids="/".join
)
def test_a_fake_answers_as_its_service_promises(service: str, path: str) -> None:
    schema = schema_of(service, path.replace("*", "x"))
    if schema is not None:
        jsonschema.validate(GET[service, path], schema)


def thinned(service: str, path: str, answer: Any, *, empty: bool) -> Any:
    """A fake's answer without what may be missing."""
    schema = schema_of(service, path)
    return sparse(answer, schema, schema["components"], empty=empty) if schema else answer


@pytest.mark.parametrize("empty", [False, True])
async def test_every_page_stands_when_all_that_may_be_missing_is(visitor: Visitor, portal: Served, empty: bool) -> None:
    portal.fakes.reshaped.append(partial(thinned, empty=empty))
    fell = []
    for path, who in sorted(PAGES.items(), key=lambda page: page[1][0]):
        if who[0] != "-":
            await visitor.sign_in(who[0])
        page = await visitor.get(path)
        if page.status_code >= 500 or re.search(r">\s*None\s*<|\bNone,|, None\b|=\"None", page.text):
            fell.append(f"{path}: {page.status_code}")
    assert fell == []
