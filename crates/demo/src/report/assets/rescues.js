// Rescues: the map over the day, the list, and one of them in full.

const HOPS = {
  begin: ['four', 'begins'],
  take: ['one', 'positions taken over'],
  sell: ['two', 'tokens sold'],
  close: ['one', 'closed against others'],
  insurance: ['three', 'insurance paid'],
  cut: ['fault', 'winners\u2019 claims cut'],
  share: ['fault', 'loss shared by lenders'],
  end: ['four', 'ends'],
};
const hopKind = hop => (HOPS[hop] || ['ink'])[0];

/** Steps of one account, from a beginning to its end. */
const episodes = [];
{
  const open = new Map();
  rescues.forEach(step => {
    let one = open.get(step.person);
    if (!one || step.hop === 'begin') {
      one = { person: step.person, steps: [] };
      open.set(step.person, one);
      episodes.push(one);
    }
    one.steps.push(step);
    if (step.hop === 'end') open.delete(step.person);
  });
}
episodes.forEach(one => {
  one.from = one.steps[0].time;
  one.to = one.steps[one.steps.length - 1].time;
  one.name = people[one.person].name;
  one.before = one.steps[0].before;
  one.after = one.steps[one.steps.length - 1].after;
  for (const key of ['notional', 'pay', 'insurance']) one[key] = sum(one.steps.map(step => step[key]));
  one.state = one.steps.some(({ hop }) => ['insurance', 'cut', 'share'].includes(hop))
    ? 'a loss was covered'
    : one.after.equity >= one.after.maintenance
      ? 'restored'
      : 'still short';
});
// By account, in the order in which accounts first needed one.
const accounts = [...new Set(episodes.map(one => one.person))];
episodes.sort((a, b) => accounts.indexOf(a.person) - accounts.indexOf(b.person) || a.from - b.from);
episodes.forEach(one => {
  const all = episodes.filter(other => other.person === one.person);
  one.row = accounts.indexOf(one.person);
  one.title = all.length > 1 ? `${one.name}, ${all.indexOf(one) + 1} of ${all.length}` : one.name;
  one.when = one.to > one.from ? `${clock(one.from, true)} to ${clock(one.to, true)}` : clock(one.from, true);
});
let chosen = 0,
  hopChosen = null;

// ---- the map ----
if (episodes.length) {
  // The hours in which somebody is rescued are few: the map has a span of its own.
  const first = least(episodes.map(({ from }) => from)),
    end = most(episodes.map(({ to }) => to)),
    pad = Math.max(60, (end - first) * 0.03);
  draw($('map'), (element, width) => {
    const row = Math.max(5, Math.min(18, Math.floor(640 / accounts.length))),
      left = width < 560 || row < 10 ? 10 : 130,
      top = 18,
      bottom = top + accounts.length * row + 8;
    const span = view === whole ? [first - pad, end + pad] : view;
    const frame = timeFrame(width, left, top, bottom, span),
      y = at => top + at * row + row / 2 + 2;
    let inside = '',
      names =
        left > 100
          ? accounts.map((person, at) => textAt(left - 8, y(at) + 4, people[person].name, 'end')).join('')
          : '';
    episodes.forEach(one => {
      const x = time => frame.x(time) - left;
      inside += rectAt(x(one.from) - 7, y(one.row) - top - row / 2, x(one.to) - x(one.from) + 14, row, 'chosen');
      inside += lineAt(x(one.from), y(one.row) - top, x(one.to), y(one.row) - top, 'stroke four');
      one.steps.forEach(step => {
        const across = fixed(x(step.time)),
          up = fixed(y(one.row) - top),
          kind = hopKind(step.hop);
        if (step.hop === 'begin' || step.hop === 'end')
          inside += `<path d="M${across} ${fixed(up - Math.min(4, row / 2))}v${Math.min(8, row)}" class="stroke ${kind}" stroke-width="1.5"/>`;
        else inside += `<circle cx="${across}" cy="${up}" r="${Math.min(4, row / 2)}" class="dot ${kind}"/>`;
      });
    });
    const used = [...new Set(rescues.map(({ hop }) => hop))].filter(
      hop => HOPS[hop] && hop !== 'begin' && hop !== 'end',
    );
    const signs = [...new Map(used.map(hop => [HOPS[hop][1], [`dot ${hopKind(hop)}`, HOPS[hop][1], 'dot']])).values()];
    element.innerHTML =
      keys([['four', 'under liquidation'], ...signs]) +
      picture(
        width,
        bottom + 22,
        'Rescues over the day, one line each',
        `<g class="pick">${frame.behind}${names}${cut(left, top, width - left - 8, bottom - top, inside)}</g>` +
          frame.before,
      );
    const head = element.firstChild.offsetHeight;
    explore(element, {
      count: episodes.length,
      first: () => chosen,
      choose: at => choose(at),
      pick: (across, up) => {
        const at = Math.max(0, Math.min(accounts.length - 1, Math.floor((up - top - 2) / row)));
        const far = episodes.map(one =>
          one.row === at ? Math.max(frame.x(one.from) - across, across - frame.x(one.to), 0) : Infinity,
        );
        return far.indexOf(least(far));
      },
      spot: at => ({
        x: Math.min(width - 8, Math.max(left, frame.x(episodes[at].to))),
        y: head + y(episodes[at].row) - 20,
      }),
      tell: at => {
        const one = episodes[at];
        return (
          `<b>${esc(one.title)}</b>` +
          facts([
            ['began', clock(one.from, true)],
            ['took', lasting(one.to - one.from)],
            ['steps', one.steps.length],
            ['closed', dollars(one.notional)],
            ['now', one.state],
          ])
        );
      },
    });
    markChosen();
  });
} else {
  $('map').innerHTML = '<p class="note">Nobody had to be rescued.</p>';
  $('audit').hidden = true;
}
function markChosen() {
  $('map')
    .querySelectorAll('.chosen')
    .forEach((rect, at) => {
      rect.style.visibility = at === chosen ? 'visible' : 'hidden';
    });
}

