// Tables of the day's end: compute units, the balance, people, and other regimes.

// ---- compute units ----
const LIMIT = 1_400_000;
/** Bins end at 2^k thousand units; the plot begins at five hundred. */
const binsAt = (used, width) => Math.max(0, Math.min(1, Math.log2(Math.max(1, used) / 500) / 12)) * width;
const BINS = { width: 208, height: 26 };
function bins({ instruction, histogram, median }) {
  const tallest = Math.sqrt(most([1, ...histogram])),
    each = BINS.width / 12;
  const bars = histogram
    .map((often, at) =>
      often
        ? rectAt(
            at * each + 1,
            BINS.height - (Math.sqrt(often) / tallest) * (BINS.height - 3),
            each - 2,
            (Math.sqrt(often) / tallest) * (BINS.height - 3),
            'fill one',
          )
        : '',
    )
    .join('');
  const told = histogram
    .map((often, at) => (often ? `${count(often)} below ${2 ** at}k` : ''))
    .filter(Boolean)
    .join(', ');
  const limit = binsAt(LIMIT, BINS.width),
    middle = binsAt(median, BINS.width);
  return (
    `<div class="plot" title="${esc(told)}">` +
    picture(
      BINS.width,
      BINS.height,
      `${instruction}: ${told}`,
      bars +
        lineAt(0, BINS.height - 0.5, BINS.width, BINS.height - 0.5, 'zero') +
        `<path d="M${fixed(middle)} ${BINS.height}l-4 5h8z" class="fill ink"/>` +
        `<line x1="${fixed(limit)}" x2="${fixed(limit)}" y1="0" y2="${BINS.height}" class="stroke fault" stroke-width="1.5"/>`,
    ) +
    '</div>'
  );
}
const binsHead = `<div class="plot">${picture(BINS.width, 14, 'Scale of compute units', [1, 16, 256].map(thousands => textAt(binsAt(thousands * 1000, BINS.width), 11, `${thousands}k`, 'middle')).join('') + textAt(BINS.width, 11, '1.4M', 'end'))}</div>`;
$('units').innerHTML = table(
  [
    { head: 'Main instruction', cell: unit => esc(unit.instruction).replace('.', '.<wbr>') },
    { head: binsHead, attributes: ' style="min-width:14rem"', cell: bins },
    { head: 'Times', number: true, cell: unit => count(unit.times) },
    { head: 'Refused', number: true, cell: unit => count(unit.refused) },
    { head: 'Group unwritten', number: true, cell: unit => count(unit.beside) },
    { head: 'Sent again', number: true, cell: unit => count(unit.again) },
    { head: 'Least', number: true, cell: unit => count(unit.least) },
    { head: 'Median \u25b2', number: true, cell: unit => count(unit.median) },
    { head: 'Most', number: true, cell: unit => count(unit.most) },
  ],
  record.units,
  { label: 'Compute units of transactions' },
);

// ---- the balance ----
const rest = sum(close.balance.map(([, units]) => units));
$('balance').innerHTML =
  table(
    [
      { head: 'What', cell: ([what]) => esc(what) },
      { head: 'Came in', number: true, cell: ([, units]) => (units > 0 ? exact(units) : '') },
      { head: 'Where it is', number: true, cell: ([, units]) => (units > 0 ? '' : exact(-units)) },
    ],
    close.balance,
    {
      label: 'The balance at close',
      foot: ['Residual', '', `<span${close.residual ? ' class="worse"' : ''}>${exact(close.residual)}</span>`],
    },
  ) + (rest === close.residual ? '' : `<p class="worse">The rows sum to ${exact(rest)}, not to the residual.</p>`);

// ---- people ----
const peopleColumns = [
  { head: 'Name', key: person => person.name, cell: person => esc(person.name) },
  { head: 'Kind', key: person => person.kind, cell: person => esc(person.kind) },
  { head: 'Brought', number: true, key: person => person.brought, cell: person => dollars(person.brought) },
  { head: 'Took home', number: true, key: person => person.took, cell: person => dollars(person.took) },
  {
    head: 'Change',
    number: true,
    key: person => person.took - person.brought,
    cell: person => dollars(person.took - person.brought),
  },
  { head: 'Rescues', number: true, key: person => person.rescues, cell: person => count(person.rescues) },
  {
    head: 'Account',
    key: person => person.account,
    cell: person => `<code title="${esc(person.account)}">${esc(person.account.slice(0, 8))}\u2026</code>`,
  },
];
let sorted = null,
  down = false;
