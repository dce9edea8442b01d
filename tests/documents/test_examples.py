import documents
import pytest
import yaml

from mediatasks.contracts.compose.extensions import read_extensions
from mediatasks.errors import ContractError
from tests.conftest import MADE_UP

TEXT = documents.describe_extensions(read_extensions())


@pytest.mark.parametrize(
    ("file", "member"), [("press/openapi.yaml", "x-lifecycle"), ("render/envelope.yaml", "x-rpc")]
)
def test_the_worked_example_is_that_of_the_made_up_contract(file, member):
    whole = yaml.safe_load((MADE_UP / file).read_text())
    blocks = [yaml.safe_load(part.partition("```")[0]) for part in TEXT.split("```yaml\n")[1:]]
    assert {member: whole[member]} in blocks


def test_the_examples_stand_before_the_keys():
    assert TEXT.index("```yaml") < TEXT.index("\n## Keys\n") < TEXT.index("\n## x-name\n")


def test_a_member_that_is_gone_is_an_error():
    with pytest.raises(ContractError, match="has no member `x-gone`"):
        documents.quote_member(MADE_UP / "press/openapi.yaml", "x-gone")