// ---- the list ----
$('list').innerHTML = episodes
  .map(
    (one, at) =>
      `<li role="option" id="rescue-${at}" aria-selected="${!at}" tabindex="${at ? -1 : 0}">${esc(one.title)}` +
      `<span>${clock(one.from, true)}, ${lasting(one.to - one.from)}, ${compact(one.notional)} closed; ${one.state}</span></li>`,
  )
  .join('');
$('list').addEventListener('click', event => {
  const item = event.target.closest('li');
  if (item) choose([...$('list').children].indexOf(item));
});
$('list').addEventListener('keydown', event => {
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  choose(Math.max(0, Math.min(episodes.length - 1, chosen + moves[event.key])));
  $('list').children[chosen].focus();
});
function choose(at) {
  const items = $('list').children;
  items[chosen].setAttribute('aria-selected', 'false');
  items[chosen].tabIndex = -1;
  chosen = at;
  hopChosen = null;
  items[at].setAttribute('aria-selected', 'true');
  items[at].tabIndex = 0;
  // Only the list may scroll, not the page.
  $('list').scrollTop = Math.max(0, Math.min(items[at].offsetTop - $('list').offsetTop - 60, $('list').scrollHeight));
  markChosen();
  detail();
}

// ---- one rescue ----
function detail() {
  if (!episodes.length) return;
  const one = episodes[chosen],
    who = people[one.person];
  const closing = one.steps.filter(({ hop }) => hop !== 'begin' && hop !== 'end').length;
  $('detail').innerHTML =
    `<h3>${esc(one.title)}: ${one.when}</h3>` +
    `<p class="how">${esc(who.kind)}, account <code>${esc(who.account)}</code>. Worth ${dollars(one.before.equity)} against ${dollars(one.before.maintenance)} of maintenance ` +
    `margin when it began; ${closing} ${closing === 1 ? 'step' : 'steps'} closed ${dollars(one.notional)} of notional, paid keepers ${dollars(one.pay)} and ` +
    `${one.insurance < 0 ? `took ${dollars(-one.insurance)} from` : `gave ${dollars(one.insurance)} to`} the insurance.</p>` +
    '<div id="hops"></div><h4 id="h-standing"></h4><div class="plot" id="standing"></div><h4 id="h-ladder"></h4>' +
    '<p class="how">Left of a solid line the account would owe money in that row; a dashed line is minus the maintenance margin. Rescues pull the far left dots in.</p><div class="plot" id="ladder"></div>';
  $('hops').innerHTML = table(
    [
      {
        head: 'Step',
        cell: (step, at) =>
          `<button type="button" data-hop="${at}" aria-pressed="false">${at + 1} ${esc(step.hop)}</button>`,
      },
      { head: 'Time', cell: step => clock(step.time, true) },
      { head: 'After', number: true, cell: step => `${count(step.seconds)} s` },
      { head: 'Discount', number: true, cell: step => (step.discount ? percent(step.discount, 2) : '\u2014') },
      { head: 'Notional', number: true, cell: step => (step.notional ? dollars(step.notional) : '\u2014') },
      { head: 'Keeper got', number: true, cell: step => (step.pay ? dollars(step.pay) : '\u2014') },
      { head: 'Insurance got', number: true, cell: step => (step.insurance ? dollars(step.insurance) : '\u2014') },
      { head: 'Keeper', cell: step => esc(people[step.keeper] ? people[step.keeper].name : '') },
    ],
    one.steps,
    {
      label: 'Steps of the rescue',
      foot: [
        '<button type="button" data-hop="all" aria-pressed="true">whole rescue</button>',
        '',
        lasting(one.to - one.from),
        '',
        dollars(one.notional),
        dollars(one.pay),
        dollars(one.insurance),
        '',
      ],
    },
  );
  $('hops').className = 'hops';
  $('hops')
    .querySelectorAll('button')
    .forEach(button =>
      button.addEventListener('click', () => {
        hopChosen = button.dataset.hop === 'all' ? null : Number(button.dataset.hop);
        pair();
      }),
    );
  $('hops').insertAdjacentHTML('beforeend', '<div class="note" id="what"></div>');
  pair();
}
/** Lots of an instrument; of tokens, which are counted in 10^-8, coins. */
const COINS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 8 });
const inCoins = ([instrument, amount]) =>
  instrument.endsWith(' coins')
    ? `${COINS.format(amount / 1e8)} ${esc(instrument.slice(0, -' coins'.length))}`
    : `${count(amount)} ${esc(instrument)}`;
