'use strict';

// A chart for each metric that was sampled and for each series.
// data.charts: report/page_data.h.

const kLooks = [
  ['var(--series-1)', ''], ['var(--series-2)', '7 3'], ['var(--series-3)', '2 3'],
  ['var(--series-4)', '9 3 2 3'], ['var(--series-5)', '12 4'], ['var(--series-6)', '4 2']];

class Chart {
  constructor(spec) {
    this.spec = spec;
    this.lines = spec.lines;
    this.at = null;
    this.readout = element('span', {class: 'readout muted', role: 'status'});
    this.svg = svgElement('svg', {
      tabindex: 0, role: 'img', 'aria-label': this.description()});
    this.figure = element('figure', {class: 'card chart'},
        element('figcaption', {}, element('h3', {text: spec.name + (spec.unit ? ' (' + spec.unit + ')' : '')}), this.readout),
        spec.note ? element('p', {class: 'muted readout', text: spec.note}) : null,
        this.svg, this.legend());
    this.draw = onFrame(() => this.drawNow());
    this.listen();
    this.range();
    this.tell();
  }

  description() {
    const values = this.lines.flatMap((line) => line.points.filter((_, i) => i % 2 === 1));
    if (values.length === 0) return this.spec.name + ': no samples';
    const least = values.reduce((one, other) => Math.min(one, other));
    const most = values.reduce((one, other) => Math.max(one, other));
    return `${this.spec.name}: ${values.length} points from ${withUnit(least, this.spec.unit)} to ` +
        withUnit(most, this.spec.unit) + '; left and right arrow keys read them';
  }

  legend() {
    if (this.lines.length < 2) return null;
    const entries = this.lines.map((line, i) => {
      const [stroke, dash] = kLooks[i % kLooks.length];
      return element('li', {},
          svgElement('svg', {width: 26, height: 10, viewBox: '0 0 26 10', 'aria-hidden': 'true', style: 'width:26px;height:10px'},
              svgElement('line', {x1: 0, x2: 26, y1: 5, y2: 5, 'stroke-width': 2, stroke, 'stroke-dasharray': dash})),
          element('span', {text: line.id}));
    });
    if (this.spec.left > 0) {
      entries.push(element('li', {text: `and ${this.spec.left} more, which are not drawn`}));
    }
    return element('ul', {class: 'legend'}, ...entries);
  }

