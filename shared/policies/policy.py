"""One state's policy: every table of its file, checked against each other, with look-ups by code."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Self, TypeVar

from pydantic import model_validator

from shared.policies.accounts import Accounts, LookUp
from shared.policies.base import Code, Table, Words
from shared.policies.development import CreditType, Development, RenewalOption, Unit
from shared.policies.licensing import ApplicationKind, Endorsement, LicenseClass, LicenseType, Reinstatement
from shared.policies.working import Agency, Filing, Office, Paper, Review

T = TypeVar("T")


class Policy(Table):
    """The rules of one state, as its file says them. Decisions store `version`."""

    version: Code
    effective: date
    jurisdiction: Code
    name: Words
    agency: Agency
    office: Office
    accounts: Accounts
    lookup: LookUp
    filing: Filing
    review: Review
    paper: Paper
    license_types: tuple[LicenseType, ...]
    license_classes: tuple[LicenseClass, ...] = ()
    endorsements: tuple[Endorsement, ...] = ()
    applications: tuple[ApplicationKind, ...]
    reinstatements: tuple[Reinstatement, ...] = ()
    development: Development

    def license_type(self, code: str) -> LicenseType:
        """The type of license. Raises `KeyError`."""
        return self._license_types[code]

    def has_license_type(self, code: str) -> bool:
        """Whether this state issues such licenses."""
        return code in self._license_types

    def find_license_type(self, code: str) -> LicenseType | None:
        """The type of license, if this state knows it."""
        return self._license_types.get(code)

    def find_license_class(self, code: str) -> LicenseClass | None:
        """The class of license, if this state knows it."""
        return self._license_classes.get(code)

    def find_endorsement(self, code: str) -> Endorsement | None:
        """The endorsement, if this state knows it."""
        return self._endorsements.get(code)

    def endorsement(self, code: str) -> Endorsement:
        """The endorsement. Raises `KeyError`."""
        return self._endorsements[code]

    def unit(self, code: str) -> Unit:
        """The unit. Raises `KeyError`."""
        return self._units[code]

    def unit_name(self, code: str) -> str:
        """What people call the unit; the code itself where this policy has none (it may be from another time)."""
        known = self._units.get(code)
        return known.name if known else code

    def find_credit_type(self, code: str) -> CreditType | None:
        """The kind of credit, if this state knows it."""
        return self._credit_types.get(code)

    def credit_type(self, code: str) -> CreditType:
        """The kind of credit. Raises `KeyError`."""
        return self._credit_types[code]

    def find_loaded_type(self, unit: str) -> CreditType | None:
        """The kind of credit that the department loads in a unit: one that it alone enters, before any other."""
        kinds = [kind for kind in self.development.credit_types if kind.unit == unit]
        loaded = [kind for kind in kinds if "department" in kind.entered_by]
        return min(loaded, key=lambda kind: len(kind.entered_by), default=None)

    def find_option(self, code: str) -> RenewalOption | None:
        """The renewal option, if this state knows it."""
        return self._options.get(code)

    def options_for(self, license_type: str, license_class: str) -> tuple[RenewalOption, ...]:
        """The ways to renew a license of this type and class, in the file's order."""
        return tuple(o for o in self.development.options if o.is_for(license_type, license_class))

    def renews_late(self, license_type: str) -> bool:
        """Whether licenses of this type can still be renewed after they have ended."""
        return license_type in self._renewed_late

    def application(self, kind: str) -> ApplicationKind:
        """The kind of application. Raises `KeyError`."""
        return self._applications[kind]

    def worth(self, amount: Decimal, unit: str, into: str) -> Decimal:
        """What an amount of one unit counts in another: nothing where the state has no conversion."""
        if unit == into:
            return amount
        return amount * self._conversions.get((unit, into), Decimal(0))

    @cached_property
    def _license_types(self) -> dict[str, LicenseType]:
        return _by_code(self.license_types, lambda row: row.code)

    @cached_property
    def _license_classes(self) -> dict[str, LicenseClass]:
        return _by_code(self.license_classes, lambda row: row.code)

    @cached_property
    def _endorsements(self) -> dict[str, Endorsement]:
        return _by_code(self.endorsements, lambda row: row.code)

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return _by_code(self.development.units, lambda row: row.code)

    @cached_property
    def _credit_types(self) -> dict[str, CreditType]:
        return _by_code(self.development.credit_types, lambda row: row.code)

    @cached_property
    def _options(self) -> dict[str, RenewalOption]:
        return _by_code(self.development.options, lambda row: row.code)

    @cached_property
    def _renewed_late(self) -> frozenset[str]:
        late = (option for option in self.development.options if option.after_end != "no")
        return frozenset(code for option in late for code in option.types)

    @cached_property
    def _applications(self) -> dict[str, ApplicationKind]:
        return _by_code(self.applications, lambda row: row.code)

    @cached_property
    def _conversions(self) -> dict[tuple[str, str], Decimal]:
        return {(c.unit, c.into): c.factor for c in self.development.conversions}

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        """Building the look-ups refuses a code that is there twice, when the file is read and not later."""
        tables = (
            self._license_types, self._license_classes, self._endorsements, self._units, self._credit_types,
            self._options, self._applications,
        )  # fmt: skip
        assert all(isinstance(table, dict) for table in tables)
        return self

    @model_validator(mode="after")
    def _codes_are_known(self) -> Self:
        """A code that no table declares is a slip in the file: say which, where."""
        types, classes = set(self._license_types), set(self._license_classes)
        groups = {row.code for row in self.development.groups}
        for row in self.license_types:
            _known(f"license_types.{row.code}.classes", row.classes, classes)
        for kind in self.applications:
            _known(f"applications.{kind.code}.types", (*kind.types, *kind.leads_to), types)
        for credit in self.development.credit_types:
            _known(f"development.credit_types.{credit.code}.unit", [credit.unit], self._units)
            _known(f"development.credit_types.{credit.code}.groups", credit.groups, groups)
            loaded = [credit.loaded_group] if credit.loaded_group else []
            _known(f"development.credit_types.{credit.code}.loaded_group", loaded, credit.groups)
        for option in self.development.options:
            where = f"development.options.{option.code}"
            _known(f"{where}.types", (*option.types, *option.needs_another_active), types)
            _known(f"{where}.classes", option.classes, classes)
            _known(f"{where}.needs.unit", option.units, self._units)
            _known(f"{where}.needs.group", [n.group for n in option.needs if n.group], groups)
        for conversion in self.development.conversions:
            _known("development.conversions", (conversion.unit, conversion.into), self._units)
        for way in self.reinstatements:
            _known(f"reinstatements.{way.code}.unit", [way.unit] if way.unit else [], self._units)
        return self


def _by_code(rows: Iterable[T], code: Callable[[T], str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for row in rows:
        if code(row) in found:
            raise ValueError(f"{type(row).__name__} {code(row)!r} is there twice")
        found[code(row)] = row
    return found


def _known(where: str, codes: Iterable[str], declared: Iterable[str]) -> None:
    unknown = sorted(set(codes) - set(declared))
    if unknown:
        raise ValueError(f"{where}: {', '.join(unknown)} is declared nowhere in this file")
