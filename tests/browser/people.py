"""People in front of a real Chromium: they read, click and type, and every page they see is looked over."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

OUTPUT = Path(__file__).resolve().parent / "output"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# What WCAG 2.2 AA asks for, and axe's own good habits.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What holds is not written out, and style sheets are not fetched once more.
LOOK = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
# How a page is built: its elements, what they are and whether they say something, alike ones in a row once.
# Two pages that are built alike are equally accessible, and axe is what takes longest here.
BUILD = """() => {
  const build = (node) => {
    const named = [...node.attributes].map((a) =>
      ["class", "role", "type", "dir", "lang", "scope"].includes(a.name) ? a.name + "=" + a.value : a.name);
    const inside = [...node.children].map(build).filter((one, at, all) => one !== all[at - 1]);
    return node.localName + "[" + named.sort() + (node.textContent.trim() ? "]+(" : "](") + inside + ")";
  };
  return innerWidth + build(document.documentElement);
}"""
_looked_over: set[str] = set()


class Person:
    """Somebody with a browser of their own (a context: own cookies)."""

    def __init__(
        self, browser: Browser, url: str, *, javascript: bool = True, language: str = "en-US"
    ) -> None:
        self.context = browser.new_context(
            base_url=url,
            viewport=WIDE,
            java_script_enabled=javascript,
            locale=language,
            accept_downloads=True,
        )
        self.javascript = javascript
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.faults: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("response", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} at {response.url}")

    def visit(self, path: str) -> None:
        """Open a page and look it over."""
        self.page.goto(path)
        self.look_over()

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press the first button or link of that name, wait for where it leads, and look that over."""
        where = within or self.page
        exact = re.compile(rf"^\s*{re.escape(name)}\s*$")
        found = where.get_by_role("button", name=exact).or_(where.get_by_role("link", name=exact)).first
        found.click()
        self.page.wait_for_load_state("load")
        self.look_over()

    def fill(self, **typed: str) -> None:
        """Type into the fields of those names."""
        for name, text in typed.items():
            self.page.locator(f'[name="{name}"]').first.fill(text)

    def unfold(self, name: str) -> None:
        """Open the part of a page that is folded under these words."""
        self.page.locator("summary", has_text=name).first.click()

    def select(self, **chosen: str) -> None:
        """Choose from the lists of those names, by what the reader sees."""
        for name, label in chosen.items():
            self.page.locator(f'select[name="{name}"]').first.select_option(label=label)

    def choose(self, name: str, value: str) -> None:
        """Choose the button, or tick the box, of that name and value."""
        self.page.locator(f'input[name="{name}"][value="{value}"]').first.check(force=True)

    def sees(self, text: str) -> bool:
        """Whether the page says something, white space and capitals folded (posters shout by style sheet)."""
        return text.casefold() in self.text.casefold()

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())

    def look_over(self) -> None:
        """Nothing broke, nothing is inaccessible, nothing sticks out sideways."""
        assert not self.faults, self.faults
        if not self.javascript:
            return
        build = self.page.evaluate(BUILD)
        if build in _looked_over:
            return
        found: Any = Axe().run(self.page, options=LOOK)
        violations = [
            f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]
        ]
        assert not violations, f"{self.page.url}: " + "; ".join(violations)
        assert not self.faults, self.faults
        _looked_over.add(build)

    def shot(self, name: str) -> None:
        """See that nothing sticks out at either width; with SHOTS=on, keep a picture of both."""
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = self.page.evaluate("document.documentElement.scrollWidth") if self.javascript else 0
            assert wide <= size["width"], f"{self.page.url} is {wide} px wide at {size['width']}"
            if os.environ.get("SHOTS") == "on":
                self.page.screenshot(path=OUTPUT / f"{name}-{size['width']}.png", full_page=True)

    def leave(self) -> None:
        self.context.close()
