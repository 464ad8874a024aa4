// Looks at reports in a real browser:
//   node check.mjs OUT PAGE.html...
// Writes screenshots, a print and figures of each page into the directory OUT.
// Exit status 1 if a page does not keep what docs/report.md promises.
import {mkdirSync, writeFileSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {Chromium} from './chromium.mjs';
import * as inPage from './in_page.mjs';

const kLeastContrast = 4.5;
const kMostPaint = 2000;  // ms
const kMostDraw = 200;    // ms
const kLeastDifference = 12;  // of two colours, CIE76, as people see them

const [out, ...pages] = process.argv.slice(2);
if (pages.length === 0) {
  console.error('usage: node check.mjs OUT PAGE.html...');
  process.exit(2);
}
mkdirSync(out, {recursive: true});

let failures = 0;
function expect(what, holds, found) {
  if (holds) return;
  ++failures;
  console.log(`FAILED: ${what}: ${JSON.stringify(found)}`);
}

// Figures of the page; the best of three where the machine is slow.
async function open(page, url) {
  let best = null;
  for (let i = 0; i < 3; ++i) {
    page.requests = [];
    await page.open(url);
    const figures = await page.run(inPage.figures);
    if (best === null || figures.paint < best.paint) best = figures;
    if (best.paint < kMostPaint / 2) break;
  }
  return best;
}

async function checkLoading(page, url, name) {
  await page.look({width: 1280});
  const figures = await open(page, url);
  expect(name + ': nothing on the console', page.messages.length === 0, page.messages);
  expect(name + ': nothing is asked for but the file', page.requests.join() === url, page.requests);
  expect(name + ': the page has its two scripts alone', figures.scripts === 2, figures.scripts);
  expect(name + ': first paint', figures.paint < kMostPaint, figures.paint);
  expect(name + ': bars are there', figures.tasks === 0 || figures.rows > 0, figures);
  expect(name + ': only what is in view is drawn', figures.nodes < 8000, figures.nodes);
  const draw = await page.run(inPage.drawTimes);
  expect(name + ': the timeline follows when it is scrolled', draw < kMostDraw, draw);
  console.log(`${name}: first paint ${figures.paint.toFixed(0)} ms, loaded ${figures.load.toFixed(0)} ms, ` +
      `${figures.tasks} tasks, ${figures.nodes} elements, a draw ${draw.toFixed(1)} ms`);
}

async function checkLooks(page, name) {
  for (const scheme of ['light', 'dark']) {
    for (const [size, width] of [['wide', 1280], ['narrow', 390]]) {
      await page.look({width, scheme});
      await page.settle();
      await page.settle();
      const {seen, poor} = await page.run(inPage.poorContrasts, kLeastContrast);
      expect(`${name}, ${scheme}, ${size}: contrast of ${seen} texts`, seen > 20 && poor.length === 0, poor);
      const figures = await page.run(inPage.figures);
      expect(`${name}, ${scheme}, ${size}: nothing is wider than the page`, !figures.wide, figures);
      writeFileSync(join(out, `${name}-${scheme}-${size}.png`), await page.screenshot());
    }
    checkColours(await page.run(inPage.stateColours), `${name}, ${scheme}`);
  }
  await page.look({width: 1280});
}

async function checkPrint(page, name) {
  writeFileSync(join(out, name + '-print.pdf'), await page.pdf());
  await page.look({width: 800, media: 'print'});
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  const {poor} = await page.run(inPage.poorContrasts, kLeastContrast);
  expect(name + ', print: contrast', poor.length === 0, poor);
  const hidden = await page.evaluate("getComputedStyle(document.querySelector('nav')).display");
  expect(name + ', print: no navigation', hidden === 'none', hidden);
  writeFileSync(join(out, name + '-print.png'), await page.screenshot());
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  await page.look({width: 1280});
}

async function tabTo(page, wanted, name) {
  const visited = [];
  for (let i = 0; i < 60; ++i) {
    await page.press('Tab');
    const at = await page.run(inPage.focused);
    if (at === null) break;
    visited.push(at.name);
    expect(`${name}: the keyboard's place is shown at ${at.name}`, at.shown, at);
    if (at.name === wanted) return true;
  }
  expect(`${name}: Tab reaches ${wanted}`, false, visited);
  return false;
}

async function checkKeyboard(page, url, name) {
  await page.open(url);
  if (!await tabTo(page, 'rows', name)) return;
  const chosen = () => page.evaluate("document.getElementById('rows').getAttribute('aria-activedescendant')");
  const shown = () => page.evaluate("!document.getElementById('detail').hidden");
  const first = await chosen();
  const hasBars = await page.evaluate('bars.length > 1');
  if (!hasBars) return;
  await page.press('ArrowDown');
  await page.press('ArrowRight');
  const second = await chosen();
  expect(name + ': arrow keys choose another bar', second !== first || await page.evaluate('allRows.length === 1'), [first, second]);
  const isThere = await page.evaluate(`document.getElementById(${JSON.stringify(second)})?.getAttribute('aria-label')`);
  expect(name + ': the chosen bar has words', typeof isThere === 'string' && isThere.length > 5, isThere);
  await page.press('Enter');
  expect(name + ': Enter shows the detail', await shown(), 'hidden');
  expect(name + ': Enter goes there', (await page.run(inPage.focused))?.name === 'detail', await page.run(inPage.focused));
  writeFileSync(join(out, name + '-detail.png'), await page.screenshot());
  await page.press('Escape');
  expect(name + ': Escape closes it', !await shown(), 'shown');
  expect(name + ': Escape goes back', (await page.run(inPage.focused))?.name === 'rows', await page.run(inPage.focused));
  await page.press('End');
  const last = await page.evaluate('timeline.chosen.task === Math.max(...bars.map((bar) => bar.task))');
  expect(name + ': End goes to the last row', last, await chosen());
  await page.press('+');
  const zoomed = await page.evaluate('timeline.to - timeline.from < data.length * 0.6');
  expect(name + ': + zooms', zoomed || await page.evaluate('data.length === 0'), zoomed);
  await page.press('0');
  expect(name + ': the keyboard\'s walk leaves the console empty', page.messages.length === 0, page.messages);
}

async function checkPolicy(page, name) {
  const refused = await page.run(inPage.refusals);
  expect(name + ': the policy refuses images, requests, frames and scripts',
      ['connect-src', 'frame-src', 'img-src', 'script-src-elem'].every((one) => refused.includes(one)), refused);
}

async function checkWithoutScript(browser, url, name) {
  const page = await browser.newPage();
  await page.look({width: 1280});
  await page.call('Emulation.setScriptExecutionDisabled', {value: true});
  const loaded = page.once('Page.loadEventFired');
  await page.call('Page.navigate', {url});
  await loaded;
  const {root} = await page.call('DOM.getDocument');
  const box = async (selector) => {
    const {nodeId} = await page.call('DOM.querySelector', {nodeId: root.nodeId, selector});
    return nodeId === 0 ? null : page.call('DOM.getBoxModel', {nodeId}).then(({model}) => model, () => null);
  };
  for (const selector of ['.badge', '.reason', '.tiles', 'noscript .note']) {
    const model = await box(selector);
    expect(`${name}: without scripts, ${selector} is shown`, model !== null && model.height > 10, model);
  }
  writeFileSync(join(out, name + '-noscript.png'), await page.screenshot());
  await page.close();
}

// Whether people with each kind of colour blindness tell the states apart
// (matrices of Machado, Oliveira and Fernandes, 2009, severity 1).
function checkColours(colours, name) {
  const kinds = {
    usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]};
  const linear = (part) => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const lab = (rgb) => {
    const [x, y, z] = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        .map((row, i) => row.reduce((sum, factor, k) => sum + factor * rgb[k], 0) / [0.9505, 1, 1.089][i])
        .map((part) => part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  for (const [kind, matrix] of Object.entries(kinds)) {
    const seen = Object.entries(colours).map(([state, rgb]) => {
      const light = rgb.map(linear);
      return [state, lab(matrix.map((row) => Math.min(Math.max(row.reduce((sum, factor, k) => sum + factor * light[k], 0), 0), 1)))];
    });
    for (const [i, [one, a]] of seen.entries()) {
      for (const [other, b] of seen.slice(i + 1)) {
        const difference = Math.hypot(...a.map((part, k) => part - b[k]));
        expect(`${name}, ${kind}: ${one} and ${other} differ`, difference >= kLeastDifference, difference.toFixed(1));
      }
    }
  }
}

const browser = new Chromium(process.env.CHROMIUM || 'chromium');
for (const file of pages) {
  const url = pathToFileURL(resolve(file)).href;
  const name = basename(file, '.html');
  const page = await browser.newPage();
  await checkLoading(page, url, name);
  await checkLooks(page, name);
  await checkPrint(page, name);
  await checkKeyboard(page, url, name);
  await checkPolicy(page, name);
  await page.close();
  await checkWithoutScript(browser, url, name);
}
await browser.close();
console.log(failures === 0 ? `${pages.length} pages: all kept` : `${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
