"""Muster: the CRM of a coalition."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Settings
from crm.access import requirement
from crm.accounts import sessions
from crm.calendars import feeds
from crm.coalitions import routing, shell
from crm.core import (
    assets,
    crypto,
    errors,
    formats,
    headers,
    kept,
    languages,
    migrating,
    navigation,
    templates,
    transactions,
)
from crm.core.addresses import Muster
from crm.core.asked import CleanRequest
from crm.core.db import db
from crm.core.patience import Patience
from crm.features import register_features
from crm.lockdown import holding
from crm.mail import server
from crm.representatives import sessions as group_sessions

FORM_LIMIT = 1024 * 1024
PARTS = (assets, errors, formats, headers, kept, languages, migrating, navigation, shell, server, templates)

csrf = CSRFProtect()


def create_app(settings: Settings) -> Flask:
    """The application for these settings. Raises SettingsError where they can't be used."""
    app = Muster(
        "crm",
        root_path=str(ROOT / "crm"),
        template_folder="../templates",
        instance_path=str(settings.instance),
    )
    app.request_class = CleanRequest
    app.config.from_mapping(_flask_config(settings))
    app.config.from_mapping(settings.extra)
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.production:
        # One proxy of our own in front: the visitor's address (for limits) and TLS are what it says.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    app.wsgi_app = Patience(app.wsgi_app, longest=FORM_LIMIT)  # type: ignore[method-assign]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    crypto.init_app(app, settings.field_keys)
    db.init_app(app)
    transactions.prepare_engine(app)
    app.before_request(errors.turn_away)
    # The order is the order of each request: the coalition, its feeds, then who looks, then the form's token.
    for step in (routing, feeds, sessions, group_sessions, requirement, holding):
        step.init_app(app)
    app.before_request(routing.let_write)
    csrf.init_app(app)
    for part in PARTS:
        part.init_app(app)
    register_features(app)
    return app


def _engine_options(settings: Settings) -> dict[str, object]:
    postgresql = settings.database_url.startswith("postgresql")
    return {
        "pool_pre_ping": postgresql,
        # The one that was used last knows its statements and the pages that they read.
        "pool_use_lifo": True,
        # What people typed must not reach a log by way of an error.
        "hide_parameters": True,
        # All that the program has: of the usual 500 many were compiled again and again.
        "query_cache_size": 4000,
        # SQLite keeps what it prepared, too: of the usual 128, one in ten was gone and took thrice as long.
        "connect_args": {} if postgresql else {"cached_statements": 500},
    }


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "BASE_URL": settings.base_url,
        "PRODUCTION": settings.production,
        "LIMITS": settings.limits,
        "FEED_GZIP": settings.feed_gzip,
        "DEMO": settings.demo,
        "MAIL_URL": settings.mail_url,
        "TESTING": settings.testing,
        "FIXED_CLOCK": settings.fixed_clock,
        "MAX_CONTENT_LENGTH": FORM_LIMIT,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_NAME": "__Host-muster" if settings.production else "muster",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
    }
