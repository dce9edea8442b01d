import sys

import lint_specs
import pytest


@pytest.mark.parametrize("option", ["--rules", "--format=json"])
@pytest.mark.parametrize("module", ["openapi_spec_validator", "jsonschema"])
def test_a_missing_package_exits_with_2_and_one_line_that_names_what_to_install(
    monkeypatch, capsys, module, option
):
    for name in [n for n in sys.modules if n.startswith("spec_rules.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    assert lint_specs.main([option]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(
        f"error: the lint needs the module `{module}`: pip install 'openapi-spec-validator>="
    )
    assert error.count("\n") == 1
