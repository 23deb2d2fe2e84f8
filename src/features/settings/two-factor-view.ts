import { renderSVG } from 'uqr';
import type { Tx } from '../../data/database.js';
import { openFactor, recoveryCodesLeft, twoFactorOf } from '../../data/two-factor.js';
import type { Kit, Visitor } from '../../web/kit.js';
import { factorUri } from '../../web/second-factor.js';
import { when } from '../../web/words.js';

/** The region's finished strings: `state` is off, pending (a secret waits for its first code) or on. */
export interface FactorRegion {
  state: 'off' | 'pending' | 'on';
  since: string | null;
  codesLeft: string;
  /** while pending: the secret in groups of four, and its picture as an image address */
  secret: string;
  picture: string;
  /** shown once, right after they were made */
  codes: string[];
  errors: Record<string, string>;
}

const blank: FactorRegion = {
  state: 'off',
  since: null,
  codesLeft: '',
  secret: '',
  picture: '',
  codes: [],
  errors: {},
};

const pictureOf = (text: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(renderSVG(text, { border: 2 })).toString('base64')}`;

/** Null where its key is gone: as if there were none, another secret takes its place. */
function readable(kit: Pick<Kit, 'keyring'>, userId: string, sealed: Buffer): string | null {
  try {
    return openFactor(kit, userId, sealed);
  } catch {
    return null;
  }
}

export async function factorRegion(
  tx: Tx,
  kit: Pick<Kit, 'keyring' | 'random' | 'clock'>,
  visitor: Visitor,
  shown: { codes?: string[]; errors?: Record<string, string> } = {},
): Promise<FactorRegion> {
  const factor = await twoFactorOf(tx, visitor.userId);
  if (factor === undefined) return { ...blank, ...shown };
  if (factor.confirmed_at === null) {
    const secret = readable(kit, visitor.userId, factor.sealed_secret);
    if (secret === null) return { ...blank, ...shown };
    const picture = pictureOf(factorUri(secret, visitor.email));
    return { ...blank, ...shown, state: 'pending', secret: secret.replaceAll(/.{4}(?=.)/g, '$& '), picture };
  }
  const codesLeft = String(await recoveryCodesLeft(tx, visitor.userId));
  return { ...blank, ...shown, state: 'on', since: when(factor.confirmed_at, visitor.timeZone), codesLeft };
}
