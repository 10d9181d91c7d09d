"""The page in a real browser: the keyboard, a reload, two tabs. Skipped where there is none."""

import shutil
import threading
from decimal import Decimal

import pytest

from grader.reviewing.web import Site

selenium = pytest.importorskip("selenium", reason="selenium is not installed (extra `dev`)")
from selenium import webdriver  # noqa: E402
from selenium.common.exceptions import WebDriverException  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.wait import WebDriverWait  # noqa: E402

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BINARY = next((found for name in NAMES if (found := shutil.which(name))), None)
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    BINARY is None or DRIVER is None,
    reason="needs Chromium and chromedriver (Debian: apt-get install chromium chromium-driver)",
)

SECONDS = 15
"""For a page to come on a busy machine."""


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = BINARY
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    try:
        driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    except WebDriverException as error:
        pytest.skip(f"Chromium does not start here: {error.msg}")
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, desk):
    """The review at a running server, in one tab."""
    site = Site(desk)
    serving = threading.Thread(target=site.serve, daemon=True)
    serving.start()
    opened = Page(browser, site.address)
    yield opened
    for window in browser.window_handles[1:]:
        browser.switch_to.window(window)
        browser.close()
    browser.switch_to.window(browser.window_handles[0])
    browser.get("about:blank")
    site.close()
    serving.join(SECONDS)


class Page:
    """What a TA does with a page."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        browser.get_log("browser")  # what earlier tests left
        browser.get(address)

    def press(self, *keys):
        """Type; a key that leads to another page waits for it."""
        self.browser.switch_to.active_element.send_keys(*keys)

    def leads_on(self, *keys):
        before = self.browser.find_element(By.TAG_NAME, "html")
        self.press(*keys)
        wait = WebDriverWait(self.browser, SECONDS)
        wait.until(lambda _: self.browser.find_element(By.TAG_NAME, "html") != before)
        wait.until(lambda b: b.execute_script("return document.readyState") == "complete")

    def open_group(self, item, student):
        self.browser.get(self.address)
        place = f"//details[@id='{item}']//a[contains(., '{student}')]"
        link = self.browser.find_element(By.XPATH, place).get_attribute("href")
        self.browser.get(link)

    def text(self):
        return self.browser.find_element(By.TAG_NAME, "body").text

    def value(self, name):
        return self.browser.find_element(By.NAME, name).get_attribute("value")

    def complaints(self):
        """What the browser says about scripts and about the page's policy."""
        return [one for one in self.browser.get_log("browser") if one["source"] != "network"]


def test_the_keyboard_decides_a_group_and_goes_on(page, store):
    page.open_group("2d.decay", "ada")
    assert page.browser.find_element(By.TAG_NAME, "math").is_displayed()
    first = page.browser.current_url
    page.press("1.5")
    assert page.value("points") == "1.5"
    page.press("c")
    page.press("full steam, no: 0")
    assert page.value("comment") == "full steam, no: 0"
    page.press(Keys.ESCAPE)
    page.leads_on(Keys.ENTER)
    assert "Stored: 2d.decay 1.5 points for 3 students." in page.text()
    assert page.browser.current_url != first
    kept = list(store.decisions().values())
    assert {(one.points, one.comment) for one in kept} == {(Decimal("1.5"), "full steam, no: 0")}
    assert page.complaints() == []


def test_full_zero_and_a_wrong_number(page, store):
    page.open_group("2d.decay", "ada")
    page.press("f")
    assert page.value("points") == "2"
    page.press("0")
    assert page.value("points") == "0"
    page.press("9")
    page.leads_on(Keys.ENTER)
    assert "from 0 to 2" in page.text()
    assert not store.decisions()


def test_undo_and_reload(page, store):
    page.open_group("2d.decay", "ada")
    address = page.browser.current_url
    page.press("2")
    page.leads_on(Keys.ENTER)
    assert store.decisions()
    page.leads_on("u")
    assert page.browser.current_url.startswith(address)
    assert "Taken back" in page.text()
    assert not store.decisions()
    page.press("1")
    page.leads_on(Keys.ENTER)
    page.browser.get(address)
    page.browser.refresh()
    assert "Decided: 1 point, by grace" in page.text()
    page.browser.refresh()
    assert len(store.decisions()) == 2  # one for each of the two wordings; a reload adds none


def test_two_tabs_do_not_overwrite_each_other(page, store):
    page.open_group("2d.decay", "ada")
    address = page.browser.current_url
    first = page.browser.current_window_handle
    page.browser.switch_to.new_window("tab")
    page.browser.get(address)
    page.press("0.5")
    page.leads_on(Keys.ENTER)
    page.browser.switch_to.window(first)
    page.press("2")
    page.leads_on(Keys.ENTER)
    assert "decided in the meantime: 0.5 points, by grace" in page.text()
    assert page.value("points") == ""
    assert {one.points for one in store.decisions().values()} == {Decimal("0.5")}


def test_a_suggestion_is_taken_with_one_key(page, store, handed_in_anew):
    page.open_group("2d.decay", "ada")
    page.press("1.5")
    page.leads_on(Keys.ENTER)
    same = r"Since $|\lambda_i| < 1$ the powers of the matrix go away somehow."
    handed_in_anew(dan=(same, "It stands still."))
    page.open_group("2d.decay", "dan")
    assert "For an answer that is the same: 1.5 points" in page.text()
    page.leads_on("a")
    assert ("dan",) in {one.students for one in store.decisions().values()}


def test_hostile_text_does_nothing_and_a_phone_needs_no_scrolling_sideways(page):
    page.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True},
    )
    page.open_group("3d.descent", "dan")
    assert '<script>alert("x")</script>' in page.text()
    assert page.browser.execute_script("return document.documentElement.scrollWidth") <= 390
    assert (
        page.browser.find_elements(By.CSS_SELECTOR, "main script, main a[href^=javascript]") == []
    )
    page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert page.complaints() == []


def test_the_typewritten_bonus_is_decided_with_the_same_keys(page, store, desk):
    record = next(one for one in desk.records() if "ada" in one.students)
    page.browser.get(f"{page.address}student/{record.hand_in_number}/extra_credit")
    page.press("f")
    page.press("0")
    page.leads_on(Keys.ENTER)
    assert "Stored: extra_credit not typewritten for 1 student." in page.text()
    assert [one.points for one in store.decisions().values()] == [0]


def test_what_is_typed_as_a_comment_or_a_search_commands_nothing(page, store):
    page.open_group("2d.decay", "ada")
    page.press("/")
    page.press("fun0a")
    assert page.value("q") == "fun0a" and page.value("points") == ""
    page.press(Keys.ESCAPE)
    page.press("1")
    page.press("c")
    page.press("line one", Keys.ENTER, "line two")
    assert not store.decisions()
    page.leads_on(Keys.CONTROL, Keys.ENTER)
    assert {one.comment for one in store.decisions().values()} == {"line one\nline two"}


def test_one_who_is_not_ticked_keeps_waiting(page, store):
    page.open_group("2d.decay", "ada")
    page.browser.find_elements(By.NAME, "seen")[0].click()
    assert "Decide for 2" in page.text()
    page.press("1")
    page.leads_on(Keys.ENTER)
    named = {student for one in store.decisions().values() for student in one.students}
    assert named == {"bob", "cleo"}
