// Called by pictures.sh: the report in light, in dark and on a phone, and a rescue in detail.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [report, executablePath, folder] = process.argv.slice(2);
const drivers = createRequire(resolve('target/pictures/package.json'));
const { default: puppeteer } = await import(pathToFileURL(drivers.resolve('puppeteer-core')));

// Chromium's sandbox does not start as root.
const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
const browser = await puppeteer.launch({ executablePath, args });
let failed = false;

/** Opens the report, brings an element to the top, and takes what is to be seen. */
async function take(name, { width, height, scheme, at, touch = false, before }) {
  const page = await browser.newPage();
  const fault = text => {
    failed = true;
    console.error(`${name}: ${text}`);
  };
  page.on('pageerror', error => fault(error.message));
  page.on('console', message => message.type() === 'error' && fault(message.text()));
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  await page.setViewport({ width, height, isMobile: touch, hasTouch: touch });
  await page.goto(pathToFileURL(resolve(report)));
  if (before) await page.evaluate(before);
  // Whatever fails only when a plot is explored shall fail here, too.
  for (const plot of await page.$$('.plot[tabindex]')) {
    await plot.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Escape');
  }
  await page.evaluate(() => {
    document.activeElement.blur();
    scrollTo(0, 0);
  });
  if (at)
    await page.evaluate(id => scrollTo(0, document.getElementById(id).getBoundingClientRect().top + scrollY - 56), at);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) fault(`the page is ${wide} wide and scrolls sideways`);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}

/** A rescue of about five steps: there is something to see, and it fits the picture. */
const typical = () => {
  const items = [...document.querySelectorAll('#list li')];
  const far = items.map(item => {
    item.click();
    return Math.abs(document.querySelectorAll('#hops tbody tr').length - 5);
  });
  items[far.indexOf(Math.min(...far))]?.click();
};

await take('demo-light', { width: 1200, height: 1080, scheme: 'light' });
await take('demo-dark', { width: 1200, height: 1080, scheme: 'dark', at: 'h-margin' });
await take('demo-phone', { width: 360, height: 800, scheme: 'light', touch: true });
await take('demo-rescue', { width: 1100, height: 1240, scheme: 'light', at: 'audit', before: typical });
await browser.close();
process.exit(failed ? 1 : 0);
