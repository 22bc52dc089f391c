"""What is heard and what is said in the hop."""

from shared.contracts import Fact, Kind, Topic
from shared.ids import LicenseId

INPUT = Topic("bench.input.facts.v1", Kind.FACTS, "bench", "what the contenders hear")
OUTPUT = Topic("bench.output.facts.v1", Kind.FACTS, "bench", "what they say")


class Added(Fact, topic=INPUT, key="license_id"):
    """A number is to be added to a license's sum."""

    license_id: LicenseId
    number: int


class Counted(Fact, topic=OUTPUT, key="license_id"):
    """The sum that resulted."""

    license_id: LicenseId
    total: int
