// The day over time: tiles, prices, margins, accounts at risk, insurance.

const { options, close } = record;
const column = name => steps.map(step => step[name]);
const traders = people.filter(({ kind }) => kind !== 'keeper');
const last = steps[steps.length - 1],
  opening = steps[0];

/** How deep the wick goes: the lowest price of its minute against the first. */
const wick = record.marks.find(({ kind }) => kind === 'wick');
const inWick = steps.filter(({ time }) => wick && time >= wick.time && time < wick.time + 60);
const depth = inWick.length ? 1 - least(inWick.map(step => step.markets[0].price)) / opening.markets[0].price : 0;
const spike = depth > options.crash ? `, and by ${percent(depth, 0)} for a minute` : '';

$('asked').textContent =
  `Seed ${options.seed}; ${options.traders} traders and ${count(people.length - traders.length)} keepers; bitcoin falls by ` +
  `${percent(options.crash, 0)}${spike}. ${count(close.transactions)} transactions on the built programs in an embedded SVM, ${count(close.refused)} of ` +
  `them refused. ${count(steps.length)} steps of prices; ${count(close.positions)} positions still open at the end.`;

// ---- tiles ----
const outside = (residual, [low, high]) => (residual > high ? residual - high : residual < low ? low - residual : 0);
const worstOutside = most([
  0,
  ...steps.flatMap(step => step.residuals.map((residual, at) => outside(residual, checks[at].allowed))),
  ...checks.map(check => outside(check.worst, check.allowed)),
]);
const compared = steps.filter(step => step.isolated);
const saving = compared.length
  ? 1 - sum(compared.map(step => step.portfolio)) / sum(compared.map(step => step.isolated))
  : null;
const rescued = new Set(rescues.map(({ person }) => person)).size;
/** What others bore of debts, by who they are. */
const borne = hop => sum(rescues.filter(step => step.hop === hop).map(step => step.borne));
const badDebt = last ? last.bad_debt : 0,
  mostDebt = most([0, ...column('bad_debt')]);
const checked = sum(checks.map(check => check.times));
const heaviest = record.units.reduce((a, b) => (b.most > a.most ? b : a), { instruction: 'none', most: 0 });
const tiles = [
  [
    'Accounts rescued',
    `${rescued} of ${traders.length}`,
    `in ${count(rescues.filter(({ hop }) => !['begin', 'end'].includes(hop)).length)} steps that closed or paid something`,
  ],
  [
    'Bad debt at the last step',
    compact(badDebt),
    `at most ${compact(mostDebt)} at any step; until the close insurance paid ${compact(borne('insurance'))}, ` +
      `claims were cut by ${compact(borne('cut'))}, lenders shared ${compact(borne('share'))}`,
  ],
  [
    'Insurance fund',
    last ? `${compact(opening.insurance)} \u2192 ${compact(last.insurance)}` : '\u2014',
    last
      ? `${last.insurance < opening.insurance ? 'paid' : 'earned'} ${dollars(Math.abs(last.insurance - opening.insurance))} net`
      : '',
  ],
  [
    'Margin saved',
    saving === null ? '\u2014' : percent(saving),
    saving === null ? 'isolated margin was not computed' : 'portfolio against isolated, average of the day',
  ],
  [
    'Invariants',
    `${count(checks.length)} \u00d7 ${count(steps.length)}`,
    `checks \u00d7 steps; ${count(checked)} in all`,
  ],
  [
    'Largest residual outside roundings',
    count(worstOutside),
    worstOutside ? 'something is wrong: see Invariants' : 'nothing off, at no step',
    worstOutside,
  ],
  ['The books\u2019 residual at close', count(close.residual), 'millionths of a dollar', close.residual],
  [
    'Heaviest transaction',
    `${count(heaviest.most / 1000)}k CU`,
    `${heaviest.instruction}; a transaction may take 1,400k`,
  ],
];
$('tiles').innerHTML = tiles
  .map(
    ([what, big, small, bad]) =>
      `<div><dt>${esc(what)}</dt><dd><span class="big${bad ? ' worse' : ''}">${esc(big)}</span><span class="small">${esc(small)}</span></dd></div>`,
  )
  .join('');

