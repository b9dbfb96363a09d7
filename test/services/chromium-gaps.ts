/** What runs in a page before its own scripts, since the emulated adapter is less than a real one. */

/** The name under which a page finds who wants to hear that it left a lock; may be absent. */
export const LEFT = 'leftLock';

/**
 * What the emulation cannot do, done around the browser's own objects. It pushes no notification: so one read
 * of a subscribed characteristic is always under way, and answered when there is something to tell; the event
 * is the browser's. It emulates no service data: so that comes as manufacturer data, for which a page must ask. It
 * keeps a connection that the page ended, and gives it to the next who connects: so the page says that it left, and
 * nobody connects before that was heard.
 */
export const EMULATION_GAPS = `(() => {
  const Characteristic = window.BluetoothRemoteGATTCharacteristic?.prototype;
  if (!Characteristic) return;
  const { startNotifications, readValue } = Characteristic;
  Characteristic.startNotifications = async function () {
    await startNotifications.call(this);
    const goOn = () => readValue.call(this).then(goOn, () => undefined);
    goOn();
    return this;
  };
  const Server = BluetoothRemoteGATTServer.prototype;
  const { connect, disconnect } = Server;
  const coming = new WeakSet();
  let left = Promise.resolve();
  Server.disconnect = function () {
    const isOn = this.connected || coming.has(this);
    disconnect.call(this);
    if (isOn) left = Promise.resolve(window.${LEFT}?.());
  };
  Server.connect = async function () {
    await left;
    coming.add(this);
    return connect.call(this).finally(() => coming.delete(this));
  };
  const { requestDevice } = Bluetooth.prototype;
  Bluetooth.prototype.requestDevice = function (options) {
    return requestDevice.call(this, { ...options, optionalManufacturerData: [0xffff] });
  };
  if (!window.BluetoothAdvertisingEvent) return;
  Object.defineProperty(BluetoothAdvertisingEvent.prototype, 'serviceData', {
    get() {
      const advert = this.manufacturerData.get(0xffff);
      return new Map(advert ? [[this.uuids[0], advert]] : []);
    },
  });
})();`;
