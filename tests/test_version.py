"""The version that the package says of itself."""

from importlib.metadata import version

import mediatasks


def test_the_version_is_that_of_the_installed_package():
    assert mediatasks.__version__ == version("mediatasks")
    assert "__version__" in dir(mediatasks)
