"""`flask mail test`."""

from __future__ import annotations


def test_it_says_what_the_server_answered(app, post):
    result = app.test_cli_runner().invoke(args=["mail", "test", "ana@people.example"])
    assert result.exit_code == 0
    assert "250 2.0.0 queued as 42" in result.output
    assert post.letters[0].recipients == ["ana@people.example"]


def test_it_says_why_the_server_refused(app, post):
    post.to_recipient = "550 5.1.1 no such person"
    result = app.test_cli_runner().invoke(args=["mail", "test", "ana@people.example"])
    assert result.exit_code == 1
    assert "550 5.1.1 no such person" in result.stderr
    assert result.stderr.count("\n") == 1


def test_it_says_that_nobody_answers(app, post):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
    result = app.test_cli_runner().invoke(args=["mail", "test", "ana@people.example"])
    assert result.exit_code == 1
    assert "127.0.0.1:1 did not take it" in result.stderr


def test_without_a_server_it_says_how_to_set_one(app):
    result = app.test_cli_runner().invoke(args=["mail", "test", "ana@people.example"])
    assert result.exit_code == 1
    assert "MAIL_URL is not set" in result.stderr
