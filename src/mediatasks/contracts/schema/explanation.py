"""What an error of jsonschema-rs says, as deviations in our words."""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.schema.messages import SECRET, cut, expected, got, listed, named
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.schema.secret_places import is_secret
from mediatasks.contracts.schema.unions import Form, nearest_form

_UNIONS = ("anyOf", "oneOf")
_TOO_MUCH = ("additionalProperties", "unevaluatedProperties")
# Keywords whose errors bear the name of another.
_OWN_NAME = ("minContains", "maxContains", "pattern")


class Explainer:
    """Explain the errors of one compiled schema; `root` is the document that was compiled."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root

    def explain(self, error: Any, body: Any) -> list[Mismatch]:
        """Return the deviations of `body` that an error says: of a union those of the nearest form."""
        explained = self._union if error.kind.name in _UNIONS else self._explained
        return list(explained(error, body))

    def _explained(self, error: Any, body: Any) -> Iterator[Mismatch]:
        steps, keyword, schema = tuple(error.instance_path), str(error.kind.name), self._schema_of(error)
        if keyword == "required":
            member = cut(str(error.kind.property))
            yield Mismatch("body", steps, f"the member `{member}`", _members(body, steps), keyword)
        elif keyword in _TOO_MUCH:
            known = f"no member besides {listed(schema.get('properties', {})) or 'those listed'}"
            for name in sorted(map(str, error.kind.unexpected)):
                yield Mismatch("body", (*steps, name), known, "a further member", keyword)
        elif keyword == "propertyNames":
            for found in self.explain(error.kind.error, error.kind.error.instance):
                wanted = f"names of members that are {found.expected}"
                yield Mismatch("body", steps, wanted, got(error.kind.error.instance), keyword)
        else:
            last = str(error.schema_path[-1]) if error.schema_path else keyword
            asked = last if last in _OWN_NAME else keyword
            rule = schema.get(asked, error.kind.value)
            yield Mismatch("body", steps, expected(asked, rule), self._came(body, steps), keyword)

    def _union(self, error: Any, body: Any) -> list[Mismatch]:
        keyword, steps = str(error.kind.name), tuple(error.instance_path)
        schemas = self._schema_of(error).get(keyword, [])
        forms = [
            Form(
                i,
                schemas[i] if i < len(schemas) else {},
                tuple(dict.fromkeys(d for inner in errors for d in self.explain(inner, body))),
            )
            for i, errors in enumerate(error.kind.context)
        ]
        return nearest_form(self.root, forms, steps, keyword, self._came(body, steps))

    def _schema_of(self, error: Any) -> Mapping[str, Any]:
        """Return the schema whose keyword is broken; empty where it cannot be found."""
        node: Any = self.root
        for step in list(error.schema_path)[:-1]:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return {}
        return node if isinstance(node, Mapping) else {}

    def _came(self, body: Any, steps: tuple[str | int, ...]) -> str:
        """Return the value that came, or that it is a secret."""
        return SECRET if is_secret(self.root, steps) else got(_at(body, steps))


def _members(body: Any, steps: tuple[str | int, ...]) -> str:
    """Return the members that an object has where another is missing."""
    value = _at(body, steps)
    return named(value) if isinstance(value, dict) else got(value)


def _at(body: Any, steps: tuple[str | int, ...]) -> Any:
    """Return the value itself, for the error holds a copy in which members have another order."""
    try:
        for step in steps:
            body = body[step]
    except (KeyError, IndexError, TypeError):
        # The name of a member is judged too, and stands at no place of its own.
        return None
    return body
