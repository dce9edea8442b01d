"""Read contract files safely: YAML without tags, aliases or duplicate keys, and JSON; bounded in size."""

import json
from pathlib import Path
from typing import Any, ClassVar

from mediatasks.errors import ContractError, MissingExtra

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 100


def read_text(path: Path) -> str:
    """Return the text of `path`. Raises ContractError if it is missing, too large or not UTF-8."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ContractError(str(path), f"is {size} bytes long, the limit is {MAX_BYTES}")
        return path.read_text("utf-8")
    except OSError as error:
        raise ContractError(str(path), f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ContractError(str(path), f"is not UTF-8 at byte {error.start}") from None


def read_json(path: Path) -> Any:
    """Return the JSON document at `path`. Raises ContractError."""
    try:
        document = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise ContractError(
            f"{path}:{error.lineno}", f"is malformed JSON at column {error.colno}"
        ) from None
    except RecursionError:
        raise ContractError(str(path), f"is nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        # Python reads no integer of more than 4,300 digits.
        raise ContractError(str(path), "holds a number with too many digits") from None
    return document


def read_yaml(path: Path) -> Any:
    """Return the YAML document at `path`; dates stay strings. Raises ContractError."""
    try:
        import yaml
    except ModuleNotFoundError:
        raise MissingExtra("reading YAML", "mock") from None
    text = read_text(path)
    try:
        depth = 0
        for event in yaml.parse(text, _loader(yaml)):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent):
                line = _line(event.start_mark)
                raise ContractError(f"{path}:{line}", "uses an alias; write the value out")
            if depth > MAX_DEPTH:
                raise ContractError(str(path), f"is nested deeper than {MAX_DEPTH} levels")
        # A subclass of the safe loader.
        return yaml.load(text, _loader(yaml))
    except _BadKey as error:
        raise ContractError(f"{path}:{error.line}", f"is not valid YAML: {error.problem}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        if isinstance(error, yaml.constructor.ConstructorError):
            problem = "uses a tag or a value that contracts do not have"
        else:
            problem = f"is malformed YAML at column {mark.column + 1}" if mark else "is malformed YAML"
        raise ContractError(f"{path}:{_line(mark)}", problem) from None
    except (ValueError, AttributeError, OverflowError):
        problem = "holds a number with too many digits, or a value that is not what its tag says"
        raise ContractError(str(path), problem) from None
    except yaml.YAMLError:
        raise ContractError(
            str(path), "is malformed YAML: it holds a character that YAML forbids"
        ) from None


class _BadKey(Exception):
    """A key of a mapping is not a string, or stands twice."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem, line)
        self.problem, self.line = problem, line


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


def _loader(yaml: Any) -> Any:
    """Return a safe loader class that refuses duplicate and non-string keys, and keeps dates as text."""
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type] # which base is known at run time only
        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
            first: [(tag, regexp) for tag, regexp in pairs if not tag.endswith(":timestamp")]
            for first, pairs in base.yaml_implicit_resolvers.items()
        }

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
            seen: set[str] = set()
            for key_node, _ in node.value:
                key = key_node.value
                if not isinstance(key, str) or key_node.tag != "tag:yaml.org,2002:str":
                    problem = f"the key `{key}` is not a string; quote it"
                elif key in seen:
                    problem = f"the key `{key}` stands twice"
                else:
                    seen.add(key)
                    continue
                raise _BadKey(problem, _line(key_node.start_mark))
            mapping: dict[str, Any] = super().construct_mapping(node, deep=True)
            return mapping

    return Loader
