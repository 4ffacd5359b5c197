"""The program, for a WSGI server and for `flask`."""

from config import from_environment
from crm import create_app

app = create_app(from_environment())