// ---- prices ----
const HOUR = 3600;
/** For how many seconds each step's prices were the last: steps are closer in the crash than at night. */
const spans = steps.map(({ time }, at) => (at + 1 < steps.length ? steps[at + 1].time - time : 0));
/** The seconds of the steps of which something holds. */
const secondsOf = holds => sum(spans.filter((_, at) => holds(at)));
const shareOfDay = holds => percent(secondsOf(holds) / Math.max(1, sum(spans)));
/** The largest move, up or down, from each step to any of the steps that follow within so many seconds. */
const moveAhead = (prices, seconds) =>
  prices.map((price, at) => {
    let worst = 0;
    for (let next = at + 1; next < steps.length && steps[next].time <= steps[at].time + seconds; next++)
      worst = Math.max(worst, Math.abs(prices[next] / price - 1));
    return worst;
  });
markets.forEach(({ name }, market) => {
  const of = key => steps.map(step => step.markets[market][key]);
  const price = of('price'),
    range = of('range'),
    hour = moveAhead(price, HOUR),
    day = moveAhead(price, 24 * HOUR);
  const beyond = shareOfDay(at => hour[at] > range[at]),
    short = shareOfDay(at => day[at] > range[at]);
  const cell = document.createElement('div');
  cell.innerHTML =
    `<h3>${esc(name)}: price and one scan range around it</h3><div class="plot"></div>` +
    `<h4>${esc(name)}: move still to come against the range</h4><div class="plot"></div>` +
    `<p class="note">For ${beyond} of the day's time the next hour was to bring more than one range, for ${short} the rest of the day was.</p>`;
  $('prices').append(cell);
  const [above, below] = cell.querySelectorAll('.plot');
  timePlot(above, {
    label: `Price of ${name} over the day, with its scan range and slow price`,
    height: 230,
    axis: { format: compact },
    series: [
      {
        label: 'scan range',
        kind: 'one pale',
        as: 'area',
        low: price.map((value, at) => value * (1 - range[at])),
        values: price.map((value, at) => value * (1 + range[at])),
        tell: (_, at) => `${dollars(price[at] * (1 - range[at]))} to ${dollars(price[at] * (1 + range[at]))}`,
      },
      { label: 'slow price', kind: 'two dash', as: 'line', values: of('slow'), tell: dollars },
      { label: 'price', kind: 'ink', as: 'line', values: price, tell: dollars },
    ],
    more: at => [
      ['feed', steps[at].markets[market].state],
      ['forecast, yearly', percent(steps[at].markets[market].forecast, 0)],
      ['options, yearly', percent(steps[at].markets[market].volatility, 0)],
    ],
  });
  timePlot(below, {
    label: `Moves of ${name} still to come against its scan range`,
    height: 160,
    axis: { format: value => percent(value, 0), low: 0 },
    series: [
      {
        label: 'in the next hour',
        kind: 'two',
        as: 'area',
        stepped: true,
        low: hour.map(() => 0),
        values: hour,
        tell: percent,
      },
      { label: 'in the rest of the day', kind: 'three dots', as: 'step', values: day, tell: percent },
      { label: 'range by the forecast alone', kind: 'one dash', as: 'step', values: of('forecast_range'), tell: percent },
      { label: 'scan range', kind: 'one heavy', as: 'step', values: range, tell: percent },
    ].map(one => ({ ...one, tell: value => percent(value) })),
  });
});
const doubtful = {};
steps.forEach((step, at) =>
  step.markets.forEach(({ state }, market) => {
    if (state === 'good' || !spans[at]) return;
    const name = `${markets[market].name} ${state}`;
    doubtful[name] = (doubtful[name] || 0) + spans[at];
  }),
);
const doubts = Object.entries(doubtful).map(([name, seconds]) => `${name} ${lasting(seconds)}`);
$('feeds').textContent = doubts.length
  ? `Feeds that were not good, and for how long: ${doubts.join(', ')}. The tooltips name the state.`
  : 'All feeds were good at every step.';
