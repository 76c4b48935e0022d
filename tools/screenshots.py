"""Pictures of the pages of the sample city, for the README and the pages of docs/use.

python3 dev.py screenshots                      all pictures, in docs/pictures/
python3 dev.py screenshots home case            only these
python3 dev.py screenshots --data var/shots     with a city that is kept there, so that a second run is quick

Needs Chromium (JIANDI_CHROMIUM names one that is not on the path). The city is made anew in a temporary folder,
served on a free port, and looked at as the people whom `jiandi demo` prints.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.dev import places, suites

PICTURES = places.ROOT / "docs" / "pictures"
LARGEST_BYTES = 250_000
COLOURS = (256, 128, 64, 32)
DESKTOP, PHONE = (1366, 768), (390, 844)
PATIENCE_SECONDS = 60.0
REPORTED_ROUND, ITS_TITLE = "XS2026-1", "省委巡视"
# The largest inspection of the sample city. On a phone the switch is folded away.
CHOOSE_ROUND = """(title) => {
  const choice = document.querySelector("select[name=round]");
  if (!choice) return location.reload();
  choice.selectedIndex = [...choice.options].findIndex((option) => option.text.includes(title));
  choice.form.submit();
}"""
PASSWORD = re.compile(r"[:：]\s*([a-z0-9]+(?:-[a-z0-9]+)+)")


@dataclass(frozen=True)
class Shot:
    """One picture: whose page, where it begins, which links or forms lead to it (patterns of addresses), what is scrolled to."""

    name: str
    who: str
    path: str
    follow: tuple[str, ...] = ()
    scroll_to: str = ""
    language: str = "zh-hans"
    size: tuple[int, int] = DESKTOP


SHOTS = (
    Shot("home", "clerk", "/"),
    Shot("home-unit", "finance", "/"),
    Shot("ledger", "clerk", "/ledger/?source=upper"),
    Shot("letter-review", "clerk", "/intake/", (r"/intake/\d+/review/$",)),
    Shot("case", "clerk", "/ledger/?state=in_progress&source=upper", (r"/finding/\d+/$",)),
    Shot("case-closed", "supervisor", "/ledger/?state=closed&source=upper", (r"/finding/\d+/$",)),
    Shot("plan", "finance", "/plan/"),
    Shot("check-sheet", "verifier", "/verify/?kind=finding", (r"/verify/sheet/\d+/open/$",)),
    Shot("claim-check", "verifier", "/verify/", (r"/verify/claim/\d+/$",)),
    Shot("sheet", "director", "/reconcile/", (r"/reconcile/sheet/\d+/$",)),
    Shot("present", "director", "/reconcile/", (r"/reconcile/sheet/\d+/$", r"/reconcile/sheet/\d+/present/")),
    Shot("look-back", "clerk", "/lookback/", (r"/lookback/[a-z/]*\d+/$",)),
    Shot("report", "clerk", "/report/"),
    Shot("setup", "director", "/setup/"),
    Shot("regime", "director", "/setup/regimes/", (r"/setup/regimes/inspection/$",)),
    Shot("sign-in", "", "/"),
    Shot("home-en", "clerk", "/", language="en"),
    Shot("ledger-en", "clerk", "/ledger/?source=upper", language="en"),
    Shot("case-en", "clerk", "/ledger/?state=in_progress&source=upper", (r"/finding/\d+/$",), language="en"),
    Shot("home-phone", "finance", "/", size=PHONE),
    Shot("case-phone", "finance", "/ledger/?state=in_progress&source=upper", (r"/finding/\d+/$",), size=PHONE),
)


class Missing(Exception):
    """A page has not the link that leads on, or does not answer well."""


@contextmanager
def served(data: Path) -> Iterator[tuple[str, str]]:
    """The sample city, served: its address and the password of its people."""
    data.mkdir(parents=True, exist_ok=True)
    here = {"JIANDI_DATA": str(data)}
    made = subprocess.run(
        places.python("-m", "jiandi", "demo", "--keep"),
        cwd=places.ROOT,
        env=places.surroundings(**here),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said = PASSWORD.search(made.stdout)
    if said is None:
        raise places.Stop("jiandi demo printed no password.")
    write_reports(data)
    port = free_port()
    command = places.python("-m", "jiandi", "serve", "--port", str(port))
    said_by_server = (data / "screenshots.log").open("wb")
    serving = subprocess.Popen(command, cwd=places.ROOT, env=places.surroundings(**here), stdout=subprocess.DEVNULL, stderr=said_by_server)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz", serving)
        yield address, said.group(1)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=30)
        said_by_server.close()


def write_reports(data: Path) -> None:
    """One ledger and one report, so that their page is not empty."""
    for kind in ("ledger", "report"):
        asked = ["export", "--as", "clerk", "--round", REPORTED_ROUND, "--kind", kind, "--out", str(data / "tmp" / kind)]
        places.quiet(places.python("-m", "jiandi", *asked), "Writing a report", JIANDI_DATA=str(data))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, serving: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and serving.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  # nosec B310 - our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise places.Stop(f"{address} does not answer.")


class Studio:
    """One browser; each person signs in once for each language and size."""

    def __init__(self, browser: Browser, address: str, password: str) -> None:
        self._browser, self._address, self._password = browser, address, password
        self._pages: dict[tuple[str, str, tuple[int, int]], Page] = {}

    def page(self, shot: Shot) -> Page:
        key = (shot.who, shot.language, shot.size)
        if key not in self._pages:
            width, height = shot.size
            context = self._browser.new_context(
                viewport={"width": width, "height": height},
                device_scale_factor=1 if shot.size == DESKTOP else 2,
                is_mobile=shot.size == PHONE,
                locale="zh-CN" if shot.language.startswith("zh") else "en-GB",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
            )
            context.add_cookies([{"name": "django_language", "value": shot.language, "url": self._address}])
            self._pages[key] = context.new_page()
            if shot.who:
                self._sign_in(self._pages[key], shot.who)
        return self._pages[key]

    def _sign_in(self, page: Page, who: str) -> None:
        page.goto(f"{self._address}/account/login/")
        page.fill("[name=login]", who)
        page.fill("[name=password]", self._password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/account/login" not in url)
        page.goto(f"{self._address}/ledger/")
        with page.expect_navigation():
            page.evaluate(CHOOSE_ROUND, ITS_TITLE)

    def take(self, shot: Shot) -> bytes:
        page = self.page(shot)
        self._go(page, shot.path)
        for pattern in shot.follow:
            self._follow(page, pattern)
        if shot.scroll_to:
            page.locator(shot.scroll_to).first.scroll_into_view_if_needed()
        return page.screenshot(animations="disabled", caret="hide")

    def _go(self, page: Page, path: str) -> None:
        answer = page.goto(f"{self._address}{path}", wait_until="networkidle")
        if answer is None or not answer.ok:
            raise Missing(f"{path} answers {answer.status if answer else 'nothing'}")

    def _follow(self, page: Page, pattern: str) -> None:
        """Go on by the first link of the page that fits, or by the first form."""
        for link in page.locator("main a[href]").all():
            path = link.get_attribute("href") or ""
            if re.search(pattern, path):
                self._go(page, path)
                return
        for form in page.locator("main form[action]").all():
            if re.search(pattern, form.get_attribute("action") or ""):
                form.locator("button").first.click()
                page.wait_for_load_state("networkidle")
                return
        raise Missing(f"nothing leads to {pattern} from {page.url.removeprefix(self._address)}")


def small(picture: bytes) -> bytes:
    """The picture with a palette, and no larger than the papers allow."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    made = b""
    for colours in COLOURS:
        out = io.BytesIO()
        image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        made = out.getvalue()
        if len(made) < LARGEST_BYTES:
            break
    return made