function drawPeople() {
  const list = people.slice();
  const order = new Intl.Collator('en', { numeric: true });
  if (sorted !== null) {
    const { key, number } = peopleColumns[sorted];
    list.sort((a, b) => (down ? -1 : 1) * (number ? key(a) - key(b) : order.compare(key(a), key(b))));
  }
  const within = $('people').querySelector('.scroll'),
    across = within ? within.scrollLeft : 0;
  $('people').innerHTML = table(
    peopleColumns.map((column, at) => ({
      ...column,
      head: `<button type="button">${column.head}${sorted === at ? (down ? ' \u2193' : ' \u2191') : ''}</button>`,
      attributes: sorted === at ? ` aria-sort="${down ? 'descending' : 'ascending'}"` : '',
    })),
    list,
    {
      label: 'People',
      tall: true,
      foot: [
        `${count(people.length)} in all`,
        '',
        dollars(sum(people.map(person => person.brought))),
        dollars(sum(people.map(person => person.took))),
        dollars(sum(people.map(person => person.took - person.brought))),
        count(sum(people.map(person => person.rescues))),
        '',
      ],
    },
  );
  $('people').querySelector('.scroll').scrollLeft = across;
  $('people')
    .querySelectorAll('th button')
    .forEach((button, at) =>
      button.addEventListener('click', () => {
        down = sorted === at ? !down : Boolean(peopleColumns[at].number);
        sorted = at;
        drawPeople();
        $('people').querySelectorAll('th button')[at].focus();
      }),
    );
}
drawPeople();

// ---- regimes ----
const { regimes } = record;
if (regimes.length) {
  $('regimes').hidden = false;
  const tag = ({ played }) =>
    `<span class="tag${played ? ' played' : ''}">${played ? 'played' : 'computed'}</span>`;
  const measures = [
    ['Margin locked, peak', regime => regime.peak, compact],
    ['Margin locked, mean', regime => regime.locked, compact, 'drawn'],
    ['Money brought beside', regime => regime.brought, compact, 'drawn'],
    ['Accounts liquidated', regime => regime.accounts, count],
    ['Liquidation steps', regime => regime.liquidations, count],
    ['Notional sold', regime => regime.sold, compact, 'drawn'],
    ['Paid to liquidators and insurance', regime => regime.fees, compact, 'drawn'],
    ['Set back by being liquidated', regime => regime.set_back, compact, 'drawn'],
    ['Spared by being liquidated', regime => regime.spared, compact, 'drawn'],
    ['Loss of the liquidated', regime => regime.loss, compact],
    ['Paid by the insurance', regime => regime.insured, compact],
    ['Bad debt', regime => regime.bad_debt, compact],
  ];
  $('regime-table').innerHTML = table(
    [
      { head: 'To the last step of the day', cell: ([name]) => name },
      ...regimes.map(regime => ({
        head: `${esc(regime.name)}<br>${tag(regime)}`,
        number: true,
        cell: ([, value, format]) => format(value(regime)),
      })),
    ],
    measures,
    { label: 'Regimes side by side' },
  );
  const kinds = ['two', 'four', 'one'];
  const kindOf = at => (regimes[at].played ? 'one' : kinds[at % 2]);
  $('regime-bars').innerHTML = measures
    .map(([name, , , drawn], at) => drawn && `<div><h3>${name}</h3><div class="plot" data-at="${at}"></div></div>`)
    .filter(Boolean)
    .join('');
  $('regime-bars')
    .querySelectorAll('.plot')
    .forEach(element =>
      draw(element, (_, width) => {
        const [name, value, format] = measures[element.dataset.at],
          high = most([1, ...regimes.map(value)]),
          row = 34,
          right = 62;
        element.innerHTML = picture(
          width,
          regimes.length * row + 4,
          `${name} by regime`,
          regimes
            .map(
              (regime, at) =>
                textAt(0, at * row + 12, `${regime.name} (${regime.played ? 'played' : 'computed'})`) +
                rectAt(
                  0,
                  at * row + 17,
                  Math.max(1, (value(regime) / high) * (width - right)),
                  11,
                  `fill ${kindOf(at)}`,
                ) +
                textAt(
                  Math.max(1, (value(regime) / high) * (width - right)) + 6,
                  at * row + 26.5,
                  format(value(regime)),
                  'strong',
                ),
            )
            .join(''),
        );
      }),
    );
  timePlot($('regime-series'), {
    label: 'Initial margin under each regime over the day',
    height: 260,
    axis: { format: compact, low: 0 },
    series: regimes.map((regime, at) => ({
      label: `${regime.name} (${regime.played ? 'played' : 'computed'})`,
      kind: `${kindOf(at)} ${regime.played ? 'heavy' : at ? 'dots' : 'dash'}`,
      as: 'line',
      values: steps.map((_, step) => regime.series[step] ?? null),
      tell: dollars,
    })),
  });
}