  listen() {
    new ResizeObserver(this.draw).observe(this.svg);
    this.svg.addEventListener('pointermove', (event) => {
      const x = event.clientX - this.svg.getBoundingClientRect().left;
      this.point(this.from + (x - this.left) / this.width * (this.to - this.from));
    });
    this.svg.addEventListener('pointerleave', () => this.point(null));
    this.svg.addEventListener('blur', () => this.point(null));
    this.svg.addEventListener('keydown', (event) => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (event.key === 'Escape') this.point(null);
      if (step === undefined || this.lines.length === 0) return;
      event.preventDefault();
      const points = this.lines[0].points;
      const now = this.at === null ? (step > 0 ? -1 : points.length / 2) : nearest(points, this.at);
      const next = Math.min(Math.max(now + step, 0), points.length / 2 - 1);
      this.point(points[2 * next]);
    });
  }

  // What the scales hold.
  range() {
    let [from, to, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const {points} of this.lines) {
      for (let i = 0; i < points.length; i += 2) {
        from = Math.min(from, points[i]);
        to = Math.max(to, points[i]);
        low = Math.min(low, points[i + 1]);
        high = Math.max(high, points[i + 1]);
      }
    }
    for (const limit of [this.spec.atLeast, this.spec.atMost]) {
      if (limit === undefined) continue;
      low = Math.min(low, limit);
      high = Math.max(high, limit);
    }
    if (low > 0 && low < high * 0.6) low = 0;
    if (high === low) {
      high += Math.abs(high) * 0.1 || 1;
      low -= low === 0 ? 0 : Math.abs(low) * 0.1;
    }
    const window = data.window;
    if (window && from >= window.begin - 1 && from <= data.length) from = Math.min(from, window.begin);
    if (window && window.end !== null && to <= window.end + 1 && to >= window.begin) to = Math.max(to, window.end);
    if (!(to > from)) to = from + 1;
    Object.assign(this, {from, to, low, high: high + (high - low) * 0.06});
  }

  x(at) { return this.left + (at - this.from) / (this.to - this.from) * this.width; }
  y(value) { return this.top + (this.high - value) / (this.high - this.low) * this.height; }

  drawNow() {
    const box = this.svg.getBoundingClientRect();
    const scale = ticks(this.low, this.high, 5);
    const texts = scale.map((value) => numberText(value));
    this.left = 12 + 7 * Math.max(...texts.map((text) => text.length));
    this.top = 8;
    this.width = Math.max(box.width - this.left - 12, 20);
    this.height = Math.max(box.height - this.top - 22, 20);
    const parts = scale.flatMap((value, i) => [
      svgElement('line', {x1: this.left, x2: this.left + this.width, y1: this.y(value), y2: this.y(value), class: 'grid'}),
      svgElement('text', {x: this.left - 6, y: this.y(value) + 4, 'text-anchor': 'end', class: 'muted', text: texts[i]})]);
    for (const at of timeTicks(this.from, this.to, this.width / 90)) {
      parts.push(svgElement('text', {x: this.x(at), y: this.top + this.height + 16, 'text-anchor': 'middle', class: 'muted',
        text: tickText(at, this.to - this.from)}));
    }
    parts.push(svgElement('line', {x1: this.left, x2: this.left + this.width, y1: this.top + this.height,
      y2: this.top + this.height, class: 'axis'}));
    this.svg.setAttribute('viewBox', `0 0 ${box.width} ${box.height}`);
    this.svg.replaceChildren(...this.backdrop(), ...parts, ...this.limits(), ...this.curves(), ...this.crossing());
  }

  backdrop() {
    if (!data.window) return [];
    const measured = data.window.begin + data.window.lead;
    const end = data.window.end === null ? data.length : data.window.end;
    const strip = (from, to, look) => {
      const [left, right] = [from, to].map((at) => Math.min(Math.max(this.x(at), this.left), this.left + this.width));
      return right > left ? svgElement('rect', {x: left, y: this.top, width: right - left, height: this.height, class: look}) : null;
    };
    return [strip(data.window.begin, Math.min(measured, end), 'lead'), strip(measured, end, 'band')].filter((part) => part);
  }

  limits() {
    return [['at least', this.spec.atLeast, 14], ['at most', this.spec.atMost, -5]].filter(([, value]) => value !== undefined)
        .flatMap(([words, value, shift]) => {
          const y = this.y(value);
          return [
            svgElement('line', {x1: this.left, x2: this.left + this.width, y1: y, y2: y, class: 'limit'}),
            svgElement('text', {x: this.left + this.width - 2, y: Math.max(y + shift, 11), 'text-anchor': 'end', class: 'broken',
              text: words + ' ' + withUnit(value, this.spec.unit)})];
        });
  }

  curves() {
    return this.lines.flatMap(({points}, i) => {
      const [stroke, dash] = kLooks[i % kLooks.length];
      let path = '';
      for (let p = 0; p < points.length; p += 2) {
        path += (p === 0 ? 'M' : 'L') + this.x(points[p]).toFixed(1) + ' ' + this.y(points[p + 1]).toFixed(1);
      }
      const parts = [svgElement('path', {d: path, class: 'line', stroke, 'stroke-dasharray': dash || null})];
      if (points.length <= 120) {
        for (let p = 0; p < points.length; p += 2) {
          parts.push(svgElement('circle', {cx: this.x(points[p]), cy: this.y(points[p + 1]), r: 2.4, class: 'dot', fill: stroke}));
        }
      }
      return parts;
    });
  }

  // The reading line of the pointer or the arrow keys.
  crossing() {
    if (this.at === null || this.lines.length === 0) return [];
    const x = this.x(this.at);
    return [svgElement('line', {x1: x, x2: x, y1: this.top, y2: this.top + this.height, class: 'cross'}),
      ...this.lines.filter((line) => line.points.length > 0).map((line, i) => {
        const p = 2 * nearest(line.points, this.at);
        return svgElement('circle', {cx: this.x(line.points[p]), cy: this.y(line.points[p + 1]), r: 4, class: 'dot',
          fill: kLooks[i % kLooks.length][0]});
      })];
  }

  point(at) {
    if (at !== null && this.lines.length > 0 && this.lines[0].points.length > 0) {
      const points = this.lines[0].points;
      at = points[2 * nearest(points, at)];
    }
    this.at = at;
    this.tell();
    this.draw();
  }

  tell() {
    if (this.at === null) {
      const count = this.lines.reduce((sum, line) => sum + line.points.length / 2, 0);
      this.readout.textContent = count + (count === 1 ? ' point' : ' points');
      return;
    }
    const values = this.lines.slice(0, 4).filter((line) => line.points.length > 0).map((line) =>
        (this.lines.length > 1 ? line.id + ' ' : '') + withUnit(line.points[2 * nearest(line.points, this.at) + 1], this.spec.unit));
    this.readout.textContent = 'at ' + lengthText(this.at) + ': ' + values.join(', ') + (this.lines.length > 4 ? ', \u2026' : '');
  }
}

// The index of the point of [t, v, t, v, ...] that is nearest to `at`.
function nearest(points, at) {
  let low = 0;
  let high = points.length / 2 - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[2 * middle] < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && at - points[2 * low - 2] <= points[2 * low] - at ? low - 1 : low;
}

function drawCharts() {
  if (data.charts.length === 0) return;
  byId('charts').hidden = false;
  const list = byId('chart-list');
  for (const spec of data.charts) list.append(new Chart(spec).figure);
}
