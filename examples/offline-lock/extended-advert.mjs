// Extended adverts (Bluetooth 5) beside bleno, which has only legacy ones of 31 bytes: a lock's advert has 55. bleno keeps GATT and the
// connections; these five HCI commands go over its socket. A controller that heard a legacy command refuses extended ones until it is reset,
// and bleno sends two when it starts.

const COMMAND = {
  reset: 0x0c03,
  address: 0x2035,
  parameters: 0x2036,
  content: 0x2037,
  enable: 0x2039,
};
const INTERVAL_MS = 100;

/**
 * Says what to advert, in order, one command after the other.
 * @param {{ _socket: import('node:events').EventEmitter & { write(packet: Buffer): void } }} hci - bleno's.
 */
export async function extendedAdvert(hci) {
  const command = commandsOver(hci._socket);
  let last = command(COMMAND.reset, []);
  const inTurn = (work) => {
    last = last.then(work, work);
    return last;
  };
  await last;
  return {
    /** Shows `content` from a random address, both until something else is shown. @param {Buffer} content @param {Buffer} address */
    show: (content, address) =>
      inTurn(async () => {
        await command(COMMAND.enable, enabling(false)).catch(() => {}); // no set yet: nothing to switch off
        await command(COMMAND.parameters, parameters());
        await command(COMMAND.address, [0, ...address]);
        // Whole, not to be fragmented.
        await command(COMMAND.content, [0, 3, 1, content.length, ...content]);
        await command(COMMAND.enable, enabling(true));
      }),
    hide: () => inTurn(() => command(COMMAND.enable, enabling(false)).catch(() => {})),
  };
}

/** @param {boolean} on */
function enabling(on) {
  // One set, number 0, for any time, any number of times.
  return [on ? 1 : 0, 1, 0, 0, 0, 0];
}

function parameters() {
  const CONNECTABLE = 0x0001;
  const ticks = Math.round(INTERVAL_MS / 0.625);
  const interval = [ticks & 255, ticks >> 8, 0];
  const OWN_ADDRESS_RANDOM = 1;
  return [
    ...[0, CONNECTABLE, 0, ...interval, ...interval, 7, OWN_ADDRESS_RANDOM],
    // Directed at nobody, no filter, the controller chooses the power; LE 1M for both parts.
    ...[0, 0, 0, 0, 0, 0, 0, 0, 127, 1, 0, 1, 0, 0],
  ];
}

/** Sends one command and resolves when the controller did it; rejects with its error otherwise. */
function commandsOver(socket) {
  return (opcode, given) =>
    new Promise((resolve, reject) => {
      const hear = (packet) => {
        const isAnswer = packet[0] === 4 && packet[1] === 0x0e && packet.readUInt16LE(4) === opcode;
        if (!isAnswer) return;
        socket.removeListener('data', hear);
        const status = packet[6];
        if (status === 0) resolve();
        else
          reject(new Error(`HCI command 0x${opcode.toString(16)}: error 0x${status.toString(16)}`));
      };
      socket.on('data', hear);
      socket.write(Buffer.from([1, opcode & 255, opcode >> 8, given.length, ...given]));
    });
}
