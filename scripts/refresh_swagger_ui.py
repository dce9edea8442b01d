"""Fetch the API reference of the mock's page from the npm registry: Swagger UI, pinned and verified.

`python scripts/refresh_swagger_ui.py` writes the files of the version that `source.json` names, and
fails where the registry's archive is not the one whose hash stands there. `--version X` moves to
another version, whose hash npm tells. Needs npm; nothing of the project needs it at run time.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src/mediatasks/mock/page/vendor/swagger-ui"
PACKAGE = "swagger-ui-dist"
FILES = ("swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css", "LICENSE", "NOTICE")


def npm(*words: str) -> str:
    """Run npm and return what it printed. Raises SystemExit where it fails."""
    try:
        done = subprocess.run(["npm", *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        sys.exit("error: npm is needed to fetch Swagger UI; install Node.js")
    if done.returncode:
        sys.exit(f"error: npm {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def fetch(version: str, integrity: str) -> dict[str, bytes]:
    """Return the files of a version. Raises SystemExit where the archive has another hash."""
    with tempfile.TemporaryDirectory() as folder:
        name = npm("pack", "--silent", f"{PACKAGE}@{version}", "--pack-destination", folder)
        archive = Path(folder) / name
        got = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if got != integrity:
            sys.exit(f"error: {name}\n  expected {integrity}\n  got      {got}")
        with tarfile.open(archive) as opened:
            members = {file: opened.extractfile(f"package/{file}") for file in FILES}
            return {file: member.read() for file, member in members.items() if member is not None}


def main() -> None:
    """Write the files and what they are."""
    source = FOLDER / "source.json"
    pinned = json.loads(source.read_text()) if source.is_file() else {}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--version", help="another version than the pinned one")
    version = parser.parse_args().version or pinned["version"]
    kept = version == pinned.get("version")
    integrity = pinned["integrity"] if kept else npm("view", f"{PACKAGE}@{version}", "dist.integrity")
    files = fetch(version, integrity)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    told = {"package": PACKAGE, "version": version, "integrity": integrity, "sha256": hashes}
    source.write_text(json.dumps(told, indent=2) + "\n")
    print(f"{PACKAGE} {version}: {sum(map(len, files.values())):,} bytes in {FOLDER}")


if __name__ == "__main__":
    main()
