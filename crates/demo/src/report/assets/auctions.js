// Prices of auctions: what each taking cost the account, and how long it had waited for one.

const takings = rescues
  .filter(({ hop, notional }) => (hop === 'take' || hop === 'sell') && notional > 0)
  .sort((a, b) => b.notional - a.notional);
/** Takings in the first second, by time: their place in a strip says nothing else. */
const prompt = takings.filter(({ seconds }) => seconds <= 0).sort((a, b) => a.time - b.time);
if (!takings.length) $('auction').innerHTML = '<p class="note">Nothing was taken over.</p>';
else
  draw($('auction'), (element, width) => {
    const height = 280,
      top = 10,
      bottom = height - 38,
      right = 14;
    const long = most([60, ...takings.map(step => step.seconds)]) * 1.04,
      deep = most([0.01, ...takings.map(step => step.discount)]) * 1.12,
      large = takings[0].notional;
    const list = ticks(0, deep, 5),
      digits = list[1] < 0.01 ? 1 : 0,
      left = most(list.map(value => percent(value, digits).length)) * 6.5 + 8;
    const room = width - left - right,
      later = takings.length - prompt.length;
    const strip = !prompt.length ? 0 : !later ? room : Math.min(room * 0.45, prompt.length * 16 + 24),
      start = left + strip + (strip && later ? 18 : 0);
    const x = step =>
      step.seconds <= 0
        ? left + ((prompt.indexOf(step) + 0.5) / prompt.length) * strip
        : start + (step.seconds / long) * (width - right - start);
    const y = discount => bottom - (discount / deep) * (bottom - top),
      radius = step => Math.max(2.5, Math.sqrt(step.notional / large) * (width < 560 ? 9 : 13));
    let body = list
      .map(
        value =>
          lineAt(left, y(value), width - right, y(value), 'grid') +
          textAt(left - 6, y(value) + 4, percent(value, digits), 'end'),
      )
      .join('');
    if (strip)
      body +=
        rectAt(left, top, strip, bottom - top, 'band') +
        lineAt(left, bottom, left + strip, bottom, 'zero') +
        textAt(left + strip / 2, bottom + 16, `at once: ${prompt.length}`, 'middle strong');
    if (later) {
      const scale = seconds => start + (seconds / long) * (width - right - start);
      body += ticks(0, long, (width - start) / 90)
        .map(
          value =>
            lineAt(scale(value), bottom, scale(value), bottom + 4, 'zero') +
            textAt(scale(value), bottom + 16, count(value), 'middle'),
        )
        .join('');
      body +=
        lineAt(start, bottom, width - right, bottom, 'zero') +
        textAt(width - right, bottom + 33, 'seconds since the auction began', 'end');
    }
    body += takings
      .map(
        step =>
          `<circle cx="${fixed(x(step))}" cy="${fixed(y(step.discount))}" r="${fixed(radius(step))}" class="dot ${hopKind(step.hop)}" fill-opacity=".75"/>`,
      )
      .join('');
    element.innerHTML =
      keys([
        ['dot one', 'positions, at the mark less the discount', 'dot'],
        ['dot two', 'tokens, below the index', 'dot'],
      ]) +
      picture(
        width,
        height,
        'Discount against seconds since the auction began',
        body + '<circle class="ring stroke ink" r="0" stroke-width="2"/>',
      );
    const head = element.firstChild.offsetHeight;
    explore(element, {
      count: takings.length,
      pick: (across, up) => {
        const far = takings.map(step => Math.hypot(x(step) - across, y(step.discount) - up) - radius(step) / 2),
          near = far.indexOf(least(far));
        return far[near] < 40 ? near : null;
      },
      spot: at => ({ x: x(takings[at]), y: head + Math.min(y(takings[at].discount), height - 120) }),
      show: at => {
        const ring = element.querySelector('.ring');
        ring.setAttribute('r', at < 0 ? 0 : radius(takings[at]) + 2);
        if (at >= 0) {
          ring.setAttribute('cx', x(takings[at]));
          ring.setAttribute('cy', y(takings[at].discount));
        }
      },
      choose: at => choose(episodes.findIndex(one => one.steps.includes(takings[at]))),
      tell: at => {
        const step = takings[at];
        return (
          `<b>${esc(people[step.person].name)}</b>, ${clock(step.time, true)}` +
          facts([
            ['after', `${count(step.seconds)} s`],
            ['discount', percent(step.discount, 2)],
            ['notional', dollars(step.notional)],
            ['keeper got', dollars(step.pay)],
          ])
        );
      },
    });
  });