def take_all(shots: list[Shot], address: str, password: str) -> list[str]:
    """Write the pictures; one sentence for each that could not be taken."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=suites.browser(), args=["--no-sandbox", "--font-render-hinting=none"])
        studio = Studio(browser, address, password)
        for shot in shots:
            try:
                picture = small(studio.take(shot))
            except Missing as why:
                failed.append(f"{shot.name}: {why}")
                continue
            (PICTURES / f"{shot.name}.png").write_bytes(picture)
            places.say(f"{shot.name}.png {len(picture) // 1000} kB")
        browser.close()
    return failed


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py screenshots")
    parser.add_argument("names", nargs="*", help="names of pictures; all without")
    parser.add_argument("--data", type=Path, help="data folder of a city that is kept")
    asked = parser.parse_args(arguments)
    shots = [shot for shot in SHOTS if not asked.names or shot.name in asked.names]
    if unknown := set(asked.names) - {shot.name for shot in SHOTS}:
        raise places.Stop(f"There is no picture {', '.join(sorted(unknown))}.")
    if suites.browser() is None:
        raise places.Stop("No Chromium found; install chromium or set JIANDI_CHROMIUM.")
    with (
        tempfile.TemporaryDirectory(prefix="jiandi-", ignore_cleanup_errors=True) as folder,
        served(asked.data.resolve() if asked.data else Path(folder)) as (address, password),
    ):
        failed = take_all(shots, address, password)
    for sentence in failed:
        places.say(f"NOT TAKEN {sentence}")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("NO_COLOR", "1")
    sys.exit(main(sys.argv[1:]))