$('marks').innerHTML = record.marks.length
  ? table(
      [
        { head: 'Time', cell: mark => clock(mark.time, true) },
        { head: 'Letter', cell: mark => esc(mark.kind[0]) },
        { head: 'What', wide: true, cell: mark => `${esc(mark.kind)}: ${esc(mark.what)}` },
      ],
      record.marks,
      { label: 'Marks', tall: true },
    )
  : 'There are none.';

// ---- margins ----
/** Isolated margin is computed at some steps alone; between them the line is straight. */
const isolated = column('isolated'),
  portfolio = column('portfolio');
$('alone').hidden = compared.length > 0;
$('share').hidden = !compared.length;
timePlot($('margins'), {
  label: 'Isolated and portfolio margin of all traders over the day',
  height: 280,
  axis: { format: compact, low: 0 },
  series: [
    {
      kind: 'two pale',
      as: 'area',
      low: portfolio.map((value, at) => (isolated[at] === null ? null : value)),
      values: isolated,
    },
    { label: 'every position alone', kind: 'two dash', as: 'line', values: isolated, tell: dollars },
    { label: 'each book as a whole', kind: 'one heavy', as: 'line', values: portfolio, tell: dollars },
  ].filter(({ values }) => compared.length || values === portfolio),
  more: at => [
    ['maintenance margin', dollars(steps[at].maintenance)],
    ['equity', dollars(steps[at].equity)],
  ],
});
timePlot($('ratio'), {
  label: 'Portfolio margin as a share of isolated margin',
  height: 140,
  axis: {
    format: value => percent(value, 0),
    low: 0,
    high: Math.max(1, most([0, ...compared.map(step => step.portfolio / step.isolated)])),
  },
  series: [
    {
      label: 'portfolio / isolated',
      kind: 'one',
      as: 'line',
      values: steps.map(step => (step.isolated ? step.portfolio / step.isolated : null)),
      tell: value => percent(value),
    },
  ],
});

// ---- accounts at risk ----
const thin = column('thin'),
  shorts = column('short'),
  zero = steps.map(() => 0);
timePlot($('risk'), {
  label: 'Accounts that are thin, short and latched over the day',
  height: 220,
  axis: { format: count, low: 0, ticks: (low, high) => ticks(low, high, 4).filter(Number.isInteger) },
  series: [
    { label: 'thin: below initial margin', kind: 'gold', as: 'area', stepped: true, low: zero, values: thin },
    { kind: 'bronze', as: 'step', values: thin },
    {
      label: 'short: below maintenance margin',
      kind: 'two',
      as: 'area',
      stepped: true,
      low: thin,
      values: thin.map((value, at) => value + shorts[at]),
      tell: (_, at) => count(shorts[at]),
    },
    { label: 'latched: under liquidation', kind: 'three heavy', as: 'step', values: column('latched') },
  ],
});

// ---- insurance and solvency ----
timePlot($('insurance'), {
  label: 'Insurance fund over the day',
  height: 180,
  axis: { format: compact },
  series: [{ label: 'insurance fund', kind: 'one heavy', as: 'step', values: column('insurance'), tell: dollars }],
  more: at => [['bad debt', dollars(steps[at].bad_debt)]],
});
const indices = column('solvency').filter(value => Number.isFinite(value) && value > 0);
const floor = 10 ** Math.floor(Math.log10(Math.min(1, ...indices)) - 0.01),
  cap = 10 ** Math.ceil(Math.log10(Math.max(10, ...indices)) + 0.01);
timePlot($('solvency'), {
  label: 'Solvency index over the day, log scale',
  height: 200,
  axis: {
    log: true,
    low: floor,
    high: cap * 1.3,
    format: value => (value === cap ? 'none short' : `${value >= 1 ? count(value) : value}\u00d7`),
    ticks: () => {
      const list = [];
      for (let at = floor; at <= cap * 1.001; at *= 10)
        list.push(at >= cap * 0.999 ? cap : at >= 1 ? Math.round(at) : Number(at.toPrecision(1)));
      return list;
    },
  },
  series: [
    {
      label: 'funds / worst shortfall',
      kind: 'one',
      as: 'step',
      values: column('solvency').map(value => (value === null ? cap : Math.max(floor, value))),
      tell: (value, at) => (steps[at].solvency === null ? 'no row has a shortfall' : times(value)),
    },
  ],
  more: at => [
    ['worst shortfall', dollars(steps[at].shortfall)],
    ['insurance fund', dollars(steps[at].insurance)],
  ],
});

