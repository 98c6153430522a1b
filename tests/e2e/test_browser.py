"""The main job in a real browser, by typing and clicking only."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.playground.people import Someone
from tests.e2e.conftest import Playground, card_that

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
async def page(playground: Playground) -> AsyncIterator[Page]:
    """The workspace's page, as the sample engineer."""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        opened = await browser.new_page(viewport={"width": 1280, "height": 800})
        await opened.goto(playground.facts["url"])
        yield opened
        await browser.close()


async def test_from_typing_to_ready_and_deleted(page: Page, ada: Someone) -> None:
    composer = page.get_by_label("Message #sandboxes")
    await composer.fill("/sandbox create")
    await composer.press("Enter")
    form = page.get_by_role("dialog")
    name = form.get_by_label("Name")
    await name.fill("Not a name!")
    await form.get_by_role("button", name="Create", exact=True).click()
    await expect(form.get_by_text("lowercase letters, digits and single dashes")).to_be_visible()
    await name.fill("by-hand")
    await form.get_by_label("Template").click()
    await page.get_by_role("option", name="Storefront").first.click()
    await expect(form.get_by_text("The whole shop")).to_be_visible()
    await form.get_by_label("Name").fill("by-hand")
    await form.get_by_role("button", name="Create", exact=True).click()
    await expect(form).to_have_count(0)
    card = page.get_by_role("article").filter(has_text="by-hand").last
    await expect(card.get_by_role("link", name="Open Storefront")).to_be_visible(timeout=60_000)
    await card.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await card_that(ada, "by-hand", "*Deleted*")
    await expect(card.get_by_text("Deleted", exact=True)).to_be_visible()


async def test_nothing_scrolls_sideways_in_a_narrow_window(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
