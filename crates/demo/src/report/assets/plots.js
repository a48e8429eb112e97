// Axes, keys, the crosshair, and plots over time that share it.

/** Round numbers from low to high, about as many as asked for. */
function ticks(low, high, about) {
  const rough = (high - low) / Math.max(1, about),
    power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = power * ([1, 2, 2.5, 5, 10].find(factor => factor * power >= rough) || 10);
  const list = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at++) list.push(at * step + 0);
  return list;
}
const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360];
function timeTicks([from, to], about) {
  const step = 60 * (MINUTES.find(minutes => (to - from) / (minutes * 60) <= about) || 480),
    list = [];
  for (let at = Math.ceil((from - origin) / step); origin + at * step <= to; at++) list.push(origin + at * step);
  return list;
}
const fixed = number => Math.round(number * 10) / 10;
const textAt = (x, y, text, kind = '') => `<text x="${fixed(x)}" y="${fixed(y)}" class="${kind}">${esc(text)}</text>`;
const lineAt = (x1, y1, x2, y2, kind) =>
  `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" class="${kind}"/>`;
const rectAt = (x, y, width, height, kind) =>
  `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(Math.max(0, width))}" height="${fixed(Math.max(0, height))}" class="${kind}"/>`;
const picture = (width, height, label, body) =>
  `<svg width="${width}" height="${fixed(height)}" viewBox="0 0 ${width} ${fixed(height)}" role="img" aria-label="${esc(label)}">${body}</svg>`;
/** A part of a picture that cuts off what is outside. */
const cut = (x, y, width, height, body) =>
  `<svg x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" style="overflow:hidden">${body}</svg>`;
/** Each key is `[kind, label, sign]`, a sign of "line", "area" or "dot". */
const keys = list =>
  `<ul class="keys">${list
    .map(([kind, label, sign = 'line']) => {
      const mark =
        sign === 'line'
          ? `<path d="M0 5H18" class="curve ${kind}"/>`
          : sign === 'area'
            ? `<rect width="18" height="10" class="fill ${kind}"/>`
            : `<circle cx="9" cy="5" r="4" class="${kind}"/>`;
      return `<li><svg width="18" height="10" aria-hidden="true">${mark}</svg>${esc(label)}</li>`;
    })
    .join('')}</ul>`;
/** Rows of a tooltip. */
const facts = list =>
  `<table>${list.map(([what, value]) => `<tr><td>${esc(what)}</td><td>${esc(value)}</td></tr>`).join('')}</table>`;

/**
 * Lets a plot be explored by pointer, touch and arrow keys. A plot is `{ count, pick(x, y), spot(place), tell(place), show, choose }`
 * and hangs at its element as `plot`, so that drawing again replaces it.
 */
function explore(element, plot) {
  const before = element.plot;
  element.plot = plot;
  element.insertAdjacentHTML('beforeend', '<div class="tip" role="status"></div>');
  if (before) return;
  element.tabIndex = 0;
  element.setAttribute('role', 'group');
  element.setAttribute(
    'aria-label',
    `${element.querySelector('svg[role=img]').getAttribute('aria-label')}; arrow keys tell values`,
  );
  let place = -1;
  const say = at => {
    const { plot } = element,
      tip = element.querySelector('.tip');
    place = at === null ? -1 : Math.min(plot.count - 1, Math.max(0, at));
    if (plot.show) plot.show(place);
    tip.style.visibility = place < 0 ? 'hidden' : 'visible';
    if (place < 0) {
      tip.textContent = '';
      return;
    }
    tip.innerHTML = plot.tell(place);
    // Right of the place, else left of it, else below the plot: never over what it tells of.
    const { x, y } = plot.spot(place),
      room = element.clientWidth - tip.offsetWidth;
    const left = [x + 14, x - tip.offsetWidth - 14].find(at => at >= 0 && at <= room);
    tip.style.left = `${left ?? Math.max(0, room / 2)}px`;
    tip.style.top = `${left === undefined ? element.clientHeight : Math.max(0, y)}px`;
  };
  const from = event => {
    const svg = element.querySelector('svg[role=img]').getBoundingClientRect();
    return element.plot.pick(event.clientX - svg.left, event.clientY - svg.top);
  };
  element.addEventListener('pointermove', event => say(from(event)));
  element.addEventListener('pointerdown', event => say(from(event)));
  // A click, not a press: a finger that scrolls the page chooses nothing.
  element.addEventListener('click', event => {
    const at = from(event);
    if (at !== null && element.plot.choose) element.plot.choose(at);
  });
  // What a finger has touched stays until it touches something else.
  element.addEventListener('pointerleave', event => {
    if (event.pointerType !== 'touch') say(null);
  });
  document.addEventListener('pointerdown', event => {
    if (place >= 0 && !element.contains(event.target)) say(null);
  });
  element.addEventListener('blur', () => say(null));
  element.addEventListener('keydown', event => {
    const { plot } = element;
    const moves = {
      ArrowRight: 1,
      ArrowDown: 1,
      ArrowLeft: -1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -1e9,
      End: 1e9,
    };
    if (event.target !== element) return;
    if (event.key === 'Escape') say(null);
    else if (event.key === 'Enter' && plot.choose && place >= 0) plot.choose(place);
    else if (event.key in moves) {
      event.preventDefault();
      say(place < 0 ? (plot.first ? plot.first() : 0) : place + moves[event.key]);
    }
  });
}

