"""The version that the package says of itself."""

from importlib.metadata import version

import mediatasks_clients

import mediatasks


def test_the_version_is_that_of_the_installed_package():
    assert mediatasks.__version__ == version("mediatasks")
    assert "__version__" in dir(mediatasks)


def test_a_star_import_gives_the_clients_and_nothing_else():
    names = {}
    exec("from mediatasks import *", names)
    del names["__builtins__"]
    assert set(names) == set(mediatasks_clients.CLIENTS)
