'use strict';

// The timeline: a row for each task, drawn as far as it is in view, so that
// 10,000 tasks cost no more than 30.

const kRowHeight = 24;
const kHeadHeight = 30;
const kMostPrinted = 200;
const kStages = ['pre', 'start', 'stop', 'post'];

// data.bars: [task, kind, begin, end, attempt, state, info]; `end` is null if
// the record ends before.
const kKinds = {attempt: 0, wait: 1, background: 2, starting: 3};
const kStates = [
  {name: 'succeeded', look: 'ok'}, {name: 'failed', look: 'failed'},
  {name: 'failed, ignored', look: 'ignored'}, {name: 'told to end', look: 'stopped'},
  {name: 'still running where the record ends', look: 'begun'}];

const bars = data.bars.map(([task, kind, begin, end, attempt, state, info], index) => ({
  index, task, kind, begin, end: end === null ? data.length : end, attempt, state,
  info: info || {}, cut: end === null}));

const allRows = data.tasks.map(([name, stage, mode, background, every, note], index) => ({
  index, name, stage, bars: [], failed: false,
  title: 'stage ' + kStages[stage] + ', ' + mode + (every ? ', every ' + lengthText(every) : '') +
      (background && !every ? ', in the background' : '') + (note ? ', ' + note : '')}));
for (const bar of bars) {
  const row = allRows[bar.task];
  row.bars.push(bar);
  if (bar.state === 1 || bar.state === 2) row.failed = true;
}

const barLook = (bar) => bar.kind === kKinds.background && bar.state === 0 ?
    'background' : kStates[bar.state].look;

// What a bar is, for those who hear it.
function barText(bar) {
  const name = allRows[bar.task].name;
  const took = lengthText(bar.end - bar.begin) +
      (bar.cut ? ' so far' : '') + ', from ' + tickText(Number(bar.begin.toPrecision(4)), 1e9);
  if (bar.kind === kKinds.wait) {
    return name + ': wait of ' + took + ' before attempt ' + bar.attempt;
  }
  const what = bar.kind === kKinds.background ? 'in the background' :
      bar.kind === kKinds.starting ? 'attempt ' + bar.attempt + ', until it was ready' :
      'attempt ' + bar.attempt;
  return name + ': ' + what + ' ' + kStates[bar.state].name + ', ' + took;
}

class Timeline {
  constructor(onChosen) {
    this.onChosen = onChosen;
    this.view = byId('rows');
    this.sheet = byId('sheet');
    this.from = 0;
    this.to = Math.max(data.length, 1e-6);
    this.rows = allRows;
    this.chosen = null;
    this.svg = svgElement('svg', {'aria-hidden': 'false', role: 'presentation'});
    this.sheet.append(this.svg);
    this.draw = onFrame(() => this.drawNow());
    byId('timeline-view').hidden = false;
    this.listen();
    this.filter();
  }

  listen() {
    this.view.addEventListener('scroll', this.draw, {passive: true});
    this.view.addEventListener('keydown', (event) => this.onKey(event));
    this.view.addEventListener('focus', () => {
      if (!this.chosen) this.choose(this.firstBar());
    });
    this.view.addEventListener('wheel', (event) => this.onWheel(event), {passive: false});
    this.listenToDrag();
    byId('find').addEventListener('input', () => this.filter());
    byId('only-failed').addEventListener('change', () => this.filter());
    byId('zoom-in').addEventListener('click', () => this.zoom(0.5));
    byId('zoom-out').addEventListener('click', () => this.zoom(2));
    byId('zoom-fit').addEventListener('click', () => this.show(0, data.length));
    new ResizeObserver(this.draw).observe(this.view);
    addEventListener('beforeprint', () => this.print());
    addEventListener('afterprint', () => this.drawNow());
  }

  listenToDrag() {
    let start = null;
    this.view.addEventListener('pointerdown', (event) => {
      if (event.button === 0 && event.pointerType === 'mouse') {
        start = {x: event.clientX, from: this.from, to: this.to};
      }
    });
    addEventListener('pointermove', (event) => {
      if (!start || Math.abs(event.clientX - start.x) < 4) return;
      const shift = (start.x - event.clientX) / this.plotWidth() * (start.to - start.from);
      this.show(start.from + shift, start.to + shift);
    });
    addEventListener('pointerup', () => { start = null; });
  }

