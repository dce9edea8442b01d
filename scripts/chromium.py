"""Where the machine's Chromium is, and how it is started without looking for hosts of its maker."""

from __future__ import annotations

import os
import shutil

VARIABLE = "MEDIATASKS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str:
    """Return the path of Chromium or Chrome; empty where there is none."""
    return os.environ.get(VARIABLE, "") or next(filter(None, map(shutil.which, NAMES)), "")
