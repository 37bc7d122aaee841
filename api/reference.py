"""The description of the JSON interface: OpenAPI 3.1, and the same as a page that needs no script and no other server.

The framework writes down paths, parameters and bodies; what holds for every operation is added here in one place: the
problems it may answer, the key a write needs, and who may call it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Request, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.routes import HTTPRoute

from api.answers import JSON
from api.identity import PUBLIC, UNSAFE, needs
from api.json_schemas import closed, put_right
from api.languages import preferred, said
from api.sentences import FAULT_STATUSES, FAULTS, REFUSALS, STATUSES

T = TypeVar("T")

DOCUMENTED = ("/v1", "/health")
OF_EVERY_READ = (400, 401, 403, 404, 503)
OF_EVERY_WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "application/problem+json"
FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}

KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Your name for this command, 8 to 128 visible ASCII characters. Sent again with the same key and "
    "body, a command is answered as before and has no second effect.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"},
}
LANGUAGE_PARAMETER: dict[str, Any] = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "zh-CN (as without it) or en: the language of sentences in problems.",
    "schema": {"type": "string"},
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


class Document(OpenAPIRenderPlugin):
    """`/schema/openapi.json`."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type="application/json")  # type: ignore[arg-type]

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document as JSON."""
        return _once(request.app, "reference json", lambda: JSON.encode(documented(request.app, openapi_schema)))


class Page(OpenAPIRenderPlugin):
    """`/schema`: the document for a person to read."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page in the reader's language."""
        language = preferred(request.headers.get("accept-language"))
        document = documented(request.app, openapi_schema)
        return _once(request.app, f"reference {language}", lambda: _page(document, language))


def config() -> OpenAPIConfig:
    """What the application is told about its description."""
    return OpenAPIConfig(
        title="Linli 邻里账本",
        version=version("linli"),
        description="Records of volunteer service: check-ins, points, care hours and what they are exchanged for. "
        "HEAD is answered wherever GET is.",
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, _method, _components: handler.handler_name,
        render_plugins=[Page(), Document()],
        openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, opt=needs(PUBLIC)),
    )


def documented(app: Litestar, schema: dict[str, Any]) -> dict[str, Any]:
    """The framework's `schema` with what holds for every operation. Made once for each application."""
    return _once(app, "reference", lambda: _documented(schema, {one.handler_name: one for one in _handlers(app)}))


def _once(app: Litestar, name: str, make: Callable[[], T]) -> T:
    """What `make` gives, kept with the application: all of it follows from the routes alone."""
    if name not in app.state:
        app.state[name] = make()
    return app.state[name]


def _page(document: dict[str, Any], language: str) -> bytes:
    page = _templates.get_template("reference.html").render(
        language=language,
        document=document,
        groups=_by_tag(document),
        shape=_shape,
        _=partial(said, language=language),
    )
    return page.encode()


def _documented(schema: dict[str, Any], handlers: dict[str, HTTPRouteHandler]) -> dict[str, Any]:
    paths = {path: put_right(item) for path, item in schema["paths"].items() if path.startswith(DOCUMENTED)}
    for item in paths.values():
        for method in METHODS:
            if method in item:
                item[method] = _operation(item[method], method, handlers[item[method]["operationId"]])
    operations = (item[method] for item in paths.values() for method in METHODS if method in item)
    schemas = closed(put_right(schema["components"].get("schemas", {})), operations)
    components = {
        "schemas": schemas | {"Problem": _problem_schema()},
        "responses": {f"Problem{status}": _problems(status, codes) for status, codes in sorted(_codes().items())},
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "description": "The token that POST /v1/sessions gives."},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-linli"},
        },
    }
    return {**schema, "openapi": "3.1.0", "paths": paths, "components": components}


def _operation(operation: dict[str, Any], method: str, handler: HTTPRouteHandler) -> dict[str, Any]:
    permission, is_write = str(handler.opt.get("permission")), method.upper() in UNSAFE
    statuses = OF_EVERY_WRITE if is_write else OF_EVERY_READ
    if permission == PUBLIC:
        statuses = tuple(status for status in statuses if is_write and status not in {401, 404, 409})
    declared = {str(code) for code in handler.responses or {}}
    answers = {
        code: answer for code, answer in operation["responses"].items() if code in declared or code.startswith("2")
    }
    if files := handler.opt.get("files"):
        answers["200"] = {**answers["200"], "content": dict.fromkeys(files, FILE)}
    answers |= {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}
    headers = [LANGUAGE_PARAMETER]
    if is_write and permission != PUBLIC and not handler.opt.get("without_key"):
        headers.append(KEY_PARAMETER)
    if pictures := handler.opt.get("pictures"):
        operation["requestBody"] = {"content": dict.fromkeys(sorted(pictures), FILE), "required": True}
    elif body := operation.get("requestBody"):
        operation["requestBody"] = {**body, "required": not handler.parsed_fn_signature.parameters["data"].has_default}
    return {
        **operation,
        "description": f"{operation.get('description', '')}\n\nNeeds: `{permission}`.".strip(),
        "parameters": [*operation.get("parameters", []), *headers],
        "responses": answers,
        "security": [] if permission == PUBLIC else [{"bearer": []}, {"cookie": []}],
    }


def _codes() -> dict[int, list[str]]:
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code, status in sorted((STATUSES | FAULT_STATUSES).items()):
        by_status[status].append(code)
    return by_status


def _problems(status: int, codes: list[str]) -> dict[str, Any]:
    headers = {"Retry-After": {"schema": {"type": "integer"}}} if status in {429, 503} else {}
    return {
        "description": "One of: " + ", ".join(f"`{code}`" for code in codes) + ".",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "headers": headers,
    }


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "RFC 9457, with our stable code and the facts of a refusal.",
        "required": ["type", "title", "status", "code", "request_id"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": {"type": "string", "enum": sorted(REFUSALS.keys() | FAULTS.keys())},
            "facts": {"type": "object", "additionalProperties": {"type": ["string", "integer", "null"]}},
            "request_id": text,
        },
    }


def _handlers(app: Litestar) -> Iterator[HTTPRouteHandler]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from (handler for handler in route.route_handlers if handler.resolve_include_in_schema())


def _by_tag(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, item in sorted(document["paths"].items()):
        for method in METHODS:
            if method in item:
                tag = (item[method].get("tags") or [path.split("/")[2]])[0]
                groups[tag].append({"method": method.upper(), "path": path, **item[method]})
    return dict(sorted(groups.items()))


def _shape(schema: dict[str, Any]) -> str:
    """A schema in a few words: its name, its list of choices, its type with bounds."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return " | ".join(_shape(one) for one in schema[key])
    if "enum" in schema:
        return " | ".join(repr(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_shape(schema.get('items', {}))}]"
    bounds = [f"{word} {schema[word]}" for word in ("minimum", "maximum", "minLength", "maxLength") if word in schema]
    kind = schema.get("format") or schema.get("type") or "any"
    return f"{kind} ({', '.join(bounds)})" if bounds else str(kind)
