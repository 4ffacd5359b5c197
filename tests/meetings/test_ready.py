"""Ready agendas, and agendas as people type them."""

from __future__ import annotations

from crm.meetings.ready import Ready, read_lines, ready_items, write_lines


def test_lines_are_read_as_an_agenda_and_nothing_of_them_is_lost():
    typed = """10 minutes: who we are
    - 15 min what we demand\n2. Whom we bring (20 Min.)\n10 minutos: quién hace qué\n5′ – break

    19:30: doors\n999 minutes: forever\nThe next date, 5 min\n5 minutes\n90 minutemen came"""
    read = [(one.title, one.minutes) for one in read_lines(typed)]
    assert read == [
        ("who we are", 10), ("what we demand", 15), ("Whom we bring", 20), ("quién hace qué", 10),
        ("break", 5), ("19:30: doors", 0), ("999 minutes: forever", 0), ("The next date", 5),
        ("5 minutes", 0), ("90 minutemen came", 0),
    ]  # fmt: skip
    (long,) = read_lines("10 min: " + "word " * 60)
    assert len(long.title) <= 200 and f"{long.title} {long.note}" == "word " * 59 + "word"
    many = read_lines("\n".join(f"Item {number}" for number in range(60)))
    assert len(many) == 40 and many[-1].note.endswith("Item 59")
    for ready in Ready:
        assert read_lines(write_lines(ready_items(ready))) == ready_items(ready)
