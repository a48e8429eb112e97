// The record, numbers in words, and what every plot and table needs. Nothing here depends on the machine's language.

const record = JSON.parse(document.getElementById('record').textContent);
const { steps, people, rescues, checks, markets } = record;
const $ = id => document.getElementById(id);
const esc = text => String(text).replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
const most = list => list.reduce((a, b) => Math.max(a, b), -Infinity);
const least = list => list.reduce((a, b) => Math.min(a, b), Infinity);
const sum = list => list.reduce((a, b) => a + b, 0);

// ---- numbers ----
const signed = text => text.replace('-', '\u2212');
const grouped = digits =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const WHOLE = grouped(0),
  CENTS = grouped(2),
  EXACT = grouped(6);
const count = number => signed(WHOLE.format(number));
const inDollars = (value, format) => signed((value < 0 ? '-' : '') + '$' + format.format(Math.abs(value)));
/** Quote units as dollars: cents below a thousand. */
const dollars = units => inDollars(units / 1e6, Math.abs(units) < 1e9 && units !== 0 ? CENTS : WHOLE);
/** To the unit, for what must be exact. */
const exact = units => inDollars(units / 1e6, EXACT);
/** Three digits and a letter, for tiles and axes. */
function compact(units) {
  const value = Math.abs(units) / 1e6;
  const [size, letter] =
    value >= 999.5e6 ? [1e9, 'B'] : value >= 999.5e3 ? [1e6, 'M'] : value >= 999.5 ? [1e3, 'k'] : [1, ''];
  const shown = value / size,
    digits = shown === 0 || shown >= 100 ? 0 : shown >= 10 ? 1 : 2;
  const text = digits ? shown.toFixed(digits).replace(/\.?0+$/, '') : shown.toFixed(0);
  return signed((units < 0 ? '-' : '') + '$' + text + letter);
}
const percent = (share, digits = 1) => signed((share * 100).toFixed(digits)) + '\u202f%';
const times = factor => (factor >= 100 ? count(factor) : factor.toFixed(factor >= 10 ? 1 : 2)) + '\u00d7';

// ---- time ----
const origin = steps.length ? steps[0].time - (steps[0].time % 60) : 0;
const clock = (time, seconds = false) => {
  const past = time - origin,
    two = number => String(number).padStart(2, '0');
  const text = `${Math.floor(past / 3600)}:${two(Math.floor((past % 3600) / 60))}`;
  return seconds ? `${text}:${two(past % 60)}` : text;
};
/** Names of rows, their multipliers without the digits of binary fractions. */
const rowNames = record.rows.map(name =>
  name
    .replace(/\d+\.\d{5,}/g, digits => String(Number(Number(digits).toFixed(4))))
    .replace(/-(?=\d)/g, '\u2212')
    .replace(/^\+0 /, '0 '),
);
const lasting = seconds =>
  seconds === 0 ? 'at once' : seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;

/** Parts of the day, one after the other. */
const phases = [];
steps.forEach(({ phase, time }, at) => {
  const last = phases[phases.length - 1];
  if (last && last.name === phase) {
    last.to = time;
    return;
  }
  if (last) last.to = time;
  phases.push({ name: phase, from: time, to: time, at });
});
const whole = steps.length ? [steps[0].time, Math.max(steps[steps.length - 1].time, steps[0].time + 1)] : [0, 1];

// ---- drawing again whenever the width or the part of the day changes ----
const drawings = [];
/** Draws now and whenever anything changes; `make` gets the element and its width. */
function draw(element, make) {
  const again = () => {
    if (element.clientWidth) make(element, element.clientWidth);
  };
  drawings.push(again);
  again();
}
const redraw = () => drawings.forEach(again => again());
let lastWidth = 0;
new ResizeObserver(([{ contentRect }]) => {
  if (Math.abs(contentRect.width - lastWidth) < 1) return;
  const first = lastWidth === 0;
  lastWidth = contentRect.width;
  if (!first) redraw();
}).observe($('main'));

// ---- tables ----
/**
 * A table in a container of its own that scrolls. Columns are `{ head, cell, number, wide, attributes }`; the first one heads
 * its row. `tall` ones scroll up and down, too; `foot` are the cells of a last row.
 */
function table(columns, rows, { label, tall, foot }) {
  const side = column => (column.number ? ' class="n"' : column.wide ? ' class="wide"' : '');
  const head = columns
    .map(column => `<th scope="col"${side(column)}${column.attributes || ''}>${column.head}</th>`)
    .join('');
  const body = rows
    .map(
      (value, at) =>
        '<tr>' +
        columns
          .map((column, place) =>
            place
              ? `<td${side(column)}>${column.cell(value, at)}</td>`
              : `<th scope="row"${side(column)}>${column.cell(value, at)}</th>`,
          )
          .join('') +
        '</tr>',
    )
    .join('');
  const last = foot
    ? `<tfoot><tr>${foot.map((cell, at) => (at ? `<td${side(columns[at])}>${cell}</td>` : `<th scope="row">${cell}</th>`)).join('')}</tr></tfoot>`
    : '';
  return (
    `<div class="scroll${tall ? ' tall' : ''}" tabindex="0" role="region" aria-label="${esc(label)}: table"><table><thead><tr>${head}</tr></thead>` +
    `<tbody>${body}</tbody>${last}</table></div>`
  );
}

// ---- colours ----
const isDark = () => {
  const forced = document.documentElement.style.colorScheme;
  return forced ? forced === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
};
const nameTheme = () => {
  $('theme').textContent = isDark() ? 'Light' : 'Dark';
};
$('theme').addEventListener('click', () => {
  document.documentElement.style.colorScheme = isDark() ? 'light' : 'dark';
  nameTheme();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', nameTheme);
nameTheme();
