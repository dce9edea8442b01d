from mediatasks.contracts.nodes import nodes


def kinds(document):
    return {node.pointer: node.kind for node in nodes(document)}


def test_a_property_may_be_called_like_a_keyword():
    inner = {"properties": {"enum": {"type": "string"}}}
    found = kinds({"components": {"schemas": {"A": inner}}})
    assert found["/components/schemas/A/properties/enum"] == "property"


def test_the_value_of_an_example_is_not_entered():
    found = kinds({"components": {"examples": {"a": {"value": {"info": {"x-a": 1}}}}}})
    assert list(found) == ["", "/components", "/components/examples/a"]


def test_the_operation_of_a_webhook_is_told_apart():
    found = kinds({"webhooks": {"a": {"post": {}}}})
    assert found["/webhooks/a/post"] == "webhook operation"


def test_the_operation_of_a_callback_is_one_of_a_webhook():
    operation = {"callbacks": {"done": {"{$request.body#/url}": {"post": {}}}}}
    found = kinds({"paths": {"/a": {"post": operation}}})
    place = "/paths/~1a/post/callbacks/done/{$request.body#~1url}/post"
    assert found[place] == "webhook operation"


def test_a_member_of_the_wrong_type_is_passed_over():
    assert kinds({"paths": [], "components": {"schemas": 5}}) == {"": "root", "/components": "components"}
