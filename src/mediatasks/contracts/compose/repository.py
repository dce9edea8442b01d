"""Read files of a git revision, with the git program.

Nothing that is given becomes an option or a shell's word, nothing is written into the repository,
nothing is fetched, and output and time are bounded.
"""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mediatasks.contracts.compose.files import MAX_BYTES
from mediatasks.errors import ContractError, UsageError

_MAX_OUTPUT = 64 * 1024 * 1024
_MAX_FILES = 2000
_MAX_TOTAL = 64 * 1024 * 1024
_SECONDS = 60
_SHOWN = 300
_ORDINARY = ("100644", "100755")


@dataclass(frozen=True)
class GitFile:
    """A file of a revision: its path with slashes, the id of its content, and its size in bytes."""

    path: str
    id: str
    size: int


class Repository:
    """The git repository around a folder. Raises UsageError where there is none, or no git."""

    def __init__(self, folder: Path) -> None:
        top = _run(folder, ["rev-parse", "--show-toplevel"])
        if top is None:
            raise UsageError(f"{folder} is in no git repository")
        self.root = Path(os.fsdecode(top).removesuffix("\n"))

    def resolve(self, revision: str) -> str | None:
        """Return the id of the folder or file that `REV` or `REV:PATH` means; None where nothing does."""
        return self._id(revision if ":" in revision else f"{revision}^{{tree}}")

    def commit(self, revision: str) -> str | None:
        """Return the id of the commit that `revision` means; None where it means none."""
        return self._id(f"{revision}^{{commit}}")

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the id of the last commit that two commits have in common; None where there is none."""
        if self.commit(one) is None or self.commit(other) is None:
            return None
        found = _run(self.root, ["merge-base", "--end-of-options", one, other])
        return None if found is None else found.decode("ascii").strip()

    @property
    def shallow(self) -> bool:
        """Whether the clone lacks the beginning of its history."""
        return _run(self.root, ["rev-parse", "--is-shallow-repository"]) == b"true\n"

    def kind(self, object_id: str) -> str:
        """Return what an object is: `tree`, `blob`, …"""
        return (_run(self.root, ["cat-file", "-t", object_id]) or b"").decode("ascii").strip()

    def _id(self, name: str) -> str | None:
        if name.startswith("-"):
            raise UsageError(f"`{name}` is no revision: it begins with `-`")
        found = _run(self.root, ["rev-parse", "--verify", "--quiet", "--end-of-options", name])
        # A range or an exclusion prints other things than one id.
        text = b"" if found is None else found.strip()
        return text.decode("ascii") if re.fullmatch(rb"[0-9a-f]{40,64}", text) else None

    def files(self, tree: str) -> list[GitFile]:
        """Return the ordinary files below a folder: no links, no submodules."""
        listed = _run(self.root, ["ls-tree", "-r", "-l", "-z", "--full-tree", tree]) or b""
        found = []
        for line in filter(None, listed.split(b"\0")):
            facts, _, path = line.partition(b"\t")
            mode, _, object_id, size = facts.decode("ascii").split()
            if mode in _ORDINARY:
                found.append(GitFile(os.fsdecode(path), object_id, int(size)))
        return found

    def read(self, file: GitFile) -> bytes:
        """Return the content of a file. Raises ContractError if it is too large."""
        if file.size > MAX_BYTES:
            problem = f"is {file.size} bytes long, the limit is {MAX_BYTES}"
            raise ContractError(file.path, problem)
        content = _run(self.root, ["cat-file", "blob", file.id])
        if content is None:
            raise ContractError(file.path, "is not in this clone: it may be partial; fetch it")
        return content

    def working_files(self) -> list[str]:
        """Return the paths of the working tree, those that git ignores left out."""
        command = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--full-name"]
        listed = _run(self.root, command) or b""
        return sorted({os.fsdecode(path) for path in listed.split(b"\0") if path})

    def copy(self, files: Sequence[GitFile], folder: Path) -> None:
        """Write files below `folder`. Raises ContractError for too many, or a path that leads out of it."""
        if len(files) > _MAX_FILES or sum(file.size for file in files) > _MAX_TOTAL:
            limits = f"{_MAX_FILES} files or {_MAX_TOTAL} bytes"
            raise ContractError(files[0].path, f"is one of more than {limits}", "name one folder: REV:PATH")
        for file in files:
            target = folder.joinpath(*file.path.split("/"))
            if ".." in target.parts or not target.is_relative_to(folder):
                raise ContractError(file.path, "leads out of its folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(self.read(file))


def _run(folder: Path, words: Sequence[str]) -> bytes | None:
    """Return what git prints; None where what it is asked for is not there. Raises UsageError."""
    environment = os.environ | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
    command = ["git", "-c", "core.quotePath=false", *words]
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        except FileNotFoundError:
            raise UsageError("git is not installed; give files or folders instead of revisions") from None
        with process:
            output = _read(process)
        errors.seek(0)
        said = errors.read(_SHOWN).decode("utf-8", "replace").strip()
    if process.returncode == 0:
        return output
    if process.returncode < 0:
        raise UsageError(f"git {words[0]} was ended after {_SECONDS} seconds")
    # git says more than "not there": its words are the best advice.
    if said and "not a git repository" not in said and "Not a valid object" not in said:
        raise UsageError(f"git {words[0]} failed: {said}")
    return None


def _read(process: subprocess.Popen[bytes]) -> bytes:
    """Return the output of a process, which is ended when it says too much or takes too long."""
    timer = threading.Timer(_SECONDS, process.kill)
    timer.start()
    try:
        assert process.stdout is not None
        output = process.stdout.read(_MAX_OUTPUT + 1)
        if len(output) > _MAX_OUTPUT:
            process.kill()
            raise UsageError(f"git printed more than {_MAX_OUTPUT} bytes")
        process.wait()
    finally:
        timer.cancel()
    return output