/** What of the chosen rescue is shown before and after: all of it, or one step. */
function pair() {
  const one = episodes[chosen],
    step = hopChosen === null ? null : one.steps[hopChosen];
  const { before, after } = step || one,
    which = step ? `step ${hopChosen + 1}, ${step.hop}` : 'the whole rescue';
  $('hops')
    .querySelectorAll('button')
    .forEach(button =>
      button.setAttribute(
        'aria-pressed',
        String(button.dataset.hop === (hopChosen === null ? 'all' : String(hopChosen))),
      ),
    );
  const closed = step ? step.closed : one.steps.flatMap(({ closed }) => closed);
  const lots = new Map();
  closed.forEach(([instrument, amount]) => lots.set(instrument, (lots.get(instrument) || 0) + amount));
  const said = (step ? [step] : one.steps).map(({ what }) => `<div>${esc(what)}</div>`).join('');
  $('what').innerHTML =
    (step
      ? said
      : `<details${one.steps.length > 4 ? '' : ' open'}><summary>What happened, in sentences</summary>${said}</details>`) +
    (lots.size
      ? `<div><b>Closed, in lots, and tokens sold:</b> ${[...lots].map(inCoins).join('; ')}.</div>`
      : '');
  $('h-standing').textContent = `Equity and margins before and after: ${which}`;
  $('h-ladder').textContent = `Profit or loss in each row of the model: ${which}`;
  shown = { before, after };
  drawStanding($('standing'), $('standing').clientWidth);
  drawLadder($('ladder'), $('ladder').clientWidth);
}
let shown = null;
drawings.push(() => {
  if (shown) {
    drawStanding($('standing'), $('standing').clientWidth);
    drawLadder($('ladder'), $('ladder').clientWidth);
  }
});

