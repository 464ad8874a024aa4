// Functions that run in the page that is looked at.

// The texts whose contrast is below `least`, each with its colours. A text in a
// drawing is compared with all that may be behind it there.
export function poorContrasts(least) {
  const parse = (text) => {
    const parts = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return /^color\(srgb/.test(text) ? [...parts.slice(0, 3).map((part) => part * 255), parts[3] ?? 1] :
        [parts[0], parts[1], parts[2], parts[3] ?? 1];
  };
  const over = (above, below) => above.slice(0, 3).map((part, i) => part * above[3] + below[i] * (1 - above[3])).concat(1);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    const base = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reverse().reduce((below, above) => over(above, below), base);
  };
  const variable = (name) => {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const colour = parse(getComputedStyle(probe).color);
    probe.remove();
    return colour;
  };
  const bands = ['--band', '--lead', '--stripe'].map(variable);
  const poor = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest('script, style, noscript, title') || !parent.getClientRects().length) continue;
    const style = getComputedStyle(parent);
    const inDrawing = parent.closest('svg') !== null;
    const colour = parse(inDrawing ? style.fill : style.color);
    const ground = behind(inDrawing ? parent.closest('svg').parentElement : parent);
    const grounds = inDrawing ? [ground, ...bands.map((band) => over(band, ground))] : [ground];
    const worst = Math.min(...grounds.map((one) => contrast(over(colour, one), one)));
    ++seen;
    if (worst < least) poor.push(`${worst.toFixed(2)}: "${node.data.trim().slice(0, 40)}" ${colour} on ${ground}`);
  }
  for (const input of document.querySelectorAll('input[placeholder]')) {
    const worst = contrast(parse(getComputedStyle(input, '::placeholder').color), behind(input));
    ++seen;
    if (worst < least) poor.push(`${worst.toFixed(2)}: placeholder`);
  }
  return {seen, poor};
}

// What has the keyboard, and whether it shows that.
export function focused() {
  const active = document.activeElement;
  if (!active || active === document.body) return null;
  const style = getComputedStyle(active);
  return {
    name: active.id || active.getAttribute('href') || active.tagName.toLowerCase() + ':' + (active.textContent || '').slice(0, 30),
    shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1};
}

// Asks for things from elsewhere; resolves to the policy's directives that
// refused them.
export async function refusals() {
  const refused = [];
  addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
  const image = new Image();
  image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
  await fetch('data:text/plain,x').catch(() => {});
  const frame = document.createElement('iframe');
  frame.src = 'data:text/html,x';
  document.body.append(frame);
  const script = document.createElement('script');
  script.src = 'data:text/javascript,1';
  document.body.append(script);
  for (let i = 0; i < 100 && refused.length < 4; ++i) await new Promise((done) => setTimeout(done, 30));
  frame.remove();
  script.remove();
  return refused.sort();
}

// How long it takes to draw the timeline anew, in ms: the median of many places.
export function drawTimes() {
  const view = document.getElementById('rows');
  const times = [];
  for (let i = 0; i <= 40; ++i) {
    view.scrollTop = view.scrollHeight * i / 40;
    const begin = performance.now();
    timeline.drawNow();
    document.getElementById('sheet').getBoundingClientRect();
    times.push(performance.now() - begin);
  }
  view.scrollTop = 0;
  timeline.drawNow();
  return times.sort((a, b) => a - b)[times.length >> 1];
}

export async function figures() {
  let paint;
  for (let i = 0; i < 100 && !paint; ++i) {
    paint = performance.getEntriesByName('first-contentful-paint')[0];
    if (!paint) await new Promise((done) => setTimeout(done, 30));
  }
  const load = performance.getEntriesByType('navigation')[0];
  return {
    paint: paint ? paint.startTime : Infinity, load: load.loadEventEnd,
    rows: document.querySelectorAll('#sheet .bar').length, nodes: document.querySelectorAll('*').length,
    tasks: data.tasks.length, scripts: document.scripts.length,
    wide: document.documentElement.scrollWidth > innerWidth + 1};
}

// The colours of the bars' states, as [r, g, b].
export function stateColours() {
  return Object.fromEntries(['ok', 'background', 'failed', 'ignored', 'stopped'].map((name) => {
    const probe = document.createElement('span');
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    probe.remove();
    return [name, colour];
  }));
}
