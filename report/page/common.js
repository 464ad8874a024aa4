'use strict';

// What all parts of the page use. Texts of a run get into the page as text
// nodes and attributes alone, never as markup.

const data = JSON.parse(document.getElementById('data').textContent);

const byId = (id) => document.getElementById(id);

// An element with attributes (`text` is its text) and children.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  return filled(made, attributes, children);
}

function svgElement(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  return filled(made, attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (key === 'text') {
      made.textContent = value;
    } else {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.filter((child) => child));
  return made;
}

// A length in seconds, with three digits or so: "430 ms", "1.52 s", "1 m 4 s".
function lengthText(seconds) {
  if (seconds < 0) return '-' + lengthText(-seconds);
  if (seconds < 0.001) return Math.round(seconds * 1e6) + ' \u00b5s';
  if (seconds < 1) return rounded(seconds * 1000) + ' ms';
  if (seconds < 60) return rounded(seconds) + ' s';
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86400), 'd'], [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'], [whole % 60, 's']];
  while (parts[0][0] === 0) parts.shift();
  return parts.slice(0, 2).filter(([count]) => count > 0)
      .map((part) => part.join(' ')).join(' ');
}

// Three digits that say something.
function rounded(number) {
  return String(Number(number.toPrecision(3)));
}

function numberText(value) {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) {
    return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  }
  return String(Number(value.toPrecision(6)));
}

const withUnit = (value, unit) => numberText(value) + (unit ? ' ' + unit : '');

// The wall clock at a moment of the run, in the reader's zone.
function clockText(at) {
  const moment = new Date((data.origin + at) * 1000);
  if (Number.isNaN(moment.getTime())) return '';
  const two = (number) => String(number).padStart(2, '0');
  return two(moment.getHours()) + ':' + two(moment.getMinutes()) + ':' +
      two(moment.getSeconds()) + '.' +
      String(moment.getMilliseconds()).padStart(3, '0');
}

// Round numbers of a scale from `from` to `to`, about `count` of them.
function ticks(from, to, count) {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [from];
  const rough = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((unit) => unit * power >= rough) * power;
  const found = [];
  const first = Math.ceil(from / step - 1e-9);
  for (let i = first; i * step <= to + span * 1e-9 && found.length < 50; ++i) {
    found.push(Number((i * step).toPrecision(12)));
  }
  return found;
}

// Round times of a scale, in steps that clocks have.
function timeTicks(from, to, count) {
  const steps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
  const step = steps.find((unit) => unit * count >= to - from);
  if (to - from < 60 * count / 2 || step === undefined) {
    return ticks(from, to, count);
  }
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    found.push(at);
  }
  return found;
}

// How a tick at `at` is called on a scale as long as `span`.
function tickText(at, span) {
  if (at === 0) return '0';
  return span < 60 || Math.abs(at) < 60 ? tickLength(at) : lengthText(at);
}

function tickLength(at) {
  if (Math.abs(at) >= 1) return Number(at.toPrecision(9)) + ' s';
  if (Math.abs(at) >= 0.001) return Number((at * 1e3).toPrecision(9)) + ' ms';
  return Number((at * 1e6).toPrecision(9)) + ' \u00b5s';
}

// Calls `draw` once before the next frame, however often it is asked.
function onFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}
