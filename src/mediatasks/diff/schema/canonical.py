"""One text for schemas that say the same in other words: by it branches are recognised.

References are followed and unions taken apart as everywhere, to a few levels; below, the words count.
"""

from collections.abc import Iterator, Sequence

from mediatasks.diff.schema.alternatives import ANY, LISTING, Alternative, TooManyAlternatives, alternatives
from mediatasks.diff.schema.bounds import limits
from mediatasks.diff.schema.meaning import LISTS, MAPS, ONES, as_text, is_prose, meaning
from mediatasks.diff.schema.part import Part

_LEVELS = 3
_EVERYTHING = as_text([[ANY, None, []]])
_OPEN_ENDS = ("items", "additionalProperties")
# Type → the keywords that say something about it alone.
_KEYWORDS = {
    "string": ("minLength", "maxLength", "pattern"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": (
        *("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
        *("contains", "minContains", "maxContains"),
    ),
    "object": (
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "required"),
        *("minProperties", "maxProperties", "propertyNames", "dependentRequired", "dependentSchemas"),
    ),
}
_TYPES = {keyword: type for type, keywords in _KEYWORDS.items() for keyword in keywords}
# Keywords that say something only together.
_GROUPS = (
    ("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"),
    ("prefixItems", "items", "unevaluatedItems"),
    ("contains", "minContains", "maxContains"),
    ("if", "then", "else"),
)


def distinct(found: Sequence[Alternative]) -> list[Alternative]:
    """Return each alternative once, also where several branches say it."""
    return list(found) if len(found) < 2 else list({canonical(one): one for one in found}.values())


def canonical(alternative: Alternative) -> str:
    """Return the text of one alternative: two that have one text allow the same."""
    return _text(alternative, _LEVELS)


def _text(alternative: Alternative, levels: int) -> str:
    values = None if alternative.values is None else sorted(alternative.values)
    words = {word for part in alternative.parts for word in _words(part, alternative.type, levels)}
    words |= {as_text([k, limit]) for k, limit in limits(alternative.parts, alternative.type).items()}
    return as_text([alternative.type, values, sorted(words)])


def _words(part: Part, type: str, levels: int) -> Iterator[str]:
    """Yield what a schema says of a type, keyword by keyword; those that need each other as one."""
    named = "number" if type == "integer" else type
    said = {k: v for k, v in _said(part, levels) if type == ANY or _TYPES.get(k, named) == named}
    if named == "number":
        # See `limits`.
        said = {k: v for k, v in said.items() if k not in _KEYWORDS["number"]}
    for group in _GROUPS:
        members = {k: said.pop(k) for k in group if k in said}
        if members:
            yield as_text(members)
    for keyword, value in said.items():
        for each in value if keyword == "required" and isinstance(value, list) else [value]:
            yield as_text({keyword: each})


def _said(part: Part, levels: int) -> Iterator[tuple[str, object]]:
    for keyword, value in part.value.items():
        outside = keyword == "$ref" and part.target is None
        if is_prose(keyword) or (keyword in LISTING and not outside):
            continue
        if keyword in MAPS:
            yield keyword, {name: _schema(inner, levels) for name, inner in part.members(keyword)}
        elif keyword in LISTS:
            yield keyword, [_schema(inner, levels) for inner in part.items(keyword)]
        elif keyword in ONES and (inner := part.member(keyword)) is not None:
            text = _schema(inner, levels)
            if keyword not in _OPEN_ENDS or text != _EVERYTHING:
                yield keyword, text
        else:
            yield keyword, value


def _schema(part: Part, levels: int) -> str:
    if levels > 0:
        try:
            texts = {_text(one, levels - 1) for one in alternatives((part,))}
            return f"[{', '.join(sorted(texts))}]"
        except TooManyAlternatives:
            pass
    return as_text(meaning(part.value))
