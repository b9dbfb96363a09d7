/** Vincenty's formulae on WGS 84: a judge of distances that shares nothing with the product. */

const A = 6378137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const RAD = Math.PI / 180;

/**
 * Where one gets from a point going `metres` at `azimuth` (degrees from north): the direct problem.
 * @see T. Vincenty, Survey Review XXIII 176 (1975), "Direct formula"
 */
export function destination(
  latitude: number,
  longitude: number,
  azimuth: number,
  metres: number,
): { latitude: number; longitude: number } {
  const tanU1 = (1 - F) * Math.tan(latitude * RAD);
  const cosU1 = 1 / Math.sqrt(1 + tanU1 * tanU1);
  const sinU1 = tanU1 * cosU1;
  const sinAlpha1 = Math.sin(azimuth * RAD);
  const cosAlpha1 = Math.cos(azimuth * RAD);
  const sigma1 = Math.atan2(tanU1, cosAlpha1);
  const sinAlpha = cosU1 * sinAlpha1;
  const cosSquaredAlpha = 1 - sinAlpha * sinAlpha;
  const uSquared = (cosSquaredAlpha * (A * A - B * B)) / (B * B);
  const bigA =
    1 + (uSquared / 16384) * (4096 + uSquared * (-768 + uSquared * (320 - 175 * uSquared)));
  const bigB = (uSquared / 1024) * (256 + uSquared * (-128 + uSquared * (74 - 47 * uSquared)));
  let sigma = metres / (B * bigA);
  let cos2SigmaM = 0;
  for (let round = 0; round < 50; round++) {
    cos2SigmaM = Math.cos(2 * sigma1 + sigma);
    const next = metres / (B * bigA) + deltaSigma(bigB, sigma, cos2SigmaM);
    if (Math.abs(next - sigma) < 1e-15) break;
    sigma = next;
  }
  const sinSigma = Math.sin(sigma);
  const cosSigma = Math.cos(sigma);
  const x = sinU1 * sinSigma - cosU1 * cosSigma * cosAlpha1;
  const latitude2 = Math.atan2(
    sinU1 * cosSigma + cosU1 * sinSigma * cosAlpha1,
    (1 - F) * Math.sqrt(sinAlpha * sinAlpha + x * x),
  );
  const lambda = Math.atan2(sinSigma * sinAlpha1, cosU1 * cosSigma - sinU1 * sinSigma * cosAlpha1);
  const c = (F / 16) * cosSquaredAlpha * (4 + F * (4 - 3 * cosSquaredAlpha));
  const difference =
    lambda -
    (1 - c) *
      F *
      sinAlpha *
      (sigma + c * sinSigma * (cos2SigmaM + c * cosSigma * (-1 + 2 * cos2SigmaM * cos2SigmaM)));
  const east = longitude + difference / RAD;
  return { latitude: latitude2 / RAD, longitude: ((((east + 180) % 360) + 360) % 360) - 180 };
}

function deltaSigma(b: number, sigma: number, cos2SigmaM: number): number {
  const sinSigma = Math.sin(sigma);
  const square = cos2SigmaM * cos2SigmaM;
  return (
    b *
    sinSigma *
    (cos2SigmaM +
      (b / 4) *
        (Math.cos(sigma) * (-1 + 2 * square) -
          (b / 6) * cos2SigmaM * (-3 + 4 * sinSigma * sinSigma) * (-3 + 4 * square)))
  );
}
