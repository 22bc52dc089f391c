"""A service's page for programmers, `/docs`: its OpenAPI document, made readable here.

FastAPI's own page loads Swagger UI from a CDN: blank where there is no way out, and where there is one, strangers'
scripts run on our origin, the portal's among them. This page has no script at all; tools take `/openapi.json`.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

Json = Mapping[str, Any]

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
code, summary b { font-family: ui-monospace, monospace; font-size: .9rem }
summary { cursor: pointer; padding: .3rem 0 }
details { border-bottom: 1px solid #ccc }
table { border-collapse: collapse; margin: .5rem 0 1rem }
th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; border-top: 1px solid #e6e6e6 }
"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
}


async def show(request: Request) -> HTMLResponse:
    """Every route with what it takes and answers, then every schema."""
    return HTMLResponse(page(request.app.openapi()), headers=_HEADERS)


def page(document: Json) -> str:
    """The document as HTML."""
    title, about = escape(document["info"]["title"]), escape(document["info"].get("description", ""))
    schemas = document.get("components", {}).get("schemas", {})
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>
<body><h1>{title}</h1><p>{about}</p>
<p>For tools: <a href="/openapi.json">openapi.json</a>. Refusals are problem+json (RFC 9457), with code and field.</p>
<h2>Routes</h2>{"".join(_routes(document["paths"]))}
<h2>Schemas</h2>{"".join(_schema(name, schemas[name]) for name in sorted(schemas))}
</body></html>"""


def _routes(paths: Json) -> Iterable[str]:
    for path, methods in paths.items():
        for method, route in methods.items():
            name = f"<b>{method.upper()} {escape(path)}</b> {escape(route.get('summary', ''))}"
            parts = "".join((_text(route), _parameters(route), _body(route), *_answers(route)))
            yield f"<details><summary>{name}</summary>{parts}</details>\n"


def _text(about: Json) -> str:
    return f"<p>{escape(about['description'])}</p>" if about.get("description") else ""


def _parameters(route: Json) -> str:
    rows = [(f"{p['name']} ({p['in']})", p.get("required", False), p["schema"]) for p in route.get("parameters", ())]
    return _table(rows)


def _body(route: Json) -> str:
    content = route.get("requestBody", {}).get("content", {})
    return "".join(f"<p>Takes {escape(kind)}: {_kind(each.get('schema', {}))}</p>" for kind, each in content.items())


def _answers(route: Json) -> Iterable[str]:
    for status, answer in route["responses"].items():
        kinds = [_kind(each.get("schema", {})) for each in answer.get("content", {}).values()]
        yield f"<p>{escape(status)}: {' or '.join(kinds) or escape(answer['description'])}</p>"


def _schema(name: str, schema: Json) -> str:
    required = schema.get("required", ())
    rows = [(field, field in required, each) for field, each in schema.get("properties", {}).items()]
    return f'<h3 id="{escape(name)}">{escape(name)}</h3>{_text(schema)}{_table(rows) if rows else _kind(schema)}\n'


def _table(rows: Iterable[tuple[str, bool, Json]]) -> str:
    lines = [
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{_kind(schema)}{"" if needed else ", optional"}</td>'
        f"<td>{escape(schema.get('description', ''))}</td></tr>"
        for name, needed, schema in rows
    ]
    return f"<table>{''.join(lines)}</table>" if lines else ""


def _kind(schema: Json) -> str:
    """What a value is, in a few words; a schema of its own is a link."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " or ".join(_kind(each) for each in schema[choice])
    if values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in values)
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(schema.get("format") or schema.get("type") or "anything")