// ---- invariants ----
const shorter = (text, longest) => (text.length > longest ? text.slice(0, longest - 1) + '\u2026' : text);
const ENDLESS = 2 ** 62;
const allowance = ([low, high]) =>
  low === high
    ? count(low)
    : low < -ENDLESS
      ? `at most ${count(high)}`
      : high > ENDLESS
        ? `at least ${count(low)}`
        : `${count(low)} to ${count(high)}`;
timePlots.push($('strips'));
draw($('strips'), (element, width) => {
  const narrow = width < 560,
    left = narrow ? 96 : 190,
    longest = narrow ? 15 : 32,
    row = 20,
    top = 18,
    bottom = top + checks.length * row + 4;
  const frame = timeFrame(width, left, top, bottom);
  let body = frame.behind;
  checks.forEach(({ name, allowed }, check) => {
    const middle = top + check * row + row / 2 + 2,
      here = steps.map(step => step.residuals[check] || 0);
    const scale = (row / 2 - 2) / most([1, ...here.map(Math.abs)]);
    body += textAt(left - 8, middle + 4, shorter(narrow ? name.replace(/^.*?: /, '') : name, longest), 'end strong');
    let fine = '',
      fault = '';
    here.forEach((residual, at) => {
      if (!residual) return;
      const across = fixed(frame.x(steps[at].time) - left),
        size = Math.sign(residual) * Math.max(3, Math.abs(residual) * scale),
        mark = `M${across} ${row / 2}V${fixed(row / 2 - size)}`;
      if (outside(residual, allowed)) fault += mark;
      else fine += mark;
    });
    body +=
      lineAt(left, middle, width - 8, middle, 'grid') +
      cut(
        left,
        middle - row / 2,
        width - left - 8,
        row,
        `<path d="${fine}" class="stroke one"/><path d="${fault}" class="stroke fault" stroke-width="2.5"/>`,
      );
  });
  element.innerHTML = picture(
    width,
    bottom + 22,
    'Residuals of every check by step',
    body + frame.before + `<line class="cursor" y1="${top}" y2="${bottom}"/>`,
  );
  explore(element, {
    count: steps.length,
    first: () => stepAt(view[0]),
    pick: across =>
      stepAt(
        view[0] + ((Math.min(width - 8, Math.max(left, across)) - left) / (width - left - 8)) * (view[1] - view[0]),
      ),
    spot: at => ({ x: frame.x(steps[at].time), y: top + 4 }),
    show: at => crossAll(at),
    tell: at => {
      const off = checks
        .map(({ name }, check) => [name, steps[at].residuals[check]])
        .filter(([, residual]) => residual);
      return (
        `<b>${clock(steps[at].time, true)}, ${esc(steps[at].phase)}</b>` +
        (off.length ? facts(off.map(([name, residual]) => [name, count(residual)])) : '<div>every residual is 0</div>')
      );
    },
  });
  element.cross = at => {
    const line = element.querySelector('.cursor'),
      visible = at >= 0 && steps[at].time >= view[0] && steps[at].time <= view[1];
    line.style.visibility = visible ? 'visible' : 'hidden';
    if (visible) {
      line.setAttribute('x1', frame.x(steps[at].time));
      line.setAttribute('x2', frame.x(steps[at].time));
    }
  };
});
$('checks').innerHTML = table(
  [
    { head: 'Check', cell: check => esc(check.name) },
    {
      head: 'Worst residual',
      number: true,
      cell: check => `<span${outside(check.worst, check.allowed) ? ' class="worse"' : ''}>${count(check.worst)}</span>`,
    },
    { head: 'Allowed', number: true, cell: check => allowance(check.allowed) },
    { head: 'Times', number: true, cell: check => count(check.times) },
    { head: 'What must hold', wide: true, cell: check => esc(check.what) },
  ],
  checks,
  { label: 'Invariants' },
);
