// The pictures of the README:
//   node pictures.mjs TERMINAL_OUTPUT REPORT.html LIVE.svg REPORT.png
import {readFileSync, writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {Chromium} from './chromium.mjs';

const [terminal, report, live, picture] = process.argv.slice(2);

// What a terminal shows after `bytes`: rows of characters with their colours.
// It understands what the live view writes: cursor up, erase, colours.
function screenOf(bytes) {
  const rows = [[]];
  let [row, column, style] = [0, 0, ''];
  const pattern = /\x1b\[([\d;]*)([A-Za-z])|\r|\n|[^\x1b]/gu;
  for (const [text, parameters, command] of bytes.matchAll(pattern)) {
    if (command === 'A') {
      row = Math.max(0, row - Number(parameters || 1));
    } else if (command === 'K') {
      rows[row].length = Math.min(rows[row].length, column);
    } else if (command === 'J') {
      rows[row].length = Math.min(rows[row].length, column);
      rows.length = row + 1;
    } else if (command === 'm') {
      style = parameters === '0' ? '' : parameters;
    } else if (text === '\r') {
      column = 0;
    } else if (text === '\n') {
      if (++row === rows.length) rows.push([]);
    } else if (!command) {
      while (rows[row].length < column) rows[row].push({text: ' ', style: ''});
      rows[row][column++] = {text, style};
    }
  }
  return rows;
}

const kColours = {'': '#d6dce3', 32: '#4fd6ab', 33: '#e8b339', '1;31': '#ff8a5c', 36: '#6cc5f5'};

function escaped(text) {
  return text.replace(/[&<>]/g, (sign) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;'})[sign]);
}

function svgOf(rows) {
  const [wide, high, left, top] = [8.4, 19, 18, 44];
  while (rows.length > 0 && rows.at(-1).every((cell) => cell.text === ' ')) rows.pop();
  const columns = Math.max(84, ...rows.map((row) => row.length));
  const [width, height] = [Math.ceil(2 * left + columns * wide), top + rows.length * high + 10];
  const lines = rows.map((row, y) => {
    let line = '';
    for (let x = 0; x < row.length;) {
      let end = x;
      while (end < row.length && row[end].style === row[x].style) ++end;
      const text = row.slice(x, end).map((cell) => cell.text).join('');
      if (text.trim() !== '') {
        line += `<text x="${(left + x * wide).toFixed(1)}" y="${top + y * high + 14}" fill="${kColours[row[x].style] ?? kColours['']}"` +
            `${row[x].style.startsWith('1;') ? ' font-weight="bold"' : ''} textLength="${(text.length * wide).toFixed(1)}" xml:space="preserve">` +
            `${escaped(text)}</text>\n`;
      }
      x = end;
    }
    return line;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"
  aria-label="The live view of a run in a terminal" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<rect width="${width}" height="${height}" rx="9" fill="#14181d"/>
<g fill="#4a5461"><circle cx="20" cy="20" r="6"/><circle cx="40" cy="20" r="6"/><circle cx="60" cy="20" r="6"/></g>
${lines.join('')}</svg>
`;
}

// The frames begin where the cursor goes up; the one at two thirds of them is
// in the middle of the window.
const bytes = readFileSync(terminal, 'utf8').replace(/^Script started[^\n]*\n/, '');
const frames = [...bytes.matchAll(/\x1b\[\d+A\r/g)].map((match) => match.index);
if (frames.length < 10) {
  console.error('the terminal has shown no live view');
  process.exit(1);
}
writeFileSync(live, svgOf(screenOf(bytes.slice(0, frames[Math.floor(frames.length * 2 / 3)]))));

const browser = new Chromium(process.env.CHROMIUM || 'chromium');
const page = await browser.newPage();
await page.look({width: 1080});
await page.open(pathToFileURL(resolve(report)).href);
// Without what follows the charts.
await page.evaluate("document.getElementById('messages').hidden = document.getElementById('configuration').hidden = true");
await page.evaluate("document.querySelector('footer').hidden = true");
await page.settle();
writeFileSync(picture, await page.screenshot());
await browser.close();
