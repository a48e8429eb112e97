// A stand-in for a browser: just enough of a document that the page's script runs to its end. It lays nothing out, and knows
// elements by the tags that are written into them. Called with a page; writes what each id shows as JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [page, script] = process.argv.slice(2);
const text = readFileSync(page, 'utf8');
const byId = new Map();

class Element {
  constructor(attributes = '') {
    const of = name => attributes.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1];
    this.kind = of('class') ?? '';
    this.attributes = attributes;
    this.dataset = Object.fromEntries([...attributes.matchAll(/data-(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    this.style = {};
    [this.clientWidth, this.clientHeight, this.offsetWidth, this.offsetHeight] = [900, 300, 100, 20];
    [this.offsetTop, this.scrollTop, this.scrollLeft, this.scrollHeight] = [0, 0, 0, 300];
    this.heard = {};
    this.html = '';
    this.inside = [];
    this.said = '';
    const id = of('id');
    if (id) byId.set(id, this);
  }
  get innerHTML() {
    return this.html;
  }
  set innerHTML(html) {
    this.html = String(html);
    this.said = '';
    this.inside = [...this.html.matchAll(/<(\w+)([^>]*)>/g)].map(([, tag, attributes]) => Object.assign(new Element(attributes), { tag }));
  }
  get textContent() {
    return this.said;
  }
  set textContent(said) {
    [this.html, this.inside, this.said] = ['', [], String(said)];
  }
  insertAdjacentHTML(_, html) {
    const { inside } = this;
    this.innerHTML = this.html + html;
    this.inside.splice(0, inside.length, ...inside);
  }
  append(...elements) {
    this.inside.push(...elements.flatMap(element => [element, ...element.inside]));
    this.html += elements.map(element => element.html).join('');
  }
  get children() {
    return this.inside.filter(({ tag }) => tag === 'li' || tag === 'button');
  }
  get firstChild() {
    return this.inside[0];
  }
  querySelectorAll(selector) {
    const [, tag, kind] = selector.split(' ').at(-1).match(/^(\w*)(?:\.(\w+))?/);
    return this.inside.filter(of => (!tag || of.tag === tag) && (!kind || of.kind.split(' ').includes(kind)));
  }
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  getAttribute(name) {
    return this.attributes.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1] ?? null;
  }
  setAttribute() {}
  addEventListener(kind, listener) {
    this.heard[kind] = listener;
  }
  closest() {
    return null;
  }
  contains() {
    return false;
  }
  focus() {}
}

// The template: its elements are known by their ids, and the record by its text.
const [body] = text.split('<script type="application/json"');
for (const [, attributes] of body.matchAll(/<\w+([^>]*\sid="[^>]*)>/g)) new Element(attributes);
const record = new Element('id="record"');
record.textContent = text.split('id="record">')[1].split('</script')[0];
globalThis.document = {
  getElementById: id => byId.get(id) ?? null,
  createElement: () => new Element(),
  documentElement: new Element(),
  addEventListener() {},
};
globalThis.matchMedia = () => ({ matches: false, addEventListener() {} });
globalThis.ResizeObserver = class {
  observe() {}
};

writeFileSync(script, text.split('<script type="module">')[1].split('</script')[0]);
await import(pathToFileURL(script));

// Every plot tells of its last place, as with a pointer there.
const told = [];
for (const element of new Set([...byId.values()].flatMap(one => [one, ...one.inside])))
  if (element.plot) told.push(element.plot.tell(element.plot.count - 1));
const shown = Object.fromEntries([...byId].filter(([id]) => id !== 'record').map(([id, of]) => [id, of.html || of.said]));
process.stdout.write(JSON.stringify({ ...shown, told: told.join('\n') }));