// ---- over time ----
let view = whole;
const timePlots = [];
/** Shows a step in all of them; one that is hidden has not been drawn. */
const crossAll = at => timePlots.forEach(other => other.cross?.(at));
const stepAt = time => {
  let low = 0,
    high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle].time <= time) low = middle;
    else high = middle - 1;
  }
  return high > low || low + 1 >= steps.length || time - steps[low].time <= steps[low + 1].time - time ? low : low + 1;
};
const oftenOf = kind => record.marks.filter(mark => mark.kind === kind).length;
const rareMarks = record.marks.slice().sort((a, b) => oftenOf(a.kind) - oftenOf(b.kind));
const marksNear = at => {
  const from = at ? steps[at - 1].time : -Infinity,
    to = steps[at].time;
  return record.marks.filter(({ time }) => time > from && time <= to);
};

/** What all plots over time have behind and below them: parts of the day, marks, and the hours. */
function timeFrame(width, left, top, bottom, shown = view) {
  const right = 8,
    x = time => left + ((time - shown[0]) / (shown[1] - shown[0])) * (width - left - right);
  let behind = '',
    before = '';
  phases.forEach(({ name, from, to }, at) => {
    const start = Math.max(left, x(from)),
      end = Math.min(width - right, x(to));
    if (end <= start) return;
    const all = start <= left && end >= width - right;
    if (!all && (at % 2 || name === 'crash'))
      behind += rectAt(start, top, end - start, bottom - top, `band ${esc(name)}`);
    if (end - start > name.length * 6 + 6) behind += textAt((start + end) / 2, top - 5, name, 'middle');
  });
  // Where letters would touch, what happens seldom has its letter; what happens every hour needs none.
  const letters = [];
  rareMarks.forEach(({ time, kind }) => {
    if (time < shown[0] || time > shown[1]) return;
    const at = x(time);
    if (oftenOf(kind) > 12) {
      before += lineAt(at, bottom - 3, at, bottom, 'zero');
      return;
    }
    before += lineAt(at, bottom - 6, at, bottom, 'tick');
    if (letters.some(other => Math.abs(other - at) < 9)) return;
    before += textAt(at, bottom - 8, kind[0], 'mark');
    letters.push(at);
  });
  timeTicks(shown, (width - left - right) / 58).forEach(time => {
    before +=
      lineAt(x(time), bottom, x(time), bottom + 4, 'zero') +
      textAt(Math.min(x(time), width - 16), bottom + 16, clock(time), 'middle');
  });
  return { x, behind, before: before + lineAt(left, bottom, width - right, bottom, 'zero') };
}

/** A path through the steps in view, and one beyond on either side; `stepped` holds each value until the next. */
function trace(values, x, y, stepped) {
  let path = '',
    pen = false,
    last = 0;
  values.forEach((value, at) => {
    if (value === null || value === undefined) {
      if (!stepped) return;
      pen = false;
      return;
    }
    const across = fixed(x(steps[at].time)),
      up = fixed(y(value));
    if (!pen) path += `M${across} ${up}`;
    else if (stepped) path += `H${across}V${up}`;
    else path += `L${across} ${up}`;
    pen = true;
    last = across;
  });
  return { path, last };
}
/** The area between two lists of values. */
function between(low, high, x, y, stepped) {
  const there = steps.map((_, at) => at).filter(at => low[at] !== null && high[at] !== null);
  if (!there.length) return '';
  const points = (list, order) =>
    order
      .map((at, place) => {
        const across = fixed(x(steps[at].time)),
          up = fixed(y(list[at]));
        if (!stepped || !place) return `${across} ${up}`;
        return list === high
          ? `${across} ${fixed(y(list[order[place - 1]]))} ${across} ${up}`
          : `${fixed(x(steps[order[place - 1]].time))} ${up} ${across} ${up}`;
      })
      .join(' ');
  return `M${points(high, there)} L${points(low, there.slice().reverse())}Z`;
}

