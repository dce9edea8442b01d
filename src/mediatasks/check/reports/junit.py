"""The result of one provider as JUnit XML: a test case per operation.

A failure is what makes the exit code 1, so that a pipeline and its test report say the same; other
findings stand in the output of the test case.
"""

from xml.etree import ElementTree

from mediatasks.check.reports.result import OperationResult, ProviderResult
from mediatasks.judge.finding import Finding


def build_junit(result: ProviderResult, fail_on: str) -> bytes:
    """Return the XML; findings at or above `fail_on` are failures."""
    failed = [any(f.fails(fail_on) for f in o.findings) for o in result.operations]
    totals = {"tests": str(len(failed)), "failures": str(sum(failed)), "errors": "0"}
    time = {"time": f"{result.seconds:.2f}"}
    root = ElementTree.Element("testsuites", totals | time)
    suite = ElementTree.SubElement(root, "testsuite", {"name": result.provider} | totals | time)
    for operation in result.operations:
        _add_case(suite, result.provider, operation, fail_on)
    if result.silences:
        said = "\n".join(f"not judged: {line}" for line in result.silences)
        ElementTree.SubElement(suite, "system-out").text = _printable(said)
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return xml


def _add_case(suite: ElementTree.Element, provider: str, operation: OperationResult, fail_on: str) -> None:
    names = {"classname": provider, "name": _printable(operation.operation)}
    case = ElementTree.SubElement(suite, "testcase", names)
    failures = [f for f in operation.findings if f.fails(fail_on)]
    others = [f for f in operation.findings if not f.fails(fail_on)]
    if failures:
        # Most readers show one failure of a test case only.
        kinds = {"type": failures[0].rule, "message": _headline(failures[0])}
        ElementTree.SubElement(case, "failure", kinds).text = "\n\n".join(map(_text, failures))
    if operation.withheld and not operation.findings:
        ElementTree.SubElement(case, "skipped", {"message": operation.note})
        return
    said = [*map(_text, others), *([f"note: {operation.note}"] if operation.note else [])]
    if said:
        ElementTree.SubElement(case, "system-out").text = _printable("\n\n".join(said))


def _headline(finding: Finding) -> str:
    return _printable(f"{finding.place}: expected {finding.expected}, got {finding.got}")


def _text(finding: Finding) -> str:
    command = [f"  {finding.reproduce}"] if finding.reproduce else []
    return _printable("\n".join([*finding.lines(), *command]))


def _printable(text: str) -> str:
    """Return text without what XML cannot hold."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