  // Shows the rows that are asked for.
  filter() {
    const words = byId('find').value.toLowerCase();
    const onlyFailed = byId('only-failed').checked;
    this.rows = allRows.filter((row) => (!onlyFailed || row.failed) &&
        (words === '' || row.name.toLowerCase().includes(words)));
    byId('found').textContent = this.rows.length === allRows.length ?
        allRows.length + (allRows.length === 1 ? ' task' : ' tasks') :
        this.rows.length + ' of ' + allRows.length + ' tasks';
    this.arrange();
    this.draw();
  }

  // Gives each row its place; a stage's first row has its heading above it.
  arrange() {
    this.items = [];
    let stage = null;
    for (const row of this.rows) {
      if (row.stage !== stage) this.items.push({stage: stage = row.stage});
      row.place = this.items.length;
      this.items.push({row});
    }
    // Before it is known how wide the page is: no scroll bar may change that.
    this.sheet.style.height = kHeadHeight + this.items.length * kRowHeight + 8 + 'px';
  }

  width() { return this.view.clientWidth; }
  labelWidth() { return Math.round(Math.min(260, Math.max(96, this.width() * 0.24))); }
  plotWidth() { return Math.max(this.width() - this.labelWidth() - 76, 40); }
  x(at) { return this.labelWidth() + (at - this.from) / (this.to - this.from) * this.plotWidth(); }

  show(from, to) {
    const most = Math.max(data.length, 1e-6);
    const span = Math.min(Math.max(to - from, most / 1e6), most);
    this.from = Math.min(Math.max(from, 0), most - span);
    this.to = this.from + span;
    this.draw();
  }

  // Makes the view `factor` times as long, around `middle`.
  zoom(factor, middle) {
    if (middle === undefined) {
      const bar = this.chosen;
      const seen = bar && bar.end >= this.from && bar.begin <= this.to;
      middle = seen ? Math.min(Math.max((bar.begin + bar.end) / 2, this.from), this.to) :
          (this.from + this.to) / 2;
    }
    this.show(middle - (middle - this.from) * factor, middle + (this.to - middle) * factor);
  }

  onWheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const x = event.clientX - this.view.getBoundingClientRect().left - this.labelWidth();
    this.zoom(Math.exp(event.deltaY / 300), this.from + x / this.plotWidth() * (this.to - this.from));
  }

  firstBar() {
    const row = this.rows.find((one) => one.bars.length > 0);
    return row ? row.bars[0] : null;
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const span = this.to - this.from;
    const page = Math.max(1, Math.floor(this.view.clientHeight / kRowHeight) - 3);
    const actions = {
      ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1),
      PageDown: () => this.step(page), PageUp: () => this.step(-page),
      Home: () => this.step(-allRows.length), End: () => this.step(allRows.length),
      ArrowRight: () => event.shiftKey ? this.show(this.from + span / 5, this.to + span / 5) : this.along(1),
      ArrowLeft: () => event.shiftKey ? this.show(this.from - span / 5, this.to - span / 5) : this.along(-1),
      Enter: () => this.chosen && this.onChosen(this.chosen, true),
      ' ': () => this.chosen && this.onChosen(this.chosen, true),
      Escape: () => this.onChosen(null),
      '+': () => this.zoom(0.5), '=': () => this.zoom(0.5), '-': () => this.zoom(2),
      '0': () => this.show(0, data.length)};
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  }

  // Goes `rows` rows on, to the bar that is nearest in time.
  step(rows) {
    const all = this.rows.filter((row) => row.bars.length > 0);
    if (all.length === 0) return;
    const now = this.chosen ? all.indexOf(allRows[this.chosen.task]) : -1;
    const row = all[Math.min(Math.max(now + rows, 0), all.length - 1)];
    const at = this.chosen ? this.chosen.begin : 0;
    const away = (bar) => Math.abs(bar.begin - at);
    this.choose(row.bars.reduce((best, bar) => away(bar) < away(best) ? bar : best));
  }

  along(count) {
    if (!this.chosen) return this.choose(this.firstBar());
    const inRow = allRows[this.chosen.task].bars;
    const next = inRow[inRow.indexOf(this.chosen) + count];
    if (next) this.choose(next);
  }

  choose(bar) {
    this.chosen = bar;
    if (!bar) return;
    this.scrollTo(bar);
    this.drawNow();
    this.onChosen(bar, false);
  }

  scrollTo(bar) {
    const row = allRows[bar.task];
    if (row.place === undefined) return;
    const top = row.place * kRowHeight;
    const room = this.view.clientHeight - kHeadHeight - kRowHeight;
    if (top < this.view.scrollTop + kRowHeight) this.view.scrollTop = Math.max(0, top - kRowHeight);
    if (top > this.view.scrollTop + room) this.view.scrollTop = top - room;
    const span = this.to - this.from;
    if (bar.begin > this.to || bar.end < this.from) this.show(bar.begin - span / 3, bar.begin + span * 2 / 3);
  }

  // Draws what is in view; `most` rows from the first one, for a printer.
  drawNow(most) {
    const height = most ? kHeadHeight + Math.min(most, this.items.length) * kRowHeight + 8 :
        Math.min(this.view.clientHeight, this.sheet.clientHeight);
    const scroll = most ? 0 : this.view.scrollTop;
    const width = this.width();
    this.svg.setAttribute('height', height);
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.sheet.style.height = (most ? height : kHeadHeight + this.items.length * kRowHeight + 8) + 'px';
    const first = Math.floor(scroll / kRowHeight);
    const last = Math.min(this.items.length, first + Math.ceil(height / kRowHeight) + 1);
    const clip = svgElement('clipPath', {id: 'plot'},
        svgElement('rect', {x: this.labelWidth(), y: 0, width: this.plotWidth() + 1, height}));
    const names = svgElement('clipPath', {id: 'names'},
        svgElement('rect', {x: 0, y: 0, width: this.labelWidth() - 8, height}));
    const behind = svgElement('g');
    const bodies = svgElement('g', {'clip-path': 'url(#plot)'});
    const labels = svgElement('g', {'clip-path': 'url(#names)'});
    const lengths = svgElement('g');
    for (let i = first; i < last; ++i) {
      const y = kHeadHeight + i * kRowHeight - scroll;
      this.drawItem(this.items[i], y, {behind, bodies, labels, lengths});
    }
    this.svg.replaceChildren(svgElement('defs', {}, clip, names), behind, this.backdrop(height),
        bodies, labels, lengths, this.head(width));
  }

  // Draws what a printer gets: the first rows, and what is left out.
  print() {
    byId('printed').textContent = this.items.length <= kMostPrinted ? '' :
        `The first ${kMostPrinted} of ${this.items.length} rows.`;
    this.drawNow(kMostPrinted);
  }

  drawItem(item, y, layers) {
    const middle = y + kRowHeight / 2 + 4;
    if (item.stage !== undefined) {
      layers.labels.append(svgElement('text', {x: 12, y: middle, class: 'stage', text: kStages[item.stage]}));
      layers.behind.append(svgElement('line', {x1: 0, x2: this.width(), y1: y, y2: y, class: 'axis'}));
      return;
    }
    const row = item.row;
    if (item.row.place % 2 === 0) {
      layers.behind.append(svgElement('rect', {x: 0, y, width: this.width(), height: kRowHeight, class: 'stripe'}));
    }
    const label = svgElement('text', {x: 24, y: middle, text: row.name});
    label.append(svgElement('title', {text: row.name + ' (' + row.title + ')'}));
    if (row.bars.length === 0) label.setAttribute('class', 'muted');
    layers.labels.append(label);
    this.drawBars(row, y, layers);
  }

  drawBars(row, y, layers) {
    let right = -1;  // what is drawn, and how it looks
    let look = '';
    let lastEnd = null;
    for (const bar of row.bars) {
      if (bar.end < this.from || bar.begin > this.to) continue;
      const left = Math.max(this.x(bar.begin), this.labelWidth() - 10);
      const end = Math.min(this.x(bar.end), this.labelWidth() + this.plotWidth() + 10);
      lastEnd = Math.max(lastEnd ?? 0, end);
      const hides = end <= right + 0.5 && barLook(bar) === look && bar !== this.chosen;
      if (hides) continue;
      layers.bodies.append(this.barShape(bar, left, Math.max(end - left, bar.kind === kKinds.wait ? 0 : 2.5), y));
      if (bar.kind !== kKinds.wait) {
        right = Math.max(end, left + 2.5);
        look = barLook(bar);
      }
    }
    const done = row.bars.at(-1);
    if (lastEnd === null || row.bars[0].begin < this.from && done.end > this.to) return;
    const x = Math.min(lastEnd, this.labelWidth() + this.plotWidth()) + 6;
    layers.lengths.append(svgElement('text', {
      x, y: y + kRowHeight / 2 + 4, class: 'muted',
      text: row.bars[0].begin === done.end && done.state === 0 ? '' : lengthText(done.end - row.bars[0].begin)}));
  }

  barShape(bar, left, width, y) {
    const group = svgElement('g', {
      class: 'bar', role: 'option', id: 'bar-' + bar.index,
      'aria-label': barText(bar), 'aria-selected': String(bar === this.chosen)});
    const top = y + 5;
    const height = kRowHeight - 10;
    const middle = y + kRowHeight / 2;
    if (bar.kind === kKinds.wait) {
      group.append(
          svgElement('rect', {x: left, y: top, width, height, fill: 'transparent'}),
          svgElement('line', {x1: left, x2: left + width, y1: middle, y2: middle, class: 'wait'}));
    } else {
      const look = bar.kind === kKinds.starting && bar.state === 0 ? 'starting' : barLook(bar);
      const thin = bar.kind === kKinds.background ? 3 : 0;
      group.append(svgElement('rect', {
        x: left, y: top + thin, width, height: height - 2 * thin, rx: Math.min(3, width / 2), class: look}));
      if (width >= 14) {
        group.append(...this.sign(bar, Math.max(left, this.labelWidth()) + 8, middle));
      } else if (bar.state === 1 || bar.state === 2) {
        // Too narrow for its sign: a flag above it.
        const x = left + width / 2;
        group.append(svgElement('path', {d: `M${x - 4} ${y + 1}h8l-4 5z`, class: look}));
      }
    }
    if (bar === this.chosen) {
      group.append(svgElement('rect', {
        x: left - 2, y: top - 2, width: width + 4, height: height + 4, rx: 4, class: 'chosen'}));
      this.view.setAttribute('aria-activedescendant', group.id);
    }
    group.append(svgElement('title', {text: barText(bar)}));
    group.addEventListener('click', () => {
      this.chosen = bar;
      this.drawNow();
      this.onChosen(bar, false);
    });
    return group;
  }

  // The shape that says the same as the colour.
  sign(bar, x, y) {
    if (bar.state === 1) {
      return [svgElement('path', {d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6`, class: 'sign'})];
    }
    if (bar.state === 2) return [svgElement('path', {d: `M${x} ${y - 4}v4m0 3v.5`, class: 'sign', style: 'stroke:#000'})];
    if (bar.state === 3) return [svgElement('path', {d: `M${x - 2} ${y - 2}h4v4h-4z`, class: 'sign'})];
    return [];
  }

  // The window, the grid and the marks of signals.
  backdrop(height) {
    const group = svgElement('g', {'clip-path': 'url(#plot)'});
    for (const at of timeTicks(this.from, this.to, this.plotWidth() / 90)) {
      group.append(svgElement('line', {x1: this.x(at), x2: this.x(at), y1: kHeadHeight, y2: height, class: 'grid'}));
    }
    if (data.window) {
      const {begin, lead} = data.window;
      const end = data.window.end === null ? data.length : data.window.end;
      const measured = Math.min(begin + lead, end);
      const strip = (from, to, look) => svgElement('rect', {
        x: this.x(from), y: kHeadHeight - 12, width: Math.max(this.x(to) - this.x(from), 0),
        height: height - kHeadHeight + 12, class: look});
      group.append(strip(begin, measured, 'lead'), strip(measured, end, 'band'));
      for (const at of [begin, end]) {
        group.append(svgElement('line', {x1: this.x(at), x2: this.x(at), y1: kHeadHeight - 12, y2: height, class: 'edge'}));
      }
    }
    for (const mark of data.marks) {
      group.append(svgElement('line', {x1: this.x(mark.at), x2: this.x(mark.at), y1: kHeadHeight - 12, y2: height, class: 'mark'},
          svgElement('title', {text: mark.text + ' at ' + lengthText(mark.at)})));
    }
    return group;
  }

  head(width) {
    const group = svgElement('g');
    group.append(svgElement('rect', {x: 0, y: 0, width, height: kHeadHeight - 12, class: 'head'}),
        svgElement('line', {x1: 0, x2: width, y1: kHeadHeight, y2: kHeadHeight, class: 'axis'}));
    const clear = [];  // what is written, so that nothing is written over it
    for (const mark of data.marks) this.headText(group, clear, mark.at, mark.text, 'broken');
    if (data.window) {
      const end = data.window.end === null ? data.length : data.window.end;
      const at = Math.max(data.window.begin, this.from);
      if (Math.min(end, this.to) > at) this.headText(group, clear, at, 'window', 'muted', 4);
    }
    for (const at of timeTicks(this.from, this.to, this.plotWidth() / 90)) {
      this.headText(group, clear, at, tickText(at, this.to - this.from), 'muted');
    }
    return group;
  }

  headText(group, clear, at, text, look, shift = 0) {
    if (at < this.from || at > this.to) return;
    const x = this.x(at) + shift;
    const wide = 7 * text.length + 10;
    if (clear.some(([from, to]) => x < to && x + wide > from)) return;
    clear.push([x, x + wide]);
    group.append(svgElement('text', {x, y: 14, class: look, text}));
  }
}

function drawLegend() {
  const sample = (look, kind) => {
    const svg = svgElement('svg', {width: 26, height: 14, viewBox: '0 0 26 14', 'aria-hidden': 'true'});
    if (kind === 'wait') {
      svg.append(svgElement('line', {x1: 0, x2: 26, y1: 7, y2: 7, class: 'wait'}));
    } else if (kind === 'mark') {
      svg.append(svgElement('line', {x1: 13, x2: 13, y1: 0, y2: 14, class: 'mark'}));
    } else {
      const thin = kind === 'background' ? 4 : 1;
      svg.append(svgElement('rect', {x: 1, y: thin, width: 24, height: 14 - 2 * thin, rx: 3, class: look}));
    }
    const signs = {
      failed: 'M10 4l6 6m0 -6l-6 6', ignored: 'M13 3v4m0 3v.5', stopped: 'M11 5h4v4h-4z'};
    if (signs[look] && !kind) {
      svg.append(svgElement('path', {d: signs[look], class: 'sign', style: look === 'ignored' ? 'stroke:#000' : null}));
    }
    return svg;
  };
  const used = (test) => bars.some(test);
  const entries = [
    ['ok', '', 'succeeded', used((bar) => barLook(bar) === 'ok' && bar.kind === 0)],
    ['failed', '', 'failed', used((bar) => bar.state === 1)],
    ['ignored', '', 'failed, ignored', used((bar) => bar.state === 2)],
    ['stopped', '', 'told to end', used((bar) => bar.state === 3)],
    ['begun', 'begun', 'not over when the record ends', used((bar) => bar.state === 4)],
    ['', 'wait', 'wait before the next attempt', used((bar) => bar.kind === kKinds.wait)],
    ['starting', 'starting', 'until it is ready', used((bar) => bar.kind === kKinds.starting && bar.state === 0)],
    ['background', 'background', 'in the background', used((bar) => bar.kind === kKinds.background)],
    ['band', 'band', 'window', data.window !== null],
    ['lead', 'lead', 'delay and warm-up', data.window !== null && data.window.lead > 0],
    ['', 'mark', 'signal', data.marks.length > 0]];
  byId('legend').append(...entries.filter((entry) => entry[3]).map(([look, kind, text]) =>
      element('li', {}, sample(look, kind), element('span', {text}))));
}
