/** Readers, controllers and locks of a made-up site, and what they last said: put in and reported as a real site is told. */
import { type Person, putDevice, reportDevice, type Site } from 'doorwright/site';

/** Devices of one site; a campus has thousands, and a list of them shows no more than these do. */
const DEVICES_MAX = 150;
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const [CURRENT, OLD] = ['4.2.1', '4.1.7'];

/** Puts them in, as far as the keeper may: a role model of one's own may know nothing of devices. */
export async function putMadeUpDevices(site: Site, keeper: Person): Promise<void> {
  let index = 0;
  for (const { id, kind, place, door } of devicesOf(site)) {
    const isOffline = kind === 'lock';
    const put = await putDevice(site, keeper, id, {
      ...{ kind, place, firmwareWanted: CURRENT },
      ...(door === undefined ? {} : { door }),
      ...(isOffline ? {} : { heardEverySeconds: 60 }),
    });
    if (!put.ok) return;
    const said = reportOf(index++, isOffline);
    if (said === undefined) continue;
    const { agoMs, ...report } = said;
    await reportDevice(site, id, { at: site.host.now() - agoMs, ...report });
  }
}

type DeviceKind = 'reader' | 'controller' | 'lock';

function devicesOf({ engine }: Site) {
  const { places = [], doors = [] } = engine.policy;
  const devices: { id: string; kind: DeviceKind; place: string; door?: string }[] = [];
  for (const { id } of places)
    devices.push({ id: `${id}-controller`, kind: 'controller', place: id });
  for (const { id, place, readers = [], lock } of doors) {
    for (const reader of readers) devices.push({ id: reader.id, kind: 'reader', place, door: id });
    if (lock === 'offline') devices.push({ id: `${id}-lock`, kind: 'lock', place, door: id });
  }
  return devices.slice(0, DEVICES_MAX);
}

/** One of each that somebody has to look after, among many that are well. Offline locks are heard of when somebody was there. */
function reportOf(index: number, isOffline: boolean) {
  const agoMs = isOffline ? ((index * 7) % 40) * (DAY_MS / 8) : (index % 3) * (MINUTE_MS / 3);
  const battery = isOffline ? { battery: 100 - ((index * 17) % 80) } : {};
  switch (index % 23) {
    case 5:
      return { agoMs, firmware: CURRENT, battery: 9 };
    case 9:
      return { agoMs, firmware: OLD, ...battery };
    case 13:
      return { agoMs: 3 * DAY_MS, firmware: CURRENT, ...battery };
    case 16:
      return { agoMs, firmware: CURRENT, ...battery, fault: 'tampered' };
    case 19:
      return undefined;
    default:
      return { agoMs, firmware: CURRENT, ...battery };
  }
}
