"""Exceptions, replies and data classes come whole out of pickles, copies and process pools."""

import copy
import dataclasses
import importlib
import inspect
import multiprocessing
import pickle
import pkgutil
import types
from concurrent.futures import ProcessPoolExecutor

import msgspec
import pytest
from mediatasks_clients.taskengine import models

import mediatasks
from mediatasks.client import OperationSpec, Reply
from mediatasks.client.exchange import RawReply, Request
from mediatasks.client.replies.deviation import Deviation
from mediatasks.contracts.pointer import MISSING
from mediatasks.errors import ConnectionFailed, ContractError, MediatasksError, NotFound, WaitTimeout
from tests.contracts.test_store import FIVE

TASK = models.Job(id=5, queue_state=models.QueueState("melted"))
DEVIATION = Deviation("get_job", "/id", "an integer", "a string")
WAYS = [lambda v: pickle.loads(pickle.dumps(v)), copy.copy, copy.deepcopy, *(lambda v, p=p: pickle.loads(pickle.dumps(v, p)) for p in range(6))]  # fmt: skip
LOCKED = types.MappingProxyType({"x": object})


def modules():
    for found in pkgutil.walk_packages(mediatasks.__path__, "mediatasks."):
        if not found.name.endswith("__main__") and "schemathesis_" not in found.name:
            yield importlib.import_module(found.name)


def classes(kind):
    found = {c for m in modules() for _, c in inspect.getmembers(m, inspect.isclass) if issubclass(c, kind)}
    return sorted(
        (c for c in found if c.__module__.startswith("mediatasks.")), key=lambda c: c.__qualname__
    )


def public():
    """The classes that packages list as theirs."""
    for module in modules():
        for name in getattr(module, "__all__", ()):
            if inspect.isclass(member := getattr(module, name)) and dataclasses.is_dataclass(member):
                yield member


def sample(hint):
    hint = str(hint)
    values = {"bool": True, "int": 404, "float": 1.5, "bytes": b"\xff", "str": "é text"}
    for name, value in values.items():
        if hint in (name, f"<class '{name}'>"):
            return value
    others = {"Mapping[str, str]": {"retry-after": "3"}, "list[Any]": [5], "Deviation": DEVIATION}
    return others.get(hint, TASK)


def example(kind):
    try:
        parameters = inspect.signature(kind).parameters.values()
    except ValueError:
        return kind("a message")
    return kind(*(sample(p.annotation) for p in parameters if p.default is p.empty))


def raised(kind):
    error = example(kind)
    if isinstance(error, ConnectionFailed):
        error.operation, error.sent = "get_job", False
    try:
        raise error from OSError("the cause")
    except kind as caught:
        return caught


def throw(error):
    raise error


def give(value):
    return value


def check_same(got, error):
    assert type(got) is type(error)
    assert (str(got), got.args) == (str(error), error.args)
    assert {k: v for k, v in vars(got).items() if k != "__notes__"} == vars(error)


OURS = classes(MediatasksError)


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_exception_is_the_same_after_a_pickle_and_a_copy(kind):
    error = raised(kind)
    for way in WAYS:
        got = way(error)
        check_same(got, error)
        assert "the cause" in str(got.__cause__)
    assert "OSError: the cause" in str(pickle.loads(pickle.dumps(error)).__cause__)


def test_an_exception_of_each_kind_is_looked_at():
    assert {NotFound, WaitTimeout, ContractError} < set(OURS)
    assert len(OURS) > 18


@pytest.mark.parametrize("kind", classes(Exception), ids=lambda kind: kind.__name__)
def test_exceptions_inside_the_package_pickle_too(kind):
    error = example(kind)
    got = pickle.loads(pickle.dumps(error))
    assert (type(got), str(got), vars(got)) == (kind, str(error), vars(error))


def test_an_exception_leaves_out_what_does_not_pickle_and_keeps_the_rest():
    error = NotFound("get_x", 404, lambda: 0, b"", types.MappingProxyType({"retry-after": "3"}))
    got = pickle.loads(pickle.dumps(error))
    assert got.headers == {"retry-after": "3"}
    assert "lambda" in got.body
    assert (got.status, str(got)) == (404, str(error))


@pytest.fixture(scope="module")
def executor():
    with ProcessPoolExecutor(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def pool():
    with multiprocessing.Pool(1) as pool:
        yield pool


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_exception_comes_whole_out_of_a_process(kind, executor, pool):
    error = raised(kind)
    for call in (
        lambda: executor.submit(throw, error).result(60),
        lambda: pool.apply_async(throw, (error,)).get(60),
    ):
        with pytest.raises(kind) as caught:
            call()
        check_same(caught.value, error)


def test_a_reply_comes_whole_out_of_a_process(executor, pool):
    reply = Reply(200, types.MappingProxyType({"a": "b"}), b'{"id":5}', TASK)
    for got in (
        executor.submit(give, reply).result(60),
        pool.apply(give, (reply,)),
        *(way(reply) for way in WAYS),
    ):
        assert (got.status, got.headers, got.raw, got.result) == (200, {"a": "b"}, b'{"id":5}', TASK)
        assert got.result.queue_state == "melted"


@pytest.mark.parametrize(
    "kind", [*dict.fromkeys(public()), Request, RawReply], ids=lambda kind: kind.__name__
)
def test_every_public_data_class_is_the_same_after_a_pickle_and_a_copy(kind):
    value = example(kind)
    for way in WAYS:
        assert way(value) == value


@pytest.mark.parametrize("provider", FIVE)
def test_operations_and_models_of_every_provider_pickle(provider):
    package = importlib.import_module(f"mediatasks_clients.{provider}")
    for operation in package.client.OPERATIONS.values():
        operation.decoder(200)
        for way in WAYS:
            got: OperationSpec = way(operation)
            assert got == operation
            assert got.decoder(200)
    for name in package.models.__all__:
        kind = getattr(package.models, name)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            value = kind(**{f.name: 1 for f in msgspec.structs.fields(kind) if f.required})
            assert all(way(value) == value for way in WAYS)


def test_missing_stays_the_one_it_is():
    assert all(way(MISSING) is MISSING for way in WAYS)