/**
 * A plot over the steps of the day. `series` are `{ label, kind, values, format, as }` with `as` one of line, step, area (from
 * `low`, stepped if `stepped`); `axis` is `{ format, label, low, high, log }`; `more` adds facts to the tooltip.
 */
function timePlot(element, { label, height = 220, series, axis, more, first }) {
  timePlots.push(element);
  draw(element, (_, width) => {
    const inView = steps.map((_, at) => at).filter(at => steps[at].time >= view[0] && steps[at].time <= view[1]);
    const seen = series
      .flatMap(one => inView.flatMap(at => (one.low ? [one.values[at], one.low[at]] : [one.values[at]])))
      .filter(Number.isFinite);
    let low = axis.low ?? least(seen),
      high = axis.high ?? most(seen);
    if (!seen.length) [low, high] = [axis.low ?? 0, axis.high ?? 1];
    if (!(high > low)) {
      const pad = Math.abs(high) * 0.1 || 1;
      low -= axis.low === undefined ? pad : 0;
      high += pad;
    } else {
      const pad = (high - low) * 0.06;
      if (axis.low === undefined) low -= pad;
      if (axis.high === undefined) high += pad;
    }
    const scale = axis.log ? Math.log10 : value => value;
    const list = axis.ticks ? axis.ticks(low, high) : ticks(low, high, height / 48);
    const left = Math.max(44, most(list.map(value => axis.format(value).length)) * 6.3 + 8);
    const top = 18,
      bottom = height - 22;
    const y = value => bottom - ((scale(value) - scale(low)) / (scale(high) - scale(low))) * (bottom - top);
    const frame = timeFrame(width, left, top, bottom);
    let body =
      frame.behind +
      list
        .map(
          value =>
            lineAt(left, y(value), width - 8, y(value), 'grid') +
            textAt(left - 6, y(value) + 4, axis.format(value), 'end'),
        )
        .join('');
    const x = time => frame.x(time) - left,
      up = value => y(value) - top;
    body += cut(
      left,
      top,
      width - left - 8,
      bottom - top + 1,
      series
        .map(one =>
          one.as === 'area'
            ? `<path d="${between(one.low, one.values, x, up, one.stepped)}" class="fill ${one.kind}"/>`
            : `<path d="${trace(one.values, x, up, one.as === 'step').path}" class="curve ${one.kind}"/>`,
        )
        .join(''),
    );
    body += frame.before + `<line class="cursor" y1="${top}" y2="${bottom}"/>`;
    element.innerHTML =
      keys(series.filter(one => one.label).map(one => [one.kind, one.label, one.as === 'area' ? 'area' : 'line'])) +
      picture(width, height, label, body);
    const head = element.firstChild.offsetHeight;
    explore(element, {
      count: steps.length,
      first: () => (first ? first() : stepAt(view[0])),
      pick: across =>
        stepAt(
          view[0] + ((Math.min(width - 8, Math.max(left, across)) - left) / (width - left - 8)) * (view[1] - view[0]),
        ),
      spot: at => ({ x: frame.x(steps[at].time), y: head + top + 4 }),
      show: at => crossAll(at),
      tell: at =>
        `<b>${clock(steps[at].time, true)}, ${esc(steps[at].phase)}</b>` +
        facts(
          series
            .filter(one => one.label)
            .map(one => [
              one.label,
              one.values[at] === null || one.values[at] === undefined
                ? 'not computed'
                : (one.tell || (value => axis.format(value)))(one.values[at], at),
            ])
            .concat(more ? more(at) : []),
        ) +
        marksNear(at)
          .map(({ kind, what }) => `<div><b>${esc(kind)}</b>: ${esc(what)}</div>`)
          .join(''),
    });
    element.cross = at => {
      const line = element.querySelector('.cursor');
      const visible = at >= 0 && steps[at].time >= view[0] && steps[at].time <= view[1];
      line.style.visibility = visible ? 'visible' : 'hidden';
      if (visible) {
        line.setAttribute('x1', frame.x(steps[at].time));
        line.setAttribute('x2', frame.x(steps[at].time));
      }
    };
  });
}

// ---- the part of the day that is shown ----
const views = [
  ['Day', whole],
  ...phases.map(({ name, from, to }) => [name[0].toUpperCase() + name.slice(1), [from, Math.max(to, from + 60)]]),
];
$('views').innerHTML = views
  .map(([name], at) => `<button type="button" aria-pressed="${!at}">${esc(name)}</button>`)
  .join('');
[...$('views').children].forEach((button, at) =>
  button.addEventListener('click', () => {
    view = views[at][1];
    [...$('views').children].forEach((other, place) => other.setAttribute('aria-pressed', place === at));
    redraw();
  }),
);
