// A real OpenID provider (npm: oidc-provider), a process of its own whose clock is that of the tests.
//
// Its own pages ask who somebody is: any name, any password. Who is called `office-…` belongs to the group `office`. It
// prints its address when it is ready, and ends with its standard input.
import { createHash } from 'node:crypto';
import http from 'node:http';

const { app, client, secret, ahead } = JSON.parse(process.argv[2]);
const machine = Date.now.bind(Date);
Date.now = () => machine() + ahead;

const { default: Provider } = await import('oidc-provider');

/** What it says of somebody. */
const claims = (name) => ({
  sub: name,
  email: `${name}@nordhaus.example`,
  email_verified: true,
  name: name.replaceAll('-', ' '),
  groups: name.startsWith('office-') ? ['office'] : [],
});

/** A browser compares when a cookie ends with the machine's clock, on any day of the tests: it keeps each, but what is taken back. */
const kept = (cookie) => (cookie.includes('expires=Thu, 01 Jan 1970') ? cookie : cookie.replace(/; expires=[^;]+/i, ''));

const listener = http.createServer();
listener.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client,
        client_secret: secret,
        redirect_uris: [`${app}/api/v1/sign-in/oidc/callback/${createHash('sha256').update(issuer).digest('hex').slice(0, 16)}`],
        post_logout_redirect_uris: [`${app}/sign-in`],
      },
    ],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['of the tests'] },
    findAccount: (_, name) => ({ accountId: name, claims: async () => claims(name) }),
  });
  const answer = provider.callback();
  listener.on('request', (request, response) => {
    const set = response.setHeader.bind(response);
    response.setHeader = (name, value) => set(name, name.toLowerCase() === 'set-cookie' ? [value].flat().map(kept) : value);
    answer(request, response);
  });
  console.log(`ready: ${issuer}`);
});
process.stdin.resume().on('end', () => process.exit(0));
