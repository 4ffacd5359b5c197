"""The program, for a WSGI server and for `flask`."""

import gc
import sys

# Nothing that is loaded now is garbage: to look for some meanwhile took an eighth of the time.
gc.disable()

from config import SettingsError, from_environment  # noqa: E402
from crm import create_app  # noqa: E402

try:
    app = create_app(from_environment())
except SettingsError as error:
    sys.exit(f"Error: {error}")
# What is loaded by now stays: to look through it for garbage, at the latest at the end, takes a second.
gc.freeze()
gc.enable()
# A request makes thousands of objects and leaves none behind: to look through them after every seven hundred
# took a twentieth of its time.
gc.set_threshold(20_000, 20, 20)