function drawStanding(element, width) {
  const { before, after } = shown,
    lines = [
      ['equity', 'equity'],
      ['maintenance', 'maintenance margin'],
      ['initial', 'initial margin'],
    ];
  const all = lines.flatMap(([key]) => [before[key], after[key]]),
    low = least([0, ...all]),
    high = most([1, ...all]);
  const left = 128,
    right = Math.min(190, width * 0.3),
    row = 36,
    x = value => left + ((value - low) / (high - low)) * (width - left - right);
  const body = lines
    .map(([key, name], at) => {
      const y = at * row + 4;
      return (
        textAt(left - 8, y + 18, name, 'end strong') +
        [
          [before, 'two'],
          [after, 'one'],
        ]
          .map(([standing, kind], side) => {
            const from = Math.min(x(0), x(standing[key])),
              across = Math.abs(x(standing[key]) - x(0)),
              up = y + side * 13;
            return (
              rectAt(from, up, across, 11, `fill ${kind}`) +
              textAt(
                Math.max(x(0), x(standing[key])) + 5,
                up + 9.5,
                width < 560 ? compact(standing[key]) : dollars(standing[key]),
                'strong',
              )
            );
          })
          .join('')
      );
    })
    .join('');
  element.innerHTML =
    keys([
      ['two', 'before', 'area'],
      ['one', 'after', 'area'],
    ]) +
    picture(
      width,
      lines.length * row,
      'Equity, maintenance and initial margin before and after',
      body + lineAt(x(0), 0, x(0), lines.length * row - 6, 'zero'),
    );
}
function drawLadder(element, width) {
  const { before, after } = shown,
    row = 16,
    top = 6,
    narrow = width < 560;
  const names = rowNames.map(name =>
    narrow ? name.replace('volatility', 'vol').replace('unchanged', 'same').replace('times the', '\u00d7') : name,
  );
  const left = Math.min(width * 0.45, most(names.map(name => name.length)) * (narrow ? 5.6 : 5.7) + 10),
    right = 12;
  const limits = [
    [-before.equity, 'two'],
    [-after.equity, 'one'],
    [-before.maintenance, 'two dash'],
    [-after.maintenance, 'one dash'],
  ];
  const all = [...before.ladder, ...after.ladder, ...limits.map(([value]) => value), 0],
    pad = (most(all) - least(all)) * 0.03 || 1;
  const low = least(all) - pad,
    high = most(all) + pad,
    bottom = top + names.length * row;
  const x = value => left + ((value - low) / (high - low)) * (width - left - right),
    y = at => top + at * row + row / 2;
  let body = ticks(low, high, (width - left) / 80)
    .map(
      value =>
        lineAt(x(value), top, x(value), bottom, 'grid') + textAt(x(value), bottom + 14, compact(value), 'middle'),
    )
    .join('');
  body += rectAt(0, 0, width, row, 'chosen') + lineAt(x(0), top, x(0), bottom, 'zero');
  body += limits.map(([value, kind]) => lineAt(x(value), top, x(value), bottom, `curve ${kind}`)).join('');
  names.forEach((name, at) => {
    const [from, to] = [before.ladder[at] || 0, after.ladder[at] || 0];
    body +=
      textAt(left - 8, y(at) + 4, name, 'end') +
      lineAt(x(from), y(at), x(to), y(at), 'stroke four') +
      `<circle cx="${fixed(x(from))}" cy="${y(at)}" r="4" class="hollow two"/><circle cx="${fixed(x(to))}" cy="${y(at)}" r="4" class="dot one"/>`;
  });
  body += textAt(left + (width - left - right) / 2, bottom + 30, 'profit or loss in the row, dollars', 'middle');
  element.innerHTML =
    keys([
      ['hollow two', 'before', 'dot'],
      ['dot one', 'after', 'dot'],
      ['two', '\u2212equity before'],
      ['one', '\u2212equity after'],
      ['two dash', '\u2212maintenance before'],
      ['one dash', '\u2212maintenance after'],
    ]) + picture(width, bottom + 36, 'Profit or loss by row of the model, before and after', body);
  const head = element.firstChild.offsetHeight;
  explore(element, {
    count: names.length,
    pick: (_, up) => Math.max(0, Math.min(names.length - 1, Math.floor((up - top) / row))),
    spot: at => ({ x: Math.max(left, Math.min(x(before.ladder[at]), x(after.ladder[at])) - 40), y: head + y(at) + 12 }),
    show: at => {
      const rect = element.querySelector('.chosen');
      rect.style.visibility = at < 0 ? 'hidden' : 'visible';
      if (at >= 0) rect.setAttribute('y', y(at) - row / 2);
    },
    tell: at =>
      `<b>${esc(rowNames[at])}</b>` +
      facts([
        ['before', dollars(before.ladder[at])],
        ['after', dollars(after.ladder[at])],
        ['equity left, before', dollars(before.equity + before.ladder[at])],
        ['equity left, after', dollars(after.equity + after.ladder[at])],
      ]),
  });
}
detail();
