"""The one reader of Retry-After (RFC 9110, 10.2.3)."""

import email.utils
import re
import time
from datetime import UTC

# A fraction is no form of the RFC; servers send it, and it can only mean one thing.
_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?")


def read_retry_after(text: str) -> float:
    """Return the seconds from now that a header asks to wait: a number or a date; 0 for anything else."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
        if moment.tzinfo is None:
            # The old form of an HTTP date states no zone; it is in UTC (RFC 9110, 5.6.7).
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
