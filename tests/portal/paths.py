"""Every page there is, and who may open it. Whoever adds a page adds its row: the tests walk this table."""

from tests.portal.answers import BATCH_ID, DISTRICT, LETTER, LICENSE

EVERYBODY = ("-", "maria", "lee", "directory", "officer", "printer", "operator")
SIGNED_IN = EVERYBODY[1:]

PAGES: dict[str, tuple[str, ...]] = {
    "/": EVERYBODY,
    "/lookup": EVERYBODY,
    "/lookup?q=Lopez": EVERYBODY,
    "/lookup?q=Zzz": EVERYBODY,
    "/v/a7Qk2m9XwZ": EVERYBODY,
    "/v/suspended1": EVERYBODY,
    "/directory-administrators": EVERYBODY,
    "/service-status": EVERYBODY,
    "/help": EVERYBODY,
    "/help/educator": EVERYBODY,
    "/help/approver": EVERYBODY,
    "/help/directory": EVERYBODY,
    "/help/loads": EVERYBODY,
    "/help/print": EVERYBODY,
    "/help/operations": EVERYBODY,
    "/sign-in": EVERYBODY,
    "/recover": EVERYBODY,
    "/account/create": EVERYBODY,
    "/home": SIGNED_IN,
    "/account": SIGNED_IN,
    "/account/password": SIGNED_IN,
    "/messages": SIGNED_IN,
    f"/messages/{LETTER}": SIGNED_IN,
    "/licenses/MS204417": SIGNED_IN,  # whose license it is, credentials decides
    "/licenses/MS204417/development": SIGNED_IN,
    "/licenses/MS204417/plan": SIGNED_IN,
    "/licenses/MS204417/add-ceu": SIGNED_IN,
    "/licenses/MS204417/add-coursework": SIGNED_IN,
    "/licenses/MS204417/add-evidence": SIGNED_IN,
    "/renew/MS204417": SIGNED_IN,
    "/renew/MS204417?step=proof&option=A-CEU": SIGNED_IN,
    "/renew/MS204417?step=address&option=A-CEU": SIGNED_IN,
    "/renew/MS204417?step=check&option=A-CEU": SIGNED_IN,
    "/applications/R-2026-04417": SIGNED_IN,
    "/applications/R-2026-04417/proof": SIGNED_IN,
    "/queue": ("lee", "officer"),
    "/queue/R-2026-04417": SIGNED_IN,  # renewals decides who sees a case
    "/forecast": ("lee", "officer"),
    f"/forecast?district={DISTRICT}": ("lee", "officer"),
    "/delegations": ("lee",),
    "/directory": ("directory",),
    "/office/loads": ("officer",),
    f"/office/loads/{LICENSE}": ("officer",),
    f"/office/loads/{LICENSE}/recall": ("officer",),
    "/print": ("printer", "officer", "operator"),
    f"/print/batches/{BATCH_ID}": ("printer", "officer", "operator"),
    "/print/scan": ("printer", "officer", "operator"),
    "/print/stock": ("printer", "officer", "operator"),
    "/ops": ("operator",),
    "/ops/dead-letters": ("operator",),
}
