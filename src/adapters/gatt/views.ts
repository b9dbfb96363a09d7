/** Bytes as Bluetooth libraries hand them over. */

/** A copy of what a view shows: libraries reuse the memory behind it. */
export function bytesOfView({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/** The advert of a lock among service data by UUID, in whatever case a platform writes it. */
export function advertIn<Data>(
  serviceData: Readonly<Record<string, Data>> | null | undefined,
  service: string,
): Data | undefined {
  if (serviceData === null || serviceData === undefined) return undefined;
  const uuid = Object.keys(serviceData).find((key) => key.toLowerCase() === service);
  return uuid === undefined ? undefined : serviceData[uuid];
}
