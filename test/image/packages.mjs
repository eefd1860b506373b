// Runs inside of the image, by `node -e`: compares its bill of materials with the packages that are there.
const { globSync, readFileSync } = require('fs');

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const isPackage = (path) => /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path);
const installed = globSync('node_modules/**/package.json')
  .filter(isPackage)
  .map(read)
  .map(({ name, version }) => `${name}@${version}`)
  .toSorted();
const listed = read('sbom.cdx.json')
  .components.map(({ name, version }) => `${name}@${version}`)
  .toSorted();
const unlisted = installed.filter((each) => !listed.includes(each));
const missing = listed.filter((each) => !installed.includes(each));
process.stdout.write(
  `${listed.length} packages listed; installed and not listed: ${unlisted.join(' ') || 'none'}; listed and not installed: ${missing.join(' ') || 'none'}\n`,
);
process.exitCode = listed.length > 30 && installed.join() === listed.join() ? 0 : 1;
