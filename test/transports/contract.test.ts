import { describeTransport } from '../contract/transport.js';
import { blePlxRig, capacitorRig, settle, webRig } from './rigs.js';

/** After both locks were chosen and heard. */
async function chosen(mtu?: number) {
  const rig = await webRig(undefined, mtu);
  await settle();
  return rig;
}

describeTransport('Web Bluetooth, MTU unknown', () => chosen());
describeTransport('Web Bluetooth, MTU told by the app', () => chosen(247));
describeTransport('react-native-ble-plx', () => blePlxRig());
describeTransport('react-native-ble-plx where no MTU is agreed', () => blePlxRig(undefined, null));
describeTransport('Capacitor', () => capacitorRig());
describeTransport('Capacitor where no MTU is told', () => capacitorRig(undefined, null));
describeTransport('Capacitor where the MTU is told as unknown', () => capacitorRig(undefined, -1));
describeTransport('Capacitor on a phone with a larger MTU', () => capacitorRig(undefined, 527));
