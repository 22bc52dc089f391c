"""What the state's policy puts on the paper: the sheet's words, and a license's in full."""

from collections.abc import Sequence

from services.printing.documents import Template
from shared.policies import Policy


def template(policy: Policy) -> Template:
    """The sheet of this state."""
    agency, paper = policy.agency, policy.paper
    return Template(
        state=agency.state,
        agency=agency.name,
        office=agency.office,
        title=paper.title,
        preamble="Issued to",
        statement=paper.statement,
        seal=f"{agency.name} · ",
        verify_heading="Check this license",
        verify="Scan the code. The public register shows its standing today and decides over this paper.",
        signatory=paper.signed_by,
        signatory_title=agency.name,
    )


def kind_of_license(policy: Policy, license_type: str, license_class: str) -> str:
    """Type and class in words: “Standard license · Class AA (master's degree)”; an unknown code stands as it is."""
    known = (policy.find_license_type(license_type), policy.find_license_class(license_class))
    words = (row.name if row else code for row, code in zip(known, (license_type, license_class), strict=True))
    return " · ".join(word for word in words if word).replace("'", "’")


def endorsements(policy: Policy, codes: Sequence[str]) -> tuple[str, ...]:
    """Each endorsement in words, with its number where it has one: “116 Elementary education (K–3)”."""
    known = {row.code: row for row in policy.endorsements}
    return tuple(_endorsement(code, known[code].name, known[code].grades) if code in known else code for code in codes)


def _endorsement(code: str, name: str, grades: str) -> str:
    words = f"{code} {name}" if code.isdecimal() else name
    return f"{words} ({grades.replace('-', '–')})" if grades else words
