// Debian's chromium, headless, driven over its DevTools pipe: nothing of npm is
// needed.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const kFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
  '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
  '--hide-scrollbars', '--remote-debugging-pipe'];

export class Chromium {
  constructor(program = 'chromium') {
    this.profile = mkdtempSync(join(tmpdir(), 'report-browser-'));
    this.process = spawn(program, [...kFlags, '--user-data-dir=' + this.profile, 'about:blank'],
        {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    this.calls = new Map();
    this.listeners = [];
    this.lastId = 0;
    let rest = '';
    this.process.stdio[4].on('data', (bytes) => {
      const messages = (rest + bytes.toString('utf8')).split('\0');
      rest = messages.pop();
      messages.forEach((message) => this.take(JSON.parse(message)));
    });
    this.process.stdio[4].setEncoding('utf8');
    this.ended = new Promise((resolve) => this.process.on('exit', resolve));
  }

  take(message) {
    if (message.id === undefined) {
      this.listeners.forEach((listener) => listener(message));
      return;
    }
    const {resolve, reject, method} = this.calls.get(message.id);
    this.calls.delete(message.id);
    if (message.error) {
      reject(new Error(method + ': ' + message.error.message));
    } else {
      resolve(message.result);
    }
  }

  call(method, params = {}, sessionId = undefined) {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.calls.set(id, {resolve, reject, method});
      this.process.stdio[3].write(JSON.stringify({id, method, params, sessionId}) + '\0');
    });
  }

  // A page of its own, about which everything is noted.
  async newPage() {
    const {targetId} = await this.call('Target.createTarget', {url: 'about:blank'});
    const {sessionId} = await this.call('Target.attachToTarget', {targetId, flatten: true});
    const page = new Page(this, targetId, sessionId);
    await page.begin();
    return page;
  }

  async close() {
    await this.call('Browser.close').catch(() => {});
    await this.ended;
    rmSync(this.profile, {recursive: true, force: true});
  }
}

export class Page {
  constructor(browser, targetId, sessionId) {
    Object.assign(this, {browser, targetId, sessionId});
    this.messages = [];  // of the console, the log, exceptions, dialogs
    this.requests = [];
    this.waiters = [];
    browser.listeners.push((message) => {
      if (message.sessionId === sessionId) this.take(message);
    });
  }

  take({method, params}) {
    if (method === 'Runtime.consoleAPICalled') this.messages.push('console: ' + JSON.stringify(params.args));
    if (method === 'Runtime.exceptionThrown') {
      this.messages.push('exception: ' + (params.exceptionDetails.exception?.description ?? params.exceptionDetails.text));
    }
    if (method === 'Log.entryAdded') this.messages.push('log: ' + params.entry.text);
    if (method === 'Audits.issueAdded') this.messages.push('issue: ' + params.issue.code);
    if (method === 'Page.javascriptDialogOpening') {
      this.messages.push('dialog: ' + params.message);
      this.call('Page.handleJavaScriptDialog', {accept: true});
    }
    if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
    this.waiters = this.waiters.filter(([name, resolve]) => name !== method || resolve(params));
  }

  call(method, params) { return this.browser.call(method, params, this.sessionId); }
  once(method) { return new Promise((resolve) => this.waiters.push([method, resolve])); }

  async begin() {
    for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'Audits', 'DOM']) await this.call(domain + '.enable');
  }

  async open(url) {
    const loaded = this.once('Page.loadEventFired');
    await this.call('Page.navigate', {url});
    await loaded;
    await this.settle();
  }

  // Until what was asked of the page is drawn.
  settle() {
    return this.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))');
  }

  async look({width, height = 900, scheme = 'light', media = ''}) {
    await this.call('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: false});
    await this.call('Emulation.setEmulatedMedia', {media, features: [{name: 'prefers-color-scheme', value: scheme}]});
  }

  async evaluate(expression) {
    const {result, exceptionDetails} = await this.call('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  // Calls a function in the page.
  run(code, ...args) { return this.evaluate(`(${code})(...${JSON.stringify(args)})`); }

  async press(key, modifiers = 0) {
    const codes = {Tab: 9, Enter: 13, Escape: 27, ArrowUp: 38, ArrowDown: 40, ArrowLeft: 37, ArrowRight: 39, End: 35, Home: 36};
    const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
    const event = {key, code: key, windowsVirtualKeyCode: codes[key] ?? key.charCodeAt(0), modifiers, text};
    await this.call('Input.dispatchKeyEvent', {type: text ? 'keyDown' : 'rawKeyDown', ...event});
    await this.call('Input.dispatchKeyEvent', {type: 'keyUp', ...event});
    await this.settle();
  }

  async screenshot(whole = true) {
    const {cssContentSize} = await this.call('Page.getLayoutMetrics');
    const clip = {x: 0, y: 0, width: cssContentSize.width, height: Math.min(cssContentSize.height, 12000), scale: 1};
    const {data} = await this.call('Page.captureScreenshot',
        whole ? {format: 'png', captureBeyondViewport: true, clip} : {format: 'png'});
    return Buffer.from(data, 'base64');
  }

  async pdf() {
    const {data} = await this.call('Page.printToPDF', {printBackground: false, preferCSSPageSize: true});
    return Buffer.from(data, 'base64');
  }

  close() { return this.browser.call('Target.closeTarget', {targetId: this.targetId}); }
}
