"""Whether two values stand in order, as far as every server would say the same."""

from typing import Any

from mediatasks.contracts.equality import instant


def ordered(before: Any, value: Any, descending: bool) -> bool:
    """Whether `value` may follow `before`. Values that servers compare in different ways always may."""
    return not comes_before(value, before, descending)


def comes_before(value: Any, other: Any, descending: bool) -> bool:
    """Whether `value` must stand before `other`."""
    if descending:
        value, other = other, value
    pairs = _comparable(value, other)
    return bool(pairs) and all(left < right for left, right in pairs)


def _comparable(value: Any, other: Any) -> list[tuple[Any, Any]]:
    """Return the two in every form in which a server may compare them; nothing where it is not clear."""
    numbers = [v for v in (value, other) if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) == 2:
        return [(value, other)]
    if not isinstance(value, str) or not isinstance(other, str):
        return []
    moments = instant(value), instant(other)
    if None not in moments:
        return [moments]
    # Capitals count or do not; a collation may pass over all that is no letter and no digit.
    plain = ["".join(c for c in text.casefold() if c.isalnum()) for text in (value, other)]
    return [(value, other), (value.casefold(), other.casefold()), (plain[0], plain[1])]
