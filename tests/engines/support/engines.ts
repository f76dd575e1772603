// How each engine is started: its driver, and what the driver is asked for.
import path from 'node:path';

export interface Engine {
  /** Behind TLS: WebKit keeps no `Secure` cookie of plain http, not even of localhost. */
  tls: boolean;
  /** It draws on a screen, if only one in memory. */
  display: boolean;
  /** The driver's command line; the second port is for what it needs besides. */
  driver(ports: [number, number], work: string): [string, string[]];
  /** What a session asks for; the profile outlives the browser. */
  capabilities(profile: string): object;
}

const firefox: Engine = {
  tls: false,
  display: false,
  driver: ([port, second], work) => [process.env.AFIELD_GECKODRIVER ?? 'geckodriver', ['--port', String(port), '--websocket-port', String(second), '--profile-root', work]],
  capabilities: (profile) => ({
    'moz:firefoxOptions': {
      binary: process.env.AFIELD_FIREFOX ?? '/usr/bin/firefox-esr',
      args: ['-headless', '-profile', profile, '--width=390', '--height=844'],
      prefs: {
        'browser.sessionstore.resume_from_crash': false,
        'toolkit.startup.max_resumed_crashes': -1,
        'app.normandy.enabled': false,
        'intl.accept_languages': 'en-US',
        'network.proxy.type': 0,
        'network.captive-portal-service.enabled': false,
        'network.connectivity-service.enabled': false,
      },
    },
  }),
};

const webkit: Engine = {
  tls: true,
  display: true,
  driver: ([port]) => ['WebKitWebDriver', ['-p', String(port)]],
  capabilities: (profile) => ({
    'webkitgtk:browserOptions': { binary: path.join(import.meta.dirname, 'webkit_window.py'), args: [`--profile=${profile}`] },
  }),
};

/** The engine of a Playwright project. */
export function engineOf(project: string): Engine {
  const found = { firefox, webkit }[project];
  if (found === undefined) {
    throw new Error(`no engine ${project}`);
  }
  return found;
}
