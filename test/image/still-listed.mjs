// Runs inside of the worker's container: prints every media SID that the emulator still lists, one a line.
const token = require('fs').readFileSync(process.env.SIGNALWIRE_API_TOKEN_FILE, 'utf8').trim();
const { SIGNALWIRE_BASE_URL: origin, SIGNALWIRE_PROJECT_ID: project } = process.env;
const headers = { authorization: `Basic ${Buffer.from(`${project}:${token}`).toString('base64')}` };
const read = async (path) => (await fetch(origin + path, { headers })).json();
const account = `/api/laml/2010-04-01/Accounts/${project}/Messages`;

void (async () => {
  for (let next = `${account}.json?PageSize=1000`; next;) {
    const page = await read(next);
    for (const { sid, num_media: media } of page.messages) {
      if (Number(media) === 0) continue;
      const { media_list: list } = await read(`${account}/${sid}/Media.json`);
      for (const each of list) process.stdout.write(`${each.sid}\n`);
    }
    next = page.next_page_uri;
  }
})();
