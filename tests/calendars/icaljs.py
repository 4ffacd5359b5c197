"""ical.js in a headless Chromium: the engine of Thunderbird and Nextcloud reads our feeds.

The browser is started by the first call, in a thread of its own (so that a test may drive another one), and
ended with the process.
"""

from __future__ import annotations

import atexit
import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from playwright.sync_api import sync_playwright

from tests import chromium

SOURCE = Path(__file__).with_name("vendor") / "ical.min.js"
EXPAND = """async ([source, feeds]) => {
  const ICAL = (await import(`data:text/javascript;base64,${source}`)).default;
  const seen = (item, start) => [
    start.toUnixTime(), item.uid, item.component.getFirstPropertyValue("status"), item.summary];
  return feeds.map(([text, from, to]) => {
    ICAL.TimezoneService.reset();
    const calendar = new ICAL.Component(ICAL.parse(text));
    for (const zone of calendar.getAllSubcomponents("vtimezone")) {
      ICAL.TimezoneService.register(zone);
    }
    const events = calendar.getAllSubcomponents("vevent");
    const moved = events.filter((event) => event.hasProperty("recurrence-id"));
    const found = [];
    for (const master of events.filter((event) => !event.hasProperty("recurrence-id"))) {
      const uid = master.getFirstPropertyValue("uid");
      const exceptions = moved.filter((event) => event.getFirstPropertyValue("uid") === uid);
      const event = new ICAL.Event(master, { exceptions });
      if (!event.isRecurring()) {
        found.push(seen(event, event.startDate));
        continue;
      }
      const originals = exceptions.map((one) => one.getFirstPropertyValue("recurrence-id").toUnixTime());
      const last = Math.max(to, ...originals);
      const dates = event.iterator();
      for (let next = dates.next(); next && next.toUnixTime() <= last; next = dates.next()) {
        const details = event.getOccurrenceDetails(next);
        found.push(seen(details.item, details.startDate));
      }
    }
    return found.filter(([at]) => from <= at && at < to);
  });
}"""

Feed = tuple[str, int, int]
"""Text, and from and to as Unix times."""


class IcalJs:
    """A page that expands feeds."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[Sequence[Feed] | None] = SimpleQueue()
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="ical.js", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        source = base64.b64encode(SOURCE.read_bytes()).decode()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium.find(), args=[*chromium.ARGUMENTS, "--disable-gpu"]
                )
                page = browser.new_page()
                while (feeds := self._asked.get()) is not None:
                    self._answers.put(page.evaluate(EXPAND, [source, list(feeds)]))
                browser.close()
        except Exception as error:
            self._answers.put(error)

    def expand(self, feeds: Sequence[Feed]) -> list[list[tuple[int, str, str | None, str]]]:
        """For each feed what starts in its span: Unix time, UID, status, summary."""
        if not self._thread.is_alive():
            raise RuntimeError("ical.js has stopped: an earlier test says why")
        self._asked.put(feeds)
        answer = self._answers.get()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stop(self) -> None:
        """End the browser."""
        self._asked.put(None)
        self._thread.join(timeout=10)


@cache
def icaljs() -> IcalJs:
    """The one browser of this process."""
    started = IcalJs()
    atexit.register(started.stop)
    return started
