/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a report that a client opens on a phone and finds empty, sideways or asking the network. Argument: a folder with report.html; the
 * screenshots stay there. TAP. */
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");

const { chromium } = require("playwright-core");
const folder = path.resolve(process.argv[2]);
const page = `file://${folder}/report.html`;
let count = 0;
let failed = false;

async function test (name, run) {
  count++;
  try {
    await run();
    console.log(`ok ${count} ${name}`);
  } catch (error) {
    failed = true;
    console.log(`not ok ${count} ${name}`);
    for (const line of String(error.message).split("\n")) console.log(`# ${line}`);
  }
}

/* Opened, drawn, and all that went wrong meanwhile. */
async function open (browser, width, height, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, deviceScaleFactor: width < 500 ? 2 : 1, hasTouch: width < 500 });
  const shown = await context.newPage();
  const faults = [];
  const requests = [];
  shown.on("console", (message) => { if (message.type() !== "log") faults.push(message.text()); });
  shown.on("pageerror", (error) => faults.push(String(error)));
  shown.on("dialog", (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  shown.on("request", (request) => requests.push(request.url()));
  await shown.goto(page);
  await shown.waitForSelector("html[data-ready]", { timeout: 20000 });
  return { shown, faults, requests, close: () => context.close() };
}

/* How many different colours each chart has. */
const countColors = () => [...document.querySelectorAll("canvas")].map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colors = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return { name: canvas.getAttribute("aria-label"), colors: colors.size };
});

async function checkPage (browser, width, height, scheme) {
  const { shown, faults, requests, close } = await open(browser, width, height, scheme);
  const charts = await shown.evaluate(countColors);
  assert.deepStrictEqual(faults, []);
  assert.deepStrictEqual(requests, [page], "something else was asked for");
  assert.ok(charts.length >= 6, `${charts.length} charts`);
  for (const chart of charts) assert.ok(chart.colors > 3, `${chart.name} is empty`);
  assert.strictEqual(await shown.evaluate(() => document.documentElement.scrollWidth), width, "the page is wider than the screen");
  assert.strictEqual(await shown.getAttribute("html", "data-theme"), scheme);
  assert.ok(await shown.locator("table.heat td.cell").count() >= 12, "no months");
  await shown.screenshot({ path: path.join(folder, `report-${width}-${scheme}.png`), fullPage: true });
  await close();
}

async function checkTable (browser) {
  const { shown, faults, close } = await open(browser, 1440, 900, "light");
  const card = shown.locator("section.card", { has: shown.locator("h2", { hasText: "Round trips" }) });
  const heads = await card.locator("thead th").allTextContents();
  const column = heads.indexOf("Profit");
  const head = card.locator("thead th").nth(column);
  const profits = async () => (await card.locator(`tbody tr td:nth-child(${column + 1})`).allTextContents()).map((text) => Number(text.replace(/,/g, "")));
  const isSorted = (values, sign) => values.every((value, i) => i === 0 || (value - values[i - 1]) * sign >= 0);
  await head.getByRole("button").click();
  const least = await profits();
  assert.strictEqual(await head.getAttribute("aria-sort"), "ascending");
  assert.ok(least.length === 25 && isSorted(least, 1), "not ascending");
  await head.getByRole("button").click();
  const most = await profits();
  assert.ok(isSorted(most, -1) && most[0] > least[0], "not descending");
  await card.getByRole("button", { name: "Next" }).click();
  const next = await profits();
  assert.ok(next[0] <= most[most.length - 1], "the second page does not go on");
  assert.deepStrictEqual(faults, []);
  await close();
}

async function checkTheme (browser) {
  const { shown, faults, close } = await open(browser, 1440, 900, "light");
  const background = () => shown.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await background();
  await shown.click("#theme");
  assert.strictEqual(await shown.getAttribute("html", "data-theme"), "dark");
  assert.notStrictEqual(await background(), before);
  await shown.click("#theme");
  assert.strictEqual(await background(), before);
  assert.deepStrictEqual(faults, []);
  await close();
}

async function checkDefinitions (browser) {
  const { shown, close } = await open(browser, 390, 844, "light");
  const term = shown.locator("dt .tip", { hasText: "Sortino ratio" });
  await term.focus();
  const box = await term.locator(".pop").boundingBox();
  assert.ok(box && box.x >= 0 && box.x + box.width <= 390, "the definition is not on the screen");
  await close();
}

/* A column of the sweep is named like an element that would run a script. */
async function checkHarmless (browser) {
  const { shown, faults, close } = await open(browser, 1440, 900, "light");
  assert.strictEqual(await shown.locator("img").count(), 0);
  assert.ok((await shown.locator("option").allTextContents()).some((text) => text.includes("<img")), "the name is not shown as it is");
  assert.deepStrictEqual(faults, []);
  await close();
}

async function checkPaper (browser) {
  const { shown, faults, close } = await open(browser, 1440, 900, "dark");
  const file = path.join(folder, "report.pdf");
  await shown.pdf({ path: file, preferCSSPageSize: true });
  assert.ok(fs.statSync(file).size > 20000, "almost nothing is printed");
  assert.strictEqual(await shown.getAttribute("html", "data-theme"), "dark", "the screen stays light after printing");
  assert.deepStrictEqual(faults, []);
  await close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  for (const [width, height] of [[390, 844], [1440, 900]])
    for (const scheme of ["light", "dark"]) await test(`/report/${width}/${scheme}`, () => checkPage(browser, width, height, scheme));
  await test("/report/table", () => checkTable(browser));
  await test("/report/theme", () => checkTheme(browser));
  await test("/report/definitions", () => checkDefinitions(browser));
  await test("/report/harmless", () => checkHarmless(browser));
  await test("/report/paper", () => checkPaper(browser));
  console.log(`1..${count}`);
  await browser.close();
  process.exit(failed ? 1 : 0);
})().catch((error) => {
  console.log(`Bail out! ${String(error.message).split("\n")[0]}`);
  process.exit(1);
});
