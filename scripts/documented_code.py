"""Write the Python blocks of the README and of the doc pages as modules, for type checkers to read.

    python scripts/documented_code.py FOLDER

A page becomes one module, whose lines have the numbers that they have in the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Write the modules into the folder that is named; return the exit code."""
    if len(arguments) != 1:
        print("usage: documented_code.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for page, code in modules():
        (folder / f"{name_of(page)}.py").write_text(code)
    return 0


def modules() -> Iterator[tuple[Path, str]]:
    """Yield each page that has Python blocks, and the code of it."""
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        code = blocks_of(page.read_text())
        if code.strip():
            yield page, code


def name_of(page: Path) -> str:
    """Return the name of a page's module."""
    path = page.relative_to(ROOT).with_suffix("")
    return "_".join(path.parts).replace("-", "_").lower()


def blocks_of(text: str) -> str:
    """Return a page with all lines blank that stand in no Python block."""
    kept, inside = [], False
    for line in text.splitlines():
        fence = line.startswith("```")
        if fence:
            inside = not inside and line.removeprefix("```").strip() in ("python", "py")
        kept.append(line if inside and not fence else "")
    return "\n".join(kept) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
