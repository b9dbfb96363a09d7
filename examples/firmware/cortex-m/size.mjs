// Flash and RAM by part from the linker's map, and the deepest frames from the compiler's stack usage:
// node size.mjs <folder of the build>.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FRAMES_SHOWN = 8;
const PARTS = [
  ['lock, without cryptography', /\/arm\/src\/(?!crypto-)/],
  ['cryptography: libsodium, portable', /\/arm\/(sodium\/|src\/crypto-)/],
  ['program of the vectors', /\/arm\/(test|cortex-m)\//],
];

const folder = process.argv[2];
const map = readFileSync(join(folder, 'run.map'), 'utf8').split('Linker script and memory map')[1];
const sizes = new Map(PARTS.map(([name]) => [name, { flash: 0, data: 0, bss: 0 }]));
for (const [, section, bytes, file] of map.matchAll(
  /^ \.(text|rodata|data|bss)\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+)$/gm,
)) {
  const part = PARTS.find(([, pattern]) => pattern.test(`/${file}`));
  if (part === undefined) continue; // the C library
  const size = sizes.get(part[0]);
  const kind = section === 'data' || section === 'bss' ? section : 'flash';
  size[kind] += Number.parseInt(bytes, 16);
}
for (const [name, { flash, data, bss }] of sizes) {
  process.stdout.write(
    `${name}: ${flash + data} bytes of flash, ${data + bss} bytes of static RAM\n`,
  );
}

const frames = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith('.su') && /^(src|sodium)\//.test(name))
  .flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t')),
  )
  .map(([where, bytes, kind]) => ({ name: where.split(':').at(-1), bytes: Number(bytes), kind }))
  .sort((a, b) => b.bytes - a.bytes);
const unbounded = frames.filter(
  ({ kind }) => !kind.startsWith('static') && !kind.includes('bounded'),
);
process.stdout.write(
  `deepest frames: ${frames
    .slice(0, FRAMES_SHOWN)
    .map(({ name, bytes }) => `${name} ${bytes}`)
    .join(', ')}\n`,
);
process.stdout.write(`frames without a bound: ${unbounded.length}\n`);
