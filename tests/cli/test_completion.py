"""Completion as real shells do it: commands, options, choices, names of the contracts."""

import os
import shutil
import subprocess
import sys

import pytest

from mediatasks.cli import completion, main
from mediatasks.errors import MissingExtra
from tests.conftest import MADE_UP
from tests.contracts.test_store import FIVE

BASH = shutil.which("bash")
# What bash does at Tab: it calls the function that is registered for the program.
ASK = """
eval "$(mediatasks --print-completion bash)"
line=$1
COMP_LINE=$line COMP_POINT=${#line} COMP_TYPE=9
read -ra COMP_WORDS <<< "$line"
[[ $line == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
function=$(complete -p mediatasks | sed -E 's/.*-F ([^ ]+) .*/\\1/')
$function mediatasks "${COMP_WORDS[$COMP_CWORD]}" ""
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The variables of a shell that finds the program, as it is in the source."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "mediatasks"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfrom mediatasks.cli.main import main\nsys.exit(main())\n"
    )
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def complete(environment):
    """Return what completes a line in a real bash."""

    def ask(line, **variables):
        answer = subprocess.run(
            [BASH, "-c", ASK, "bash", line],
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return {word.strip() for word in answer.stdout.splitlines() if word.strip()}

    return ask


@pytest.mark.skipif(not BASH, reason="no bash on this machine")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mediatasks ", {*main.COMMANDS}),
        ("mediatasks pro", {"providers", "provenance"}),
        ("mediatasks --v", {"--version"}),
        ("mediatasks mock --al", {"--allow-egress"}),
        ("mediatasks mock ", {*FIVE}),
        ("mediatasks check kokoon l", {"livepeer"}),
        ("mediatasks spec --view ", {"plain", "calls"}),
        ("mediatasks validate vionlabs get_p", {"get_product_task"}),
        ("mediatasks check livepeer --operation list_", {"list_tasks"}),
        ("mediatasks check --phases fuzzing,", set()),
        ("mediatasks check --report jun", {"junit"}),
        ("mediatasks mock --fault rate", {"rate_limit"}),
    ],
)
def test_bash_is_told_what_may_follow(complete, line, words):
    assert words <= complete(line)


@pytest.mark.skipif(not BASH, reason="no bash on this machine")
def test_the_names_of_contracts_are_those_of_the_folder_in_use(complete):
    assert complete(f"mediatasks mock --contracts {MADE_UP} p") == {"press"}
    assert complete("mediatasks mock p", MEDIATASKS_CONTRACTS=str(MADE_UP)) == {"press"}


@pytest.mark.parametrize(
    "line", ["mediatasks mock --contracts /nowhere ", "mediatasks mock 'op", "mediatasks nothing "]
)
@pytest.mark.skipif(not BASH, reason="no bash on this machine")
def test_a_line_that_is_wrong_completes_without_a_complaint(complete, line):
    assert "Traceback" not in " ".join(complete(line))


def options_of(parser):
    return {o for action in parser._actions for o in action.option_strings}


@pytest.mark.skipif(not BASH, reason="no bash on this machine")
@pytest.mark.parametrize("command", main.COMMANDS)
def test_every_option_of_every_command_is_completed(complete, command):
    parser = main.build_parser(command)
    subparser = next(a for a in parser._actions if a.dest == "command").choices[command]
    assert complete(f"mediatasks {command} --") >= {o for o in options_of(subparser) if o.startswith("--")}


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_every_shell_gets_lines_for_the_program(shell, capsys):
    assert main.main(["--print-completion", shell]) == 0
    assert "mediatasks" in capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh on this machine")
def test_zsh_takes_the_lines(environment):
    lines = 'autoload -U compinit && compinit -u -D; eval "$(mediatasks --print-completion zsh)" && print ${_comps[mediatasks]}'
    answer = subprocess.run(
        ["zsh", "-fc", lines], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert (answer.returncode, bool(answer.stdout.strip()), answer.stderr) == (0, True, "")


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "argcomplete", None)
    with pytest.raises(MissingExtra, match="mock"):
        completion.print_completion("bash")


def test_every_completer_belongs_to_an_argument_that_there_is():
    known = set()
    for command in main.COMMANDS:
        parser = main.build_parser(command)
        subparser = next(a for a in parser._actions if a.dest == "command").choices[command]
        known |= options_of(subparser) | {a.dest for a in subparser._actions if not a.option_strings}
    assert set(completion._COMPLETERS) <= known
