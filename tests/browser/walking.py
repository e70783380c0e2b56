"""A person at the first page, who clicks what there is to see until a question is answered."""

import re

LANGUAGES = ("sv", "en")
START = {"sv": "/", "en": "/en/"}


class Walk:
    """Starts at the first page in `language` and counts the clicks. A day that is typed and shown is one."""

    def __init__(self, page, site, language):
        self.page, self.language, self.clicks = page, language, 0
        page.goto(site + START[language])

    def say(self, sv, en):
        """The wording of the language at hand."""
        return sv if self.language == "sv" else en

    def click(self, sv, en, *, within="body", role="link"):
        """Click what is called so, the first that can be seen; at once or when a page has come."""
        place = self.page.locator(within).first
        place.get_by_role(role, name=re.compile(self.say(sv, en))).filter(visible=True).first.click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def show_day(self, day):
        self.page.fill("#as-of", day)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.clicks += 1

    def search(self, words):
        """Open the search in the header, write and send: two clicks."""
        self.page.locator("details.find summary").click()
        self.page.fill("#top-q", words)
        with self.page.expect_navigation():
            self.page.locator("form.find button[type=submit]").first.click()
        self.clicks += 2

    def text(self, within="main"):
        return " ".join(self.page.locator(within).first.inner_text().split())

    def row(self, named, within="main"):
        """The text of the first visible table row that has `named` in it."""
        rows = self.page.locator(within).locator("tr").filter(has_text=named, visible=True)
        return " ".join(rows.first.inner_text().split())

    def codes(self, within):
        """The codes of the rows in a part of the page, in order."""
        return self.page.locator(within).locator("tbody th .code").all_inner_texts()
