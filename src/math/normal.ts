/** ½ ln(π / 2) */
const HALF_LOG = 0.22579135264472744
/** 1 / √π */
const INV_ROOT_PI = 0.5641895835477563

/** Cody: erf below 0.46875, in squares. */
const ERF_UP = [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315]
const ERF_DOWN = [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1]
/** Cody: exp(x²) erfc(x) up to 4. */
const ERFC_UP = [
  1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001, 66.11919063714163,
  8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
]
const ERFC_DOWN = [
  1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903, 537.1811018620099,
  117.6939508913125, 15.744926110709835, 1,
]
/** Cody: the same beyond 4, in inverse squares. */
const FAR_UP = [
  0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445, 0.30532663496123236,
  0.016315387137302097,
]
const FAR_DOWN = [
  0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822, 1,
]
/** Wichura: the middle. */
const A = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
]
const B = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
]
/** Wichura: the tail. */
const C = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
]
const D = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
]
/** Wichura: the far tail. */
const E = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
]
const F = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
]

/**
 * The share of a Gaussian that lies further out than so many sigmas, on both sides: `P(|Z| > sigmas)`.
 *
 * Right to about 1e-13 of the answer; 0 from 38.6 sigmas on, where {@link logTailOf} goes on.
 *
 * @param sigmas - 0 or more; below 0 counts as 0.
 * @example
 * tailOf(3) // 0.0026998
 * @see Cody, "Rational Chebyshev approximations for the error function", 1969.
 */
export function tailOf(sigmas: number): number {
  const x = sigmas / Math.SQRT2
  if (x <= 0) return 1
  return x < 0.46875 ? 1 - near(x) : Math.exp(-x * x) * scaled(x)
}

/**
 * The natural logarithm of {@link tailOf}, for any distance.
 *
 * @example
 * logTailOf(100) // -5004.83
 */
export function logTailOf(sigmas: number): number {
  const x = sigmas / Math.SQRT2
  if (x <= 0) return 0
  return x < 0.46875 ? Math.log1p(-near(x)) : Math.log(scaled(x)) - x * x
}

/**
 * How many sigmas out a Gaussian must be to be exceeded, on both sides, by so small a share: the inverse of {@link tailOf}.
 *
 * @param tail - from 0 to 1; 0 is infinitely far out.
 * @example
 * sigmasOf(0.0026998) // 3
 * @see Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988.
 */
export function sigmasOf(tail: number): number {
  const half = (1 - tail) / 2
  if (half <= 0) return 0
  return half <= 0.425 ? half * ratio(0.180625 - half * half, A, B) : sigmasOfLog(Math.log(tail))
}

/**
 * The inverse of {@link logTailOf}: sigmas of a share that is given by its natural logarithm, however small.
 *
 * @param logTail - 0 or less.
 * @example
 * sigmasOfLog(-5004.83) // 100
 */
export function sigmasOfLog(logTail: number): number {
  if (logTail > -1.897) return sigmasOf(Math.exp(logTail))
  const root = Math.sqrt(Math.LN2 - logTail)
  if (root <= 5) return ratio(root - 1.6, C, D)
  return root <= 25 ? ratio(root - 5, E, F) : far(-logTail)
}

/** erf(x) for x below 0.46875. */
function near(x: number): number {
  return x * ratio(x * x, ERF_UP, ERF_DOWN)
}

/** exp(x²) erfc(x) for larger x. */
function scaled(x: number): number {
  if (x <= 4) return ratio(x, ERFC_UP, ERFC_DOWN)
  const y = 1 / (x * x)
  return (INV_ROOT_PI - y * ratio(y, FAR_UP, FAR_DOWN)) / x
}

/** Solves `z² / 2 + ln z + ½ ln(π / 2) − ln(1 − 1/z² + 3/z⁴) = loss` where z is large: each round gains four digits. */
function far(loss: number): number {
  let z = Math.sqrt(2 * loss)
  if (z === Infinity) return z
  for (let round = 0; round < 4; round++) {
    const y = 1 / (z * z)
    z = Math.sqrt(2 * (loss - Math.log(z) - HALF_LOG + Math.log1p(-y * (1 - 3 * y))))
  }
  return z
}

/** One polynomial by another, both given from the constant up. */
function ratio(x: number, up: readonly number[], down: readonly number[]): number {
  let over = 0
  let under = 0
  for (let i = up.length - 1; i >= 0; i--) over = over * x + (up[i] as number)
  for (let i = down.length - 1; i >= 0; i--) under = under * x + (down[i] as number)
  return over / under
}
