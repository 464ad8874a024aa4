'use strict';

// What is known of the bar that was chosen.

const kPhases = [
  ['name_lookup', 'name look-up', 'var(--series-5)'], ['connect', 'connect', 'var(--series-3)'],
  ['tls', 'TLS', 'var(--series-4)'], ['first_byte', 'wait for the first byte', 'var(--series-1)'],
  ['body', 'body', 'var(--series-2)']];

const timeText = (at) => lengthText(at) + ' after the begin' + (clockText(at) ? ' (' + clockText(at) + ')' : '');

// Pairs of a name and what to show.
function barFacts(bar) {
  const info = bar.info;
  const facts = [['State', kStates[bar.state].name]];
  if (bar.kind === kKinds.wait) facts.shift();
  if (info.why) facts.push(['Why', info.why]);
  facts.push(['Begin', timeText(bar.begin)]);
  facts.push(['End', bar.cut ? 'not in the record' : timeText(bar.end)]);
  facts.push([bar.kind === kKinds.wait ? 'Wait' : 'Took', lengthText(bar.end - bar.begin)]);
  if (info.code !== undefined) facts.push([info.code < 0 ? 'Signal' : 'Exit code', String(Math.abs(info.code))]);
  if (info.status !== undefined) facts.push(['Status', String(info.status)]);
  for (const [name, value, unit] of info.metrics || []) facts.push([name, withUnit(value, unit)]);
  for (const text of info.notes || []) facts.push(['Note', text]);
  return facts;
}

function phaseList(phases) {
  const total = phases.reduce((sum, seconds) => sum + seconds, 0);
  if (!(total > 0)) return [];
  const shown = kPhases.map((phase, i) => [...phase, phases[i]]).filter((phase) => phase[3] > 0);
  return [
    element('h4', {text: 'Phases of the request'}),
    element('div', {class: 'phases', 'aria-hidden': 'true'}, ...shown.map(([, , colour, seconds]) =>
        element('span', {style: `background:${colour};flex:${seconds / total} 1 0`}))),
    element('dl', {}, ...shown.flatMap(([, name, colour, seconds]) => [
      element('dt', {}, element('span', {style: `color:${colour}`, 'aria-hidden': 'true', text: '\u25a0 '}), name),
      element('dd', {text: lengthText(seconds)})]))];
}

// A text of a task, and how many bytes there were.
function outputBlock(title, text, bytes) {
  if (!text && !bytes) return [];
  const size = bytes === undefined ? '' : ` (${numberText(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}` +
      (text ? ')' : '; not in this report)');
  return [
    element('h4', {text: title + size}),
    text ? element('pre', {class: 'text', tabindex: 0, role: 'group', 'aria-label': title, text}) : null];
}

class Detail {
  constructor(onClosed) {
    this.panel = byId('detail');
    this.onClosed = onClosed;
    this.panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
    });
  }

  close() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.onClosed();
  }

  // Shows `bar`; `enter` moves the keyboard there too.
  show(bar, enter) {
    const row = allRows[bar.task];
    const what = bar.kind === kKinds.wait ? 'wait before attempt ' + bar.attempt :
        bar.kind === kKinds.background ? 'in the background' : 'attempt ' + bar.attempt;
    const close = element('button', {type: 'button', text: 'Close'});
    close.addEventListener('click', () => this.close());
    const facts = element('dl', {}, ...barFacts(bar).flatMap(([name, text]) =>
        [element('dt', {text: name}), element('dd', {text})]));
    const info = bar.info;
    this.panel.replaceChildren(...[
      element('header', {}, element('h3', {id: 'detail-title', text: row.name + ': ' + what}), close),
      element('p', {class: 'muted', text: row.title}),
      facts,
      ...(info.phases ? phaseList(info.phases) : []),
      ...outputBlock('stdout', info.out, info.outBytes),
      ...outputBlock('stderr', info.err, info.errBytes),
      ...outputBlock('Body of the response', info.body, info.bodyBytes),
    ].filter((part) => part));
    this.panel.hidden = false;
    if (enter) this.panel.focus();
  }
}
